import { getTableConfig, type InferInsertModel, type SQLiteTable } from '../schema/drizzle.ts'
import type { Connection, SqlStatement } from './connection.ts'

/** Takes or writes one row; a column that the row lacks is null. */
export type Insert<Table extends SQLiteTable> = (row: InferInsertModel<Table>) => void

/**
 * Rows that wait until `flush` writes them, table by table, which SQLite's and the processor's caches prefer to record by record, and
 * several narrow rows in one INSERT. Tables are written in the order of the calls of `into`: request a table before those that
 * refer to it.
 */
export class WriteBuffer {
  readonly #connection: Connection
  readonly #tables: BufferedTable[] = []

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** `insert or ignore` skips a row that exists. */
  into<Table extends SQLiteTable>(table: Table, verb: 'insert' | 'insert or ignore' = 'insert'): Insert<Table> {
    const buffered = new BufferedTable(this.#connection, table, verb)
    this.#tables.push(buffered)
    return (row) => buffered.add(row)
  }

  /** The caller holds the transaction. */
  flush(): void {
    for (const table of this.#tables) table.flush()
  }

  /** Drops the waiting rows after a rollback. */
  clear(): void {
    for (const table of this.#tables) table.clear()
  }
}

/** Rows of more columns are written one by one: binding hundreds of values that are mostly text costs more than the statements it saves. */
const NARROW = 8
/** The most values of one INSERT. */
const VALUES_MAX = 200

/** The waiting rows of one table, value after value. */
class BufferedTable {
  readonly #values: unknown[] = []
  readonly #properties: readonly string[]
  readonly #prepare: (rows: number) => SqlStatement
  readonly #one: SqlStatement
  /** Prepared on first use. */
  #many: SqlStatement | undefined

  constructor(connection: Connection, table: SQLiteTable, verb: string) {
    const { columns } = getTableConfig(table)
    this.#properties = columns.map((column) => column.name)
    const row = `(${columns.map(() => '?').join(', ')})`
    const into = `${verb} into ${tableName(table)} (${this.#properties.map(columnName).join(', ')})`
    this.#prepare = (rows) => connection.prepare(`${into} values ${Array(rows).fill(row).join(', ')}`)
    this.#one = this.#prepare(1)
  }

  add(row: Readonly<Record<string, unknown>>): void {
    for (const property of this.#properties) this.#values.push(row[property] ?? null)
  }

  flush(): void {
    const values = this.#values
    const width = this.#properties.length
    const rowsAtOnce = width > NARROW ? 1 : Math.floor(VALUES_MAX / width)
    const step = rowsAtOnce * width
    let at = 0
    if (rowsAtOnce > 1 && values.length >= step) {
      this.#many ??= this.#prepare(rowsAtOnce)
      for (; at + step <= values.length; at += step) this.#many.run(values.slice(at, at + step))
    }
    for (; at < values.length; at += width) this.#one.run(values.slice(at, at + width))
    this.clear()
  }

  clear(): void {
    this.#values.length = 0
  }
}

/** A prepared insert of one row, written at once: for rows too wide to gain from waiting. */
export function inserter<Table extends SQLiteTable>(connection: Connection, table: Table): Insert<Table> {
  const properties = propertiesOf(table)
  const values = properties.map(() => '?').join(', ')
  return run(
    connection.prepare(`insert into ${tableName(table)} (${properties.map(columnName).join(', ')}) values (${values})`),
    properties,
  )
}

/** A prepared update of one row by its `id`, of all columns but `id` and `key`. */
export function updater<Table extends SQLiteTable>(connection: Connection, table: Table): Insert<Table> {
  const updated = propertiesOf(table).filter((property) => property !== 'id' && property !== 'key')
  const assignments = updated.map((property) => `${columnName(property)} = ?`).join(', ')
  return run(connection.prepare(`update ${tableName(table)} set ${assignments} where id = ?`), [...updated, 'id'])
}

function run(statement: SqlStatement, properties: readonly string[]) {
  return (row: Readonly<Record<string, unknown>>): void => {
    statement.run(properties.map((property) => row[property] ?? null))
  }
}

export function tableName(table: SQLiteTable): string {
  return getTableConfig(table).name
}

function propertiesOf(table: SQLiteTable): string[] {
  return getTableConfig(table).columns.map((column) => column.name)
}

/** `untilSeq` as `until_seq`: the casing that the migrations are generated with. */
export function columnName(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
