import { hash } from 'node:crypto'
import type { ContentText } from '../../model/records/canonical-record.ts'
import type { RecordKind } from '../../model/records/definitions.ts'
import { article, show } from '../../model/errors.ts'
import type { PlannedChange } from '../../store/append.ts'
import type { ProblemCode } from '../../model/problem-codes.ts'

/*
 * Plans what importing a record does, given what the store holds: a pure function. The baseline, the hash of the record as it was last
 * imported, shows which side has changed since. A record that is unchanged in the file is skipped, also if it has changed in the store. A
 * record that changed in the file is followed if it is unchanged in the store; if it changed on both sides, it is in conflict.
 *
 * Loading before a service starts is stricter: it follows the file only if the store still is what the file last made it.
 *
 * A record that was redacted is refused, and left out by loading, as long as the file holds it.
 */

/** A record as a dossier has it. */
export interface IncomingRecord {
  readonly record: RecordKind
  readonly key: string
  /** Without `retract`. */
  readonly content: ContentText
  /** Why it is retracted; null if it is not. */
  readonly retract: string | null
}

/** A record as the store has it. */
export interface StoredRecord {
  readonly record: RecordKind
  readonly revision: number
  readonly content: ContentText
  /** Writes it without what refers to redacted developments, as an export has it. Undefined if it refers to no development. */
  readonly exported?: () => ContentText
  /** Why it was retracted; null if it was not. */
  readonly retracted: string | null
  /** Why it was redacted; null if it was not. */
  readonly redacted: string | null
  /** The origin of its last change. */
  readonly origin: string
  /** The hash of the record as it was last imported. Undefined if it never was. */
  readonly baseline: string | undefined
}

export interface PlanOptions {
  /** Changed contents are corrections of our own mistakes rather than new information. */
  readonly correct?: boolean
  /** Why contents changed, for the log. */
  readonly note?: string
  /** The dossier wins over amendments made by other means. */
  readonly overwrite?: boolean
}

export type PlannedRecord =
  | ChangedRecord
  | { readonly outcome: 'UNCHANGED' }
  /** Loading leaves it as the store has it. The message is null if an earlier load gave it already. */
  | { readonly outcome: 'KEPT'; readonly message: string | null }
  /** The record changed in the dossier and in the store. */
  | { readonly outcome: 'CONFLICT'; readonly message: string }
  /** Not possible with any option. */
  | { readonly outcome: 'REFUSED'; readonly code: ProblemCode; readonly message: string }

interface ChangedRecord {
  readonly outcome: 'RECORDED' | 'REVISED' | 'CORRECTED' | 'RETRACTED'
  /** One or, if a content is added and retracted at once, two in order, each to be appended in a batch of its own. */
  readonly changes: readonly PlannedChange[]
  /** The content that is revised or corrected. */
  readonly before?: string
}

export function planRecord(
  incoming: IncomingRecord,
  stored: StoredRecord | undefined,
  options: PlanOptions,
): PlannedRecord {
  if (stored === undefined)
    return { outcome: 'RECORDED', changes: [changeOf(incoming, 'RECORDED', 1), ...retractionOf(incoming, 2)] }
  if (stored.record !== incoming.record) {
    const message = `${show(incoming.key)} is already recorded as ${article(stored.record)}, and its kind cannot change; give the ${incoming.record} a key of its own`
    return { outcome: 'REFUSED', code: 'KIND_CHANGED', message }
  }
  const incomingHash = hashOf(incoming)
  const { baseline } = stored
  if (isStoredAs(stored, incomingHash)) return { outcome: 'UNCHANGED' }
  if (stored.redacted !== null)
    return { outcome: 'REFUSED', code: 'REDACTED', message: explainRedacted(stored.redacted) }
  if (incomingHash === baseline) return { outcome: 'UNCHANGED' }
  if (stored.retracted !== null) return planRetracted(incoming, stored, stored.retracted)
  const isSame = isSameContent(incoming, stored)
  if (!isSame && !isStoredAs(stored, baseline ?? '') && options.overwrite !== true) {
    const message = `was amended by other means since its last import (revision ${stored.revision}), and the dossier changed it too; copy that amendment into the dossier, or import with --overwrite`
    return { outcome: 'CONFLICT', message }
  }
  const next = stored.revision + 1
  // A retraction repeats the content that it withdraws.
  if (isSame) return { outcome: 'RETRACTED', changes: retractionOf({ ...incoming, content: stored.content }, next) }
  const outcome = options.correct === true ? 'CORRECTED' : 'REVISED'
  const change = { ...changeOf(incoming, outcome, next), ...(options.note === undefined ? {} : { note: options.note }) }
  return { outcome, changes: [change, ...retractionOf(incoming, next + 1)], before: stored.content }
}

/**
 * Plans what loading a record before a service starts does. `loaded` is the record as the last load read it, with the revision that the
 * store had after that. A change of the file is followed if the store still has what that load read. Else the store keeps what it has.
 */
export function planLoad(
  incoming: IncomingRecord,
  stored: StoredRecord | undefined,
  loaded: { readonly hash: string; readonly revision: number } | undefined,
): PlannedRecord {
  if (stored?.record !== incoming.record) return planRecord(incoming, stored, {})
  const incomingHash = hashOf(incoming)
  if (isStoredAs(stored, incomingHash)) return { outcome: 'UNCHANGED' }
  if (stored.redacted !== null) return { outcome: 'KEPT', message: explainRedacted(stored.redacted) }
  const isSameRevision = loaded?.revision === stored.revision
  if (isSameRevision && isStoredAs(stored, loaded.hash) && stored.retracted === null)
    return planRecord(incoming, { ...stored, baseline: loaded.hash }, {})
  if (isSameRevision && loaded.hash === incomingHash) return { outcome: 'KEPT', message: null }
  if (stored.retracted !== null) {
    const message = `is retracted (${show(stored.retracted)}), and stays so, because a retraction is final; copy it into the dossier`
    return { outcome: 'KEPT', message }
  }
  const remedy = incomingHash === stored.baseline ? '' : ', or replace it with `demarche import --overwrite`'
  const means = stored.origin === 'IMPORT' ? 'by an import' : 'through the API'
  const message = `was ${loaded === undefined ? 'recorded' : 'amended'} ${means}, and stays as the store has it (revision ${stored.revision}); copy that into the dossier${remedy}`
  return { outcome: 'KEPT', message }
}

/** The hash of a record as it is imported: of its content, and of why it is retracted. */
export function hashOf({ content, retract }: { readonly content: string; readonly retract: string | null }): string {
  return hash('sha256', retract === null ? content : `${content}\n${retract}`, 'base64url')
}

/** Whether an import of the record as the store has it, or as its export has it, has the hash. */
function isStoredAs({ content, exported, retracted }: StoredRecord, hashed: string): boolean {
  const isHashOf = (one: ContentText) => hashOf({ content: one, retract: retracted }) === hashed
  return isHashOf(content) || (exported !== undefined && isHashOf(exported()))
}

function isSameContent({ content }: IncomingRecord, stored: StoredRecord): boolean {
  return content === stored.content || content === stored.exported?.()
}

function explainRedacted(reason: string): string {
  return `was redacted (${show(reason)}), and cannot be recorded again; remove it from the dossier`
}

/** A retraction is final. */
function planRetracted(incoming: IncomingRecord, stored: StoredRecord, reason: string): PlannedRecord {
  if (stored.origin !== 'IMPORT') {
    // The record is already retracted, for a reason in other words.
    if (incoming.retract !== null && isSameContent(incoming, stored)) return { outcome: 'UNCHANGED' }
    const message = `was retracted by other means (${show(reason)}), and the dossier changed it; a retraction is final: copy it into the dossier`
    return { outcome: 'CONFLICT', message }
  }
  if (incoming.retract === null) {
    const message = `was retracted (${show(reason)}), and the dossier no longer retracts it; a retraction is final: restore retract, or record it under another key`
    return { outcome: 'REFUSED', code: 'RETRACTION_UNDONE', message }
  }
  const message = `is retracted (${show(reason)}), and the dossier changed it; a retracted record cannot change: restore what the dossier said`
  return { outcome: 'REFUSED', code: 'RETRACTED_CHANGED', message }
}

function retractionOf(incoming: IncomingRecord, revision: number): PlannedChange[] {
  return incoming.retract === null ? [] : [{ ...changeOf(incoming, 'RETRACTED', revision), note: incoming.retract }]
}

function changeOf(incoming: IncomingRecord, kind: PlannedChange['kind'], revision: number): PlannedChange {
  const { record, key, content } = incoming
  return { record, key, kind, text: content, revision }
}
