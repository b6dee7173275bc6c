import type { IncomingMessage } from 'node:http'
import { HttpError } from '../http-error.ts'
import { send, sendCached, type Bindings, type RequestContext } from '../request-context.ts'
import type { ResponseCache } from '../response-cache.ts'
import { nameOf } from './operation.ts'
import { costHeader, decode, stateOf } from './over-sse.ts'
import type { GraphqlServer } from './yoga.ts'

export interface GraphqlOverHttp {
  readonly yoga: GraphqlServer
  readonly responseCache: ResponseCache
}

/** A query that an address may name. */
interface NamedQuery {
  readonly name: string
  readonly query: string
  /** JSON. */
  readonly variables?: string
}

/**
 * Lets Yoga respond to a GET or POST for which no response is cached, and caches the response if the executor allows it. An address that has
 * no query may name one of `named`.
 */
export async function serveGraphql(
  service: GraphqlOverHttp,
  context: RequestContext,
  named: readonly NamedQuery[],
): Promise<Response> {
  const { incoming } = context.env
  const operation = stateOf(context.env)
  const response = await service.yoga.fetch(addressOf(incoming, named), requestOf(context.env), { operation })
  const type = response.headers.get('content-type') ?? ''
  const answer = { type, body: `${await response.text()}\n` }
  if (operation.isCacheable === true) {
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

/** The request may write the address in another form; the routes found that it is `/graphql`. */
function addressOf({ url = '' }: IncomingMessage, named: readonly NamedQuery[]): string {
  const [, query = ''] = /\?([^#]*)/.exec(url) ?? []
  return `http://service.invalid/graphql?${withText(new URLSearchParams(query), named) ?? query}`
}

/** The parameters with the text of the query that they name. Undefined if they name none, or hold a text or an id. */
function withText(parameters: URLSearchParams, named: readonly NamedQuery[]): URLSearchParams | undefined {
  const given = new Map([...parameters].filter(([, value]) => value !== ''))
  const found = named.find(({ name }) => name === given.get('operationName'))
  if (found === undefined || [...given.keys()].some((name) => !NAMING.has(name))) return undefined
  const { name, query, variables = '{}' } = found
  return new URLSearchParams({ query, operationName: name, variables: given.get('variables') ?? variables })
}

const NAMING = new Set(['operationName', 'variables'])

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
  const tooLarge = () => new HttpError(413, 'BODY_TOO_LARGE', `The body is larger than the limit of ${limit} bytes.`)
  if (incoming.complete) {
    // Without a listener and a turn of the event loop.
    const body = (incoming.read() as Buffer | null) ?? Buffer.alloc(0) // without an encoding, it reads buffers
    if (body.length > limit) throw tooLarge()
    onBytes(body.length)
    return body
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
      else reject(tooLarge())
    })
    incoming.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    incoming.on('error', () => reject(new HttpError(400, 'BODY_UNREADABLE', 'The body ends too early.')))
  })
}
