import { randomUUID } from 'node:crypto'
import { DemarcheError } from '../model/errors.ts'
import { ANSWER_KEPT, Appender } from './append.ts'
import { Clock } from './log/clock.ts'
import { CommitWatcher } from './log/commit-watcher.ts'
import { cleanLeft, redact, type Redacted, type Redaction } from './log/redaction.ts'
import { assertOwnLog, leave } from './nodes/membership.ts'
import { type LogOptions, POLL, SETTLED_AFTER } from './nodes/node-state.ts'
import { GRACE, readNow } from './nodes/token-mirror.ts'
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
import { Tokens, tokenWriter, type TokenWriter } from './tokens.ts'

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
  /** The log that the store is a node of. Without it, the store holds the log itself. */
  readonly log?: LogOptions | undefined
  /** Whether a thread of its own writes the file of a node, so that reads do not wait. By default, on the main thread. */
  readonly ownThread?: boolean
}

/**
 * Opens a store for reading and writing. Creates and migrates it first, and rebuilds it if another version projected it. The caller must
 * close it. Throws `STORE_NEWER`, `STORE_OLDER`, `STORE_FOREIGN`, `STORE_BUSY`, `STORE_DAMAGED`, `STORE_UNREACHABLE`.
 */
export async function openStore(options: OpenOptions): Promise<Store> {
  if (options.log !== undefined) return await openNodeStore(options, options.log)
  const { file, now = Date.now, pollEvery = 100, mapped = false } = options
  const writing = await connect(file, { readonly: false })
  let reader: Reader | undefined
  try {
    await prepare(writing, now)
    assertOwnLog(writing)
    if (!isCurrent(writing)) await rebuild(writing, options.onRebuild)
    await cleanLeft(writing)
    const opened = (reader = new Reader(await connect(file, { readonly: true, mapped })))
    const steady = options.steady ?? (options.now === undefined ? () => performance.now() : undefined)
    const appender = new Appender(writing, projection(writing), {
      clock: new Clock(now, steady),
      patience: options.patience,
    })
    const append: Store['append'] = (changes) => appender.append(changes)
    const answer: Store['answerTo'] = async (by, key) => answerTo(opened, by, key, now() - ANSWER_KEPT)
    const inPlace = () => assertInPlace(writing)
    const close = () => writing.close()
    const watcher = new CommitWatcher(opened, pollEvery)
    return assemble(opened, {
      file,
      now,
      watcher,
      append,
      answerTo: answer,
      assertInPlace: inPlace,
      tokens: tokenWriter(writing),
      close,
    })
  } catch (error) {
    reader?.close()
    writing.close()
    throw recognise(error, file)
  }
}

/**
 * Opens the file of a node, and creates it if it does not exist. Follows the log from then on, also if the log cannot be reached at first.
 * Throws `STORE_FOREIGN`, `MISCONFIGURED`, `LOG_NEWER`, `LOG_OLDER`.
 */
async function openNodeStore(options: OpenOptions, log: LogOptions): Promise<Store> {
  const { file, now = Date.now, pollEvery = 100, mapped = false, onRebuild } = options
  let onCommit = () => {}
  const { isMainThread } = await import('node:worker_threads')
  const { Keeper } = await import('./nodes/keeper.ts')
  const { Node, openNode } = await import('./nodes/node.ts')
  const keeper =
    (options.ownThread ?? isMainThread)
      ? await Keeper.open({ file, log, onRebuild, onCommit: () => onCommit() })
      : await openNode({ file, log, onRebuild, onChange: (committed) => committed && onCommit() })
  if (keeper instanceof Node) await keeper.look()
  let reader: Reader | undefined
  try {
    const reading = await connect(file, { readonly: true, mapped })
    const opened = (reader = new Reader(reading))
    const state = () => keeper.state()
    const closed = Promise.withResolvers<void>()
    const { grace = GRACE, poll = POLL } = log
    let lookedAt = -LOOKS_EVERY
    const lookAfter = (instant: number) => {
      const isDue = now() - state().clockAhead > instant + SETTLED_AFTER
      if (!isDue || performance.now() - lookedAt < LOOKS_EVERY) return
      lookedAt = performance.now()
      void keeper.look()
    }
    const shared: StoreParts['shared'] = {
      node: { state, lookAfter, log, closed: () => closed.promise },
      furthest: () => Math.max(headOf(opened), state().log.head),
      reach: async (seq) => seq <= headOf(opened) || (await keeper.reach(seq)),
      settledBefore: () => state().settledBefore,
    }
    const watcher = new CommitWatcher(opened, pollEvery)
    const store = assemble(opened, {
      file,
      now,
      watcher,
      append: (append) => keeper.append(append),
      answerTo: (by, key) => keeper.answerTo(by, key),
      assertInPlace: () => assertInPlace(reading),
      tokens: keeper,
      areStale: () => readNow().uptime - state().tokensAt > grace + 2 * poll,
      shared,
      close: () => void keeper.close().then(closed.resolve, closed.resolve),
    })
    onCommit = () => watcher.notify()
    return store
  } catch (error) {
    reader?.close()
    await keeper.close()
    throw recognise(error, file)
  }
}

/** However many readers wait for an instant, the log is asked once in so many milliseconds. */
const LOOKS_EVERY = 100

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
    const reader = new Reader(connection)
    const answer: Store['answerTo'] = async (by, key) => answerTo(reader, by, key, Date.now() - ANSWER_KEPT)
    const watcher = new CommitWatcher(reader, 100)
    return assemble(reader, { file, now: Date.now, watcher, append, answerTo: answer, close: () => {} })
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
  return await changeStore(file, (connection) => {
    assertOwnLog(connection)
    return redact(connection, { ...redaction, now: Date.now() })
  })
}

/**
 * Makes the file of a node a store that holds the log itself, under a new epoch. Returns its head. Throws `MISCONFIGURED` if it is none,
 * `STORE_IN_USE`.
 */
export async function leaveLog(file: string): Promise<number> {
  const leaving = async (connection: Connection) => {
    await leave(connection, Date.now())
    return connection.prepare('select coalesce(max(seq), 0) from changes').pluck().get() as number
  }
  return await changeStore(file, leaving, { alone: true })
}

async function changeStore<Result>(
  file: string,
  change: (connection: Connection) => Promise<Result>,
  options: { readonly alone?: boolean } = {},
): Promise<Result> {
  const writing = await connect(file, { readonly: false, ...options })
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

interface StoreParts extends Pick<Store, 'append' | 'answerTo' | 'close'> {
  readonly file: string
  readonly now: () => number
  readonly watcher: CommitWatcher
  readonly assertInPlace?: () => void
  /** Undefined if the store is open for reading only. */
  readonly tokens?: TokenWriter
  readonly areStale?: () => boolean
  /** What differs if the store does not hold the log itself. */
  readonly shared?: Pick<Store, 'node' | 'furthest' | 'reach' | 'settledBefore'>
}

const EPOCHS =
  'select epoch, born_at as bornAt, honoured_up_to as honouredUpTo from epochs order by born_at, honoured_up_to is null'

const HEARD = 'select max(seq) as head, (select epoch from epochs where honoured_up_to is null) as epoch from changes'

function assemble(reader: Reader, parts: StoreParts): Store {
  const { file, now, watcher, append, answerTo: answer, tokens: writer, areStale, shared } = parts
  let heard: string | null = null
  let known: { readonly epochs: readonly Epoch[]; readonly version: number | undefined } | undefined
  // Restoring a store from a copy gives it another epoch, and the restored store is opened anew. The log of a node may get one with any commit.
  const allEpochs = () => {
    const version = shared === undefined ? undefined : reader.dataVersion()
    if (known?.version !== version || known === undefined) known = { epochs: reader.all<Epoch>(EPOCHS), version }
    return known.epochs
  }
  // A log that is put back gets another epoch: it is read with each head, so that a cursor made of both agrees.
  const hear = () => {
    const found = reader.get<{ head: number | null; epoch: string | null }>(HEARD)
    heard = found?.epoch ?? null
    return found?.head ?? 0
  }
  return {
    file,
    reader,
    tokens: new Tokens({ reader, writer, now, areStale }),
    now,
    head: shared === undefined ? () => headOf(reader) : hear,
    furthest: () => headOf(reader),
    reach: async (seq) => seq <= headOf(reader),
    settledBefore: now,
    ...shared,
    lastRedaction: () => lastRedaction(reader),
    epochs: allEpochs,
    epoch: () => heard ?? currentOf(allEpochs()),
    assertInPlace: parts.assertInPlace ?? (() => {}),
    async append(changes) {
      const appended = await append(changes)
      watcher.notify()
      return appended
    },
    answerTo: answer,
    watch: (onCommit) => watcher.watch(onCommit),
    get watchers() {
      return watcher.listeners
    },
    close() {
      watcher.close()
      reader.close()
      parts.close()
    },
  }
}

function headOf(reader: Reader): number {
  return reader.get<{ head: number | null }>('select max(seq) as head from changes')?.head ?? 0
}

function currentOf(epochs: readonly Epoch[]): string {
  const current = epochs.find(({ honouredUpTo }) => honouredUpTo === null)
  // Only the file of a node that has never reached its log.
  if (current === undefined)
    throw new DemarcheError('LOG_UNREACHABLE', 'This node has not reached its log yet. Try again.')
  return current.epoch
}
