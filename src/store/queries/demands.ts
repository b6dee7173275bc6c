import type { DemandResponse, Remedy } from '../../model/vocabulary/demand.ts'
import { DEVELOPMENT_COLUMNS, type DevelopmentRow } from './development-row.ts'
import { keysetPage, type Page, type PageRequest, readBySelect } from './keyset.ts'
import { ACTOR_COLUMNS, type ActorRow } from './actors.ts'
import { type Asked, asking, readShares, type Share } from './batch.ts'
import type { Reader } from '../sqlite/prepared.ts'

export interface DemandRow {
  readonly record: 'demand'
  readonly id: number
  readonly key: string
  readonly revision: number
  readonly asOf: number
  readonly disputeId: number
  readonly text: string
  readonly remedy: Remedy
}

const DEMAND_COLUMNS = `'demand' as record, m.id, m.key, m.revision, m.dispute_id as disputeId, m.text, m.remedy`

export function readDemands(reader: Reader, asked: readonly Asked[]): (DemandRow & Share)[] {
  return readShares(reader, DEMANDS, asked)
}

const DEMANDS = asking(DEMAND_COLUMNS, 'from asked cross join demands m on m.id = asked.id')

/** Undefined where there is none of that key, or none yet. */
export function readDemandByKey(reader: Reader, key: string, asOf: number): DemandRow | undefined {
  return reader.get(`select ${DEMAND_COLUMNS}, @asOf as asOf from demands m where m.key = @key and m.id <= @asOf`, {
    key,
    asOf,
  })
}

export interface DemandsWanted {
  /** The dispute's id; null for the demands of all. */
  readonly disputeId: number | null
  readonly asOf: number
}

/** In the order in which they entered. Throws `BAD_PAGING` and `BAD_CURSOR`. */
export function readDemandPage(reader: Reader, wanted: DemandsWanted, request: PageRequest): Page<DemandRow> {
  const read = readBySelect<DemandRow>({
    reader,
    select: `select ${DEMAND_COLUMNS}, @asOf as asOf from demands m where ${conditionOf(wanted)}`,
    parameters: { ...wanted },
    key: ['m.id'],
  })
  return keysetPage({ name: 'demands', shape: ['NUMBER'], positionOf: ({ id }) => [id], read }, request)
}

export function countDemands(reader: Reader, wanted: DemandsWanted): number {
  const text = `select count(*) as count from demands m where ${conditionOf(wanted)}`
  return reader.get<{ count: number }>(text, { ...wanted })?.count ?? 0
}

function conditionOf({ disputeId }: DemandsWanted): string {
  return disputeId === null ? '@disputeId is null and m.id <= @asOf' : 'm.dispute_id = @disputeId and m.id <= @asOf'
}

/** The demands of disputes, in the order in which they entered. */
export function readDemandsOfDisputes(reader: Reader, asked: readonly Asked[]): (DemandRow & Share)[] {
  return readShares(reader, DEMANDS_OF_DISPUTES, asked)
}

const DEMANDS_OF_DISPUTES = asking(
  DEMAND_COLUMNS,
  'from asked cross join demands m on m.dispute_id = asked.id and m.id <= asked.as_of order by asked.parent, m.id',
)

export interface DemandActorRow extends ActorRow, Share {
  readonly side: 'MADE_BY' | 'ADDRESSEE'
}

/** Who makes each demand and of whom it is made, in the order in which each side is named. */
export function readDemandActors(reader: Reader, asked: readonly Asked[]): DemandActorRow[] {
  return readShares(reader, DEMAND_ACTORS, asked)
}

const DEMAND_ACTORS = asking(
  `${ACTOR_COLUMNS}, x.side`,
  `from asked cross join demand_actors x on x.demand_id = asked.id
   cross join actors a on a.id = x.actor_id and a.id <= asked.as_of order by asked.parent, x.ordinal`,
)

/** A part of a standing revision, as of the position asked. */
const STANDING = 'x.revision_id <= asked.as_of and x.until_seq > asked.as_of and x.retracted = 0'

/** The statements that make each demand, oldest first. */
export function readStatementsMaking(reader: Reader, asked: readonly Asked[]): (DevelopmentRow & Share)[] {
  return readShares(reader, STATEMENTS_MAKING, asked)
}

const STATEMENTS_MAKING = asking(
  DEVELOPMENT_COLUMNS,
  `from asked cross join demands_made x on x.demand_id = asked.id and ${STANDING}
   cross join developments d on d.id = x.development_id cross join revisions r on r.id = x.revision_id
   order by asked.parent, x.sort, x.development_id`,
)

/** The demands made in revisions of statements, as recorded. */
export function readDemandsMade(reader: Reader, asked: readonly Asked[]): (DemandRow & Share)[] {
  return readShares(reader, DEMANDS_MADE, asked)
}

const DEMANDS_MADE = asking(
  DEMAND_COLUMNS,
  `from asked cross join demands_made x on x.revision_id = asked.id
   cross join demands m on m.id = x.demand_id order by asked.parent, x.ordinal`,
)

/** Identified by its revision and its ordinal. */
export interface AssessmentRow extends Share {
  readonly revisionId: number
  readonly ordinal: number
  readonly developmentId: number
  readonly demandId: number
  readonly response: DemandResponse
  /** Of its own date. */
  readonly edtf: string
  readonly note: string | null
}

const ASSESSMENT_COLUMNS = `x.revision_id as revisionId, x.ordinal, x.development_id as developmentId,
  x.demand_id as demandId, x.response, x.edtf, x.note`

/** What revisions of developments mean for demands, as recorded. */
export function readAssessmentsMade(reader: Reader, asked: readonly Asked[]): AssessmentRow[] {
  return readShares(reader, ASSESSMENTS_MADE, asked)
}

const ASSESSMENTS_MADE = asking(
  ASSESSMENT_COLUMNS,
  'from asked cross join assessments x on x.revision_id = asked.id order by asked.parent, x.ordinal',
)

/** The assessments of each demand by their own dates, oldest first. */
export function readAssessments(reader: Reader, asked: readonly Asked[]): AssessmentRow[] {
  return readShares(reader, ASSESSMENTS, asked)
}

const ASSESSMENTS = asking(
  ASSESSMENT_COLUMNS,
  `from asked cross join assessments x on x.demand_id = asked.id and ${STANDING}
   order by asked.parent, x.assessed_sort, x.development_id, x.ordinal`,
)
