import { countsOn, currentByGroup, haveShifted, weightOfAttribution } from '../../model/analysis/latest.ts'
import { CURRENT_MAX, type PositionRow, readPositionsOfActors } from '../../store/queries/positions.ts'
import { type ActorRow, type ClaimRow, readClaims } from '../../store/queries/reference-records.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import { asBatchBelow, load } from '../core/batch-loader.ts'
import { builder } from '../core/builder.ts'
import { costs } from '../cost/query-cost.ts'
import { recordKey, toMany, toOne } from '../core/relation.ts'
import { Actor } from '../types/actor.ts'
import { Claim } from '../types/claim.ts'
import { onArgument } from '../types/demand.ts'
import { CURRENT_POSITION, Position } from '../types/position.ts'

export interface PositionCell {
  readonly claim: ClaimRow
  readonly holder: ActorRow
  readonly current: PositionRow
  readonly history: readonly PositionRow[]
}

export const PositionCell = builder.objectRef<PositionCell>('PositionCell').implement({
  description: 'The positions of one holder on one claim.',
  fields: (t) => ({
    claim: t.field({ type: Claim, description: 'The claim.', resolve: ({ claim }) => claim }),
    holder: t.field({ type: Actor, description: 'The holder.', resolve: ({ holder }) => holder }),
    current: t.field({
      type: Position,
      description: `The current position: ${CURRENT_POSITION}`,
      resolve: ({ current }) => current,
    }),
    history: t.field({
      type: [Position],
      extensions: costs({ items: 3 }),
      description:
        'Every position of the holder on the claim, including the current one, oldest first, with unknown starts last. With `on`, only those that must have begun by then.',
      resolve: ({ history }) => history,
    }),
    shifted: t.boolean({
      description:
        'Whether the positions of `history` fall into more than one group: for (ASSERTS, AFFIRMS), in part (PARTIALLY_ACCEPTS), open (AWAITS_INVESTIGATION, DOES_NOT_ADDRESS, QUESTIONS, REPORTS_WITHOUT_ENDORSING), against (DENIES, OFFERS_ALTERNATIVE), withdrawn (RETRACTS).',
      resolve: ({ history }) => haveShifted(history),
    }),
  }),
})

builder.objectField(Actor, 'currentPositions', (t) =>
  t.field({
    type: [PositionCell],
    nullable: true,
    extensions: costs({ field: 300, items: 40 }),
    description: `The positions of the actor on every claim on which it has one, with the current one, in the order of entry of the claims. More than ${CURRENT_MAX.toLocaleString('en')} positions of the actors of one list are refused with POSITIONS_TOO_LARGE.`,
    args: onArgument,
    resolve: (actor, { on }, { reader }) =>
      load(actor, `cells ${on ?? ''}`, (actors: readonly ActorRow[]) => cellsOf(actors, on ?? null, reader)),
  }),
)

const positionsOf = toMany('positions on any claim', readPositionsOfActors, recordKey)

function cellsOf(actors: readonly ActorRow[], on: string | null, reader: Reader): PositionCell[][] {
  const [first] = actors
  if (first === undefined) return []
  const histories = actors.map((actor) =>
    Map.groupBy(
      positionsOf(actor, {}, { reader }).filter((position) => countsOn(position, on)),
      cellOf,
    ),
  )
  // Copies: what is selected of current positions is not read for the whole history.
  const current = histories.map((cells) =>
    [...currentByGroup([...cells.values()].flat(), cellOf, weightOfAttribution).values()]
      .map((position) => ({ ...position }))
      .toSorted((a, b) => a.claimId - b.claimId),
  )
  asBatchBelow(first, current.flat())
  return actors.map((holder, at) =>
    (current[at] ?? []).map((position) => ({
      claim: claimOf(position, {}, { reader }),
      holder,
      current: position,
      history: histories[at]?.get(cellOf(position)) ?? [],
    })),
  )
}

const claimOf = toOne('claimId', readClaims)

/** Identifies the cell of a position. */
export function cellOf({ claimId, holderId }: Pick<PositionRow, 'claimId' | 'holderId'>): string {
  return `${claimId}/${holderId}`
}
