import type { ServerResponse } from 'node:http'
import type { FormattedExecutionResult } from 'graphql'
import type { Exchange } from '../request-context.ts'
import type { FrameStream } from './result-stream.ts'
import type { OpenStreams } from '../open-streams.ts'

/** Milliseconds until a client that was cut off should try again. */
const RETRY = 2_000

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // Proxies that would wait for the end of an answer are told not to.
  'x-accel-buffering': 'no',
}

/**
 * Answers with a single result, as the distinct connections mode of graphql-sse has it: `next`, `complete`. Also what a refusal looks like:
 * clients try again and again after any other status than 200.
 */
export function sendEvent(exchange: Exchange, result: FormattedExecutionResult): void {
  exchange.begin(200, HEADERS)
  exchange.response.end(`${event('next', JSON.stringify(result))}${COMPLETE}`)
}

export interface StreamOptions {
  readonly openStreams: OpenStreams
  /** Milliseconds between signs of life. */
  readonly pingEvery: number
}

/**
 * Writes a stream of results as server-sent events. `id:` is the cursor, so that a browser resumes where it was. The next result is asked
 * for when the socket has taken the last one: a client that stops reading holds up nobody but itself, and costs no memory. Ends when the
 * client goes, with `complete` when the operation is over, and without it when the service cuts its streams: then clients resume.
 */
export async function streamEvents(
  exchange: Exchange,
  stream: FrameStream,
  { openStreams, pingEvery }: StreamOptions,
): Promise<void> {
  const { response } = exchange
  exchange.begin(200, HEADERS)
  response.write(`retry: ${RETRY}\n\n`)
  const ping = setInterval(() => {
    if (!response.writableNeedDrain) response.write(stream.idleAt === undefined ? ':\n\n' : `id: ${stream.idleAt}\n\n`)
  }, pingEvery)
  const leave = () => void stream.return()
  response.once('close', leave)
  if (response.destroyed) leave()
  const forget = openStreams.add(leave)
  try {
    for await (const { cursor, result } of stream) {
      const taken = response.write(`id: ${cursor}\n${event('next', JSON.stringify(result))}`)
      if (!taken && !response.closed) await drained(response)
    }
    response.end(openStreams.cut ? undefined : COMPLETE)
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

/** Until the socket takes more, or nothing any more. */
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
