import { expect, test } from 'vitest'
import { dateKey, drawMark, placeDate, rareSymbols } from '../../../src/http/pages/charts/date-mark.ts'
import { timeScale } from '../../../src/http/pages/charts/time-scale.ts'
import { printDocument } from '../../../src/http/pages/parts/html.ts'
import { layout } from '../../../src/http/pages/parts/layout.ts'
import { parseEdtf } from '../../../src/model/dates/edtf.ts'

/** 100 days: a day is a percent. */
const scale = {
  ...timeScale({ period: null, lastReportedOn: null, dates: [parseEdtf('2025-01-01/2025-04-10')] }),
  first: 20_089,
  end: 20_189,
}

const place = (edtf: string) => {
  const mark = placeDate(scale, parseEdtf(edtf))
  return mark && `${mark.symbol} ${mark.from} ${mark.to}${mark.uncertain ? ' ?' : ''}`
}

test.each([
  ['a day is a dot in the middle of its day', '2025-01-11', 'd 10.5 10.5'],
  ['about a day is a ring', '2025-01-11~', 'da 10.5 10.5'],
  ['an uncertain day has a question mark', '2025-01-11?', 'd 10.5 10.5 ?'],
  ['both at once', '2025-01-11%', 'da 10.5 10.5 ?'],
  ['a time of day stands within its day', '2025-01-11T18:00:00Z', 'd 10.8 10.8'],
  ['a time with an offset stays on its own day', '2025-01-11T00:30:00+05:00', 'd 10 10'],
  ['a month is a bracket', '2025-02', 'w 31 59'],
  ['about a month is a dashed bracket', '2025-02~', 'wa 31 59'],
  ['one day within bounds is a bracket', '[2025-01-11..2025-01-20]', 'w 10 20'],
  ['two days are still a bracket', '[2025-01-11..2025-01-12]', 'w 10 12'],
  ['all the time is a bar', '2025-01-11/2025-01-20', 'b 10 20'],
  ['a span of one day is a dot', '2025-01-11/2025-01-11', 'd 10.5 10.5'],
  ['with rough bounds it is a dashed bar', '2025-01-11/2025-01-20~', 'ba 10 20'],
  ['what continues has an arrow', '2025-01-11/..', 'o 10 100'],
  ['an end that is not known has none', '2025-01-11/', 'n 10 100'],
  ['a start that is not known is open', '../2025-01-20', 'p 0 20'],
  ['on or before a day is open on the left', '[..2025-01-20]', 'u 0 20'],
  ['on or after a day is open on the right', '[2025-01-11..]', 'v 10 100'],
  ['the first day of the axis is inside', '[2025-01-01..2025-01-20]', 'w 0 20'],
  ['the day before it is outside', '[2024-12-31..2025-01-20]', 'u 0 20'],
  ['the last day of the axis is inside', '[2025-01-11..2025-04-10]', 'w 10 100'],
  ['the day after it is outside', '[2025-01-11..2025-04-11]', 'v 10 100'],
  ['bounds on both sides of the axis', '[2024..2026]', 'x 0 100'],
  ['a span over both sides of the axis', '2024/2026', 'q 0 100'],
  ['a day before the axis is an arrow at its start', '2024-12-31', 'u 0 0'],
  ['a day after the axis is an arrow at its end', '2025-04-11', 'v 100 100'],
])('%s', (_, edtf, expected) => {
  expect(place(edtf)).toBe(expected)
})

test('a date without bounds has no mark', () => {
  const unknown = { ...parseEdtf('2025'), earliest: null, latest: null }
  expect(placeDate(scale, unknown)).toBeNull()
  expect(dateKey(scale, [unknown, null])).toBeNull()
})

test('every symbol that a date can have is defined and explained', () => {
  const service = { version: '0', developments: 0, head: 'x', headAt: null, recordedFrom: null }
  const page = layout({ title: 'x', crumbs: [], symbols: rareSymbols(), main: null }, { publicUrl: '', service })
  const ends = ['2025-01-11', '2024-12-31', '2025-04-11']
  const bounds = ['2025-01-11', '2025-01-20', '2024', '2026', '..', '']
  const dates = [
    ...ends,
    ...bounds.flatMap((from) => bounds.map((to) => `${from}/${to}`)),
    ...bounds
      .slice(0, 5)
      .flatMap((from) => bounds.slice(0, 5).map((to) => `[${from}..${to}]`.replaceAll('....', '..'))),
  ].flatMap((text) => [text, `${text}~`, text.replace(/\]$/, '~]')])
  const marks = dates.flatMap((text) => {
    try {
      return [{ text, date: parseEdtf(text) }]
    } catch {
      return []
    }
  })
  expect(marks.length).toBeGreaterThan(40)
  const flaws = marks.filter(({ date }) => {
    const mark = placeDate(scale, date)
    return mark === null || !page.includes(`<symbol id="${mark.symbol}"`) || dateKey(scale, [date]) === null
  })
  expect(flaws).toEqual([])
})

test('a mark uses its symbol', () => {
  const draw = (edtf: string) => {
    const mark = placeDate(scale, parseEdtf(edtf))
    return mark && printDocument(drawMark(mark, 10, 'p for'))
  }
  expect(draw('2025-01-11~')).toContain('<use href="#da" x="10.5%" y="10" class="p for">')
  expect(draw('2025-02?')).toContain('<use href="#w" x="31%" y="6" width="28%" height="8" class="p for">')
  expect(draw('2025-02?')).toContain('?</text>')
})
