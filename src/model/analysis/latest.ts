import { compareCurrent, hasBegunBy, parseEdtf } from '../dates/edtf.ts'
import { type Attribution, type Stance, stanceGroupOf } from '../vocabulary/claim.ts'

/*
 * What is current of a position, a response, a status: the one with the greatest first day, then the greatest last day, then the one that
 * entered last. On a day, only what must have begun by its end counts; without one all of the record does, whatever today's date is.
 */

/** Something that a development says of a time. */
export interface Told {
  readonly edtf: string
  /** Its bounds; null where one is open or unknown. */
  readonly earliest: string | null
  readonly latest: string | null
  /** The development that says it: ids grow in the order of first entry. */
  readonly developmentId: number
  /** Its place in that development. */
  readonly ordinal: number
  /** 1: it is where the history begins, before all else of the same date, whatever entered first. */
  readonly isFirst?: 0 | 1
}

/** Whether it must have begun by the end of that day; without a day, always. */
export function countsOn({ edtf, earliest, latest }: Told, on: string | null): boolean {
  // However a date reads, it begins between its bounds: it is looked at more closely only where the day lies between them too.
  if (on === null || (latest !== null && latest <= on)) return true
  if (earliest === null || earliest > on) return false
  return hasBegunBy(parseEdtf(edtf), on)
}

/** The current one of each group, groups in the order of their first. Of a greater weight, even the oldest displaces all of a lesser. */
export function currentByGroup<Item extends Told, Group>(
  items: Iterable<Item>,
  groupOf: (item: Item) => Group,
  weightOf: (item: Item) => number = () => 0,
): Map<Group, Item> {
  const current = new Map<Group, Weighed<Item>>()
  for (const item of items) {
    const group = groupOf(item)
    const weighed = { item, weight: weightOf(item) }
    const rival = current.get(group)
    if (rival === undefined || compare(weighed, rival) > 0) current.set(group, weighed)
  }
  return new Map([...current].map(([group, { item }]) => [group, item]))
}

/** Weighs a position: what a source only characterises, or an analyst infers, gives way to what a source reports as said. */
export function weightOfAttribution({ attribution }: { readonly attribution: Attribution }): number {
  return attribution === 'QUOTED' || attribution === 'PARAPHRASED' ? 1 : 0
}

/** Whether positions of one holder on one claim fall into more than one group of stances. */
export function haveShifted(positions: readonly { readonly stance: Stance }[]): boolean {
  return new Set(positions.map(({ stance }) => stanceGroupOf(stance))).size > 1
}

interface Weighed<Item> {
  readonly item: Item
  readonly weight: number
}

function compare<Item extends Told>(a: Weighed<Item>, b: Weighed<Item>): number {
  return (
    a.weight - b.weight ||
    compareCurrent(a.item, b.item) ||
    (b.item.isFirst ?? 0) - (a.item.isFirst ?? 0) ||
    a.item.developmentId - b.item.developmentId ||
    a.item.ordinal - b.item.ordinal
  )
}
