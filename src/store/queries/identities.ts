import type { Space } from '../../model/records/definitions.ts'
import type { Reader } from '../sqlite/prepared.ts'

/** What a record of the store says of its identity. */
export interface StoredIdentity {
  readonly key: string
  /** The register of an identifier; null for a URL. */
  readonly scheme: string | null
  readonly value: string
}

/** The actors, places or sources of the store that have one of the identifiers or URLs. Reads each table once. */
export function storedIdentities(reader: Reader, space: Space, values: readonly string[]): StoredIdentity[] {
  const sql = QUERIES[space]
  return sql === undefined ? [] : reader.all(sql, { values: JSON.stringify(values) })
}

const amongValues = 'in (select value from json_each(@values))'
const identifiersOf = (records: string, table: string, record: string) =>
  `select key, scheme, value from ${table} join ${records} on ${records}.id = ${record} where value ${amongValues}`

const QUERIES: Readonly<Partial<Record<Space, string>>> = {
  actor: identifiersOf('actors', 'actor_identifiers', 'actor_id'),
  place: identifiersOf('places', 'place_identifiers', 'place_id'),
  source: `select key, null as scheme, url as value from sources where url ${amongValues}
    union all select key, null, archive_url from sources where archive_url ${amongValues}`,
}
