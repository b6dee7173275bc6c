import { toAsciiDigits } from '../text/letters.ts'
import { daysInMonth, monthName } from './calendar.ts'
import { EdtfError, firstDayOf, lastDayOf, readEdtf } from './parser.ts'

/*
 * What somebody probably meant who wrote a date in another form than EDTF: as other tools write it, as people write it, or as older drafts
 * of EDTF did. Every date that is suggested is a date that the parser accepts. A form that can mean two dates suggests both.
 */

export interface MeantDate {
  readonly edtf: string
  /** When it is the right one. Absent if it is the only one. */
  readonly when?: string
}

/** The dates that a text without a valid EDTF date may mean. Empty if it may mean anything. */
export function meantDates(text: string): readonly MeantDate[] {
  if (text.length > LONGEST) return []
  const plain = toAsciiDigits(text.normalize('NFKC'))
    .replaceAll(/[\p{Pd}\u2212]/gu, '-')
    .replaceAll(/[年月년월]\s*/g, '-')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/^[ "'\u2018-\u201f]+|[ ,;"'\u2018-\u201f日일-]+$/g, '')
  if (/^-|^\+?\d{5,}-/.test(plain)) return [] // a year beyond four digits
  const meant = [...readInterval(plain), ...readDate(plain)].filter(({ edtf }) => isEdtf(edtf))
  return [...new Map(meant.map((one) => [one.edtf, one])).values()]
}

/** Whether the year comes last, after a day and a month in an order that differs between countries. */
export function isYearLast(text: string): boolean {
  return /^\s*\d{1,2}([-./ ])\d{1,2}\1\d{4}\s*$/.test(text)
}

const LONGEST = 64
const OPEN = /^(?:\.\.|open|present|now|today|ongoing|current|continuing|date)$/i
const UNKNOWN = /^(?:unknown|unk|\?|n\/?a)?$/i

export function isEdtf(text: string): boolean {
  try {
    readEdtf(text)
    return true
  } catch (error) {
    if (error instanceof EdtfError) return false
    throw error
  }
}

const only = (edtf: string): readonly MeantDate[] => [{ edtf }]

/** A span of days or months that has no date of its own in levels 0 and 1: a season, a quarter, a week. */
function either(from: string, to: string): readonly MeantDate[] {
  return [
    { edtf: `${from}/${to}`, when: 'for the whole time' },
    { edtf: `[${from}..${to}]`, when: 'for once within it' },
  ]
}

// ------------------------------------------------------------------ two dates

function readInterval(text: string): readonly MeantDate[] {
  const [, opening, inner] = /^([[{])(.*)[\]}]$/.exec(text) ?? []
  if (inner !== undefined) return readSet(inner, opening === '{')
  const [, since = ''] = /^(?:since|from) ((?:(?! to | until ).)+)$/i.exec(text) ?? []
  if (since !== '') return between(since, '..')
  const [, until = ''] = /^(?:until|till|to|up to) (.+)$/i.exec(text) ?? []
  if (until !== '') return between('..', until)
  const [, word = '', both = text] = /^(from|between) (.+)$/i.exec(text) ?? []
  const separators =
    word === 'between'
      ? [/ and /i]
      : [/ ?\/ ?| - | (?:to|until|till|through) |\.{2,3}|(?<=^\d{4})-(?=\d{4}$)/i, / - | (?:to|until|till|through) /i]
  const ends = separators.map((separator) => both.split(separator)).find(({ length }) => length === 2)
  const [from = '', to = ''] = ends ?? /^(.{8,})-(.{8,})$/.exec(both)?.slice(1) ?? []
  if (from + to === '') return []
  if (both.includes('..') && from + to !== both && (from === '' || to === '')) return between(from || '..', to || '..')
  const interval = between(from, to)
  const isEither = both.includes('..') && !OPEN.test(from) && !OPEN.test(to)
  return word !== 'between' && !isEither ? interval : interval.flatMap(({ edtf }) => either(...halves(edtf)))
}

/**
 * `[2024-12-25,2024-12-26]` is one of the days, `{2024-12-25,2024-12-26}` all of them. An interval is all of its days, so it is suggested
 * only for dates between which there is no other day.
 */
function readSet(inner: string, isAll: boolean): readonly MeantDate[] {
  const ends = inner.split(/ ?\.{2,3} ?/)
  const dates =
    ends.length === 2
      ? ends
      : inner
          .split(/ ?[,;/] ?/)
          .filter(Boolean)
          .toSorted()
  return between(dates[0] || '..', dates.at(-1) || '..').flatMap(({ edtf }) => {
    const [from, to] = halves(edtf)
    if (from === to || (isAll && ends.length === 2)) return only(edtf)
    const once = `[${from}..${to}]`.replaceAll(/[~?%]/g, '').replace('[....', '[..').replace('....]', '..]')
    if (!isAll) return only(once)
    return areAdjacent(dates) ? only(edtf) : [{ edtf: once, when: ONE_BETWEEN }]
  })
}

const ONE_BETWEEN = 'for one moment between them, or record each date in a development of its own'

/** Whether no day lies between a date and the next. */
function areAdjacent(dates: readonly string[]): boolean {
  const ends = dates.map((date) => {
    const parsed = readEdtf(readEnd(date, 'start') || '0000')
    return 'date' in parsed ? { first: firstDayOf(parsed.date), last: lastDayOf(parsed.date) } : undefined
  })
  return ends.every((end, index) => {
    const before = ends[index - 1] ?? end
    return end !== undefined && before !== undefined && Date.parse(end.first) - Date.parse(before.last) <= DAY
  })
}

const DAY = 86_400_000

/** The ends of an interval, or of a set in brackets. */
function halves(edtf: string): [string, string] {
  const [from = '', to = from] = edtf.includes('/') ? edtf.split('/') : edtf.replaceAll(/[[\]]/g, '').split('..')
  return [from, to]
}

/** If an end has its year last, both ends have day and month in the same order. */
function between(from: string, to: string): readonly MeantDate[] {
  if (![from, to].some(isYearLast)) return betweenIn(undefined, from, to)
  return unconditional(
    [MONTH_FIRST, DAY_FIRST].flatMap((when) => betweenIn(when, from, to).map(({ edtf }) => ({ edtf, when }))),
  )
}

function betweenIn(order: string | undefined, from: string, to: string): readonly MeantDate[] {
  const start = readEnd(from, 'start', order)
  // `2024-12-25/26`
  const isShort =
    /^\d{2}$/.test(to) &&
    start !== undefined &&
    /^\d{4}(?:-\d{2}-\d{2})?$/.test(start) &&
    !(start.length === 4 && Number(to) <= 12)
  const day = isShort ? start.replace(/\d{2}$/, to) : to
  const end = day === undefined ? undefined : readEnd(day, 'end', order)
  if (start === undefined || end === undefined) return []
  if (start === end) return only(start)
  return isEdtf(`${start}/${end}`) ? only(`${start}/${end}`) : only(`${end}/${start}`)
}

/** An end of an interval: a date without a time of day and without X. */
function readEnd(text: string, end: 'start' | 'end', order?: string): string | undefined {
  if (OPEN.test(text)) return '..'
  if (UNKNOWN.test(text)) return ''
  const isOrdered = order !== undefined && isYearLast(text)
  const [meant] = isOrdered
    ? readYearLast(text).filter(({ when = order }) => when === order)
    : isEdtf(text)
      ? only(text)
      : readDate(text)
  if (meant === undefined || !isEdtf(meant.edtf)) return undefined
  const parsed = readEdtf(meant.edtf)
  if (!('date' in parsed)) return halves(meant.edtf)[end === 'start' ? 0 : 1]
  const { year, month, day } = parsed.date
  if (parsed.kind === 'INSTANT') return `${year}-${month}-${day}`
  if (!meant.edtf.includes('X')) return meant.edtf
  if (year.includes('X')) return (end === 'start' ? firstDayOf(parsed.date) : lastDayOf(parsed.date)).slice(0, 4)
  return meant.edtf.replaceAll('-XX', '')
}

// ------------------------------------------------------------------ one date

function readDate(text: string): readonly MeantDate[] {
  if (isEdtf(text)) return only(text)
  for (const read of [readQualified, readNumbers, readMoment, readUnspecified, readWords, readSpan]) {
    const meant = read(text).filter(({ edtf }) => isEdtf(edtf))
    if (meant.length > 0) return meant
  }
  return []
}

const ABOUT = /^(?:(?:circa|about|around|approx\.?|approximately) |ca?\.? ?(?=\d)|ca?\.? (?=\p{L}{3}))/iu
const PERHAPS = /^(?:perhaps|possibly|probably|maybe|likely) /i

/** A qualifier in words, before the date, within it, or given twice. */
function readQualified(text: string): readonly MeantDate[] {
  const isAbout = ABOUT.test(text) || /[~%]/.test(text)
  const isUncertain = PERHAPS.test(text) || /[?%]/.test(text)
  if (!isAbout && !isUncertain) return []
  const rest = text
    .replace(ABOUT, '')
    .replace(PERHAPS, '')
    .replaceAll(/ ?\(?[~?%]+\)? ?/g, '')
    .replace(/-+$/, '')
  const sign = isAbout && isUncertain ? '%' : isAbout ? '~' : '?'
  return readDate(rest).map(({ edtf, when }) => ({
    edtf: edtf.includes('X') || edtf.length > 10 ? edtf.replaceAll('-XX', sign) : `${edtf}${sign}`,
    ...(when && { when }),
  }))
}

/** Year, month and day in figures, in any order and with any separator or none. */
function readNumbers(text: string): readonly MeantDate[] {
  const [, year = '', sign = '', month = '', day] = /^\+?(\d{4})([-./_ ]?)(\d{1,2})(?:\2(\d{1,2}))?$/.exec(text) ?? []
  if (year !== '' && (sign !== '' || (month.length === 2 && day?.length !== 1))) {
    const isSwapped = day !== undefined && sign !== '' && Number(month) > 12 && Number(day) <= 12
    return only(isSwapped ? dayOf(year, day, month) : dayOf(year, month, day))
  }
  const [, ordinal = '', number] = /^(\d{4})-?(\d{3})$/.exec(text) ?? []
  if (ordinal !== '')
    return only(dayFrom(Number(ordinal), 0, Number(number))).filter(({ edtf }) => edtf.startsWith(ordinal))
  const [, week = '', count, weekday] = /^(\d{4})-?W(\d{2})(?:-?([1-7]))?$/i.exec(text) ?? []
  if (week !== '' && Number(count) >= 1 && Number(count) <= 53) {
    const monday = mondayOf(Number(week), Number(count))
    if (weekday !== undefined) return only(dayFrom(Number(week), 0, monday + Number(weekday) - 1))
    return either(dayFrom(Number(week), 0, monday), dayFrom(Number(week), 0, monday + 6))
  }
  const [, other = '', last = ''] = /^(\d{1,2})[-./ ](\d{4})$/.exec(text) ?? []
  if (last !== '') return only(dayOf(last, other))
  return unconditional(readYearLast(text))
}

const MONTH_FIRST = 'if the month comes first'
const DAY_FIRST = 'if the day comes first'

/** Both readings, if both are dates. With dots, the day comes first everywhere. */
function readYearLast(text: string): readonly MeantDate[] {
  const [, first = '', separator = '', second = '', year = ''] =
    /^(\d{1,2})([-./ ])(\d{1,2})\2(\d{4})$/.exec(text) ?? []
  if (year === '') return []
  const readings = [
    { edtf: dayOf(year, first, second), when: MONTH_FIRST },
    { edtf: dayOf(year, second, first), when: DAY_FIRST },
  ].filter(({ edtf }) => edtf.length > 4 && isEdtf(edtf))
  if (readings.length === 0) return only(year)
  return separator === '.' ? readings.slice(-1) : readings
}

/** Without a condition, if there is but one date. */
function unconditional(meant: readonly MeantDate[]): readonly MeantDate[] {
  const [one, ...others] = new Map(meant.map((each) => [each.edtf, each])).values()
  return one === undefined || others.length > 0 ? meant : only(one.edtf)
}

/** The day, or less where a part is 00. A day that its month does not have leaves the month. */
function dayOf(year: string, month: string, day = '00'): string {
  if (Number(month) === 0) return year
  const yearAndMonth = `${year}-${month.padStart(2, '0')}`
  const exists = Number(day) > 0 && (Number(day) <= daysInMonth(Number(year), Number(month)) || Number(day) > 31)
  return exists ? `${yearAndMonth}-${day.padStart(2, '0')}` : yearAndMonth
}

/** The calendar day with an ordinal day of a month (0 to 11), which may lie beyond the month. */
function dayFrom(year: number, month: number, day: number): string {
  const date = new Date(0)
  date.setUTCFullYear(year, month, day)
  return date.toISOString().slice(0, 10)
}

/** The ordinal day of the Monday of a week (ISO 8601): week 1 is that of 4 January. */
function mondayOf(year: number, week: number): number {
  const fourth = new Date(`${dayFrom(year, 0, 4)}T00:00:00Z`).getUTCDay()
  return 4 - ((fourth + 6) % 7) + (week - 1) * 7
}

const MOMENT =
  /^\+?(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})[T ]*(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)? ?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i

function readMoment(text: string): readonly MeantDate[] {
  const [matched, year = '', month = '', day = '', hour = '', minute = '', second = '00', zone = ''] =
    MOMENT.exec(text) ?? []
  if (matched === undefined) return []
  const date = dayOf(year, month, day)
  // Wikidata writes each date as midnight, with 00 for what is not known.
  if (date.length < 10 || (text.startsWith('+') && `${hour}${minute}` === '0000')) return only(date)
  const isNextDay = `${hour}${minute}${second}` === '240000'
  const on = isNextDay ? dayFrom(Number(year), Number(month) - 1, Number(day) + 1) : date
  const time = `${isNextDay ? '00' : hour}:${minute}:${second === '60' ? '59' : second}`
  const [, hours = '', minutes = '00'] = /^([+-]\d{2}):?(\d{2})?$/.exec(zone) ?? []
  const offset = hours === '' || `${hours}${minutes}` === '-0000' ? 'Z' : `${hours}:${minutes}`
  const alone = { edtf: date, when: 'for the day alone' }
  if (zone === '') return [{ edtf: `${on}T${time}Z`, when: 'if it is in UTC' }, alone]
  const instant = `${on}T${time}${offset}`
  return isEdtf(instant) ? only(instant) : [alone]
}

/** Digits that are not known, as x or, in older drafts of EDTF, as u; and combinations that level 1 does not have. */
function readUnspecified(text: string): readonly MeantDate[] {
  if (!/[ux]/i.test(text) || !/^[\dux]{4}(?:-[\dux]{2}){0,2}$/i.test(text)) return []
  const [year = '', month, day] = text.replaceAll(/[ux]/gi, 'X').split('-')
  const whole = [year, month, day].filter((part) => part !== undefined).join('-')
  if (isEdtf(whole)) return only(whole)
  if (month === undefined || year.includes('X') || month === 'XX') return only(year)
  if (month.includes('X')) return [within(`${year}-`, month, '01', '12')]
  return day === undefined
    ? []
    : [within(`${year}-${month}-`, day, '01', String(daysInMonth(Number(year), Number(month))))]
}

function within(start: string, digits: string, least: string, most: string): MeantDate {
  const [low, high] = [digits.replaceAll('X', '0'), digits.replaceAll('X', '9')]
  return { edtf: `[${start}${low < least ? least : low}..${start}${high > most ? most : high}]` }
}

/** A month by its English name, with a year and perhaps a day; or a decade. */
function readWords(text: string): readonly MeantDate[] {
  const [, decade] = /^(?:the )?(\d{3})0'?s$/i.exec(text) ?? []
  if (decade !== undefined) return only(`${decade}X`)
  const [matched = '', portion = ''] =
    /^(?:in )?(?:the )?(early|mid|late|beginning|start|middle|end)(?: part)?(?: of)?(?: the)?[ -]/i.exec(text) ?? []
  if (matched !== '') return readPart(portion.toLowerCase(), text.slice(matched.length))
  const words = text
    .replace(/^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[., ]+/i, '')
    .split(/[\s,./-]+|(?<=\d)(?:st|nd|rd|th)\b|\bof\b|\bthe\b|(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)/i)
    .filter((word) => word !== '')
  const [year, ...more] = words.filter((word) => /^\d{4}$/.test(word))
  const [day, last, ...others] = words.filter((word) => /^\d{1,2}$/.test(word))
  const [name, ...names] = words.filter((word) => !/^\d+$/.test(word) && !/^(?:г|г\.|року|il|yil|ж)$/i.test(word))
  if (year === undefined || more.length + others.length + names.length > 0) return []
  if (name === undefined) return []
  const month = String(monthOf(name.toLowerCase()))
  if (month === '0') return []
  const from = dayOf(year, month, day)
  return only(last === undefined ? from : `${from}/${dayOf(year, month, last)}`)
}

/** A third of a month, a year or a decade. No date of levels 0 and 1 says so, so the whole is suggested too. */
function readPart(word: string, text: string): readonly MeantDate[] {
  const [whole] = readDate(text)
  const third = /^(?:early|beginning|start)$/.test(word) ? 0 : word.startsWith('mid') ? 1 : 2
  const thirds = THIRDS.find(([pattern]) => pattern.test(whole?.edtf ?? ''))?.[1][third]
  if (whole === undefined || thirds === undefined) return []
  const { edtf } = whole
  const month = Number(edtf.slice(5, 7))
  const [from, to] = thirds.map((part) => (part === '31' ? String(daysInMonth(Number(edtf.slice(0, 4)), month)) : part))
  const start = edtf.endsWith('X') ? edtf.slice(0, 3) : `${edtf}-`
  return [
    { edtf: `[${start}${from}..${start}${to}]`, when: 'for once in that part' },
    { edtf, when: `with the word ${word} in a note, such as date-note` },
  ]
}

const THIRDS: readonly (readonly [pattern: RegExp, thirds: readonly (readonly [from: string, to: string])[]])[] = [
  [
    /^\d{4}$/,
    [
      ['01', '04'],
      ['05', '08'],
      ['09', '12'],
    ],
  ],
  [
    /^\d{4}-\d{2}$/,
    [
      ['01', '10'],
      ['11', '20'],
      ['21', '31'],
    ],
  ],
  [
    /^\d{3}X$/,
    [
      ['0', '3'],
      ['4', '6'],
      ['7', '9'],
    ],
  ],
]

/** The month (1 to 12) that a word names or shortens; 0 if none. */
function monthOf(word: string): number {
  const short = word.replace(/^sept$/, 'sep')
  const named = MONTHS.findIndex((name) => short.length >= 3 && name.startsWith(short))
  return named >= 0 ? named + 1 : (foreignMonths().get(word) ?? 0)
}

const MONTHS = Array.from({ length: 12 }, (_, index) => monthName(index + 1).toLowerCase())
const LANGUAGES = ['ru', 'uk', 'az', 'tr', 'kk', 'ky', 'uz', 'tg', 'hy', 'ka', 'fa', 'de', 'fr', 'es', 'it', 'nl', 'pl']
let foreign: ReadonlyMap<string, number> | undefined

/** The names of months, alone and after a day, in the languages of the region and of many sources. */
function foreignMonths(): ReadonlyMap<string, number> {
  const options = [{ month: 'long' }, { month: 'long', day: 'numeric' }] as const
  foreign ??= new Map(
    LANGUAGES.flatMap((language) =>
      options.map((option) => new Intl.DateTimeFormat(`${language}-u-ca-gregory-nu-latn`, option)),
    ).flatMap((format) =>
      MONTHS.map((_, index) => {
        const parts = format.formatToParts(new Date(2024, index, 15))
        return [parts.find(({ type }) => type === 'month')?.value.toLowerCase() ?? '', index + 1] as const
      }),
    ),
  )
  return foreign
}

/** Months with which a quarter, a half or a season begins, by the code of EDTF's level 2 and in words. */
function readSpan(text: string): readonly MeantDate[] {
  const [, year = '', code = ''] = /^(\d{4})-?(\d{2}|[QH]\d)$/i.exec(text) ?? []
  const [, before = '', after = ''] = /^(.+?)(?: of)?[ -]?(\d{4})$/i.exec(text) ?? []
  const name = (code === '' ? before : code).toLowerCase()
  const spans = SPANS.filter(([pattern]) => pattern.test(name)).map(([, first, months]): [string, string] => {
    const start = Number(code === '' ? after : year)
    return [dayFrom(start, first - 1, 1).slice(0, 7), dayFrom(start, first + months - 2, 1).slice(0, 7)]
  })
  const [span] = spans
  if (span !== undefined && spans.length === 1) return either(...span)
  return spans.map(([from, to]) => ({ edtf: `${from}/${to}`, when: `if it begins in ${from.slice(0, 4)}` }))
}

const SPANS: readonly (readonly [pattern: RegExp, firstMonth: number, months: number])[] = [
  [/^(?:q1|33|1st quarter|first quarter)$/, 1, 3],
  [/^(?:q2|34|2nd quarter|second quarter)$/, 4, 3],
  [/^(?:q3|35|3rd quarter|third quarter)$/, 7, 3],
  [/^(?:q4|36|4th quarter|fourth quarter)$/, 10, 3],
  [/^(?:h1|40|1st half|first half)$/, 1, 6],
  [/^(?:h2|41|2nd half|second half)$/, 7, 6],
  [/^37$/, 1, 4],
  [/^38$/, 5, 4],
  [/^39$/, 9, 4],
  [/^(?:spring|21|25)$/, 3, 3],
  [/^(?:summer|22|26)$/, 6, 3],
  [/^(?:autumn|fall|23|27)$/, 9, 3],
  [/^29$/, 9, 3],
  [/^31$/, 3, 3],
  [/^32$/, 6, 3],
  [/^(?:winter|24|28|30)$/, 0, 3],
  [/^(?:winter|24|28|30)$/, 12, 3],
]
