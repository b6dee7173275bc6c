import type { Connection, SqlStatement } from './connection.ts'

/** The state of a record in Tarjan's algorithm for strongly connected components. */
export interface Visit {
  /** Of the record. */
  readonly id: number
  /** Increases in the order in which records are first reached. */
  readonly number: number
  /** The least number known to be reachable from the record. */
  readonly low: number
  /** The record from which it was first reached; null for the root. */
  readonly from: number | null
  /** How many of its dependencies have been looked at. */
  readonly looked: number
}

/** The stack of Tarjan's algorithm, in the staging database: chains of dependencies may be too long for memory. */
export class TarjanStack {
  readonly #select: SqlStatement
  readonly #put: SqlStatement
  readonly #delete: SqlStatement

  constructor(connection: Connection) {
    connection.exec(TABLE)
    this.#select = connection.prepare('select id, number, low, origin as "from", looked from visits where id = ?')
    this.#put = connection.prepare(
      `insert into visits (id, number, low, origin, looked) values (@id, @number, @low, @from, @looked)
       on conflict do update set low = excluded.low, looked = excluded.looked`,
    )
    this.#delete = connection.prepare('delete from visits where number >= ? returning id').pluck()
  }

  find(id: number): Visit | undefined {
    return this.#select.get(id) as Visit | undefined // the columns are its fields
  }

  put(visit: Visit): void {
    this.#put.run(visit)
  }

  /** Removes the visits from a number on: a complete component. Returns the ids of its records, in ascending order. */
  pop(number: number): number[] {
    return (this.#delete.all(number) as number[]).toSorted((a, b) => a - b) // plucked
  }
}

const TABLE = `
  create table visits (
    id integer primary key, number integer not null unique, low integer not null, origin integer, looked integer not null
  );
`
