import { setTimeout as wait } from 'node:timers/promises'
import { developmentsOf } from './logged.ts'
import { EventStream } from '../_support/event-stream.ts'
import { followPlain, followSocket, followStream, type Following } from '../_support/follow.ts'
import { Socket } from '../_support/socket.ts'

const FEED = `subscription ($after: FeedCursor) {
  feed(after: $after, heartbeat: 300) { __typename ... on FeedChange { development { key } } } }`

/** How long the readers may take to see what is left, in milliseconds. */
const PATIENCE = 120_000

type Connect = (url: string, after: string) => Promise<Following>

const variablesOf = (after: string) => ({ query: FEED, variables: { after } })

/** The ways to follow, in which readers take turns. */
const WAYS: readonly Connect[] = [
  async (url, after) => followStream(await EventStream.open(url, variablesOf(after))),
  async (url, after) => {
    const socket = await Socket.open(url)
    socket.subscribe('1', FEED, { after })
    return followSocket(socket)
  },
  async (url, after) => followPlain(await EventStream.get(`${url}/feed?after=${after}`)),
]

/** Clients that follow the feed from one cursor on, each until it has seen all developments of the log. They end with their block. */
export class Readers implements Disposable {
  readonly #readers: readonly Reader[]
  readonly #done: Promise<unknown>
  #url = Promise.withResolvers<string>()
  #wanted = Infinity
  #connections = 0

  constructor(count: number, after: string) {
    this.#readers = Array.from({ length: count }, (_, number) => ({
      seen: [],
      feed: undefined,
      connect: WAYS[number % WAYS.length] ?? WAYS[0],
    }))
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
    for (const { seen, feed } of this.#readers) {
      if (seen.length >= this.#wanted) void feed?.[Symbol.asyncDispose]()
    }
  }

  async #follow(reader: Reader, start: string): Promise<void> {
    const { seen } = reader
    let after = start
    while (seen.length < this.#wanted) {
      const url = await this.#url.promise
      // The service may end before it answers.
      const feed = await reader.connect?.(url, after).catch(() => undefined)
      if (feed === undefined) continue
      this.#connections++
      reader.feed = feed
      await using _closing = feed
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
  feed: Following | undefined
  readonly connect: Connect | undefined
}
