import type { CurrentOnClaimData } from '../../../../schema/page-data.d.ts'
import { DemarcheError } from '../../../model/errors.ts'
import { readQuery, type Visit } from '../page.ts'
import type { Moments } from '../parts/moments.ts'
import { hasShifted, type Cell, type Past } from './matrix.ts'

/** Claims that are read one by one for the page of a dispute. */
export const READ_CLAIMS = 200

const QUERY = readQuery('dispute/current-on-claim')

type Current = NonNullable<NonNullable<CurrentOnClaimData['claim']>['currentPositions']>[number]

/**
 * What each holder holds on some claims, read claim by claim, where a dispute has too many positions for its matrix. Of what was held before,
 * only the two positions before the current one are known; with `reported`, also a stance that was repeated, as only one of its reports may be as
 * old as that day. A claim with too many positions has no cells.
 */
export async function readHeld(
  claims: readonly { readonly key: string }[],
  { ask, known, on, reported }: Pick<Visit, 'ask'> & Pick<Moments, 'known' | 'on' | 'reported'>,
): Promise<readonly Cell[]> {
  const cells: Cell[] = []
  for (const { key } of claims) {
    try {
      const { claim } = await ask<CurrentOnClaimData>(QUERY, { key, known, on })
      cells.push(...(claim?.currentPositions ?? []).map((current) => lastCellOf(key, current, reported !== null)))
    } catch (error) {
      if (!(error instanceof DemarcheError) || error.code !== 'CLAIMS_TOO_LARGE') throw error
    }
  }
  return cells
}

/** What a holder holds on a claim, with the two positions before. How often a stance was repeated is not known, unless it `isWhole`. */
export function lastCellOf(claim: string, current: Current, isWhole: boolean): Cell {
  const { holder, previous } = current
  const chain = [previous?.previous, previous, current].filter((past) => past !== null && past !== undefined)
  const history: readonly Past[] = chain.filter(({ stance }, index) => isWhole || stance !== chain[index + 1]?.stance)
  return { claim: { key: claim }, holder, current, history, shifted: hasShifted(history) }
}
