import { UNKNOWN_START } from '../../model/dates/edtf.ts'
import { daysBefore, SHORT_DURATION } from '../projections/duration-buckets.ts'
import type { Condition } from './conditions.ts'
import type { Entry, KeyRange } from './lists.ts'

/*
 * The parts of the chronology that conditions on dates leave to be scanned. A sort key begins with the first day, or with '~' and the last
 * day if the start is unknown, so a bound of either is a bound of the scan.
 *
 * A status counts on a day if it must have begun by then: never before the first day of its date, or before the last if the start is
 * unknown. A measure's first status has the measure's own date. So a measure that begins after the day can be in force on it only by
 * another change of its status, which may have any date, and the scan is split at the end of the day.
 */

export interface ChronologicalScan {
  /** Where to start, not included; null for the end of the list. */
  readonly from: Pick<Entry, 'sort' | 'developmentId'> | null
  readonly newestFirst: boolean
  /** Against the order of the list. */
  readonly backward: boolean
  readonly limit: number
}

/** A part of the chronology, and what is known of the developments in it. */
export interface Segment {
  readonly range: KeyRange
  /** A day: developments of this segment last until then only if their dates are long. */
  readonly longUntil: string | null
  /**
   * A day: measures of this segment begin after it, and can be in force on it only by a change of status dated before their own beginning.
   */
  readonly changedBy: string | null
}

/** Sort keys from `low` up to `high`, which is not included, all of them with a known start or none. */
interface Keys extends Omit<Segment, 'range'> {
  readonly known: boolean
  readonly low: string
  readonly high: string
}

/** The segments that can hold anything, in the order of the scan. */
export function segmentsOf(conditions: readonly Condition[], scan: ChronologicalScan): Segment[] {
  let known = { low: '', high: UNKNOWN_START }
  let unknown = { low: UNKNOWN_START, high: END }
  let overlapping = ''
  for (const condition of conditions) {
    if (condition.is !== 'OVERLAPPING' && condition.is !== 'WITHIN') continue
    const { from, to } = condition
    if (to !== null) known = { ...known, high: least(known.high, endOf(to)) }
    if (condition.is === 'OVERLAPPING') {
      overlapping = greatest(overlapping, from ?? '')
      if (from !== null) unknown = { ...unknown, low: greatest(unknown.low, `${UNKNOWN_START}/${from}`) }
    } else {
      if (from !== null) known = { ...known, low: greatest(known.low, from) }
      if (from !== null) unknown = { ...unknown, low: END }
      if (to !== null) unknown = { ...unknown, high: least(unknown.high, `${UNKNOWN_START}/${endOf(to)}`) }
    }
  }
  const near = overlapping === '' ? '' : (daysBefore(overlapping, SHORT_DURATION) ?? '')
  const parts = { known: true, longUntil: null, changedBy: null }
  const before = { ...parts, low: known.low, high: least(near, known.high), longUntil: overlapping }
  const after = { ...parts, low: greatest(known.low, near), high: known.high }
  const day = conditions.find((condition) => condition.is === 'IN_FORCE')?.on ?? null
  const dated = [before, after].flatMap((keys) => splitAt(keys, day))
  const undated = splitAt({ ...parts, ...unknown, known: false }, day)
  // Unknown starts come last in both orders.
  const ordered = scan.newestFirst ? [...dated.toReversed(), ...undated.toReversed()] : [...dated, ...undated]
  return (scan.backward ? ordered.toReversed() : ordered)
    .filter(({ low, high }) => low < high)
    .flatMap(({ longUntil, changedBy, ...keys }) => {
      const range = rangeOf(keys, scan)
      return range === null ? [] : [{ range, longUntil, changedBy }]
    })
}

/** Greater than every sort key. */
const END = `${UNKNOWN_START}${UNKNOWN_START}`

/** Greater than every sort key whose first day is this one: '0' follows the '/' that comes after the day. */
function endOf(day: string): string {
  return `${day}0`
}

/** The keys up to the end of a day, and those beyond it. */
function splitAt(keys: Keys, day: string | null): Keys[] {
  if (day === null) return [keys]
  const end = keys.known ? endOf(day) : `${UNKNOWN_START}/${endOf(day)}`
  return [
    { ...keys, high: least(keys.high, end) },
    { ...keys, low: greatest(keys.low, end), changedBy: day },
  ]
}

/** What is left of the keys from where the scan starts; null if it starts beyond them. */
function rangeOf(
  { known, low, high }: Pick<Keys, 'known' | 'low' | 'high'>,
  { from, newestFirst, backward }: ChronologicalScan,
): KeyRange | null {
  const down = newestFirst !== backward
  const whole = { down, sort: down ? high : low, developmentId: 0, stop: down ? low : high }
  if (from === null) return whole
  if (from.sort < UNKNOWN_START !== known) return known === backward ? whole : null
  const startsInside = down ? from.sort < high : from.sort >= low
  return startsInside ? { ...whole, sort: from.sort, developmentId: from.developmentId } : whole
}

/** What is left of a range behind the sort key of an entry on it. That key is not left behind downward, and is upward. */
export function beyond(range: KeyRange, { sort }: Pick<Entry, 'sort'>): KeyRange {
  // Upward, nothing has been scanned if the range starts within that key.
  return !range.down && sort === range.sort ? range : { ...range, sort, developmentId: 0 }
}

function least(a: string, b: string): string {
  return a < b ? a : b
}

function greatest(a: string, b: string): string {
  return a > b ? a : b
}
