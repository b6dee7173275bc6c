import type { BearingKind, ClaimRelationKind } from '../../model/vocabulary/claim.ts'
import { hasBegun } from './date-sql.ts'
import { keysetPage, type Page, type PageRequest, readBySelect } from './keyset.ts'
import { type Asked, asking, readShares, type Share } from './batch.ts'
import type { SharedList } from './pages.ts'
import type { Reader } from '../sqlite/prepared.ts'

export interface ClaimRow {
  readonly record: 'claim'
  readonly id: number
  readonly key: string
  readonly revision: number
  readonly asOf: number
  readonly disputeId: number
  readonly proposition: string
}

const CLAIM_COLUMNS = `'claim' as record, c.id, c.key, c.revision, c.dispute_id as disputeId, c.proposition`

export function readClaims(reader: Reader, asked: readonly Asked[]): (ClaimRow & Share)[] {
  return readShares(reader, CLAIMS, asked)
}

const CLAIMS = asking(CLAIM_COLUMNS, 'from asked cross join claims c on c.id = asked.id')

/** Undefined where there is none of that key, or none yet. */
export function readClaimByKey(reader: Reader, key: string, asOf: number): ClaimRow | undefined {
  return reader.get(`select ${CLAIM_COLUMNS}, @asOf as asOf from claims c where c.key = @key and c.id <= @asOf`, {
    key,
    asOf,
  })
}

export interface ClaimsWanted {
  /** The dispute's id; null for the claims of all. */
  readonly disputeId: number | null
  readonly asOf: number
}

/** In the order in which they entered. Throws `BAD_PAGING` and `BAD_CURSOR`. */
export function readClaimPage(reader: Reader, wanted: ClaimsWanted, request: PageRequest): Page<ClaimRow> {
  const read = readBySelect<ClaimRow>({
    reader,
    select: `select ${CLAIM_COLUMNS}, @asOf as asOf from claims c where ${conditionOf(wanted)}`,
    parameters: { ...wanted },
    key: ['c.id'],
  })
  return keysetPage({ name: 'claims', shape: ['NUMBER'], positionOf: ({ id }) => [id], read }, request)
}

export function countClaims(reader: Reader, wanted: ClaimsWanted): number {
  const text = `select count(*) as count from claims c where ${conditionOf(wanted)}`
  return reader.get<{ count: number }>(text, { ...wanted })?.count ?? 0
}

function conditionOf({ disputeId }: ClaimsWanted): string {
  return disputeId === null ? '@disputeId is null and c.id <= @asOf' : 'c.dispute_id = @disputeId and c.id <= @asOf'
}

/** The claims of disputes, in the order in which they entered. */
export function readClaimsOfDisputes(reader: Reader, asked: readonly Asked[]): (ClaimRow & Share)[] {
  return readShares(reader, CLAIMS_OF_DISPUTES, asked)
}

const CLAIMS_OF_DISPUTES = asking(
  CLAIM_COLUMNS,
  'from asked cross join claims c on c.dispute_id = asked.id and c.id <= asked.as_of order by asked.parent, c.id',
)

/** Identified by its claim and its ordinal. */
export interface ClaimRelationRow extends Share {
  readonly claimId: number
  readonly ordinal: number
  readonly relation: ClaimRelationKind
  readonly otherId: number
}

export function readClaimRelations(reader: Reader, asked: readonly Asked[]): ClaimRelationRow[] {
  return readShares(reader, CLAIM_RELATIONS, asked)
}

const CLAIM_RELATIONS = asking(
  'x.claim_id as claimId, x.ordinal, x.relation, x.other_id as otherId',
  `from asked cross join claim_relations x on x.claim_id = asked.id and x.other_id <= asked.as_of
   order by asked.parent, x.ordinal`,
)

/** A part of a standing revision, as of the position asked. */
const STANDING = 'x.revision_id <= asked.as_of and x.until_seq > asked.as_of and x.retracted = 0'

/** Identified by its revision and its ordinal. */
export interface BearingRow extends Share {
  readonly revisionId: number
  readonly ordinal: number
  readonly developmentId: number
  readonly claimId: number
  readonly bearing: BearingKind
  readonly sourceId: number
  readonly note: string | null
}

const BEARING_COLUMNS = `x.revision_id as revisionId, x.ordinal, x.development_id as developmentId, x.claim_id as claimId,
  x.bearing, x.source_id as sourceId, x.note`

/** What revisions of developments mean for claims, as recorded. */
export function readBearings(reader: Reader, asked: readonly Asked[]): BearingRow[] {
  return readShares(reader, BEARINGS, asked)
}

const BEARINGS = asking(
  BEARING_COLUMNS,
  'from asked cross join bearings x on x.revision_id = asked.id order by asked.parent, x.ordinal',
)

const HAS_BEGUN = hasBegun({ edtf: 'r.edtf', earliest: 'r.earliest', latest: 'r.latest' }, '@on')

/** What bears on a claim, oldest first; takes the parameter `on`, a day by whose end it must have begun, null for all. */
export const BEARINGS_ON_CLAIM: SharedList = {
  name: 'bearings-on-claim',
  table: 'bearings',
  condition: `x.claim_id = asked.id and ${STANDING}
    and (@on is null or exists (select 1 from revisions r where r.id = x.revision_id and ${HAS_BEGUN}))`,
  key: ['sort', 'development_id', 'revision_id', 'ordinal'],
  identity: ['revision_id', 'ordinal'],
  columns: BEARING_COLUMNS,
}
