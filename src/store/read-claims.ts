import { compareCurrent, hasBegunBy, parseEdtf } from '../model/edtf.ts'
import type { Attribution, BearingKind, ClaimRelationKind, Stance } from '../model/vocabulary-claim.ts'
import { keysetPage, type Page, type PageRequest, readBySelect } from './keyset.ts'
import { type Asked, asking, readShares, type Share } from './read-batch.ts'
import type { SharedList } from './read-pages.ts'
import type { Reader } from './reader.ts'

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
  return keysetPage({ name: 'claims', positionOf: ({ id }) => [id], read }, request)
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

/** Identified by its revision and its ordinal. */
export interface PositionRow extends Share {
  readonly revisionId: number
  readonly ordinal: number
  readonly developmentId: number
  readonly claimId: number
  readonly holderId: number
  readonly stance: Stance
  readonly attribution: Attribution
  readonly alternativeId: number | null
  /** The source of the citation named for it; null where the statement's citations are meant. */
  readonly sourceId: number | null
  readonly note: string | null
  /** The statement's date. */
  readonly edtf: string
  readonly earliest: string | null
  readonly latest: string | null
  readonly dateNote: string | null
}

const POSITION_COLUMNS = `x.revision_id as revisionId, x.ordinal, x.development_id as developmentId, x.claim_id as claimId,
  x.holder_id as holderId, x.stance, x.attribution, x.alternative_id as alternativeId, x.source_id as sourceId, x.note,
  r.edtf, r.earliest, r.latest, r.date_note as dateNote`

const ITS_REVISION = 'cross join revisions r on r.id = x.revision_id'

/** A part of a standing revision, as of the position asked. */
const STANDING = 'x.revision_id <= asked.as_of and x.until_seq > asked.as_of and x.retracted = 0'

/** The positions taken in revisions of statements, as recorded. */
export function readPositionsTaken(reader: Reader, asked: readonly Asked[]): PositionRow[] {
  return readShares(reader, POSITIONS_TAKEN, asked)
}

const POSITIONS_TAKEN = asking(
  POSITION_COLUMNS,
  `from asked cross join positions x on x.revision_id = asked.id ${ITS_REVISION} order by asked.parent, x.ordinal`,
)

const positionList = (name: string, condition: string): SharedList => ({
  name,
  table: 'positions',
  condition: `${condition} and ${STANDING}`,
  key: ['sort', 'development_id', 'revision_id', 'ordinal'],
  identity: ['revision_id', 'ordinal'],
  columns: POSITION_COLUMNS,
  joins: ITS_REVISION,
})

/** The positions on a claim, oldest first; takes the parameter `holderId`, null for those of all. */
export const POSITIONS_ON_CLAIM = positionList(
  'positions-on-claim',
  'x.claim_id = asked.id and (@holderId is null or x.holder_id = @holderId)',
)

/** The positions of an actor, oldest first. */
export const POSITIONS_OF_ACTOR = positionList('positions-of-actor', 'x.holder_id = asked.id')

/**
 * The current position of every holder on each claim, holders in the order of their first positions on it. With a day, only what must
 * have begun by then counts.
 */
export function readCurrentPositions(reader: Reader, asked: readonly Asked[], on: string | null): PositionRow[] {
  const current = new Map<string, PositionRow>()
  for (const position of readShares<PositionRow>(reader, EVER_TAKEN, asked)) {
    if (on !== null && !hasBegunBy(parseEdtf(position.edtf), on)) continue
    const holder = `${position.parent}/${position.holderId}`
    const rival = current.get(holder)
    if (rival === undefined || displaces(position, rival)) current.set(holder, position)
  }
  return [...current.values()]
}

const EVER_TAKEN = asking(
  POSITION_COLUMNS,
  `from asked cross join positions x on x.claim_id = asked.id and ${STANDING} ${ITS_REVISION}
   order by asked.parent, x.sort, x.development_id, x.ordinal`,
)

/** Whether a position is more current than another of its holder; what no source reports as said gives way to what one does. */
function displaces(position: PositionRow, rival: PositionRow): boolean {
  const weight = Number(isReportedSpeech(position)) - Number(isReportedSpeech(rival))
  const order =
    weight ||
    compareCurrent(position, rival) ||
    position.developmentId - rival.developmentId ||
    position.ordinal - rival.ordinal
  return order > 0
}

function isReportedSpeech({ attribution }: PositionRow): boolean {
  return attribution === 'QUOTED' || attribution === 'PARAPHRASED'
}

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

/** `hasBegunBy` of the model, of a revision `r` and the day `@on`: in SQL, because it decides what is on a page. */
const HAS_BEGUN = `case when r.edtf glob '*/*' or r.edtf glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'
  then coalesce(r.earliest, r.latest) else r.latest end <= @on`

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
