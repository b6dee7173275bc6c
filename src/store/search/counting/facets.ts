import { DemarcheError } from '../../../model/errors.ts'
import { MeasureKind } from '../../../model/vocabulary/measure.ts'
import { PloverType, QuadClass } from '../../../model/vocabulary/plover.ts'
import { DevelopmentKind, EventKind, EvidentialStatus } from '../../../model/vocabulary/development.ts'
import { Credibility } from '../../../model/vocabulary/source.ts'
import { SpeechAct } from '../../../model/vocabulary/statement.ts'
import type { Vocabulary } from '../../../model/vocabulary/vocabulary.ts'
import { searchOf, type DevelopmentList } from '../development-pages.ts'
import { revisionIds } from './count.ts'
import { STEP_WORK, type Steps } from '../steps.ts'
import { PAGE_SIZE_MAX } from '../../queries/keyset.ts'
import type { Reader } from '../../sqlite/prepared.ts'

/*
 * Facets count what the developments of a list have in common. The list is read once, and its revisions are passed to every selected facet.
 * The facets of values share two scans, one of the revisions and one of their codings. A facet of records is one statement and one step, so
 * a list of too many is refused.
 */

/** The most developments of a list with facets. */
export const FACETED_MAX = 100_000

/** The revision ids of a list's developments, and the seq as of which they were read. */
export interface FacetedList {
  readonly reader: Reader
  readonly revisions: readonly number[]
  readonly asOf: number
}

export interface ValueCount<Value> {
  readonly value: Value
  /** How many developments have it. */
  readonly count: number
}

export interface RecordCount {
  readonly id: number
  readonly count: number
  readonly asOf: number
}

/** Throws `FACETS_TOO_MANY` for a list of more than {@link FACETED_MAX}, and what `searchOf` throws. */
export function* facetedList(reader: Reader, list: DevelopmentList): Steps<FacetedList> {
  const revisions = yield* revisionIds(searchOf(reader, list), FACETED_MAX + 1)
  if (revisions.length > FACETED_MAX) {
    const message = `Facets are limited to lists of ${FACETED_MAX} developments, and this one has more. Narrow the filter.`
    throw new DemarcheError('FACETS_TOO_MANY', message)
  }
  return { reader, revisions, asOf: list.asOf }
}

const LISTED = 'json_each(@revisions) j'

/** The columns that are counted together, each row with the revision that it belongs to. */
const SCANS = {
  revisions: {
    columns: ['kind', 'event_kind', 'acts', 'measure_kind', 'evidential_status', 'credibility', 'month'],
    sql: `select r.id as revision, r.kind, r.event_kind, r.acts, r.measure_kind, r.evidential_status, r.credibility,
        iif(substr(r.earliest, 1, 7) = substr(r.latest, 1, 7), substr(r.earliest, 1, 7), null) as month
      from ${LISTED} cross join revisions r on r.id = j.value`,
    work: 14,
  },
  codings: {
    columns: ['type', 'quad_class'],
    sql: `select x.revision_id as revision, x.type, x.quad_class from ${LISTED} cross join codings x on x.revision_id = j.value`,
    work: 5,
  },
} as const

export type ScanName = keyof typeof SCANS

/** By column and value: the number of revisions that have it. */
export type ScannedValues = ReadonlyMap<string, ReadonlyMap<string, { readonly count: number }>>

/** Counts the values of every column of a scan. A revision counts once for each value. */
export function* scanValues(
  { reader, revisions }: FacetedList,
  name: ScanName,
  stepWork = STEP_WORK,
): Steps<ScannedValues> {
  const { columns, sql, work } = SCANS[name]
  const counted = columns.map((column) => [column, new Map<string, { count: number; revision: unknown }>()] as const)
  const size = Math.ceil(stepWork / work)
  for (let at = 0; at < revisions.length; at += size) {
    const slice = revisions.slice(at, at + size)
    yield slice.length * work
    for (const row of reader.all<Record<string, unknown>>(sql, { revisions: JSON.stringify(slice) })) {
      for (const [column, counts] of counted) {
        const value = row[column]
        if (typeof value !== 'string') continue
        const known = counts.get(value)
        if (known === undefined) counts.set(value, { count: 1, revision: row['revision'] })
        else if (known.revision !== row['revision']) {
          known.count++
          known.revision = row['revision']
        }
      }
    }
  }
  return new Map(counted)
}

/** A facet of values, by the scan that counts it. */
export interface ValueFacet<Value> {
  readonly scan: ScanName
  readonly countsIn: (scanned: ScannedValues) => ValueCount<Value>[]
}

export const kindFacet = valueFacet(DevelopmentKind, 'revisions', 'kind')
export const eventKindFacet = valueFacet(EventKind, 'revisions', 'event_kind')
export const measureKindFacet = valueFacet(MeasureKind, 'revisions', 'measure_kind')
export const credibilityFacet = valueFacet(Credibility, 'revisions', 'credibility')
export const evidentialStatusFacet = valueFacet(EvidentialStatus, 'revisions', 'evidential_status')

/** A statement counts once for every act. */
export const actFacet = valueFacet(SpeechAct, 'revisions', 'acts')

/** A development counts once for every type, and for every class, of its codings. */
export const ploverTypeFacet = valueFacet(PloverType, 'codings', 'type')
export const quadClassFacet = valueFacet(QuadClass, 'codings', 'quad_class')

/** Months as YYYY-MM, oldest first. A development counts if its whole date lies in one month. */
export const monthFacet: ValueFacet<string> = {
  scan: 'revisions',
  countsIn: (scanned) => countsOf(scanned, 'month').toSorted((a, b) => (a.value < b.value ? -1 : 1)),
}

/**
 * Counts values, the most frequent first, then in the order of the vocabulary. A text of several values, separated by spaces, counts for
 * each.
 */
function valueFacet<Value extends string>(
  vocabulary: Vocabulary<Value>,
  scan: ScanName,
  column: string,
): ValueFacet<Value> {
  return {
    scan,
    countsIn: (scanned) => {
      const counts = new Map<string, number>()
      for (const { value: text, count } of countsOf(scanned, column)) {
        for (const value of text.split(' ')) counts.set(value, (counts.get(value) ?? 0) + count)
      }
      return vocabulary.values
        .map((value) => ({ value, count: counts.get(value) ?? 0 }))
        .filter(({ count }) => count > 0)
        .toSorted((a, b) => b.count - a.count)
    },
  }
}

function countsOf(scanned: ScannedValues, column: string): ValueCount<string>[] {
  return [...(scanned.get(column) ?? [])].map(([value, { count }]) => ({ value, count }))
}

/** The records of a list. */
interface RecordCounts {
  /** The most frequent first, then by name or title; at most `PAGE_SIZE_MAX`. */
  readonly counts: readonly RecordCount[]
  /** The number of different records. */
  readonly size: number
}

/** A facet of records, of which there may be any number. */
export interface RecordFacet {
  readonly name: string
  readonly count: (list: FacetedList) => Steps<RecordCounts>
}

const BY_NAME = '(select name from actors where id = f.id)'
const BY_TITLE = (table: string) => `(select title from ${table} where id = f.id)`

/** Actors in any role. */
export const actorFacet = recordFacet('actors', {
  id: 'x.actor_id',
  joined: 'participations x on x.revision_id = j.value',
  repeats: true,
  order: BY_NAME,
  work: 16,
})

/** Outlets of cited sources. Excludes an outlet that was not yet known then, which a source may name by now. */
export const outletFacet = recordFacet('outlets', {
  id: 'x.outlet_id',
  joined: 'citations c on c.revision_id = j.value cross join sources x on x.id = c.source_id and x.outlet_id <= @asOf',
  repeats: true,
  order: BY_NAME,
  work: 12,
})

/** Disputes that a development is part of, without those that it is background to. */
export const disputeFacet = recordFacet('disputes', {
  id: 'x.dispute_id',
  joined: 'revision_disputes x on x.revision_id = j.value and x.context = 0',
  repeats: false,
  order: BY_TITLE('disputes'),
  work: 5,
})

export const sourceFacet = recordFacet('sources', {
  id: 'x.source_id',
  joined: 'citations x on x.revision_id = j.value',
  repeats: false,
  order: BY_TITLE('sources'),
  work: 8,
})

interface Joined {
  /** The column of the record in what is joined to the revisions. */
  readonly id: string
  readonly joined: string
  /** Whether a revision may have the record several times. */
  readonly repeats: boolean
  /** Decides between equal counts. */
  readonly order: string
  /** For each development. */
  readonly work: number
}

function recordFacet(name: string, { id, joined, repeats, order, work }: Joined): RecordFacet {
  const counted = `select ${id} as id, count(${repeats ? 'distinct j.value' : '*'}) as count from ${LISTED} cross join ${joined} group by 1`
  const sql = `select f.id, f.count, @asOf as asOf, count(*) over () as size from (${counted}) f
    order by count desc, ${order}, f.id limit ${PAGE_SIZE_MAX}`
  return {
    name,
    *count({ reader, revisions, asOf }) {
      yield revisions.length * work
      const rows = reader.all<RecordCount & { size: number }>(sql, { revisions: JSON.stringify(revisions), asOf })
      return { counts: rows, size: rows[0]?.size ?? 0 }
    },
  }
}
