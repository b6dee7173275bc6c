import { createGraphQLError, type Plugin } from 'graphql-yoga'
import type { OperationContext } from './operation.ts'

/** Refuses requests that a page of a foreign site made its visitor's browser send. */
export const forgeryCheck: Plugin<object, OperationContext> = {
  onRequestParse({ serverContext: { operation } }) {
    if (operation.isForeign !== true) return
    throw createGraphQLError(
      'A page of another site sent this request. Send it from the pages of this service, from a program, or allow the origin with DEMARCHE_ORIGINS.',
      { extensions: { code: 'FORGERY_REFUSED', http: { status: 403 } } },
    )
  },
}
