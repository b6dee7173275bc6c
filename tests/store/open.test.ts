import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { assertDurable, connect } from '../../src/store/sqlite/connection.ts'
import { backUpStore, openStore, openStoreToRead, rebuildStore } from '../../src/store/open.ts'
import { ARE_NODES } from '../_support/shared-log.ts'
import { planned, setting } from '../_support/planned-changes.ts'
import { openTemporaryStore, temporaryFile } from '../_support/temporary-store.ts'

describe('opening a store', () => {
  test('keeps every connection durable, before and after writing', async () => {
    using place = temporaryFile()
    const writing = await connect(place.file, { readonly: false })
    writing.exec('create table t (a); insert into t values (1)')
    const reading = await connect(place.file, { readonly: true })
    for (const connection of [writing, reading]) {
      expect(connection.pragma('synchronous', { simple: true })).toBe(2)
      expect(connection.pragma('foreign_keys', { simple: true })).toBe(1)
      connection.close()
    }
  })

  test('detects a connection that could lose a commit', async () => {
    using place = temporaryFile()
    const connection = await connect(place.file, { readonly: false })
    connection.pragma('synchronous = NORMAL')
    expect(() => assertDurable(connection)).toThrow('synchronous is 1, not FULL')
    connection.close()
  })

  test('reads its epoch once', async () => {
    await using place = await openTemporaryStore()
    const epoch = place.store.epoch()
    const before = place.store.reader.queriesRun
    expect(place.store.epoch()).toBe(epoch)
    expect(place.store.reader.queriesRun).toBe(before)
  })

  test('keeps what was appended, and its epoch', async () => {
    using place = temporaryFile()
    const first = await openStore({ file: place.file })
    await first.append({ batches: [setting], origin: 'IMPORT' })
    const epoch = first.epoch()
    first.close()
    const second = await openStore({ file: place.file })
    expect([second.head(), second.epoch()]).toEqual([setting.length, epoch])
    second.close()
  })

  test('tells what is asked of it after it was closed that the service stops', async () => {
    await using place = await openTemporaryStore()
    const { store } = place
    await store.append({ batches: [setting], origin: 'IMPORT' })
    store.close()
    expect(() => store.head()).toThrow(expect.objectContaining({ code: 'STOPPING' }))
    await expect(store.append({ batches: [setting], origin: 'IMPORT' })).rejects.toMatchObject({ code: 'STOPPING' })
  })

  test('refuses in one line a store that a newer version wrote', async () => {
    using place = temporaryFile()
    const store = await openStore({ file: place.file })
    store.close()
    const later = new Database(place.file)
    later.prepare('insert into migrations values (?, ?)').run(9_999_999_999_999, 'later')
    later.close()
    await expect(openStore({ file: place.file })).rejects.toMatchObject({
      code: 'STORE_NEWER',
      message: 'the store was written by a newer version of Demarche; run that version, or restore an older backup',
      file: place.file,
    })
  })

  test('refuses files that are not a store', async () => {
    using place = temporaryFile()
    writeFileSync(
      place.file,
      'this is a letter, not a database, and long enough to have a header of its own '.repeat(4),
    )
    await expect(openStore({ file: place.file })).rejects.toMatchObject({ code: 'STORE_DAMAGED' })
    using other = temporaryFile()
    const foreign = new Database(other.file)
    foreign.exec('create table letters (text)')
    foreign.close()
    await expect(openStore({ file: other.file })).rejects.toMatchObject({ code: 'STORE_FOREIGN' })
    await expect(openStore({ file: `${other.folder}/missing/demarche.db` })).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
    })
  })

  test('lets two openers make the same store at once', async () => {
    using place = temporaryFile()
    const stores = await Promise.all(Array.from({ length: 4 }, async () => openStore({ file: place.file })))
    expect(new Set(stores.map((store) => store.epoch())).size).toBe(1)
    for (const store of stores) store.close()
  })

  test.each([
    ['opens', async (file: string) => (await openStore({ file })).close()],
    ['opens for reading', async (file: string) => (await openStoreToRead(file)).close()],
    ['rebuilds', async (file: string) => rebuildStore(file, () => {})],
    ['backs up', async (file: string) => backUpStore({ file, to: `${file}.copy`, onProgress: () => {} })],
  ])(
    '%s a store that another process has all to itself for a moment, as when it recovers or closes it',
    async (_, open) => {
      using place = temporaryFile()
      ;(await openStore({ file: place.file })).close()
      const other = new Database(place.file)
      other.pragma('locking_mode = EXCLUSIVE')
      other.exec('begin exclusive; commit')
      const [outcome] = await Promise.allSettled([open(place.file), closeLater(other)])
      expect(outcome).toMatchObject({ status: 'fulfilled' })
    },
  )

  test('waits for another process that creates the same file', async () => {
    using place = temporaryFile()
    const other = new Database(place.file)
    other.exec('begin immediate')
    const [store] = await Promise.all([openStore({ file: place.file }), closeLater(other)])
    expect(store.head()).toBe(0)
    store.close()
  })

  test('closes all connections if it fails', async () => {
    using place = temporaryFile()
    const { file } = place
    const options = {
      file,
      get steady(): never {
        throw new Error('no clock')
      },
    }
    await expect(openStore(options)).rejects.toThrow('no clock')
    // The last connection to be closed removes the other files of the store.
    expect(readdirSync(place.folder)).toEqual(['demarche.db'])
  })

  test.skipIf(ARE_NODES)('notifies of commits of this process and of others', async () => {
    await using opened = await openTemporaryStore()
    const { store, file } = opened
    let heard = Promise.withResolvers<void>()
    const stop = store.watch(() => heard.resolve())
    await store.append({ batches: [setting], origin: 'IMPORT' })
    await heard.promise
    heard = Promise.withResolvers<void>()
    const other = await openStore({ file })
    await other.append({ batches: [[planned('place', { key: 'hill', name: 'The Hill' })]], origin: 'IMPORT' })
    await heard.promise
    other.close()
    stop()
    expect(store.watchers).toBe(0)
  })

  test('waits while another process writes, without blocking this one', async () => {
    await using opened = await openTemporaryStore()
    const { store, file } = opened
    const holder = new Database(file)
    holder.exec('begin immediate')
    const appended = store.append({ batches: [setting], origin: 'IMPORT' })
    let turns = 0
    const turning = setInterval(() => {
      if (++turns === 3) holder.exec('rollback')
    }, 5)
    expect(await appended).toEqual({ first: 1, last: setting.length })
    clearInterval(turning)
    holder.close()
    expect(turns).toBeGreaterThanOrEqual(3)
  })

  test('reads a store whose last process was killed in the middle of a transaction with a rollback journal', async () => {
    using place = temporaryFile()
    const store = await openStore({ file: place.file })
    await store.append({ batches: [setting], origin: 'IMPORT' })
    store.close()
    const writer = new Database(place.file)
    writer.pragma('journal_mode = DELETE')
    writer.pragma('cache_size = 1')
    writer.exec("begin; update changes set note = hex(zeroblob(4096)); update actors set name = 'Nobody'")
    // What a killed process leaves.
    using killed = temporaryFile()
    for (const suffix of ['', '-journal']) copyFileSync(place.file + suffix, killed.file + suffix)
    writer.close()
    expect(readFileSync(killed.file).equals(readFileSync(place.file))).toBe(false)
    const read = await openStoreToRead(killed.file)
    expect(read.reader.get('select count(*) as notes from changes where note is not null')).toEqual({ notes: 0 })
    read.close()
  })

  test('keeps every acknowledged change when the process is killed', async () => {
    using place = temporaryFile()
    const writer = fork(new URL('../_support/killed-writer.ts', import.meta.url), [place.file], {
      execPath: process.execPath,
      stdio: 'ignore',
    })
    let acknowledged = 0
    writer.on('message', (seq) => {
      acknowledged = Number(seq)
      if (acknowledged >= 40) writer.kill('SIGKILL')
    })
    await once(writer, 'exit')
    const store = await openStore({ file: place.file })
    expect(store.head()).toBeGreaterThanOrEqual(acknowledged)
    expect(acknowledged).toBeGreaterThanOrEqual(40)
    const log = store.reader.get<{ rows: number }>('select count(*) as rows from changes')
    expect(log?.rows).toBe(store.head())
    store.close()
  })
})

/** After an attempt of another connection to lock the file has failed. */
async function closeLater(connection: Database.Database): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await wait(1)
  connection.close()
}
