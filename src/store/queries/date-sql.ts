import { UNKNOWN_START } from '../../model/dates/edtf.ts'

/*
 * What the model says of dates, in SQL, where it decides what is on a page. Both bounds of a date stand in its sort key (`sortKeyOf`):
 * `2024-12-25/2025-02-10`, with `~` for an unknown start and 9999-99-99 for an open end.
 */

/** A date: what is the SQL of each. */
export interface DateColumns {
  readonly edtf: string
  readonly earliest: string
  readonly latest: string
}

/** `hasBegunBy` of the model, of a date and a day in SQL; null where it need never have begun. */
export function hasBegun(date: DateColumns, day: string): string {
  const isSpan = `${date.edtf} glob '*/*' or ${date.edtf} glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'`
  return `case when ${isSpan} then coalesce(${date.earliest}, ${date.latest}) else ${date.latest} end <= ${day}`
}

/** The bounds of a date, from its sort key; null where there is none. */
export function boundsOf(sort: string): { readonly earliest: string; readonly latest: string } {
  const isKnown = `${sort} < '${UNKNOWN_START}'`
  return {
    earliest: `case when ${isKnown} then substr(${sort}, 1, 10) end`,
    latest: `nullif(case when ${isKnown} then substr(${sort}, 12, 10) else substr(${sort}, 3, 10) end, '9999-99-99')`,
  }
}

/** A text whose order is `compareCurrent` of the model: the days of a sort key, unknown starts before all known ones. */
export function currency(sort: string): string {
  return `case when ${sort} < '${UNKNOWN_START}' then substr(${sort}, 1, 21) else substr(${sort}, 2, 11) end`
}

/** The last day; greater than every day where there is none. */
export function latestOf(sort: string): string {
  return `case when ${sort} < '${UNKNOWN_START}' then substr(${sort}, 12, 10) else substr(${sort}, 3, 10) end`
}

/** Whether the first day is not after `day`; an unknown start is before every day. */
export function startsBy(sort: string, day: string): string {
  return `(substr(${sort}, 1, 10) <= ${day} or ${sort} >= '${UNKNOWN_START}')`
}
