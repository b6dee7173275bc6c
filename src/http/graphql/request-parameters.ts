import { setImmediate } from 'node:timers/promises'
import { createGraphQLError, type Plugin } from 'graphql-yoga'
import type { OperationContext } from './operation.ts'
import { idOf, type AllowedOperations, type NamedOperation } from './allowed-operations.ts'

/**
 * Ignores parameters that GraphQL over HTTP does not define, which Yoga refuses, and refuses batches and parameters in the address that are
 * not JSON.
 */
export function requestParameters(allowed: AllowedOperations | undefined): Plugin<object, OperationContext> {
  return {
    onRequestParse({ requestParser, setRequestParser, serverContext: { operation } }) {
      if (requestParser === undefined) return
      setRequestParser(async (request) => {
        if (operation.parameters !== undefined) return operation.parameters
        try {
          // Decoding, parsing and importing a dossier take a turn of the event loop each.
          const isLarge = (operation.bytes ?? 0) > LARGE
          if (isLarge) await setImmediate()
          const params = await requestParser(request)
          if (isLarge) await setImmediate()
          if (!Array.isArray(params)) return params
        } catch (error) {
          if (!(error instanceof SyntaxError)) throw error
          throw malformed('The parameters "variables" and "extensions" must be JSON.')
        }
        throw malformed('Batches are not supported. Send one operation per request.')
      })
    },
    onParams({ params, setParams, request }) {
      // The body of a POST may be any JSON.
      if (typeof params !== 'object' || params === null || Array.isArray(params)) return
      // Yoga leaves ids in the address out.
      const inAddress = request.method === 'GET' && !('query' in params && params.query)
      const named = inAddress ? { ...Object.fromEntries(new URL(request.url).searchParams), ...params } : params
      const query = queryOf(named, allowed)
      // In a GET, an empty name stands for none.
      const known = Object.entries({ ...params, ...(query !== undefined && { query }) }).filter(
        ([name, value]) => DEFINED.has(name) && !(name === 'operationName' && value === ''),
      )
      setParams(Object.fromEntries(known))
    },
  }
}

function malformed(message: string): Error {
  return createGraphQLError(message, { extensions: { code: 'REQUEST_MALFORMED', http: { status: 400 } } })
}

/** Bytes of a body that holds a dossier. */
export const LARGE = 1_048_576

const DEFINED = new Set(['query', 'operationName', 'variables', 'extensions'])

/**
 * The text of an operation, if it is sent or listed. Throws `OPERATION_NOT_LISTED` if there is a list, else `PERSISTED_QUERY_NOT_SUPPORTED`
 * for a hash or an id without a text. The message and the code of the latter are those for which the clients of Apollo and urql look; they
 * then send the text and no more hashes.
 */
export function queryOf(named: NamedOperation, allowed: AllowedOperations | undefined): string | undefined {
  const { query, extensions } = named
  if (allowed !== undefined && (query || idOf(named) !== undefined)) return allowed.find(named)
  const isPersisted = typeof extensions === 'object' && extensions !== null && 'persistedQuery' in extensions
  if (query || !(isPersisted || named.documentId)) return undefined
  const http = { spec: true, status: 400 }
  throw createGraphQLError('PersistedQueryNotSupported', {
    extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED', http },
  })
}
