import { setTimeout as wait } from 'node:timers/promises'
import { DemarcheError, type StoreError } from '../../model/errors.ts'
import { type Append, type Appended, RecordedUnseenError } from '../append.ts'
import { projection } from '../projections/project.ts'
import type { AnswerRow } from '../queries/changes.ts'
import { isCurrent, rebuild, type RebuildProgress } from '../rebuild.ts'
import { connect, recognise, type Connection } from '../sqlite/connection.ts'
import { migrate } from '../sqlite/migrate.ts'
import type { Token } from '../tokens.ts'
import { LogAppender } from './log-appender.ts'
import { LogFollower, type LogFollowerOptions } from './log-follower.ts'
import { appendId, type Log, mistakeBehind, uncertainKey } from './log.ts'
import { assertMember, guarded, join } from './membership.ts'
import type { LogOptions, NodeState } from './node-state.ts'
import { shared } from '../shared.ts'

/*
 * A store that is one of several nodes of a log: the one connection that writes its file, the log, and one queue for both. Following and
 * appending take turns in the queue.
 */

export interface NodeOptions extends Pick<LogFollowerOptions, 'log' | 'poll' | 'grace' | 'name' | 'version'> {
  readonly file: string
  /** Whether this process had it open before. What the log says is then left to the first look. */
  readonly isReopened?: boolean | undefined
  readonly patience?: number | undefined
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

export class Node implements NodeCalls {
  readonly #connection: Connection
  readonly #log: Log
  readonly #appender: LogAppender
  readonly #options: NodeOptions
  readonly #follower: LogFollower
  readonly #closing = new AbortController()
  /** Settles when all earlier work with the connection has. */
  #earlier: Promise<unknown> = Promise.resolve()
  #stop: () => void = () => {}
  /** The greatest seq that anybody waits for, and that the log is known to have. */
  #wanted = 0
  /** However many wait for what the log does not have, it is asked once. */
  readonly #standing = shared(async () => {
    const standing = await this.#log.standing()
    // The state says how far the log goes.
    this.#changed(false)
    return standing
  })
  readonly #follow = shared(() =>
    this.#inTurn(async () => {
      if (this.#follower.held().seq < this.#wanted) await this.#follower.replica.follow(this.#wanted)
      this.#follower.held()
    }),
  )

  private constructor(connection: Connection, options: NodeOptions) {
    const { log, patience } = options
    const { signal: closing } = this.#closing
    const projecting = guarded(connection, projection(connection))
    this.#options = options
    this.#connection = connection
    this.#log = log
    this.#follower = new LogFollower({
      ...options,
      connection,
      projection: projecting,
      inTurn: (work) => this.#inTurn(work),
      onChange: (committed) => this.#changed(committed),
      closing,
    })
    this.#appender = new LogAppender({
      connection,
      projection: projecting,
      log,
      replica: this.#follower.replica,
      halted: () => this.#follower.halted,
      now: () => this.#follower.dateNow(),
      patience,
      closing,
    })
  }

  /**
   * Opens the file of a node, creates it if it does not exist, and follows the log from then on. A file that holds something opens also while
   * the log cannot be reached. Throws `STORE_FOREIGN`, `MISCONFIGURED`, `LOG_NEWER`, `LOG_OLDER`, and what opening a store throws.
   */
  static async open(options: NodeOptions): Promise<Node> {
    const { file, log, isReopened = false, onRebuild } = options
    const asked = isReopened ? undefined : log.standing()
    const standing = await asked?.catch((error: unknown) => {
      const mistake = mistakeBehind(error)
      if (isUnreachable(error) && mistake === undefined) return undefined
      throw mistake ?? error
    })
    const connection = await connect(file, { readonly: false })
    try {
      await migrate(connection)
      const isEmpty = connection.prepare('select 1 from changes').get() === undefined
      if (!isCurrent(connection)) await rebuild(connection, isEmpty ? undefined : onRebuild)
      if (standing === undefined) assertMember(connection)
      else await join(connection, standing)
      const node = new Node(connection, options)
      await node.#follower.replica.cleanNow()
      if (standing !== undefined) {
        node.#follower.learn(standing)
        // If that fails, the next look tries again.
        await node.#follower.mirrorTokens().catch(() => {})
      }
      node.#stop = node.#follower.start()
      return node
    } catch (error) {
      connection.close()
      throw recognise(error, file)
    }
  }

  state(): NodeState {
    const { counts, ...state } = this.#follower.state()
    const { secondsProjecting, ...appends } = this.#appender.counts
    return {
      ...state,
      isSilent: false,
      counts: {
        ...appends,
        ...counts,
        secondsProjecting: secondsProjecting + this.#follower.replica.secondsProjecting,
        restarts: 0,
      },
    }
  }

  /** Asks the log where it stands and what is settled, and follows it. Never throws: the state says what fails. */
  look(): Promise<void> {
    return this.#follower.settle()
  }

  /** `begin` is called when the append has its turn, and says whether it is still wanted. */
  async append(append: Append, begin: () => boolean = () => true): Promise<Appended> {
    return await this.#inTurn(async () => {
      try {
        if (!begin()) throw new DemarcheError('STORE_BUSY', 'The append was withdrawn.')
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
    if (this.#follower.held().seq >= seq) return true
    if (this.#log.knownHead < seq && (await this.#standing()).seq < seq) return false
    this.#wanted = Math.max(Math.min(this.#wanted, this.#log.knownHead), seq)
    const late = wait(REACH_PATIENCE, undefined, { ref: false })
    const failure = await Promise.race([late, this.#follow().catch((error: unknown) => error)])
    if (this.#follower.held().seq >= seq) return true
    if (isUnreachable(failure)) throw failure
    throw new DemarcheError(
      'NODE_BEHIND',
      `This node has not yet received change ${seq}. Ask again, or ask another node.`,
    )
  }

  async createToken(token: Token): Promise<void> {
    try {
      await this.#log.createToken(token)
    } finally {
      // If the name is taken, the next number is free. If that fails, the next look tries again.
      await this.#follower.mirrorTokens().catch(() => {})
    }
  }

  async revokeToken(name: string, at: number): Promise<boolean> {
    const wasValid = await this.#log.revokeToken(name, at)
    await this.#follower.mirrorTokens().catch(() => {})
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

  #changed(committed: boolean): void {
    this.#options.onChange?.(committed)
  }
}

/** Opens a node of the log in PostgreSQL. See `Node.open` for what it throws. */
export async function openNode({ log: options, ...node }: OpenNode): Promise<Node> {
  const { url, poll, patience, grace, node: name, version } = options
  const { PostgresLog } = await import('./postgres-log.ts')
  const log = new PostgresLog({ url, patience })
  try {
    return await Node.open({ ...node, log, poll, patience, grace, name, version })
  } catch (error) {
    await log.close()
    throw error
  }
}

type OpenNode = Pick<NodeOptions, 'file' | 'isReopened' | 'onRebuild' | 'onChange'> & { readonly log: LogOptions }

function isUnreachable(error: unknown): error is DemarcheError | StoreError {
  return error instanceof DemarcheError && error.code === 'LOG_UNREACHABLE'
}
