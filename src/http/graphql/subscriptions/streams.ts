import type { ServerResponse } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Recipient } from '../../../feed/message.ts'
import type { Member } from '../../../feed/member.ts'
import type { DemarcheError } from '../../../model/errors.ts'
import type { Limits } from '../../../model/limits.ts'
import type { Viewer } from '../../../model/token.ts'
import type { Authentication } from '../../admission/authentication.ts'
import type { Metrics } from '../../metrics.ts'
import type { StreamFormat } from '../operation.ts'
import { join, type SharedResult } from './shared-result.ts'

const STREAM_HEADERS = {
  'cache-control': 'no-cache, no-transform',
  // Keeps nginx from buffering the stream.
  'x-accel-buffering': 'no',
}

/** Milliseconds after which a client that lost its connection should reconnect. */
const RETRY_AFTER = 2_000

const COMMENT = Buffer.from(':\n\n')

/** The distinct connections mode of graphql-sse. The `id` of each event is the cursor, so that browsers resume by `Last-Event-ID`. */
export const SERVER_SENT_EVENTS: StreamFormat = {
  headers: { 'content-type': 'text/event-stream; charset=utf-8', ...STREAM_HEADERS },
  opening: `retry: ${RETRY_AFTER}\n\n`,
  result: (text, cursor) => `${cursor === undefined ? '' : `id: ${cursor}\n`}event: next\ndata: ${text}\n\n`,
  ping: (cursor) => (cursor === undefined ? COMMENT : `id: ${cursor}\n\n`),
  complete: 'event: complete\ndata: \n\n',
}

/** Apollo's protocol for subscriptions over HTTP. Its parser reads a part when the boundary after it has come. */
export const MULTIPART: StreamFormat = {
  headers: { 'content-type': 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0', ...STREAM_HEADERS },
  opening: '\r\n--graphql',
  result: (text) => part(`{"payload":${text}}`),
  ping: () => part('{}'),
  complete: '--\r\n',
}

function part(json: string): string {
  return `\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${json}\r\n--graphql`
}

export interface StreamOptions {
  readonly authentication: Authentication
  readonly metrics?: Metrics | undefined
  readonly limits: Pick<Limits, 'stalledMilliseconds' | 'connectionMilliseconds'>
  /** Milliseconds between pings. */
  readonly pingEvery: number
}

/** An HTTP response that becomes a stream: its headers are written. */
export interface Opening {
  readonly response: ServerResponse
  readonly format: StreamFormat
  readonly member: Member<SharedResult>
  readonly viewer: Viewer | null
}

/** Bytes in the first write of a stream before it waits for the client: the messages of a page, which members share. */
const START_BYTES = 300_000

/** Streams that are pinged or ended in one turn of the event loop. */
const SLICE = 256

/** The open streams of subscriptions over HTTP. */
export class OpenStreams {
  readonly #options: StreamOptions
  readonly #streams = new Set<Stream>()
  #pings: NodeJS.Timeout | undefined
  #stopping = false

  constructor(options: StreamOptions) {
    this.#options = options
  }

  get stopping(): boolean {
    return this.#stopping
  }

  get size(): number {
    return this.#streams.size
  }

  /**
   * Sends a subscription. The stream ends as complete, after an error, when the token of the viewer ends. It ends as incomplete if the
   * service stops or the client does not read for too long, and is cut if the feed fails: clients must then resume.
   */
  open({ response, format, member, viewer }: Opening): void {
    const { authentication, limits, metrics, pingEvery } = this.#options
    const stream = new Stream({ response, format, member, stalledMilliseconds: limits.stalledMilliseconds })
    const unwatch = authentication.watch(viewer, (reason) => stream.refuse(reason))
    this.#streams.add(stream)
    this.#pings ??= setInterval(() => void this.#pingAll(), pingEvery)
    const forget = () => {
      unwatch()
      member.end()
      this.#streams.delete(stream)
      if (this.#streams.size > 0) return
      clearInterval(this.#pings)
      this.#pings = undefined
    }
    if (response.destroyed) {
      forget()
      return
    }
    response.on('close', forget)
    response.on('drain', () => {
      stream.watch(false)
      member.resume()
    })
    // In place of what ends other responses.
    response.removeAllListeners('timeout')
    response.on('timeout', () => {
      if (response.writableLength === 0) return stream.watch(false)
      metrics?.refused(SLOW_CONSUMER)
      response.destroy()
    })
    stream.watch(false)
    if (this.#stopping) stream.end()
    else stream.start()
  }

  /** Ends all streams as incomplete. */
  async stop(): Promise<void> {
    this.#stopping = true
    let ended = 0
    for (const stream of this.#streams) {
      stream.end()
      if (++ended % SLICE === 0) await nextTurn()
    }
  }

  async #pingAll(): Promise<void> {
    let pinged = 0
    const oldest = performance.now() - this.#options.limits.connectionMilliseconds
    for (const stream of this.#streams) {
      if (stream.openedAt <= oldest) stream.end()
      else stream.ping()
      if (++pinged % SLICE === 0) await nextTurn()
    }
  }
}

/** The code under which clients that do not read are counted. They may resume. */
export const SLOW_CONSUMER = 'SLOW_CONSUMER'

interface StreamParts extends Pick<Opening, 'response' | 'format' | 'member'> {
  readonly stalledMilliseconds: number
}

class Stream implements Recipient<SharedResult> {
  readonly #response: ServerResponse
  readonly #format: StreamFormat
  readonly #member: Member<SharedResult>
  readonly #stalledMilliseconds: number
  readonly openedAt = performance.now()
  #isWatched: boolean | undefined
  /** Whether what is sent waits for the end of the turn in which the stream starts. */
  #isStarting = false
  /** The seq of the last id. */
  #identified = -1

  constructor({ response, format, member, stalledMilliseconds }: StreamParts) {
    this.#response = response
    this.#format = format
    this.#member = member
    this.#stalledMilliseconds = stalledMilliseconds
  }

  /**
   * Lets the socket emit `timeout` when none of what it has to send is taken for so long. A socket that is watched pays for it with each
   * write, so those that have nothing to send are not.
   */
  watch(isWatched: boolean): void {
    if (isWatched === this.#isWatched) return
    this.#isWatched = isWatched
    this.#response.socket?.setTimeout(isWatched ? this.#stalledMilliseconds : 0)
  }

  /** The headers, and what is sent in this turn of the event loop, leave in one write. */
  start(): void {
    const { socket } = this.#response
    socket?.cork()
    // By themselves, so that Node keeps them as one string and not in the parts of which it made it.
    this.#response.flushHeaders()
    this.#response.write(this.#format.opening)
    this.#isStarting = true
    this.#member.start(this)
    process.nextTick(() => {
      this.#isStarting = false
      socket?.uncork()
      if (this.#response.writableLength > 0) this.watch(true)
    })
  }

  isReady(): boolean {
    return this.#isStarting || !this.#response.writableNeedDrain
  }

  send(results: readonly SharedResult[], seq: number): boolean {
    this.#identified = seq
    const takesMore = this.#response.write(join(results, this.#format))
    // A heartbeat still goes with the changes before it.
    if (this.#isStarting) return this.#response.writableLength <= START_BYTES
    if (!takesMore) this.watch(true)
    return takesMore
  }

  /** Says at once from where to resume: a stream that is cut before its first message would start from a later head. */
  caughtUp(): void {
    if (this.#member.seq > this.#identified) this.ping()
  }

  /** Says that the stream is alive, and how far it has come if the filter hid what came. */
  ping(): void {
    // It was not taken since the last ping, or is being sent.
    if (this.#response.writableLength > 0) this.watch(true)
    if (this.#response.writableNeedDrain) return
    const { seq } = this.#member
    const isFurther = seq > this.#identified
    this.#identified = seq
    this.#response.write(this.#format.ping(isFurther ? this.#member.cursor : undefined))
  }

  refuse({ message, code }: DemarcheError): void {
    const text = JSON.stringify({ errors: [{ message, extensions: { code } }] })
    this.end(`${this.#format.result(text)}${this.#format.complete}`)
  }

  end(last?: string): void {
    this.#member.end()
    this.watch(true)
    this.#response.end(last)
  }

  fail(reason?: DemarcheError): void {
    if (reason === undefined) this.#response.destroy()
    else this.refuse(reason)
  }
}
