import { randomUUID } from 'node:crypto'
import { Appender } from './append.ts'
import { Clock } from './log/clock.ts'
import { connect, recognise, type Connection } from './sqlite/connection.ts'
import { derivation } from './projections/project.ts'
import { Doorbell } from './log/commit-watcher.ts'
import { migrate } from './sqlite/migrate.ts'
import { Reader } from './sqlite/prepared.ts'
import { isCurrent, noteDerivation, rebuild, type RebuildProgress } from './rebuild.ts'
import type { Epoch, Store } from './store.ts'
import { transact } from './sqlite/transaction.ts'

export interface OpenOptions {
  /** Made where it is not there. */
  readonly file: string
  /** Milliseconds since 1970. */
  readonly now?: () => number
  /** Milliseconds since whenever, never set: what a jump of the clock is told by. Only the machine's own clock has one by itself. */
  readonly steady?: () => number
  /** How long an append waits for another process to finish writing, in milliseconds. */
  readonly patience?: number
  /** How often commits of other processes are looked for, in milliseconds. */
  readonly pollEvery?: number
  /** Hears of a rebuild that opening makes necessary. */
  readonly onRebuild?: RebuildProgress
}

/**
 * Opens a store for reading and writing: creates, migrates and, where another version derived it, rebuilds it first. The caller closes it.
 * Throws `STORE_NEWER`, `STORE_FOREIGN`, `STORE_BUSY`, `STORE_DAMAGED`, `STORE_UNREACHABLE`.
 */
export async function openStore(options: OpenOptions): Promise<Store> {
  const { file, now = Date.now, pollEvery = 100 } = options
  const writing = connect(file, { readonly: false })
  try {
    await migrate(writing)
    await settle(writing, now)
    if (!isCurrent(writing)) await rebuild(writing, options.onRebuild)
    const reader = new Reader(connect(file, { readonly: true }))
    const steady = options.steady ?? (options.now === undefined ? () => performance.now() : undefined)
    const appender = new Appender(writing, derivation(writing), {
      clock: new Clock(now, steady),
      patience: options.patience,
    })
    return assemble(writing, reader, { appender, now, pollEvery })
  } catch (error) {
    writing.close()
    throw recognise(error, file)
  }
}

/** Derives a store's tables afresh from its log, migrating it first. Throws `STORE_BUSY` while another process writes. */
export async function rebuildStore(file: string, onProgress: RebuildProgress): Promise<void> {
  const writing = connect(file, { readonly: false })
  try {
    await migrate(writing)
    await settle(writing, Date.now)
    await rebuild(writing, onProgress)
  } finally {
    writing.close()
  }
}

function assemble(
  writing: Connection,
  reader: Reader,
  options: { appender: Appender; now: () => number; pollEvery: number },
): Store {
  const doorbell = new Doorbell(reader, options.pollEvery)
  const epochs = () =>
    reader.all<Epoch>(
      'select epoch, born_at as bornAt, honoured_up_to as honouredUpTo from epochs order by born_at, honoured_up_to is null',
    )
  // Only putting a store back from a copy gives it another, which is then opened anew.
  let epoch: string | undefined
  return {
    file: writing.name,
    reader,
    now: options.now,
    head: () => reader.get<{ head: number | null }>('select max(seq) as head from changes')?.head ?? 0,
    epochs,
    epoch: () => (epoch ??= currentOf(epochs())),
    async append(append) {
      const appended = await options.appender.append(append)
      doorbell.ring()
      return appended
    },
    watch: (ring) => doorbell.watch(ring),
    get watchers() {
      return doorbell.listeners
    },
    close() {
      doorbell.close()
      reader.close()
      writing.close()
    },
  }
}

function currentOf(epochs: readonly Epoch[]): string {
  const current = epochs.find(({ honouredUpTo }) => honouredUpTo === null)
  if (current === undefined) throw new Error('the store has no current epoch')
  return current.epoch
}

/** Gives a store that has just been made its epoch, and notes that there is nothing to derive yet. */
async function settle(connection: Connection, now: () => number): Promise<void> {
  const anyEpoch = connection.prepare('select 1 from epochs')
  if (anyEpoch.get() !== undefined) return
  await transact(connection, () => {
    if (anyEpoch.get() !== undefined) return
    connection.prepare('insert into epochs (epoch, born_at) values (?, ?)').run(randomUUID(), now())
    if (connection.prepare('select 1 from changes').get() === undefined) noteDerivation(connection)
  })
}
