import { keysetPage, type Page, type PageRequest, readBySelect } from './keyset.ts'
import type { IdentifierRow } from './actors.ts'
import { type Asked, asking, readShares } from './batch.ts'
import type { Reader } from '../sqlite/prepared.ts'

export interface PlaceRow {
  readonly record: 'place'
  readonly id: number
  readonly key: string
  readonly revision: number
  readonly asOf: number
  readonly name: string
  readonly country: string | null
  readonly latitude: number | null
  readonly longitude: number | null
}

export const PLACE_COLUMNS = `'place' as record, l.id, l.key, l.revision, l.name, l.country, l.latitude, l.longitude`

/** Undefined where there is none of that key, or none yet. */
export function readPlaceByKey(reader: Reader, key: string, asOf: number): PlaceRow | undefined {
  return reader.get(`select ${PLACE_COLUMNS}, @asOf as asOf from places l where l.key = @key and l.id <= @asOf`, {
    key,
    asOf,
  })
}

export interface PlacesWanted {
  /** Only these, by id; null for all. */
  readonly ids: readonly number[] | null
  readonly asOf: number
}

/** By name, in the order of its characters. Throws `BAD_PAGING` and `BAD_CURSOR`. */
export function readPlacePage(reader: Reader, wanted: PlacesWanted, request: PageRequest): Page<PlaceRow> {
  const read = readBySelect<PlaceRow>({
    reader,
    select: `select ${PLACE_COLUMNS}, @asOf as asOf ${PLACES_WANTED}`,
    parameters: parametersOf(wanted),
    key: ['l.name', 'l.id'],
  })
  return keysetPage(
    { name: 'places', shape: ['TEXT', 'NUMBER'], positionOf: ({ name, id }) => [name, id], read },
    request,
  )
}

export function countPlaces(reader: Reader, wanted: PlacesWanted): number {
  return reader.get<{ count: number }>(`select count(*) as count ${PLACES_WANTED}`, parametersOf(wanted))?.count ?? 0
}

const PLACES_WANTED =
  'from places l where l.id <= @asOf and (@ids is null or l.id in (select value from json_each(@ids)))'

function parametersOf({ ids, asOf }: PlacesWanted): Readonly<Record<string, unknown>> {
  return { asOf, ids: ids === null ? null : JSON.stringify(ids) }
}

export function readPlaceIdentifiers(reader: Reader, asked: readonly Asked[]): IdentifierRow[] {
  return readShares(reader, IDENTIFIERS, asked)
}

const IDENTIFIERS = asking(
  'x.scheme, x.value',
  'from asked cross join place_identifiers x on x.place_id = asked.id order by asked.parent, x.ordinal',
)
