/** What keeping an answer costs beside its bytes and its key's. */
const OVERHEAD = 512

/** The part of all that may be kept which a single answer may take up. */
const LARGEST = 1 / 16

export interface KeptAnswer {
  readonly body: Buffer
  /** Where the answer has one. */
  readonly etag: string | undefined
}

/** Encoded answers by key, of bounded size altogether: the one that was not found for longest goes first. */
export class KeptAnswers {
  readonly #bytes: number
  readonly #kept = new Map<string, KeptAnswer>()
  #size = 0

  /** `bytes` is the most that is kept, keys included. */
  constructor(bytes: number) {
    this.#bytes = bytes
  }

  find(key: string): KeptAnswer | undefined {
    const answer = this.#kept.get(key)
    if (answer === undefined) return undefined
    this.#kept.delete(key)
    this.#kept.set(key, answer)
    return answer
  }

  /** Answers that are too large are not kept. */
  keep(key: string, answer: KeptAnswer): void {
    this.#drop(key)
    const size = sizeOf(key, answer)
    if (size > this.#bytes * LARGEST) return
    this.#kept.set(key, answer)
    this.#size += size
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= this.#bytes) break
      this.#drop(oldest)
    }
  }

  forget(): void {
    this.#kept.clear()
    this.#size = 0
  }

  #drop(key: string): void {
    const answer = this.#kept.get(key)
    if (answer === undefined) return
    this.#kept.delete(key)
    this.#size -= sizeOf(key, answer)
  }
}

/** Of a key of bytes: what is asked with comes as them. */
function sizeOf(key: string, answer: KeptAnswer): number {
  return key.length + answer.body.length + OVERHEAD
}
