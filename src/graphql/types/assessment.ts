import { type AssessmentRow, readAssessmentsMade } from '../../store/queries/outcomes.ts'
import { readDemands } from '../../store/queries/reference-records.ts'
import { builder } from '../core/builder.ts'
import { many, one } from '../core/batch-loader.ts'
import { dateOf, UncertainDate } from '../core/uncertain-date.ts'
import { assessmentsOf, currentAssessment, Demand, onDay } from './demand.ts'
import { developmentOf } from '../core/development-reference.ts'
import { askedOfRevision, Development } from './development.ts'
import { DemandResponse } from '../core/enums.ts'

const DemandAssessment = builder.objectRef<AssessmentRow>('DemandAssessment').implement({
  description: 'How a demand stood answered at a time, as a development shows it; its citations are the development’s.',
  fields: (t) => ({
    demand: t.field({
      type: Demand,
      description: 'The demand.',
      resolve: (assessment, _, { reader }) =>
        one(assessment, 'demand', {
          to: ({ demandId, asOf }) => [demandId, asOf],
          read: (asked) => readDemands(reader, asked),
        }),
    }),
    response: t.expose('response', { type: DemandResponse, description: 'How it stood answered.' }),
    date: t.field({
      type: UncertainDate,
      description: 'As of when, which need not be the date of the development.',
      resolve: ({ edtf }) => dateOf(edtf),
    }),
    note: t.exposeString('note', { nullable: true, description: 'What is to be known of it.' }),
    development: t.field({
      type: Development,
      description: 'The development that shows it.',
      resolve: (assessment, _, { reader }, info) =>
        developmentOf(assessment, 'development', {
          to: ({ developmentId, asOf }) => [developmentId, asOf],
          reader,
          info,
        }),
    }),
  }),
})

builder.interfaceField(Development, 'assessments', (t) =>
  t.field({
    type: [DemandAssessment],
    description: 'What it means for demands, as recorded.',
    resolve: (development, _, { reader }) =>
      many(development, 'assessments', (all) => readAssessmentsMade(reader, all.map(askedOfRevision))),
  }),
)

builder.objectFields(Demand, (t) => ({
  assessments: t.field({
    type: [DemandAssessment],
    description: 'What standing developments mean for it, by the assessments’ own dates, oldest first.',
    resolve: (demand, _, { reader }) => assessmentsOf(demand, reader),
  }),
  assessment: t.field({
    type: DemandAssessment,
    nullable: true,
    description: 'The assessment that `response` follows from; null where nothing has answered it.',
    args: { on: t.arg({ type: 'Date', description: onDay }) },
    resolve: (demand, { on }, { reader }) => currentAssessment(demand, on ?? null, reader),
  }),
}))
