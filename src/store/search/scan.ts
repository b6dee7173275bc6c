import { durationsReaching } from '../projections/duration-buckets.ts'
import { Dimension } from '../projections/postings.ts'
import {
  candidatesOf,
  changedBy,
  COUNTED_MAX,
  everythingBy,
  fetchInSteps,
  fetchPart,
  partByDate,
  partBySeq,
  smallestOf,
  type Candidates,
  type LogOrder,
  type SeqRange,
} from './candidates.ts'
import type { Condition, Posted } from './conditions.ts'
import { beyond, segmentsOf, type ChronologicalScan, type Segment } from './date-ranges.ts'
import {
  entryAfter,
  EVERYTHING,
  listsOf,
  MERGED_MAX,
  readLists,
  type Entry,
  type KeyRange,
  type OrderedList,
  type Search,
} from './lists.ts'
import { FETCH, stepWorkOf, type Steps, workOf } from './steps.ts'

/*
 * How the developments of a filter are found in order, in three rules:
 *
 * 1. If a condition by itself leaves few rows, fetch these and sort them.
 * 2. Otherwise scan the list that is sparsest along the page, and test the other conditions entry by entry. The postings of a condition
 *    are lists in chronological order, and so are those of long dates, if only long dates reach the days asked for. Without any of these,
 *    scan all developments.
 * 3. If 1,000 entries fill no page, fetch and sort the rows of the smallest other condition if that costs less than to scan on, at this
 *    pace or to the end of the list. The matches of a text are not sorted but become a set that the scan tests by.
 *
 * So a page costs as many entries as the other conditions need to let a page through. One value, common or rare, costs the page, in a
 * store of any size; two common values that seldom meet cost what lies between their meetings. Superseded revisions are in the lists
 * too and cost an entry each.
 */

/** The fewest rows that are worth a scan. */
const FEW = 2_000

/** How many entries are scanned before anything else is tried. */
const SCANNED_FIRST = 1_000

/** The most rows that are fetched in the order of the log where the first entries have none of a page. */
const FETCHED_MAX = 200_000

/** At most `limit` entries by sort key, then by first entry; unknown starts come last in both orders. */
export function* scanByDate(search: Search, scan: ChronologicalScan): Steps<Entry[]> {
  const found: Entry[] = []
  for (const segment of segmentsOf(search.conditions, scan)) {
    if (found.length < scan.limit) found.push(...(yield* scanSegment(search, segment, scan.limit - found.length)))
  }
  return found
}

function* scanSegment(search: Search, { range, longUntil, changedBy: day }: Segment, limit: number): Steps<Entry[]> {
  const { conditions } = search
  const choice = sparsestOf(search, range, longUntil)
  const scanned = { range, conditions: choice.others, limit }
  if (choice.others.length === 0) return readLists(search, choice.lists, scanned)
  const firstWork = SCANNED_FIRST * (1 + workOf(choice.others))
  yield firstWork
  const entry = entryAfter(search, choice.lists, { range, offset: SCANNED_FIRST })
  if (entry === undefined) return readLists(search, choice.lists, scanned)

  const few = yield* firstOfFew(search)
  if (few !== null) return yield* fetchInSteps(search, few, partByDate(range, limit), FEW)
  if (day !== null) return fetchPart(search, changedBy(day, conditions), partByDate(range, limit))

  yield firstWork
  const first = readLists(search, choice.lists, { ...scanned, range: { ...range, stop: entry.sort } })
  if (first.length === limit) return first
  const rest = { range: beyond(range, entry), limit: limit - first.length, most: fetchedMax(first.length, limit) }
  return [...first, ...(yield* scanOn(search, choice, rest))]
}

/** Lists to scan, and the conditions that remain to be tested. */
interface Choice {
  /** The condition whose lists they are; absent for lists of long dates or of all developments. */
  readonly scanned?: Condition
  readonly lists: readonly OrderedList[]
  readonly others: readonly Condition[]
}

/** The choice whose 256th entry lies furthest along the range. */
function sparsestOf(search: Search, range: KeyRange, longUntil: string | null): Choice {
  const { conditions } = search
  const choices = conditions.flatMap((condition): Choice[] => {
    const lists = condition.is === 'POSTED' ? listsOf(condition) : []
    // Lists of affiliated actors compare the dates of their terms themselves, so nothing of the condition remains.
    const others = conditions.filter((other) => other !== condition)
    return lists.length === 0 || lists.length > MERGED_MAX ? [] : [{ scanned: condition, lists, others }]
  })
  if (longUntil !== null) choices.push({ lists: longDatesReaching(longUntil), others: conditions })
  const [only = { lists: EVERYTHING, others: conditions }] = choices
  if (choices.length < 2) return only
  const reaches = choices.map((choice) => entryAfter(search, choice.lists, { range, offset: 255 })?.sort ?? range.stop)
  const furthest = reaches.reduce((one, other) => (one < other === range.down ? one : other))
  return choices[reaches.indexOf(furthest)] ?? only
}

function longDatesReaching(day: string): OrderedList[] {
  return durationsReaching(day).map(({ bucket, since }) => ({
    dimension: Dimension.LONG_DURATION,
    target: bucket,
    notBefore: since,
  }))
}

/** The candidates of the first condition that by itself leaves few rows, if one does. */
function* firstOfFew(search: Search): Steps<Candidates | null> {
  for (const condition of search.conditions) {
    if (yield* isFew(search, condition)) return candidatesOf(condition, search.conditions)
  }
  return null
}

/** Counts the rows of a text only, which takes the full-text index 0.2 ms. */
function* isFew(search: Search, condition: Condition): Steps<boolean> {
  if (condition.is === 'ENTERED' || condition.is === 'CHANGED')
    return Math.min(condition.upTo, search.asOf) - condition.after <= FEW
  if (condition.is === 'MENTIONED') return ((yield* smallestOf(search, [condition], FEW))?.size ?? 0) <= FEW
  return condition.is === 'ONE_OF'
}

/** The most rows that cost less to fetch and sort than to scan on costs, if so much of a page was found in the first entries. */
function fetchedMax(found: number, limit: number): number {
  // A row costs half of what it costs to test an entry.
  return Math.min(Math.ceil((2 * SCANNED_FIRST * (limit - found)) / Math.max(found, 1)), COUNTED_MAX)
}

interface Rest {
  readonly range: KeyRange
  readonly limit: number
  /** The most rows to fetch. */
  readonly most: number
}

function* scanOn(search: Search, { scanned, lists, others }: Choice, { range, limit, most }: Rest): Steps<Entry[]> {
  const smallest = yield* smallestOf(search, others, most)
  const small = smallest !== null && smallest.size <= most ? smallest : null
  if (small !== null && small.condition.is !== 'MENTIONED' && !(yield* hasFewer(search, scanned, 2 * small.size))) {
    return yield* fetchInSteps(search, small.candidates, partByDate(range, limit), small.size)
  }
  // A condition of very many lists was no choice before, but its lists are sparser than that of all developments.
  const isMany = (condition: Condition): condition is Posted => lists === EVERYTHING && condition.is === 'POSTED'
  const many = others.find(isMany)
  const conditions = others
    .filter((condition) => condition !== many)
    .map((condition) =>
      condition.is === 'MENTIONED' && condition === small?.condition ? { ...condition, asSet: true } : condition,
    )
  return yield* readInSteps(search, many === undefined ? lists : listsOf(many), { range, conditions, limit })
}

/** Whether the scanned condition has fewer rows than so many, so that the scan ends soon. */
function* hasFewer(search: Search, scanned: Condition | undefined, rows: number): Steps<boolean> {
  return scanned !== undefined && ((yield* smallestOf(search, [scanned], rows))?.size ?? rows) < rows
}

/** Reads lists stretch by stretch until the limit is reached. */
function* readInSteps(
  search: Search,
  lists: readonly OrderedList[],
  { range, conditions, limit }: { range: KeyRange; conditions: readonly Condition[]; limit: number },
): Steps<Entry[]> {
  const work = 1 + workOf(conditions)
  const offset = stretchOf(search, work)
  const found: Entry[] = []
  for (let rest = range; ;) {
    yield offset * work
    const scanned = { range: rest, conditions, limit: limit - found.length }
    const entry = lists.length > MERGED_MAX ? undefined : entryAfter(search, lists, { range: rest, offset })
    if (entry === undefined) return [...found, ...readLists(search, lists, scanned)]
    found.push(...readLists(search, lists, { ...scanned, range: { ...rest, stop: entry.sort } }))
    if (found.length === limit) return found
    rest = beyond(rest, entry)
  }
}

/** How many entries are scanned in one step, if each takes so much work. */
function stretchOf(search: Search, work: number): number {
  return Math.ceil(stepWorkOf(search) / work)
}

export interface LogScan {
  readonly by: LogOrder
  /** The seq to start at, not included; null for the end of the list. */
  readonly from: number | null
  /** From the oldest on, against the order of the list. */
  readonly backward: boolean
  readonly limit: number
}

/**
 * At most `limit` entries in the order of the log, the last first unless scanned backward. The same rules, except that no list is in this
 * order: all developments are scanned, and what conditions on dates leave may be fetched too.
 */
export function* scanByLog(search: Search, { by, from, backward, limit }: LogScan): Steps<Entry[]> {
  const { conditions } = search
  const down = !backward
  const [after, upTo] = seqsOf(search, by)
  const start = down ? Math.min(from ?? Infinity, upTo + 1) : Math.max(from ?? 0, after)
  const range: SeqRange = { by, down, start, stop: down ? after : upTo + 1, limit }
  const few = yield* smallestOf(search, conditions, FEW)
  if (few !== null && few.size <= FEW) {
    return yield* fetchInSteps(search, few.candidates, partBySeq(few.candidates, range), few.size)
  }
  const { found, rest } = yield* readStretch(search, range, SCANNED_FIRST)
  if (rest === null || rest.limit === 0) return found
  return [...found, ...(yield* scanOnByLog(search, rest, found.length))]
}

/** Reads so many developments or revisions along a range. `rest` is what remains of it. */
function* readStretch(search: Search, range: SeqRange, size: number): Steps<{ found: Entry[]; rest: SeqRange | null }> {
  const { by, down, limit } = range
  const everything = everythingBy(by, search.conditions)
  yield size * (FETCH + workOf(search.conditions))
  const reached = seqReached(search, range, size)
  const stretch = reached === undefined ? range : { ...range, stop: reached }
  const found = fetchPart(search, everything, partBySeq(everything, stretch))
  if (reached === undefined) return { found, rest: null }
  return { found, rest: { ...range, start: down ? reached + 1 : reached - 1, limit: limit - found.length } }
}

/** The seqs after which and up to which the entries of a search lie in the order of the log. No development changed before it entered. */
function seqsOf({ conditions, asOf }: Search, by: LogOrder): [after: number, upTo: number] {
  const entered = conditions.filter((condition) => condition.is === 'ENTERED')
  const changed = conditions.filter((condition) => condition.is === 'CHANGED')
  const [begin, end] = by === 'development' ? [entered, [...entered, ...changed]] : [[...entered, ...changed], changed]
  return [Math.max(0, ...begin.map(({ after }) => after)), Math.min(asOf, ...end.map(({ upTo }) => upTo))]
}

/** The seq of the development or revision that follows so many others along the range. */
function seqReached({ reader }: Search, { by, down, start, stop }: SeqRange, offset: number): number | undefined {
  const table = `${by}s not indexed`
  const sql = down
    ? `select id from ${table} where id < ? and id > ? order by id desc limit 1 offset ?`
    : `select id from ${table} where id > ? and id < ? order by id limit 1 offset ?`
  return reader.get<{ id: number }>(sql, start, stop, offset)?.id
}

function* scanOnByLog(search: Search, range: SeqRange, found: number): Steps<Entry[]> {
  const { conditions } = search
  const most = fetchedMax(found, found + range.limit)
  if (conditions.some(({ is }) => is === 'OVERLAPPING' || is === 'WITHIN')) {
    const dated = yield* scanByDate(search, { from: null, newestFirst: true, backward: false, limit: most + 1 })
    if (dated.length <= most) return sortByLog(dated, range)
  }
  // Conditions that never met so far may meet far off only, so the smallest is fetched even if it has many rows.
  const size = found === 0 ? FETCHED_MAX : most
  const smallest = yield* smallestOf(search, conditions, size)
  if (smallest !== null && smallest.size <= size) {
    return yield* fetchInSteps(search, smallest.candidates, partBySeq(smallest.candidates, range), smallest.size)
  }
  const entries: Entry[] = []
  const stretch = stretchOf(search, FETCH + workOf(conditions))
  for (let rest: SeqRange | null = range; rest !== null && rest.limit > 0;) {
    const read: { found: Entry[]; rest: SeqRange | null } = yield* readStretch(search, rest, stretch)
    entries.push(...read.found)
    rest = read.rest
  }
  return entries
}

function sortByLog(entries: readonly Entry[], { by, down, start, stop, limit }: SeqRange): Entry[] {
  const [after, before] = down ? [stop, start] : [start, stop]
  const sorted = entries
    .map((entry) => ({ entry, seq: by === 'development' ? entry.developmentId : entry.revisionId }))
    .filter(({ seq }) => seq > after && seq < before)
    .toSorted((a, b) => a.seq - b.seq)
    .map(({ entry }) => entry)
  return (down ? sorted.toReversed() : sorted).slice(0, limit)
}

/** An entry of a list in the order of an earlier seq, as known now. */
export interface KeptEntry extends Entry {
  /** The seq as of which the list is ordered. */
  readonly orderedAt: number
}

/** Those that pass as of the search, each as known then, in the same order. */
export function* heldNow<Kept extends KeptEntry>(search: Search, entries: readonly Kept[]): Steps<readonly Kept[]> {
  if (entries.every(({ orderedAt }) => orderedAt === search.asOf)) return entries
  const these: Condition = { is: 'ONE_OF', ids: entries.map(({ developmentId }) => developmentId) }
  const passing = yield* scanByDate(
    { ...search, conditions: [these, ...search.conditions] },
    { from: null, newestFirst: true, backward: false, limit: entries.length },
  )
  const now = new Map(passing.map((entry) => [entry.developmentId, entry]))
  return entries.flatMap((entry) => {
    const held = now.get(entry.developmentId)
    return held === undefined ? [] : [{ ...entry, ...held }]
  })
}
