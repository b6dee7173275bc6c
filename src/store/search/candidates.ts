import { UNKNOWN_START } from '../../model/dates/edtf.ts'
import type { Bound, Candidate } from './sql-fragment.ts'
import { among, holdAll, type Condition, type InSet } from './conditions.ts'
import { asOf, POSTING, REVISION, type Search } from './lists.ts'
import { Dimension } from '../projections/postings.ts'
import type { Reader } from '../sqlite/prepared.ts'
import { mentioning } from './full-text.ts'

/** Rows that stand for revisions, in no order: FROM and the beginning of WHERE, with an alias `p`. */
export interface Source extends Bound {
  readonly candidate: Candidate
  /** The conditions that it leaves to be looked up. */
  readonly others: readonly Condition[]
  /** Whether a revision may come more than once. */
  readonly repeats: boolean
  /** What to count in its place to know how many rows there are, where that takes less. */
  readonly rows?: string
}

/** How many developments of a source there are for which everything holds. */
export function countSource(search: Search, source: Source): number {
  const others = holdAll(source.others, source.candidate, 'c')
  const row = search.reader.get<{ count: number }>(
    `select count(${source.repeats ? `distinct ${source.candidate.revision}` : '*'}) as count from ${source.sql} ${asOf(search, source.candidate)} ${others.sql}`,
    { ...source.values, ...others.values, asOf: search.asOf },
  )
  return row?.count ?? 0
}

/** The condition as one on a set that is gathered once, before candidates are compared with it; null where it cannot be. */
export function asSet(condition: Condition): InSet | null {
  if (condition.is === 'MENTIONED') return { is: 'IN_SET', select: (name) => mentioning(condition, name) }
  const source = isPosted(condition) && condition.is !== 'POSTED' ? sourceOf(condition, [condition]) : null
  if (source === null || source.others.length > 0) return null
  const { sql, values, candidate } = source
  // One statement may have several sets, each with names of its own.
  return {
    is: 'IN_SET',
    select: (name) => ({
      sql: `select ${candidate.revision} from ${sql.replaceAll('@', `@${name}`)}`,
      values: Object.fromEntries(Object.entries(values).map(([key, value]) => [`${name}${key}`, value])),
    }),
  }
}

/** The source of the condition with the fewest rows, counted up to `limit` and one more; null where none can be gathered. */
export function smallestSource(
  search: Search,
  conditions: readonly Condition[],
  limit: number,
): { readonly source: Source; readonly size: number } | null {
  let best: { source: Source; size: number } | null = null
  for (const condition of conditions) {
    const source = sourceOf(condition, search.conditions)
    if (source === null) continue
    const size = sizeOf(search.reader, source, best?.size ?? limit + 1)
    if (best === null || size < best.size) best = { source, size }
  }
  return best
}

/** Superseded revisions count too. */
function sizeOf(reader: Reader, source: Source, limit: number): number {
  const row = reader.get<{ size: number }>(
    `select count(*) as size from (select 1 from ${source.rows ?? source.sql} limit @limit)`,
    {
      ...source.values,
      asOf: Number.MAX_SAFE_INTEGER,
      limit,
    },
  )
  return row?.size ?? 0
}

/**
 * Measures of which a standing change of status may have begun by the end of a day, whenever they began themselves: the changes of all
 * measures are gone through. Needs `@asOf`.
 */
export function changedBy(day: string, conditions: readonly Condition[]): Source {
  return {
    sql: `status_changes x indexed by status_changes_by_measure cross join revisions p on p.development_id = x.measure_id
      where x.revision_id <= @asOf and x.until_seq > @asOf and x.retracted = 0
      and (x.changed_sort < @changedBy or (x.changed_sort >= '${UNKNOWN_START}' and x.changed_sort < @undatedBy))`,
    values: { changedBy: `${day}0`, undatedBy: `${UNKNOWN_START}/${day}0` },
    candidate: REVISION,
    others: conditions,
    repeats: true,
  }
}

/** Every revision. */
export function everything(conditions: readonly Condition[]): Source {
  return {
    sql: 'revisions p indexed by revisions_by_sort where true',
    values: {},
    candidate: REVISION,
    others: conditions,
    repeats: false,
  }
}

/** Every development's revision, by order of first entry. Needs `@asOf`. */
export function everythingByEntry(conditions: readonly Condition[]): Source {
  const candidate = { ...REVISION, development: 'd.id' }
  return {
    sql: `developments d cross join ${revisionThen('d.id')} where true`,
    values: {},
    candidate,
    others: conditions,
    repeats: false,
  }
}

/** Whether a condition is found in the postings or the full text, which hold every revision. */
export function isPosted({ is }: Condition): boolean {
  return (
    is === 'POSTED' || is === 'FROM_OUTLET' || is === 'OF_RELIABILITY' || is === 'REPORTED_BY' || is === 'MENTIONED'
  )
}

/** How many rows a condition by itself finds, superseded revisions among them, counted up to `limit`, which also stands for unknown. */
export function sizeUpTo({ reader, conditions }: Search, condition: Condition, limit: number): number {
  const source = sourceOf(condition, conditions)
  return source === null ? limit : sizeOf(reader, source, limit)
}

/** What a condition by itself gathers; null where it is no gatherable one. Needs `@asOf`. */
export function sourceOf(condition: Condition, conditions: readonly Condition[]): Source | null {
  const rest = conditions.filter((other) => other !== condition)
  switch (condition.is) {
    case 'POSTED': {
      const { ids, terms } = condition.targets
      const targets = among('p.target', [...ids, ...terms.map(({ actor }) => actor)], 'g')
      return {
        sql: `postings p where p.dimension in (${condition.dimensions.join(', ')}) and ${targets.sql}`,
        values: targets.values,
        candidate: POSTING,
        others: terms.length === 0 ? rest : conditions,
        repeats: condition.dimensions.length * (ids.length + terms.length) > 1,
      }
    }
    case 'FROM_OUTLET': {
      const { ids, terms } = condition.targets
      const outlets = among('s.outlet_id', [...ids, ...terms.map(({ actor }) => actor)], 'g')
      return { ...cited(outlets), others: terms.length === 0 ? rest : conditions }
    }
    case 'OF_RELIABILITY':
      return { ...cited(among('s.reliability', condition.values, 'g')), others: rest }
    case 'REPORTED_BY': {
      const reported = { sql: 's.published_by <= @reportedBy', values: { reportedBy: condition.day } }
      return { ...cited(reported), others: rest }
    }
    case 'MENTIONED': {
      const { sql, values } = mentioning(condition, 'g')
      const joined = `(${sql}) g cross join revisions p on p.id = g.id where true`
      const repeats = condition.terms.some(({ names }) => names !== null)
      return { sql: joined, rows: `(${sql}) g where true`, values, candidate: REVISION, others: rest, repeats }
    }
    case 'ONE_OF':
      return {
        sql: `json_each(@gathered) j cross join ${revisionThen('j.value')} where true`,
        values: { gathered: JSON.stringify(condition.ids) },
        candidate: REVISION,
        others: rest,
        repeats: false,
      }
    case 'ENTERED':
      return {
        sql: `developments d cross join ${revisionThen('d.id')} where d.id > @entered and d.id <= @enteredBy`,
        values: { entered: condition.after, enteredBy: condition.upTo },
        candidate: REVISION,
        others: rest,
        repeats: false,
      }
    case 'OVERLAPPING':
    case 'WITHIN':
    case 'IN_FORCE':
    case 'IN_SET':
      return null
    default:
      return condition satisfies never
  }
}

function cited({ sql, values }: Bound): Omit<Source, 'others'> {
  return {
    sql: `sources s cross join postings p on p.dimension = ${Dimension.SOURCE} and p.target = s.id where ${sql}`,
    values,
    candidate: POSTING,
    repeats: true,
  }
}

/** The revision that held then is the last that had begun: one look, however often it was revised. */
function revisionThen(developmentId: string): string {
  return `revisions p on p.id = (select max(x.id) from revisions x where x.development_id = ${developmentId} and x.id <= @asOf)`
}
