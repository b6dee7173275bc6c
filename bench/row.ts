import type { Stores } from './synthetic/stores.ts'

/** One measurement. `rows.ts` lists all rows. */
export interface Row {
  /** Its name in `--only`. */
  readonly name: string
  measure(bench: Bench): Promise<Finding[]>
}

/** The arguments of a measurement. */
export interface Bench {
  /** Developments of the big store. */
  readonly rows: number
  /** Developments of the small store, which growth is measured against. */
  readonly fewRows: number
  /** Subscribers of one service. */
  readonly subscribers: number
  /** Minutes of mixed reading. */
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
  /** The number of requests before the throughput of a service is measured. The first ones take half as long again. */
  readonly warmUp: number
  /** How many subscribers, groups or changes to measure, given how many a full run has. */
  readonly scale: (full: number) => number
}

export const FULL: Effort = { rounds: (full) => full, slice: 1_000, warmUp: 3_000, scale: (full) => full }

/** One short round of everything. It shows that the rows run; its ratios mean nothing. */
export const ONCE: Effort = { rounds: () => 1, slice: 100, warmUp: 20, scale: (full) => Math.ceil(full / 250) }

/** One line of the result table. */
export interface Finding {
  readonly what: string
  readonly comparedWith: string
  /** Without a unit. */
  readonly ratio: number
  /** The bound that the ratio must keep. Without one, the ratio is for information. */
  readonly mark?: Mark
  /** The measured values behind the ratio. */
  readonly detail: string
}

export type Mark = { readonly atLeast: number } | { readonly atMost: number }

/** Undefined if there is no mark. */
export function isReached({ ratio, mark }: Finding): boolean | undefined {
  if (mark === undefined) return undefined
  return 'atLeast' in mark ? ratio >= mark.atLeast : ratio <= mark.atMost
}
