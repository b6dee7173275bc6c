/*
 * Figures of one quantity and unit disagree where they cannot all be right: two values that differ, a value outside a range, ranges
 * that have nothing in common. A source that gives several such figures tells of several things (the damaged part of a flat, and the
 * whole), so its own never disagree, and another source's figure that agrees with any of them disagrees with none.
 */

export interface Figure {
  readonly quantity: string
  readonly unit: string | null
  readonly value: number | null
  readonly min: number | null
  readonly max: number | null
  readonly sourceId: number
}

/** The figures of each quantity and unit that cannot all be right, groups and figures in the order given. What is only in words is in none. */
export function disagreementsAmong<Item extends Figure>(figures: readonly Item[]): Item[][] {
  const comparable = figures.filter(({ value, min, max }) => value !== null || min !== null || max !== null)
  const groups = Map.groupBy(comparable, ({ quantity, unit }) => JSON.stringify([quantity, unit]))
  return [...groups.values()].map(contradicting).filter((group) => group.length > 0)
}

/** The figures of one quantity and unit that contradict another source's. */
function contradicting<Item extends Figure>(figures: readonly Item[]): Item[] {
  const bySource = [...Map.groupBy(figures, ({ sourceId }) => sourceId).values()]
  const found = new Set<Item>()
  for (const [at, ours] of bySource.entries()) {
    for (const theirs of bySource.slice(at + 1)) {
      const alone = ours.filter((one) => !theirs.some((other) => agree(one, other)))
      const opposed = theirs.filter((one) => !ours.some((other) => agree(one, other)))
      if (alone.length > 0 && opposed.length > 0) for (const figure of [...alone, ...opposed]) found.add(figure)
    }
  }
  return figures.filter((figure) => found.has(figure))
}

function agree(a: Figure, b: Figure): boolean {
  return leastOf(a) <= mostOf(b) && leastOf(b) <= mostOf(a)
}

/** A range speaks for itself: what stands beside it is the likeliest value. */
function leastOf({ value, min, max }: Figure): number {
  return min ?? (max === null ? value : null) ?? Number.NEGATIVE_INFINITY
}

function mostOf({ value, min, max }: Figure): number {
  return max ?? (min === null ? value : null) ?? Number.POSITIVE_INFINITY
}
