import { sql, type SQL } from 'drizzle-orm'
import {
  check,
  foreignKey,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  unique,
  uniqueIndex,
  type AnySQLiteColumn,
} from 'drizzle-orm/sqlite-core'
import { ordinal, to, toMaybe } from './columns.ts'
import { actors, places, sources, disputes, claims, demands } from './reference-records.ts'

/*
 * What is and was known of developments, derived from the log. Rows hang off a revision, whose id is the seq from which it holds; they name
 * reference records by id and copy nothing from them. Vocabulary values stand in UPPER_SNAKE; lists of them in one text, separated by
 * spaces.
 */

/** `until_seq` of what still holds. */
export const OPEN = Number.MAX_SAFE_INTEGER

/** Who a development is; `id` is the seq at which it entered. What was known of it stands in `revisions`. */
export const developments = sqliteTable(
  'developments',
  { id: integer().primaryKey(), key: text().notNull().unique(), kind: text().notNull() },
  (t) => [unique('developments_id_kind').on(t.id, t.kind)],
)

/** What was known of a development from one seq (`id`) until another. */
export const revisions = sqliteTable(
  'revisions',
  {
    id: integer().primaryKey(),
    developmentId: integer().notNull(),
    kind: text().notNull(),
    number: integer().notNull(),
    revisionKind: text().notNull(),
    previousId: toMaybe((): AnySQLiteColumn => revisions.id),
    untilSeq: integer().notNull(),
    retracted: integer().notNull(),
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
    /** The chronology as plain text order (`sortKeyOf`). */
    sort: text().notNull(),
    evidentialStatus: text().notNull(),
    /** The best-graded citation's. */
    credibility: text().notNull(),
    eventKind: text(),
    channel: text(),
    /** Of a statement: its speech acts. */
    acts: text(),
    measureKind: text(),
    legalCharacter: text(),
    legalBasis: text(),
    /** Of a measure: its first status, which holds on its own date. */
    firstStatus: text(),
  },
  (t) => [
    foreignKey({ columns: [t.developmentId, t.kind], foreignColumns: [developments.id, developments.kind] }),
    index('revisions_by_sort').on(t.sort, t.developmentId, t.id, t.untilSeq, t.retracted),
    unique('revisions_by_development').on(t.developmentId, t.id),
    uniqueIndex('revisions_open').on(t.developmentId).where(openOnly()),
    check('revisions_span', sql`${t.untilSeq} > ${t.id} and ${t.retracted} in (0, 1)`),
    check('revisions_event', sql`(${t.kind} = 'EVENT') = (${t.eventKind} is not null)`),
    check(
      'revisions_statement',
      sql`(${t.kind} = 'STATEMENT') = (${t.channel} is not null) and (${t.kind} = 'STATEMENT') = (${t.acts} is not null)`,
    ),
    check(
      'revisions_measure',
      sql`(${t.kind} = 'MEASURE') = (${t.measureKind} is not null) and (${t.kind} = 'MEASURE') = (${t.legalCharacter} is not null) and (${t.kind} = 'MEASURE') = (${t.firstStatus} is not null)`,
    ),
  ],
)

function openOnly(): SQL {
  return sql.raw(`"until_seq" = ${OPEN}`)
}

/**
 * What a revision says, in folded words: headline, summary and each quote, spaces around every word and a boundary between the texts
 * (`foldedWords`). The index `development_text` finds rows by their words; whether a given row has one is read here, which is far faster.
 */
export const revisionWords = sqliteTable('revision_words', {
  revisionId: integer()
    .primaryKey()
    .references(() => revisions.id),
  words: text().notNull(),
})

/** Every folded word of any revision, so that the words with a beginning are known without their rows. */
export const textTerms = sqliteTable('text_terms', { term: text().notNull() }, (t) => [
  primaryKey({ columns: [t.term] }),
])

/**
 * What a revision can be found by: one row a facet and target (an actor, a place, a value of a vocabulary), in chronological order
 * under each. `postings.ts` says which facets there are and what their targets mean. One filter walks the rarest of its postings and
 * probes the others; both are one look in this tree.
 */
export const postings = sqliteTable(
  'postings',
  {
    facet: integer().notNull(),
    target: integer().notNull(),
    sort: text().notNull(),
    developmentId: integer().notNull(),
    revisionId: to(() => revisions.id),
    untilSeq: integer().notNull(),
    retracted: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.facet, t.target, t.sort, t.developmentId, t.revisionId] })],
)

/** The columns of what hangs off a revision, by its place in the record. */
const part = () => ({ revisionId: to(() => revisions.id), ordinal: ordinal() })

/** Repeated from the revision where lists hang off the other end, so that one index gives the list in order and as of any seq. */
const listed = () => ({
  sort: text().notNull(),
  developmentId: to(() => developments.id),
  untilSeq: integer().notNull(),
  retracted: integer().notNull(),
})

export const participations = sqliteTable(
  'participations',
  { ...part(), actorId: to(() => actors.id), role: text().notNull(), note: text() },
  (t) => [primaryKey({ columns: [t.revisionId, t.ordinal] })],
)

export const revisionPlaces = sqliteTable('revision_places', { ...part(), placeId: to(() => places.id) }, (t) => [
  primaryKey({ columns: [t.revisionId, t.ordinal] }),
])

export const revisionDisputes = sqliteTable(
  'revision_disputes',
  {
    ...part(),
    disputeId: to(() => disputes.id),
    /** 1: background to the dispute; 0: part of it. */
    context: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.revisionId, t.context, t.ordinal] })],
)

export const codings = sqliteTable(
  'codings',
  {
    ...part(),
    type: text().notNull(),
    modes: text().notNull(),
    contexts: text().notNull(),
    auxiliaries: text().notNull(),
    quadClass: text().notNull(),
    score: real().notNull(),
  },
  (t) => [primaryKey({ columns: [t.revisionId, t.ordinal] })],
)

export const codingActors = sqliteTable(
  'coding_actors',
  {
    revisionId: integer().notNull(),
    coding: integer().notNull(),
    /** INITIATOR or RECIPIENT. */
    side: text().notNull(),
    ordinal: ordinal(),
    actorId: to(() => actors.id),
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
    sourceId: to(() => sources.id),
    credibility: text().notNull(),
    basis: text().notNull(),
    locator: text(),
    excerpt: text(),
  },
  (t) => [
    primaryKey({ columns: [t.revisionId, t.ordinal] }),
    unique('citations_one_a_source').on(t.revisionId, t.sourceId),
  ],
)

export const citationVia = sqliteTable(
  'citation_via',
  { revisionId: integer().notNull(), citation: integer().notNull(), ordinal: ordinal(), actorId: to(() => actors.id) },
  (t) => [
    primaryKey({ columns: [t.revisionId, t.citation, t.ordinal] }),
    foreignKey({ columns: [t.revisionId, t.citation], foreignColumns: [citations.revisionId, citations.ordinal] }),
  ],
)

/** A named citation is one of the revision's own. */
const cited = (t: { revisionId: AnySQLiteColumn; sourceId: AnySQLiteColumn }) =>
  foreignKey({ columns: [t.revisionId, t.sourceId], foreignColumns: [citations.revisionId, citations.sourceId] })

export const figures = sqliteTable(
  'figures',
  {
    ...part(),
    quantity: text().notNull(),
    value: real(),
    min: real(),
    max: real(),
    asWritten: text(),
    unit: text(),
    note: text(),
    sourceId: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.revisionId, t.ordinal] }), cited(t)],
)

export const bearings = sqliteTable(
  'bearings',
  {
    ...part(),
    claimId: to(() => claims.id),
    bearing: text().notNull(),
    sourceId: integer().notNull(),
    note: text(),
    ...listed(),
  },
  (t) => [
    primaryKey({ columns: [t.revisionId, t.ordinal] }),
    cited(t),
    index('bearings_by_claim').on(t.claimId, t.sort, t.developmentId, t.revisionId, t.ordinal, t.untilSeq, t.retracted),
  ],
)

export const bearingActors = sqliteTable(
  'bearing_actors',
  { revisionId: integer().notNull(), bearing: integer().notNull(), ordinal: ordinal(), actorId: to(() => actors.id) },
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
    translated: integer(),
    sourceId: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.revisionId, t.ordinal] }), cited(t)],
)

/** One row a holder: a position of several speakers stands once for each. */
export const positions = sqliteTable(
  'positions',
  {
    ...part(),
    claimId: to(() => claims.id),
    holderId: to(() => actors.id),
    stance: text().notNull(),
    attribution: text().notNull(),
    alternativeId: toMaybe(() => claims.id),
    /** The citation named for it; null where the statement's own citations are meant. */
    sourceId: integer(),
    note: text(),
    ...listed(),
  },
  (t) => [
    primaryKey({ columns: [t.revisionId, t.ordinal] }),
    cited(t),
    index('positions_by_claim').on(
      t.claimId,
      t.sort,
      t.developmentId,
      t.revisionId,
      t.ordinal,
      t.untilSeq,
      t.retracted,
    ),
    index('positions_by_holder').on(
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
  { ...part(), demandId: to(() => demands.id), ...listed() },
  (t) => [
    primaryKey({ columns: [t.revisionId, t.ordinal] }),
    index('demands_made_by_demand').on(t.demandId, t.sort, t.developmentId, t.revisionId, t.untilSeq, t.retracted),
  ],
)

export const assessments = sqliteTable(
  'assessments',
  {
    ...part(),
    demandId: to(() => demands.id),
    response: text().notNull(),
    edtf: text().notNull(),
    /** Of the assessment's own date. */
    assessedSort: text().notNull(),
    note: text(),
    ...listed(),
  },
  (t) => [
    primaryKey({ columns: [t.revisionId, t.ordinal] }),
    index('assessments_by_demand').on(
      t.demandId,
      t.assessedSort,
      t.developmentId,
      t.revisionId,
      t.ordinal,
      t.untilSeq,
      t.retracted,
    ),
  ],
)

export const statusChanges = sqliteTable(
  'status_changes',
  {
    ...part(),
    /** The development that is the measure. */
    measureId: to(() => developments.id),
    status: text().notNull(),
    edtf: text().notNull(),
    /** Of the change's own date. */
    changedSort: text().notNull(),
    note: text(),
    ...listed(),
  },
  (t) => [
    primaryKey({ columns: [t.revisionId, t.ordinal] }),
    index('status_changes_by_measure').on(
      t.measureId,
      t.changedSort,
      t.developmentId,
      t.revisionId,
      t.ordinal,
      t.untilSeq,
      t.retracted,
    ),
  ],
)

export const links = sqliteTable(
  'links',
  { ...part(), relation: text().notNull(), targetId: to(() => developments.id), note: text(), ...listed() },
  (t) => [
    primaryKey({ columns: [t.revisionId, t.ordinal] }),
    index('links_by_target').on(t.targetId, t.sort, t.developmentId, t.revisionId, t.ordinal, t.untilSeq, t.retracted),
  ],
)
