import { OPEN_END } from '../../model/dates/edtf.ts'
import { latestOf, startsBy } from '../queries/date-sql.ts'
import type { Reader } from '../sqlite/prepared.ts'
import { FIRST_DAY } from './affiliated.ts'
import { allHold, type Condition, type Posted } from './conditions.ts'
import { padToPower, POSTING, posting, REVISION, revision, type RevisionRow } from './sql.ts'

/** A filter as of a seq. */
export interface Search {
  readonly reader: Reader
  readonly conditions: readonly Condition[]
  readonly asOf: number
  readonly includeRetracted: boolean
  /** The most work of a step that can be divided. Default: {@link STEP_WORK}. */
  readonly stepWork?: number
}

/** A revision that a search found. */
export interface Entry {
  readonly sort: string
  readonly developmentId: number
  readonly revisionId: number
}

/** A part of the chronology, in one direction from a key, which is not included. */
export interface KeyRange {
  readonly down: boolean
  readonly sort: string
  readonly developmentId: number
  /** Downward the least sort key of the range; upward the first beyond it. */
  readonly stop: string
}

/** Postings of one dimension and target, in chronological order. */
export interface OrderedList {
  readonly dimension: number
  readonly target: number
  /** The days that an entry's date has to overlap. */
  readonly since?: string
  readonly till?: string
  /** A day before which no entry that matters begins. */
  readonly notBefore?: string | null
}

/** The most lists that one query merges. */
export const MERGED_MAX = 32

/** Stands for the one list of all developments. */
export const EVERYTHING: readonly OrderedList[] = []

/** The lists whose entries together are what the condition asks for. */
export function listsOf({ dimensions, targets }: Posted): OrderedList[] {
  return dimensions.flatMap((dimension) => [
    ...targets.ids.map((target) => ({ dimension, target })),
    ...targets.terms.map(({ actor, since, till }) => ({ dimension, target: actor, since, till })),
  ])
}

/** What to read of lists: entries for which the conditions hold. */
interface ReadRequest {
  readonly range: KeyRange
  readonly conditions: readonly Condition[]
  readonly limit: number
  readonly offset?: number
}

/**
 * The first entries of the lists along the range, merged in order, each once. SQLite merges up to {@link MERGED_MAX} lists lazily and reads
 * no more of each than is needed.
 */
export function readLists(search: Search, lists: readonly OrderedList[], request: ReadRequest): Entry[] {
  if (lists === EVERYTHING) return readEverything(search, request)
  if (lists.length <= MERGED_MAX) return readMerged(search, lists, request)
  const found = new Map<number, Entry>()
  for (let at = 0; at < lists.length; at += MERGED_MAX) {
    for (const entry of readMerged(search, lists.slice(at, at + MERGED_MAX), request))
      found.set(entry.revisionId, entry)
  }
  const sorted = [...found.values()].toSorted(compare)
  return (request.range.down ? sorted.toReversed() : sorted).slice(0, request.limit)
}

/** The entry that follows so many others along the range; undefined if there is none. At most {@link MERGED_MAX} lists. */
export function entryAfter(
  search: Search,
  lists: readonly OrderedList[],
  { range, offset }: { readonly range: KeyRange; readonly offset: number },
): Entry | undefined {
  return readLists(search, lists, { range, conditions: [], limit: 1, offset })[0]
}

function readEverything(search: Search, { range, conditions, limit, offset = 0 }: ReadRequest): Entry[] {
  const tests = allHold(conditions, REVISION, 'c')
  const direction = range.down ? 'desc' : 'asc'
  const bounds = { s: range.sort, d: range.developmentId, e: range.stop }
  return search.reader.all<Entry>(
    `select ${entryColumns(REVISION)} from ${revision.from} indexed by revisions_by_sort
     where ${along(range)} ${asOf(search, REVISION)} ${tests.sql}
     order by ${revision.sort} ${direction}, ${revision.developmentId} ${direction} limit @limit offset @offset`,
    { ...tests.values, ...bounds, asOf: search.asOf, limit, offset },
  )
}

function readMerged(search: Search, lists: readonly OrderedList[], request: ReadRequest): Entry[] {
  const { range, conditions, limit, offset = 0 } = request
  const inTerm = lists.some(({ since }) => since !== undefined)
  const tests = allHold(conditions, POSTING, 'c')
  const values: Record<string, unknown> = { ...tests.values, asOf: search.asOf, limit, offset }
  const arms = padToPower(lists).map(({ dimension, target, since, till, notBefore }, at) => {
    const { sort, developmentId, stop } = narrow(range, notBefore ?? '')
    Object.assign(values, { [`f${at}`]: dimension, [`t${at}`]: target })
    Object.assign(values, { [`s${at}`]: sort, [`d${at}`]: developmentId, [`e${at}`]: stop })
    const term = inTerm ? `and ${latestOf(posting.sort)} >= @a${at} and ${startsBy(posting.sort, `@z${at}`)}` : ''
    if (inTerm) Object.assign(values, { [`a${at}`]: since ?? FIRST_DAY, [`z${at}`]: till ?? OPEN_END })
    return `select ${entryColumns(POSTING)} from ${posting.from}
      where ${posting.dimension} = @f${at} and ${posting.target} = @t${at} and ${along(range, at)} ${asOf(search, POSTING)} ${term} ${tests.sql}`
  })
  const direction = range.down ? 'desc' : 'asc'
  return search.reader.all<Entry>(
    `${arms.join(' union ')} order by 1 ${direction}, 2 ${direction}, 3 ${direction} limit @limit offset @offset`,
    values,
  )
}

function narrow(range: KeyRange, notBefore: string): KeyRange {
  if (range.down) return range.stop >= notBefore ? range : { ...range, stop: notBefore }
  return range.sort >= notBefore ? range : { ...range, sort: notBefore, developmentId: 0 }
}

/** The columns of an {@link Entry}. */
export function entryColumns(row: RevisionRow): string {
  return `${row.sort}, ${row.development} as developmentId, ${row.revision} as revisionId`
}

/** The condition of a range: one start and one stop, so that SQLite seeks to the start and nowhere else. */
export function along({ down }: KeyRange, at: number | '' = ''): string {
  const key = `(${posting.sort}, ${posting.developmentId})`
  return down
    ? `${key} < (@s${at}, @d${at}) and ${posting.sort} >= @e${at}`
    : `${key} > (@s${at}, @d${at}) and ${posting.sort} < @e${at}`
}

/** The condition that selects the revision which held at `@asOf`. The plus sign keeps SQLite from using it as the range of an index. */
export function asOf({ includeRetracted }: Search, row: RevisionRow): string {
  const held = `and +${row.revision} <= @asOf and ${posting.untilSeq} > @asOf`
  return includeRetracted ? held : `${held} and ${posting.retracted} = 0`
}

function compare(a: Entry, b: Entry): number {
  if (a.sort !== b.sort) return a.sort < b.sort ? -1 : 1
  return a.developmentId - b.developmentId || a.revisionId - b.revisionId
}
