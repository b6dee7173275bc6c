import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Store } from '../store/store.ts'
import { encodeFeedCursor } from './cursor.ts'
import type { FeedItem, FeedQuery } from './feed-query.ts'

/*
 * Follows the feed from a seq of the log. Every item after it that matches the query is returned once, in the order of the log, and none is
 * missed, however many processes write at the same time.
 *
 * The log is numbered without gaps in commit order, so a seq says everything about what has been read. The follower reads the head, returns the
 * items between its own seq and that head, and reads the head again. When no items are left, it waits for the commit watcher. A change committed in between
 * lies after the head that was read, and the next read finds it. Replay and live items cannot overlap or leave a gap, because both come from the
 * same read. The commit watcher only says that there is more: a late call costs time, never an item. The follower subscribes to it before it first
 * reads the head.
 *
 * The follower pulls: it holds at most one page and reads nothing before it is asked. It is not a generator, because a generator cannot be ended
 * while it waits. Here `return()` wakes the waiting `next()`, which is then done, and leaves no timer and no listener behind.
 */

type Result = IteratorResult<FeedItem, undefined>

interface FollowerOptions {
  readonly store: Pick<Store, 'head' | 'epoch' | 'now' | 'watch'>
  readonly query: FeedQuery
  /** The seq after which the first item comes. */
  readonly after: number
  /** Milliseconds. */
  readonly heartbeatEvery: number | undefined
  readonly onEnd: () => void
}

export class Follower implements AsyncIterableIterator<FeedItem, undefined> {
  readonly #options: FollowerOptions
  readonly #unwatch: () => void
  /** The log is read up to here. Its items that are not returned yet are in `#page`. */
  #scannedUpTo: number
  #page: readonly FeedItem[] = []
  #pageHead = 0
  /** Whether the event loop has not run since the last read. */
  #readThisTurn = false
  #quietSince = performance.now()
  /** Whether a heartbeat has said that the backlog is done. */
  #caughtUp = false
  #wake: (() => void) | undefined
  #ended = false
  #pending: Promise<unknown> = Promise.resolve()

  constructor(options: FollowerOptions) {
    this.#options = options
    this.#scannedUpTo = options.after
    this.#unwatch = options.store.watch(() => this.#wake?.())
  }

  /** Whether a `next()` is waiting, so that every item returned before has been passed on. */
  get waiting(): boolean {
    return this.#wake !== undefined
  }

  /** The cursor up to which every item has been returned or does not match. */
  get cursor(): string {
    return encodeFeedCursor(this.#options.store, this.#seq())
  }

  next(): Promise<Result> {
    const result = this.#pending.then(() => this.#advance())
    this.#pending = result.catch(() => undefined)
    return result
  }

  /** Ends the follower. A waiting `next()` resolves as done. */
  return(): Promise<Result> {
    this.#end()
    return Promise.resolve({ done: true, value: undefined })
  }

  throw(error: unknown): Promise<Result> {
    this.#end()
    return Promise.reject(error)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  async #advance(): Promise<Result> {
    while (!this.#ended) {
      try {
        const item = this.#take() ?? this.#heartbeat()
        if (item !== undefined) return { done: false, value: item }
        if (this.#scannedUpTo >= this.#options.store.head()) await this.#wait()
        else if (this.#readThisTurn) await this.#yieldTurn()
        else this.#read()
      } catch (error) {
        this.#end()
        throw error
      }
    }
    return { done: true, value: undefined }
  }

  /** The next item of the page. An added development must be current, so it is read again after a commit. */
  #take(): FeedItem | undefined {
    const [item, ...rest] = this.#page
    if (item === undefined) return undefined
    if (item.type === 'ADDED' && this.#pageHead !== this.#options.store.head()) {
      this.#scannedUpTo = this.#seq()
      this.#page = []
      return undefined
    }
    this.#page = rest
    this.#quietSince = performance.now()
    return item
  }

  /** The first heartbeat is due as soon as the backlog is done, also if there was none; others after the interval. */
  #heartbeat(): FeedItem | undefined {
    const { store, heartbeatEvery } = this.#options
    if (heartbeatEvery === undefined) return undefined
    const catchesUp = !this.#caughtUp && this.#scannedUpTo >= store.head()
    if (!catchesUp && this.#untilHeartbeat() > 0) return undefined
    this.#caughtUp ||= catchesUp
    this.#quietSince = performance.now()
    return { type: 'HEARTBEAT', seq: this.#seq(), cursor: this.cursor, at: store.now() }
  }

  #read(): void {
    this.#pageHead = this.#options.store.head()
    const { items, scannedUpTo } = this.#options.query.read(this.#scannedUpTo, this.#pageHead)
    this.#page = items
    this.#scannedUpTo = scannedUpTo
    this.#readThisTurn = true
  }

  /** Lets other followers run. */
  async #yieldTurn(): Promise<void> {
    await nextTurn()
    this.#readThisTurn = false
  }

  /** Resolves at the next commit, when a heartbeat is due, or when the follower ends. */
  async #wait(): Promise<void> {
    const untilHeartbeat = this.#untilHeartbeat()
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      if (untilHeartbeat !== Infinity) timer = setTimeout(resolve, untilHeartbeat)
    })
    clearTimeout(timer)
    this.#wake = undefined
    this.#readThisTurn = false
  }

  /** Milliseconds. */
  #untilHeartbeat(): number {
    const { heartbeatEvery = Infinity } = this.#options
    return Math.max(0, heartbeatEvery - (performance.now() - this.#quietSince))
  }

  #seq(): number {
    const [first] = this.#page
    return first === undefined ? this.#scannedUpTo : first.seq - 1
  }

  #end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#page = []
    this.#unwatch()
    this.#options.onEnd()
    this.#wake?.()
  }
}
