import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { DemarcheError, StoreError } from '../../model/errors.ts'
import type { Projection } from '../projections/project.ts'
import { rebuild, versionGuard } from '../rebuild.ts'
import type { Connection } from '../sqlite/connection.ts'
import { transact } from '../sqlite/transaction.ts'
import type { Epoch } from '../store.ts'
import type { Standing } from './log.ts'

/** The id of the log that a file is a copy of; undefined for a store that holds the log itself. */
function logOf(connection: Connection): string | undefined {
  return connection.prepare('select log from node').pluck().get() as string | undefined
}

/** Throws `MISCONFIGURED` for the file of a node: without its log, its changes would be numbered twice. */
export function assertOwnLog(connection: Connection): void {
  if (logOf(connection) === undefined) return
  const message = `${connection.name} is the file of a node: set DEMARCHE_LOG to the address of its log, or make it a store of its own with \`demarche log leave\``
  throw new DemarcheError('MISCONFIGURED', message)
}

/**
 * Throws `STORE_FOREIGN` unless the file is of this log, or empty. While the log is unknown, since it cannot be reached, any mark will do.
 */
export function assertMember(connection: Connection, id?: string): void {
  const mark = logOf(connection)
  const message =
    mark === undefined
      ? headOf(connection) > 0 &&
        'a store with changes of its own; move it into the log with `demarche log create --from`, or choose another file'
      : id !== undefined && mark !== id && 'the file of a node of another log; choose another file'
  if (message !== false) throw new StoreError('STORE_FOREIGN', message, { file: connection.name })
}

/**
 * Makes a file a node of a log, or brings its epochs up to date. If the log was put back, the file loses the changes that the log lost. Returns
 * whether anything was written. Throws `STORE_FOREIGN` as `assertMember` does, and what `assertOurs` throws if the file would lose
 * changes.
 */
export async function join(
  connection: Connection,
  { id, epochs }: Pick<Standing, 'id' | 'epochs'>,
  assertOurs: () => void = versionGuard(connection),
): Promise<boolean> {
  assertMember(connection, id)
  const isNew = logOf(connection) === undefined
  const held = connection
    .prepare('select epoch, born_at as bornAt, honoured_up_to as honouredUpTo from epochs')
    .all() as Epoch[]
  if (!isNew && isDeepStrictEqual(byName(held), byName(epochs))) return false
  const write = () => {
    connection
      .prepare('insert or ignore into node (id, log, is_partial) values (1, ?, ?)')
      .run(id, headOf(connection) === 0 ? 1 : 0)
    connection.exec('delete from epochs')
    const insert = connection.prepare('insert into epochs (epoch, born_at, honoured_up_to) values (?, ?, ?)')
    for (const { epoch, bornAt, honouredUpTo } of epochs) insert.run(epoch, bornAt, honouredUpTo)
  }
  const head = headOf(connection)
  const end = commonEnd(held, epochs)
  if (end >= head) {
    await transact(connection, write)
    return true
  }
  await rebuild(connection, undefined, () => {
    assertOurs()
    // What an import noted of a record that the log lost in part would keep the next import from recording it again.
    for (const table of ['baselines', 'loads']) {
      connection
        .prepare(`delete from ${table} where (space, key) in (select space, key from changes where seq > ?)`)
        .run(end)
    }
    connection.prepare('delete from changes where seq > ?').run(end)
    write()
    return true
  })
  return true
}

/**
 * The last seq up to which a file and its log are known to be the same. Without an epoch that the file does not know, the log was not put back
 * since, and it may still get back what it lacks.
 */
function commonEnd(held: readonly Epoch[], logged: readonly Epoch[]): number {
  const known = new Map(held.map(({ epoch, honouredUpTo }) => [epoch, honouredUpTo ?? Infinity]))
  if (logged.every(({ epoch }) => known.has(epoch))) return Infinity
  const shared = logged.map(({ epoch, honouredUpTo }) => Math.min(known.get(epoch) ?? 0, honouredUpTo ?? Infinity))
  return Math.max(0, ...shared)
}

function byName(epochs: readonly Epoch[]): ReadonlyMap<string, readonly [number, number | null]> {
  return new Map(epochs.map(({ epoch, bornAt, honouredUpTo }) => [epoch, [bornAt, honouredUpTo]]))
}

function headOf(connection: Connection): number {
  return connection.prepare('select coalesce(max(seq), 0) from changes').pluck().get() as number
}

/** Whether the file was empty when it became a node, and has not held all of the log since. */
export function isPartial(connection: Connection): boolean {
  return connection.prepare('select is_partial from node').pluck().get() !== 0
}

/** Notes that the file holds all of the log. */
export async function becomeWhole(connection: Connection): Promise<void> {
  await transact(connection, () => connection.exec('update node set is_partial = 0'))
}

/**
 * Forgets what a projection has cached once the file has another epoch: another process may have cut it back with `join`, and then keys have
 * other ids.
 */
export function guarded(connection: Connection, unguarded: Projection): Projection {
  const selectEpoch = connection.prepare('select epoch from epochs where honoured_up_to is null').pluck()
  let epoch = selectEpoch.get()
  const guard = () => {
    const current = selectEpoch.get()
    if (current !== epoch) unguarded.reset()
    epoch = current
  }
  return {
    ...unguarded,
    project(batch) {
      guard()
      unguarded.project(batch)
    },
    reproject(held, rewrite) {
      guard()
      unguarded.reproject(held, rewrite)
    },
  }
}

/** Makes the file of a node a store of its own, which goes on under a new epoch. */
export async function leave(connection: Connection, now: number): Promise<void> {
  if (logOf(connection) === undefined)
    throw new DemarcheError('MISCONFIGURED', `${connection.name} is not the file of a node`)
  await transact(connection, () => {
    connection.exec('delete from node')
    connection.exec(
      'update epochs set honoured_up_to = (select coalesce(max(seq), 0) from changes) where honoured_up_to is null',
    )
    connection.prepare('insert into epochs (epoch, born_at) values (?, ?)').run(randomUUID(), now)
  })
}
