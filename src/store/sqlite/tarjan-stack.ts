import type { Connection, SqlStatement } from './connection.ts'

/** The state of a record in Tarjan's algorithm for strongly connected components. */
export interface StackEntry {
  /** Of the record. */
  readonly id: number
  /** Increases in the order in which records are first reached. */
  readonly number: number
  /** The least number known to be reachable from the record. */
  readonly low: number
  /** The record from which it was first reached; null for the root. */
  readonly from: number | null
  /** How many of its dependencies have been examined. */
  readonly examined: number
}

/** The stack of Tarjan's algorithm, in the staging database: chains of dependencies may be too long for memory. */
export class TarjanStack {
  readonly #select: SqlStatement
  readonly #put: SqlStatement
  readonly #delete: SqlStatement

  constructor(connection: Connection) {
    connection.exec(TABLE)
    this.#select = connection.prepare(
      'select id, number, low, origin as "from", examined from tarjan_stack where id = ?',
    )
    this.#put = connection.prepare(
      `insert into tarjan_stack (id, number, low, origin, examined) values (@id, @number, @low, @from, @examined)
       on conflict do update set low = excluded.low, examined = excluded.examined`,
    )
    this.#delete = connection.prepare('delete from tarjan_stack where number >= ? returning id').pluck()
  }

  find(id: number): StackEntry | undefined {
    return this.#select.get(id) as StackEntry | undefined // the columns are its fields
  }

  put(entry: StackEntry): void {
    this.#put.run(entry)
  }

  /** Removes the entries from a number on: a complete component. Returns the ids of its records, in ascending order. */
  pop(number: number): number[] {
    return (this.#delete.all(number) as number[]).toSorted((a, b) => a - b) // plucked
  }
}

const TABLE = `
  create table tarjan_stack (
    id integer primary key, number integer not null unique, low integer not null, origin integer, examined integer not null
  );
`
