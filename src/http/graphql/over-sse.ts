import type { ServerResponse } from 'node:http'
import type { ExecutionResult } from 'graphql'
import { createGraphQLError, isAsyncIterable, processRegularResult, type Plugin } from 'graphql-yoga'
import type { Follower } from '../../feed/follower.ts'
import { accepts } from '../request-context.ts'
import { isPrepared, textOf, type OperationContext } from './operation.ts'

const STREAM_TYPE = 'text/event-stream'

/** Milliseconds after which a client that lost its connection should reconnect. */
const RETRY_AFTER = 2_000

const STREAM_REQUIRED = `Subscriptions are streamed. Send \`accept: ${STREAM_TYPE}\`, or use a WebSocket.`

export const STREAM_HEADERS = {
  'content-type': `${STREAM_TYPE}; charset=utf-8`,
  'cache-control': 'no-cache, no-transform',
  // Keeps nginx from buffering the stream.
  'x-accel-buffering': 'no',
}

/**
 * Sends results as server-sent events, in the distinct connections mode of graphql-sse. A subscription goes to a stream of this service
 * instead of Yoga's, which has no ids, heartbeats or backpressure. A single result, also a refusal, is sent as `next` and `complete` if the
 * client accepts nothing else, because clients retry forever after any status but 200.
 */
export const serverSentEvents: Plugin<object, OperationContext> = {
  onResultProcess(processing) {
    const { request, result, serverContext, resultProcessor } = processing
    const accept = request.headers.get('accept')
    if (isAsyncIterable(result)) {
      if (accepts(accept, STREAM_TYPE)) {
        processing.setResultProcessor((results, { Response }) => {
          // Yoga passes on the iterable that it was given, or one around it.
          serverContext.operation.results = results as AsyncIterable<ExecutionResult>
          return new Response(null)
        }, STREAM_TYPE)
        return
      }
      // Yoga drops the iterator without `return()`, and the follower would stay.
      void serverContext.operation.follower?.return()
      const extensions = { code: 'STREAM_REQUIRED', http: { status: 406 } }
      processing.setResult({
        errors: [createGraphQLError(STREAM_REQUIRED, { extensions })],
      })
      processing.setResultProcessor(processRegularResult, 'application/json')
    } else if (!Array.isArray(result) && isStreamWanted(accept, serverContext) && !isMalformed(result)) {
      processing.setResultProcessor(
        // Response adds a header to the object that it is given.
        (single, { Response }) => new Response(eventsOf(single as ExecutionResult), { headers: { ...STREAM_HEADERS } }),
        STREAM_TYPE,
      )
    } else if (resultProcessor !== processRegularResult) {
      processing.setResultProcessor(processRegularResult, 'application/json')
    }
  },
}

/** Whether a single result is sent as a stream: if nothing else is accepted, or if a subscription that asked for one is refused. */
function isStreamWanted(accept: string | null, { operation: { prepared } }: OperationContext): boolean {
  if (!accepts(accept, STREAM_TYPE)) return false
  if (prepared !== undefined && isPrepared(prepared) && prepared.operation.operation === 'subscription') return true
  const others = ['application/json', 'application/graphql-response+json', 'application/*', '*/*']
  return !others.some((type) => accepts(accept, type))
}

/** Whether the HTTP request itself is refused, so that its status must say so. */
function isMalformed({ errors = [] }: ExecutionResult): boolean {
  return errors.some(({ extensions: { http } }) => http?.status !== undefined && http.status < 500 && !http.spec)
}

function eventsOf(result: ExecutionResult): string {
  for (const { extensions } of result.errors ?? []) delete extensions.http
  return `${event('next', textOf(result))}${COMPLETE}`
}

export interface StreamOptions {
  readonly openStreams: OpenStreams
  /** Milliseconds between pings. */
  readonly pingEvery: number
}

interface Streaming extends StreamOptions {
  readonly response: ServerResponse
  readonly results: AsyncIterable<ExecutionResult>
  readonly follower: Follower
}

/**
 * Writes the results of a subscription to an open response, which has its headers. Each event has the cursor as its `id`, so that browsers
 * resume by `Last-Event-ID`. The next result is made when the socket has taken the last one: a client that stops reading delays no other and
 * costs no memory. The stream ends with `complete` when the operation is over. If the client leaves, the service stops or the stream fails,
 * clients must resume: the stream then ends without `complete`.
 */
export async function streamEvents({ response, results, follower, openStreams, pingEvery }: Streaming): Promise<void> {
  response.write(`retry: ${RETRY_AFTER}\n\n`)
  const ping = setInterval(() => {
    // A waiting follower has passed on all items: its cursor is safe to resume from.
    if (!response.writableNeedDrain) response.write(follower.waiting ? `id: ${follower.cursor}\n\n` : ':\n\n')
  }, pingEvery)
  const leave = () => void follower.return()
  response.once('close', leave)
  if (response.destroyed) leave()
  const forget = openStreams.add(leave)
  try {
    for await (const result of results) {
      const cursor = result.extensions?.['cursor']
      if (typeof cursor !== 'string') throw new Error('the stream failed')
      const taken = response.write(`id: ${cursor}\n${event('next', textOf(result))}`)
      if (!taken && !response.closed) await drained(response)
    }
    response.end(openStreams.stopping ? undefined : COMPLETE)
  } catch {
    // Yoga has reported the error. Clients resume from their last id.
    response.destroy()
  } finally {
    clearInterval(ping)
    response.off('close', leave)
    forget()
    leave()
  }
}

const COMPLETE = event('complete', '')

function event(name: string, data: string): string {
  return `event: ${name}\ndata: ${data}\n\n`
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

  /** Ends all streams without `complete`. */
  stop(): void {
    this.#stopping = true
    for (const end of this.#ends) end()
  }
}
