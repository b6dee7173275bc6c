/*
 * Figures of one quantity and unit disagree if they cannot all be right: two different values, a value outside a range, or ranges that do
 * not overlap. A source that gives several such figures describes several things (the damaged part of a flat, and the whole flat). Its own
 * figures therefore never disagree, and a figure of another source that agrees with any of them disagrees with none.
 */

export interface Figure {
  readonly quantity: string
  readonly unit: string | null
  readonly value: number | null
  readonly min: number | null
  readonly max: number | null
  readonly sourceId: number
}

/** The figures of one quantity and unit that contradict a figure of another source. */
export interface Disagreement<Item extends Figure> extends Pick<Item, 'quantity' | 'unit'> {
  readonly figures: readonly Item[]
}

/** The disagreements among figures, in the order given. Figures in words only are ignored. */
export function disagreementsAmong<Item extends Figure>(figures: readonly Item[]): Disagreement<Item>[] {
  const comparable = figures.filter(({ value, min, max }) => value !== null || min !== null || max !== null)
  const groups = Map.groupBy(comparable, ({ quantity, unit }) => JSON.stringify([quantity, unit]))
  return [...groups.values()].map(contradicting).flatMap((group) => {
    const [first] = group
    return first === undefined ? [] : [{ quantity: first.quantity, unit: first.unit, figures: group }]
  })
}

function contradicting<Item extends Figure>(figures: readonly Item[]): Item[] {
  const bySource = [...Map.groupBy(figures, ({ sourceId }) => sourceId).values()]
  const found = new Set<Item>()
  for (const [index, ours] of bySource.entries()) {
    for (const theirs of bySource.slice(index + 1)) {
      const alone = ours.filter((one) => !theirs.some((other) => agree(one, other)))
      const opposed = theirs.filter((one) => !ours.some((other) => agree(one, other)))
      if (alone.length > 0 && opposed.length > 0) for (const figure of [...alone, ...opposed]) found.add(figure)
    }
  }
  return figures.filter((figure) => found.has(figure))
}

function agree(a: Figure, b: Figure): boolean {
  return lowest(a) <= highest(b) && lowest(b) <= highest(a)
}

/** A range takes precedence over a value, which is then only the likeliest one. */
function lowest({ value, min, max }: Figure): number {
  return min ?? (max === null ? value : null) ?? -Infinity
}

function highest({ value, min, max }: Figure): number {
  return max ?? (min === null ? value : null) ?? Infinity
}
