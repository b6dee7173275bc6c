import { boundsOf, currency, hasBegun } from './date-sql.ts'

/**
 * SQL of whether the current status of a measure, as of `@asOf`, is IN_FORCE: what the model's `currentByGroup` makes of its status
 * history, looked up at the cost of its own few changes. False of what is no measure. With a day (its SQL), only what must have begun by
 * then counts; with null, all of the record. The measure is its development's id and that of the revision that held.
 */
export function isInForce(
  { development, revision }: { readonly development: string; readonly revision: string },
  day: string | null,
): string {
  const begun = day === null ? '' : `where ${hasBegun({ edtf: 'h.edtf', ...boundsOf('h.sort') }, day)}`
  // What never was in force is told at once: putting a history in order costs more.
  const everWas = `(exists (select 1 from revisions o where o.id = ${revision} and o.first_status = 'IN_FORCE')
      or exists (select 1 from status_changes x where x.measure_id = ${development} and x.status = 'IN_FORCE'))`
  return `(${everWas} and 'IN_FORCE' = (select h.status from (
      select o.first_status as status, o.edtf, o.sort, 1 as is_first, o.development_id, 0 as ordinal
      from revisions o where o.id = ${revision} and o.kind = 'MEASURE'
      union all
      select x.status, x.edtf, x.changed_sort, 0, x.development_id, x.ordinal from status_changes x
      where x.measure_id = ${development} and x.revision_id <= @asOf and x.until_seq > @asOf and x.retracted = 0
    ) h ${begun}
    order by ${currency('h.sort')} desc, h.is_first, h.development_id desc, h.ordinal desc limit 1))`
}
