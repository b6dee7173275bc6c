import { countsOn, currentByGroup } from '../../model/analysis/latest.ts'
import type { MeasureStatus } from '../../model/vocabulary/measure.ts'
import {
  assessmentActors,
  assessments,
  citations,
  demandsMade,
  developments,
  OPEN,
  revisions,
  statusChanges,
} from '../schema/developments.ts'
import { demands, sources } from '../schema/reference-records.ts'
import { eq, type SQL, sql } from '../schema/drizzle.ts'
import type { Reader } from '../sqlite/prepared.ts'
import { BATCH, batch, type BatchKey, batchRead, openAt, related, type RowsOf, selectBatch, standing } from './batch.ts'
import { boundsOf } from './date-sql.ts'
import { DEVELOPMENT } from './developments.ts'
import { ACTOR, DEMAND, referred } from './reference-records.ts'
import { literal, nameOf, pick, select, unionAll } from './select.ts'

/* What developments mean for demands and measures. */

/** The statements that make each demand, oldest first. */
export const readStatementsMaking = related(DEVELOPMENT, {
  of: demandsMade.demandId,
  where: standing(demandsMade),
  join: [
    [developments.id, demandsMade.developmentId],
    [revisions.id, demandsMade.revisionId],
  ],
  order: [demandsMade.sort, demandsMade.developmentId],
})

/** The statements that make a demand now, by the key of each, with the first day of its date. */
export function firstMadeOn(
  reader: Reader,
  demand: string,
): { readonly development: string; readonly earliest: string | null }[] {
  return reader.all(MADE_ON, { demand })
}

const MADE_ON = select(
  { development: developments.key, earliest: revisions.earliest },
  sql`from ${demands} cross join ${demandsMade} on ${eq(demandsMade.demandId, demands.id)}
    cross join ${developments} on ${eq(developments.id, demandsMade.developmentId)}
    cross join ${revisions} on ${eq(revisions.id, demandsMade.revisionId)}
    where ${demands.key} = @demand and ${eq(demandsMade.untilSeq, OPEN)} and ${eq(demandsMade.retracted, 0)}`,
)

/** The demands that revisions of statements make, as recorded. */
export const readDemandsMade = referred(DEMAND, demandsMade.demandId, { of: demandsMade.revisionId })

/** Identified by its revision and its ordinal; `edtf` is the date of the assessment. */
export type AssessmentRow = RowsOf<typeof readAssessments>
const ASSESSMENT = pick(
  assessments,
  ...(['revisionId', 'ordinal', 'developmentId', 'demandId', 'response', 'edtf', 'sourceId', 'note'] as const),
)

/** The assessments that revisions make, as recorded. */
export const readAssessmentsMade = related(ASSESSMENT, { of: assessments.revisionId })

/** The assessments of each demand by their dates, oldest first. */
export const readAssessments = related(ASSESSMENT, {
  of: assessments.demandId,
  where: standing(assessments),
  order: [assessments.assessedSort, assessments.developmentId, assessments.ordinal],
})

/** The actors who judge a response so. The part of the key is the assessment's ordinal. */
export const readAssessmentActors = referred(ACTOR, assessmentActors.actorId, {
  of: assessmentActors.revisionId,
  part: assessmentActors.assessment,
})

const bounds = boundsOf(nameOf(statusChanges.changedSort))

export type StatusChangeRow = RowsOf<typeof readStatusChanges>
const STATUS_CHANGE = {
  ...pick(statusChanges, 'revisionId', 'measureId', 'developmentId', 'ordinal', 'status', 'edtf', 'note'),
  /** 1: the first status, which the measure itself gives. */
  isFirst: sql<0 | 1>`0`,
  earliest: sql<string | null>`${sql.raw(bounds.earliest)}`,
  latest: sql<string | null>`${sql.raw(bounds.latest)}`,
  dateNote: sql<string | null>`null`,
}

/** The status changes that revisions report, as recorded; the first status of a measure is not among them. */
export const readStatusChanges = related(STATUS_CHANGE, { of: statusChanges.revisionId })

const FIRST_STATUS = {
  revisionId: revisions.id,
  measureId: revisions.developmentId,
  ...pick(revisions, 'developmentId', 'edtf', 'earliest', 'latest', 'dateNote'),
  ordinal: literal(0),
  status: sql<MeasureStatus>`${revisions.firstStatus}`, // every measure has one
  note: sql<string | null>`null`,
  isFirst: sql<0 | 1>`1`,
}

/** The statuses of each measure by their dates, oldest first. Of the same days, the first status comes before all others. */
export const readStatusHistories = batchRead(
  unionAll(
    [
      { ...BATCH, ...STATUS_CHANGE, ...changedAt(statusChanges.changedSort) },
      sql`from ${batch} cross join ${statusChanges} on ${eq(statusChanges.measureId, batch.id)} and ${standing(statusChanges)}`,
    ],
    [
      { ...BATCH, ...FIRST_STATUS, ...changedAt(revisions.sort) },
      sql`from ${batch} cross join ${revisions} on ${eq(revisions.developmentId, batch.id)}
        and ${eq(revisions.kind, 'MEASURE')} and ${openAt(revisions)}`,
    ],
    ['parent', 'days', 'isFirst desc', 'changed', 'developmentId', 'ordinal'],
  ),
)

function changedAt(sort: typeof revisions.sort | typeof statusChanges.changedSort) {
  return { changed: sort, days: sql<string>`substr(${sort}, 1, 21)` }
}

/** The current status of each measure that has one. With a day, only what must have begun by then counts. */
export function readCurrentStatuses(reader: Reader, keys: readonly BatchKey[], on: string | null): StatusChangeRow[] {
  const changes = readStatusHistories(reader, keys).filter((change) => countsOn(change, on))
  return [...currentByGroup(changes, ({ parent }) => parent).values()]
}

/** The last day on which a source of each measure, or of a change of its status, was published; null if no such source has a date. */
export const readMeasuresReportedOn = batchRead(
  selectBatch(
    {
      day: sql<string | null>`nullif(max(
        ${lastDay(sql`${revisions} cross join ${citations} on ${eq(citations.revisionId, revisions.id)}
          where ${eq(revisions.developmentId, batch.id)} and ${openAt(revisions)}`)},
        ${lastDay(sql`${statusChanges} cross join ${citations} on ${eq(citations.revisionId, statusChanges.revisionId)}
          where ${eq(statusChanges.measureId, batch.id)} and ${standing(statusChanges)}`)}), '')`,
    },
    sql`from ${batch}`,
  ),
)

/** The last day on which a source of citations was published; `''` for none. `cited` begins after FROM and ends with conditions. */
function lastDay(cited: SQL): SQL {
  return sql`(select coalesce(max((select ${sources.publishedBy} from ${sources} where ${eq(sources.id, citations.sourceId)})), '') from ${cited})`
}
