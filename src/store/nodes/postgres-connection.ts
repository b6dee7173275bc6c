import { DemarcheError } from '../../model/errors.ts'
import { isNotNow, mayBeDone, mistakeOf, PostgresClient, sqlState, unreachable } from './postgres-client.ts'

interface ConnectionOptions {
  readonly url: string
  readonly name: string
  readonly patience: number
  /** Statements that are run first. */
  readonly settings: readonly string[]
  readonly onConnect?: () => void
  readonly onEnd?: () => void
  readonly onNotification?: (payload: string) => void
}

/** A connection that is made when it is needed, and thrown away when it fails. Its users take turns. */
export class PostgresConnection {
  readonly #options: ConnectionOptions
  #client: Promise<PostgresClient> | undefined
  #earlier: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(options: ConnectionOptions) {
    this.#options = options
  }

  inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#earlier.then(work)
    this.#earlier = done.catch(() => {})
    return done
  }

  client(): Promise<PostgresClient> {
    if (this.#isClosed) return Promise.reject(new Error('the log is closed'))
    if (this.#client !== undefined) return this.#client
    const client = this.#connect(() => {
      if (this.#client === client) this.#client = undefined
    })
    this.#client = client
    client.catch(() => this.drop())
    return client
  }

  /**
   * Commits what is not lost once it is acknowledged. Throws `MISCONFIGURED` if the role may not, `LOG_UNREACHABLE`, and `lost` if nobody can know
   * whether it is committed, or whether the standby has it.
   */
  commit<Row extends object>(
    text: string,
    values: readonly unknown[],
    lost: (cause: unknown) => DemarcheError,
  ): Promise<Row[]> {
    return this.inTurn(async () => {
      let cause: unknown
      let isSent = false
      try {
        const client = await this.client()
        const { unconfirmed } = client
        isSent = true
        const rows = await client.query<Row>(text, values)
        if (client.unconfirmed === unconfirmed) return rows
      } catch (error) {
        cause = error
        const state = sqlState(error)
        if (isNotNow(state)) this.drop()
        if (!isSent || !mayBeDone(state)) throw mistakeOf(error) ?? unreachable(error)
      }
      throw lost(cause)
    })
  }

  async #connect(forget: () => void): Promise<PostgresClient> {
    const { settings, onConnect, onEnd, ...options } = this.#options
    const client = await PostgresClient.connect({
      ...options,
      onEnd: () => {
        forget()
        onEnd?.()
      },
    })
    try {
      await assertFit(client)
      await client.query(settings.join(';'))
      onConnect?.()
      return client
    } catch (error) {
      client.destroy()
      throw error
    }
  }

  drop(): void {
    const client = this.#client
    this.#client = undefined
    client?.then(
      (connected) => connected.destroy(),
      () => {},
    )
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const client = this.#client
    this.#client = undefined
    await client?.then(
      (connected) => connected.end(),
      () => {},
    )
  }
}

/**
 * Throws `MISCONFIGURED` unless the database can hold every text, and a commit is on disk when it is acknowledged. That holds for the connection
 * from then on, whatever PostgreSQL is told meanwhile.
 */
export async function assertFit(client: PostgresClient): Promise<void> {
  const [found] = await client.query<{ encoding: string; commit: string }>(
    `select current_setting('server_encoding') as encoding,
       set_config('synchronous_commit', current_setting('synchronous_commit'), false) as commit`,
  )
  if (found?.encoding !== 'UTF8') {
    const message = `the database of DEMARCHE_LOG has the encoding ${found?.encoding}, which does not hold every text; make one with \`createdb --encoding UTF8 --template template0\``
    throw new DemarcheError('MISCONFIGURED', message)
  }
  if (found.commit === 'off') {
    const message =
      'synchronous_commit is off for the role of DEMARCHE_LOG: PostgreSQL would acknowledge changes and could lose them; set it to on'
    throw new DemarcheError('MISCONFIGURED', message)
  }
}
