import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { GraphQLError } from 'graphql'
import { StoreBusyError } from '../../dossier/recording/refusals.ts'
import type { Log } from '../../log.ts'
import type { ErrorCode } from '../../model/error-codes.ts'
import { RecordedUnseenError } from '../../store/append.ts'
import { asSentence, clip, DemarcheError, MESSAGE_MAX, StoreError, UnknownKeyError } from '../../model/errors.ts'

declare module 'graphql' {
  interface GraphQLErrorExtensions {
    code?: ErrorCode
  }
}

/** Shows clients their own errors and hides those of the service, which go to the log under an id that both sides can name. */
export class ErrorMasking {
  readonly #log: Log
  readonly #cursorAt: (seq: number) => string
  readonly #requestIds = new AsyncLocalStorage<string>()

  /** `cursorAt` is the cursor of the feed at a seq. */
  constructor(log: Log, cursorAt: (seq: number) => string) {
    this.#log = log
    this.#cursorAt = cursorAt
  }

  /** Errors that arise while this runs are logged under the id of its request. Errors outside of HTTP get an id of their own. */
  during<Result>(requestId: string, run: () => Result): Result {
    return this.#requestIds.run(requestId, run)
  }

  /** The error that the client sees, with a code. */
  readonly present = (error: unknown): GraphQLError => {
    const presented = presentError(error)
    if (presented?.originalError instanceof StoreError)
      this.#log.error({ err: presented.originalError }, 'the store failed')
    if (presented !== undefined) {
      const { originalError } = presented
      presented.extensions.code = codeOf(presented)
      if (originalError instanceof RecordedUnseenError)
        presented.extensions['cursor'] = this.#cursorAt(originalError.seq)
      presented.message = clip(presented.message, MESSAGE_MAX)
      // Yoga adds the parser's own error to one of a malformed body.
      delete presented.extensions['originalError']
      return presented
    }
    const { nodes, source, positions, path, originalError } =
      error instanceof GraphQLError ? error : new GraphQLError('', {})
    const { message, requestId } = this.mask(originalError ?? error)
    return new GraphQLError(message, { nodes, source, positions, path, extensions: { code: 'INTERNAL', requestId } })
  }

  /** Logs an internal error and returns what the client may see. */
  mask(error: unknown): { readonly requestId: string; readonly message: string } {
    const requestId = this.#requestIds.getStore() ?? randomUUID()
    this.#log.error({ err: error, requestId }, 'a request failed')
    return {
      requestId,
      message: `Internal error. Report request id ${requestId}.`,
    }
  }
}

/** Yoga names its own refusals by two codes and the HTTP status. */
function codeOf({ extensions }: GraphQLError): ErrorCode {
  const code: string | undefined = extensions.code
  if (extensions.http?.status === 405) return 'POST_REQUIRED'
  if (code === 'BAD_REQUEST') return 'REQUEST_MALFORMED'
  if (code === 'OPERATION_RESOLUTION_FAILURE') return 'REQUEST_INVALID'
  return extensions.code ?? 'REQUEST_INVALID'
}

/**
 * The error that clients see: with a stable `extensions.code`, the path of the field that failed, and a message that names the remedy.
 * Undefined for an internal error, which clients must not see.
 */
function presentError(error: unknown): GraphQLError | undefined {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error
  if (cause instanceof DemarcheError) return presentDemarcheError(cause, error)
  // Errors of GraphQL itself, and of scalars, name nothing internal.
  return cause instanceof GraphQLError && error instanceof GraphQLError ? error : undefined
}

function presentDemarcheError(cause: DemarcheError, error: unknown): GraphQLError {
  const located = error instanceof GraphQLError ? error : undefined
  return new GraphQLError(cause instanceof StoreError ? asSentence(cause.message) : cause.message, {
    nodes: located?.nodes ?? null,
    source: located?.source ?? null,
    positions: located?.positions ?? null,
    path: located?.path ?? null,
    originalError: cause,
    extensions: { code: cause.code, ...detailsOf(cause) },
  })
}

function detailsOf(cause: DemarcheError): Readonly<Record<string, unknown>> {
  if (cause instanceof UnknownKeyError) return { key: cause.key, nearest: cause.nearest }
  // In seconds.
  return cause instanceof StoreBusyError ? { retryAfter: cause.retryAfter } : {}
}
