import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import { accepts } from './accept.ts'
import type { AccessEntry } from './access-log.ts'
import type { RunningRequest } from './admission/clients.ts'
import type { Viewer } from '../model/token.ts'
import type { HttpError } from './http-error.ts'
import type { CacheLookup, Reply, ResponseCache } from './response-cache.ts'

/** What the server knows of a request before it is routed. */
export interface Arrival {
  /** Names the request in the log and to the client, in the header `x-request-id`. */
  readonly requestId: string
  /** What the log says of the request. */
  readonly access: AccessEntry
  /** The headers that every response to this request carries. */
  readonly headers: Readonly<Record<string, string>>
  /** The header that says which state of the record the client can have seen when it has the response: by default none. */
  readonly position?: () => Readonly<Record<string, string>>
  /** Whether a page of a site that is not allowed sent the request. */
  readonly isForeign: boolean
  /** The body of a POST to `/graphql`, or why the service does not read it. */
  readonly body: Buffer | HttpError | undefined
  /** Undefined if the response must not be cached. */
  readonly lookup: CacheLookup | undefined
  /** The user of the token of the request. Null without one. */
  readonly viewer: Viewer | null
  /** Undefined if the request is refused. */
  readonly running?: RunningRequest
  /** Why the request is refused before it is routed. */
  readonly refusal?: Error
}

export type Bindings = HttpBindings & Arrival

/** A request on its way through the routes. */
export type RequestContext = Context<{ Bindings: Bindings }>

/** The headers of a reply, as a plain object: a `Headers` object takes twice as long to write. */
export function headersOf(
  arrival: Pick<Arrival, 'headers' | 'position'>,
  { type, body, headers }: Reply,
): Record<string, string> {
  return {
    ...COMMON_HEADERS,
    ...arrival.headers,
    ...arrival.position?.(),
    ...(type === undefined ? {} : { 'content-type': type }),
    // A response to HEAD states the length too.
    ...(body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    ...headers,
  }
}

const COMMON_HEADERS = {
  // Pages replace it by what they need.
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

export function send({ env }: RequestContext, reply: Reply): Response {
  return new Response(reply.body, { status: reply.status ?? 200, headers: headersOf(env, reply) })
}

/** Caches a response and sends it. */
export function sendCached(
  context: RequestContext,
  responseCache: ResponseCache,
  reply: Reply & { readonly body: string },
): Response {
  return send(context, responseCache.add(context.env.lookup, reply))
}

export function sendJson(context: RequestContext, value: unknown, reply: Partial<Reply> = {}): Response {
  return send(context, { type: JSON_TYPE, body: jsonOf(value), ...reply })
}

export const JSON_TYPE = 'application/json; charset=utf-8'

export function jsonOf(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}

/** `policy` replaces the content security policy of the page. */
export function sendPage(
  context: RequestContext,
  page: string,
  reply: Partial<Reply> & { policy?: string } = {},
): Response {
  const { policy, headers, ...rest } = reply
  return send(context, {
    type: PAGE.type,
    body: page,
    ...rest,
    headers: { ...PAGE.headers, ...(policy === undefined ? {} : { 'content-security-policy': policy }), ...headers },
  })
}

/** A page, with the least permissions that the pages of the service need: files and answers of this service, and forms to it. */
export const PAGE = {
  type: 'text/html; charset=utf-8',
  headers: {
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  },
} as const

/** Whether the client asks for a page, as a browser does. */
export function wantsPage({ req }: RequestContext): boolean {
  return accepts(req.header('accept'), 'text/html')
}
