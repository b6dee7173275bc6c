import { getTableConfig, type InferInsertModel, type SQLiteTable } from '../schema/drizzle.ts'
import type { Connection, Statement } from './connection.ts'

/** Takes or writes one row; a column left out is null. */
export type Insert<Table extends SQLiteTable> = (row: InferInsertModel<Table>) => void

/**
 * Rows on their way into tables, kept back until `flush` writes them: table by table, which the caches of SQLite and of the processor like
 * better than record by record, and narrow ones many to a statement. Tables are written in the order in which they were asked for, so one
 * that others refer to is asked for before them.
 */
export class Rows {
  readonly #connection: Connection
  readonly #tables: WaitingRows[] = []

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** `insert or ignore` passes over a row that is there already. */
  into<Table extends SQLiteTable>(table: Table, verb: 'insert' | 'insert or ignore' = 'insert'): Insert<Table> {
    const { name, properties } = shapeOf(table)
    const waiting = new WaitingRows(
      this.#connection,
      `${verb} into ${name} (${properties.map(columnName).join(', ')})`,
      properties.length,
    )
    this.#tables.push(waiting)
    return (row) => {
      const values = row as Readonly<Record<string, unknown>>
      for (const property of properties) waiting.values.push(values[property] ?? null)
    }
  }

  /** The caller holds the transaction. */
  flush(): void {
    for (const table of this.#tables) table.flush()
  }

  /** Drops what waits: its transaction is no more. */
  forget(): void {
    for (const table of this.#tables) table.values.length = 0
  }
}

/** Wider rows go in one by one: binding hundreds of values that are mostly text costs more than the statements that it saves. */
const NARROW = 8
/** How many values one statement takes at most. */
const VALUES_AT_ONCE = 200

/** The rows that wait for one table, value after value. */
class WaitingRows {
  readonly values: unknown[] = []
  readonly #connection: Connection
  readonly #into: string
  readonly #width: number
  readonly #one: Statement
  /** Prepared when there are that many for the first time. */
  #many: Statement | undefined

  constructor(connection: Connection, into: string, width: number) {
    this.#connection = connection
    this.#into = into
    this.#width = width
    this.#one = this.#prepare(1)
  }

  flush(): void {
    const { values } = this
    if (values.length === 0) return
    const rowsAtOnce = this.#width > NARROW ? 1 : Math.floor(VALUES_AT_ONCE / this.#width)
    const step = rowsAtOnce * this.#width
    let at = 0
    if (rowsAtOnce > 1 && values.length >= step) {
      this.#many ??= this.#prepare(rowsAtOnce)
      for (; at + step <= values.length; at += step) this.#many.run(values.slice(at, at + step))
    }
    for (; at < values.length; at += this.#width) this.#one.run(values.slice(at, at + this.#width))
    values.length = 0
  }

  #prepare(rows: number): Statement {
    const row = `(${Array(this.#width).fill('?').join(', ')})`
    return this.#connection.prepare(`${this.#into} values ${Array(rows).fill(row).join(', ')}`)
  }
}

/** A prepared insert of one row of a table, written at once: for rows that are too wide to gain by waiting. */
export function inserter<Table extends SQLiteTable>(connection: Connection, table: Table): Insert<Table> {
  const { name, properties } = shapeOf(table)
  const places = properties.map(() => '?').join(', ')
  const statement = connection.prepare(
    `insert into ${name} (${properties.map(columnName).join(', ')}) values (${places})`,
  )
  return (row) => {
    const values = row as Readonly<Record<string, unknown>>
    statement.run(properties.map((property) => values[property] ?? null))
  }
}

/** A prepared update of one row of a table by its `id`, all columns but `id` and `key`. */
export function updater<Table extends SQLiteTable>(connection: Connection, table: Table): Insert<Table> {
  const { name, properties } = shapeOf(table)
  const updated = properties.filter((property) => property !== 'id' && property !== 'key')
  const assignments = updated.map((property) => `${columnName(property)} = ?`)
  const statement = connection.prepare(`update ${name} set ${assignments.join(', ')} where id = ?`)
  return (row) => {
    const values = row as Readonly<Record<string, unknown>>
    statement.run([...updated.map((property) => values[property] ?? null), values['id']])
  }
}

/** `untilSeq` as `until_seq`: the casing that migrations are generated with. */
export function columnName(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function shapeOf(table: SQLiteTable): { name: string; properties: readonly string[] } {
  const { name, columns } = getTableConfig(table)
  return { name, properties: columns.map((column) => column.name) }
}
