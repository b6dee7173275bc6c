import { afterAll } from 'vitest'
import { type Database, Postgres } from './postgres.ts'

/**
 * A server for the tests of a file, and an empty log to copy. To be awaited at the top of the file, where no timeout holds: how long a server
 * takes to start depends on the machine.
 */
export async function usePostgres(): Promise<{ readonly postgres: Postgres; readonly empty: Database }> {
  const postgres = await Postgres.start()
  afterAll(() => postgres[Symbol.asyncDispose]())
  return { postgres, empty: await postgres.emptyLog() }
}
