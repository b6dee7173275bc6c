import { LRUCache } from 'lru-cache'
import { referencesOf } from '../../model/records/references.ts'
import type { AnyRecord } from '../../model/records/definitions.ts'
import { spaceOf, SPACES, type Space } from '../../store/log/entries.ts'
import type { StagedRecord, Staging } from '../../store/sqlite/staging.ts'
import { spaceOfReference } from '../check/references.ts'

/** How a staged record stands to the import: `Staging.mark`. */
export const Mark = {
  /** Nothing is to be appended of it. */
  NONE: 0,
  /** A change of a record that the store has. */
  CHANGED: 1,
  /** A record that the store has not. */
  NEW: 2,
  /** It has been appended. */
  DONE: 3,
} as const

export function isWaiting(staging: Staging, { id }: StagedRecord): boolean {
  const mark = staging.markOf(id)
  return mark === Mark.CHANGED || mark === Mark.NEW
}

interface Needed {
  readonly space: Space
  readonly id: number
}

interface Behind {
  /** Of the record's own space or one before it, be they named by it or by what it names of a later space. */
  readonly earlier: readonly number[]
  readonly later: readonly number[]
}

/** What records name. */
export class Needs {
  readonly #staging: Staging
  /** What was named lately, staged or not. */
  readonly #ids = new LRUCache<string, { readonly id: number | undefined }>({ max: REMEMBERED })

  constructor(staging: Staging) {
    this.#staging = staging
  }

  /** What the store does not have yet. */
  of(record: StagedRecord): Needed[] {
    const needed: Needed[] = []
    for (const { space, key } of namedBy(record)) {
      const id = this.#idOf(space, key)
      if (id !== undefined && this.#staging.markOf(id) === Mark.NEW) needed.push({ space, id })
    }
    return needed
  }

  /**
   * The ids of what is staged of it, whatever has been appended, in the order of recording. That the later spaces come apart keeps the
   * order of each space from depending on where in another one a walk begins.
   */
  behind(record: StagedRecord): Behind {
    const own = SPACES.indexOf(spaceOf(record.record))
    const ranks = new Map<number, number>()
    const through = [record]
    for (const one of through) {
      for (const { space, key } of namedBy(one)) {
        const rank = SPACES.indexOf(space)
        const named = this.#idOf(space, key)
        if (named === undefined || ranks.has(named)) continue
        ranks.set(named, rank)
        if (rank > own) through.push(this.#staging.recordOf(named))
      }
    }
    const ordered = [...ranks].toSorted(([a, rankOfA], [b, rankOfB]) => rankOfA - rankOfB || a - b)
    const ids = (isLater: boolean) => ordered.filter(([, rank]) => rank > own === isLater).map(([id]) => id)
    return { earlier: ids(false), later: ids(true) }
  }

  /** Undefined where it is not staged. */
  #idOf(space: Space, key: string): number | undefined {
    const name = `${space} ${key}`
    const known = this.#ids.get(name)
    if (known !== undefined) return known.id
    const id = this.#staging.idOf(space, key)
    this.#ids.set(name, { id })
    return id
  }
}

const REMEMBERED = 10_000

function namedBy({ record, content }: StagedRecord): { readonly space: Space; readonly key: string }[] {
  if (content === null) return []
  // Staged contents are valid records.
  return referencesOf(record, JSON.parse(content) as AnyRecord).map(({ space, key }) => ({
    space: spaceOfReference(space),
    key,
  }))
}
