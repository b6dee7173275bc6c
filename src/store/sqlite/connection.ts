import Database from 'better-sqlite3'
import { DemarcheError } from '../../model/errors.ts'

export type Connection = Database.Database
export type Statement = Database.Statement

const FULL = 2

/**
 * Opens a connection as every one of ours has to be: write-ahead log, foreign keys on, `synchronous = FULL`. The last is set and then
 * read back, because an acknowledged write has to be on disk and this build of SQLite falls back to NORMAL without a word.
 */
export function connect(file: string, options: { readonly: boolean }): Connection {
  const connection = openFile(file, options.readonly)
  try {
    connection.pragma('busy_timeout = 0')
    if (!options.readonly) connection.pragma('journal_mode = WAL')
    connection.pragma('synchronous = FULL')
    connection.pragma('foreign_keys = ON')
    connection.pragma('temp_store = MEMORY')
    connection.pragma('cache_size = -65536')
    assertDurable(connection)
    return connection
  } catch (error) {
    connection.close()
    throw recognise(error, file)
  }
}

/** Throws where a commit on this connection would not be on disk when it returns. */
export function assertDurable(connection: Connection): void {
  const synchronous = connection.pragma('synchronous', { simple: true })
  if (synchronous !== FULL) throw new Error(`synchronous is ${String(synchronous)}, not FULL`)
  if (connection.pragma('foreign_keys', { simple: true }) !== 1) throw new Error('foreign keys are off')
}

/** Whether another connection holds the lock that this one asked for. */
export function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')
}

/**
 * SQLite's errors that somebody can act on, as ours; any other comes back as it is. A full disk or a failing write refuses the write and
 * leaves the store readable.
 */
export function recognise(error: unknown, file: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error
  if (isBusy(error)) {
    return new DemarcheError('STORE_BUSY', `${file} is being written by another process; try again`, { cause: error })
  }
  if (error.code === 'SQLITE_FULL' || error.code.startsWith('SQLITE_IOERR')) {
    return new DemarcheError('STORE_FULL', `${file} cannot be written: the disk is full or failing`, { cause: error })
  }
  if (error.code === 'SQLITE_NOTADB' || error.code.startsWith('SQLITE_CORRUPT')) {
    return new DemarcheError('STORE_DAMAGED', `${file} is no store or is damaged; restore it from a backup`, {
      cause: error,
    })
  }
  if (error.code.startsWith('SQLITE_CANTOPEN') || error.code.startsWith('SQLITE_READONLY')) {
    return new DemarcheError(
      'STORE_UNREACHABLE',
      `${file} cannot be opened for writing; is the folder there and writable?`,
      {
        cause: error,
      },
    )
  }
  return error
}

function openFile(file: string, readonly: boolean): Connection {
  try {
    return new Database(file, { readonly })
  } catch (error) {
    if (error instanceof TypeError) {
      const message = `${file} cannot be opened: its folder does not exist`
      throw new DemarcheError('STORE_UNREACHABLE', message, { cause: error })
    }
    throw recognise(error, file)
  }
}
