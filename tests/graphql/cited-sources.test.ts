import { describe, expect, test } from 'vitest'
import type { PlannedChange } from '../../src/store/append.ts'
import { read } from '../_support/answer.ts'
import { openApp } from '../_support/app.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'

const source = (key: string, published?: string) =>
  planned('source', {
    key,
    title: key,
    language: 'en',
    reliability: 'C',
    ...(published === undefined ? {} : { published }),
  })

const cites = (name: string, sources: readonly string[], more: Parameters<typeof event>[0] = {}) =>
  planned(
    'event',
    event({
      event: `ferry/${name}`,
      figures: [],
      bearings: [],
      citations: sources.map((key, at) => ({
        source: key,
        credibility: 3,
        basis: 'opinion',
        locator: `page ${at + 1}`,
      })),
      ...more,
    }),
  )

const recorded = [
  [
    ...setting,
    planned('dispute', { key: 'bridge', title: 'B', summary: 'S', period: '2024', parties: ['north'] }),
    source('undated'),
    source('january', '2025-01'),
    source('last-of-january', '2025-01-31'),
    source('open', '2025-03/..'),
    source('may', '[2025-03-01..2025-05-01]'),
    source('background', '2025-06'),
    source('elsewhere', '2025-07'),
    source('uncited', '2025-08'),
  ],
  [
    cites('one', ['undated', 'january', 'may']),
    cites('two', ['may', 'last-of-january', 'open', 'gazette']),
    cites('of-context', ['background'], { disputes: [], 'context-of': ['ferry'] }),
    cites('of-bridge', ['elsewhere'], { disputes: ['bridge'] }),
  ],
]

const ALL = ['may', 'last-of-january', 'january', 'gazette', 'open', 'undated']
const keysOf = (keys: readonly string[]) => keys.map((key) => ({ key }))

describe('the sources of a dispute', () => {
  test('are those that its developments cite, by the last day of publication, the latest first and undated ones last', async () => {
    await using app = await openApp({ recorded })
    const { dispute } = await read(app, '{ dispute(key: "ferry") { sources { totalCount nodes { key } } } }')
    expect(dispute).toEqual({ sources: { totalCount: 6, nodes: keysOf(ALL) } })
  })

  test.each([1, 2, 4, 5, 6])('are the same in pages of %i, forwards and backwards', async (size) => {
    await using app = await openApp({ recorded })
    const query = `query ($first: Int, $after: String, $last: Int, $before: String) { dispute(key: "ferry") {
      sources(first: $first, after: $after, last: $last, before: $before) {
        nodes { key } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`
    interface Sources {
      readonly nodes: readonly { readonly key: string }[]
      readonly pageInfo: {
        readonly hasNextPage: boolean
        readonly hasPreviousPage: boolean
        readonly startCursor: string
        readonly endCursor: string
      }
    }
    const page = async (variables: Record<string, unknown>) =>
      ((await read(app, query, variables))['dispute'] as { readonly sources: Sources }).sources
    const [down, up]: [string[], string[]] = [[], []]
    for (let after: string | null = null, more = true; more;) {
      const { nodes, pageInfo } = await page({ first: size, after })
      expect(pageInfo.hasPreviousPage).toBe(after !== null)
      down.push(...nodes.map(({ key }) => key))
      ;[after, more] = [pageInfo.endCursor, pageInfo.hasNextPage]
    }
    for (let before: string | null = null, more = true; more;) {
      const { nodes, pageInfo } = await page({ last: size, before })
      up.unshift(...nodes.map(({ key }) => key))
      ;[before, more] = [pageInfo.startCursor, pageInfo.hasPreviousPage]
    }
    expect([down, up]).toEqual([ALL, ALL])
  })

  test('are those of the state that is read, each in its current state', async () => {
    let now = Date.UTC(2025, 0, 1)
    await using app = await openApp({ now: () => now, recorded })
    const known: string[] = []
    const change = async (...changes: readonly PlannedChange[]) => {
      known.push(new Date(now).toISOString())
      now += 1_000
      await app.record(...changes)
    }
    await change({ ...cites('one', ['undated', 'uncited']), kind: 'REVISED', revision: 2, note: 'More.' })
    await change({ ...cites('two', ['may', 'gazette']), kind: 'RETRACTED', revision: 2, note: 'A hoax.' })
    await change({ ...source('undated', '2026'), kind: 'REVISED', revision: 2 })
    known.push(new Date(now).toISOString())
    const parts = known.map(
      (at, index) => `at${index}: dispute(key: "ferry", asKnownAt: "${at}") { sources { totalCount nodes { key } } }`,
    )
    const answer = await read(app, `{ ${parts.join(' ')} }`)
    const all = (keys: readonly string[]) => ({ sources: { totalCount: keys.length, nodes: keysOf(keys) } })
    const undatedFirst = ['undated', 'may', 'last-of-january', 'january', 'gazette', 'open']
    expect(answer).toEqual({
      at0: all(undatedFirst),
      at1: all(['undated', 'uncited', 'may', 'last-of-january', 'gazette', 'open']),
      at2: all(['undated', 'uncited']),
      at3: all(['undated', 'uncited']),
    })
  })
})

test('the citations of a source come with their developments, newest first, as of the state that is read', async () => {
  let now = Date.UTC(2025, 0, 1)
  await using app = await openApp({ now: () => now, recorded })
  const before = new Date(now).toISOString()
  now += 1_000
  await app.record(
    { ...cites('two', ['may'], { headline: 'Later' }), kind: 'REVISED', revision: 2, note: 'N.' },
    cites('three', ['may'], { date: '2025-02-01' }),
    cites('undated', ['gazette', 'may'], { date: '../2025' }),
  )
  const selected = `source(key: "may") { citations(first: 3) { totalCount nodes { locator source { key } development { key headline } } } }`
  const answer = await read(
    app,
    `{ ${selected} rest: source(key: "may") { citations(last: 1) { nodes { locator development { key } } pageInfo { hasPreviousPage } } }
       former: development(key: "ferry/two", asKnownAt: "${before}") { citations { source { key citations { totalCount nodes { locator development { key headline } } } } } } }`,
  )
  expect(answer).toMatchObject({
    source: {
      citations: {
        totalCount: 4,
        nodes: [
          {
            locator: 'page 1',
            source: { key: 'may' },
            development: { key: 'ferry/three', headline: 'The ferry sinks' },
          },
          { locator: 'page 1', development: { key: 'ferry/two', headline: 'Later' } },
          { locator: 'page 3', development: { key: 'ferry/one' } },
        ],
      },
    },
    rest: {
      citations: {
        nodes: [{ locator: 'page 2', development: { key: 'ferry/undated' } }],
        pageInfo: { hasPreviousPage: true },
      },
    },
    former: {
      citations: [
        {
          source: {
            key: 'may',
            citations: {
              totalCount: 2,
              nodes: [
                { locator: 'page 1', development: { key: 'ferry/two', headline: 'The ferry sinks' } },
                { locator: 'page 3', development: { key: 'ferry/one' } },
              ],
            },
          },
        },
        {},
        {},
        {},
      ],
    },
  })
})
