import type { Reader } from '../sqlite/prepared.ts'

/**
 * Notifies listeners that the log has grown, and of nothing else: at once after a commit of this process, and by polling the store's data
 * version after commits of other processes. A call may come late or twice, or may be missed by a listener that is busy, so a listener reads
 * on from the seq that it has reached. Polls only while there are listeners, and never keeps the process alive.
 */
export class CommitWatcher {
  readonly #reader: Reader
  readonly #pollEvery: number
  readonly #listeners = new Set<() => void>()
  #timer: NodeJS.Timeout | undefined
  #seen: number | undefined

  constructor(reader: Reader, pollEvery: number) {
    this.#reader = reader
    this.#pollEvery = pollEvery
  }

  /** Returns a function that removes the listener. */
  watch(onCommit: () => void): () => void {
    // Two callers may pass the same function; each is a listener of its own.
    const listener = () => onCommit()
    this.#listeners.add(listener)
    if (this.#timer === undefined) {
      this.#seen = this.#reader.dataVersion()
      this.#timer = setInterval(() => this.#poll(), this.#pollEvery).unref()
    }
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.close()
    }
  }

  notify(): void {
    for (const listener of this.#listeners) listener()
  }

  get listeners(): number {
    return this.#listeners.size
  }

  close(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** If the store cannot be read, notifies the listeners: they read it themselves, and can report the error, which a timer cannot. */
  #poll(): void {
    const version = this.#readVersion()
    if (version === this.#seen) return
    this.#seen = version
    this.notify()
  }

  #readVersion(): number | undefined {
    try {
      return this.#reader.dataVersion()
    } catch {
      return undefined
    }
  }
}
