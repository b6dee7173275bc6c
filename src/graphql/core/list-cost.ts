import { TERMS_MAX } from '../../model/text/search-query.ts'
import type { PageRequest } from '../../store/queries/keyset.ts'
import { perPage } from './connection.ts'
import type { Weighed } from './query-cost.ts'

/*
 * A list of developments costs what its filter makes it cost: each condition is looked up for whatever the rarest lets through, in as many
 * places as it has values, and one that takes in those affiliated in as many more as may belong to each actor.
 */

interface ListArguments extends PageRequest {
  readonly filter?: object | null | undefined
  readonly orderBy?: string | null | undefined
  /** Costs nothing: every state is read alike. */
  readonly asKnownAt?: number | null | undefined
}

/** The weight of a list of developments, by its page, its filter and what its other arguments ask. */
export function perDevelopments(args: ListArguments): Weighed {
  const { first, last, after: _after, before: _before, asKnownAt: _asKnownAt, orderBy, filter, ...others } = args
  const dear = dearnessOf({ ...others, ...filter })
  const field = READING * dear + (orderBy === 'RELEVANCE' ? RANKING : 0)
  return { ...perPage({ first, last }), field, whole: GOING_THROUGH * dear }
}

/** The weight of a page of the feed. */
export function perChanges({ first, filter }: { readonly first: number; readonly filter?: object | null | undefined }) {
  return { ...perPage({ first }), field: LOOKING * dearnessOf({ ...filter }) }
}

/** How many times as much as nothing a filter costs. */
function dearnessOf(conditions: object): number {
  const affiliated = 'includeAffiliated' in conditions && conditions.includeAffiliated === true
  return Object.entries(conditions).reduce((sum, [name, wanted]) => sum + weightOf(name, wanted, affiliated), 1)
}

/** Of reading a page, going through a list, and ranking its newest, where nothing is filtered. */
const READING = 100
const GOING_THROUGH = 500
const RANKING = 5_000

/** Of looking through as much of the log as a page of the feed does. */
const LOOKING = 100

/** Of a value of a condition, beside the condition itself: of an actor with those affiliated, and of any other. */
const AFFILIATED = 6
const VALUE = 0.1

/** Of conditions that have no values to choose from, where they are more than a comparison. */
const SINGLE: Readonly<Record<string, number>> = { reportedBy: 4, inForceOn: 4 }

/** Of a word of a text. */
const WORD = 4

const NAMING_ACTORS = new Set([
  'actors',
  'participants',
  'initiators',
  'recipients',
  'outlets',
  'speakers',
  'imposedBy',
  'targets',
])

function weightOf(name: string, wanted: unknown, affiliated: boolean): number {
  if (wanted == null || wanted === false) return 0
  if (name === 'text' && typeof wanted === 'string')
    return WORD * Math.min(wanted.trim().split(/\s+/).length, TERMS_MAX)
  if (!Array.isArray(wanted)) return SINGLE[name] ?? 1
  if (name !== 'participants') return wanted.length === 0 ? 0 : 1 + wanted.length * valueOf(name, affiliated)
  return wanted.reduce((sum: number, { actors, roles }: Participant) => {
    const places = Math.max(roles?.length ?? 0, 1)
    return sum + 1 + actors.length * places * valueOf(name, affiliated)
  }, 0)
}

function valueOf(name: string, affiliated: boolean): number {
  return affiliated && NAMING_ACTORS.has(name) ? AFFILIATED : VALUE
}

interface Participant {
  readonly actors: readonly string[]
  readonly roles?: readonly string[] | null | undefined
}
