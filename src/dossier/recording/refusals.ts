import { DemarcheError } from '../../model/errors.ts'
import type { ProblemCode } from '../../model/problem-codes.ts'

/* The refusals of a recording. Each message names the remedy. */

/** A problem of the arguments of a mutation, or of a dossier. */
export interface InputProblem {
  /** The field, from the arguments of the mutation downwards or, in a dossier, from the record. */
  readonly path: string
  readonly code: ProblemCode
  /** What is wrong, and the remedy. */
  readonly message: string
  /** In a dossier, from 1. */
  readonly line?: number | null
  readonly column?: number | null
}

export class InvalidInputError extends DemarcheError {
  /** All of them or, of a dossier, the first thousand. */
  readonly problems: readonly InputProblem[]

  constructor(problems: readonly InputProblem[], count = problems.length) {
    const [first] = problems
    const what = count === 1 ? 'a problem' : `${count} problems`
    const where = first === undefined ? '' : `, first at ${first.path || 'the top'}: ${first.message}`
    super('INVALID_INPUT', `Nothing was recorded: the input has ${what}${where}`)
    this.problems = problems
  }
}

export class KeyTakenError extends DemarcheError {
  readonly key: string

  constructor(key: string, taken: string) {
    super('KEY_TAKEN', `"${key}" is already recorded as ${taken}. Amend that record, or use another key.`)
    this.key = key
  }
}

export class RevisionConflictError extends DemarcheError {
  /** 0 if no record has the key. */
  readonly currentRevision: number

  constructor(key: string, expected: number, current: number) {
    const found = current === 0 ? 'is not recorded yet' : `is at revision ${current}`
    super(
      'REVISION_CONFLICT',
      `"${key}" ${found}, and revision ${expected} was expected. Read it again, and repeat the change with expectedRevision ${current} if it still applies.`,
    )
    this.currentRevision = current
  }
}

export class AlreadyRetractedError extends DemarcheError {
  /** When it was retracted or redacted, milliseconds since 1970. */
  readonly at: number

  constructor(key: string, { kind, at }: { readonly kind: 'RETRACTED' | 'REDACTED'; readonly at: number }) {
    const [was, final] = kind === 'RETRACTED' ? ['retracted', 'a retraction'] : ['redacted', 'a redaction']
    super(
      'ALREADY_RETRACTED',
      `"${key}" was ${was} on ${new Date(at).toISOString().slice(0, 10)}, and ${final} is final. Record what holds under another key.`,
    )
    this.at = at
  }
}

/** Records changed in the dossier and by other means. */
export class DossierConflictError extends DemarcheError {
  /** The first thousand. */
  readonly keys: readonly string[]

  /** `written` is the number of records that were imported before the conflict arose. */
  constructor(keys: readonly string[], count: number, written: number) {
    const before = written === 0 ? 'Nothing was imported' : `Only ${written} records were imported`
    const what = count === 1 ? 'a record was' : `${count} records were`
    super(
      'DOSSIER_CONFLICT',
      `${before}: ${what} amended by other means since the last import, and the dossier changed it too. Copy the amendments into the dossier, or import with overwrite.`,
    )
    this.keys = keys
  }
}

export class IdempotencyKeyReusedError extends DemarcheError {
  constructor(key: string) {
    super(
      'IDEMPOTENCY_KEY_REUSED',
      `The idempotency key "${key}" was used with another input within a day. Use a new key for each change.`,
    )
  }
}

/** More wait for the one writer than may wait. */
export class StoreBusyError extends DemarcheError {
  /** When to try again, in seconds. */
  readonly retryAfter: number

  constructor(message: string, retryAfter = 1) {
    super('STORE_BUSY', `${message} Try again in ${retryAfter} s, with the same idempotency key.`)
    this.retryAfter = retryAfter
  }
}
