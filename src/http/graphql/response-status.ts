import type { Metrics } from '../metrics.ts'
import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import { unavailable } from '../http-error.ts'

/**
 * Sets the HTTP status of operations that were not executed, and of those on which the store or its log failed. `spec` marks a status that GraphQL
 * over HTTP asks for only with its own media type; with plain JSON, older clients expect 200. A malformed request is 400, a failure of the
 * service 500 and one of the store or its log 503 with either.
 */
export function responseStatus(metrics: Metrics | undefined): Plugin {
  return {
    onResultProcess({ result }) {
      if (Array.isArray(result) || isAsyncIterable(result)) return
      for (const { extensions, originalError } of result.errors ?? []) {
        metrics?.refused(extensions.code)
        const headers = unavailable(originalError)
        if (headers !== undefined) extensions.http = { status: 503, headers: { ...headers } }
        else if ('data' in result) continue
        else if (extensions.code === 'INTERNAL') extensions.http = { status: 500 }
        else if (extensions.code === 'REQUEST_MALFORMED') extensions.http = { status: 400 }
        else extensions.http ??= { spec: true, status: 400 }
      }
    },
  }
}
