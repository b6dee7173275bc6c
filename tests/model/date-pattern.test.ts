import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isCalendarDay } from '../../src/model/dates/calendar.ts'
import { EdtfError, parseEdtf } from '../../src/model/dates/edtf.ts'
import { DAY_PATTERN, EDTF_PATTERN } from '../../src/model/dates/pattern.ts'

/** With the flag that validators of JSON Schema use. */
const pattern = new RegExp(EDTF_PATTERN, 'u')

function refusalOf(text: string): string | undefined {
  try {
    parseEdtf(text)
    return undefined
  } catch (error) {
    if (error instanceof EdtfError) return error.message
    throw error
  }
}

/** What a pattern cannot express. */
const BEYOND = /ends before it starts|outside the years 0000 to 9999 in UTC/

/** Whether the pattern should match, as far as a pattern can tell. */
function shouldMatch(text: string): boolean {
  const refusal = refusalOf(text)
  return refusal === undefined || BEYOND.test(refusal)
}

const two = (number: number) => String(number).padStart(2, '0')
const date = fc
  .tuple(
    fc.integer({ min: 0, max: 9999 }),
    fc.integer({ min: 0, max: 14 }),
    fc.integer({ min: 0, max: 33 }),
    fc.constantFrom(4, 7, 10),
  )
  .map(([year, month, day, length]) => `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`.slice(0, length))
const unspecified = fc.constantFrom(
  '202X',
  '20XX',
  '2025-XX',
  '2025-XX-XX',
  '2025-12-XX',
  '2025-13-XX',
  '2XXX',
  'XXXX',
  '2025-XX-12',
)
const end = fc.oneof(
  { weight: 6, arbitrary: date },
  { weight: 1, arbitrary: unspecified },
  { weight: 2, arbitrary: fc.constantFrom('', '..') },
)
const qualified = fc.tuple(end, fc.constantFrom('', '', '~', '?', '%', '~?')).map((parts) => parts.join(''))
const zone = fc.constantFrom('Z', '+04:00', '-00:00', '+00:00', '+14:00', '+14:30', '-13:59', '-14:00', '+04', '')
const time = fc
  .tuple(fc.integer({ min: 0, max: 25 }), fc.integer({ min: 0, max: 61 }), fc.integer({ min: 0, max: 61 }))
  .map((parts) => parts.map(two).join(':'))

describe('the pattern of the JSON Schema agrees with the parser', () => {
  it.each([
    ['dates', qualified],
    ['intervals', fc.tuple(qualified, qualified).map((ends) => ends.join('/'))],
    ['sets', fc.tuple(end, end).map((ends) => `[${ends.join('..')}]`)],
    ['qualified sets', fc.tuple(qualified, qualified).map((ends) => `[${ends.join('..')}]`)],
    ['instants', fc.tuple(date, time, zone).map(([on, at, where]) => `${on}T${at}${where}`)],
    ['characters of dates', fc.string({ unit: fc.constantFrom(...Array.from('0129-/.~?%X[]TZ:+')), maxLength: 24 })],
  ])('on %s', (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(pattern.test(text)).toBe(shouldMatch(text))
      }),
      { numRuns: 5_000 },
    )
  })

  it('on every month and every day of the end of February', () => {
    for (let year = 0; year < 10_000; year++) {
      for (const day of ['02-28', '02-29', '02-30']) {
        const text = `${String(year).padStart(4, '0')}-${day}`
        expect(new RegExp(DAY_PATTERN, 'u').test(text)).toBe(isCalendarDay(text))
      }
    }
  })
})
