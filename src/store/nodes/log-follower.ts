import { DemarcheError } from '../../model/errors.ts'
import { CONTENT_FORMAT, READABLE_FORMAT } from '../../model/records/canonical-record.ts'
import { PROJECTED_WITH, type Projection } from '../projections/project.ts'
import { recognise, type Connection } from '../sqlite/connection.ts'
import { clockAhead, type Log, type NodeReport, type Place, type Standing, START } from './log.ts'
import { Clock, DAY } from '../log/clock.ts'
import { becomeWhole, isPartial, join } from './membership.ts'
import { type NodeState, POLL } from './node-state.ts'
import { HaltedError, Replica } from './replica.ts'
import { shared } from '../shared.ts'
import { readNow, TokenMirror } from './token-mirror.ts'

/*
 * Keeps a node level with its log. Asks where the log stands at every poll, and whenever the log may have changed, joins it as it is by then,
 * and follows it. What it finds is how the node stands to the log.
 */

export interface LogFollowerOptions {
  readonly connection: Connection
  readonly projection: Projection
  readonly log: Log
  readonly poll?: number | undefined
  /** How long tokens count while the log is away, in milliseconds. */
  readonly grace?: number | undefined
  /** The log keeps what the node says of itself under its name. Without one, it says nothing: a command is no node that others wait for. */
  readonly name?: string | undefined
  readonly version?: string | undefined
  /** Does something with the connection when all that was asked before is done. */
  readonly inTurn: <Result>(work: () => Promise<Result>) => Promise<Result>
  /** Called when the state may have changed. `committed` says that the file has. */
  readonly onChange: (committed: boolean) => void
  readonly closing: AbortSignal
}

const SEEN_EVERY = 10_000

/** How long an answer of the log may wait for the connection before the log is asked again, in milliseconds. */
const ANSWER_AGE = 1_000

/** How far the clock of a node may differ from that of the log, in milliseconds. */
const CLOCK_TOLERANCE = 60_000

export class LogFollower {
  readonly replica: Replica
  readonly #options: LogFollowerOptions
  readonly #log: Log
  readonly #tokens: TokenMirror
  #followed = 0
  #place: Place = START
  /** Up to which seq the bell has rung since following waits for its turn; 0 if it does not. */
  #rungTo = 0
  /** Why the last looks failed, unless that passes by itself. */
  #failed: HaltedError | undefined
  /** Since when the log answers, but not with what a look needs, and why. */
  #refused: { readonly since: number; readonly why: string | undefined } | undefined
  #settledBefore = 0
  /** Whether somebody waits for what the next look settles. */
  #settles = false
  #wasLevel = false
  #isPartial: boolean
  #behindSince: number | undefined
  #seenAt = -SEEN_EVERY
  /** The time of the log less the steady clock, at most: the answer of the log was under way for a while. */
  #offset: number | undefined
  /** The highest format of contents that the log takes. */
  #mayBeWritten = 0
  #clockAhead = 0
  /** That of the log. */
  #clock: Clock | undefined

  constructor(options: LogFollowerOptions) {
    const { connection, projection, log, grace } = options
    this.#options = options
    this.#log = log
    this.#tokens = new TokenMirror(connection, grace)
    this.replica = new Replica({
      connection,
      projection,
      log,
      onFollowed: (count) => {
        this.#followed += count
        this.#refused = undefined
        this.#changed(true)
      },
      betweenPages: () => this.#refreshTokens(),
      onCleaning: () => this.#tell(),
    })
    this.#settledBefore = this.held().at
    this.#isPartial = isPartial(connection)
  }

  /** Why the node has stopped. */
  get halted(): HaltedError | undefined {
    return this.#failed ?? this.replica.halted
  }

  state() {
    const { is: answers } = this.#log.reachable
    const { since, why } = (answers ? this.#refused : undefined) ?? this.#log.reachable
    const reachable = answers && this.#refused === undefined
    const { seq } = this.held()
    const head = Math.max(this.#log.knownHead, seq)
    const { halted } = this
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
        reachable &&
        halted === undefined &&
        this.#wasLevel &&
        CONTENT_FORMAT <= this.#mayBeWritten &&
        !isClockOff &&
        !this.replica.isCleaning,
      format: READABLE_FORMAT,
      wasLevel: this.#wasLevel,
      isPartial: this.#isPartial,
      halted: halted === undefined ? null : describe(halted),
      counts: { followed: this.#followed, rung: this.#log.found.bell, polled: this.#log.found.poll },
    } satisfies Omit<NodeState, 'isSilent' | 'counts'> & { readonly counts: Partial<NodeState['counts']> }
  }

  /** Looks at the log from now on. Returns a function that stops it. */
  start(): () => void {
    const unwatch = this.#log.watch((seq) => this.#hear(seq))
    const timer = setInterval(() => void this.look(), this.#options.poll ?? POLL)
    return () => {
      unwatch()
      clearInterval(timer)
    }
  }

  /** Asks the log where it stands, and follows it. Never throws: the state says what fails. */
  readonly look = shared(async () => {
    if (this.#options.closing.aborted) return
    // The log may not answer for seconds. That it cannot be reached is known already.
    this.#tell()
    await this.#lookOnce()
    this.#tell()
  })

  /** As `look`, for those who wait for an instant to be settled. */
  settle(): Promise<void> {
    this.#settles = true
    return this.look()
  }

  async #settle(): Promise<void> {
    try {
      await this.#log.settle(this.dateNow())
    } catch {
      // If the log is away, the next question says so. If a clock has jumped, nothing is settled.
    }
  }

  async #lookOnce(): Promise<void> {
    const { connection, projection, inTurn } = this.#options
    try {
      if (this.#settles) await this.#settle()
      this.#settles = false
      const asked = await this.#ask()
      const waiting = performance.now()
      const { seq, settledBefore } = await inTurn(async () => {
        this.replica.assertOurs()
        // Meanwhile the log may have been put back, and another process that keeps the file may have joined it as it is now.
        const isOld = performance.now() - waiting > ANSWER_AGE
        const { standing, tokens, read } = isOld ? await this.#ask() : asked
        if (await join(connection, standing, this.replica.assertOurs)) {
          projection.reset()
          this.#changed(true)
        }
        await this.replica.tryAgain(standing.seq)
        if (await this.#tokens.keep(tokens, read)) this.#changed(true)
        await this.replica.follow()
        return standing
      })
      if (this.held().seq >= seq) {
        this.#settledBefore = Math.max(this.#settledBefore, settledBefore)
        this.#wasLevel = true
        if (this.#isPartial) await inTurn(() => becomeWhole(connection))
        this.#isPartial = false
      }
      this.#failed = this.#refused = undefined
      // The log says when it last heard of the node.
      await this.#report().catch(() => {})
    } catch (error) {
      this.#fail(recognise(error, connection.name))
      // What was redacted goes from the file also while the log is away.
      if (this.#failed?.code !== 'STORE_NEWER') await inTurn(() => this.replica.clean()).catch(() => {})
    }
  }

  /** The next look tries again. */
  #fail(error: unknown): void {
    const isAway = error instanceof DemarcheError && error.code === 'LOG_UNREACHABLE'
    const why = isAway && error.cause instanceof Error ? error.cause.message : undefined
    this.#refused = isAway ? { since: this.#refused?.since ?? Date.now(), why } : undefined
    // The replica says so itself. And a fault that may pass keeps nobody from reading while the log is away.
    if (error instanceof HaltedError || (isAway && MAY_PASS.has(this.#failed?.code))) this.#failed = undefined
    else if (!(error instanceof DemarcheError)) {
      const message = 'The node cannot follow its log because of an internal error.'
      this.#failed = new HaltedError('INTERNAL', message, { cause: error })
    } else if (!PASSING.has(error.code))
      this.#failed = new HaltedError(error.code, error.message, { cause: error.cause })
  }

  async #ask() {
    const standing = await this.#log.standing()
    // The clock of the log goes on.
    this.learn(standing)
    const read = readNow()
    return { standing, tokens: await this.#log.tokens(), read }
  }

  #tell(): void {
    try {
      if (!this.#options.closing.aborted) this.#changed(false)
    } catch {
      // The file cannot be read now. The next look tries again.
    }
  }

  /** Follows what another node has appended. Nothing is new in a change that is held, as those that this node appends itself. */
  #hear(seq: number | undefined): void {
    if (this.#options.closing.aborted) return
    if (seq === undefined) {
      void this.look()
      return
    }
    // Reading the file here could throw where nobody catches it.
    if (seq <= this.#place.seq) return
    const isWaiting = this.#rungTo > 0
    this.#rungTo = Math.max(this.#rungTo, seq)
    if (isWaiting) return
    void this.#options
      .inTurn(async () => {
        const upTo = this.#rungTo
        this.#rungTo = 0
        if (upTo > this.replica.place().seq) await this.replica.follow()
      })
      .catch(() => this.look())
  }

  /** The last change that is committed. While an append waits for the log, the connection also sees what the log may refuse. */
  held(): Place {
    if (!this.#options.connection.inTransaction) this.#place = this.replica.place()
    return this.#place
  }

  learn({ now, format }: Pick<Standing, 'now' | 'format'>): void {
    this.#offset = now - performance.now()
    this.#clockAhead = Date.now() - now
    this.#mayBeWritten = format
    this.#clock ??= new Clock(
      () => this.now(),
      () => performance.now(),
    )
  }

  /** As `now`, for a change. Throws `CLOCK_AHEAD`: also the clock of the log may jump. */
  dateNow(): number {
    if (-this.#clockAhead > DAY)
      throw clockAhead('The clock of PostgreSQL is more than a day ahead of that of this node.')
    return this.#clock?.read() ?? this.now()
  }

  /** The time by the clock of the log; by this machine's until the log has been asked. A little early rather than late, which the log refuses. */
  now(): number {
    return this.#offset === undefined ? Date.now() : Math.floor(this.#offset + performance.now()) - 1
  }

  #changed(committed: boolean): void {
    this.#options.onChange(committed)
  }

  /** Takes the tokens over that the log has now. Throws `LOG_UNREACHABLE`. */
  async mirrorTokens(): Promise<void> {
    const read = readNow()
    const all = await this.#log.tokens()
    await this.#options.inTurn(() => {
      this.replica.assertOurs()
      return this.#tokens.keep(all, read)
    })
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
    const report: NodeReport = {
      name,
      version,
      projectedWith: PROJECTED_WITH,
      format: READABLE_FORMAT,
      ...this.held(),
    }
    await this.#settle()
    await this.#log.seen(report)
  }
}

/** What keeps a look from its end, and is no fault of the node. */
const PASSING: ReadonlySet<string> = new Set(['LOG_UNREACHABLE', 'STORE_BUSY', 'STOPPING'])

/** What may mend itself, or need not keep the node from following. */
const MAY_PASS: ReadonlySet<string | undefined> = new Set(['INTERNAL', 'STORE_FULL', 'STORE_MOVED'])

function describe({ code, message, cause }: HaltedError): NodeState['halted'] {
  const detail = cause instanceof Error && !(cause instanceof DemarcheError) ? (cause.stack ?? cause.message) : null
  return { code, message, detail }
}
