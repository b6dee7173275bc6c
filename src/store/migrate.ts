import { fileURLToPath } from 'node:url'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { DemarcheError } from '../model/errors.ts'
import { beginWhenFree } from './append.ts'
import { assertDurable, recognise, type Connection } from './database.ts'

const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url))

/**
 * Brings a store to the tables of this version, in one transaction: all migrations it lacks, or none. Foreign keys are off meanwhile,
 * since a table is changed by making it anew, and checked before anything is committed. Throws `STORE_NEWER` for a store that a later
 * version wrote. `folder` is where the migrations stand; the tests keep older sets.
 */
export async function migrate(connection: Connection, folder: string = MIGRATIONS): Promise<void> {
  const migrations = readMigrationFiles({ migrationsFolder: folder })
  connection.pragma('foreign_keys = OFF')
  try {
    await beginWhenFree(connection)
    try {
      applyMissing(connection, migrations)
      connection.exec('commit')
    } catch (error) {
      if (connection.inTransaction) connection.exec('rollback')
      throw recognise(error, connection.name)
    }
  } finally {
    connection.pragma('foreign_keys = ON')
  }
  assertDurable(connection)
}

/** Throws where a row refers to one that is not there. */
export function assertReferences(connection: Connection): void {
  const violations = connection.pragma('foreign_key_check') as { table: string; parent: string }[]
  const [first] = violations
  if (first !== undefined) {
    throw new Error(`${violations.length} rows refer to nothing, the first from ${first.table} to ${first.parent}`)
  }
}

function applyMissing(connection: Connection, migrations: ReturnType<typeof readMigrationFiles>): void {
  connection.exec(
    'create table if not exists migrations (made_at integer primary key not null, hash text not null) without rowid',
  )
  const applied = connection.prepare('select max(made_at) from migrations').pluck().get() as number | null
  const newest = Math.max(...migrations.map(({ folderMillis }) => folderMillis))
  if (applied !== null && applied > newest) {
    const message = `${connection.name} was written by a newer version of Demarche; run that version, or restore an older backup`
    throw new DemarcheError('STORE_NEWER', message)
  }
  const missing = migrations.filter(({ folderMillis }) => folderMillis > (applied ?? 0))
  if (missing.length === 0) return
  if (applied === null) assertEmpty(connection)
  const record = connection.prepare('insert into migrations (made_at, hash) values (?, ?)')
  for (const { sql, folderMillis, hash } of missing) {
    for (const statement of sql) connection.exec(statement)
    record.run(folderMillis, hash)
  }
  assertReferences(connection)
}

function assertEmpty(connection: Connection): void {
  const foreign = connection
    .prepare("select name from sqlite_schema where type = 'table' and name not in ('migrations', 'sqlite_sequence')")
    .pluck()
    .get()
  if (foreign !== undefined) {
    throw new DemarcheError('STORE_FOREIGN', `${connection.name} is a SQLite file of something else; name another file`)
  }
}
