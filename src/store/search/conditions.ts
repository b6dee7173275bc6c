import { UNKNOWN_START } from '../../model/dates/edtf.ts'
import { ParticipantRole } from '../../model/vocabulary/development.ts'
import type { Term } from './affiliated.ts'
import type { Bound, Candidate } from './sql-fragment.ts'
import { latestOf, startsBy } from '../queries/date-sql.ts'
import { isInForce } from '../queries/date-sql.ts'
import { Dimension } from '../projections/postings.ts'
import { isMentioned, type Mentioned } from './full-text.ts'

/*
 * One definition of what a filter asks, as SQL over any row that stands for a revision: an entry of an ordered list on a page, a revision
 * beside a change on the feed. Each condition is a correlated look-up or a comparison, never a list of ids made beforehand. Values are
 * bound as parameters, their number padded, so that texts stay few and are prepared once.
 */

/** Whoever is meant: by id, or by id within a term. */
export interface Targets {
  readonly ids: readonly number[]
  readonly terms: readonly Term[]
}

/** It has a posting of any of these dimensions with any of these targets. */
export interface Posted {
  readonly is: 'POSTED'
  readonly dimensions: readonly number[]
  readonly targets: Targets
}

/** A source that it cites has one of these outlets. */
interface FromOutlet {
  readonly is: 'FROM_OUTLET'
  readonly targets: Targets
}

/** A source that it cites has one of these grades. */
interface OfReliability {
  readonly is: 'OF_RELIABILITY'
  readonly values: readonly string[]
}

/** A source that it cites had been published by that day; one without a date never counts. */
interface ReportedBy {
  readonly is: 'REPORTED_BY'
  readonly day: string
}

/** Its revision is in a set, of which `select` gives a SELECT whose parameters begin with the name. */
export interface InSet {
  readonly is: 'IN_SET'
  readonly select: (name: string) => Bound
}

/** It is one of these developments. */
interface OneOf {
  readonly is: 'ONE_OF'
  readonly ids: readonly number[]
}

/** It entered after the one seq and not after the other. */
interface Entered {
  readonly is: 'ENTERED'
  readonly after: number
  readonly upTo: number
}

/** Its date overlaps the days, or lies within them; null is no bound. */
interface Dated {
  readonly is: 'OVERLAPPING' | 'WITHIN'
  readonly from: string | null
  readonly to: string | null
}

/** It is a measure whose current status is IN_FORCE: on a day, or by the latest of the record where there is none. */
interface InForce {
  readonly is: 'IN_FORCE'
  readonly on: string | null
}

export type Condition =
  | Posted
  | FromOutlet
  | OfReliability
  | OneOf
  | Entered
  | Dated
  | InForce
  | ReportedBy
  | Mentioned
  | InSet

/** All of the conditions, each after an ` and `; `''` where there is none. Names of parameters begin with `prefix`. */
export function holdAll(conditions: readonly Condition[], candidate: Candidate, prefix: string): Bound {
  const parts = conditions.map((condition, at) => holds(condition, candidate, `${prefix}${at}`))
  return {
    sql: parts.map(({ sql }) => ` and ${sql}`).join(''),
    // Null-prototype objects are no concern here: every name is ours.
    values: Object.assign({}, ...parts.map(({ values }) => values)) as Record<string, unknown>,
  }
}

function holds(condition: Condition, candidate: Candidate, name: string): Bound {
  switch (condition.is) {
    case 'POSTED':
      return isPosted(condition, candidate, name)
    case 'FROM_OUTLET':
      return citesSource(within('s.outlet_id', condition.targets, candidate, name), candidate)
    case 'OF_RELIABILITY':
      return citesSource(among('s.reliability', condition.values, name), candidate)
    case 'REPORTED_BY':
      return citesSource({ sql: `s.published_by <= @${name}day`, values: { [`${name}day`]: condition.day } }, candidate)
    case 'MENTIONED':
      return isMentioned(condition, candidate, name)
    case 'IN_SET': {
      const { sql, values } = condition.select(name)
      return { sql: `${candidate.revision} in (${sql})`, values }
    }
    case 'ONE_OF':
      return among(candidate.development, condition.ids, name)
    case 'ENTERED':
      return {
        sql: `(${candidate.development} > @${name}after and ${candidate.development} <= @${name}upto)`,
        values: { [`${name}after`]: condition.after, [`${name}upto`]: condition.upTo },
      }
    case 'OVERLAPPING':
      return overlaps(condition, candidate, name)
    case 'WITHIN':
      return liesWithin(condition, candidate, name)
    case 'IN_FORCE':
      return {
        sql: isInForce(candidate, condition.on === null ? null : `@${name}on`),
        values: condition.on === null ? {} : { [`${name}on`]: condition.on },
      }
    default:
      return condition satisfies never
  }
}

/** Actors are looked up among the revision's own few, so that a hundred of them cost what one costs; all else in the postings. */
function isPosted({ dimensions, targets }: Posted, candidate: Candidate, name: string): Bound {
  const own = ownActors(dimensions)
  if (own !== null) {
    const { sql, values } = within('x.actor_id', targets, candidate, name)
    return { sql: `exists (select 1 from ${own} and x.revision_id = ${candidate.revision} and ${sql})`, values }
  }
  const { sql, values } = among('q.target', targets.ids, name)
  return {
    sql: `exists (select 1 from postings q where q.dimension in (${dimensions.join(', ')}) and ${sql} and q.sort = ${candidate.sort} and q.development_id = ${candidate.development} and q.revision_id = ${candidate.revision})`,
    values,
  }
}

/** FROM and the beginning of WHERE of what actors a revision has under these dimensions; null where they are no actors'. */
function ownActors(dimensions: readonly number[]): string | null {
  if (dimensions.includes(Dimension.ACTOR)) return 'participations x where true'
  if (dimensions.includes(Dimension.INITIATOR)) return `coding_actors x where x.side = 'INITIATOR'`
  if (dimensions.includes(Dimension.RECIPIENT)) return `coding_actors x where x.side = 'RECIPIENT'`
  const roles = dimensions.flatMap((dimension) => ParticipantRole.values[dimension - Dimension.ROLE_BASE] ?? [])
  return roles.length === 0 ? null : `participations x where x.role in (${roles.map((role) => `'${role}'`).join(', ')})`
}

function citesSource({ sql, values }: Bound, candidate: Candidate): Bound {
  return {
    sql: `exists (select 1 from citations x cross join sources s on s.id = x.source_id where x.revision_id = ${candidate.revision} and ${sql})`,
    values,
  }
}

/** Whether the column is among the targets, and where these have a term, the candidate's date in it. */
function within(column: string, { ids, terms }: Targets, candidate: Candidate, name: string): Bound {
  if (terms.length === 0) return among(column, ids, name)
  const always = among(column, ids, name)
  const json = `@${name}terms`
  const inTerm = `(${column} in (select t.value ->> 0 from json_each(${json}) t) and exists (select 1 from json_each(${json}) t
    where t.value ->> 0 = ${column} and ${latestOf(candidate.sort)} >= t.value ->> 1 and ${startsBy(candidate.sort, 't.value ->> 2')}))`
  const rows = terms.map(({ actor, since, till }) => [actor, since ?? FIRST_DAY, till ?? LAST_DAY])
  return { sql: `(${always.sql} or ${inTerm})`, values: { ...always.values, [`${name}terms`]: JSON.stringify(rows) } }
}

/** Whether the column is among the values: a few are bound one by one, padded to a power of two, many as one list. */
export function among(column: string, wanted: readonly (number | string)[], name: string): Bound {
  if (wanted.length > INLINE_MAX) {
    return {
      sql: `${column} in (select value from json_each(@${name}list))`,
      values: { [`${name}list`]: JSON.stringify(wanted) },
    }
  }
  // `in (null)` holds for nothing, as a list of none should.
  const padded = padToPower(wanted.length === 0 ? [null] : wanted)
  return {
    sql: `${column} in (${padded.map((_, at) => `@${name}v${at}`).join(', ')})`,
    values: Object.fromEntries(padded.map((value, at) => [`${name}v${at}`, value])),
  }
}

const INLINE_MAX = 64

/** Repeats the last value until there are a power of two. */
export function padToPower<Value>(values: readonly Value[]): Value[] {
  const length = 2 ** Math.ceil(Math.log2(Math.max(values.length, 1)))
  return [...values, ...values.slice(-1).flatMap((last) => Array<Value>(length - values.length).fill(last))]
}

function overlaps({ from, to }: Dated, { sort }: Candidate, name: string): Bound {
  const parts = ['true']
  if (from !== null) parts.push(`${latestOf(sort)} >= @${name}from`)
  if (to !== null) parts.push(startsBy(sort, `@${name}to`))
  return { sql: parts.join(' and '), values: { [`${name}from`]: from, [`${name}to`]: to } }
}

function liesWithin({ from, to }: Dated, { sort }: Candidate, name: string): Bound {
  const parts = ['true']
  if (from !== null) parts.push(`${sort} >= @${name}from and ${sort} < '${UNKNOWN_START}'`)
  if (to !== null) parts.push(`${latestOf(sort)} <= @${name}to`)
  return { sql: parts.join(' and '), values: { [`${name}from`]: from, [`${name}to`]: to } }
}

/*
 * Both bounds of a date stand in its sort key (`sortKeyOf`): `2024-12-25/2025-02-10`, with `~` for an unknown start and 9999-99-99 for an
 * open end. So the date is compared without a look at the revision.
 */
export const FIRST_DAY = '0000-01-01'
export const LAST_DAY = '9999-99-99'
