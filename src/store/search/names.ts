import { DemarcheError } from '../../model/errors.ts'
import { expressionsOf } from '../../model/text/search-query.ts'
import type { Reader } from '../sqlite/prepared.ts'

/** The longest search, in characters. */
export const SEARCH_MAX = 200

/**
 * Those in whose names and aliases every word searched for begins a word, by id; all of them for blanks, none where only punctuation is
 * searched for. Throws `SEARCH_TOO_LONG`.
 */
export function searchNames(reader: Reader, space: 'actor' | 'place', search: string): number[] {
  if (search.length > SEARCH_MAX) {
    const message = `search has ${search.length} characters; give the beginnings of names, at most ${SEARCH_MAX} characters`
    throw new DemarcheError('SEARCH_TOO_LONG', message)
  }
  const terms = expressionsOf(search).map((words) => words.map(({ term }) => term).join(' '))
  const isBlank = search.trim() === ''
  if (terms.length === 0 && !isBlank) return []
  const rows = isBlank
    ? reader.all<{ id: number }>(`select id from ${space}s order by id`)
    : reader.all<{ id: number }>(
        `select rowid as id from ${space}_names where ${space}_names match ? order by rowid`,
        // A folded word holds letters and digits alone, so quoting it is enough.
        terms.map((term) => `"${term}"*`).join(' '),
      )
  return rows.map(({ id }) => id)
}
