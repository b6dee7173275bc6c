import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Store } from '../store/store.ts'
import { encodeFeedCursor } from './cursor.ts'
import type { FeedItem } from './item.ts'
import type { FeedReading } from './feed-query.ts'

/*
 * Follows the feed from a position: every item after it that belongs to the reading is handed out once, in the order of the log, and
 * none is left out, however many write meanwhile.
 *
 * The log is numbered without gaps in commit order, so a position says all there is to know. The follower reads the head, then what lies
 * between its position and that head, hands it out, and reads the head again; where nothing is left it waits for the bell. What is
 * committed in between lies after the head that was read and is found by the next look. There is no seam, because there is no second
 * way in which items come. The bell says only that there is more; a late one costs time, never an item. It is listened to before the
 * first look at the head.
 *
 * It pulls: at most one page is held, and nothing is read that nobody asked for. It is no generator, because a generator that waits
 * cannot be ended: `return()` here wakes the waiting `next()`, which is then done, and leaves no timer and no listener behind.
 */

type Result = IteratorResult<FeedItem, undefined>

interface FollowerOptions {
  readonly store: Pick<Store, 'head' | 'epoch' | 'now' | 'watch'>
  readonly reading: FeedReading
  readonly position: number
  /** Milliseconds. */
  readonly heartbeatEvery: number | undefined
  readonly onEnd: () => void
}

export class Follower implements AsyncIterableIterator<FeedItem, undefined> {
  readonly #options: FollowerOptions
  readonly #unwatch: () => void
  /** The log is looked through up to here; what of it is still to be handed out stands in the page. */
  #lookedUpTo: number
  #page: readonly FeedItem[] = []
  #pageHead = 0
  /** Whether the event loop has had no turn since the last look. */
  #lookedThisTurn = false
  #quietSince = performance.now()
  #wake: (() => void) | undefined
  #ended = false
  #pending: Promise<unknown> = Promise.resolve()

  constructor(options: FollowerOptions) {
    this.#options = options
    this.#lookedUpTo = options.position
    this.#unwatch = options.store.watch(() => this.#wake?.())
  }

  /** Whether all that was handed out was followed by another `next()`, which now waits for more. */
  get waiting(): boolean {
    return this.#wake !== undefined
  }

  /** How far the log is done with: handed out, or looked at and found not to belong. */
  get position(): string {
    return encodeFeedCursor(this.#options.store, this.#seq())
  }

  next(): Promise<Result> {
    const result = this.#pending.then(() => this.#advance())
    this.#pending = result.catch(() => undefined)
    return result
  }

  /** Ends it. A waiting `next()` is done. */
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
        const item = this.#take() ?? this.#beat()
        if (item !== undefined) return { done: false, value: item }
        if (this.#lookedUpTo >= this.#options.store.head()) await this.#wait()
        else if (this.#lookedThisTurn) await this.#giveWay()
        else this.#look()
      } catch (error) {
        this.#end()
        throw error
      }
    }
    return { done: true, value: undefined }
  }

  /** The next item of the page. What was read to be told as it stands is read again where something was committed since. */
  #take(): FeedItem | undefined {
    const [item, ...rest] = this.#page
    if (item === undefined) return undefined
    if (item.type === 'ADDED' && this.#pageHead !== this.#options.store.head()) {
      this.#lookedUpTo = this.#seq()
      this.#page = []
      return undefined
    }
    this.#page = rest
    this.#quietSince = performance.now()
    return item
  }

  #beat(): FeedItem | undefined {
    if (this.#untilBeat() > 0) return undefined
    this.#quietSince = performance.now()
    return { type: 'HEARTBEAT', seq: this.#seq(), cursor: this.position, at: this.#options.store.now() }
  }

  #look(): void {
    this.#pageHead = this.#options.store.head()
    const { items, lookedUpTo } = this.#options.reading.read(this.#lookedUpTo, this.#pageHead)
    this.#page = items
    this.#lookedUpTo = lookedUpTo
    this.#lookedThisTurn = true
  }

  async #giveWay(): Promise<void> {
    await nextTurn()
    this.#lookedThisTurn = false
  }

  /** Until the bell, the next heartbeat or the end. */
  async #wait(): Promise<void> {
    const untilBeat = this.#untilBeat()
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      if (untilBeat !== Infinity) timer = setTimeout(resolve, untilBeat)
    })
    clearTimeout(timer)
    this.#wake = undefined
    this.#lookedThisTurn = false
  }

  /** Milliseconds. */
  #untilBeat(): number {
    const { heartbeatEvery = Infinity } = this.#options
    return Math.max(0, heartbeatEvery - (performance.now() - this.#quietSince))
  }

  #seq(): number {
    const [first] = this.#page
    return first === undefined ? this.#lookedUpTo : first.seq - 1
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
