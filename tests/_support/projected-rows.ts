import { connectNow, type Connection } from '../../src/store/sqlite/connection.ts'
import { PROJECTED_TABLES, FULL_TEXT } from '../../src/store/rebuild.ts'

/** Every row of every projected table of a store, in key order; the full-text indexes as their terms. */
export function projectedRows(file: string): Readonly<Record<string, readonly unknown[]>> {
  const connection = connectNow(file, { readonly: true })
  const rows = PROJECTED_TABLES.map((table) => [table, rowsOf(connection, table)] as const)
  const terms = FULL_TEXT.map((index) => [index, termsOf(connection, index)] as const)
  connection.close()
  return Object.fromEntries([...rows, ...terms])
}

function rowsOf(connection: Connection, table: string): readonly unknown[] {
  const columns = connection.pragma(`table_info(${table})`) as { name: string; pk: number }[]
  const key = columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk)
  return connection.prepare(`select * from ${table} order by ${key.map(({ name }) => name).join(', ')}`).all()
}

function termsOf(connection: Connection, index: string): readonly unknown[] {
  connection.exec(`create virtual table temp.${index}_terms using fts5vocab('main', '${index}', 'instance')`)
  return connection.prepare(`select term, doc, col, offset from ${index}_terms order by doc, col, offset`).all()
}
