import { monthName } from './calendar.ts'
import type { UncertainDate } from './edtf.ts'
import { type DatePart, type IntervalEnd, isGiven, type Qualifier, readEdtf } from './parser.ts'

/** The date in English, readable on its own: "about June 2025", "since 5 July 2025", "on or before 20 July 2025". */
export function labelEdtf(date: UncertainDate): string {
  const parsed = readEdtf(date.edtf)
  if (parsed.kind === 'DATE') return labelPart(parsed.date)
  if (parsed.kind !== 'INSTANT') {
    const { start, end } = parsed
    return parsed.kind === 'INTERVAL' ? labelInterval(start, end) : labelWithin(start, end)
  }
  // EDTF always has seconds; the label shows them only if they are not zero.
  const time = parsed.time.endsWith(':00') ? parsed.time.slice(0, 5) : parsed.time
  return `${labelPart(parsed.date)} at ${time} UTC${parsed.zone === 'Z' ? '' : parsed.zone}`
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
