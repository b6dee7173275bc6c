import type { ActorKind, AffiliationRelation, IdentifierScheme } from '../../model/vocabulary/actor.ts'
import { keysetPage, type Page, type PageRequest, readBySelect } from './keyset.ts'
import { type Asked, asking, listParameter, readShares, type Share } from './batch.ts'
import type { SharedList } from './pages.ts'
import type { Reader } from '../sqlite/prepared.ts'

/** An actor as it is now, read at a position: what is derived from developments below it is read there. */
export interface ActorRow {
  readonly record: 'actor'
  readonly id: number
  readonly key: string
  readonly revision: number
  readonly asOf: number
  readonly name: string
  readonly kind: ActorKind
  readonly country: string | null
  readonly description: string | null
}

export const ACTOR_COLUMNS = `'actor' as record, a.id, a.key, a.revision, a.name, a.kind, a.country, a.description`

export function readActors(reader: Reader, asked: readonly Asked[]): (ActorRow & Share)[] {
  return readShares(reader, ACTORS, asked)
}

const ACTORS = asking(ACTOR_COLUMNS, 'from asked cross join actors a on a.id = asked.id')

/** Undefined where there is none of that key, or none yet. */
export function readActorByKey(reader: Reader, key: string, asOf: number): ActorRow | undefined {
  return reader.get(`select ${ACTOR_COLUMNS}, @asOf as asOf from actors a where a.key = @key and a.id <= @asOf`, {
    key,
    asOf,
  })
}

export interface ActorsWanted {
  readonly kinds?: readonly string[] | null | undefined
  readonly country?: string | null | undefined
  /** Only these, by id; null for all. */
  readonly ids: readonly number[] | null
  readonly asOf: number
}

/** By name, in the order of its characters. Throws `BAD_PAGING` and `BAD_CURSOR`. */
export function readActorPage(reader: Reader, wanted: ActorsWanted, request: PageRequest): Page<ActorRow> {
  const read = readBySelect<ActorRow>({
    reader,
    select: `select ${ACTOR_COLUMNS}, @asOf as asOf ${ACTORS_WANTED}`,
    parameters: parametersOf(wanted),
    key: ['a.name', 'a.id'],
  })
  return keysetPage(
    { name: 'actors', shape: ['TEXT', 'NUMBER'], positionOf: ({ name, id }) => [name, id], read },
    request,
  )
}

export function countActors(reader: Reader, wanted: ActorsWanted): number {
  return reader.get<{ count: number }>(`select count(*) as count ${ACTORS_WANTED}`, parametersOf(wanted))?.count ?? 0
}

const ACTORS_WANTED = `from actors a where a.id <= @asOf and (@country is null or a.country = @country)
  and (@kinds is null or a.kind in (select value from json_each(@kinds)))
  and (@ids is null or a.id in (select value from json_each(@ids)))`

function parametersOf({ kinds, country, ids, asOf }: ActorsWanted): Readonly<Record<string, unknown>> {
  // An empty list of ids is a search that found nothing.
  return { asOf, country: country ?? null, kinds: listParameter(kinds), ids: ids === null ? null : JSON.stringify(ids) }
}

export interface AliasRow extends Share {
  readonly alias: string
}

export function readAliases(reader: Reader, asked: readonly Asked[]): AliasRow[] {
  return readShares(reader, ALIASES, asked)
}

const ALIASES = asking(
  'x.alias',
  'from asked cross join actor_aliases x on x.actor_id = asked.id order by asked.parent, x.ordinal',
)

export interface IdentifierRow extends Share {
  readonly scheme: IdentifierScheme
  readonly value: string
}

export function readActorIdentifiers(reader: Reader, asked: readonly Asked[]): IdentifierRow[] {
  return readShares(reader, IDENTIFIERS, asked)
}

const IDENTIFIERS = asking(
  'x.scheme, x.value',
  'from asked cross join actor_identifiers x on x.actor_id = asked.id order by asked.parent, x.ordinal',
)

/** Identified by its actor and its ordinal among that actor's. */
export interface AffiliationRow extends Share {
  readonly actorId: number
  readonly ordinal: number
  readonly organisationId: number
  readonly relation: AffiliationRelation
  readonly office: string | null
  readonly edtf: string | null
}

const AFFILIATION_COLUMNS = `x.actor_id as actorId, x.ordinal, x.organisation_id as organisationId, x.relation, x.office, x.edtf`

/** What has no date, or an open end, is not ruled out by a day. */
const HELD_ON = '(@on is null or (coalesce(x.earliest, @on) <= @on and coalesce(x.latest, @on) >= @on))'

/** As recorded; with a day, those that may have been held on it by their bounds. */
export function readAffiliations(reader: Reader, asked: readonly Asked[], on: string | null): AffiliationRow[] {
  return readShares(reader, AFFILIATIONS, asked, { on })
}

const AFFILIATIONS = asking(
  AFFILIATION_COLUMNS,
  `from asked cross join affiliations x on x.actor_id = asked.id and x.organisation_id <= asked.as_of and ${HELD_ON}
   order by asked.parent, x.ordinal`,
)

/** The affiliations that others have with an actor; takes the parameter `on`. */
export const MEMBERS: SharedList = {
  name: 'members',
  table: 'affiliations',
  condition: `x.organisation_id = asked.id and x.actor_id <= asked.as_of and ${HELD_ON}`,
  key: ['actor_id', 'ordinal'],
  identity: ['actor_id', 'ordinal'],
  columns: AFFILIATION_COLUMNS,
}
