import type { Candidate } from './sql-fragment.ts'
import { FIRST_DAY, holdAll, LAST_DAY, padToPower, type Condition, type Posted } from './conditions.ts'
import { latestOf, startsBy } from '../queries/date-sql.ts'
import type { Reader } from '../sqlite/prepared.ts'

/** One revision of a development, as it is found in a list. */
export interface Entry {
  readonly sort: string
  readonly developmentId: number
  readonly revisionId: number
}

/** What is looked for: a filter as of a seq. */
export interface Search {
  readonly reader: Reader
  readonly conditions: readonly Condition[]
  readonly asOf: number
  readonly includeRetracted: boolean
}

/** A stretch of the chronology: from a place in it, itself not included, in one direction. */
export interface Stretch {
  readonly down: boolean
  readonly sort: string
  readonly developmentId: number
  /** Going down, the least sort key that is meant; going up, the first that is not. */
  readonly stop: string
}

/** Postings of one dimension and target, in chronological order. */
export interface OrderedList {
  readonly dimension: number
  readonly target: number
  /** The days with which an entry's date has to overlap. */
  readonly since?: string | null
  readonly till?: string | null
  /** A day before which none of its entries begins that can be meant. */
  readonly notBefore?: string | null
}

export const POSTING: Candidate = { sort: 'p.sort', development: 'p.development_id', revision: 'p.revision_id' }
export const REVISION: Candidate = { sort: 'p.sort', development: 'p.development_id', revision: 'p.id' }

/** How many lists one statement merges. */
export const MERGED = 32

/** Stands for the one list of all developments. */
export const EVERYTHING: readonly OrderedList[] = []

export function countLists({ dimensions, targets }: Posted): number {
  return dimensions.length * (targets.ids.length + targets.terms.length)
}

/** The lists whose entries, taken together, are what the condition asks for. */
export function listsOf({ dimensions, targets }: Posted): OrderedList[] {
  return dimensions.flatMap((dimension) => [
    ...targets.ids.map((target) => ({ dimension, target })),
    ...targets.terms.map(({ actor, since, till }) => ({ dimension, target: actor, since, till })),
  ])
}

/**
 * At most `limit` entries of the lists along the stretch, merged in order, each once, for which the conditions hold. SQLite merges up to
 * 32 lists lazily, reading of each no more than the page needs.
 */
export function readLists(
  search: Search,
  lists: readonly OrderedList[],
  take: { readonly stretch: Stretch; readonly conditions: readonly Condition[]; readonly limit: number },
): Entry[] {
  if (lists === EVERYTHING) return readEverything(search, { ...take, skip: 0 })
  if (lists.length <= MERGED) return readMerged(search, lists, { ...take, skip: 0 })
  const found = new Map<number, Entry>()
  for (let at = 0; at < lists.length; at += MERGED) {
    const entries = readMerged(search, lists.slice(at, at + MERGED), { ...take, skip: 0 })
    for (const entry of entries) found.set(entry.revisionId, entry)
  }
  return [...found.values()].toSorted(take.stretch.down ? (a, b) => compare(b, a) : compare).slice(0, take.limit)
}

/** The entry of at most 32 lists that comes after so many others along the stretch; undefined where there are no more than these. */
export function entryAfter(
  search: Search,
  lists: readonly OrderedList[],
  { stretch, skip }: { readonly stretch: Stretch; readonly skip: number },
): Entry | undefined {
  const take = { stretch, conditions: [], limit: 1, skip }
  return (lists === EVERYTHING ? readEverything(search, take) : readMerged(search, lists, take))[0]
}

/**
 * At most `limit` entries along the stretch for which all conditions hold, two of which have these lists. SQLite merges the lists by date and
 * development, passing by what is in one only at a fraction of what looking it up in the other takes, and no further than the page needs;
 * the conditions are then looked up in the revision that held.
 */
export function readMeetings(
  search: Search,
  lists: readonly OrderedList[],
  { stretch, limit }: { readonly stretch: Stretch; readonly limit: number },
): Entry[] {
  const all = holdAll(search.conditions, REVISION, 'c')
  const values: Record<string, unknown> = { ...all.values, asOf: search.asOf, limit }
  Object.assign(values, { s: stretch.sort, d: stretch.developmentId, e: stretch.stop })
  // A place of two columns is compared for every entry, which takes as long as merging it.
  const near = stretch.down ? 'q.sort <= @s and q.sort >= @e' : 'q.sort >= @s and q.sort < @e'
  const arms = lists.map(({ dimension, target }, at) => {
    Object.assign(values, { [`f${at}`]: dimension, [`t${at}`]: target })
    return `select q.sort, q.development_id from postings q where q.dimension = @f${at} and q.target = @t${at} and ${near}`
  })
  const way = stretch.down ? 'desc' : 'asc'
  // The inner limit keeps what is asked of a meeting out of the arms.
  return search.reader.all<Entry>(
    `select p.sort, p.development_id as developmentId, p.id as revisionId
     from (${arms.join(' intersect ')} order by 1 ${way}, 2 ${way} limit -1) m
     cross join revisions p on p.development_id = m.development_id and p.sort = m.sort
     where ${along(stretch, '')} ${asOf(search, REVISION)} ${all.sql} limit @limit`,
    values,
  )
}

interface Take {
  readonly stretch: Stretch
  readonly conditions: readonly Condition[]
  readonly limit: number
  readonly skip: number
}

function readEverything(search: Search, { stretch, conditions, limit, skip }: Take): Entry[] {
  const others = holdAll(conditions, REVISION, 'c')
  const way = stretch.down ? 'desc' : 'asc'
  const values = { asOf: search.asOf, limit, skip, s: stretch.sort, d: stretch.developmentId, e: stretch.stop }
  return search.reader.all<Entry>(
    `select p.sort, p.development_id as developmentId, p.id as revisionId from revisions p indexed by revisions_by_sort
     where ${along(stretch, '')} ${asOf(search, REVISION)} ${others.sql}
     order by p.sort ${way}, p.development_id ${way} limit @limit offset @skip`,
    { ...others.values, ...values },
  )
}

function readMerged(
  search: Search,
  lists: readonly OrderedList[],
  { stretch, conditions, limit, skip }: Take,
): Entry[] {
  const inTerm = lists.some(({ since, till }) => since != null || till != null)
  const others = holdAll(conditions, POSTING, 'c')
  const values: Record<string, unknown> = { ...others.values, asOf: search.asOf, limit, skip }
  const arms = padToPower(lists).map((list, at) => {
    const { sort, developmentId, stop } = narrow(stretch, list.notBefore ?? '')
    Object.assign(values, { [`f${at}`]: list.dimension, [`t${at}`]: list.target })
    Object.assign(values, { [`s${at}`]: sort, [`d${at}`]: developmentId, [`e${at}`]: stop })
    const term = inTerm ? `and ${latestOf('p.sort')} >= @a${at} and ${startsBy('p.sort', `@z${at}`)}` : ''
    if (inTerm) Object.assign(values, { [`a${at}`]: list.since ?? FIRST_DAY, [`z${at}`]: list.till ?? LAST_DAY })
    return `select p.sort, p.development_id as developmentId, p.revision_id as revisionId from postings p
      where p.dimension = @f${at} and p.target = @t${at} and ${along(stretch, at)} ${asOf(search, POSTING)} ${term} ${others.sql}`
  })
  const way = stretch.down ? 'desc' : 'asc'
  return search.reader.all<Entry>(
    `${arms.join(' union ')} order by 1 ${way}, 2 ${way}, 3 ${way} limit @limit offset @skip`,
    values,
  )
}

function narrow(stretch: Stretch, notBefore: string): Stretch {
  if (stretch.down) return stretch.stop >= notBefore ? stretch : { ...stretch, stop: notBefore }
  return stretch.sort >= notBefore ? stretch : { ...stretch, sort: notBefore, developmentId: 0 }
}

/** One start and one stop, so that SQLite seeks to the start and nowhere else. */
export function along({ down }: Stretch, at: number | ''): string {
  return down
    ? `(p.sort, p.development_id) < (@s${at}, @d${at}) and p.sort >= @e${at}`
    : `(p.sort, p.development_id) > (@s${at}, @d${at}) and p.sort < @e${at}`
}

/** The condition that picks the revision which held at `@asOf`. */
export function asOf({ includeRetracted }: Search, { revision }: Candidate): string {
  return `and ${revision} <= @asOf and p.until_seq > @asOf${includeRetracted ? '' : ' and p.retracted = 0'}`
}

function compare(a: Entry, b: Entry): number {
  if (a.sort !== b.sort) return a.sort < b.sort ? -1 : 1
  return a.developmentId - b.developmentId || a.revisionId - b.revisionId
}
