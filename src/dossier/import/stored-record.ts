import { canonicalJson } from '../../model/records/canonical-json.ts'
import { baselineOf, CONTENT_FORMAT, contentOf, lastChange, type Space } from '../../store/log/entries.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import type { HeldRecord } from './plan.ts'

/** What the store has of a record; undefined where the key is new to it. */
export function heldRecord(reader: Reader, space: Space, key: string): HeldRecord | undefined {
  const last = lastChange(reader, space, key)
  if (last === undefined) return undefined
  return {
    record: last.record,
    revision: last.revision,
    content: last.format === CONTENT_FORMAT ? last.content : canonicalJson(contentOf(last)),
    retracted: last.kind === 'RETRACTED' ? (last.note ?? '') : null,
    origin: last.origin,
    baseline: baselineOf(reader, space, key),
  }
}
