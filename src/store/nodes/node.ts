import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { DemarcheError, type StoreError } from '../../model/errors.ts'
import { CONTENT_FORMAT } from '../../model/records/canonical-record.ts'
import { spaceOf } from '../../model/records/definitions.ts'
import { type Append, type Appended, Appender, batchesOf, type WrittenChange } from '../append.ts'
import { PROJECTED_WITH, projection, type Projection } from '../projections/project.ts'
import type { AnswerRow } from '../queries/changes.ts'
import { isCurrent, rebuild, type RebuildProgress } from '../rebuild.ts'
import { tokens } from '../schema/log.ts'
import { assertInPlace, connect, recognise, type Connection } from '../sqlite/connection.ts'
import { PATIENCE } from '../sqlite/busy.ts'
import { migrate } from '../sqlite/migrate.ts'
import { begin, commitBegun, rollBack, transact } from '../sqlite/transaction.ts'
import { inserter } from '../sqlite/write-buffer.ts'
import type { Token } from '../tokens.ts'
import type { Log, Logged, Offer, OfferedChange, Standing } from './log.ts'
import { assertMember, join } from './membership.ts'
import type { LogOptions, NodeCounts, NodeState } from './node-state.ts'
import { HaltedError, Replica } from './replica.ts'

/*
 * A store that is one of several nodes of a log: the one connection that writes its file, the log, and one queue for both. Following and
 * appending take turns in the queue.
 *
 * An append is projected first, in a transaction that stays open, at the seqs that it would get. Then the log is asked, which compares
 * revisions only: that keys exist and what earlier revisions say holds for good once it holds in a prefix of the log. If the log assigned those
 * seqs, the transaction is committed; if others came first, it is rolled back and projected behind theirs. So nothing that its writer cannot
 * project enters the log. Once the log has said yes, the append succeeds or fails as RECORDED_UNSEEN: any other error would read as a refusal.
 */

export interface NodeOptions {
  readonly file: string
  readonly log: Log
  readonly poll?: number | undefined
  readonly patience?: number | undefined
  readonly name?: string | undefined
  readonly version?: string | undefined
  readonly onRebuild?: RebuildProgress | undefined
  /** Called when the state may have changed. `committed` says that the file has. */
  readonly onChange?: (committed: boolean) => void
}

/** What the serving thread may ask of a node. */
export interface NodeCalls {
  append(append: Append): Promise<Appended>
  answerTo(by: string, key: string): Promise<AnswerRow | undefined>
  reach(seq: number): Promise<boolean>
  createToken(token: Token): Promise<void>
  revokeToken(name: string, at: number): Promise<boolean>
  recordUse(uses: ReadonlyMap<string, number>): Promise<void>
}

const REACH_PATIENCE = 5_000
const SEEN_EVERY = 10_000

export class Node implements NodeCalls {
  readonly #connection: Connection
  readonly #projection: Projection
  readonly #log: Log
  readonly #replica: Replica
  readonly #appender: Appender
  readonly #options: NodeOptions
  readonly #counts = {
    kept: 0,
    redone: 0,
    refused: 0,
    unreachable: 0,
    uncertain: 0,
    unseen: 0,
    followed: 0,
    secondsInLog: 0,
  }
  /** Settles when all earlier work with the connection has. */
  #earlier: Promise<unknown> = Promise.resolve()
  #looking: Promise<void> | undefined
  #looksAgain = false
  /** Whether following waits for its turn already. */
  #willFollow = false
  #isClosed = false
  #foreign: HaltedError | undefined
  #settledBefore = 0
  #wasLevel = false
  #behindSince: number | undefined
  #seenAt = -SEEN_EVERY
  /** The time of the log less the steady clock, at most: the answer of the log was under way for a while. */
  #offset: number | undefined
  #stop: () => void = () => {}

  private constructor(connection: Connection, options: NodeOptions) {
    const { log } = options
    this.#options = options
    this.#connection = connection
    this.#log = log
    this.#projection = projection(connection)
    this.#replica = new Replica({
      connection,
      projection: this.#projection,
      log,
      onFollowed: (count) => {
        this.#counts.followed += count
        this.#changed(true)
      },
    })
    this.#appender = new Appender(connection, this.#projection, {
      clock: { read: () => this.#now() },
      patience: options.patience,
    })
    this.#settledBefore = this.#replica.place().at
  }

  /**
   * Opens the file of a node, creates it if it does not exist, and follows the log from then on. A file that holds something opens also while
   * the log cannot be reached. Throws `STORE_FOREIGN`, `MISCONFIGURED`, `LOG_NEWER`, `LOG_OLDER`, and what opening a store throws.
   */
  static async open(options: NodeOptions): Promise<Node> {
    const { file, log, poll = 1_000, onRebuild } = options
    const standing = await log.standing().catch((error: unknown) => {
      if (isUnreachable(error)) return undefined
      throw error
    })
    const connection = await connect(file, { readonly: false })
    try {
      await migrate(connection)
      if (!isCurrent(connection)) await rebuild(connection, onRebuild)
      if (standing === undefined) assertMember(connection)
      else await join(connection, standing)
      const node = new Node(connection, options)
      if (standing !== undefined) node.#learn(standing)
      const unwatch = log.watch(() => node.#hear())
      const timer = setInterval(() => void node.look(), poll)
      node.#stop = () => {
        unwatch()
        clearInterval(timer)
      }
      return node
    } catch (error) {
      connection.close()
      throw recognise(error, file)
    }
  }

  state(): NodeState {
    const { is: reachable, since } = this.#log.reachable
    const { seq } = this.#replica.place()
    const head = Math.max(this.#log.knownHead, seq)
    const halted = this.#foreign ?? this.#replica.halted
    const behind = head > seq ? ((this.#behindSince ??= performance.now()), performance.now() - this.#behindSince) : 0
    if (behind === 0 && head === seq) this.#behindSince = undefined
    return {
      log: { reachable, since, head },
      behind: { changes: head - seq, seconds: behind / 1_000 },
      settledBefore: this.#settledBefore,
      writes: reachable && halted === undefined && this.#wasLevel,
      format: CONTENT_FORMAT,
      wasLevel: this.#wasLevel,
      halted: halted === undefined ? null : describe(halted),
      counts: { ...this.#counts, secondsProjecting: this.#replica.secondsProjecting, restarts: 0 } satisfies NodeCounts,
    }
  }

  /** Asks the log where it stands, and follows it, once more if it is asked to meanwhile. Never throws: the state says what fails. */
  look(): Promise<void> {
    this.#looksAgain = true
    this.#looking ??= this.#lookOn().finally(() => (this.#looking = undefined))
    return this.#looking
  }

  async #lookOn(): Promise<void> {
    while (this.#looksAgain && !this.#isClosed) {
      this.#looksAgain = false
      await this.#lookOnce()
    }
  }

  async #lookOnce(): Promise<void> {
    try {
      const standing = await this.#log.standing()
      const mirrored = await this.#log.tokens()
      await this.#inTurn(async () => {
        if (await join(this.#connection, standing)) {
          this.#projection.reset()
          this.#changed(true)
        }
        this.#foreign = undefined
        this.#learn(standing)
        await this.#mirror(mirrored)
        await this.#follow()
      })
      if (this.#replica.place().seq >= standing.seq) {
        this.#settledBefore = Math.max(this.#settledBefore, standing.settledBefore)
        this.#wasLevel = true
      }
      await this.#report()
    } catch (error) {
      // The next look tries again.
      if (error instanceof DemarcheError && HALTING.has(error.code))
        this.#foreign = new HaltedError(error.code, error.message)
    }
    if (!this.#isClosed) this.#changed(false)
  }

  async append(append: Append): Promise<Appended> {
    return await this.#inTurn(async () => {
      try {
        return await this.#append(append)
      } catch (thrown) {
        const error = thrown instanceof HaltedError && thrown.code !== 'LOG_DIVERGED' ? stopped(thrown) : thrown
        const code = error instanceof DemarcheError ? error.code : undefined
        this.#counts[OUTCOMES.get(code ?? '') ?? 'refused']++
        throw error
      } finally {
        this.#changed(true)
      }
    })
  }

  async answerTo(by: string, key: string): Promise<AnswerRow | undefined> {
    const answer = await this.#log.answer(idOf(by, key))
    if (answer === undefined) return undefined
    const { hash, seq, plan } = answer
    if (seq !== null) await this.reach(seq)
    return { hash: hash ?? '', seq, plan }
  }

  async reach(seq: number): Promise<boolean> {
    if (this.#replica.place().seq >= seq) return true
    if (this.#log.knownHead < seq && (await this.#log.standing()).seq < seq) return false
    const late = new AbortController()
    const following = this.#inTurn(() => this.#follow(seq))
    const followed = await Promise.race([
      following.then(
        () => true,
        (error: unknown) => error,
      ),
      wait(REACH_PATIENCE, false, { signal: late.signal }).catch(() => false),
    ])
    late.abort()
    if (this.#replica.place().seq >= seq) return true
    if (isUnreachable(followed)) throw followed
    throw new DemarcheError(
      'NODE_BEHIND',
      `this node has not yet received change ${seq}; ask again, or ask another node`,
    )
  }

  async createToken(token: Token): Promise<void> {
    try {
      await this.#log.createToken(token)
    } finally {
      // If the name is taken, the next number is free.
      await this.#mirrorNow()
    }
  }

  async revokeToken(name: string, at: number): Promise<boolean> {
    const wasValid = await this.#log.revokeToken(name, at)
    await this.#mirrorNow()
    return wasValid
  }

  async recordUse(uses: ReadonlyMap<string, number>): Promise<void> {
    await this.#log.recordUse(uses)
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#stop()
    await this.#log.close()
    await this.#earlier
    this.#connection.close()
  }

  /** Follows what another node has appended. Otherwise the tokens or the epochs may have changed, or this node has appended. */
  #hear(): void {
    if (this.#isClosed || this.#willFollow) return
    if (this.#log.knownHead <= this.#replica.place().seq) {
      void this.look()
      return
    }
    this.#willFollow = true
    void this.#inTurn(async () => {
      this.#willFollow = false
      if (this.#log.knownHead > this.#replica.place().seq) await this.#follow()
    }).catch(() => this.look())
  }

  async #append(append: Append): Promise<Appended> {
    const { halted = this.#foreign } = this.#replica
    if (halted !== undefined) throw halted
    const batches = batchesOf(append)
    const offer = this.#offerOf(append, batches)
    if (batches.length === 0) return await this.#keepBeside(append, offer)
    const { answer: _, ...written } = append
    if (this.#log.knownHead > this.#replica.place().seq) await this.#follow()
    for (let attempt = 1; ; attempt++) {
      let known = this.#replica.place()
      try {
        await begin(this.#connection, this.#options.patience)
        known = this.#replica.place()
        const expected = this.#appender.write(batches, written)
        assertInPlace(this.#connection)
        const given = await this.#ask(() => this.#log.append({ ...offer, known: known, at: expected.at }))
        return await this.#settle(expected, given, written)
      } catch (error) {
        if (error instanceof DemarcheError && error.code === 'RECORDED_UNSEEN') throw error
        const isOld = attempt === 1 && isOldNews(error) && (await this.#isBehind(known.seq))
        if (!isOld) throw recognise(error, this.#connection.name)
        await this.#follow()
      } finally {
        this.#rollBack()
      }
    }
  }

  /** Makes the file hold what the log has recorded. */
  async #settle(expected: Logged, given: Logged, written: Append): Promise<Appended> {
    const isAsExpected = given.first === expected.first && given.last === expected.last && given.at === expected.at
    const deadline = performance.now() + (this.#options.patience ?? PATIENCE)
    const { first, last } = given
    try {
      if (isAsExpected) {
        commitBegun(this.#connection)
        this.#counts.kept++
        return { first, last }
      }
    } catch {
      // What is not committed is followed like a change of another node.
    }
    this.#rollBack()
    for (;;) {
      try {
        if (this.#replica.place().seq < last) await this.#follow(last)
        if (this.#replica.place().seq < last) throw new Error(`the log no longer has change ${last}`)
        await this.#writeBeside(written)
        this.#counts.redone++
        return { first, last }
      } catch (cause) {
        if (cause instanceof HaltedError || performance.now() >= deadline || this.#isClosed) {
          const message = `recorded as change ${last}, which this node cannot show yet; do not record it again: ask later, or ask another node`
          throw new DemarcheError('RECORDED_UNSEEN', message, { cause })
        }
        await wait(RETRY_AFTER)
      }
    }
  }

  /** An append without changes: what an import notes stays in the file, an answer goes to the log. */
  async #keepBeside(append: Append, offer: Omit<Offer, 'known' | 'at'>): Promise<Appended> {
    const { seq: last, at } = this.#replica.place()
    await this.#writeBeside(append)
    if (append.answer !== undefined)
      await this.#ask(() => this.#log.append({ ...offer, known: { seq: last, at }, at: Math.max(this.#now(), at) }))
    return { first: last + 1, last }
  }

  async #writeBeside({ baselines = [], loads = [], origin }: Append): Promise<void> {
    if (baselines.length + loads.length === 0) return
    await transact(
      this.#connection,
      () => this.#appender.write([], { batches: [], origin, baselines, loads }),
      this.#options.patience,
    )
  }

  #offerOf(append: Append, batches: readonly (readonly WrittenChange[])[]): Omit<Offer, 'known' | 'at'> {
    const { answer, by = null, origin } = append
    return {
      id: answer === undefined ? randomUUID() : idOf(answer.by, answer.key),
      hash: answer?.hash ?? null,
      answer: answer === undefined ? null : { seq: answer.seq ?? null, plan: answer.plan ?? null },
      by,
      origin,
      format: CONTENT_FORMAT,
      changes: offered(batches),
    }
  }

  async #ask<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const began = performance.now()
    try {
      return await ask()
    } finally {
      this.#counts.secondsInLog += (performance.now() - began) / 1_000
    }
  }

  async #isBehind(seq: number): Promise<boolean> {
    this.#rollBack()
    return (await this.#log.standing()).seq > seq
  }

  async #follow(upTo?: number): Promise<void> {
    await this.#replica.follow(upTo)
  }

  #rollBack(): void {
    if (!this.#connection.inTransaction) return
    rollBack(this.#connection)
    this.#projection.reset()
  }

  /** Does something with the connection when all that was asked before is done. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#earlier.then(async () => {
      if (this.#isClosed) throw new DemarcheError('STOPPING', 'the store is closing; nothing was recorded')
      return await work()
    })
    this.#earlier = done.catch(() => {})
    return done
  }

  #learn({ now }: Standing): void {
    this.#offset = now - performance.now()
  }

  /** The time by the clock of the log; by this machine's until the log has been asked. A little early rather than late, which the log refuses. */
  #now(): number {
    return this.#offset === undefined ? Date.now() : Math.floor(this.#offset + performance.now()) - 1
  }

  #changed(committed: boolean): void {
    this.#options.onChange?.(committed)
  }

  async #mirrorNow(): Promise<void> {
    const all = await this.#log.tokens()
    await this.#inTurn(() => this.#mirror(all))
    this.#changed(true)
  }

  /** Keeps a copy of the log's tokens in the file: for reading, for backups, and for a store that leaves the log. */
  async #mirror(all: readonly Token[]): Promise<void> {
    const held = this.#connection.prepare(TOKENS).all()
    if (JSON.stringify(held) === JSON.stringify(all.map(tokenRow))) return
    await transact(this.#connection, () => {
      this.#connection.exec('delete from tokens')
      const insert = inserter(this.#connection, tokens)
      for (const token of all) insert(token)
    })
    this.#changed(true)
  }

  async #report(): Promise<void> {
    if (performance.now() - this.#seenAt < SEEN_EVERY) return
    this.#seenAt = performance.now()
    const { name = 'node', version = '' } = this.#options
    await this.#log.seen({
      name,
      version,
      projectedWith: PROJECTED_WITH,
      format: CONTENT_FORMAT,
      ...this.#replica.place(),
    })
  }
}

/** Opens a node of the log in PostgreSQL. See `Node.open` for what it throws. */
export async function openNode({ log: options, ...node }: OpenNode): Promise<Node> {
  const { url, poll, patience, node: name, version } = options
  const { PostgresLog } = await import('./postgres-log.ts')
  const log = new PostgresLog({ url, poll, patience })
  try {
    return await Node.open({ ...node, log, poll, patience, name, version })
  } catch (error) {
    await log.close()
    throw error
  }
}

type OpenNode = Pick<NodeOptions, 'file' | 'onRebuild' | 'onChange'> & { readonly log: LogOptions }

const RETRY_AFTER = 100

const TOKENS = `select name, hash, scope, created_at as createdAt, expires_at as expiresAt, revoked_at as revokedAt,
  last_used_at as lastUsedAt from tokens order by rowid`

function tokenRow({ name, hash, scope, createdAt, expiresAt, revokedAt, lastUsedAt }: Token): Token {
  return { name, hash, scope, createdAt, expiresAt, revokedAt, lastUsedAt }
}

const OUTCOMES: ReadonlyMap<string, 'unreachable' | 'uncertain' | 'unseen'> = new Map([
  ['LOG_UNREACHABLE', 'unreachable'],
  ['LOG_UNCERTAIN', 'uncertain'],
  ['RECORDED_UNSEEN', 'unseen'],
])

/** What no later look at the same log mends. */
const HALTING: ReadonlySet<string> = new Set(['STORE_FOREIGN', 'LOG_NEWER', 'LOG_OLDER', 'MISCONFIGURED'])

/** Errors that may come from not having seen all of the log. */
const OLD_NEWS: ReadonlySet<string> = new Set([
  'REFERENCE_UNKNOWN',
  'REVISION_MOVED',
  'KIND_CHANGED',
  'ALREADY_RETRACTED',
  'REDACTED',
])

function isOldNews(error: unknown): boolean {
  return error instanceof DemarcheError && OLD_NEWS.has(error.code)
}

function isUnreachable(error: unknown): error is DemarcheError | StoreError {
  return error instanceof DemarcheError && error.code === 'LOG_UNREACHABLE'
}

function describe({ code, message, cause }: HaltedError): NodeState['halted'] {
  const detail = cause instanceof Error && !(cause instanceof DemarcheError) ? (cause.stack ?? cause.message) : null
  return { code, message, detail }
}

function stopped({ message }: HaltedError): DemarcheError {
  return new DemarcheError('NODE_BEHIND', `this node has stopped: ${message}. Nothing was recorded; ask another node`)
}

/** The id of the append with an idempotency key: the same on every node. */
function idOf(by: string, key: string): string {
  const hex = createHash('sha256').update(`${by}\n${key}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}

function offered(batches: readonly (readonly WrittenChange[])[]): OfferedChange[] {
  let batchEnd = 0
  return batches.flatMap((batch) => {
    batchEnd += batch.length
    const end = batchEnd
    return batch.map(({ record, key, revision, kind, note = null, text: content }) => {
      return { space: spaceOf(record), record, key, revision, kind, note, content, batchEnd: end }
    })
  })
}
