import { needleOf, notSearchable, parseSearch, type SearchTerm } from '../model/search-query.ts'
import type { Bound, Candidate } from './filter-conditions.ts'
import { Facet } from './postings.ts'
import type { Reader } from './reader.ts'

/*
 * How a text filter is answered. Each term is found in what a revision says or in the name or an alias, as they are now, of somebody who
 * takes part in it. Names are an index of their own and are asked once for the actors that a term names, so an alias that is added rewrites
 * nothing. Whether a given revision holds a term is read from its folded words (`revision_words`), 2 µs a look; the index is asked which
 * revisions hold rare terms (0.1 µs a match), and only ever for words that there are: a beginning is looked up among all words first, so
 * that no more of the index is read than is meant.
 */

/** Revisions that hold all of the terms: in their text, or each of them also in a name of one of its actors. */
export interface Mentioned {
  readonly is: 'MENTIONED'
  readonly terms: readonly MentionedTerm[]
  /** Participants that the one term names; with any, there is one term. */
  readonly actors: readonly number[]
}

export interface MentionedTerm extends SearchTerm {
  /** The query of it alone to the index of texts; null where no text can hold it. */
  readonly query: string | null
}

/** The most words that a beginning may begin. */
export const BEGUN_MAX = 200

/**
 * The conditions of a text filter: one for each term that names somebody, one for all of the others. Throws `TEXT_NOT_SEARCHABLE`. Costs a
 * look at each term among the words and the names that there are.
 */
export function mentionedConditions(reader: Reader, text: string): Mentioned[] {
  const terms = searchTerms(reader, text)
  const unnamed = terms.filter(({ actors }) => actors.length === 0)
  const named = terms.filter(({ actors }) => actors.length > 0)
  const conditions = named.map(({ term, actors }): Mentioned => ({ is: 'MENTIONED', terms: [term], actors }))
  if (unnamed.length === 0) return conditions
  return [...conditions, { is: 'MENTIONED', terms: unnamed.map(({ term }) => term), actors: [] }]
}

/** The terms of a text, each with the actors that it names. Throws `TEXT_NOT_SEARCHABLE`. */
export function searchTerms(reader: Reader, text: string): { term: MentionedTerm; actors: readonly number[] }[] {
  return parseSearch(text).map((term) => ({
    term: { ...term, query: textQuery(reader, term) },
    actors: actorsNamed(reader, term),
  }))
}

/** The query of terms to the index of texts; null where no text can hold them all. */
export function queryOf(terms: readonly MentionedTerm[]): string | null {
  const queries = terms.map(({ query }) => query)
  return queries.includes(null) ? null : queries.map((query) => `(${query})`).join(' AND ')
}

/** Whether a revision holds all of the terms. */
export function isMentioned({ terms, actors }: Mentioned, { revision }: Candidate, name: string): Bound {
  const values: Record<string, unknown> = {}
  const found = terms.map((term, at) => {
    values[`${name}n${at}`] = needleOf(term)
    return `instr(w.words, @${name}n${at}) > 0`
  })
  const inText = `exists (select 1 from revision_words w where w.revision_id = ${revision} and ${found.join(' and ')})`
  if (actors.length === 0) return { sql: inText, values }
  values[`${name}actors`] = JSON.stringify(actors)
  const inName = `exists (select 1 from participations x where x.revision_id = ${revision}
    and x.actor_id in (select value from json_each(@${name}actors)))`
  return { sql: `(${inText} or ${inName})`, values }
}

/** FROM and the beginning of WHERE, with an alias `p`, of the revisions that hold all of the terms. */
export function mentioning({ terms, actors }: Mentioned): Bound & { readonly rows: string } {
  const query = queryOf(terms)
  const arms: string[] = []
  const values: Record<string, unknown> = {}
  if (query !== null) {
    arms.push('select rowid as id from development_text where development_text match @gathered')
    values['gathered'] = query
  }
  if (actors.length > 0) {
    arms.push(`select q.revision_id as id from json_each(@gatheredActors) a
      cross join postings q on q.facet = ${Facet.ACTOR} and q.target = a.value`)
    values['gatheredActors'] = JSON.stringify(actors)
  }
  if (arms.length === 0) arms.push('select null as id where false')
  const found = `(${arms.join(' union all ')}) g`
  return { sql: `${found} cross join revisions p on p.id = g.id where true`, rows: `${found} where true`, values }
}

/** Terms hold nothing that the index's own language knows, and stand in quotation marks. */
function textQuery(reader: Reader, { words, prefix, typed }: SearchTerm): string | null {
  if (!prefix) return `"${words.join(' ')}"`
  const beginning = words.at(-1) ?? ''
  // A word holds no character greater than that.
  const begun = reader.all<{ term: string }>(
    'select term from text_terms where term >= @beginning and term < @end limit @limit',
    { beginning, end: `${beginning}\u{10FFFF}`, limit: BEGUN_MAX + 1 },
  )
  if (begun.length > BEGUN_MAX) {
    throw notSearchable(`"${typed}" begins more than ${BEGUN_MAX} different words; give more of its letters`)
  }
  const before = words.slice(0, -1)
  return begun.length === 0 ? null : begun.map(({ term }) => `"${[...before, term].join(' ')}"`).join(' OR ')
}

function actorsNamed(reader: Reader, { words, prefix }: SearchTerm): number[] {
  const query = `"${words.join(' ')}"${prefix ? ' *' : ''}`
  return reader
    .all<{ id: number }>('select rowid as id from actor_names where actor_names match ?', query)
    .map(({ id }) => id)
}
