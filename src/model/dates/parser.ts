import { daysInMonth, nameOfMonth } from './calendar.ts'
import { EdtfError, explainDate, explainInstant } from './error.ts'

/** `~` approximate, `?` uncertain, `%` both; empty where the date is neither. */
export type Qualifier = '' | '~' | '?' | '%'

/** A year, a month or a day in digits as written; what is `X` is unspecified, and what is null was not given. */
export interface DatePart {
  readonly year: string
  readonly month: string | null
  readonly day: string | null
  readonly qualifier: Qualifier
}

/** OPEN is written `..`, UNKNOWN is written as nothing. */
export type IntervalEnd = DatePart | 'OPEN' | 'UNKNOWN'

/** What was written, piece by piece. At least one end of an interval or of a WITHIN is a date, and no start is after its end. */
export type ParsedEdtf =
  | { readonly kind: 'DATE'; readonly date: DatePart }
  | { readonly kind: 'INSTANT'; readonly date: DatePart; readonly time: string; readonly zone: string }
  | { readonly kind: 'INTERVAL'; readonly start: IntervalEnd; readonly end: IntervalEnd }
  | { readonly kind: 'WITHIN'; readonly start: DatePart | 'OPEN'; readonly end: DatePart | 'OPEN' }

/** Reads EDTF of levels 0 and 1, and of level 2 the set `[a..b]`. Throws {@link EdtfError} and nothing else. */
export function readEdtf(text: string): ParsedEdtf {
  refuseForeignCharacters(text)
  if (text.startsWith('[')) return readWithin(text)
  if (text.startsWith('{')) {
    throw new EdtfError(
      'sets ({...}) are not accepted; give each date a record of its own, or an interval, as 2024-12-25/2025-02',
    )
  }
  if (text.includes('/')) return readInterval(text)
  if (TIME_OF_DAY.test(text)) return readInstant(text)
  return { kind: 'DATE', date: readDatePart(text) }
}

/** The text that {@link readEdtf} reads as this. */
export function writeEdtf(parsed: ParsedEdtf): string {
  if (parsed.kind === 'DATE') return writeDatePart(parsed.date)
  if (parsed.kind === 'INSTANT') return `${writeDatePart(parsed.date)}T${parsed.time}${parsed.zone}`
  if (parsed.kind === 'INTERVAL') return `${writeIntervalEnd(parsed.start)}/${writeIntervalEnd(parsed.end)}`
  return `[${writeWithinEnd(parsed.start)}..${writeWithinEnd(parsed.end)}]`
}

/** The first calendar day that the part may mean. */
export function firstDayOf({ year, month, day }: DatePart): string {
  return `${year.replaceAll('X', '0')}-${isGiven(month) ? month : '01'}-${isGiven(day) ? day : '01'}`
}

/** The last calendar day that the part may mean. */
export function lastDayOf({ year, month, day }: DatePart): string {
  const lastYear = year.replaceAll('X', '9')
  if (!isGiven(month)) return `${lastYear}-12-31`
  return `${lastYear}-${month}-${isGiven(day) ? day : daysInMonth(Number(lastYear), Number(month))}`
}

/** Whether a month or a day of a {@link DatePart} says which one. */
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

function refuseForeignCharacters(text: string): void {
  if (text.length > MAX_LENGTH) {
    throw new EdtfError(`a date has at most ${MAX_LENGTH} characters; this text has ${text.length}`)
  }
  if (/\s/.test(text)) {
    throw new EdtfError(
      'a date has no white space in it or around it; write 2024-12-25, 2024-12-25/2025-02 or 2024-12-25T06:28:00Z',
    )
  }
  const foreign = /[^\x21-\x7e]/u.exec(text)?.[0].codePointAt(0)
  if (foreign !== undefined) {
    const name = `U+${foreign.toString(16).toUpperCase().padStart(4, '0')}`
    throw new EdtfError(`${name} is no character of a date; digits are 0 to 9 and the hyphen is -, as 2024-12-25`)
  }
}

function readDatePart(text: string): DatePart {
  const written = UNSPECIFIED.test(text) ? text : DATE.exec(text)?.[1]
  if (written === undefined) throw explainDate(text)
  const [year = '', month = null, day = null] = written.split('-')
  if (isGiven(month)) refuseImpossibleMonth(year, month)
  if (isGiven(month) && isGiven(day)) refuseImpossibleDay(year, month, day)
  return { year, month, day, qualifier: QUALIFIERS.find((sign) => text.endsWith(sign)) ?? '' }
}

function refuseImpossibleMonth(year: string, month: string): void {
  const number = Number(month)
  if (number >= 1 && number <= 12) return
  // 21 to 24 are the seasons of level 1, 25 to 41 the seasons, quarters and halves of level 2.
  if (number >= 21 && number <= 41) {
    throw new EdtfError(`seasons (${year}-${month}) are not accepted; give months, as ${year}-03/${year}-05`)
  }
  throw new EdtfError(`${year}-${month} is no month: months run from 01 to 12`)
}

function refuseImpossibleDay(year: string, month: string, day: string): void {
  const days = daysInMonth(Number(year), Number(month))
  if (Number(day) >= 1 && Number(day) <= days) return
  throw new EdtfError(`${year}-${month}-${day} is no day: ${nameOfMonth(Number(month))} ${year} has ${days}`)
}

function readInstant(text: string): ParsedEdtf {
  const [matched, day = '', time = '', zone = ''] = INSTANT.exec(text) ?? []
  if (matched === undefined) throw explainInstant(text)
  const date = readDatePart(day)
  if (!/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(time)) {
    throw new EdtfError(`${time} is no time of day: hours run from 00 to 23, minutes and seconds from 00 to 59`)
  }
  if (zone === '-00:00') throw new EdtfError(`${zone} is no offset: write Z or +00:00`)
  if (!/^(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)$/.test(zone)) {
    throw new EdtfError(`${zone} is no offset: offsets run from -14:00 to +14:00`)
  }
  const milliseconds = Date.parse(text)
  if (milliseconds < FIRST_INSTANT || milliseconds > LAST_INSTANT) {
    throw new EdtfError(`${text} is outside the years 0000 to 9999 in UTC; give the day alone, as ${day}`)
  }
  return { kind: 'INSTANT', date, time, zone }
}

function readInterval(text: string): ParsedEdtf {
  const [from = '', to = '', ...more] = text.split('/')
  if (more.length > 0) {
    throw new EdtfError(
      `an interval has two ends (${text} has ${more.length + 2}), as 2024-12-25/2025-10-09; a day is 2024-12-25`,
    )
  }
  const start = readIntervalEnd(from)
  const end = readIntervalEnd(to)
  if (typeof start === 'string' && typeof end === 'string') {
    throw new EdtfError(`${text} names no date: give an interval at least one, as 2025-07-05/.. or ../2025-01`)
  }
  refuseInverted(text, start, end)
  return { kind: 'INTERVAL', start, end }
}

function readIntervalEnd(text: string): IntervalEnd {
  if (text === '..') return 'OPEN'
  if (text === '') return 'UNKNOWN'
  if (/[[\]{}]/.test(text)) {
    throw new EdtfError(`an interval has no sets in it (${text}); give it dates, as 2024-12-25/2025-02`)
  }
  return readPlainEnd(text, 'an interval')
}

function readWithin(text: string): ParsedEdtf {
  const inner = text.slice(1, -1)
  if (!text.endsWith(']') || /[,{}[\]/]/.test(inner)) {
    throw new EdtfError(
      `${text} is not accepted; of sets only one day within two dates is, as [2024-12-25..2025-02-10]`,
    )
  }
  const [from = '', to, ...more] = inner.split('..')
  if (to === undefined || more.length > 0) {
    throw new EdtfError(`brackets hold two dates with .. between them (found ${text}), as [2024-12-25..2025-02-10]`)
  }
  if (from === '' && to === '') {
    throw new EdtfError(`${text} names no date: give it at least one, as [..2025-07-20] or [2024-12-25..]`)
  }
  const start = readWithinEnd(from)
  const end = readWithinEnd(to)
  refuseInverted(text, start, end)
  return { kind: 'WITHIN', start, end }
}

function readWithinEnd(text: string): DatePart | 'OPEN' {
  if (text === '') return 'OPEN'
  const part = readPlainEnd(text, 'brackets')
  if (part.qualifier !== '') {
    throw new EdtfError(
      `brackets take no qualifier (${text}); they already say that the day is not known: leave it out`,
    )
  }
  return part
}

/** A date as it may stand beside another: neither with a time of day, which level 0 has not, nor with X, which level 2 has there. */
function readPlainEnd(text: string, around: string): DatePart {
  if (TIME_OF_DAY.test(text)) {
    throw new EdtfError(`${around} may hold no time of day (${text}); give days, as 2024-12-25`)
  }
  const part = readDatePart(text)
  if (text.includes('X')) {
    throw new EdtfError(`${around} may hold no unspecified digits (${text}); leave them out, as 2025-12 for 2025-12-XX`)
  }
  return part
}

function refuseInverted(text: string, start: IntervalEnd, end: IntervalEnd): void {
  if (typeof start === 'string' || typeof end === 'string') return
  if (firstDayOf(start) > lastDayOf(end)) {
    throw new EdtfError(`${text} ends before it begins; put the earlier date first`)
  }
}

function writeIntervalEnd(end: IntervalEnd): string {
  if (end === 'OPEN') return '..'
  return end === 'UNKNOWN' ? '' : writeDatePart(end)
}

function writeWithinEnd(end: DatePart | 'OPEN'): string {
  return end === 'OPEN' ? '' : writeDatePart(end)
}

function writeDatePart({ year, month, day, qualifier }: DatePart): string {
  return [year, month, day].filter((digits) => digits !== null).join('-') + qualifier
}
