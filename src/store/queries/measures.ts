import { countsOn, currentByGroup } from '../../model/analysis/latest.ts'
import type { MeasureStatus } from '../../model/vocabulary/measure.ts'
import { boundsOf } from './date-sql.ts'
import { type Asked, asking, readShares, type Share } from './batch.ts'
import type { Reader } from '../sqlite/prepared.ts'

export interface StatusChangeRow extends Share {
  readonly measureId: number
  readonly developmentId: number
  readonly ordinal: number
  /** 1: the measure's own first status. */
  readonly isFirst: 0 | 1
  readonly status: MeasureStatus
  readonly edtf: string
  readonly earliest: string | null
  readonly latest: string | null
  readonly dateNote: string | null
  readonly note: string | null
}

/** The status changes that revisions of developments report, as recorded; a measure's own first status is none of them. */
export function readStatusChanges(reader: Reader, asked: readonly Asked[]): StatusChangeRow[] {
  return readShares(reader, STATUS_CHANGES, asked)
}

const CHANGED = boundsOf('x.changed_sort')

const CHANGE_COLUMNS = `x.measure_id as measureId, x.development_id as developmentId, x.ordinal, 0 as isFirst, x.status,
  x.edtf, ${CHANGED.earliest} as earliest, ${CHANGED.latest} as latest, null as dateNote, x.note`

const STATUS_CHANGES = asking(
  CHANGE_COLUMNS,
  'from asked cross join status_changes x on x.revision_id = asked.id order by asked.parent, x.ordinal',
)

/**
 * The statuses of each measure by their dates, oldest first. The first, on the measure's own date, is told by the measure itself, and
 * goes before others of that date.
 */
export function readStatusHistories(reader: Reader, asked: readonly Asked[]): StatusChangeRow[] {
  return readShares(reader, STATUS_HISTORIES, asked)
}

const STATUS_HISTORIES = asking(
  `r.development_id as measureId, r.development_id as developmentId, 0 as ordinal, 1 as isFirst, r.first_status as status,
   r.edtf, r.earliest, r.latest, r.date_note as dateNote, null as note, r.sort as changed`,
  `from asked cross join revisions r on r.development_id = asked.id and r.kind = 'MEASURE'
     and r.id <= asked.as_of and r.until_seq > asked.as_of
   union all
   select asked.parent, asked.as_of, ${CHANGE_COLUMNS}, x.changed_sort
   from asked cross join status_changes x on x.measure_id = asked.id
     and x.revision_id <= asked.as_of and x.until_seq > asked.as_of and x.retracted = 0
   order by parent, changed, isFirst desc, developmentId, ordinal`,
)

/** The current status of each measure that has one. With a day, only what must have begun by then counts. */
export function readCurrentStatuses(reader: Reader, asked: readonly Asked[], on: string | null): StatusChangeRow[] {
  const changes = readStatusHistories(reader, asked).filter((change) => countsOn(change, on))
  return [...currentByGroup(changes, ({ parent }) => parent).values()]
}
