import type { CentralPositionsData, CurrentOnClaimData } from '../../../../schema/page-data.d.ts'
import { DemarcheError } from '../../../model/errors.ts'
import { hasBegun, type AsOf } from '../charts/as-of.ts'
import { readQuery, type Visit } from '../page.ts'
import type { Moments } from '../parts/moments.ts'
import { cellOf, hasShifted, reportedCell, type Cell } from './matrix.ts'

/** Claims that are read one by one for the page of a dispute. */
export const READ_CLAIMS = 200

/** Positions of each holder that are read where a claim has too many. */
export const LAST = 3

const QUERIES = { all: readQuery('central-positions'), last: readQuery('dispute/current-on-claim') }

type Current = NonNullable<NonNullable<CurrentOnClaimData['claim']>['currentPositions']>[number]
type Times = Pick<Visit, 'ask'> & Pick<Moments, 'known' | 'on'>

/**
 * What each holder holds on some claims, read claim by claim, where a dispute has too many positions for its matrix. A claim with too many
 * positions has no cells.
 */
export async function readHeld(
  claims: readonly { readonly key: string }[],
  { ask, known, on, reported }: Times & Pick<Moments, 'reported'>,
): Promise<readonly Cell[]> {
  const cells: Cell[] = []
  for (const { key } of claims) {
    try {
      // The last positions may all have been reported later.
      cells.push(...(await readHeldOn(key, { ask, known, on, isWhole: reported !== null })))
    } catch (error) {
      if (!(error instanceof DemarcheError) || error.code !== 'CLAIMS_TOO_LARGE') throw error
    }
  }
  return cells
}

/** The same of one claim: with `isWhole`, all that each held on it, unless these are more than 100 positions; else only the last. */
export async function readHeldOn(
  key: string,
  { ask, known, on, isWhole }: Times & { readonly isWhole: boolean },
): Promise<readonly Cell[]> {
  if (isWhole) {
    const { claim } = await ask<CentralPositionsData>(QUERIES.all, { claim: key, known, on })
    const { nodes = [], totalCount = 0 } = claim?.positions ?? {}
    if (nodes.length === totalCount) {
      return (claim?.currentPositions ?? []).map((current) => cellOf(key, current, nodes, on))
    }
  }
  const { claim } = await ask<CurrentOnClaimData>(QUERIES.last, { key, known, on })
  return (claim?.currentPositions ?? []).map((current) => lastCellOf(key, current, on))
}

/** What a holder holds on a claim, with the two positions before. */
function lastCellOf(claim: string, current: Current, on: string | null): Cell {
  const { holder, previous } = current
  const chain = [previous?.previous, previous, current].filter((past) => past !== null && past !== undefined)
  const history = chain.filter(({ date }) => on === null || hasBegun(date, on))
  const shifted = hasShifted(history)
  return { claim: { key: claim }, holder, current, history, shifted, isPartial: chain.length === LAST }
}

/**
 * What was held in the past that a page shows. Apart from that, the cells of which all positions that were read had been reported later
 * (`later`); earlier ones may not have been.
 */
export function heldAt(
  cells: readonly Cell[],
  asOf: AsOf,
): { readonly cells: readonly Cell[]; readonly later: readonly Cell[] } {
  const shown = cells.map((cell) => reportedCell(cell, asOf))
  return {
    cells: shown.filter((cell) => cell !== undefined),
    later: cells.filter(({ isPartial }, index) => isPartial && shown[index] === undefined),
  }
}
