/*
 * Dates that last long, by how long. What overlaps a day began on it, or up to its own length before: of dates of at most 31 days that is
 * a short stretch of any chronological list; longer ones stand under the facet LONG_SPAN in classes, each four times as long as the one
 * before, so that a list of each class is read from as far back as its longest can reach and no further. Dates without an end are a class
 * of their own. Unknown starts are in none: their sort keys follow their ends.
 */

/** The longest date, in days, that is in no class. */
export const SHORT_SPAN = 31

const FACTOR = 4

/** Enough for ten thousand years. */
const CLASSES = 9

const NO_END = 0

/** The class of a date by its first and last day; null where it is short or its start unknown. */
export function spanClassOf(earliest: string | null, latest: string | null): number | null {
  if (earliest === null) return null
  if (latest === null) return NO_END
  const days = (Date.parse(latest) - Date.parse(earliest)) / DAY + 1
  if (days <= SHORT_SPAN) return null
  let spanClass = 1
  for (let longest = SHORT_SPAN * FACTOR; longest < days && spanClass < CLASSES; longest *= FACTOR) spanClass++
  return spanClass
}

/** For each class, the first day on which a date of it can begin that lasts until `day`; null: any. */
export function classesReaching(day: string): { readonly spanClass: number; readonly since: string | null }[] {
  const classes = Array.from({ length: CLASSES }, (_, at) => ({
    spanClass: at + 1,
    since: daysBefore(day, SHORT_SPAN * FACTOR ** (at + 1)),
  }))
  return [{ spanClass: NO_END, since: null }, ...classes]
}

/** The day so many days before; null where that is before the year 0. */
export function daysBefore(day: string, days: number): string | null {
  const found = Date.parse(day) - days * DAY
  return found < YEAR_0 ? null : new Date(found).toISOString().slice(0, 10)
}

const DAY = 86_400_000
const YEAR_0 = Date.parse('0000-01-01')
