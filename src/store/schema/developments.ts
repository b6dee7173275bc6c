import type { Attribution, BearingKind, Stance } from '../../model/vocabulary/claim.ts'
import type { DemandResponse } from '../../model/vocabulary/demand.ts'
import type {
  DevelopmentKind,
  EventKind,
  EvidentialStatus,
  FigureQuantity,
  LinkRelation,
  ParticipantRole,
  RevisionKind,
} from '../../model/vocabulary/development.ts'
import type { CitationBasis, Credibility } from '../../model/vocabulary/source.ts'
import type { LegalCharacter, MeasureKind, MeasureStatus } from '../../model/vocabulary/measure.ts'
import type { PloverType, QuadClass } from '../../model/vocabulary/plover.ts'
import type { StatementChannel } from '../../model/vocabulary/statement.ts'
import {
  check,
  flag,
  foreignKey,
  index,
  integer,
  oneOf,
  oneOfOrNull,
  optionalReference,
  ordinal,
  primaryKey,
  real,
  reference,
  sql,
  sqliteTable,
  text,
  unique,
  uniqueIndex,
  type AnySQLiteColumn,
  type SQL,
} from './drizzle.ts'
import { actors, claims, demands, disputes, places, sources } from './reference-records.ts'

/*
 * Projections: developments, as they are and were known. Parts belong to a revision, whose id is the seq from which it holds, and refer to
 * reference records by id. A list of vocabulary values is one text, separated by spaces.
 */

/** `until_seq` of an open revision. */
export const OPEN = Number.MAX_SAFE_INTEGER

/** The identity of a development; `id` is the seq at which it entered the log. Its content is in `revisions`. */
export const developments = sqliteTable(
  'developments',
  { id: integer().primaryKey(), key: text().notNull().unique(), kind: oneOf<DevelopmentKind>() },
  (t) => [unique('developments_id_kind').on(t.id, t.kind)],
)

/** What was known of a development from one seq (`id`) until another. */
export const revisions = sqliteTable(
  'revisions',
  {
    id: integer().primaryKey(),
    developmentId: integer().notNull(),
    kind: oneOf<DevelopmentKind>(),
    number: integer().notNull(),
    revisionKind: oneOf<RevisionKind>(),
    previousId: optionalReference((): AnySQLiteColumn => revisions.id),
    untilSeq: integer().notNull(),
    retracted: flag(),
    /** Why it was revised or retracted. */
    note: text(),
    recordedAt: integer().notNull(),
    recordedBy: text(),
    headline: text().notNull(),
    summary: text().notNull(),
    edtf: text().notNull(),
    dateNote: text(),
    earliest: text(),
    latest: text(),
    /** Chronological order as text order (`sortKeyOf`). */
    sort: text().notNull(),
    evidentialStatus: oneOf<EvidentialStatus>(),
    /** The best credibility of its citations. */
    credibility: oneOf<Credibility>(),
    eventKind: oneOfOrNull<EventKind>(),
    channel: oneOfOrNull<StatementChannel>(),
    /** The speech acts of a statement. */
    acts: text(),
    measureKind: oneOfOrNull<MeasureKind>(),
    legalCharacter: oneOfOrNull<LegalCharacter>(),
    legalBasis: text(),
    /** The first status of a measure, which holds from the measure's own date. */
    firstStatus: oneOfOrNull<MeasureStatus>(),
  },
  (t) => [
    foreignKey({ columns: [t.developmentId, t.kind], foreignColumns: [developments.id, developments.kind] }),
    index('revisions_by_sort').on(t.sort, t.developmentId, t.id, t.untilSeq, t.retracted),
    unique('revisions_by_development').on(t.developmentId, t.id),
    index('revisions_redacted').on(t.id).where(sql.raw(`"revision_kind" = 'REDACTED'`)),
    uniqueIndex('revisions_open')
      .on(t.developmentId)
      .where(sql.raw(`"until_seq" = ${OPEN}`)),
    check('revisions_span', sql`${t.untilSeq} > ${t.id} and ${t.retracted} in (0, 1)`),
    check('revisions_event', presentIn('EVENT', t.kind, t.eventKind)),
    check('revisions_statement', presentIn('STATEMENT', t.kind, t.channel, t.acts)),
    check('revisions_measure', presentIn('MEASURE', t.kind, t.measureKind, t.legalCharacter, t.firstStatus)),
  ],
)

/** Requires the columns to be present in developments of one kind and absent in all others. */
function presentIn(kind: DevelopmentKind, column: AnySQLiteColumn, ...columns: readonly AnySQLiteColumn[]): SQL {
  const isKind = sql`(${column} = ${sql.raw(`'${kind}'`)})`
  return sql.join(
    columns.map((each) => sql`${isKind} = (${each} is not null)`),
    sql` and `,
  )
}

/**
 * The folded words of a revision's headline, summary and quotes, each with its variants (`indexedWords`), with a space around each word and
 * a boundary between texts (`foldedWords`). The index `development_text` finds rows by word; testing one given row is far faster here.
 */
export const revisionWords = sqliteTable('revision_words', {
  revisionId: integer()
    .primaryKey()
    .references(() => revisions.id),
  words: text().notNull(),
})

/**
 * The inverted index: one row per revision, dimension and target (an actor, a place, a vocabulary value), in chronological order within
 * each target. `projections/postings.ts` lists the dimensions. A filter scans the postings of its rarest condition and looks up the others
 * in the same tree.
 */
export const postings = sqliteTable(
  'postings',
  {
    dimension: integer().notNull(),
    target: integer().notNull(),
    sort: text().notNull(),
    developmentId: integer().notNull(),
    revisionId: reference(() => revisions.id),
    untilSeq: integer().notNull(),
    retracted: flag(),
  },
  (t) => [primaryKey({ columns: [t.dimension, t.target, t.sort, t.developmentId, t.revisionId] })],
)

/** Identifies a part: its revision and its index in the record. */
const part = () => ({ revisionId: reference(() => revisions.id), ordinal: ordinal() })

/**
 * Repeats columns of the revision in tables that are listed by another record, so that one index gives the list in order, as of any seq.
 */
const listed = () => ({
  sort: text().notNull(),
  developmentId: reference(() => developments.id),
  untilSeq: integer().notNull(),
  retracted: flag(),
})

type Columns<Name extends string> = Readonly<Record<Name, AnySQLiteColumn>>

const partKey = (t: Columns<'revisionId' | 'ordinal'>) => primaryKey({ columns: [t.revisionId, t.ordinal] })

/** The index of a list by what it belongs to and its sort key. */
const listedBy = (
  name: string,
  t: Columns<'developmentId' | 'revisionId' | 'ordinal' | 'untilSeq' | 'retracted'>,
  owner: AnySQLiteColumn,
  sort: AnySQLiteColumn,
) => index(name).on(owner, sort, t.developmentId, t.revisionId, t.ordinal, t.untilSeq, t.retracted)

export const participations = sqliteTable(
  'participations',
  { ...part(), actorId: reference(() => actors.id), role: oneOf<ParticipantRole>(), note: text() },
  (t) => [partKey(t)],
)

export const revisionPlaces = sqliteTable(
  'revision_places',
  { ...part(), placeId: reference(() => places.id) },
  (t) => [partKey(t)],
)

export const revisionDisputes = sqliteTable(
  'revision_disputes',
  {
    ...part(),
    disputeId: reference(() => disputes.id),
    /** 1: background to the dispute; 0: part of it. */
    context: flag(),
  },
  (t) => [primaryKey({ columns: [t.revisionId, t.context, t.ordinal] })],
)

export const codings = sqliteTable(
  'codings',
  {
    ...part(),
    type: oneOf<PloverType>(),
    modes: text().notNull(),
    contexts: text().notNull(),
    auxiliaries: text().notNull(),
    quadClass: oneOf<QuadClass>(),
    score: real().notNull(),
  },
  (t) => [partKey(t)],
)

export const codingActors = sqliteTable(
  'coding_actors',
  {
    revisionId: integer().notNull(),
    coding: integer().notNull(),
    side: oneOf<'INITIATOR' | 'RECIPIENT'>(),
    ordinal: ordinal(),
    actorId: reference(() => actors.id),
  },
  (t) => [
    primaryKey({ columns: [t.revisionId, t.coding, t.side, t.ordinal] }),
    foreignKey({ columns: [t.revisionId, t.coding], foreignColumns: [codings.revisionId, codings.ordinal] }),
  ],
)

export const citations = sqliteTable(
  'citations',
  {
    ...part(),
    sourceId: reference(() => sources.id),
    credibility: oneOf<Credibility>(),
    basis: oneOf<CitationBasis>(),
    locator: text(),
    excerpt: text(),
  },
  (t) => [partKey(t), unique('citations_one_a_source').on(t.revisionId, t.sourceId)],
)

export const citationVia = sqliteTable(
  'citation_via',
  {
    revisionId: integer().notNull(),
    citation: integer().notNull(),
    ordinal: ordinal(),
    actorId: reference(() => actors.id),
  },
  (t) => [
    primaryKey({ columns: [t.revisionId, t.citation, t.ordinal] }),
    foreignKey({ columns: [t.revisionId, t.citation], foreignColumns: [citations.revisionId, citations.ordinal] }),
  ],
)

/** Requires a named source to be one that the revision cites. */
const cited = (t: Columns<'revisionId' | 'sourceId'>) =>
  foreignKey({ columns: [t.revisionId, t.sourceId], foreignColumns: [citations.revisionId, citations.sourceId] })

export const figures = sqliteTable(
  'figures',
  {
    ...part(),
    quantity: oneOf<FigureQuantity>(),
    value: real(),
    min: real(),
    max: real(),
    asWritten: text(),
    unit: text(),
    note: text(),
    sourceId: integer().notNull(),
  },
  (t) => [partKey(t), cited(t)],
)

/**
 * The disagreements among the figures of a revision (`disagreementsAmong`), whose index is the ordinal: for every dispute that it is part
 * of, and once more for the list of the whole record.
 */
export const disagreements = sqliteTable(
  'disagreements',
  {
    ...part(),
    /** The id of the dispute; {@link ANY_DISPUTE} in the list of the whole record. */
    disputeId: integer().notNull(),
    ...listed(),
  },
  (t) => [
    primaryKey({ columns: [t.revisionId, t.ordinal, t.disputeId] }),
    listedBy('disagreements_by_dispute', t, t.disputeId, t.sort),
  ],
)

export const ANY_DISPUTE = 0

export const bearings = sqliteTable(
  'bearings',
  {
    ...part(),
    claimId: reference(() => claims.id),
    bearing: oneOf<BearingKind>(),
    sourceId: integer().notNull(),
    note: text(),
    ...listed(),
  },
  (t) => [partKey(t), cited(t), listedBy('bearings_by_claim', t, t.claimId, t.sort)],
)

export const bearingActors = sqliteTable(
  'bearing_actors',
  {
    revisionId: integer().notNull(),
    bearing: integer().notNull(),
    ordinal: ordinal(),
    actorId: reference(() => actors.id),
  },
  (t) => [
    primaryKey({ columns: [t.revisionId, t.bearing, t.ordinal] }),
    foreignKey({ columns: [t.revisionId, t.bearing], foreignColumns: [bearings.revisionId, bearings.ordinal] }),
  ],
)

export const quotes = sqliteTable(
  'quotes',
  {
    ...part(),
    text: text().notNull(),
    language: text().notNull(),
    translated: integer().$type<0 | 1>(),
    sourceId: integer().notNull(),
  },
  (t) => [partKey(t), cited(t)],
)

/** One row per holder: the position of a joint statement is repeated for each speaker. */
export const positions = sqliteTable(
  'positions',
  {
    ...part(),
    claimId: reference(() => claims.id),
    holderId: reference(() => actors.id),
    stance: oneOf<Stance>(),
    attribution: oneOf<Attribution>(),
    alternativeId: optionalReference(() => claims.id),
    /** The source that the position names; null where all citations of the statement support it. */
    sourceId: integer(),
    note: text(),
    ...listed(),
  },
  (t) => [
    partKey(t),
    cited(t),
    listedBy('positions_by_claim', t, t.claimId, t.sort),
    listedBy('positions_by_holder', t, t.holderId, t.sort),
    index('positions_by_claim_and_holder').on(
      t.claimId,
      t.holderId,
      t.sort,
      t.developmentId,
      t.revisionId,
      t.ordinal,
      t.untilSeq,
      t.retracted,
    ),
  ],
)

export const demandsMade = sqliteTable(
  'demands_made',
  { ...part(), demandId: reference(() => demands.id), ...listed() },
  (t) => [
    partKey(t),
    index('demands_made_by_demand').on(t.demandId, t.sort, t.developmentId, t.revisionId, t.untilSeq, t.retracted),
  ],
)

export const assessments = sqliteTable(
  'assessments',
  {
    ...part(),
    demandId: reference(() => demands.id),
    response: oneOf<DemandResponse>(),
    /** The date of the assessment, not of the development. */
    edtf: text().notNull(),
    assessedSort: text().notNull(),
    /** The source that the assessment names; null where all citations of the development support it. */
    sourceId: integer(),
    note: text(),
    ...listed(),
  },
  (t) => [partKey(t), cited(t), listedBy('assessments_by_demand', t, t.demandId, t.assessedSort)],
)

export const assessmentActors = sqliteTable(
  'assessment_actors',
  {
    revisionId: integer().notNull(),
    assessment: integer().notNull(),
    ordinal: ordinal(),
    actorId: reference(() => actors.id),
  },
  (t) => [
    primaryKey({ columns: [t.revisionId, t.assessment, t.ordinal] }),
    foreignKey({
      columns: [t.revisionId, t.assessment],
      foreignColumns: [assessments.revisionId, assessments.ordinal],
    }),
  ],
)

export const statusChanges = sqliteTable(
  'status_changes',
  {
    ...part(),
    /** The development that is the measure. */
    measureId: reference(() => developments.id),
    status: oneOf<MeasureStatus>(),
    /** The date of the status change, not of the development. */
    edtf: text().notNull(),
    changedSort: text().notNull(),
    note: text(),
    ...listed(),
  },
  (t) => [partKey(t), listedBy('status_changes_by_measure', t, t.measureId, t.changedSort)],
)

export const links = sqliteTable(
  'links',
  { ...part(), relation: oneOf<LinkRelation>(), targetId: reference(() => developments.id), note: text(), ...listed() },
  (t) => [partKey(t), listedBy('links_by_target', t, t.targetId, t.sort)],
)
