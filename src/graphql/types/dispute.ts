import {
  disputeReads,
  type DisputeRow,
  type PhaseRow,
  readDisputesChangedAt,
  readDisputesReportedOn,
  readParties,
  readPhases,
  readPhaseSources,
  readPrecedents,
  SOURCES_OF_DISPUTE,
} from '../../store/queries/reference-records.ts'
import type { PageRequest } from '../../store/queries/keyset.ts'
import { loadMany } from '../core/batch-loader.ts'
import { builder } from '../core/builder.ts'
import { connectionBelow, paging } from '../core/connection.ts'
import { Node } from '../core/node.ts'
import { idsFound, recordFields, REVISION, searchArgument } from '../core/reference-record.ts'
import { recordKey, toMany } from '../core/relation.ts'
import { perPage } from '../cost/list-cost.ts'
import { costs } from '../cost/query-cost.ts'
import { dateOf, UncertainDate } from '../core/uncertain-date.ts'
import { Actor } from './actor.ts'
import { Source, SourceConnection } from './source.ts'

const Phase = builder.objectRef<PhaseRow>('Phase').implement({
  description: 'A period of a dispute, as an analyst divides it.',
  fields: (t) => ({
    label: t.exposeString('label', { description: 'The name of the phase.' }),
    date: t.field({ type: UncertainDate, description: 'The period.', resolve: ({ edtf }) => dateOf(edtf) }),
    summary: t.exposeString('summary', { description: 'What characterises it, in a few sentences.' }),
    sources: t.field({
      type: [Source],
      description: 'The sources for the division. Empty if none is named.',
      resolve: toMany('sources', readPhaseSources, ({ disputeId, asOf, ordinal }) => [disputeId, asOf, ordinal]),
    }),
  }),
})

export const Dispute = builder.objectRef<DisputeRow>('Dispute')

Dispute.implement({
  description:
    'A dispute between parties: what happened in it, which claims are contested, what is demanded. Title, summary, parties and phases are returned in their current state. Everything that follows from developments is that of the state of the record that is read.',
  interfaces: [Node],
  fields: (t) => ({
    key: t.expose('key', { type: 'Key', description: 'The key, unique among disputes.' }),
    revision: t.exposeInt('revision', { description: REVISION }),
    title: t.exposeString('title', { description: 'The title.' }),
    summary: t.exposeString('summary', { description: 'What the dispute is about, in a few sentences.' }),
    period: t.field({
      type: UncertainDate,
      description: 'The period over which it runs.',
      resolve: ({ period }) => dateOf(period),
    }),
    parties: t.field({
      type: [Actor],
      description: 'The parties to the dispute, as recorded.',
      resolve: toMany('parties', readParties, recordKey),
    }),
    phases: t.field({
      type: [Phase],
      description: 'The phases of the dispute, as recorded.',
      resolve: toMany('phases', readPhases, recordKey),
    }),
    precedents: t.field({
      type: [Dispute],
      description: 'Earlier disputes cited as precedents for this one.',
      resolve: toMany('precedents', readPrecedents, recordKey),
    }),
    sources: t.field({
      type: SourceConnection,
      extensions: costs((request: PageRequest) => ({ ...perPage(request), scan: 30 })),
      description:
        'The sources that standing developments of the dispute cite, by the last day of their dates of publication, the latest first, with undated sources last. Sources cited only by background to the dispute are not included.',
      args: paging,
      resolve: (dispute, request, { reader }) => connectionBelow(dispute, SOURCES_OF_DISPUTE, { reader, request }),
    }),
    changedAt: t.field({
      type: 'DateTime',
      description: 'When the dispute or any of its developments was last changed in this store.',
      resolve: (dispute, _, { reader }) => {
        const [change] = loadMany(dispute, 'changedAt', (disputes) =>
          readDisputesChangedAt(reader, disputes.map(recordKey)),
        )
        if (change === undefined) throw new Error(`the dispute ${dispute.key} has no change`)
        return change.at
      },
    }),
    lastReportedOn: t.field({
      type: 'Date',
      nullable: true,
      extensions: costs({ field: 20 }),
      description:
        'The latest day on which a source was published that a standing development of the dispute cites, background excluded. The record knows nothing of later days. A source with an uncertain date counts by its latest day. Null if no such source has a date.',
      resolve: (dispute, _, { reader }) =>
        loadMany(dispute, 'lastReportedOn', (disputes) => readDisputesReportedOn(reader, disputes.map(recordKey)))[0]
          ?.day,
    }),
  }),
})

recordFields(Dispute, {
  name: 'dispute',
  example: 'j2-8243',
  reads: disputeReads,
  hasPast: true,
  description: 'All disputes, the most recently changed first.',
  args: searchArgument('disputes with a title'),
  wanted: ({ search }, reader, asOf) => ({ ids: idsFound(reader, 'dispute', search), asOf }),
})
