import type { InferInsertModel } from 'drizzle-orm'
import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Connection } from './database.ts'

/** Writes one row; a column left out is null. */
export type Insert<Table extends SQLiteTable> = (row: InferInsertModel<Table>) => void

/** A prepared insertion into a table, its columns read from the table's definition. */
export function inserter<Table extends SQLiteTable>(connection: Connection, table: Table): Insert<Table> {
  const { name, columns } = getTableConfig(table)
  const properties = columns.map((column) => column.name)
  const statement = connection.prepare(
    `insert into ${name} (${properties.map(columnName).join(', ')}) values (${properties.map(() => '?').join(', ')})`,
  )
  return (row) => {
    const values = row as Readonly<Record<string, unknown>>
    statement.run(properties.map((property) => values[property] ?? null))
  }
}

/** A prepared update of one row of a table by its `id`, all columns but `id` and `key`. */
export function updater<Table extends SQLiteTable>(connection: Connection, table: Table): Insert<Table> {
  const { name, columns } = getTableConfig(table)
  const properties = columns.map((column) => column.name).filter((property) => property !== 'id' && property !== 'key')
  const assignments = properties.map((property) => `${columnName(property)} = ?`)
  const statement = connection.prepare(`update ${name} set ${assignments.join(', ')} where id = ?`)
  return (row) => {
    const values = row as Readonly<Record<string, unknown>>
    statement.run([...properties.map((property) => values[property] ?? null), values['id']])
  }
}

/** `untilSeq` as `until_seq`: the casing that migrations are generated with. */
export function columnName(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
