import { StoreBusyError } from '../dossier/recording/refusals.ts'
import type { ErrorCode } from '../model/error-codes.ts'
import { DemarcheError, StoreError } from '../model/errors.ts'

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

/** Errors of a node of a log that another node would not have, or that pass. */
const UNAVAILABLE: ReadonlySet<ErrorCode | undefined> = new Set<ErrorCode>([
  'FORMAT_AHEAD',
  'LOG_DIVERGED',
  'LOG_UNCERTAIN',
  'LOG_UNREACHABLE',
  'NODE_BEHIND',
  'RECORDED_UNSEEN',
])

/** The headers of a response with status 503, if that is what the error calls for: the service may recover, or another one may answer. */
export function unavailable(error: unknown): Readonly<Record<string, string>> | undefined {
  if (error instanceof StoreError) return { 'retry-after': '5' }
  if (error instanceof StoreBusyError) return { 'retry-after': String(error.retryAfter) }
  if (!(error instanceof DemarcheError) || !UNAVAILABLE.has(error.code)) return undefined
  // Programs repeat by themselves what says when. What may have been recorded must not be repeated without its idempotency key.
  return REPEATABLE.has(error.code) ? { 'retry-after': '1' } : {}
}

const REPEATABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['LOG_UNREACHABLE', 'NODE_BEHIND'])
