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

/** A page with participants and sources. The service answers the same page from its cache. */
export function askPage(after: string | null, filter: Filter | null = null): Question {
  return { query: PAGE_QUERY, variables: { after, filter } }
}

const LIST_QUERY = `query List(
  $after: String, $filter: DevelopmentFilter, $asKnownAt: DateTime, $orderBy: DevelopmentOrder!
) {
  developments(first: ${PAGE}, after: $after, filter: $filter, asKnownAt: $asKnownAt, orderBy: $orderBy) {
    nodes { key headline } pageInfo { hasNextPage }
  }
}`

/** A page of headlines: little else than what finding it costs. */
export function askList({ filter = null, after = null, asKnownAt = null, orderBy = 'NEWEST_FIRST' }: List): Question {
  return uncached({ query: LIST_QUERY, variables: { after, filter, asKnownAt, orderBy } })
}

export interface List {
  readonly filter?: Filter | null
  readonly after?: string | null
  readonly asKnownAt?: string | null
  readonly orderBy?: 'NEWEST_FIRST' | 'OLDEST_FIRST'
}

const MEASURES_QUERY = `query Measures($inForceOn: Date) {
  measures(first: ${PAGE}, inForceOn: $inForceOn) { nodes { key headline } pageInfo { hasNextPage } }
}`

/** A page of measures that were in force on a day. */
export function askMeasures(inForceOn: string): Question {
  return uncached({ query: MEASURES_QUERY, variables: { inForceOn } })
}

const SEARCH_QUERY = `query Search($filter: DevelopmentFilter) {
  developments(first: ${PAGE}, filter: $filter, orderBy: RELEVANCE) {
    edges { snippet { text match } node { key headline } } pageInfo { hasNextPage }
  }
}`

/** A page of what matches best, with what matched. */
export function askSearch(text: string): Question {
  return uncached({ query: SEARCH_QUERY, variables: { filter: { text } } })
}

/**
 * The same question with one more variable that the operation does not declare. Each call gives it another value, so the service cannot
 * answer from its cache.
 */
export function uncached({ query, variables }: Question): Question {
  return { query, variables: { ...variables, asked: ++asked } }
}

let asked = 0
