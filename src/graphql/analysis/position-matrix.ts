import { countsOn, currentByGroup, haveShifted, weightOfAttribution } from '../../model/analysis/latest.ts'
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
import { Actor } from '../types/actor.ts'
import { builder } from '../core/builder.ts'
import { Claim } from '../types/claim.ts'
import { askedOf, gatherBelow, many, share } from '../core/batch-loader.ts'
import { onDay } from '../types/demand.ts'
import { Dispute } from '../types/dispute.ts'
import { Position } from '../types/position.ts'

interface PositionMatrix {
  readonly claims: readonly ClaimRow[]
  readonly holders: readonly ActorRow[]
  readonly cells: readonly PositionCell[]
}

/** What one holder made of one claim. */
interface PositionCell {
  readonly claim: ClaimRow
  readonly holder: ActorRow
  readonly current: PositionRow
  readonly history: readonly PositionRow[]
}

const PositionCell = builder.objectRef<PositionCell>('PositionCell').implement({
  description: 'What one holder made of one claim.',
  fields: (t) => ({
    claim: t.field({ type: Claim, description: 'The claim.', resolve: ({ claim }) => claim }),
    holder: t.field({ type: Actor, description: 'Whose positions they are.', resolve: ({ holder }) => holder }),
    current: t.field({
      type: Position,
      description:
        'The position that counts: the one whose date begins last, of these the one whose date ends last, then the one that entered last. An unknown beginning never wins over a known one, and what is CHARACTERISED or INFERRED never displaces what is QUOTED or PARAPHRASED.',
      resolve: ({ current }) => current,
    }),
    history: t.field({
      type: [Position],
      complexity: { field: 1, multiplier: 3 },
      description:
        'Every position it took on the claim, the current one among them, oldest first; those of unknown beginning come last. With `on`, those that must have begun by then.',
      resolve: ({ history }) => history,
    }),
    shifted: t.boolean({
      description:
        'Whether the positions of `history` fall into more than one group: for (ASSERTS, AFFIRMS), in part (PARTIALLY_ACCEPTS), open (AWAITS_INVESTIGATION, DOES_NOT_ADDRESS, QUESTIONS, REPORTS_WITHOUT_ENDORSING), against (DENIES, OFFERS_ALTERNATIVE), withdrawn (RETRACTS).',
      resolve: ({ history }) => haveShifted(history),
    }),
  }),
})

const PositionMatrix = builder.objectRef<PositionMatrix>('PositionMatrix').implement({
  description:
    'Who holds what about each contested claim: claims down, holders across, and a cell wherever a holder took a position.',
  fields: (t) => ({
    claims: t.field({
      type: [Claim],
      complexity: { field: 1, multiplier: 40 },
      description:
        'Every claim of the dispute, one on which nobody took a position too: first those with the most different current stances, then those with the most positions, then as they entered the record.',
      resolve: ({ claims }) => claims,
    }),
    holders: t.field({
      type: [Actor],
      complexity: { field: 1, multiplier: 10 },
      description:
        'Whoever holds a position: first the parties to the dispute, then the others; among each, those with the most positions first, then in the order of the parties, then as they entered the record. A spokesman’s positions are those of whom he speaks for.',
      resolve: ({ holders }) => holders,
    }),
    cells: t.field({
      type: [PositionCell],
      complexity: { field: 1, multiplier: 60 },
      description:
        'By claim, then by holder, in the order of `claims` and `holders`. Where a holder took no position there is no cell.',
      resolve: ({ cells }) => cells,
    }),
  }),
})

builder.objectField(Dispute, 'positions', (t) =>
  t.field({
    type: PositionMatrix,
    nullable: true,
    complexity: { field: 1_000, multiplier: 1 },
    description: `The positions of all holders on all claims of the dispute, what they hold and held. Refused with MATRIX_TOO_LARGE where the disputes of one list have more than ${MATRIX_MAX} positions together.`,
    args: { on: t.arg({ type: 'Date', description: onDay }) },
    resolve: (dispute, { on }, { reader }) =>
      share(dispute, `matrix ${on ?? ''}`, (disputes: readonly DisputeRow[]) =>
        matricesOf(disputes, on ?? null, reader),
      ),
  }),
)

function matricesOf(disputes: readonly DisputeRow[], on: string | null, reader: Reader): PositionMatrix[] {
  const taken = disputes.map((dispute) => positionsIn(dispute, reader).filter((position) => countsOn(position, on)))
  const holders = holdersOf(disputes, taken, reader)
  const matrices = disputes.map((dispute, at) => {
    const histories = Map.groupBy(taken[at] ?? [], cellOf)
    const current = new Map(
      // Copies, so that what is asked of current positions is not read for all of the histories.
      [...currentByGroup(taken[at] ?? [], cellOf, weightOfAttribution)].map(([cell, position]) => [
        cell,
        { ...position },
      ]),
    )
    return { dispute, histories, current, holders: holders[at] ?? [] }
  })
  const [one] = disputes
  if (one !== undefined)
    gatherBelow(
      one,
      matrices.flatMap(({ current }) => [...current.values()]),
    )
  return matrices.map((matrix) => arrange(matrix, reader))
}

function cellOf({ claimId, holderId }: Pick<PositionRow, 'claimId' | 'holderId'>): string {
  return `${claimId}/${holderId}`
}

interface Gathered {
  readonly dispute: DisputeRow
  readonly histories: ReadonlyMap<string, readonly PositionRow[]>
  readonly current: ReadonlyMap<string, PositionRow>
  readonly holders: readonly ActorRow[]
}

function arrange({ dispute, histories, current, holders }: Gathered, reader: Reader): PositionMatrix {
  const stances = new Map<number, Set<string>>()
  const counts = { claims: new Map<number, number>(), holders: new Map<number, number>() }
  for (const { claimId, stance } of current.values()) {
    stances.set(claimId, (stances.get(claimId) ?? new Set()).add(stance))
  }
  for (const history of histories.values()) {
    for (const { claimId, holderId } of history) {
      counts.claims.set(claimId, (counts.claims.get(claimId) ?? 0) + 1)
      counts.holders.set(holderId, (counts.holders.get(holderId) ?? 0) + 1)
    }
  }
  const parties = new Map(partiesTo(dispute, reader).map(({ id }, at) => [id, at]))
  const placeOf = ({ id }: ActorRow) => parties.get(id) ?? parties.size
  const countOf = ({ id }: ActorRow) => counts.holders.get(id) ?? 0
  const isOther = ({ id }: ActorRow) => Number(!parties.has(id))
  const rows = claimsOf(dispute, reader).toSorted(
    (a, b) =>
      (stances.get(b.id)?.size ?? 0) - (stances.get(a.id)?.size ?? 0) ||
      (counts.claims.get(b.id) ?? 0) - (counts.claims.get(a.id) ?? 0) ||
      a.id - b.id,
  )
  const columns = holders.toSorted(
    (a, b) => isOther(a) - isOther(b) || countOf(b) - countOf(a) || placeOf(a) - placeOf(b) || a.id - b.id,
  )
  const columnOf = new Map(columns.map((holder, at) => [holder.id, { holder, at }]))
  const currentByClaim = Map.groupBy(current, ([, { claimId }]) => claimId)
  const cells = rows.flatMap((claim) =>
    (currentByClaim.get(claim.id) ?? [])
      .flatMap(([cell, position]) => {
        const column = columnOf.get(position.holderId)
        return column === undefined ? [] : [{ cell, position, ...column }]
      })
      .toSorted((a, b) => a.at - b.at)
      .map(({ cell, position, holder }) => ({ claim, holder, current: position, history: histories.get(cell) ?? [] })),
  )
  return { claims: rows, holders: columns, cells }
}

function positionsIn(dispute: DisputeRow, reader: Reader) {
  return many(dispute, 'positions in it', (disputes) => readPositionsInDisputes(reader, disputes.map(askedOf)))
}

function claimsOf(dispute: DisputeRow, reader: Reader) {
  return many(dispute, 'claims', (disputes) => readClaimsOfDisputes(reader, disputes.map(askedOf)))
}

function partiesTo(dispute: DisputeRow, reader: Reader) {
  return many(dispute, 'parties', (disputes) => readParties(reader, disputes.map(askedOf)))
}

/** The holders of each dispute's positions, each once. */
function holdersOf(
  disputes: readonly DisputeRow[],
  taken: readonly (readonly PositionRow[])[],
  reader: Reader,
): ActorRow[][] {
  const found = disputes.map((): ActorRow[] => [])
  const owners: number[] = []
  const asked = disputes.flatMap(({ asOf }, at) =>
    [...new Set(taken[at]?.map(({ holderId }) => holderId))].map((holderId) => {
      owners.push(at)
      return [holderId, asOf] as const
    }),
  )
  const [one] = disputes
  if (one === undefined) return found
  for (const holder of gatherBelow(one, readActors(reader, asked))) found[owners[holder.parent] ?? -1]?.push(holder)
  return found
}
