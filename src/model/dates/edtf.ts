import { LRUCache } from 'lru-cache'
import { detachString } from '../text/detach-string.ts'
import { vocabulary, type ValueOf } from '../vocabulary/vocabulary.ts'
import { isYearLast, meantDates } from './advice.ts'
import { type DatePart, EdtfError, firstDayOf, isGiven, lastDayOf, type ParsedEdtf, readEdtf } from './parser.ts'

export { isCalendarDay } from './calendar.ts'
export { EdtfError } from './parser.ts'

export const DatePrecision = vocabulary('DatePrecision', 'How precisely a date is written in EDTF (ISO 8601-2).', {
  INSTANT: 'A time of day with its zone.',
  DAY: 'A calendar day, in the time zone of the place.',
  MONTH: 'A calendar month, with the day unknown or not meant.',
  YEAR: 'A calendar year, with the month unknown or not meant.',
  INTERVAL: 'Two bounds, either of which may be open; `reading` says whether the whole time between them is meant.',
})
export type DatePrecision = ValueOf<typeof DatePrecision>

export const DateReading = vocabulary(
  'DateReading',
  'Whether a date covers all the time between its bounds or one moment between them.',
  {
    SPAN: 'All the time from the first day to the last, as in an interval.',
    WITHIN: 'Once between the bounds, as in a month, a year or one day out of several.',
  },
)
export type DateReading = ValueOf<typeof DateReading>

/**
 * A date as precise as its source. Days are days in the place’s own calendar and are never converted to UTC. `~` and `?` do not widen
 * `earliest` and `latest`.
 */
export interface UncertainDate {
  /** The date as written. */
  readonly edtf: string
  /** The first day, YYYY-MM-DD; null if the start is open or unknown. */
  readonly earliest: string | null
  /** The last day, YYYY-MM-DD; null if the end is open or unknown. */
  readonly latest: string | null
  readonly precision: DatePrecision
  readonly reading: DateReading
  readonly approximate: boolean
  readonly uncertain: boolean
  /** Whether the interval continues, as in `2025-07-05/..`. An unknown end, as in `2025-07-05/`, is not ongoing. */
  readonly ongoing: boolean
  /** RFC 3339 with the offset as written, for a single date with a time of day; else null. */
  readonly instant: string | null
}

type Bounds = Pick<UncertainDate, 'earliest' | 'latest'>
type Moment = Pick<UncertainDate, 'instant'>

/** The start of the sort key of a date whose start is open or unknown; greater than every digit. */
export const UNKNOWN_START = '~'

/** An open or unknown end in a sort key; greater than every day. */
export const OPEN_END = '9999-99-99'

/** Parses EDTF (ISO 8601-2) levels 0 and 1, and the level 2 set `[a..b]`. Throws only {@link EdtfError}. */
export function parseEdtf(text: string): UncertainDate {
  const known = parsedDates.get(text)
  if (known !== undefined) return known
  const date = interpret(readWithAdvice(text), detachString(text))
  parsedDates.set(date.edtf, date)
  return date
}

/** Names in an error what the text probably means, in quotes, since YAML needs them for some dates and JSON for all. */
function readWithAdvice(text: string): ParsedEdtf {
  try {
    return readEdtf(text)
  } catch (error) {
    const meant = error instanceof EdtfError ? meantDates(text) : []
    if (!(error instanceof EdtfError) || meant.length === 0) throw error
    const [general = ''] = error.message.split(/; (?!.*; )/)
    const yearLast =
      meant.length > 1
        ? `${text} is ambiguous: some put the day first, others the month`
        : `${text} is not an EDTF date, which has the year first`
    const problem = isYearLast(text) ? yearLast : general
    const dates = meant.map(({ edtf, when }) => `"${edtf}"${when === undefined ? '' : ` ${when}`}`)
    throw new EdtfError(`${problem}; write ${dates.join(' or ')}`)
  }
}

/** Dates repeat, and the same date is parsed when a record is checked, written and read. */
const parsedDates = new LRUCache<string, UncertainDate>({ max: 2_000 })

function interpret(parsed: ParsedEdtf, text: string): UncertainDate {
  const { start, end } = 'date' in parsed ? { start: parsed.date, end: parsed.date } : parsed
  const qualifiers = [start, end].map((part) => (typeof part === 'string' ? '' : part.qualifier))
  const precision = precisionOf(parsed)
  return {
    edtf: text,
    earliest: typeof start === 'string' ? null : firstDayOf(start),
    latest: typeof end === 'string' ? null : lastDayOf(end),
    precision,
    reading: parsed.kind === 'WITHIN' || precision === 'MONTH' || precision === 'YEAR' ? 'WITHIN' : 'SPAN',
    approximate: qualifiers.includes('~') || qualifiers.includes('%'),
    uncertain: qualifiers.includes('?') || qualifiers.includes('%'),
    ongoing: parsed.kind === 'INTERVAL' && end === 'OPEN',
    instant: parsed.kind === 'INSTANT' ? text : null,
  }
}

function precisionOf(parsed: ParsedEdtf): DatePrecision {
  if (parsed.kind === 'INSTANT') return 'INSTANT'
  if (parsed.kind !== 'DATE') return 'INTERVAL'
  const { month, day }: DatePart = parsed.date
  if (!isGiven(month)) return 'YEAR'
  return isGiven(day) ? 'DAY' : 'MONTH'
}

/**
 * A text that sorts bytewise in chronological order: by first day, then last day, then the moment in UTC (a day without a time of day
 * sorts before its moments). Unknown starts sort after everything, open ends after every day.
 */
export function sortKeyOf(date: Pick<UncertainDate, 'earliest' | 'latest' | 'instant'>): string {
  const days = `${date.earliest ?? UNKNOWN_START}/${date.latest ?? OPEN_END}`
  return date.instant === null ? days : `${days}/${utcOf(date.instant)}`
}

/**
 * Compares by which date is the more current: the later first day, then the later last day, with an open end the latest of all, then the later
 * moment, with a day without a time of day before its moments. An unknown start is less current than any known start. Positive if `a` is
 * more current; 0 if the order of first entry decides.
 */
export function compareCurrent(a: Bounds & Partial<Moment>, b: Bounds & Partial<Moment>): number {
  return compareDays(a, b) || compareMoments(a.instant, b.instant)
}

export function compareDays(a: Bounds, b: Bounds): number {
  return compareText(a.earliest ?? '', b.earliest ?? '') || compareText(a.latest ?? OPEN_END, b.latest ?? OPEN_END)
}

/** The time of day of a date. Most have none, and are not parsed for it. */
export function instantOf({ edtf }: Pick<UncertainDate, 'edtf'>): string | null {
  return edtf.includes('T') ? parseEdtf(edtf).instant : null
}

export function compareMoments(a: string | null | undefined, b: string | null | undefined): number {
  return compareText(utcOf(a), utcOf(b))
}

/**
 * Whether the date must have begun by the end of the day (YYYY-MM-DD): a SPAN by its first day, a WITHIN by its last. A SPAN with an open
 * or unknown start has begun by its last day. A WITHIN without a last day need never have begun.
 */
export function hasBegunBy(date: Pick<UncertainDate, 'earliest' | 'latest' | 'reading'>, day: string): boolean {
  const begun = date.reading === 'SPAN' ? (date.earliest ?? date.latest) : date.latest
  return begun !== null && begun <= day
}

/** Empty without a time of day. */
function utcOf(instant: string | null = null): string {
  return instant === null ? '' : new Date(instant).toISOString()
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
