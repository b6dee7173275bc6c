import { createGraphQLError, type Plugin } from 'graphql-yoga'
import type { Origins } from '../origin.ts'

/** Refuses requests that a page of a foreign site made its visitor's browser send. */
export function forgeryCheck(origins: Origins): Plugin {
  return {
    onRequestParse({ request: { headers } }) {
      const names = ['origin', 'host', 'sec-fetch-site']
      const sent = Object.fromEntries(names.map((name) => [name, headers.get(name) ?? undefined]))
      if (!origins.isForeign({ headers: sent })) return
      throw createGraphQLError(
        'A page of another site sent this request. Send it from the pages of this service, from a program, or allow the origin with DEMARCHE_ORIGINS.',
        { extensions: { code: 'FORGERY_REFUSED', http: { status: 403 } } },
      )
    },
  }
}
