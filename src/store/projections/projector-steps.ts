import { IdentifierScheme } from '../../model/vocabulary/actor.ts'
import type { LoggedChange } from '../log/entries.ts'
import type { Connection } from '../sqlite/connection.ts'
import { valueOf } from './postings.ts'

/* Steps that derivers of reference records have in common. */

/** Whether the record is there from this change on. */
export function enters(change: LoggedChange): boolean {
  return change.revision === 1
}

/** The columns that all reference records have. */
export function identity(change: LoggedChange, id: number) {
  return { id, key: change.key, revision: change.revision, changedSeq: change.seq }
}

export function identifiersOf(identifiers: Readonly<Record<string, string | undefined>> | undefined) {
  return Object.entries(identifiers ?? {}).flatMap(([scheme, value]) =>
    value === undefined ? [] : [{ scheme: valueOf(IdentifierScheme, scheme), value }],
  )
}

/** Empties the tables that hang off a record, given in the order that their foreign keys allow. */
export function clearing(connection: Connection, column: string, tables: readonly string[]): (id: number) => void {
  const statements = tables.map((table) => connection.prepare(`delete from ${table} where ${column} = ?`))
  return (id) => {
    for (const statement of statements) statement.run(id)
  }
}

/** The step of a record that nothing hangs off. */
export function nothing(): void {}
