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
  /** Seconds without an item until a heartbeat, besides the one when the backlog is done; by default, there are no heartbeats. */
  readonly heartbeat?: number | undefined
}

/** A feed that can only be followed. */
export interface Followable {
  follow(request: FollowRequest): AsyncIterableIterator<FeedItem, undefined>
}

/** The feed of a store, independent of transports and GraphQL. Each follower reads for itself. */
export class Feed implements Followable {
  readonly #store: Store
  readonly #followers = new Set<Follower>()

  constructor(store: Store) {
    this.#store = store
  }

  /** The number of open followers. */
  get followers(): number {
    return this.#followers.size
  }

  /**
   * The caller must end the follower with `return()`. Throws `CURSOR_INVALID`, `CURSOR_FOREIGN`, `CURSOR_AHEAD` and the errors of the filter at
   * once, not on the first read.
   */
  follow({ mode, after, filter, heartbeat }: FollowRequest): Follower {
    const seq = after == null ? this.#store.head() : decodeFeedCursor(this.#store, after)
    const query = feedQuery(this.#store, mode, filter ?? {})
    query.read(seq, seq)
    const follower = new Follower({
      store: this.#store,
      query,
      after: seq,
      heartbeatEvery: heartbeat === undefined ? undefined : heartbeat * 1000,
      onEnd: () => this.#followers.delete(follower),
    })
    this.#followers.add(follower)
    return follower
  }
}
