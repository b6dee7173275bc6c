import { boundsOf, currency, hasBegun } from './begun.ts'
import type { Bound, Candidate } from './filter-conditions.ts'

/** It is a measure whose current status is IN_FORCE: on a day, or by the latest of the record where there is none. */
export interface InForce {
  readonly is: 'IN_FORCE'
  readonly on: string | null
}

/**
 * Looked up for each candidate: what the model's `currentByGroup` makes of `readStatusHistories`, as of `@asOf`. Costs the candidate's
 * own changes of status.
 */
export function isInForce({ on }: InForce, { development, revision }: Candidate, name: string): Bound {
  const begun =
    on === null ? '' : `where ${hasBegun({ edtf: 'h.edtf', ...boundsOf('h.sort') }).replaceAll('@on', `@${name}on`)}`
  return {
    sql: `'IN_FORCE' = (select h.status from (
       select o.first_status as status, o.edtf, o.sort, 1 as is_first, o.development_id, 0 as ordinal
       from revisions o where o.id = ${revision} and o.kind = 'MEASURE'
       union all
       select x.status, x.edtf, x.changed_sort, 0, x.development_id, x.ordinal from status_changes x
       where x.measure_id = ${development} and x.revision_id <= @asOf and x.until_seq > @asOf and x.retracted = 0
     ) h ${begun}
     order by ${currency('h.sort')} desc, h.is_first, h.development_id desc, h.ordinal desc limit 1)`,
    values: on === null ? {} : { [`${name}on`]: on },
  }
}
