import { referencesOf } from '../model/record-references.ts'
import type { AnyRecord } from '../model/records.ts'
import { spaceOf, SPACES, type Space } from '../store/changes.ts'
import type { StagedRecord, Staging } from '../store/staging.ts'
import { spaceOfReference } from './references.ts'

/*
 * Cuts what is staged into batches that can be appended one after the other: whatever a record of a batch names stands in the store by
 * then, or in the same batch. The order of recording (space after space, each in the order of the files) is kept within every space, so
 * that what is exported afterwards reads as it was written:
 *
 *   1. A batch ends at the last place within its window across which no reference points forward.
 *   2. Where there is none, every space is taken up to the last record of it that is needed, transitively.
 *   3. Where that is too much for one transaction, only the records that are needed are taken, ahead of their turn; exporting and
 *      importing that again changes the order no more.
 */

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

export interface Batching {
  readonly staging: Staging
  /** Of a window, in records. */
  readonly size: number
  /** What a batch may grow to for the sake of the order. */
  readonly widest: number
}

/** Yields batches until nothing marked is left. Each has to be marked as done before the next is asked for. */
export function* closedBatches({ staging, size, widest }: Batching): IterableIterator<readonly StagedRecord[]> {
  const waiting = waitingRecords(staging)
  let window: StagedRecord[] = []
  for (;;) {
    window = window.filter(({ id }) => staging.markOf(id) !== Mark.DONE)
    while (window.length < size) {
      const next = waiting.next()
      if (next.done === true) break
      window.push(next.value)
    }
    if (window.length === 0) return
    const needs = new Needs(staging)
    const end = lastCut(window, needs)
    yield end > 0
      ? window.slice(0, end)
      : (takePrefixes(window, { staging, needs, widest }) ?? takeNeeded(window, needs))
  }
}

function* waitingRecords(staging: Staging): IterableIterator<StagedRecord> {
  for (const record of staging.records()) {
    const mark = staging.markOf(record.id)
    if (mark === Mark.CHANGED || mark === Mark.NEW) yield record
  }
}

/** How many records of a window can go without the rest; 0 where none can. */
function lastCut(window: readonly StagedRecord[], needs: Needs): number {
  const places = new Map(window.map(({ id }, index) => [id, index]))
  let cut = 0
  let furthest = 0
  for (const [index, record] of window.entries()) {
    for (const { id } of needs.of(record)) furthest = Math.max(furthest, places.get(id) ?? Infinity)
    if (furthest <= index) cut = index + 1
  }
  return cut
}

interface Taking {
  readonly staging: Staging
  readonly needs: Needs
  readonly widest: number
}

/** Undefined where the batch would grow too big. */
function takePrefixes(window: readonly StagedRecord[], { staging, needs, widest }: Taking): StagedRecord[] | undefined {
  const taken = new Map(window.map((record) => [record.id, record]))
  const reached = new Map<Space, number>()
  for (const record of window) reached.set(spaceOf(record.record), record.id)
  // The map grows while it is walked, until nothing is missing.
  for (const record of taken.values()) {
    for (const { space, id } of needs.of(record)) {
      const from = reached.get(space) ?? 0
      if (id <= from) continue
      for (const between of staging.records([space], from)) {
        if (between.id > id) break
        if (!needs.isWaiting(between)) continue
        taken.set(between.id, between)
        if (taken.size > widest) return undefined
      }
      reached.set(space, id)
    }
  }
  return inOrder(taken.values())
}

function takeNeeded(window: readonly StagedRecord[], needs: Needs): StagedRecord[] {
  const taken = new Map(window.map((record) => [record.id, record]))
  for (const record of taken.values()) {
    for (const needed of needs.of(record)) {
      if (!taken.has(needed.id)) taken.set(needed.id, needs.record(needed))
    }
  }
  return inOrder(taken.values())
}

function inOrder(records: Iterable<StagedRecord>): StagedRecord[] {
  const rank = ({ record }: StagedRecord) => SPACES.indexOf(spaceOf(record))
  return [...records].toSorted((a, b) => rank(a) - rank(b) || a.id - b.id)
}

interface Needed {
  readonly space: Space
  readonly key: string
  readonly id: number
}

/** What records name and the store does not have yet. */
class Needs {
  readonly #staging: Staging
  /** Names that need nothing, for as long as this batch is being made. */
  readonly #there = new Set<string>()

  constructor(staging: Staging) {
    this.#staging = staging
  }

  of(record: StagedRecord): Needed[] {
    if (record.content === null) return []
    const needed: Needed[] = []
    // Staged contents are valid records.
    for (const { space: asked, key } of referencesOf(record.record, JSON.parse(record.content) as AnyRecord)) {
      const space = spaceOfReference(asked)
      const name = `${space} ${key}`
      if (this.#there.has(name)) continue
      const standing = this.#staging.standingOf(space, key)
      if (standing?.mark === Mark.NEW) needed.push({ space, key, id: standing.id })
      else this.#there.add(name)
    }
    return needed
  }

  record({ space, key }: Needed): StagedRecord {
    const record = this.#staging.find(space, key)
    if (record === undefined) throw new Error(`the ${space} ${key} is not staged`)
    return record
  }

  isWaiting({ id }: StagedRecord): boolean {
    const mark = this.#staging.markOf(id)
    return mark === Mark.CHANGED || mark === Mark.NEW
  }
}
