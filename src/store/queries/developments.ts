import type { LinkRelation } from '../../model/vocabulary/development.ts'
import { Dimension } from '../projections/postings.ts'
import { and, eq, lte, sql } from '../schema/drizzle.ts'
import { citations, citationVia, developments, links, postings, revisions } from '../schema/developments.ts'
import { changes } from '../schema/log.ts'
import { sources } from '../schema/reference-records.ts'
import type { Reader } from '../sqlite/prepared.ts'
import { batch, batchRead, openAt, related, type RowsOf, selectBatch, standing } from './batch.ts'
import { CITATION } from './development-parts.ts'
import { list } from './pages.ts'
import { among, listParameter, parameter, pick, type RowOf, select } from './select.ts'

/** A development as it was known at one seq, from its identity and a revision. */
export const DEVELOPMENT = {
  /** The seq at which it entered the log. */
  ...pick(developments, 'id', 'key', 'kind'),
  /** The seq from which this content holds. */
  revisionId: revisions.id,
  revision: revisions.number,
  ...pick(revisions, 'revisionKind', 'retracted', 'note', 'recordedAt', 'recordedBy', 'headline', 'summary', 'edtf'),
  ...pick(revisions, 'dateNote', 'evidentialStatus', 'credibility', 'eventKind', 'channel', 'acts', 'measureKind'),
  ...pick(revisions, 'legalCharacter', 'legalBasis'),
}

/** Everything below it is read as of the same seq. */
export interface DevelopmentRow extends RowOf<typeof DEVELOPMENT> {
  readonly asOf: number
}

const KNOWN = {
  of: developments.id,
  join: [[revisions.developmentId, developments.id]],
  where: openAt(revisions),
  order: null,
} as const

/** Developments as they were known, retracted ones too. */
export const readDevelopments = related(DEVELOPMENT, KNOWN)

const NAMES = { ...pick(developments, 'id', 'key', 'kind'), revisionId: revisions.id, headline: revisions.headline }

/** The same developments by name only, in half the time. */
export const readDevelopmentNames = related(NAMES, KNOWN)

const OF_REVISION = { of: revisions.id, join: [[developments.id, revisions.developmentId]], order: null } as const

/** The developments of revisions, as these revisions have them. */
export const readDevelopmentsOfRevisions = related(DEVELOPMENT, OF_REVISION)
export const readNamesOfRevisions = related(NAMES, OF_REVISION)

/** As it was known then, retracted or not; undefined where no development of that key had entered the log. */
export function readDevelopmentByKey(reader: Reader, key: string, asOf: number): DevelopmentRow | undefined {
  return reader.get(DEVELOPMENT_BY_KEY, { key, asOf })
}

const DEVELOPMENT_BY_KEY = select(
  { ...DEVELOPMENT, asOf: parameter<number>('asOf') },
  sql`from ${developments} cross join ${revisions} on ${revisions.developmentId} = ${developments.id}
    where ${developments.key} = @key and ${openAt(revisions, parameter('asOf'))}`,
)

/**
 * The rows of these revisions in their order, each to be read as of the seq that `asOf` returns for it. One query. `listed` reads only what
 * most lists show, in half the time: the caller must not use any other field.
 */
export function readRevisionRows(
  reader: Reader,
  revisionIds: readonly number[],
  { asOf, listed = false }: { readonly asOf: (revisionId: number) => number; readonly listed?: boolean },
): DevelopmentRow[] {
  if (revisionIds.length === 0) return []
  const query = listed ? LISTED_ROWS : REVISION_ROWS
  const rows = reader.all(query, { revisions: JSON.stringify(revisionIds) })
  return rows.map((row) => ({ ...row, asOf: asOf(row.revisionId) }) as DevelopmentRow) // see `listed`
}

const OF_REVISIONS = sql`from json_each(@revisions) j cross join ${revisions} on ${revisions.id} = j.value
  cross join ${developments} on ${developments.id} = ${revisions.developmentId} order by j.key`

const REVISION_ROWS = select(DEVELOPMENT, OF_REVISIONS)

const LISTED_ROWS = select(
  {
    ...pick(developments, 'id', 'key', 'kind'),
    revisionId: revisions.id,
    revision: revisions.number,
    ...pick(revisions, 'retracted', 'headline', 'edtf', 'dateNote', 'evidentialStatus', 'credibility'),
  },
  OF_REVISIONS,
)

export type RevisionRow = RowsOf<typeof readRevisions>

/** The revisions of each development up to the seq, in order. `id` is the seq of a revision, `batch` the last seq of its batch. */
export const readRevisions = related(
  {
    ...pick(revisions, 'id', 'developmentId', 'number', 'note', 'recordedAt', 'recordedBy'),
    developmentKey: changes.key,
    kind: revisions.revisionKind,
    batch: changes.batch,
  },
  {
    of: revisions.developmentId,
    join: [[changes.seq, revisions.id]],
    where: lte(revisions.id, batch.asOf),
    order: [revisions.id],
  },
)

/** The seq of the last redaction of a development; 0 if there was none. */
export function lastRedaction(reader: Reader): number {
  return reader.get(LAST_REDACTION)?.seq ?? 0
}

const REDACTED = sql`${revisions.revisionKind} = 'REDACTED'`
const LAST_REDACTION = select(
  { seq: sql<number | null>`max(${revisions.id})` },
  sql`from ${revisions} where ${REDACTED}`,
)

/** The keys of all developments that were redacted. */
export function redactedDevelopments(reader: Reader): ReadonlySet<string> {
  return new Set(reader.all(REDACTED_KEYS).map(({ key }) => key))
}

const REDACTED_KEYS = select(
  pick(developments, 'key'),
  sql`from ${revisions} cross join ${developments} on ${developments.id} = ${revisions.developmentId} where ${REDACTED}`,
)

/** When each development was first recorded, in milliseconds since 1970. The id of a first revision is the id of its development. */
export const readFirstRecordings = related({ at: revisions.recordedAt }, { of: revisions.id, order: null })

/**
 * The number of distinct origins among the citations of each revision. An origin is the last actor of `via`, else the outlet of the source
 * if it had entered the log, else the source.
 */
export const readOriginCounts = batchRead(
  selectBatch(
    {
      count: sql<number>`count(distinct coalesce(
        (select 'actor ' || ${citationVia.actorId} from ${citationVia}
         where ${citationVia.revisionId} = ${citations.revisionId} and ${citationVia.citation} = ${citations.ordinal}
         order by ${citationVia.ordinal} desc limit 1),
        case when ${sources.outletId} <= ${batch.asOf} then 'actor ' || ${sources.outletId} end, 'source ' || ${sources.id}))`,
    },
    sql`from ${batch} cross join ${citations} on ${citations.revisionId} = ${batch.id}
      cross join ${sources} on ${sources.id} = ${citations.sourceId} group by ${batch.parent}`,
  ),
)

/** The standing developments that cite a source, newest first. */
export const CITING_DEVELOPMENTS = list(DEVELOPMENT, {
  name: 'citing-developments',
  of: postings.target,
  where: and(eq(postings.dimension, Dimension.SOURCE), standing(postings)),
  key: [postings.sort, postings.developmentId, postings.revisionId],
  join: [
    [developments.id, postings.developmentId],
    [revisions.id, postings.revisionId],
  ],
  order: 'NEWEST_FIRST',
})

/** The citations of a source by standing developments, newest development first. */
export const CITATIONS_OF_SOURCE = list(CITATION, {
  name: 'citations-of-source',
  of: postings.target,
  where: and(eq(postings.dimension, Dimension.SOURCE), standing(postings)),
  key: [postings.sort, postings.developmentId, postings.revisionId],
  join: [[citations.revisionId, postings.revisionId, eq(citations.sourceId, postings.target)]],
  order: 'NEWEST_FIRST',
})

/** A link between developments; `otherId` is the development at the other end, which carries the link if `isFrom` is 1. */
export type LinkRow = RowsOf<typeof readLinks>
const LINK = pick(links, 'revisionId', 'ordinal', 'relation', 'note')

/** The links of revisions, as recorded; with relations, only links of these. */
export const readLinks = related(
  { ...LINK, otherId: links.targetId, isFrom: sql<0 | 1>`0` },
  {
    of: links.revisionId,
    where: among(links.relation, 'relations'),
    parameters: (relations: readonly LinkRelation[] | null | undefined) => ({ relations: listParameter(relations) }),
  },
)

/** The links that standing developments have to one, oldest first; has the list parameter `relations`. */
export const LINKS_TO = list(
  { ...LINK, otherId: links.developmentId, isFrom: sql<0 | 1>`1` },
  {
    name: 'linked-from',
    of: links.targetId,
    where: and(standing(links), among(links.relation, 'relations')),
    key: [links.sort, links.developmentId, links.revisionId, links.ordinal],
  },
)
