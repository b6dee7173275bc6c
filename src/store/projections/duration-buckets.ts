/*
 * Long dates, in buckets by their duration. A date that overlaps a day began on it, or up to its own length before. For dates of at most 31
 * days that is a short range of any chronological list. Longer ones are also posted under the dimension LONG_DURATION, in buckets of which
 * each reaches four times as far as the one before: the list of a bucket is read from as far back as its longest date can reach, and no
 * further. Dates without an end have a bucket of their own. Dates with an unknown start are in none, because their sort keys hold their
 * ends.
 */

/** The longest duration, in days, that is in no bucket. */
export const SHORT_DURATION = 31

const FACTOR = 4

/** Enough for ten thousand years. */
const BUCKETS = 9

const NO_END = 0

/** The bucket of a date by its first and last day; null if it is short or its start unknown. */
export function durationBucketOf(earliest: string | null, latest: string | null): number | null {
  if (earliest === null) return null
  if (latest === null) return NO_END
  const days = (Date.parse(latest) - Date.parse(earliest)) / DAY + 1
  if (days <= SHORT_DURATION) return null
  let bucket = 1
  for (let longest = SHORT_DURATION * FACTOR; longest < days && bucket < BUCKETS; longest *= FACTOR) bucket++
  return bucket
}

/** Each bucket, and the first day on which a date of it can begin that lasts until `day`; null for any day. */
export function durationsReaching(day: string): { readonly bucket: number; readonly since: string | null }[] {
  const buckets = Array.from({ length: BUCKETS }, (_, at) => ({
    bucket: at + 1,
    since: daysBefore(day, SHORT_DURATION * FACTOR ** (at + 1)),
  }))
  return [{ bucket: NO_END, since: null }, ...buckets]
}

/** The day so many days before; null before the year 0. */
export function daysBefore(day: string, days: number): string | null {
  const found = Date.parse(day) - days * DAY
  return found < YEAR_0 ? null : new Date(found).toISOString().slice(0, 10)
}

const DAY = 86_400_000
const YEAR_0 = Date.parse('0000-01-01')
