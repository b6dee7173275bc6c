import type { RevisionKind } from '../../model/vocabulary/development.ts'
import type { Space } from '../log/entries.ts'
import { type DevelopmentRow, readRevisionRows } from '../queries/developments.ts'
import { conditionsOf, type FeedFilter } from './filter.ts'
import type { Bound } from './sql-fragment.ts'
import { holdAll, type Condition } from './conditions.ts'
import { readSourceByEntry } from './sorted.ts'
import { everythingByEntry, isPosted, smallestSource, type Source } from './candidates.ts'
import type { Reader } from '../sqlite/prepared.ts'
import type { Store } from '../store.ts'

/*
 * The log as a follower reads it: a stretch after a position, what of it passes a filter, and how far it was looked through. What is not
 * told up to there does not pass, so the next reading goes on from there: nothing is missed, nothing told twice. One reading goes through
 * at most `look` rows of the log and looks up the filter for the two revisions of each; where it has further to go and a condition is
 * rare, it goes through that condition's postings instead, a revision's beginning and its end being the two changes it can pass at.
 */

/** A change of a development, as it was: `development` holds the content that it brought, as of the last seq of its batch. */
export interface DevelopmentChangeRow {
  readonly is: 'DEVELOPMENT'
  readonly seq: number
  readonly kind: RevisionKind
  /** Milliseconds since 1970. */
  readonly at: number
  readonly development: DevelopmentRow
}

/** A reference record that was saved; what it holds is read as it is now. */
interface ReferenceChangeRow {
  readonly is: 'REFERENCE'
  readonly seq: number
  readonly at: number
  /** The last seq of its batch. */
  readonly asOf: number
  readonly space: Exclude<Space, 'development'>
  readonly key: string
  readonly revision: number
}

export type FeedChangeRow = DevelopmentChangeRow | ReferenceChangeRow

/** A development newly added, as it stands at the end of the stretch that was asked for. */
export interface AddedRow {
  /** The seq at which it entered. */
  readonly seq: number
  readonly development: DevelopmentRow
}

export interface FeedStretch {
  /** The seq after which to read, and that up to which. */
  readonly after: number
  readonly upTo: number
  readonly filter?: FeedFilter | null | undefined
  /** The most rows to return. */
  readonly limit: number
  /** The most rows of the log to go through. */
  readonly look?: number
}

/** How far a stretch was looked through: what lies up to there and was not returned does not pass. `upTo` once that is all. */
interface LookedThrough {
  readonly lookedUpTo: number
}

const LOOK = 20_000

/** A condition with no more postings than this is gathered where the stretch is longer than that. */
const GATHERED = 2_000

/**
 * The changes of a stretch, in log order, that pass the filter with the content before them or after them, a retraction with the content
 * it withdraws. With `references` every saving of a reference record too, whatever the filter. Throws what `conditionsOf` throws, also
 * where there is nothing to read.
 */
export function readChanges(
  store: Pick<Store, 'reader'>,
  stretch: FeedStretch & { readonly references?: boolean },
): LookedThrough & { readonly changes: readonly FeedChangeRow[] } {
  const { reader } = store
  const { after, upTo, limit, look = LOOK, references = false } = stretch
  const conditions = resolve(reader, stretch.filter)
  if (after >= upTo) return { changes: [], lookedUpTo: upTo }
  const rare = references || upTo - after <= Math.min(look, GATHERED) ? null : rareSource(reader, conditions)
  const end = rare === null ? Math.min(upTo, after + look) : upTo
  const { sql, values } = rare === null ? loggedChanges(conditions, { references }) : gatheredChanges(conditions, rare)
  const found = reader.all<{ seq: number }>(`${sql} order by 1 limit @limit`, { ...values, after, end, limit })
  const seqs = found.map(({ seq }) => seq)
  return { changes: changeRows(reader, seqs), lookedUpTo: seqs.length === limit ? (seqs.at(-1) ?? after) : end }
}

/**
 * The developments that entered in a stretch and, at its end, stand and pass the filter as they are then; in order of entry. Throws what
 * `conditionsOf` throws, also where there is nothing to read.
 */
export function readAdded(
  store: Pick<Store, 'reader'>,
  { after, upTo, limit, look = LOOK, filter }: FeedStretch,
): LookedThrough & { readonly added: readonly AddedRow[] } {
  const { reader } = store
  const conditions = resolve(reader, filter)
  if (after >= upTo) return { added: [], lookedUpTo: upTo }
  const rare = upTo - after <= Math.min(look, GATHERED) ? null : rareSource(reader, conditions)
  const end = rare === null ? Math.min(upTo, after + look) : upTo
  const search = { reader, conditions, asOf: upTo, includeRetracted: false }
  const way = { down: false, start: after, stop: end + 1, limit }
  const entries = readSourceByEntry(search, rare ?? everythingByEntry(conditions), way)
  const revisions = entries.map(({ revisionId }) => revisionId)
  const added = readRevisionRows(reader, revisions, () => upTo).map((development) => ({
    seq: development.id,
    development,
  }))
  return { added, lookedUpTo: added.length === limit ? (added.at(-1)?.seq ?? after) : end }
}

/** The conditions of a filter. Those of one that does not hang on affiliations, which change, are remembered with it: ids never do. */
function resolve(reader: Reader, filter: FeedFilter | null | undefined): readonly Condition[] {
  if (filter == null) return []
  const remembered = resolved.get(filter)
  if (remembered?.reader === reader) return remembered.conditions
  const conditions = conditionsOf(reader, filter)
  if (filter.includeAffiliated !== true) resolved.set(filter, { reader, conditions })
  return conditions
}

const resolved = new WeakMap<FeedFilter, { readonly reader: Reader; readonly conditions: readonly Condition[] }>()

function rareSource(reader: Reader, conditions: readonly Condition[]): Source | null {
  const search = { reader, conditions, asOf: Number.MAX_SAFE_INTEGER, includeRetracted: true }
  const smallest = smallestSource(search, conditions.filter(isPosted), GATHERED)
  return smallest !== null && smallest.size <= GATHERED ? smallest.source : null
}

/** The seqs of a stretch of the log whose changes pass; those of reference records too, if they are asked for. */
function loggedChanges(conditions: readonly Condition[], { references }: { references: boolean }): Bound {
  const { sql, values } = passes(conditions)
  if (!references)
    return { sql: `select r.id as seq from revisions r where r.id > @after and r.id <= @end ${sql}`, values }
  return {
    sql: `select c.seq from changes c left join revisions r on r.id = c.seq
      where c.seq > @after and c.seq <= @end and (c.space <> 'development' or (true ${sql}))`,
    values,
  }
}

/** The same from a source: a revision that it holds can pass where it begins, and where it ends as what was before. */
function gatheredChanges(conditions: readonly Condition[], source: Source): Bound {
  const { sql, values } = passes(conditions)
  const seqs = [source.candidate.revision, 'p.until_seq'].map(
    (seq) => `select ${seq} as seq from ${source.sql} and ${seq} > @after and ${seq} <= @end`,
  )
  return {
    sql: `select r.id as seq from (${seqs.join(' union ')}) f cross join revisions r on r.id = f.seq where true ${sql}`,
    values: { ...source.values, ...values },
  }
}

/** That the conditions hold for the content of the revision `r` or for the one before it. */
function passes(conditions: readonly Condition[]): Bound {
  if (conditions.length === 0) return { sql: '', values: {} }
  const after = holdAll(conditions, { sort: 'r.sort', development: 'r.development_id', revision: 'r.id' }, 'c')
  const before = holdAll(conditions, { sort: 'b.sort', development: 'b.development_id', revision: 'b.id' }, 'c')
  return {
    sql: `and ((true ${after.sql}) or exists (select 1 from revisions b where b.id = r.previous_id ${before.sql}))`,
    values: after.values,
  }
}

interface Logged {
  readonly seq: number
  readonly batch: number
  readonly at: number
  readonly space: Space
  readonly key: string
  readonly kind: RevisionKind
  readonly revision: number
}

function changeRows(reader: Reader, seqs: readonly number[]): FeedChangeRow[] {
  if (seqs.length === 0) return []
  const logged = reader.all<Logged>(
    `select c.seq, c.batch, c.at, c.space, c.key, c.kind, c.revision
     from json_each(@seqs) j cross join changes c on c.seq = j.value order by c.seq`,
    { seqs: JSON.stringify(seqs) },
  )
  const batches = new Map(logged.map(({ seq, batch }) => [seq, batch]))
  // A revision's id is its seq.
  const revisions = logged.filter(({ space }) => space === 'development').map(({ seq }) => seq)
  const rows = readRevisionRows(reader, revisions, (seq) => batches.get(seq) ?? seq)
  const developments = new Map(rows.map((row) => [row.revisionId, row]))
  return logged.map(({ seq, batch, at, space, key, kind, revision }) => {
    if (space !== 'development') return { is: 'REFERENCE', seq, at, asOf: batch, space, key, revision }
    const development = developments.get(seq)
    if (development === undefined) throw new Error(`change ${seq} of a development has no revision`)
    return { is: 'DEVELOPMENT', seq, kind, at, development }
  })
}
