import { StoreError } from '../model/errors.ts'
import { pagesOf } from './log/pages.ts'
import type { LoggedChange } from './schema/log.ts'
import { PROJECTED_WITH, projection } from './projections/project.ts'
import * as developments from './schema/developments.ts'
import { isTable } from './schema/drizzle.ts'
import * as references from './schema/reference-records.ts'
import type { Connection } from './sqlite/connection.ts'
import { transactUnreferenced } from './sqlite/transaction.ts'
import { tableName } from './sqlite/write-buffer.ts'

export { PROJECTED_WITH }

/** How far a rebuild has come, in changes of the log. */
export type RebuildProgress = (done: number, total: number) => void

/**
 * Empties every projected table and projects it anew from the log, in one transaction: readers see the old rows until it commits, and other
 * writers get `STORE_BUSY`. No answer and no cursor changes. The process does nothing else while it runs. `before` runs first in the
 * transaction, and says whether there is anything to rebuild.
 */
export async function rebuild(
  connection: Connection,
  onProgress: RebuildProgress = () => {},
  before: () => boolean = () => true,
): Promise<void> {
  await transactUnreferenced(connection, () => {
    if (!before()) return
    for (const table of PROJECTED_TABLES) connection.exec(`delete from ${table}`)
    for (const index of FULL_TEXT) connection.exec(`insert into ${index} (${index}) values ('delete-all')`)
    projectLog(connection, onProgress)
    recordProjection(connection)
  })
}

/** Whether the projected tables are what this version makes of the log. */
export function isCurrent(connection: Connection): boolean {
  return connection.prepare('select projected_with from projection').pluck().get() === PROJECTED_WITH
}

/**
 * Returns a check of whether the projections of this process still fit the store: another process may have migrated or rebuilt it since. It
 * throws `STORE_NEWER` then. It holds for the transaction in which it is called.
 */
export function versionGuard(connection: Connection): () => void {
  const selectVersion = connection.prepare(
    'select projected_with as projectedWith, (select max(made_at) from migrations) as migratedTo from projection where id = 1',
  )
  const read = () => (selectVersion.get() ?? {}) as { projectedWith?: unknown; migratedTo?: unknown }
  const opened = read()
  return () => {
    const { projectedWith, migratedTo } = read()
    if (projectedWith === PROJECTED_WITH && migratedTo === opened.migratedTo) return
    const message =
      'the store was migrated or rebuilt by another version of Demarche; stop this process and start that version'
    throw new StoreError('STORE_NEWER', message, { file: connection.name })
  }
}

/** Records what the tables are projected with. The caller holds the transaction. */
export function recordProjection(connection: Connection): void {
  connection
    .prepare(
      `insert into projection (id, projected_with) values (1, ?)
       on conflict (id) do update set projected_with = excluded.projected_with`,
    )
    .run(PROJECTED_WITH)
}

/** Every table that is a function of the log. */
export const PROJECTED_TABLES: readonly string[] = Object.values<unknown>({ ...references, ...developments })
  .filter(isTable)
  .map(tableName)

export const FULL_TEXT: readonly string[] = ['development_text', 'actor_names', 'dispute_names', 'place_names']

function projectLog(connection: Connection, onProgress: RebuildProgress): void {
  const total = connection.prepare('select count(*) from changes').pluck().get() as number
  const page = pagesOf(connection)
  const projecting = projection(connection)
  let batch: LoggedChange[] = []
  let done = 0
  onProgress(done, total)
  for (;;) {
    const logged = page(done)
    if (logged.length === 0) break
    for (const change of logged) {
      batch.push(change)
      done = change.seq
      if (change.seq < change.batch) continue
      projecting.project(batch)
      batch = []
    }
    onProgress(done, total)
  }
}
