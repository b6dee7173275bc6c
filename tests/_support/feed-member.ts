import { Feed, type FeedOptions, type FollowRequest } from '../../src/feed/feed.ts'
import type { DemarcheError } from '../../src/model/errors.ts'
import type { Message, Recipient } from '../../src/feed/message.ts'
import type { FeedItem } from '../../src/feed/feed-query.ts'
import type { Member } from '../../src/feed/member.ts'
import type { Store } from '../../src/store/store.ts'

/** A message that is its item. */
export interface ItemMessage extends Message {
  readonly item: FeedItem
}

/** A feed whose messages are its items. */
export class ItemFeed extends Feed<ItemMessage> {
  /** The items of which messages were made. */
  readonly made: FeedItem[] = []
  readonly errors: unknown[] = []
  /** The memory of a message. */
  messageBytes = 1_000
  /** Called when the message of an item is made. */
  whenMade: ((item: FeedItem) => Promise<void>) | undefined

  constructor(store: Store, options: Omit<FeedOptions, 'report'> = {}) {
    super(store, { ...options, report: (error) => this.errors.push(error) })
  }

  /** Adds a member to the group of those who ask the same, and starts it. */
  follow(request: FollowRequest, group = '', room = Infinity): Follower {
    const { after: _, ...asked } = request
    const member = this.subscribe({
      request,
      group: `${group} ${JSON.stringify(asked)}`,
      createRender: () => async (item) => {
        this.made.push(item)
        await this.whenMade?.(item)
        return { message: { item, bytes: this.messageBytes }, showsHead: request.mode === 'ADDED' }
      },
    })
    const follower = new Follower(member)
    follower.room = room
    member.start(follower)
    return follower
  }
}

/** Collects what a member is sent. It can stop taking messages, as a slow client does. */
export class Follower implements Recipient<ItemMessage>, AsyncDisposable {
  readonly member: Member<ItemMessage>
  readonly items: FeedItem[] = []
  hasFailed = false
  reason: DemarcheError | undefined
  /** How many more times it takes messages before it is full. */
  room = Infinity
  #taken = 0
  #wake: (() => void) | undefined

  constructor(member: Member<ItemMessage>) {
    this.member = member
  }

  isReady(): boolean {
    return this.room > 0
  }

  send(messages: readonly ItemMessage[], seq: number): boolean {
    if (this.room <= 0) throw new Error('sent more than it takes')
    this.items.push(...messages.map(({ item }) => item))
    if (this.items.at(-1)?.seq !== seq) throw new Error('not the seq of the last message')
    this.room--
    this.#wake?.()
    return this.room > 0
  }

  fail(reason?: DemarcheError): void {
    this.hasFailed = true
    this.reason = reason
    this.#wake?.()
  }

  /** Takes more messages again. */
  resume(room = Infinity): void {
    this.room = room
    this.member.resume()
  }

  /** The next items that were not taken yet. */
  async take(count: number): Promise<FeedItem[]> {
    while (this.items.length < this.#taken + count) {
      if (this.hasFailed) throw new Error(`ended after ${this.items.length} items`)
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    this.#taken += count
    return this.items.slice(this.#taken - count, this.#taken)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.member.end()
  }
}
