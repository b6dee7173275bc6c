import type { DevelopmentRow } from '../../store/queries/developments.ts'
import { PAGE_SIZE_MAX } from '../../store/queries/keyset.ts'
import {
  readCurrentStatuses,
  readMeasuresReportedOn,
  readStatusChanges,
  readStatusHistories,
  type StatusChangeRow,
} from '../../store/queries/outcomes.ts'
import type { DisputeRow } from '../../store/queries/reference-records.ts'
import type { DevelopmentList } from '../../store/search/development-pages.ts'
import type { ListConditions } from '../../store/search/filter.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import { loadMany } from '../core/batch-loader.ts'
import { builder } from '../core/builder.ts'
import { connectionType, firstArgument } from '../core/connection.ts'
import { LegalCharacter, MeasureKind, MeasureStatus } from '../core/enums.ts'
import { Node, partId } from '../core/node.ts'
import { costs } from '../cost/query-cost.ts'
import { perDevelopments, perPage } from '../cost/list-cost.ts'
import { whenDone } from '../cost/work.ts'
import { recordKey, revisionKey, toDevelopment, toMany } from '../core/relation.ts'
import { dateOf, UncertainDate } from '../core/uncertain-date.ts'
import { Actor } from './actor.ts'
import { onArgument } from './demand.ts'
import { NOTE } from './development-parts.ts'
import { countOnce, Development, listDevelopments, loadPages, rootListArguments } from './development.ts'
import { Dispute } from './dispute.ts'
import { participants } from './statement.ts'

const MeasureStatusChange = builder.objectRef<StatusChangeRow>('MeasureStatusChange')

export const Measure = builder.objectRef<DevelopmentRow>('Measure').implement({
  description: 'Something that a state or organisation did to others with its official power.',
  interfaces: [Node, Development],
  fields: (t) => ({
    measureKind: t.field({
      type: MeasureKind,
      description: 'The type of measure.',
      resolve: ({ measureKind }) => measureKind ?? 'OTHER',
    }),
    legalCharacter: t.field({
      type: LegalCharacter,
      description: 'The legal category. It does not mean that the measure is lawful.',
      resolve: ({ legalCharacter }) => legalCharacter ?? 'UNKNOWN',
    }),
    legalBasis: t.exposeString('legalBasis', {
      nullable: true,
      description: 'The legal basis that was given for it. Null if none was given.',
    }),
    imposedBy: t.field({ type: [Actor], description: 'Who took it.', resolve: participants('IMPOSED_BY') }),
    targets: t.field({
      type: [Actor],
      description: 'Against whom it was taken. Empty if it is directed against nobody.',
      resolve: participants('TARGET'),
    }),
    beneficiaries: t.field({
      type: [Actor],
      description: 'For whose benefit it was taken. May be empty.',
      resolve: participants('BENEFICIARY'),
    }),
    status: t.field({
      type: MeasureStatus,
      nullable: true,
      description:
        'The current status: the one with the latest start, then the latest end, then the latest time of day, then the latest entry. Null before the first status. The end of a date interval does not end a measure.',
      args: onArgument,
      resolve: (measure, { on }, { reader }) => currentChange(measure, on ?? null, reader)?.status,
    }),
    statusChange: t.field({
      type: MeasureStatusChange,
      nullable: true,
      description: 'The change that gives `status`. Null before the first status.',
      args: onArgument,
      resolve: (measure, { on }, { reader }) => currentChange(measure, on ?? null, reader),
    }),
    statusHistory: t.field({
      type: [MeasureStatusChange],
      description:
        'All status changes by date, oldest first, with unknown starts last, including the first status on the date of the measure. The current status is that of `statusChange`: an unknown start is earlier than any known one.',
      resolve: toMany('statusHistory', readStatusHistories, recordKey),
    }),
    lastReportedOn: t.field({
      type: 'Date',
      nullable: true,
      description:
        'The latest day on which a source for it was published: one that the measure cites, or that a standing development cites which reports a change of its status. A source with an uncertain date counts by its latest day. Null if no such source has a date. Silence after that day does not end a measure.',
      resolve: (measure, _, { reader }) =>
        loadMany(measure, 'lastReportedOn', (measures) => readMeasuresReportedOn(reader, measures.map(recordKey)))[0]
          ?.day,
    }),
  }),
})

function currentChange(measure: DevelopmentRow, on: string | null, reader: Reader): StatusChangeRow | undefined {
  return loadMany(measure, `current status ${on ?? ''}`, (measures) =>
    readCurrentStatuses(reader, measures.map(recordKey), on),
  )[0]
}

MeasureStatusChange.implement({
  description:
    'A change of the status of a measure on a date. Its citations are those of the development that reports it.',
  fields: (t) => ({
    id: t.id(partId<StatusChangeRow>(({ isFirst }) => (isFirst === 1 ? 'status' : 'status-changes'))),
    measure: t.field({ type: Measure, description: 'The measure.', resolve: toDevelopment('measureId') }),
    status: t.expose('status', { type: MeasureStatus, description: 'The new status.' }),
    date: t.field({
      type: UncertainDate,
      description: 'The date of the change.',
      resolve: (change) => dateOf(change.edtf, change.dateNote, change),
    }),
    note: t.exposeString('note', { nullable: true, description: NOTE }),
    development: t.field({
      type: Development,
      description: 'The development that reports it. For the first status, the measure itself.',
      resolve: toDevelopment('developmentId'),
    }),
  }),
})

builder.interfaceField(Development, 'statusChanges', (t) =>
  t.field({
    type: [MeasureStatusChange],
    description:
      'The status changes of measures that it reports, as recorded. The first status of a measure is not included.',
    resolve: toMany('statusChanges', readStatusChanges, revisionKey),
  }),
)

const MeasureConnection = connectionType(Measure, 'Measure', 'measures')

builder.queryField('measures', (t) =>
  t.field({
    type: MeasureConnection,
    nullable: true,
    extensions: costs(perDevelopments),
    description: 'Developments that are measures. The other arguments narrow the filter.',
    args: {
      ...rootListArguments,
      measureKinds: t.arg({ type: [MeasureKind], description: 'Only measures of these kinds.' }),
      imposedBy: t.arg({
        type: ['Key'],
        description:
          'Only measures taken by any of these actors. With the filter `includeAffiliated`, also those of their affiliates.',
      }),
      targets: t.arg({
        type: ['Key'],
        description:
          'Only measures taken against any of these actors. With the filter `includeAffiliated`, also those against their affiliates.',
      }),
      inForceOn: t.arg({
        type: 'Date',
        description:
          'Only measures in force at the end of this day, by `status`. The end of a date interval does not end a measure. Checked for each measure in order, so a page is slow if few measures are in force.',
      }),
    },
    resolve: (_, { measureKinds, imposedBy, targets, inForceOn, ...args }, context, info) => {
      const inForce = inForceOn == null ? undefined : { on: inForceOn }
      const also: ListConditions = { kinds: ['MEASURE'], measureKinds, imposedBy, targets, inForce }
      return listDevelopments(args, { context, info, also })
    },
  }),
)

const AS_LAST_REPORTED =
  'A status holds as last reported: silence after the last report does not end a measure. The end of a date interval does not end it either.'

builder.objectFields(Dispute, (t) => ({
  measuresInForce: t.field({
    type: [Measure],
    nullable: true,
    extensions: costs(({ first }: { readonly first: number }) => ({ ...perPage({ first }), field: 300 })),
    description: `The standing measures of the dispute whose current status is IN_FORCE, newest first, with unknown starts last. ${AS_LAST_REPORTED} \`statusChange\` of a measure, with the same \`on\`, says since when it is reported and by which development. Two reports of what may be one measure are listed as two measures, linked as POSSIBLY_SAME_AS in \`links\` or \`linkedFrom\`. \`measuresInForceCount\` counts all of them. To page through them, use \`measures\` with the filter \`disputes\` and \`inForceOn\`.`,
    args: { ...onArgument, ...firstArgument(PAGE_SIZE_MAX) },
    resolve: (dispute, { on, first }, context) => {
      const found = loadPages<DisputeRow>(dispute, context, {
        name: `measuresInForce ${JSON.stringify([on, first])}`,
        requestOf: (each) => ({ ...inForceIn(each, on), page: { first } }),
      })
      return whenDone(found, ({ rows }) => rows)
    },
  }),
  measuresInForceCount: t.int({
    nullable: true,
    extensions: costs({ field: 3_000 }),
    description: `The number of standing measures of the dispute whose current status is IN_FORCE. Measures linked as POSSIBLY_SAME_AS count separately. ${AS_LAST_REPORTED}`,
    args: onArgument,
    resolve: (dispute, { on }, context) => countOnce(context, inForceIn(dispute, on)),
  }),
}))

function inForceIn({ key, asOf }: DisputeRow, on: string | null | undefined): DevelopmentList {
  return { also: { kinds: ['MEASURE'], disputes: [key], inForce: { on: on ?? null } }, asOf }
}
