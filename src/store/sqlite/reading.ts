import { accessSync, closeSync, constants, copyFileSync, existsSync, mkdtempSync, openSync } from 'node:fs'
import { chmodSync, readSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { StoreError } from '../../model/errors.ts'
import { untilFree } from './busy.ts'
import { connectNow, recognise, type Connection } from './connection.ts'

/*
 * Opens a store to read it, and leaves its folder as it is. SQLite reads a store with a write-ahead log only together with its `-wal` and
 * `-shm` files:
 *
 *   1. If both exist and the log holds changes, a service has the store open, or had when it was killed. They are used, and stay.
 *   2. If there is no log, or an empty one, a connection that may write creates the files, and the last one removes them when it is closed. It
 *      is kept from writing anything else. Such a connection is also needed to roll back a `-journal` that a killed process left.
 *   3. Otherwise, and where the folder or the file may not be written, a temporary copy is read.
 *
 * Another process may make or remove these files between the choice and its execution. Then the choice is made again.
 */

/**
 * For a process that does not have the store open otherwise: on POSIX systems, closing any handle of a file, as of the one whose header is read
 * here, drops the locks of the whole process on it. The caller must close the connection. Throws `STORE_EMPTY`, `STORE_UNREACHABLE`, `STORE_BUSY`,
 * `STORE_DAMAGED`.
 */
export async function connectToRead(file: string): Promise<Connection> {
  try {
    return await untilFree(() => {
      const hasLog = readHeader(file)[LOG_VERSION] === 2
      // SQLite keeps the other files beside the file that a link leads to.
      const path = realpathSync(file)
      const before = logsOf(path)
      try {
        return connectAsItIs(file, path, hasLog)
      } catch (cause) {
        if (logsOf(path) === before) throw cause
        throw new StoreError('STORE_BUSY', 'other processes keep opening and closing the store; try again', {
          file,
          cause,
        })
      }
    })
  } catch (error) {
    throw recognise(error, file)
  }
}

function connectAsItIs(file: string, path: string, hasLog: boolean): Connection {
  const isFilled = (suffix: string) => (statSync(path + suffix, { throwIfNoEntry: false })?.size ?? 0) > 0
  const hasChanges = isFilled('-wal')
  if ((!hasLog && !isFilled('-journal')) || (hasChanges && existsSync(`${path}-shm`)))
    return connectNow(file, { readonly: true })
  if (hasChanges || !isWritable(path) || !isWritable(dirname(path))) return connectToCopy(file, path)
  const connection = connectNow(file, { readonly: false })
  connection.pragma('query_only = ON')
  return connection
}

/** The byte of a header that says how the file is written: 2 with a write-ahead log. */
const LOG_VERSION = 18
const HEADER = 100

function readHeader(file: string): Buffer {
  const header = Buffer.alloc(HEADER)
  try {
    const handle = openSync(file, 'r')
    try {
      if (readSync(handle, header, 0, HEADER, 0) > 0) return header
    } finally {
      closeSync(handle)
    }
  } catch (cause) {
    const message = 'the store cannot be read; check that it is a file, and its permissions'
    throw new StoreError('STORE_UNREACHABLE', message, { file, cause })
  }
  throw new StoreError('STORE_EMPTY', 'an empty file, not a store; check the path', { file })
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function connectToCopy(file: string, path: string): Connection {
  const folder = mkdtempSync(join(tmpdir(), 'demarche-'))
  try {
    const copy = join(folder, basename(path))
    const before = stateOf(path)
    for (const suffix of ['', '-wal', '-journal']) {
      if (!existsSync(path + suffix)) continue
      copyFileSync(path + suffix, copy + suffix, constants.COPYFILE_FICLONE)
      chmodSync(copy + suffix, 0o600)
    }
    if (stateOf(path) !== before) {
      throw new StoreError('STORE_BUSY', 'the store was written while it was copied for reading; try again', { file })
    }
    const connection = connectNow(copy, { readonly: false })
    connection.pragma('query_only = ON')
    // Opens its files, so that they can lose their names.
    connection.prepare('select 1 from sqlite_schema').get()
    return connection
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
    const message = `the folder of the store is read-only, and the store cannot be copied to ${tmpdir()} for reading; set TMPDIR to a folder with space for it`
    throw new StoreError('STORE_UNREACHABLE', message, { file, cause: error })
  } finally {
    // Where the system does not allow it, the system's own cleaning of the folder removes the copy.
    try {
      rmSync(folder, { recursive: true, force: true })
    } catch {}
  }
}

/** Differs after the store was written. */
function stateOf(path: string): string {
  return ['', '-wal', '-shm']
    .map((suffix) => statSync(path + suffix, { bigint: true, throwIfNoEntry: false }))
    .map((stats) => (stats === undefined ? '' : `${stats.ino} ${stats.size} ${stats.mtimeNs}`))
    .join()
}

/** Differs after another process has opened the store first, or closed it last. */
function logsOf(path: string): string {
  return ['-wal', '-shm', '-journal']
    .map((suffix) => statSync(path + suffix, { throwIfNoEntry: false })?.ino ?? '')
    .join()
}
