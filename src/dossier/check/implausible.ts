import { LRUCache } from 'lru-cache'
import { hasBegunBy, parseEdtf } from '../../model/dates/edtf.ts'
import { show } from '../../model/errors.ts'
import type { AnyRecord, DevelopmentRecord, RecordOf, Space } from '../../model/records/definitions.ts'
import type { Path } from '../../model/records/references.ts'
import { firstMadeOn } from '../../store/queries/outcomes.ts'
import { detachString } from '../../model/text/detach-string.ts'
import type { Staging } from '../../store/sqlite/staging.ts'
import type { ProblemList } from '../format/problems.ts'
import { addressOf } from '../format/sections.ts'
import { ResolvedRecords } from './resolved-records.ts'

/*
 * Warns of dates that cannot be right together, of negative counts, and of claims and demands of another dispute. Dates are compared by their
 * bounds: there is a warning only if no day within them would be right, so none where two dates overlap or a bound is open or unknown.
 *
 * A record is judged as soon as it is staged, by the records staged before it. Only if that shows something, or too little is staged, the
 * record is noted and judged again when all are staged. So an ordinary record, which comes after its sources, costs a few look-ups.
 */

interface Finding {
  readonly path: Path
  readonly code: string
  readonly message: string
}

/** Call it once the record is staged, and not for a retracted one. */
export class PlausibilityNotes {
  readonly #staging: Staging
  readonly #facts: Facts

  constructor(staging: Staging) {
    this.#staging = staging
    this.#facts = new Facts(new ResolvedRecords(staging, undefined))
  }

  note(space: Space, key: string, record: AnyRecord): void {
    if ('statement' in record) {
      for (const demand of record.demands ?? [])
        this.#staging.note('made', demand, boundsOf(record.date).earliest ?? UNKNOWN)
    }
    this.#facts.lacking = false
    const isPlain = findingsIn(record, this.#facts).next().done === true
    if (!isPlain || this.#facts.lacking) this.#staging.note('implausible', space, key)
  }
}

export function warnOfImplausible(records: ResolvedRecords, warnings: ProblemList): void {
  const facts = new Facts(records, true)
  for (const { first, second } of records.staging.notes('implausible')) {
    const staged = records.staging.find(first as Space, second) // noted as one
    if (staged === undefined || staged.content === null) continue
    const at = { ...addressOf(staged), record: `${staged.record} ${staged.key}` }
    // Staged contents are valid records.
    for (const { path, code, message } of findingsIn(JSON.parse(staged.content) as AnyRecord, facts))
      warnings.add({ at: { ...at, path }, code, message })
  }
}

/** Days, YYYY-MM-DD; null if open or unknown. */
interface Bounds {
  readonly earliest: string | null
  readonly latest: string | null
}

/** How many years `~`, `?` and `%` widen a date. */
const YEARS_APPROXIMATE = 10

/** The days between which the date certainly is. */
function boundsOf(edtf: string): Bounds {
  const { earliest, latest, approximate, uncertain } = parseEdtf(edtf)
  if (!approximate && !uncertain) return { earliest, latest }
  return { earliest: addYears(earliest, -YEARS_APPROXIMATE), latest: addYears(latest, YEARS_APPROXIMATE) }
}

function addYears(day: string | null, years: number): string | null {
  if (day === null) return null
  const year = Math.min(Math.max(Number(day.slice(0, 4)) + years, 0), 9999)
  return String(year).padStart(4, '0') + day.slice(4)
}

function isAfter(day: string | null, other: string | null): boolean {
  return day !== null && other !== null && day > other
}

/** Before every day: the start of a statement whose date has none. */
const UNKNOWN = ''

interface SourceDate {
  readonly key: string
  /** The last day on which it can have been published; null if unknown. */
  readonly by: string | null
}

/** What is compared with a record, looked up in other records. */
class Facts {
  /** Whether a look-up found no record. */
  lacking = false
  readonly #records: ResolvedRecords
  readonly #isComplete: boolean
  readonly #known = new LRUCache<string, object>({ max: 20_000 })

  constructor(records: ResolvedRecords, isComplete = false) {
    this.#records = records
    this.#isComplete = isComplete
  }

  source(key: string): SourceDate | undefined {
    return this.#look('source', key, () => {
      const source = this.#records.find('source', key)
      return source && { key, by: publishedBy(source) }
    })
  }

  dispute(key: string): (Bounds & { readonly period: string }) | undefined {
    return this.#look('dispute', key, () => {
      const dispute = this.#records.find('dispute', key)
      return dispute && { ...boundsOf(dispute.period), period: dispute.period }
    })
  }

  /** The dispute of a claim or a demand. */
  disputeOf(space: 'claim' | 'demand', key: string): string | undefined {
    return this.#look(space, key, () => {
      const record = this.#records.find(space, key)
      return record && { dispute: record.dispute }
    })?.dispute
  }

  measure(key: string): (Bounds & { readonly date: string }) | undefined {
    return this.#look('measure', key, () => {
      const measure = this.#records.findDevelopment(key)
      return measure && { ...boundsOf(measure.date), date: measure.date }
    })
  }

  /** The first day on which a demand can have been made: null if no statement makes it, and {@link UNKNOWN} if that can be any day. */
  demandMadeOn(key: string): string | null | undefined {
    if (!this.#isComplete) {
      this.lacking = true
      return undefined
    }
    return this.#look('made', key, () => {
      const { staging, reader } = this.#records
      const days = [staging.firstNoted('made', key)]
      if (reader !== undefined)
        for (const { development, earliest } of firstMadeOn(reader, key))
          if (!this.#records.isStaged('development', development)) days.push(earliest ?? UNKNOWN)
      const [first = null] = days.filter((day) => day !== undefined).toSorted()
      return { first }
    })?.first
  }

  #look<Fact extends object>(kind: string, key: string, find: () => Fact | undefined): Fact | undefined {
    const name = `${kind} ${key}`
    const known = this.#known.get(name) as Fact | undefined // kept under this kind
    const fact = known ?? find()
    if (fact === undefined) this.lacking = true
    else if (known === undefined) this.#known.set(detachString(name), fact)
    return fact
  }
}

/** A source was public on the last day of its date of publication, and on the day on which it was read. */
function publishedBy({ published, accessed }: RecordOf<'source'>): string | null {
  const latest = published === undefined ? null : boundsOf(published).latest
  return latest === null || (accessed !== undefined && accessed < latest) ? (accessed ?? null) : latest
}

function* findingsIn(record: AnyRecord, facts: Facts): Generator<Finding> {
  if ('headline' in record) {
    yield* findingsInDevelopment(record, facts)
  } else if ('period' in record) {
    yield* implausibleDate(['period'], record.period)
    for (const [index, { date, sources }] of (record.phases ?? []).entries()) {
      const path = ['phases', index, 'date']
      yield* comparedWithSources(path, date, sources ?? [], facts)
      const outside = describeOutside(boundsOf(date), boundsOf(record.period))
      if (outside === null) continue
      const message = `${date} ${outside} of the dispute's period (${record.period}); correct one of them`
      yield { path, code: 'OUTSIDE_PERIOD', message }
    }
  } else if ('affiliations' in record) {
    for (const [index, { date, sources }] of (record.affiliations ?? []).entries()) {
      if (date !== undefined) yield* comparedWithSources(['affiliations', index, 'date'], date, sources ?? [], facts)
    }
  } else if ('reliability' in record) {
    yield* findingsInSource(record)
  } else if ('made-by' in record && facts.demandMadeOn(record.key) === null) {
    const message = 'no statement makes this demand; name it in the demands of a statement, or remove it'
    yield { path: ['key'], code: 'DEMAND_NOT_MADE', message }
  }
}

function* findingsInSource({ published, accessed }: RecordOf<'source'>): Generator<Finding> {
  if (published !== undefined) yield* implausibleDate(['published'], published)
  if (accessed === undefined) return
  yield* implausibleDate(['accessed'], accessed)
  if (published === undefined || !isAfter(boundsOf(published).earliest, accessed)) return
  const message = `was read on ${accessed}, before it was published (${published}); correct one of the dates`
  yield { path: ['accessed'], code: 'ACCESSED_BEFORE_PUBLISHED', message }
}

function* findingsInDevelopment(record: DevelopmentRecord, facts: Facts): Generator<Finding> {
  const { citations, disputes = [] } = record
  const cited = citations.map(({ source }) => source)
  const own = boundsOf(record.date)
  const isAfterAll = yield* comparedWithSources(['date'], record.date, cited, facts)
  for (const [index, source] of cited.entries()) {
    const by = facts.source(source)?.by ?? null
    if (isAfterAll || !isAfter(own.earliest, by)) continue
    const message = `${show(source)} was published by ${by}, before the development (${record.date}); correct one of the dates, or remove the citation`
    yield { path: ['citations', index, 'source'], code: 'SOURCE_BEFORE_EVENT', message }
  }
  for (const [index, key] of disputes.entries()) {
    const dispute = facts.dispute(key)
    const outside = dispute && describeOutside(own, dispute)
    if (dispute === undefined || outside == null) continue
    const message = `the development (${record.date}) ${outside} of the period of ${show(key)} (${dispute.period}); correct one of them, or write the dispute under context-of`
    yield { path: ['disputes', index], code: 'OUTSIDE_PERIOD', message }
  }
  yield* negativeCounts(record)
  yield* findingsInOutcomes(record, facts)
  yield* ofOtherDisputes(record, facts)
}

/** Dates of assessments and of changes of status. */
function* findingsInOutcomes(record: DevelopmentRecord, facts: Facts): Generator<Finding> {
  const cited = record.citations.map(({ source }) => source)
  for (const [index, { measure, date }] of (record['status-changes'] ?? []).entries()) {
    const path = ['status-changes', index, 'date']
    yield* comparedWithSources(path, date, cited, facts)
    const taken = facts.measure(measure)
    if (taken === undefined || !isAfter(taken.earliest, boundsOf(date).latest)) continue
    const message = `${date} is before the measure ${show(measure)} (${taken.date}); correct one of the dates`
    yield { path, code: 'STATUS_BEFORE_MEASURE', message }
  }
  for (const [index, { demand, date }] of (record.assessments ?? []).entries()) {
    const path = ['assessments', index, 'date']
    yield* comparedWithSources(path, date, cited, facts)
    const madeOn = facts.demandMadeOn(demand) ?? null
    if (!isAfter(madeOn, boundsOf(date).latest)) continue
    const message = `${date} is before any statement makes the demand ${show(demand)} (the first is of ${madeOn}); correct the date, or record an earlier statement`
    yield { path, code: 'ASSESSED_BEFORE_DEMAND', message }
  }
}

/** Quantities that may be below zero. */
const SIGNED: ReadonlySet<string> = new Set(['amount', 'other'])

function* negativeCounts({ figures = [] }: DevelopmentRecord): Generator<Finding> {
  for (const [index, figure] of figures.entries()) {
    if (SIGNED.has(figure.quantity)) continue
    for (const field of ['value', 'min', 'max'] as const) {
      const number = figure[field] ?? 0
      if (number >= 0) continue
      const message = `${number} is negative, and ${figure.quantity} cannot be; remove the sign`
      yield { path: ['figures', index, field], code: 'COUNT_NEGATIVE', message }
    }
  }
}

/** Claims and demands of disputes to which a development does not belong, if it belongs to any. */
function* ofOtherDisputes(record: DevelopmentRecord, facts: Facts): Generator<Finding> {
  const own = new Set([...(record.disputes ?? []), ...(record['context-of'] ?? [])])
  if (own.size === 0) return
  for (const { space, key, path } of contestedIn(record)) {
    const dispute = facts.disputeOf(space, key)
    if (dispute === undefined || own.has(dispute)) continue
    const message = `the ${space} ${show(key)} is part of the dispute ${show(dispute)}, and the development is not; add the dispute, or name ${space === 'claim' ? 'a claim' : 'a demand'} of ${[...own].slice(0, NAMED).join(', ')}`
    yield { path, code: 'OF_OTHER_DISPUTE', message }
  }
}

const NAMED = 10

function* contestedIn(record: DevelopmentRecord): Generator<{ space: 'claim' | 'demand'; key: string; path: Path }> {
  for (const [index, { claim }] of (record.bearings ?? []).entries())
    yield { space: 'claim', key: claim, path: ['bearings', index, 'claim'] }
  for (const [index, { demand }] of (record.assessments ?? []).entries())
    yield { space: 'demand', key: demand, path: ['assessments', index, 'demand'] }
  if (!('statement' in record)) return
  for (const [index, { claim, alternative }] of (record.positions ?? []).entries()) {
    yield { space: 'claim', key: claim, path: ['positions', index, 'claim'] }
    if (alternative !== undefined) yield { space: 'claim', key: alternative, path: ['positions', index, 'alternative'] }
  }
  for (const [index, demand] of (record.demands ?? []).entries())
    yield { space: 'demand', key: demand, path: ['demands', index] }
}

/** Null unless the first is certainly outside the second. */
function describeOutside(date: Bounds, period: Bounds): string | null {
  if (isAfter(period.earliest, date.latest)) return 'is before the start'
  return isAfter(date.earliest, period.latest) ? 'is after the end' : null
}

/** Returns whether the date is after all of its sources. */
function* comparedWithSources(
  path: Path,
  date: string,
  sources: readonly string[],
  facts: Facts,
): Generator<Finding, boolean> {
  const { earliest } = boundsOf(date)
  let last: SourceDate | undefined
  let isAfterAll = sources.length > 0
  let isAfterNone = true
  for (const key of sources) {
    const by = facts.source(key)?.by ?? null
    const isAfterThis = isAfter(earliest, by)
    if (isAfterThis) isAfterNone = false
    else isAfterAll = false
    if (last === undefined || isAfter(by, last.by)) last = { key, by }
  }
  if (isAfterAll && last !== undefined) {
    const future = isInFuture(earliest) ? 'in the future, and ' : ''
    const message = `${date} is ${future}after every cited source was published (the last is ${show(last.key)}, by ${last.by}); correct the date, or cite a later source`
    yield { path, code: 'DATE_AFTER_SOURCES', message }
  }
  const isCovered = last !== undefined && last.by !== null && isAfterNone
  yield* implausibleDate(path, date, isAfterAll || isCovered)
  return isAfterAll
}

const LAST_IMPLAUSIBLE = '0999-12-31'
/** Days begin up to 14 hours earlier than in UTC. */
const EASTERNMOST = 14 * 3_600_000

/** A date before the year 1000, or in the future; the future of a date within the reach of its sources is theirs to explain. */
function* implausibleDate(path: Path, edtf: string, isCovered = false): Generator<Finding> {
  if (hasBegunBy(parseEdtf(edtf), LAST_IMPLAUSIBLE)) {
    const message = `${edtf} is before the year 1000; check the year: it has four digits, as 2025`
    yield { path, code: 'DATE_BEFORE_1000', message }
  }
  if (isCovered || !isInFuture(boundsOf(edtf).earliest)) return
  yield { path, code: 'DATE_IN_FUTURE', message: `${edtf} is in the future; check the year` }
}

function isInFuture(day: string | null): boolean {
  return isAfter(day, new Date(Date.now() + EASTERNMOST).toISOString().slice(0, 10))
}
