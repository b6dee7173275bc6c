import { isCalendarDay, OPEN_END } from '../../model/dates/edtf.ts'
import { DemarcheError } from '../../model/errors.ts'
import { PloverContext, PloverType, QuadClass } from '../../model/vocabulary/plover.ts'
import {
  DevelopmentKind,
  EventKind,
  EvidentialStatus,
  type ParticipantRole,
} from '../../model/vocabulary/development.ts'
import { Credibility, type Reliability } from '../../model/vocabulary/source.ts'
import { MeasureKind } from '../../model/vocabulary/measure.ts'
import { SpeechAct } from '../../model/vocabulary/statement.ts'
import type { Vocabulary } from '../../model/vocabulary/vocabulary.ts'
import { affiliatedTerms, FIRST_DAY, type Term } from './affiliated.ts'
import type { Space } from '../../model/records/definitions.ts'
import type { Condition, Targets } from './conditions.ts'
import { idsOfKeys } from './keys.ts'
import { Dimension, roleDimension, targetOf } from '../projections/postings.ts'
import { OPEN } from '../schema/developments.ts'
import type { Reader } from '../sqlite/prepared.ts'
import { seqAt } from '../queries/changes.ts'
import { readClaimsOfDisputes } from '../queries/reference-records.ts'
import { mentionedConditions } from './full-text.ts'

/** Days as YYYY-MM-DD, both included; a range without one of them is open on that side. */
export interface DateRange {
  readonly from?: string | null | undefined
  readonly to?: string | null | undefined
}

interface ParticipantFilter {
  readonly actors: readonly string[]
  /** Any role if empty. */
  readonly roles?: readonly ParticipantRole[] | null | undefined
}

type List<Value> = readonly Value[] | null | undefined

/**
 * The developments to follow on the feed. All fields must match; the values of a field are alternatives, except that every entry of
 * `participants` must match. An absent or empty field restricts nothing.
 */
export interface FeedFilter {
  readonly keys?: List<string>
  readonly kinds?: List<DevelopmentKind>
  readonly eventKinds?: List<EventKind>
  readonly acts?: List<SpeechAct>
  readonly measureKinds?: List<MeasureKind>
  readonly disputes?: List<string>
  readonly inAnyDispute?: boolean | null | undefined
  readonly contextOf?: List<string>
  /** In every field of actors, outlets included: also match actors affiliated with them at the time (`affiliatedTerms`). */
  readonly includeAffiliated?: boolean | null | undefined
  readonly actors?: List<string>
  readonly participants?: List<ParticipantFilter>
  readonly initiators?: List<string>
  readonly recipients?: List<string>
  readonly places?: List<string>
  readonly dateOverlaps?: DateRange | null | undefined
  readonly dateWithin?: DateRange | null | undefined
  readonly ploverTypes?: List<PloverType>
  readonly quadClasses?: List<QuadClass>
  readonly contexts?: List<PloverContext>
  readonly evidentialStatuses?: List<EvidentialStatus>
  readonly credibility?: List<Credibility>
  readonly sources?: List<string>
  readonly outlets?: List<string>
  readonly reliability?: List<Reliability>
  readonly claims?: List<string>
  readonly demands?: List<string>
}

/** The developments of a list. */
export interface DevelopmentFilter extends FeedFilter {
  /** Full text, as `parseSearch` reads it. */
  readonly text?: string | null | undefined
  /** Only what must have begun by that day. */
  readonly begunBy?: string | null | undefined
  /** Only what a source published by that day reports. */
  readonly reportedBy?: string | null | undefined
  /** Only what no source published by that day reports. */
  readonly reportedAfter?: string | null | undefined
  /** First recorded after this instant, which is not included, in milliseconds since 1970. */
  readonly recordedAfter?: number | null | undefined
  readonly recordedBefore?: number | null | undefined
  /** Last changed after this instant, which is not included, in milliseconds since 1970. */
  readonly changedAfter?: number | null | undefined
  readonly changedBefore?: number | null | undefined
  readonly includeRetracted?: boolean | null | undefined
}

/** What a list asks for besides its filter: by its parent, or by arguments of its own. */
export interface ListConditions extends FeedFilter {
  readonly speakers?: List<string>
  readonly imposedBy?: List<string>
  readonly targets?: List<string>
  /** Only what takes a position on a claim of these disputes, or bears on one. */
  readonly claimsOf?: List<string>
  /** Only measures in force on that day, or for null by the latest of the record. */
  readonly inForce?: { readonly on: string | null } | undefined
}

/** The most values of a field. */
export const VALUES_MAX = 500

/** The most entries of `participants`, each of which is a condition of its own. */
export const PARTICIPANTS_MAX = 20

/**
 * The conditions of a filter, with ids for its keys. Throws `UnknownKeyError` for a key that does not exist, `BAD_RANGE` for an inverted
 * range, `FILTER_TOO_LONG` for more than {@link VALUES_MAX} values of a field, `ROLES_WITHOUT_ACTORS`, `AFFILIATED_TOO_MANY`,
 * `TEXT_NOT_SEARCHABLE`.
 */
export function conditionsOf(reader: Reader, filter: DevelopmentFilter & ListConditions): Condition[] {
  const conditions: Condition[] = []
  const posted = (dimensions: readonly number[], targets: Targets) => {
    conditions.push({ is: 'POSTED', dimensions, targets })
  }
  const values = <Value extends string>(
    dimension: number,
    vocabulary: Vocabulary<Value>,
    field: string,
    list: List<Value>,
  ) => {
    if (given(field, list)) posted([dimension], { ids: list.map((value) => targetOf(vocabulary, value)), terms: [] })
  }
  const records = (dimension: number, space: Space, field: string, keys: List<string>) => {
    if (given(field, keys)) posted([dimension], { ids: idsOfKeys(reader, space, keys), terms: [] })
  }
  const actorsOf = (keys: readonly string[]) => targetsOf(reader, keys, filter.includeAffiliated === true)
  const actors = (dimensions: readonly number[], field: string, keys: List<string>) => {
    if (given(field, keys)) posted(dimensions, actorsOf(keys))
  }

  if (given('keys', filter.keys)) {
    conditions.push({ is: 'ONE_OF', ids: idsOfKeys(reader, 'development', filter.keys) })
  }
  values(Dimension.KIND, DevelopmentKind, 'kinds', filter.kinds)
  values(Dimension.EVENT_KIND, EventKind, 'eventKinds', filter.eventKinds)
  values(Dimension.ACT, SpeechAct, 'acts', filter.acts)
  values(Dimension.MEASURE_KIND, MeasureKind, 'measureKinds', filter.measureKinds)
  records(Dimension.DISPUTE, 'dispute', 'disputes', filter.disputes)
  if (filter.inAnyDispute != null) posted([Dimension.IN_ANY_DISPUTE], { ids: [filter.inAnyDispute ? 1 : 0], terms: [] })
  records(Dimension.CONTEXT_OF, 'dispute', 'contextOf', filter.contextOf)
  actors([Dimension.ACTOR], 'actors', filter.actors)
  if (given('participants', filter.participants, PARTICIPANTS_MAX)) {
    for (const { actors: keys, roles } of filter.participants) {
      if (given('roles', roles) && keys.length === 0) {
        const message = `An entry of \`participants\` has roles (${roles.join(', ')}) but no actors. Pass at least one actor, or omit the entry.`
        throw new DemarcheError('ROLES_WITHOUT_ACTORS', message)
      }
      actors(given('roles', roles) ? roles.map(roleDimension) : [Dimension.ACTOR], 'participants', keys)
    }
  }
  actors([Dimension.INITIATOR], 'initiators', filter.initiators)
  actors([Dimension.RECIPIENT], 'recipients', filter.recipients)
  actors([roleDimension('SPEAKER')], 'speakers', filter.speakers)
  actors([roleDimension('IMPOSED_BY')], 'imposedBy', filter.imposedBy)
  actors([roleDimension('TARGET')], 'targets', filter.targets)
  records(Dimension.PLACE, 'place', 'places', filter.places)
  values(Dimension.PLOVER_TYPE, PloverType, 'ploverTypes', filter.ploverTypes)
  values(Dimension.QUAD_CLASS, QuadClass, 'quadClasses', filter.quadClasses)
  values(Dimension.CONTEXT, PloverContext, 'contexts', filter.contexts)
  values(Dimension.EVIDENTIAL_STATUS, EvidentialStatus, 'evidentialStatuses', filter.evidentialStatuses)
  values(Dimension.CREDIBILITY, Credibility, 'credibility', filter.credibility)
  records(Dimension.SOURCE, 'source', 'sources', filter.sources)
  if (given('outlets', filter.outlets)) conditions.push({ is: 'FROM_OUTLET', targets: actorsOf(filter.outlets) })
  if (given('reliability', filter.reliability)) conditions.push({ is: 'OF_RELIABILITY', values: filter.reliability })
  records(Dimension.CLAIM, 'claim', 'claims', filter.claims)
  if (given('claimsOf', filter.claimsOf)) {
    const disputes = idsOfKeys(reader, 'dispute', filter.claimsOf).map((id) => [id, OPEN] as const)
    posted([Dimension.CLAIM], { ids: readClaimsOfDisputes(reader, disputes).map(({ id }) => id), terms: [] })
  }
  records(Dimension.DEMAND, 'demand', 'demands', filter.demands)
  if (filter.inForce !== undefined) conditions.push({ is: 'IN_FORCE', on: filter.inForce.on })
  if (filter.text != null) conditions.push(...mentionedConditions(reader, filter.text))
  return [...conditions, ...reportedConditions(filter), ...datedConditions(filter), ...loggedConditions(reader, filter)]
}

/** Whether a list restricts anything. Throws `FILTER_TOO_LONG`. */
function given<Value>(field: string, list: List<Value>, most = VALUES_MAX): list is readonly Value[] {
  if (list == null || list.length === 0) return false
  if (list.length <= most) return true
  throw new DemarcheError('FILTER_TOO_LONG', `\`${field}\` has ${list.length} values. Pass at most ${most}.`)
}

function targetsOf(reader: Reader, keys: readonly string[], affiliated: boolean): Targets {
  const ids = idsOfKeys(reader, 'actor', keys)
  if (!affiliated) return { ids, terms: [] }
  const isAlways = ({ since, till }: Term) => since === FIRST_DAY && till === OPEN_END
  const terms = affiliatedTerms(reader, ids)
  return { ids: terms.filter(isAlways).map(({ actor }) => actor), terms: terms.filter((term) => !isAlways(term)) }
}

function reportedConditions({ reportedAfter, reportedBy }: DevelopmentFilter): Condition[] {
  const reported = (is: 'REPORTED_AFTER' | 'REPORTED_BY', field: string, day: string | null | undefined): Condition[] =>
    day == null ? [] : [{ is, day: checkDay(field, day) }]
  const conditions = [
    ...reported('REPORTED_AFTER', 'reportedAfter', reportedAfter),
    ...reported('REPORTED_BY', 'reportedBy', reportedBy),
  ]
  if (reportedAfter != null && reportedBy != null && reportedAfter > reportedBy) {
    throw badRange(
      `\`reportedAfter\` is ${reportedAfter} and \`reportedBy\` ${reportedBy}. Pass the earlier day as \`reportedAfter\`.`,
    )
  }
  return conditions
}

function datedConditions({ dateOverlaps, dateWithin, begunBy }: DevelopmentFilter): Condition[] {
  const dated = (is: 'OVERLAPPING' | 'WITHIN', field: string, range: DateRange | null | undefined): Condition[] => {
    const { from, to } = checkRange(field, range)
    return from === null && to === null ? [] : [{ is, from, to }]
  }
  return [
    ...dated('OVERLAPPING', 'dateOverlaps', dateOverlaps),
    ...dated('WITHIN', 'dateWithin', dateWithin),
    ...(begunBy == null ? [] : begunConditions(checkDay('begunBy', begunBy))),
  ]
}

/** What must have begun by a day may have begun by then, which bounds the scan. */
function begunConditions(day: string): Condition[] {
  return [
    { is: 'OVERLAPPING', from: null, to: day },
    { is: 'BEGUN', day },
  ]
}

/** The days of a range, null for no bound. Throws `BAD_RANGE`. */
export function checkRange(
  field: string,
  range: DateRange | null | undefined,
): { from: string | null; to: string | null } {
  const [from, to] = [range?.from ?? null, range?.to ?? null]
  for (const day of [from, to]) if (day !== null) checkDay(field, day)
  if (from !== null && to !== null && from > to) {
    throw badRange(`\`${field}\` runs from ${from} to ${to}. Pass the earlier day as \`from\`.`)
  }
  return { from, to }
}

function checkDay(field: string, day: string): string {
  if (isCalendarDay(day)) return day
  throw badRange(`\`${field}\` contains "${day}". Pass a day as YYYY-MM-DD.`)
}

/** The conditions on when something was logged, with the fields of the filter that bound it. */
const LOGGED = [
  ['ENTERED', 'recordedAfter', 'recordedBefore'],
  ['CHANGED', 'changedAfter', 'changedBefore'],
] as const

/** Seqs and instants grow together along the log, so a range of time is a range of seqs. */
function loggedConditions(reader: Reader, filter: DevelopmentFilter): Condition[] {
  return LOGGED.flatMap(([is, start, end]): Condition[] => {
    const { [start]: after, [end]: before } = filter
    if (after == null && before == null) return []
    if (after != null && before != null && after > before) {
      const [from, to] = [after, before].map((instant) => new Date(instant).toISOString())
      throw badRange(`\`${start}\` is ${from} and \`${end}\` ${to}. Pass the earlier instant as \`${start}\`.`)
    }
    const upTo = before == null ? OPEN : seqAt(reader, before - 1)
    return [{ is, after: after == null ? 0 : seqAt(reader, after), upTo }]
  })
}

function badRange(message: string): DemarcheError {
  return new DemarcheError('BAD_RANGE', message)
}
