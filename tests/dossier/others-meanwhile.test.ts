import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { importDossiers } from '../../src/dossier/import/import.ts'
import type { RecordOf } from '../../src/model/records/definitions.ts'
import type { Append } from '../../src/store/append.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { events, opening, writeLines } from '../_support/event-lines.ts'
import { ARE_NODES } from '../_support/shared-log.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

/** A change of one of the events by another writer. */
function theirs(name: string, revision: number): Append {
  const [one] = events(name) as [{ development: RecordOf<'event'> }] // events() writes these
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

it('stops at a conflict that arises between batches, and keeps what it has appended', async () => {
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
    const kept = await importDossiers(store, { files: [file], batchSize, isLoad: true })
    expect(kept).toMatchObject({ refused: false, counts: { recorded: 3 } })
  },
)

it('remembers a skipped conflict as imported once both sides say the same', async () => {
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
  const kept = await importDossiers(racing, { files: [file], isLoad: true })
  expect(kept.counts).toMatchObject({ recorded: 1, unchanged: 0 })
  write(...events('c'))
  expect(await importDossiers(store, { files: [file] })).toMatchObject({ refused: false, counts: { revised: 1 } })
})

it.skipIf(ARE_NODES)('lets others write between batches', async () => {
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
