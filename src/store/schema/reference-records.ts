import { foreignKey, index, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { ordinal, to, toMaybe } from './columns.ts'

/*
 * What is known now of actors, places, sources, disputes, claims and demands, derived from the log. Vocabulary values stand in UPPER_SNAKE.
 */

/** `id` is the seq at which the record entered; `changed_seq` that of its last saving. */
const identity = () => ({
  id: integer().primaryKey(),
  key: text().notNull().unique(),
  revision: integer().notNull(),
  changedSeq: integer().notNull(),
})

export const actors = sqliteTable(
  'actors',
  { ...identity(), name: text().notNull(), kind: text().notNull(), country: text(), description: text() },
  (t) => [index('actors_by_name').on(t.name, t.id)],
)

export const actorAliases = sqliteTable(
  'actor_aliases',
  { actorId: to(() => actors.id), ordinal: ordinal(), alias: text().notNull() },
  (t) => [primaryKey({ columns: [t.actorId, t.ordinal] })],
)

/** An actor's name and aliases in folded words, a boundary between them, as `revision_words` have those of texts. */
export const actorWords = sqliteTable('actor_words', {
  actorId: integer()
    .primaryKey()
    .references(() => actors.id),
  words: text().notNull(),
})

export const actorIdentifiers = sqliteTable(
  'actor_identifiers',
  { actorId: to(() => actors.id), ordinal: ordinal(), scheme: text().notNull(), value: text().notNull() },
  (t) => [primaryKey({ columns: [t.actorId, t.ordinal] })],
)

export const affiliations = sqliteTable(
  'affiliations',
  {
    actorId: to(() => actors.id),
    ordinal: ordinal(),
    organisationId: to(() => actors.id),
    relation: text().notNull(),
    office: text(),
    edtf: text(),
    earliest: text(),
    latest: text(),
  },
  (t) => [
    primaryKey({ columns: [t.actorId, t.ordinal] }),
    index('affiliations_by_organisation').on(t.organisationId, t.actorId, t.ordinal),
  ],
)

export const affiliationSources = sqliteTable(
  'affiliation_sources',
  {
    actorId: integer().notNull(),
    affiliation: integer().notNull(),
    ordinal: ordinal(),
    sourceId: to(() => sources.id),
  },
  (t) => [
    primaryKey({ columns: [t.actorId, t.affiliation, t.ordinal] }),
    foreignKey({ columns: [t.actorId, t.affiliation], foreignColumns: [affiliations.actorId, affiliations.ordinal] }),
  ],
)

export const places = sqliteTable(
  'places',
  { ...identity(), name: text().notNull(), country: text(), latitude: real(), longitude: real() },
  (t) => [index('places_by_name').on(t.name, t.id)],
)

export const placeIdentifiers = sqliteTable(
  'place_identifiers',
  { placeId: to(() => places.id), ordinal: ordinal(), scheme: text().notNull(), value: text().notNull() },
  (t) => [primaryKey({ columns: [t.placeId, t.ordinal] })],
)

export const sources = sqliteTable(
  'sources',
  {
    ...identity(),
    title: text().notNull(),
    outletId: toMaybe(() => actors.id),
    republishedById: toMaybe(() => actors.id),
    genre: text().notNull(),
    note: text(),
    author: text(),
    url: text(),
    archiveUrl: text(),
    published: text(),
    publishedNote: text(),
    /** The day by which it had been published: the latest of `published`. */
    publishedBy: text(),
    accessed: text(),
    language: text().notNull(),
    reliability: text().notNull(),
  },
  (t) => [
    index('sources_by_outlet').on(t.outletId, t.id),
    index('sources_by_reliability').on(t.reliability, t.id),
    index('sources_by_published').on(t.publishedBy, t.id),
  ],
)

export const disputes = sqliteTable('disputes', {
  ...identity(),
  title: text().notNull(),
  summary: text().notNull(),
  period: text().notNull(),
})

export const disputeParties = sqliteTable(
  'dispute_parties',
  { disputeId: to(() => disputes.id), ordinal: ordinal(), actorId: to(() => actors.id) },
  (t) => [primaryKey({ columns: [t.disputeId, t.ordinal] })],
)

export const disputePhases = sqliteTable(
  'dispute_phases',
  {
    disputeId: to(() => disputes.id),
    ordinal: ordinal(),
    label: text().notNull(),
    edtf: text().notNull(),
    summary: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.disputeId, t.ordinal] })],
)

export const phaseSources = sqliteTable(
  'phase_sources',
  { disputeId: integer().notNull(), phase: integer().notNull(), ordinal: ordinal(), sourceId: to(() => sources.id) },
  (t) => [
    primaryKey({ columns: [t.disputeId, t.phase, t.ordinal] }),
    foreignKey({ columns: [t.disputeId, t.phase], foreignColumns: [disputePhases.disputeId, disputePhases.ordinal] }),
  ],
)

export const disputePrecedents = sqliteTable(
  'dispute_precedents',
  { disputeId: to(() => disputes.id), ordinal: ordinal(), precedentId: to(() => disputes.id) },
  (t) => [primaryKey({ columns: [t.disputeId, t.ordinal] })],
)

/** Every seq that changed a dispute: a saving of it, or a revision of one of its developments (before or after). */
export const disputeChanges = sqliteTable(
  'dispute_changes',
  { disputeId: to(() => disputes.id), seq: integer().notNull() },
  (t) => [primaryKey({ columns: [t.disputeId, t.seq] })],
)

export const claims = sqliteTable(
  'claims',
  { ...identity(), disputeId: to(() => disputes.id), proposition: text().notNull() },
  (t) => [index('claims_by_dispute').on(t.disputeId, t.id)],
)

export const claimRelations = sqliteTable(
  'claim_relations',
  {
    claimId: to(() => claims.id),
    ordinal: ordinal(),
    relation: text().notNull(),
    otherId: to(() => claims.id),
  },
  (t) => [primaryKey({ columns: [t.claimId, t.ordinal] })],
)

export const claimRelationSources = sqliteTable(
  'claim_relation_sources',
  { claimId: integer().notNull(), relation: integer().notNull(), ordinal: ordinal(), sourceId: to(() => sources.id) },
  (t) => [
    primaryKey({ columns: [t.claimId, t.relation, t.ordinal] }),
    foreignKey({ columns: [t.claimId, t.relation], foreignColumns: [claimRelations.claimId, claimRelations.ordinal] }),
  ],
)

export const demands = sqliteTable(
  'demands',
  { ...identity(), disputeId: to(() => disputes.id), text: text().notNull(), remedy: text().notNull() },
  (t) => [index('demands_by_dispute').on(t.disputeId, t.id)],
)

export const demandActors = sqliteTable(
  'demand_actors',
  {
    demandId: to(() => demands.id),
    /** MADE_BY or ADDRESSEE. */
    side: text().notNull(),
    ordinal: ordinal(),
    actorId: to(() => actors.id),
  },
  (t) => [primaryKey({ columns: [t.demandId, t.side, t.ordinal] })],
)
