import type { Connection, Statement } from './connection.ts'

/** SQL that is rendered when it first runs, since rendering one query takes longer than running it many times, and the type of its rows. */
export class PreparedQuery<out Row> {
  declare readonly row: Row
  readonly #render: () => string
  #sql: string | undefined

  constructor(render: () => string) {
    this.#render = render
  }

  get sql(): string {
    return (this.#sql ??= this.#render())
  }
}

/**
 * The read connection. It sees committed rows only and never waits for a writer. A statement is prepared once per SQL text; callers keep
 * the number of texts bounded. Where the SQL is a string, nothing checks that its rows are of type Row.
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

  /** The number of statements run so far, whatever they returned. */
  get statementsRun(): number {
    return this.#statementsRun
  }

  all<Row>(query: PreparedQuery<Row> | string, ...parameters: unknown[]): Row[] {
    return this.#prepare(query).all(...parameters) as Row[]
  }

  get<Row>(query: PreparedQuery<Row> | string, ...parameters: unknown[]): Row | undefined {
    return this.#prepare(query).get(...parameters) as Row | undefined
  }

  /** Prepares a statement of its own, so that one text can be iterated twice at once. The connection is busy until the iteration ends. */
  iterate<Row>(sql: string, ...parameters: unknown[]): IterableIterator<Row> {
    this.#statementsRun++
    return this.#connection.prepare(sql).iterate(...parameters) as IterableIterator<Row>
  }

  /** Changes with every commit of another connection, in this process or another. */
  dataVersion(): number {
    return Number(this.#dataVersion.get())
  }

  close(): void {
    this.#statements.clear()
    this.#connection.close()
  }

  #prepare(query: PreparedQuery<unknown> | string): Statement {
    const sql = typeof query === 'string' ? query : query.sql
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
