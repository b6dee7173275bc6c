import { countsOn, currentByGroup, inOrderOfCurrency, lastBefore } from '../../model/analysis/latest.ts'
import { parseEdtf } from '../../model/dates/edtf.ts'
import { type AssessmentRow, readAssessments } from '../../store/queries/outcomes.ts'
import {
  type DemandActorRow,
  demandReads,
  type DemandRow,
  readDemandActors,
  readDemandsOfDisputes,
  readDisputes,
} from '../../store/queries/reference-records.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import { asBatchBelow, groupByParent, load, loadMany } from '../core/batch-loader.ts'
import { builder } from '../core/builder.ts'
import type { Context } from '../core/context.ts'
import { DemandResponse, Remedy } from '../core/enums.ts'
import { Node } from '../core/node.ts'
import { costs } from '../cost/query-cost.ts'
import { recordFields, REVISION } from '../core/reference-record.ts'
import { idOfKey, recordKey, toOne } from '../core/relation.ts'
import { Actor } from './actor.ts'
import { Dispute } from './dispute.ts'

const ON_DAY =
  'The state at the end of this day. Only dates certain to have begun by then count. A date that means one moment between its bounds counts from its last day, any other date from its first day. By default, the whole record counts; today’s date does not matter.'

/** The day as of which demands, claims and measures are considered. */
export const onArgument = builder.args((t) => ({ on: t.field({ type: 'Date', description: ON_DAY }) }))

export const Demand = builder.objectRef<DemandRow>('Demand').implement({
  description:
    'Something that one side demands of another. Its text is returned in its current state. The response is that of the state of the record that is read.',
  interfaces: [Node],
  fields: (t) => ({
    key: t.expose('key', { type: 'Key', description: 'The key, unique among demands.' }),
    revision: t.exposeInt('revision', { description: REVISION }),
    text: t.exposeString('text', { description: 'What is demanded, in a sentence.' }),
    remedy: t.expose('remedy', { type: Remedy, description: 'The kind of remedy demanded.' }),
    dispute: t.field({
      type: Dispute,
      description: 'The dispute in which it is made.',
      resolve: toOne('disputeId', readDisputes),
    }),
    madeBy: t.field({ type: [Actor], description: 'The actors who make the demand.', resolve: actorsOf('MADE_BY') }),
    addressees: t.field({
      type: [Actor],
      description: 'The actors to whom the demand is addressed.',
      resolve: actorsOf('ADDRESSEE'),
    }),
    response: t.field({
      type: DemandResponse,
      nullable: true,
      extensions: costs({ field: 15 }), // for all assessments of the demand
      description:
        'The current response: that of the assessment with the latest start, then the latest end, then the latest time of day, then the latest entry. NO_RESPONSE without an assessment.',
      args: onArgument,
      resolve: (demand, { on }, { reader }) => responseTo(demand, on ?? null, reader),
    }),
  }),
})

function actorsOf(side: DemandActorRow['side']) {
  return (demand: DemandRow, _: unknown, { reader }: Pick<Context, 'reader'>) =>
    loadMany(demand, 'actors', (demands) => readDemandActors(reader, demands.map(recordKey))).filter(
      (actor) => actor.side === side,
    )
}

/** The assessments of a demand, oldest first, with unknown starts last. */
export function assessmentsOf(demand: DemandRow, reader: Reader): readonly AssessmentRow[] {
  return loadMany(demand, 'assessments', (demands) => readAssessments(reader, demands.map(recordKey)))
}

/** The assessment that decides the response to a demand, as a row of a batch of its own; undefined if there is none. */
export function currentAssessment(demand: DemandRow, on: string | null, reader: Reader): AssessmentRow | undefined {
  return load(demand, `current assessment ${on ?? ''}`, (demands: readonly DemandRow[]) => {
    // Copies: what is selected of current assessments is not read for all assessments.
    const copies = demands.map((each) => {
      const assessment = decisiveAssessment(each, on, reader)
      return assessment && { ...assessment }
    })
    asBatchBelow(
      demand,
      copies.filter((assessment) => assessment !== undefined),
    )
    return copies
  })
}

function responseTo(demand: DemandRow, on: string | null, reader: Reader) {
  return decisiveAssessment(demand, on, reader)?.response ?? 'NO_RESPONSE'
}

function decisiveAssessment(demand: DemandRow, on: string | null, reader: Reader): AssessmentRow | undefined {
  return load(demand, `decisive assessment ${on ?? ''}`, (demands: readonly DemandRow[]) => {
    const counted = demands.flatMap((each) => datedAssessments(each, reader).filter((one) => countsOn(one, on)))
    const current = currentByGroup(counted, ({ parent }) => parent)
    return demands.map((_, parent) => current.get(parent)?.assessment)
  })
}

/** The assessments of a demand with their dates, parsed once for all days. */
function datedAssessments(demand: DemandRow, reader: Reader) {
  return load(demand, 'dated assessments', (demands: readonly DemandRow[]) =>
    demands.map((each) => assessmentsOf(each, reader).map(dated)),
  )
}

function dated(assessment: AssessmentRow) {
  const { developmentId, ordinal, parent } = assessment
  return { ...parseEdtf(assessment.edtf), developmentId, ordinal, parent, assessment }
}

/** The assessment of the same demand that was current before this one; undefined if this one is the first. */
export function previousAssessment(assessment: AssessmentRow, reader: Reader): AssessmentRow | undefined {
  return load(assessment, 'previous', (assessments: readonly AssessmentRow[]) => {
    const nameOf = ({ demandId, asOf }: AssessmentRow) => `${demandId} ${asOf}`
    const demands = new Map(assessments.map((each) => [nameOf(each), [each.demandId, each.asOf] as const]))
    const histories = groupByParent(demands.size, readAssessments(reader, [...demands.values()]))
    const ordered = new Map(
      [...demands.keys()].map((name, at) => [name, inOrderOfCurrency((histories[at] ?? []).map(dated))]),
    )
    const previous = assessments.map((each) => {
      const found = lastBefore(ordered.get(nameOf(each)) ?? [], dated(each))
      return found && { ...found.assessment } // one row each, as one may precede several
    })
    asBatchBelow(
      assessment,
      previous.filter((each) => each !== undefined),
    )
    return previous
  })
}

builder.objectField(Dispute, 'demands', (t) =>
  t.field({
    type: [Demand],
    extensions: costs({ field: 100, items: 20 }),
    description: 'The demands made in the dispute, in order of entry.',
    args: {
      responses: t.arg({
        type: [DemandResponse],
        description: 'Only demands with any of these responses. An empty list matches all.',
      }),
      on: t.arg({ type: 'Date', description: `The day at which \`responses\` is considered. ${ON_DAY}` }),
    },
    resolve: (dispute, { responses, on }, { reader }) => {
      const demands = loadMany(dispute, 'demands', (disputes) => readDemandsOfDisputes(reader, disputes.map(recordKey)))
      if (responses == null || responses.length === 0) return demands
      return demands.filter((demand) => responses.includes(responseTo(demand, on ?? null, reader)))
    },
  }),
)

recordFields(Demand, {
  name: 'demand',
  reads: demandReads,
  hasPast: true,
  description: 'Demands in order of entry.',
  args: builder.args((t) => ({
    dispute: t.field({
      type: 'Key',
      description: 'Only demands made in this dispute. An unknown key is refused with UNKNOWN_KEY.',
    }),
  })),
  wanted: ({ dispute }, reader, asOf) => ({ disputeId: idOfKey(reader, 'dispute', dispute), asOf }),
})
