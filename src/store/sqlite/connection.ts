import { accessSync, constants, statSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { ErrorCode } from '../../model/error-codes.ts'
import { article, DemarcheError, show, StoreError } from '../../model/errors.ts'
import { isBusy, PATIENCE, untilFree } from './busy.ts'

export type Connection = Database.Database
export type SqlStatement = Database.Statement

const FULL = 2

/** SQLite's own limit of mapped bytes. */
const MAPPED_MAX = 2_147_418_112

interface ConnectionOptions {
  readonly readonly: boolean
  /** Reads through memory-mapped pages, without a system call and a copy for each. They count as resident memory of the process. */
  readonly mapped?: boolean
  /** Whether no other connection may have the store open, from the start to the end of this one. Throws `STORE_IN_USE`. */
  readonly alone?: boolean
}

/**
 * Opens a connection with the settings that all of ours have: write-ahead log, foreign keys on, `synchronous = FULL`. The last is set and
 * then read back, because an acknowledged write must be on disk, and this build of SQLite falls back to NORMAL silently. A store may come
 * from a stranger: before anything else is read, its schema is barred from running functions with side effects, and refused if it has
 * triggers or views. While another process opens the store for the first time, recovers it or closes it for the last time, even reading fails:
 * waits for it, and throws `STORE_BUSY` if that takes long.
 */
export async function connect(file: string, options: ConnectionOptions): Promise<Connection> {
  try {
    return await untilFree(() => connectNow(file, options), options.alone ? PATIENCE_ALONE : PATIENCE)
  } catch (error) {
    if (options.alone && isBusy(error)) {
      const message =
        'another process has the store open, such as `demarche serve`; stop it first, and run the command again'
      throw new StoreError('STORE_IN_USE', message, { file, cause: error })
    }
    throw recognise(error, file)
  }
}

/** How long to wait for the last process that has the store open, in milliseconds: for one that is about to close it, not for a service. */
const PATIENCE_ALONE = 1_000

/** The same at once. Throws what SQLite throws. */
export function connectNow(file: string, options: ConnectionOptions): Connection {
  let connection: Connection | undefined
  try {
    if (!options.readonly) assertWritable(file)
    connection = new Database(file, options)
    connection.pragma('trusted_schema = OFF')
    connection.pragma('busy_timeout = 0')
    if (options.alone) {
      connection.pragma('locking_mode = EXCLUSIVE')
      connection.exec('begin exclusive; commit') // the lock stays
    }
    assertPlain(connection)
    if (!options.readonly) {
      assertOurs(connection)
      if (!options.alone) connection.pragma('journal_mode = WAL')
    }
    inodes.set(connection, inodeOf(file))
    connection.pragma('synchronous = FULL')
    connection.pragma('foreign_keys = ON')
    connection.pragma('temp_store = MEMORY')
    connection.pragma('cache_size = -65536')
    if (options.mapped) connection.pragma(`mmap_size = ${MAPPED_MAX}`)
    assertDurable(connection)
    // Opens the write-ahead log, also one that was begun just now: from then on, readers never wait.
    connection.pragma('schema_version')
    return connection
  } catch (error) {
    connection?.close()
    throw error
  }
}

/** Throws `STORE_UNREACHABLE` for a file that may not be written, which SQLite would silently open for reading. */
function assertWritable(file: string): void {
  try {
    accessSync(file, constants.W_OK)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException // what functions of `fs` throw
    if (!['EACCES', 'EPERM', 'EROFS'].includes(code)) return
    const message = 'the store may not be written by this user; check who owns the file and its folder'
    throw new StoreError('STORE_UNREACHABLE', message, { file, cause: error })
  }
}

/** The file that each connection has opened. */
const inodes = new WeakMap<Connection, number | undefined>()

function inodeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.ino
}

/** Throws `STORE_MOVED` if another file has the name of the one that is open, or none: what is written to that would be lost. */
export function assertInPlace(connection: Connection): void {
  if (!inodes.has(connection) || inodes.get(connection) === inodeOf(connection.name)) return
  const message =
    'the file of the store was moved, replaced or deleted while this process had it open; nothing was written: put it back, or restart the process'
  throw new StoreError('STORE_MOVED', message, { file: connection.name })
}

/** Throws `STORE_FOREIGN` for a file of another program, before anything is written to it. */
export function assertOurs(connection: Connection): void {
  // In one transaction, because another process may create the store meanwhile.
  const isForeign = connection.transaction(() => !hasMigrations(connection) && hasOtherTables(connection))
  if (!isForeign()) return
  const message = 'a SQLite file of another program, not a store; choose another file'
  throw new StoreError('STORE_FOREIGN', message, { file: connection.name })
}

function hasOtherTables(connection: Connection): boolean {
  const other = connection.prepare("select 1 from sqlite_schema where name not in ('migrations', 'sqlite_sequence')")
  return other.get() !== undefined
}

/** Whether a file has our table of migrations. */
export function hasMigrations(connection: Connection): boolean {
  return connection.prepare("select 1 from pragma_table_info('migrations') where name = 'made_at'").get() !== undefined
}

/**
 * Throws `STORE_FOREIGN` if reading or writing the store's tables would run SQL that the store brings along. No version of Demarche makes
 * any.
 */
function assertPlain(connection: Connection): void {
  const found = connection
    .prepare("select type, name from sqlite_schema where type in ('trigger', 'view') limit 1")
    .get()
  if (found === undefined) return
  // A row of the columns selected.
  const { type, name } = found as { readonly type: string; readonly name: string }
  const message = `not a store of Demarche: it has ${article(type)} ${show(name)}, which could run SQL of a stranger; restore the store from a backup, or choose another file`
  throw new StoreError('STORE_FOREIGN', message, { file: connection.name })
}

/** Throws if a commit on this connection would not be on disk when it returns. */
export function assertDurable(connection: Connection): void {
  const synchronous = connection.pragma('synchronous', { simple: true })
  if (synchronous !== FULL) throw new Error(`synchronous is ${String(synchronous)}, not FULL`)
  if (connection.pragma('foreign_keys', { simple: true }) !== 1) throw new Error('foreign keys are off')
}

/** The errors of SQLite that have a remedy: the beginning of its code, our code, and the message. */
const RECOGNISED: readonly (readonly [sqlite: RegExp, code: ErrorCode, message: string])[] = [
  [/^SQLITE_BUSY/, 'STORE_BUSY', 'the store is being written by another process; try again'],
  [
    /^(SQLITE_(FULL$|IOERR)|ENOSPC$|EDQUOT$|EIO$)/,
    'STORE_FULL',
    'the store cannot be written: the disk is full or failing; free some space',
  ],
  [/^SQLITE_(NOTADB$|CORRUPT)/, 'STORE_DAMAGED', 'not a store, or damaged; restore it from a backup'],
  [
    /^SQLITE_(CANTOPEN|READONLY)/,
    'STORE_UNREACHABLE',
    'the store cannot be opened for writing; check that its folder exists and is writable',
  ],
  [
    /^(ENOENT|ENOTDIR|EACCES|EPERM|EROFS|EISDIR)$/,
    'STORE_UNREACHABLE',
    'the file cannot be written; check that its folder exists and is writable',
  ],
]

/**
 * Returns a {@link StoreError} for an error of SQLite or of the file system that has a remedy, `STOPPING` for what is asked of a store that
 * has been closed, and any other error unchanged. After `STORE_FULL`, reads still work.
 */
export function recognise(error: unknown, file: string): unknown {
  if (error instanceof TypeError && error.message.includes('directory does not exist')) {
    const message = 'the store cannot be opened, because its folder does not exist; check the path'
    return new StoreError('STORE_UNREACHABLE', message, { file, cause: error })
  }
  // A request that is still under way when the service has stopped.
  if (error instanceof TypeError && error.message === 'The database connection is not open')
    return new DemarcheError('STOPPING', 'The service stops. Ask again once it runs.', { cause: error })
  if (error instanceof StoreError || !(error instanceof Error && 'code' in error)) return error
  const code = String(error.code)
  const [, ours, message] = RECOGNISED.find(([sqlite]) => sqlite.test(code)) ?? []
  return ours === undefined || message === undefined ? error : new StoreError(ours, message, { file, cause: error })
}

/**
 * Prepares a statement that SQLite does not plan anew when it runs with other values. It does so where a parameter may influence the plan,
 * and the driver clears all values after each run, so it would be nearly each time that a statement with an ORDER BY runs. Planning takes
 * longer than most of them take to run. With `+?` for `?`, the plan depends on no value.
 */
export function prepareOnce(connection: Connection, sql: string): SqlStatement {
  return connection.prepare(sql.replace(QUOTED_OR_PARAMETER, (text) => (QUOTE.test(text) ? text : `+${text}`)))
}

const QUOTED_OR_PARAMETER = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\?|@\w+/g
const QUOTE = /^['"`]/
