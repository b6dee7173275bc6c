import type { Operation } from './load/connection.ts'

/** How many developments a measured page holds. */
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

/** A page with participants and sources. The service may respond from its cache. */
export function pageQuery(after: string | null, filter: Filter | null = null): Operation {
  return { query: PAGE_QUERY, variables: { after, filter } }
}

const LIST_QUERY = `query List(
  $after: String, $filter: DevelopmentFilter, $asKnownAt: DateTime, $orderBy: DevelopmentOrder!
) {
  developments(first: ${PAGE}, after: $after, filter: $filter, asKnownAt: $asKnownAt, orderBy: $orderBy) {
    nodes { key headline } pageInfo { hasNextPage }
  }
}`

/** A page of headlines: its cost is that of finding the developments. */
export function listQuery({
  filter = null,
  after = null,
  asKnownAt = null,
  orderBy = 'NEWEST_FIRST',
}: List): Operation {
  return uncached({ query: LIST_QUERY, variables: { after, filter, asKnownAt, orderBy } })
}

export interface List {
  readonly filter?: Filter | null
  readonly after?: string | null
  readonly asKnownAt?: string | null
  readonly orderBy?: 'NEWEST_FIRST' | 'OLDEST_FIRST' | 'RECENTLY_CHANGED'
}

const MEASURES_QUERY = `query Measures($inForceOn: Date) {
  measures(first: ${PAGE}, inForceOn: $inForceOn) { nodes { key headline } pageInfo { hasNextPage } }
}`

/** A page of the measures in force on a day. */
export function measuresQuery(inForceOn: string): Operation {
  return uncached({ query: MEASURES_QUERY, variables: { inForceOn } })
}

const FEED_PAGE_QUERY = `query FeedPage($after: FeedCursor, $filter: FeedFilter) {
  feedPage(first: ${PAGE}, after: $after, filter: $filter) { changes { kind development { key headline } } cursor hasMore }
}`

/** A page of the changes after a cursor. */
export function feedPageQuery(after: string, filter: Filter | null): Operation {
  return uncached({ query: FEED_PAGE_QUERY, variables: { after, filter } })
}

const SEARCH_QUERY = `query Search($filter: DevelopmentFilter) {
  developments(first: ${PAGE}, filter: $filter, orderBy: RELEVANCE) {
    edges { snippet { text match } node { key headline } } pageInfo { hasNextPage }
  }
}`

/** A page of the best matches, with snippets. */
export function searchQuery(text: string): Operation {
  return uncached({ query: SEARCH_QUERY, variables: { filter: { text } } })
}

const VIEW = `subscription View($after: FeedCursor, $filter: FeedFilter) {
  feed(after: $after, filter: $filter) {
    ... on FeedChange {
      kind
      development {
        key kind headline date { edtf } evidentialStatus
        participations { role actor { key name } } citations { credibility source { key title } }
      }
    }
  }
}`

/** The feed as a dashboard shows it. */
export function viewOperation({ after = null, filter = null }: View = {}): Operation {
  return { query: VIEW, variables: { after, filter } }
}

export interface View {
  /** A cursor. */
  readonly after?: string | null
  readonly filter?: Filter | null
}

/**
 * The same operation with a variable that it does not declare. Each call gives the variable another value, so the service cannot respond from
 * its cache.
 */
export function uncached({ query, variables }: Operation): Operation {
  return { query, variables: { ...variables, uncached: ++count } }
}

let count = 0
