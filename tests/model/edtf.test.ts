import { describe, expect, test } from 'vitest'
import { labelEdtf, shortLabelEdtf } from '../../src/model/dates/label.ts'
import {
  compareCurrent,
  EdtfError,
  hasBegunBy,
  isCalendarDay,
  parseEdtf,
  sortKeyOf,
  UNKNOWN_START,
} from '../../src/model/dates/edtf.ts'

describe('the meaning of a date', () => {
  test('a day is the whole day', () => {
    expect(parseEdtf('2024-12-25')).toEqual({
      edtf: '2024-12-25',
      earliest: '2024-12-25',
      latest: '2024-12-25',
      precision: 'DAY',
      reading: 'SPAN',
      approximate: false,
      uncertain: false,
      ongoing: false,
      instant: null,
    })
  })

  test.each([
    ['2025-02', 'MONTH', '2025-02-01', '2025-02-28'],
    ['2024-02', 'MONTH', '2024-02-01', '2024-02-29'],
    ['2014', 'YEAR', '2014-01-01', '2014-12-31'],
    ['2025-12-XX', 'MONTH', '2025-12-01', '2025-12-31'],
    ['2025-XX', 'YEAR', '2025-01-01', '2025-12-31'],
    ['2025-XX-XX', 'YEAR', '2025-01-01', '2025-12-31'],
    ['202X', 'YEAR', '2020-01-01', '2029-12-31'],
    ['20XX', 'YEAR', '2000-01-01', '2099-12-31'],
    ['0000', 'YEAR', '0000-01-01', '0000-12-31'],
    ['9999', 'YEAR', '9999-01-01', '9999-12-31'],
  ])('%s is once within its %s', (text, precision, earliest, latest) => {
    expect(parseEdtf(text)).toMatchObject({ precision, earliest, latest, reading: 'WITHIN' })
  })

  test.each([
    ['2025-06~', true, false],
    ['2025-06?', false, true],
    ['2025-06%', true, true],
    ['2024~/2025?', true, true],
    ['2024/2025-06-01~', true, false],
    ['2025-06-01?/..', false, true],
  ])('%s is qualified and keeps its bounds', (text, approximate, uncertain) => {
    const plain = parseEdtf(text.replaceAll(/[~?%]/g, ''))
    expect(parseEdtf(text)).toEqual({ ...plain, edtf: text, approximate, uncertain })
  })

  test.each([
    ['2024-12-25/2025-10-09', '2024-12-25', '2025-10-09'],
    ['2024-12/2025', '2024-12-01', '2025-12-31'],
    ['2025-07-05/2025-07', '2025-07-05', '2025-07-31'],
    ['2025-07/2025-07-05', '2025-07-01', '2025-07-05'],
    ['../2025-01', null, '2025-01-31'],
    ['/2025-01', null, '2025-01-31'],
    ['2025-07-05/', '2025-07-05', null],
  ])('%s is the whole span from the first day to the last', (text, earliest, latest) => {
    expect(parseEdtf(text)).toMatchObject({ precision: 'INTERVAL', reading: 'SPAN', earliest, latest, ongoing: false })
  })

  test('an open end is ongoing and an unknown end is not', () => {
    expect(parseEdtf('2025-07-05/..')).toMatchObject({ latest: null, ongoing: true })
    expect(parseEdtf('2025-07-05/')).toMatchObject({ latest: null, ongoing: false })
  })

  test.each([
    ['[2024-12-25..2025-02-10]', '2024-12-25', '2025-02-10'],
    ['[2024-12..2025-02-10]', '2024-12-01', '2025-02-10'],
    ['[2024..2025]', '2024-01-01', '2025-12-31'],
    ['[..2025-07-20]', null, '2025-07-20'],
    ['[2024-12-25..]', '2024-12-25', null],
  ])('%s is once somewhere within its bounds', (text, earliest, latest) => {
    expect(parseEdtf(text)).toMatchObject({
      precision: 'INTERVAL',
      reading: 'WITHIN',
      earliest,
      latest,
      ongoing: false,
    })
  })

  test.each(['2024-12-25T23:30:00-05:00', '2024-12-25T00:30:00+14:00', '2024-12-25T06:28:00Z'])(
    'a moment keeps its day and its offset as written: %s',
    (text) => {
      expect(parseEdtf(text)).toMatchObject({
        precision: 'INSTANT',
        reading: 'SPAN',
        earliest: '2024-12-25',
        latest: '2024-12-25',
        instant: text,
      })
    },
  )
})

describe('refusals and their remedies', () => {
  test.each([
    ['2023-02-29', '2023-02-29 does not exist: February 2023 has 28 days; write "2023-02"'],
    ['1900-02-29', '1900-02-29 does not exist: February 1900 has 28 days; write "1900-02"'],
    ['2025-04-31', '2025-04-31 does not exist: April 2025 has 30 days; write "2025-04"'],
    ['2025-04-00', '2025-04-00 does not exist: April 2025 has 30 days; write "2025-04"'],
    ['2023-02-29/2023-03-01', '2023-02-29 does not exist: February 2023 has 28 days; write "2023-02/2023-03-01"'],
    ['[2023-02-29..]', '2023-02-29 does not exist: February 2023 has 28 days; write "[2023-02..]"'],
    ['2025-13', '2025-13 is not a month: months are 01 to 12'],
    ['2025-00', '2025-00 is not a month: months are 01 to 12; write "2025"'],
    [
      '2024-21',
      'seasons (2024-21) are not supported; write "2024-03/2024-05" for the whole time or "[2024-03..2024-05]" for once within it',
    ],
    [
      '2024-12-25T06:28:00',
      'a time needs a zone: add Z or an offset, as 2024-12-25T06:28:00Z; write "2024-12-25T06:28:00Z" if it is in UTC or "2024-12-25" for the day alone',
    ],
    [
      '2024-12-25T06:28',
      'a time needs a zone: add Z or an offset, as 2024-12-25T06:28:00Z; write "2024-12-25T06:28:00Z" if it is in UTC or "2024-12-25" for the day alone',
    ],
    ['2025-10-09/2024-12-25', '2025-10-09/2024-12-25 ends before it starts; write "2024-12-25/2025-10-09"'],
    ['[2025-02..2024-12-25]', '[2025-02..2024-12-25] ends before it starts; write "[2024-12-25..2025-02]"'],
  ])('%s: %s', (text, message) => {
    expect(refusalOf(text)).toBe(message)
  })

  test.each([
    ['no text', '', /the date is missing/],
    ['white space around', ' 2024-12-25', /contains no white space/],
    ['a line feed after', '2024-12-25\n', /contains no white space/],
    ['a space for T', '2024-12-25 06:28:00Z', /contains no white space/],
    ['a dash', '2024\u201312', /the character U\+2013 is not allowed in a date/],
    ['full-width digits', '\uFF12024', /U\+FF12 is not allowed/],
    ['Arabic digits', '\u0662\u0660\u0662\u0664', /U\+0662 is not allowed/],
    ['a control character', '2024\u0000', /U\+0000 is not allowed/],
    ['half of a surrogate pair', '2024\uD83D', /U\+D83D is not allowed/],
    ['a long text', '2'.repeat(65), /at most 64 characters; this text has 65/],
    ['words', 'last Tuesday'.replace(' ', '-'), /"last-Tuesday" is not an EDTF date; write 2024-12-25/],
    ['another order of day and year', '25.12.2024', /is not an EDTF date/],
    [
      'slashes between day, month and year',
      '25/12/2024',
      /25\/12\/2024 is not an EDTF date, which has the year first; write "2024-12-25"$/,
    ],
    ['digits left out', '2025-7-5', /too many or too few digits; write "2025-07-05"/],
    ['hyphens left out', '20241225', /20241225 has too many or too few digits; write "2024-12-25"/],
    ['a long year', 'Y17000', /years of more than four digits \(Y17000\)/],
    ['a year before 0000', '-0044', /years before 0000 \(-0044\)/],
    ['significant digits', '1950S2', /significant digits \(1950S2\)/],
    ['a qualifier before a part', '2004-~06', /qualifiers on part of a date \(2004-~06\).*2004-06~/],
    ['a qualifier after a part', '2004?-06', /qualifiers on part of a date/],
    ['two qualifiers', '2004~?', /more than one qualifier; write "2004%"/],
    ['an unspecified digit with a qualifier', '2025-12-XX~', /unspecified digits take no qualifier/],
    ['a small x', '2025-12-xx', /a capital X/],
    ['a month in an unspecified year', '202X-05', /X is not allowed there/],
    ['a day in an unspecified month', '2025-XX-12', /X is not allowed there/],
    ['a year of which nothing is known', 'XXXX', /"XXXX" states no year/],
    ['half of a day', '2025-12-2X', /X is not allowed there/],
    ['dots without brackets', '2024-12-25..2025-02-10', /or in brackets/],
    ['an interval without a date', '../..', /contains no date/],
    ['an interval of nothing', '/', /contains no date/],
    ['an interval of unknown to open', '/..', /contains no date/],
    ['a moment in an interval', '2024-12-25T06:28:00Z/2024-12-26', /an interval cannot contain a time of day/],
    ['an unspecified day in an interval', '2025-06-XX/2025-07-01', /an interval cannot contain unspecified digits/],
    ['a set in an interval', '[2024..2025]/2026', /the only supported set is one day between two dates/],
    ['a set at the end of an interval', '2024/[2025..2026]', /an interval cannot contain sets/],
    ['a set of all', '{2024,2025}', /sets in braces are not supported/],
    ['a set of some', '[2024,2025]', /is not supported; write "\[2024\.\.2025\]"/],
    ['a set of one', '[2024-12-25]', /brackets contain two dates/],
    ['a set left open', '[2024..2025', /the only supported set is one day between two dates/],
    ['a set of nothing', '[..]', /contains no date/],
    ['brackets around nothing', '[]', /brackets contain two dates/],
    ['a chain in brackets', '[2023..2024..2025]', /brackets contain two dates/],
    ['a qualifier in brackets', '[2024~..2025]', /dates in brackets take no qualifier/],
    ['an unspecified day in brackets', '[2025-06-XX..]', /brackets cannot contain unspecified digits/],
    ['a moment in brackets', '[2024-12-25T06:28:00Z..]', /brackets cannot contain a time of day/],
    ['hour 24', '2024-12-25T24:00:00Z', /24:00:00 is not a time of day/],
    ['minute 60', '2024-12-25T06:60:00Z', /06:60:00 is not a time of day/],
    ['a leap second', '2016-12-31T23:59:60Z', /23:59:60 is not a time of day/],
    ['a fraction of a second', '2024-12-25T06:28:00.5Z', /fractions of a second are not supported/],
    ['a time without seconds', '2024-12-25T06:28Z', /hours, minutes and seconds/],
    ['an offset of hours alone', '2024-12-25T06:28:00+04', /hours and minutes with a colon/],
    ['an offset too far', '2024-12-25T06:28:00+14:30', /offsets are -14:00 to \+14:00/],
    ['an offset of sixty minutes', '2024-12-25T06:28:00+04:60', /offsets are/],
    ['an offset that is none', '2024-12-25T06:28:00-00:00', /write Z or \+00:00/],
    ['small letters in a time', '2024-12-25t06:28:00z', /capital letters/],
    ['a qualified moment', '2024-12-25T06:28:00Z~', /takes no qualifier/],
    ['a time in a month', '2024-12T06:28:00Z', /a full date before it/],
    ['a moment on no day', '2023-02-29T06:28:00Z', /2023-02-29 does not exist/],
    ['a moment before the year 0000', '0000-01-01T00:00:00+04:00', /outside the years 0000 to 9999 in UTC/],
    ['a moment after the year 9999', '9999-12-31T23:00:00-04:00', /outside the years 0000 to 9999 in UTC/],
  ])('%s', (_, text, message) => {
    expect(refusalOf(text)).toMatch(message)
  })
})

describe('the label of a date', () => {
  test.each([
    ['2024-12-25', '25 December 2024'],
    ['2025-07-05', '5 July 2025'],
    ['2025-06', 'June 2025'],
    ['2014', '2014'],
    ['2025-06~', 'about June 2025'],
    ['2025-06?', 'perhaps June 2025'],
    ['2025-06%', 'perhaps about June 2025'],
    ['2025-12-XX', 'December 2025'],
    ['2025-XX-XX', '2025'],
    ['202X', 'the 2020s'],
    ['20XX', '2000\u20132099'],
    ['2024-12-25/2025-10-09', '25 December 2024 to 9 October 2025'],
    ['2024-12-25/2025-02~', '25 December 2024 to about February 2025'],
    ['2025-07-05/..', 'since 5 July 2025'],
    ['2025-07-05/', 'from 5 July 2025, end unknown'],
    ['../2025-01', 'until January 2025'],
    ['/2025-01', 'until January 2025, start unknown'],
    ['[2024-12-25..2025-02-10]', 'once between 25 December 2024 and 10 February 2025'],
    ['[..2025-07-20]', 'on or before 20 July 2025'],
    ['[..2025-07]', 'in or before July 2025'],
    ['[2024-12-25..]', 'on or after 25 December 2024'],
    ['2024-12-25T06:28:00Z', '25 December 2024 at 06:28 UTC'],
    ['2024-12-25T10:28:31+04:00', '25 December 2024 at 10:28:31 UTC+04:00'],
  ])('%s is "%s"', (text, label) => {
    expect(labelEdtf(parseEdtf(text))).toBe(label)
  })
})

describe('the short label of a date', () => {
  test.each([
    ['2024-12-25', '25 Dec 2024'],
    ['2025-02', 'Feb 2025'],
    ['2014', '2014'],
    ['202X', 'the 2020s'],
    ['2025-02~', 'about Feb 2025'],
    ['2025-06?', 'Jun 2025?'],
    ['2025-06%', 'about Jun 2025?'],
    ['2024-12-25T10:28:31+04:00', '25 Dec 2024, 10:28:31 UTC+04:00'],
    ['2024-12-25/2025-10-09', '25 Dec 2024 to 9 Oct 2025'],
    ['2025-06/2025-07', 'Jun to Jul 2025'],
    ['2025-07-01/2025-07-20', '1 to 20 Jul 2025'],
    ['2025-07-01~/2025-07-20', 'about 1 Jul 2025 to 20 Jul 2025'],
    ['2025-07-01/2025-07-20?', '1 Jul 2025 to 20 Jul 2025?'],
    ['2014/2025', '2014 to 2025'],
    ['2025/2025-07', '2025 to Jul 2025'],
    ['2025-07-20/2025-07-20', '20 Jul 2025'],
    ['2025-10-09/..', 'since 9 Oct 2025'],
    ['2025-10-09/', 'from 9 Oct 2025'],
    ['../2025-01', 'until Jan 2025'],
    ['/2025-01-02', 'until 2 Jan 2025'],
    ['[2025-10-09..2025-10-11]', 'between 9 and 11 Oct 2025'],
    ['[2025-06-23..2025-07-02]', 'between 23 Jun and 2 Jul 2025'],
    ['[2025-02..2025-07-20]', 'between Feb and 20 Jul 2025'],
    ['[2025-02-01..2025-02]', 'between 1 Feb and Feb 2025'],
    ['[2024-07-20..2025-07-20]', 'between 20 Jul 2024 and 20 Jul 2025'],
    ['[2014..2025-07-20]', 'between 2014 and 20 Jul 2025'],
    ['[2025-07-20..2025-07-20]', '20 Jul 2025'],
    ['[..2025-02-28]', 'by 28 Feb 2025'],
    ['[2025-02-28..]', '28 Feb 2025 or later'],
  ])('%s is "%s"', (text, label) => {
    expect(shortLabelEdtf(parseEdtf(text))).toBe(label)
  })

  test.each([
    ['[2024-12-25..2025-07-20]', '2024-12-25/..', 'by 20 Jul 2025'],
    ['[2024-12-25..2025-02]', '2024-12-25/2025-10', 'by Feb 2025'],
    ['[2024-12-25..2025-07-20]', '2024-12-25', 'by 20 Jul 2025'],
    ['[2024-12-25..2025-07-20]', '2024-12-25~/..', 'by 20 Jul 2025'],
    ['[2024-12-25..2024-12-25]', '2024-12-25/..', '25 Dec 2024'],
    // Another day, a beginning that is no day, a bound that is no day, and one moment within the bounds.
    ['[2024-12-26..2025-07-20]', '2024-12-25/..', 'between 26 Dec 2024 and 20 Jul 2025'],
    ['[2014-01-01..2014-07-20]', '2014/2025', 'between 1 Jan and 20 Jul 2014'],
    ['[2014..2025-07-20]', '2014/2025', 'between 2014 and 20 Jul 2025'],
    ['[2024-12-25..2025-07-20]', '[2024-12-25..2025]', 'between 25 Dec 2024 and 20 Jul 2025'],
    ['[2024-12-25..2025-07-20]', '../2025', 'between 25 Dec 2024 and 20 Jul 2025'],
    ['2024-12-25/2025-07-20', '2024-12-25/..', '25 Dec 2024 to 20 Jul 2025'],
    ['2024-12-25', '2024-12-25/..', '25 Dec 2024'],
  ])('%s in a dispute of the period %s is "%s"', (text, period, label) => {
    expect(shortLabelEdtf(parseEdtf(text), ['1999-01-01', period])).toBe(label)
  })
})

describe('the chronology', () => {
  test('is by first day, then last day, then moment, with unknown starts last', () => {
    const chronology = [
      '2024',
      '2024-12-25',
      '2024-12-25T10:00:00+04:00',
      '2024-12-25T06:28:00Z',
      '2024-12-25T09:28:01+03:00',
      '2024-12-25/2025-10-09',
      '2024-12-25/..',
      '2024-12-26',
      '/2023',
      '../2025-01',
    ]
    expect(chronology.toReversed().toSorted(byKey)).toEqual(chronology)
  })

  test('a sort key contains both days and, for a moment, its time in UTC', () => {
    expect(sortKeyOf(parseEdtf('2025-07-05/..'))).toBe('2025-07-05/9999-99-99')
    expect(sortKeyOf(parseEdtf('../2025-01'))).toBe(`${UNKNOWN_START}/2025-01-31`)
    expect(sortKeyOf(parseEdtf('2024-12-25T02:28:00+04:00'))).toBe('2024-12-25/2024-12-25/2024-12-24T22:28:00.000Z')
  })
})

describe('the more current of two dates', () => {
  test.each([
    ['2025-07-05', '2025-07-04', 'the later first day'],
    ['2025-07-05/2025-08', '2025-07-05', 'of one first day, the later last day'],
    ['2025-07-05/..', '2025-07-05/2025-08', 'an open end before any other'],
    ['1999', '../2025-01', 'any known start before an unknown one'],
    ['../2025-02', '/2025-01', 'of unknown starts, the later last day'],
    ['2024-12-25T09:28:00+04:00', '2024-12-25T05:27:00Z', 'of one day, the later moment'],
    ['2024-12-25T00:00:00Z', '2024-12-25', 'of one day, a moment before none'],
  ])('%s rather than %s: %s', (current, former) => {
    expect(compareCurrent(parseEdtf(current), parseEdtf(former))).toBeGreaterThan(0)
    expect(compareCurrent(parseEdtf(former), parseEdtf(current))).toBeLessThan(0)
  })

  test('two dates of the same moment are equally current', () => {
    expect(compareCurrent(parseEdtf('2024-12-25T06:28:00Z'), parseEdtf('2024-12-25T10:28:00+04:00'))).toBe(0)
  })
})

describe('dates that must have begun by a day', () => {
  test.each([
    ['2025-07-05', '2025-07-05', 'a day, on that day'],
    ['2025-07-05/2025-10-09', '2025-07-05', 'an interval, on its first day'],
    ['2025-07-05/..', '2025-07-05', 'an ongoing interval, on its first day'],
    ['2025-07', '2025-07-31', 'a month, on its last day'],
    ['[2024-12-25..2025-02-10]', '2025-02-10', 'one day within, on the last of them'],
    ['[..2025-07-20]', '2025-07-20', 'on or before a day, on that day'],
    ['/2025-01', '2025-01-31', 'an unknown start, on its last day'],
    ['../2025-01', '2025-01-31', 'an open start, on its last day'],
  ])('%s by %s: %s, and not the day before', (text, day) => {
    expect(hasBegunBy(parseEdtf(text), day)).toBe(true)
    expect(hasBegunBy(parseEdtf(text), dayBefore(day))).toBe(false)
  })

  test('a date on or after a day need never have begun', () => {
    expect(hasBegunBy(parseEdtf('[2024-12-25..]'), '9999-12-31')).toBe(false)
  })
})

test('a calendar day exists and is written in full', () => {
  expect(['2024-02-29', '2000-02-29', '0000-01-01', '9999-12-31'].filter(isCalendarDay)).toHaveLength(4)
  const others = ['2023-02-29', '1900-02-29', '2025-13-01', '2025-00-10', '2025-07-00', '2025-07', '2025-7-5', '']
  expect([...others, '2024-12-25T06:28:00Z', '2024-12-25\n', '2024-12-XX'].filter(isCalendarDay)).toEqual([])
})

function refusalOf(text: string): string {
  try {
    parseEdtf(text)
  } catch (error) {
    if (error instanceof EdtfError && error.code === 'INVALID_EDTF') return error.message
    throw error
  }
  throw new Error(`${JSON.stringify(text)} was accepted`)
}

function byKey(a: string, b: string): number {
  return sortKeyOf(parseEdtf(a)) < sortKeyOf(parseEdtf(b)) ? -1 : 1
}

function dayBefore(day: string): string {
  return new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10)
}
