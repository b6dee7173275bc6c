/**
 * What was met lately, by key: at least the last `kept` of different keys, at most twice as many. Something that is asked for again and
 * again stays.
 */
export class Recent<Key, Value> {
  readonly #kept: number
  #young = new Map<Key, Value>()
  #old = new Map<Key, Value>()

  constructor(kept: number) {
    this.#kept = kept
  }

  get(key: Key): Value | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old !== undefined) this.set(key, old)
    return old
  }

  set(key: Key, value: Value): void {
    if (this.#young.size >= this.#kept) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, value)
  }

  clear(): void {
    this.#young = new Map()
    this.#old = new Map()
  }
}
