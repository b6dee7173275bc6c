import type { ErrorCode } from '../../model/error-codes.ts'
import { countsOn, currentByGroup, weightOfAttribution } from '../../model/analysis/latest.ts'
import { DemarcheError } from '../../model/errors.ts'
import { UNKNOWN_START } from '../../model/dates/edtf.ts'
import { alias, and, eq, or, type SQL, type SQLiteColumn, sql } from '../schema/drizzle.ts'
import { roleDimension } from '../projections/postings.ts'
import { bearings, developments, OPEN, participations, positions, postings, revisions } from '../schema/developments.ts'
import { actors, affiliations, claims } from '../schema/reference-records.ts'
import type { Reader } from '../sqlite/prepared.ts'
import {
  batch,
  type BatchRead,
  entered,
  joined,
  related,
  type RowsOf,
  selectBatch,
  standing,
  batchRead,
} from './batch.ts'
import { hasBegun } from './date-sql.ts'
import { list } from './pages.ts'
import { nameOf, parameter, pick, type RowOf, select } from './select.ts'

/** Identified by its revision and its ordinal. */
export type BearingRow = RowsOf<typeof readBearings>
const BEARING = pick(bearings, 'revisionId', 'ordinal', 'developmentId', 'claimId', 'bearing', 'sourceId', 'note')

/** What revisions say for or against claims, as recorded. */
export const readBearings = related(BEARING, { of: bearings.revisionId })

const { edtf, earliest, latest } = revisions
const HAS_BEGUN = hasBegun({ edtf: nameOf(edtf), earliest: nameOf(earliest), latest: nameOf(latest) }, '@on')

/** What bears on a claim, oldest first; has the parameter `on`, a day by whose end it must have begun, or null for all. */
export const BEARINGS_ON_CLAIM = list(BEARING, {
  name: 'bearings-on-claim',
  of: bearings.claimId,
  where: and(
    standing(bearings),
    sql`(@on is null or exists (select 1 from ${revisions}
      where ${revisions.id} = ${bearings.revisionId} and ${sql.raw(HAS_BEGUN)}))`,
  ),
  key: [bearings.sort, bearings.developmentId, bearings.revisionId, bearings.ordinal],
})

const POSITION = {
  ...pick(positions, 'revisionId', 'ordinal', 'developmentId', 'claimId', 'holderId', 'stance', 'attribution'),
  ...pick(positions, 'alternativeId', 'sourceId', 'note'),
  /** The date of the statement. */
  ...pick(revisions, 'edtf', 'earliest', 'latest', 'dateNote'),
}

/** Identified by its revision and its ordinal. */
export type PositionRow = RowsOf<typeof readPositionsTaken>

const IN_ORDER = {
  key: [positions.sort, positions.developmentId, positions.revisionId, positions.ordinal],
  join: [[revisions.id, positions.revisionId]],
} as const

/** The positions that revisions of statements take, as recorded. */
export const readPositionsTaken = related(POSITION, { of: positions.revisionId, join: IN_ORDER.join })

/** The positions on a claim, oldest first; has the parameter `holderId`, null for those of all holders. */
export const POSITIONS_ON_CLAIM = list(POSITION, {
  ...IN_ORDER,
  name: 'positions-on-claim',
  of: positions.claimId,
  where: and(or(sql`@holderId is null`, eq(positions.holderId, parameter('holderId'))), standing(positions)),
})

const own = alias(positions, 'own')
const IS_KNOWN = sql`${positions.sort} < ${UNKNOWN_START}`
const IS_UNKNOWN = sql`${positions.sort} >= ${UNKNOWN_START}`
const OWN_IS_KNOWN = sql`${own.sort} < ${UNKNOWN_START}`
const IS_EARLIER = sql`(${positions.sort}, ${positions.developmentId}, ${positions.revisionId}, ${positions.ordinal})
  < (${own.sort}, ${own.developmentId}, ${own.revisionId}, ${own.ordinal})`

/** A column of the last of the standing positions of the same holder on the same claim for which the condition holds. */
const lastOfHolder = (column: SQLiteColumn, condition: SQL) => sql`(select ${column} from ${positions}
  where ${eq(positions.claimId, own.claimId)} and ${eq(positions.holderId, own.holderId)} and ${standing(positions)} and ${condition}
  order by ${positions.sort} desc, ${positions.developmentId} desc, ${positions.revisionId} desc, ${positions.ordinal} desc limit 1)`

/** A column of the one before, which has a known start unless there is none; each is found by one look-up in the index. */
const beforeOwn = (column: SQLiteColumn) => sql`coalesce(
  ${lastOfHolder(column, sql`${OWN_IS_KNOWN} and ${IS_KNOWN} and ${IS_EARLIER}`)},
  ${lastOfHolder(column, sql`${IS_UNKNOWN} and (${OWN_IS_KNOWN} or ${IS_EARLIER})`)})`

/**
 * The position before each position, whose ordinal is the part of the key: the last of the same holder on the same claim that is earlier by
 * date, then by entry. Unknown starts come before all known ones.
 */
export const readPreviousPositions = batchRead(
  selectBatch(
    POSITION,
    sql`from ${batch} cross join ${positions} ${own} on ${eq(own.revisionId, batch.id)} and ${eq(own.ordinal, batch.part)}
      cross join ${positions} on ${positions.revisionId} = ${beforeOwn(positions.revisionId)}
        and ${positions.ordinal} = ${beforeOwn(positions.ordinal)} ${joined(IN_ORDER.join)}`,
  ),
)

/** The positions of an actor, oldest first. */
export const POSITIONS_OF_ACTOR = list(POSITION, {
  ...IN_ORDER,
  name: 'positions-of-actor',
  of: positions.holderId,
  where: standing(positions),
})

const STANDING = sql`${standing(positions)} ${joined(IN_ORDER.join)}
  order by ${batch.parent}, ${positions.sort}, ${positions.developmentId}, ${positions.ordinal} limit @limit`

/** The most positions among which current ones are found at once. */
export const CURRENT_MAX = 20_000

/** Every position ever taken on the claims, oldest first. Throws `CLAIMS_TOO_LARGE` beyond {@link CURRENT_MAX} in all. */
export const readPositionsOnClaims = readAtMost(
  CURRENT_MAX,
  sql`${positions} on ${eq(positions.claimId, batch.id)} and ${STANDING}`,
  'CLAIMS_TOO_LARGE',
  `The claims have more than ${CURRENT_MAX} positions, too many to find the current ones. Request fewer claims at a time, or read the positions of each holder on a claim page by page.`,
)

/** Every position ever taken by the actors, oldest first. Throws `POSITIONS_TOO_LARGE` beyond {@link CURRENT_MAX} in all. */
export const readPositionsOfActors = readAtMost(
  CURRENT_MAX,
  sql`${positions} on ${eq(positions.holderId, batch.id)} and ${STANDING}`,
  'POSITIONS_TOO_LARGE',
  `The actors have more than ${CURRENT_MAX} positions, too many to find the current ones. Request fewer actors at a time, or read the positions of each actor page by page.`,
)

/** The most positions that matrices are made of at once. */
export const MATRIX_MAX = 10_000

/** Every position ever taken on the claims of each dispute, oldest first. Throws `MATRIX_TOO_LARGE` beyond {@link MATRIX_MAX} in all. */
export const readPositionsInDisputes = readAtMost(
  MATRIX_MAX,
  sql`${claims} on ${eq(claims.disputeId, batch.id)} and ${entered(claims.id)}
    cross join ${positions} on ${eq(positions.claimId, claims.id)} and ${STANDING}`,
  'MATRIX_TOO_LARGE',
  `The disputes have more than ${MATRIX_MAX} positions, too many for their matrices. Request one dispute at a time, or read the positions on each claim page by page.`,
)

function readAtMost(limit: number, from: SQL, code: ErrorCode, message: string): BatchRead<PositionRow> {
  const read = batchRead(selectBatch(POSITION, sql`from ${batch} cross join ${from}`))
  return (reader, keys) => {
    const found = read(reader, keys, { limit: limit + 1 })
    if (found.length > limit) throw new DemarcheError(code, message)
    return found
  }
}

/**
 * The current position of every holder on each claim; holders are in the order of their first positions on it. With a day, only what must
 * have begun by then counts.
 */
export function currentPositions(taken: readonly PositionRow[], on: string | null): PositionRow[] {
  const counted = taken.filter((position) => countsOn(position, on))
  return [...currentByGroup(counted, ({ parent, holderId }) => `${parent}/${holderId}`, weightOfAttribution).values()]
}

const HELD = {
  claim: claims.key,
  development: developments.key,
  ...pick(positions, 'stance', 'attribution'),
  /** The date of the development. */
  ...pick(revisions, 'edtf', 'earliest', 'latest'),
}

/** A position of a standing development, as of the head. */
export type StandingPosition = RowOf<typeof HELD>

/** All standing positions of a holder, by order of entry. */
export function standingPositionsOf(reader: Reader, holder: string): StandingPosition[] {
  return reader.all(STANDING_POSITIONS, { holder })
}

const STANDING_POSITIONS = select(
  HELD,
  sql`from ${actors}
    join ${positions} on ${positions.holderId} = ${actors.id}
    join ${claims} on ${claims.id} = ${positions.claimId}
    join ${revisions} on ${revisions.id} = ${positions.revisionId}
    join ${developments} on ${developments.id} = ${positions.developmentId}
    where ${actors.key} = @holder and ${positions.untilSeq} = ${OPEN} and ${positions.retracted} = 0
    order by ${positions.developmentId}, ${positions.ordinal}`,
)

/** The keys of an actor and of all actors that affiliations lead to it from. */
export function actorsBelow(reader: Reader, actor: string): string[] {
  return reader.all(BELOW, { actor }).map(({ key }) => key)
}

const BELOW = select(
  pick(actors, 'key'),
  sql`from (with recursive below(id) as (
      select ${actors.id} from ${actors} where ${actors.key} = @actor
      union select ${affiliations.actorId} from below cross join ${affiliations} on ${affiliations.organisationId} = below.id
    ) select id from below) found cross join ${actors} on ${actors.id} = found.id`,
)

/** A position of a standing statement. */
export interface HeldPosition {
  readonly statement: string
  readonly holder: string
  /** The speakers of the statement and the actors spoken for, as a list in JSON. */
  readonly named: string
}

/**
 * The standing positions of which the holder is one of some actors and the statement names one of the others, or the other way round. Null
 * stands for any others.
 */
export function* positionsBetween(
  reader: Reader,
  some: readonly string[],
  others: readonly string[] | null,
): IterableIterator<HeldPosition> {
  // The positions of all of the first list are read.
  const [few, many] = others !== null && others.length < some.length ? [others, some] : [some, others]
  const sides = { some: JSON.stringify(few), others: many && JSON.stringify(many) }
  for (const { sql: text } of [HELD_BY_OTHERS, HELD_OF_OTHERS]) yield* reader.iterate<HeldPosition>(text, sides)
}

const holder = alias(actors, 'holder')
const named = alias(actors, 'named')
const NAMES = sql`${participations.revisionId} = ${positions.revisionId} and ${participations.role} in ('SPEAKER', 'ON_BEHALF_OF')`
const BETWEEN = {
  statement: developments.key,
  holder: sql<string>`${holder.key}`,
  named: sql<string>`(select json_group_array(${named.key}) from ${participations}
    cross join ${actors} ${named} on ${named.id} = ${participations.actorId} where ${NAMES})`,
}

const amongOthers = (key: SQLiteColumn) => sql`(@others is null or ${key} in (select value from json_each(@others)))`

const HELD_BY_OTHERS = select(
  BETWEEN,
  sql`from json_each(@some) j cross join ${actors} on ${actors.key} = j.value
    cross join ${postings} on ${postings.dimension} in (${roleDimension('SPEAKER')}, ${roleDimension('ON_BEHALF_OF')})
      and ${postings.target} = ${actors.id} and ${postings.untilSeq} = ${OPEN} and ${postings.retracted} = 0
    cross join ${positions} on ${positions.revisionId} = ${postings.revisionId}
    cross join ${actors} ${holder} on ${holder.id} = ${positions.holderId} and ${amongOthers(holder.key)}
    cross join ${developments} on ${developments.id} = ${positions.developmentId}`,
)

const HELD_OF_OTHERS = select(
  BETWEEN,
  sql`from json_each(@some) j cross join ${actors} ${holder} on ${holder.key} = j.value
    cross join ${positions} on ${positions.holderId} = ${holder.id} and ${positions.untilSeq} = ${OPEN} and ${positions.retracted} = 0
    cross join ${developments} on ${developments.id} = ${positions.developmentId}
    where exists (select 1 from ${participations} cross join ${actors} ${named} on ${named.id} = ${participations.actorId}
      where ${NAMES} and ${amongOthers(named.key)})`,
)
