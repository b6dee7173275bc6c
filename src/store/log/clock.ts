import { DemarcheError } from '../../model/errors.ts'

export const DAY = 86_400_000

/**
 * The clock that dates changes. Times in the log never decrease, so a clock set far ahead by mistake would spoil the log for good: a jump
 * of more than a day against a steady clock is refused until an operator corrects the clock or restarts the process.
 */
export class Clock {
  readonly #now: () => number
  readonly #steady: (() => number) | undefined
  /** The difference of the two clocks at the last accepted reading. */
  #offset: number

  /** `now` returns milliseconds since 1970, `steady` milliseconds since any fixed point. Without `steady` no jump is refused. */
  constructor(now: () => number, steady?: () => number) {
    this.#now = now
    this.#steady = steady
    this.#offset = now() - (steady?.() ?? 0)
  }

  /** Milliseconds since 1970. Throws `CLOCK_AHEAD`. */
  read(): number {
    const now = this.#now()
    if (this.#steady === undefined) return now
    const offset = now - this.#steady()
    if (offset - this.#offset > DAY) {
      const days = Math.floor((offset - this.#offset) / DAY)
      const message = `The clock has jumped ${days} days ahead to ${new Date(now).toISOString()}. Correct it, or restart Demarche if it is right.`
      throw new DemarcheError('CLOCK_AHEAD', message)
    }
    this.#offset = offset
    return now
  }
}
