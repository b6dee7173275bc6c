import { hasBegunBy, parseEdtf } from '../../../model/dates/edtf.ts'
import { show } from '../../../model/errors.ts'
import type { Path } from '../../../model/records/references.ts'
import { boundsOf, isAfter, isInFuture } from './bounds.ts'
import type { Facts, SourceDate } from './facts.ts'
import type { ProblemCode } from '../../../model/problem-codes.ts'

export interface Finding {
  readonly path: Path
  readonly code: ProblemCode
  readonly message: string
}

/** Returns whether the date is after all of its sources. */
export function* comparedWithSources(
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
/** A date before the year 1000, or in the future; the future of a date within the reach of its sources is theirs to explain. */
export function* implausibleDate(path: Path, edtf: string, isCovered = false): Generator<Finding> {
  if (hasBegunBy(parseEdtf(edtf), LAST_IMPLAUSIBLE)) {
    const message = `${edtf} is before the year 1000; check the year: it has four digits, as 2025`
    yield { path, code: 'DATE_BEFORE_1000', message }
  }
  if (isCovered || !isInFuture(boundsOf(edtf).earliest)) return
  yield { path, code: 'DATE_IN_FUTURE', message: `${edtf} is in the future; check the year` }
}
