import { compareDays, compareMoments, hasBegunBy, instantOf, parseEdtf } from '../dates/edtf.ts'
import { type Attribution, type Stance, stanceGroupOf } from '../vocabulary/claim.ts'

/*
 * The current position, response or status is the one with the latest first day, then the latest last day, then the latest time of day, then
 * the latest entry. As of a day, only what must have begun by the end of that day counts. Without a day the whole record counts; today's
 * date does not matter.
 */

/** Something that a development says of a time. */
export interface Dated {
  readonly edtf: string
  /** The bounds of the date; null if open or unknown. */
  readonly earliest: string | null
  readonly latest: string | null
  /** The development that says it. Ids increase in the order of first entry. */
  readonly developmentId: number
  /** The index in that development. */
  readonly ordinal: number
  /** 1 for the first entry of a history, which precedes everything else of the same days. */
  readonly isFirst?: 0 | 1
}

/** Whether it must have begun by the end of the day; always true without a day. */
export function countsOn({ edtf, earliest, latest }: Dated, on: string | null): boolean {
  // Every date begins between its bounds, so it is parsed only if the day is between them.
  if (on === null || (latest !== null && latest <= on)) return true
  if (earliest === null || earliest > on) return false
  return hasBegunBy(parseEdtf(edtf), on)
}

/** The current item of each group, in the order of the groups’ first items. An item displaces every item of a lower weight. */
export function currentByGroup<Item extends Dated, Group>(
  items: Iterable<Item>,
  groupOf: (item: Item) => Group,
  weightOf: (item: Item) => number = () => 0,
): Map<Group, Item> {
  const current = new Map<Group, Item>()
  for (const item of items) {
    const group = groupOf(item)
    const rival = current.get(group)
    if (rival === undefined || (weightOf(item) - weightOf(rival) || compare(item, rival)) > 0) current.set(group, item)
  }
  return current
}

/** A history in the order in which its items become current. */
export function inOrderOfCurrency<Item extends Dated>(items: readonly Item[]): Item[] {
  return items.toSorted(compare)
}

/** The last item of an ordered history that comes before the given one, which need not be in it. */
export function lastBefore<Item extends Dated>(ordered: readonly Item[], item: Dated): Item | undefined {
  let [low, high] = [0, ordered.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const found = ordered[middle]
    if (found !== undefined && compare(found, item) < 0) low = middle + 1
    else high = middle
  }
  return ordered[low - 1]
}

/** What a source only characterises, or an analyst infers, never displaces what a source reports as said. */
export function weightOfAttribution({ attribution }: { readonly attribution: Attribution }): number {
  return attribution === 'QUOTED' || attribution === 'PARAPHRASED' ? 1 : 0
}

/** Whether positions of one holder on one claim fall into more than one group of stances. */
export function haveShifted(positions: readonly { readonly stance: Stance }[]): boolean {
  return new Set(positions.map(({ stance }) => stanceGroupOf(stance))).size > 1
}

function compare(a: Dated, b: Dated): number {
  return (
    compareDays(a, b) ||
    (b.isFirst ?? 0) - (a.isFirst ?? 0) ||
    compareMoments(instantOf(a), instantOf(b)) ||
    a.developmentId - b.developmentId ||
    a.ordinal - b.ordinal
  )
}
