import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { importDossiers, type ImportOptions, type Imported } from '../../src/dossier/import/import.ts'
import type { Append } from '../../src/store/append.ts'
import type { Store } from '../../src/store/store.ts'
import { events, opening, writeLines } from '../_support/event-lines.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

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

it('appends everything in one transaction if it fits', async () => {
  const { appends } = await appendsOf([...opening, ...events('a', 'b', 'c')], { batchSize: 5 })
  expect(appends).toEqual(['north gazette a b c |'])
})

it('appends in batches what does not fit in one transaction', async () => {
  const { appends, imported } = await appendsOf([...opening, ...events('a', 'b', 'c', 'd', 'e')], { batchSize: 3 })
  expect(appends).toEqual(['north gazette a |', 'b c d |', 'e |'])
  expect(imported.counts.recorded).toBe(7)
})

it('ends a batch at a point that no reference crosses', async () => {
  const { appends } = await appendsOf([...opening, ...events('a', 'b>c', 'c', 'd')], { batchSize: 4 })
  expect(appends).toEqual(['north gazette a |', 'b c d |'])
})

it('widens a batch for a reference that points beyond it', async () => {
  const { appends } = await appendsOf([...opening, ...events('a>d', 'b', 'c', 'd', 'e', 'f')], { batchSize: 2 })
  expect(appends).toEqual(['north gazette |', 'a b c d |', 'e f |'])
})

it('appends records ahead of their turn if a reference leads too far', async () => {
  const far = ['a>z', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'z']
  const { appends } = await appendsOf([...opening, ...events(...far)], { batchSize: 2 })
  expect(appends).toEqual(['north gazette |', 'z a |', 'b |', 'c d |', 'e f |', 'g h |', 'i |'])
})

it('follows references from the records that it takes, even in cycles', async () => {
  const { appends } = await appendsOf([...opening, ...events('a>c', 'b', 'c>e', 'd', 'e>a', 'f', 'g')], {
    batchSize: 2,
  })
  expect(appends).toEqual(['north gazette |', 'a b c d e |', 'f g |'])
})

it('keeps batches small however far references lead, and appends referenced records first', async () => {
  const keys = Array.from({ length: 2_000 }, (_, index) => `e${index}`)
  const newestFirst = keys.map((key, index) => (index + 1 < keys.length ? `${key}>e${index + 1}` : key))
  const { appends } = await appendsOf([...opening, ...events(...newestFirst)], { batchSize: 100 })
  const batches = appends.map((append) => append.replace(' |', '').split(' '))
  expect(batches.map(({ length }) => length)).toEqual([2, ...Array.from({ length: 20 }, () => 100)])
  expect(batches.slice(1).flat()).toEqual(keys.toReversed())
})

it('appends a cycle across several spaces together', async () => {
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

it('appends a cycle together, however long, and nothing else with it', async () => {
  const keys = Array.from({ length: 60 }, (_, index) => `e${index}`)
  const circle = keys.map((key, index) => `${key}>e${(index + 7) % keys.length}`)
  const { appends } = await appendsOf([...opening, ...events('a>e9', 'b>z', ...circle, 'y', 'z>y')], { batchSize: 3 })
  expect(appends).toEqual(['north gazette |', `${keys.join(' ')} |`, 'a y z |', 'b |'])
})

it('appends everything in one transaction on request, and reports how long it held the lock', async () => {
  const { appends, imported } = await appendsOf([...opening, ...events('a', 'b', 'c')], { batchSize: 2, atomic: true })
  expect(appends).toHaveLength(1)
  expect(imported.lockedFor).toBeGreaterThan(0)
})

it('continues after the batches of a failed import', async () => {
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
