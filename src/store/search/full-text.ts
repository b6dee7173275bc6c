import { DemarcheError } from '../../model/errors.ts'
import { expressionsOf, needlesOf, notSearchable, parseSearch, type SearchTerm } from '../../model/text/search-query.ts'
import { Dimension } from '../projections/postings.ts'
import { participations, postings, revisionWords } from '../schema/developments.ts'
import { actorWords } from '../schema/reference-records.ts'
import type { Reader } from '../sqlite/prepared.ts'
import { aliased, type RevisionRow, type SqlFragment } from './sql.ts'

/*
 * Full text. A term is found in what a revision says, or in a name or alias, as they are now, of an actor that takes part in it. Names have
 * an index of their own, which is asked once for the actors that a term names, so that a new alias rewrites nothing. Whether a given
 * revision contains a term is read from its folded words (`revision_words`, 2 µs); the index says which revisions contain rare terms (0.1
 * µs a match), and is asked for whole words only: a prefix is first looked up among all words, so that no more of the index is read than
 * needed.
 */

/** Revisions with all of the terms in their text, or with the only term in a name of one of their actors. */
export interface Mentioned {
  readonly is: 'MENTIONED'
  /** More than one only if none of them names an actor. */
  readonly terms: readonly MentionedTerm[]
  /** Whether all such revisions are found first, and rows compared with them. */
  readonly asSet?: boolean
}

export interface MentionedTerm extends SearchTerm {
  /** The query of this term to the index of texts; null if no text can contain it. */
  readonly query: string | null
  /** The query of this term to the index of names; null if no actor has such a name. */
  readonly names: string | null
  /** The actors it names; null if they are too many to list. */
  readonly actors: readonly number[] | null
}

/** The most words that a prefix may match. */
export const PREFIXED_MAX = 200

/** The most actors listed for a term; if more, the names of a revision's actors are read instead. */
const LISTED_MAX = 200

/** The longest search by name, in characters. */
export const SEARCH_MAX = 200

/**
 * The conditions of a text filter: one for each term that names an actor, one for all other terms together. Throws `TEXT_NOT_SEARCHABLE`.
 * Looks up each term among all words and all names.
 */
export function mentionedConditions(reader: Reader, text: string): Mentioned[] {
  const { unnamed = [], named = [] } = Object.groupBy(searchTerms(reader, text), ({ names }) =>
    names === null ? 'unnamed' : 'named',
  )
  const conditions = [...named.map((term) => [term]), ...(unnamed.length === 0 ? [] : [unnamed])]
  return conditions.map((terms) => ({ is: 'MENTIONED', terms }))
}

/** The terms of a text, each with the actors it names. Throws `TEXT_NOT_SEARCHABLE`. */
export function searchTerms(reader: Reader, text: string): MentionedTerm[] {
  return parseSearch(text).map((term) => ({ ...term, query: textQuery(reader, term), ...namesOf(reader, term) }))
}

const word = aliased(revisionWords, 'w')
const participation = aliased(participations, 'x')
const actorWord = aliased(actorWords, 'y')
const posting = aliased(postings, 'q')

/** Whether a revision has all of the terms. */
export function isMentioned(condition: Mentioned, { revision }: RevisionRow, name: string): SqlFragment {
  if (condition.asSet === true) {
    const { sql, values } = mentioning(condition, name)
    return { sql: `${revision} in (${sql})`, values }
  }
  const values: Record<string, unknown> = {}
  const found = condition.terms.map((term, at) => {
    const holds = holdsTerm(word.words, term, `${name}n${at}`)
    Object.assign(values, holds.values)
    return holds.sql
  })
  const inText = `exists (select 1 from ${word.from} where ${word.revisionId} = ${revision} and ${found.join(' and ')})`
  const [term] = condition.terms
  if (term === undefined || term.names === null) return { sql: inText, values }
  const named = isNamed(term, participation.actorId, name)
  const inName = `exists (select 1 from ${participation.from} where ${participation.revisionId} = ${revision} and ${named.sql})`
  return { sql: `(${inText} or ${inName})`, values: { ...values, ...named.values } }
}

/** Whether the term names an actor. */
export function isNamed(term: MentionedTerm, actor: string, name: string): SqlFragment {
  if (term.names === null) return { sql: 'false', values: {} }
  if (term.actors === null) {
    const { sql, values } = holdsTerm(actorWord.words, term, `${name}needle`)
    return {
      sql: `exists (select 1 from ${actorWord.from} where ${actorWord.actorId} = ${actor} and ${sql})`,
      values,
    }
  }
  return {
    sql: `${actor} in (select value from json_each(@${name}actors))`,
    values: { [`${name}actors`]: JSON.stringify(term.actors) },
  }
}

/** Whether folded words contain a term or one of its alternatives. */
function holdsTerm(words: string, term: SearchTerm, name: string): SqlFragment {
  const needles = needlesOf(term)
  const holds = needles.map((_, form) => `instr(${words}, @${name}f${form}) > 0`)
  return {
    sql: `(${holds.join(' or ')})`,
    values: Object.fromEntries(needles.map((each, form) => [`${name}f${form}`, each])),
  }
}

/** A SELECT of the revisions, as `id`, that have all of the terms. Some may occur more than once. */
export function mentioning({ terms }: Mentioned, name: string): SqlFragment {
  const queries = terms.map(({ query }) => query)
  const names = terms[0]?.names ?? null
  const arms: string[] = []
  const values: Record<string, unknown> = {}
  if (!queries.includes(null)) {
    arms.push(`select rowid as id from development_text where development_text match @${name}query`)
    values[`${name}query`] = queries.map((query) => `(${query})`).join(' AND ')
  }
  if (names !== null) {
    arms.push(`select ${posting.revisionId} as id from actor_names a cross join ${posting.from}
      on ${posting.dimension} = ${Dimension.ACTOR} and ${posting.target} = a.rowid where a.actor_names match @${name}names`)
    values[`${name}names`] = names
  }
  if (arms.length === 0) arms.push('select null as id where false')
  return { sql: arms.join(' union all '), values }
}

function textQuery(reader: Reader, term: SearchTerm): string | null {
  const queries = [term.words, ...term.alternatives].map((words) => phraseQuery(reader, words, term))
  return queries.filter((query) => query !== null).join(' OR ') || null
}

/** Folded words contain nothing that FTS5's query language knows, and are quoted. */
function phraseQuery(reader: Reader, words: readonly string[], { prefix, typed }: SearchTerm): string | null {
  if (!prefix) return `"${words.join(' ')}"`
  const beginning = words.at(-1) ?? ''
  // No word contains a character greater than that.
  const end = `${beginning}\u{10FFFF}`
  const matched = reader.all<{ term: string }>(TERMS_BETWEEN, { beginning, end, limit: PREFIXED_MAX + 1 })
  if (matched.length > PREFIXED_MAX) {
    throw notSearchable(`"${typed}" begins more than ${PREFIXED_MAX} different words; type more letters of it`)
  }
  const before = words.slice(0, -1)
  return matched.length === 0 ? null : matched.map(({ term }) => `"${[...before, term].join(' ')}"`).join(' OR ')
}

/** The distinct terms from `@beginning` up to `@end`. Jumps from one to the next: its cost does not depend on how often each occurs. */
const TERMS_BETWEEN = `with recursive terms (term) as (
    select (select term from text_terms where term >= @beginning and term < @end limit 1)
    union all
    select (select term from text_terms where term >= t.term || char(1) and term < @end limit 1)
    from terms t where t.term is not null
  ) select term from terms where term is not null limit @limit`

function namesOf(reader: Reader, term: SearchTerm): Pick<MentionedTerm, 'names' | 'actors'> {
  const forms = [term.words, ...term.alternatives]
  const names = forms.map((words) => `"${words.join(' ')}"${term.prefix ? ' *' : ''}`).join(' OR ')
  const found = reader.all<{ id: number }>(
    'select rowid as id from actor_names where actor_names match ? limit ?',
    names,
    LISTED_MAX + 1,
  )
  if (found.length === 0) return { names: null, actors: [] }
  return { names, actors: found.length > LISTED_MAX ? null : found.map(({ id }) => id) }
}

/**
 * The ids of the actors, disputes or places in whose names, aliases and titles every word of the search begins a word. All of them for a
 * blank search, none for one of punctuation. Throws `SEARCH_TOO_LONG`.
 */
export function searchNames(reader: Reader, space: 'actor' | 'dispute' | 'place', search: string): number[] {
  if (search.length > SEARCH_MAX) {
    const message = `search has ${search.length} characters; give at most ${SEARCH_MAX}`
    throw new DemarcheError('SEARCH_TOO_LONG', message)
  }
  const terms = expressionsOf(search).map((words) => {
    const forms = [words.map(({ term }) => term).join(' '), words.map(({ term, second }) => second ?? term).join(' ')]
    return `(${[...new Set(forms)].map((form) => `"${form}"*`).join(' OR ')})`
  })
  const isBlank = search.trim() === ''
  if (terms.length === 0 && !isBlank) return []
  const rows = isBlank
    ? reader.all<{ id: number }>(`select id from ${space}s order by id`)
    : reader.all<{ id: number }>(
        `select rowid as id from ${space}_names where ${space}_names match ? order by rowid`,
        terms.join(' AND '),
      )
  return rows.map(({ id }) => id)
}
