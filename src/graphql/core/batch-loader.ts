import type { BatchKey, BatchRow } from '../../store/queries/batch.ts'

/*
 * Rows that were read together form a cohort. The first resolver that asks a relation of one of them reads it for all, in one statement,
 * and hands each its share; the children of all the parents are the next cohort. So a level of an answer costs one statement a relation,
 * however many rows stand on it, nothing is read that was not selected, and nothing waits: the store answers at once, and so do the
 * resolvers. A relation is known by its name and its arguments: whoever leaves an argument out of the name gets another's share.
 *
 * A cohort is read as of the positions of its rows. It is pinned where that is a position the client asked for, and not the one at which
 * the operation happens to read: what hangs off it is pinned too, and has ids of its own (`node.ts`).
 */

interface Cohort {
  readonly members: readonly object[]
  readonly pinned: boolean
  /** By relation: the share of every member, in their order, or why there are none. */
  readonly shares: Map<string, readonly unknown[] | Refused>
}

/** What was refused to one member is refused to all, without trying again. */
class Refused {
  readonly reason: unknown

  constructor(reason: unknown) {
    this.reason = reason
  }
}

/** Where a row sits; kept on the row itself, so that it is one step away. */
interface Seat {
  readonly cohort: Cohort
  readonly index: number
}

const SEAT = Symbol('seat')

type Seated = { [SEAT]?: Seat }

/** Makes rows that were read together a cohort, and returns them. */
export function gather<Row extends object, Rows extends readonly Row[]>(rows: Rows, { pinned = false } = {}): Rows {
  const cohort: Cohort = { members: rows, pinned, shares: new Map() }
  rows.forEach((row: Seated, index) => {
    row[SEAT] = { cohort, index }
  })
  return rows
}

/** Whether what a row says is of a position that the client asked for. */
export function isPinned(row: object): boolean {
  // A row has a seat or has none.
  return (row as Seated)[SEAT]?.cohort.pinned ?? false
}

/** The row's share of a relation. `fetch` reads it for all of the cohort and returns the shares in the order of the parents. */
export function share<Parent extends object, Part>(
  parent: Parent,
  relation: string,
  fetch: (parents: readonly Parent[]) => readonly Part[],
): Part {
  const { cohort, index } = seatOf(parent)
  const shares = cohort.shares.get(relation) ?? fetchOnce(cohort, relation, fetch)
  if (shares instanceof Refused) throw shares.reason
  // A relation's name stands for what its `fetch` returns, and there is a share for each member.
  return shares[index] as Part
}

function fetchOnce<Parent, Part>(
  { members, shares }: Cohort,
  relation: string,
  fetch: (parents: readonly Parent[]) => readonly Part[],
): readonly Part[] | Refused {
  let fetched: readonly Part[] | Refused
  try {
    // Members are of one type.
    fetched = fetch(members as readonly Parent[])
  } catch (error) {
    fetched = new Refused(error)
  }
  shares.set(relation, fetched)
  return fetched
}

/** The row's children, in the order in which they were read. */
export function many<Parent extends object, Row extends BatchRow>(
  parent: Parent,
  relation: string,
  fetch: (parents: readonly Parent[]) => readonly Row[],
): readonly Row[] {
  return share(parent, relation, (parents) => {
    const shares = parents.map((): Row[] => [])
    for (const row of gatherBelow(parent, fetch(parents))) shares[row.parent]?.push(row)
    return shares
  })
}

/** A relation that leads to one row at most. */
export interface Reference<Parent, Row> {
  /** Which row it is; null where there is none. */
  readonly to: (parent: Parent) => BatchKey | null
  readonly read: (asked: readonly BatchKey[]) => readonly Row[]
  /** Whether the parent names a position of its own, at which the row is read. */
  readonly pinned?: boolean
}

/** The row that the parent refers to, the same object for all parents that refer to it; null where there is none. */
export function oneOrNone<Parent extends object, Row extends BatchRow>(
  parent: Parent,
  relation: string,
  { to, read, pinned }: Reference<Parent, Row>,
): Row | null {
  return share(parent, relation, (parents) => {
    const asked: BatchKey[] = []
    const places = new Map<string | number, number>()
    let position: number | undefined
    const placeOf = (wanted: BatchKey): number => {
      const [id, asOf, part] = wanted
      position ??= asOf
      // Nearly always all are of one position, and a number is found sooner than a text.
      const name = asOf === position && part == null ? id : wanted.join()
      const place = places.get(name) ?? asked.push(wanted) - 1
      places.set(name, place)
      return place
    }
    const wanted = parents.map((each) => {
      const target = to(each)
      return target === null ? null : placeOf(target)
    })
    const found: (Row | undefined)[] = []
    for (const row of gatherBelow(parent, read(asked), pinned)) found[row.parent] = row
    return wanted.map((place) => (place === null ? null : (found[place] ?? null)))
  })
}

/** The row that the parent refers to. That it is there is the store's promise. */
export function one<Parent extends object, Row extends BatchRow>(
  parent: Parent,
  relation: string,
  reference: Reference<Parent, Row>,
): Row {
  const row = oneOrNone(parent, relation, reference)
  if (row === null) throw new Error(`${relation} leads to no row`)
  return row
}

/** A record as a batch read asks about it. */
export function askedOf({ id, asOf }: { readonly id: number; readonly asOf: number }): BatchKey {
  return [id, asOf]
}

/** Makes the children of a cohort one. */
export function gatherBelow<Row extends object, Rows extends readonly Row[]>(
  parent: object,
  rows: Rows,
  pinned = false,
): Rows {
  return gather(rows, { pinned: pinned || isPinned(parent) })
}

/** A row that was read alone is a cohort of one. */
function seatOf(row: Seated): Seat {
  return (row[SEAT] ??= { cohort: { members: [row], pinned: false, shares: new Map() }, index: 0 })
}
