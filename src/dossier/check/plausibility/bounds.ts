import { parseEdtf } from '../../../model/dates/edtf.ts'

/** Days, YYYY-MM-DD; null if open or unknown. */
export interface Bounds {
  readonly earliest: string | null
  readonly latest: string | null
}

/** How many years `~`, `?` and `%` widen a date. */
const YEARS_APPROXIMATE = 10

/** The days between which the date certainly is. */
export function boundsOf(edtf: string): Bounds {
  const { earliest, latest, approximate, uncertain } = parseEdtf(edtf)
  if (!approximate && !uncertain) return { earliest, latest }
  return { earliest: addYears(earliest, -YEARS_APPROXIMATE), latest: addYears(latest, YEARS_APPROXIMATE) }
}

function addYears(day: string | null, years: number): string | null {
  if (day === null) return null
  const year = Math.min(Math.max(Number(day.slice(0, 4)) + years, 0), 9999)
  return String(year).padStart(4, '0') + day.slice(4)
}

export function isAfter(day: string | null, other: string | null): boolean {
  return day !== null && other !== null && day > other
}

/** Null unless the first is certainly outside the second. */
export function describeOutside(date: Bounds, period: Bounds): string | null {
  if (isAfter(period.earliest, date.latest)) return 'is before the start'
  return isAfter(date.earliest, period.latest) ? 'is after the end' : null
}

/** Days begin up to 14 hours earlier than in UTC. */
const EASTERNMOST = 14 * 3_600_000

export function isInFuture(day: string | null): boolean {
  return isAfter(day, new Date(Date.now() + EASTERNMOST).toISOString().slice(0, 10))
}
