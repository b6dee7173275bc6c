import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { StoreError } from '../../model/errors.ts'
import { connect, recognise, type Connection } from '../sqlite/connection.ts'
import { assertKnown } from '../sqlite/migrate.ts'
import { connectToRead } from '../sqlite/reading.ts'
import { cleanLeft } from './redaction.ts'

/*
 * Copies a store that may be in use. The copy is an exact prefix of the log: one read transaction lasts from the first page to the last.
 * SQLite's backup alone starts again whenever another process commits, and so may never end; inside a read transaction it does not notice.
 * Writers go on meanwhile, and the write-ahead log keeps what they write until the copy is done.
 *
 * A copy is made under a temporary name, checked, and written to disk before it gets its own name, so that a file of that name is whole. It
 * needs no other file beside it, and can be copied and moved like any file.
 */

/** How far a copy has come, in pages of the file. */
export type CopyProgress = (done: number, total: number) => void

/** What a store holds. */
export interface Extent {
  /** The number of changes. */
  readonly head: number
  /** When the last of them was recorded, in milliseconds since 1970; null if there is none. */
  readonly recordedAt: number | null
  readonly developments: number
}

interface Copy {
  /** The file that `source` is a connection to. */
  readonly from: string
  readonly to: string
  /** The file whose owner and permissions the copy gets. */
  readonly like: string
  /** Changes the copy before it is checked. */
  readonly prepare?: (copy: Connection) => Promise<void>
  /** Gives the temporary file its name. */
  readonly place: (temporary: string) => void
  readonly onProgress: CopyProgress
}

export interface Backup {
  /** The store, which may be in use. */
  readonly file: string
  /** The file to write. */
  readonly to: string
  /** Whether a file of that name may be replaced. */
  readonly overwrite?: boolean | undefined
  readonly onProgress: CopyProgress
}

/**
 * Backs up a store, also one of an earlier version. Throws `FILE_EXISTS`; `STORE_IN_USE` if the file to replace is a store in use;
 * `STORE_DAMAGED`, `STORE_FULL`, `STORE_UNREACHABLE`.
 */
export async function backUpStore({ file, to, overwrite = false, onProgress }: Backup): Promise<Extent> {
  const source = await connectToRead(file)
  try {
    assertKnown(source, file)
    const replaced = statSync(to, { throwIfNoEntry: false })
    if (replaced?.isFile() === false)
      throw new StoreError('FILE_EXISTS', 'exists already, and is not a file; choose another name', { file: to })
    if (replaced !== undefined && !overwrite) throw fileExists(to, REMEDY)
    if (replaced !== undefined) assertUnused(to, file)
    const place = (temporary: string) => (overwrite ? replaceFile(temporary, to) : placeNew(temporary, to, REMEDY))
    return await copyStore(source, { from: file, to, like: file, place, onProgress })
  } finally {
    source.close()
  }
}

/** Throws `STORE_IN_USE` for a store that a process has open, and for the store that is backed up. */
function assertUnused(to: string, file: string): void {
  if (!isSameFile(to, file) && !existsSync(`${to}-wal`)) return
  throw new StoreError('STORE_IN_USE', 'a store in use; write the backup to another file', { file: to })
}

/** Whether two existing paths lead to one file. */
export function isSameFile(a: string, b: string): boolean {
  const [first, second] = [statSync(a), statSync(b)]
  return first.ino === second.ino && first.dev === second.dev
}

/** Gives a temporary file the name of another one, which it replaces. */
export function replaceFile(temporary: string, to: string): void {
  removeLogs(to)
  renameSync(temporary, to)
}

/** Gives a temporary file a name that no file has. Throws `FILE_EXISTS`. */
export function placeNew(temporary: string, to: string, remedy: string): void {
  if (existsSync(to)) throw fileExists(to, remedy)
  removeLogs(to)
  try {
    linkSync(temporary, to)
  } catch (error) {
    if (existsSync(to)) throw fileExists(to, remedy, error)
    renameSync(temporary, to) // the file system has no links
  }
}

/** Removes what SQLite keeps beside a file. It would take what a file of this name left, such as a deleted store, for that of the new one. */
function removeLogs(file: string): void {
  for (const suffix of ['-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true })
}

const REMEDY = 'choose another name, or pass --overwrite'

function fileExists(file: string, remedy: string, cause?: unknown): StoreError {
  return new StoreError('FILE_EXISTS', `exists already; ${remedy}`, { file, cause })
}

/** Throws `STORE_DAMAGED`, `STORE_FULL`, `STORE_UNREACHABLE`. */
export async function copyStore(source: Connection, copy: Copy): Promise<Extent> {
  const { from, to, like, prepare, place, onProgress } = copy
  const temporary = `${to}.${randomUUID().slice(0, 8)}.part`
  const remove = () => {
    rmSync(temporary, { force: true })
    removeLogs(temporary)
  }
  process.once('exit', remove)
  try {
    create(temporary, like)
    await copyPages(source, temporary, onProgress)
    const extent = await finish(temporary, from, prepare)
    place(temporary)
    sync(dirname(to))
    return extent
  } catch (error) {
    throw recognise(error, to)
  } finally {
    process.off('exit', remove)
    remove()
  }
}

/** Creates a file for the same eyes as another one. Only a privileged user can give it the same owner. */
function create(file: string, like: string): void {
  const { mode, uid, gid } = statSync(like)
  closeSync(openSync(file, 'wx', mode & 0o777))
  chmodSync(file, mode & 0o777)
  if (process.getuid?.() === 0) chownSync(file, uid, gid)
}

/** Pages copied in one turn of the event loop: some milliseconds. */
const PAGES = 1_000

async function copyPages(source: Connection, temporary: string, onProgress: CopyProgress): Promise<void> {
  source.exec('begin')
  try {
    const total = source.pragma('page_count', { simple: true }) as number
    onProgress(0, total)
    await source.backup(temporary, {
      progress: ({ totalPages, remainingPages }) => {
        // Before the first step, no number is known.
        if (totalPages > 0) onProgress(totalPages - remainingPages, total)
        return PAGES
      },
    })
    onProgress(total, total)
  } finally {
    source.exec('commit')
  }
}

async function finish(temporary: string, from: string, prepare: Copy['prepare']): Promise<Extent> {
  const copy = await connect(temporary, { readonly: false })
  try {
    await prepare?.(copy)
    await cleanLeft(copy)
    copy.pragma('journal_mode = DELETE')
    return verify(copy, from)
  } finally {
    copy.close()
    sync(temporary)
  }
}

/**
 * Checks that a copy is whole: its pages and indexes, that its log has no gap and ends with a transaction, and that its tables end with the
 * same change. Bytes that were altered within a text are not noticed.
 */
function verify(copy: Connection, from: string): Extent {
  const checked = copy.pragma('integrity_check(1)', { simple: true })
  // Rows of the columns selected.
  const log = copy.prepare(LOG).get() as Log
  const { developments, lastRevision } = copy.prepare(PROJECTED).get() as Projected
  const { head, count, batch, lastChange, recordedAt } = log
  if (checked === 'ok' && count === head && batch === head && lastRevision === lastChange) {
    return { head, recordedAt, developments }
  }
  const problem = checked === 'ok' ? 'its log and its tables do not agree' : String(checked)
  throw new StoreError('STORE_DAMAGED', `damaged (${problem}); use the last backup that is whole`, { file: from })
}

const LOG = `select count(*) as count, coalesce(max(seq), 0) as head, coalesce(max(batch), 0) as batch, max(at) as recordedAt,
  coalesce(max(seq) filter (where space = 'development'), 0) as lastChange from changes`

interface Log {
  readonly count: number
  readonly head: number
  readonly batch: number
  readonly recordedAt: number | null
  readonly lastChange: number
}

const PROJECTED =
  'select count(*) as developments, (select coalesce(max(id), 0) from revisions) as lastRevision from developments'

interface Projected {
  readonly developments: number
  readonly lastRevision: number
}

/** Writes a file, or the names in a folder, to disk. */
function sync(path: string): void {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
