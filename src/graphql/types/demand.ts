import { countsOn, currentByGroup } from '../../model/analysis/latest.ts'
import { parseEdtf } from '../../model/dates/edtf.ts'
import { idsOfKeys } from '../../store/search/keys.ts'
import { type AssessmentRow, readAssessments } from '../../store/queries/outcomes.ts'
import {
  countDemands,
  type DemandActorRow,
  type DemandRow,
  readDemandActors,
  readDemandByKey,
  readDemandPage,
  readDemandsOfDisputes,
  readDisputes,
} from '../../store/queries/reference-records.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import { Actor } from './actor.ts'
import { builder } from '../core/builder.ts'
import { askedOf, gatherBelow, many, one, share } from '../core/batch-loader.ts'
import { connectionType, paging, rootConnection, perPage } from '../core/connection.ts'
import { Dispute } from './dispute.ts'
import { DemandResponse, Remedy } from '../core/enums.ts'
import { asKnownAt, readKnown } from '../core/as-of.ts'
import { Node } from '../core/node.ts'

/** As it is told of a demand, a claim and a measure alike. */
export const onDay =
  'As things stood at the end of this day: only what must have begun by then counts, a date that reads as once within its bounds by its last day, any other by its first. All of the record where it is left out, never today’s clock.'

export const Demand = builder.objectRef<DemandRow>('Demand').implement({
  description:
    'Something that one side asks of another. Its words are as they are saved now; how it stands answered is as of the position read.',
  interfaces: [Node],
  fields: (t) => ({
    key: t.expose('key', { type: 'Key', description: 'Its handle among demands.' }),
    revision: t.exposeInt('revision', { description: 'How often it has been saved with a change, 1 for the first.' }),
    text: t.exposeString('text', { description: 'What is demanded, in a sentence.' }),
    remedy: t.expose('remedy', { type: Remedy, description: 'What sort of redress it asks for.' }),
    dispute: t.field({
      type: Dispute,
      description: 'The dispute in which it is made.',
      resolve: (demand, _, { reader }) =>
        one(demand, 'dispute', {
          to: ({ disputeId, asOf }) => [disputeId, asOf],
          read: (asked) => readDisputes(reader, asked),
        }),
    }),
    madeBy: t.field({
      type: [Actor],
      description: 'Who demands it.',
      resolve: (demand, _, { reader }) => actorsOf(demand, 'MADE_BY', reader),
    }),
    addressees: t.field({
      type: [Actor],
      description: 'Of whom it is demanded.',
      resolve: (demand, _, { reader }) => actorsOf(demand, 'ADDRESSEE', reader),
    }),
    response: t.field({
      type: DemandResponse,
      nullable: true,
      description:
        'How it stands answered: by the assessment whose date begins last, of these the one whose date ends last, then the one that entered last; NO_RESPONSE until one says otherwise.',
      args: { on: t.arg({ type: 'Date', description: onDay }) },
      resolve: (demand, { on }, { reader }) => responseTo(demand, on ?? null, reader),
    }),
  }),
})

function actorsOf(demand: DemandRow, side: DemandActorRow['side'], reader: Reader) {
  const actors = many(demand, 'actors', (demands) => readDemandActors(reader, demands.map(askedOf)))
  return actors.filter((actor) => actor.side === side)
}

/** What is recorded as meant for a demand, oldest first. */
export function assessmentsOf(demand: DemandRow, reader: Reader): readonly AssessmentRow[] {
  return many(demand, 'assessments', (demands) => readAssessments(reader, demands.map(askedOf)))
}

/** The assessment that a demand's response follows from, to be asked about; undefined where nothing has answered it. */
export function currentAssessment(demand: DemandRow, on: string | null, reader: Reader): AssessmentRow | undefined {
  return share(demand, `current assessment ${on ?? ''}`, (demands: readonly DemandRow[]) => {
    // Copies, so that what is asked of current assessments is not read for all of them.
    const copies = demands.map((each) => {
      const assessment = answerTo(each, on, reader)
      return assessment && { ...assessment }
    })
    gatherBelow(
      demand,
      copies.filter((assessment) => assessment !== undefined),
    )
    return copies
  })
}

function responseTo(demand: DemandRow, on: string | null, reader: Reader) {
  return answerTo(demand, on, reader)?.response ?? 'NO_RESPONSE'
}

/** Of all assessments, as they were read, the one that is current. */
function answerTo(demand: DemandRow, on: string | null, reader: Reader): AssessmentRow | undefined {
  return share(demand, `answer ${on ?? ''}`, (demands: readonly DemandRow[]) => {
    const counted = demands.flatMap((each) => datedAssessments(each, reader).filter((dated) => countsOn(dated, on)))
    const current = currentByGroup(counted, ({ parent }) => parent)
    return demands.map((_, parent) => current.get(parent)?.assessment)
  })
}

/** The assessments of a demand with their dates, read once whatever days are asked about. */
function datedAssessments(demand: DemandRow, reader: Reader) {
  return share(demand, 'dated assessments', (demands: readonly DemandRow[]) =>
    demands.map((each) =>
      assessmentsOf(each, reader).map((assessment) => {
        const { developmentId, ordinal, parent } = assessment
        return { ...parseEdtf(assessment.edtf), developmentId, ordinal, parent, assessment }
      }),
    ),
  )
}

builder.objectField(Dispute, 'demands', (t) =>
  t.field({
    type: [Demand],
    complexity: { field: 100, multiplier: 20 },
    description: 'What is demanded in it, in the order in which the demands entered the record.',
    args: {
      responses: t.arg({
        type: [DemandResponse],
        description: 'Only those that stand answered in one of these ways; an empty list restricts nothing.',
      }),
      on: t.arg({ type: 'Date', description: `For \`responses\`. ${onDay}` }),
    },
    resolve: (dispute, { responses, on }, { reader }) => {
      const demands = many(dispute, 'demands', (disputes) => readDemandsOfDisputes(reader, disputes.map(askedOf)))
      if (responses == null || responses.length === 0) return demands
      return demands.filter((demand) => responses.includes(responseTo(demand, on ?? null, reader)))
    },
  }),
)

const DemandConnection = connectionType(Demand, { name: 'Demand', of: 'demands' })

builder.queryFields((t) => ({
  demand: t.field({
    type: Demand,
    nullable: true,
    description: 'The demand of a key; null where there is none, or was none yet.',
    args: { key: t.arg({ type: 'Key', required: true, description: 'The key of a demand.' }), ...asKnownAt },
    resolve: (_, args, context) =>
      readKnown(context, args.asKnownAt, (asOf) => readDemandByKey(context.reader, args.key, asOf)),
  }),
  demands: t.field({
    type: DemandConnection,
    complexity: perPage,
    description: 'Demands in the order in which they entered the record.',
    args: {
      dispute: t.arg({
        type: 'Key',
        description: 'Only what is demanded in this dispute. A key that names nothing is refused with UNKNOWN_KEY.',
      }),
      ...paging,
    },
    resolve: (_, { dispute, ...request }, context) => {
      const disputeId = dispute == null ? null : (idsOfKeys(context.reader, 'dispute', [dispute])[0] ?? null)
      const wanted = { disputeId, asOf: context.position() }
      return rootConnection(readDemandPage(context.reader, wanted, request), () => countDemands(context.reader, wanted))
    },
  }),
}))
