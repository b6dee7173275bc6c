import { COUNTED_MAX, isComparison, smallestOf, type Candidates } from '../candidates.ts'
import { allHold, type Condition } from '../conditions.ts'
import { asOf, type Search } from '../lists.ts'
import { REVISION, revision } from '../sql.ts'
import { STEP_WORK, type Steps } from './steps.ts'

/*
 * A count that fits in one step is one statement. A longer one reads the ids of all revisions that pass the comparisons, and then looks up
 * the other conditions for a slice of them in each step.
 */

/** The number of developments that pass. Reads every row of the smallest condition. */
export function* count(search: Search, stepWork = STEP_WORK): Steps<number> {
  const scan = yield* scanOf(search)
  if (scan.work > stepWork) return (yield* idsInSlices(search, scan, { stepWork })).length
  yield scan.work
  const { candidates } = scan
  const counted = candidates.repeats ? `distinct ${candidates.row.revision}` : '*'
  return readAll<{ count: number }>(search, candidates, { columns: `count(${counted}) as count` })[0]?.count ?? 0
}

/** The ids of at most `limit` revisions that pass, in no order. */
export function* revisionIds(search: Search, limit: number, stepWork = STEP_WORK): Steps<number[]> {
  const scan = yield* scanOf(search)
  if (scan.work > stepWork) return yield* idsInSlices(search, scan, { stepWork, limit })
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
  yield others.reduce((sum, condition) => sum + sizingWork(condition, all), 0)
  const smallest = smallestOf(search, others, COUNTED_MAX)
  const rows = smallest !== null && smallest.size <= COUNTED_MAX ? smallest.size : all
  const sql = `${revision.from} indexed by revisions_by_sort where true`
  const candidates = smallest?.candidates ?? { sql, values: {}, row: REVISION, others, repeats: false }
  const row = candidates.repeats ? REPEATED : 1
  const work = rows * candidates.others.reduce((sum, condition) => sum + workOf(condition), row)
  return { candidates, rows, work }
}

function* idsInSlices(
  search: Search,
  { candidates, rows }: Scan,
  { stepWork, limit = Infinity }: { readonly stepWork: number; readonly limit?: number },
): Steps<number[]> {
  const { others } = candidates
  const compared = others.filter(isComparison)
  yield rows * compared.reduce((sum, condition) => sum + workOf(condition), REPEATED)
  const found = readIds(search, { ...candidates, others: compared }, Infinity)
  const lookedUp = others.filter((condition) => !isComparison(condition))
  if (lookedUp.length === 0) return found.slice(0, limit)
  const work = lookedUp.reduce((sum, condition) => sum + workOf(condition), FETCH)
  const size = Math.ceil(stepWork / work)
  const passing: number[] = []
  for (let at = 0; at < found.length && passing.length < limit; at += size) {
    const slice = found.slice(at, at + size)
    yield slice.length * work
    passing.push(...readIds(search, { ...listed(slice), others: lookedUp }, limit - passing.length))
  }
  return passing
}

/** The revisions with these ids. */
function listed(ids: readonly number[]): Omit<Candidates, 'others'> {
  const sql = `json_each(@listed) j cross join ${revision.from} on ${revision.id} = j.value where true`
  return { sql, values: { listed: JSON.stringify(ids) }, row: REVISION, repeats: false }
}

function readIds(search: Search, candidates: Candidates, limit: number): number[] {
  const columns = `${candidates.repeats ? 'distinct ' : ''}${candidates.row.revision} as id`
  return readAll<{ id: number }>(search, candidates, { columns, limit }).map(({ id }) => id)
}

function readAll<Row>(
  search: Search,
  { sql, values, row, others }: Candidates,
  { columns, limit = Infinity }: { readonly columns: string; readonly limit?: number },
): Row[] {
  const tests = allHold(others, row, 'c')
  return search.reader.all<Row>(`select ${columns} from ${sql} ${asOf(search, row)} ${tests.sql} limit @limit`, {
    ...values,
    ...tests.values,
    asOf: search.asOf,
    limit: limit === Infinity ? -1 : limit,
  })
}

/**
 * The work of counting the rows of a condition, up to {@link COUNTED_MAX}, in a store of so many revisions: a text may read all of its
 * matches.
 */
function sizingWork(condition: Condition, revisions: number): number {
  if (condition.is === 'MENTIONED') return 2 * revisions * condition.terms.length
  return Math.min(revisions, COUNTED_MAX) / 2
}

/**
 * The work that a condition adds to every row, measured: a look-up in another table, in the log or for each target, or a comparison of what
 * the row itself holds.
 */
function workOf(condition: Condition): number {
  switch (condition.is) {
    case 'MENTIONED':
      return 2 * LOOK_UP * condition.terms.length
    case 'POSTED':
      return LOOK_UP + condition.targets.ids.length / 2
    case 'IN_FORCE':
      return 2 * LOOK_UP
    case 'ENTERED':
    case 'CHANGED':
      return LOOK_UP / 2
    default:
      return isComparison(condition) ? 1 : LOOK_UP
  }
}

const LOOK_UP = 5

/** The work of reading a revision by its id. */
const FETCH = 3
/** The work of reading a row that may stand for a revision of another row. */
const REPEATED = 4
