/** What was measured of two things, one after the other and again. */
export interface Compared {
  /** The median of the rounds' ratios, a by b. */
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
 * Measures two things in turn, A B B A A B …, so that what else the machine does falls on both alike. `a` and `b` of the result are the
 * medians of each by itself, for people to look at; the ratio is not made of them.
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
