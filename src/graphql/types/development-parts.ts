import * as plover from '../../model/vocabulary/plover.ts'
import type { Vocabulary } from '../../model/vocabulary/vocabulary.ts'
import type { BatchRow } from '../../store/queries/batch.ts'
import * as parts from '../../store/queries/development-parts.ts'
import { CITATIONS_OF_SOURCE, type DevelopmentRow } from '../../store/queries/developments.ts'
import { readActors, readSources, readSourceTitles } from '../../store/queries/reference-records.ts'
import { loadMany, loadOne, loadOneOrNull } from '../core/batch-loader.ts'
import { builder } from '../core/builder.ts'
import { connectionBelow, connectionType, paging } from '../core/connection.ts'
import type { Context } from '../core/context.ts'
import * as enums from '../core/enums.ts'
import { partId } from '../core/node.ts'
import { perPage } from '../cost/list-cost.ts'
import { costs } from '../cost/query-cost.ts'
import { ownDevelopment, partKey, revisionKey, toMany, toOne, toOneNarrow } from '../core/relation.ts'
import { Actor } from './actor.ts'
import { Development } from './development.ts'
import { Dispute } from './dispute.ts'
import { Place } from './place.ts'
import { Source } from './source.ts'

/** The description of the field `note` of every part of a development. */
export const NOTE = 'A remark for readers. Null if there is none.'

const Participation = builder.objectRef<parts.ParticipationRow>('Participation').implement({
  description: 'The part of an actor in a development.',
  fields: (t) => ({
    actor: t.field({ type: Actor, description: 'The actor.', resolve: toOne('actorId', readActors) }),
    role: t.expose('role', {
      type: enums.ParticipantRole,
      description: 'The role. An actor with several roles has one participation for each.',
    }),
    note: t.exposeString('note', { nullable: true, description: NOTE }),
  }),
})

/** Resolve to the actors on one side of a coding. */
export const initiatorsOf = toMany('initiators', (...read) => parts.readCodingActors(...read, 'INITIATOR'), partKey)
export const recipientsOf = toMany('recipients', (...read) => parts.readCodingActors(...read, 'RECIPIENT'), partKey)

const Coding = builder.objectRef<parts.CodingRow>('Coding').implement({
  description:
    'A development as event data in PLOVER 2.0: who did what to whom. The class and the score follow from the type and the modes.',
  fields: (t) => ({
    id: t.id(partId('codings')),
    type: t.expose('type', { type: enums.PloverType, description: 'What was done.' }),
    modes: t.field({
      type: [enums.PloverMode],
      description: 'How it was done. Empty if the type has no modes or none applies.',
      resolve: ({ modes }) => valuesIn(modes, plover.PloverMode),
    }),
    contexts: t.field({
      type: [enums.PloverContext],
      description: 'What it was about.',
      resolve: ({ contexts }) => valuesIn(contexts, plover.PloverContext),
    }),
    auxiliaries: t.field({
      type: [enums.CodingAuxiliary],
      description:
        'Whether it is planned, hypothetical or past. A coding with an auxiliary is kept and never counted in scores.',
      resolve: ({ auxiliaries }) => valuesIn(auxiliaries, plover.CodingAuxiliary),
    }),
    initiators: t.field({
      type: [Actor],
      description: 'Who did it. Several for a meeting of equals.',
      resolve: initiatorsOf,
    }),
    recipients: t.field({
      type: [Actor],
      description: 'To whom it was done. Empty if the type needs no recipient.',
      resolve: recipientsOf,
    }),
    quadClass: t.expose('quadClass', {
      type: enums.QuadClass,
      description: 'The class: verbal or material, cooperation or conflict.',
    }),
    score: t.exposeFloat('score', {
      description:
        'From −10, the most conflictual, to 10, the most cooperative. With several modes, the score farthest from zero.',
    }),
    scale: t.string({ description: 'The name of the scale of the score.', resolve: () => plover.PLOVER_SCALE }),
  }),
})

/** The values of a list in a projection, which is one text. */
export function valuesIn<Value extends string>(spaced: string, vocabulary: Vocabulary<Value>): Value[] {
  return spaced.split(' ').filter(vocabulary.has)
}

/** The fields of a source that `readSourceTitles` reads. */
const SOURCE_TITLE: ReadonlySet<string> = new Set('__typename id key revision title language reliability'.split(' '))

export const Citation = builder.objectRef<parts.CitationRow>('Citation').implement({
  description: 'What a source reports of a development, and how it knows. A development cites a source once.',
  fields: (t) => ({
    id: t.id(partId('citations')),
    source: t.field({
      type: Source,
      description: 'The cited source.',
      resolve: toOneNarrow('sourceId', readSources, { fields: SOURCE_TITLE, read: readSourceTitles }),
    }),
    credibility: t.expose('credibility', {
      type: enums.Credibility,
      description:
        'How credible the information is, regardless of who reports it: the number of the NATO Admiralty code.',
    }),
    locator: t.exposeString('locator', {
      nullable: true,
      description: 'The place in the source, such as “paragraph 2”. Null if not recorded.',
    }),
    excerpt: t.exposeString('excerpt', {
      nullable: true,
      description: 'The words of the source, at most twelve. Null if not recorded.',
    }),
    basis: t.expose('basis', { type: enums.CitationBasis, description: 'How the source knows.' }),
    via: t.field({
      type: [Actor],
      description: 'The actors through whom it reached the source, nearest first. The last one is the origin.',
      resolve: toMany('via', parts.readVia, partKey),
    }),
    development: t.field({
      type: Development,
      description: 'The development that cites the source.',
      resolve: ownDevelopment,
    }),
  }),
})

const CitationConnection = connectionType(Citation, 'Citation', 'citations')

builder.objectField(Source, 'citations', (t) =>
  t.field({
    type: CitationConnection,
    extensions: costs(perPage),
    description:
      'The citations of the source by standing developments, one each, in the order of `citedBy`: newest development first, with unknown starts last.',
    args: paging,
    resolve: (source, request, { reader }) => connectionBelow(source, CITATIONS_OF_SOURCE, { reader, request }),
  }),
)

/** Loads the citation of the source that a part of a development may name; null if it names none. */
export function citationOrNull(
  part: BatchRow & { readonly revisionId: number; readonly sourceId: number | null },
  _: unknown,
  { reader }: Pick<Context, 'reader'>,
): parts.CitationRow | null {
  return loadOneOrNull(part, 'citation', {
    to: ({ revisionId, asOf, sourceId }) => (sourceId === null ? null : [revisionId, asOf, sourceId]),
    read: (keys) => parts.readCitations(reader, keys),
  })
}

/** Loads the citation of the source that a part of a development names. */
export function citationOf(
  part: BatchRow & { readonly revisionId: number; readonly sourceId: number },
  _: unknown,
  { reader }: Pick<Context, 'reader'>,
): parts.CitationRow {
  return loadOne(part, 'citation', {
    to: ({ revisionId, asOf, sourceId }) => [revisionId, asOf, sourceId],
    read: (keys) => parts.readCitations(reader, keys),
  })
}

export const Figure = builder.objectRef<parts.FigureRow>('Figure').implement({
  description:
    'A number that a source gives. If sources differ, the figures of all of them are returned. Nothing is derived from figures.',
  fields: (t) => ({
    id: t.id(partId('figures')),
    quantity: t.expose('quantity', { type: enums.FigureQuantity, description: 'What is counted or measured.' }),
    value: t.exposeFloat('value', {
      nullable: true,
      description: 'The number. Null if the source gives only a range or words.',
    }),
    min: t.exposeFloat('min', { nullable: true, description: 'The lower bound, if the source gives one.' }),
    max: t.exposeFloat('max', { nullable: true, description: 'The upper bound, if the source gives one.' }),
    asWritten: t.exposeString('asWritten', {
      nullable: true,
      description: 'The words of the source, such as “dozens”. Null if not recorded.',
    }),
    unit: t.exposeString('unit', {
      nullable: true,
      description: 'The unit: people, kilometres, or a currency by its ISO 4217 code. Null if not recorded.',
    }),
    note: t.exposeString('note', { nullable: true, description: NOTE }),
    citation: t.field({
      type: Citation,
      description: 'The citation of the source that gives the figure.',
      resolve: citationOf,
    }),
  }),
})

/** The figures of a development, as recorded. */
export const figuresOf = toMany('figures', parts.readFigures, (development: DevelopmentRow) => revisionKey(development))

builder.interfaceFields(Development, (t) => ({
  disputes: t.field({
    type: [Dispute],
    description: 'The disputes it is part of. May be empty.',
    resolve: toMany('disputes', (reader, keys) => parts.readDisputesOf(reader, keys, { context: false }), revisionKey),
  }),
  contextOf: t.field({
    type: [Dispute],
    description: 'The disputes it is background to. It is reachable from them and does not count in their tension.',
    resolve: toMany('contextOf', (reader, keys) => parts.readDisputesOf(reader, keys, { context: true }), revisionKey),
  }),
  participations: t.field({
    type: [Participation],
    description:
      'The actors and their roles: first the roles derived from the fields of a statement or a measure, then the others as recorded.',
    args: {
      roles: t.arg({ type: [enums.ParticipantRole], description: 'Only these roles. An empty list matches all.' }),
    },
    resolve: (development, { roles }, { reader }) =>
      loadMany(development, `participations ${roles?.join() ?? ''}`, (all) =>
        parts.readParticipations(reader, all.map(revisionKey), roles),
      ),
  }),
  places: t.field({
    type: [Place],
    description: 'The places where it happened, as recorded.',
    resolve: toMany('places', parts.readPlacesOf, revisionKey),
  }),
  codings: t.field({
    type: [Coding],
    description: 'The codings as event data. Empty if the scheme has no code for it, as for a plain denial.',
    resolve: toMany('codings', parts.readCodings, revisionKey),
  }),
  figures: t.field({
    type: [Figure],
    description: 'The numbers that sources give, each with its citation. Figures that disagree are all included.',
    resolve: figuresOf,
  }),
  citations: t.field({
    type: [Citation],
    description: 'The citations of the sources that report it: at least one, and one per source.',
    resolve: toMany('citations', parts.readCitations, revisionKey),
  }),
}))
