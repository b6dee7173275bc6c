import { describe, expect, test } from 'vitest'
import { percentAt, dayNumber, timeScale, type TimeScale } from '../../../src/http/pages/charts/time-scale.ts'
import { parseEdtf } from '../../../src/model/dates/edtf.ts'

const over = (...dates: readonly string[]) =>
  timeScale({ period: null, lastReportedOn: null, dates: dates.map(parseEdtf) })

const wide = ({ labels }: TimeScale, row: 1 | 2 = 1) =>
  labels.filter((label) => label.row === row && label.wide !== null).map((label) => label.wide)

const narrow = ({ labels }: TimeScale, row: 1 | 2 = 1) =>
  labels.filter((label) => label.row === row && label.narrow !== null).map((label) => label.narrow)

describe('the unit of the axis follows from the span', () => {
  test('two days have a label each', () => {
    const scale = over('2024-12-31', '2025-01-01')
    expect(wide(scale)).toEqual(['31', '1'])
    expect(wide(scale, 2)).toEqual(['Dec 2024', 'Jan 2025'])
    expect(narrow(scale, 2)).toEqual(['Dec', 'Jan'])
  })

  test('a single day is the whole axis', () => {
    const scale = over('2024-12-25')
    expect(scale.end - scale.first).toBe(1)
    expect(scale.ticks).toEqual([0])
  })

  test('21 days are days, and 22 are weeks that start on Mondays', () => {
    expect(over('2025-03-01', '2025-03-21').ticks).toHaveLength(21)
    const weeks = over('2025-03-01', '2025-03-22')
    expect(wide(weeks)).toEqual(['3', '10', '17'])
    expect(weeks.end - weeks.first).toBe(22)
  })

  test('13 weeks are weeks, and 14 are months', () => {
    // 6 January 2025 was a Monday.
    expect(over('2025-01-06', '2025-04-06').ticks).toHaveLength(13)
    expect(wide(over('2025-01-06', '2025-04-07'))).toEqual(['Jan', 'Feb', 'Mar', 'Apr'])
  })

  test('13 months are months, and 14 are quarters', () => {
    expect(over('2024-01-31', '2025-01-01').ticks).toHaveLength(13)
    expect(wide(over('2024-01-31', '2025-02-01'))).toEqual(['Jan', 'Apr', 'Jul', 'Oct', 'Jan'])
  })

  test('13 quarters are quarters, and 14 are years', () => {
    expect(over('2021-01-01', '2024-03-31').ticks).toHaveLength(13)
    expect(wide(over('2021-01-01', '2024-04-01'))).toEqual(['2021', '2022', '2023', '2024'])
  })

  test('thirty years have round years', () => {
    expect(wide(over('1994-05-01', '2024-05-01'))).toEqual(['1995', '2000', '2005', '2010', '2015', '2020'])
    expect(narrow(over('1994-05-01', '2024-05-01'))).toEqual(['95', '00', '05', '10', '15', '20'])
  })

  test('more than a century keeps four digits on a phone', () => {
    expect(narrow(over('1890', '2024-05-01')).every((label) => label?.length === 4)).toBe(true)
  })

  test('the whole range of dates is drawn', () => {
    const scale = over('0000-01-01', '9999-12-31')
    expect(scale.ticks.length).toBeLessThanOrEqual(13)
    expect(percentAt(scale, dayNumber('0000-01-01'))).toBe(0)
    expect(percentAt(scale, dayNumber('9999-12-31') + 1)).toBe(100)
  })
})

describe('labels', () => {
  const spans = [
    '2025-01-01',
    '2025-01-02',
    '2025-01-09',
    '2025-01-20',
    '2025-02-20',
    '2025-03-31',
    '2025-08-09',
  ].concat([
    '2026-01-05',
    '2027-06-01',
    '2030-01-01',
    '2038-01-01',
    '2055-01-01',
    '2125-01-01',
    '2600-01-01',
    '9000-01-01',
  ])
  const starts = ['2024-11-30', '2024-12-25', '2025-01-01']

  test.each(starts.flatMap((from) => spans.map((to) => [from, to])))(
    'have room from %s to %s',
    (from = '', to = '') => {
      const scale = over(from, to)
      for (const [pixels, of] of [
        [384, wide],
        [144, narrow],
      ] as const) {
        for (const row of [1, 2] as const) {
          const name = of === wide ? 'wide' : 'narrow'
          const shown = scale.labels.filter((label) => label.row === row && label[name] !== null)
          expect(row === 2 || of(scale).length > 0).toBe(true)
          shown.slice(1).forEach((label, index) => {
            const before = shown[index]
            const text = before?.[name] ?? ''
            const room = ((label.at - (before?.at ?? 0)) * pixels) / 100
            expect(room, `${text} before ${label[name]}`).toBeGreaterThanOrEqual(text.length * 7)
          })
        }
      }
    },
  )

  test('say the year where it changes', () => {
    const scale = over('2024-12-25', '2025-10-11')
    expect(wide(scale)).toHaveLength(11)
    expect(narrow(scale).join('')).toBe('DJFMAMJJASO')
    expect(wide(scale, 2)).toEqual(['2024', '2025'])
    // Under one narrow month there is no room for its year.
    expect(narrow(scale, 2)).toEqual(['2025'])
  })
})

describe('what the axis covers', () => {
  const of = (period: string, lastReportedOn: string | null, dates: readonly string[]) =>
    timeScale({ period: parseEdtf(period), lastReportedOn, dates: dates.map(parseEdtf) })

  test('the period of the dispute up to the last report', () => {
    const scale = of('2024-12-25/..', '2025-10-11', [])
    expect([scale.first, scale.end]).toEqual([dayNumber('2024-12-01'), dayNumber('2025-11-01')])
  })

  test('what began later than the last report', () => {
    expect(of('2024-12-25/..', '2025-10-11', ['2025-12-30']).end).toBe(dayNumber('2026-01-01'))
  })

  test('not a distant bound of one date', () => {
    const scale = of('2024-12-25/..', '2025-10-11', ['[2014..2025-07-20]', '[2025-07-20..2090]'])
    expect([scale.first, scale.end]).toEqual([dayNumber('2024-12-01'), dayNumber('2025-11-01')])
  })

  test('a day before the period', () => {
    expect(of('2024-12-25/..', '2025-10-11', ['2024-10-02']).first).toBe(dayNumber('2024-10-01'))
  })

  test('a period that ended', () => {
    const scale = of('2014/2025', null, [])
    expect([scale.first, scale.end]).toEqual([dayNumber('2014-01-01'), dayNumber('2026-01-01')])
  })

  test('nothing, without any date', () => {
    expect(over().ticks).toEqual([])
    expect(percentAt(over(), 0)).toBe(0)
  })
})
