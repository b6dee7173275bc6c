import type { Connection, Statement } from './connection.ts'

/** How far a walk over staged records has come with one of them. */
export interface Visit {
  /** Of the record. */
  readonly id: number
  /** Counts up in the order in which records are come upon. */
  readonly number: number
  /** The least number that is known to be reached from here. */
  readonly low: number
  /** The record from which it was come upon; null where the walk began. */
  readonly from: number | null
  /** How many of the ways on have been looked at. */
  readonly looked: number
}

/** The records that a walk has come upon and not left behind yet: on disk, for the way from where it began may be long. */
export class Visits {
  readonly #select: Statement
  readonly #put: Statement
  readonly #delete: Statement

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

  /** Leaves behind what was come upon from that number on. Returns the records' ids, counting up. */
  leave(number: number): number[] {
    return (this.#delete.all(number) as number[]).toSorted((a, b) => a - b) // plucked
  }
}

const TABLE = `
  create table visits (
    id integer primary key, number integer not null unique, low integer not null, origin integer, looked integer not null
  );
`
