import type { AnyRecord, RecordOf, Space } from '../../../model/records/definitions.ts'
import type { Staging } from '../../../store/sqlite/staging.ts'
import type { ProblemList } from '../../format/problems.ts'
import { addressOf } from '../../format/sections.ts'
import { ResolvedRecords } from '../resolved-records.ts'
import { boundsOf, describeOutside, isAfter } from './bounds.ts'
import { comparedWithSources, implausibleDate, type Finding } from './dates.ts'
import { findingsInDevelopment } from './developments.ts'
import { Facts, UNKNOWN } from './facts.ts'

/*
 * Warns of dates that cannot be right together, of negative counts, and of claims and demands of another dispute. Dates are compared by
 * their bounds: there is a warning only if no day within them would be right, so none where two dates overlap or a bound is open or
 * unknown.
 *
 * A record is judged as soon as it is staged, by the records staged before it. Only if that shows something, or too little is staged, the
 * record is noted and judged again when all are staged. So an ordinary record, which comes after its sources, costs a few look-ups.
 */

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
