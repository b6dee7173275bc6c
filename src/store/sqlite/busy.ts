import { setTimeout as wait } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { StoreError } from '../../model/errors.ts'

/** How long one process waits while another one opens, writes or closes the store, in milliseconds. */
export const PATIENCE = 10_000

/** The longest pause between two attempts, in milliseconds. */
export const LONGEST_PAUSE = 20

/** Whether another connection holds the lock that this one asked for. */
export function isBusy(error: unknown): boolean {
  if (error instanceof StoreError) return error.code === 'STORE_BUSY'
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')
}

/**
 * Repeats an attempt while the store is busy, for up to `patience` milliseconds, without blocking the event loop. Throws what the last
 * attempt threw.
 */
export async function untilFree<Result>(attempt: () => Result, patience = PATIENCE): Promise<Result> {
  const deadline = performance.now() + patience
  for (let pause = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    try {
      return attempt()
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error
    }
    await wait(pause)
  }
}
