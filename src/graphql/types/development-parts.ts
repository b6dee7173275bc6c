import { PLOVER_SCALE } from '../../model/vocabulary/plover.ts'
import {
  CodingAuxiliary as Auxiliaries,
  PloverContext as Contexts,
  PloverMode as Modes,
} from '../../model/vocabulary/plover.ts'
import type { Vocabulary } from '../../model/vocabulary/vocabulary.ts'
import { readActors, readSources, readSourceTitles, type SourceRow } from '../../store/queries/reference-records.ts'
import type { BatchKey, BatchRow } from '../../store/queries/batch.ts'
import {
  type CitationRow,
  type CodingRow,
  type FigureRow,
  type ParticipationRow,
  readCitations,
  readCodingActors,
  readCodings,
  readDisputesOf,
  readFigures,
  readParticipations,
  readPlacesOf,
  readVia,
} from '../../store/queries/development-parts.ts'
import { Actor } from './actor.ts'
import { builder } from '../core/builder.ts'
import { many, one } from '../core/batch-loader.ts'
import type { Context } from '../core/context.ts'
import { selectsOnly } from '../core/selection.ts'
import { askedOfRevision, Development } from './development.ts'
import { Dispute } from './dispute.ts'
import {
  CitationBasis,
  CodingAuxiliary,
  Credibility,
  FigureQuantity,
  ParticipantRole,
  PloverContext,
  PloverMode,
  PloverType,
  QuadClass,
} from '../core/enums.ts'
import { Place } from './place.ts'
import { Source } from './source.ts'

const Participation = builder.objectRef<ParticipationRow>('Participation').implement({
  description: 'An actor’s part in a development.',
  fields: (t) => ({
    actor: t.field({
      type: Actor,
      description: 'Who.',
      resolve: (participation, _, { reader }) =>
        one(participation, 'actor', {
          to: ({ actorId, asOf }) => [actorId, asOf],
          read: (asked) => readActors(reader, asked),
        }),
    }),
    role: t.expose('role', {
      type: ParticipantRole,
      description: 'In what role; an actor with several roles has as many participations.',
    }),
    note: t.exposeString('note', { nullable: true, description: 'What is to be known of it; null where nothing is.' }),
  }),
})

const Coding = builder.objectRef<CodingRow>('Coding').implement({
  description:
    'A development as event data: who did what to whom, in PLOVER 2.0. Class and score follow from type and modes and are never typed in.',
  fields: (t) => ({
    type: t.expose('type', { type: PloverType, description: 'What was done.' }),
    modes: t.field({
      type: [PloverMode],
      description: 'In what manner, as far as the type has modes.',
      resolve: ({ modes }) => valuesIn(modes, Modes),
    }),
    contexts: t.field({
      type: [PloverContext],
      description: 'In what contexts.',
      resolve: ({ contexts }) => valuesIn(contexts, Contexts),
    }),
    auxiliaries: t.field({
      type: [CodingAuxiliary],
      description: 'Whether it is planned, hypothetical or past; a coding with one is kept and never summed.',
      resolve: ({ auxiliaries }) => valuesIn(auxiliaries, Auxiliaries),
    }),
    initiators: t.field({
      type: [Actor],
      description: 'Who did it; several for a meeting of equals.',
      resolve: (coding, _, { reader }) =>
        many(coding, 'initiators', (codings) => readCodingActors(reader, codings.map(askedOfPart), 'INITIATOR')),
    }),
    recipients: t.field({
      type: [Actor],
      description: 'To whom; none where the type needs none.',
      resolve: (coding, _, { reader }) =>
        many(coding, 'recipients', (codings) => readCodingActors(reader, codings.map(askedOfPart), 'RECIPIENT')),
    }),
    quadClass: t.expose('quadClass', {
      type: QuadClass,
      description: 'Its class: verbal or material, cooperation or conflict.',
    }),
    score: t.exposeFloat('score', {
      description:
        'From −10, most conflictual, to 10, most cooperative; of several modes, the score farthest from zero.',
    }),
    scale: t.string({ description: 'The name of the scale that the score is on.', resolve: () => PLOVER_SCALE }),
  }),
})

/** The fields of a source that `readSourceTitles` reads. */
const SOURCE_TITLE: ReadonlySet<string> = new Set([
  '__typename',
  'id',
  'key',
  'revision',
  'title',
  'language',
  'reliability',
])

export const Citation = builder.objectRef<CitationRow>('Citation').implement({
  description: 'What a source tells of a development, and how it knows; one a source.',
  fields: (t) => ({
    source: t.field({
      type: Source,
      description: 'The source cited.',
      resolve: (citation, _, { reader }, info) => {
        const to = ({ sourceId, asOf }: CitationRow) => [sourceId, asOf] as const
        if (!selectsOnly(info, SOURCE_TITLE))
          return one(citation, 'source', { to, read: (keys) => readSources(reader, keys) })
        // The columns that the row lacks belong to fields that are not selected.
        const read = (keys: readonly BatchKey[]) => readSourceTitles(reader, keys) as (SourceRow & BatchRow)[]
        return one(citation, 'source, its title', { to, read })
      },
    }),
    credibility: t.expose('credibility', {
      type: Credibility,
      description: 'How credible it is, whoever passes it on: the number of the NATO Admiralty code.',
    }),
    locator: t.exposeString('locator', { nullable: true, description: 'Where in the source, such as “paragraph 2”.' }),
    excerpt: t.exposeString('excerpt', { nullable: true, description: 'The source’s own words, a dozen at most.' }),
    basis: t.expose('basis', { type: CitationBasis, description: 'On what footing the source tells it.' }),
    via: t.field({
      type: [Actor],
      description: 'Through whom it came to the source, nearest first; the last is its origin.',
      resolve: (citation, _, { reader }) =>
        many(citation, 'via', (citations) => readVia(reader, citations.map(askedOfPart))),
    }),
  }),
})

/** The citation of the source that a part of a development names. */
export function citationOf(
  part: BatchRow & { readonly revisionId: number; readonly sourceId: number },
  { reader }: Pick<Context, 'reader'>,
): CitationRow {
  return one(part, 'citation', {
    to: ({ revisionId, asOf, sourceId }) => [revisionId, asOf, sourceId],
    read: (asked) => readCitations(reader, asked),
  })
}

export const Figure = builder.objectRef<FigureRow>('Figure').implement({
  description:
    'A number that a source gives. Where sources differ, the figures of each stand side by side; nothing is derived from them.',
  fields: (t) => ({
    quantity: t.expose('quantity', { type: FigureQuantity, description: 'What is counted or measured.' }),
    value: t.exposeFloat('value', {
      nullable: true,
      description: 'The number; null where the source gives a range or words only.',
    }),
    min: t.exposeFloat('min', { nullable: true, description: 'The least it may be, where the source says.' }),
    max: t.exposeFloat('max', { nullable: true, description: 'The most it may be, where the source says.' }),
    asWritten: t.exposeString('asWritten', {
      nullable: true,
      description: 'The source’s own words for it, such as “dozens”.',
    }),
    unit: t.exposeString('unit', {
      nullable: true,
      description: 'What of: people, kilometres, or a currency by its ISO 4217 code.',
    }),
    note: t.exposeString('note', { nullable: true, description: 'What is to be known of it.' }),
    citation: t.field({
      type: Citation,
      description: 'The development’s citation of the source that gives it.',
      resolve: (figure, _, context) => citationOf(figure, context),
    }),
  }),
})

/** A part of a revision that has parts of its own. */
function askedOfPart({
  revisionId,
  asOf,
  ordinal,
}: BatchRow & { readonly revisionId: number; readonly ordinal: number }) {
  return [revisionId, asOf, ordinal] as const
}

function valuesIn<Value extends string>(spaced: string, vocabulary: Vocabulary<Value>): Value[] {
  return spaced.split(' ').filter(vocabulary.has)
}

builder.interfaceFields(Development, (t) => ({
  disputes: t.field({
    type: [Dispute],
    description: 'The disputes it is part of; none for news of no dispute.',
    resolve: (development, _, { reader }) =>
      many(development, 'disputes', (all) => readDisputesOf(reader, all.map(askedOfRevision), { context: false })),
  }),
  contextOf: t.field({
    type: [Dispute],
    description: 'The disputes it is background to: reachable from them, and outside their tension.',
    resolve: (development, _, { reader }) =>
      many(development, 'contextOf', (all) => readDisputesOf(reader, all.map(askedOfRevision), { context: true })),
  }),
  participations: t.field({
    type: [Participation],
    description:
      'Who has which part in it: those that follow from a statement’s or a measure’s own fields first, then as recorded.',
    args: {
      roles: t.arg({ type: [ParticipantRole], description: 'Only these roles; an empty list restricts nothing.' }),
    },
    resolve: (development, { roles }, { reader }) =>
      many(development, `participations ${roles?.join() ?? ''}`, (all) =>
        readParticipations(reader, all.map(askedOfRevision), roles),
      ),
  }),
  places: t.field({
    type: [Place],
    description: 'Where it happened, as recorded.',
    resolve: (development, _, { reader }) =>
      many(development, 'places', (all) => readPlacesOf(reader, all.map(askedOfRevision))),
  }),
  codings: t.field({
    type: [Coding],
    description: 'How it is coded as event data; none where the scheme has no code for it, as for a plain denial.',
    resolve: (development, _, { reader }) =>
      many(development, 'codings', (all) => readCodings(reader, all.map(askedOfRevision))),
  }),
  figures: t.field({
    type: [Figure],
    description:
      'The numbers that sources give for it, each with its citation; those that disagree stand side by side.',
    resolve: (development, _, { reader }) =>
      many(development, 'figures', (all) => readFigures(reader, all.map(askedOfRevision))),
  }),
  citations: t.field({
    type: [Citation],
    description: 'Who reports it: at least one, one a source.',
    resolve: (development, _, { reader }) =>
      many(development, 'citations', (all) => readCitations(reader, all.map(askedOfRevision))),
  }),
}))
