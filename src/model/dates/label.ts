import { nameOfMonth } from './calendar.ts'
import { type DatePart, type IntervalEnd, isGiven, type Qualifier, readEdtf } from './parser.ts'
import type { UncertainDate } from './edtf.ts'

/** The date for people, in English, fit to stand alone: "about June 2025", "since 5 July 2025", "on or before 20 July 2025". */
export function labelEdtf(date: UncertainDate): string {
  const parsed = readEdtf(date.edtf)
  if (parsed.kind === 'DATE') return labelPart(parsed.date)
  if (parsed.kind === 'INTERVAL') return labelInterval(parsed.start, parsed.end)
  if (parsed.kind === 'WITHIN') return labelWithin(parsed.start, parsed.end)
  return `${labelPart(parsed.date)} at ${labelTime(parsed.time)} ${labelZone(parsed.zone)}`
}

function labelInterval(start: IntervalEnd, end: IntervalEnd): string {
  if (typeof start !== 'string') {
    if (typeof end !== 'string') return `${labelPart(start)} to ${labelPart(end)}`
    return end === 'OPEN' ? `since ${labelPart(start)}` : `from ${labelPart(start)}, end unknown`
  }
  const until = typeof end === 'string' ? '' : `until ${labelPart(end)}`
  return start === 'OPEN' ? until : `${until}, start unknown`
}

function labelWithin(start: DatePart | 'OPEN', end: DatePart | 'OPEN'): string {
  if (start !== 'OPEN' && end !== 'OPEN') return `once between ${labelPart(start)} and ${labelPart(end)}`
  if (end !== 'OPEN') return `${prepositionOf(end)} or before ${labelPart(end)}`
  return start === 'OPEN' ? '' : `${prepositionOf(start)} or after ${labelPart(start)}`
}

function prepositionOf({ day }: DatePart): string {
  return day === null ? 'in' : 'on'
}

function labelPart({ year, month, day, qualifier }: DatePart): string {
  const words = isGiven(month) ? `${nameOfMonth(Number(month))} ${year}` : labelYear(year)
  return QUALIFIER_WORDS[qualifier] + (isGiven(day) ? `${Number(day)} ${words}` : words)
}

function labelYear(year: string): string {
  if (year.endsWith('XX')) return `${year.slice(0, 2)}00\u2013${year.slice(0, 2)}99`
  return year.endsWith('X') ? `the ${year.slice(0, 3)}0s` : year
}

/** Seconds are always written in EDTF; for people, only where there are any. */
function labelTime(time: string): string {
  return time.endsWith(':00') ? time.slice(0, 5) : time
}

function labelZone(zone: string): string {
  return zone === 'Z' ? 'UTC' : `UTC${zone}`
}

const QUALIFIER_WORDS: Record<Qualifier, string> = { '': '', '~': 'about ', '?': 'perhaps ', '%': 'perhaps about ' }
