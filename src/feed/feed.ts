import { setImmediate as nextTurn } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import type { FeedFilter } from '../store/search/filter.ts'
import { lastReferenceSaved } from '../store/search/feed-changes.ts'
import type { Store } from '../store/store.ts'
import type { Page } from './backlog.ts'
import { ahead, decodeFeedCursor, encodeFeedCursor } from './cursor.ts'
import { feedQuery, type FeedMode } from './feed-query.ts'
import { Group } from './group.ts'
import { Member } from './member.ts'
import type { Message, Render } from './message.ts'

/*
 * The feed of a store. A member that joins after a cursor gets the message of every later item that matches, once and in the order of the
 * log, however many processes write meanwhile and however often it falls behind.
 *
 * The log is numbered without gaps in commit order, so one number, the seq up to which a member has been sent everything, says all about
 * it. Members that ask the same form a group. The group reads the log from its own seq on, makes one message of each item, and sends it to
 * every member at the head whose seq is lower. A member that is behind, because it resumes or because its connection takes no more, is not
 * at the head. It reads the head, and sends itself what lies between its seq and that head. It joins the others when its seq is at the
 * group's or past it: the check and the joining are one step, without an `await`. So the group sends everything that the member does not
 * have, and what it has already is skipped because of its seq. A member leaves the head with the seq of the last message that it was sent.
 *
 * A commit only says that there is more: a late or doubled call costs time, never an item. Messages are cached up to a number of bytes, so
 * that a thousand members that resume together cost little more than one. Nothing is queued for a member that does not read: it reads the
 * log later.
 *
 * The log of a node begins an epoch when it was put back: it may have lost changes, and may have others under their numbers. Then members
 * that are past what both epochs share end with `CURSOR_AHEAD`, and the others go on in new groups, which know nothing of the former ones.
 * Until that is noticed, cursors name the former epoch, so that none is accepted past what both share.
 */

export interface FollowRequest {
  readonly mode: FeedMode
  /** Starts after this cursor; by default, at the head of the log. */
  readonly after?: string | null | undefined
  readonly filter?: FeedFilter | null | undefined
  /**
   * Seconds without a message after which a heartbeat is sent. The first one is sent when the backlog is done. By default, there are none.
   */
  readonly heartbeat?: number | undefined
}

/** A feed that a subscription follows. What it returns has no items: they go to a recipient. */
export interface Followable {
  follow(request: FollowRequest): AsyncIterable<never>
}

export interface Subscribing<M> {
  readonly request: FollowRequest
  /** Names the group: what is asked, apart from `after`. Two requests with one name get the same messages. */
  readonly group: string
  /** Called for the first member of a group. What it returns lives as long as the group: it must not keep what the member sent. */
  readonly createRender: () => Render<M>
  /** Members behind the head take turns by client. */
  readonly client?: string
  /** Called once when the member ends. */
  readonly onEnd?: () => void
}

export interface FeedOptions {
  /** Resolves when the next message of a group may be made and sent; by default, in the next turn of the event loop. */
  readonly turn?: (name: string) => Promise<unknown>
  /** The same for a client that is sent what is made already, which is brief. */
  readonly briefTurn?: (client: string) => Promise<unknown>
  /** Reports an error because of which members end. */
  readonly report?: (error: unknown) => void
  /** The memory of all cached messages. */
  readonly cacheBytes?: number
}

const CACHE_BYTES = 33_554_432

export class Feed<M extends Message> {
  readonly #store: Store
  readonly #turn: (name: string) => Promise<unknown>
  readonly #briefTurn: (client: string) => Promise<unknown>
  readonly #report: (error: unknown) => void
  readonly #pages: LRUCache<Page<M>, object>
  readonly #groups = new Map<string, Group<M>>()
  #followers = 0
  #unwatch: (() => void) | undefined
  #reported: unknown
  /** The head of the log, in the turn in which it was read. */
  #head: number | undefined
  /** The last change by which messages may be outdated, and up to where the log was searched for it. */
  #outdating = 0
  #searched = 0
  /** The epoch of the cursors that are sent. Undefined until a member needs it, and at a node that has never reached its log. */
  #epoch: string | undefined

  constructor(
    store: Store,
    { turn = () => nextTurn(), briefTurn = turn, report = () => {}, cacheBytes = CACHE_BYTES }: FeedOptions = {},
  ) {
    this.#store = store
    this.#turn = turn
    this.#briefTurn = briefTurn
    this.#report = report
    this.#pages = new LRUCache({ maxSize: cacheBytes, noDisposeOnSet: true, dispose: (_, page) => page.forget() })
  }

  /** The number of open members of all groups. */
  get followers(): number {
    return this.#followers
  }

  get groups(): number {
    return this.#groups.size
  }

  /** How many changes the member furthest behind has yet to be sent. */
  lag(): number {
    const head = this.#store.head()
    let least = head
    for (const { members } of this.#groups.values()) for (const { seq } of members) least = Math.min(least, seq)
    return head - least
  }

  /**
   * Adds a member. It is sent nothing until it is started, and the caller must end it. Throws `CURSOR_INVALID`, `CURSOR_FOREIGN`,
   * `CURSOR_AHEAD` and the errors of the filter.
   */
  subscribe({ request, group: name, createRender, client = '', onEnd }: Subscribing<M>): Member<M> {
    const { after } = request
    const store = this.#store
    this.#followEpoch()
    const seq = after == null ? store.head() : decodeFeedCursor(store, after, this.#reached())
    const group = this.#groups.get(name) ?? this.#open({ request, group: name, createRender }, seq)
    const member = new Member({
      group,
      seq,
      turn: () => this.#briefTurn(client),
      onEnd: () => {
        this.#leave(name)
        onEnd?.()
      },
    })
    group.members.add(member)
    this.#groups.set(name, group)
    this.#followers++
    if (this.#unwatch === undefined) {
      this.#unwatch = store.watch(() => this.#wake())
      // The watch says nothing of what was committed before it began, and that may be more than the head read earlier in this turn.
      this.#head = undefined
    }
    return member
  }

  #open({ request, group: name, createRender }: Subscribing<M>, seq: number): Group<M> {
    const { mode, heartbeat } = request
    const cursorAt = (at: number) => this.#cursorAt(at)
    // Copied, because its texts may be parts of a long document.
    const filter = structuredClone(request.filter ?? {})
    // A copy for each query, because what its keys stand for is remembered with it.
    const createQuery = () => feedQuery({ store: this.#store, cursorAt }, mode, { ...filter })
    // Throws the errors of the filter.
    createQuery().read(seq, seq)
    // Without a group, no page is cached.
    if (this.#groups.size === 0) this.#searched = this.#outdating = this.#store.head()
    return new Group({
      store: this.#store,
      createQuery,
      render: createRender(),
      cursorAt,
      head: () => this.#reached(),
      lastOutdating: () => this.#lastOutdating(),
      pages: this.#pages,
      heartbeatEvery: heartbeat === undefined ? undefined : heartbeat * 1000,
      turn: () => this.#turn(name),
      report: (error) => this.#reportOnce(error),
    })
  }

  /**
   * The head of the log, which is read once in a turn of the event loop, and again after a commit that the store has noticed: later ones are
   * announced.
   */
  #reached(): number {
    if (this.#head !== undefined) return this.#head
    setImmediate(() => (this.#head = undefined))
    return (this.#head = this.#store.head())
  }

  /** A redaction, or the saving of a reference record. */
  #lastOutdating(): number {
    const head = this.#reached()
    if (head === this.#searched) return this.#outdating
    const saved = lastReferenceSaved(this.#store, { after: this.#searched, upTo: head })
    this.#outdating = Math.max(this.#outdating, this.#store.lastRedaction(), saved)
    this.#searched = head
    return this.#outdating
  }

  #cursorAt(seq: number): string {
    const epoch = this.#epoch
    return encodeFeedCursor(epoch === undefined ? this.#store : { epoch: () => epoch }, seq)
  }

  #followEpoch(): void {
    const epochs = this.#store.epochs()
    const current = epochs.find(({ honouredUpTo }) => honouredUpTo === null)?.epoch
    if (current === this.#epoch) return
    const sharedUpTo = epochs.find(({ epoch }) => epoch === this.#epoch)?.honouredUpTo ?? 0
    this.#searched = this.#outdating = this.#store.head()
    this.#head = undefined
    this.#epoch = current
    for (const [name, group] of this.#groups) {
      for (const member of group.members) if (member.seq > sharedUpTo) member.fail(ahead())
      if (group.members.size === 0) continue
      const renewed = group.renewed()
      this.#groups.set(name, renewed)
      for (const member of group.members) member.moveTo(renewed)
      group.close()
    }
  }

  #leave(name: string): void {
    this.#followers--
    const group = this.#groups.get(name)
    if (group === undefined || group.members.size > 0) return
    group.close()
    this.#groups.delete(name)
    if (this.#groups.size > 0) return
    this.#unwatch?.()
    this.#unwatch = undefined
  }

  /** All members that wait for one page end because of one error. */
  #reportOnce(error: unknown): void {
    if (this.#reported === error) return
    this.#reported = error
    this.#report(error)
  }

  #wake(): void {
    this.#head = undefined
    try {
      this.#followEpoch()
    } catch {
      // Those who read the log next meet the error, and can report it.
    }
    for (const group of this.#groups.values()) group.wake()
  }
}
