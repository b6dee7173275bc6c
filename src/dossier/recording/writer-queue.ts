import { StoreBusyError } from './refusals.ts'

/** Runs tasks one after the other, in the order of their calls. At most `limit` may wait. */
export class WriterQueue {
  readonly #limit: number
  #waiting = 0
  #earlier: Promise<unknown> = Promise.resolve()

  constructor(limit: number) {
    this.#limit = limit
  }

  /** How many tasks run or wait. */
  get length(): number {
    return this.#waiting
  }

  /** Throws `STORE_BUSY` at once if too many wait. */
  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    // One runs while the others wait.
    if (this.#waiting > this.#limit) throw new StoreBusyError(`${this.#limit} changes already wait to be recorded.`)
    this.#waiting++
    const result = this.#earlier.then(task)
    this.#earlier = result.catch(() => {})
    try {
      return await result
    } finally {
      this.#waiting--
    }
  }
}
