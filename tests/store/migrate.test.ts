import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { is } from 'drizzle-orm'
import type * as migrator from 'drizzle-orm/migrator'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { connect } from '../../src/store/sqlite/connection.ts'
import { migrate } from '../../src/store/sqlite/migrate.ts'
import { openStore } from '../../src/store/open.ts'
import { columnName } from '../../src/store/sqlite/write-buffer.ts'
import * as developments from '../../src/store/schema/developments.ts'
import * as log from '../../src/store/schema/log.ts'
import * as references from '../../src/store/schema/reference-records.ts'
import { event, planned, setting, statement } from '../_support/planned-changes.ts'
import { projectedRows } from '../_support/projected-rows.ts'
import type { RebuildProgress } from '../../src/store/rebuild.ts'
import { openTemporaryStore, temporaryFile } from '../_support/temporary-store.ts'

/** The folder that is read in place of the migrations of this version, if any. */
const later = vi.hoisted(() => ({ folder: undefined as string | undefined }))

vi.mock('drizzle-orm/migrator', async (importOriginal) => {
  const { readMigrationFiles } = await importOriginal<typeof migrator>()
  const read: typeof readMigrationFiles = ({ migrationsFolder }) =>
    readMigrationFiles({ migrationsFolder: later.folder ?? migrationsFolder })
  return { readMigrationFiles: read }
})

afterEach(() => {
  later.folder = undefined
})

const MIGRATIONS = resolve(import.meta.dirname, '../../migrations')

describe('the migrations', () => {
  test('make the tables that the definitions say, stored by their composite keys', async () => {
    await using opened = await openTemporaryStore()
    for (const table of Object.values<unknown>({ ...log, ...references, ...developments })) {
      if (!is(table, SQLiteTable)) continue
      const { name, columns, primaryKeys } = getTableConfig(table)
      const made = opened.store.reader.all<{ name: string }>(`pragma table_info(${name})`)
      expect([name, made.map((column) => column.name)]).toEqual([
        name,
        columns.map((column) => columnName(column.name)),
      ])
      const listed = opened.store.reader.get<{ wr: number }>('select wr from pragma_table_list where name = ?', name)
      expect([name, listed?.wr]).toEqual([name, primaryKeys.length > 0 ? 1 : 0])
    }
  })

  test('keep the log, the epoch and every row of a filled store when a later version changes a table and rebuilds', async () => {
    using place = temporaryFile()
    const earlier = await openStore({ file: place.file })
    await earlier.append({
      batches: [[...setting, planned('event', event()), planned('statement', statement())]],
      origin: 'IMPORT',
      baselines: [{ space: 'actor', key: 'north', hash: 'one' }],
    })
    const [head, epoch, changes] = [earlier.head(), earlier.epoch(), earlier.reader.all('select * from changes')]
    earlier.close()
    const rows = projectedRows(place.file)
    const connection = await connect(place.file, { readonly: false })
    connection.exec("update projection set projected_with = 'earlier'")
    connection.close()

    later.folder = migrationsAnd(place.folder, 'alter table baselines add column brought_at integer')
    const onRebuild = vi.fn<RebuildProgress>()
    const store = await openStore({ file: place.file, onRebuild })
    expect(onRebuild).toHaveBeenCalled()
    expect([store.head(), store.epoch(), store.reader.all('select * from changes')]).toEqual([head, epoch, changes])
    expect(projectedRows(place.file)).toEqual(rows)
    expect(store.reader.all('select * from baselines')).toEqual([
      { space: 'actor', key: 'north', hash: 'one', brought_at: null },
    ])
    const { entries } = JSON.parse(readFileSync('migrations/meta/_journal.json', 'utf8')) as { entries: unknown[] }
    expect(store.reader.get('select count(*) as count from migrations')).toEqual({ count: entries.length + 1 })
    expect(
      await store.append({ batches: [[planned('place', { key: 'hill', name: 'The Hill' })]], origin: 'API' }),
    ).toEqual({
      first: head + 1,
      last: head + 1,
    })
    store.close()
  })

  test('leave a store as it was if one of them fails', async () => {
    using place = temporaryFile()
    const connection = await connect(place.file, { readonly: false })
    await migrate(connection)
    const broken = migrationsAnd(place.folder, 'create table half (a);\n--> statement-breakpoint\nnonsense;')
    await expect(migrate(connection, broken)).rejects.toThrow('nonsense')
    expect(connection.prepare("select name from sqlite_schema where name = 'half'").all()).toEqual([])
    expect(connection.pragma('foreign_keys', { simple: true })).toBe(1)
    connection.close()
  })

  test('refuse a store from before the first release', async () => {
    using place = temporaryFile()
    const store = await openStore({ file: place.file })
    store.close()
    const earlier = await connect(place.file, { readonly: false })
    earlier.exec('update migrations set made_at = made_at - 500000000')
    earlier.close()
    await expect(openStore({ file: place.file })).rejects.toMatchObject({
      code: 'STORE_OLDER',
      message:
        'the store was written by a version from before this release; export its records with that version, or delete the store with its -wal and -shm files, and import the dossiers again',
      file: place.file,
    })
  })
})

/** A copy of the migrations, in the folder, with one more. */
function migrationsAnd(parent: string, sql: string): string {
  const folder = join(parent, 'migrations')
  cpSync(MIGRATIONS, folder, { recursive: true })
  const file = join(folder, 'meta', '_journal.json')
  const journal = JSON.parse(readFileSync(file, 'utf8')) as { entries: { when: number }[] }
  const when = Math.max(...journal.entries.map((entry) => entry.when)) + 1
  const entries = [...journal.entries, { ...journal.entries.at(-1), idx: journal.entries.length, when, tag: 'next' }]
  writeFileSync(file, JSON.stringify({ ...journal, entries }))
  writeFileSync(join(folder, 'next.sql'), sql)
  return folder
}
