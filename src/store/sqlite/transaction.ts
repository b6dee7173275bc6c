import { LONGEST_PAUSE, untilFree } from './busy.ts'
import { assertDurable, assertInPlace, recognise, type Connection } from './connection.ts'

/** The longest pause of a writer of many transactions between two of them, in milliseconds: time for three attempts of another writer. */
export const YIELD_TIME = 3 * LONGEST_PAUSE

/**
 * Runs `work` in one write transaction and commits it; if it throws, nothing is written. `work` is synchronous, so that nothing waits
 * inside the transaction. While another process holds the lock, waits without blocking the event loop. Throws `STORE_BUSY` after `patience`
 * milliseconds, `STORE_FULL`, `STORE_MOVED`.
 */
export async function transact<Result>(connection: Connection, work: () => Result, patience?: number): Promise<Result> {
  try {
    // One attempt begins and ends the transaction: callers that share the connection run between two attempts.
    const outcome = await untilFree(() => {
      connection.exec('begin immediate')
      return commit(connection, work)
    }, patience)
    if ('error' in outcome) throw outcome.error
    return outcome.result
  } catch (error) {
    throw recognise(error, connection.name)
  }
}

/**
 * Begins a write transaction that stays open while its owner waits. The owner ends it whatever happens, and lets nothing else use the
 * connection meanwhile. Throws `STORE_BUSY` after `patience` milliseconds.
 */
export async function begin(connection: Connection, patience?: number): Promise<void> {
  try {
    await untilFree(() => connection.exec('begin immediate'), patience)
  } catch (error) {
    throw recognise(error, connection.name)
  }
}

/** Commits what `begin` began. Throws `STORE_MOVED`, `STORE_FULL`. */
export function commitBegun(connection: Connection): void {
  assertInPlace(connection)
  connection.exec('commit')
}

export function rollBack(connection: Connection): void {
  if (connection.inTransaction) connection.exec('rollback')
}

/** What the work returned, or why the transaction is rolled back. An error is not thrown, so that the work runs once. */
function commit<Result>(connection: Connection, work: () => Result): { result: Result } | { error: unknown } {
  try {
    const result = work()
    commitBegun(connection)
    return { result }
  } catch (error) {
    rollBack(connection)
    return { error }
  }
}

/** The same with foreign keys off meanwhile. Throws if a row then refers to one that does not exist. */
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

function assertReferences(connection: Connection): void {
  const violations = connection.pragma('foreign_key_check') as { table: string; parent: string }[]
  const [first] = violations
  if (first !== undefined) {
    throw new Error(`${violations.length} rows refer to nothing, the first from ${first.table} to ${first.parent}`)
  }
}
