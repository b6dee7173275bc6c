import { UNKNOWN_START } from '../../model/dates/edtf.ts'
import { ParticipantRole } from '../../model/vocabulary/development.ts'
import { Dimension } from '../projections/postings.ts'
import { boundsOf, hasBegun, isInForce, latestOf, startsBy } from '../queries/date-sql.ts'
import { citations, codingActors, participations, postings, revisions } from '../schema/developments.ts'
import { sources } from '../schema/reference-records.ts'
import type { Term } from './affiliated.ts'
import { isMentioned, type Mentioned } from './full-text.ts'
import { aliased, among, type RevisionRow, type SqlFragment } from './sql.ts'

/*
 * A filter as a list of conditions, and each condition as SQL about any row that stands for a revision: an entry of an ordered list on a
 * page, or a revision beside a change on the feed. A condition is a comparison or a correlated look-up, never a list of ids made
 * beforehand. Values are bound as parameters, their number padded, so that few different texts are prepared.
 */

/** Actors or other records: by id, or by id within a term. */
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

export type Condition =
  | Posted
  | Mentioned
  /** One of its cited sources has one of these outlets. */
  | { readonly is: 'FROM_OUTLET'; readonly targets: Targets }
  /** One of its cited sources has one of these grades. */
  | { readonly is: 'OF_RELIABILITY'; readonly values: readonly string[] }
  /** One of its cited sources was published by that day; a source without a date never counts. */
  | { readonly is: 'REPORTED_BY'; readonly day: string }
  /** None of its cited sources was published by that day; a source without a date never counts. */
  | { readonly is: 'REPORTED_AFTER'; readonly day: string }
  /** It is one of these developments. */
  | { readonly is: 'ONE_OF'; readonly ids: readonly number[] }
  | Logged<'ENTERED'>
  | Logged<'CHANGED'>
  /** It is a measure whose status is IN_FORCE: on a day, or for null by the latest of the record. */
  | { readonly is: 'IN_FORCE'; readonly on: string | null }
  /** It must have begun by that day. */
  | { readonly is: 'BEGUN'; readonly day: string }
  | Dated

/** It entered, or its revision began, after one seq and not after the other. */
interface Logged<Is> {
  readonly is: Is
  readonly after: number
  readonly upTo: number
}

/** Its date overlaps the days, or lies within them; null is no bound. */
interface Dated {
  readonly is: 'OVERLAPPING' | 'WITHIN'
  readonly from: string | null
  readonly to: string | null
}

/** Whether a condition compares what the row itself holds. */
export function isComparison(condition: Condition): boolean {
  return !isFoundInPostings(condition) && condition.is !== 'IN_FORCE' && condition.is !== 'BEGUN'
}

/** Whether a condition is found in the postings or the full text, which hold every revision. */
export function isFoundInPostings({ is }: Condition): boolean {
  return FOUND_IN_POSTINGS.has(is)
}

const FOUND_IN_POSTINGS: ReadonlySet<Condition['is']> = new Set(
  'POSTED FROM_OUTLET OF_RELIABILITY REPORTED_BY REPORTED_AFTER MENTIONED'.split(' ') as Condition['is'][],
)

/** All of the conditions, each after ` and `; `''` if there are none. Parameter names begin with `prefix`. */
export function allHold(conditions: readonly Condition[], row: RevisionRow, prefix: string): SqlFragment {
  const parts = conditions.map((condition, at) => holds(condition, row, `${prefix}${at}`))
  return {
    sql: parts.map(({ sql }) => ` and ${sql}`).join(''),
    values: Object.assign({}, ...parts.map(({ values }) => values)) as Record<string, unknown>,
  }
}

function holds(condition: Condition, row: RevisionRow, name: string): SqlFragment {
  switch (condition.is) {
    case 'POSTED':
      return isPosted(condition, row, name)
    case 'FROM_OUTLET':
      return citesSource(within(source.outletId, condition.targets, row, name), row)
    case 'OF_RELIABILITY':
      return citesSource(among(source.reliability, condition.values, name), row)
    case 'REPORTED_BY':
      return citesPublishedBy(condition.day, row, name)
    case 'REPORTED_AFTER': {
      const { sql, values } = citesPublishedBy(condition.day, row, name)
      return bound(`not ${sql}`, values)
    }
    case 'MENTIONED':
      return isMentioned(condition, row, name)
    case 'ONE_OF':
      return among(row.development, condition.ids, name)
    case 'ENTERED':
    case 'CHANGED':
      return isLogged(condition, row, name)
    case 'OVERLAPPING':
    case 'WITHIN':
      return isDated(condition, row, name)
    case 'BEGUN':
      return isBegun(condition.day, row, name)
    case 'IN_FORCE':
      return condition.on === null
        ? bound(isInForce(row, null), {})
        : bound(isInForce(row, `@${name}on`), { [`${name}on`]: condition.on })
    default:
      return condition satisfies never
  }
}

function bound(sql: string, values: SqlFragment['values']): SqlFragment {
  return { sql, values }
}

const source = aliased(sources, 's')
const citation = aliased(citations, 'x')
const participation = aliased(participations, 'x')
const codingActor = aliased(codingActors, 'x')
const other = aliased(postings, 'q')
const own = aliased(revisions, 'own')

/** Actors are looked up among the few of the revision, so that a hundred of them cost what one costs; everything else in the postings. */
function isPosted({ dimensions, targets }: Posted, row: RevisionRow, name: string): SqlFragment {
  const actors = actorsOf(dimensions)
  if (actors !== null) {
    const { sql, values } = within(participation.actorId, targets, row, name)
    return bound(
      `exists (select 1 from ${actors} and ${participation.revisionId} = ${row.revision} and ${sql})`,
      values,
    )
  }
  const { sql, values } = among(other.target, targets.ids, name)
  const sameRevision = `${other.sort} = ${row.sort} and ${other.developmentId} = ${row.development} and ${other.revisionId} = ${row.revision}`
  return bound(
    `exists (select 1 from ${other.from} where ${other.dimension} in (${dimensions.join(', ')}) and ${sql} and ${sameRevision})`,
    values,
  )
}

/** Whether its targets are actors, which are looked up together. */
export function namesActors({ dimensions }: Posted): boolean {
  return actorsOf(dimensions) !== null
}

/** FROM and the beginning of WHERE of the actors that a revision has under these dimensions; null if their targets are no actors. */
function actorsOf(dimensions: readonly number[]): string | null {
  if (dimensions.includes(Dimension.ACTOR)) return `${participation.from} where true`
  if (dimensions.includes(Dimension.INITIATOR)) return `${codingActor.from} where ${codingActor.side} = 'INITIATOR'`
  if (dimensions.includes(Dimension.RECIPIENT)) return `${codingActor.from} where ${codingActor.side} = 'RECIPIENT'`
  const roles = dimensions.flatMap((dimension) => ParticipantRole.values[dimension - Dimension.ROLE_BASE] ?? [])
  if (roles.length === 0) return null
  return `${participation.from} where ${participation.role} in (${roles.map((role) => `'${role}'`).join(', ')})`
}

function citesSource({ sql, values }: SqlFragment, { revision }: RevisionRow): SqlFragment {
  const cited = `${citation.from} cross join ${source.from} on ${source.id} = ${citation.sourceId}`
  return bound(`exists (select 1 from ${cited} where ${citation.revisionId} = ${revision} and ${sql})`, values)
}

function citesPublishedBy(day: string, row: RevisionRow, name: string): SqlFragment {
  return citesSource(bound(`${source.publishedBy} <= @${name}day`, { [`${name}day`]: day }), row)
}

/** Whether the column is one of the targets and, if these have a term, whether the row's date is in it. */
function within(column: string, { ids, terms }: Targets, { sort }: RevisionRow, name: string): SqlFragment {
  const always = among(column, ids, name)
  if (terms.length === 0) return always
  const json = `@${name}terms`
  const inTerm = `(${column} in (select t.value ->> 0 from json_each(${json}) t) and exists (select 1 from json_each(${json}) t
    where t.value ->> 0 = ${column} and ${latestOf(sort)} >= t.value ->> 1 and ${startsBy(sort, 't.value ->> 2')}))`
  const rows = terms.map(({ actor, since, till }) => [actor, since, till])
  return bound(`(${always.sql} or ${inTerm})`, { ...always.values, [`${name}terms`]: JSON.stringify(rows) })
}

/** The id of a development and that of a revision are the seqs from which they are known. */
function isLogged({ is, after, upTo }: Logged<'ENTERED' | 'CHANGED'>, row: RevisionRow, name: string): SqlFragment {
  const seq = is === 'ENTERED' ? row.development : row.revision
  return bound(`(${seq} > @${name}after and ${seq} <= @${name}upto)`, {
    [`${name}after`]: after,
    [`${name}upto`]: upTo,
  })
}

/** Both bounds of a date are in its sort key, so it is compared without a look at the revision. */
function isDated({ is, from, to }: Dated, { sort }: RevisionRow, name: string): SqlFragment {
  const overlaps = is === 'OVERLAPPING'
  const parts = ['true']
  if (from !== null && overlaps) parts.push(`${latestOf(sort)} >= @${name}from`)
  if (from !== null && !overlaps) parts.push(`${sort} >= @${name}from and ${sort} < '${UNKNOWN_START}'`)
  if (to !== null) parts.push(overlaps ? startsBy(sort, `@${name}to`) : `${latestOf(sort)} <= @${name}to`)
  return bound(parts.join(' and '), { [`${name}from`]: from, [`${name}to`]: to })
}

/**
 * Two dates with equal bounds may begin by different days, so the revision is looked up: `2025-02` is one day of the month,
 * `2025-02-01/2025-02-28` all of it.
 */
function isBegun(day: string, { sort, revision }: RevisionRow, name: string): SqlFragment {
  const begun = hasBegun({ edtf: own.edtf, ...boundsOf(sort) }, `@${name}day`)
  return bound(`exists (select 1 from ${own.from} where ${own.id} = ${revision} and ${begun})`, { [`${name}day`]: day })
}
