import { and, eq, lte, or, sql } from '../schema/drizzle.ts'
import type { SQL, SQLiteColumn, SQLiteTable } from '../schema/drizzle.ts'
import { Dimension } from '../projections/postings.ts'
import { postings, revisionDisputes } from '../schema/developments.ts'
import { changes } from '../schema/log.ts'
import {
  actorAliases,
  actorIdentifiers,
  actors,
  affiliations,
  affiliationSources,
  centralClaims,
  claimRelations,
  claimRelationSources,
  claims,
  demandActors,
  demands,
  disputeChanges,
  disputeParties,
  disputePhases,
  disputePrecedents,
  disputeSources,
  disputes,
  phaseSources,
  placeIdentifiers,
  places,
  sources,
} from '../schema/reference-records.ts'
import type { PreparedQuery, Reader } from '../sqlite/prepared.ts'
import {
  batch,
  type BatchKey,
  batchRead,
  entered,
  related,
  type Relation,
  type RowsOf,
  selectBatch,
  standing,
} from './batch.ts'
import type { Page, PageRequest } from './keyset.ts'
import { list } from './pages.ts'
import {
  among,
  type ColumnsOf,
  type Fields,
  listParameter,
  literal,
  parameter,
  pick,
  type RowOf,
  select,
} from './select.ts'

/* Reference records as they are now, and what belongs to them. Lists hold the records that had entered the log as of a seq. */

export const ACTOR = recordFields('actor', actors, 'name', 'kind', 'country', 'description')
export type ActorRow = RecordRow<typeof ACTOR>

/** Restricts a list to these ids; null restricts nothing. An empty list is a search that found nothing. */
interface Found {
  readonly ids: readonly number[] | null
}

function foundParameter({ ids }: Found) {
  return { ids: ids && JSON.stringify(ids) }
}

interface ActorFilter extends Found {
  readonly kinds?: readonly string[] | null | undefined
  readonly country?: string | null | undefined
}

/** By name, in code unit order. */
export const actorReads = recordReads(ACTOR, {
  name: 'actors',
  key: [actors.name, actors.id],
  where: and(
    or(sql`@country is null`, eq(actors.country, parameter('country'))),
    among(actors.kind, 'kinds'),
    among(actors.id, 'ids'),
  ),
  parameters: ({ kinds, country, ids }: ActorFilter) => ({
    country: country ?? null,
    kinds: listParameter(kinds),
    ...foundParameter({ ids }),
  }),
})
export const readActors = actorReads.byId

export const readAliases = related(pick(actorAliases, 'alias'), { of: actorAliases.actorId })

export type IdentifierRow = RowsOf<typeof readActorIdentifiers>
export const readActorIdentifiers = related(pick(actorIdentifiers, 'scheme', 'value'), { of: actorIdentifiers.actorId })

/** Identified by its actor and its ordinal. */
export type AffiliationRow = RowsOf<typeof readAffiliations>
const AFFILIATION = {
  ...pick(affiliations, 'actorId', 'ordinal', 'organisationId', 'relation', 'office', 'edtf'),
  /** The seq of the last save of the actor, which holds the affiliation. */
  revisionId: sql<number>`(select ${actors.changedSeq} from ${actors} where ${actors.id} = ${affiliations.actorId})`,
}

/** An affiliation without a date, or with an open end, is not excluded by a day. */
const HELD_ON = sql`(@on is null or
  (coalesce(${affiliations.earliest}, @on) <= @on and coalesce(${affiliations.latest}, @on) >= @on))`

/** As recorded; with a day, those that may have held on that day by their bounds. */
export const readAffiliations = related(AFFILIATION, {
  of: affiliations.actorId,
  where: and(entered(affiliations.organisationId), HELD_ON),
  parameters: (on: string | null) => ({ on }),
})

/** The affiliations that others have with an actor; has the parameter `on`. */
export const MEMBERS = list(AFFILIATION, {
  name: 'members',
  of: affiliations.organisationId,
  where: and(entered(affiliations.actorId), HELD_ON),
  key: [affiliations.actorId, affiliations.ordinal],
})

export const PLACE = recordFields('place', places, 'name', 'country', 'latitude', 'longitude')
export type PlaceRow = RecordRow<typeof PLACE>

/** By name, in code unit order. */
export const placeReads = recordReads(PLACE, {
  name: 'places',
  key: [places.name, places.id],
  where: among(places.id, 'ids'),
  parameters: foundParameter,
})

export const readPlaceIdentifiers = related(pick(placeIdentifiers, 'scheme', 'value'), { of: placeIdentifiers.placeId })

const SOURCE = {
  ...recordFields('source', sources, 'title', 'outletId', 'republishedById', 'genre', 'note', 'author', 'url'),
  ...pick(sources, 'archiveUrl', 'published', 'publishedNote', 'accessed', 'language', 'reliability'),
}
export type SourceRow = RecordRow<typeof SOURCE>

export const sourceReads = recordReads(SOURCE, { name: 'sources', of: 'outletId' })
export const readSources = sourceReads.byId

/** The same sources without what lists seldom show, in half the time. */
export const readSourceTitles = related(recordFields('source', sources, 'title', 'language', 'reliability'), {
  of: sources.id,
  order: null,
})

/** The sources named for a part of a record, whose ordinal is the part of the key. */
const sourcesOfPart = (of: SQLiteColumn, part: SQLiteColumn, sourceId: SQLiteColumn) =>
  referred(SOURCE, sourceId, { of, part, where: entered(sources.id) })

export const readAffiliationSources = sourcesOfPart(
  affiliationSources.actorId,
  affiliationSources.affiliation,
  affiliationSources.sourceId,
)
export const readPhaseSources = sourcesOfPart(phaseSources.disputeId, phaseSources.phase, phaseSources.sourceId)
export const readRelationSources = sourcesOfPart(
  claimRelationSources.claimId,
  claimRelationSources.relation,
  claimRelationSources.sourceId,
)

export const DISPUTE = recordFields('dispute', disputes, 'title', 'summary', 'period')
export type DisputeRow = RecordRow<typeof DISPUTE>

/** The last seq that changed a dispute or one of its developments. */
const lastChange = (id: SQLiteColumn) =>
  sql`(select max(${disputeChanges.seq}) from ${disputeChanges}
    where ${disputeChanges.disputeId} = ${id} and ${disputeChanges.seq} <= ${batch.asOf})`

/** By last change, the latest first. */
export const disputeReads = recordReads(DISPUTE, {
  name: 'disputes',
  key: [lastChange(disputes.id), disputes.id],
  order: 'DESCENDING',
  where: among(disputes.id, 'ids'),
  parameters: foundParameter,
})
export const readDisputes = disputeReads.byId

/** When each dispute, or one of its developments, last changed, in milliseconds since 1970. */
export const readDisputesChangedAt = batchRead(
  selectBatch(
    pick(changes, 'at'),
    sql`from ${batch} cross join ${changes} on ${changes.seq} = ${lastChange(batch.id)}`,
  ),
)

export const readParties = referred(ACTOR, disputeParties.actorId, {
  of: disputeParties.disputeId,
  where: entered(actors.id),
})

/** Identified by its dispute and its ordinal. */
export type PhaseRow = RowsOf<typeof readPhases>
export const readPhases = related(pick(disputePhases, 'disputeId', 'ordinal', 'label', 'edtf', 'summary'), {
  of: disputePhases.disputeId,
})

/** Requires a standing development of the dispute to cite the source. */
const CITED_IN = sql`exists (select 1 from ${postings}
  cross join ${revisionDisputes} on ${eq(revisionDisputes.revisionId, postings.revisionId)} and ${eq(revisionDisputes.context, 0)}
    and ${eq(revisionDisputes.disputeId, disputeSources.disputeId)}
  where ${eq(postings.dimension, Dimension.SOURCE)} and ${eq(postings.target, disputeSources.sourceId)} and ${standing(postings)})`

/** The sources that standing developments of a dispute cite, by the last day of their dates of publication, the latest first. */
export const SOURCES_OF_DISPUTE = list(SOURCE, {
  name: 'sources-of-dispute',
  of: disputeSources.disputeId,
  where: CITED_IN,
  key: [disputeSources.published, disputeSources.sourceId],
  join: [[sources.id, disputeSources.sourceId]],
  order: 'DESCENDING',
})

/** The last day on which a source that standing developments of each dispute cite was published; null if no such source has a date. */
export const readDisputesReportedOn = batchRead(
  selectBatch(
    {
      day: sql<string | null>`(select ${disputeSources.published} from ${disputeSources}
        where ${eq(disputeSources.disputeId, batch.id)} and ${disputeSources.published} <> '' and ${CITED_IN}
        order by ${disputeSources.published} desc limit 1)`,
    },
    sql`from ${batch}`,
  ),
)

export const readPrecedents = referred(DISPUTE, disputePrecedents.precedentId, {
  of: disputePrecedents.disputeId,
  where: entered(disputes.id),
})

const CLAIM = recordFields('claim', claims, 'disputeId', 'proposition')
export type ClaimRow = RecordRow<typeof CLAIM>

export const claimReads = recordReads(CLAIM, { name: 'claims', of: 'disputeId' })
export const readClaims = claimReads.byId

/** By order of entry. */
export const readClaimsOfDisputes = related(CLAIM, {
  of: claims.disputeId,
  where: entered(claims.id),
  order: [claims.id],
})

/** Identified by its claim and its ordinal. */
export type ClaimRelationRow = RowsOf<typeof readClaimRelations>
export const readClaimRelations = related(pick(claimRelations, 'claimId', 'ordinal', 'relation', 'otherId'), {
  of: claimRelations.claimId,
  where: entered(claimRelations.otherId),
})

/** The relations that other claims have to each claim, in order of entry; `otherId` is the claim that carries the relation. */
export const readRelationsFrom = related(
  { ...pick(claimRelations, 'claimId', 'ordinal', 'relation'), otherId: claimRelations.claimId },
  {
    of: claimRelations.otherId,
    where: entered(claimRelations.claimId),
    order: [claimRelations.claimId, claimRelations.ordinal],
  },
)

/** The claim on which each dispute turns, if its record names one. */
export const readCentralClaims = referred(CLAIM, centralClaims.claimId, {
  of: centralClaims.disputeId,
  where: entered(claims.id),
  order: null,
})

/** The keys of the disputes that turn on a claim, as their records are now. */
export function disputesTurningOn(reader: Reader, claim: string): string[] {
  return reader.all(TURNING_ON, { claim }).map(({ key }) => key)
}

const TURNING_ON = select(
  pick(disputes, 'key'),
  sql`from ${claims} cross join ${centralClaims} on ${eq(centralClaims.claimId, claims.id)}
    cross join ${disputes} on ${eq(disputes.id, centralClaims.disputeId)} where ${claims.key} = @claim`,
)

export const DEMAND = recordFields('demand', demands, 'disputeId', 'text', 'remedy')
export type DemandRow = RecordRow<typeof DEMAND>

export const demandReads = recordReads(DEMAND, { name: 'demands', of: 'disputeId' })
export const readDemands = demandReads.byId

/** By order of entry. */
export const readDemandsOfDisputes = related(DEMAND, {
  of: demands.disputeId,
  where: entered(demands.id),
  order: [demands.id],
})

/** Who makes each demand and to whom; each side is in the order of the record. */
export type DemandActorRow = RowsOf<typeof readDemandActors>
const DEMAND_ACTOR = { ...ACTOR, side: demandActors.side }
export const readDemandActors = referred(DEMAND_ACTOR, demandActors.actorId, {
  of: demandActors.demandId,
  where: entered(actors.id),
})

/** The records that a column of another table refers to. */
export function referred<Selected extends RecordFields, Arguments extends readonly unknown[] = []>(
  fields: Selected,
  column: SQLiteColumn,
  relation: Relation<Arguments>,
) {
  return related(fields, { ...relation, join: [[fields.id, column]] })
}

type RecordFields = Fields & Readonly<Record<'id' | 'key', SQLiteColumn>>

/** Everything below the record is read as of the same seq. */
type RecordRow<Selected extends RecordFields> = RowOf<Selected> & { readonly asOf: number }

function recordFields<
  const Kind extends string,
  Table extends SQLiteTable & Readonly<Record<'id' | 'key' | 'revision', SQLiteColumn>>,
  Name extends keyof ColumnsOf<Table> & string,
>(kind: Kind, table: Table, ...names: readonly Name[]) {
  const { id, key, revision }: Pick<Table, 'id' | 'key' | 'revision'> = table
  return { record: literal(kind), id, key, revision, ...pick(table, ...names) }
}

/** The list of all records of one kind. */
interface RecordList<Of, Filter> {
  /** Identifies the list in cursors. */
  readonly name: string
  /** As of a list of `pages.ts`; by order of entry unless given. */
  readonly key?: readonly (SQLiteColumn | SQL)[]
  readonly order?: 'DESCENDING'
  /** The field with the id of the record that these belong to. The argument of that name is an id, or null for all records. */
  readonly of?: Of
  readonly where?: SQL | undefined
  /** Makes the named parameters of `where` from the arguments. */
  readonly parameters?: (filter: Filter) => Readonly<Record<string, unknown>>
}

/** The reads of one kind of reference record: by id, by key, as pages of its list, and the length of that list. */
function recordReads<
  Selected extends RecordFields,
  Of extends keyof Selected & string = never,
  Filter extends object = object,
>(fields: Selected, { of, key = [fields.id], parameters, ...rest }: RecordList<Of, Filter>) {
  type Row = RecordRow<Selected>
  type Wanted = { readonly asOf: number } & Readonly<Record<Of, number | null>> & Filter
  const { id } = fields
  const asOf = parameter<number>('asOf')
  const byKey = select(
    { ...fields, asOf },
    sql`from ${id.table} where ${eq(fields.key, parameter('key'))} and ${lte(id, asOf)}`,
  ) as PreparedQuery<Row> // the same type in two parts
  const definition = { ...rest, key, where: and(entered(id), rest.where) }
  const all = list(fields, { ...definition, of: id.table })
  const owned = of === undefined ? all : list(fields, { ...definition, of: fields[of] as SQLiteColumn }) // it holds an id
  const chosen = (wanted: Wanted) => {
    const owner: number | null = of === undefined ? null : wanted[of]
    const keys: readonly BatchKey[] = [[owner ?? 0, wanted.asOf]]
    return { from: owner === null ? all : owned, read: { keys, parameters: parameters?.(wanted) ?? {} } }
  }
  return {
    byId: related(fields, { of: id, order: null }),
    /** Undefined where no record of that key has entered the log as of the seq. */
    byKey: (reader: Reader, wanted: string, seq: number): Row | undefined =>
      reader.get(byKey, { key: wanted, asOf: seq }),
    /** Throws `BAD_PAGING` and `BAD_CURSOR`. */
    page: (reader: Reader, wanted: Wanted, request: PageRequest): Page<Row> => {
      const { from, read } = chosen(wanted)
      return from.pages(reader, { ...read, request })[0] as Page<Row> // one key was read
    },
    count: (reader: Reader, wanted: Wanted): number => {
      const { from, read } = chosen(wanted)
      return from.counts(reader, read)[0] ?? 0
    },
  }
}

/** What a record is called: a name, a title or a proposition; undefined for a key that does not exist. */
export function readLabel(reader: Reader, space: keyof typeof LABELS, key: string): string | undefined {
  return reader.get(LABELS[space], { key })?.label
}

const labelled = <Table extends SQLiteTable & Readonly<Record<'key', SQLiteColumn>>>(
  table: Table,
  label: SQLiteColumn,
) => select({ label: sql<string>`${label}` }, sql`from ${table} where ${table.key} = @key`)

const LABELS = {
  actor: labelled(actors, actors.name),
  place: labelled(places, places.name),
  dispute: labelled(disputes, disputes.title),
  claim: labelled(claims, claims.proposition),
}

/** What a citation shows of its source; undefined for a key that does not exist. */
export function readCitedSource(reader: Reader, key: string) {
  return reader.get(CITED_SOURCE, { key })
}

const CITED_SOURCE = select(
  { ...pick(sources, 'title', 'reliability', 'outletId'), outlet: actors.key },
  sql`from ${sources} left join ${actors} on ${actors.id} = ${sources.outletId} where ${sources.key} = @key`,
)

/** The key of the dispute of a claim; undefined for a key that does not exist. */
export function readDisputeOfClaim(reader: Reader, key: string): string | undefined {
  return reader.get(DISPUTE_OF_CLAIM, { key })?.dispute
}

const DISPUTE_OF_CLAIM = select(
  { dispute: disputes.key },
  sql`from ${claims} cross join ${disputes} on ${disputes.id} = ${claims.disputeId} where ${claims.key} = @key`,
)
