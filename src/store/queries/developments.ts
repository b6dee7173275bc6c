import type { LinkRelation, RevisionKind } from '../../model/vocabulary/development.ts'
import { DEVELOPMENT_COLUMNS, type DevelopmentRow } from './development-row.ts'
import { Facet } from '../projections/postings.ts'
import { type Asked, asking, listParameter, readShares, type Share } from './batch.ts'
import type { SharedList } from './pages.ts'
import type { Reader } from '../sqlite/prepared.ts'

/** Developments as they were known at the positions asked, retracted ones too. */
export function readDevelopments(reader: Reader, asked: readonly Asked[]): (DevelopmentRow & Share)[] {
  return readShares(reader, DEVELOPMENTS, asked)
}

const THEN_KNOWN = `from asked cross join developments d on d.id = asked.id
  cross join revisions r on r.development_id = d.id and r.id <= asked.as_of and r.until_seq > asked.as_of`

const DEVELOPMENTS = asking(DEVELOPMENT_COLUMNS, THEN_KNOWN)

/** What names a development. */
export type DevelopmentName = Pick<DevelopmentRow, 'id' | 'key' | 'kind' | 'revisionId' | 'asOf' | 'headline'>

/** The same developments by name only: half of what reading all of them takes is what else they say. */
export function readDevelopmentNames(reader: Reader, asked: readonly Asked[]): (DevelopmentName & Share)[] {
  return readShares(reader, DEVELOPMENT_NAMES, asked)
}

const DEVELOPMENT_NAMES = asking('d.id, d.key, d.kind, r.id as revisionId, r.headline', THEN_KNOWN)

/** As it was known then, retracted or not; undefined where there is none of that key, or none yet. */
export function readDevelopmentByKey(reader: Reader, key: string, asOf: number): DevelopmentRow | undefined {
  return reader.get(DEVELOPMENT_BY_KEY, { key, asOf })
}

const DEVELOPMENT_BY_KEY = `select ${DEVELOPMENT_COLUMNS}, @asOf as asOf from developments d
  cross join revisions r on r.development_id = d.id and r.id <= @asOf and r.until_seq > @asOf where d.key = @key`

export interface RevisionRow extends Share {
  /** Its seq. */
  readonly id: number
  readonly developmentId: number
  readonly number: number
  readonly kind: RevisionKind
  readonly note: string | null
  readonly recordedAt: number
  readonly recordedBy: string | null
  /** The last seq of its batch: the position at which what it says is whole. */
  readonly batch: number
}

const REVISION_COLUMNS = `r.id, r.development_id as developmentId, r.number, r.revision_kind as kind, r.note,
  r.recorded_at as recordedAt, r.recorded_by as recordedBy, c.batch`

/** The revisions of each development until the position asked, in order. */
export function readRevisions(reader: Reader, asked: readonly Asked[]): RevisionRow[] {
  return readShares(reader, REVISIONS, asked)
}

const REVISIONS = asking(
  REVISION_COLUMNS,
  `from asked cross join revisions r on r.development_id = asked.id and r.id <= asked.as_of
   cross join changes c on c.seq = r.id order by asked.parent, r.id`,
)

/** When each development was first recorded, milliseconds since 1970. */
export function readFirstRecordings(reader: Reader, asked: readonly Asked[]): (Share & { readonly at: number })[] {
  return readShares(reader, FIRST_RECORDINGS, asked)
}

// The first revision's id is the seq at which the development entered.
const FIRST_RECORDINGS = asking('r.recorded_at as at', 'from asked cross join revisions r on r.id = asked.id')

/** How many distinct origins the citations of each revision have. */
export function readOriginCounts(reader: Reader, asked: readonly Asked[]): (Share & { readonly count: number })[] {
  return readShares(reader, ORIGIN_COUNTS, asked)
}

// The origin is the last of `via`, else the source's outlet if that is known then, both actors, else the source.
const ORIGIN_COUNTS = asking(
  `count(distinct coalesce(
     (select 'actor ' || v.actor_id from citation_via v
      where v.revision_id = c.revision_id and v.citation = c.ordinal order by v.ordinal desc limit 1),
     case when s.outlet_id <= asked.as_of then 'actor ' || s.outlet_id end, 'source ' || s.id)) as count`,
  `from asked cross join citations c on c.revision_id = asked.id cross join sources s on s.id = c.source_id
   group by asked.parent`,
)

/** The standing developments that cite a source, newest first. */
export const CITING_DEVELOPMENTS: SharedList = {
  name: 'citing-developments',
  table: 'postings',
  condition: `x.facet = ${Facet.SOURCE} and x.target = asked.id and x.revision_id <= asked.as_of
    and x.until_seq > asked.as_of and x.retracted = 0`,
  key: ['sort', 'development_id', 'revision_id'],
  identity: ['facet', 'target', 'sort', 'development_id', 'revision_id'],
  columns: DEVELOPMENT_COLUMNS,
  joins: 'cross join developments d on d.id = x.development_id cross join revisions r on r.id = x.revision_id',
  newestFirst: true,
}

/** Ties of developments to others; the other end is `otherId`. */
export interface LinkRow extends Share {
  readonly relation: LinkRelation
  readonly note: string | null
  readonly otherId: number
}

/** The links of revisions, as recorded; only those of the relations given, if any are. */
export function readLinks(
  reader: Reader,
  asked: readonly Asked[],
  relations: readonly LinkRelation[] | null | undefined,
): LinkRow[] {
  return readShares(reader, LINKS, asked, { relations: listParameter(relations) })
}

const OF_RELATIONS = '(@relations is null or x.relation in (select value from json_each(@relations)))'

const LINKS = asking(
  'x.relation, x.note, x.target_id as otherId',
  `from asked cross join links x on x.revision_id = asked.id and ${OF_RELATIONS} order by asked.parent, x.ordinal`,
)

/** The links that standing developments have to one, oldest first; takes the parameter `relations`. */
export const LINKS_TO: SharedList = {
  name: 'linked-from',
  table: 'links',
  condition: `x.target_id = asked.id and x.revision_id <= asked.as_of and x.until_seq > asked.as_of
    and x.retracted = 0 and ${OF_RELATIONS}`,
  key: ['sort', 'development_id', 'revision_id', 'ordinal'],
  identity: ['revision_id', 'ordinal'],
  columns: 'x.relation, x.note, x.development_id as otherId',
}
