import { developmentPage } from '../../store/search/development-pages.ts'
import type { DevelopmentRow } from '../../store/queries/developments.ts'
import type { ListConditions } from '../../store/search/filter.ts'
import { PAGE_SIZE_MAX } from '../../store/queries/keyset.ts'
import {
  readCurrentStatuses,
  readStatusChanges,
  readStatusHistories,
  type StatusChangeRow,
} from '../../store/queries/outcomes.ts'
import type { DisputeRow } from '../../store/queries/reference-records.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import { Actor } from './actor.ts'
import { builder } from '../core/builder.ts'
import { askedOf, gatherBelow, many, share } from '../core/batch-loader.ts'
import { connectionType, perPage } from '../core/connection.ts'
import { dateOf, UncertainDate } from '../core/uncertain-date.ts'
import { onDay } from './demand.ts'
import { developmentOf } from '../core/development-reference.ts'
import { askedOfRevision, Development, rootListArguments, listDevelopments } from './development.ts'
import { Dispute } from './dispute.ts'
import { LegalCharacter, MeasureKind, MeasureStatus } from '../core/enums.ts'
import { perDevelopments } from '../core/list-cost.ts'
import { Node } from '../core/node.ts'
import { participantsIn } from './statement.ts'

const MeasureStatusChange = builder.objectRef<StatusChangeRow>('MeasureStatusChange')

const Measure = builder.objectRef<DevelopmentRow>('Measure').implement({
  description: 'Something a state or organisation did in its official power towards others.',
  interfaces: [Node, Development],
  fields: (t) => ({
    measureKind: t.field({
      type: MeasureKind,
      description: 'What sort of measure it is.',
      resolve: ({ measureKind }) => measureKind ?? 'OTHER',
    }),
    legalCharacter: t.field({
      type: LegalCharacter,
      description: 'Under which title of law it is classed; not that it is lawful.',
      resolve: ({ legalCharacter }) => legalCharacter ?? 'UNKNOWN',
    }),
    legalBasis: t.exposeString('legalBasis', {
      nullable: true,
      description: 'The ground in law that was given for it; null where none was.',
    }),
    imposedBy: t.field({
      type: [Actor],
      description: 'Who took it.',
      resolve: (measure, _, { reader }) => participantsIn(measure, 'IMPOSED_BY', reader),
    }),
    targets: t.field({
      type: [Actor],
      description: 'Against whom it was taken; empty for a measure that burdens nobody.',
      resolve: (measure, _, { reader }) => participantsIn(measure, 'TARGET', reader),
    }),
    beneficiaries: t.field({
      type: [Actor],
      description: 'For whose good it was taken.',
      resolve: (measure, _, { reader }) => participantsIn(measure, 'BENEFICIARY', reader),
    }),
    status: t.field({
      type: MeasureStatus,
      nullable: true,
      description:
        'How far it has got: its status by the date that begins last, of these the one that ends last, then by what entered last. Null before its first. The end of a date’s interval ends no measure.',
      args: { on: t.arg({ type: 'Date', description: onDay }) },
      resolve: (measure, { on }, { reader }) => currentStatus(measure, on ?? null, reader)?.status,
    }),
    statusChange: t.field({
      type: MeasureStatusChange,
      nullable: true,
      description: 'The change that `status` follows from; null before the first.',
      args: { on: t.arg({ type: 'Date', description: onDay }) },
      resolve: (measure, { on }, { reader }) => currentStatus(measure, on ?? null, reader),
    }),
    statusHistory: t.field({
      type: [MeasureStatusChange],
      description: 'Its statuses by their dates, oldest first. The first, on the measure’s own date, is among them.',
      resolve: (measure, _, { reader }) =>
        many(measure, 'statusHistory', (measures) => readStatusHistories(reader, measures.map(askedOf))),
    }),
  }),
})

function currentStatus(measure: DevelopmentRow, on: string | null, reader: Reader) {
  const [change] = many(measure, `current status ${on ?? ''}`, (measures) =>
    readCurrentStatuses(reader, measures.map(askedOf), on),
  )
  return change
}

MeasureStatusChange.implement({
  description: 'That a measure came to a status, on a date; its citations are those of the development that tells it.',
  fields: (t) => ({
    measure: t.field({
      type: Measure,
      description: 'The measure.',
      resolve: (change, _, { reader }, info) =>
        developmentOf(change, 'measure', { to: ({ measureId, asOf }) => [measureId, asOf], reader, info }),
    }),
    status: t.expose('status', { type: MeasureStatus, description: 'The status it came to.' }),
    date: t.field({
      type: UncertainDate,
      description: 'When it came to it.',
      resolve: ({ edtf, dateNote }) => dateOf(edtf, dateNote),
    }),
    note: t.exposeString('note', { nullable: true, description: 'What is to be known of it.' }),
    development: t.field({
      type: Development,
      description: 'The development that tells it; of a measure’s first status, the measure itself.',
      resolve: (change, _, { reader }, info) =>
        developmentOf(change, 'development', { to: ({ developmentId, asOf }) => [developmentId, asOf], reader, info }),
    }),
  }),
})

builder.interfaceField(Development, 'statusChanges', (t) =>
  t.field({
    type: [MeasureStatusChange],
    description:
      'The changes of measures’ statuses that it reports, as recorded. A measure’s own first status is not among them.',
    resolve: (development, _, { reader }) =>
      many(development, 'statusChanges', (all) => readStatusChanges(reader, all.map(askedOfRevision))),
  }),
)

const MeasureConnection = connectionType(Measure, { name: 'Measure', of: 'measures' })

builder.queryField('measures', (t) =>
  t.field({
    type: MeasureConnection,
    complexity: perDevelopments,
    description: 'Developments that are measures. Its own arguments narrow what the filter asks.',
    args: {
      ...rootListArguments,
      measureKinds: t.arg({ type: [MeasureKind], description: 'Only measures of these kinds.' }),
      imposedBy: t.arg({
        type: ['Key'],
        description:
          'Only those that any of these actors took; with the filter’s `includeAffiliated`, also those who belong to them.',
      }),
      targets: t.arg({
        type: ['Key'],
        description:
          'Only those taken against any of these actors; with the filter’s `includeAffiliated`, also those who belong to them.',
      }),
      inForceOn: t.arg({
        type: 'Date',
        description:
          'Only those in force on this day: whose status at its end, as `status(on:)` tells it, is IN_FORCE. The end of a date’s interval ends no measure. Looked up measure by measure along the order: where few are in force, a page reads far.',
      }),
    },
    resolve: (_, { measureKinds, imposedBy, targets, inForceOn, ...args }, context, info) => {
      const inForce = inForceOn == null ? undefined : { on: inForceOn }
      const also: ListConditions = { kinds: ['MEASURE'], measureKinds, imposedBy, targets, inForce }
      return listDevelopments(args, { context, info, also })
    },
  }),
)

builder.objectField(Dispute, 'measuresInForce', (t) =>
  t.field({
    type: [Measure],
    nullable: true,
    complexity: ({ first }) => ({ ...perPage({ first }), field: 150 }),
    description:
      'The standing measures of the dispute that are in force, newest first; those of unknown beginning come last. In force is a measure whose current status is IN_FORCE; the end of a date’s interval ends none. All of them, page by page: `measures(filter: { disputes: … }, inForceOn: …)`.',
    args: {
      on: t.arg({ type: 'Date', description: onDay }),
      first: t.arg.int({
        required: true,
        defaultValue: PAGE_SIZE_MAX,
        description: `How many, 0 to ${PAGE_SIZE_MAX}; more are refused with BAD_PAGING.`,
      }),
    },
    resolve: (dispute, { on, first }, { store }) =>
      share(dispute, `measuresInForce ${JSON.stringify([on, first])}`, (disputes: readonly DisputeRow[]) => {
        const found = disputes.map(({ key, asOf }) => {
          const also: ListConditions = { kinds: ['MEASURE'], disputes: [key], inForce: { on: on ?? null } }
          return developmentPage(store, { also, asOf, page: { first } }).rows
        })
        gatherBelow(dispute, found.flat())
        return found
      }),
  }),
)
