import type { Recorder } from '../../dossier/recording/recorder.ts'
import { DemarcheError } from '../../model/errors.ts'
import type { Context } from '../core/context.ts'

/** The recorder, and the name under which a viewer records. Throws `UNAUTHENTICATED`, `FORBIDDEN`. */
export function deskOf({ viewer, recorder }: Pick<Context, 'viewer' | 'recorder'>): {
  readonly recorder: Recorder
  readonly by: string
} {
  if (viewer === null) {
    const message = 'Recording needs a token of the scope RECORD. Send one in the header Authorization, as a bearer.'
    throw new DemarcheError('UNAUTHENTICATED', message)
  }
  if (viewer.scope !== 'RECORD') {
    throw new DemarcheError('FORBIDDEN', 'The token allows reading only. Recording needs one of the scope RECORD.')
  }
  return { recorder, by: viewer.name }
}

export const CURSOR =
  'Where the change entered the feed. A subscription or a page that has reached this cursor shows the change. If nothing changed, where the last change of the record did.'

/** About what ten lists cost: a transaction is on disk when it returns. */
export const RECORDING_COST = { field: 100 }
