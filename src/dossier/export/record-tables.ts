import { currentByGroup } from '../../model/analysis/latest.ts'
import { parseEdtf } from '../../model/dates/edtf.ts'
import type { StatementRecord } from '../../model/records/definitions.ts'
import { attributionOf, credibilityOf, holdersOf } from '../../model/records/derived-fields.ts'
import type { AssessmentRow, StatusChangeRow } from '../../store/queries/outcomes.ts'
import type { DemandActorRow, DemandRow as Demand } from '../../store/queries/reference-records.ts'
import type { Cell, Column } from './csv.ts'
import {
  actorColumns,
  DATE,
  type DevelopmentRow,
  EVIDENCE,
  IDENTITY,
  inner,
  RECORDING,
  value,
} from './development-table.ts'

type Position = NonNullable<StatementRecord['positions']>[number]

export interface PositionRow extends DevelopmentRow {
  readonly position: Position
  readonly holder: string
}

/** The positions that a statement takes: one of each holder. */
export function positionRows(row: DevelopmentRow): PositionRow[] {
  const statement = row.content as StatementRecord // only statements take positions
  return (statement.positions ?? []).flatMap((position) =>
    holdersOf(statement, position).map((holder) => ({ ...row, position, holder })),
  )
}

/** The citation that a position names, else all of the statement. */
function evidenceOf({ content, position }: PositionRow): StatementRecord['citations'] {
  const named = content.citations.filter(({ source }) => source === position.citation)
  return named.length > 0 ? named : content.citations
}

/** One row for each holder of each position. */
export const POSITION_COLUMNS: readonly Column<PositionRow>[] = [
  {
    name: 'dispute',
    description: 'The key of the dispute of the claim.',
    cell: ({ position, names }) => names.disputeOfClaim(position.claim),
  },
  { name: 'claim', description: 'The key of the claim.', cell: ({ position }) => position.claim },
  {
    name: 'proposition',
    description: 'What the claim says.',
    cell: ({ position, names }) => names.claim(position.claim),
  },
  { name: 'holder', description: 'The key of the actor whose position it is.', cell: ({ holder }) => holder },
  { name: 'holder_name', description: 'The name of `holder`.', cell: ({ holder, names }) => names.actor(holder) },
  {
    name: 'stance',
    description: 'The attitude of the holder to the claim.',
    cell: ({ position }) => value(position.stance),
  },
  {
    name: 'attribution',
    description: 'How closely it follows the holder’s own words.',
    cell: ({ position }) => attributionOf(position),
  },
  {
    name: 'alternative',
    description: 'The key of the rival claim put in its place.',
    cell: ({ position }) => position.alternative,
  },
  {
    name: 'alternative_proposition',
    description: 'What the rival claim says.',
    cell: ({ position: { alternative }, names }) => (alternative === undefined ? null : names.claim(alternative)),
  },
  { name: 'note', description: 'A remark for readers.', cell: ({ position }) => position.note },
  { name: 'statement', description: 'The key of the statement.', cell: ({ revision }) => revision.key },
  { name: 'headline', description: 'The headline of the statement.', cell: ({ content }) => content.headline },
  ...DATE,
  ...actorColumns('speakers', 'SPEAKER', 'who made the statement'),
  {
    name: 'sources',
    description: 'The key of the source that shows the position, else of all sources of the statement.',
    cell: (row) => evidenceOf(row).map(({ source }) => source),
  },
  {
    name: 'source_titles',
    description: 'The titles of `sources`.',
    cell: (row) => evidenceOf(row).map(({ source }) => row.names.source(source).title),
  },
  {
    name: 'source_reliability',
    description: 'The grades of `sources`.',
    cell: (row) => evidenceOf(row).map(({ source }) => row.names.source(source).reliability),
  },
  {
    name: 'citation_credibility',
    description: 'How credible what each of `sources` says is.',
    cell: (row) => evidenceOf(row).map(({ credibility }) => credibilityOf(credibility)),
  },
  ...RECORDING,
]

export interface MeasureRow extends DevelopmentRow {
  /** By date, oldest first, with unknown starts last. */
  readonly statuses: readonly StatusChangeRow[]
  readonly keyOf: (developmentId: number) => string
}

function currentStatus({ statuses }: MeasureRow): StatusChangeRow | undefined {
  return currentByGroup(statuses, () => 0).get(0)
}

/** One row for each measure. */
export const MEASURE_COLUMNS: readonly Column<MeasureRow>[] = [
  ...IDENTITY,
  ...DATE,
  { name: 'disputes', description: 'The keys of its disputes.', cell: ({ content }) => content.disputes },
  { name: 'measure_kind', description: 'The type.', cell: ({ content }) => value(content['measure-kind']) },
  {
    name: 'legal_character',
    description: 'The legal category.',
    cell: ({ content }) => value(content['legal-character']),
  },
  {
    name: 'legal_basis',
    description: 'The legal basis that was given.',
    cell: ({ content }) => content['legal-basis'],
  },
  ...actorColumns('imposed_by', 'IMPOSED_BY', 'who took it'),
  ...actorColumns('targets', 'TARGET', 'against whom it was taken'),
  ...actorColumns('beneficiaries', 'BENEFICIARY', 'for whose benefit it was taken'),
  {
    name: 'status',
    description: 'The current status, as last reported.',
    cell: (row) => currentStatus(row)?.status,
  },
  {
    name: 'status_date',
    description: 'Since when it has `status`, in EDTF.',
    cell: (row) => currentStatus(row)?.edtf,
  },
  {
    name: 'status_earliest',
    description: 'The first day that `status_date` may mean.',
    cell: (row) => currentStatus(row)?.earliest,
  },
  {
    name: 'status_latest',
    description: 'The last day that `status_date` may mean.',
    cell: (row) => currentStatus(row)?.latest,
  },
  {
    name: 'status_history',
    description: 'All statuses by date, oldest first, with unknown starts last.',
    cell: ({ statuses }) => statuses.map(({ status }) => status),
  },
  {
    name: 'status_history_dates',
    description: 'The dates of `status_history` in EDTF.',
    cell: ({ statuses }) => statuses.map(({ edtf }) => edtf),
  },
  {
    name: 'status_history_developments',
    description: 'The keys of the developments that report `status_history`.',
    cell: ({ statuses, keyOf }) => statuses.map(({ developmentId }) => keyOf(developmentId)),
  },
  ...EVIDENCE,
  ...RECORDING,
]

export interface DemandRow {
  readonly demand: Demand
  readonly dispute: { readonly key: string; readonly title: string } | undefined
  readonly actors: readonly DemandActorRow[]
  /** By date, oldest first, with unknown starts last. */
  readonly assessments: readonly (AssessmentRow & { readonly by: readonly string[] })[]
  /** The keys of the statements that make it, oldest first, with unknown starts last, and their dates. */
  readonly madeIn: readonly { readonly key: string; readonly edtf: string }[]
  readonly keyOf: (developmentId: number) => string
}

function currentAssessment({ assessments }: DemandRow) {
  const dated = assessments.map((assessment) => ({ ...parseEdtf(assessment.edtf), ...assessment }))
  return currentByGroup(dated, () => 0).get(0)
}

const onSide =
  (side: DemandActorRow['side'], field: 'key' | 'name') =>
  ({ actors }: DemandRow): Cell =>
    actors.filter((actor) => actor.side === side).map((actor) => actor[field])

/** One row for each demand, in the order of entry. */
export const DEMAND_COLUMNS: readonly Column<DemandRow>[] = [
  { name: 'key', description: 'The key of the demand.', cell: ({ demand }) => demand.key },
  { name: 'dispute', description: 'The key of its dispute.', cell: ({ dispute }) => dispute?.key },
  { name: 'dispute_title', description: 'The title of `dispute`.', cell: ({ dispute }) => dispute?.title },
  { name: 'text', description: 'What is demanded.', cell: ({ demand }) => demand.text },
  { name: 'remedy', description: 'The kind of remedy demanded.', cell: ({ demand }) => demand.remedy },
  { name: 'made_by', description: 'The keys of the actors who make it.', cell: onSide('MADE_BY', 'key') },
  { name: 'made_by_names', description: 'The names of `made_by`.', cell: onSide('MADE_BY', 'name') },
  {
    name: 'addressees',
    description: 'The keys of the actors to whom it is addressed.',
    cell: onSide('ADDRESSEE', 'key'),
  },
  { name: 'addressees_names', description: 'The names of `addressees`.', cell: onSide('ADDRESSEE', 'name') },
  {
    name: 'made_in',
    description: 'The keys of the statements that make it, oldest first, with unknown starts last.',
    cell: ({ madeIn }) => madeIn.map(({ key }) => key),
  },
  {
    name: 'made_in_dates',
    description: 'The dates of `made_in` in EDTF.',
    cell: ({ madeIn }) => madeIn.map(({ edtf }) => edtf),
  },
  {
    name: 'response',
    description: 'The current response. `NO_RESPONSE` without an assessment.',
    cell: (row) => currentAssessment(row)?.response ?? 'NO_RESPONSE',
  },
  {
    name: 'response_date',
    description: 'The date of `response` in EDTF.',
    cell: (row) => currentAssessment(row)?.edtf,
  },
  {
    name: 'response_by',
    description: 'The keys of the actors who judge `response` so. Empty if the record itself does.',
    cell: (row) => currentAssessment(row)?.by,
  },
  {
    name: 'response_history',
    description: 'All responses by date, oldest first, with unknown starts last.',
    cell: ({ assessments }) => assessments.map(({ response }) => response),
  },
  {
    name: 'response_history_dates',
    description: 'The dates of `response_history` in EDTF.',
    cell: ({ assessments }) => assessments.map(({ edtf }) => edtf),
  },
  {
    name: 'response_history_by',
    description: 'The keys of the actors who judge each of `response_history` so, joined with `, `.',
    cell: ({ assessments }) => assessments.map(({ by }) => inner(by)),
  },
  {
    name: 'response_history_developments',
    description: 'The keys of the developments that report `response_history`.',
    cell: ({ assessments, keyOf }) => assessments.map(({ developmentId }) => keyOf(developmentId)),
  },
]
