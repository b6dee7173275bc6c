import { daysInMonth } from '../dates/calendar.ts'
import type { TensionBucketSize } from '../vocabulary/service.ts'

/*
 * Scores over time. A scored act falls into a bucket where its first and its last day are both known and lie in it; what may as well have
 * been in the next one straddles, and is counted beside. Nothing is spread over buckets.
 */

/** A score, and the bounds of the date on which it was earned; null where one is open or unknown. */
export interface Scored {
  readonly earliest: string | null
  readonly latest: string | null
  readonly score: number
}

/** Days YYYY-MM-DD, both included. */
interface Days {
  readonly from: string
  readonly to: string
}

/** Days within which to look; null is no bound. */
export interface Range {
  readonly from: string | null
  readonly to: string | null
}

/** What fell into the same days. */
export interface Bucket<Item extends Scored> extends Days {
  readonly items: readonly Item[]
  readonly sum: number
  /** The sum of the scores above 0. */
  readonly cooperation: number
  /** The sum of the scores below 0. */
  readonly conflict: number
}

/**
 * The buckets that hold anything, oldest first; the first and the last are cut where the range ends. What shares no day with the range
 * is in none, and straddles none.
 */
export function bucketsOf<Item extends Scored>(
  items: Iterable<Item>,
  size: TensionBucketSize,
  range: Range,
): { readonly buckets: Bucket<Item>[]; readonly straddling: Item[] } {
  const found = new Map<string, Item[]>()
  const straddling: Item[] = []
  for (const item of items) {
    const { earliest, latest } = item
    if (range.from !== null && latest !== null && latest < range.from) continue
    if (range.to !== null && earliest !== null && earliest > range.to) continue
    const days = earliest === null || latest === null ? null : cut(bucketOf(earliest, size), range)
    if (days === null || earliest === null || latest === null || earliest < days.from || latest > days.to) {
      straddling.push(item)
      continue
    }
    const bucket = found.get(days.from)
    if (bucket === undefined) found.set(days.from, [item])
    else bucket.push(item)
  }
  const buckets = [...found.entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([from, held]) => ({ ...cut(bucketOf(from, size), range), ...sumsOf(held), items: held }))
  return { buckets, straddling }
}

/** The bucket that the day lies in. Weeks are those of ISO 8601, from Monday; the first and last of the calendar's years are cut. */
function bucketOf(day: string, size: TensionBucketSize): Days {
  const year = day.slice(0, 4)
  switch (size) {
    case 'DAY':
      return { from: day, to: day }
    case 'WEEK':
      return weekOf(day)
    case 'MONTH':
      return months(year, Number(day.slice(5, 7)), 1)
    case 'QUARTER':
      return months(year, Math.floor((Number(day.slice(5, 7)) - 1) / 3) * 3 + 1, 3)
    case 'YEAR':
      return { from: `${year}-01-01`, to: `${year}-12-31` }
    default:
      return size satisfies never
  }
}

function months(year: string, first: number, count: number): Days {
  const last = first + count - 1
  return {
    from: `${year}-${twoDigits(first)}-01`,
    to: `${year}-${twoDigits(last)}-${twoDigits(daysInMonth(Number(year), last))}`,
  }
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}

function weekOf(day: string): Days {
  const instant = Date.parse(day)
  const monday = instant - ((new Date(instant).getUTCDay() + 6) % 7) * DAY
  const dayAt = (at: number) => new Date(Math.min(Math.max(at, FIRST), LAST)).toISOString().slice(0, 10)
  return { from: dayAt(monday), to: dayAt(monday + 6 * DAY) }
}

const DAY = 86_400_000
const FIRST = Date.parse('0000-01-01')
const LAST = Date.parse('9999-12-31')

function cut(days: Days, { from, to }: Range): Days {
  return {
    from: from !== null && from > days.from ? from : days.from,
    to: to !== null && to < days.to ? to : days.to,
  }
}

function sumsOf(items: readonly Scored[]): Pick<Bucket<Scored>, 'sum' | 'cooperation' | 'conflict'> {
  let [cooperation, conflict] = [0, 0]
  for (const { score } of items) {
    if (score > 0) cooperation += score
    else conflict += score
  }
  return { sum: cooperation + conflict, cooperation, conflict }
}
