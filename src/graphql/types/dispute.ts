import {
  countDisputes,
  type DisputeRow,
  type PhaseRow,
  readDisputeByKey,
  readDisputePage,
  readDisputesChangedAt,
  readParties,
  readPhases,
  readPhaseSources,
  readPrecedents,
} from '../../store/queries/reference-records.ts'
import { Actor } from './actor.ts'
import { builder } from '../core/builder.ts'
import { askedOf, many } from '../core/batch-loader.ts'
import { connectionType, paging, rootConnection, perPage } from '../core/connection.ts'
import { dateOf, UncertainDate } from '../core/uncertain-date.ts'
import { asKnownAt, readKnown } from '../core/as-of.ts'
import { Node } from '../core/node.ts'
import { Source } from './source.ts'

const Phase = builder.objectRef<PhaseRow>('Phase').implement({
  description: 'A stretch of a dispute, as an analyst divides it.',
  fields: (t) => ({
    label: t.exposeString('label', { description: 'What to call it.' }),
    date: t.field({ type: UncertainDate, description: 'From when until when.', resolve: ({ edtf }) => dateOf(edtf) }),
    summary: t.exposeString('summary', { description: 'What marks it, in a few sentences.' }),
    sources: t.field({
      type: [Source],
      description: 'What the division rests on; empty where no source is named.',
      resolve: (phase, _, { reader }) =>
        many(phase, 'sources', (phases) =>
          readPhaseSources(
            reader,
            phases.map(({ disputeId, asOf, ordinal }) => [disputeId, asOf, ordinal]),
          ),
        ),
    }),
  }),
})

export const Dispute = builder.objectRef<DisputeRow>('Dispute')

Dispute.implement({
  description:
    'A dispute between parties: what happened in it, what is contested, what is demanded. Title, summary, parties and phases are as they are saved now; everything that follows from developments is as of the position read.',
  interfaces: [Node],
  fields: (t) => ({
    key: t.expose('key', { type: 'Key', description: 'Its handle among disputes.' }),
    revision: t.exposeInt('revision', { description: 'How often it has been saved with a change, 1 for the first.' }),
    title: t.exposeString('title', { description: 'What to call it.' }),
    summary: t.exposeString('summary', { description: 'What it is about, in a few sentences.' }),
    period: t.field({
      type: UncertainDate,
      description: 'From when until when it runs.',
      resolve: ({ period }) => dateOf(period),
    }),
    parties: t.field({
      type: [Actor],
      description: 'Whose dispute it is, in the order of the record.',
      resolve: (dispute, _, { reader }) =>
        many(dispute, 'parties', (disputes) => readParties(reader, disputes.map(askedOf))),
    }),
    phases: t.field({
      type: [Phase],
      description: 'How it divides, in the order of the record.',
      resolve: (dispute, _, { reader }) =>
        many(dispute, 'phases', (disputes) => readPhases(reader, disputes.map(askedOf))),
    }),
    precedents: t.field({
      type: [Dispute],
      description: 'Earlier disputes that are held up as a measure for this one.',
      resolve: (dispute, _, { reader }) =>
        many(dispute, 'precedents', (disputes) => readPrecedents(reader, disputes.map(askedOf))),
    }),
    changedAt: t.field({
      type: 'DateTime',
      description: 'When any of its developments, or it itself, was last changed in this store.',
      resolve: (dispute, _, { reader }) => {
        const [change] = many(dispute, 'changedAt', (disputes) => readDisputesChangedAt(reader, disputes.map(askedOf)))
        if (change === undefined) throw new Error(`the dispute ${dispute.key} was never saved`)
        return change.at
      },
    }),
  }),
})

const DisputeConnection = connectionType(Dispute, { name: 'Dispute', of: 'disputes' })

builder.queryFields((t) => ({
  dispute: t.field({
    type: Dispute,
    nullable: true,
    description: 'The dispute of a key; null where there is none, or was none yet.',
    args: {
      key: t.arg({ type: 'Key', required: true, description: 'The key of a dispute, such as j2-8243.' }),
      ...asKnownAt,
    },
    resolve: (_, args, context) =>
      readKnown(context, args.asKnownAt, (asOf) => readDisputeByKey(context.reader, args.key, asOf)),
  }),
  disputes: t.field({
    type: DisputeConnection,
    complexity: perPage,
    description: 'All disputes, the one that changed last first.',
    args: paging,
    resolve: (_, request, { reader, position }) => {
      const wanted = { asOf: position() }
      return rootConnection(readDisputePage(reader, wanted, request), () => countDisputes(reader, wanted))
    },
  }),
}))
