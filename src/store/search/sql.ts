import { postings, revisions } from '../schema/developments.ts'
import { getTableColumns, type SQLiteTable } from '../schema/drizzle.ts'
import { columnName, tableName } from '../sqlite/write-buffer.ts'

/*
 * SQL is put together from text here: building a query with Drizzle takes 80 µs, which a search cannot spare, against 3. The names of
 * tables and columns come from the Drizzle tables, once.
 */

/** SQL and the values of its named parameters. */
export interface SqlFragment {
  readonly sql: string
  readonly values: Readonly<Record<string, unknown>>
}

/** A table under an alias: `from` as FROM names it, and each of its columns. */
export type Aliased<Table extends SQLiteTable> = { readonly from: string } & {
  readonly [Column in keyof Table['_']['columns']]: string
}

export function aliased<Table extends SQLiteTable>(table: Table, alias: string): Aliased<Table> {
  const properties = Object.keys(getTableColumns(table))
  const columns = Object.fromEntries(properties.map((property) => [property, `${alias}.${columnName(property)}`]))
  return { from: `${tableName(table)} ${alias}`, ...columns } as Aliased<Table> // one for each column
}

/** The SQL of a row that stands for a revision: its sort key, its development's id, its own id. */
export interface RevisionRow {
  readonly sort: string
  readonly development: string
  readonly revision: string
}

/** The rows that are searched have the alias `p`, be they postings or revisions; both have `until_seq` and `retracted`. */
export const posting = aliased(postings, 'p')
export const revision = aliased(revisions, 'p')
export const POSTING: RevisionRow = rowOf(posting, posting.revisionId)
export const REVISION: RevisionRow = rowOf(revision, revision.id)

/** The row of a table that repeats a revision's sort key and development. */
export function rowOf({ sort, developmentId }: { sort: string; developmentId: string }, id: string): RevisionRow {
  return { sort, development: developmentId, revision: id }
}

/** Whether the column is one of the values: a few are bound one by one, padded to a power of two; many as one list. */
export function among(column: string, wanted: readonly (number | string)[], name: string): SqlFragment {
  if (wanted.length > INLINE_MAX) {
    return {
      sql: `${column} in (select value from json_each(@${name}list))`,
      values: { [`${name}list`]: JSON.stringify(wanted) },
    }
  }
  // `in (null)` is true of nothing, as an empty list should be.
  const padded = padToPower(wanted.length === 0 ? [null] : wanted)
  return {
    sql: `${column} in (${padded.map((_, at) => `@${name}v${at}`).join(', ')})`,
    values: Object.fromEntries(padded.map((value, at) => [`${name}v${at}`, value])),
  }
}

const INLINE_MAX = 64

/** Repeats the last value up to a power of two, so that few different statements are prepared. */
export function padToPower<Value>(values: readonly Value[]): Value[] {
  const length = 2 ** Math.ceil(Math.log2(Math.max(values.length, 1)))
  return [...values, ...values.slice(-1).flatMap((last) => Array<Value>(length - values.length).fill(last))]
}
