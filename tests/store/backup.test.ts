import { fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, lstatSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import {
  backUpStore,
  openStore,
  openStoreToRead,
  rebuildStore,
  redactRecord,
  restoreStore,
} from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { projectedRows } from '../_support/projected-rows.ts'
import { ARE_NODES } from '../_support/shared-log.ts'
import { openTemporaryStore, temporaryFile } from '../_support/temporary-store.ts'

const onProgress = () => {}
/** Enough for several steps of a copy. */
const many = Array.from({ length: 500 }, (_, index) =>
  planned('event', event({ event: `ferry/event-${index}`, summary: 'long'.padEnd(4_000, 'g') })),
)

describe('a backup', () => {
  test.skipIf(ARE_NODES)('of a store that other processes write to is an exact prefix of its log', async () => {
    await using opened = await openTemporaryStore()
    await opened.store.append({ batches: [setting, many], origin: 'IMPORT' })
    using folder = temporaryFile('backup.db')
    const writer = fork(new URL('../_support/killed-writer.ts', import.meta.url), [opened.file], {
      execPath: process.execPath,
      stdio: 'ignore',
    })
    await once(writer, 'message')
    const { head } = await backUpStore({ file: opened.file, to: folder.file, onProgress })
    await once(writer, 'message')
    writer.kill('SIGKILL')
    await once(writer, 'exit')
    expect(opened.store.head()).toBeGreaterThan(head)
    const log = 'select * from changes where seq <= ? order by seq'
    expect(await rowsOf(folder.file, log, head)).toEqual(await rowsOf(opened.file, log, head))
    expect(await rowsOf(folder.file, 'select max(seq) as head from changes')).toEqual([{ head }])
    const projected = projectedRows(folder.file)
    await rebuildStore(folder.file, onProgress)
    expect(projectedRows(folder.file)).toEqual(projected)
  })

  test('ends although the store changes between all of its steps, and holds none of that', async () => {
    await using opened = await openTemporaryStore()
    await opened.store.append({ batches: [setting, many], origin: 'IMPORT' })
    using folder = temporaryFile('backup.db')
    const other = new Database(opened.file)
    const insert = other.prepare("insert into baselines (space, key, hash) values ('place', ?, '')")
    const steps: number[] = []
    await backUpStore({ file: opened.file, to: folder.file, onProgress: (done) => insert.run(`k${steps.push(done)}`) })
    other.close()
    expect(steps.length).toBeGreaterThan(3)
    expect(steps).toEqual(steps.toSorted((a, b) => a - b))
    expect(await rowsOf(folder.file, 'select * from baselines')).toEqual([])
    expect(await rowsOf(opened.file, 'select * from baselines')).toHaveLength(steps.length)
  })

  test('is one file, as readable as the store, and leaves nothing else', async () => {
    await using opened = await openTemporaryStore()
    await opened.store.append({ batches: [setting], origin: 'IMPORT' })
    using folder = temporaryFile('backup.db')
    const extent = await backUpStore({ file: opened.file, to: folder.file, onProgress })
    const [last] = await rowsOf(opened.file, 'select at as recordedAt from changes order by seq desc')
    expect(extent).toEqual({ ...(last as object), head: setting.length, developments: 0 })
    expect(readdirSync(folder.folder)).toEqual(['backup.db'])
    expect(statSync(folder.file).mode).toBe(statSync(opened.file).mode)
    const copy = await openStoreToRead(folder.file)
    expect(copy.head()).toBe(setting.length)
    copy.close()
    expect(readdirSync(folder.folder)).toEqual(['backup.db'])
  })

  test('replaces a file only if asked, and never a store in use', async () => {
    await using opened = await openTemporaryStore()
    using folder = temporaryFile('backup.db')
    writeFileSync(folder.file, 'mine')
    const backup = { file: opened.file, to: folder.file, onProgress }
    await expect(backUpStore(backup)).rejects.toMatchObject({ code: 'FILE_EXISTS', file: folder.file })
    expect(readdirSync(folder.folder)).toEqual(['backup.db'])
    await backUpStore({ ...backup, overwrite: true })
    await expect(backUpStore({ ...backup, to: opened.file, overwrite: true })).rejects.toMatchObject({
      code: 'STORE_IN_USE',
    })
    await using other = await openTemporaryStore()
    await expect(backUpStore({ ...backup, to: other.file, overwrite: true })).rejects.toMatchObject({
      code: 'STORE_IN_USE',
    })
    await expect(backUpStore({ ...backup, to: folder.folder, overwrite: true })).rejects.toMatchObject({
      code: 'FILE_EXISTS',
    })
  })

  test('is not mixed with what a deleted file of its name left', async () => {
    await using opened = await openTemporaryStore()
    await opened.store.append({ batches: [setting], origin: 'IMPORT' })
    using folder = temporaryFile('backup.db')
    await leaveLog(folder.file)
    const { head } = await backUpStore({ file: opened.file, to: folder.file, onProgress })
    expect(await rowsOf(folder.file, 'select max(seq) as head from changes')).toEqual([{ head }])
    expect(readdirSync(folder.folder)).toEqual(['backup.db'])
  })

  test.each([
    ['a page', (file: string) => writeFileSync(file, Buffer.alloc(4_096, 7), { flag: 'r+' })],
    [
      'an index',
      (file: string) =>
        tamper(
          file,
          'pragma writable_schema = on',
          "update sqlite_schema set sql = replace(sql, 'at', 'by') where name = 'changes_by_at'",
        ),
    ],
    ['a gap in the log', (file: string) => tamper(file, 'delete from changes where seq = 2')],
    ['half of a transaction', (file: string) => tamper(file, `delete from changes where seq = ${setting.length + 1}`)],
    [
      'a change without a revision',
      (file: string) => tamper(file, 'pragma foreign_keys = off', 'delete from revisions'),
    ],
  ])('is not made of a store with damage: %s', async (_, damage) => {
    using place = temporaryFile()
    const store = await openStore({ file: place.file })
    await store.append({ batches: [setting, [planned('event', event())]], origin: 'IMPORT' })
    store.close()
    damage(place.file)
    const to = join(place.folder, 'backup.db')
    await expect(backUpStore({ file: place.file, to, onProgress })).rejects.toMatchObject({ code: 'STORE_DAMAGED' })
    expect(readdirSync(place.folder)).toEqual(['demarche.db'])
  })
})

describe('restoring a backup', () => {
  test('gives the state of the backup, also after a rebuild', async () => {
    await using world = await openWorld()
    const { head, replaced } = await world.restore({ replace: true })
    expect([head, replaced]).toEqual([world.backedUp, { lost: 2, redactionsUndone: [], tokensKept: true }])
    const log = 'select * from changes order by seq'
    expect(await rowsOf(world.file, log)).toEqual(await rowsOf(world.backup, log))
    expect(projectedRows(world.file)).toEqual(projectedRows(world.backup))
    await rebuildStore(world.file, onProgress)
    expect(projectedRows(world.file)).toEqual(projectedRows(world.backup))
  })

  test('makes a store where there is none, or an empty file', async () => {
    await using world = await openWorld()
    for (const name of ['new.db', 'empty.db']) {
      const file = join(world.folder, name)
      if (name === 'empty.db') writeFileSync(file, '')
      const restored = await restoreStore({ backup: world.backup, file, now: Date.now(), onProgress })
      expect(restored).toMatchObject({ head: world.backedUp, replaced: null })
    }
  })

  test('needs no permission over a store that the backup continues', async () => {
    await using world = await openWorld()
    const older = join(world.folder, 'older.db')
    await restoreStore({ backup: world.backup, file: older, now: Date.now(), onProgress })
    await backUpStore({ file: world.file, to: join(world.folder, 'newer.db'), onProgress })
    const newer = { backup: join(world.folder, 'newer.db'), file: older, now: Date.now(), onProgress }
    expect(await restoreStore(newer)).toMatchObject({ replaced: { lost: 0 } })
    expect(await restoreStore(newer)).toMatchObject({ replaced: { lost: 0 } })
  })

  test('refuses a store with changes that the backup lacks, and says how many and what to do', async () => {
    await using world = await openWorld()
    const before = await rowsOf(world.file, 'select * from epochs')
    await expect(world.restore()).rejects.toMatchObject({
      code: 'STORE_AHEAD',
      message: expect.stringMatching(
        /^the store is ahead of the backup: 2 of its 11 changes, recorded from \S+Z to \S+Z, would be lost\. .*demarche backup.*--replace/,
      ),
    })
    expect(await rowsOf(world.file, 'select * from epochs')).toEqual(before)
    expect(readdirSync(world.folder).toSorted()).toEqual(['backup.db', 'demarche.db'])
  })

  test('refuses a store whose history is another from some change on', async () => {
    await using world = await openWorld()
    await world.restore({ replace: true })
    await world.record('ferry/another', 'ferry/history', 'ferry/of-it')
    const branch = join(world.folder, 'branch.db')
    await backUpStore({ file: world.file, to: branch, onProgress })
    await restoreStore({ backup: world.backup, file: world.file, replace: true, now: Date.now(), onProgress })
    await world.record('ferry/third')
    await expect(restoreStore({ backup: branch, file: world.file, now: 1, onProgress })).rejects.toMatchObject({
      code: 'STORE_AHEAD',
      message: expect.stringContaining(`differ after change ${world.backedUp}: 1 of its ${world.backedUp + 1} changes`),
    })
  })

  test('refuses a store with another origin', async () => {
    await using world = await openWorld()
    await using other = await openTemporaryStore()
    await other.store.append({ batches: [setting], origin: 'IMPORT' })
    other.store.close()
    const restoration = { backup: world.backup, file: other.file, now: Date.now(), onProgress }
    await expect(restoreStore(restoration)).rejects.toMatchObject({
      code: 'STORE_UNRELATED',
      message: expect.stringContaining('8 of its 8 changes'),
    })
    const restored = await restoreStore({ ...restoration, replace: true })
    expect(restored.replaced).toEqual({ lost: 8, redactionsUndone: [], tokensKept: false })
    expect(await rowsOf(other.file, 'select count(*) as epochs from epochs')).toEqual([{ epochs: 2 }])
  })

  test('refuses what cannot be read, and replaces it if asked', async () => {
    await using world = await openWorld()
    for (const suffix of ['', '-wal', '-shm', '-journal']) writeFileSync(`${world.file}${suffix}`, 'not a store')
    await expect(world.restore()).rejects.toMatchObject({
      code: 'STORE_DAMAGED',
      message: expect.stringContaining('--replace'),
    })
    expect(await world.restore({ replace: true })).toMatchObject({ replaced: { lost: null, tokensKept: false } })
    expect(readdirSync(world.folder).toSorted()).toEqual(['backup.db', 'demarche.db'])
    expect(await rowsOf(world.file, 'select max(seq) as head from changes')).toEqual([{ head: world.backedUp }])
  })

  test('goes back from a later version if asked, with the tokens of that', async () => {
    await using world = await openWorld()
    const store = await openStore({ file: world.file })
    await store.tokens.revoke('desk')
    store.close()
    tamper(world.file, "insert into migrations (made_at, hash) values (9999999999999, '')")
    await expect(world.restore()).rejects.toMatchObject({
      code: 'STORE_NEWER',
      message: expect.stringMatching(/newer version of Demarche.*--replace$/),
    })
    expect(await world.restore({ replace: true })).toMatchObject({ replaced: { lost: 2, tokensKept: true } })
    const restored = await openStore({ file: world.file })
    expect(restored.tokens.get('desk')?.revokedAt).not.toBeNull()
    restored.close()
  })

  test('replaces a store whose tables it does not know only if asked', async () => {
    await using world = await openWorld()
    tamper(world.file, 'drop table tokens', 'drop table epochs')
    await expect(world.restore()).rejects.toMatchObject({
      code: 'STORE_DAMAGED',
      message: expect.stringContaining('--replace'),
    })
    expect(await world.restore({ replace: true })).toMatchObject({ replaced: { lost: null, tokensKept: false } })
  })

  test('through a link replaces the file that it leads to, which keeps its permissions', async () => {
    await using world = await openWorld()
    const [link, mode] = [join(world.folder, 'link.db'), 0o640]
    symlinkSync(world.file, link)
    chmodSync(world.file, mode)
    await restoreStore({ backup: world.backup, file: link, replace: true, now: Date.now(), onProgress })
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(statSync(world.file).mode & 0o777).toBe(mode)
    expect(await rowsOf(world.file, 'select max(seq) as head from changes')).toEqual([{ head: world.backedUp }])
  })

  test('never replaces the file of another program, nor itself', async () => {
    await using world = await openWorld()
    tamper(join(world.folder, 'other.db'), 'create table t (a)')
    const restoration = { backup: world.backup, replace: true, now: Date.now(), onProgress }
    await expect(restoreStore({ ...restoration, file: join(world.folder, 'other.db') })).rejects.toMatchObject({
      code: 'STORE_FOREIGN',
    })
    await expect(restoreStore({ ...restoration, file: world.backup })).rejects.toMatchObject({ code: 'STORE_IN_USE' })
  })

  test.each([
    ['reads', (file: string) => openStoreToRead(file)],
    ['has it open', (file: string) => openStore({ file })],
  ])('refuses a store that another connection %s', async (_, open) => {
    await using world = await openWorld()
    const other = await open(world.file)
    await expect(world.restore({ replace: true })).rejects.toMatchObject({ code: 'STORE_IN_USE' })
    other.close()
    expect(await world.restore({ replace: true })).toMatchObject({ head: world.backedUp })
  })

  test('removes what a killed process left in the write-ahead log', async () => {
    await using world = await openWorld()
    const writer = fork(new URL('../_support/killed-writer.ts', import.meta.url), [world.file], {
      execPath: process.execPath,
      stdio: 'ignore',
    })
    await once(writer, 'message')
    writer.kill('SIGKILL')
    await once(writer, 'exit')
    expect(statSync(`${world.file}-wal`).size).toBeGreaterThan(0)
    const { replaced } = await world.restore({ replace: true })
    expect(replaced?.lost).toBeGreaterThan(2)
    expect(readdirSync(world.folder).toSorted()).toEqual(['backup.db', 'demarche.db'])
    expect(await rowsOf(world.file, 'select max(seq) as head from changes')).toEqual([{ head: world.backedUp }])
  })

  test('removes what a deleted store left in its write-ahead log', async () => {
    await using world = await openWorld()
    const file = join(world.folder, 'deleted.db')
    await leaveLog(file)
    await restoreStore({ backup: world.backup, file, now: Date.now(), onProgress })
    expect(await rowsOf(file, 'select max(seq) as head from changes')).toEqual([{ head: world.backedUp }])
    expect(readdirSync(world.folder).toSorted()).toEqual(['backup.db', 'deleted.db', 'demarche.db'])
  })

  test('names the redactions that it undoes', async () => {
    await using world = await openWorld()
    await redactRecord(world.file, { key: 'ferry/sinking', reason: 'Order' })
    const { replaced } = await world.restore({ replace: true })
    expect(replaced).toMatchObject({ lost: 3, redactionsUndone: ['ferry/sinking'] })
  })

  test('keeps the tokens of the store that it replaces: none that was revoked comes back', async () => {
    await using world = await openWorld()
    const store = await openStore({ file: world.file })
    const { secret } = await store.tokens.create({ scope: 'READ', name: 'new' })
    await store.tokens.revoke('desk')
    const before = store.tokens.list()
    store.close()
    await world.restore({ replace: true })
    const restored = await openStore({ file: world.file })
    expect(restored.tokens.list()).toEqual(before)
    expect(restored.tokens.find(secret)?.name).toBe('new')
    expect(restored.tokens.get('desk')?.revokedAt).not.toBeNull()
    restored.close()
  })
})

describe('the epochs of a store that was restored', () => {
  test('name, for each former one, up to where it agrees with the store', async () => {
    await using world = await openWorld() // the backup at 9, the store at 11
    const ends = async () => {
      const store = await openStore({ file: world.file })
      const epochs = store.epochs().map(({ honouredUpTo }) => honouredUpTo)
      store.close()
      return epochs
    }
    await world.restore({ replace: true })
    expect(await ends()).toEqual([9, null])
    await world.record('ferry/b1', 'ferry/b2', 'ferry/b3')
    const second = join(world.folder, 'second.db')
    await backUpStore({ file: world.file, to: second, onProgress }) // at 12, in the second epoch
    await world.record('ferry/b4')
    await restoreStore({ backup: second, file: world.file, replace: true, now: Date.now(), onProgress })
    expect(await ends()).toEqual([9, 12, null])
    // The first backup knows the first epoch only; the other two come from the store that it replaces.
    await world.restore({ replace: true })
    expect(await ends()).toEqual([9, 9, 9, null])
    // A branch that left at 9 is followed again to its own end.
    await world.record('ferry/c1')
    await restoreStore({ backup: second, file: world.file, replace: true, now: Date.now(), onProgress })
    expect((await ends()).toSorted((a, b) => (a ?? 99) - (b ?? 99))).toEqual([9, 9, 9, 12, null])
  })

  test('end where two stores that were copied by hand differ', async () => {
    await using world = await openWorld()
    const copied = join(world.folder, 'copied.db')
    // Without a new epoch, as if the file had been copied.
    await backUpStore({ file: world.backup, to: copied, onProgress })
    const store = await openStore({ file: copied })
    await store.append({ batches: [['ferry/x', 'ferry/y', 'ferry/z'].map(newEvent)], origin: 'API' })
    store.close()
    await restoreStore({ backup: copied, file: world.file, replace: true, now: Date.now(), onProgress })
    const restored = await openStore({ file: world.file })
    expect(restored.epochs().map(({ honouredUpTo }) => honouredUpTo)).toEqual([world.backedUp, null])
    restored.close()
  })
})

/** A store with nine changes and a token, its backup, and then two more changes. */
async function openWorld() {
  const place = temporaryFile()
  const backup = join(place.folder, 'backup.db')
  const record = async (...keys: readonly string[]) => {
    const store = await openStore({ file: place.file })
    await store.append({ batches: keys.map((key) => [newEvent(key)]), origin: 'API' })
    store.close()
  }
  const store: Store = await openStore({ file: place.file })
  await store.append({ batches: [setting, [planned('event', event())]], origin: 'IMPORT' })
  await store.tokens.create({ scope: 'RECORD', name: 'desk' })
  store.close()
  const { head: backedUp } = await backUpStore({ file: place.file, to: backup, onProgress })
  await record('ferry/a1', 'ferry/a2')
  return {
    ...place,
    backup,
    backedUp,
    record,
    restore: ({ replace = false } = {}) =>
      restoreStore({ backup, file: place.file, replace, now: Date.now(), onProgress }),
    [Symbol.asyncDispose]: async () => place[Symbol.dispose](),
  }
}

/** Leaves the write-ahead log of a store that was killed and deleted. */
async function leaveLog(file: string): Promise<void> {
  const store = await openStore({ file })
  await store.append({ batches: [setting, [newEvent('ferry/left')]], origin: 'IMPORT' })
  const log = readFileSync(`${file}-wal`)
  store.close()
  rmSync(file)
  writeFileSync(`${file}-wal`, log)
}

function newEvent(key: string) {
  return planned('event', event({ event: key }))
}

async function rowsOf(file: string, query: string, ...parameters: unknown[]): Promise<unknown[]> {
  const store = await openStoreToRead(file)
  try {
    return store.reader.all(query, ...parameters)
  } finally {
    store.close()
  }
}

function tamper(file: string, ...statements: readonly string[]): void {
  const connection = new Database(file)
  connection.unsafeMode()
  for (const statement of statements) connection.exec(statement)
  connection.pragma('journal_mode = DELETE')
  connection.close()
}
