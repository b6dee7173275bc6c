import type { ClaimData, ClaimPositionsData, HeldOnClaim, RelatedClaim } from '../../../../schema/page-data.d.ts'
import { isShown, isTold, judge, type IsNew } from '../charts/as-of.ts'
import { heldAt, readHeld } from '../dispute/held.ts'
import { cellOf, type Cell } from '../dispute/matrix.ts'
import { entryAt } from '../dispute/sources.ts'
import { readQuery, type Visit } from '../page.ts'
import { inOrderOfCurrency } from '../parts/dates.ts'
import { readMoments, type Moments } from '../parts/moments.ts'
import { readCounts, type Counts } from '../parts/news.ts'

export type Claim = NonNullable<ClaimData['claim']>
export type Bearing = Claim['bearings']['nodes'][number]

/** What a claim that hangs together with another one is held to be. A stance is null if the last positions were all reported later. */
export type RelatedStances = ReadonlyMap<string, readonly (Pick<Cell, 'holder'> & { readonly stance: string | null })[]>

export interface ClaimPage {
  readonly claim: Claim
  readonly moments: Moments
  readonly counts: Counts | null
  /** Those of the times of the page, in order of currency. */
  readonly positions: readonly HeldOnClaim[]
  /** How many more there are. Null if that is not known of the times of the page. */
  readonly unread: number | null
  /** What each holder holds, with what it held before. */
  readonly cells: readonly Cell[]
  readonly bearings: readonly Bearing[]
  readonly related: RelatedStances
  readonly isNew: IsNew
}

const QUERIES = { claim: readQuery('claim/head'), positions: readQuery('claim/positions') }

export async function readClaim({ key, parameters, ask }: Visit): Promise<ClaimPage | null> {
  const moments = readMoments(parameters)
  const { known, on, reported } = moments
  const { claim } = await ask<ClaimData>(QUERIES.claim, { key, known, on })
  if (claim === null) return null
  const total = claim.positions.totalCount ?? 0
  const then = on !== null || reported !== null
  const isWhole = total === claim.positions.nodes.length
  const read = isWhole || !then ? claim.positions.nodes : await readPositions(ask, { key, known })
  const current = claim.currentPositions ?? []
  const others = [...claim.relations, ...claim.relatedFrom].map(({ claim: other }) => other)
  const held = reported === null ? [] : await readHeld(others, { ask, known, on, reported })
  const { asOf, isNew } = await judge(ask, moments, [
    ...[...read, ...current].map(({ statement }) => statement.key),
    ...claim.bearings.nodes.map(({ development }) => development.key),
    ...held.flatMap(({ history }) => history.map(({ statement }) => statement.key)),
  ])
  const positions = read
    .filter(({ date, statement, citations }) => isShown(asOf, date, statement.key, citations))
    .map((position) => entryAt(position, reported))
  return {
    claim,
    moments,
    counts: await readCounts(ask, moments, { claims: [key] }),
    positions: inOrderOfCurrency(positions),
    unread: total === read.length ? 0 : then ? null : total - read.length,
    cells: heldAt(
      current.map((position) => ({ ...cellOf(key, position, read, on), isPartial: total !== read.length })),
      asOf,
    ).cells,
    bearings: claim.bearings.nodes.filter(({ development, citation }) => isTold(asOf, development.key, [citation])),
    related: reported === null ? stancesOf(others) : stancesAt(heldAt(held, asOf)),
    isNew,
  }
}

function stancesOf(claims: readonly RelatedClaim[]): RelatedStances {
  return new Map(claims.map(({ key, currentPositions }) => [key, currentPositions ?? []]))
}

function stancesAt({ cells, later }: ReturnType<typeof heldAt>): RelatedStances {
  const stances = [
    ...cells.map(({ claim, holder, current }) => ({ claim, holder, stance: current.stance })),
    ...later.map(({ claim, holder }) => ({ claim, holder, stance: null })),
  ]
  return Map.groupBy(stances, ({ claim }) => claim.key)
}

/** Pages of 100 positions that are read of one claim. */
const PAGES = 10

/** The newest positions on a claim, oldest first. */
async function readPositions(
  ask: Visit['ask'],
  variables: { readonly key: string; readonly known: string | null },
): Promise<readonly HeldOnClaim[]> {
  const read: (readonly HeldOnClaim[])[] = []
  let before: string | null = null
  do {
    const { claim }: ClaimPositionsData = await ask<ClaimPositionsData>(QUERIES.positions, { ...variables, before })
    read.unshift(claim?.positions.nodes ?? [])
    before = claim?.positions.pageInfo.hasPreviousPage ? claim.positions.pageInfo.startCursor : null
  } while (before !== null && read.length < PAGES)
  return read.flat()
}
