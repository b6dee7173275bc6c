import { DemarcheError } from '../errors.ts'
import { daysInMonth, monthName } from './calendar.ts'

/** The text is not a supported EDTF date. The message is one line of printable ASCII that names the problem and a correct form. */
export class EdtfError extends DemarcheError {
  constructor(message: string) {
    super('INVALID_EDTF', message)
  }
}

/** `~` approximate, `?` uncertain, `%` both; empty if neither. */
export type Qualifier = '' | '~' | '?' | '%'

/** The digits of a year, a month and a day as written. `X` is an unspecified digit; null is a part that was not given. */
export interface DatePart {
  readonly year: string
  readonly month: string | null
  readonly day: string | null
  readonly qualifier: Qualifier
}

/** An OPEN end is written `..`; an UNKNOWN end is written as nothing. */
export type IntervalEnd = DatePart | 'OPEN' | 'UNKNOWN'

/** The parts of a date as written. At least one end is a date, and no start is later than its end. */
export type ParsedEdtf =
  | { readonly kind: 'DATE'; readonly date: DatePart }
  | { readonly kind: 'INSTANT'; readonly date: DatePart; readonly time: string; readonly zone: string }
  | { readonly kind: 'INTERVAL' | 'WITHIN'; readonly start: IntervalEnd; readonly end: IntervalEnd }

/** Parses EDTF (ISO 8601-2) levels 0 and 1, and the level 2 set `[a..b]`. Throws only {@link EdtfError}. */
export function readEdtf(text: string): ParsedEdtf {
  checkCharacters(text)
  if (text.startsWith('[')) return readWithin(text)
  if (text.startsWith('{')) {
    refuse(
      'sets in braces are not supported; record each date in a development of its own, or adjacent days as an interval, such as 2024-12-25/2024-12-26',
    )
  }
  if (/^\d{1,2}([/.-])\d{1,2}\1\d{2}$/.test(text))
    refuse(`${text} has a year of two digits; write all four, as 2024-12-25`)
  if (text.includes('/')) return readInterval(text)
  if (TIME_OF_DAY.test(text)) return readInstant(text)
  return { kind: 'DATE', date: readDatePart(text) }
}

/** The first calendar day that the date can mean. */
export function firstDayOf({ year, month, day }: DatePart): string {
  return `${year.replaceAll('X', '0')}-${isGiven(month) ? month : '01'}-${isGiven(day) ? day : '01'}`
}

/** The last calendar day that the date can mean. */
export function lastDayOf({ year, month, day }: DatePart): string {
  const lastYear = year.replaceAll('X', '9')
  if (!isGiven(month)) return `${lastYear}-12-31`
  return `${lastYear}-${month}-${isGiven(day) ? day : daysInMonth(Number(lastYear), Number(month))}`
}

/** Whether a month or a day of a {@link DatePart} is specified. */
export function isGiven(digits: string | null): digits is string {
  return digits !== null && digits !== 'XX'
}

const MAX_LENGTH = 64
const QUALIFIERS = ['~', '?', '%'] as const
const TIME_OF_DAY = /\dT|\dt\d/
const DATE = /^(\d{4}(?:-\d{2}){0,2})[~?%]?$/
const UNSPECIFIED = /^(?:\d{3}X|\d{2}XX|\d{4}-XX(?:-XX)?|\d{4}-\d{2}-XX)$/
const INSTANT = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(Z|[+-]\d{2}:\d{2})$/
const FIRST_INSTANT = Date.parse('0000-01-01T00:00:00Z')
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59Z')

function refuse(message: string): never {
  throw new EdtfError(message)
}

function checkCharacters(text: string): void {
  if (text.length > MAX_LENGTH) refuse(`a date has at most ${MAX_LENGTH} characters; this text has ${text.length}`)
  if (/\s/.test(text)) refuse('a date contains no white space; write 2024-12-25 or 2024-12-25T06:28:00Z')
  const foreign = /[^\x21-\x7e]/u.exec(text)?.[0].codePointAt(0)
  if (foreign === undefined) return
  const name = `U+${foreign.toString(16).toUpperCase().padStart(4, '0')}`
  refuse(`the character ${name} is not allowed in a date; use the digits 0 to 9 and the hyphen -`)
}

function readDatePart(text: string): DatePart {
  const written = UNSPECIFIED.test(text) ? text : DATE.exec(text)?.[1]
  if (written === undefined) {
    const forms = '2024-12-25, 2024-12, 2024, 2024-12-25/2025-02 or [2024-12-25..2025-02-10]'
    refuse(explain(text, DATE_PROBLEMS) ?? `"${text}" is not an EDTF date; write ${forms}`)
  }
  const [year = '', month = null, day = null] = written.split('-')
  if (isGiven(month)) checkMonth(year, month)
  if (isGiven(month) && isGiven(day)) checkDay(year, month, day)
  return { year, month, day, qualifier: QUALIFIERS.find((sign) => text.endsWith(sign)) ?? '' }
}

function checkMonth(year: string, month: string): void {
  const number = Number(month)
  if (number >= 1 && number <= 12) return
  // Level 1 has seasons (21 to 24), level 2 more seasons, quarters and halves (25 to 41).
  if (number >= 21 && number <= 41) {
    refuse(`seasons (${year}-${month}) are not supported; give months, such as ${year}-03/${year}-05`)
  }
  refuse(`${year}-${month} is not a month: months are 01 to 12`)
}

function checkDay(year: string, month: string, day: string): void {
  const days = daysInMonth(Number(year), Number(month))
  if (Number(day) >= 1 && Number(day) <= days) return
  refuse(`${year}-${month}-${day} does not exist: ${monthName(Number(month))} ${year} has ${days} days`)
}

function readInstant(text: string): ParsedEdtf {
  const [matched, day = '', time = '', zone = ''] = INSTANT.exec(text) ?? []
  if (matched === undefined) {
    const forms = '2024-12-25T06:28:00Z or 2024-12-25T10:28:00+04:00'
    refuse(explain(text, INSTANT_PROBLEMS) ?? `the time in "${text}" cannot be read; write ${forms}`)
  }
  const date = readDatePart(day)
  if (!/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(time)) {
    refuse(`${time} is not a time of day: hours are 00 to 23, minutes and seconds 00 to 59`)
  }
  if (zone === '-00:00') refuse(`${zone} is not an offset: write Z or +00:00`)
  if (!/^(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)$/.test(zone)) {
    refuse(`${zone} is not an offset: offsets are -14:00 to +14:00`)
  }
  const milliseconds = Date.parse(text)
  if (milliseconds < FIRST_INSTANT || milliseconds > LAST_INSTANT) {
    refuse(`${text} is outside the years 0000 to 9999 in UTC; give the day alone, as ${day}`)
  }
  return { kind: 'INSTANT', date, time, zone }
}

function readInterval(text: string): ParsedEdtf {
  const [from = '', to = '', ...more] = text.split('/')
  if (more.length > 0) {
    refuse(
      `an interval has two ends (${text} has ${more.length + 2}); write 2024-12-25/2025-10-09 or, for a day, 2024-12-25`,
    )
  }
  return between('INTERVAL', text, readIntervalEnd(from), readIntervalEnd(to))
}

function readIntervalEnd(text: string): IntervalEnd {
  if (text === '..') return 'OPEN'
  if (text === '') return 'UNKNOWN'
  if (/[[\]{}]/.test(text)) refuse(`an interval cannot contain sets (${text}); give dates, as 2024-12-25/2025-02`)
  return readEnd(text, 'an interval')
}

function readWithin(text: string): ParsedEdtf {
  const inner = text.slice(1, -1)
  if (!text.endsWith(']') || /[,{}[\]/]/.test(inner)) {
    refuse(`${text} is not supported; the only supported set is one day between two dates, as [2024-12-25..2025-02-10]`)
  }
  const [from = '', to, ...more] = inner.split('..')
  if (to === undefined || more.length > 0) {
    refuse(`brackets contain two dates with .. between them (found ${text}), as [2024-12-25..2025-02-10]`)
  }
  return between('WITHIN', text, readWithinEnd(from), readWithinEnd(to))
}

function readWithinEnd(text: string): IntervalEnd {
  if (text === '') return 'OPEN'
  const part = readEnd(text, 'a set in brackets')
  if (part.qualifier !== '')
    refuse(`dates in brackets take no qualifier (${text}): the day is already marked as unknown`)
  return part
}

/** Reads a date at an end: without a time of day, which level 0 does not allow there, and without X, which level 2 adds. */
function readEnd(text: string, container: string): DatePart {
  if (TIME_OF_DAY.test(text)) refuse(`${container} cannot contain a time of day (${text}); give days, as 2024-12-25`)
  const part = readDatePart(text)
  if (text.includes('X')) {
    refuse(`${container} cannot contain unspecified digits (${text}); leave them out, as 2025-12 for 2025-12-XX`)
  }
  return part
}

function between(kind: 'INTERVAL' | 'WITHIN', text: string, start: IntervalEnd, end: IntervalEnd): ParsedEdtf {
  if (typeof start === 'string' && typeof end === 'string') {
    refuse(
      `${text} contains no date; give at least one, as ${kind === 'INTERVAL' ? '2025-07-05/..' : '[..2025-07-20]'}`,
    )
  }
  if (typeof start !== 'string' && typeof end !== 'string' && firstDayOf(start) > lastDayOf(end)) {
    refuse(`${text} ends before it starts; put the earlier date first`)
  }
  return { kind, start, end }
}

/** The problem named by the first pattern that matches. */
function explain(found: string, problems: readonly Problem[]): string | undefined {
  return problems.find(([pattern]) => pattern.test(found))?.[1].replaceAll('%s', () => found)
}

/** A message in which `%s` stands for the text found. */
type Problem = readonly [pattern: RegExp, message: string]

const DATE_PROBLEMS: readonly Problem[] = [
  [/^$/, 'the date is missing; write 2024-12-25, 2024-12 or 2024'],
  [/^-\d/, 'years before 0000 (%s) are not supported; years are 0000 to 9999'],
  [/^[Yy]-?\d|^\+?\d{5,}-/, 'years of more than four digits (%s) are not supported; years are 0000 to 9999'],
  [
    /^[XUxu]{4}|^unknown$/i,
    '"%s" states no year; give bounds, such as [..2025-07-20], or omit the date where it is optional',
  ],
  [/^(?:open|present|now|today|ongoing|current)$/i, '"%s" is not a date; what continues is written 2024-12-25/..'],
  [/^P\d/, 'durations (%s) are not supported; give the last day, as 2024-12-25/2024-12-28'],
  [/^\d{4}S\d/, 'significant digits (%s) are not supported; give a decade, as 195X, or an interval, as 1950/1955'],
  [/[~?%]{2}$/, '%s has more than one qualifier; use ~ (approximate), ? (uncertain) or % (both)'],
  [/[~?%]./, 'qualifiers on part of a date (%s) are not supported; qualify the whole date, as 2004-06~'],
  [/^[\dX-]*X[\dX-]*[~?%]$/, 'unspecified digits take no qualifier (%s); remove one, as 2025-12~ or 2025-12-XX'],
  [/^[\dXx-]*x/, 'an unspecified digit is a capital X (found %s), as 2025-12-XX'],
  [/^[\dX-]*X/, 'X is not allowed there (%s); allowed are 202X, 20XX, 2025-XX, 2025-XX-XX and 2025-12-XX'],
  [
    /^\d+(-\d+){0,2}[~?%]?$/,
    '%s has too many or too few digits; a year has four, a month and a day two, as 2025-07-05',
  ],
  [/\.\./, '.. is allowed at an end of an interval, as 2025-07-05/.., or in brackets, as [2024-12-25..]; found %s'],
]

const INSTANT_PROBLEMS: readonly Problem[] = [
  [/[~?%]/, 'a time of day takes no qualifier (%s); leave it out, or give the day alone, as 2024-12-25~'],
  [/[tz]/, 'T and Z are capital letters (found %s), as 2024-12-25T06:28:00Z'],
  [/^\+/, 'a year has no sign (found %s), as 2024-12-25T06:28:00Z'],
  [/^(?!\d{4}-\d{2}-\d{2}T)/, 'a time needs a full date before it (found %s), as 2024-12-25T06:28:00Z'],
  [/T[\d:.,]*$/, 'a time needs a zone: add Z or an offset, as 2024-12-25T06:28:00Z'],
  [/T[\d:]*[.,]\d/, 'fractions of a second are not supported (%s); give whole seconds, as 2024-12-25T06:28:00Z'],
  [/T\d{2}(:\d{2})?([Z+-]|$)/, 'a time has hours, minutes and seconds (found %s), as 2024-12-25T06:28:00Z'],
  [/[+-]\d{2}(\d{2})?$/, 'an offset has hours and minutes with a colon (found %s), as 2024-12-25T10:28:00+04:00'],
]
