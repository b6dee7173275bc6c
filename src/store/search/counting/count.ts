import { COUNTED_MAX, passingIds, readAll, readIds, smallestOf, type Candidates } from '../candidates.ts'
import { isComparison } from '../conditions.ts'
import type { Search } from '../lists.ts'
import { REVISION, revision } from '../sql.ts'
import { FETCH, stepWorkOf, type Steps, workOf } from '../steps.ts'

/*
 * A count that fits in one step is one statement. A longer one reads the ids of all revisions that pass the comparisons, and then looks up
 * the other conditions for a slice of them in each step.
 */

/** The number of developments that pass. Reads every row of the smallest condition. */
export function* count(search: Search): Steps<number> {
  const scan = yield* scanOf(search)
  if (scan.work > stepWorkOf(search)) return (yield* idsInSlices(search, scan, Infinity)).length
  yield scan.work
  const { candidates } = scan
  const counted = candidates.repeats ? `distinct ${candidates.row.revision}` : '*'
  return readAll<{ count: number }>(search, candidates, { columns: `count(${counted}) as count` })[0]?.count ?? 0
}

/** The ids of at most `limit` revisions that pass, in no order. */
export function* revisionIds(search: Search, limit: number): Steps<number[]> {
  const scan = yield* scanOf(search)
  if (scan.work > stepWorkOf(search)) return yield* idsInSlices(search, scan, limit)
  yield scan.work
  return readIds(search, scan.candidates, limit)
}

/** How a search is counted. */
interface Scan {
  readonly candidates: Candidates
  /** The rows that are read, superseded revisions included. */
  readonly rows: number
  /** The work of all conditions. */
  readonly work: number
}

function* scanOf(search: Search): Steps<Scan> {
  const { reader, conditions: others } = search
  const all = reader.get<{ id: number | null }>('select max(id) as id from revisions')?.id ?? 0
  const smallest = yield* smallestOf(search, others, COUNTED_MAX)
  const rows = smallest !== null && smallest.size <= COUNTED_MAX ? smallest.size : all
  const sql = `${revision.from} indexed by revisions_by_sort where true`
  const candidates = smallest?.candidates ?? { sql, values: {}, row: REVISION, others, repeats: false }
  const work = rows * ((candidates.repeats ? REPEATED : 1) + workOf(candidates.others))
  return { candidates, rows, work }
}

function* idsInSlices(search: Search, { candidates, rows }: Scan, limit: number): Steps<number[]> {
  const { others } = candidates
  const compared = others.filter(isComparison)
  yield rows * (REPEATED + workOf(compared))
  const found = readIds(search, { ...candidates, others: compared })
  const lookedUp = others.filter((condition) => !isComparison(condition))
  if (lookedUp.length === 0) return found.slice(0, limit)
  const work = FETCH + workOf(lookedUp)
  const size = Math.ceil(stepWorkOf(search) / work)
  const passing: number[] = []
  for (let at = 0; at < found.length && passing.length < limit; at += size) {
    const slice = found.slice(at, at + size)
    yield slice.length * work
    passing.push(...passingIds(search, slice, lookedUp))
  }
  return passing.slice(0, limit)
}

/** The work of reading a row that may stand for a revision of another row. */
const REPEATED = 4
