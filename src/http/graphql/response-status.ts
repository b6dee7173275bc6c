import { isAsyncIterable, type Plugin } from 'graphql-yoga'

/**
 * Sets the HTTP status of operations that were not executed. `spec` marks a status that GraphQL over HTTP asks for only with its own media
 * type; with plain JSON, older clients expect 200. A malformed request is 400 and a failure of the service 500 with either.
 */
export const responseStatus: Plugin = {
  onResultProcess({ result }) {
    if (Array.isArray(result) || isAsyncIterable(result) || 'data' in result) return
    for (const { extensions } of result.errors ?? []) {
      if (extensions['code'] === 'INTERNAL') extensions.http = { status: 500 }
      else if (extensions['code'] === 'REQUEST_MALFORMED') extensions.http = { status: 400 }
      else extensions.http ??= { spec: true, status: 400 }
    }
  },
}
