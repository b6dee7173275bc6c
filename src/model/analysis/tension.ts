import { daysInMonth } from '../dates/calendar.ts'
import type { TensionBucketSize } from '../vocabulary/service.ts'

/*
 * Scores over time. A scored act is in a bucket if its first and last day are both known and in the bucket. Otherwise it straddles buckets
 * and is counted separately. Nothing is spread over several buckets.
 */

/** A score, and the bounds of its date; null if open or unknown. */
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

/** The days to consider; null is no bound. */
export interface Range {
  readonly from: string | null
  readonly to: string | null
}

export interface Bucket<Item extends Scored> extends Days {
  readonly items: readonly Item[]
  readonly sum: number
  /** The sum of the positive scores. */
  readonly cooperation: number
  /** The sum of the negative scores. */
  readonly conflict: number
}

/** The buckets with items, oldest first, cut to the range. Items outside the range are neither in a bucket nor straddling. */
export function bucketsOf<Item extends Scored>(
  items: Iterable<Item>,
  size: TensionBucketSize,
  range: Range,
): { readonly buckets: Bucket<Item>[]; readonly straddling: Item[] } {
  const found = new Map<string, { readonly days: Days; readonly items: Item[] }>()
  const straddling: Item[] = []
  for (const item of items) {
    const { earliest, latest } = item
    if (range.from !== null && latest !== null && latest < range.from) continue
    if (range.to !== null && earliest !== null && earliest > range.to) continue
    const days = earliest === null ? null : cut(daysOf(earliest, size), range)
    if (days === null || earliest === null || latest === null || earliest < days.from || latest > days.to) {
      straddling.push(item)
      continue
    }
    const bucket = found.get(days.from) ?? { days, items: [] }
    found.set(days.from, bucket)
    bucket.items.push(item)
  }
  const buckets = [...found.values()]
    .toSorted((a, b) => (a.days.from < b.days.from ? -1 : 1))
    .map(({ days, items: held }) => ({ ...days, ...sumsOf(held), items: held }))
  return { buckets, straddling }
}

/** The bucket of a day. Weeks are those of ISO 8601; the first and last weeks of the years 0000 to 9999 are cut. */
function daysOf(day: string, size: TensionBucketSize): Days {
  const year = day.slice(0, 4)
  const month = Number(day.slice(5, 7))
  switch (size) {
    case 'DAY':
      return { from: day, to: day }
    case 'WEEK':
      return weekOf(day)
    case 'MONTH':
      return monthsOf(year, month, month)
    case 'QUARTER': {
      const first = month - ((month - 1) % 3)
      return monthsOf(year, first, first + 2)
    }
    case 'YEAR':
      return monthsOf(year, 1, 12)
  }
}

function monthsOf(year: string, first: number, last: number): Days {
  const twoDigits = (value: number) => String(value).padStart(2, '0')
  return {
    from: `${year}-${twoDigits(first)}-01`,
    to: `${year}-${twoDigits(last)}-${daysInMonth(Number(year), last)}`,
  }
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
