import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { EdtfError, parseEdtf } from '../../src/model/dates/edtf.ts'

function refusalOf(text: string): string | undefined {
  try {
    parseEdtf(text)
    return undefined
  } catch (error) {
    if (error instanceof EdtfError) return error.message
    throw error
  }
}

/** The dates that the refusal of a text advises, which are in quotes after "write". */
function adviceFor(text: string): string[] {
  const [, advice = ''] = /; write (".*)$/.exec(refusalOf(text) ?? '') ?? []
  return [...advice.matchAll(/"([^"]+)"/g)].map(([, date = '']) => date)
}

describe('a date that another tool writes', () => {
  test.each([
    ['20250101', ['2025-01-01']],
    ['202501', ['2025-01']],
    ['2025.01', ['2025-01']],
    ['2025.10', ['2025-10']],
    ['2025/01/05', ['2025-01-05']],
    ['2024_12_25', ['2024-12-25']],
    ['2023-6-5', ['2023-06-05']],
    ['2015-09-00', ['2015-09']],
    ['2015-00-00', ['2015']],
    ['20150900', ['2015-09']],
    ['+2015-09-00T00:00:00Z', ['2015-09']],
    ['+2015-09-14T00:00:00Z', ['2015-09-14']],
    ['20241225T062800Z', ['2024-12-25T06:28:00Z']],
    ['20241225062800', ['2024-12-25T06:28:00Z', '2024-12-25']],
    ['2024/12/25 06:28:00', ['2024-12-25T06:28:00Z', '2024-12-25']],
    ['2024-12-25 06:28 UTC', ['2024-12-25T06:28:00Z']],
    ['2024-12-25T06:28:00', ['2024-12-25T06:28:00Z', '2024-12-25']],
    ['2024-12-25T06:28:00+0400', ['2024-12-25T06:28:00+04:00']],
    ['2024-12-25T06:28:00.123Z', ['2024-12-25T06:28:00Z']],
    ['2024-12-31T24:00:00Z', ['2025-01-01T00:00:00Z']],
    ['2024-12-31T23:59:60Z', ['2024-12-31T23:59:59Z']],
    ['2024-360', ['2024-12-25']],
    ['2023-366', []],
    ['2024-W52', ['2024-12-23/2024-12-29', '[2024-12-23..2024-12-29]']],
    ['2021-W01-1', ['2021-01-04']],
    ['2024-W54', []],
    ['1998/unknown', ['1998/']],
    ['2024-12-25/open', ['2024-12-25/..']],
    ['open/2024', ['../2024']],
    ['unknown/2024', ['/2024']],
    ['2024-12-uu', ['2024-12-XX']],
    ['199u', ['199X']],
    ['193X/196X', ['1930/1969']],
    ['2024-12-2X', ['[2024-12-20..2024-12-29]']],
    ['2024-1X', ['[2024-10..2024-12]']],
    ['2004-06~-11', ['2004-06-11~']],
    ['2004?~', ['2004%']],
    ['{2024-12-25,2024-12-26}', ['2024-12-25/2024-12-26']],
    ['{2024-12-26,2024-12-27,2024-12-25}', ['2024-12-25/2024-12-27']],
    ['{2024-12-31,2025-01-01}', ['2024-12-31/2025-01-01']],
    ['{2024-02-28,2024-03-01}', ['[2024-02-28..2024-03-01]']],
    ['{2023-02-28,2023-03-01}', ['2023-02-28/2023-03-01']],
    ['{2024-12-25,2025-03-01}', ['[2024-12-25..2025-03-01]']],
    ['{2024-12-25,2024-12-26,2024-12-28}', ['[2024-12-25..2024-12-28]']],
    ['{2024-11,2024-12}', ['2024-11/2024-12']],
    ['{2020,2022}', ['[2020..2022]']],
    ['{2024-12-25..2025-03-01}', ['2024-12-25/2025-03-01']],
    ['{2024-12-25,}', ['2024-12-25']],
    ['[2024-12-26,2024-12-25]', ['[2024-12-25..2024-12-26]']],
    ['2024-21', ['2024-03/2024-05', '[2024-03..2024-05]']],
    ['2024-33', ['2024-01/2024-03', '[2024-01..2024-03]']],
    ['2024-24', ['2023-12/2024-02', '2024-12/2025-02']],
  ])('%s is advised as %j', (text, dates) => {
    expect(adviceFor(text)).toEqual(dates)
  })
})

describe('a date as people write it', () => {
  test.each([
    ['June 2023', ['2023-06']],
    ['5 June 2023', ['2023-06-05']],
    ['June 5th, 2023', ['2023-06-05']],
    ['Wednesday, 25 December 2024', ['2024-12-25']],
    ['25-Dec-2024', ['2024-12-25']],
    ['Sept. 2024', ['2024-09']],
    ['5\u20136 June 2023', ['2023-06-05/2023-06-06']],
    ['5 июня 2023 г.', ['2023-06-05']],
    ['İyun 2023', []],
    ['iyun 2023', ['2023-06']],
    ['2024年12月25日', ['2024-12-25']],
    ['Q3 2024', ['2024-07/2024-09', '[2024-07..2024-09]']],
    ['summer 2024', ['2024-06/2024-08', '[2024-06..2024-08]']],
    ['winter 2024', ['2023-12/2024-02', '2024-12/2025-02']],
    ['first half of 2024', ['2024-01/2024-06', '[2024-01..2024-06]']],
    ['circa 2024', ['2024~']],
    ['c. June 2024', ['2024-06~']],
    ['perhaps 2024', ['2024?']],
    ['2024 (?)', ['2024?']],
    ['early 2023', ['[2023-01..2023-04]', '2023']],
    ['mid-2023', ['[2023-05..2023-08]', '2023']],
    ['the end of 2023', ['[2023-09..2023-12]', '2023']],
    ['early June 2023', ['[2023-06-01..2023-06-10]', '2023-06']],
    ['late February 2023', ['[2023-02-21..2023-02-28]', '2023-02']],
    ['late 1990s', ['[1997..1999]', '199X']],
    ['early 2023 to mid 2024', ['2023-01/2024-08']],
    ['03/04/2023 to 05/06/2023', ['2023-03-04/2023-05-06', '2023-04-03/2023-06-05']],
    ['03/04/2023-25/06/2023', ['2023-04-03/2023-06-25']],
    ['01/01/2024 - 12/25/2024', ['2024-01-01/2024-12-25']],
    ['25/12/2024 - 12/26/2024', []],
    ['the 1990s', ['199X']],
    ['since 2024', ['2024/..']],
    ['until June 2024', ['../2024-06']],
    ['from June 2023 to July 2024', ['2023-06/2024-07']],
    ['between 2024-01 and 2024-03', ['2024-01/2024-03', '[2024-01..2024-03]']],
    ['2024\u20132025', ['2024/2025']],
    ['2024\u201112\u201125', ['2024-12-25']],
    ['2024-12-25 ', ['2024-12-25']],
    ['\u0662\u0660\u0662\u0664-12-25', ['2024-12-25']],
    ['2023/24', ['2023/2024']],
    ['2023/11', ['2023-11']],
    ['2024-12-25/26', ['2024-12-25/2024-12-26']],
    ['25.12.2024', ['2024-12-25']],
    ['05.06.2023', ['2023-06-05']],
    ['2025-13-05', ['2025-05-13']],
    ['2024-02-30', ['2024-02']],
    ['2025-02-10/2025-01', ['2025-01/2025-02-10']],
    ['winter', []],
    ['last week', []],
    ['44 BC', []],
    ['-0044', []],
    ['12024-01-01', []],
    ['y12345', []],
    ['25', []],
  ])('%s is advised as %j', (text, dates) => {
    expect(adviceFor(text)).toEqual(dates)
  })

  test.each([
    ['06/18/2023', '06/18/2023 is not an EDTF date, which has the year first; write "2023-06-18"'],
    ['25/12/2024', '25/12/2024 is not an EDTF date, which has the year first; write "2024-12-25"'],
    ['12-25-2024', '12-25-2024 is not an EDTF date, which has the year first; write "2024-12-25"'],
    ['1/1/2017', '1/1/2017 is not an EDTF date, which has the year first; write "2017-01-01"'],
    ['00/05/2024', '00/05/2024 is not an EDTF date, which has the year first; write "2024-05"'],
    ['25.12.2024', '25.12.2024 is not an EDTF date, which has the year first; write "2024-12-25"'],
    [
      'early 2023',
      'a date contains no white space; write "[2023-01..2023-04]" for once in that part or "2023" with the word early in a note, such as date-note',
    ],
    [
      '{2024-12-25,2025-03-01}',
      'sets in braces are not supported; write "[2024-12-25..2025-03-01]" for one moment between them, or record each date in a development of its own',
    ],
    [
      '05/06/2023',
      '05/06/2023 is ambiguous: some put the day first, others the month; write "2023-05-06" if the month comes first or "2023-06-05" if the day comes first',
    ],
    ['25/12/24', '25/12/24 has a year of two digits; write all four, as 2024-12-25'],
    ['unknown', '"unknown" states no year; give bounds, such as [..2025-07-20], or omit the date where it is optional'],
    ['present', '"present" is not a date; what continues is written 2024-12-25/..'],
    ['2024-12-25/P3D', 'durations (P3D) are not supported; give the last day, as 2024-12-25/2024-12-28'],
  ])('the refusal of %s says why', (text, message) => {
    expect(refusalOf(text)).toBe(message)
  })
})

/** Parts of dates in many forms, right and wrong. */
const part = fc.oneof(
  fc.constantFrom(
    '2024',
    '1998',
    '0000',
    '9999',
    '12',
    '31',
    '02',
    '30',
    '00',
    '5',
    '24',
    'X',
    'XX',
    'uu',
    'June',
    'Q3',
    'winter',
  ),
  fc.constantFrom(
    '-',
    '/',
    '.',
    '..',
    ' ',
    'T',
    ':',
    'Z',
    '+',
    '~',
    '?',
    '%',
    '[',
    ']',
    '{',
    '}',
    ',',
    '\u2013',
    'W',
    'S',
    'Y',
  ),
  fc.constantFrom(
    'unknown',
    'open',
    'circa ',
    'since ',
    ' to ',
    'between ',
    ' and ',
    '06:28',
    '+04',
    '20241225',
    '2024-12-25',
    '1990s',
  ),
)

it('advises nothing but dates that are accepted', () => {
  let advised = 0
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      for (const date of adviceFor(parts.join(''))) {
        advised++
        expect(refusalOf(date)).toBeUndefined()
      }
    }),
    { numRuns: 20_000 },
  )
  expect(advised).toBeGreaterThan(200)
})

/** A day in the forms of other tools, of which each means this day and no other. */
it('advises the day that was meant', () => {
  const day = fc.date({ min: new Date('1000-01-01'), max: new Date('9999-12-30'), noInvalidDate: true })
  fc.assert(
    fc.property(day, (date) => {
      const iso = date.toISOString().slice(0, 10)
      const [year = '', month = '', number = ''] = iso.split('-')
      const ordinal = (Date.parse(iso) - Date.parse(`${year}-01-01`)) / 86_400_000 + 1
      const name = date.toLocaleDateString('en', { month: 'long', timeZone: 'UTC' })
      for (const text of [
        `${year}${month}${number}`,
        `${year}/${month}/${number}`,
        `${year}.${Number(month)}.${Number(number)}`,
        `${number}.${month}.${year}`,
        `${Number(number)} ${name} ${year}`,
        `${year}-${String(ordinal).padStart(3, '0')}`,
        `+${iso}T00:00:00Z`,
      ])
        expect(adviceFor(text)).toEqual([iso])
    }),
  )
})
