/** A seeded random number generator (sfc32). The same seed gives the same numbers on every machine. */
export class Random {
  #a: number
  #b: number
  #c: number
  #count = 1

  /** Generators with the same seed and different names are independent. */
  constructor(seed: number, name: string) {
    this.#a = seed >>> 0
    this.#b = hashOf(name)
    this.#c = hashOf(`${name}.`)
    for (let turn = 0; turn < 12; turn++) this.next()
  }

  /** From 0 up to, but not including, 1. */
  next(): number {
    const sum = (this.#a + this.#b + this.#count++) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum
    return (sum >>> 0) / 2 ** 32
  }

  /** An integer from 0 up to, but not including, `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<Value>(values: readonly Value[]): Value {
    const value = values[this.below(values.length)]
    if (value === undefined) throw new Error('nothing to pick from')
    return value
  }

  /** Distinct values from `count` picks. */
  some<Value>(count: number, pick: () => Value): Value[] {
    return [...new Set(Array.from({ length: count }, pick))]
  }
}

/** Draws values from a long-tail distribution: the weight of the n-th value is n to the power of −`exponent`. */
export class LongTail<Value> {
  readonly #values: readonly Value[]
  readonly #sums: readonly number[]

  constructor(values: readonly Value[], exponent: number) {
    this.#values = values
    let sum = 0
    this.#sums = values.map((_, index) => (sum += (index + 1) ** -exponent))
  }

  draw(random: Random): Value {
    const wanted = random.next() * (this.#sums.at(-1) ?? 0)
    let [low, high] = [0, this.#sums.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#sums[middle] ?? 0) > wanted) high = middle
      else low = middle + 1
    }
    const value = this.#values[low]
    if (value === undefined) throw new Error('nothing to draw from')
    return value
  }
}

/** Splits `total` into `parts` sizes with a long tail, each at least 1. */
export function splitLongTail(total: number, parts: number, exponent: number): number[] {
  const weights = Array.from({ length: parts }, (_, index) => (index + 1) ** -exponent)
  const sum = weights.reduce((one, other) => one + other, 0)
  const sizes = weights.map((weight) => Math.max(1, Math.floor(((total - parts) * weight) / sum)))
  const rest = total - sizes.reduce((one, other) => one + other, 0)
  sizes[0] = (sizes[0] ?? 0) + rest
  return sizes
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash >>> 0
}
