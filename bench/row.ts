import type { Stores } from './stores.ts'

/** One thing that is measured; `rows.ts` lists them all. */
export interface Row {
  /** As `--only` calls it. */
  readonly name: string
  measure(bench: Bench): Promise<Finding[]>
}

/** What a row is given to measure with. */
export interface Bench {
  /** How many developments the big store has. */
  readonly rows: number
  /** How many the small one has, which growth is measured against. */
  readonly fewRows: number
  /** Minutes. */
  readonly soak: number
  readonly effort: Effort
  readonly stores: Stores
}

/** How long a row measures. */
export interface Effort {
  /** How many rounds to measure, given how many a full run has. */
  readonly rounds: (full: number) => number
  /** Milliseconds of load in one round. */
  readonly slice: number
  /** How many questions a service answers before its throughput is measured. The first ones take half as long again. */
  readonly warmUp: number
}

export const FULL: Effort = { rounds: (full) => full, slice: 1_000, warmUp: 3_000 }

/** One short round of everything. It shows that the rows run; its ratios mean nothing. */
export const ONCE: Effort = { rounds: () => 1, slice: 100, warmUp: 20 }

/** A line of the table. */
export interface Finding {
  readonly what: string
  readonly comparedWith: string
  /** Without a unit. */
  readonly ratio: number
  /** What it has to reach; only told where there is none. */
  readonly mark?: Mark
  /** What the ratio was made of. */
  readonly detail: string
}

export type Mark = { readonly atLeast: number } | { readonly atMost: number }

export function isReached({ ratio, mark }: Finding): boolean | undefined {
  if (mark === undefined) return undefined
  return 'atLeast' in mark ? ratio >= mark.atLeast : ratio <= mark.atMost
}
