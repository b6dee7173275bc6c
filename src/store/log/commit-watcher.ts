import type { Reader } from '../sqlite/prepared.ts'

/**
 * Says that there is more in the log, and nothing else: at once after a commit of this process, and by looking at the store's data version
 * for those of others. A ring may be late, doubled or lost to a listener that is busy; whoever hears one reads on from its own position.
 * Looks only while somebody listens, and never keeps the process alive.
 */
export class Doorbell {
  readonly #reader: Reader
  readonly #pollEvery: number
  readonly #listeners = new Set<() => void>()
  #timer: NodeJS.Timeout | undefined
  #seen = 0

  constructor(reader: Reader, pollEvery: number) {
    this.#reader = reader
    this.#pollEvery = pollEvery
  }

  /** Returns what takes the listener away again. */
  watch(ring: () => void): () => void {
    // Two watchers may bring the same function: each is its own.
    const listener = () => ring()
    this.#listeners.add(listener)
    if (this.#timer === undefined) {
      this.#seen = this.#reader.dataVersion()
      this.#timer = setInterval(() => this.#look(), this.#pollEvery).unref()
    }
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.close()
    }
  }

  ring(): void {
    for (const listener of this.#listeners) listener()
  }

  /** How many listen. */
  get listeners(): number {
    return this.#listeners.size
  }

  close(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #look(): void {
    const version = this.#reader.dataVersion()
    if (version === this.#seen) return
    this.#seen = version
    this.ring()
  }
}
