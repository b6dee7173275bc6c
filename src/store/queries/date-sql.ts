import { OPEN_END, UNKNOWN_START } from '../../model/dates/edtf.ts'

/*
 * The model's rules on dates as SQL, for conditions that decide what is on a page. A sort key (`sortKeyOf`) holds both bounds of a date:
 * `2024-12-25/2025-02-10`, with `~` for an unknown start and 9999-99-99 for an open end.
 */

/** The columns of a date, as SQL. */
interface DateColumns {
  readonly edtf: string
  readonly earliest: string
  readonly latest: string
}

/** `hasBegunBy` of the model; null where the date may never begin. */
export function hasBegun(date: DateColumns, day: string): string {
  const isSpan = `${date.edtf} glob '*/*' or ${date.edtf} glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'`
  return `case when ${isSpan} then coalesce(${date.earliest}, ${date.latest}) else ${date.latest} end <= ${day}`
}

/** The bounds of a date, from its sort key; null where a bound is open or unknown. */
export function boundsOf(sort: string): { readonly earliest: string; readonly latest: string } {
  return {
    earliest: `case when ${sort} < '${UNKNOWN_START}' then substr(${sort}, 1, 10) end`,
    latest: `nullif(${latestOf(sort)}, '${OPEN_END}')`,
  }
}

/** A text with the order of `compareCurrent` of the model: a sort key, but unknown starts before all known ones. */
export function currency(sort: string): string {
  return `case when ${sort} < '${UNKNOWN_START}' then ${sort} else substr(${sort}, 2) end`
}

/** The last day; greater than every day where the end is open. */
export function latestOf(sort: string): string {
  return `case when ${sort} < '${UNKNOWN_START}' then substr(${sort}, 12, 10) else substr(${sort}, 3, 10) end`
}

/** Whether the date may have begun by the day; an unknown start is before every day. */
export function startsBy(sort: string, day: string): string {
  return `(substr(${sort}, 1, 10) <= ${day} or ${sort} >= '${UNKNOWN_START}')`
}

/**
 * Whether the current status of a measure as of `@asOf` is IN_FORCE: the same as `currentByGroup` of the model finds in its status history,
 * at the cost of that measure's few status changes. False for other developments. With a day (as SQL), only what must have begun by then
 * counts; with null, the whole record. Give the ids of the development and of its revision at that seq.
 */
export function isInForce(
  { development, revision }: { readonly development: string; readonly revision: string },
  day: string | null,
): string {
  const begun = day === null ? '' : `where ${hasBegun({ edtf: 'h.edtf', ...boundsOf('h.sort') }, day)}`
  // Most measures never were in force, and finding that out costs less than putting a history in order.
  const everWas = `(exists (select 1 from revisions o where o.id = ${revision} and o.first_status = 'IN_FORCE')
      or exists (select 1 from status_changes x where x.measure_id = ${development} and x.status = 'IN_FORCE'))`
  return `(${everWas} and 'IN_FORCE' = (select h.status from (
      select o.first_status as status, o.edtf, o.sort, 1 as is_first, o.development_id, 0 as ordinal
      from revisions o where o.id = ${revision} and o.kind = 'MEASURE'
      union all
      select x.status, x.edtf, x.changed_sort, 0, x.development_id, x.ordinal from status_changes x
      where x.measure_id = ${development} and x.revision_id <= @asOf and x.until_seq > @asOf and x.retracted = 0
    ) h ${begun}
    order by substr(${currency('h.sort')}, 1, 21) desc, h.is_first, h.sort desc, h.development_id desc, h.ordinal desc limit 1))`
}
