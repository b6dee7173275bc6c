import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FeedFilter } from '../store/search/filter.ts'
import type { Store } from '../store/store.ts'
import { decodeFeedCursor } from './cursor.ts'
import { feedQuery, type FeedItem, type FeedMode } from './feed-query.ts'
import { Follower } from './follower.ts'

export interface FollowRequest {
  readonly mode: FeedMode
  /** Starts after this cursor; by default, at the head of the log. */
  readonly after?: string | null | undefined
  readonly filter?: FeedFilter | null | undefined
  /** Seconds without an item after which a heartbeat is due. The first one is due when the backlog is done. By default, there are none. */
  readonly heartbeat?: number | undefined
}

/** How a follower shares the event loop with others. */
export interface Sharing {
  /** Resolves when the follower may read on; by default, in the next turn of the event loop. */
  readonly turn?: () => Promise<void>
  /** Called once when the follower ends. */
  readonly onEnd?: () => void
}

/** A feed that can only be followed. */
export interface Followable {
  follow(request: FollowRequest): AsyncIterableIterator<FeedItem, undefined>
}

/** The feed of a store, independent of transports and GraphQL. Each follower reads for itself. */
export class Feed implements Followable {
  readonly #store: Store
  readonly #followers = new Set<Follower>()
  #unwatch: (() => void) | undefined
  /** Whether followers are being woken, and whether there was another commit meanwhile. */
  #waking = false
  #wakeAgain = false

  constructor(store: Store) {
    this.#store = store
  }

  /** The number of open followers. */
  get followers(): number {
    return this.#followers.size
  }

  /** How many changes the follower furthest behind has yet to read. */
  lag(): number {
    let most = 0
    for (const { lag } of this.#followers) most = Math.max(most, lag)
    return most
  }

  /**
   * The caller must end the follower with `return()`. Throws `CURSOR_INVALID`, `CURSOR_FOREIGN`, `CURSOR_AHEAD` and the errors of the filter at
   * once, not on the first read.
   */
  follow({ mode, after, filter, heartbeat }: FollowRequest, { turn = nextTurn, onEnd }: Sharing = {}): Follower {
    const seq = after == null ? this.#store.head() : decodeFeedCursor(this.#store, after)
    const query = feedQuery(this.#store, mode, filter ?? {})
    query.read(seq, seq)
    const follower = new Follower({
      store: this.#store,
      query,
      after: seq,
      heartbeatEvery: heartbeat === undefined ? undefined : heartbeat * 1000,
      turn,
      onEnd: () => {
        this.#leave(follower)
        onEnd?.()
      },
    })
    this.#followers.add(follower)
    this.#unwatch ??= this.#store.watch(() => void this.#wakeAll())
    return follower
  }

  #leave(follower: Follower): void {
    this.#followers.delete(follower)
    if (this.#followers.size > 0) return
    this.#unwatch?.()
    this.#unwatch = undefined
  }

  /** Wakes the followers in slices: each one that wakes reads the head of the log before it waits for its turn. */
  async #wakeAll(): Promise<void> {
    this.#wakeAgain = true
    if (this.#waking) return
    this.#waking = true
    while (this.#wakeAgain) {
      this.#wakeAgain = false
      let woken = 0
      for (const follower of this.#followers) {
        follower.wake()
        if (++woken % SLICE === 0) await nextTurn()
      }
    }
    this.#waking = false
  }
}

/** Followers woken in one turn of the event loop. */
const SLICE = 500
