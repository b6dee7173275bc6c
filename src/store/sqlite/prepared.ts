import type { Connection, Statement } from './connection.ts'

/**
 * The read connection: sees committed rows only, and never waits for a writer. Statements are prepared once a text; callers keep the
 * number of different texts bounded.
 */
export class Reader {
  readonly #connection: Connection
  readonly #statements = new Map<string, Statement>()
  readonly #dataVersion: Statement
  #statementsRun = 0

  constructor(connection: Connection) {
    this.#connection = connection
    this.#dataVersion = connection.prepare('pragma data_version').pluck()
  }

  /** How many statements have been run, whatever they returned. */
  get statementsRun(): number {
    return this.#statementsRun
  }

  /** Row is what the text selects: the caller's word, which nothing checks. */
  all<Row>(sql: string, ...parameters: unknown[]): Row[] {
    return this.#prepare(sql).all(...parameters) as Row[]
  }

  get<Row>(sql: string, ...parameters: unknown[]): Row | undefined {
    return this.#prepare(sql).get(...parameters) as Row | undefined
  }

  /** A statement of its own, so that the same text may be walked twice at once. The connection is in use until the walk ends. */
  iterate<Row>(sql: string, ...parameters: unknown[]): IterableIterator<Row> {
    this.#statementsRun++
    return this.#connection.prepare(sql).iterate(...parameters) as IterableIterator<Row>
  }

  /** A number that moves with every commit of another connection, of this process or not. */
  dataVersion(): number {
    return Number(this.#dataVersion.get())
  }

  close(): void {
    this.#statements.clear()
    this.#connection.close()
  }

  #prepare(sql: string): Statement {
    this.#statementsRun++
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      if (this.#statements.size >= STATEMENTS_KEPT) this.#statements.clear()
      statement = this.#connection.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}

const STATEMENTS_KEPT = 2_000
