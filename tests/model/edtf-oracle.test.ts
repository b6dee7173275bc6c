// @ts-expect-error: the package has no types
import edtf from 'edtf'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { labelEdtf, shortLabelEdtf } from '../../src/model/dates/label.ts'
import {
  compareCurrent,
  EdtfError,
  isCalendarDay,
  parseEdtf,
  sortKeyOf,
  type UncertainDate,
} from '../../src/model/dates/edtf.ts'

// Milliseconds in UTC; infinite if a bound is open. The package returns an unknown bound as null, which reads as 0.
const oracle: (text: string) => { readonly min: number; readonly max: number } = edtf

const year = fc.integer({ min: 0, max: 9999 }).map((number) => String(number).padStart(4, '0'))
const twoDigits = (min: number, max: number) =>
  fc.integer({ min, max }).map((number) => String(number).padStart(2, '0'))
const month = fc.tuple(year, twoDigits(1, 12)).map((parts) => parts.join('-'))
const DAY_MS = 86_400_000
const LAST_DAY = Date.parse('9999-12-31') / DAY_MS
const dayNumber = fc.integer({ min: Date.parse('0000-01-01') / DAY_MS, max: LAST_DAY })
const day = dayNumber.map(nameOfDay)
const plain = fc.oneof(day, month, year)
const qualifier = fc.constantFrom('', '~', '?', '%')
const qualified = fc.tuple(plain, qualifier).map((parts) => parts.join(''))
const unspecified = fc.oneof(
  month.map((text) => `${text}-XX`),
  year.map((text) => `${text}-XX`),
  year.map((text) => `${text}-XX-XX`),
  year.map((text) => `${text.slice(0, 3)}X`),
  year.map((text) => `${text.slice(0, 2)}XX`),
)
const offset = fc.oneof(
  fc.constantFrom('Z', '+04:00', '+03:00', '+05:00', '-14:00', '+14:00'),
  fc.tuple(fc.constantFrom('+', '-'), twoDigits(1, 13), twoDigits(0, 59)).map(([sign, h, m]) => `${sign}${h}:${m}`),
)
const instant = fc
  .tuple(day, twoDigits(0, 23), twoDigits(0, 59), twoDigits(0, 59), offset)
  .filter(([date]) => date > '0000-01-01' && date < '9999-12-31')
  .map(([date, h, m, s, zone]) => `${date}T${h}:${m}:${s}${zone}`)
// Two days, often close to each other, each then cut to its month or year. The order is kept.
const cut = fc.constantFrom(4, 7, 10)
const inOrder = fc
  .tuple(dayNumber, fc.oneof(fc.nat(70), fc.nat(4_000_000)), cut, cut)
  .map(([first, days, ...cuts]) =>
    [first, Math.min(first + days, LAST_DAY)].map((number, index) => nameOfDay(number).slice(0, cuts[index])),
  )
const openInterval = qualified.chain((text) => fc.constantFrom(`${text}/..`, `../${text}`))
const unknownInterval = qualified.chain((text) => fc.constantFrom(`${text}/`, `/${text}`))
const closedInterval = fc.tuple(inOrder, qualifier, qualifier).map(([ends, a, b]) => ends.join(`${a}/`) + b)
const interval = fc.oneof(openInterval, unknownInterval, closedInterval)
const halfOpenSet = plain.chain((text) => fc.constantFrom(`[${text}..]`, `[..${text}]`))
const within = fc.oneof(
  halfOpenSet,
  inOrder.map((ends) => `[${ends.join('..')}]`),
)
const valid = fc.oneof(qualified, unspecified, instant, interval, within)

describe('compared with the edtf package', () => {
  // Intended differences:
  // - An impossible day is refused; the package turns 2023-02-29 into 1 March.
  // - A time keeps its day, offset and text; the package converts it to UTC, takes one without a zone for the host's, and accepts hour 24,
  //   fractions and times without seconds.
  // - An unknown bound (`2025-07-05/`) is not a bound; the package returns null.
  // - The bounds of `[a..b]` are a's first day and b's last; the package's `max` is that of the set's first member.
  // - `2025-07-05/2025-07` begins on the 5th and ends within the month, and `2025-07/2025-07` is that month; the package refuses
  //   an end whose first day is not after the start's.
  // - `[2025-07-05..2025-07]` may mix precisions as an interval may; the package refuses a coarser end.
  // - Offsets reach from -14:00 to +14:00; the package stops at -12:00 in the west.
  // - The year 0000 is a leap year; the package gives its February 28 days in one place and 30 in another.
  // - `XXXX`, seasons, other sets, years of more than four digits, and level 2 other than `[a..b]` are refused; the package accepts them.
  test.each([
    ['single dates', qualified],
    ['unspecified dates', unspecified],
    ['open intervals', openInterval],
    ['intervals', closedInterval],
    ['half-open sets', halfOpenSet],
  ])('%s have the same bounds', (_, texts) => {
    fc.assert(
      fc.property(
        texts.filter((text) => !differsByIntention(text)),
        (text) => {
          const { earliest, latest } = parseEdtf(text)
          const { min, max } = oracle(text)
          expect([earliest, latest]).toEqual([dayOf(min), dayOf(max)])
        },
      ),
      { numRuns: 1_000 },
    )
  })

  test('moments are the same moment', () => {
    fc.assert(
      fc.property(
        instant.filter((text) => !differsByIntention(text)),
        (text) => {
          expect(Date.parse(parseEdtf(text).instant ?? '')).toBe(oracle(text).min)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('nothing is accepted that the package refuses, except intended differences', () => {
    const both = nearlyValid().filter((text) => accepted(text) !== null && !differsByIntention(text))
    fc.assert(
      fc.property(both, (text) => {
        expect(() => oracle(text)).not.toThrow()
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('every valid date', () => {
  test('keeps its text, and has bounds that exist and are in order', () => {
    fc.assert(
      fc.property(valid, (text) => {
        const { edtf: kept, earliest, latest, ongoing } = parseEdtf(text)
        expect(kept).toBe(text)
        const known = [earliest, latest].filter((bound) => bound !== null)
        expect(known).not.toHaveLength(0)
        expect(known.filter(isCalendarDay)).toEqual(known)
        expect(known.toSorted()).toEqual(known)
        expect(ongoing && latest !== null).toBe(false)
      }),
      { numRuns: 5_000 },
    )
  })

  test('has labels without codes or loose ends', () => {
    fc.assert(
      fc.property(valid, (text) => {
        expect(labelEdtf(parseEdtf(text))).toMatch(/^\S(.*\S)?$/)
        expect(labelEdtf(parseEdtf(text))).not.toMatch(/[X~?%[\]/]| {2}|undefined|null/)
        const short = shortLabelEdtf(parseEdtf(text), [text])
        expect(short).toMatch(/^\S(.*\S)?$/)
        expect(short).not.toMatch(/[X~%[\]/]| {2}|undefined|null/)
        expect(short.includes('?')).toBe(/[?%]/.test(text))
        expect(short.includes('about')).toBe(/[~%]/.test(text))
      }),
      { numRuns: 2_000 },
    )
  })

  test('sorts by its key like first day, last day and moment, with unknown starts last', () => {
    fc.assert(
      fc.property(fc.oneof(fc.tuple(valid, valid), sameDay()), ([a, b]) => {
        const [first, second] = [parseEdtf(a), parseEdtf(b)]
        expect(signOf(sortKeyOf(first), sortKeyOf(second))).toBe(chronologyOf(first, second))
      }),
      { numRuns: 5_000 },
    )
  })

  test('is totally ordered by which is current, with known starts over unknown ones', () => {
    fc.assert(
      fc.property(fc.tuple(valid, valid, valid), (texts) => {
        const dates = texts.map(parseEdtf).toSorted(compareCurrent)
        const [low, middle, high] = dates
        if (!low || !middle || !high) throw new Error('three dates went in')
        expect(compareCurrent(low, middle)).toBeLessThanOrEqual(0)
        expect(compareCurrent(low, high)).toBeLessThanOrEqual(0)
        expect(compareCurrent(high, low)).toBe(0 - compareCurrent(low, high))
        expect(high.earliest === null && dates.some((date) => date.earliest !== null)).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('any text', () => {
  test.each([
    ['any characters', fc.string({ unit: 'binary', maxLength: 80 })],
    ['any graphemes', fc.string({ unit: 'grapheme', maxLength: 80 })],
    [
      'characters of dates',
      fc.string({ unit: fc.constantFrom(...'0123456789-/.[]{}~?%XTZ:+,'.split('')), maxLength: 30 }),
    ],
    ['dates with a change or two', nearlyValid()],
  ])('%s are a date or an EdtfError of one line', (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        const date = accepted(text)
        expect(date === null ? text : date.edtf).toBe(text)
      }),
      { numRuns: 10_000 },
    )
  })

  test('a calendar day round-trips through the calendar of the platform', () => {
    const dayLike = fc.tuple(year, twoDigits(0, 13), twoDigits(0, 32)).map((parts) => parts.join('-'))
    fc.assert(
      fc.property(dayLike, (text) => {
        const time = Date.parse(`${text}T00:00:00Z`)
        expect(isCalendarDay(text)).toBe(!Number.isNaN(time) && new Date(time).toISOString().startsWith(text))
      }),
      { numRuns: 5_000 },
    )
  })
})

function nameOfDay(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10)
}

/** Valid dates with one or two characters removed, doubled or replaced. */
function nearlyValid(): fc.Arbitrary<string> {
  const change = fc.tuple(
    fc.nat(30),
    fc.constantFrom('', ...'0123456789-/.[]~?%XxTtZ:+, \n\u2013\uFF11'.split('')),
    fc.nat(2),
  )
  return fc
    .tuple(valid, fc.array(change, { minLength: 0, maxLength: 2 }))
    .map(([text, changes]) =>
      changes.reduce((kept, [at, put, removed]) => kept.slice(0, at) + put + kept.slice(at + removed), text),
    )
}

/** Two dates that begin on the same day, which is rare for random dates. */
function sameDay(): fc.Arbitrary<[string, string]> {
  const middle = day.filter((text) => text > '0000-01-01' && text < '9999-12-31')
  return fc.tuple(middle, offset, offset, twoDigits(0, 23), twoDigits(0, 23)).chain(([text, zone, other, h, i]) => {
    const same = fc.constantFrom(
      text,
      `${text}/..`,
      `[${text}..]`,
      `${text}T${h}:00:00${zone}`,
      `${text}T${i}:00:00${other}`,
    )
    return fc.tuple(same, same)
  })
}

/** The date, or null if it is refused with an `EdtfError` of one printable line. */
function accepted(text: string): UncertainDate | null {
  try {
    return parseEdtf(text)
  } catch (error) {
    if (error instanceof EdtfError && /^[\x20-\x7e]{10,250}$/.test(error.message)) return null
    throw error
  }
}

/** Whether the package may refuse an accepted date, or errs: see the intended differences. */
function differsByIntention(text: string): boolean {
  if (text.includes('0000-02')) return true
  const [from = '', to = ''] = text.replaceAll(/[~?%[\]]/g, '').split(/\/|\.\./)
  if (from === '' || to === '') return /T.*-1[234]:..$/.test(text)
  return text.startsWith('[') ? from.length !== to.length : firstDayOf(from) >= firstDayOf(to)
}

function firstDayOf(text: string): string {
  return parseEdtf(text).earliest ?? ''
}

/** Null for an infinite bound. */
function dayOf(time: number): string | null {
  return Number.isFinite(time) ? new Date(time).toISOString().slice(0, 10) : null
}

function signOf(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** The order of sort keys, computed with numbers instead of text. */
function chronologyOf(a: UncertainDate, b: UncertainDate): number {
  const others = timesOf(b)
  const signs = timesOf(a).map((time, index) => Math.sign(time - (others[index] ?? 0)))
  return signs.find((sign) => sign !== 0) ?? 0
}

const BEYOND_TIME = 1e16

function timesOf({ earliest, latest, instant: moment }: UncertainDate): readonly number[] {
  return [
    earliest === null ? BEYOND_TIME : Date.parse(earliest),
    latest === null ? BEYOND_TIME : Date.parse(latest),
    moment === null ? -BEYOND_TIME : Date.parse(moment),
  ]
}
