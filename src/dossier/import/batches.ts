import { type Space, spaceOf, SPACES } from '../../model/records/definitions.ts'
import type { StagedRecord, Staging } from '../../store/sqlite/staging.ts'
import { Dependencies, inDependencyOrder, isWaiting, Mark } from './dependency-order.ts'

/*
 * Cuts the staged records into batches that can be appended one after the other: every record that a batch refers to is in the store by
 * then, or in the same batch. The order of recording, space after space and each in the order of the files, is kept within every space, so
 * that an export reads as the files were written:
 *
 *   1. A batch ends at the last point of its window that no reference crosses forwards.
 *   2. If there is none, the batch takes every space up to the last record of it that the batch refers to, directly or not.
 *   3. If that is too much for one transaction, the records referred to are appended ahead of their turn, each after everything that it
 *      refers to, in as many batches as needed. Only records that refer to each other in a cycle stay together, however many they are. The
 *      order then differs from that of the files, and becomes stable once it is exported and imported again.
 */

export interface Batching {
  readonly staging: Staging
  /** How many records a batch normally has. */
  readonly size: number
  /** How many records a batch may grow to in order to keep the order of recording. */
  readonly widest: number
}

/** Yields batches until no marked record is left. The caller marks the records of a batch as done before asking for the next. */
export function* closedBatches({ staging, size, widest }: Batching): IterableIterator<readonly StagedRecord[]> {
  const waiting = waitingRecords(staging)
  const dependencies = new Dependencies(staging)
  const cutting: Cutting = { staging, size, widest, dependencies }
  let window: StagedRecord[] = []
  for (;;) {
    window = window.filter(({ id }) => staging.markOf(id) !== Mark.DONE)
    while (window.length < size) {
      const next = waiting.next()
      if (next.done === true) break
      window.push(next.value)
    }
    if (window.length === 0) return
    const end = lastCut(window, dependencies)
    const batch = end > 0 ? window.slice(0, end) : takePrefixes(window, cutting)
    if (batch !== undefined) yield batch
    else yield* takeDependencies(window, cutting)
  }
}

interface Cutting extends Batching {
  readonly dependencies: Dependencies
}

function* waitingRecords(staging: Staging): IterableIterator<StagedRecord> {
  for (const record of staging.records()) {
    if (isWaiting(staging, record)) yield record
  }
}

/** How many records of a window can be appended without the rest; 0 if none can. */
function lastCut(window: readonly StagedRecord[], dependencies: Dependencies): number {
  const indexes = new Map(window.map(({ id }, index) => [id, index]))
  let cut = 0
  let furthest = 0
  for (const [index, record] of window.entries()) {
    for (const { id } of dependencies.of(record)) furthest = Math.max(furthest, indexes.get(id) ?? Infinity)
    if (furthest <= index) cut = index + 1
  }
  return cut
}

/** Undefined if the batch would grow too large. */
function takePrefixes(window: readonly StagedRecord[], cutting: Cutting): StagedRecord[] | undefined {
  const { staging, dependencies, widest } = cutting
  const taken = new Map(window.map((record) => [record.id, record]))
  const reached = new Map<Space, number>()
  for (const record of window) reached.set(spaceOf(record.record), record.id)
  // The map grows during the loop, until nothing is missing.
  for (const record of taken.values()) {
    for (const { space, id } of dependencies.of(record)) {
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

/** Yields the records of a window and everything that they refer to. */
function* takeDependencies(
  window: readonly StagedRecord[],
  { staging, dependencies, size }: Cutting,
): IterableIterator<readonly StagedRecord[]> {
  let batch = new Map<number, StagedRecord>()
  const isLeft = (record: StagedRecord) => !batch.has(record.id) && isWaiting(staging, record)
  const isNeeded = (id: number) => !batch.has(id) && staging.markOf(id) === Mark.NEW
  const dependenciesOf = (record: StagedRecord) => dependencies.bySpace(record).earlier
  for (const root of window) {
    if (!isLeft(root)) continue
    for (const cycle of inDependencyOrder(root, { staging, isNeeded, dependenciesOf })) {
      const laterIds = new Set(cycle.flatMap((record) => dependencies.bySpace(record).later).filter(isNeeded))
      const later = inOrder([...laterIds].map((id) => staging.recordOf(id)))
      const waits = new Set(later.filter((record) => dependencies.of(record).some(({ id }) => isNeeded(id))))
      // What does not wait for the cycle goes before it.
      const free = later.filter((record) => !waits.has(record))
      for (const together of [...free.map((record) => [record]), [...cycle.filter(isLeft), ...waits]]) {
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

/** Keeps the order within each space. */
function bySpace(records: Iterable<StagedRecord>): StagedRecord[] {
  const rank = ({ record }: StagedRecord) => SPACES.indexOf(spaceOf(record))
  return [...records].toSorted((a, b) => rank(a) - rank(b))
}

function inOrder(records: Iterable<StagedRecord>): StagedRecord[] {
  return bySpace([...records].toSorted((a, b) => a.id - b.id))
}
