import type { ParticipantRole } from '../../model/vocabulary/development.ts'
import { SpeechAct as SpeechActs } from '../../model/vocabulary/statement.ts'
import type { DevelopmentRow } from '../../store/queries/developments.ts'
import { readDemandsMade, readStatementsMaking } from '../../store/queries/outcomes.ts'
import type { DemandRow } from '../../store/queries/reference-records.ts'
import { type QuoteRow, readParticipants, readQuotes } from '../../store/queries/development-parts.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import { Actor } from './actor.ts'
import { builder } from '../core/builder.ts'
import { askedOf, many } from '../core/batch-loader.ts'
import { connectionType } from '../core/connection.ts'
import { Demand } from './demand.ts'
import { Citation, citationOf } from './development-parts.ts'
import { askedOfRevision, Development, rootListArguments, listDevelopments } from './development.ts'
import { SpeechAct, StatementChannel } from '../core/enums.ts'
import { perDevelopments } from '../core/list-cost.ts'
import { Node } from '../core/node.ts'

/** Those who have one part in a development. */
export function participantsIn(development: DevelopmentRow, role: ParticipantRole, reader: Reader) {
  return many(development, `participants ${role}`, (all) => readParticipants(reader, all.map(askedOfRevision), role))
}

export const Quote = builder.objectRef<QuoteRow>('Quote').implement({
  description: 'Words of a statement as a source gives them.',
  fields: (t) => ({
    text: t.exposeString('text', { description: 'The words.' }),
    language: t.expose('language', { type: 'LanguageTag', description: 'The language they stand in here.' }),
    translated: t.boolean({
      nullable: true,
      description: 'Whether they were spoken in another language; null where the source does not say.',
      resolve: ({ translated }) => (translated === null ? null : translated === 1),
    }),
    citation: t.field({
      type: Citation,
      description: 'The statement’s citation of the source that quotes them.',
      resolve: (quote, _, context) => citationOf(quote, context),
    }),
  }),
})

export const Statement = builder.objectRef<DevelopmentRow>('Statement').implement({
  description: 'Something said, on one occasion, by one or more speakers.',
  interfaces: [Node, Development],
  fields: (t) => ({
    speakers: t.field({
      type: [Actor],
      description: 'Who spoke.',
      resolve: (statement, _, { reader }) => participantsIn(statement, 'SPEAKER', reader),
    }),
    onBehalfOf: t.field({
      type: [Actor],
      description: 'For whom they spoke, in function; empty where they spoke for no one else.',
      resolve: (statement, _, { reader }) => participantsIn(statement, 'ON_BEHALF_OF', reader),
    }),
    addressees: t.field({
      type: [Actor],
      description: 'To whom it was said, where that is known.',
      resolve: (statement, _, { reader }) => participantsIn(statement, 'ADDRESSEE', reader),
    }),
    acts: t.field({
      type: [SpeechAct],
      description: 'What was done in saying it: at least one act.',
      resolve: ({ acts }) => (acts ?? '').split(' ').filter(SpeechActs.has),
    }),
    channel: t.field({
      type: StatementChannel,
      description: 'How it was made, before any outlet reported it.',
      resolve: ({ channel }) => channel ?? 'UNSPECIFIED',
    }),
    quotes: t.field({
      type: [Quote],
      description: 'Words of it, as recorded.',
      resolve: (statement, _, { reader }) =>
        many(statement, 'quotes', (all) => readQuotes(reader, all.map(askedOfRevision))),
    }),
    demands: t.field({
      type: [Demand],
      description: 'The demands made in it. Leaving one out of a later statement does not withdraw it.',
      resolve: (statement, _, { reader }) =>
        many(statement, 'demands', (all) => readDemandsMade(reader, all.map(askedOfRevision))),
    }),
  }),
})

builder.objectField(Demand, 'madeIn', (t) =>
  t.field({
    type: [Statement],
    description: 'The standing statements that make it, oldest first.',
    resolve: (demand: DemandRow, _, { reader }) =>
      many(demand, 'madeIn', (demands) => readStatementsMaking(reader, demands.map(askedOf))),
  }),
)

const StatementConnection = connectionType(Statement, { name: 'Statement', of: 'statements' })

builder.queryField('statements', (t) =>
  t.field({
    type: StatementConnection,
    complexity: perDevelopments,
    description: 'Developments that are statements. Its own arguments narrow what the filter asks.',
    args: {
      ...rootListArguments,
      acts: t.arg({ type: [SpeechAct], description: 'Only those that perform any of these acts.' }),
      speakers: t.arg({
        type: ['Key'],
        description:
          'Only those that any of these actors speaks; with the filter’s `includeAffiliated`, also those who belong to them.',
      }),
      claims: t.arg({
        type: ['Key'],
        description: 'Only those that take a position on, or bear on, any of these claims.',
      }),
    },
    resolve: (_, { acts, speakers, claims, ...args }, context, info) =>
      listDevelopments(args, { context, info, also: { kinds: ['STATEMENT'], acts, speakers, claims } }),
  }),
)
