import { DemarcheError } from '../../model/errors.ts'

const DAY = 86_400_000

/**
 * The clock that changes are dated by. Times in the log never decrease, so a clock that is wrongly set ahead would spoil it for good: a
 * jump of more than a day against the pace of time is refused until a person has looked, and started the process again.
 */
export class Clock {
  readonly #now: () => number
  readonly #steady: (() => number) | undefined
  /** How far the clock stood from the pace of time when it was last believed. */
  #offset: number

  /** `now` tells milliseconds since 1970; `steady` milliseconds since whenever, never set; without it nothing is refused. */
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
      const message = `the clock has jumped ${days} days ahead to ${new Date(now).toISOString()}; set it right, or start Demarche again if it is`
      throw new DemarcheError('CLOCK_AHEAD', message)
    }
    this.#offset = offset
    return now
  }
}
