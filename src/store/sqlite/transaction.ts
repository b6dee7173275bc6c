import { setTimeout as wait } from 'node:timers/promises'
import { assertDurable, isBusy, recognise, type Connection } from './connection.ts'

/** How long a transaction waits for another process to finish writing, in milliseconds. */
export const PATIENCE = 10_000

/** Between two tries to begin, in milliseconds. */
const LONGEST_PAUSE = 20

/**
 * How long whoever writes much leaves the store alone after a transaction that took at least as long, in milliseconds: at least three tries
 * long, as whoever waits tries every `LONGEST_PAUSE`.
 */
export const TURN = 3 * LONGEST_PAUSE

/**
 * Does `work` in one transaction that may write, and commits it; where it throws, nothing is written. Nothing waits between its beginning
 * and its end, so `work` is synchronous. While another process holds the lock it waits without blocking the event loop; throws
 * `STORE_BUSY` when that takes longer than `patience`, `STORE_FULL`.
 */
export async function transact<Result>(
  connection: Connection,
  work: () => Result,
  patience = PATIENCE,
): Promise<Result> {
  const deadline = performance.now() + patience
  for (let pause = 1; !begins(connection, deadline); pause = Math.min(pause * 2, LONGEST_PAUSE)) await wait(pause)
  try {
    const result = work()
    connection.exec('commit')
    return result
  } catch (error) {
    if (connection.inTransaction) connection.exec('rollback')
    throw recognise(error, connection.name)
  }
}

/** As {@link transact}, with foreign keys off meanwhile; throws where a row then refers to one that is not there. */
export async function transactUnreferenced(connection: Connection, work: () => void): Promise<void> {
  connection.pragma('foreign_keys = OFF')
  try {
    await transact(connection, () => {
      work()
      assertReferences(connection)
    })
  } finally {
    connection.pragma('foreign_keys = ON')
  }
  assertDurable(connection)
}

/** Throws where a row refers to one that is not there. */
function assertReferences(connection: Connection): void {
  const violations = connection.pragma('foreign_key_check') as { table: string; parent: string }[]
  const [first] = violations
  if (first !== undefined) {
    throw new Error(`${violations.length} rows refer to nothing, the first from ${first.table} to ${first.parent}`)
  }
}

function begins(connection: Connection, deadline: number): boolean {
  try {
    connection.exec('begin immediate')
    return true
  } catch (error) {
    if (isBusy(error) && performance.now() < deadline) return false
    throw recognise(error, connection.name)
  }
}
