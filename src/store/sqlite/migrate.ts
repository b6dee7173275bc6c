import { fileURLToPath } from 'node:url'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { DemarcheError } from '../../model/errors.ts'
import type { Connection } from './connection.ts'
import { transactUnreferenced } from './transaction.ts'

const MIGRATIONS = fileURLToPath(new URL('../../../migrations', import.meta.url))

/**
 * Brings a store to the tables of this version, in one transaction: all migrations it lacks, or none. Foreign keys are off meanwhile,
 * since a table is changed by making it anew, and checked before anything is committed. Throws `STORE_NEWER` for a store that a later
 * version wrote. `folder` is where the migrations stand; the tests keep older sets.
 */
export async function migrate(connection: Connection, folder: string = MIGRATIONS): Promise<void> {
  const migrations = readMigrationFiles({ migrationsFolder: folder })
  if (missingFrom(connection, migrations).length === 0) return
  // Another process may migrate it meanwhile: what is missing is looked up again where nobody else can write.
  await transactUnreferenced(connection, () => applyMissing(connection, migrations))
}

type Migrations = ReturnType<typeof readMigrationFiles>

/** The migrations that a store lacks, in order. */
function missingFrom(connection: Connection, migrations: Migrations): Migrations {
  const applied = appliedUpTo(connection)
  const newest = Math.max(...migrations.map(({ folderMillis }) => folderMillis))
  if (applied > newest) {
    const message = `${connection.name} was written by a newer version of Demarche; run that version, or restore an older backup`
    throw new DemarcheError('STORE_NEWER', message)
  }
  return migrations.filter(({ folderMillis }) => folderMillis > applied)
}

function applyMissing(connection: Connection, migrations: Migrations): void {
  const missing = missingFrom(connection, migrations)
  if (missing.length === migrations.length) assertEmpty(connection)
  connection.exec(
    'create table if not exists migrations (made_at integer primary key not null, hash text not null) without rowid',
  )
  const record = connection.prepare('insert into migrations (made_at, hash) values (?, ?)')
  for (const { sql, folderMillis, hash } of missing) {
    for (const statement of sql) connection.exec(statement)
    record.run(folderMillis, hash)
  }
}

/** When the last migration that a store has was made, milliseconds since 1970; 0 where it has none. */
function appliedUpTo(connection: Connection): number {
  const table = connection.prepare("select 1 from sqlite_schema where type = 'table' and name = 'migrations'").get()
  if (table === undefined) return 0
  return (connection.prepare('select max(made_at) from migrations').pluck().get() as number | null) ?? 0
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
