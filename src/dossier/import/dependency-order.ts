import { LRUCache } from 'lru-cache'
import { referencesOf } from '../../model/records/references.ts'
import { type Space, spaceOf, SPACES, type AnyRecord } from '../../model/records/definitions.ts'
import type { StagedRecord, Staging } from '../../store/sqlite/staging.ts'
import type { StackEntry } from '../../store/sqlite/tarjan-stack.ts'
import { spaceOfReference } from '../check/record-names.ts'

/** What the import has to do with a staged record: `Staging.mark`. */
export const Mark = {
  /** Nothing. */
  NONE: 0,
  /** Change a record of the store. */
  CHANGED: 1,
  /** Add a record to the store. */
  NEW: 2,
  /** Nothing more: it was appended. */
  DONE: 3,
} as const

export function isWaiting(staging: Staging, { id }: StagedRecord): boolean {
  const mark = staging.markOf(id)
  return mark === Mark.CHANGED || mark === Mark.NEW
}

interface Dependency {
  readonly space: Space
  readonly id: number
}

/** Looks up the staged records that staged records refer to. */
export class Dependencies {
  readonly #staging: Staging
  /** The ids of the keys looked up last. */
  readonly #ids = new LRUCache<string, { readonly id: number | undefined }, { space: Space; key: string }>({
    max: 10_000,
    memoMethod: (_name, _known, { context: { space, key } }) => ({ id: this.#staging.idOf(space, key) }),
  })

  constructor(staging: Staging) {
    this.#staging = staging
  }

  /** The records that a record refers to and the store does not hold yet. */
  of(record: StagedRecord): Dependency[] {
    return this.#referredBy(record).filter(({ id }) => this.#staging.markOf(id) === Mark.NEW)
  }

  /**
   * The ids of all staged records that a record refers to, in the order of recording: those of its own space and the spaces before it, and
   * those of later spaces. What a record of a later space refers to is included. Listing the later spaces apart keeps the order within
   * each space independent of where in another space the search begins.
   */
  bySpace(record: StagedRecord): { readonly earlier: readonly number[]; readonly later: readonly number[] } {
    const own = SPACES.indexOf(spaceOf(record.record))
    const ranks = new Map<number, number>()
    const referring = [record]
    for (const one of referring) {
      for (const { space, id } of this.#referredBy(one)) {
        if (ranks.has(id)) continue
        const rank = SPACES.indexOf(space)
        ranks.set(id, rank)
        if (rank > own) referring.push(this.#staging.recordOf(id))
      }
    }
    const ordered = [...ranks].toSorted(([a, rankOfA], [b, rankOfB]) => rankOfA - rankOfB || a - b)
    const ids = (isLater: boolean) => ordered.filter(([, rank]) => rank > own === isLater).map(([id]) => id)
    return { earlier: ids(false), later: ids(true) }
  }

  #referredBy({ record, content }: StagedRecord): Dependency[] {
    if (content === null) return []
    // Staged contents are valid records.
    return referencesOf(record, JSON.parse(content) as AnyRecord).flatMap((reference) => {
      const space = spaceOfReference(reference.space)
      const { key } = reference
      const { id } = this.#ids.memo(`${space} ${key}`, { context: { space, key } })
      return id === undefined ? [] : [{ space, id }]
    })
  }
}

export interface DependencySearch {
  readonly staging: Staging
  /** The ids of the records that have to come before a record: always the same ones in the same order. */
  readonly dependenciesOf: (record: StagedRecord) => readonly number[]
  /** Whether a record has not come yet. Asked again after everything that is yielded. */
  readonly isNeeded: (id: number) => boolean
}

/**
 * Yields a record after everything that it depends on, directly or not. Records that depend on each other in a cycle are yielded together.
 * This is Tarjan's algorithm for strongly connected components, with its stack in the staging file: memory grows with the largest cycle,
 * not with the length of the chains.
 */
export function* inDependencyOrder(
  root: StagedRecord,
  { staging, dependenciesOf, isNeeded }: DependencySearch,
): IterableIterator<readonly StagedRecord[]> {
  const { tarjanStack } = staging
  const dependencies = new LRUCache<number, readonly number[]>({
    max: 1_000,
    memoMethod: (id) => dependenciesOf(staging.recordOf(id)),
  })
  let count = 0
  const begin = (id: number, from: number | null): StackEntry => {
    count++
    return { id, number: count, low: count, from, examined: 0 }
  }
  let entry: StackEntry | undefined = begin(root.id, null)
  while (entry !== undefined) {
    const { id, number, from }: StackEntry = entry
    let { low, examined }: StackEntry = entry
    let next: number | undefined
    const others = dependencies.memo(id)
    for (; examined < others.length; examined++) {
      const other = others[examined]
      if (other === undefined || !isNeeded(other) || other === id) continue
      const met = tarjanStack.find(other)
      // After the search of `next`, it is examined once more, for its `low`.
      if (met === undefined) next = other
      else low = Math.min(low, met.low)
      if (next !== undefined) break
    }
    tarjanStack.put({ ...entry, low, examined })
    if (next !== undefined) {
      entry = begin(next, id)
      continue
    }
    if (low === number) yield tarjanStack.pop(number).map((one) => staging.recordOf(one))
    entry = from === null ? undefined : tarjanStack.find(from)
  }
}
