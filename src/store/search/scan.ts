import type { Condition, Posted } from './conditions.ts'
import {
  countLists,
  entryAfter,
  EVERYTHING,
  listsOf,
  MERGED,
  readLists,
  readMeetings,
  type Entry,
  type OrderedList,
  type Search,
  type Stretch,
} from './lists.ts'
import { beyond, type ChronologicalWalk, type Piece, piecesOf, stretchOf } from './pieces.ts'
import { readSource } from './sorted.ts'
import { asSet, changedBy, isPosted, sizeUpTo, sourceOf } from './candidates.ts'
import { wayOn } from './way.ts'
import { Dimension } from '../projections/postings.ts'
import { classesReaching } from '../projections/duration-buckets.ts'

/*
 * How a filter's developments are found in chronological order. The lists of one condition are walked in that order from where the page
 * starts, and every other condition is looked up for each entry until the page is full. Which condition: the one whose 256th entry from
 * there lies furthest ahead, for it is the sparsest in the part of the order that is walked; choosing reads 256 entries of each.
 * Where no condition has lists, all developments are walked. Conditions that have none, or too many to merge (outlets, grades, a text,
 * an actor with a hundred affiliated), are looked up; where the first few hundred entries fill no page, `wayOn` says how to go on.
 *
 * Where the first entries of the sparsest list seldom pass, and another condition has one list of like density, the two are merged: passing
 * an entry by takes a seventh of looking it up.
 *
 * What it costs: a page reads as many entries as it takes for the other conditions to let a page through. A value by itself, common or
 * rare, costs the page, whatever the store holds; two common values that rarely meet cost what lies between the meetings. Dates that
 * overlap a range cost what began in it or up to 31 days before it, and of longer dates what span-classes.ts says; dates within a range
 * cost the range. What was in force on a day is looked for among what had begun by then; what began after it, where that is more than a
 * thousand, costs all changes of status in the record. Superseded revisions stand in the lists too and are passed over at the
 * price of an entry each. What is in no list and is more than 50,000 rows (an outlet, all that had been reported by a day) costs the
 * stretch that holds a page of them.
 */

/** At most `limit` entries by sort key and then by first entry; unknown starts come last whichever way the list goes. */
export function walkChronology(search: Search, walk: ChronologicalWalk): Entry[] {
  const found: Entry[] = []
  for (const piece of piecesOf(search.conditions, walk)) {
    const stretch = stretchOf(piece, walk)
    const limit = walk.limit - found.length
    if (stretch !== null && limit > 0) found.push(...walkStretch(search, stretch, { ...piece, limit }))
  }
  return found
}

function walkStretch(
  search: Search,
  stretch: Stretch,
  { limit, longOnly, changedOnly }: Pick<Piece, 'longOnly' | 'changedOnly'> & { readonly limit: number },
): Entry[] {
  const { conditions } = search
  const few = conditions.find((condition) => condition.is !== 'MENTIONED' && isFew(search, condition))
  const gathered = few === undefined ? null : sourceOf(few, conditions)
  if (gathered !== null) return readSource(search, gathered, { stretch, limit })

  const choices = choicesOf(conditions, longOnly)
  const unlisted = conditions.filter((condition) => isPosted(condition) && !isListed(condition))
  const { choice, ends, reach } = choose(search, choices, { stretch, alone: unlisted.length === 0 })
  const whole = { stretch, conditions: choice.conditions, limit }
  if (ends) return readLists(search, choice.lists, whole)
  if (changedOnly !== null && entryAfter(search, choice.lists, { stretch, skip: FIRST_LOOK }) !== undefined) {
    return readSource(search, changedBy(changedOnly, conditions), { stretch, limit })
  }
  if (unlisted.length === 0) return walkListed(search, { choice, reach, choices }, { stretch, limit })
  return walkUnlisted(search, { choice, unlisted }, { stretch, limit })
}

/** How much of the chronology is wanted. */
interface Wanted {
  readonly stretch: Stretch
  readonly limit: number
}

/** Walks the lists, looking up what has none; where their first entries fill no page, goes on as `wayOn` says. */
function walkUnlisted(
  search: Search,
  { choice, unlisted }: { readonly choice: Choice; readonly unlisted: readonly Condition[] },
  { stretch, limit }: Wanted,
): Entry[] {
  const { lists, conditions } = choice
  const mention = conditions.find((condition) => condition.is === 'MENTIONED' && isFew(search, condition))
  if (mention !== undefined) return walkMentions(search, { choice, mention }, { stretch, limit })
  const looked = unlisted.every(({ is }) => is === 'MENTIONED') ? SHORT_LOOK : FIRST_LOOK
  const place = entryAfter(search, lists, { stretch, skip: looked })
  if (place === undefined) return readLists(search, lists, { stretch, conditions, limit })
  const first = readLists(search, lists, { conditions, limit, stretch: { ...stretch, stop: place.sort } })
  if (first.length === limit) return first
  const rest = { stretch: beyond(stretch, place), limit: limit - first.length }
  const way = wayOn(search, unlisted, { found: first.length, looked, limit: rest.limit })
  if (way.gathers !== null) return [...first, ...readSource(search, way.gathers, rest)]
  const compared = conditions.map((condition) => way.sets.get(condition) ?? condition)
  const many = lists === EVERYTHING ? unlisted.find((condition) => condition.is === 'POSTED') : undefined
  const onward =
    many === undefined
      ? readLists(search, lists, { ...rest, conditions: compared })
      : readLists(search, listsOf(many), { ...rest, conditions: besides(search.conditions, many) })
  return [...first, ...onward]
}

/** What few mention: gathered, or as a set for the entries of lists that hold few too. */
function walkMentions(
  search: Search,
  { choice: { lists, conditions }, mention }: { readonly choice: Choice; readonly mention: Condition },
  { stretch, limit }: Wanted,
): Entry[] {
  const set = asSet(mention)
  const isShort = lists !== EVERYTHING && entryAfter(search, lists, { stretch, skip: SHORT_LIST }) === undefined
  if (set !== null && isShort) {
    const compared = conditions.map((condition) => (condition === mention ? set : condition))
    return readLists(search, lists, { stretch, conditions: compared, limit })
  }
  const source = sourceOf(mention, search.conditions)
  if (source === null) throw new Error('a text is gathered from nothing')
  return readSource(search, source, { stretch, limit })
}

/** Walks the sparsest lists; where the entries that were looked at fill no page, merges them with another that is not much denser. */
function walkListed(search: Search, { choice, reach, choices }: Chosen, { stretch, limit }: Wanted): Entry[] {
  const whole = { stretch, conditions: choice.conditions, limit }
  const others = choices.filter((other) => other !== choice && isPlain(other))
  if (reach === null || others.length === 0 || !isPlain(choice)) return readLists(search, choice.lists, whole)
  const first = readLists(search, choice.lists, { ...whole, stretch: { ...stretch, stop: reach.sort } })
  if (first.length === limit) return first
  const rest = { stretch: beyond(stretch, reach), limit: limit - first.length }
  const isNotMuchDenser = ({ lists }: Choice): boolean => {
    const place = entryAfter(search, lists, { stretch, skip: LOOKED_AT * DENSER })
    return place === undefined || !liesFurther(reach, place, stretch)
  }
  const other = first.length < limit * SELDOM ? others.find(isNotMuchDenser) : undefined
  if (other === undefined) return [...first, ...readLists(search, choice.lists, { ...whole, ...rest })]
  return [...first, ...readMeetings(search, [...choice.lists, ...other.lists], rest)]
}

/** A choice, of which, and how far its first entries reach, where they were looked at. */
interface Chosen {
  readonly choice: Choice
  readonly choices: readonly Choice[]
  readonly reach: Entry | null
}

/** Whether it is one list of postings, all of which are meant. */
function isPlain({ lists: [list, ...more] }: Choice): boolean {
  return list !== undefined && more.length === 0 && [list.since, list.till, list.notBefore].every((day) => day == null)
}

/** Where the entries that were looked at fill this much of a page, it is walked to its end. */
const SELDOM = 0.25

/** Merging passes an entry of either list by in a seventh of what looking one up takes: it pays for a list up to so many times as dense. */
const DENSER = 5

/** Whether a condition by itself leaves so few developments that nothing need be compared. */
export function isFew(search: Search, condition: Condition): boolean {
  if (condition.is === 'ENTERED') return Math.min(condition.upTo, search.asOf) - condition.after <= GATHERED
  if (condition.is === 'MENTIONED') return sizeUpTo(search, condition, MENTIONS + 1) <= MENTIONS
  return condition.is === 'ONE_OF'
}

/** A text of no more matches is gathered at once: the full text counts so many in 0.2 ms. */
const MENTIONS = 2_000

/** Comparing the entries of a list that ends within so many takes less than finding the revisions of a text. */
const SHORT_LIST = 500

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
    dimension: Dimension.LONG_SPAN,
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

/** The choice that is sparsest along the stretch; whether it ends within the entries that were looked at, or how far these reach. */
function choose(
  search: Search,
  choices: readonly Choice[],
  { stretch, alone }: { stretch: Stretch; alone: boolean },
): { choice: Choice; ends: boolean; reach: Entry | null } {
  const [only = { lists: EVERYTHING, conditions: search.conditions }] = choices
  if (choices.length === 0 || (choices.length === 1 && alone)) return { choice: only, ends: false, reach: null }
  let best: { choice: Choice; reach: Entry } | null = null
  for (const choice of choices) {
    const reach = entryAfter(search, choice.lists, { stretch, skip: LOOKED_AT })
    if (reach === undefined) return { choice, ends: true, reach: null }
    if (best === null || liesFurther(reach, best.reach, stretch)) best = { choice, reach }
  }
  return { choice: best?.choice ?? only, ends: false, reach: best?.reach ?? null }
}

const LOOKED_AT = 255

function liesFurther(a: Entry, b: Entry, { down }: Stretch): boolean {
  const [near, far] = down ? [a, b] : [b, a]
  return near.sort < far.sort || (near.sort === far.sort && near.developmentId < far.developmentId)
}
