import type { ErrorCode } from '../model/error-codes.ts'
import { DemarcheError } from '../model/errors.ts'

/** An error with an HTTP status of its own. */
export class HttpError extends DemarcheError {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, code: ErrorCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(code, message)
    this.status = status
    this.headers = headers
  }
}
