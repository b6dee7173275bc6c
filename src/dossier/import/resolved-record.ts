import type { AnyRecord } from '../../model/records/definitions.ts'
import { contentOf, lastChange, type Space } from '../../store/log/entries.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import type { Staging } from '../../store/sqlite/staging.ts'

/** What a record says once the dossiers are in: as they have it, else as the store does; undefined where neither has a valid one. */
export function knownContent(
  staging: Staging,
  reader: Reader | undefined,
  space: Space,
  key: string,
): AnyRecord | undefined {
  const staged = staging.find(space, key)
  // Staged contents are valid records.
  if (staged !== undefined) return staged.content === null ? undefined : (JSON.parse(staged.content) as AnyRecord)
  const held = reader === undefined ? undefined : lastChange(reader, space, key)
  return held === undefined ? undefined : contentOf(held)
}
