import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Log, LoggedRequest } from '../log.ts'
import { clip } from '../model/errors.ts'
import { holdsToken, plainAddress, redactTokens } from '../model/token.ts'
import type { Metrics } from './metrics.ts'
import { nameOf, type OperationState } from './graphql/operation.ts'

/*
 * One line for each request, at level `info`. It is written when the response has ended, which for a stream is when the client or the
 * service closes it. A WebSocket gets a line when it is opened or refused, and one for each operation when that has ended. A line never holds
 * a query, variables, headers or the query string of an address. What clients choose is limited in length, and JSON escapes it.
 */

/** What is logged of a request, beside what its response says. */
export interface AccessEntry {
  readonly requestId: string
  /** Set when the operation of the request is known, or the response of an earlier one is repeated. */
  operation?: OperationState
  operationName?: string | undefined
}

/** An operation over WebSocket, until it ends. */
export interface FollowedOperation {
  /** Counts the bytes of a message that was sent. */
  add(bytes: number): void
  /** Logs the operation, once. */
  end(outcome?: { readonly isRefused: boolean }): void
}

export class AccessLog {
  readonly #log: Log
  readonly #metrics: Metrics | undefined
  /** The bytes of each connection that are logged, since requests may arrive before earlier ones are answered. */
  readonly #bytesLogged = new WeakMap<Socket, number>()

  /** What is logged counts in `metrics` too, at any level of the log. */
  constructor(log: Log, metrics?: Metrics) {
    this.#log = log
    this.#metrics = metrics
  }

  /** Logs a request when its response has ended. */
  follow(request: IncomingMessage, response: ServerResponse, entry: AccessEntry): void {
    if (!this.#isEnabled()) return
    const startedAt = performance.now()
    const { socket } = request
    response.on('close', () => {
      const { bytesWritten } = socket
      const bytes = bytesWritten - (this.#bytesLogged.get(socket) ?? 0)
      this.#bytesLogged.set(socket, bytesWritten)
      const { requestId, operation, operationName = operation && nameOf(operation) } = entry
      this.#write(
        {
          requestId,
          method: request.method,
          path: pathOf(request),
          status: response.statusCode,
          ms: elapsed(startedAt),
          bytes,
          operation: operationName,
          aborted: response.writableFinished ? undefined : true,
        },
        { isStream: operation?.member !== undefined },
      )
    })
  }

  /** Logs a request to open a WebSocket. */
  upgrade(request: IncomingMessage, requestId: string, status: number): void {
    this.#write({ requestId, method: request.method, path: pathOf(request), status })
  }

  /** Logs an operation over WebSocket when it has ended. The id is that of the request that opened the socket. */
  followOperation(requestId: string, operation: OperationState): FollowedOperation {
    if (!this.#isEnabled()) return UNLOGGED
    const startedAt = performance.now()
    let bytes = 0
    let hasEnded = false
    return {
      add: (sent) => {
        bytes += sent
      },
      end: ({ isRefused } = { isRefused: false }) => {
        if (hasEnded) return
        hasEnded = true
        this.#write(
          {
            requestId,
            method: 'WEBSOCKET',
            path: '/graphql',
            status: isRefused ? 400 : 200,
            ms: elapsed(startedAt),
            bytes,
            operation: nameOf(operation),
          },
          { isStream: operation.member !== undefined },
        )
      },
    }
  }

  /** Logs what is not HTTP, or is too long to be read. */
  malformed(status: number): void {
    this.#write({ status })
  }

  #isEnabled(): boolean {
    return this.#metrics !== undefined || this.#log.isLevelEnabled('info')
  }

  #write(line: LoggedRequest, { isStream = false } = {}): void {
    this.#log.request(line)
    const { method = '', path = '', status, operation, ms } = line
    this.#metrics?.ended({ method, path, status, operation, milliseconds: isStream ? undefined : ms })
  }
}

const UNLOGGED: FollowedOperation = { add: () => {}, end: () => {} }

const PATH_SHOWN = 500

/** The path as it was sent, but for a token. Node refuses requests whose address is not printable ASCII. */
function pathOf({ url = '' }: IncomingMessage): string {
  const end = url.search(/[?#]/)
  const path = end < 0 ? url : url.slice(0, end)
  const plain = plainAddress(path)
  return clip(holdsToken(plain) ? redactTokens(plain) : path, PATH_SHOWN)
}

/** Milliseconds since then, with two decimals. */
function elapsed(startedAt: number): number {
  return Math.round((performance.now() - startedAt) * 100) / 100
}
