import { readBearingActors } from '../../store/queries/development-parts.ts'
import { readDevelopments } from '../../store/queries/developments.ts'
import { type AssessmentRow, readAssessmentActors, readAssessmentsMade } from '../../store/queries/outcomes.ts'
import { type BearingRow, BEARINGS_ON_CLAIM, readBearings } from '../../store/queries/positions.ts'
import { readClaims, readDemands } from '../../store/queries/reference-records.ts'
import { builder } from '../core/builder.ts'
import { connectionBelow, connectionType, paging } from '../core/connection.ts'
import { BearingKind, DemandResponse } from '../core/enums.ts'
import { partId } from '../core/node.ts'
import { costs } from '../cost/query-cost.ts'
import { perPage } from '../cost/list-cost.ts'
import { partKey, revisionKey, toDevelopment, toMany, toOne } from '../core/relation.ts'
import { dateOf, UncertainDate } from '../core/uncertain-date.ts'
import { Actor } from './actor.ts'
import { Claim } from './claim.ts'
import { assessmentsOf, currentAssessment, Demand, onArgument, previousAssessment } from './demand.ts'
import { Citation, citationOf, citationOrNull, NOTE } from './development-parts.ts'
import { Development } from './development.ts'

/*
 * What a development means for the record around it: bearings on claims and assessments of demands.
 */

const Bearing = builder.objectRef<BearingRow>('Bearing').implement({
  description:
    'What a development means for a contested claim, apart from any position: a finding, a ruling, debris. Conflicting interpretations of one report are separate bearings.',
  fields: (t) => ({
    id: t.id(partId('bearings')),
    claim: t.field({ type: Claim, description: 'The claim.', resolve: toOne('claimId', readClaims) }),
    bearing: t.expose('bearing', { type: BearingKind, description: 'What it means for the claim.' }),
    by: t.field({
      type: [Actor],
      description: 'The actors who say so. Empty if the source itself does.',
      resolve: toMany('by', readBearingActors, partKey),
    }),
    citation: t.field({
      type: Citation,
      description: 'The citation of the source that says so.',
      resolve: citationOf,
    }),
    note: t.exposeString('note', { nullable: true, description: NOTE }),
    development: t.field({
      type: Development,
      description: 'The development that bears on the claim.',
      resolve: toOne('developmentId', readDevelopments),
    }),
  }),
})

const BearingConnection = connectionType(Bearing, 'Bearing', 'bearings')

builder.objectField(Claim, 'bearings', (t) =>
  t.field({
    type: BearingConnection,
    extensions: costs(perPage),
    description: 'The bearings of standing developments on the claim, oldest first, with unknown dates last.',
    args: { ...onArgument, ...paging },
    resolve: (claim, { on, ...request }, { reader }) =>
      connectionBelow(claim, BEARINGS_ON_CLAIM, { reader, request, parameters: { on: on ?? null } }),
  }),
)

const DemandAssessment = builder.objectRef<AssessmentRow>('DemandAssessment').implement({
  description: 'How far a demand had been answered at a time, as a development shows it.',
  fields: (t) => ({
    id: t.id(partId('assessments')),
    demand: t.field({ type: Demand, description: 'The demand.', resolve: toOne('demandId', readDemands) }),
    response: t.expose('response', { type: DemandResponse, description: 'The response to the demand.' }),
    date: t.field({
      type: UncertainDate,
      description: 'The date as of which the response holds. It may differ from the date of the development.',
      resolve: (assessment) => dateOf(assessment.edtf, null, assessment),
    }),
    note: t.exposeString('note', { nullable: true, description: NOTE }),
    development: t.field({
      type: Development,
      description: 'The development that shows it.',
      resolve: toDevelopment('developmentId'),
    }),
    by: t.field({
      type: [Actor],
      description: 'The actors who judge the response so, as recorded. Empty if the record itself does.',
      resolve: toMany('by', readAssessmentActors, partKey),
    }),
    citation: t.field({
      type: Citation,
      nullable: true,
      description:
        'The citation of the source that shows the response. Null if the assessment names none: then all citations of the development do.',
      resolve: citationOrNull,
    }),
  }),
})

builder.objectField(DemandAssessment, 'previous', (t) =>
  t.field({
    type: DemandAssessment,
    nullable: true,
    extensions: costs({ field: 15 }), // for all assessments of the demand
    description:
      'The assessment of the same demand that was current before this one: of all with an earlier start, or the same start and an earlier end, or the same dates and an earlier entry, the last. An unknown start is earlier than any known one. Null if there is none.',
    resolve: (assessment, _, { reader }) => previousAssessment(assessment, reader),
  }),
)

builder.objectFields(Demand, (t) => ({
  assessments: t.field({
    type: [DemandAssessment],
    description:
      'The assessments by standing developments, by the dates of the assessments, oldest first, with unknown starts last. The current one is `assessment`: an unknown start is earlier than any known one.',
    resolve: (demand, _, { reader }) => assessmentsOf(demand, reader),
  }),
  assessment: t.field({
    type: DemandAssessment,
    nullable: true,
    description: 'The assessment that gives `response`. Null if there is none.',
    args: onArgument,
    resolve: (demand, { on }, { reader }) => currentAssessment(demand, on ?? null, reader),
  }),
}))

builder.interfaceFields(Development, (t) => ({
  bearings: t.field({
    type: [Bearing],
    description: 'What it means for contested claims, apart from any position taken in it, as recorded.',
    resolve: toMany('bearings', readBearings, revisionKey),
  }),
  assessments: t.field({
    type: [DemandAssessment],
    description: 'What it means for demands, as recorded.',
    resolve: toMany('assessments', readAssessmentsMade, revisionKey),
  }),
}))
