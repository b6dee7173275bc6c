import type { ParticipantRole } from '../../model/vocabulary/development.ts'
import { SpeechAct as SpeechActs } from '../../model/vocabulary/statement.ts'
import { type QuoteRow, readParticipants, readQuotes } from '../../store/queries/development-parts.ts'
import type { DevelopmentRow } from '../../store/queries/developments.ts'
import { readDemandsMade, readStatementsMaking } from '../../store/queries/outcomes.ts'
import { builder } from '../core/builder.ts'
import { connectionType } from '../core/connection.ts'
import { SpeechAct, StatementChannel } from '../core/enums.ts'
import { Node, partId } from '../core/node.ts'
import { costs } from '../cost/query-cost.ts'
import { perDevelopments } from '../cost/list-cost.ts'
import { recordKey, revisionKey, toMany } from '../core/relation.ts'
import { Actor } from './actor.ts'
import { Demand } from './demand.ts'
import { Citation, citationOf } from './development-parts.ts'
import { Development, listDevelopments, rootListArguments } from './development.ts'

/** Resolves to the actors with a role in a development. */
export function participants(role: ParticipantRole) {
  return toMany(`participants ${role}`, (reader, keys) => readParticipants(reader, keys, role), revisionKey)
}

export const Quote = builder.objectRef<QuoteRow>('Quote').implement({
  description: 'Words of a statement as a source quotes them.',
  fields: (t) => ({
    id: t.id(partId('quotes')),
    text: t.exposeString('text', { description: 'The words.' }),
    language: t.expose('language', { type: 'LanguageTag', description: 'The language of the quote.' }),
    translated: t.boolean({
      nullable: true,
      description: 'Whether the words were spoken in another language. Null if the source does not say.',
      resolve: ({ translated }) => (translated === null ? null : translated === 1),
    }),
    citation: t.field({
      type: Citation,
      description: 'The citation of the source that quotes the words.',
      resolve: citationOf,
    }),
  }),
})

export const Statement = builder.objectRef<DevelopmentRow>('Statement').implement({
  description: 'Something said on one occasion by one or more speakers.',
  interfaces: [Node, Development],
  fields: (t) => ({
    speakers: t.field({ type: [Actor], description: 'Who spoke.', resolve: participants('SPEAKER') }),
    onBehalfOf: t.field({
      type: [Actor],
      description: 'For whom they spoke in an official capacity. Empty if they spoke for themselves.',
      resolve: participants('ON_BEHALF_OF'),
    }),
    addressees: t.field({
      type: [Actor],
      description: 'To whom it was said. Empty if unknown.',
      resolve: participants('ADDRESSEE'),
    }),
    acts: t.field({
      type: [SpeechAct],
      description: 'What was done by saying it: at least one act.',
      resolve: ({ acts }) => (acts ?? '').split(' ').filter(SpeechActs.has),
    }),
    channel: t.field({
      type: StatementChannel,
      description: 'How it was made, before any outlet reported it.',
      resolve: ({ channel }) => channel ?? 'UNSPECIFIED',
    }),
    quotes: t.field({
      type: [Quote],
      description: 'Quotes from it, as recorded.',
      resolve: toMany('quotes', readQuotes, revisionKey),
    }),
    demands: t.field({
      type: [Demand],
      description: 'The demands made in it. A later statement that omits a demand does not withdraw it.',
      resolve: toMany('demands', readDemandsMade, revisionKey),
    }),
  }),
})

builder.objectField(Demand, 'madeIn', (t) =>
  t.field({
    type: [Statement],
    description: 'The standing statements that make the demand, oldest first, with unknown starts last.',
    resolve: toMany('madeIn', readStatementsMaking, recordKey),
  }),
)

const StatementConnection = connectionType(Statement, 'Statement', 'statements')

builder.queryField('statements', (t) =>
  t.field({
    type: StatementConnection,
    nullable: true,
    extensions: costs(perDevelopments),
    description: 'Developments that are statements. The other arguments narrow the filter.',
    args: {
      ...rootListArguments,
      acts: t.arg({ type: [SpeechAct], description: 'Only statements that perform any of these acts.' }),
      speakers: t.arg({
        type: ['Key'],
        description:
          'Only statements by any of these speakers. With the filter `includeAffiliated`, also those of their affiliates.',
      }),
      claims: t.arg({
        type: ['Key'],
        description: 'Only statements that take a position on any of these claims or bear on it.',
      }),
    },
    resolve: (_, { acts, speakers, claims, ...args }, context, info) =>
      listDevelopments(args, { context, info, also: { kinds: ['STATEMENT'], acts, speakers, claims } }),
  }),
)
