import { DemarcheError } from '../../model/errors.ts'
import { MeasureKind } from '../../model/vocabulary/measure.ts'
import { PloverType, QuadClass } from '../../model/vocabulary/plover.ts'
import { DevelopmentKind, EventKind, EvidentialStatus } from '../../model/vocabulary/development.ts'
import { Credibility } from '../../model/vocabulary/source.ts'
import { SpeechAct } from '../../model/vocabulary/statement.ts'
import type { Vocabulary } from '../../model/vocabulary/vocabulary.ts'
import { searchOf, type DevelopmentList } from './development-pages.ts'
import { revisionIds, type Spend } from './candidates.ts'
import { checkPaging } from '../queries/keyset.ts'
import type { Reader } from '../sqlite/prepared.ts'

/*
 * Facets count what the developments of a list have in common. The list is read once, and its revisions are passed to every selected facet.
 * A list of too many is refused before anything is counted, because nothing else is answered meanwhile. Every facet first spends its work: the
 * length of the list times what a development takes, measured, in the unit of `Spend`.
 */

/** The most developments of a list with facets. */
export const FACETED_MAX = 50_000

/** The revision ids of a list's developments as one JSON text, their number, and the seq as of which they were read. */
export interface FacetedList {
  readonly reader: Reader
  readonly spend: Spend
  readonly revisions: string
  readonly size: number
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

/** Throws `FACETS_TOO_MANY` for a list of more than {@link FACETED_MAX}, and what `searchOf` and `spend` throw. */
export function facetedList(reader: Reader, list: DevelopmentList, spend: Spend): FacetedList {
  const found = revisionIds(searchOf(reader, list), FACETED_MAX + 1, spend)
  if (found.length > FACETED_MAX) {
    const message = `Facets are limited to lists of ${FACETED_MAX} developments, and this one has more. Narrow the filter.`
    throw new DemarcheError('FACETS_TOO_MANY', message)
  }
  return { reader, spend, revisions: JSON.stringify(found), size: found.length, asOf: list.asOf }
}

/** The work of a facet of values, for each development of the list. */
const VALUE_WORK = 7

const LISTED = 'json_each(@revisions) j'
const REVISIONS = `${LISTED} cross join revisions r on r.id = j.value`

const ofRevisions = (column: string) => `select r.${column} as value from ${REVISIONS} where r.${column} is not null`
const ofCodings = (column: string) =>
  `select distinct j.value as revision, x.${column} as value from ${LISTED} cross join codings x on x.revision_id = j.value`

export const countKinds = valueCounter(DevelopmentKind, ofRevisions('kind'))
export const countEventKinds = valueCounter(EventKind, ofRevisions('event_kind'))
export const countMeasureKinds = valueCounter(MeasureKind, ofRevisions('measure_kind'))
export const countCredibility = valueCounter(Credibility, ofRevisions('credibility'))
export const countEvidentialStatuses = valueCounter(EvidentialStatus, ofRevisions('evidential_status'))

/** A statement counts once for every act. */
export const countActs = valueCounter(SpeechAct, ofRevisions('acts'))

/** A development counts once for every type, and for every class, of its codings. */
export const countPloverTypes = valueCounter(PloverType, ofCodings('type'))
export const countQuadClasses = valueCounter(QuadClass, ofCodings('quad_class'))

const BY_NAME = '(select name from actors where id = f.id)'

/** Actors in any role. */
export const actorFacet = recordFacet(22, 'x.actor_id', 'participations x on x.revision_id = j.value', BY_NAME)

/** Outlets of cited sources. Excludes an outlet that was not yet known then, which a source may name by now. */
export const outletFacet = recordFacet(
  12,
  'x.outlet_id',
  'citations c on c.revision_id = j.value cross join sources x on x.id = c.source_id and x.outlet_id <= @asOf',
  BY_NAME,
)

/** Disputes that a development is part of, without those that it is background to. */
export const disputeFacet = recordFacet(
  8,
  'x.dispute_id',
  'revision_disputes x on x.revision_id = j.value and x.context = 0',
  '(select title from disputes where id = f.id)',
)

export const sourceFacet = recordFacet(
  12,
  'x.source_id',
  'citations x on x.revision_id = j.value',
  '(select title from sources where id = f.id)',
)

/** Months as YYYY-MM, oldest first. A development counts if its whole date lies in one month. */
export function countMonths({ reader, spend, revisions, size }: FacetedList): ValueCount<string>[] {
  spend(size * VALUE_WORK)
  return reader.all(
    `select substr(r.earliest, 1, 7) as value, count(*) as count from ${REVISIONS}
     where substr(r.earliest, 1, 7) = substr(r.latest, 1, 7) group by 1 order by 1`,
    { revisions },
  )
}

/**
 * Counts values, the most frequent first, then in the order of the vocabulary. A text of several values, separated by spaces, counts for
 * each.
 */
function valueCounter<Value extends string>(vocabulary: Vocabulary<Value>, values: string) {
  const text = `select value, count(*) as count from (${values}) group by value`
  return ({ reader, spend, revisions, size }: FacetedList): ValueCount<Value>[] => {
    spend(size * VALUE_WORK)
    const counts = new Map<string, number>()
    for (const row of reader.all<ValueCount<string>>(text, { revisions })) {
      for (const value of row.value.split(' ')) counts.set(value, (counts.get(value) ?? 0) + row.count)
    }
    return vocabulary.values
      .map((value) => ({ value, count: counts.get(value) ?? 0 }))
      .filter(({ count }) => count > 0)
      .toSorted((a, b) => b.count - a.count)
  }
}

/** A facet of records, of which there may be any number. */
export interface RecordFacet {
  /** The most frequent records first, then by name or title. Throws `BAD_PAGING`. */
  readonly count: (list: FacetedList, first: number) => RecordCount[]
  /** The number of different records. */
  readonly size: (list: FacetedList) => number
}

/**
 * `work` is that of one development. `id` is the column of the record in what is joined to the revisions; `order` decides between equal
 * counts.
 */
function recordFacet(work: number, id: string, joined: string, order: string): RecordFacet {
  const found = `(select distinct j.value as revision, ${id} as id from ${LISTED} cross join ${joined})`
  const counted = `select f.id, count(*) as count, @asOf as asOf from ${found} f group by f.id
     order by count desc, ${order}, f.id limit @size`
  const size = `select count(distinct id) as size from ${found}`
  return {
    count: (list, first) => {
      const { reader, spend, revisions, asOf } = list
      const parameters = { revisions, size: checkPaging({ first }).size, asOf }
      spend(list.size * work)
      return reader.all<RecordCount>(counted, parameters)
    },
    size: (list) => {
      const { reader, spend, revisions, asOf } = list
      spend(list.size * work)
      return reader.get<{ size: number }>(size, { revisions, asOf })?.size ?? 0
    },
  }
}
