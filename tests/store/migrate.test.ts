import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { is } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { connect, type Connection } from '../../src/store/sqlite/connection.ts'
import { migrate } from '../../src/store/sqlite/migrate.ts'
import { openStore } from '../../src/store/open.ts'
import { columnName } from '../../src/store/sqlite/write-buffer.ts'
import * as developments from '../../src/store/schema/developments.ts'
import * as log from '../../src/store/schema/log.ts'
import * as references from '../../src/store/schema/reference-records.ts'
import { event, planned, setting, statement } from '../_support/planned-changes.ts'
import { derivedRows } from '../_support/derived-rows.ts'
import { openTemporaryStore, temporaryFile } from '../_support/temporary-store.ts'

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

  test('bring a filled store of the version before to the same answers', async () => {
    await using opened = await openTemporaryStore()
    await opened.store.append({
      batches: [[...setting, planned('event', event()), planned('statement', statement())]],
      origin: 'IMPORT',
      baselines: [{ space: 'actor', key: 'north', hash: 'one' }],
    })
    using place = temporaryFile()
    const older = connect(place.file, { readonly: false })
    await migrate(older, migrationsButTheLast(place.folder))
    copyTables(opened.store.file, older)
    older.close()
    const migrated = await openStore({ file: place.file })
    expect(migrated.head()).toBe(opened.store.head())
    expect(derivedRows(place.file)).toEqual(derivedRows(opened.file))
    expect(migrated.epoch()).toBe(opened.store.epoch())
    expect(migrated.reader.all('select * from baselines')).toEqual(opened.store.reader.all('select * from baselines'))
    migrated.close()
  })

  test('leave a store as it was where one of them fails', async () => {
    using place = temporaryFile()
    const folder = migrationsButTheLast(place.folder)
    const connection = connect(place.file, { readonly: false })
    await migrate(connection, folder)
    const broken = join(place.folder, 'broken')
    cpSync(MIGRATIONS, broken, { recursive: true })
    const last = readJournal(broken).entries.at(-1)
    writeFileSync(join(broken, `${last?.tag}.sql`), 'create table half (a);\n--> statement-breakpoint\nnonsense;')
    await expect(migrate(connection, broken)).rejects.toThrow('nonsense')
    expect(connection.prepare("select name from sqlite_schema where name = 'half'").all()).toEqual([])
    expect(connection.pragma('foreign_keys', { simple: true })).toBe(1)
    connection.close()
  })
})

function migrationsButTheLast(parent: string): string {
  const folder = join(parent, 'earlier')
  cpSync(MIGRATIONS, folder, { recursive: true })
  const journal = readJournal(folder)
  writeFileSync(journalOf(folder), JSON.stringify({ ...journal, entries: journal.entries.slice(0, -1) }))
  return folder
}

function readJournal(folder: string): { entries: { tag: string }[] } {
  return JSON.parse(readFileSync(journalOf(folder), 'utf8')) as { entries: { tag: string }[] }
}

function journalOf(folder: string): string {
  return join(folder, 'meta', '_journal.json')
}

/** Every table that both have, full text aside: what a store of the version before held. */
function copyTables(from: string, to: Connection): void {
  to.pragma('foreign_keys = OFF')
  to.prepare('attach ? as origin').run(from)
  const names = (schema: string) =>
    to
      .prepare(`select name from ${schema}.sqlite_schema where type = 'table' and sql not like '%fts5%'`)
      .pluck()
      .all() as string[]
  const columns = (schema: string, table: string) =>
    (to.pragma(`${schema}.table_info(${table})`) as { name: string }[]).map(({ name }) => name)
  const held = new Set(names('main'))
  for (const table of names('origin').filter(
    (name) => held.has(name) && name !== 'migrations' && !/_(data|idx|docsize|config|content)$/.test(name),
  )) {
    const had = new Set(columns('main', table))
    const shared = columns('origin', table)
      .filter((name) => had.has(name))
      .join(', ')
    to.exec(`insert into main.${table} (${shared}) select ${shared} from origin.${table}`)
  }
  to.exec("update derivation set derived_with = 'the version before'; detach origin")
  to.pragma('foreign_keys = ON')
}
