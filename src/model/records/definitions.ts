import { z } from 'zod'
import { countryCode, day, edtf, key, languageTag, number, oneOf, reference, text, url } from './fields.ts'
import { CodingAuxiliary, PloverContext, PloverMode, PloverType } from '../vocabulary/plover.ts'
import { ActorKind, AffiliationRelation, IdentifierScheme } from '../vocabulary/actor.ts'
import { Attribution, BearingKind, ClaimRelationKind, Stance } from '../vocabulary/claim.ts'
import { DemandResponse, Remedy } from '../vocabulary/demand.ts'
import { EvidentialStatus, FigureQuantity, LinkRelation, ParticipantRole } from '../vocabulary/development.ts'
import { EventKind } from '../vocabulary/event.ts'
import { Credibility, credibilityByNumber, Reliability, reliabilityByLetter } from '../vocabulary/grading.ts'
import { LegalCharacter, MeasureKind, MeasureStatus } from '../vocabulary/measure.ts'
import { CitationBasis, SourceGenre } from '../vocabulary/source.ts'
import { SpeechAct, StatementChannel } from '../vocabulary/statement.ts'
import { toKebab } from '../vocabulary/vocabulary.ts'

/*
 * The one definition of a record. The dossier's validation, the published JSON Schema, the types and the inputs of the API derive from
 * it. Nothing here has a default: what was left out stays out of the log, and derivation says what its absence means.
 */

const HEADLINE = 300
const PROSE = 20_000
const NAME = 300
const NOTE = 2_000

const note = text(NOTE, 'A remark for readers.').optional()
const sources = z.array(reference('source')).optional().meta({ description: 'The sources that say so.' })
const actors = (description: string) => z.array(reference('actor')).meta({ description })
const identifiers = z
  .partialRecord(z.enum(IdentifierScheme.values.map(toKebab) as [string, ...string[]]), text(200, 'The identifier.'))
  .optional()
  .meta({ description: 'What others call it, by scheme.' })

const affiliation = z
  .strictObject({
    to: reference('actor', 'The organisation or state it belongs to.'),
    relation: oneOf(AffiliationRelation, 'How it belongs to it.'),
    office: text(NAME, 'The office held.').optional(),
    date: edtf('When it held; unknown where left out.').optional(),
    sources,
  })
  .meta({ description: 'Ties an actor to an organisation or state.' })

const actor = z
  .strictObject({
    key: key('The handle of the actor.'),
    name: text(NAME, 'The name it is best known by.'),
    kind: oneOf(ActorKind, 'What it is.'),
    country: countryCode('The country it belongs to, ISO 3166-1 alpha-2; XK is Kosovo.').optional(),
    description: text(NOTE, 'Who that is, in a sentence.').optional(),
    aliases: z.array(text(NAME, 'Another name.')).optional().meta({ description: 'Other names it goes by.' }),
    identifiers,
    affiliations: z.array(affiliation).optional().meta({ description: 'What it belongs to.' }),
  })
  .meta({ description: 'A state, organ, organisation, company, outlet, person or group that takes part.' })

const place = z
  .strictObject({
    key: key('The handle of the place.'),
    name: text(NAME, 'The name of the place.'),
    country: countryCode('The country it lies in, ISO 3166-1 alpha-2; XK is Kosovo.').optional(),
    latitude: z.number().min(-90).max(90).optional().meta({ description: 'Degrees north, WGS 84.' }),
    longitude: z.number().min(-180).max(180).optional().meta({ description: 'Degrees east, WGS 84.' }),
    identifiers,
  })
  .meta({ description: 'Where something happened.' })

const source = z
  .strictObject({
    key: key('The handle of the source.'),
    title: text(1_000, 'Its title; one supplied by the coder stands in brackets.'),
    outlet: reference('actor', 'Who published it; left out where it is not known.').optional(),
    'republished-by': reference('actor', 'Who published it again.').optional(),
    genre: oneOf(SourceGenre, 'What sort of text it is.').optional(),
    note: text(NOTE, 'On the source and its grade.').optional(),
    author: text(NAME, 'Who wrote it.').optional(),
    url: url('Where it is.').optional(),
    'archive-url': url('Where a copy is kept.').optional(),
    published: edtf('When it was published.').optional(),
    'published-note': text(NOTE, 'Where the date comes from, if not from the document.').optional(),
    accessed: day('The day on which it was read.').optional(),
    language: languageTag('The language it is written in, BCP 47.'),
    reliability: z
      .enum([...reliabilityByLetter.keys(), ...Reliability.values.map(toKebab)] as [string, ...string[]])
      .meta({ description: 'Its grade in the NATO Admiralty code, A to F.' }),
  })
  .meta({ description: 'A document that reports something.' })

const phase = z
  .strictObject({
    label: text(NAME, 'The name of the phase.'),
    date: edtf('When it lasted.'),
    summary: text(PROSE, 'What it was about.'),
    sources,
  })
  .meta({ description: 'A stretch of a dispute.' })

const dispute = z
  .strictObject({
    key: key('The handle of the dispute.'),
    title: text(HEADLINE, 'What it is about, as a title.'),
    summary: text(PROSE, 'What it is about, in a paragraph.'),
    period: edtf('From when to when.'),
    parties: actors('The states that dispute.').min(1),
    phases: z.array(phase).optional().meta({ description: 'Its phases, in order.' }),
    precedents: z
      .array(reference('dispute'))
      .optional()
      .meta({ description: 'Earlier disputes that it is likened to.' }),
  })
  .meta({ description: 'A dispute between states.' })

const claimRelation = z
  .strictObject({
    relation: oneOf(ClaimRelationKind, 'How the claim stands to the other.'),
    claim: reference('claim', 'The other claim.'),
    sources,
  })
  .meta({ description: 'Ties a claim to another.' })

const claim = z
  .strictObject({
    key: key('The handle of the claim.'),
    dispute: reference('dispute', 'The dispute in which it is contested.'),
    proposition: text(NOTE, 'What is claimed, as a sentence that can be affirmed or denied.'),
    relations: z.array(claimRelation).optional().meta({ description: 'How it stands to other claims.' }),
  })
  .meta({ description: 'A proposition that parties contest.' })

const demand = z
  .strictObject({
    key: key('The handle of the demand.'),
    dispute: reference('dispute', 'The dispute in which it is made.'),
    text: text(NOTE, 'What is demanded.'),
    remedy: oneOf(Remedy, 'The kind of remedy it asks for.'),
    'made-by': actors('Whose demand it is.').min(1),
    addressees: actors('Of whom it is demanded.').optional(),
  })
  .meta({ description: 'Something that one side demands of another.' })

const participant = z
  .strictObject({
    actor: reference('actor'),
    role: oneOf(ParticipantRole, 'The part it has.'),
    note,
  })
  .meta({ description: 'An actor and its part in a development.' })

const coding = z
  .strictObject({
    type: oneOf(PloverType, 'The PLOVER event type.'),
    modes: z.array(oneOf(PloverMode, 'A mode of the type.')).optional().meta({ description: 'Modes of the type.' }),
    contexts: z.array(oneOf(PloverContext, 'A context.')).optional().meta({ description: 'What it was about.' }),
    initiators: actors('Who did it (PLOVER: actor).').min(1),
    recipients: actors('To whom.').optional(),
    auxiliaries: z
      .array(oneOf(CodingAuxiliary, 'A reason not to count it.'))
      .optional()
      .meta({ description: 'A coding with any of these is kept and never summed.' }),
  })
  .meta({ description: 'A PLOVER 2.0 coding.' })

const figure = z
  .strictObject({
    quantity: oneOf(FigureQuantity, 'What is counted.'),
    value: number('The number.').optional(),
    min: number('The least it may be.').optional(),
    max: number('The most it may be.').optional(),
    'as-written': text(NAME, 'The words of the source, as "dozens".').optional(),
    unit: text(100, 'The unit or currency (ISO 4217).').optional(),
    note,
    citation: reference('source', 'The source that gives it; one that the development cites.'),
  })
  .meta({ description: 'A number that a source gives.' })

const bearing = z
  .strictObject({
    claim: reference('claim'),
    bearing: oneOf(BearingKind, 'What it means for the claim.'),
    by: actors('Who says so.').optional(),
    citation: reference('source', 'The source that says so; one that the development cites.'),
    note,
  })
  .meta({ description: "What a development means for a claim, beyond anyone's position." })

const citation = z
  .strictObject({
    source: reference('source'),
    credibility: z
      .literal([...credibilityByNumber.keys(), ...Credibility.values.map(toKebab)])
      .meta({ description: 'The grade of the information in the NATO Admiralty code, 1 to 6.' }),
    basis: oneOf(CitationBasis, 'How the source knows.'),
    via: actors('Through whom it came, nearest first.').optional(),
    locator: text(NAME, 'Where in the source.').optional(),
    excerpt: text(NAME, 'The words of the source, a dozen at most.').optional(),
  })
  .meta({ description: 'A source that reports the development.' })

const link = z
  .strictObject({
    relation: oneOf(LinkRelation, 'How this development stands to the other.'),
    development: reference('development'),
    note,
  })
  .meta({ description: 'Ties a development to another.' })

const assessment = z
  .strictObject({
    demand: reference('demand'),
    response: oneOf(DemandResponse, 'How the demand stood answered.'),
    date: edtf('As of when.'),
    note,
  })
  .meta({ description: 'What a development means for a demand.' })

const statusChange = z
  .strictObject({
    measure: reference('measure'),
    status: oneOf(MeasureStatus, 'The status it came to.'),
    date: edtf('When.'),
    note,
  })
  .meta({ description: 'What a development means for a measure.' })

const quote = z
  .strictObject({
    text: text(NOTE, 'The words.'),
    language: languageTag('The language they stand in, BCP 47.'),
    translated: z.boolean().optional().meta({ description: 'Whether they were spoken in another language.' }),
    citation: reference('source', 'The source that quotes them; one that the development cites.'),
  })
  .meta({ description: 'Words that were spoken or written.' })

const position = z
  .strictObject({
    claim: reference('claim'),
    stance: oneOf(Stance, 'The stance towards the claim.'),
    attribution: oneOf(Attribution, 'How the stance is known; paraphrased where left out.').optional(),
    holder: reference(
      'actor',
      'Whose position it is; where left out, the one spoken for, else the speaker.',
    ).optional(),
    alternative: reference('claim', 'The rival claim, where an alternative is offered.').optional(),
    citation: reference('source', 'The source that shows it; one that the development cites.').optional(),
    note,
  })
  .meta({ description: 'A stance towards a contested claim.' })

const shared = {
  headline: text(HEADLINE, 'What happened, as a headline in neutral words.'),
  summary: text(PROSE, 'What happened, in a few sentences, attributed.'),
  date: edtf('When it happened.'),
  'date-note': text(NOTE, 'Where the date comes from.').optional(),
  'evidential-status': oneOf(EvidentialStatus, 'How well the occurrence is established.'),
  disputes: z.array(reference('dispute')).optional().meta({ description: 'The disputes it is part of.' }),
  'context-of': z.array(reference('dispute')).optional().meta({ description: 'The disputes it is background to.' }),
  places: z.array(reference('place')).optional().meta({ description: 'Where it happened.' }),
  participants: z.array(participant).optional().meta({ description: 'Who had a part in it.' }),
  codings: z.array(coding).optional().meta({ description: 'How it is coded in PLOVER 2.0.' }),
  figures: z.array(figure).optional().meta({ description: 'The numbers given for it.' }),
  bearings: z.array(bearing).optional().meta({ description: 'What it means for contested claims.' }),
  citations: z.array(citation).min(1).meta({ description: 'Who reports it; at least one, one a source.' }),
  links: z.array(link).optional().meta({ description: 'How it stands to other developments.' }),
  assessments: z.array(assessment).optional().meta({ description: 'What it means for demands.' }),
  'status-changes': z.array(statusChange).optional().meta({ description: 'What it means for measures.' }),
  retract: text(NOTE, 'Why the record is withdrawn.').optional(),
}

const event = z
  .strictObject({
    event: key('The handle of the event.'),
    ...shared,
    'event-kind': oneOf(EventKind, 'What sort of event.'),
  })
  .meta({ description: 'Something that happened.' })

const statement = z
  .strictObject({
    statement: key('The handle of the statement.'),
    ...shared,
    speakers: actors('Who spoke.').min(1),
    'on-behalf-of': actors('For whom they spoke, where they spoke for another.').optional(),
    addressees: actors('To whom.').optional(),
    acts: z.array(oneOf(SpeechAct, 'A speech act.')).min(1).meta({ description: 'What was done in saying it.' }),
    channel: oneOf(StatementChannel, 'How it was said.'),
    quotes: z.array(quote).optional().meta({ description: 'Words of it.' }),
    positions: z.array(position).optional().meta({ description: 'The positions taken in it.' }),
    demands: z.array(reference('demand')).optional().meta({ description: 'The demands made in it.' }),
  })
  .meta({ description: 'Something that somebody said.' })

const measure = z
  .strictObject({
    measure: key('The handle of the measure.'),
    ...shared,
    'measure-kind': oneOf(MeasureKind, 'What sort of measure.'),
    'legal-character': oneOf(LegalCharacter, 'What it is in law.'),
    'legal-basis': text(NOTE, 'The legal ground that was given.').optional(),
    'imposed-by': actors('Who took it.').min(1),
    targets: actors('Against whom.').optional(),
    beneficiaries: actors('For whom.').optional(),
    status: oneOf(MeasureStatus, 'Its first status, on its own date.'),
  })
  .meta({ description: 'Something that one side did to another.' })

/** The definition of every kind of record, by the name it has in NDJSON and in the log. */
export const recordDefinitions = { actor, place, source, dispute, claim, demand, event, statement, measure }

/** The kinds whose keys are one space. */
export const DEVELOPMENT_KINDS = ['event', 'statement', 'measure'] as const satisfies readonly RecordKind[]

export function isDevelopmentKind(kind: string): kind is DevelopmentRecordKind {
  return DEVELOPMENT_KINDS.some((one) => one === kind)
}

export type RecordKind = keyof typeof recordDefinitions
export type ReferenceKind = Exclude<RecordKind, DevelopmentRecordKind>
export type DevelopmentRecordKind = (typeof DEVELOPMENT_KINDS)[number]

export type RecordOf<Kind extends RecordKind> = z.output<(typeof recordDefinitions)[Kind]>
export type EventRecord = RecordOf<'event'>
export type StatementRecord = RecordOf<'statement'>
export type MeasureRecord = RecordOf<'measure'>
export type DevelopmentRecord = EventRecord | StatementRecord | MeasureRecord
export type AnyRecord = RecordOf<RecordKind>
