import { describe, expect, test } from 'vitest'
import type { RecordOf } from '../../src/model/records/definitions.ts'
import { read, refusalsOf } from '../_support/answer.ts'
import { type App, openApp } from '../_support/app.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'

type Figure = NonNullable<RecordOf<'event'>['figures']>[number]

const sources = ['gazette', 'courier', 'leaflet']

/** The disagreements among figures of one event: quantity, unit and the source of each figure. */
async function disagreementsAmong(figures: readonly Partial<Figure>[]) {
  const citations = sources.map((source) => ({ source, credibility: 2, basis: 'own-reporting' as const }))
  const whole = figures.map((figure): Figure => ({
    quantity: 'killed',
    unit: 'people',
    citation: 'gazette',
    ...figure,
  }))
  await using app = await openApp({
    recorded: [
      setting,
      sources.slice(1).map((key) => planned('source', { key, title: key, language: 'en', reliability: 'C' })),
      [planned('event', event({ citations, figures: whole, bearings: [] }))],
    ],
  })
  const { development } = await read(
    app,
    '{ development(key: "ferry/sinking") { disagreements { quantity unit figures { value min max citation { source { key } } } } } }',
  )
  const { disagreements } = development as { disagreements: Disagreement[] }
  return disagreements.map(({ quantity, unit, figures: disagreeing }) => [
    quantity,
    unit,
    disagreeing.map(({ value, min, max, citation }) => [citation.source.key, value ?? `${min ?? ''}–${max ?? ''}`]),
  ])
}

interface Disagreement {
  readonly quantity: string
  readonly unit: string | null
  readonly figures: readonly {
    readonly value: number | null
    readonly min: number | null
    readonly max: number | null
    readonly citation: { readonly source: { readonly key: string } }
  }[]
}

const [gazette, courier, leaflet] = sources.map((citation) => ({ citation }))

test('sources with different numbers disagree, and every figure keeps its source', async () => {
  const found = await disagreementsAmong([
    { ...gazette, value: 38 },
    { ...courier, value: 40 },
    { ...leaflet, value: 38 },
    { ...gazette, quantity: 'aboard', value: 67 },
    { ...courier, quantity: 'aboard', value: 67 },
  ])
  expect(found).toEqual([
    [
      'KILLED',
      'people',
      [
        ['gazette', 38],
        ['courier', 40],
        ['leaflet', 38],
      ],
    ],
  ])
})

test.each([
  [
    'equal numbers',
    [
      { ...gazette, value: 38 },
      { ...courier, value: 38 },
    ],
  ],
  [
    'a number within a range',
    [
      { ...gazette, value: 38 },
      { ...courier, min: 30, max: 40 },
    ],
  ],
  [
    'a number and a bound that it keeps',
    [
      { ...gazette, value: 38 },
      { ...courier, min: 38 },
    ],
  ],
  [
    'ranges that overlap',
    [
      { ...gazette, min: 10, max: 20 },
      { ...courier, min: 20, max: 30 },
    ],
  ],
  [
    'a number with its range and one within it',
    [
      { ...gazette, value: 38, min: 30, max: 45 },
      { ...courier, value: 44 },
    ],
  ],
  [
    'different units',
    [
      { ...gazette, value: 38, quantity: 'count', unit: 'countries' },
      { ...courier, value: 30, quantity: 'count', unit: 'cities' },
    ],
  ],
  [
    'the passengers, the crew and all of them',
    [
      { ...gazette, value: 67, quantity: 'aboard' },
      { ...courier, value: 62, quantity: 'aboard', unit: 'passengers' },
      { ...courier, value: 5, quantity: 'aboard', unit: 'crew members' },
      { ...leaflet, value: 5, quantity: 'aboard', unit: 'crew' },
    ],
  ],
  [
    'passengers who may be fewer than all',
    [
      { ...gazette, value: 38 },
      { ...courier, min: 30, unit: 'passengers' },
    ],
  ],
  [
    'no passengers and nobody',
    [
      { ...gazette, value: 0 },
      { ...courier, value: 0, unit: 'passengers' },
    ],
  ],
  [
    'everyone in other words',
    [
      { ...gazette, value: 38 },
      { ...courier, value: 38, unit: 'Victims' },
      { ...leaflet, value: 38, unit: 'passengers and crew' },
    ],
  ],
  [
    'a group that may be everyone',
    [
      { ...gazette, value: 7, quantity: 'detained' },
      { ...courier, value: 7, quantity: 'detained', unit: 'Russian journalists' },
    ],
  ],
  [
    'two groups',
    [
      { ...gazette, value: 7, unit: 'soldiers' },
      { ...courier, value: 9, unit: 'residents of the town' },
    ],
  ],
  [
    'persons and things',
    [
      { ...gazette, value: 7, quantity: 'evacuated' },
      { ...courier, value: 9, quantity: 'evacuated', unit: 'buildings' },
    ],
  ],
  [
    'persons of whom the figure does not say what they have in common',
    [
      { ...gazette, value: 7, quantity: 'count' },
      { ...courier, value: 9, quantity: 'count', unit: 'passengers' },
    ],
  ],
  [
    'the passengers of one source and of another that gives all as well',
    [
      { ...gazette, value: 38, unit: 'passengers' },
      { ...courier, value: 38 },
      { ...courier, value: 38, unit: 'passengers' },
    ],
  ],
  [
    'words',
    [
      { ...gazette, value: 38 },
      { ...courier, 'as-written': 'dozens' },
    ],
  ],
  [
    'several figures of one source',
    [
      { ...gazette, quantity: 'area', value: 25, unit: 'm2' },
      { ...gazette, quantity: 'area', value: 80, unit: 'm2' },
    ],
  ],
  [
    'one of several figures of one source',
    [
      { ...gazette, quantity: 'area', value: 25, unit: 'm2' },
      { ...gazette, quantity: 'area', value: 80, unit: 'm2' },
      { ...courier, quantity: 'area', value: 80, unit: 'm2' },
    ],
  ],
] as [string, Partial<Figure>[]][])('%s are no disagreement', async (_, figures) => {
  expect(await disagreementsAmong(figures)).toEqual([])
})

test.each([
  [
    'as many passengers as people',
    [
      { ...gazette, value: 38 },
      { ...courier, value: 38, unit: 'passengers' },
    ],
  ],
  [
    'at least as many of the crew as people',
    [
      { ...gazette, max: 5, unit: undefined },
      { ...courier, min: 5, unit: 'crew members' },
    ],
  ],
  [
    'more of a group than people',
    [
      { ...gazette, value: 9 },
      { ...courier, value: 10, unit: 'Russian citizens' },
    ],
  ],
  [
    'fewer people than one of several groups of another source',
    [
      { ...gazette, value: 60, quantity: 'aboard' },
      { ...courier, value: 62, quantity: 'aboard', unit: 'passengers' },
      { ...courier, value: 5, quantity: 'aboard', unit: 'crew' },
    ],
  ],
  [
    'other numbers of passengers, even if both fit the number of people',
    [
      { ...gazette, value: 62, quantity: 'aboard', unit: 'passengers' },
      { ...courier, value: 60, quantity: 'aboard', unit: 'passengers' },
      { ...courier, value: 67, quantity: 'aboard' },
    ],
  ],
  [
    'a number outside a range',
    [
      { ...gazette, value: 50 },
      { ...courier, min: 30, max: 40 },
    ],
  ],
  [
    'a number below the least',
    [
      { ...gazette, value: 20 },
      { ...courier, min: 30 },
    ],
  ],
  [
    'a number above the most',
    [
      { ...gazette, value: 50 },
      { ...courier, max: 40 },
    ],
  ],
  [
    'ranges apart',
    [
      { ...gazette, min: 1, max: 2 },
      { ...courier, min: 3, max: 4 },
    ],
  ],
] as [string, Partial<Figure>[]][])('%s disagrees', async (_, figures) => {
  const [[, , disagreeing] = []] = await disagreementsAmong(figures)
  expect(disagreeing).toHaveLength(2)
})

test('a figure that agrees with all others is not in a disagreement', async () => {
  const [[, unit, disagreeing] = []] = await disagreementsAmong([
    { ...gazette, value: 38, unit: undefined },
    { ...leaflet, min: 30, max: 50, unit: undefined },
    { ...courier, value: 40, unit: undefined },
  ])
  expect([unit, disagreeing]).toEqual([
    null,
    [
      ['gazette', 38],
      ['courier', 40],
    ],
  ])
})

test('a disagreement across units has none itself, and every figure keeps its own', async () => {
  const dead = (unit: string, source: Partial<Figure> = {}) => ({ ...source, value: 38, unit })
  const found = await disagreementsAmong([
    dead('people', gazette),
    dead('passengers', courier),
    dead('victims', leaflet),
  ])
  expect(found).toEqual([
    [
      'KILLED',
      null,
      [
        ['gazette', 38],
        ['courier', 38],
        ['leaflet', 38],
      ],
    ],
  ])
})

describe('the list of disagreements', () => {
  const citations = ['gazette', 'courier'].map((source) => ({
    source,
    credibility: 2,
    basis: 'own-reporting' as const,
  }))
  const reported = (quantity: Figure['quantity'], ours: number, theirs: number): Figure[] => [
    { quantity, value: ours, citation: 'gazette' },
    { quantity, value: theirs, citation: 'courier' },
  ]
  const happens = (key: string, date: string, figures: Figure[], more: Partial<RecordOf<'event'>> = {}) =>
    planned('event', event({ event: key, date, citations, figures, bearings: [], ...more }))
  const recorded = [
    [...setting, planned('source', { key: 'courier', title: 'Courier', language: 'en', reliability: 'C' })],
    [
      planned('dispute', {
        key: 'bridge',
        title: 'Bridge',
        summary: 'A bridge.',
        period: '2025/..',
        parties: ['north'],
      }),
    ],
    [
      happens('ferry/old', '2025-01-01', [...reported('killed', 3, 4), ...reported('injured', 5, 6)]),
      happens('ferry/agreed', '2025-01-02', reported('killed', 3, 3)),
      happens('ferry/both', '2025-01-03', reported('killed', 1, 2), { disputes: ['ferry', 'bridge'] }),
      happens('ferry/undated', '../2025-03-01', reported('killed', 7, 8)),
      happens('ferry/background', '2025-01-05', reported('killed', 9, 8), { disputes: [], 'context-of': ['ferry'] }),
    ],
  ]
  const listOf = async (app: App, args: string) => {
    const { disagreements } = await read(
      app,
      `{ disagreements${args} { totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
           nodes { quantity figures { value } development { key } } } }`,
    )
    const { nodes, ...rest } = disagreements as {
      totalCount: number
      pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string }
      nodes: { quantity: string; figures: { value: number }[]; development: { key: string } }[]
    }
    const brief = nodes.map(({ quantity, figures, development }) =>
      [development.key.replace('ferry/', ''), quantity, ...figures.map(({ value }) => value)].join(' '),
    )
    return { ...rest, brief }
  }
  const ALL = ['background KILLED 9 8', 'both KILLED 1 2', 'old INJURED 5 6', 'old KILLED 3 4', 'undated KILLED 7 8']

  test('has those of the whole record or of one dispute, newest first, page by page', async () => {
    await using app = await openApp({ recorded })
    expect(await listOf(app, '')).toMatchObject({ totalCount: 5, brief: ALL })
    expect(await listOf(app, '(dispute: "ferry")')).toMatchObject({ totalCount: 4, brief: ALL.slice(1) })
    expect(await listOf(app, '(dispute: "bridge")')).toMatchObject({ totalCount: 1, brief: ['both KILLED 1 2'] })
    const first = await listOf(app, '(first: 3)')
    expect(first).toMatchObject({ brief: ALL.slice(0, 3), pageInfo: { hasNextPage: true, hasPreviousPage: false } })
    const next = await listOf(app, `(first: 3, after: "${first.pageInfo.endCursor}")`)
    expect(next).toMatchObject({ brief: ALL.slice(3), pageInfo: { hasNextPage: false, hasPreviousPage: true } })
    expect(await listOf(app, '(last: 2)')).toMatchObject({ brief: ALL.slice(3) })
    expect(await refusalsOf(app, '{ disagreements(dispute: "fery") { totalCount } }')).toMatchObject([
      { code: 'UNKNOWN_KEY', path: ['disagreements'] },
    ])
  })

  test('follows corrections and retractions', async () => {
    await using app = await openApp({ recorded })
    await app.record({
      ...happens('ferry/agreed', '2025-01-02', reported('killed', 3, 5)),
      kind: 'CORRECTED',
      revision: 2,
      note: 'Misread.',
    })
    await app.record({
      ...happens('ferry/both', '2025-01-03', reported('killed', 1, 2), { disputes: ['ferry', 'bridge'] }),
      kind: 'RETRACTED',
      revision: 2,
      note: 'A hoax.',
    })
    await app.record({
      ...happens('ferry/old', '2025-01-01', reported('injured', 5, 7)),
      kind: 'REVISED',
      revision: 2,
      note: 'New counts.',
    })
    expect(await listOf(app, '(dispute: "ferry")')).toMatchObject({
      totalCount: 3,
      brief: ['agreed KILLED 3 5', 'old INJURED 5 7', 'undated KILLED 7 8'],
    })
    expect(await listOf(app, '(dispute: "bridge")')).toMatchObject({ totalCount: 0, brief: [] })
  })

  test('needs as many SQL statements for many as for one', async () => {
    await using app = await openApp({ recorded })
    const statementsFor = async (first: number) => {
      const before = app.store.reader.queriesRun
      await read(
        app,
        `{ disagreements(first: ${first}) { nodes { development { headline } figures { citation { source { title } } } } } }`,
      )
      return app.store.reader.queriesRun - before
    }
    await statementsFor(2) // the first operation also reads the head
    expect(await statementsFor(3)).toBe(await statementsFor(1))
  })
})
