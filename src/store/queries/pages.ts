import { UNKNOWN_START } from '../../model/dates/edtf.ts'
import { and, eq, getTableConfig, sql } from '../schema/drizzle.ts'
import type { SQL, SQLiteColumn, SQLiteTable } from '../schema/drizzle.ts'
import type { PreparedQuery, Reader } from '../sqlite/prepared.ts'
import { batch, type BatchKey, type BatchRow, joined, type Relation, selectBatch, batchRead } from './batch.ts'
import { type KeysetRange, keysetPages, type Key, type Page, type PageRequest } from './keyset.ts'
import { type Fields, type RowOf, select } from './select.ts'

/** Which rows of a table are in a list, and in which total order. */
interface ListDefinition {
  /** Identifies the list in cursors. */
  readonly name: string
  /** The table, or the column of it that holds the id of the parent whose list it is. */
  readonly of: SQLiteTable | SQLiteColumn
  readonly where?: SQL | undefined
  /** The order: together unique and not null, and best the columns of an index that follow those of the conditions. */
  readonly key: readonly (SQLiteColumn | SQL)[]
  readonly join?: Relation['join']
  /** NEWEST_FIRST is descending too, by a chronology (`sortKeyOf`), and has unknown starts last although their sort keys are greatest. */
  readonly order?: 'ASCENDING' | 'DESCENDING' | 'NEWEST_FIRST'
}

interface ListRead {
  /** The parents; one key of any id for a list without parents. */
  readonly keys: readonly BatchKey[]
  /** The named parameters of the list's condition. */
  readonly parameters?: Readonly<Record<string, unknown>>
}

/** A list of which every parent has its own. */
export interface List<Row> {
  readonly name: string
  /**
   * The same page of every parent's list, in one query; a second one where unknown starts come last and, if requested, another for the
   * other side of the cursor. Throws `BAD_PAGING` and `BAD_CURSOR`.
   */
  readonly pages: (reader: Reader, read: ListRead & { readonly request: PageRequest }) => Page<Row>[]
  /** The length of every parent's list. */
  readonly counts: (reader: Reader, read: ListRead) => number[]
}

export function list<Selected extends Fields>(
  fields: Selected,
  definition: ListDefinition,
): List<RowOf<Selected> & BatchRow> {
  const { name, key } = definition
  const readRange = rangeReader(fields, definition)
  const table = 'table' in definition.of ? definition.of.table : definition.of
  const count = sql<number>`(select count(*) from ${table} where ${conditionOf(definition)})`
  const readCounts = batchRead(select({ count }, sql`from ${batch} order by ${batch.parent}`))
  const shape = key.map((each) => ('dataType' in each && each.dataType === 'string' ? 'TEXT' : 'NUMBER'))
  const keyNames = Object.keys(keyColumns(fields, definition))
  const keyOf = (row: object): Key => {
    const values = row as Readonly<Record<string, string | number>> // at least of the columns of the key
    return keyNames.map((column) => values[column] ?? '')
  }
  return {
    name,
    pages: (reader, { request, ...read }) =>
      keysetPages<RowOf<Selected> & BatchRow>(
        { name, shape, keyOf, read: (range) => readRange(reader, read, range) },
        request,
      ),
    counts: (reader, { keys, parameters }) => readCounts(reader, keys, parameters).map(({ count: rows }) => rows),
  }
}

/** The columns of the key by their names in a row: those of the fields, where these have them. */
function keyColumns(fields: Fields, { key }: ListDefinition): Fields {
  const nameOf = (column: SQLiteColumn | SQL) => Object.keys(fields).find((name) => fields[name] === column)
  return Object.fromEntries(key.map((column, index) => [nameOf(column) ?? `key${index}`, column]))
}

function rangeReader<Selected extends Fields>(fields: Selected, definition: ListDefinition) {
  type Row = RowOf<Selected> & BatchRow
  const prepared = new Map<string, ReturnType<typeof batchRead<Row>>>()
  const readerOf = (part: Part, { inclusive, backward }: KeysetRange) => {
    const variant = [part.starts, part.from === null, inclusive, backward].join()
    const known = prepared.get(variant) ?? batchRead(rangeQuery(fields, definition, { ...part, inclusive, backward }))
    prepared.set(variant, known)
    return known
  }
  return (reader: Reader, { keys, parameters }: ListRead, range: KeysetRange): Row[][] => {
    const rows: Row[][] = keys.map(() => [])
    for (const part of partsOf(definition, range)) {
      const short = [...keys.entries()].filter(([parent]) => (rows[parent]?.length ?? 0) < range.limit)
      const from = Object.fromEntries((part.from ?? []).map((value, index) => [`key${index}`, value]))
      const shortKeys = short.map(([, shortKey]) => shortKey)
      for (const row of readerOf(part, range)(reader, shortKeys, { ...parameters, ...from, limit: range.limit })) {
        const found = rows[short[row.parent]?.[0] ?? -1]
        if (found !== undefined && found.length < range.limit) found.push(row)
      }
    }
    return rows
  }
}

/** A part of the order, and the key to start from; null for its end. */
interface Part {
  readonly starts: 'KNOWN' | 'UNKNOWN' | 'ALL'
  readonly from: Key | null
}

function partsOf({ order }: ListDefinition, { from, backward }: KeysetRange): Part[] {
  if (order !== 'NEWEST_FIRST') return [{ starts: 'ALL', from }]
  const [near, far] = backward ? (['UNKNOWN', 'KNOWN'] as const) : (['KNOWN', 'UNKNOWN'] as const)
  const isInFar = from !== null && String(from[0]) >= UNKNOWN_START !== backward
  const rest: Part = { starts: far, from: isInFar ? from : null }
  return isInFar ? [rest] : [{ starts: near, from }, rest]
}

function rangeQuery<Selected extends Fields>(
  fields: Selected,
  definition: ListDefinition,
  { starts, from, inclusive, backward }: Part & Pick<KeysetRange, 'inclusive' | 'backward'>,
): PreparedQuery<RowOf<Selected> & BatchRow> {
  const { of, key, join, order = 'ASCENDING' } = definition
  const isDown = (order !== 'ASCENDING') !== backward
  const compare = sql.raw(`${isDown ? '<' : '>'}${inclusive ? '=' : ''}`)
  const bound = sql.raw(key.map((_, index) => `@key${index}`).join(', '))
  const condition = and(
    conditionOf(definition),
    starts === 'ALL' ? undefined : sql`${key[0]} ${sql.raw(starts === 'KNOWN' ? '<' : '>=')} ${UNKNOWN_START}`,
    from === null ? undefined : sql`(${listed(key)}) ${compare} (${bound})`,
  )
  const direction = sql.raw(isDown ? 'desc' : 'asc')
  const orderBy = listed(key.map((each) => sql`${each} ${direction}`))
  const columns = keyColumns(fields, definition)
  const inOrder = listed(Object.keys(columns).map((name) => sql`${sql.identifier(name)} ${direction}`))
  return selectBatch(
    { ...columns, ...fields },
    'table' in of
      ? sql`from ${batch} cross join ${of.table} on ${inPage(of.table, sql`${condition} order by ${orderBy}`)}
          ${joined(join)} order by ${batch.parent}, ${inOrder}`
      : sql`from ${of} cross join ${batch} ${joined(join)} where ${condition} order by ${inOrder} limit @limit`,
  )
}

/** The SELECT of the page of one parent stops at the limit within the index; then only its rows are read and joined. */
function inPage(table: SQLiteTable, rest: SQL): SQL {
  const { primaryKeys, columns } = getTableConfig(table)
  const identity = listed(primaryKeys[0]?.columns ?? columns.filter(({ primary }) => primary))
  return sql`(${identity}) in (select ${identity} from ${table} where ${rest} limit @limit)`
}

function conditionOf({ of, where }: ListDefinition): SQL {
  return and('table' in of ? eq(of, batch.id) : sql`true`, where) as SQL // of one condition at least
}

function listed(expressions: readonly (SQLiteColumn | SQL)[]): SQL {
  return sql.join([...expressions], sql`, `)
}
