import { Socket } from 'node:net'
import type pg from 'pg'
import { DemarcheError } from '../../model/errors.ts'

/*
 * A connection to PostgreSQL. The package `pg` is loaded with the first one, because a store without a log of PostgreSQL does not need it. A
 * connection that is silent for too long while it owes an answer is thrown away: the other side may be gone without a word.
 */

export interface ClientOptions {
  readonly url: string
  /** What the connection is for, as PostgreSQL lists it. */
  readonly name: string
  /** How long the server may be silent while it owes an answer, in milliseconds. */
  readonly patience: number
  /** How long connecting may take, in milliseconds. By default `patience`. */
  readonly connectWithin?: number
  readonly onEnd?: () => void
  readonly onNotification?: (payload: string) => void
}

export class PostgresClient {
  readonly #client: pg.Client
  readonly #socket: Socket
  readonly #patience: number
  #ended = false
  /** How many commits did not wait for their standby to the end. They are done, and may be lost with this server. */
  unconfirmed = 0

  private constructor(client: pg.Client, socket: Socket, options: ClientOptions) {
    this.#client = client
    this.#socket = socket
    this.#patience = options.patience
    const end = () => {
      if (this.#ended) return
      this.#ended = true
      options.onEnd?.()
    }
    // An error without a listener would end the process.
    client.on('error', end)
    client.on('end', end)
    client.on('notification', ({ payload = '' }) => options.onNotification?.(payload))
    client.on('notice', ({ code, routine }) => {
      // Other warnings have the same code, and a message is in the language of the server.
      if (code?.startsWith('01') && (routine === undefined || routine === 'SyncRepWaitForLSN')) this.unconfirmed++
    })
  }

  /** Throws what `pg` throws, and `MISCONFIGURED` without the package. The caller must end the connection. */
  static async connect(options: ClientOptions): Promise<PostgresClient> {
    const { Client, types } = await loadDriver()
    const socket = new Socket()
    const driver = new Client({
      connectionString: options.url,
      application_name: `demarche ${options.name}`,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE,
      connectionTimeoutMillis: options.connectWithin ?? options.patience,
      stream: () => socket,
      types: {
        // Seqs and instants are safe integers.
        getTypeParser: (type: number, format?: 'text' | 'binary') =>
          type === INT8 ? Number : types.getTypeParser(type, format),
      },
    })
    const client = new PostgresClient(driver, socket, options)
    try {
      await driver.connect()
      await client.query(SETTINGS)
      return client
    } catch (error) {
      client.destroy()
      throw error
    }
  }

  get user(): string {
    return this.#client.user ?? ''
  }

  /**
   * One query at a time. `timeout` is how long it may take in all, in milliseconds; without it, it may take long as long as the server is not
   * silent.
   */
  async query<Row extends object = object>(
    text: string,
    values: readonly unknown[] = [],
    { timeout, name }: { readonly timeout?: number; readonly name?: string } = {},
  ): Promise<Row[]> {
    const watch = timeout === undefined ? this.#endIfSilent() : setTimeout(() => this.destroy(), timeout)
    try {
      const { rows } = await this.#client.query<Row>({ text, values: [...values], ...(name !== undefined && { name }) })
      return rows
    } finally {
      clearInterval(watch)
    }
  }

  #endIfSilent(): NodeJS.Timeout {
    let [received, since] = [this.#socket.bytesRead, performance.now()]
    return setInterval(() => {
      if (this.#socket.bytesRead !== received) [received, since] = [this.#socket.bytesRead, performance.now()]
      else if (performance.now() - since >= this.#patience) this.destroy()
    }, this.#patience / 4)
  }

  /** Queries that run fail. */
  destroy(): void {
    this.#socket.destroy()
    this.#client.end().catch(() => {})
  }

  async end(): Promise<void> {
    if (this.#ended) return
    const late = setTimeout(() => this.destroy(), Math.min(this.#patience, END_WITHIN))
    await this.#client.end().catch(() => {})
    clearTimeout(late)
  }
}

const INT8 = 20

/** After how much silence the other side is asked whether it is there, in milliseconds. */
const KEEP_ALIVE = 10_000

/** How long the other side may take to close a connection, in milliseconds. */
const END_WITHIN = 3_000

/** Whatever the role or the database has set. */
const SETTINGS = [
  "set default_transaction_isolation = 'read committed'",
  'set statement_timeout = 0',
  // Without it, a null in an array is the text "null".
  'set array_nulls = on',
  // A server ends what a client asked that is gone; otherwise it would wait for a lock for ever. Not every server can.
  'do $$ begin set client_connection_check_interval = 1000; exception when others then null; end $$',
].join(';')

async function loadDriver(): Promise<typeof pg> {
  try {
    return (await import('pg')).default
  } catch (cause) {
    const message = 'DEMARCHE_LOG needs the package pg; install it with `npm install pg`, beside demarche'
    throw new DemarcheError('MISCONFIGURED', message, { cause })
  }
}

/** The SQLSTATE of an error that the server sent; undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error && 'severity' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

/** Whether nobody can know what became of a statement. After any other error, it was rolled back. */
export function mayBeDone(state: string | undefined): boolean {
  return state === undefined || /^(08|57P|58|XX)/.test(state)
}

/**
 * Starting up, shutting down, out of resources, read-only, a victim of others: not now. Or a prepared statement that no longer fits the tables,
 * or that the server has lost: not over this connection.
 */
export function isNotNow(state: string | undefined): boolean {
  return state === undefined || /^(08|0A000|25006|26000|40|42P05|53|55P03|57|58|XX)/.test(state)
}

/** What an operator has to mend: the state, and the message. */
const MISTAKES: readonly (readonly [state: RegExp, message: string])[] = [
  [/^28/, 'PostgreSQL refuses the user or the password of DEMARCHE_LOG; check them, and pg_hba.conf'],
  [/^3D000$/, 'the database of DEMARCHE_LOG does not exist; create it with `createdb`, or check the name'],
  [
    /^(3F000|42P01|42883)$/,
    'the database of DEMARCHE_LOG holds no log; wait if it is being restored, create one with `demarche log create` if it is new, or check the name',
  ],
  [/^42501$/, 'the role of DEMARCHE_LOG may not do this; see `demarche log --help` for the role that may'],
]

/** A `MISCONFIGURED` for what only an operator can mend, otherwise undefined. */
export function mistakeOf(error: unknown): DemarcheError | undefined {
  if (error instanceof DemarcheError) return error
  const state = sqlState(error)
  const [, message] = MISTAKES.find(([pattern]) => state !== undefined && pattern.test(state)) ?? []
  return message === undefined ? undefined : new DemarcheError('MISCONFIGURED', message, { cause: error })
}

/** `cause` is for the service's own log. */
export function unreachable(cause: unknown): DemarcheError {
  return new DemarcheError('LOG_UNREACHABLE', 'The log cannot be reached. Nothing was recorded. Try again.', { cause })
}

const CONNECT_WITHIN = 10_000

/** How long a statement may run, in milliseconds. Moving a large store in takes minutes. */
const PATIENCE = 3_600_000

/** A connection for a command. Throws `MISCONFIGURED` and `LOG_UNREACHABLE` with what an operator has to know. */
export async function withClient<Result>(
  url: string,
  work: (client: PostgresClient) => Promise<Result>,
): Promise<Result> {
  let client: PostgresClient | undefined
  try {
    client = await PostgresClient.connect({
      url,
      name: 'command',
      patience: PATIENCE,
      connectWithin: CONNECT_WITHIN,
    })
    return await work(client)
  } catch (error) {
    throw mistakeOf(error) ?? (client === undefined || isLost(error) ? cannotReach(error) : error)
  } finally {
    await client?.end()
  }
}

function isLost(error: unknown): boolean {
  return error instanceof Error && sqlState(error) === undefined && error.message.startsWith('Connection terminated')
}

/** What went wrong with a connection, in a few words for operators. */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.message || String('code' in cause ? cause.code : cause.name)
}

function cannotReach(cause: unknown): DemarcheError {
  const message = `PostgreSQL cannot be reached (${reasonOf(cause)}). Check the host and the port of DEMARCHE_LOG, and that PostgreSQL runs.`
  return new DemarcheError('LOG_UNREACHABLE', message, { cause })
}

export async function inTransaction<Result>(client: PostgresClient, work: () => Promise<Result>): Promise<Result> {
  await client.query('begin')
  try {
    const result = await work()
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}
