import { expect, test } from 'vitest'
import type { RecordOf } from '../../src/model/records/definitions.ts'
import { read } from '../_support/answer.ts'
import { openApp } from '../_support/app.ts'
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
      { ...gazette, value: 38 },
      { ...courier, value: 30, unit: 'passengers' },
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
