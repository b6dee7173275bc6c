import { setTimeout as wait } from 'node:timers/promises'
import { developmentsOf } from './logged.ts'
import { EventStream } from '../_support/event-stream.ts'
import { followStream } from '../_support/follow.ts'

const FEED = `subscription ($after: FeedCursor) {
  feed(after: $after, heartbeat: 300) { __typename ... on FeedChange { development { key } } } }`

/** How long the readers may take to see what is left, in milliseconds. */
const PATIENCE = 120_000

/** Clients that follow the feed from one cursor on, each until it has seen all developments of the log. They end with their block. */
export class Readers implements Disposable {
  readonly #readers: readonly Reader[]
  readonly #done: Promise<unknown>
  #url = Promise.withResolvers<string>()
  #wanted = Infinity
  #connections = 0

  constructor(count: number, after: string) {
    this.#readers = Array.from({ length: count }, () => ({ seen: [], stream: undefined }))
    this.#done = Promise.all(this.#readers.map((reader) => this.#follow(reader, after)))
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
    this.#closeDone()
    const late = new AbortController()
    await Promise.race([this.#done, wait(PATIENCE, undefined, { signal: late.signal, ref: false }).catch(() => {})])
    late.abort()
    for (const [reader, { seen }] of this.#readers.entries()) {
      const at = wanted.findIndex((key, index) => key !== seen[index])
      if (at < 0 && seen.length === wanted.length) continue
      throw new Error(
        `reader ${reader}: item ${at} is ${seen[at]}, not ${wanted[at]}; ${seen.length} of ${wanted.length}`,
      )
    }
    return wanted.length
  }

  [Symbol.dispose](): void {
    this.#wanted = 0
    this.#url.resolve('')
    this.#closeDone()
  }

  /** Those that wait for another message would wait for ever. */
  #closeDone(): void {
    for (const { seen, stream } of this.#readers) if (seen.length >= this.#wanted) stream?.close()
  }

  async #follow(reader: Reader, start: string): Promise<void> {
    const { seen } = reader
    let after = start
    while (seen.length < this.#wanted) {
      const url = await this.#url.promise
      const stream = await EventStream.open(url, { query: FEED, variables: { after } }).catch(() => undefined)
      if (stream === undefined) continue
      this.#connections++
      reader.stream = stream
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

interface Reader {
  /** In order. */
  readonly seen: string[]
  stream: EventStream | undefined
}
