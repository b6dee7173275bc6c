import { monthName } from './calendar.ts'
import type { UncertainDate } from './edtf.ts'
import { type DatePart, type IntervalEnd, isGiven, type ParsedEdtf, type Qualifier, readEdtf } from './parser.ts'

/**
 * The date in short English, for tables: "about Feb 2025", "by 20 Jul 2025", "9 to 11 Oct 2025". Each bound is as exact as it is written.
 * A lower bound that is only the day on which one of the periods begins is left out.
 */
export function shortLabelEdtf({ edtf }: Pick<UncertainDate, 'edtf'>, periods: readonly string[] = []): string {
  const parsed = readEdtf(edtf)
  if (parsed.kind === 'DATE') return shortPart(parsed.date)
  if (parsed.kind === 'INSTANT') return `${shortPart(parsed.date)}, ${timeOf(parsed)}`
  const { kind, start, end } = parsed
  const isSpan = kind === 'INTERVAL'
  if (typeof end === 'string') {
    if (typeof start === 'string') return ''
    if (!isSpan) return `${shortPart(start)} or later`
    return `${end === 'OPEN' ? 'since' : 'from'} ${shortPart(start)}`
  }
  const last = shortPart(end)
  if (typeof start === 'string') return `${isSpan ? 'until' : 'by'} ${last}`
  if (shortPart(start) === last) return last
  const first = shortPart(start, end)
  if (isSpan) return `${first} to ${last}`
  return periods.some((period) => beginsOn(period, start)) ? `by ${last}` : `between ${first} and ${last}`
}

/** Whether the period begins on this day, known to the day. */
function beginsOn(period: string, { year, month, day }: DatePart): boolean {
  const parsed = readEdtf(period)
  const start = 'date' in parsed ? parsed.date : parsed.kind === 'INTERVAL' ? parsed.start : 'UNKNOWN'
  if (typeof start === 'string' || !isGiven(start.day)) return false
  return start.year === year && start.month === month && start.day === day
}

/** Without the month and the year that it shares with the other end of a range. */
function shortPart(part: DatePart, end?: DatePart): string {
  const { year, month, day, qualifier } = part
  const isExact = qualifier === '' && end?.qualifier === ''
  const sharesYear = isExact && isGiven(month) && isGiven(end.month) && end.year === year
  const sharesMonth = sharesYear && end.month === month && isGiven(day) && isGiven(end.day)
  const words = [
    isGiven(day) ? String(Number(day)) : '',
    isGiven(month) && !sharesMonth ? monthName(Number(month)).slice(0, 3) : '',
    sharesYear ? '' : labelYear(year),
  ].filter((word) => word !== '')
  const isApproximate = qualifier === '~' || qualifier === '%'
  const isUncertain = qualifier === '?' || qualifier === '%'
  return `${isApproximate ? 'about ' : ''}${words.join(' ')}${isUncertain ? '?' : ''}`
}

/** The date in English, readable on its own: "about June 2025", "since 5 July 2025", "on or before 20 July 2025". */
export function labelEdtf(date: UncertainDate): string {
  const parsed = readEdtf(date.edtf)
  if (parsed.kind === 'DATE') return labelPart(parsed.date)
  if (parsed.kind !== 'INSTANT') {
    const { start, end } = parsed
    return parsed.kind === 'INTERVAL' ? labelInterval(start, end) : labelWithin(start, end)
  }
  return `${labelPart(parsed.date)} at ${timeOf(parsed)}`
}

/** EDTF always has seconds; they are left out if they are zero. */
function timeOf({ time, zone }: Extract<ParsedEdtf, { kind: 'INSTANT' }>): string {
  return `${time.endsWith(':00') ? time.slice(0, 5) : time} UTC${zone === 'Z' ? '' : zone}`
}

function labelInterval(start: IntervalEnd, end: IntervalEnd): string {
  if (typeof start !== 'string') {
    if (typeof end !== 'string') return `${labelPart(start)} to ${labelPart(end)}`
    return end === 'OPEN' ? `since ${labelPart(start)}` : `from ${labelPart(start)}, end unknown`
  }
  const until = typeof end === 'string' ? '' : `until ${labelPart(end)}`
  return start === 'OPEN' ? until : `${until}, start unknown`
}

function labelWithin(start: IntervalEnd, end: IntervalEnd): string {
  if (typeof start !== 'string' && typeof end !== 'string') {
    return `once between ${labelPart(start)} and ${labelPart(end)}`
  }
  if (typeof end !== 'string') return `${prepositionOf(end)} or before ${labelPart(end)}`
  return typeof start === 'string' ? '' : `${prepositionOf(start)} or after ${labelPart(start)}`
}

function prepositionOf({ day }: DatePart): string {
  return day === null ? 'in' : 'on'
}

function labelPart({ year, month, day, qualifier }: DatePart): string {
  const words = isGiven(month) ? `${monthName(Number(month))} ${year}` : labelYear(year)
  return QUALIFIER_WORDS[qualifier] + (isGiven(day) ? `${Number(day)} ${words}` : words)
}

function labelYear(year: string): string {
  if (year.endsWith('XX')) return `${year.slice(0, 2)}00\u2013${year.slice(0, 2)}99`
  return year.endsWith('X') ? `the ${year.slice(0, 3)}0s` : year
}

const QUALIFIER_WORDS: Record<Qualifier, string> = { '': '', '~': 'about ', '?': 'perhaps ', '%': 'perhaps about ' }
