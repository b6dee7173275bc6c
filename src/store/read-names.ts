import { DemarcheError } from '../model/errors.ts'
import { termsOf } from '../model/folding.ts'
import type { Reader } from './reader.ts'

/*
 * The names of actors and places, folded into plain words and kept in memory, one index a store: what was saved since the last look is
 * read again, and nothing else. A search is one pass over it.
 */

/** The longest search, in characters. */
export const SEARCH_MAX = 200

/**
 * Those of whose names or aliases every word searched for begins a word, by id; all of them where no word is searched for. Throws
 * `SEARCH_TOO_LONG`.
 */
export function searchNames(reader: Reader, space: 'actor' | 'place', search: string): number[] {
  if (search.length > SEARCH_MAX) {
    const message = `search has ${search.length} characters; give the beginnings of names, at most ${SEARCH_MAX} characters`
    throw new DemarcheError('SEARCH_TOO_LONG', message)
  }
  const terms = termsOf(search)
  const found: number[] = []
  for (const [id, names] of refresh(reader, space).names) {
    if (names.some((words) => terms.every((term) => words.some((word) => word.startsWith(term))))) found.push(id)
  }
  return found
}

interface NameIndex {
  /** The names of each, every one in folded words. */
  readonly names: Map<number, readonly (readonly string[])[]>
  /** The latest saving that it knows of. */
  changedSeq: number
}

const indexes = new WeakMap<Reader, Map<string, NameIndex>>()

function refresh(reader: Reader, space: 'actor' | 'place'): NameIndex {
  const kept = indexes.get(reader) ?? new Map<string, NameIndex>()
  indexes.set(reader, kept)
  const index = kept.get(space) ?? { names: new Map(), changedSeq: 0 }
  kept.set(space, index)
  for (const { id, changedSeq, names } of reader.all<SavedNames>(SAVED[space], index.changedSeq)) {
    // A json_group_array of texts.
    index.names.set(
      id,
      (JSON.parse(names) as string[]).map((name) => termsOf(name)),
    )
    index.changedSeq = Math.max(index.changedSeq, changedSeq)
  }
  return index
}

interface SavedNames {
  readonly id: number
  readonly changedSeq: number
  readonly names: string
}

const SAVED = {
  actor: `select a.id, a.changed_seq as changedSeq, (select json_group_array(name) from
      (select a.name union all select alias from actor_aliases x where x.actor_id = a.id)) as names
    from actors a where a.changed_seq > ?`,
  place: 'select id, changed_seq as changedSeq, json_array(name) as names from places where changed_seq > ?',
}
