import type { Condition, InSet } from './conditions.ts'
import type { Search } from './lists.ts'
import { asSet, sizeUpTo, sourceOf, type Source } from './candidates.ts'

/*
 * A walk that looks conditions up for every entry (a text, an outlet, a grade) is good where most entries pass or few are walked. Where its
 * first entries fill no page, what they let through tells how far the walk may go, and there are two other ways: to gather the rows of one
 * condition and sort them, or to gather each as a set and compare the entries with that. Which one takes least is reckoned from what each
 * step took on a store of a million developments.
 */

export interface WayOn {
  /** What to gather and sort; null: walk on. */
  readonly gathers: Source | null
  /** What to compare with in place of looking a condition up. */
  readonly sets: ReadonlyMap<Condition, InSet>
}

/** Microseconds: to look a condition up for an entry, to gather and sort a row, to add it to a set, to pass an entry by. */
const LOOK_UP = 2.5
const GATHER = 1
/** The same where the row's revision has to be found too. */
const GATHER_MENTION = 5
const ADD = 0.5
const PASS = 0.3

/** The most rows that are gathered. */
const GATHERED_MAX = 50_000

/** What none found is reckoned as: where conditions seldom meet, the walk is long. */
const NONE_FOUND = 0.1

/** How to go on for `limit` more entries where of the first `looked` only `found` passed. */
export function wayOn(
  search: Search,
  conditions: readonly Condition[],
  { found, looked, limit }: { readonly found: number; readonly looked: number; readonly limit: number },
): WayOn {
  const entries = (limit * looked) / Math.max(found, NONE_FOUND)
  const lookedUp = conditions.length * LOOK_UP * entries
  // Of more rows than that even adding them to a set takes longer: they need not be counted further.
  const most = Math.min(GATHERED_MAX, Math.ceil(lookedUp / ADD))
  const sizes = conditions
    .map((condition) => ({ condition, size: sizeUpTo(search, condition, most + 1) }))
    .filter(({ size }) => size <= most)
    .toSorted((a, b) => a.size - b.size)
  const sets = new Map<Condition, InSet>()
  let added = 0
  for (const { condition, size } of sizes) {
    const set = asSet(condition)
    if (set === null) continue
    sets.set(condition, set)
    added += size
  }
  const compared = ADD * added + (PASS + (conditions.length - sets.size) * LOOK_UP) * entries
  const [smallest] = sizes
  const aRow = smallest?.condition.is === 'MENTIONED' ? GATHER_MENTION : GATHER
  const gathered = smallest === undefined ? Infinity : aRow * smallest.size
  if (smallest !== undefined && gathered < Math.min(lookedUp, compared)) {
    return { gathers: sourceOf(smallest.condition, search.conditions), sets: new Map() }
  }
  return { gathers: null, sets: compared < lookedUp ? sets : new Map() }
}
