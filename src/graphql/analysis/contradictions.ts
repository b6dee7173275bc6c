import { contradictionsBy } from '../../model/analysis/contradiction.ts'
import { stanceGroupOf } from '../../model/vocabulary/claim.ts'
import { MATRIX_MAX, type PositionRow } from '../../store/queries/positions.ts'
import { type ActorRow, type DisputeRow, readClaimRelations } from '../../store/queries/reference-records.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import { builder } from '../core/builder.ts'
import { costs } from '../cost/query-cost.ts'
import { recordKey, toMany } from '../core/relation.ts'
import { Actor } from '../types/actor.ts'
import { onArgument } from '../types/demand.ts'
import { Dispute } from '../types/dispute.ts'
import { Position } from '../types/position.ts'
import { matrixOf } from './position-matrix.ts'

interface Contradiction {
  readonly holder: ActorRow
  readonly positions: readonly PositionRow[]
}

const Contradiction = builder.objectRef<Contradiction>('Contradiction').implement({
  description: 'Positions of one holder on different claims that cannot all be right.',
  fields: (t) => ({
    holder: t.field({ type: Actor, description: 'Who holds them.', resolve: ({ holder }) => holder }),
    positions: t.field({
      type: [Position],
      description:
        'The current positions, two or more, in the order of the claims of `Dispute.positions`. Each contradicts at least one of the others.',
      resolve: ({ positions }) => positions,
    }),
  }),
})

builder.objectField(Dispute, 'contradictions', (t) =>
  t.field({
    type: [Contradiction],
    nullable: true,
    extensions: costs({ field: 1_000 }),
    description: `Where a holder’s current positions on the claims of the dispute cannot all be right, by the relations among these claims. A position for a claim (ASSERTS, AFFIRMS) is also for what follows from it: what the claim IMPLIES, what it REFINES, and what is PART_OF it, at any distance; claims of other disputes do not connect them. It contradicts a position against one of these (DENIES, OFFERS_ALTERNATIVE), and a position for a claim from which follows what CONTRADICTS one of these. Claims that are ALTERNATIVE_TO each other may both be held. Holders are in the order of \`Dispute.positions\`. More than ${MATRIX_MAX} positions in the disputes of one list are refused with MATRIX_TOO_LARGE.`,
    args: onArgument,
    resolve: (dispute, { on }, { reader }) => contradictionsIn(dispute, on ?? null, reader),
  }),
)

function contradictionsIn(dispute: DisputeRow, on: string | null, reader: Reader): Contradiction[] {
  const { claims, holders, cells } = matrixOf(dispute, on, reader)
  const find = contradictionsBy(claims.flatMap((claim) => relationsOf(claim, {}, { reader })))
  const held = Map.groupBy(cells, ({ holder }) => holder)
  return holders.flatMap((holder) =>
    find(
      (held.get(holder) ?? []).map(({ current }) => ({
        claimId: current.claimId,
        group: stanceGroupOf(current.stance),
        position: current,
      })),
    ).map((positions) => ({ holder, positions: positions.map(({ position }) => position) })),
  )
}

const relationsOf = toMany('relations', readClaimRelations, recordKey)
