import type { Candidate } from './sql-fragment.ts'
import { holdAll, type Condition } from './conditions.ts'
import { along, asOf, type Entry, type Search, type Stretch } from './lists.ts'
import { isPosted, type Source } from './candidates.ts'

/** The entries of a source along the stretch, in order, each once. Goes through all of it, but looks up no more than a page needs. */
export function readSource(
  search: Search,
  source: Source,
  { stretch, limit }: { stretch: Stretch; limit: number },
): Entry[] {
  const way = stretch.down ? 'desc' : 'asc'
  const { sort, developmentId, stop } = stretch
  return readSorted(search, source, {
    within: along(stretch, ''),
    order: `p.sort ${way}, p.development_id ${way}`,
    values: { s: sort, d: developmentId, e: stop },
    limit,
  })
}

/** The entries of a source by order of first entry, from a seq to another, neither included. */
export function readSourceByEntry(
  search: Search,
  source: Source,
  { down, start, stop, limit }: { down: boolean; start: number; stop: number; limit: number },
): Entry[] {
  const id = source.candidate.development
  return readSorted(search, source, {
    within: down ? `${id} < @start and ${id} > @stop` : `${id} > @start and ${id} < @stop`,
    order: `${id} ${down ? 'desc' : 'asc'}`,
    values: { start, stop },
    limit,
  })
}

function readSorted(search: Search, source: Source, part: Part): Entry[] {
  if (!source.repeats) return readFirst(search, source, part)
  // Telling rows apart in SQL takes several times as long as sorting them, and few come more than once.
  for (let most = 2 * part.limit; ; most *= 4) {
    const rows = readFirst(search, source, { ...part, limit: most })
    const found = new Map(rows.map((row) => [row.revisionId, row]))
    if (rows.length < most || found.size >= part.limit) return [...found.values()].slice(0, part.limit)
  }
}

/** A part of a source, and in which order. */
interface Part {
  readonly within: string
  readonly order: string
  readonly values: Readonly<Record<string, unknown>>
  readonly limit: number
}

/** At most `limit` rows of the part, a revision as often as the source has it. */
function readFirst(search: Search, { sql, values, candidate, others }: Source, part: Part): Entry[] {
  const compared = holdAll(others.filter(isComparison), candidate, 'b')
  const lookedUp = holdAll(
    others.filter((condition) => !isComparison(condition)),
    SORTED,
    'c',
  )
  const sorted = `select p.sort, ${candidate.development} as developmentId, ${candidate.revision} as revisionId
    from ${sql} and ${part.within} ${asOf(search, candidate)} ${compared.sql} order by ${part.order}`
  // The inner limit keeps SQLite from making one of the two selections: it sorts first and then looks up until the page is full.
  const text =
    lookedUp.sql === ''
      ? `${sorted} limit @limit`
      : `select p.* from (${sorted} limit -1) p where true ${lookedUp.sql} limit @limit`
  return search.reader.all<Entry>(text, {
    ...values,
    ...compared.values,
    ...lookedUp.values,
    ...part.values,
    asOf: search.asOf,
    limit: part.limit,
  })
}

/** Whether a condition is told by the row itself. */
function isComparison(condition: Condition): boolean {
  return !isPosted(condition) && condition.is !== 'IN_FORCE'
}

const SORTED: Candidate = { sort: 'p.sort', development: 'p.developmentId', revision: 'p.revisionId' }
