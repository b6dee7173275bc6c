import { describe, expect, test } from 'vitest'
import { laneCount, packLanes, placeLabel } from '../../../src/http/pages/charts/lanes.ts'
import { grainOf, panelsOf, rowsOf, type Coding } from '../../../src/http/pages/charts/tension-panels.ts'
import { tensionSection } from '../../../src/http/pages/charts/tension.ts'
import { timeScale } from '../../../src/http/pages/charts/time-scale.ts'
import { printDocument } from '../../../src/http/pages/parts/html.ts'
import { parseEdtf } from '../../../src/model/dates/edtf.ts'

const [a, b, c] = ['Aland', 'Borduria', 'Cordia'].map((name) => ({ key: name.toLowerCase(), name }))
if (!a || !b || !c) throw new Error('three states')

const coding = (edtf: string, from: readonly (typeof a)[], to: readonly (typeof a)[], score = -2): Coding => ({
  development: { key: 'x/y', headline: 'Somebody says something' },
  type: 'ACCUSE',
  modes: [],
  score,
  date: { ...parseEdtf(edtf), shortLabel: edtf },
  initiators: from,
  recipients: to,
})

const scale = timeScale({ period: parseEdtf('2025'), lastReportedOn: null, dates: [] })

const describeSection = (marks: readonly Coding[], parties = [a, b]) =>
  printDocument(
    tensionSection(
      scale,
      { key: 'x', parties, scale: 'PLOVER 2.0', straddling: 0, totalCount: marks.length, marks },
      null,
    ),
  ).replaceAll(/<[^>]*>/g, '')

describe('every coding is in one panel', () => {
  test('of its direction, if one party acts towards one other', () => {
    const marks = [
      coding('2025-01-01', [a], [b]),
      coding('2025-01-01', [b], [a]),
      coding('2025-01-01', [b], [a]),
      coding('2025-01-01', [a, b], []),
      coding('2025-01-01', [a], [b, c]),
      coding('2025-01-01', [a], [c]),
      coding('2025-01-01', [c], [a]),
      coding('2025-01-01', [a], [a]),
      coding('2025-01-01', [], [a]),
    ]
    const panels = panelsOf({ parties: [a, b], marks })
    expect(panels.map(({ direction, codings }) => [direction?.from.key, direction?.to.key, codings.length])).toEqual([
      ['borduria', 'aland', 2],
      ['aland', 'borduria', 1],
      [undefined, undefined, 6],
    ])
  })

  test('of all directions, without parties', () => {
    expect(panelsOf({ parties: [], marks: [coding('2025', [a], [b])] })).toHaveLength(1)
    expect(panelsOf({ parties: [a], marks: [] })).toEqual([])
  })
})

describe('rows are scores', () => {
  test('the most cooperative first, with a mark a coding', () => {
    const rows = rowsOf(
      scale,
      [coding('2025', [a], [b], -2), coding('2025', [a], [b], 5), coding('2025', [a], [b], -2)],
      0,
    )
    expect(rows.map(({ score, marks }) => [score, marks.length])).toEqual([
      [5, 1],
      [-2, 2],
    ])
  })

  test('equal spans are one mark where there are more than 200 codings', () => {
    expect([200, 201, 500, 501, 1_500, 1_501].map(grainOf)).toEqual([0, 0.5, 0.5, 4, 4, 8])
    const codings = ['2025-02', '2025-02', '2025-02~', '2025-02-01/2025-02-28'].map((edtf) => coding(edtf, [a], [b]))
    const [row] = rowsOf(scale, codings, grainOf(201))
    expect(row?.marks.map(({ mark, codings: merged }) => [mark.symbol, merged.length])).toEqual([
      ['w', 2],
      ['wa', 1],
      ['b', 1],
    ])
  })
})

describe('past 200 codings', () => {
  const heights = (equal: number) => {
    const marks = [
      ...Array<Coding>(equal).fill(coding('2025-03', [a], [b])),
      ...Array<Coding>(201 - equal).fill(coding('2025-05', [a], [b])),
    ]
    const tension = { key: 'x', parties: [a, b], scale: 'PLOVER 2.0', straddling: 0, totalCount: 201, marks }
    const section = printDocument(tensionSection(scale, tension, null))
    return { heights: [...section.matchAll(/<rect [^>]*height="(\d+)" opacity/g)].map(([, height]) => height), section }
  }

  test('a mark is as thick as it stands for many, and says their number', () => {
    expect(heights(1).heights).toEqual(['14'])
    expect(heights(2).heights).toEqual(['8', '14'])
    expect(heights(3).heights).toEqual(['10', '14'])
    expect(heights(3).section).toContain('×3<')
    expect(heights(3).section).toContain('×198<')
  })

  test('the table has one row a direction and score, with its number', () => {
    expect(heights(3).section).toContain(
      '<a href="/disputes/x?initiators=aland&amp;recipients=borduria&amp;ploverTypes=ACCUSE#timeline">201</a>',
    )
  })
})

describe('the finding counts what is drawn', () => {
  test.each([
    ['No act or saying in this dispute is scored.', []],
    ['Of 1 act or saying of Aland towards Borduria, 1 is conflict.', [coding('2025', [a], [b])]],
    [
      'Of 2 acts and sayings of Aland towards Borduria, 1 is conflict; of the 1 of Borduria towards Aland, 0 are. What was done by or towards others stands apart, below.',
      [coding('2025', [a], [b]), coding('2025', [a], [b], 5), coding('2025', [b], [a], 0), coding('2025', [c], [a])],
    ],
    [
      'Of 2 acts and sayings, 0 are conflict and 1 cooperation.',
      [coding('2025', [c], [], 5), coding('2025', [c], [], 0)],
    ],
  ] as const)('%s', (sentence, marks) => {
    expect(describeSection(marks)).toContain(sentence)
  })

  test('between more than two parties in all, and for the most frequent direction', () => {
    const marks = [
      coding('2025', [a], [b]),
      coding('2025', [a], [b]),
      coding('2025', [b], [c]),
      coding('2025', [c], [a], 5),
    ]
    expect(describeSection(marks, [a, b, c])).toContain(
      'Of 4 acts and sayings between the parties, 3 are conflict and 1 cooperation. The most are those of Aland towards Borduria: 2, of which 2 are conflict.',
    )
  })
})

describe('lanes', () => {
  test('keep what would touch apart, and nothing else', () => {
    const of = (...ends: readonly (readonly [number, number])[]) =>
      packLanes(
        ends.map(([from, to]) => ({ from, to })),
        1,
      )
    expect(of([0, 10], [11, 20], [10.5, 12], [30, 40])).toEqual([0, 0, 1, 0])
    expect(laneCount(of([0, 10], [10, 20]))).toBe(2)
    expect(laneCount([])).toBe(0)
  })

  test('a label stands where there is room for it', () => {
    const anchor = (from: number, to: number) => placeLabel({ from, to }, 'awaits inquiry', 288).anchor
    expect(anchor(10, 20)).toBe('start')
    expect(anchor(90, 95)).toBe('end')
    expect(anchor(5, 95)).toBe('middle')
    expect(placeLabel({ from: 50, to: 50 }, 'x'.repeat(80), 288)).toMatchObject({ x: 100, anchor: 'end', to: 100 })
  })
})
