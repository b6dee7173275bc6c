import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { formatProblem } from '../../src/dossier/format/problems.ts'
import { importDossiers, loadDossiers, type Imported } from '../../src/dossier/import/import.ts'
import type { Space } from '../../src/model/records/definitions.ts'
import { contentOf } from '../../src/model/records/canonical-record.ts'
import { openStore } from '../../src/store/open.ts'
import { lastChange } from '../../src/store/queries/changes.ts'
import { STORY, storyWith } from '../_support/ferry-dossier.ts'
import { ARE_NODES } from '../_support/shared-log.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

const RECORDS = 12
const headline = (text: string) => ['headline: The ferry sinks', `headline: ${text}`] as const
const ford = (name: string) => ['name: The Ford', `name: ${name}`] as const
const retracted = ['    headline: The ferry sinks', '    retract: misread\n    headline: The ferry sinks'] as const

/** A store that has loaded the story from a folder, and a folder of other dossiers. */
async function openLoaded() {
  const opened = await openTemporaryStore()
  const { store } = opened
  const [own, others] = ['own', 'others'].map((name) => join(dirname(opened.file), name)) as [string, string]
  for (const folder of [own, others]) mkdirSync(folder)
  const last = (space: Space, key: string) => {
    const change = lastChange(store.reader, space, key)
    if (change === undefined) throw new Error(`no ${key}`)
    return change
  }
  const desk = {
    ...opened,
    own,
    load: async (text: string) => {
      writeFileSync(join(own, 'story.yaml'), text)
      return describeLoad(await loadDossiers(store, [own]))
    },
    /** Imports another file, or the loaded one. */
    bring: async (text: string, { file = join(others, 'other.yaml'), correct = false } = {}) => {
      writeFileSync(file, text)
      const imported = await importDossiers(store, { files: [file], correct })
      expect(imported.refused).toBe(false)
    },
    /** Amends or retracts a record as the API would. */
    amend: async (space: Space, key: string, fields: object, kind: 'REVISED' | 'RETRACTED' = 'REVISED') => {
      const { record, revision, ...change } = last(space, key)
      const content = { ...contentOf(change), ...fields }
      const note = kind === 'RETRACTED' ? { note: 'misread' } : {}
      const batches = [[{ record, key, kind, content, revision: revision + 1, ...note }]]
      await store.append({ batches, origin: 'API' })
    },
    sinking: () => {
      const { kind, revision, ...change } = last('development', 'ferry/sinking')
      return `${kind} ${revision} ${(contentOf(change) as { headline: string }).headline}`
    },
  }
  expect(await desk.load(STORY)).toEqual({ changed: RECORDS, unchanged: 0, kept: 0, warnings: [] })
  return desk
}

type Desk = Awaited<ReturnType<typeof openLoaded>>

function describeLoad({ counts, kept, conflicts }: Imported) {
  const { recorded, revised, corrected, retracted: withdrawn, unchanged } = counts
  const warnings = conflicts.map((one) => formatProblem(one).replace(/^.*story\.yaml:\d+:\d+ /, ''))
  return { changed: recorded + revised + corrected + withdrawn, unchanged, kept, warnings }
}

const SILENT = { changed: 0, unchanged: RECORDS - 1, kept: 1, warnings: [] }

describe('loading again', () => {
  it('changes nothing and is silent', async () => {
    await using desk = await openLoaded()
    expect(await desk.load(STORY)).toEqual({ changed: 0, unchanged: RECORDS, kept: 0, warnings: [] })
    expect(desk.store.head()).toBe(RECORDS)
  })

  it('brings each edit of the file, also one that takes an edit back', async () => {
    await using desk = await openLoaded()
    expect(await desk.load(storyWith(headline('Down'), ford('Old Ford')))).toMatchObject({ changed: 2, warnings: [] })
    expect(await desk.load(STORY)).toMatchObject({ changed: 2, warnings: [] })
    expect(desk.sinking()).toBe('REVISED 3 The ferry sinks')
    expect(await desk.load(storyWith(retracted))).toMatchObject({ changed: 1, warnings: [] })
    expect(desk.sinking()).toBe('RETRACTED 4 The ferry sinks')
  })

  it('leaves a record that the file no longer has', async () => {
    await using desk = await openLoaded()
    const [shorter = ''] = STORY.split('  - measure:')
    expect(await desk.load(shorter)).toEqual({ changed: 0, unchanged: RECORDS - 1, kept: 0, warnings: [] })
    expect(desk.store.head()).toBe(RECORDS)
  })

  it('refuses an invalid dossier with every problem, and changes nothing', async () => {
    await using desk = await openLoaded()
    await expect(desk.load(storyWith(['channel: speech', 'channel: talk'], headline('Down')))).rejects.toMatchObject({
      code: 'DOSSIER_REFUSED',
      message: expect.stringContaining('statement ferry/accusation channel: found "talk"'),
    })
    expect(desk.store.head()).toBe(RECORDS)
  })
})

describe('what was amended by other means since the last load', () => {
  const amended = (means: string) =>
    `event ferry/sinking: was amended ${means}, and stays as the store has it (revision 2); copy that into the dossier`
  const RETRACTED =
    'event ferry/sinking: is retracted ("misread"), and stays so, because a retraction is final; copy it into the dossier'
  const replaceable = `${amended('by an import')}, or replace it with \`demarche import --overwrite\``

  it.each<[string, string, (desk: Desk) => Promise<void>]>([
    ['the import of another file', replaceable, (desk) => desk.bring(storyWith(headline('Down')))],
    [
      'an import of the same file, whose edit was then taken back',
      replaceable,
      (desk) => desk.bring(storyWith(headline('Down')), { file: join(desk.own, 'story.yaml') }),
    ],
    ['a correction', replaceable, (desk) => desk.bring(storyWith(headline('Down')), { correct: true })],
    ['the API', amended('through the API'), (desk) => desk.amend('development', 'ferry/sinking', { headline: 'Down' })],
    ['an imported retraction', RETRACTED, (desk) => desk.bring(storyWith(retracted))],
    ['a retraction by the API', RETRACTED, (desk) => desk.amend('development', 'ferry/sinking', {}, 'RETRACTED')],
  ])('stays after %s, with one warning', async (_, warning, amend) => {
    await using desk = await openLoaded()
    await amend(desk)
    const before = [desk.sinking(), desk.store.head()]
    expect(await desk.load(STORY)).toEqual({ ...SILENT, warnings: [warning] })
    expect(await desk.load(STORY)).toEqual(SILENT)
    expect([desk.sinking(), desk.store.head()]).toEqual(before)
  })

  it('stays if the file was edited too, and later edits of the file do not replace it', async () => {
    await using desk = await openLoaded()
    await desk.bring(storyWith(headline('Down')))
    for (const edit of ['Lost', 'Sunk']) {
      expect(await desk.load(storyWith(headline(edit)))).toEqual({ ...SILENT, warnings: [replaceable] })
      expect(await desk.load(storyWith(headline(edit)))).toEqual(SILENT)
    }
    expect(desk.sinking()).toBe('REVISED 2 Down')
  })

  it('is followed again once the file says the same', async () => {
    await using desk = await openLoaded()
    await desk.amend('development', 'ferry/sinking', { headline: 'Down' })
    await desk.load(STORY)
    expect(await desk.load(storyWith(headline('Down')))).toMatchObject({ changed: 0, kept: 0, warnings: [] })
    expect(await desk.load(storyWith(headline('Sunk')))).toMatchObject({ changed: 1, kept: 0, warnings: [] })
  })

  it('warns again of a further amendment', async () => {
    await using desk = await openLoaded()
    for (const text of ['Down', 'Sunk']) {
      await desk.amend('development', 'ferry/sinking', { headline: text })
      expect((await desk.load(STORY)).warnings).toHaveLength(1)
    }
  })

  it('stays for reference records, while edits of other records come in', async () => {
    await using desk = await openLoaded()
    await desk.bring(storyWith(ford('Old Ford')))
    expect(await desk.load(storyWith(headline('Down')))).toEqual({
      changed: 1,
      unchanged: RECORDS - 2,
      kept: 1,
      warnings: [expect.stringMatching(/^place ford: was amended by an import/)],
    })
    expect(desk.sinking()).toBe('REVISED 2 Down')
  })

  it('stays if the file was never loaded', async () => {
    await using desk = await openLoaded()
    await desk.bring('dossier: 1\nplaces: [{key: hill, name: The Hill}]')
    const story = `${STORY}\n`.replace('places:\n', 'places:\n  - {key: hill, name: The High Hill}\n')
    expect((await desk.load(story)).warnings).toEqual([
      'place hill: was recorded by an import, and stays as the store has it (revision 1); copy that into the dossier, or replace it with `demarche import --overwrite`',
    ])
  })
})

it('names the first ten records that it leaves as the store has them, at each start', async () => {
  await using desk = await openLoaded()
  const places = (count: number, name: string) =>
    Array.from({ length: count }, (_, index) => `  - {key: p${String(index).padStart(2, '0')}, name: ${name}}\n`).join(
      '',
    )
  for (const [count, named] of [
    [10, 10],
    [11, 10],
  ] as const) {
    await desk.bring(`dossier: 1\nplaces:\n${places(count, `Old ${count}`)}`)
    const file = join(desk.own, 'places.yaml')
    writeFileSync(file, `dossier: 1\nplaces:\n${places(count, 'New')}`)
    for (let start = 1; start <= 2; start++) {
      const { kept, keptFirst, conflictCount } = await loadDossiers(desk.store, [file])
      expect({ kept, named: keptFirst.length, conflictCount }).toEqual({
        kept: count,
        named,
        conflictCount: start === 1 ? count : 0,
      })
      expect(keptFirst.slice(0, 2)).toEqual(['place p00', 'place p01'])
    }
  }
})

it('loads files and several folders as one', async () => {
  await using opened = await openTemporaryStore()
  const folder = dirname(opened.file)
  const [places, rest] = [join(folder, 'places'), join(folder, 'rest')]
  for (const name of [places, rest]) mkdirSync(name)
  const place = '  - {key: ford, name: The Ford, latitude: 60.5, longitude: 10}\n'
  writeFileSync(join(places, 'ford.yml'), `dossier: 1\nplaces:\n${place}`)
  writeFileSync(join(places, 'notes.txt'), 'no dossier')
  writeFileSync(join(places, '.hidden.yaml'), 'no dossier')
  writeFileSync(join(rest, 'story.yaml'), STORY.replace(`places:\n${place}`, ''))
  const more = join(folder, 'more.yaml')
  writeFileSync(more, 'dossier: 1\nplaces: [{key: hill, name: The Hill}]')
  const loaded = await loadDossiers(opened.store, [rest, places, more])
  expect(loaded).toMatchObject({ files: 3, records: RECORDS + 1, counts: { recorded: RECORDS + 1 } })
})

describe('a store that got the record from elsewhere', () => {
  /** As a node that followed the log: it holds every change, and noted no import itself. */
  const forget = async (desk: Desk, ...tables: readonly string[]) => {
    const database = new Database(desk.file)
    for (const table of tables) database.exec(`delete from ${table}`)
    database.close()
  }

  it('knows from the log what was imported last, also before amendments by the API', async () => {
    await using desk = await openLoaded()
    await desk.amend('development', 'ferry/sinking', { headline: 'Amended' })
    await forget(desk, 'baselines', 'loads')
    // The file did not change since its import, so the amendment stays.
    await desk.bring(STORY)
    expect(desk.sinking()).toBe('REVISED 2 Amended')
    const file = join(desk.own, 'story.yaml')
    writeFileSync(file, storyWith(headline('Down')))
    const both = await importDossiers(desk.store, { files: [file] })
    expect([both.refused, both.conflictCount]).toEqual([true, 1])
  })

  it('follows an edit of the file if the last change was imported', async () => {
    await using desk = await openLoaded()
    await forget(desk, 'baselines', 'loads')
    await desk.bring(storyWith(headline('Down')))
    expect(desk.sinking()).toBe('REVISED 2 Down')
    await forget(desk, 'baselines')
    await desk.bring(STORY)
    expect(desk.sinking()).toBe('REVISED 3 The ferry sinks')
    await desk.bring(storyWith(retracted))
    await forget(desk, 'baselines')
    await desk.bring(storyWith(retracted))
    expect(desk.sinking()).toBe('RETRACTED 4 The ferry sinks')
  })

  it('loads what it holds already in silence, and follows later edits', async () => {
    await using desk = await openLoaded()
    await forget(desk, 'baselines', 'loads')
    expect(await desk.load(STORY)).toEqual({ changed: 0, unchanged: RECORDS, kept: 0, warnings: [] })
    expect(await desk.load(storyWith(headline('Down')))).toMatchObject({ changed: 1, warnings: [] })
  })

  it.skipIf(ARE_NODES)('loads together with two others, and each record enters once', async () => {
    await using opened = await openTemporaryStore()
    const others = await Promise.all([1, 2].map(() => openStore({ file: opened.file })))
    const folder = join(dirname(opened.file), 'own')
    mkdirSync(folder)
    writeFileSync(join(folder, 'story.yaml'), STORY)
    const loads = await Promise.all([opened.store, ...others].map((store) => loadDossiers(store, [folder])))
    for (const store of others) store.close()
    expect(opened.store.head()).toBe(RECORDS)
    const described = loads.map(describeLoad)
    expect(described.reduce((sum, { changed }) => sum + changed, 0)).toBe(RECORDS)
    for (const { kept, warnings } of described) expect([kept, warnings]).toEqual([0, []])
  })
})
