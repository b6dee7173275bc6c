import { hash } from 'node:crypto'
import type { ContentText } from '../../model/records/canonical-record.ts'
import type { RecordKind } from '../../model/records/definitions.ts'
import { show } from '../../model/records/shown-value.ts'
import type { PlannedChange } from '../../store/append.ts'

/*
 * What importing a record comes to, given what the store holds of it: a pure function. The baseline, the hash of the record as an import
 * last brought it, tells who changed what: a file that still says what was imported asks for nothing, whatever the store says by now; one
 * that says something new is followed where the store still says what was imported, and is in conflict with it where it does not.
 */

/** A record as a dossier has it. */
export interface IncomingRecord {
  readonly record: RecordKind
  readonly key: string
  /** Without `retract`. */
  readonly content: ContentText
  /** Why it is retracted; null where it is not. */
  readonly retract: string | null
}

/** A record as the store has it. */
export interface HeldRecord {
  readonly record: RecordKind
  readonly revision: number
  /** Canonical JSON. */
  readonly content: string
  /** Why it was retracted; null where it was not. */
  readonly retracted: string | null
  /** Who brought the last change of it. */
  readonly origin: string
  /** Undefined where no import has brought it, or none is remembered. */
  readonly baseline: string | undefined
}

export interface PlanOptions {
  /** Changed contents are corrections of ours rather than new information. */
  readonly correct?: boolean
  /** Why contents changed, for the log. */
  readonly note?: string
  /** The dossier wins over what was amended since by other means. */
  readonly overwrite?: boolean
}

export type PlannedRecord =
  | {
      readonly outcome: 'RECORDED' | 'REVISED' | 'CORRECTED' | 'RETRACTED'
      /** One or, where a content is brought and retracted at once, two: in order, each to be appended in a batch of its own. */
      readonly changes: readonly PlannedChange[]
    }
  | { readonly outcome: 'UNCHANGED' }
  /** Both sides have changed, and nobody said who wins. */
  | { readonly outcome: 'CONFLICT'; readonly message: string }
  /** No option makes this possible. */
  | { readonly outcome: 'REFUSED'; readonly code: string; readonly message: string }

export function planRecord(
  incoming: IncomingRecord,
  held: HeldRecord | undefined,
  options: PlanOptions,
): PlannedRecord {
  if (held === undefined)
    return { outcome: 'RECORDED', changes: [changeOf(incoming, 'RECORDED', 1), ...retractionOf(incoming, 2)] }
  if (held.record !== incoming.record) {
    const message = `${show(incoming.key)} is recorded as ${held.record} and cannot become ${incoming.record}; give the ${incoming.record} a key of its own`
    return { outcome: 'REFUSED', code: 'KIND_CHANGED', message }
  }
  const incomingHash = hashOf(incoming)
  const heldHash = hashOf({ content: held.content, retract: held.retracted })
  // A store that has lost its baselines still knows whether an import brought the last change.
  const baseline = held.baseline ?? (held.origin === 'IMPORT' ? heldHash : undefined)
  if (incomingHash === heldHash || incomingHash === baseline) return { outcome: 'UNCHANGED' }
  if (held.retracted !== null) return planRetracted(incoming, held, held.retracted)
  const sameContent = incoming.content === held.content
  if (!sameContent && heldHash !== baseline && options.overwrite !== true) {
    const message = `was amended by other means since it was last imported (revision ${held.revision}), and the dossier changed it too; take that amendment into the dossier, or import with --overwrite`
    return { outcome: 'CONFLICT', message }
  }
  const next = held.revision + 1
  if (sameContent) return { outcome: 'RETRACTED', changes: retractionOf(incoming, next) }
  const outcome = options.correct === true ? 'CORRECTED' : 'REVISED'
  const change = { ...changeOf(incoming, outcome, next), ...(options.note === undefined ? {} : { note: options.note }) }
  return { outcome, changes: [change, ...retractionOf(incoming, next + 1)] }
}

/** The hash that an import remembers a record by: of its content, and of why it is retracted. */
export function hashOf({ content, retract }: { readonly content: string; readonly retract: string | null }): string {
  return hash('sha256', retract === null ? content : `${content}\n${retract}`, 'base64url')
}

/** A retraction is the last word on a record. */
function planRetracted(incoming: IncomingRecord, held: HeldRecord, reason: string): PlannedRecord {
  if (held.origin !== 'IMPORT') {
    // Whoever wants the same has it already, if in other words.
    if (incoming.retract !== null && incoming.content === held.content) return { outcome: 'UNCHANGED' }
    const message = `was retracted by other means (${show(reason)}), and the dossier changed it; a retraction is final: take it into the dossier`
    return { outcome: 'CONFLICT', message }
  }
  if (incoming.retract === null) {
    const message = `was retracted (${show(reason)}), and retract has been taken away; a retraction is final: put it back, or record anew under another key`
    return { outcome: 'REFUSED', code: 'RETRACTION_UNDONE', message }
  }
  const message = `is retracted (${show(reason)}), and the dossier changed it; what is retracted stays as it is: put it back`
  return { outcome: 'REFUSED', code: 'RETRACTED_CHANGED', message }
}

function retractionOf(incoming: IncomingRecord, revision: number): PlannedChange[] {
  return incoming.retract === null ? [] : [{ ...changeOf(incoming, 'RETRACTED', revision), note: incoming.retract }]
}

function changeOf(incoming: IncomingRecord, kind: PlannedChange['kind'], revision: number): PlannedChange {
  const { record, key, content } = incoming
  return { record, key, kind, text: content, revision }
}
