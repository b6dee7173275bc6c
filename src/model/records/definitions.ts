import { z } from 'zod'
import { ActorKind, AffiliationRelation, IdentifierScheme } from '../vocabulary/actor.ts'
import { Attribution, BearingKind, ClaimRelationKind, Stance } from '../vocabulary/claim.ts'
import { DemandResponse, Remedy } from '../vocabulary/demand.ts'
import {
  EventKind,
  EvidentialStatus,
  FigureQuantity,
  LinkRelation,
  ParticipantRole,
} from '../vocabulary/development.ts'
import { LegalCharacter, MeasureKind, MeasureStatus } from '../vocabulary/measure.ts'
import { CodingAuxiliary, PloverContext, PloverMode, PloverType } from '../vocabulary/plover.ts'
import {
  CitationBasis,
  Credibility,
  credibilityByNumber,
  Reliability,
  reliabilityByLetter,
  SourceGenre,
} from '../vocabulary/source.ts'
import { SpeechAct, StatementChannel } from '../vocabulary/statement.ts'
import { toKebab } from '../vocabulary/vocabulary.ts'
import {
  countryCode,
  day,
  edtf,
  identifier,
  key,
  languageTag,
  number,
  oneOf,
  reference,
  text,
  url,
  valueTypes,
} from './fields.ts'

/*
 * The only definition of a record. The validation of dossiers, the published JSON Schema, the types and the inputs of the API derive from
 * it. No field has a default: an omitted field stays out of the log, and `derived-fields.ts` defines what its absence means.
 */

const HEADLINE = 300
const PROSE = 20_000
const NAME = 300
const NOTE = 2_000
/** The most items of any list. */
export const LIST_MAX = 500

const record = <Shape extends z.core.$ZodShape>(description: string, shape: Shape) =>
  z.strictObject(shape).meta({ description })
const list = <Item extends z.ZodType>(item: Item, description: string) =>
  z.array(item).max(LIST_MAX).optional().meta({ description })
const actors = (description: string) => z.array(reference('actor')).min(1).max(LIST_MAX).meta({ description })
const someActors = (description: string) => list(reference('actor'), description)
/** The descriptions of grades, which are written as letters or numbers, and in words. */
const graded = ({ values, descriptions }: typeof Reliability | typeof Credibility): string[] => {
  const described = values.map((value: string) => (descriptions as Readonly<Record<string, string>>)[value] ?? '')
  return [...described, ...described]
}
const note = text(NOTE, 'A remark for readers.').optional()
const sources = list(reference('source'), 'The sources for it.')
const country = countryCode('The country, as an ISO 3166-1 alpha-2 code; XK is Kosovo.').optional()
const identifiers = record(
  'Identifiers in other registers, by scheme.',
  Object.fromEntries(IdentifierScheme.values.map((scheme) => [toKebab(scheme), identifier(scheme).optional()])),
)
  .register(valueTypes, { type: 'Identifiers' })
  .optional()

const affiliation = record('Connects an actor to a state or organisation.', {
  to: reference('actor', 'The key of the state or organisation.'),
  relation: oneOf(AffiliationRelation, 'How the actor relates to it.'),
  office: text(NAME, 'The office held.').optional(),
  date: edtf('The period; unknown if omitted.').optional(),
  sources,
})

const actor = record('A state, organ, organisation, company, outlet, person or group.', {
  key: key('The key of the actor.'),
  name: text(NAME, 'The best-known name.'),
  kind: oneOf(ActorKind, 'The type of actor.'),
  country,
  description: text(NOTE, 'A short description, in a sentence.').optional(),
  aliases: list(text(NAME, 'Another name.'), 'Other names.'),
  identifiers,
  affiliations: list(affiliation, 'The states and organisations it is affiliated with.'),
})

const place = record('A place where something happened.', {
  key: key('The key of the place.'),
  name: text(NAME, 'The name of the place.'),
  country,
  latitude: z.number().min(-90).max(90).optional().meta({ description: 'The latitude in degrees north, WGS 84.' }),
  longitude: z.number().min(-180).max(180).optional().meta({ description: 'The longitude in degrees east, WGS 84.' }),
  identifiers,
})

const source = record('A document that reports something.', {
  key: key('The key of the source.'),
  title: text(1_000, 'The title; in brackets if it was supplied.'),
  outlet: reference('actor', 'The key of the publisher; omitted if unknown.').optional(),
  'republished-by': reference('actor', 'The key of the outlet that republished it.').optional(),
  genre: oneOf(SourceGenre, 'The type of document.').optional(),
  note: text(NOTE, 'A remark on the source or its grade.').optional(),
  author: text(NAME, 'The author as named.').optional(),
  url: url('Where it was published.').optional(),
  'archive-url': url('Where a copy is archived.').optional(),
  published: edtf('The date of publication.').optional(),
  'published-note': text(NOTE, 'How the date was determined, if the document does not state it.').optional(),
  accessed: day('The day on which it was read.').optional(),
  language: languageTag('The language of the document, as a BCP 47 tag.'),
  reliability: z
    .enum([...reliabilityByLetter.keys(), ...Reliability.values.map(toKebab)] as [string, ...string[]])
    .meta({
      description: 'The reliability of the source in the NATO Admiralty code, A to F.',
      enumDescriptions: graded(Reliability),
    })
    .register(valueTypes, { type: Reliability }),
})

const phase = record('A period of a dispute.', {
  label: text(NAME, 'The name of the phase.'),
  date: edtf('The period.'),
  summary: text(PROSE, 'What characterises it.'),
  sources,
})

const dispute = record('A dispute between states.', {
  key: key('The key of the dispute.'),
  title: text(HEADLINE, 'The title.'),
  summary: text(PROSE, 'What the dispute is about, in a paragraph.'),
  period: edtf('The period over which it runs.'),
  parties: actors('The keys of the states in dispute.'),
  'central-claim': reference('claim', 'The key of the claim of this dispute on which the dispute turns.').optional(),
  phases: list(phase, 'The phases, in order.'),
  precedents: list(reference('dispute'), 'The keys of earlier disputes cited as precedents.'),
})

const claimRelation = record('Relates a claim to another.', {
  relation: oneOf(ClaimRelationKind, 'The relation to the other claim.'),
  claim: reference('claim', 'The key of the other claim.'),
  sources,
})

const claim = record('A proposition that parties contest.', {
  key: key('The key of the claim.'),
  dispute: reference('dispute', 'The key of the dispute in which it is contested.'),
  proposition: text(NOTE, 'The proposition, as a sentence that can be affirmed or denied.'),
  relations: list(claimRelation, 'The relations to other claims.'),
})

const demand = record('Something that one side demands of another.', {
  key: key('The key of the demand.'),
  dispute: reference('dispute', 'The key of the dispute in which it is made.'),
  text: text(NOTE, 'What is demanded.'),
  remedy: oneOf(Remedy, 'The kind of remedy demanded.'),
  'made-by': actors('The keys of the actors who make the demand.'),
  addressees: someActors('The keys of the actors to whom it is addressed.'),
})

const participant = record('An actor and its role in a development.', {
  actor: reference('actor'),
  role: oneOf(ParticipantRole, 'The role.'),
  note,
})

const coding = record('A PLOVER 2.0 coding.', {
  type: oneOf(PloverType, 'The PLOVER event type.'),
  modes: list(oneOf(PloverMode, 'A mode of the type.'), 'Modes of the type.'),
  contexts: list(oneOf(PloverContext, 'A context.'), 'What it was about.'),
  initiators: actors('The keys of the actors who did it (in PLOVER, actors).'),
  recipients: someActors('The keys of the actors to whom it was done.'),
  auxiliaries: list(
    oneOf(CodingAuxiliary, 'A reason not to count the coding.'),
    'Reasons not to count the coding. A coding with an auxiliary is kept and never counted in scores.',
  ),
})

const figure = record('A number that a source gives.', {
  quantity: oneOf(FigureQuantity, 'What is counted or measured.'),
  value: number('The number.').optional(),
  min: number('The lower bound.').optional(),
  max: number('The upper bound.').optional(),
  'as-written': text(NAME, 'The words of the source, such as "dozens".').optional(),
  unit: text(100, 'The unit, or the currency (ISO 4217).').optional(),
  note,
  citation: reference('source', 'The key of the source that gives it, which the development must cite.'),
})

const bearing = record('What a development means for a claim, apart from any position.', {
  claim: reference('claim'),
  bearing: oneOf(BearingKind, 'What it means for the claim.'),
  by: someActors('The keys of the actors who say so.'),
  citation: reference('source', 'The key of the source that says so, which the development must cite.'),
  note,
})

const citation = record('A source that reports the development.', {
  source: reference('source'),
  credibility: z
    .literal([...credibilityByNumber.keys(), ...Credibility.values.map(toKebab)])
    .meta({
      description: 'The credibility of the information in the NATO Admiralty code, 1 to 6.',
      enumDescriptions: graded(Credibility),
    })
    .register(valueTypes, { type: Credibility }),
  basis: oneOf(CitationBasis, 'How the source knows.'),
  via: someActors('The keys of the actors through whom it came, nearest first.'),
  locator: text(NAME, 'The place in the source.').optional(),
  excerpt: text(NAME, 'The words of the source, at most twelve.').optional(),
})

const link = record('Links a development to another.', {
  relation: oneOf(LinkRelation, 'How this development relates to the other.'),
  development: reference('development'),
  note,
})

const assessment = record('What a development means for a demand.', {
  demand: reference('demand'),
  response: oneOf(DemandResponse, 'The response to the demand.'),
  date: edtf('The date as of which the response holds.'),
  by: someActors('The keys of the actors who judge the response so; omitted if the record itself does.'),
  citation: reference('source', 'The key of the source that shows it, which the development must cite.').optional(),
  note,
})

const statusChange = record('What a development means for a measure.', {
  measure: reference('measure'),
  status: oneOf(MeasureStatus, 'The new status.'),
  date: edtf('The date of the change.'),
  note,
})

const quote = record('Words that were spoken or written.', {
  text: text(NOTE, 'The words.'),
  language: languageTag('The language of the quote, as a BCP 47 tag.'),
  translated: z.boolean().optional().meta({ description: 'Whether the words were spoken in another language.' }),
  citation: reference('source', 'The key of the source that quotes them, which the development must cite.'),
})

const position = record('A position on a contested claim.', {
  claim: reference('claim'),
  stance: oneOf(Stance, 'The attitude to the claim.'),
  attribution: oneOf(Attribution, 'How the stance is known; paraphrased if omitted.').optional(),
  holder: reference('actor', 'The key of the holder; if omitted, the actor spoken for, else the speaker.').optional(),
  alternative: reference('claim', 'The key of the rival claim, if an alternative is offered.').optional(),
  citation: reference('source', 'The key of the source that shows it, which the development must cite.').optional(),
  note,
})

const shared = {
  headline: text(HEADLINE, 'What happened, as a neutral headline.'),
  summary: text(PROSE, 'What happened, in a few sentences, attributed to the sources.'),
  date: edtf('When it happened.'),
  'date-note': text(NOTE, 'How the date was determined.').optional(),
  'evidential-status': oneOf(EvidentialStatus, 'How well it is established that it occurred.'),
  disputes: list(reference('dispute'), 'The keys of the disputes it is part of.'),
  'context-of': list(reference('dispute'), 'The keys of the disputes it is background to.'),
  places: list(reference('place'), 'The keys of the places where it happened.'),
  participants: list(participant, 'The actors and their roles.'),
  codings: list(coding, 'The codings in PLOVER 2.0.'),
  figures: list(figure, 'The numbers that sources give.'),
  bearings: list(bearing, 'What it means for contested claims.'),
  citations: z
    .array(citation)
    .min(1)
    .max(LIST_MAX)
    .meta({ description: 'The sources that report it: at least one, each cited once.' }),
  links: list(link, 'Links to other developments.'),
  assessments: list(assessment, 'What it means for demands.'),
  'status-changes': list(statusChange, 'What it means for measures.'),
  retract: text(NOTE, 'Why the record is withdrawn.').optional(),
}

const event = record('Something that happened.', {
  event: key('The key of the event.'),
  ...shared,
  'event-kind': oneOf(EventKind, 'The type of event.'),
})

const statement = record('Something that somebody said.', {
  statement: key('The key of the statement.'),
  ...shared,
  speakers: actors('The keys of the speakers.'),
  'on-behalf-of': someActors('The keys of the actors spoken for, if the speakers spoke for others.'),
  addressees: someActors('The keys of the actors to whom it was said.'),
  acts: z
    .array(oneOf(SpeechAct, 'A speech act.'))
    .min(1)
    .max(LIST_MAX)
    .meta({ description: 'What was done by saying it.' }),
  channel: oneOf(StatementChannel, 'How it was made.'),
  quotes: list(quote, 'Quotes from it.'),
  positions: list(position, 'The positions taken in it.'),
  demands: list(reference('demand'), 'The keys of the demands made in it.'),
})

const measure = record('Something that one side did to another.', {
  measure: key('The key of the measure.'),
  ...shared,
  'measure-kind': oneOf(MeasureKind, 'The type of measure.'),
  'legal-character': oneOf(LegalCharacter, 'The legal category.'),
  'legal-basis': text(NOTE, 'The legal basis that was given.').optional(),
  'imposed-by': actors('The keys of the actors who took it.'),
  targets: someActors('The keys of the actors against whom it was taken.'),
  beneficiaries: someActors('The keys of the actors for whose benefit it was taken.'),
  status: oneOf(MeasureStatus, 'The first status, on the date of the measure.'),
})

/** Why a record changed, as the log keeps it. */
export const changeNote = text(NOTE, 'Why the record changed.')

/** The definition of every kind of record, by its name in NDJSON and in the log. */
export const recordDefinitions = { actor, place, source, dispute, claim, demand, event, statement, measure }

/** The kinds of development, which share one space of keys. */
export const DEVELOPMENT_KINDS = ['event', 'statement', 'measure'] as const satisfies readonly RecordKind[]

export function isDevelopmentKind(kind: string): kind is DevelopmentRecordKind {
  return DEVELOPMENT_KINDS.some((one) => one === kind)
}

export type RecordKind = keyof typeof recordDefinitions
export type ReferenceKind = Exclude<RecordKind, DevelopmentRecordKind>
export type DevelopmentRecordKind = (typeof DEVELOPMENT_KINDS)[number]

/** A space of keys: within one, a key names one record for good. The three kinds of development share one. */
export type Space = ReferenceKind | 'development'

/** In the order of their foreign keys. */
export const SPACES: readonly Space[] = ['actor', 'place', 'source', 'dispute', 'claim', 'demand', 'development']

export function spaceOf(kind: RecordKind): Space {
  return isDevelopmentKind(kind) ? 'development' : kind
}

export type RecordOf<Kind extends RecordKind> = z.output<(typeof recordDefinitions)[Kind]>
export type EventRecord = RecordOf<'event'>
export type StatementRecord = RecordOf<'statement'>
export type MeasureRecord = RecordOf<'measure'>
export type DevelopmentRecord = EventRecord | StatementRecord | MeasureRecord
export type AnyRecord = RecordOf<RecordKind>
