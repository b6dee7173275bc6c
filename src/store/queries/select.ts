import { getTableColumns, getTableName, sql, SQLiteSyncDialect } from '../schema/drizzle.ts'
import type { Column, SQL, SQLiteColumn, SQLiteTable } from '../schema/drizzle.ts'
import { PreparedQuery } from '../sqlite/prepared.ts'
import { columnName } from '../sqlite/write-buffer.ts'

/*
 * SELECT statements over the Drizzle tables. A column that does not exist, or is used as another type, does not compile; the row type
 * follows from the fields selected. Drizzle only renders the SQL, once per query: better-sqlite3 runs it and returns the rows unchanged.
 */

/** What a query selects, by the names that its rows have. */
export type Fields = Readonly<Record<string, Column | SQL>>

/** A row of these fields. A column that Drizzle would convert, such as a boolean, is `never`: rows are as the driver returns them. */
export type RowOf<Selected extends Fields> = {
  readonly [Name in keyof Selected]: Selected[Name] extends Column
    ? DriverValue<Selected[Name]>
    : Selected[Name] extends SQL<infer Value>
      ? Value
      : never
}

type DriverValue<C extends Column> = C['_']['data'] extends C['_']['driverParam']
  ? C['_']['data'] | (C['_']['notNull'] extends true ? never : null)
  : never

/** `rest` begins with FROM. Values in it are rendered as literals; a value that varies from run to run is a {@link parameter}. */
export function select<Selected extends Fields>(fields: Selected, rest: SQL): PreparedQuery<RowOf<Selected>> {
  return new PreparedQuery(() => {
    const columns = Object.entries(fields).map(([name, field]) => sql`${field} as ${sql.identifier(name)}`)
    return render(sql`select ${sql.join(columns, sql`, `)} ${rest}`)
  })
}

/** The rows of both queries. The second query's fields are matched to the first one's by name. */
export function unionAll<Selected extends Fields>(
  [fields, rest]: readonly [Selected, SQL],
  [others, otherRest]: readonly [{ readonly [Name in keyof Selected]: SQL<RowOf<Selected>[Name]> | Column }, SQL],
  orderBy: readonly ((keyof Selected & string) | `${keyof Selected & string} desc`)[],
): PreparedQuery<RowOf<Selected>> {
  const matched = Object.fromEntries(Object.keys(fields).map((name) => [name, others[name] as Column | SQL]))
  return new PreparedQuery(
    () => `${select(fields, rest).sql} union all ${select(matched, otherRest).sql} order by ${orderBy.join(', ')}`,
  )
}

const dialect = new SQLiteSyncDialect({ casing: 'snake_case' })

function render(query: SQL): string {
  return dialect.sqlToQuery(query.inlineParams()).sql
}

/** The column as SQL text, qualified by its table. Renders nothing, so modules may call it as they load. */
export function nameOf(column: SQLiteColumn): string {
  return `${getTableName(column.table)}.${columnName(column.name)}`
}

/** A value that is bound by name when the query runs. */
export function parameter<Value>(name: string): SQL<Value> {
  return sql.raw(`@${name}`) as SQL<Value>
}

/** A value that is the same in every row. */
export function literal<const Value extends string | number | null>(value: Value): SQL<Value> {
  return sql<Value>`${value}`
}

export type ColumnsOf<Table extends SQLiteTable> = Table['_']['columns']

/** Columns of a table, under their own names. */
export function pick<Table extends SQLiteTable, Name extends keyof ColumnsOf<Table> & string>(
  table: Table,
  ...names: readonly Name[]
): Pick<ColumnsOf<Table>, Name> {
  const columns = getTableColumns(table)
  return Object.fromEntries(names.map((name) => [name, columns[name]])) as Pick<ColumnsOf<Table>, Name> // these names
}

/** Requires the column to be among the values of a parameter made by {@link listParameter}, unless it is null. */
export function among(column: SQLiteColumn, list: string): SQL {
  const values = parameter(list)
  return sql`(${values} is null or ${column} in (select value from json_each(${values})))`
}

/** A list for {@link among}; null, which restricts nothing, for an empty list or none. */
export function listParameter(values: readonly (string | number)[] | null | undefined): string | null {
  return values == null || values.length === 0 ? null : JSON.stringify(values)
}
