import type { FeedFilter } from '../store/search/filter.ts'
import type { Store } from '../store/store.ts'
import { decodeFeedCursor } from './cursor.ts'
import { Follower } from './follower.ts'
import type { FeedItem } from './item.ts'
import { readingOf, type FeedMode } from './feed-query.ts'

export interface FollowRequest {
  readonly mode: FeedMode
  /** Where to go on; from now on where it is left out. */
  readonly after?: string | null | undefined
  readonly filter?: FeedFilter | null | undefined
  /** Seconds without an item after which a heartbeat is handed out; none where it is left out. */
  readonly heartbeat?: number | undefined
}

/** What the feed is for those who only follow it. */
export interface Followable {
  follow(request: FollowRequest): AsyncIterableIterator<FeedItem, undefined>
}

/**
 * The feed of a store, for anything that follows it. It knows neither transports nor GraphQL. Each follower pulls for itself; whoever
 * lets several share one reading does so behind `follow`.
 */
export class Feed implements Followable {
  readonly #store: Store
  readonly #followers = new Set<Follower>()

  constructor(store: Store) {
    this.#store = store
  }

  /** How many follow at the moment. */
  get followers(): number {
    return this.#followers.size
  }

  /**
   * Whoever asks ends it with `return()`. Throws at once where the request cannot be met: `CURSOR_INVALID`, `CURSOR_FOREIGN`,
   * `CURSOR_AHEAD`, and whatever is wrong with the filter.
   */
  follow({ mode, after, filter, heartbeat }: FollowRequest): Follower {
    const position = after == null ? this.#store.head() : decodeFeedCursor(this.#store, after)
    const reading = readingOf(this.#store, mode, filter ?? {})
    reading.read(position, position)
    const follower = new Follower({
      store: this.#store,
      reading,
      position,
      heartbeatEvery: heartbeat === undefined ? undefined : heartbeat * 1000,
      onEnd: () => this.#followers.delete(follower),
    })
    this.#followers.add(follower)
    return follower
  }
}
