import type { IncomingMessage } from 'node:http'
import { HttpError, type Exchange } from './request-context.ts'

/** Headers that a page of another origin cannot send without the browser asking us first. */
const PREFLIGHTED = ['x-requested-with', 'graphql-require-preflight', 'apollo-require-preflight']

const ALLOWED_HEADERS = ['content-type', 'last-event-id', 'if-none-match', ...PREFLIGHTED].join(', ')

/**
 * Which browser origins may read answers: those configured, and the service's own, which is where its public address or the request itself
 * stands. Programs send no Origin and are not concerned.
 */
export class Origins {
  readonly #allowed: ReadonlySet<string>

  constructor(configured: readonly string[], publicUrl: string | undefined) {
    this.#allowed = new Set([...configured, ...(publicUrl === undefined ? [] : [new URL(publicUrl).origin])])
  }

  allows(request: IncomingMessage): boolean {
    const { origin, host } = request.headers
    if (origin === undefined || this.#allowed.has('*') || this.#allowed.has(origin)) return true
    return URL.canParse(origin) && new URL(origin).host === host
  }

  /** Sets what lets an allowed origin read the answer. Credentials are never shared. */
  share({ request, headers }: Exchange): void {
    headers['vary'] = 'origin'
    const { origin } = request.headers
    if (origin === undefined || !this.allows(request)) return
    headers['access-control-allow-origin'] = this.#allowed.has('*') ? '*' : origin
    headers['access-control-expose-headers'] = 'etag, x-request-id'
  }

  /** Answers the browser's question whether a page may send a request. */
  answerPreflight(exchange: Exchange, methods: string): void {
    this.share(exchange)
    exchange.begin(204, {
      'access-control-allow-methods': methods,
      'access-control-allow-headers': ALLOWED_HEADERS,
      'access-control-max-age': '86400',
      allow: methods,
    })
    exchange.response.end()
  }
}

/**
 * Refuses what any page could make a visitor's browser send unasked: a GET that is neither from this origin nor announced by a header of
 * its own. A POST has to be `application/json`, which a browser announces.
 */
export function refuseForgery({ request }: Exchange): void {
  const site = request.headers['sec-fetch-site']
  if (site === 'same-origin' || site === 'none') return
  if (/^application\/json\b/i.test(request.headers['content-type'] ?? '')) return
  if (PREFLIGHTED.some((name) => request.headers[name] !== undefined)) return
  const remedy = `send a header such as "${PREFLIGHTED[0]}: anything", or POST application/json`
  throw new HttpError(403, 'FORGERY_REFUSED', `a plain GET could come from any web page; ${remedy}`)
}
