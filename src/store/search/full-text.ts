import { needleOf, notSearchable, parseSearch, type SearchTerm } from '../../model/text/search-query.ts'
import type { Bound, Candidate } from './sql-fragment.ts'
import { Dimension } from '../projections/postings.ts'
import type { Reader } from '../sqlite/prepared.ts'

/*
 * How a text filter is answered. Each term is found in what a revision says or in the name or an alias, as they are now, of somebody who
 * takes part in it. Names are an index of their own and are asked once for the actors that a term names, so an alias that is added rewrites
 * nothing. Whether a given revision holds a term is read from its folded words (`revision_words`), 2 µs a look; the index is asked which
 * revisions hold rare terms (0.1 µs a match), and only ever for words that there are: a beginning is looked up among all words first, so
 * that no more of the index is read than is meant.
 */

/** Revisions that hold all of the terms: in their text, or where there is one that names somebody, in a name of one of its actors. */
export interface Mentioned {
  readonly is: 'MENTIONED'
  readonly terms: readonly MentionedTerm[]
}

export interface MentionedTerm extends SearchTerm {
  /** The query of it alone to the index of texts; null where no text can hold it. */
  readonly query: string | null
  /** The same to the index of names; null where nobody is called so. */
  readonly names: string | null
  /** Whom it names; null where they are too many to be listed. */
  readonly actors: readonly number[] | null
}

/** The most words that a beginning may begin. */
export const BEGUN_MAX = 200

/**
 * The conditions of a text filter: one for each term that names somebody, one for all of the others. Throws `TEXT_NOT_SEARCHABLE`. Costs a
 * look at each term among the words and the names that there are.
 */
export function mentionedConditions(reader: Reader, text: string): Mentioned[] {
  const terms = searchTerms(reader, text)
  const unnamed = terms.filter(({ names }) => names === null)
  const named = terms.filter(({ names }) => names !== null)
  return [...named.map((term) => [term]), ...(unnamed.length === 0 ? [] : [unnamed])].map((together) => ({
    is: 'MENTIONED',
    terms: together,
  }))
}

/** The terms of a text, each with whom it names. Throws `TEXT_NOT_SEARCHABLE`. */
export function searchTerms(reader: Reader, text: string): MentionedTerm[] {
  return parseSearch(text).map((term) => ({ ...term, query: textQuery(reader, term), ...whoseName(reader, term) }))
}

/** Whether a revision holds all of the terms. */
export function isMentioned({ terms }: Mentioned, { revision }: Candidate, name: string): Bound {
  const values: Record<string, unknown> = {}
  const found = terms.map((term, at) => {
    values[`${name}n${at}`] = needleOf(term)
    return `instr(w.words, @${name}n${at}) > 0`
  })
  const inText = `exists (select 1 from revision_words w where w.revision_id = ${revision} and ${found.join(' and ')})`
  const [term] = terms
  if (term === undefined || term.names === null) return { sql: inText, values }
  const inName = isNamed(term, 'x.actor_id', name)
  return {
    sql: `(${inText} or exists (select 1 from participations x where x.revision_id = ${revision} and ${inName.sql}))`,
    values: { ...values, ...inName.values },
  }
}

/** Whether the term names an actor. */
export function isNamed(term: MentionedTerm, actor: string, name: string): Bound {
  if (term.names === null) return { sql: 'false', values: {} }
  if (term.actors === null) {
    return {
      sql: `exists (select 1 from actor_words y where y.actor_id = ${actor} and instr(y.words, @${name}needle) > 0)`,
      values: { [`${name}needle`]: needleOf(term) },
    }
  }
  return {
    sql: `${actor} in (select value from json_each(@${name}actors))`,
    values: { [`${name}actors`]: JSON.stringify(term.actors) },
  }
}

/** A SELECT of the revisions, as `id`, that hold all of the terms; some may come more than once. */
export function mentioning({ terms }: Mentioned, name: string): Bound {
  const queries = terms.map(({ query }) => query)
  const names = terms[0]?.names ?? null
  const arms: string[] = []
  const values: Record<string, unknown> = {}
  if (!queries.includes(null)) {
    arms.push(`select rowid as id from development_text where development_text match @${name}query`)
    values[`${name}query`] = queries.map((query) => `(${query})`).join(' AND ')
  }
  if (names !== null) {
    arms.push(`select q.revision_id as id from actor_names a cross join postings q
      on q.dimension = ${Dimension.ACTOR} and q.target = a.rowid where a.actor_names match @${name}names`)
    values[`${name}names`] = names
  }
  if (arms.length === 0) arms.push('select null as id where false')
  return { sql: arms.join(' union all '), values }
}

/** Terms hold nothing that the index's own language knows, and stand in quotation marks. */
function textQuery(reader: Reader, { words, prefix, typed }: SearchTerm): string | null {
  if (!prefix) return `"${words.join(' ')}"`
  const beginning = words.at(-1) ?? ''
  // No word contains a character greater than that.
  const end = `${beginning}\u{10FFFF}`
  const begun = reader.all<{ term: string }>(TERMS_BETWEEN, { beginning, end, limit: BEGUN_MAX + 1 })
  if (begun.length > BEGUN_MAX) {
    throw notSearchable(`"${typed}" begins more than ${BEGUN_MAX} different words; give more of its letters`)
  }
  const before = words.slice(0, -1)
  return begun.length === 0 ? null : begun.map(({ term }) => `"${[...before, term].join(' ')}"`).join(' OR ')
}

/** The distinct terms from `@beginning` up to `@end`. Jumps from one to the next: its cost does not depend on how often each occurs. */
const TERMS_BETWEEN = `with recursive terms (term) as (
    select (select term from text_terms where term >= @beginning and term < @end limit 1)
    union all
    select (select term from text_terms where term >= t.term || char(1) and term < @end limit 1)
    from terms t where t.term is not null
  ) select term from terms where term is not null limit @limit`

function whoseName(reader: Reader, { words, prefix }: SearchTerm): Pick<MentionedTerm, 'names' | 'actors'> {
  const names = `"${words.join(' ')}"${prefix ? ' *' : ''}`
  const found = reader.all<{ id: number }>(
    'select rowid as id from actor_names where actor_names match ? limit ?',
    names,
    LISTED_MAX + 1,
  )
  if (found.length === 0) return { names: null, actors: [] }
  return { names, actors: found.length > LISTED_MAX ? null : found.map(({ id }) => id) }
}

/** The most actors that are listed to be compared with; of more, a participant's name is looked at. */
const LISTED_MAX = 200
