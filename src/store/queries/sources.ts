import type { Reliability } from '../../model/vocabulary/grading.ts'
import type { SourceGenre } from '../../model/vocabulary/source.ts'
import { keysetPage, type Page, type PageRequest, readBySelect } from './keyset.ts'
import { type Asked, asking, readShares, type Share } from './batch.ts'
import type { Reader } from '../sqlite/prepared.ts'

export interface SourceRow {
  readonly record: 'source'
  readonly id: number
  readonly key: string
  readonly revision: number
  readonly asOf: number
  readonly title: string
  readonly outletId: number | null
  readonly republishedById: number | null
  readonly genre: SourceGenre
  readonly note: string | null
  readonly author: string | null
  readonly url: string | null
  readonly archiveUrl: string | null
  readonly published: string | null
  readonly publishedNote: string | null
  readonly accessed: string | null
  readonly language: string
  readonly reliability: Reliability
}

const SOURCE_COLUMNS = `'source' as record, s.id, s.key, s.revision, s.title, s.outlet_id as outletId,
  s.republished_by_id as republishedById, s.genre, s.note, s.author, s.url, s.archive_url as archiveUrl, s.published,
  s.published_note as publishedNote, s.accessed, s.language, s.reliability`

export function readSources(reader: Reader, asked: readonly Asked[]): (SourceRow & Share)[] {
  return readShares(reader, SOURCES, asked)
}

const SOURCES = asking(SOURCE_COLUMNS, 'from asked cross join sources s on s.id = asked.id')

/** Undefined where there is none of that key, or none yet. */
export function readSourceByKey(reader: Reader, key: string, asOf: number): SourceRow | undefined {
  return reader.get(`select ${SOURCE_COLUMNS}, @asOf as asOf from sources s where s.key = @key and s.id <= @asOf`, {
    key,
    asOf,
  })
}

export interface SourcesWanted {
  /** The outlet's id; null for the sources of all. */
  readonly outletId: number | null
  readonly asOf: number
}

/** In the order in which they entered. Throws `BAD_PAGING` and `BAD_CURSOR`. */
export function readSourcePage(reader: Reader, wanted: SourcesWanted, request: PageRequest): Page<SourceRow> {
  const read = readBySelect<SourceRow>({
    reader,
    select: `select ${SOURCE_COLUMNS}, @asOf as asOf from sources s where ${conditionOf(wanted)}`,
    parameters: { ...wanted },
    key: ['s.id'],
  })
  return keysetPage({ name: 'sources', shape: ['NUMBER'], positionOf: ({ id }) => [id], read }, request)
}

export function countSources(reader: Reader, wanted: SourcesWanted): number {
  const text = `select count(*) as count from sources s where ${conditionOf(wanted)}`
  return reader.get<{ count: number }>(text, { ...wanted })?.count ?? 0
}

function conditionOf({ outletId }: SourcesWanted): string {
  return outletId === null ? '@outletId is null and s.id <= @asOf' : 's.outlet_id = @outletId and s.id <= @asOf'
}

/** Who says so of the affiliations asked: their actor's id, and the affiliation's ordinal as the part. */
export function readAffiliationSources(reader: Reader, asked: readonly Asked[]): (SourceRow & Share)[] {
  return readShares(reader, AFFILIATION_SOURCES, asked)
}

const AFFILIATION_SOURCES = asking(
  SOURCE_COLUMNS,
  `from asked cross join affiliation_sources x on x.actor_id = asked.id and x.affiliation = asked.part
   cross join sources s on s.id = x.source_id and s.id <= asked.as_of order by asked.parent, x.ordinal`,
)

/** Who says so of the phases asked: their dispute's id, and the phase's ordinal as the part. */
export function readPhaseSources(reader: Reader, asked: readonly Asked[]): (SourceRow & Share)[] {
  return readShares(reader, PHASE_SOURCES, asked)
}

const PHASE_SOURCES = asking(
  SOURCE_COLUMNS,
  `from asked cross join phase_sources x on x.dispute_id = asked.id and x.phase = asked.part
   cross join sources s on s.id = x.source_id and s.id <= asked.as_of order by asked.parent, x.ordinal`,
)

/** Who says so of the relations of claims asked: their claim's id, and the relation's ordinal as the part. */
export function readRelationSources(reader: Reader, asked: readonly Asked[]): (SourceRow & Share)[] {
  return readShares(reader, RELATION_SOURCES, asked)
}

const RELATION_SOURCES = asking(
  SOURCE_COLUMNS,
  `from asked cross join claim_relation_sources x on x.claim_id = asked.id and x.relation = asked.part
   cross join sources s on s.id = x.source_id and s.id <= asked.as_of order by asked.parent, x.ordinal`,
)
