import { LRUCache } from 'lru-cache'
import { StoreError } from '../../model/errors.ts'
import { prepareOnce, recognise, type Connection, type SqlStatement } from './connection.ts'

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
 * The read connection. It sees committed rows only and never waits for a writer. Statements stay prepared by their SQL text. Where the SQL
 * is a string, nothing checks that its rows are of type Row.
 */
export class Reader {
  readonly #connection: Connection
  readonly #prepared = new LRUCache<string, SqlStatement>({ max: PREPARED_MAX })
  readonly #dataVersion: SqlStatement
  #queriesRun = 0
  #damage: StoreError | undefined

  constructor(connection: Connection) {
    this.#connection = connection
    this.#dataVersion = connection.prepare('pragma data_version').pluck()
  }

  /** The number of SQL statements run so far. */
  get queriesRun(): number {
    return this.#queriesRun
  }

  /** The first error that showed the store to be damaged. */
  get damage(): StoreError | undefined {
    return this.#damage
  }

  all<Row>(query: PreparedQuery<Row> | string, ...parameters: unknown[]): Row[] {
    try {
      return this.#prepare(query).all(...parameters) as Row[]
    } catch (error) {
      throw this.#recognise(error)
    }
  }

  get<Row>(query: PreparedQuery<Row> | string, ...parameters: unknown[]): Row | undefined {
    try {
      return this.#prepare(query).get(...parameters) as Row | undefined
    } catch (error) {
      throw this.#recognise(error)
    }
  }

  /** Prepares the text anew, so that it can be iterated twice at once. The connection is busy until the iteration ends. */
  iterate<Row>(sql: string, ...parameters: unknown[]): IterableIterator<Row> {
    this.#queriesRun++
    return prepareOnce(this.#connection, sql).iterate(...parameters) as IterableIterator<Row>
  }

  /** Changes with every commit of another connection, in this process or another. */
  dataVersion(): number {
    try {
      return Number(this.#dataVersion.get())
    } catch (error) {
      throw this.#recognise(error)
    }
  }

  close(): void {
    this.#prepared.clear()
    this.#connection.close()
  }

  #recognise(error: unknown): unknown {
    const recognised = recognise(error, this.#connection.name)
    if (recognised instanceof StoreError && recognised.code === 'STORE_DAMAGED') this.#damage ??= recognised
    return recognised
  }

  #prepare(query: PreparedQuery<unknown> | string): SqlStatement {
    const sql = typeof query === 'string' ? query : query.sql
    this.#queriesRun++
    const known = this.#prepared.get(sql)
    if (known !== undefined) return known
    const prepared = prepareOnce(this.#connection, sql)
    this.#prepared.set(sql, prepared)
    return prepared
  }
}

/** The most statements that stay prepared: the least recently used makes room. */
const PREPARED_MAX = 2_000
