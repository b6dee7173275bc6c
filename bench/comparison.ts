/** Measurements of two alternatives. */
export interface Compared {
  /** The median over all rounds of a divided by b. */
  readonly ratio: number
  readonly a: number
  readonly b: number
}

export interface Comparing {
  readonly rounds: number
  readonly a: (round: number) => Promise<number>
  readonly b: (round: number) => Promise<number>
}

/**
 * Measures two alternatives in turn, A B B A A B …, so that other load on the machine affects both equally. In the result, `a` and `b` are the
 * medians of each alternative, for readers; the ratio is not computed from them.
 */
export async function alternate({ rounds, a, b }: Comparing): Promise<Compared> {
  const measured: { a: number; b: number }[] = []
  for (let round = 0; round < rounds; round++) {
    const first = round % 2 === 0 ? await a(round) : await b(round)
    const second = round % 2 === 0 ? await b(round) : await a(round)
    measured.push(round % 2 === 0 ? { a: first, b: second } : { a: second, b: first })
  }
  return {
    ratio: median(measured.map((round) => round.a / round.b)),
    a: median(measured.map((round) => round.a)),
    b: median(measured.map((round) => round.b)),
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2
}

/** The value that this part of all values, 0 to 1, does not exceed. */
export function percentile(values: readonly number[], part: number): number {
  return values.toSorted((one, other) => one - other)[Math.max(Math.ceil(values.length * part), 1) - 1] ?? Number.NaN
}
