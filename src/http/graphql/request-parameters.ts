import { createGraphQLError, type Plugin } from 'graphql-yoga'

/**
 * Ignores parameters that GraphQL over HTTP does not define, which Yoga refuses, and refuses batches and parameters in the address that are not
 * JSON.
 */
export const requestParameters: Plugin = {
  onRequestParse({ requestParser, setRequestParser }) {
    if (requestParser === undefined) return
    setRequestParser(async (request) => {
      try {
        const params = await requestParser(request)
        if (!Array.isArray(params)) return params
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error
        throw malformed('The parameters "variables" and "extensions" must be JSON.')
      }
      throw malformed('Batches are not supported. Send one operation per request.')
    })
  },
  onParams({ params, setParams }) {
    // The body of a POST may be any JSON.
    if (typeof params !== 'object' || params === null || Array.isArray(params)) return
    refusePersistedQuery(params)
    // In a GET, an empty name stands for none.
    const known = Object.entries(params).filter(
      ([name, value]) => DEFINED.has(name) && !(name === 'operationName' && value === ''),
    )
    setParams(Object.fromEntries(known))
  },
}

function malformed(message: string): Error {
  return createGraphQLError(message, { extensions: { code: 'REQUEST_MALFORMED', http: { status: 400 } } })
}

const DEFINED = new Set(['query', 'operationName', 'variables', 'extensions'])

interface Parameters {
  readonly query?: unknown
  readonly extensions?: unknown
  /** urql and the draft of persisted documents send it instead of a query. */
  readonly documentId?: unknown
}

/**
 * Throws `PERSISTED_QUERY_NOT_SUPPORTED` for a hash or an id without a query. The message and the code are those for which the clients of
 * Apollo and urql look; they then send the query and no more hashes.
 */
export function refusePersistedQuery({ query, extensions, documentId }: Parameters): void {
  const isPersisted = typeof extensions === 'object' && extensions !== null && 'persistedQuery' in extensions
  if (query || !(isPersisted || documentId)) return
  const http = { spec: true, status: 400 }
  throw createGraphQLError('PersistedQueryNotSupported', {
    extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED', http },
  })
}
