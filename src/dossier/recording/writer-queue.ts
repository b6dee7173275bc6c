import { StoreBusyError } from './refusals.ts'

export interface QueueOptions {
  /** How many tasks may wait. */
  readonly limit: number
  /** What waits, for messages. */
  readonly noun: string
  /** When to try again after a refusal, in seconds. */
  readonly retryAfter: number
}

/** Runs tasks one after the other, in the order of their calls. */
export class WriterQueue {
  readonly #options: QueueOptions
  #unfinished = 0
  #earlier: Promise<unknown> = Promise.resolve()

  constructor(options: QueueOptions) {
    this.#options = options
  }

  /** How many tasks wait. */
  get waiting(): number {
    return Math.max(this.#unfinished - 1, 0)
  }

  /** Throws `STORE_BUSY` at once if too many wait. */
  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    // One runs while the others wait.
    const { limit, noun, retryAfter } = this.#options
    if (this.#unfinished > limit) throw new StoreBusyError(`${limit} ${noun} already wait.`, retryAfter)
    this.#unfinished++
    const result = this.#earlier.then(task)
    this.#earlier = result.catch(() => {})
    try {
      return await result
    } finally {
      this.#unfinished--
    }
  }
}
