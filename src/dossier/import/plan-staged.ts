import { contentOf, type ContentText, contentText, contentTextOf } from '../../model/records/canonical-record.ts'
import { spaceOf, type Space } from '../../model/records/definitions.ts'
import { withoutRedacted } from '../../model/records/redaction.ts'
import { redactedDevelopments } from '../../store/queries/developments.ts'
import { baselineOf, lastChange, lastImported, lastLoad } from '../../store/queries/changes.ts'
import type { LoggedChange } from '../../store/schema/log.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import type { StagedRecord } from '../../store/sqlite/staging.ts'
import {
  hashOf,
  type IncomingRecord,
  type PlannedRecord,
  planLoad,
  type PlanOptions,
  planRecord,
  type StoredRecord,
} from './plan.ts'

export interface StagedPlanOptions extends PlanOptions {
  /** Loads before a service starts: records that were amended by other means stay as the store has them. */
  readonly isLoad?: boolean
}

/** Plans a staged record, given what the store holds of it. */
export function planStaged(
  record: StagedRecord,
  stored: StoredRecord | undefined,
  { reader, options }: { readonly reader: Reader | undefined; readonly options: StagedPlanOptions },
): PlannedRecord {
  if (reader === undefined || options.isLoad !== true) return planRecord(validRecord(record), stored, options)
  return planLoad(validRecord(record), stored, lastLoad(reader, spaceOf(record.record), record.key))
}

/** Whether an import leaves a valid staged record as the store has it, be it equal or not. */
export function isLeftAsStored(record: StagedRecord, reader: Reader, options: StagedPlanOptions): boolean {
  const stored = readStored(reader, record)
  if (stored === undefined) return false
  const { outcome } = planStaged(record, stored, { reader, options })
  return outcome === 'UNCHANGED' || outcome === 'KEPT'
}

/** The record as the store holds it; undefined if its key is new to the store. */
export function readStored(
  reader: Reader,
  { record, key }: Pick<StagedRecord, 'record' | 'key'>,
): StoredRecord | undefined {
  const space = spaceOf(record)
  const last = lastChange(reader, space, key)
  if (last === undefined) return undefined
  return {
    record: last.record,
    revision: last.revision,
    content: contentTextOf(last),
    // Most records refer to no development, and are planned without reading which are redacted.
    ...(/"(links|status-changes)":/.test(last.content) && { exported: () => exportedOf(last, reader) }),
    retracted: retractionIn(last),
    redacted: last.kind === 'REDACTED' ? (last.note ?? '') : null,
    origin: last.origin,
    baseline: baselineOf(reader, space, key) ?? loggedBaseline(reader, space, key),
  }
}

function exportedOf(change: LoggedChange, reader: Reader): ContentText {
  const redacted = redactedDevelopments(reader)
  return redacted.size === 0 ? contentTextOf(change) : contentText(withoutRedacted(contentOf(change), redacted))
}

/** Throws if the record is not valid. */
export function validRecord(record: StagedRecord): IncomingRecord {
  const { content } = record
  if (content === null) throw new Error(`${record.key} is planned although it is not valid`)
  return { ...record, content }
}

/** What the log says of the last import of a record, where no baseline is kept: the store may have got the change from elsewhere. */
function loggedBaseline(reader: Reader, space: Space, key: string): string | undefined {
  const imported = lastImported(reader, space, key)
  return imported && hashOf({ content: contentTextOf(imported), retract: retractionIn(imported) })
}

function retractionIn({ kind, note }: LoggedChange): string | null {
  return kind === 'RETRACTED' ? (note ?? '') : null
}
