import { hash } from 'node:crypto'
import type { Recorder, Submission } from '../../dossier/recording/recorder.ts'
import { DemarcheError } from '../../model/errors.ts'
import { builder } from '../core/builder.ts'
import type { Context } from '../core/context.ts'

export const idempotencyKey = builder.args((t) => ({
  idempotencyKey: t.string({
    description:
      'Chosen by the client for this change, such as a UUID, with at most 200 printable ASCII characters. Repeated within a day, with the same token and the same arguments, it returns the first answer and records nothing. With other arguments it is refused with IdempotencyKeyReused. A refusal is not kept, so the same key serves for the corrected arguments.',
  }),
}))

interface Arguments {
  readonly idempotencyKey?: string | null | undefined
}

/** The recorder, and as what a mutation with these arguments records, in the epoch of now. Throws `UNAUTHENTICATED`, `FORBIDDEN`. */
export function deskOf(
  { viewer, recorder, epoch }: Pick<Context, 'viewer' | 'recorder' | 'epoch'>,
  mutation: string,
  { idempotencyKey: key, ...args }: Arguments,
): { readonly recorder: Recorder; readonly as: Submission } {
  if (viewer === null) {
    const message = 'Recording needs a token of the scope RECORD. Send one in the header Authorization, as a bearer.'
    throw new DemarcheError('UNAUTHENTICATED', message)
  }
  if (viewer.scope !== 'RECORD') {
    throw new DemarcheError('FORBIDDEN', 'The token allows reading only. Recording needs one of the scope RECORD.')
  }
  epoch()
  // Arguments come in the order of the schema.
  const idempotency = key == null ? undefined : { key, hash: hash('sha256', JSON.stringify([mutation, args], shorten)) }
  return { recorder, as: { by: viewer.name, idempotency } }
}

/** The length from which on a text is compared by its hash: escaping a dossier would block the event loop. */
const LONG = 65_536

function shorten(_name: string, value: unknown): unknown {
  return typeof value === 'string' && value.length > LONG ? { sha256: hash('sha256', value) } : value
}

export const CURSOR =
  'Where the change entered the feed. A subscription or a page that has reached this cursor shows the change. If nothing changed, where the last change of the record did.'

/** About what ten lists cost: a transaction is on disk when it returns. */
export const RECORDING_COST = { field: 100 }
