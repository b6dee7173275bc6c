import { compareDays, parseEdtf } from '../../../model/dates/edtf.ts'
import { show } from '../../../model/errors.ts'
import type { DevelopmentRecord } from '../../../model/records/definitions.ts'
import type { Path } from '../../../model/records/references.ts'
import { boundsOf, describeOutside, isAfter } from './bounds.ts'
import { comparedWithSources, type Finding } from './dates.ts'
import type { Facts } from './facts.ts'

export function* findingsInDevelopment(record: DevelopmentRecord, facts: Facts): Generator<Finding> {
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
    if (taken === undefined) continue
    const problem = isAfter(taken.earliest, boundsOf(date).latest)
      ? ['is', 'correct one of the dates']
      : compareDays(parseEdtf(date), parseEdtf(taken.date)) < 0 && [
          'may be',
          'it counts as the earlier one, and then the status of the measure itself stays current; narrow one of the dates',
        ]
    if (problem === false) continue
    const [is, remedy] = problem
    yield {
      path,
      code: 'STATUS_BEFORE_MEASURE',
      message: `${date} ${is} before the measure ${show(measure)} (${taken.date}); ${remedy}`,
    }
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
