import { randomUUID } from 'node:crypto'
import { ANSWER_KEPT, Appender } from './append.ts'
import { Clock } from './log/clock.ts'
import { CommitWatcher } from './log/commit-watcher.ts'
import { redact, type Redacted, type Redaction } from './log/redaction.ts'
import { projection } from './projections/project.ts'
import { isCurrent, rebuild, recordProjection, type RebuildProgress } from './rebuild.ts'
import { answerTo } from './queries/changes.ts'
import { lastRedaction } from './queries/developments.ts'
import { assertInPlace, connect, recognise, type Connection } from './sqlite/connection.ts'
import { assertMigrated, assertStore, migrate } from './sqlite/migrate.ts'
import { Reader } from './sqlite/prepared.ts'
import { connectToRead } from './sqlite/reading.ts'
import { transact } from './sqlite/transaction.ts'
import type { Epoch, Store } from './store.ts'
import { Tokens } from './tokens.ts'

export interface OpenOptions {
  /** Created if it does not exist. */
  readonly file: string
  /** The time, in milliseconds since 1970. */
  readonly now?: () => number
  /** A monotonic clock in milliseconds, used to detect jumps of `now`. Default only if `now` is not given. */
  readonly steady?: () => number
  /** How long an append waits while another process writes, in milliseconds. */
  readonly patience?: number
  /** The interval between checks for commits of other processes, in milliseconds. */
  readonly pollEvery?: number
  /** Whether reads use memory-mapped pages: faster, but they count as resident memory. */
  readonly mapped?: boolean
  /** Called during a rebuild that opening makes necessary. */
  readonly onRebuild?: RebuildProgress
}

/**
 * Opens a store for reading and writing. Creates and migrates it first, and rebuilds it if another version projected it. The caller must
 * close it. Throws `STORE_NEWER`, `STORE_OLDER`, `STORE_FOREIGN`, `STORE_BUSY`, `STORE_DAMAGED`, `STORE_UNREACHABLE`.
 */
export async function openStore(options: OpenOptions): Promise<Store> {
  const { file, now = Date.now, pollEvery = 100, mapped = false } = options
  const writing = await connect(file, { readonly: false })
  let reader: Reader | undefined
  try {
    await prepare(writing, now)
    if (!isCurrent(writing)) await rebuild(writing, options.onRebuild)
    reader = new Reader(await connect(file, { readonly: true, mapped }))
    const steady = options.steady ?? (options.now === undefined ? () => performance.now() : undefined)
    const appender = new Appender(writing, projection(writing), {
      clock: new Clock(now, steady),
      patience: options.patience,
    })
    const append: Store['append'] = (changes) => appender.append(changes)
    return assemble(reader, { file, now, pollEvery, append, writing, close: () => writing.close() })
  } catch (error) {
    reader?.close()
    writing.close()
    throw recognise(error, file)
  }
}

/**
 * Opens a store for reading. `append` then fails, and nothing stays in its folder that was not there. The caller must close it. Throws
 * `STORE_EMPTY`, `STORE_FOREIGN`, `STORE_NEWER`, `STORE_OLDER`, `STORE_BUSY`, `STORE_DAMAGED`, `STORE_UNREACHABLE`.
 */
export async function openStoreToRead(file: string): Promise<Store> {
  let connection: Connection | undefined
  try {
    connection = await connectToRead(file)
    assertMigrated(connection, file)
    const append = () => Promise.reject(new Error('the store is open for reading only'))
    return assemble(new Reader(connection), { file, now: Date.now, pollEvery: 100, append, close: () => {} })
  } catch (error) {
    connection?.close()
    throw recognise(error, file)
  }
}

/**
 * Opens a store for reading in a thread of a process that has it open. (`openStoreToRead` would drop the locks that the process has on the
 * store.) The caller must close it. Throws `STORE_BUSY`, `STORE_UNREACHABLE`, `STORE_DAMAGED`.
 */
export async function openBeside(file: string): Promise<Pick<Store, 'reader' | 'head' | 'close'>> {
  const connection = await connect(file, { readonly: true })
  // What such a thread reads, it reads once.
  connection.pragma('cache_size = -16384')
  const reader = new Reader(connection)
  return { reader, head: () => headOf(reader), close: () => reader.close() }
}

/** Migrates a store and projects its tables anew from its log. Throws `STORE_BUSY` while another process writes. */
export async function rebuildStore(file: string, onProgress: RebuildProgress): Promise<void> {
  await changeStore(file, (connection) => rebuild(connection, onProgress))
}

/** Migrates a store and redacts a record. See `redact` for what it throws. */
export async function redactRecord(file: string, redaction: Omit<Redaction, 'now'>): Promise<Redacted> {
  return await changeStore(file, (connection) => redact(connection, { ...redaction, now: Date.now() }))
}

async function changeStore<Result>(file: string, change: (connection: Connection) => Promise<Result>): Promise<Result> {
  const writing = await connect(file, { readonly: false })
  try {
    assertStore(writing, file)
    await prepare(writing, Date.now)
    return await change(writing)
  } catch (error) {
    throw recognise(error, file)
  } finally {
    writing.close()
  }
}

/** Migrates a store. Gives a new one its epoch, and records that there is nothing to project yet. */
async function prepare(connection: Connection, now: () => number): Promise<void> {
  await migrate(connection)
  const anyEpoch = connection.prepare('select 1 from epochs')
  if (anyEpoch.get() !== undefined) return
  await transact(connection, () => {
    if (anyEpoch.get() !== undefined) return
    connection.prepare('insert into epochs (epoch, born_at) values (?, ?)').run(randomUUID(), now())
    if (connection.prepare('select 1 from changes').get() === undefined) recordProjection(connection)
  })
}

export { backUpStore, type Extent } from './log/backup.ts'
export { restoreStore, type Restored } from './log/restore.ts'

interface StoreParts {
  readonly file: string
  readonly now: () => number
  readonly pollEvery: number
  readonly append: Store['append']
  /** Undefined if the store is open for reading only. */
  readonly writing?: Connection
  /** Closes what writes. */
  readonly close: () => void
}

function assemble(reader: Reader, { file, now, pollEvery, append, writing, close }: StoreParts): Store {
  const watcher = new CommitWatcher(reader, pollEvery)
  // Only restoring a store from a copy gives it another epoch, and the restored store is opened anew.
  let known: readonly Epoch[] | undefined
  const epochs = () =>
    (known ??= reader.all<Epoch>(
      'select epoch, born_at as bornAt, honoured_up_to as honouredUpTo from epochs order by born_at, honoured_up_to is null',
    ))
  let epoch: string | undefined
  return {
    file,
    reader,
    tokens: new Tokens({ reader, writing, now }),
    now,
    head: () => headOf(reader),
    furthest: () => headOf(reader),
    reach: async (seq) => seq <= headOf(reader),
    settledBefore: now,
    lastRedaction: () => lastRedaction(reader),
    epochs,
    epoch: () => (epoch ??= currentOf(epochs())),
    assertInPlace: () => writing && assertInPlace(writing),
    async append(changes) {
      const appended = await append(changes)
      watcher.notify()
      return appended
    },
    answerTo: async (by, key) => answerTo(reader, by, key, now() - ANSWER_KEPT),
    watch: (onCommit) => watcher.watch(onCommit),
    get watchers() {
      return watcher.listeners
    },
    close() {
      watcher.close()
      reader.close()
      close()
    },
  }
}

function headOf(reader: Reader): number {
  return reader.get<{ head: number | null }>('select max(seq) as head from changes')?.head ?? 0
}

function currentOf(epochs: readonly Epoch[]): string {
  const current = epochs.find(({ honouredUpTo }) => honouredUpTo === null)
  if (current === undefined) throw new Error('the store has no current epoch')
  return current.epoch
}
