import type { Store } from '../store/store.ts'
import { encodeFeedCursor } from './cursor.ts'
import type { FeedItem, FeedQuery } from './feed-query.ts'

/*
 * Follows the feed from a seq of the log. Every item after it that matches the query is returned once, in the order of the log, and none is
 * missed, however many processes write at the same time.
 *
 * The log is numbered without gaps in commit order, so a seq says everything about what has been read. The follower reads the head, returns the
 * items between its own seq and that head, and reads the head again. When no items are left, it waits until the feed wakes it. A change that is
 * committed in between lies after the head that was read, and the next read finds it. Replay and live items cannot overlap or leave a gap,
 * because both come from the same read. The feed wakes every open follower after a commit, which only says that there is more: a late call costs
 * time, never an item.
 *
 * The follower pulls: it holds at most one page and reads nothing before it is asked. It waits for its turn before each item and each read, so
 * that a long log or many followers do not block the event loop. It is not a generator, because a generator cannot be ended while it waits. Here
 * `return()` wakes the waiting `next()`, which is then done, and leaves no timer and no listener behind.
 */

type Result = IteratorResult<FeedItem, undefined>

interface FollowerOptions {
  readonly store: Pick<Store, 'head' | 'lastRedaction' | 'epoch' | 'now'>
  readonly query: FeedQuery
  /** The seq after which the first item comes. */
  readonly after: number
  /** Milliseconds. */
  readonly heartbeatEvery: number | undefined
  /** Resolves when the follower may read, and its item be used. */
  readonly turn: () => Promise<void>
  readonly onEnd: () => void
}

export class Follower implements AsyncIterableIterator<FeedItem, undefined> {
  readonly #options: FollowerOptions
  /** The log is read up to here. Its items that are not returned yet are in `#page`. */
  #scannedUpTo: number
  #page: readonly FeedItem[] = []
  #pageHead = 0
  #quietSince = performance.now()
  /** Whether a heartbeat has said that the backlog is done. */
  #caughtUp = false
  #wake: (() => void) | undefined
  #ended = false
  #pending: Promise<unknown> = Promise.resolve()

  constructor(options: FollowerOptions) {
    this.#options = options
    this.#scannedUpTo = options.after
  }

  /** Whether a `next()` is waiting, so that every item returned before has been passed on. */
  get waiting(): boolean {
    return this.#wake !== undefined
  }

  /** The cursor up to which every item has been returned or does not match. */
  get cursor(): string {
    return encodeFeedCursor(this.#options.store, this.#seq())
  }

  /** How many changes of the log it has yet to read. */
  get lag(): number {
    return this.#options.store.head() - this.#seq()
  }

  /** Says that the log has grown. */
  wake(): void {
    this.#wake?.()
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
        if (this.#isIdle()) {
          await this.#wait()
          continue
        }
        await this.#options.turn()
        if (this.#ended) break
        const item = this.#take() ?? this.#heartbeat() ?? this.#readItem()
        if (item !== undefined) return { done: false, value: item }
      } catch (error) {
        this.#end()
        throw error
      }
    }
    return { done: true, value: undefined }
  }

  #isIdle(): boolean {
    const isRead = this.#page.length === 0 && this.#scannedUpTo >= this.#options.store.head()
    return isRead && !this.#isHeartbeatDue()
  }

  /** The next item of the page. An added development must be current, so it is read again after a commit; any item, after a redaction. */
  #take(): FeedItem | undefined {
    const [item, ...rest] = this.#page
    if (item === undefined) return undefined
    const { store } = this.#options
    if (this.#pageHead !== store.head() && (item.type === 'ADDED' || store.lastRedaction() > this.#pageHead)) {
      this.#scannedUpTo = this.#seq()
      this.#page = []
      return undefined
    }
    this.#page = rest
    this.#quietSince = performance.now()
    return item
  }

  /** The first heartbeat is due as soon as the backlog is done, even if there was none; later ones after the interval. */
  #isHeartbeatDue(): boolean {
    const { store, heartbeatEvery } = this.#options
    if (heartbeatEvery === undefined) return false
    return (!this.#caughtUp && this.#scannedUpTo >= store.head()) || this.#untilHeartbeat() === 0
  }

  #heartbeat(): FeedItem | undefined {
    if (!this.#isHeartbeatDue()) return undefined
    const { store } = this.#options
    this.#caughtUp ||= this.#scannedUpTo >= store.head()
    this.#quietSince = performance.now()
    return { type: 'HEARTBEAT', seq: this.#seq(), cursor: this.cursor, at: store.now() }
  }

  /** Reads the next page. Returns its first item, if it has one. */
  #readItem(): FeedItem | undefined {
    this.#pageHead = this.#options.store.head()
    if (this.#scannedUpTo >= this.#pageHead) return undefined
    const { items, scannedUpTo } = this.#options.query.read(this.#scannedUpTo, this.#pageHead)
    this.#page = items
    this.#scannedUpTo = scannedUpTo
    return this.#take()
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
    this.#options.onEnd()
    this.#wake?.()
  }
}
