import type { IncomingMessage } from 'node:http'

/** What the common clients of GraphQL send. */
const ALLOWED_HEADERS = [
  'authorization',
  'content-type',
  'accept',
  'last-event-id',
  'if-none-match',
  'cache-control',
  'demarche-after',
  'demarche-cost',
  'traceparent',
  'tracestate',
  'x-requested-with',
  'graphql-require-preflight',
  'apollo-require-preflight',
  'apollographql-client-name',
  'apollographql-client-version',
].join(', ')

const EXPOSED_HEADERS = [
  'etag',
  'retry-after',
  'content-disposition',
  'x-request-id',
  'demarche-after',
  'demarche-cost',
].join(', ')

/** Why a request of a foreign page is refused. */
export const FOREIGN =
  'A page of another site sent this request. Send it from the pages of this service, from a program, or allow the origin with DEMARCHE_ORIGINS.'

type Request = Pick<IncomingMessage, 'headers'>

/**
 * Decides what pages of other sites may do. The allowed origins are the configured ones and the service's own, which is the public URL or
 * the host that the request names. Programs send neither `Origin` nor `Sec-Fetch-Site` and are always allowed.
 */
export class Origins {
  readonly #allowed: ReadonlySet<string>

  constructor(configured: readonly string[], publicUrl: string) {
    this.#allowed = new Set([...configured, new URL(publicUrl).origin])
  }

  allows({ headers: { origin, host } }: Request): boolean {
    if (origin === undefined || this.#allowed.has('*') || this.#allowed.has(origin)) return true
    return URL.canParse(origin) && new URL(origin).host === host
  }

  /** Whether a page of a site that is not allowed sent the request. */
  isForeign(request: Request): boolean {
    const { origin, 'sec-fetch-site': site } = request.headers
    // Behind a proxy that rewrites `Host`, only the browser knows that the origin is the service's own.
    if (site === 'same-origin' || site === 'none') return false
    if (origin !== undefined) return !this.allows(request)
    return site !== undefined && !this.#allowed.has('*')
  }

  /** The headers that let an allowed origin read the response. Credentials are never shared. */
  share(request: Request): Record<string, string> {
    const { origin } = request.headers
    if (origin === undefined || !this.allows(request)) return { vary: 'origin' }
    return {
      vary: 'origin',
      'access-control-allow-origin': this.#allowed.has('*') ? '*' : origin,
      'access-control-expose-headers': EXPOSED_HEADERS,
    }
  }

  /** The headers that answer a browser's preflight request. */
  preflight(methods: string): Record<string, string> {
    return {
      'access-control-allow-methods': methods,
      'access-control-allow-headers': ALLOWED_HEADERS,
      'access-control-max-age': '86400',
      allow: methods,
    }
  }
}
