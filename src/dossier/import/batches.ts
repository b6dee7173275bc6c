import { spaceOf, SPACES, type Space } from '../../store/log/entries.ts'
import type { StagedRecord, Staging } from '../../store/sqlite/staging.ts'
import { isWaiting, Mark, Needs } from './dependencies.ts'
import { inPostOrder } from './dependency-order.ts'

/*
 * Cuts what is staged into batches that can be appended one after the other: whatever a record of a batch names stands in the store by
 * then, or in the same batch. The order of recording (space after space, each in the order of the files) is kept within every space, so
 * that what is exported afterwards reads as it was written:
 *
 *   1. A batch ends at the last place within its window across which no reference points forward.
 *   2. Where there is none, every space is taken up to the last record of it that is needed, transitively.
 *   3. Where that is too much for one transaction, the records that are needed are taken ahead of their turn, each after all that it
 *      needs itself, in as many batches as that makes. Only what needs each other in a circle stays together, however much it is. The
 *      order is another then, and comes to rest when that is exported and imported again.
 */

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
  const needs = new Needs(staging)
  let window: StagedRecord[] = []
  for (;;) {
    window = window.filter(({ id }) => staging.markOf(id) !== Mark.DONE)
    while (window.length < size) {
      const next = waiting.next()
      if (next.done === true) break
      window.push(next.value)
    }
    if (window.length === 0) return
    const end = lastCut(window, needs)
    const batch = end > 0 ? window.slice(0, end) : takePrefixes(window, { staging, needs, widest })
    if (batch !== undefined) yield batch
    else yield* takeNeeded(window, { staging, needs, size })
  }
}

function* waitingRecords(staging: Staging): IterableIterator<StagedRecord> {
  for (const record of staging.records()) {
    if (isWaiting(staging, record)) yield record
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

interface Widening {
  readonly staging: Staging
  readonly needs: Needs
  readonly widest: number
}

/** Undefined where the batch would grow too big. */
function takePrefixes(
  window: readonly StagedRecord[],
  { staging, needs, widest }: Widening,
): StagedRecord[] | undefined {
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
        if (!isWaiting(staging, between)) continue
        taken.set(between.id, between)
        if (taken.size > widest) return undefined
      }
      reached.set(space, id)
    }
  }
  return inOrder(taken.values())
}

interface Taking {
  readonly staging: Staging
  readonly needs: Needs
  readonly size: number
}

/** Yields a window and all that it needs. */
function* takeNeeded(
  window: readonly StagedRecord[],
  { staging, needs, size }: Taking,
): IterableIterator<readonly StagedRecord[]> {
  let batch = new Map<number, StagedRecord>()
  const isLeft = (record: StagedRecord) => !batch.has(record.id) && isWaiting(staging, record)
  const isNeeded = (id: number) => !batch.has(id) && staging.markOf(id) === Mark.NEW
  const walk = { staging, isNeeded, waysFrom: (record: StagedRecord) => needs.behind(record).earlier }
  for (const root of window) {
    if (!isLeft(root)) continue
    for (const circle of inPostOrder(root, walk)) {
      const later = laterThan(circle, { staging, needs, isNeeded })
      const waits = new Set(later.filter((record) => needs.of(record).some(({ id }) => isNeeded(id))))
      // What waits for nobody of the circle goes before it.
      const free = later.filter((record) => !waits.has(record))
      for (const together of [...free.map((record) => [record]), [...circle.filter(isLeft), ...waits]]) {
        if (batch.size > 0 && batch.size + together.length > size) {
          yield bySpace(batch.values())
          batch = new Map()
        }
        for (const record of together) batch.set(record.id, record)
      }
    }
  }
  if (batch.size > 0) yield bySpace(batch.values())
}

interface Circling {
  readonly staging: Staging
  readonly needs: Needs
  readonly isNeeded: (id: number) => boolean
}

/** What records need of later spaces, in its order. */
function laterThan(circle: readonly StagedRecord[], { staging, needs, isNeeded }: Circling): StagedRecord[] {
  const later = new Set(circle.flatMap((record) => needs.behind(record).later).filter(isNeeded))
  return inOrder([...later].map((id) => staging.recordOf(id)))
}

/** Those of one space stay as they are. */
function bySpace(records: Iterable<StagedRecord>): StagedRecord[] {
  const rank = ({ record }: StagedRecord) => SPACES.indexOf(spaceOf(record))
  return [...records].toSorted((a, b) => rank(a) - rank(b))
}

function inOrder(records: Iterable<StagedRecord>): StagedRecord[] {
  return bySpace([...records].toSorted((a, b) => a.id - b.id))
}
