import { developmentsOf } from './logged.ts'
import { EventStream } from '../_support/event-stream.ts'
import { followStream } from '../_support/follow.ts'

const FEED = `subscription ($after: FeedCursor) {
  feed(after: $after, heartbeat: 300) { __typename ... on FeedChange { development { key } } } }`

/** Clients that follow the feed from one cursor on, each until it has seen all developments of the log. They end with their block. */
export class Readers implements Disposable {
  /** What each reader has seen, in order. */
  readonly seen: readonly string[][]
  readonly #done: Promise<unknown>
  #url = Promise.withResolvers<string>()
  #wanted = Infinity
  #connections = 0

  constructor(count: number, after: string) {
    this.seen = Array.from({ length: count }, () => [])
    this.#done = Promise.all(this.seen.map((seen) => this.#read(seen, after)))
    // `finish` throws it.
    this.#done.catch(() => {})
  }

  /** How often a reader has connected. */
  get connections(): number {
    return this.#connections
  }

  /** A service runs at this URL. */
  serve(url: string): void {
    this.#url.resolve(url)
  }

  /** The service is about to end: readers wait for the next one. */
  await(): void {
    this.#url = Promise.withResolvers<string>()
  }

  /** Resolves when every reader has seen all developments of a log. Throws if one has missed, repeated or invented any. */
  async finish(file: string): Promise<number> {
    const wanted = developmentsOf(file)
    this.#wanted = wanted.length
    await this.#done
    for (const [reader, seen] of this.seen.entries()) {
      const at = wanted.findIndex((key, index) => key !== seen[index])
      if (at >= 0 || seen.length !== wanted.length)
        throw new Error(
          `reader ${reader}: item ${at} is ${seen[at]}, not ${wanted[at]}; ${seen.length} of ${wanted.length}`,
        )
    }
    return wanted.length
  }

  [Symbol.dispose](): void {
    this.#wanted = 0
    this.#url.resolve('')
  }

  async #read(seen: string[], start: string): Promise<void> {
    let after = start
    while (seen.length < this.#wanted) {
      const url = await this.#url.promise
      const stream = await EventStream.open(url, { query: FEED, variables: { after } }).catch(() => undefined)
      if (stream === undefined) continue
      this.#connections++
      await using feed = followStream(stream)
      while (seen.length < this.#wanted) {
        const message = await feed.next()
        if (message === undefined) break
        const { development } = message.data['feed'] as { readonly development?: { readonly key: string } }
        if (development !== undefined) seen.push(development.key)
        after = message.cursor
      }
    }
  }
}
