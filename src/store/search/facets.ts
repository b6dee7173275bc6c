import { DemarcheError } from '../../model/errors.ts'
import { PloverType } from '../../model/vocabulary/plover.ts'
import { DevelopmentKind, EvidentialStatus } from '../../model/vocabulary/development.ts'
import { Credibility } from '../../model/vocabulary/source.ts'
import type { Vocabulary } from '../../model/vocabulary/vocabulary.ts'
import { searchOf, type DevelopmentList } from './development-pages.ts'
import { revisionIds } from './candidates.ts'
import { checkPaging } from '../queries/keyset.ts'
import type { Reader } from '../sqlite/prepared.ts'

/*
 * Facets count what the developments of a list have in common. The list is read once, and its revisions are passed to every selected facet.
 * A list of too many is refused before anything is counted, because nothing else is answered meanwhile.
 */

/** The most developments of a list with facets. */
export const FACETED_MAX = 50_000

/** The revision ids of a list's developments as one JSON text, and the seq as of which they were read. */
export interface FacetedList {
  readonly reader: Reader
  readonly revisions: string
  readonly asOf: number
}

export interface ValueCount<Value> {
  readonly value: Value
  /** How many developments have it. */
  readonly count: number
}

export interface ActorCount {
  readonly actorId: number
  readonly count: number
  readonly asOf: number
}

/** Throws `FACETS_TOO_MANY` for a list of more than {@link FACETED_MAX}, and what `searchOf` throws. */
export function facetedList(reader: Reader, list: DevelopmentList): FacetedList {
  const found = revisionIds(searchOf(reader, list), FACETED_MAX + 1)
  if (found.length > FACETED_MAX) {
    const message = `Facets are limited to lists of ${FACETED_MAX} developments, and this one has more. Narrow the filter.`
    throw new DemarcheError('FACETS_TOO_MANY', message)
  }
  return { reader, revisions: JSON.stringify(found), asOf: list.asOf }
}

const LISTED = 'json_each(@revisions) j'
const REVISIONS = `${LISTED} cross join revisions r on r.id = j.value`
const OUTLETS = '(select id, outlet_id as actor_id from sources where outlet_id <= @asOf)'

export const countKinds = valueCounter(DevelopmentKind, `select r.kind as value from ${REVISIONS}`)
export const countCredibility = valueCounter(Credibility, `select r.credibility as value from ${REVISIONS}`)
export const countEvidentialStatuses = valueCounter(
  EvidentialStatus,
  `select r.evidential_status as value from ${REVISIONS}`,
)
/** A development counts once for every type of its codings. */
export const countPloverTypes = valueCounter(
  PloverType,
  `select distinct j.value as revision, x.type as value from ${LISTED} cross join codings x on x.revision_id = j.value`,
)

/** Actors in any role. */
export const countActors = actorCounter(`${LISTED} cross join participations x on x.revision_id = j.value`)

/** Outlets of cited sources. Excludes an outlet that was not yet known then, which a source may name by now. */
export const countOutlets = actorCounter(
  `${LISTED} cross join citations c on c.revision_id = j.value cross join ${OUTLETS} x on x.id = c.source_id`,
)

/** Months as YYYY-MM, oldest first. A development counts if its whole date lies in one month. */
export function countMonths({ reader, revisions }: FacetedList): ValueCount<string>[] {
  return reader.all(
    `select substr(r.earliest, 1, 7) as value, count(*) as count from ${REVISIONS}
     where substr(r.earliest, 1, 7) = substr(r.latest, 1, 7) group by 1 order by 1`,
    { revisions },
  )
}

/** Counts values, the most frequent first, then in the order of the vocabulary. */
function valueCounter<Value extends string>(vocabulary: Vocabulary<Value>, values: string) {
  const index = ({ value }: ValueCount<Value>) => vocabulary.values.indexOf(value)
  return ({ reader, revisions }: FacetedList): ValueCount<Value>[] =>
    reader
      .all<ValueCount<Value>>(`select value, count(*) as count from (${values}) group by value`, { revisions })
      .toSorted((a, b) => b.count - a.count || index(a) - index(b))
}

/** Counts actors, the most frequent first, then by name. Throws `BAD_PAGING`. */
function actorCounter(from: string) {
  const text = `select f.actor_id as actorId, count(*) as count, @asOf as asOf
     from (select distinct j.value as revision, x.actor_id from ${from}) f
     group by f.actor_id order by count desc, (select name from actors where id = f.actor_id), f.actor_id limit @size`
  return ({ reader, revisions, asOf }: FacetedList, first: number): ActorCount[] =>
    reader.all(text, { revisions, size: checkPaging({ first }).size, asOf })
}
