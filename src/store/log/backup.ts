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
  const source = connectToRead(file)
  try {
    assertKnown(source, file)
    if (overwrite) assertUnused(to, file)
    else if (existsSync(to)) throw fileExists(to, REMEDY)
    const place = (temporary: string) => (overwrite ? renameSync(temporary, to) : placeNew(temporary, to, REMEDY))
    return await copyStore(source, { from: file, to, like: file, place, onProgress })
  } finally {
    source.close()
  }
}

/** Throws `STORE_IN_USE` for a store that a process has open, and for the store that is backed up. */
function assertUnused(to: string, file: string): void {
  if (!existsSync(to)) return
  const isItself = statSync(to).ino === statSync(file).ino
  if (!isItself && !existsSync(`${to}-wal`)) return
  throw new StoreError('STORE_IN_USE', 'a store in use; write the backup to another file', { file: to })
}

/** Gives a temporary file a name that no file has. Throws `FILE_EXISTS`. */
export function placeNew(temporary: string, to: string, remedy: string): void {
  try {
    linkSync(temporary, to)
  } catch (error) {
    if (existsSync(to)) throw fileExists(to, remedy, error)
    renameSync(temporary, to) // the file system has no links
  }
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
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(temporary + suffix, { force: true })
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
  const copy = connect(temporary, { readonly: false })
  try {
    await prepare?.(copy)
    copy.pragma('journal_mode = DELETE')
    return verify(copy, from)
  } finally {
    copy.close()
    sync(temporary)
  }
}

/** Checks that a copy is whole: its pages and indexes, that its log has no gap and ends with a transaction, and that its tables hold what its log holds. */
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
