import { setTimeout as wait } from 'node:timers/promises'
import { DemarcheError, type StoreError } from '../../model/errors.ts'
import { CONTENT_FORMAT, READABLE_FORMAT } from '../../model/records/canonical-record.ts'
import { type Append, type Appended, RecordedUnseenError } from '../append.ts'
import { PROJECTED_WITH, projection, type Projection } from '../projections/project.ts'
import type { AnswerRow } from '../queries/changes.ts'
import { isCurrent, rebuild, type RebuildProgress } from '../rebuild.ts'
import { connect, recognise, type Connection } from '../sqlite/connection.ts'
import { migrate } from '../sqlite/migrate.ts'
import type { Token } from '../tokens.ts'
import { LogAppender, stopped } from './log-appender.ts'
import { appendId, type Log, type Place, type Standing, uncertainKey } from './log.ts'
import { assertMember, becomeWhole, guarded, isPartial, join } from './membership.ts'
import { type LogOptions, type NodeState, POLL } from './node-state.ts'
import { HaltedError, Replica } from './replica.ts'
import { readNow, TokenMirror } from './token-mirror.ts'

/*
 * A store that is one of several nodes of a log: the one connection that writes its file, the log, and one queue for both. Following and
 * appending take turns in the queue.
 */

export interface NodeOptions {
  readonly file: string
  readonly log: Log
  readonly poll?: number | undefined
  readonly patience?: number | undefined
  /** How long tokens count while the log is away, in milliseconds. */
  readonly grace?: number | undefined
  /** The log keeps what the node says of itself under its name. Without one, it says nothing: a command is no node that others wait for. */
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

/** How far the clock of a node may differ from that of the log, in milliseconds. */
const CLOCK_TOLERANCE = 60_000

export class Node implements NodeCalls {
  readonly #connection: Connection
  readonly #projection: Projection
  readonly #log: Log
  readonly #replica: Replica
  readonly #appender: LogAppender
  readonly #options: NodeOptions
  #followed = 0
  #place: Place = { seq: 0, at: 0 }
  readonly #tokens: TokenMirror
  /** Settles when all earlier work with the connection has. */
  #earlier: Promise<unknown> = Promise.resolve()
  #looking: Promise<void> | undefined
  #looksAgain = false
  /** Whether following waits for its turn already. */
  #willFollow = false
  readonly #closing = new AbortController()
  #foreign: HaltedError | undefined
  #settledBefore = 0
  #wasLevel = false
  #isPartial: boolean
  #behindSince: number | undefined
  #seenAt = -SEEN_EVERY
  /** The time of the log less the steady clock, at most: the answer of the log was under way for a while. */
  #offset: number | undefined
  /** The highest format of contents that the log takes. */
  #mayBeWritten = 0
  #clockAhead = 0
  #stop: () => void = () => {}

  private constructor(connection: Connection, options: NodeOptions) {
    const { log } = options
    this.#options = options
    this.#connection = connection
    this.#log = log
    this.#projection = guarded(connection, projection(connection))
    this.#tokens = new TokenMirror(connection, options.grace)
    this.#replica = new Replica({
      connection,
      projection: this.#projection,
      log,
      onFollowed: (count) => {
        this.#followed += count
        this.#changed(true)
      },
      betweenPages: () => this.#refreshTokens(),
    })
    this.#appender = new LogAppender({
      connection,
      projection: this.#projection,
      log,
      replica: this.#replica,
      now: () => this.#now(),
      patience: options.patience,
      closing: this.#closing.signal,
    })
    this.#settledBefore = this.#held().at
    this.#isPartial = isPartial(connection)
  }

  /**
   * Opens the file of a node, creates it if it does not exist, and follows the log from then on. A file that holds something opens also while
   * the log cannot be reached. Throws `STORE_FOREIGN`, `MISCONFIGURED`, `LOG_NEWER`, `LOG_OLDER`, and what opening a store throws.
   */
  static async open(options: NodeOptions): Promise<Node> {
    const { file, log, poll = POLL, onRebuild } = options
    const standing = await log.standing().catch((error: unknown) => {
      if (isUnreachable(error)) return undefined
      throw error
    })
    const connection = await connect(file, { readonly: false })
    try {
      await migrate(connection)
      const isEmpty = connection.prepare('select 1 from changes').get() === undefined
      if (!isCurrent(connection)) await rebuild(connection, isEmpty ? undefined : onRebuild)
      if (standing === undefined) assertMember(connection)
      else await join(connection, standing)
      const node = new Node(connection, options)
      await node.#replica.clean()
      if (standing !== undefined) {
        node.#learn(standing)
        // If that fails, the next look tries again.
        await node.#mirrorNow().catch(() => {})
      }
      const unwatch = log.watch((seq) => node.#hear(seq))
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
    const { is: reachable, since, why } = this.#log.reachable
    const { seq } = this.#held()
    const head = Math.max(this.#log.knownHead, seq)
    const halted = this.#foreign ?? this.#replica.halted
    const behind = head > seq ? ((this.#behindSince ??= performance.now()), performance.now() - this.#behindSince) : 0
    if (behind === 0 && head === seq) this.#behindSince = undefined
    const isClockOff = Math.abs(this.#clockAhead) > CLOCK_TOLERANCE
    return {
      log: { reachable, since, why, head },
      behind: { changes: head - seq, seconds: behind / 1_000 },
      settledBefore: this.#settledBefore,
      tokensAt: this.#tokens.readAt,
      clockAhead: this.#clockAhead,
      isClockOff,
      writes:
        reachable && halted === undefined && this.#wasLevel && CONTENT_FORMAT <= this.#mayBeWritten && !isClockOff,
      format: READABLE_FORMAT,
      wasLevel: this.#wasLevel,
      isPartial: this.#isPartial,
      isSilent: false,
      halted: halted === undefined ? null : describe(halted),
      counts: {
        ...this.#appender.counts,
        followed: this.#followed,
        rung: this.#log.found.bell,
        polled: this.#log.found.poll,
        secondsProjecting: this.#appender.counts.secondsProjecting + this.#replica.secondsProjecting,
        restarts: 0,
      },
    }
  }

  /** Asks the log where it stands, and follows it, once more if it is asked to meanwhile. Never throws: the state says what fails. */
  look(): Promise<void> {
    this.#looksAgain = true
    this.#looking ??= this.#lookOn().finally(() => (this.#looking = undefined))
    return this.#looking
  }

  async #lookOn(): Promise<void> {
    while (this.#looksAgain && !this.#closing.signal.aborted) {
      this.#looksAgain = false
      await this.#lookOnce()
    }
  }

  async #lookOnce(): Promise<void> {
    // The log may not answer for seconds. That it cannot be reached is known already.
    this.#tell()
    try {
      const standing = await this.#log.standing()
      const read = readNow()
      const mirrored = await this.#log.tokens()
      await this.#inTurn(async () => {
        const isPutBack = await join(this.#connection, standing)
        if (isPutBack) {
          this.#projection.reset()
          this.#changed(true)
        }
        await this.#replica.tryAgain({ head: standing.seq, isPutBack })
        this.#foreign = undefined
        this.#learn(standing)
        if (await this.#tokens.keep(mirrored, read)) this.#changed(true)
        await this.#replica.follow()
      })
      if (this.#held().seq >= standing.seq) {
        this.#settledBefore = Math.max(this.#settledBefore, standing.settledBefore)
        this.#wasLevel = true
        if (this.#isPartial) await this.#inTurn(() => becomeWhole(this.#connection))
        this.#isPartial = false
      }
      await this.#report()
    } catch (error) {
      // The next look tries again.
      if (error instanceof DemarcheError && HALTING.has(error.code))
        this.#foreign = new HaltedError(error.code, error.message)
    }
    this.#tell()
  }

  #tell(): void {
    try {
      if (!this.#closing.signal.aborted) this.#changed(false)
    } catch {
      // The file cannot be read now. The next look tries again.
    }
  }

  /** `begin` is called when the append has its turn, and says whether it is still wanted. */
  async append(append: Append, begin: () => boolean = () => true): Promise<Appended> {
    return await this.#inTurn(async () => {
      try {
        if (!begin()) throw new DemarcheError('STORE_BUSY', 'The append was withdrawn.')
        if (this.#foreign !== undefined) throw stopped(this.#foreign)
        return await this.#appender.append(append)
      } finally {
        this.#changed(true)
      }
    })
  }

  /** Throws `LOG_UNCERTAIN`, and `RECORDED_UNSEEN` if this node cannot show the answer yet. */
  async answerTo(by: string, key: string): Promise<AnswerRow | undefined> {
    const answer = await this.#log.answer(appendId(by, key)).catch((error: unknown) => {
      throw isUnreachable(error) ? uncertainKey(error) : error
    })
    if (answer === undefined) return undefined
    const { hash, seq, plan } = answer
    if (seq !== null) {
      await this.reach(seq).catch((cause: unknown) => {
        throw new RecordedUnseenError(seq, { cause })
      })
    }
    return { hash: hash ?? '', seq, plan }
  }

  async reach(seq: number): Promise<boolean> {
    if (this.#held().seq >= seq) return true
    if (this.#log.knownHead < seq && (await this.#log.standing()).seq < seq) {
      // The state says how far the log goes.
      this.#changed(false)
      return false
    }
    const late = new AbortController()
    const following = this.#inTurn(async () => {
      if (this.#held().seq >= seq) return
      await this.#replica.follow(seq)
      this.#held()
    })
    const followed = await Promise.race([
      following.then(
        () => true,
        (error: unknown) => error,
      ),
      wait(REACH_PATIENCE, false, { signal: late.signal }).catch(() => false),
    ])
    late.abort()
    if (this.#held().seq >= seq) return true
    if (isUnreachable(followed)) throw followed
    throw new DemarcheError(
      'NODE_BEHIND',
      `This node has not yet received change ${seq}. Ask again, or ask another node.`,
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
    if (this.#closing.signal.aborted) return
    this.#closing.abort()
    this.#stop()
    await this.#log.close()
    await this.#earlier
    this.#connection.close()
  }

  /** Follows what another node has appended. Nothing is new in a change that is held, as those that this node appends itself. */
  #hear(seq: number | undefined): void {
    if (this.#closing.signal.aborted) return
    if (seq === undefined) {
      void this.look()
      return
    }
    // Reading the file here could throw where nobody catches it.
    if (this.#willFollow || seq <= this.#place.seq) return
    this.#willFollow = true
    void this.#inTurn(async () => {
      this.#willFollow = false
      if (this.#log.knownHead > this.#replica.place().seq) await this.#replica.follow()
    }).catch(() => this.look())
  }

  /** Does something with the connection when all that was asked before is done. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#earlier.then(async () => {
      if (this.#closing.signal.aborted)
        throw new DemarcheError(
          'STOPPING',
          'The store is closing. Nothing was recorded. Ask another node, or ask again once the service runs.',
        )
      return await work()
    })
    this.#earlier = done.catch(() => {})
    return done
  }

  /** The last change that is committed. While an append waits for the log, the connection also sees what the log may refuse. */
  #held(): Place {
    if (!this.#connection.inTransaction) this.#place = this.#replica.place()
    return this.#place
  }

  #learn({ now, format }: Standing): void {
    this.#offset = now - performance.now()
    this.#clockAhead = Date.now() - now
    this.#mayBeWritten = format
  }

  /** The time by the clock of the log; by this machine's until the log has been asked. A little early rather than late, which the log refuses. */
  #now(): number {
    return this.#offset === undefined ? Date.now() : Math.floor(this.#offset + performance.now()) - 1
  }

  #changed(committed: boolean): void {
    this.#options.onChange?.(committed)
  }

  async #mirrorNow(): Promise<void> {
    const read = readNow()
    const all = await this.#log.tokens()
    await this.#inTurn(() => this.#tokens.keep(all, read))
    this.#changed(true)
  }

  /** Following may take longer than tokens count. The caller holds the turn. */
  async #refreshTokens(): Promise<void> {
    const read = readNow()
    if (read.uptime - this.#tokens.readAt < (this.#options.poll ?? POLL)) return
    try {
      if (await this.#tokens.keep(await this.#log.tokens(), read)) this.#changed(true)
    } catch {
      // They grow old, as long as the log cannot be asked.
    }
  }

  async #report(): Promise<void> {
    const { name, version = '' } = this.#options
    if (name === undefined || performance.now() - this.#seenAt < SEEN_EVERY) return
    this.#seenAt = performance.now()
    await this.#log.seen({
      name,
      version,
      projectedWith: PROJECTED_WITH,
      format: READABLE_FORMAT,
      ...this.#held(),
    })
  }
}

/** Opens a node of the log in PostgreSQL. See `Node.open` for what it throws. */
export async function openNode({ log: options, ...node }: OpenNode): Promise<Node> {
  const { url, poll, patience, grace, node: name, version } = options
  const { PostgresLog } = await import('./postgres-log.ts')
  const log = new PostgresLog({ url, poll, patience })
  try {
    return await Node.open({ ...node, log, poll, patience, grace, name, version })
  } catch (error) {
    await log.close()
    throw error
  }
}

type OpenNode = Pick<NodeOptions, 'file' | 'onRebuild' | 'onChange'> & { readonly log: LogOptions }

/** What no later look at the same log mends. */
const HALTING: ReadonlySet<string> = new Set(['STORE_FOREIGN', 'LOG_NEWER', 'LOG_OLDER', 'MISCONFIGURED'])

function isUnreachable(error: unknown): error is DemarcheError | StoreError {
  return error instanceof DemarcheError && error.code === 'LOG_UNREACHABLE'
}

function describe({ code, message, cause }: HaltedError): NodeState['halted'] {
  const detail = cause instanceof Error && !(cause instanceof DemarcheError) ? (cause.stack ?? cause.message) : null
  return { code, message, detail }
}
