import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import type { RecordOf } from '../../src/model/records/definitions.ts'
import { read, refusalsOf } from '../_support/answer.ts'
import { type App, openApp } from '../_support/app.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'

type Coding = NonNullable<RecordOf<'event'>['codings']>[number]

const accuse: Coding = { type: 'accuse', initiators: ['north'], recipients: ['south'] }
const agree: Coding = { type: 'agree', initiators: ['south'], recipients: ['north'] }
const meet: Coding = { type: 'consult', initiators: ['north', 'south'] }

const happens = (key: string, date: string, codings: Coding[], more: Partial<RecordOf<'event'>> = {}) =>
  planned('event', event({ event: `ferry/${key}`, date, codings, figures: [], bearings: [], ...more }))

interface Series {
  readonly straddling: number
  readonly straddlers: readonly { readonly key: string }[]
  readonly buckets: readonly {
    readonly from: string
    readonly to: string
    readonly count: number
    readonly sum: number
    readonly developments: readonly { readonly key: string }[]
  }[]
}

async function seriesOf(app: App, args: Record<string, unknown> = {}): Promise<Series> {
  const { dispute } = await read(
    app,
    `query ($bucket: TensionBucketSize! = MONTH, $initiator: Key, $recipient: Key, $date: DateRange) { dispute(key: "ferry") {
       tension(bucket: $bucket, initiator: $initiator, recipient: $recipient, date: $date) {
         straddling straddlers(first: 10) { key } buckets { from to count sum developments(first: 10) { key } } } } }`,
    args,
  )
  return (dispute as { tension: Series }).tension
}

/** Each bucket as its first day, its number of codings and their sum. */
const briefly = ({ buckets }: Series) => buckets.map(({ from, count, sum }) => [from, count, sum])

test('scores are summed by month, each bucket with its mean, parts and developments', async () => {
  await using app = await openApp({
    recorded: [
      setting,
      [
        happens('charge', '2025-01-10', [accuse, { ...accuse, type: 'threaten' }]),
        happens('accord', '2025-01-20', [agree]),
        happens('again', '2025-03-05', [accuse]),
      ],
    ],
  })
  const { dispute } = await read(
    app,
    `{ dispute(key: "ferry") { tension { scale straddling straddlers { key }
         buckets { from to count mean sum cooperation conflict developments { key } } } } }`,
  )
  expect(dispute).toEqual({
    tension: {
      scale: 'PLOVER 2.0',
      straddling: 0,
      straddlers: [],
      buckets: [
        {
          from: '2025-01-01',
          to: '2025-01-31',
          count: 3,
          mean: -4 / 3,
          sum: -4,
          cooperation: 2.5,
          conflict: -6.5,
          developments: [{ key: 'ferry/charge' }, { key: 'ferry/accord' }],
        },
        {
          from: '2025-03-01',
          to: '2025-03-31',
          count: 1,
          mean: -3,
          sum: -3,
          cooperation: 0,
          conflict: -3,
          developments: [{ key: 'ferry/again' }],
        },
      ],
    },
  })
})

test.each([
  ['DAY', ['2025-12-28', '2025-12-28'], ['2025-12-29', '2025-12-29'], ['2026-01-04', '2026-01-04']],
  ['WEEK', ['2025-12-22', '2025-12-28'], ['2025-12-29', '2026-01-04']],
  ['MONTH', ['2025-12-01', '2025-12-31'], ['2026-01-01', '2026-01-31']],
  ['QUARTER', ['2025-10-01', '2025-12-31'], ['2026-01-01', '2026-03-31']],
  ['YEAR', ['2025-01-01', '2025-12-31'], ['2026-01-01', '2026-12-31']],
])('a %s follows the calendar, with weeks starting on Monday', async (bucket, ...expected) => {
  const days = ['2025-12-28', '2025-12-29', '2026-01-04']
  await using app = await openApp({ recorded: [setting, days.map((day) => happens(day, day, [accuse]))] })
  const { buckets } = await seriesOf(app, { bucket })
  expect(buckets.map(({ from, to }) => [from, to])).toEqual(expected)
})

test('a date that does not fit in one bucket straddles and is not spread', async () => {
  const dates = {
    'in-january': '[2025-01-05..2025-01-20]',
    'the-month': '2025-01',
    'over-the-month': '2025-01-30/2025-02-02',
    'either-month': '[2025-01-30..2025-02-02]',
    'the-year': '2025',
    ongoing: '2025-01-10/..',
    before: '../2025-01-10',
    about: '2025-01-31~',
  }
  await using app = await openApp({
    recorded: [setting, Object.entries(dates).map(([key, date]) => happens(key, date, [accuse]))],
  })
  const months = await seriesOf(app)
  expect(briefly(months)).toEqual([['2025-01-01', 3, -9]])
  expect(months.buckets[0]?.developments.map(({ key }) => key)).toEqual([
    'ferry/the-month',
    'ferry/in-january',
    'ferry/about',
  ])
  expect(months.straddling).toBe(5)
  expect(months.straddlers.map(({ key }) => key)).toEqual(
    ['the-year', 'ongoing', 'over-the-month', 'either-month', 'before'].map((key) => `ferry/${key}`),
  )
  expect((await seriesOf(app, { bucket: 'YEAR' })).straddling).toBe(2)
})

test('background, plans and retracted developments are not included, and a correction only once', async () => {
  let now = Date.UTC(2025, 5, 1)
  const [kept, gone] = [happens('kept', '2025-01-10', [accuse]), happens('gone', '2025-01-11', [accuse])]
  const background = happens('background', '2025-01-12', [accuse], { disputes: [], 'context-of': ['ferry'] })
  const planning = happens('planning', '2025-01-13', [{ ...accuse, auxiliaries: ['future'] }])
  await using app = await openApp({ recorded: [setting, [kept, gone, background, planning]], now: () => now })
  expect(briefly(await seriesOf(app))).toEqual([['2025-01-01', 2, -6]])
  now += 60_000
  await app.record({ ...gone, kind: 'RETRACTED', revision: 2, note: 'A hoax.' })
  await app.record({ ...happens('kept', '2025-02-10', [agree]), kind: 'CORRECTED', revision: 2, note: 'Misread.' })
  expect(briefly(await seriesOf(app))).toEqual([['2025-02-01', 1, 2.5]])
  const { dispute } = await read(
    app,
    '{ dispute(key: "ferry", asKnownAt: "2025-06-01T00:00:00Z") { tension { buckets { from count developments { revision } } } } }',
  )
  expect(dispute).toEqual({
    tension: { buckets: [{ from: '2025-01-01', count: 2, developments: [{ revision: 1 }, { revision: 1 }] }] },
  })
})

describe('a directed pair', () => {
  const recorded = [
    setting,
    [
      happens('charge', '2025-01-10', [accuse]),
      happens('accord', '2025-01-11', [agree]),
      happens('meeting', '2025-01-12', [meet]),
      happens('joint', '2025-01-13', [
        { type: 'accuse', initiators: ['north', 'south'], recipients: ['north', 'south'] },
      ]),
    ],
  ]

  test.each([
    ['anyone to anyone', {}, 4, -1],
    ['the North to anyone', { initiator: 'north' }, 3, -3.5],
    ['anyone to the North', { recipient: 'north' }, 2, -0.5],
    ['the North to the South', { initiator: 'north', recipient: 'south' }, 2, -6],
    ['the South to the North', { initiator: 'south', recipient: 'north' }, 2, -0.5],
    ['the minister to anyone', { initiator: 'north-minister' }, 0, 0],
  ])('of %s counts a coding once, however many actors it names', async (_, pair, count, sum) => {
    await using app = await openApp({ recorded })
    expect(briefly(await seriesOf(app, pair))).toEqual(count === 0 ? [] : [['2025-01-01', count, sum]])
  })

  test('with an unknown key is refused with the nearest keys', async () => {
    await using app = await openApp({ recorded })
    const { body } = await app.ask('{ dispute(key: "ferry") { key tension(initiator: "nort") { straddling } } }')
    expect(body.data).toEqual({ dispute: { key: 'ferry', tension: null } })
    expect(body.errors?.[0]?.extensions).toMatchObject({
      code: 'UNKNOWN_KEY',
      key: 'nort',
      nearest: ['north', 'north-minister'],
    })
  })
})

test('a range cuts the first and last bucket, and dates that only overlap it straddle', async () => {
  const dates = [
    '2025-01-09',
    '2025-01-10',
    '2025-01',
    '2025-02',
    '2025-03-15',
    '2025-03-16',
    '../2025-01-09',
    '../2025-01-10',
  ]
  await using app = await openApp({ recorded: [setting, dates.map((date, at) => happens(`e-${at}`, date, [accuse]))] })
  const series = await seriesOf(app, { date: { from: '2025-01-10', to: '2025-03-15' } })
  expect(series.buckets.map(({ from, to, count }) => [from, to, count])).toEqual([
    ['2025-01-10', '2025-01-31', 1],
    ['2025-02-01', '2025-02-28', 1],
    ['2025-03-01', '2025-03-15', 1],
  ])
  expect(series.straddlers.map(({ key }) => key)).toEqual(['ferry/e-2', 'ferry/e-7'])
  const inverted =
    '{ dispute(key: "ferry") { tension(date: { from: "2025-02-01", to: "2025-01-01" }) { straddling } } }'
  expect(await refusalsOf(app, inverted)).toMatchObject([{ code: 'BAD_RANGE', path: ['dispute', 'tension'] }])
})

test('a dispute without codings has no buckets', async () => {
  await using app = await openApp({ recorded: [setting] })
  expect(await seriesOf(app)).toEqual({ straddling: 0, straddlers: [], buckets: [] })
})

describe('the marks of a series', () => {
  const recorded = [
    setting,
    [
      happens('fit', '2025-01-10', [accuse, agree, { ...accuse, auxiliaries: ['future'] }]),
      happens('wide', '2025-01-05/2025-03-10', [agree]),
      happens('open', '2025-02-01/..', [accuse]),
      happens('before', '../2025-02-01', [accuse]),
      happens('uncoded', '2025-01-11', []),
      happens('meeting', '2025-04-01', [meet]),
      happens('background', '2025-01-12', [accuse], { disputes: [], 'context-of': ['ferry'] }),
    ],
  ]
  const EVERY = ['wide 2.5', 'fit -3', 'fit 2.5', 'open -3', 'meeting 2.5', 'before -3']

  test('are all codings that count, earliest first, with their span and sides', async () => {
    await using app = await openApp({ recorded })
    expect(await marksOf(app)).toMatchObject({ totalCount: 6, brief: EVERY })
    const { dispute } = await read(
      app,
      `{ dispute(key: "ferry") { tension { marks(first: 2) { nodes {
           type modes date { edtf reading } initiators { key } recipients { key } development { key } } } } } }`,
    )
    const sides = { initiators: [{ key: 'south' }], recipients: [{ key: 'north' }] }
    expect(dispute).toMatchObject({
      tension: {
        marks: {
          nodes: [
            { type: 'AGREE', modes: [], date: { edtf: '2025-01-05/2025-03-10', reading: 'SPAN' }, ...sides },
            {
              type: 'ACCUSE',
              modes: [],
              date: { edtf: '2025-01-10' },
              recipients: sides.initiators,
              initiators: sides.recipients,
            },
          ],
        },
      },
    })
  })

  test.each([
    [{}],
    [{ bucket: 'DAY' }],
    [{ bucket: 'YEAR' }],
    [{ initiator: 'north' }],
    [{ initiator: 'south', recipient: 'north' }],
    [{ date: { from: '2025-01-06', to: '2025-01-31' } }],
    [{ date: { from: '2025-03-01' } }],
    [{ date: { to: '2025-01-09' }, initiator: 'north' }],
  ])('are as many as the codings in buckets and the straddling ones together: %o', async (args) => {
    await using app = await openApp({ recorded })
    const { buckets, straddling } = await seriesOf(app, args)
    const counted = buckets.reduce((sum, { count }) => sum + count, 0)
    const { totalCount, brief } = await marksOf(app, '', args)
    expect([totalCount, brief.length]).toEqual([counted + straddling, counted + straddling])
  })

  test('are read page by page in both directions', async () => {
    await using app = await openApp({ recorded })
    const first = await marksOf(app, '(first: 2)')
    expect(first).toMatchObject({ brief: EVERY.slice(0, 2), pageInfo: { hasNextPage: true, hasPreviousPage: false } })
    const next = await marksOf(app, `(first: 4, after: "${first.pageInfo.endCursor}")`)
    expect(next).toMatchObject({ brief: EVERY.slice(2), pageInfo: { hasNextPage: false, hasPreviousPage: true } })
    const back = await marksOf(app, `(last: 3, before: "${next.pageInfo.startCursor}")`)
    expect(back).toMatchObject({ brief: EVERY.slice(0, 2), pageInfo: { hasNextPage: true, hasPreviousPage: false } })
    expect(await marksOf(app, '(last: 2)')).toMatchObject({
      brief: EVERY.slice(4),
      pageInfo: { hasPreviousPage: true },
    })
  })

  test('of several disputes are read together', async () => {
    await using app = await openApp({ recorded })
    await app.record(
      planned('dispute', {
        key: 'bridge',
        title: 'Bridge',
        summary: 'A bridge.',
        period: '2025/..',
        parties: ['north'],
      }),
    )
    await app.record(happens('span', '2025-05-01', [agree], { disputes: ['bridge', 'ferry'] }))
    const { disputes } = await read(
      app,
      '{ disputes { nodes { key tension { straddling marks(last: 1) { totalCount nodes { development { key } } } } } } }',
    )
    const marks = (totalCount: number) => ({ totalCount, nodes: [{ development: { key: expect.any(String) } }] })
    expect((disputes as { nodes: unknown[] }).nodes).toEqual(
      expect.arrayContaining([
        { key: 'ferry', tension: { straddling: 3, marks: marks(7) } },
        {
          key: 'bridge',
          tension: { straddling: 0, marks: { totalCount: 1, nodes: [{ development: { key: 'ferry/span' } }] } },
        },
      ]),
    )
  })

  test('cost the same in a series of any bucket size', async () => {
    await using app = await openApp({
      recorded,
      config: { limits: { ...readConfig({}, {}).limits, complexity: 1_000 } },
    })
    const query = (bucket: string) =>
      `{ dispute(key: "ferry") { tension(bucket: ${bucket}) { marks(first: 100) { nodes { score } } } } }`
    for (const bucket of ['DAY', 'YEAR']) expect((await app.ask(query(bucket))).body.errors).toBeUndefined()
  })
})

test('lists that are cut say how many developments there are', async () => {
  const days = Array.from({ length: 4 }, (_, at) => happens(`in-${at}`, `2025-01-1${at}`, [accuse, agree]))
  const wide = Array.from({ length: 3 }, (_, at) => happens(`wide-${at}`, '2025', [accuse, agree]))
  await using app = await openApp({ recorded: [setting, [...days, ...wide]] })
  const { dispute } = await read(
    app,
    `{ dispute(key: "ferry") { tension { straddling straddlerCount straddlers(first: 2) { key }
         buckets { count developmentCount developments(first: 2) { key } } } } }`,
  )
  expect(dispute).toEqual({
    tension: {
      straddling: 6,
      straddlerCount: 3,
      straddlers: [{ key: 'ferry/wide-0' }, { key: 'ferry/wide-1' }],
      buckets: [{ count: 8, developmentCount: 4, developments: [{ key: 'ferry/in-0' }, { key: 'ferry/in-1' }] }],
    },
  })
})

async function marksOf(app: App, paging = '', args: Record<string, unknown> = {}) {
  const { dispute } = await read(
    app,
    `query ($bucket: TensionBucketSize! = MONTH, $initiator: Key, $recipient: Key, $date: DateRange) { dispute(key: "ferry") {
       tension(bucket: $bucket, initiator: $initiator, recipient: $recipient, date: $date) {
         marks${paging} { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
           nodes { score development { key } } } } } }`,
    args,
  )
  const { nodes, ...marks } = (dispute as { tension: { marks: Marks } }).tension.marks
  return {
    ...marks,
    brief: nodes.map(({ score, development }) => `${development.key.replace('ferry/', '')} ${score}`),
  }
}

interface Marks {
  readonly totalCount: number
  readonly pageInfo: Record<'hasNextPage' | 'hasPreviousPage', boolean> & Record<'startCursor' | 'endCursor', string>
  readonly nodes: readonly { readonly score: number; readonly development: { readonly key: string } }[]
}

test('a series needs as many SQL statements for many buckets as for few', async () => {
  const statementsFor = async (count: number) => {
    const days = Array.from({ length: count }, (_, at) => `2025-01-${String(at + 1).padStart(2, '0')}`)
    await using app = await openApp({ recorded: [setting, days.map((day) => happens(day, day, [accuse]))] })
    const before = app.store.reader.queriesRun
    await seriesOf(app, { bucket: 'DAY' })
    return app.store.reader.queriesRun - before
  }
  expect(await statementsFor(28)).toBe(await statementsFor(2))
})

test('more than 100,000 codings are refused, and a narrower range is accepted', async () => {
  const thousand = Array.from({ length: 1_000 }, () => meet)
  const events = Array.from({ length: 101 }, (_, at) =>
    happens(`e-${at}`, at === 0 ? '2025-02-01' : '2025-01-01', thousand),
  )
  await using app = await openApp({ recorded: [setting, events] })
  const query = '{ dispute(key: "ferry") { key tension { straddling } } }'
  expect(await refusalsOf(app, query)).toMatchObject([
    { code: 'TENSION_TOO_LARGE', path: ['dispute', 'tension', 'straddling'] },
  ])
  expect(await marksOf(app, '(last: 1)')).toMatchObject({ totalCount: 101_000, brief: ['e-0 2.5'] })
  expect(briefly(await seriesOf(app, { date: { from: '2025-01-02' } }))).toEqual([['2025-02-01', 1_000, 2_500]])
})
