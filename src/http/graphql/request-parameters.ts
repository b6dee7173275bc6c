import { createGraphQLError, type Plugin } from 'graphql-yoga'

/**
 * Ignores parameters that GraphQL over HTTP does not define, which Yoga refuses, and refuses parameters in the address that are not JSON, on
 * which Yoga fails.
 */
export const requestParameters: Plugin = {
  onRequestParse({ requestParser, setRequestParser }) {
    if (requestParser === undefined) return
    setRequestParser(async (request) => {
      try {
        return await requestParser(request)
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error
        const extensions = { code: 'REQUEST_MALFORMED', http: { status: 400 } }
        throw createGraphQLError('The parameters "variables" and "extensions" must be JSON.', { extensions })
      }
    })
  },
  onParams({ params, setParams }) {
    // The body of a POST may be any JSON.
    if (typeof params !== 'object' || params === null || Array.isArray(params)) return
    const known = Object.entries(params).filter(([name]) => DEFINED.has(name))
    setParams(Object.fromEntries(known))
  },
}

const DEFINED = new Set(['query', 'operationName', 'variables', 'extensions'])
