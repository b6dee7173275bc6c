/** A promise of the store that is tried against real processes and files. */
export interface Proof {
  readonly name: string
  /** What holds, as a sentence. */
  readonly promise: string
  /** Throws if it does not hold. Returns the figure, in words; `skipped: …` where this machine cannot try it. */
  readonly prove: (effort: Effort) => Promise<string>
}

interface Effort {
  /** The full form, which takes many minutes, in place of the short one. */
  readonly long: boolean
  /** Repeats a run of a proof that draws at random. It prints the seed that it has used. */
  readonly seed?: number | undefined
}
