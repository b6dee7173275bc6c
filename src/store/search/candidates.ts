import { UNKNOWN_START } from '../../model/dates/edtf.ts'
import { Dimension } from '../projections/postings.ts'
import { developments, OPEN, revisions, statusChanges } from '../schema/developments.ts'
import { sources } from '../schema/reference-records.ts'
import { allHold, isComparison, type Condition } from './conditions.ts'
import { mentioning } from './full-text.ts'
import { along, asOf, entryColumns, type Entry, type KeyRange, type Search } from './lists.ts'
import { FETCH, sizingWork, stepWorkOf, type Steps, workOf } from './steps.ts'
import { aliased, among, POSTING, posting, REVISION, revision, type RevisionRow, type SqlFragment } from './sql.ts'

/** Rows that stand for revisions, in no order: FROM and the beginning of WHERE, with the alias `p`. They may need `@asOf`. */
export interface Candidates extends SqlFragment {
  readonly row: RevisionRow
  /** The conditions that remain to be tested. */
  readonly others: readonly Condition[]
  /** Whether a revision may occur more than once. */
  readonly repeats: boolean
  /** What to count instead in order to know the number of rows, where that costs less. */
  readonly rows?: string
}

/** The condition with the fewest rows, superseded revisions included, counted up to `limit` and one more. */
export interface Smallest {
  readonly condition: Condition
  readonly candidates: Candidates
  readonly size: number
}

/** The smallest of the conditions that have candidates; null if none has. */
export function* smallestOf(search: Search, conditions: readonly Condition[], limit: number): Steps<Smallest | null> {
  let best: Smallest | null = null
  for (const condition of conditions) {
    const candidates = candidatesOf(condition, search.conditions)
    if (candidates === null) continue
    yield sizingWork(condition, best?.size ?? limit + 1, search.asOf)
    const size = sizeOf(search, candidates, best?.size ?? limit + 1)
    if (best === null || size < best.size) best = { condition, candidates, size }
  }
  return best
}

function sizeOf({ reader }: Search, { sql, rows = sql, values }: Candidates, limit: number): number {
  const row = reader.get<{ size: number }>(
    `select count(*) as size from (select 1 from ${rows} limit @limit)`,
    // Counts what was known at any time.
    { ...values, asOf: OPEN, limit },
  )
  return row?.size ?? 0
}

/** How far rows are counted in order to find the smallest condition or to weigh a term. */
export const COUNTED_MAX = 20_000

/** Which candidates to fetch, and in what order. */
export interface Part {
  readonly within: string
  readonly order: string
  readonly values: Readonly<Record<string, unknown>>
  readonly limit: number
}

/** The first candidates along a range of the chronology. */
export function partByDate(range: KeyRange, limit: number): Part {
  const direction = range.down ? 'desc' : 'asc'
  return {
    within: along(range),
    order: `${posting.sort} ${direction}, ${posting.developmentId} ${direction}`,
    values: { s: range.sort, d: range.developmentId, e: range.stop },
    limit,
  }
}

/** A part of the order of the log: by first entry, or by the change that began the revision. Between two seqs, neither included. */
export interface SeqRange {
  readonly by: LogOrder
  readonly down: boolean
  readonly start: number
  readonly stop: number
  readonly limit: number
}

/** What is ordered by its seq, which is its id. */
export type LogOrder = 'development' | 'revision'

export function partBySeq({ row }: Candidates, { by, down, start, stop, limit }: SeqRange): Part {
  const id = row[by]
  return {
    within: down ? `${id} < @start and ${id} > @stop` : `${id} > @start and ${id} < @stop`,
    order: `${id} ${down ? 'desc' : 'asc'}`,
    values: { start, stop },
    limit,
  }
}

/** Fetches and sorts so many rows at most. Many of them are tested slice by slice, until the part is full. */
export function* fetchInSteps(search: Search, candidates: Candidates, part: Part, rows: number): Steps<Entry[]> {
  const compared = candidates.others.filter(isComparison)
  const lookedUp = candidates.others.filter((condition) => !isComparison(condition))
  const sortWork = rows * (SORT + workOf(compared))
  const testWork = FETCH + workOf(lookedUp)
  if (lookedUp.length === 0 || rows * testWork <= stepWorkOf(search)) {
    yield sortWork + (lookedUp.length === 0 ? 0 : rows * testWork)
    return fetchPart(search, candidates, part)
  }
  yield sortWork
  const sorted = readSorted(search, { ...candidates, others: compared }, part)
  const found: number[] = []
  const size = Math.ceil(stepWorkOf(search) / testWork)
  for (let at = 0; at < sorted.length && found.length < part.limit; at += size) {
    const slice = sorted.slice(at, at + size)
    yield slice.length * testWork
    const passing = new Set(passingIds(search, slice, lookedUp))
    found.push(...slice.filter((id) => passing.has(id)))
  }
  return entriesOf(search, found.slice(0, part.limit))
}

/** The ids of all candidates of the part, in order. Entries would take several times as long. */
function readSorted(search: Search, { sql, values, row, others }: Candidates, part: Part): number[] {
  const tests = allHold(others, row, 'b')
  const rows = search.reader.all<{ id: number }>(
    `select ${row.revision} as id from ${sql} and ${part.within} ${asOf(search, row)} ${tests.sql} order by ${part.order}`,
    { ...values, ...tests.values, ...part.values, asOf: search.asOf },
  )
  return [...new Set(rows.map(({ id }) => id))]
}

/** The entries of revisions, in the order of the ids. */
function entriesOf({ reader }: Search, ids: readonly number[]): Entry[] {
  return reader.all<Entry>(
    `select ${entryColumns(REVISION)} from json_each(?) j cross join ${revision.from} on ${revision.id} = j.value order by j.key`,
    JSON.stringify(ids),
  )
}

/** The work of reading and sorting a row. */
const SORT = 5

/** Reads all candidates of the part and sorts them, but tests no more of them than its limit needs. */
export function fetchPart(search: Search, candidates: Candidates, part: Part): Entry[] {
  if (!candidates.repeats) return fetchFirst(search, candidates, part)
  // SQL's `distinct` takes several times as long as sorting, and few rows occur more than once.
  for (let limit = 2 * part.limit; ; limit *= 4) {
    const rows = fetchFirst(search, candidates, { ...part, limit })
    const found = new Map(rows.map((row) => [row.revisionId, row]))
    if (rows.length < limit || found.size >= part.limit) return [...found.values()].slice(0, part.limit)
  }
}

/** At most `limit` rows of the part, a revision as often as it occurs among the candidates. */
function fetchFirst(search: Search, { sql, values, row, others }: Candidates, part: Part): Entry[] {
  const [compared, lookedUp] = [others.filter(isComparison), others.filter((condition) => !isComparison(condition))]
  const comparisons = allHold(compared, row, 'b')
  const lookUps = allHold(lookedUp, SORTED, 'c')
  const sorted = `select ${entryColumns(row)} from ${sql} and ${part.within} ${asOf(search, row)} ${comparisons.sql} order by ${part.order}`
  // The inner limit keeps SQLite from merging the two SELECTs: it sorts first, then looks up until the limit is reached.
  const text =
    lookUps.sql === ''
      ? `${sorted} limit @limit`
      : `select p.* from (${sorted} limit -1) p where true ${lookUps.sql} limit @limit`
  return search.reader.all<Entry>(text, {
    ...values,
    ...comparisons.values,
    ...lookUps.values,
    ...part.values,
    asOf: search.asOf,
    limit: part.limit,
  })
}

/** Those of the revisions that pass, in no order. */
export function passingIds(search: Search, ids: readonly number[], conditions: readonly Condition[]): number[] {
  const sql = `json_each(@listed) j cross join ${revision.from} on ${revision.id} = j.value where true`
  const values = { listed: JSON.stringify(ids) }
  return readIds(search, { sql, values, row: REVISION, others: conditions, repeats: false })
}

/** The ids of at most `limit` candidates that pass, in no order. */
export function readIds(search: Search, candidates: Candidates, limit = Infinity): number[] {
  const columns = `${candidates.repeats ? 'distinct ' : ''}${candidates.row.revision} as id`
  return readAll<{ id: number }>(search, candidates, { columns, limit }).map(({ id }) => id)
}

/** Columns of the candidates that pass, in no order. */
export function readAll<Row>(
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

const SORTED: RevisionRow = { sort: 'p.sort', development: 'p.developmentId', revision: 'p.revisionId' }

const development = aliased(developments, 'd')
const source = aliased(sources, 's')
const statusChange = aliased(statusChanges, 'x')
const earlier = aliased(revisions, 'x')

/** The candidates of a condition by itself; null for a condition that has none. */
export function candidatesOf(condition: Condition, conditions: readonly Condition[]): Candidates | null {
  const others = conditions.filter((each) => each !== condition)
  switch (condition.is) {
    case 'POSTED': {
      const { ids, terms } = condition.targets
      const targets = among(posting.target, [...ids, ...terms.map(({ actor }) => actor)], 'g')
      return {
        sql: `${posting.from} where ${posting.dimension} in (${condition.dimensions.join(', ')}) and ${targets.sql}`,
        values: targets.values,
        row: POSTING,
        others: terms.length === 0 ? others : conditions,
        repeats: condition.dimensions.length * (ids.length + terms.length) > 1,
      }
    }
    case 'FROM_OUTLET': {
      const { ids, terms } = condition.targets
      const outlets = among(source.outletId, [...ids, ...terms.map(({ actor }) => actor)], 'g')
      return citing(outlets, terms.length === 0 ? others : conditions)
    }
    case 'OF_RELIABILITY':
      return citing(among(source.reliability, condition.values, 'g'), others)
    case 'REPORTED_BY':
      return citing({ sql: `${source.publishedBy} <= @day`, values: { day: condition.day } }, others)
    case 'REPORTED_AFTER': {
      // It cites a source published later or never, and may also cite an earlier one.
      const later = `(${source.publishedBy} > @day or ${source.publishedBy} is null)`
      return citing({ sql: later, values: { day: condition.day } }, conditions)
    }
    case 'MENTIONED': {
      const { sql, values } = mentioning(condition, 'g')
      return {
        sql: `(${sql}) g cross join ${revision.from} on ${revision.id} = g.id where true`,
        rows: `(${sql}) g`,
        values,
        row: REVISION,
        others,
        repeats: condition.terms.some(({ names }) => names !== null),
      }
    }
    case 'ONE_OF':
      return {
        sql: `json_each(@ids) j cross join ${revisionHeld('j.value')} where true`,
        rows: 'json_each(@ids)',
        values: { ids: JSON.stringify(condition.ids) },
        row: REVISION,
        others,
        repeats: false,
      }
    case 'ENTERED': {
      const { after, upTo } = condition
      const entered = `where ${development.id} > @after and ${development.id} <= @upTo`
      const rows = `${development.from} ${entered}`
      const sql = `${EVERY_DEVELOPMENT} ${entered}`
      return { ...everythingBy('development', others), sql, rows, values: { after, upTo } }
    }
    case 'CHANGED': {
      const { after, upTo } = condition
      const changed = `${revision.id} > @after and ${revision.id} <= @upTo`
      return { ...everythingBy('revision', others), sql: `${EVERY_REVISION} where ${changed}`, values: { after, upTo } }
    }
    case 'OVERLAPPING':
    case 'WITHIN':
    case 'BEGUN':
    case 'IN_FORCE':
      return null
    default:
      return condition satisfies never
  }
}

/** Every development, in the order of the log. */
export function everythingBy(order: LogOrder, conditions: readonly Condition[]): Candidates {
  const entered = order === 'development'
  return {
    sql: `${entered ? EVERY_DEVELOPMENT : EVERY_REVISION} where true`,
    values: {},
    row: entered ? { ...REVISION, development: development.id } : REVISION,
    others: conditions,
    repeats: false,
  }
}

/**
 * Measures with a standing change of status that may have begun by the end of a day. The measures may have begun at any time. Reads the
 * changes of all measures.
 */
export function changedBy(day: string, conditions: readonly Condition[]): Candidates {
  const { changedSort, revisionId, untilSeq, retracted } = statusChange
  return {
    sql: `${statusChange.from} indexed by status_changes_by_measure
      cross join ${revision.from} on ${revision.developmentId} = ${statusChange.measureId}
      where ${revisionId} <= @asOf and ${untilSeq} > @asOf and ${retracted} = 0
      and (${changedSort} < @changedBy or (${changedSort} >= '${UNKNOWN_START}' and ${changedSort} < @undatedBy))`,
    values: { changedBy: `${day}0`, undatedBy: `${UNKNOWN_START}/${day}0` },
    row: REVISION,
    others: conditions,
    repeats: true,
  }
}

/** Postings of the sources that `which` selects. */
function citing({ sql, values }: SqlFragment, others: readonly Condition[]): Candidates {
  return {
    sql: `${source.from} cross join ${posting.from} on ${posting.dimension} = ${Dimension.SOURCE} and ${posting.target} = ${source.id} where ${sql}`,
    values,
    row: POSTING,
    others,
    repeats: true,
  }
}

/** The revision that held is the last that had begun: one look-up, for any number of revisions. */
function revisionHeld(developmentId: string): string {
  const last = `select max(${earlier.id}) from ${earlier.from} where ${earlier.developmentId} = ${developmentId} and ${earlier.id} <= @asOf`
  return `${revision.from} on ${revision.id} = (${last})`
}

const EVERY_DEVELOPMENT = `${development.from} cross join ${revisionHeld(development.id)}`

/** Read in the order of their ids, whatever else an index could offer. */
const EVERY_REVISION = `${revision.from} not indexed`
