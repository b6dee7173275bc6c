import { isDevelopmentKind, type AnyRecord, type RecordKind } from '../../model/records/definitions.ts'
import type { Reader } from '../sqlite/prepared.ts'
import { OPEN } from '../schema/developments.ts'
import type { changes, Space } from '../schema/log.ts'

export type { Space } from '../schema/log.ts'

/** In the order of their foreign keys. */
export const SPACES: readonly Space[] = ['actor', 'place', 'source', 'dispute', 'claim', 'demand', 'development']

export function spaceOf(record: RecordKind): Space {
  return isDevelopmentKind(record) ? 'development' : record
}

/** A row of the log. */
export type LoggedChange = Readonly<typeof changes.$inferSelect>

/** The format of the contents that this version writes. */
export const CONTENT_FORMAT = 1

/** The record of a change, in the terms of this version. */
export function contentOf(change: Pick<LoggedChange, 'content' | 'format' | 'seq'>): AnyRecord {
  if (change.format !== CONTENT_FORMAT) throw new Error(`change ${change.seq} has the unknown format ${change.format}`)
  return JSON.parse(change.content) as AnyRecord // validated before it was appended
}

/** The last change of a record, up to a seq if one is given; undefined for a new key. */
export function lastChange(reader: Reader, space: Space, key: string, upTo = OPEN): LoggedChange | undefined {
  return reader.get(
    'select * from changes where space = ? and key = ? and seq <= ? order by revision desc limit 1',
    space,
    key,
    upTo,
  )
}

/** Those of the keys that are in the log. */
export function existingKeys(reader: Reader, space: Space, keys: readonly string[]): ReadonlySet<string> {
  return new Set(reader.all<{ key: string }>(EXISTING_KEYS, space, JSON.stringify(keys)).map(({ key }) => key))
}

export const EXISTING_KEYS =
  'select key from changes where space = ? and key in (select value from json_each(?)) and revision = 1'

/** The hash of a record as it was last imported; undefined if it never was. */
export function baselineOf(reader: Reader, space: Space, key: string): string | undefined {
  return reader.get<{ hash: string }>('select hash from baselines where space = ? and key = ?', space, key)?.hash
}

/** The keys of a space, each once, in no particular order. */
export function* keysOf(reader: Reader, space: Space): IterableIterator<string> {
  const rows = reader.iterate<{ key: string }>('select key from changes where space = ? and revision = 1', space)
  for (const { key } of rows) yield key
}

/** The last change up to a seq of every record of a space, in order of first entry. */
export function* latestContents(reader: Reader, space: Space, upTo: number): IterableIterator<LoggedChange> {
  yield* reader.iterate<LoggedChange>(
    `select last.* from ${identitiesOf(space)} record
     join changes last on last.space = @space and last.key = record.key and last.revision =
       (select max(revision) from changes where space = @space and key = record.key and seq <= @upTo)
     where record.id <= @upTo order by record.id`,
    { space, upTo },
  )
}

/** The table whose `id` is the seq at which a record of the space entered. */
export function identitiesOf(space: Space): string {
  return `${space}s`
}
