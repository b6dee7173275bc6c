import { and, eq, getTableColumns, integer, lte, sql, sqliteTable } from '../schema/drizzle.ts'
import type { SQL, SQLiteColumn } from '../schema/drizzle.ts'
import { PreparedQuery, type Reader } from '../sqlite/prepared.ts'
import { type Fields, type RowOf, select } from './select.ts'

/*
 * A relation is read for many parents at once, in one query for any number of them. The keys of the parents go in as one JSON text,
 * because a page of changes mixes seqs, and become the materialized table expression `batch`. Every row names the parent it belongs to.
 */

/** A parent: its id or its revision's id, the seq as of which to read, and, where only one part of it is meant, which part. */
export type BatchKey = readonly [id: number, asOf: number, part?: number | null]

/** The keys as a table. */
export const batch = sqliteTable('batch', {
  /** The index of the parent among the keys. */
  parent: integer().notNull(),
  id: integer().notNull(),
  asOf: integer().notNull(),
  part: integer(),
})

export const BATCH = { parent: batch.parent, asOf: batch.asOf }

/** What every row of a batch holds: the index of its parent's key, and the seq of that key. */
export interface BatchRow extends RowOf<typeof BATCH> {}

/** A read of many parents. Rows come in the order of the query, which need not be by parent. */
export type BatchRead<Row, Arguments extends readonly unknown[] = []> = (
  reader: Reader,
  keys: readonly BatchKey[],
  ...values: Arguments
) => Row[]

/** The type of a read's rows. */
export type RowsOf<Read extends (...values: never[]) => readonly unknown[]> = ReturnType<Read>[number]

/** A query of `batch`, to be run by {@link batchRead}. `rest` begins with FROM and reads from `batch`. */
export function selectBatch<Selected extends Fields>(
  fields: Selected,
  rest: SQL,
): PreparedQuery<RowOf<Selected> & BatchRow> {
  return select({ ...BATCH, ...fields }, rest) as PreparedQuery<RowOf<Selected> & BatchRow> // the same type in two parts
}

/** The read of a query of `batch`. Most batches have one seq and no parts, and parsing pairs takes as long as all the rest. */
export function batchRead<Row>(
  query: PreparedQuery<Row>,
): BatchRead<Row, [parameters?: Readonly<Record<string, unknown>>]> {
  const withBatch = (columns: string) =>
    new PreparedQuery<Row>(
      () =>
        `with batch (parent, id, as_of, part) as materialized (select ${columns} from json_each(@keys)) ${query.sql}`,
    )
  const ofOneSeq = withBatch('key, value, @seq, null')
  const ofAnySeq = withBatch('key, value ->> 0, value ->> 1, value ->> 2')
  return (reader, keys, parameters = {}) => {
    const [first] = keys
    if (first === undefined) return []
    const [, seq] = first
    return keys.every(([, asOf, part]) => asOf === seq && part == null)
      ? reader.all(ofOneSeq, { ...parameters, seq, keys: JSON.stringify(keys.map(([id]) => id)) })
      : reader.all(ofAnySeq, { ...parameters, keys: JSON.stringify(keys) })
  }
}

/** Which rows of a table belong to a parent, and in which order. */
export interface Relation<Arguments extends readonly unknown[] = []> {
  /** The column that holds the id of the parent. */
  readonly of: SQLiteColumn
  /** The column that holds the part of the parent. */
  readonly part?: SQLiteColumn
  readonly where?: SQL | undefined
  /** Tables joined one after the other: a column of each, the column that it equals, and what else makes the row unique. */
  readonly join?: readonly (readonly [SQLiteColumn, SQLiteColumn, SQL?])[]
  /** By `ordinal` unless given; null where a parent has at most one row. */
  readonly order?: readonly SQLiteColumn[] | null
  /** Makes the named parameters of the conditions from the further arguments of the read. */
  readonly parameters?: (...values: Arguments) => Readonly<Record<string, unknown>>
}

/** The read of a relation. */
export function related<Selected extends Fields, Arguments extends readonly unknown[] = []>(
  fields: Selected,
  { of, part, where, join, order = [ordinalOf(of)], parameters }: Relation<Arguments>,
): BatchRead<RowOf<Selected> & BatchRow, Arguments> {
  const condition = and(eq(of, batch.id), part && eq(part, batch.part), where)
  const orderBy = order === null ? sql`` : sql`order by ${sql.join([batch.parent, ...order], sql`, `)}`
  const rest = sql`from ${batch} cross join ${of.table} ${joined(join)} where ${condition} ${orderBy}`
  const read = batchRead(selectBatch(fields, rest))
  return (reader, keys, ...values) => read(reader, keys, parameters?.(...values))
}

/** CROSS JOIN keeps SQLite from reordering the tables. */
export function joined(join: Relation['join'] = []): SQL {
  return sql.join(
    join.map(([column, equal, also]) => sql` cross join ${column.table} on ${and(eq(column, equal), also)}`),
  )
}

function ordinalOf({ table }: SQLiteColumn): SQLiteColumn {
  return getTableColumns(table)['ordinal'] as SQLiteColumn // a relation without one gives its order
}

/** Requires a revision to have been open as of a seq, the batch's unless given. */
export function openAt(
  { id, untilSeq }: Readonly<Record<'id' | 'untilSeq', SQLiteColumn>>,
  asOf: SQL = sql`${batch.asOf}`,
): SQL {
  return sql`${id} <= ${asOf} and ${untilSeq} > ${asOf}`
}

/** Requires a part to belong to a revision that was open as of the batch's seq, and not retracted. */
export function standing(part: Readonly<Record<'revisionId' | 'untilSeq' | 'retracted', SQLiteColumn>>): SQL {
  const { revisionId: id, untilSeq, retracted } = part
  return sql`${openAt({ id, untilSeq })} and ${eq(retracted, 0)}`
}

/** Requires a record to have entered the log by the batch's seq. */
export function entered(id: SQLiteColumn): SQL {
  return lte(id, batch.asOf)
}
