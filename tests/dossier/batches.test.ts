import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { importDossiers, type ImportOptions, type Imported } from '../../src/dossier/import.ts'
import type { Append } from '../../src/store/append.ts'
import type { Store } from '../../src/store/store.ts'
import type { RecordOf } from '../../src/model/records.ts'
import { openStore } from '../../src/store/open.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

const opening = [
  { actor: { key: 'north', name: 'Northland', kind: 'state' } },
  { source: { key: 'gazette', title: 'The Gazette', language: 'en', reliability: 'B' } },
]

/** Events that name others: `a>c` follows c. */
function events(...told: readonly string[]): unknown[] {
  return told.map((one) => {
    const [key = '', target] = one.split('>')
    return {
      development: {
        event: key,
        headline: `Event ${key}`,
        summary: 'It happened.',
        date: '2025-01-01',
        'evidential-status': 'reported',
        'event-kind': 'other',
        citations: [{ source: 'gazette', credibility: 2, basis: 'own-reporting' }],
        ...(target === undefined ? {} : { links: [{ relation: 'follows', development: target }] }),
      },
    }
  })
}

function writeLines(file: string, records: readonly unknown[]): void {
  writeFileSync(file, records.map((record) => `${JSON.stringify(record)}\n`).join(''))
}

/** What each transaction of an import appended. */
async function appendsOf(
  records: readonly unknown[],
  options: Partial<ImportOptions>,
): Promise<{ appends: string[]; imported: Imported }> {
  await using opened = await openTemporaryStore()
  const file = join(dirname(opened.file), 'a.ndjson')
  writeLines(file, records)
  const appends: string[] = []
  const imported = await importDossiers(watched(opened.store, appends), { files: [file], ...options })
  return { appends, imported }
}

/** What somebody else records of one of the events. */
function theirs(told: string, revision: number): Append {
  const [one] = events(told) as [{ development: RecordOf<'event'> }] // as they are made above
  const { development: content } = one
  return {
    batches: [
      [{ record: 'event', key: content.event, kind: revision === 1 ? 'RECORDED' : 'REVISED', revision, content }],
    ],
    origin: 'API',
  }
}

/** A store to which something happens before each append. */
function disturbed(store: Store, disturb: (append: number) => Promise<void>): Store {
  let appends = 0
  return {
    ...store,
    reader: store.reader,
    append: async (append: Append) => {
      await disturb(++appends)
      return await store.append(append)
    },
  }
}

function watched(store: Store, appends: string[]): Store {
  return {
    ...store,
    reader: store.reader,
    append: async (append: Append) => {
      appends.push(
        append.batches
          .map((batch) => batch.map(({ key }) => key).join(' '))
          .join(' | ')
          .trim(),
      )
      return await store.append(append)
    },
  }
}

it('appends everything at once as long as it fits', async () => {
  const { appends } = await appendsOf([...opening, ...events('a', 'b', 'c')], { batchSize: 5 })
  expect(appends).toEqual(['north gazette a b c |'])
})

it('appends in batches what does not fit', async () => {
  const { appends, imported } = await appendsOf([...opening, ...events('a', 'b', 'c', 'd', 'e')], { batchSize: 3 })
  expect(appends).toEqual(['north gazette a |', 'b c d |', 'e |'])
  expect(imported.counts.recorded).toBe(7)
})

it('ends a batch where no reference points forward', async () => {
  const { appends } = await appendsOf([...opening, ...events('a', 'b>c', 'c', 'd')], { batchSize: 4 })
  expect(appends).toEqual(['north gazette a |', 'b c d |'])
})

it('widens a batch for a reference that points beyond it', async () => {
  const { appends } = await appendsOf([...opening, ...events('a>d', 'b', 'c', 'd', 'e', 'f')], { batchSize: 2 })
  expect(appends).toEqual(['north gazette |', 'a b c d |', 'e f |'])
})

it('takes records ahead of their turn where the way to them is too long', async () => {
  const far = ['a>z', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'z']
  const { appends } = await appendsOf([...opening, ...events(...far)], { batchSize: 2 })
  expect(appends).toEqual(['north gazette |', 'z a |', 'b |', 'c d |', 'e f |', 'g h |', 'i |'])
})

it('follows references on from what it takes, round in circles too', async () => {
  const { appends } = await appendsOf([...opening, ...events('a>c', 'b', 'c>e', 'd', 'e>a', 'f', 'g')], {
    batchSize: 2,
  })
  expect(appends).toEqual(['north gazette |', 'a b c d e |', 'f g |'])
})

it('keeps batches small however far references lead, what is referred to first', async () => {
  const keys = Array.from({ length: 2_000 }, (_, index) => `e${index}`)
  const newestFirst = keys.map((key, index) => (index + 1 < keys.length ? `${key}>e${index + 1}` : key))
  const { appends } = await appendsOf([...opening, ...events(...newestFirst)], { batchSize: 100 })
  const batches = appends.map((append) => append.replace(' |', '').split(' '))
  expect(batches.map(({ length }) => length)).toEqual([2, ...Array.from({ length: 20 }, () => 100)])
  expect(batches.slice(1).flat()).toEqual(keys.toReversed())
})

it('takes a circle together that leads over more than one space', async () => {
  const actors = Array.from({ length: 12 }, (_, index) => ({
    actor: {
      key: `a${index}`,
      name: `A${index}`,
      kind: 'organisation',
      affiliations: [{ to: `a${(index + 5) % 12}`, relation: 'close-to', sources: [`s${11 - index}`] }],
    },
  }))
  const sources = Array.from({ length: 12 }, (_, index) => ({
    source: { key: `s${index}`, title: `S${index}`, language: 'en', reliability: 'B', outlet: `a${index}` },
  }))
  const { appends, imported } = await appendsOf([...actors, ...sources], { batchSize: 2 })
  expect(imported.counts.recorded).toBe(24)
  expect(appends).toHaveLength(1)
})

it('takes a circle together, however long, and nothing else with it', async () => {
  const keys = Array.from({ length: 60 }, (_, index) => `e${index}`)
  const circle = keys.map((key, index) => `${key}>e${(index + 7) % keys.length}`)
  const { appends } = await appendsOf([...opening, ...events('a>e9', 'b>z', ...circle, 'y', 'z>y')], { batchSize: 3 })
  expect(appends).toEqual(['north gazette |', `${keys.join(' ')} |`, 'a y z |', 'b |'])
})

it('appends everything at once where that is asked for, and says for how long it held the lock', async () => {
  const { appends, imported } = await appendsOf([...opening, ...events('a', 'b', 'c')], { batchSize: 2, atomic: true })
  expect(appends).toHaveLength(1)
  expect(imported.lockedFor).toBeGreaterThan(0)
})

it('goes on where it broke off', async () => {
  await using opened = await openTemporaryStore()
  const file = join(dirname(opened.file), 'a.ndjson')
  writeLines(file, [...opening, ...events('a', 'b', 'c', 'd')])
  let appends = 0
  const failing: Store = {
    ...opened.store,
    reader: opened.store.reader,
    append: async (append) => {
      if (++appends === 2) throw new Error('power cut')
      return await opened.store.append(append)
    },
  }
  await expect(importDossiers(failing, { files: [file], batchSize: 3 })).rejects.toThrow('power cut')
  expect(opened.store.head()).toBe(3)
  expect((await importDossiers(opened.store, { files: [file], batchSize: 3 })).counts).toMatchObject({
    recorded: 3,
    unchanged: 3,
  })
})

it('stops at a conflict that arises between its batches, and keeps what it has appended', async () => {
  await using opened = await openTemporaryStore()
  const file = join(dirname(opened.file), 'a.ndjson')
  const write = (...records: unknown[]) => writeLines(file, records)
  write(...opening, ...events('a', 'b', 'c', 'd'))
  await importDossiers(opened.store, { files: [file] })
  write(...events('a>b', 'b>c', 'c>d', 'd>a'))
  const racing = disturbed(opened.store, async (append) => {
    if (append === 2) await opened.store.append(theirs('c>a', 2))
  })
  const imported = await importDossiers(racing, { files: [file], batchSize: 2 })
  expect(imported).toMatchObject({ refused: true, written: true, counts: { revised: 2 } })
  expect(imported.conflicts).toMatchObject([{ record: 'event c' }])
})

it.each([2, 100])(
  'takes what somebody else has recorded meanwhile, in the same words, for its own (%i a batch)',
  async (batchSize) => {
    await using opened = await openTemporaryStore()
    const { store } = opened
    const file = join(dirname(opened.file), 'a.ndjson')
    const write = (...records: unknown[]) => writeLines(file, records)
    write(...opening)
    await importDossiers(store, { files: [file] })
    write(...opening, ...events('a', 'b', 'c', 'd'))
    const racing = disturbed(store, async (append) => {
      if (append === 1) await store.append(theirs('b', 1))
    })
    expect(await importDossiers(racing, { files: [file], batchSize })).toMatchObject({
      refused: false,
      counts: { recorded: 3, unchanged: 3 },
    })
    write(...events('b>a'))
    expect(await importDossiers(store, { files: [file] })).toMatchObject({ refused: false, counts: { revised: 1 } })
  },
)

it.each([2, 100])(
  'stops where somebody else has recorded a new key meanwhile, in other words (%i a batch)',
  async (batchSize) => {
    await using opened = await openTemporaryStore()
    const { store } = opened
    const file = join(dirname(opened.file), 'a.ndjson')
    const write = (...records: unknown[]) => writeLines(file, records)
    write(...opening, ...events('a'))
    await importDossiers(store, { files: [file] })
    write(...events('b', 'c', 'd', 'e'))
    const racing = disturbed(store, async (append) => {
      if (append === 1) await store.append(theirs('c>a', 1))
    })
    const refused = await importDossiers(racing, { files: [file], batchSize })
    expect(refused).toMatchObject({ refused: true, written: false, conflicts: [{ record: 'event c' }] })
    expect(store.head()).toBe(4)
    const kept = await importDossiers(store, { files: [file], batchSize, keepConflicts: true })
    expect(kept).toMatchObject({ refused: false, counts: { recorded: 3 } })
  },
)

it('remembers a kept conflict as imported where it has come to say the same', async () => {
  await using opened = await openTemporaryStore()
  const { store } = opened
  const file = join(dirname(opened.file), 'a.ndjson')
  const write = (...records: unknown[]) => writeLines(file, records)
  write(...opening, ...events('a', 'b', 'c'))
  await importDossiers(store, { files: [file] })
  await store.append(theirs('c>a', 2))
  write(...events('c>b', 'd'))
  const racing = disturbed(store, async (append) => {
    if (append === 1) await store.append(theirs('c>b', 3))
  })
  const kept = await importDossiers(racing, { files: [file], keepConflicts: true })
  expect(kept.counts).toMatchObject({ recorded: 1, unchanged: 0 })
  write(...events('c'))
  expect(await importDossiers(store, { files: [file] })).toMatchObject({ refused: false, counts: { revised: 1 } })
})

it('lets others write between its batches', async () => {
  await using opened = await openTemporaryStore()
  const file = join(dirname(opened.file), 'a.ndjson')
  const keys = Array.from({ length: 1_200 }, (_, index) => `e${index}`)
  writeLines(file, [...opening, ...events(...keys)])
  const other = await openStore({ file: opened.file })
  const holder = new Database(opened.file)
  let asked: Promise<unknown> = Promise.resolve()
  const racing = disturbed(opened.store, async (append) => {
    if (append !== 2) return
    // They find the store locked, so that they wait and try again, and it is free when the import goes on.
    holder.exec('begin immediate')
    asked = other.append(theirs('theirs', 1))
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    holder.exec('rollback')
  })
  await importDossiers(racing, { files: [file], batchSize: 200 })
  await asked
  holder.close()
  other.close()
  const seqOf = (key: string) =>
    opened.store.reader.get<{ seq: number }>('select seq from changes where key = ?', key)?.seq ?? NaN
  expect(seqOf('theirs')).toBeGreaterThan(seqOf('e200'))
  expect(seqOf('theirs')).toBeLessThan(seqOf('e1199'))
})
