import type { RevisionKind } from '../../model/vocabulary/development.ts'
import type { Space } from '../../model/records/definitions.ts'
import { type DevelopmentRow, readRevisionRows } from '../queries/developments.ts'
import { conditionsOf, type FeedFilter } from './filter.ts'
import { everythingBy, fetchPart, partBySeq, smallestOf, type Candidates } from './candidates.ts'
import { allHold, isFoundInPostings, type Condition } from './conditions.ts'
import { finish } from './steps.ts'
import { aliased, rowOf, type SqlFragment } from './sql.ts'
import * as schema from '../schema/developments.ts'
import type { Reader } from '../sqlite/prepared.ts'
import type { Store } from '../store.ts'

/*
 * The log as a follower reads it: the changes after a seq that pass a filter, and the seq up to which the log was read for them. What is not
 * returned up to there does not pass, so the next read continues from there, and no change is missed or returned twice. One read tests at most
 * `scanLimit` changes, each with its two revisions. If the range is longer and a condition has few postings, it reads these instead: a
 * revision can pass at two changes, the one that begins it and the one that ends it.
 */

/** A change of a development. `development` has the content of the change, as of the last seq of its batch. */
export interface DevelopmentChangeRow {
  readonly is: 'DEVELOPMENT'
  readonly seq: number
  readonly kind: RevisionKind
  /** Milliseconds since 1970. */
  readonly at: number
  readonly development: DevelopmentRow
}

/** A saving of a reference record, whose content is read as it is now. */
export interface ReferenceChangeRow {
  readonly is: 'REFERENCE'
  readonly seq: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly record: Exclude<Space, 'development'>
  /** The seq at which the record entered. */
  readonly id: number
  /** The revision that was saved. */
  readonly revision: number
}

export type FeedChangeRow = DevelopmentChangeRow | ReferenceChangeRow

/** A development that was added, as it is known at the end of the range that was asked for. */
export interface AddedRow {
  /** The seq at which it entered. */
  readonly seq: number
  readonly development: DevelopmentRow
}

export interface FeedRange {
  /** The seq after which to read, and the last one. */
  readonly after: number
  readonly upTo: number
  readonly filter?: FeedFilter | null | undefined
  /** The most rows to return. */
  readonly limit: number
  /** The most changes to test. */
  readonly scanLimit?: number
}

interface Scanned {
  /** The seq up to which the log was read: what was not returned up to there does not pass. `upTo` at the end of the range. */
  readonly scannedUpTo: number
}

const SCAN_LIMIT = 20_000

/** The most postings of a condition that are read instead of a longer range of the log. */
const RARE_MAX = 2_000

/**
 * The changes of a range, in log order, that pass the filter with the content before them or after them, a retraction with the content it
 * withdraws. Redactions pass every filter, because nothing is left of what they might have matched and every copy must follow them. With
 * `references` also every saving of a reference record, under any filter. Throws what `conditionsOf` throws, even if there is nothing to read.
 */
export function readChanges(
  { reader }: Pick<Store, 'reader'>,
  range: FeedRange & { readonly references?: boolean },
): Scanned & { readonly changes: readonly FeedChangeRow[] } {
  const { after, limit, references = false } = range
  const { conditions, rare, end } = planRead(reader, range, { skips: !references })
  const { sql, values } = rare === null ? loggedChanges(conditions, { references }) : candidateChanges(conditions, rare)
  const changes = changeRows(reader, { sql, values: { ...values, after, end, limit } })
  return { changes, scannedUpTo: changes.length === limit ? (changes.at(-1)?.seq ?? after) : end }
}

/**
 * The developments that entered in a range and, at its end, stand and pass the filter; in order of entry. Throws what `conditionsOf` throws,
 * even if there is nothing to read.
 */
export function readAdded(
  { reader }: Pick<Store, 'reader'>,
  range: FeedRange,
): Scanned & { readonly added: readonly AddedRow[] } {
  const { after, upTo, limit } = range
  const { conditions, rare, end } = planRead(reader, range, { skips: true })
  const search = { reader, conditions, asOf: upTo, includeRetracted: false }
  const entered = { by: 'development', down: false, start: after, stop: end + 1, limit } as const
  const candidates = rare ?? everythingBy('development', conditions)
  const revisions = fetchPart(search, candidates, partBySeq(candidates, entered))
  const rows = readRevisionRows(
    reader,
    revisions.map(({ revisionId }) => revisionId),
    { asOf: () => upTo },
  )
  const added = rows.map((development) => ({ seq: development.id, development }))
  return { added, scannedUpTo: added.length === limit ? (added.at(-1)?.seq ?? after) : end }
}

/** The last seq of a range at which a reference record was saved; 0 if there is none. */
export function lastReferenceSaved(
  { reader }: Pick<Store, 'reader'>,
  range: Pick<FeedRange, 'after' | 'upTo'>,
): number {
  const { after, upTo } = range
  const found = reader.all<{ seq: number }>(LAST_REFERENCE, { after, upTo })
  return found[0]?.seq ?? 0
}

const LAST_REFERENCE =
  "select seq from changes where seq > @after and seq <= @upTo and space <> 'development' order by seq desc limit 1"

/** The conditions of a range, the candidates of a rare one that lead further than one read of the log, and the last seq to read. */
function planRead(
  reader: Reader,
  { after, upTo, scanLimit = SCAN_LIMIT, filter }: FeedRange,
  { skips }: { readonly skips: boolean },
): { readonly conditions: readonly Condition[]; readonly rare: Candidates | null; readonly end: number } {
  const conditions = resolve(reader, filter)
  const rare = skips && upTo - after > Math.min(scanLimit, RARE_MAX) ? rareCandidates(reader, conditions) : null
  return { conditions, rare, end: rare === null ? Math.min(upTo, after + scanLimit) : upTo }
}

/** The conditions of a filter, cached with it unless they depend on affiliations, which change; ids never do. */
function resolve(reader: Reader, filter: FeedFilter | null | undefined): readonly Condition[] {
  if (filter == null) return []
  const cached = resolved.get(filter)
  if (cached?.reader === reader) return cached.conditions
  const conditions = conditionsOf(reader, filter)
  if (filter.includeAffiliated !== true) resolved.set(filter, { reader, conditions })
  return conditions
}

const resolved = new WeakMap<FeedFilter, { readonly reader: Reader; readonly conditions: readonly Condition[] }>()

function rareCandidates(reader: Reader, conditions: readonly Condition[]): Candidates | null {
  const search = { reader, conditions, asOf: schema.OPEN, includeRetracted: true }
  const smallest = finish(smallestOf(search, conditions.filter(isFoundInPostings), RARE_MAX))
  return smallest !== null && smallest.size <= RARE_MAX ? smallest.candidates : null
}

/** The seqs of a range of the log whose changes pass, and those of reference records if asked for. */
function loggedChanges(conditions: readonly Condition[], { references }: { references: boolean }): SqlFragment {
  const { sql, values } = passes(conditions)
  if (!references)
    return { sql: `select r.id as seq from revisions r where r.id > @after and r.id <= @end ${sql}`, values }
  return {
    sql: `select c.seq from changes c left join revisions r on r.id = c.seq
      where c.seq > @after and c.seq <= @end and (c.space <> 'development' or (true ${sql}))`,
    values,
  }
}

/** The same from candidates: a revision can pass at the change that begins it, and at the one that ends it, as what was before. */
function candidateChanges(conditions: readonly Condition[], candidates: Candidates): SqlFragment {
  const { sql, values } = passes(conditions)
  const seqs = [candidates.row.revision, 'p.until_seq'].map(
    (seq) => `select ${seq} as seq from ${candidates.sql} and ${seq} > @after and ${seq} <= @end`,
  )
  seqs.push(`select r.id as seq from revisions r where ${IS_REDACTION} and r.id > @after and r.id <= @end`)
  return {
    sql: `select r.id as seq from (${seqs.join(' union ')}) f cross join revisions r on r.id = f.seq where true ${sql}`,
    values: { ...candidates.values, ...values },
  }
}

const current = aliased(schema.revisions, 'r')
const previous = aliased(schema.revisions, 'b')

/** Of the revision `r`. */
const IS_REDACTION = "r.revision_kind = 'REDACTED'"

/** That the conditions hold for the content of the revision `r` or for that of the one before it, or that it is a redaction. */
function passes(conditions: readonly Condition[]): SqlFragment {
  if (conditions.length === 0) return { sql: '', values: {} }
  const after = allHold(conditions, rowOf(current, current.id), 'c')
  const before = allHold(conditions, rowOf(previous, previous.id), 'c')
  return {
    sql: `and ((true ${after.sql}) or ${IS_REDACTION} or exists (select 1 from revisions b where b.id = r.previous_id ${before.sql}))`,
    values: after.values,
  }
}

interface Logged {
  readonly seq: number
  readonly batch: number
  readonly at: number
  readonly space: Space
  /** The seq at which a reference record entered; 0 for a development. */
  readonly id: number
  readonly kind: RevisionKind
  readonly revision: number
}

/** The changes whose seqs are found, up to `limit`. */
function changeRows(reader: Reader, found: SqlFragment): FeedChangeRow[] {
  const logged = reader.all<Logged>(
    `select c.seq, c.batch, c.at, c.space, c.kind, c.revision, case when c.space = 'development' then 0 else
       (select e.seq from changes e where e.space = c.space and e.key = c.key and e.revision = 1) end as id
     from (${found.sql} order by 1 limit @limit) f cross join changes c on c.seq = f.seq order by c.seq`,
    found.values,
  )
  const batches = new Map(logged.map(({ seq, batch }) => [seq, batch]))
  // A revision's id is its seq.
  const revisions = logged.filter(({ space }) => space === 'development').map(({ seq }) => seq)
  const rows = readRevisionRows(reader, revisions, { asOf: (seq) => batches.get(seq) ?? seq })
  const developments = new Map(rows.map((row) => [row.revisionId, row]))
  return logged.map(({ seq, at, space, id, kind, revision }) => {
    if (space !== 'development') return { is: 'REFERENCE', seq, at, record: space, id, revision }
    const development = developments.get(seq)
    if (development === undefined) throw new Error(`change ${seq} of a development has no revision`)
    return { is: 'DEVELOPMENT', seq, kind, at, development }
  })
}
