import { fileURLToPath } from 'node:url'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { StoreError } from '../../model/errors.ts'
import { assertOurs, hasMigrations, type Connection } from './connection.ts'
import { transactUnreferenced } from './transaction.ts'

const MIGRATIONS = fileURLToPath(new URL('../../../migrations', import.meta.url))

/**
 * Applies the migrations that a store lacks, all in one transaction or none. Foreign keys are off meanwhile, because SQLite changes a
 * table by recreating it, and are checked before the commit. Throws `STORE_NEWER` for a store of a later version, `STORE_OLDER` for one
 * from before the first release. `folder` is where the migrations are.
 */
export async function migrate(connection: Connection, folder: string = MIGRATIONS): Promise<void> {
  const migrations = readMigrationFiles({ migrationsFolder: folder })
  if (missingFrom(connection, migrations).length === 0) return
  // Another process may migrate the store meanwhile, so the transaction looks again.
  await transactUnreferenced(connection, () => applyMissing(connection, migrations))
}

/** Throws `STORE_EMPTY` for a file without a store, `STORE_OLDER` for a store that has to be migrated, `STORE_NEWER`. */
export function assertMigrated(connection: Connection, file: string): void {
  if (assertKnown(connection, file).length === 0) return
  const message = 'the store was written by an earlier version of Demarche; run `demarche rebuild` first'
  throw new StoreError('STORE_OLDER', message, { file })
}

/**
 * Returns the migrations that a store lacks. Throws `STORE_EMPTY`, `STORE_FOREIGN`, `STORE_NEWER`, and `STORE_OLDER` if it cannot be
 * migrated.
 */
export function assertKnown(connection: Connection, file: string): Migrations {
  assertStore(connection, file)
  return missingFrom(connection, readMigrationFiles({ migrationsFolder: MIGRATIONS }))
}

/** Throws `STORE_EMPTY` for a file without a store, `STORE_FOREIGN` for a file of another program. */
export function assertStore(connection: Connection, file: string): void {
  if (appliedTo(connection).length > 0) return
  assertOurs(connection)
  const message =
    'a SQLite file without a store; if it is a copy of a store in use, its -wal file is missing: make copies with `demarche backup`'
  throw new StoreError('STORE_EMPTY', message, { file })
}

type Migrations = ReturnType<typeof readMigrationFiles>

/** The migrations that a store lacks, in order. */
function missingFrom(connection: Connection, migrations: Migrations): Migrations {
  const known = new Set(migrations.map(({ folderMillis }) => folderMillis))
  const applied = appliedTo(connection)
  const unknown = applied.filter((madeAt) => !known.has(madeAt))
  if (unknown.some((madeAt) => madeAt > Math.max(...known))) {
    const message = 'the store was written by a newer version of Demarche; run that version, or restore an older backup'
    throw new StoreError('STORE_NEWER', message, { file: connection.name })
  }
  if (unknown.length > 0) {
    const message =
      'the store was written by a version from before this release; export its records with that version, or delete the store with its -wal and -shm files, and import the dossiers again'
    throw new StoreError('STORE_OLDER', message, { file: connection.name })
  }
  return migrations.filter(({ folderMillis }) => !applied.includes(folderMillis))
}

function applyMissing(connection: Connection, migrations: Migrations): void {
  const missing = missingFrom(connection, migrations)
  connection.exec(
    'create table if not exists migrations (made_at integer primary key not null, hash text not null) without rowid',
  )
  const record = connection.prepare('insert into migrations (made_at, hash) values (?, ?)')
  for (const { sql, folderMillis, hash } of missing) {
    for (const statement of sql) connection.exec(statement)
    record.run(folderMillis, hash)
  }
}

/** When each migration that a store has was made, in milliseconds since 1970. */
function appliedTo(connection: Connection): number[] {
  if (!hasMigrations(connection)) return []
  return connection.prepare('select made_at from migrations').pluck().all() as number[]
}
