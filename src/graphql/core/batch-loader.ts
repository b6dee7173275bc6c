import type { BatchKey, BatchRow } from '../../store/queries/batch.ts'

/*
 * Rows that were read together form a batch. The first resolver that loads a relation of one row reads the relation for the whole batch, in
 * one statement; the rows that it reads form the next batch. One level of a response therefore costs one statement per relation, however
 * many rows the level has, and only what is selected is read. Unlike in DataLoader, nothing waits: the store reads synchronously, so a
 * batch is complete before anything is loaded for it.
 *
 * Within a batch, a relation is identified by its name. The name must include every argument; otherwise two requests share one result.
 *
 * A batch is pinned if it was read at a seq that the client named. Everything loaded below it is pinned too and has ids of
 * its own (`node.ts`).
 */

interface Batch {
  readonly rows: readonly object[]
  readonly pinned: boolean
  /** By relation: one result per row, in the order of the rows, or the error with which the load failed. */
  readonly results: Map<string, readonly unknown[] | Failure>
}

/** An error is thrown again for every row of the batch, without another attempt. */
class Failure {
  readonly error: unknown

  constructor(error: unknown) {
    this.error = error
  }
}

/** Where a row is in its batch. Stored on the row itself, where it is found fastest. */
interface Membership {
  readonly batch: Batch
  readonly index: number
}

const MEMBERSHIP = Symbol('batch')

type Member = { [MEMBERSHIP]?: Membership }

/** Makes rows that were read together one batch, and returns them. */
export function asBatch<Row extends object, Rows extends readonly Row[]>(rows: Rows, { pinned = false } = {}): Rows {
  const batch: Batch = { rows, pinned, results: new Map() }
  rows.forEach((row: Member, index) => {
    row[MEMBERSHIP] = { batch, index }
  })
  return rows
}

/** Makes rows that were read for the batch of `parent` one batch, pinned if the parent is. */
export function asBatchBelow<Row extends object, Rows extends readonly Row[]>(
  parent: object,
  rows: Rows,
  pinned = false,
): Rows {
  return asBatch(rows, { pinned: pinned || isPinned(parent) })
}

/** Whether the row was read at a seq that the client named. */
export function isPinned(row: object): boolean {
  return (row as Member)[MEMBERSHIP]?.batch.pinned ?? false // any row may have a membership
}

/** Loads a relation of a row. `readAll` reads it for the whole batch and returns one result per row, in the order of the rows. */
export function load<Parent extends object, Result>(
  parent: Parent,
  relation: string,
  readAll: (parents: readonly Parent[]) => readonly Result[],
): Result {
  const { batch, index } = membershipOf(parent)
  const results = batch.results.get(relation) ?? readOnce(batch, relation, readAll)
  if (results instanceof Failure) throw results.error
  return results[index] as Result // the relation's name stands for what its `readAll` returns
}

function readOnce<Parent, Result>(
  { rows, results }: Batch,
  relation: string,
  readAll: (parents: readonly Parent[]) => readonly Result[],
): readonly Result[] | Failure {
  let read: readonly Result[] | Failure
  try {
    read = readAll(rows as readonly Parent[]) // the rows of a batch have one type
  } catch (error) {
    read = new Failure(error)
  }
  results.set(relation, read)
  return read
}

/** Loads the rows that belong to a row, in the order in which they are read. They form one batch. */
export function loadMany<Parent extends object, Row extends BatchRow>(
  parent: Parent,
  relation: string,
  readAll: (parents: readonly Parent[]) => readonly Row[],
): readonly Row[] {
  return load(parent, relation, (parents) => groupByParent(parents.length, asBatchBelow(parent, readAll(parents))))
}

/** The rows of each parent. */
export function groupByParent<Row extends BatchRow>(parents: number, rows: readonly Row[]): Row[][] {
  const groups = Array.from({ length: parents }, (): Row[] => [])
  for (const row of rows) groups[row.parent]?.push(row)
  return groups
}

/** A relation that leads to at most one row. */
export interface ToOne<Parent, Row> {
  /** The key of the row; null if there is none. */
  readonly to: (parent: Parent) => BatchKey | null
  readonly read: (keys: readonly BatchKey[]) => readonly Row[]
  /** Whether the parent names the seq at which the row is read. */
  readonly pinned?: boolean
}

/** Loads the row that a row refers to, the same object for all rows that refer to it; null if there is none. */
export function loadOneOrNull<Parent extends object, Row extends BatchRow>(
  parent: Parent,
  relation: string,
  { to, read, pinned }: ToOne<Parent, Row>,
): Row | null {
  return load(parent, relation, (parents) => {
    const keys: BatchKey[] = []
    const indexes = new Map<string | number, number>()
    const seq = to(parent)?.[1]
    const indexOf = (key: BatchKey): number => {
      const [id, asOf, part] = key
      // Nearly all keys share one seq, and numbers are found faster than strings.
      const name = asOf === seq && part == null ? id : key.join()
      const index = indexes.get(name) ?? keys.push(key) - 1
      indexes.set(name, index)
      return index
    }
    const wanted = parents.map((each) => {
      const key = to(each)
      return key === null ? null : indexOf(key)
    })
    const found: (Row | undefined)[] = []
    for (const row of asBatchBelow(parent, read(keys), pinned)) found[row.parent] = row
    return wanted.map((index) => (index === null ? null : (found[index] ?? null)))
  })
}

/** Loads the row that a row refers to. The store guarantees that it exists. */
export function loadOne<Parent extends object, Row extends BatchRow>(
  parent: Parent,
  relation: string,
  toOne: ToOne<Parent, Row>,
): Row {
  const row = loadOneOrNull(parent, relation, toOne)
  if (row === null) throw new Error(`the relation ${relation} leads to no row`)
  return row
}

/** A row that was read alone is a batch of one. */
function membershipOf(row: Member): Membership {
  return (row[MEMBERSHIP] ??= { batch: { rows: [row], pinned: false, results: new Map() }, index: 0 })
}
