import type { LoggedChange } from './log/entries.ts'
import type { Connection } from './sqlite/connection.ts'
import { derivation, DERIVED_WITH } from './projections/project.ts'
import * as developments from './schema/developments.ts'
import { getTableConfig, is, SQLiteTable } from './schema/drizzle.ts'
import * as references from './schema/reference-records.ts'
import { transactUnreferenced } from './sqlite/transaction.ts'

/** How far a rebuild has come, in changes of the log. */
export type RebuildProgress = (done: number, total: number) => void

/**
 * Empties every derived table and derives it afresh from the log, in one transaction: readers keep the old rows until it is done, and
 * whoever would write meanwhile gets `STORE_BUSY`. Changes no answer and no cursor. The process does nothing else while it runs.
 */
export async function rebuild(connection: Connection, onProgress: RebuildProgress = () => {}): Promise<void> {
  await transactUnreferenced(connection, () => {
    for (const table of DERIVED_TABLES) connection.exec(`delete from ${table}`)
    for (const index of FULL_TEXT) connection.exec(`insert into ${index} (${index}) values ('delete-all')`)
    deriveLog(connection, onProgress)
    noteDerivation(connection)
  })
}

/** Whether the derived tables are what this version makes of the log. */
export function isCurrent(connection: Connection): boolean {
  return connection.prepare('select derived_with from derivation').pluck().get() === DERIVED_WITH
}

/** Keeps what the derived tables are made with. The caller holds the transaction. */
export function noteDerivation(connection: Connection): void {
  connection
    .prepare(
      `insert into derivation (id, derived_with) values (1, ?)
       on conflict (id) do update set derived_with = excluded.derived_with`,
    )
    .run(DERIVED_WITH)
}

/** Every table that is a function of the log. */
export const DERIVED_TABLES: readonly string[] = Object.values<unknown>({ ...references, ...developments })
  .filter((table) => is(table, SQLiteTable))
  .map((table) => getTableConfig(table).name)

export const FULL_TEXT: readonly string[] = ['development_text', 'actor_names', 'place_names']

function deriveLog(connection: Connection, onProgress: RebuildProgress): void {
  const total = connection.prepare('select count(*) from changes').pluck().get() as number
  const page = connection.prepare('select * from changes where seq > ? order by seq limit 2000')
  const deriving = derivation(connection)
  let batch: LoggedChange[] = []
  let done = 0
  onProgress(done, total)
  for (;;) {
    const logged = page.all(done) as LoggedChange[]
    if (logged.length === 0) break
    for (const change of logged) {
      batch.push(change)
      done = change.seq
      if (change.seq < change.batch) continue
      deriving.derive(batch)
      batch = []
    }
    onProgress(done, total)
  }
}
