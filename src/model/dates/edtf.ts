import { LRUCache } from 'lru-cache'
import { daysInMonth } from './calendar.ts'
import {
  type DatePart,
  type IntervalEnd,
  type ParsedEdtf,
  firstDayOf,
  isGiven,
  lastDayOf,
  readEdtf,
  writeEdtf,
} from './parser.ts'
import { flatCopy } from '../text/detach-string.ts'
import type { DatePrecision, DateReading } from '../vocabulary/date.ts'

/** What {@link parseEdtf} throws. */
export { EdtfError } from './error.ts'

/**
 * A date as precise as its source and no more. Days are days of the place's own calendar and never turned to UTC; `~` and `?` leave
 * `earliest` and `latest` where they are.
 */
export interface UncertainDate {
  /** As written. */
  readonly edtf: string
  /** The first day, YYYY-MM-DD; null where the start is open or unknown. */
  readonly earliest: string | null
  /** The last day, YYYY-MM-DD; null where the end is open or unknown. */
  readonly latest: string | null
  readonly precision: DatePrecision
  readonly reading: DateReading
  readonly approximate: boolean
  readonly uncertain: boolean
  /** Whether it is still so, as in `2025-07-05/..`; an unknown end, as in `2025-07-05/`, does not say that. */
  readonly ongoing: boolean
  /** RFC 3339 with the offset as written, where a single date has a time of day. */
  readonly instant: string | null
}

type Bounds = Pick<UncertainDate, 'earliest' | 'latest'>

/** Begins the sort key of a date whose start is open or unknown; greater than every digit. */
export const UNKNOWN_START = '~'

/** Stands for an open or unknown end in a sort key; greater than every day. */
export const OPEN_END = '9999-99-99'

/** Reads EDTF (ISO 8601-2) of levels 0 and 1, and of level 2 `[a..b]`. Throws {@link EdtfError} and nothing else. */
export function parseEdtf(text: string): UncertainDate {
  const known = knownDates.get(text)
  if (known !== undefined) return known
  const parsed = readEdtf(text)
  const date = interpret(parsed, flatCopy(text))
  knownDates.set(date.edtf, date)
  return date
}

/** Dates repeat, and each is looked at when it is checked, written and read. */
const knownDates = new LRUCache<string, UncertainDate>({ max: 2_000 })

function interpret(parsed: ParsedEdtf, text: string): UncertainDate {
  const [start, end] = endsOf(parsed)
  const qualifiers = [start, end].map((part) => (typeof part === 'string' ? '' : part.qualifier))
  return {
    edtf: text,
    earliest: typeof start === 'string' ? null : firstDayOf(start),
    latest: typeof end === 'string' ? null : lastDayOf(end),
    ...meaningOf(parsed),
    approximate: qualifiers.includes('~') || qualifiers.includes('%'),
    uncertain: qualifiers.includes('?') || qualifiers.includes('%'),
    ongoing: parsed.kind === 'INTERVAL' && end === 'OPEN',
    instant: parsed.kind === 'INSTANT' ? text : null,
  }
}

/** The EDTF of a date, put together anew from its parts: what was parsed is printed as it was written. */
export function printEdtf(date: UncertainDate): string {
  return writeEdtf(readEdtf(date.edtf))
}

/**
 * A text whose byte order is the chronology: by the first day, then the last, then the moment in UTC (a day without a time of day goes
 * before its moments). Unknown starts come after everything, open ends after every day.
 */
export function sortKeyOf(date: Pick<UncertainDate, 'earliest' | 'latest' | 'instant'>): string {
  const days = `${date.earliest ?? UNKNOWN_START}/${date.latest ?? OPEN_END}`
  return date.instant === null ? days : `${days}/${new Date(date.instant).toISOString()}`
}

/**
 * Above 0 where `a` is more current than `b`, below 0 where it is less: by the greater first day, then the greater last day, an open end
 * being the greatest. An unknown start is less current than any known one. On 0 the order of first entry decides.
 */
export function compareCurrent(a: Bounds, b: Bounds): number {
  return compareText(a.earliest ?? '', b.earliest ?? '') || compareText(a.latest ?? OPEN_END, b.latest ?? OPEN_END)
}

/**
 * Whether the date must have begun by the end of that day (YYYY-MM-DD): a SPAN by its first day, a WITHIN by its last. Where the start of
 * a SPAN is open or unknown, it has begun once its last day has come; a WITHIN without a last day may always be still to come.
 */
export function hasBegunBy(date: Pick<UncertainDate, 'earliest' | 'latest' | 'reading'>, day: string): boolean {
  const begun = date.reading === 'SPAN' ? (date.earliest ?? date.latest) : date.latest
  return begun !== null && begun <= day
}

/** Whether the text is a day that exists, written YYYY-MM-DD. */
export function isCalendarDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []
  return Number(day) >= 1 && Number(day) <= daysInMonth(Number(year), Number(month))
}

/** Its start and its end; twice the same where a date is one. */
function endsOf(parsed: ParsedEdtf): readonly [IntervalEnd, IntervalEnd] {
  return 'date' in parsed ? [parsed.date, parsed.date] : [parsed.start, parsed.end]
}

function meaningOf(parsed: ParsedEdtf): Pick<UncertainDate, 'precision' | 'reading'> {
  if (parsed.kind === 'INSTANT') return { precision: 'INSTANT', reading: 'SPAN' }
  if (parsed.kind === 'INTERVAL') return { precision: 'INTERVAL', reading: 'SPAN' }
  if (parsed.kind === 'WITHIN') return { precision: 'INTERVAL', reading: 'WITHIN' }
  const precision = precisionOf(parsed.date)
  return { precision, reading: precision === 'DAY' ? 'SPAN' : 'WITHIN' }
}

function precisionOf({ month, day }: DatePart): 'DAY' | 'MONTH' | 'YEAR' {
  if (!isGiven(month)) return 'YEAR'
  return isGiven(day) ? 'DAY' : 'MONTH'
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
