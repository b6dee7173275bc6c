import { randomUUID } from 'node:crypto'
import type { GraphQLError, GraphQLFormattedError } from 'graphql'
import { presentError } from '../../graphql/core/errors.ts'
import type { Log } from '../../log.ts'

/** Tells whoever asked what is wrong with a request, and the log what is wrong with us, under a number that both can name. */
export class Masking {
  readonly #log: Log

  constructor(log: Log) {
    this.#log = log
  }

  present(error: GraphQLError): GraphQLFormattedError {
    const presented = presentError(error)
    if (presented !== undefined) {
      const formatted = presented.toJSON()
      return { ...formatted, extensions: { code: 'REQUEST_INVALID', ...formatted.extensions } }
    }
    const { requestId, message } = this.mask(error.originalError ?? error)
    return { ...error.toJSON(), message, extensions: { code: 'INTERNAL', requestId } }
  }

  /** Logs a defect of ours and returns what may be said of it. */
  mask(error: unknown): { readonly requestId: string; readonly message: string } {
    const requestId = randomUUID()
    this.#log.error({ err: error, requestId }, 'a request failed')
    return {
      requestId,
      message: `Something went wrong here, not with your request; the log has it under ${requestId}.`,
    }
  }
}
