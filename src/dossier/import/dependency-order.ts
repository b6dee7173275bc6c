import type { StagedRecord, Staging } from '../../store/sqlite/staging.ts'
import type { Visit } from '../../store/sqlite/tarjan-stack.ts'

export interface Walk {
  readonly staging: Staging
  /** The ids of what has to come before a record, always the same ones in the same order. */
  readonly waysFrom: (record: StagedRecord) => readonly number[]
  /** Whether it has not come yet. Asked anew after everything that was yielded. */
  readonly isNeeded: (id: number) => boolean
}

/**
 * Yields a record after all that it needs, transitively; what needs each other in a circle comes together. Tarjan's walk, with the way
 * back kept by the staging file: memory grows with the longest circle, and not with how far references lead.
 */
export function* inPostOrder(root: StagedRecord, walk: Walk): IterableIterator<readonly StagedRecord[]> {
  const { staging, isNeeded } = walk
  const { visits } = staging
  const ways = new Ways(walk)
  let count = 0
  const begin = (id: number, from: number | null): Visit => {
    count++
    return { id, number: count, low: count, from, looked: 0 }
  }
  let visit: Visit | undefined = begin(root.id, null)
  while (visit !== undefined) {
    const { id, number, from }: Visit = visit
    let { low, looked }: Visit = visit
    let next: number | undefined
    const others = ways.of(id)
    for (; looked < others.length; looked++) {
      const other = others[looked]
      if (other === undefined || !isNeeded(other) || other === id) continue
      const met = visits.find(other)
      // It is looked at once more on the way back, to learn how far it reaches.
      if (met === undefined) next = other
      else low = Math.min(low, met.low)
      if (next !== undefined) break
    }
    visits.put({ ...visit, low, looked })
    if (next !== undefined) {
      visit = begin(next, id)
      continue
    }
    if (low === number) yield visits.leave(number).map((one) => staging.recordOf(one))
    visit = from === null ? undefined : visits.find(from)
  }
}

/** The ways from records, read again only when it was long ago. */
class Ways {
  readonly #walk: Walk
  readonly #read = new Map<number, readonly number[]>()

  constructor(walk: Walk) {
    this.#walk = walk
  }

  of(id: number): readonly number[] {
    const read = this.#read.get(id)
    if (read !== undefined) return read
    const { waysFrom, staging } = this.#walk
    const ways = waysFrom(staging.recordOf(id))
    if (this.#read.size >= REMEMBERED) this.#read.clear()
    this.#read.set(id, ways)
    return ways
  }
}

const REMEMBERED = 1_000
