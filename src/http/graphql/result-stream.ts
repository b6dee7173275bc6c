import type { FormattedExecutionResult } from 'graphql'
import type { Follower } from '../../feed/follower.ts'
import type { FeedItem } from '../../feed/item.ts'

/** One result of a subscription, and the position of the feed that it brings its client to. */
export interface Frame {
  readonly cursor: string
  readonly result: FormattedExecutionResult
}

/** Turns what a follower hands out into results, one at a time and only when asked. Ending it ends the follower. */
export class FrameStream implements AsyncIterableIterator<Frame, undefined> {
  readonly #follower: Follower
  readonly #execute: (item: FeedItem) => Promise<Frame>

  constructor(follower: Follower, execute: (item: FeedItem) => Promise<Frame>) {
    this.#follower = follower
    this.#execute = execute
  }

  /** While all that was handed out has been passed on and nothing else is there: how far the feed has been looked through. */
  get idleAt(): string | undefined {
    return this.#follower.waiting ? this.#follower.position : undefined
  }

  async next(): Promise<IteratorResult<Frame, undefined>> {
    const { done, value } = await this.#follower.next()
    if (done === true) return { done, value }
    return { done: false, value: await this.#execute(value) }
  }

  async return(): Promise<IteratorResult<Frame, undefined>> {
    await this.#follower.return()
    return { done: true, value: undefined }
  }

  async throw(error: unknown): Promise<IteratorResult<Frame, undefined>> {
    await this.#follower.return()
    throw error
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
