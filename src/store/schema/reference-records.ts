import type { ActorKind, AffiliationRelation, IdentifierScheme } from '../../model/vocabulary/actor.ts'
import type { ClaimRelationKind } from '../../model/vocabulary/claim.ts'
import type { Remedy } from '../../model/vocabulary/demand.ts'
import type { Reliability, SourceGenre } from '../../model/vocabulary/source.ts'
import {
  foreignKey,
  index,
  integer,
  oneOf,
  optionalReference,
  ordinal,
  primaryKey,
  real,
  reference,
  sqliteTable,
  text,
  type AnySQLiteColumn,
} from './drizzle.ts'

/* Projections: reference records as they are now. */

/** `id` is the seq at which the record entered the log, `changedSeq` the seq of its last save. */
const identity = () => ({
  id: integer().primaryKey(),
  key: text().notNull().unique(),
  revision: integer().notNull(),
  changedSeq: integer().notNull(),
})

export const actors = sqliteTable(
  'actors',
  { ...identity(), name: text().notNull(), kind: oneOf<ActorKind>(), country: text(), description: text() },
  (t) => [index('actors_by_name').on(t.name, t.id)],
)

export const actorAliases = sqliteTable(
  'actor_aliases',
  { actorId: reference(() => actors.id), ordinal: ordinal(), alias: text().notNull() },
  (t) => [primaryKey({ columns: [t.actorId, t.ordinal] })],
)

/** Folded words of an actor's name and aliases, with a boundary between names; `revision_words` has the same format. */
export const actorWords = sqliteTable('actor_words', {
  actorId: integer()
    .primaryKey()
    .references(() => actors.id),
  words: text().notNull(),
})

const identifier = () => ({ ordinal: ordinal(), scheme: oneOf<IdentifierScheme>(), value: text().notNull() })

export const actorIdentifiers = sqliteTable(
  'actor_identifiers',
  { actorId: reference(() => actors.id), ...identifier() },
  (t) => [primaryKey({ columns: [t.actorId, t.ordinal] })],
)

export const affiliations = sqliteTable(
  'affiliations',
  {
    actorId: reference(() => actors.id),
    ordinal: ordinal(),
    organisationId: reference(() => actors.id),
    relation: oneOf<AffiliationRelation>(),
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

const supportedBy = () => ({ ordinal: ordinal(), sourceId: reference(() => sources.id) })

export const affiliationSources = sqliteTable(
  'affiliation_sources',
  { actorId: integer().notNull(), affiliation: integer().notNull(), ...supportedBy() },
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
  { placeId: reference(() => places.id), ...identifier() },
  (t) => [primaryKey({ columns: [t.placeId, t.ordinal] })],
)

export const sources = sqliteTable(
  'sources',
  {
    ...identity(),
    title: text().notNull(),
    outletId: optionalReference(() => actors.id),
    republishedById: optionalReference(() => actors.id),
    genre: oneOf<SourceGenre>(),
    note: text(),
    author: text(),
    url: text(),
    archiveUrl: text(),
    published: text(),
    publishedNote: text(),
    /** The last day of `published`: the source was public by then. */
    publishedBy: text(),
    accessed: text(),
    language: text().notNull(),
    reliability: oneOf<Reliability>(),
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

const ofDispute = () => ({ disputeId: reference(() => disputes.id), ordinal: ordinal() })

export const disputeParties = sqliteTable(
  'dispute_parties',
  { ...ofDispute(), actorId: reference(() => actors.id) },
  (t) => [primaryKey({ columns: [t.disputeId, t.ordinal] })],
)

export const disputePhases = sqliteTable(
  'dispute_phases',
  { ...ofDispute(), label: text().notNull(), edtf: text().notNull(), summary: text().notNull() },
  (t) => [primaryKey({ columns: [t.disputeId, t.ordinal] })],
)

export const phaseSources = sqliteTable(
  'phase_sources',
  { disputeId: integer().notNull(), phase: integer().notNull(), ...supportedBy() },
  (t) => [
    primaryKey({ columns: [t.disputeId, t.phase, t.ordinal] }),
    foreignKey({ columns: [t.disputeId, t.phase], foreignColumns: [disputePhases.disputeId, disputePhases.ordinal] }),
  ],
)

/** The claim on which a dispute turns; no row if its record names none. */
export const centralClaims = sqliteTable(
  'central_claims',
  {
    disputeId: integer()
      .primaryKey()
      .references(() => disputes.id),
    claimId: reference((): AnySQLiteColumn => claims.id),
  },
  (t) => [index('central_claims_by_claim').on(t.claimId)],
)

export const disputePrecedents = sqliteTable(
  'dispute_precedents',
  { ...ofDispute(), precedentId: reference(() => disputes.id) },
  (t) => [primaryKey({ columns: [t.disputeId, t.ordinal] })],
)

/** The sources that a development of a dispute cites, or once cited. */
export const disputeSources = sqliteTable(
  'dispute_sources',
  {
    disputeId: reference(() => disputes.id),
    sourceId: reference(() => sources.id),
    /** Repeats the last day of the source's date of publication; empty if there is none. */
    published: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.disputeId, t.sourceId] }),
    index('dispute_sources_by_published').on(t.disputeId, t.published, t.sourceId),
    index('dispute_sources_by_source').on(t.sourceId),
  ],
)

/** Every seq that changed a dispute: a save of the dispute, or a change of a development that is or was part of it. */
export const disputeChanges = sqliteTable(
  'dispute_changes',
  { disputeId: reference(() => disputes.id), seq: integer().notNull() },
  (t) => [primaryKey({ columns: [t.disputeId, t.seq] })],
)

export const claims = sqliteTable(
  'claims',
  { ...identity(), disputeId: reference(() => disputes.id), proposition: text().notNull() },
  (t) => [index('claims_by_dispute').on(t.disputeId, t.id)],
)

export const claimRelations = sqliteTable(
  'claim_relations',
  {
    claimId: reference(() => claims.id),
    ordinal: ordinal(),
    relation: oneOf<ClaimRelationKind>(),
    otherId: reference(() => claims.id),
  },
  (t) => [
    primaryKey({ columns: [t.claimId, t.ordinal] }),
    index('claim_relations_by_other').on(t.otherId, t.claimId, t.ordinal),
  ],
)

export const claimRelationSources = sqliteTable(
  'claim_relation_sources',
  { claimId: integer().notNull(), relation: integer().notNull(), ...supportedBy() },
  (t) => [
    primaryKey({ columns: [t.claimId, t.relation, t.ordinal] }),
    foreignKey({ columns: [t.claimId, t.relation], foreignColumns: [claimRelations.claimId, claimRelations.ordinal] }),
  ],
)

export const demands = sqliteTable(
  'demands',
  { ...identity(), disputeId: reference(() => disputes.id), text: text().notNull(), remedy: oneOf<Remedy>() },
  (t) => [index('demands_by_dispute').on(t.disputeId, t.id)],
)

export const demandActors = sqliteTable(
  'demand_actors',
  {
    demandId: reference(() => demands.id),
    side: oneOf<'MADE_BY' | 'ADDRESSEE'>(),
    ordinal: ordinal(),
    actorId: reference(() => actors.id),
  },
  (t) => [primaryKey({ columns: [t.demandId, t.side, t.ordinal] })],
)
