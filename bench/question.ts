import { ParticipantRole } from '../src/model/vocabulary/development.ts'
import type { Question } from './connection.ts'

/** How many developments the pages hold that are measured. */
export const PAGE = 50

/** The filter as the API takes it. */
export interface Filter {
  readonly participants?: readonly { readonly actors: readonly string[]; readonly roles?: readonly string[] }[]
  readonly [field: string]: unknown
}

const PAGE_QUERY = `query Page($after: String, $filter: DevelopmentFilter) {
  developments(first: ${PAGE}, after: $after, filter: $filter) {
    nodes {
      key kind headline date { edtf } evidentialStatus credibility
      participations { role actor { key name kind } }
      citations { credibility basis locator source { key title reliability language } }
    }
    pageInfo { hasNextPage endCursor }
  }
}`

/** A page with participants and sources. */
export function askPage(after: string | null, filter: Filter | null = null): Question {
  return { query: PAGE_QUERY, variables: { after, filter } }
}

const LIST_QUERY = `query List($after: String, $filter: DevelopmentFilter, $asKnownAt: DateTime) {
  developments(first: ${PAGE}, after: $after, filter: $filter, asKnownAt: $asKnownAt) {
    nodes { key headline } pageInfo { hasNextPage }
  }
}`

/** A page of headlines: little else than what finding it costs. */
export function askList(filter: Filter, after: string | null = null, asKnownAt: string | null = null): Question {
  return { query: LIST_QUERY, variables: { after, filter: madeDistinct(filter), asKnownAt } }
}

const MEASURES_QUERY = `query Measures($filter: DevelopmentFilter, $inForceOn: Date) {
  measures(first: ${PAGE}, filter: $filter, inForceOn: $inForceOn) { nodes { key headline } pageInfo { hasNextPage } }
}`

/** A page of measures that were in force on a day. */
export function askMeasures(inForceOn: string): Question {
  return { query: MEASURES_QUERY, variables: { filter: madeDistinct({}), inForceOn } }
}

const SEARCH_QUERY = `query Search($filter: DevelopmentFilter) {
  developments(first: ${PAGE}, filter: $filter, orderBy: RELEVANCE) {
    edges { snippet { text match } node { key headline } } pageInfo { hasNextPage }
  }
}`

/** A page of what matches best, with what matched. */
export function askSearch(text: string): Question {
  return { query: SEARCH_QUERY, variables: { filter: madeDistinct({ text }) } }
}

/** With one more variable that no operation names, each time of another value, so that no answer is one that was given before. */
export function askAnew(query: string, variables: Question['variables'] = {}): Question {
  return { query, variables: { ...variables, asked: ++made } }
}

let made = 0

/**
 * The filter with one more term that restricts nothing, each time another, so that no answer is one that was given before: a participant
 * that may be anybody, in whatever roles.
 */
export function madeDistinct(filter: Filter): Filter {
  const { values } = ParticipantRole
  const roles: string[] = []
  for (let rest = ++made; rest > 0; rest = Math.floor(rest / values.length)) {
    roles.push(values[rest % values.length] ?? '')
  }
  return { ...filter, participants: [...(filter.participants ?? []), { actors: [], roles }] }
}
