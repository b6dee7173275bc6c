import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { DemarcheError } from '../../model/errors.ts'
import { RevisionMovedError } from '../append.ts'
import { PAGE, PAGE_BYTES } from '../log/pages.ts'
import type { LoggedChange } from '../schema/log.ts'
import type { Token } from '../tokens.ts'
import {
  type ChangeText,
  clockAhead,
  type KeptAnswer,
  type Log,
  type Logged,
  type NodeReport,
  type Offer,
  type Place,
  placeOf,
  type Standing,
  uncertainKey,
} from './log.ts'
import { PATIENCE } from './node-state.ts'
import { isNotNow, mayBeDone, mistakeOf, reasonOf, sqlState, unreachable } from './postgres-client.ts'
import { PostgresConnection } from './postgres-connection.ts'

/*
 * A log in PostgreSQL; see migrations-log. One connection appends and one reads, so that a long page keeps no append waiting. The reading one
 * also listens. What it hears is a hint: who watches asks for the head as well, now and then and whenever it is rung.
 *
 * An append whose answer is lost is offered again under its id until the patience ends. From the moment that an offer may have arrived
 * until an answer to it is read, nothing is refused as unwritten: the error is LOG_UNCERTAIN then.
 */

export interface PostgresLogOptions {
  readonly url: string
  /** How long an append is offered, in milliseconds. */
  readonly patience?: number | undefined
}

/** Of the log's tables, as this version needs them: the number of the last file of migrations-log. */
const LOG_VERSION = 1

/** How long a server may owe an answer in silence, in milliseconds. */
const SILENCE = 3_000

export class PostgresLog implements Log {
  knownHead = 0
  reachable: Log['reachable'] = { is: false, since: Date.now() }
  readonly found = { bell: 0, poll: 0 }
  readonly #patience: number
  readonly #appending: PostgresConnection
  readonly #reading: PostgresConnection
  readonly #process = randomUUID()
  readonly #rings = new Set<(seq?: number) => void>()
  /** Whether a bell has said that there is more than `knownHead`. */
  #isRung = false
  /** Counts the times at which `knownHead` rose. */
  #rises = 0
  #isClosed = false

  constructor({ url, patience = PATIENCE }: PostgresLogOptions) {
    this.#patience = patience
    this.#appending = new PostgresConnection({
      url,
      name: 'appending',
      patience: Math.min(SILENCE, patience),
      // The server gives up first, and says so.
      settings: [`set lock_timeout = ${Math.ceil(patience * 0.8)}`],
    })
    this.#reading = new PostgresConnection({
      url,
      name: 'reading',
      patience: SILENCE,
      // What it writes can be lost, and must not wait for a standby: a server goes on waiting for a client that has gone.
      settings: [`set lock_timeout = ${SILENCE * 0.8}`, 'set synchronous_commit = local', 'listen demarche'],
      onConnect: () => {
        this.#found(true)
        // What was said while there was no connection is lost.
        queueMicrotask(() => this.#ring())
      },
      onEnd: () => this.#found(false),
      onNotification: (payload) => {
        // Any role that may connect can ring: a seq counts once it has been read.
        const seq = Number(payload)
        if (seq > this.knownHead) this.#isRung = true
        this.#ring(Number.isSafeInteger(seq) && seq > 0 ? seq : undefined)
      },
    })
  }

  async standing(): Promise<Standing> {
    const rises = this.#rises
    const [standing] = await this.#ask<Standing & { readonly serves: number }>(STANDING)
    if (standing === undefined) {
      const message = 'the log in the database of DEMARCHE_LOG has no head; wait until all of it is restored'
      throw unreachable(new DemarcheError('MISCONFIGURED', message))
    }
    assertVersion(standing)
    this.#heard(standing.seq, 'poll')
    // A log that was put back ends earlier.
    if (this.#rises === rises) this.knownHead = standing.seq
    return standing
  }

  async settle(now: number): Promise<void> {
    await this.#ask('select demarche.settle($1)', [now])
  }

  append(offer: Offer): Promise<Logged> {
    return this.#appending.inTurn(() => this.#offer(offer))
  }

  async answer(id: string): Promise<KeptAnswer | undefined> {
    const [answer] = await this.#ask<KeptAnswer>(ANSWER, [id])
    if (answer !== undefined) await this.#appending.commit('select demarche.confirm($1)', [id], uncertainKey)
    return answer
  }

  async read(after: Place, limit = PAGE, bytes = PAGE_BYTES): Promise<readonly LoggedChange[]> {
    // The change that is held comes first, without its content: if it is another one, so is the log.
    const isStart = after.seq === 0
    const values = [after.seq, isStart ? limit : limit + 1, bytes]
    const rows = await this.#ask<LoggedChange>(READ, values, 'read')
    const held = isStart ? undefined : rows.shift()
    if (!isStart && (held === undefined || !isDeepStrictEqual(placeOf(held), after))) throw diverged()
    this.#heard(rows.at(-1)?.seq ?? after.seq)
    return rows
  }

  async hasRedacted(after: number): Promise<boolean> {
    const text = "select 1 from demarche.changes where seq > $1 and kind = 'REDACTED' limit 1"
    return (await this.#ask(text, [after])).length > 0
  }

  contents(seqs: readonly number[]): Promise<readonly ChangeText[]> {
    return this.#ask('select seq, format, note, content from demarche.changes where seq = any ($1) order by seq', [
      seqs,
    ])
  }

  tokens(): Promise<readonly Token[]> {
    return this.#ask(TOKENS)
  }

  async createToken({ name, hash, scope, createdAt, expiresAt }: Token): Promise<void> {
    const values = [name, hash, scope, createdAt, expiresAt]
    const [created] = await this.#appending.commit<{ isFree: boolean }>(CREATE_TOKEN, values, uncertainToken)
    if (created?.isFree !== true) {
      const message = `there is a token "${name}" already; choose another name (a revoked token keeps its name)`
      throw new DemarcheError('TOKEN_NAME_TAKEN', message)
    }
  }

  async revokeToken(name: string, at: number): Promise<boolean> {
    const [revoked] = await this.#appending.commit<{ wasValid: boolean }>(REVOKE_TOKEN, [name, at], uncertainToken)
    return revoked?.wasValid === true
  }

  async recordUse(uses: ReadonlyMap<string, number>): Promise<void> {
    await this.#ask('select demarche.record_use($1, $2)', [[...uses.keys()], [...uses.values()]])
  }

  async beginCleaning(): Promise<boolean> {
    const [row] = await this.#ask<{ isFree: boolean }>(`select pg_try_advisory_lock(${CLEANING}) as "isFree"`)
    return row?.isFree === true
  }

  /** The lock also ends with the connection. */
  async endCleaning(): Promise<void> {
    await this.#ask(`select pg_advisory_unlock(${CLEANING})`)
  }

  async seen({ name, version, projectedWith, format, seq, at, change }: NodeReport): Promise<void> {
    const values = [name, this.#process, version, projectedWith, format, seq, at, change]
    await this.#ask('select demarche.seen($1, $2, $3, $4, $5, $6, $7, $8)', values)
  }

  watch(ring: (seq?: number) => void): () => void {
    const listener = (seq?: number) => ring(seq)
    this.#rings.add(listener)
    return () => this.#rings.delete(listener)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#rings.clear()
    await Promise.all([this.#appending.close(), this.#reading.close()])
  }

  async #offer(offer: Offer): Promise<Logged> {
    const values = valuesOf(offer)
    const deadline = performance.now() + this.#patience + offer.changes.length
    // Whether an offer may have arrived that is not answered.
    let mayHaveArrived = false
    for (let pause = 20; ; pause = Math.min(pause * 2, 500)) {
      let isSent = false
      try {
        const client = await this.#appending.client()
        const { unconfirmed } = client
        isSent = true
        const timeout = Math.max(deadline - performance.now(), 1)
        const [answer] = await client.query<AppendAnswer>(APPEND, values, { timeout, name: 'append' })
        if (answer === undefined) throw new Error('an append was not answered')
        this.#found(true)
        this.#heard(answer.head)
        if (client.unconfirmed > unconfirmed) throw uncertain(undefined)
        return loggedOf(answer, mayHaveArrived)
      } catch (error) {
        if (error instanceof DemarcheError) {
          if (error.code === 'MISCONFIGURED') throw mayHaveArrived ? uncertain(error) : unreachable(error)
          throw error
        }
        const state = sqlState(error)
        if (isSent && mayBeDone(state)) mayHaveArrived = true
        if (state === LOCK_TIMEOUT && !mayHaveArrived) {
          throw new DemarcheError('STORE_BUSY', 'Other nodes are recording. Try again.', { cause: error })
        }
        this.#appending.drop()
        this.#found(false, reasonOf(error))
        const isFinal = !isNotNow(state)
        const isMistake = isFinal && mistakeOf(error) !== undefined
        if (isFinal && !isMistake && !mayHaveArrived) throw error
        if (isFinal || this.#isClosed || performance.now() + pause > deadline) {
          throw mayHaveArrived ? uncertain(error) : unreachable(error)
        }
        await wait(pause)
      }
    }
  }

  #ask<Row extends object>(text: string, values: readonly unknown[] = [], name?: string): Promise<Row[]> {
    return this.#reading.inTurn(async () => {
      try {
        const client = await this.#reading.client()
        const rows = await client.query<Row>(text, values, { ...(name !== undefined && { name }) })
        this.#found(true)
        return rows
      } catch (error) {
        const state = sqlState(error)
        // The server has answered, though with an error, and the connection may stay.
        if (isNotNow(state)) {
          this.#found(false, reasonOf(error))
          this.#reading.drop()
        }
        throw unreachable(mistakeOf(error) ?? error)
      }
    })
  }

  #found(is: boolean, why?: string): void {
    const isNews = this.reachable.is !== is
    if (isNews) this.reachable = { is, since: Date.now(), why }
    else if (why !== undefined) this.reachable = { ...this.reachable, why }
    // Those who watch may ask at once. What they find is no news then.
    if (isNews) queueMicrotask(() => this.#ring())
  }

  #heard(seq: number, by?: 'poll'): void {
    if (seq <= this.knownHead) return
    this.knownHead = seq
    this.#rises++
    const found = this.#isRung ? 'bell' : by
    this.#isRung = false
    if (found !== undefined && this.#rings.size > 0) this.found[found]++
  }

  #ring(seq?: number): void {
    for (const ring of this.#rings) ring(seq)
  }
}

export const STANDING =
  'select id, version, serves, format, seq, at, epochs, now, settled_before as "settledBefore" from demarche.standing()'

/** The length of a content is known without reading it. */
const READ = `select seq, batch, space, record, key, revision, kind, note, at, by, origin, format, case when seq > $1 then content end as content
  from (select *, sum(bytes) over (order by seq rows unbounded preceding) - bytes as earlier
    from (select *, case when seq > $1 then octet_length(content) else 0 end as bytes
      from demarche.changes where seq >= $1 order by seq limit $2) page) sized
  where earlier < $3 order by seq`

/** Not what a redaction has forgotten: only an append that is offered again finds that. */
const ANSWER = `select hash, answer_seq as seq, plan, at from demarche.appends
  where id = $1 and hash is not null and at > demarche.now_ms() - 86400000`

const CLEANING = "hashtextextended('demarche clean', 0)"

const TOKENS = `select name, hash, scope, created_at as "createdAt", expires_at as "expiresAt", revoked_at as "revokedAt",
  last_used_at as "lastUsedAt" from demarche.tokens order by number`

const CREATE_TOKEN = 'select demarche.create_token($1, $2, $3, $4, $5) as "isFree"'

const REVOKE_TOKEN = 'select demarche.revoke_token($1, $2) as "wasValid"'

const APPEND = `select outcome, first_seq as first, last_seq as last, logged_at as at, moved, head_seq as head
  from demarche.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`

interface AppendAnswer {
  readonly outcome:
    | 'appended'
    | 'found'
    | 'forgotten'
    | 'answered'
    | 'reused'
    | 'clock'
    | 'format'
    | 'diverged'
    | 'moved'
  readonly first: number
  readonly last: number
  readonly at: number
  readonly moved: RevisionMovedError['keys']
  readonly head: number
}

const LOCK_TIMEOUT = '55P03'

function valuesOf({ id, hash, answer, known, at, by, origin, format, changes }: Offer): unknown[] {
  return [
    id,
    hash,
    answer?.seq ?? null,
    answer?.plan ?? null,
    known.seq,
    known.at,
    known.change,
    at,
    by,
    origin,
    format,
    ...(['batchEnd', 'space', 'record', 'key', 'revision', 'kind', 'note', 'content'] as const).map((field) =>
      changes.map((change) => change[field]),
    ),
  ]
}

function loggedOf({ outcome, first, last, at, moved }: AppendAnswer, mayHaveArrived: boolean): Logged {
  switch (outcome) {
    case 'appended':
      return { first, last, at }
    case 'found':
      return { first, last, at, isEarlier: true }
    case 'answered':
      throw new DemarcheError('ALREADY_ANSWERED', 'The idempotency key has another answer already. Read that.')
    case 'moved':
      throw new RevisionMovedError(moved)
    case 'diverged':
      throw diverged()
    case 'clock':
      throw clockAhead('The clock of PostgreSQL is more than a day ahead of what this node expects.')
    case 'format':
      throw new DemarcheError(
        'FORMAT_AHEAD',
        'This node writes a format that not all nodes may read. Allow it with `demarche log allow-format` when all nodes run this version.',
      )
    case 'forgotten':
      if (mayHaveArrived) return { first, last, at, isEarlier: true }
      throw reused()
    case 'reused':
      throw reused()
  }
}

function reused(): DemarcheError {
  const message = 'The idempotency key was used with another input within a day. Use a new key for each change.'
  return new DemarcheError('IDEMPOTENCY_KEY_REUSED', message)
}

/** Throws `LOG_NEWER`, `LOG_OLDER`. */
export function assertVersion({ version, serves }: { readonly version: number; readonly serves: number }): void {
  if (version < LOG_VERSION) {
    const message = `The tables of the log have version ${version}, and this version of Demarche needs ${LOG_VERSION}. Run \`demarche log migrate\` as their owner.`
    throw new DemarcheError('LOG_OLDER', message)
  }
  if (serves > LOG_VERSION) {
    const message = `The tables of the log have version ${version}, which this version of Demarche does not know. Run a newer version.`
    throw new DemarcheError('LOG_NEWER', message)
  }
}

function diverged(): DemarcheError {
  const message =
    'The log does not hold all changes of this node: it lost some, or was restored from a backup. See `demarche log recover`.'
  return new DemarcheError('LOG_DIVERGED', message)
}

function uncertain(cause: unknown): DemarcheError {
  const message =
    'The connection to the log was lost while it recorded. The change may be recorded. Send the mutation again with the same idempotency key.'
  return new DemarcheError('LOG_UNCERTAIN', message, { cause })
}

function uncertainToken(cause: unknown): DemarcheError {
  const message = 'The connection to the log was lost. The token is created or revoked, or it is not. List the tokens.'
  return new DemarcheError('LOG_UNCERTAIN', message, { cause })
}
