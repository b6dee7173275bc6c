import { UNKNOWN_START } from '../model/edtf.ts'
import type { Condition, Posted } from './filter-conditions.ts'
import {
  countLists,
  entryAfter,
  EVERYTHING,
  listsOf,
  MERGED,
  readLists,
  type Entry,
  type OrderedList,
  type Search,
  type Stretch,
} from './filter-lists.ts'
import { isPosted, readSource, sizeUpTo, sourceOf, type Source } from './filter-sources.ts'
import { wayOn } from './filter-way.ts'
import { Facet } from './postings.ts'
import { classesReaching, daysBefore, SHORT_SPAN } from './span-classes.ts'

/*
 * How a filter's developments are found in chronological order. The lists of one condition are walked in that order from where the page
 * starts, and every other condition is looked up for each entry until the page is full. Which condition: the one whose 256th entry from
 * there lies furthest ahead, for it is the sparsest in the part of the order that is walked; choosing reads 256 entries of each.
 * Where no condition has lists, all developments are walked. Conditions that have none, or too many to merge (outlets, grades, a text,
 * an actor with a hundred affiliated), are looked up; where the first few hundred entries fill no page, `wayOn` says how to go on.
 *
 * What it costs: a page reads as many entries as it takes for the other conditions to let a page through. A value by itself, common or
 * rare, costs the page, whatever the store holds; two common values that rarely meet cost what lies between the meetings. Dates that
 * overlap a range cost what began in it or up to 31 days before it, and of longer dates what span-classes.ts says; dates within a range
 * cost the range. Superseded revisions stand in the lists too and are passed over at the price of an entry each. What is
 * in no list and is more than 50,000 rows (an outlet, all that had been reported by a day) costs the stretch that holds a page of them.
 */

export interface ChronologicalWalk {
  /** Where to start, itself not included; null for the end of the list. */
  readonly from: Pick<Entry, 'sort' | 'developmentId'> | null
  readonly newestFirst: boolean
  /** Against the list's order. */
  readonly backward: boolean
  readonly limit: number
}

/** At most `limit` entries by sort key and then by first entry; unknown starts come last whichever way the list goes. */
export function walkChronology(search: Search, walk: ChronologicalWalk): Entry[] {
  const found: Entry[] = []
  for (const piece of piecesOf(search.conditions, walk)) {
    const stretch = stretchOf(piece, walk)
    const limit = walk.limit - found.length
    if (stretch !== null && limit > 0) found.push(...walkStretch(search, stretch, { limit, longOnly: piece.longOnly }))
  }
  return found
}

/** A part of the chronology within which sort keys follow one another. */
interface Piece {
  readonly known: boolean
  /** The least sort key, and the first beyond. */
  readonly low: string
  readonly high: string
  /** A day: what begins here can last until then only if it is long. */
  readonly longOnly: string | null
}

/** The pieces that can hold anything, in the order of the walk. */
function piecesOf(conditions: readonly Condition[], { newestFirst, backward }: ChronologicalWalk): Piece[] {
  let known = { low: '', high: UNKNOWN_START }
  let unknown = { low: UNKNOWN_START, high: END }
  let overlapping: string | null = null
  for (const condition of conditions) {
    if (condition.is !== 'OVERLAPPING' && condition.is !== 'WITHIN') continue
    const { from, to } = condition
    // A sort key goes on with '/' after the day, which '0' follows.
    if (to !== null) known = { ...known, high: least(known.high, `${to}0`) }
    if (condition.is === 'OVERLAPPING') {
      if (from !== null) overlapping = overlapping === null ? from : greatest(overlapping, from)
      if (from !== null) unknown = { ...unknown, low: greatest(unknown.low, `${UNKNOWN_START}/${from}`) }
    } else {
      if (from !== null) known = { ...known, low: greatest(known.low, from) }
      if (from !== null) unknown = { ...unknown, low: END }
      if (to !== null) unknown = { ...unknown, high: least(unknown.high, `${UNKNOWN_START}/${to}0`) }
    }
  }
  const near = overlapping === null ? '' : (daysBefore(overlapping, SHORT_SPAN) ?? '')
  const before = { known: true, low: known.low, high: least(near, known.high), longOnly: overlapping }
  const chronological = [before, { known: true, low: greatest(known.low, near), high: known.high, longOnly: null }]
  const pieces = [
    ...(newestFirst ? chronological.toReversed() : chronological),
    { known: false, ...unknown, longOnly: null },
  ]
  return (backward ? pieces.toReversed() : pieces).filter(({ low, high }) => low < high)
}

/** Greater than every sort key. */
const END = `${UNKNOWN_START}${UNKNOWN_START}`

/** What is left of a piece from where the walk starts; null where the start has left it behind. */
function stretchOf(piece: Piece, { from, newestFirst, backward }: ChronologicalWalk): Stretch | null {
  const down = newestFirst !== backward
  const stop = down ? piece.low : piece.high
  const end = { down, sort: down ? piece.high : piece.low, developmentId: 0, stop }
  if (from === null) return end
  const fromKnown = from.sort < UNKNOWN_START
  if (fromKnown !== piece.known) return piece.known === backward ? end : null
  const startsInside = down ? from.sort < piece.high : from.sort >= piece.low
  return startsInside ? { ...end, sort: from.sort, developmentId: from.developmentId } : end
}

function least(a: string, b: string): string {
  return a < b ? a : b
}

function greatest(a: string, b: string): string {
  return a > b ? a : b
}

function walkStretch(
  search: Search,
  stretch: Stretch,
  { limit, longOnly }: { limit: number; longOnly: string | null },
): Entry[] {
  const { conditions } = search
  const gathered = fewest(search, ({ is }) => is !== 'MENTIONED')
  if (gathered !== null) return readSource(search, gathered, { stretch, limit })

  const choices = choicesOf(conditions, longOnly)
  const unlisted = conditions.filter((condition) => isPosted(condition) && !isListed(condition))
  const { choice, ends } = choose(search, choices, { stretch, alone: unlisted.length === 0 })
  const whole = { stretch, conditions: choice.conditions, limit }
  if (ends || unlisted.length === 0) return readLists(search, choice.lists, whole)
  const mentions = fewest(search, ({ is }) => is === 'MENTIONED')
  if (mentions !== null) return readSource(search, mentions, { stretch, limit })
  const looked = unlisted.every(({ is }) => is === 'MENTIONED') ? SHORT_LOOK : FIRST_LOOK
  const place = entryAfter(search, choice.lists, { stretch, skip: looked })
  if (place === undefined) return readLists(search, choice.lists, whole)
  const first = readLists(search, choice.lists, { ...whole, stretch: { ...stretch, stop: place.sort } })
  if (first.length === limit) return first
  const way = wayOn(search, unlisted, { found: first.length, looked, limit })
  if (way.gathers !== null) return readSource(search, way.gathers, { stretch, limit })
  whole.conditions = whole.conditions.map((condition) => way.sets.get(condition) ?? condition)
  const many = choice.lists === EVERYTHING ? unlisted.find((condition) => condition.is === 'POSTED') : undefined
  if (many === undefined) return readLists(search, choice.lists, whole)
  return readLists(search, listsOf(many), { stretch, conditions: besides(conditions, many), limit })
}

/** What a condition by itself gathers that leaves few; null where none of these does. */
function fewest(search: Search, among: (condition: Condition) => boolean): Source | null {
  const few = search.conditions.find((condition) => among(condition) && isFew(search, condition))
  return few === undefined ? null : sourceOf(few, search.conditions)
}

/** Whether a condition by itself leaves so few developments that nothing need be compared. */
export function isFew(search: Search, condition: Condition): boolean {
  if (condition.is === 'ENTERED') return Math.min(condition.upTo, search.asOf) - condition.after <= GATHERED
  if (condition.is === 'MENTIONED') return sizeUpTo(search, condition, MENTIONS + 1) <= MENTIONS
  return condition.is === 'ONE_OF'
}

/** A text of no more matches is gathered at once: the full text counts so many in 0.2 ms. */
const MENTIONS = 2_000

/** The most rows that are gathered where there is a list to walk. */
const GATHERED = 5_000

/** How many entries are walked before anything that is in no list is counted. */
const FIRST_LOOK = 1_000

/** The same where that takes no longer than counting, as for a text. */
const SHORT_LOOK = 200

/** Lists that may be walked, and what then has to be looked up. */
interface Choice {
  readonly lists: readonly OrderedList[]
  readonly conditions: readonly Condition[]
}

function choicesOf(conditions: readonly Condition[], longOnly: string | null): Choice[] {
  const choices = conditions
    .filter(isListed)
    .map((condition): Choice => ({ lists: listsOf(condition), conditions: besides(conditions, condition) }))
  if (longOnly === null) return choices
  const lists = classesReaching(longOnly).map(({ spanClass, since }) => ({
    facet: Facet.LONG_SPAN,
    target: spanClass,
    notBefore: since,
  }))
  return [...choices, { lists, conditions }]
}

/** Whether a condition is walked as ordered lists: those of more than one statement merges are gathered as long as they are few. */
function isListed(condition: Condition): condition is Posted {
  return condition.is === 'POSTED' && countLists(condition) <= MERGED
}

function besides(conditions: readonly Condition[], one: Posted): Condition[] {
  // What is bound to a term is looked for within it by the list itself.
  return conditions.filter((condition) => condition !== one)
}

/** The choice that is sparsest along the stretch, and whether it ends within the entries that were looked at. */
function choose(
  search: Search,
  choices: readonly Choice[],
  { stretch, alone }: { stretch: Stretch; alone: boolean },
): { choice: Choice; ends: boolean } {
  const [only] = choices
  if (only === undefined) return { choice: { lists: EVERYTHING, conditions: search.conditions }, ends: false }
  if (choices.length === 1 && alone) return { choice: only, ends: false }
  let best: { choice: Choice; reach: Entry } | null = null
  for (const choice of choices) {
    const reach = entryAfter(search, choice.lists, { stretch, skip: LOOKED_AT })
    if (reach === undefined) return { choice, ends: true }
    if (best === null || liesFurther(reach, best.reach, stretch)) best = { choice, reach }
  }
  return { choice: best?.choice ?? only, ends: false }
}

const LOOKED_AT = 255

function liesFurther(a: Entry, b: Entry, { down }: Stretch): boolean {
  const [near, far] = down ? [a, b] : [b, a]
  return near.sort < far.sort || (near.sort === far.sort && near.developmentId < far.developmentId)
}
