import { createGraphQLError, type Plugin } from 'graphql-yoga'
import { FOREIGN } from '../admission/origin.ts'
import type { OperationContext } from './operation.ts'

/** Refuses requests that a page of a foreign site made its visitor's browser send. */
export const forgeryCheck: Plugin<object, OperationContext> = {
  onRequestParse({ serverContext: { operation } }) {
    if (operation.isForeign !== true) return
    throw createGraphQLError(FOREIGN, { extensions: { code: 'FORGERY_REFUSED', http: { status: 403 } } })
  },
}
