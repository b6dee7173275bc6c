import { DemarcheError } from '../../model/errors.ts'
import { parseSearch, TERMS_MAX } from '../../model/text/search-query.ts'
import { PAGE_SIZE, PAGE_SIZE_MAX, type PageRequest } from '../../store/queries/keyset.ts'
import type { Cost } from './query-cost.ts'

/*
 * The cost of a list of developments follows from its filter. Each condition is looked up for every development that the most selective
 * condition lets through, once per value; with `includeAffiliated`, a value that names an actor stands for all of its affiliates.
 */

/** The cost of a page: as many items as it may hold. */
export function perPage({ first, last }: PageRequest): Cost {
  return { items: Math.min(Math.max(first ?? last ?? PAGE_SIZE, 1), PAGE_SIZE_MAX) }
}

interface ListArguments extends PageRequest {
  readonly filter?: object | null | undefined
  readonly orderBy?: string | null | undefined
  readonly asKnownAt?: number | null | undefined
}

/** The cost of a list of developments. Arguments other than the page and the order are conditions like those of the filter. */
export function perDevelopments(args: ListArguments): Cost {
  const { first, last, after: _after, before: _before, asKnownAt, orderBy, filter, ...others } = args
  const conditions: Conditions = { ...others, ...filter }
  const factor = filterFactor(conditions)
  const found = READ_PAGE * factor + READ_TEXT * termsOf(conditions.text) ** 2
  const field = found + (orderBy === 'RELEVANCE' ? RANK : 0) + (asKnownAt == null ? 0 : READ_PAST)
  return { ...perPage({ first, last }), field, scan: SCAN_LIST * factor }
}

/** The cost of a page of the feed. */
export function perChanges({
  first,
  filter,
}: {
  readonly first: number
  readonly filter?: object | null | undefined
}): Cost {
  return { ...perPage({ first }), field: READ_CHANGES * filterFactor({ ...filter }) }
}

/** The cost of an event of the feed: a follower looks at a few changes, each with every condition of its filter. */
export function perEvent({ filter }: { readonly filter?: object | null | undefined }): Cost {
  return { field: READ_EVENT * filterFactor({ ...filter }) }
}

/** The costs of reading an event, reading a page, scanning a list, ranking its newest matches and reading a page of the log, all without a filter. */
const READ_EVENT = 10
const READ_PAGE = 100
const SCAN_LIST = 500
const RANK = 5_000
/** What a page of a text may add, times the square of its terms: the more common terms there are, the more entries hold some of them but not all. */
const READ_TEXT = 120
/** What a past state may add: a page of it reads all entries if nothing was known then. */
const READ_PAST = 3_500
const READ_CHANGES = 100

/** What one value adds to the cost of its condition, which is 1: an actor with its affiliates, an actor or a key, and any other value. */
const PER_AFFILIATED_ACTOR = 6
const PER_KEY = 0.1
const PER_VALUE = 0.5

/** The costs of conditions that have no list of values, where they exceed 1; `text` costs this much per term. */
const SINGLE: Readonly<Record<string, number>> = { reportedBy: 4, reportedAfter: 4, inForceOn: 4, text: 6 }

const NAMES_ACTORS: ReadonlySet<string> = new Set(
  'actors participants initiators recipients outlets speakers imposedBy targets'.split(' '),
)

/** How many times as much as an unfiltered list a list with these conditions costs. */
function filterFactor(conditions: object): number {
  const affiliated = 'includeAffiliated' in conditions && conditions.includeAffiliated === true
  return Object.entries(conditions).reduce((sum, [name, value]) => sum + conditionCost(name, value, affiliated), 1)
}

function conditionCost(name: string, value: unknown, affiliated: boolean): number {
  if (value == null || value === false) return 0
  const single = SINGLE[name] ?? 1
  if (name === 'text') return single * termsOf(value)
  if (!Array.isArray(value)) return single
  const perActor = affiliated ? PER_AFFILIATED_ACTOR : PER_KEY
  const perValue = NAMES_ACTORS.has(name) ? perActor : name === 'keys' ? PER_KEY : PER_VALUE
  if (name !== 'participants') return value.length === 0 ? 0 : 1 + value.length * perValue
  return value.reduce((sum: number, { actors, roles }: Participant) => {
    return sum + 1 + actors.length * Math.max(roles?.length ?? 0, 1) * perValue
  }, 0)
}

interface Conditions {
  readonly text?: unknown
}

/** The number of terms that the search makes of a text, 0 without one. A text that it refuses costs as much as any. */
function termsOf(text: unknown): number {
  if (typeof text !== 'string') return 0
  try {
    return parseSearch(text).length
  } catch (error) {
    if (error instanceof DemarcheError) return TERMS_MAX
    throw error
  }
}

interface Participant {
  readonly actors: readonly string[]
  readonly roles?: readonly string[] | null | undefined
}
