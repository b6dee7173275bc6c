import type { ClaimRelationKind, StanceGroup } from '../vocabulary/claim.ts'

/*
 * Positions of one holder contradict each other if they cannot all be right, by how the claims relate. A position for a claim is also for
 * every claim that follows from it: the one that it implies, the one that it says more precisely, each part of it, and so on. It contradicts
 * a position against one of these, and a position for a claim from which something follows that contradicts one of these. Claims that are
 * alternatives may both be true in part, so holding both is no contradiction.
 */

interface ClaimRelation {
  readonly claimId: number
  readonly otherId: number
  readonly relation: ClaimRelationKind
}

interface Held {
  readonly claimId: number
  readonly group: StanceGroup
}

/** Finds the contradictions among positions of one holder, at most one position per claim. */
export type ContradictionFinder = <Position extends Held>(held: readonly Position[]) => Position[][]

/** Each contradiction holds all positions that are connected by contradicting one another, in the order given. */
export function contradictionsBy(relations: readonly ClaimRelation[]): ContradictionFinder {
  const premises = Map.groupBy(relations.flatMap(consequencesOf), ({ consequence }) => consequence)
  const contradicting = relations.filter(({ relation }) => relation === 'CONTRADICTS')
  /** The claim itself and all claims from which it follows. */
  const sufficientFor = (claim: number): ReadonlySet<number> => {
    const found = new Set([claim])
    for (const each of found) for (const { premise } of premises.get(each) ?? []) found.add(premise)
    return found
  }
  const known = new Map<number, ReadonlySet<number>>()
  const sufficient = (claim: number) => {
    const found = known.get(claim) ?? sufficientFor(claim)
    known.set(claim, found)
    return found
  }
  return (held) => {
    const inFavour = new Map(
      held.filter(({ group }) => group === 'FOR').map((position) => [position.claimId, position]),
    )
    const inFavourOf = (claim: number) => [...sufficient(claim)].flatMap((each) => inFavour.get(each) ?? [])
    const conflicts = [
      ...contradicting.map(({ claimId, otherId }) => [inFavourOf(claimId), inFavourOf(otherId)] as const),
      ...held
        .filter(({ group }) => group === 'AGAINST')
        .map((position) => [[position], inFavourOf(position.claimId)] as const),
    ]
    return connected(held, conflicts)
  }
}

/** What follows from the truth of what. */
function consequencesOf({ claimId, otherId, relation }: ClaimRelation) {
  switch (relation) {
    case 'IMPLIES':
    case 'REFINES':
      return [{ premise: claimId, consequence: otherId }]
    case 'PART_OF':
      return [{ premise: otherId, consequence: claimId }]
    case 'CONTRADICTS':
    case 'ALTERNATIVE_TO':
      return []
    default:
      return relation satisfies never
  }
}

/** The groups of two or more items that conflicts connect. Every item on one side of a conflict conflicts with every item on the other. */
function connected<Item>(
  items: readonly Item[],
  conflicts: readonly (readonly [readonly Item[], readonly Item[]])[],
): Item[][] {
  const leaders = new Map(items.map((item) => [item, item]))
  const leaderOf = (item: Item): Item => {
    let leader = item
    for (let next = leaders.get(leader); next !== undefined && next !== leader; next = leaders.get(leader))
      leader = next
    leaders.set(item, leader)
    return leader
  }
  for (const [ours, theirs] of conflicts) {
    const all = new Set([...ours, ...theirs])
    const [first] = all
    if (ours.length === 0 || theirs.length === 0 || first === undefined) continue
    for (const item of all) leaders.set(leaderOf(item), leaderOf(first))
  }
  return [...Map.groupBy(items, leaderOf).values()].filter((group) => group.length > 1)
}
