import { countsOn, currentByGroup, weightOfAttribution } from '../../model/analysis/latest.ts'
import { DemarcheError } from '../../model/errors.ts'
import type { Attribution, Stance } from '../../model/vocabulary/claim.ts'
import { type Asked, asking, readShares, type Share } from './batch.ts'
import type { SharedList } from './pages.ts'
import type { Reader } from '../sqlite/prepared.ts'

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

/** The most positions of which the current ones are found at once. */
export const CURRENT_MAX = 20_000

/** The positions ever taken on the claims, oldest first. Throws `CLAIMS_TOO_LARGE` past {@link CURRENT_MAX} in all. */
export function readPositionsOnClaims(reader: Reader, asked: readonly Asked[]): PositionRow[] {
  const positions = readShares<PositionRow>(reader, ON_CLAIMS, asked, { limit: CURRENT_MAX + 1 })
  if (positions.length <= CURRENT_MAX) return positions
  const message = `there are more than ${CURRENT_MAX} positions to find the current ones of; ask for fewer claims at a time, or read the positions of each holder on a claim page by page`
  throw new DemarcheError('CLAIMS_TOO_LARGE', message)
}

const ON_CLAIMS = asking(
  POSITION_COLUMNS,
  `from asked cross join positions x on x.claim_id = asked.id and ${STANDING} ${ITS_REVISION}
   order by asked.parent, x.sort, x.development_id, x.ordinal limit @limit`,
)

/**
 * Of the positions on claims, the current one of every holder on each, holders in the order of their first positions on it. With a day,
 * only what must have begun by then counts.
 */
export function currentPositions(taken: readonly PositionRow[], on: string | null): PositionRow[] {
  const counted = taken.filter((position) => countsOn(position, on))
  return [...currentByGroup(counted, ({ parent, holderId }) => `${parent}/${holderId}`, weightOfAttribution).values()]
}

/** The most positions of which matrices are made at once. */
export const MATRIX_MAX = 10_000

/** The positions ever taken on the claims of each dispute, oldest first. Throws `MATRIX_TOO_LARGE` past {@link MATRIX_MAX} in all. */
export function readPositionsInDisputes(reader: Reader, asked: readonly Asked[]): PositionRow[] {
  const positions = readShares<PositionRow>(reader, IN_DISPUTES, asked, { limit: MATRIX_MAX + 1 })
  if (positions.length <= MATRIX_MAX) return positions
  const message = `there are more than ${MATRIX_MAX} positions to put in order; ask for one dispute at a time, or read the positions of each claim page by page`
  throw new DemarcheError('MATRIX_TOO_LARGE', message)
}

const IN_DISPUTES = asking(
  POSITION_COLUMNS,
  `from asked cross join claims c on c.dispute_id = asked.id and c.id <= asked.as_of
   cross join positions x on x.claim_id = c.id and ${STANDING} ${ITS_REVISION}
   order by asked.parent, x.sort, x.development_id, x.ordinal limit @limit`,
)
