import type { IncomingMessage } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Member } from '../../feed/member.ts'
import { HttpError } from '../http-error.ts'
import { headersOf, send, sendCached, type Bindings, type RequestContext } from '../request-context.ts'
import type { ResponseCache } from '../response-cache.ts'
import { negotiate } from './negotiation.ts'
import { nameOf, type OperationState, type StreamFormat } from './operation.ts'
import type { SharedResult } from './subscriptions/shared-result.ts'
import type { OpenStreams } from './subscriptions/streams.ts'
import type { GraphqlServer } from './yoga.ts'

export interface GraphqlOverHttp {
  readonly openStreams: OpenStreams
  readonly yoga: GraphqlServer
  readonly responseCache: ResponseCache
}

/** Lets Yoga respond to a GET or POST for which no response is cached, and caches the response if the executor allows it. */
export async function serveGraphql(service: GraphqlOverHttp, context: RequestContext): Promise<Response> {
  const { incoming, outgoing, isForeign, viewer, running, body } = context.env
  const lastEventId = incoming.headers['last-event-id']?.toString() || undefined
  const accepted = negotiate(incoming.headers.accept)
  const bytes = Buffer.isBuffer(body) ? body.length : (incoming.url ?? '').length
  const wantsCost = asksForCost(incoming)
  const client = running?.client
  const operation: OperationState = {
    asText: true,
    isForeign,
    accepted,
    client,
    viewer,
    bytes,
    hasLeft: () => outgoing.destroyed,
    lastEventId,
    wantsCost,
  }
  context.env.access.operation = operation
  const response = await service.yoga.fetch(addressOf(incoming), requestOf(context.env), { operation })
  const { member, streamFormat: format, isCacheable = false } = operation
  if (member !== undefined && format !== undefined) {
    return sendStream(service, context, { member, format, headers: costHeader(operation) })
  }
  const text = await response.text()
  if (format !== undefined) return send(context, { body: text, headers: format.headers })
  const type = response.headers.get('content-type') ?? ''
  const answer = { type, body: `${text}\n` }
  if (isCacheable) {
    const reply = { ...answer, operationName: nameOf(operation), headers: costHeader(operation) }
    return sendCached(context, service.responseCache, reply)
  }
  const passed = ['allow', 'retry-after'].flatMap((name) => {
    const value = response.headers.get(name)
    return value === null ? [] : [[name, value] as const]
  })
  const headers = {
    ...(incoming.method === 'POST' ? {} : { 'cache-control': 'no-store' }),
    ...Object.fromEntries(passed),
    ...costHeader(operation),
  }
  return send(context, { ...answer, status: response.status, headers })
}

/** Answers with a subscription. */
export function sendStream(
  { openStreams }: Pick<GraphqlOverHttp, 'openStreams'>,
  context: RequestContext,
  { member, format, headers }: Streamed,
): Response {
  const { incoming, outgoing, running, viewer } = context.env
  const reply = { body: null, headers: { ...format.headers, ...headers } }
  if (incoming.method === 'HEAD') {
    member.end()
    return send(context, reply)
  }
  outgoing.writeHead(200, headersOf(context.env, reply))
  // From now on it counts as a connection.
  running?.end()
  openStreams.open({ response: outgoing, format, member, viewer })
  return RESPONSE_ALREADY_SENT
}

interface Streamed {
  readonly member: Member<SharedResult>
  readonly format: StreamFormat
  readonly headers: Readonly<Record<string, string>>
}

/** Whether a client asks what its operation costs. The response is then not cached. */
export function asksForCost({ headers }: IncomingMessage): boolean {
  return headers['demarche-cost'] === '1'
}

function costHeader({ wantsCost, cost }: OperationState): Record<string, string> {
  return wantsCost === true && cost !== undefined ? { 'demarche-cost': `${cost.cost}; limit=${cost.limit}` } : {}
}

/** The request may write the address in another form; the routes found that it is `/graphql`. */
function addressOf({ url = '' }: IncomingMessage): string {
  const [, query = ''] = /\?([^#]*)/.exec(url) ?? []
  return `http://service.invalid/graphql?${query}`
}

function requestOf({ incoming, body }: Bindings): RequestInit {
  if (body instanceof HttpError) throw body
  // Node joins repeated headers into one string; only `set-cookie`, which no request has, is a list.
  const headers = incoming.headers as Record<string, string>
  if (body === undefined) return { method: 'GET', headers }
  return { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: decode(body) }
}

/**
 * Reads a body of at most `limit` bytes and discards the rest. `onBytes` is called for each part and may refuse it by throwing. It reads
 * from the socket: through the body of a `Request` it costs as much as all else of a cached response.
 */
export async function readBody(
  incoming: IncomingMessage,
  limit: number,
  onBytes: (bytes: number) => void,
): Promise<Buffer> {
  const { 'content-type': type = '', 'content-encoding': encoding } = incoming.headers
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new HttpError(
      415,
      'BODY_NOT_JSON',
      `Content type ${type || 'unknown'} is not supported. Send application/json.`,
    )
  }
  if (encoding !== undefined && encoding !== 'identity') {
    throw new HttpError(
      415,
      'BODY_ENCODED',
      `Content encoding ${encoding} is not supported. Send the body uncompressed.`,
    )
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const take = (chunk: Buffer) => {
      try {
        onBytes(chunk.length)
        chunks.push(chunk)
      } catch (error) {
        reject(error)
      }
    }
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= limit) take(chunk)
      else reject(new HttpError(413, 'BODY_TOO_LARGE', `The body is larger than the limit of ${limit} bytes.`))
    })
    incoming.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    incoming.on('error', () => reject(new HttpError(400, 'BODY_UNREADABLE', 'The body ends too early.')))
  })
}

/** Throws `BODY_UNREADABLE` for what is not UTF-8. */
function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw new HttpError(400, 'BODY_UNREADABLE', 'The body is not UTF-8.')
  }
}
