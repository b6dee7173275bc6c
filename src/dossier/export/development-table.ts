import { contentOf } from '../../model/records/canonical-record.ts'
import type { DevelopmentRecord, EventRecord, MeasureRecord, StatementRecord } from '../../model/records/definitions.ts'
import { credibilityOf, participationsOf, type Participation } from '../../model/records/derived-fields.ts'
import type { ParticipantRole } from '../../model/vocabulary/development.ts'
import { type PloverMode, type PloverType, scoreOf } from '../../model/vocabulary/plover.ts'
import { fromKebab } from '../../model/vocabulary/vocabulary.ts'
import type { RevisionContent } from '../../store/queries/changes.ts'
import type { Column } from './csv.ts'
import type { Names } from './names.ts'

/** A development as it was known at a seq. */
export interface DevelopmentRow {
  readonly revision: RevisionContent
  /** The fields of one of the kinds. */
  readonly content: Partial<EventRecord> & Partial<StatementRecord> & Partial<MeasureRecord> & Shared
  readonly participations: readonly Participation[]
  readonly names: Names
  /** The seq as of which it is read. */
  readonly asOf: number
}

type Shared = Pick<DevelopmentRecord, 'headline' | 'summary' | 'date' | 'evidential-status' | 'citations'>

export function developmentRow(revision: RevisionContent, names: Names, asOf: number): DevelopmentRow {
  const content = contentOf(revision) as DevelopmentRecord // revisions belong to developments
  return { revision, content, participations: participationsOf(content), names, asOf }
}

/** What a development is. */
export const IDENTITY: readonly Column<DevelopmentRow>[] = [
  { name: 'key', description: 'The key of the development.', cell: ({ revision }) => revision.key },
  { name: 'headline', description: 'The headline.', cell: ({ content }) => content.headline },
  { name: 'summary', description: 'The summary.', cell: ({ content }) => content.summary },
]

/** The date of a development. */
export const DATE: readonly Column<DevelopmentRow>[] = [
  { name: 'date', description: 'The date in EDTF, as precise as the sources.', cell: ({ content }) => content.date },
  {
    name: 'earliest',
    description: 'The first day that the date may mean, YYYY-MM-DD. Empty if the start is open or unknown.',
    cell: ({ revision }) => revision.earliest,
  },
  {
    name: 'latest',
    description: 'The last day that the date may mean. Empty if the end is open or unknown.',
    cell: ({ revision }) => revision.latest,
  },
  { name: 'date_note', description: 'How the date was determined.', cell: ({ content }) => content['date-note'] },
]

const PLACES: readonly Column<DevelopmentRow>[] = [
  {
    name: 'disputes',
    description: 'The keys of the disputes that it is part of.',
    cell: ({ content }) => content.disputes,
  },
  {
    name: 'dispute_titles',
    description: 'The titles of `disputes`.',
    cell: ({ content, names }) => content.disputes?.map(names.dispute),
  },
  {
    name: 'context_of',
    description: 'The keys of the disputes that it is background to.',
    cell: ({ content }) => content['context-of'],
  },
  { name: 'places', description: 'The keys of the places.', cell: ({ content }) => content.places },
  {
    name: 'place_names',
    description: 'The names of `places`.',
    cell: ({ content, names }) => content.places?.map(names.place),
  },
]

/** How well a development is sourced. */
export const EVIDENCE: readonly Column<DevelopmentRow>[] = [
  {
    name: 'evidential_status',
    description: 'How well it is established that it occurred.',
    cell: ({ content }) => value(content['evidential-status']),
  },
  {
    name: 'credibility',
    description: 'The best grade of its citations.',
    cell: ({ revision }) => revision.credibility,
  },
  {
    name: 'independent_sources',
    description: 'The number of distinct origins of its citations.',
    cell: ({ content, names, asOf }) => countOrigins(content.citations, names, asOf),
  },
  {
    name: 'sources',
    description: 'The keys of the sources that it cites.',
    cell: ({ content }) => content.citations.map(({ source }) => source),
  },
  {
    name: 'source_titles',
    description: 'The titles of `sources`.',
    cell: ({ content, names }) => content.citations.map(({ source }) => names.source(source).title),
  },
  {
    name: 'source_reliability',
    description: 'The grades of `sources`.',
    cell: ({ content, names }) => content.citations.map(({ source }) => names.source(source).reliability),
  },
  {
    name: 'citation_credibility',
    description: 'How credible what each of `sources` says of it is.',
    cell: ({ content }) => content.citations.map(({ credibility }) => credibilityOf(credibility)),
  },
  {
    name: 'citation_bases',
    description: 'How each of `sources` knows.',
    cell: ({ content }) => content.citations.map(({ basis }) => value(basis)),
  },
]

/** What the store recorded of a development, and when. */
export const RECORDING: readonly Column<DevelopmentRow>[] = [
  {
    name: 'retracted',
    description: '`true` if it was retracted, else `false`.',
    cell: ({ revision }) => (revision.retracted === 1 ? 'true' : 'false'),
  },
  {
    name: 'retraction_reason',
    description: 'Why it was retracted.',
    cell: ({ revision }) => (revision.retracted === 1 ? revision.note : null),
  },
  { name: 'revision', description: 'The number of the revision.', cell: ({ revision }) => revision.number },
  {
    name: 'recorded_at',
    description: 'When it was first recorded, in UTC.',
    cell: ({ revision }) => instant(revision.firstRecordedAt),
  },
  {
    name: 'amended_at',
    description: 'When it was last amended or retracted, in UTC. Empty if it is as first recorded.',
    cell: ({ revision }) => (revision.number === 1 ? null : instant(revision.recordedAt)),
  },
]

/** One row for each development. Columns are only added, at the end. */
export const DEVELOPMENT_COLUMNS: readonly Column<DevelopmentRow>[] = [
  ...IDENTITY.slice(0, 1),
  { name: 'kind', description: '`EVENT`, `STATEMENT` or `MEASURE`.', cell: ({ revision }) => revision.kind },
  ...IDENTITY.slice(1),
  ...DATE,
  ...PLACES,
  {
    name: 'participants',
    description: 'The keys of the actors that take part, once for each role.',
    cell: ({ participations }) => participations.map(({ actor }) => actor),
  },
  {
    name: 'participant_names',
    description: 'The names of `participants`.',
    cell: ({ participations, names }) => participations.map(({ actor }) => names.actor(actor)),
  },
  {
    name: 'participant_roles',
    description: 'The roles of `participants`.',
    cell: ({ participations }) => participations.map(({ role }) => role),
  },
  ...EVIDENCE,
  {
    name: 'event_kind',
    description: 'The type of an event.',
    cell: ({ content }) => value(content['event-kind']),
  },
  { name: 'acts', description: 'The speech acts of a statement.', cell: ({ content }) => content.acts?.map(value) },
  { name: 'channel', description: 'How a statement was made.', cell: ({ content }) => value(content.channel) },
  {
    name: 'quotes',
    description: 'The quotes from a statement.',
    cell: ({ content }) => content.quotes?.map(({ text }) => text),
  },
  {
    name: 'quote_languages',
    description: 'The languages of `quotes`, as BCP 47 tags.',
    cell: ({ content }) => content.quotes?.map(({ language }) => language),
  },
  {
    name: 'position_claims',
    description: 'The keys of the claims on which a statement takes positions. `positions.csv` has the positions.',
    cell: ({ content }) => content.positions?.map(({ claim }) => claim),
  },
  {
    name: 'demands_made',
    description: 'The keys of the demands that a statement makes.',
    cell: ({ content }) => content.demands,
  },
  {
    name: 'measure_kind',
    description: 'The type of a measure. `measures.csv` has its statuses.',
    cell: ({ content }) => value(content['measure-kind']),
  },
  {
    name: 'legal_character',
    description: 'The legal category of a measure.',
    cell: ({ content }) => value(content['legal-character']),
  },
  {
    name: 'legal_basis',
    description: 'The legal basis that was given for a measure.',
    cell: ({ content }) => content['legal-basis'],
  },
  {
    name: 'coding_types',
    description: 'The PLOVER types of its codings.',
    cell: ({ content }) => content.codings?.map(({ type }) => value(type)),
  },
  {
    name: 'coding_modes',
    description: 'The modes of each coding, joined with `, `.',
    cell: ({ content }) => content.codings?.map(({ modes }) => inner(modes?.map(value))),
  },
  {
    name: 'coding_contexts',
    description: 'The contexts of each coding, joined with `, `.',
    cell: ({ content }) => content.codings?.map(({ contexts }) => inner(contexts?.map(value))),
  },
  {
    name: 'coding_initiators',
    description: 'The keys of the actors who did it, for each coding, joined with `, `.',
    cell: ({ content }) => content.codings?.map(({ initiators }) => inner(initiators)),
  },
  {
    name: 'coding_recipients',
    description: 'The keys of the actors to whom it was done, for each coding, joined with `, `.',
    cell: ({ content }) => content.codings?.map(({ recipients }) => inner(recipients)),
  },
  {
    name: 'coding_scores',
    description: 'The score of each coding, from -10 (conflict) to 10 (cooperation).',
    cell: ({ content }) =>
      // Values of the vocabularies, as the definition of a record requires.
      content.codings?.map(({ type, modes }) =>
        scoreOf(value(type) as PloverType, (modes ?? []).map(value) as PloverMode[]),
      ),
  },
  {
    name: 'coding_auxiliaries',
    description: 'Why a coding does not count, joined with `, `. Empty for a coding that counts.',
    cell: ({ content }) => content.codings?.map(({ auxiliaries }) => inner(auxiliaries?.map(value))),
  },
  {
    name: 'figure_quantities',
    description: 'What each of its figures counts or measures.',
    cell: ({ content }) => content.figures?.map(({ quantity }) => value(quantity)),
  },
  {
    name: 'figure_values',
    description: 'The numbers: a value, `MIN..MAX` with an open bound left out, or the words of the source.',
    cell: ({ content }) => content.figures?.map(amountOf),
  },
  {
    name: 'figure_units',
    description: 'The units of `figure_values`.',
    cell: ({ content }) => content.figures?.map(({ unit }) => unit),
  },
  {
    name: 'figure_sources',
    description: 'The keys of the sources that give them.',
    cell: ({ content }) => content.figures?.map(({ citation }) => citation),
  },
  {
    name: 'bearing_claims',
    description: 'The keys of the claims that it supports or weakens.',
    cell: ({ content }) => content.bearings?.map(({ claim }) => claim),
  },
  {
    name: 'bearings',
    description: 'What it means for each of `bearing_claims`.',
    cell: ({ content }) => content.bearings?.map(({ bearing }) => value(bearing)),
  },
  {
    name: 'assessed_demands',
    description: 'The keys of the demands that it answers.',
    cell: ({ content }) => content.assessments?.map(({ demand }) => demand),
  },
  {
    name: 'responses',
    description: 'The answer to each of `assessed_demands`.',
    cell: ({ content }) => content.assessments?.map(({ response }) => value(response)),
  },
  {
    name: 'response_dates',
    description: 'The dates of `responses` in EDTF.',
    cell: ({ content }) => content.assessments?.map(({ date }) => date),
  },
  {
    name: 'response_by',
    description:
      'The keys of the actors who judge each of `responses` so, joined with `, `. Empty if the record itself does.',
    cell: ({ content }) => content.assessments?.map(({ by }) => inner(by)),
  },
  {
    name: 'response_sources',
    description: 'The keys of the sources that show them.',
    cell: ({ content }) => content.assessments?.map(({ citation }) => citation),
  },
  {
    name: 'changed_measures',
    description: 'The keys of the measures whose status it changes.',
    cell: ({ content }) => content['status-changes']?.map(({ measure }) => measure),
  },
  {
    name: 'new_statuses',
    description: 'The new status of each of `changed_measures`.',
    cell: ({ content }) => content['status-changes']?.map(({ status }) => value(status)),
  },
  {
    name: 'status_dates',
    description: 'The dates of `new_statuses` in EDTF.',
    cell: ({ content }) => content['status-changes']?.map(({ date }) => date),
  },
  {
    name: 'linked_developments',
    description: 'The keys of the developments that it links to.',
    cell: ({ content }) => content.links?.map(({ development }) => development),
  },
  {
    name: 'link_relations',
    description: 'How it relates to each of `linked_developments`.',
    cell: ({ content }) => content.links?.map(({ relation }) => value(relation)),
  },
  ...RECORDING,
]

/** The actors in one role, by key and by name. */
export function actorColumns(name: string, role: ParticipantRole, who: string): readonly Column<DevelopmentRow>[] {
  const inRole = ({ participations }: DevelopmentRow) =>
    participations.filter((participation) => participation.role === role).map(({ actor }) => actor)
  return [
    { name, description: `The keys of the actors ${who}.`, cell: inRole },
    {
      name: `${name}_names`,
      description: `The names of \`${name}\`.`,
      cell: (row) => inRole(row).map(row.names.actor),
    },
  ]
}

/** A value of a vocabulary as the API writes it; empty if there is none. */
export function value(word: string | undefined): string {
  return word === undefined ? '' : fromKebab(word)
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

/** Joins a list that is an item of a list. */
export function inner(items: readonly string[] | undefined): string {
  return (items ?? []).join(', ')
}

type Figure = NonNullable<DevelopmentRecord['figures']>[number]

function amountOf({ value: amount, min, max, 'as-written': words }: Figure): number | string {
  if (amount !== undefined) return amount
  return min === undefined && max === undefined ? (words ?? '') : `${min ?? ''}..${max ?? ''}`
}

/** The origin of a citation is the last actor of `via`, else the outlet of its source if that was known, else the source. */
function countOrigins(citations: DevelopmentRecord['citations'], names: Names, asOf: number): number {
  const origins = citations.map(({ source, via }) => {
    const last = via?.at(-1)
    if (last !== undefined) return `actor ${last}`
    const { outlet, outletId } = names.source(source)
    return outlet !== null && outletId !== null && outletId <= asOf ? `actor ${outlet}` : `source ${source}`
  })
  return new Set(origins).size
}
