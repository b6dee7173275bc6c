import { countsOn, currentByGroup, weightOfAttribution } from '../../model/analysis/latest.ts'
import { MATRIX_MAX, type PositionRow, readPositionsInDisputes } from '../../store/queries/positions.ts'
import {
  type ActorRow,
  type ClaimRow,
  type DisputeRow,
  readActors,
  readClaimsOfDisputes,
  readParties,
} from '../../store/queries/reference-records.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import { asBatchBelow, load } from '../core/batch-loader.ts'
import { builder } from '../core/builder.ts'
import { costs } from '../cost/query-cost.ts'
import { recordKey, toMany } from '../core/relation.ts'
import { Actor } from '../types/actor.ts'
import { Claim } from '../types/claim.ts'
import { onArgument } from '../types/demand.ts'
import { Dispute } from '../types/dispute.ts'
import { cellOf, PositionCell } from './position-cell.ts'

export interface PositionMatrix {
  readonly claims: readonly ClaimRow[]
  readonly holders: readonly ActorRow[]
  readonly cells: readonly PositionCell[]
}

const PositionMatrix = builder.objectRef<PositionMatrix>('PositionMatrix').implement({
  description:
    'Who holds which position on each contested claim: claims as rows, holders as columns, and a cell for each holder with a position on a claim.',
  fields: (t) => ({
    claims: t.field({
      type: [Claim],
      extensions: costs({ items: 40 }),
      description:
        'Every claim of the dispute, even without positions: those with the most different current stances first, then those with the most positions, then in order of entry.',
      resolve: ({ claims }) => claims,
    }),
    holders: t.field({
      type: [Actor],
      extensions: costs({ items: 10 }),
      description:
        'Every actor with a position: parties to the dispute first, then others; within each, those with the most positions first, then in the order of the parties, then in order of entry. The positions of a spokesperson belong to the actor spoken for.',
      resolve: ({ holders }) => holders,
    }),
    cells: t.field({
      type: [PositionCell],
      extensions: costs({ items: 60 }),
      description:
        'By claim, then by holder, in the order of `claims` and `holders`. There is no cell for a holder without a position on the claim.',
      resolve: ({ cells }) => cells,
    }),
  }),
})

builder.objectField(Dispute, 'positions', (t) =>
  t.field({
    type: PositionMatrix,
    nullable: true,
    extensions: costs({ field: 1_000 }),
    description: `The current and past positions of all holders on all claims of the dispute. More than ${MATRIX_MAX} positions in the disputes of one list are refused with MATRIX_TOO_LARGE.`,
    args: onArgument,
    resolve: (dispute, { on }, { reader }) => matrixOf(dispute, on ?? null, reader),
  }),
)

export function matrixOf(dispute: DisputeRow, on: string | null, reader: Reader): PositionMatrix {
  return load(dispute, `matrix ${on ?? ''}`, (disputes: readonly DisputeRow[]) => matricesOf(disputes, on, reader))
}

function matricesOf(disputes: readonly DisputeRow[], on: string | null, reader: Reader): PositionMatrix[] {
  const [first] = disputes
  if (first === undefined) return []
  const taken = disputes.map((dispute) =>
    positionsIn(dispute, {}, { reader }).filter((position) => countsOn(position, on)),
  )
  const holders = holdersOf(disputes, taken, reader)
  // Copies: what is selected of current positions is not read for the whole history.
  const current = taken.map((positions) =>
    [...currentByGroup(positions, cellOf, weightOfAttribution).values()].map((position) => ({ ...position })),
  )
  asBatchBelow(first, current.flat())
  return disputes.map((dispute, at) =>
    arrange(dispute, { taken: taken[at] ?? [], current: current[at] ?? [], holders: holders[at] ?? [] }, reader),
  )
}

interface Positions {
  readonly taken: readonly PositionRow[]
  /** The current position of each cell. */
  readonly current: readonly PositionRow[]
  readonly holders: readonly ActorRow[]
}

function arrange(dispute: DisputeRow, { taken, current, holders }: Positions, reader: Reader): PositionMatrix {
  const histories = Map.groupBy(taken, cellOf)
  const byClaim = Map.groupBy(taken, ({ claimId }) => claimId)
  const byHolder = Map.groupBy(taken, ({ holderId }) => holderId)
  const currentByClaim = Map.groupBy(current, ({ claimId }) => claimId)
  const stancesOn = ({ id }: ClaimRow) => new Set(currentByClaim.get(id)?.map(({ stance }) => stance)).size
  const takenOn = ({ id }: ClaimRow) => byClaim.get(id)?.length ?? 0
  const claims = claimsOf(dispute, {}, { reader }).toSorted(
    (a, b) => stancesOn(b) - stancesOn(a) || takenOn(b) - takenOn(a) || a.id - b.id,
  )
  const parties = new Map(partiesTo(dispute, {}, { reader }).map(({ id }, at) => [id, at]))
  const rankOf = ({ id }: ActorRow) => parties.get(id) ?? parties.size
  const isOther = ({ id }: ActorRow) => Number(!parties.has(id))
  const takenBy = ({ id }: ActorRow) => byHolder.get(id)?.length ?? 0
  const columns = holders.toSorted(
    (a, b) => isOther(a) - isOther(b) || takenBy(b) - takenBy(a) || rankOf(a) - rankOf(b) || a.id - b.id,
  )
  const rowOf = new Map(claims.map(({ id }, index) => [id, index]))
  const columnOf = new Map(columns.map(({ id }, index) => [id, index]))
  const cells = current
    .map((position) => ({
      position,
      row: rowOf.get(position.claimId) ?? -1,
      column: columnOf.get(position.holderId) ?? -1,
    }))
    .toSorted((a, b) => a.row - b.row || a.column - b.column)
    .flatMap(({ position, row, column }): PositionCell[] => {
      const [claim, holder] = [claims[row], columns[column]]
      if (claim === undefined || holder === undefined) return []
      return [{ claim, holder, current: position, history: histories.get(cellOf(position)) ?? [] }]
    })
  return { claims, holders: columns, cells }
}

const positionsIn = toMany('positions in it', readPositionsInDisputes, recordKey)
const claimsOf = toMany('claims', readClaimsOfDisputes, recordKey)
const partiesTo = toMany('parties', readParties, recordKey)

/** The holders of the positions in each dispute, each once. */
function holdersOf(
  disputes: readonly DisputeRow[],
  taken: readonly (readonly PositionRow[])[],
  reader: Reader,
): ActorRow[][] {
  const found = disputes.map((): ActorRow[] => [])
  const wanted = disputes.flatMap((dispute, at) =>
    [...new Set(taken[at]?.map(({ holderId }) => holderId))].map((holderId) => ({ dispute, at, holderId })),
  )
  const [first] = disputes
  if (first === undefined) return found
  const keys = wanted.map(({ dispute, holderId }) => [holderId, dispute.asOf] as const)
  for (const holder of asBatchBelow(first, readActors(reader, keys)))
    found[wanted[holder.parent]?.at ?? -1]?.push(holder)
  return found
}
