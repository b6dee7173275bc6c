import { closeSync, copyFileSync, openSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import type SqliteDatabase from 'better-sqlite3'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { importDossiers } from '../../src/dossier/import/import.ts'
import { openStore } from '../../src/store/open.ts'
import { openApp } from '../_support/app.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { ARE_NODES } from '../_support/shared-log.ts'
import { temporaryFile } from '../_support/temporary-store.ts'

/** The most pages that databases with this in the names of their files may have. */
const limited = vi.hoisted(() => ({ name: '', pages: 0 }))

vi.mock('better-sqlite3', async (importOriginal) => {
  const { default: Original } = await importOriginal<{ default: typeof SqliteDatabase }>()
  class Limited extends Original {
    constructor(file: string, options?: SqliteDatabase.Options) {
      super(file, options)
      if (limited.pages > 0 && file.includes(limited.name)) this.pragma(`max_page_count = ${limited.pages}`)
    }
  }
  return { default: Limited }
})

afterEach(() => {
  limited.pages = 0
})

const FULL = {
  code: 'STORE_FULL',
  message: 'the store cannot be written: the disk is full or failing; free some space',
}

describe('a disk that fills', () => {
  const names = Array.from({ length: 3_000 }, (_, number) => ({ key: `place-${number}`, name: `Place ${number}` }))

  test('during an import refuses it with a remedy, and leaves the store as it was', async () => {
    using place = temporaryFile()
    const dossier = `${place.folder}/dossier.json`
    writeFileSync(dossier, JSON.stringify({ dossier: 1, places: names }))
    const created = await openStore({ file: place.file })
    created.close()
    Object.assign(limited, { name: 'demarche.db', pages: Math.ceil(statSync(place.file).size / 4_096) + 20 })
    const store = await openStore({ file: place.file })
    await expect(importDossiers(store, { files: [dossier] })).rejects.toMatchObject({ ...FULL, file: place.file })
    expect(store.head()).toBe(0)
    store.close()
    limited.pages = 0
    const roomy = await openStore({ file: place.file })
    expect(await importDossiers(roomy, { files: [dossier] })).toMatchObject({ written: true, head: names.length })
    roomy.close()
  })

  test('by the temporary database of an import refuses it likewise', async () => {
    using place = temporaryFile()
    const dossier = `${place.folder}/dossier.json`
    writeFileSync(dossier, JSON.stringify({ dossier: 1, places: names }))
    const store = await openStore({ file: place.file })
    for (const pages of [2, 20]) {
      Object.assign(limited, { name: '.staging-', pages })
      await expect(importDossiers(store, { files: [dossier] })).rejects.toMatchObject({
        code: 'STORE_FULL',
        message: 'the temporary database of the import cannot be written: the disk is full or failing; free some space',
        file: place.file,
      })
    }
    store.close()
  })
})

describe('a store whose file is moved', () => {
  test.each([
    ['moved', (file: string) => renameSync(file, `${file}.old`)],
    ['deleted', (file: string) => rmSync(file)],
    [
      'replaced',
      (file: string) => {
        copyFileSync(file, `${file}.new`)
        renameSync(`${file}.new`, file)
      },
    ],
  ])('and %s takes no more changes and no tokens, and is read on', async (_, move) => {
    await using app = await openApp({ recorded: [setting] })
    move(app.file)
    const moved = { code: 'STORE_MOVED', message: expect.stringContaining('restart the process') }
    await expect(app.record(planned('event', event()))).rejects.toMatchObject(moved)
    const refused = await app.store.tokens.create({ scope: 'READ' }).catch((error: unknown) => error)
    // Nodes keep their tokens in the log.
    expect(refused).toMatchObject(ARE_NODES ? { token: { scope: 'READ' } } : moved)
    expect((await app.fetch('/health/ready')).status).toBe(503)
    expect(app.store.head()).toBe(setting.length)
    expect((await app.ask('{ actors { totalCount } }')).body.data).toEqual({ actors: { totalCount: 3 } })
  })

  test('takes changes again once it is put back', async () => {
    await using app = await openApp({ recorded: [setting] })
    renameSync(app.file, `${app.file}.old`)
    await expect(app.record(planned('event', event()))).rejects.toMatchObject({ code: 'STORE_MOVED' })
    renameSync(`${app.file}.old`, app.file)
    await app.record(planned('event', event()))
    expect((await app.fetch('/health/ready')).status).toBe(200)
    expect(app.store.head()).toBe(setting.length + 1)
  })
})

describe('a damaged page', () => {
  test('that a query finds fails with 503, and makes the service not ready', async () => {
    const many = Array.from({ length: 400 }, (_, number) =>
      planned('event', event({ event: `ferry/event-${number}`, summary: 'x'.repeat(2_000) })),
    )
    await using app = await openApp({ recorded: [setting, many] })
    const query = '{ developments(first: 100) { nodes { summary } } }'
    expect((await app.ask(query)).status).toBe(200)
    expect((await app.fetch('/health/ready')).status).toBe(200)
    const connection = new Database(app.file)
    connection.pragma('wal_checkpoint(truncate)')
    const { rootpage } = connection.prepare("select rootpage from sqlite_schema where name = 'revisions'").get() as {
      rootpage: number
    }
    connection.close()
    damage(app.file, rootpage)
    // Changes the store, so that neither the response cache nor the page cache of SQLite answers.
    await app.record(planned('place', { key: 'hill', name: 'The Hill' }))
    const { status, body, headers } = await app.ask(query)
    expect([status, headers.get('retry-after')]).toEqual([503, '5'])
    expect(body.errors).toMatchObject([
      { message: 'Not a store, or damaged; restore it from a backup.', extensions: { code: 'STORE_DAMAGED' } },
    ])
    const ready = await app.fetch('/health/ready')
    expect([ready.status, await ready.json()]).toMatchObject([
      503,
      { status: 'not ready', problem: 'Not a store, or damaged; restore it from a backup.' },
    ])
    expect((await app.fetch('/health/live')).status).toBe(200)
    // A page of the service reads the store too.
    const page = await app.fetch('/developments/ferry/event-1.json')
    expect([page.status, page.headers.get('retry-after')]).toEqual([503, '5'])
  })

  test('that the watch for commits finds ends subscriptions, and not the service', async () => {
    await using app = await openApp({ recorded: [setting] })
    await using stream = await app.stream('subscription { developmentAdded { cursor } }')
    await expect.poll(() => app.service.open.followers).toBe(1)
    const connection = new Database(app.file)
    connection.pragma('wal_checkpoint(truncate)')
    connection.close()
    damage(app.file, 1)
    // Without its index of the write-ahead log, SQLite reads the first page again.
    damage(`${app.file}-shm`, 1)
    expect(await stream.event()).toBeUndefined()
    expect((await app.fetch('/health/ready')).status).toBe(503)
    expect((await app.fetch('/health/live')).status).toBe(200)
  })
})

describe("a stranger's store", () => {
  test.each([
    ['trigger', 'create trigger stranger after insert on changes begin delete from changes; end'],
    ['view', 'create view stranger as select load_extension(1)'],
  ])('with a %s is refused before anything is read', async (type, sql) => {
    using place = temporaryFile()
    const store = await openStore({ file: place.file })
    store.close()
    const connection = new Database(place.file)
    connection.exec(sql)
    connection.close()
    await expect(openStore({ file: place.file })).rejects.toMatchObject({
      code: 'STORE_FOREIGN',
      message: `not a store of Demarche: it has a ${type} "stranger", which could run SQL of a stranger; restore the store from a backup, or choose another file`,
      file: place.file,
    })
  })

  test('cannot call functions with side effects from its tables', async () => {
    using place = temporaryFile()
    const store = await openStore({ file: place.file })
    expect(store.reader.get('pragma trusted_schema')).toEqual({ trusted_schema: 0 })
    store.close()
  })
})

/** Overwrites a page of a database. */
function damage(file: string, page: number): void {
  const opened = openSync(file, 'r+')
  writeSync(opened, Buffer.alloc(4_096, 0xa5), 0, 4_096, (page - 1) * 4_096)
  closeSync(opened)
}
