import { UnknownKeyError } from '../../model/errors.ts'
import { nearestKeys } from '../../model/records/key.ts'
import { identitiesOf } from '../schema/log.ts'
import type { Space } from '../../model/records/definitions.ts'
import type { Reader } from '../sqlite/prepared.ts'

/**
 * The ids of records by their keys, in the order of the keys, each once. Throws `UnknownKeyError` for the first key that does not exist.
 */
export function idsOfKeys(reader: Reader, space: Space, keys: readonly string[]): number[] {
  const wanted = [...new Set(keys)]
  const rows = reader.all<{ key: string; id: number }>(
    `select t.key, t.id from json_each(@keys) k cross join ${identitiesOf(space)} t on t.key = k.value`,
    { keys: JSON.stringify(wanted) },
  )
  const ids = new Map(rows.map(({ key, id }) => [key, id]))
  return wanted.map((key) => {
    const id = ids.get(key)
    if (id === undefined) throw unknownKey(reader, space, key)
    return id
  })
}

/** The error for a key that does not exist, with the nearest ones of its space. Reads at most a few thousand keys. */
export function unknownKey(reader: Reader, space: Space, key: string): UnknownKeyError {
  return new UnknownKeyError(space, key, nearestKeys(key, similarKeys(reader, space, key)))
}

/** Keys that may have been meant: all of a small space; of a large one those with a common prefix, the longest prefixes first. */
function similarKeys(reader: Reader, space: Space, key: string): Set<string> {
  const found = new Set<string>()
  const shares = [0.9, 0.75, 0.5, 0.25]
  const lengths = new Set([...shares.map((share) => Math.ceil(key.length * share)), 1, 0])
  for (const length of lengths) {
    const prefix = key.slice(0, length)
    // '~' is greater than every character of a key.
    const rows = reader.all<{ key: string }>(
      `select key from ${identitiesOf(space)} where key >= @prefix and key < @end order by key limit @limit`,
      { prefix, end: `${prefix}~`, limit: SIMILAR_MAX },
    )
    for (const row of rows) found.add(row.key)
    if (rows.length === SIMILAR_MAX) break
  }
  // It may have been recorded since.
  found.delete(key)
  return found
}

const SIMILAR_MAX = 1_000
