import { UNKNOWN_START } from '../../model/dates/edtf.ts'
import type { Condition } from './conditions.ts'
import type { Entry, Stretch } from './lists.ts'
import { daysBefore, SHORT_SPAN } from '../projections/duration-buckets.ts'

/*
 * What part of the chronology conditions on dates leave to be walked. Sort keys begin with the first day, or with '~' and the last day where
 * the start is unknown; so a bound of either is a bound of the walk.
 *
 * A status counts on a day when it must have begun by then: never before the first day of its date, and where the start is unknown not
 * before the last. A measure's first status has the measure's own date. So what begins after the day can be in force on it only by another
 * change of its status, which may be dated as its teller likes, and the walk is split at the end of the day.
 */

export interface ChronologicalWalk {
  /** Where to start, itself not included; null for the end of the list. */
  readonly from: Pick<Entry, 'sort' | 'developmentId'> | null
  readonly newestFirst: boolean
  /** Against the list's order. */
  readonly backward: boolean
  readonly limit: number
}

/** A part of the chronology within which sort keys follow one another. */
export interface Piece {
  readonly known: boolean
  /** The least sort key, and the first beyond. */
  readonly low: string
  readonly high: string
  /** A day: what begins here can last until then only if it is long. */
  readonly longOnly: string | null
  /** A day: what is here begins after it, and can be in force on it only by a change of status that is dated before its own beginning. */
  readonly changedOnly: string | null
}

/** The pieces that can hold anything, in the order of the walk. */
export function piecesOf(conditions: readonly Condition[], { newestFirst, backward }: ChronologicalWalk): Piece[] {
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
  const after = { known: true, low: greatest(known.low, near), high: known.high, longOnly: null }
  const undated = { known: false, ...unknown, longOnly: null }
  const inForce = conditions.find((condition) => condition.is === 'IN_FORCE')
  const split = (piece: Omit<Piece, 'changedOnly'>) => splitAt(piece, inForce?.on ?? null)
  const chronological = [before, after].flatMap(split)
  const last = split(undated)
  const pieces = newestFirst ? [...chronological.toReversed(), ...last.toReversed()] : [...chronological, ...last]
  return (backward ? pieces.toReversed() : pieces).filter(({ low, high }) => low < high)
}

/** The piece at the end of a day: what has to have begun by then to be in force, and what need not. */
function splitAt(piece: Omit<Piece, 'changedOnly'>, day: string | null): Piece[] {
  if (day === null) return [{ ...piece, changedOnly: null }]
  const end = piece.known ? `${day}0` : `${UNKNOWN_START}/${day}0`
  return [
    { ...piece, high: least(piece.high, end), changedOnly: null },
    { ...piece, low: greatest(piece.low, end), changedOnly: day },
  ]
}

/** Greater than every sort key. */
const END = `${UNKNOWN_START}${UNKNOWN_START}`

/** What is left of a piece from where the walk starts; null where the start has left it behind. */
export function stretchOf(piece: Piece, { from, newestFirst, backward }: ChronologicalWalk): Stretch | null {
  const down = newestFirst !== backward
  const stop = down ? piece.low : piece.high
  const end = { down, sort: down ? piece.high : piece.low, developmentId: 0, stop }
  if (from === null) return end
  const fromKnown = from.sort < UNKNOWN_START
  if (fromKnown !== piece.known) return piece.known === backward ? end : null
  const startsInside = down ? from.sort < piece.high : from.sort >= piece.low
  return startsInside ? { ...end, sort: from.sort, developmentId: from.developmentId } : end
}

/** What is left of a stretch once it is walked up to, and not through, the sort key of an entry on it; downward the key itself is walked too. */
export function beyond(stretch: Stretch, { sort }: Pick<Entry, 'sort'>): Stretch {
  // Upward, nothing is walked where that key is the one to start within.
  return !stretch.down && sort === stretch.sort ? stretch : { ...stretch, sort, developmentId: 0 }
}

function least(a: string, b: string): string {
  return a < b ? a : b
}

function greatest(a: string, b: string): string {
  return a > b ? a : b
}
