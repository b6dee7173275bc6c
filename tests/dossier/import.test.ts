import { readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { importDossiers, type ImportOptions } from '../../src/dossier/import/import.ts'
import { formatProblem } from '../../src/dossier/format/problems.ts'
import type { DevelopmentRecord } from '../../src/model/records/definitions.ts'
import { contentOf } from '../../src/model/records/canonical-record.ts'
import { lastChange } from '../../src/store/queries/changes.ts'
import type { Store } from '../../src/store/store.ts'
import { STORY, storyWith } from '../_support/ferry-dossier.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

const RECORDS = 12

/** A store, and a folder beside it for dossiers. */
async function openDesk() {
  const opened = await openTemporaryStore()
  const file = join(dirname(opened.file), 'story.yaml')
  return {
    ...opened,
    file,
    folder: dirname(opened.file),
    bring: async (text: string, options: Partial<ImportOptions> = {}) => {
      writeFileSync(file, text)
      return await importDossiers(opened.store, { files: [file], ...options })
    },
  }
}

function logOf(store: Store): string[] {
  const rows = store.reader.all<{ kind: string; key: string; revision: number; note: string | null }>(
    'select kind, key, revision, note from changes order by seq',
  )
  return rows.map(({ kind, key, revision, note }) => `${kind} ${key} ${revision}${note === null ? '' : ` ${note}`}`)
}

/** Amends a development as the API would. */
async function amend(store: Store, key: string, fields: Partial<DevelopmentRecord>): Promise<void> {
  const last = lastChange(store.reader, 'development', key)
  if (last === undefined) throw new Error(`no ${key}`)
  const content = { ...contentOf(last), ...fields } as DevelopmentRecord
  await store.append({
    batches: [[{ record: last.record, key, kind: 'REVISED', content, revision: last.revision + 1 }]],
    origin: 'API',
  })
}

const newHeadline = ['headline: The ferry sinks', 'headline: The ferry goes down'] as const
const retracted = ['    headline: The ferry sinks', '    retract: it never did\n    headline: The ferry sinks'] as const

it('finds nothing to do in a dossier that was saved in another normal form', async () => {
  const story = STORY.replace('headline: The ferry sinks', 'headline: Алієв і Đặng Việt Hùng, 김정은')
  await using desk = await openDesk()
  await desk.bring(story.normalize('NFD'))
  expect((await desk.bring(story.normalize('NFC'))).counts.unchanged).toBe(RECORDS)
  expect((await desk.bring(story.normalize('NFD'))).counts.unchanged).toBe(RECORDS)
})

it('records a dossier, and then finds nothing to do', async () => {
  await using desk = await openDesk()
  expect((await desk.bring(STORY)).counts).toEqual({
    recorded: RECORDS,
    revised: 0,
    corrected: 0,
    retracted: 0,
    unchanged: 0,
  })
  expect(desk.store.head()).toBe(RECORDS)
  expect((await desk.bring(STORY)).counts).toEqual({
    recorded: 0,
    revised: 0,
    corrected: 0,
    retracted: 0,
    unchanged: RECORDS,
  })
  expect(desk.store.head()).toBe(RECORDS)
})

it('records one space after the other, each in the order of the files', async () => {
  await using desk = await openDesk()
  await desk.bring(STORY)
  expect(logOf(desk.store).map((line) => line.split(' ')[1])).toEqual([
    'north',
    'south',
    'minister',
    'ford',
    'gazette',
    'ferry',
    'ferry/sunk',
    'ferry/rock',
    'ferry/pay',
    'ferry/sinking',
    'ferry/accusation',
    'ferry/recall',
  ])
})

it('ignores differences of spelling that mean the same', async () => {
  await using desk = await openDesk()
  await desk.bring(STORY)
  const respelt = storyWith(
    ['reliability: B', 'reliability: usually-reliable'],
    ['    places: [ford]\n', '    context-of: []\n    places: [ford]\n'],
    [
      'value: 3, citation: gazette}]\n    citations: [{source: gazette, credibility: 2',
      'value: 3, citation: gazette}]\n    citations: [{source: gazette, credibility: probably-true',
    ],
    ['    kind: state\n    country: NO', '    country: NO\n    kind: state'],
  )
  expect((await desk.bring(respelt)).counts.unchanged).toBe(RECORDS)
})

it('revises changed records with a note, or corrects them', async () => {
  await using desk = await openDesk()
  await desk.bring(STORY)
  await desk.bring(storyWith(newHeadline), { note: 'new pictures' })
  await desk.bring(STORY, { correct: true })
  expect(logOf(desk.store).slice(RECORDS)).toEqual([
    'REVISED ferry/sinking 2 new pictures',
    'CORRECTED ferry/sinking 3',
  ])
})

it('leaves records alone that a dossier no longer mentions', async () => {
  await using desk = await openDesk()
  await desk.bring(STORY)
  const { counts } = await desk.bring(STORY.slice(0, STORY.indexOf('  - measure: ferry/recall')))
  expect(counts).toMatchObject({ recorded: 0, unchanged: RECORDS - 1 })
})

it('retracts once, with the reason, and records a new key first', async () => {
  await using desk = await openDesk()
  await desk.bring(storyWith(retracted))
  expect(logOf(desk.store).slice(-2)).toEqual(['RECORDED ferry/recall 1', 'RETRACTED ferry/sinking 2 it never did'])
  expect((await desk.bring(storyWith(retracted))).changeCount).toBe(0)
  const withReason = storyWith(retracted, [
    '    headline: The North recalls',
    '    retract: nor that\n    headline: The North recalls',
  ])
  expect((await desk.bring(withReason)).counts).toMatchObject({ retracted: 1, revised: 0 })
})

it('refuses to undo a retraction and to change a retracted record', async () => {
  await using desk = await openDesk()
  await desk.bring(storyWith(retracted))
  const back = await desk.bring(STORY)
  expect(back.problems.map(formatProblem)).toEqual([
    `${desk.file}:35:5 event ferry/sinking: was retracted ("it never did"), and the dossier no longer retracts it; a retraction is final: restore retract, or record it under another key`,
  ])
  const changed = await desk.bring(storyWith(retracted, ['summary: It sank at the ford.', 'summary: It sank there.']))
  expect(changed.problems.map(formatProblem)).toEqual([
    `${desk.file}:35:5 event ferry/sinking: is retracted ("it never did"), and the dossier changed it; a retracted record cannot change: restore what the dossier said`,
  ])
  expect(desk.store.head()).toBe(RECORDS + 1)
})

it('refuses a key that changes its kind', async () => {
  await using desk = await openDesk()
  await desk.bring(STORY)
  const measureOnly =
    STORY.slice(0, STORY.indexOf('developments:')) +
    STORY.slice(STORY.indexOf('  - measure:')).replace(
      '  - measure: ferry/recall',
      'developments:\n  - measure: ferry/sinking',
    )
  const { problems, refused } = await desk.bring(measureOnly)
  expect(refused).toBe(true)
  expect(problems.map(formatProblem)).toEqual([
    `${desk.file}:35:5 measure ferry/sinking: "ferry/sinking" is already recorded as an event, and its kind cannot change; give the measure a key of its own`,
  ])
})

it('writes nothing if anything in any file is wrong', async () => {
  await using desk = await openDesk()
  writeFileSync(join(desk.folder, 'other.yaml'), 'dossier: 1\nactors:\n  - {key: west, name: Westland, kind: stat}\n')
  const { refused, written } = await desk.bring(STORY, { files: [desk.file, join(desk.folder, 'other.yaml')] })
  expect([refused, written, desk.store.head()]).toEqual([true, false, 0])
})

it('plans without writing in a dry run', async () => {
  await using desk = await openDesk()
  await desk.bring(STORY)
  const { changes, head } = await desk.bring(storyWith(newHeadline, ['name: The Ford', 'name: The Old Ford']), {
    dryRun: true,
    correct: true,
  })
  expect(changes).toEqual([
    {
      outcome: 'CORRECTED',
      record: 'place',
      key: 'ford',
      fields: [{ path: 'name', from: 'The Ford', to: 'The Old Ford' }],
    },
    {
      outcome: 'CORRECTED',
      record: 'event',
      key: 'ferry/sinking',
      fields: [{ path: 'headline', from: 'The ferry sinks', to: 'The ferry goes down' }],
    },
  ])
  expect([head, desk.store.head()]).toEqual([RECORDS, RECORDS])
})

it('checks references and affiliations against the store', async () => {
  await using desk = await openDesk()
  await desk.bring(STORY)
  const statement = (holder: string) => `dossier: 1
developments:
  - statement: ferry/third
    headline: The minister speaks
    summary: She spoke.
    date: 2025-03
    evidential-status: reported
    speakers: [minister]
    acts: [assert]
    channel: speech
    positions: [{claim: ferry/sunk, stance: asserts, holder: ${holder}}]
    citations: [{source: gazett, credibility: 2, basis: own-reporting}]
`
  const { problems } = await desk.bring(statement('south'))
  expect(problems.map(formatProblem)).toEqual([
    `${desk.file}:11:62 statement ferry/third positions[0].holder: the statement does not name "south", and no affiliation ties it to an actor that the statement names (minister); name one of these, or add the affiliation`,
    `${desk.file}:12:26 statement ferry/third citations[0].source: there is no source "gazett"; did you mean gazette?`,
  ])
  expect(await desk.bring(statement('north').replace('gazett,', 'gazette,'))).toMatchObject({
    refused: false,
    changeCount: 1,
  })
})

it('skips a record amended through the API if the dossier did not change it', async () => {
  await using desk = await openDesk()
  await desk.bring(STORY)
  await amend(desk.store, 'ferry/sinking', { headline: 'The ferry sinks at noon' })
  expect((await desk.bring(STORY)).counts.unchanged).toBe(RECORDS)
  expect((await desk.bring(storyWith(['name: The Ford', 'name: The Old Ford']))).counts).toMatchObject({ revised: 1 })
})

it('lists records that changed on both sides and writes nothing, unless `overwrite` is set', async () => {
  await using desk = await openDesk()
  await desk.bring(STORY)
  await amend(desk.store, 'ferry/sinking', { headline: 'The ferry sinks at noon' })
  const both = storyWith(newHeadline, ['name: The Ford', 'name: The Old Ford'])
  const { conflicts, refused, written } = await desk.bring(both)
  expect([refused, written, desk.store.head()]).toEqual([true, false, RECORDS + 1])
  expect(conflicts.map(formatProblem)).toEqual([
    `${desk.file}:35:5 event ferry/sinking: was amended by other means since its last import (revision 2), and the dossier changed it too; copy that amendment into the dossier, or import with --overwrite`,
  ])
  expect((await desk.bring(both, { overwrite: true })).counts).toMatchObject({ revised: 2 })
  expect((await desk.bring(both)).changeCount).toBe(0)
})

it('remembers a record as imported that the store already held as in the dossier', async () => {
  await using desk = await openDesk()
  await desk.bring(STORY)
  await amend(desk.store, 'ferry/sinking', { headline: 'The ferry goes down' })
  expect((await desk.bring(storyWith(newHeadline))).changeCount).toBe(0)
  await amend(desk.store, 'ferry/sinking', { headline: 'The ferry goes down at noon' })
  expect((await desk.bring(storyWith(newHeadline))).counts.unchanged).toBe(RECORDS)
})

it('plans a record again that somebody else changes between plan and append', async () => {
  await using desk = await openDesk()
  await desk.bring(STORY)
  let disturbed = false
  const racing: Store = {
    ...desk.store,
    reader: desk.store.reader,
    head: () => desk.store.head(),
    append: async (append) => {
      if (!disturbed) {
        disturbed = true
        await amend(desk.store, 'ferry/recall', { headline: 'The North calls its ambassador back' })
        await amend(desk.store, 'ferry/sinking', { headline: 'The ferry goes down' })
      }
      return await desk.store.append(append)
    },
  }
  writeFileSync(desk.file, storyWith(newHeadline, ['name: The Ford', 'name: The Old Ford']))
  const { counts, refused } = await importDossiers(racing, { files: [desk.file] })
  expect(refused).toBe(false)
  expect(counts).toMatchObject({ revised: 1, unchanged: RECORDS - 1 })
})

it('leaves no staging file behind, even on failure', async () => {
  await using desk = await openDesk()
  await desk.bring(STORY)
  await desk.bring('dossier: 1\nactors: [')
  const broken: Store = {
    ...desk.store,
    reader: desk.store.reader,
    append: () => Promise.reject(new Error('disk on fire')),
  }
  writeFileSync(desk.file, storyWith(newHeadline))
  await expect(importDossiers(broken, { files: [desk.file] })).rejects.toThrow('disk on fire')
  expect(readdirSync(desk.folder).filter((name) => name.includes('staging'))).toEqual([])
})
