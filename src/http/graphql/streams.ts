import type { ServerResponse } from 'node:http'
import type { ExecutionResult } from 'graphql'
import type { Follower } from '../../feed/follower.ts'
import type { DemarcheError } from '../../model/errors.ts'
import type { Viewer } from '../../model/token.ts'
import type { Authentication } from '../authentication.ts'
import { textOf, type StreamFormat } from './operation.ts'

const STREAM_HEADERS = {
  'cache-control': 'no-cache, no-transform',
  // Keeps nginx from buffering the stream.
  'x-accel-buffering': 'no',
}

/** Milliseconds after which a client that lost its connection should reconnect. */
const RETRY_AFTER = 2_000

/** The distinct connections mode of graphql-sse. The `id` of each event is the cursor, so that browsers resume by `Last-Event-ID`. */
export const SERVER_SENT_EVENTS: StreamFormat = {
  headers: { 'content-type': 'text/event-stream; charset=utf-8', ...STREAM_HEADERS },
  opening: `retry: ${RETRY_AFTER}\n\n`,
  result: (text, cursor) => `${cursor === undefined ? '' : `id: ${cursor}\n`}event: next\ndata: ${text}\n\n`,
  ping: (cursor) => (cursor === undefined ? ':\n\n' : `id: ${cursor}\n\n`),
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
  readonly openStreams: OpenStreams
  readonly authentication: Authentication
  /** Milliseconds between pings. */
  readonly pingEvery: number
}

interface Streaming extends StreamOptions {
  readonly response: ServerResponse
  readonly format: StreamFormat
  readonly results: AsyncIterable<ExecutionResult>
  readonly follower: Follower
  readonly viewer: Viewer | null
}

/**
 * Writes the results of a subscription to an open response, which has its headers. The next result is made when the socket has taken the last
 * one: a client that stops reading delays no other and costs no memory. The stream ends as complete when the operation is over, and with an
 * error before that when the token of the viewer ended. It ends as incomplete if the client leaves, the service stops or the stream fails: clients must then resume.
 */
export async function streamResults(streaming: Streaming): Promise<void> {
  const { response, format, results, follower, viewer, openStreams, authentication, pingEvery } = streaming
  response.write(format.opening)
  const ping = setInterval(() => {
    // A waiting follower has passed on all items: its cursor is safe to resume from.
    if (!response.writableNeedDrain) response.write(format.ping(follower.waiting ? follower.cursor : undefined))
  }, pingEvery)
  const leave = () => void follower.return()
  response.once('close', leave)
  if (response.destroyed) leave()
  const forget = openStreams.add(leave)
  let refusal: DemarcheError | undefined
  const unwatch = authentication.watch(viewer, (reason) => {
    refusal = reason
    leave()
  })
  try {
    for await (const result of results) {
      const cursor = result.extensions?.['cursor']
      if (typeof cursor !== 'string') throw new Error('the stream failed')
      const taken = response.write(format.result(textOf(result), cursor))
      if (!taken && !response.closed) await drained(response)
    }
    if (refusal !== undefined) response.write(format.result(errorOf(refusal)))
    response.end(openStreams.stopping ? undefined : format.complete)
  } catch {
    // Yoga has reported the error. Clients resume from their last id.
    response.destroy()
  } finally {
    clearInterval(ping)
    response.off('close', leave)
    forget()
    unwatch()
    leave()
  }
}

/** The JSON of a result that is an error. */
function errorOf({ message, code }: DemarcheError): string {
  return JSON.stringify({ errors: [{ message, extensions: { code } }] })
}

/** Resolves when the socket takes more data, or is closed. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      response.off('drain', settle)
      response.off('close', settle)
      resolve()
    }
    response.once('drain', settle)
    response.once('close', settle)
  })
}

/** The open streams, so that a stopping service can end them. */
export class OpenStreams {
  readonly #ends = new Set<() => void>()
  #stopping = false

  get stopping(): boolean {
    return this.#stopping
  }

  get size(): number {
    return this.#ends.size
  }

  /** `end` is called when the service stops, or at once if it is stopping. Call the returned function when the stream is over. */
  add(end: () => void): () => void {
    const own = () => end()
    this.#ends.add(own)
    if (this.#stopping) own()
    return () => this.#ends.delete(own)
  }

  /** Ends all streams as incomplete. */
  stop(): void {
    this.#stopping = true
    for (const end of this.#ends) end()
  }
}
