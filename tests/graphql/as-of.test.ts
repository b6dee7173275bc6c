import { describe, expect, test } from 'vitest'
import { read, refusalsOf } from '../_support/answer.ts'
import { event, planned } from '../_support/planned-changes.ts'
import { on, openDays } from '../_support/story-days.ts'

describe('as known on a day', () => {
  test.each([
    [1, { claims: [{ key: 'ferry/sunk', currentPositions: [] }], response: 'NO_RESPONSE', madeIn: [], bearings: 0 }],
    [
      2,
      {
        claims: [
          { key: 'ferry/sunk', currentPositions: [{ holder: { key: 'north' }, stance: 'ASSERTS' }] },
          { key: 'ferry/mine', currentPositions: [] },
        ],
        response: 'NO_RESPONSE',
        madeIn: [{ key: 'ferry/accusation' }],
        bearings: 1,
      },
    ],
    [
      3,
      {
        claims: [
          {
            key: 'ferry/sunk',
            currentPositions: [
              { holder: { key: 'north' }, stance: 'ASSERTS' },
              { holder: { key: 'south' }, stance: 'PARTIALLY_ACCEPTS' },
            ],
          },
          { key: 'ferry/mine', currentPositions: [{ holder: { key: 'south' }, stance: 'ASSERTS' }] },
        ],
        response: 'PROMISED',
        madeIn: [{ key: 'ferry/accusation' }],
        bearings: 2,
      },
    ],
    [
      4,
      {
        claims: [
          {
            key: 'ferry/sunk',
            currentPositions: [
              { holder: { key: 'north' }, stance: 'ASSERTS' },
              { holder: { key: 'south' }, stance: 'OFFERS_ALTERNATIVE' },
            ],
          },
          { key: 'ferry/mine', currentPositions: [{ holder: { key: 'south' }, stance: 'ASSERTS' }] },
        ],
        response: 'REJECTED',
        madeIn: [{ key: 'ferry/accusation' }],
        bearings: 2,
      },
    ],
  ])('%i, positions and demands are those recorded by then', async (day, expected) => {
    await using app = await openDays()
    const answer = await read(
      app,
      `query ($at: DateTime) {
         dispute(key: "ferry", asKnownAt: $at) { claims { key currentPositions { holder { key } stance } } }
         demand(key: "ferry/pay", asKnownAt: $at) { response madeIn { key } }
         claim(key: "ferry/sunk", asKnownAt: $at) { bearings { totalCount } } }`,
      { at: on(day) },
    )
    const { claims, bearings, ...demand } = expected
    expect(answer).toEqual({ dispute: { claims }, demand, claim: { bearings: { totalCount: bearings } } })
  })

  test.each([
    [2, { status: 'ANNOUNCED', totalCount: 1, headline: null, retraction: null, amendedAt: null }],
    [
      3,
      {
        status: 'LIFTED',
        totalCount: 2,
        headline: 'An inquiry ends without a finding',
        retraction: null,
        amendedAt: null,
      },
    ],
    [
      4,
      {
        status: 'IN_FORCE',
        totalCount: 1,
        headline: 'An inquiry goes on',
        retraction: { reason: 'It was misheard.' },
        amendedAt: '2025-06-04T11:00:00.000Z',
      },
    ],
  ])('%i, measures, links, corrections and retractions are as of then', async (day, expected) => {
    await using app = await openDays()
    const answer = await read(
      app,
      `query ($at: DateTime) {
         measure: development(key: "ferry/recall", asKnownAt: $at) { ... on Measure { status } }
         sinking: development(key: "ferry/sinking", asKnownAt: $at) { linkedFrom { totalCount } }
         inquiry: development(key: "ferry/inquiry", asKnownAt: $at) { headline amendedAt }
         concession: development(key: "ferry/concession", asKnownAt: $at) { retraction { reason } } }`,
      { at: on(day) },
    )
    const { status, totalCount, headline, amendedAt, retraction } = expected
    expect(answer).toEqual({
      measure: { status },
      sinking: { linkedFrom: { totalCount } },
      inquiry: headline === null ? null : { headline, amendedAt },
      concession: day < 3 ? null : { retraction },
    })
  })

  test.each([
    [1, { all: 0, south: 0, lifting: 0, north: 0, retracted: 0, events: 0, statements: 0, measures: 0 }],
    [2, { all: 3, south: 2, lifting: 0, north: 1, retracted: 3, events: 1, statements: 1, measures: 1 }],
    [3, { all: 7, south: 5, lifting: 1, north: 1, retracted: 7, events: 2, statements: 4, measures: 1 }],
    [4, { all: 6, south: 4, lifting: 0, north: 1, retracted: 7, events: 2, statements: 3, measures: 1 }],
    [5, { all: 7, south: 4, lifting: 0, north: 1, retracted: 8, events: 3, statements: 3, measures: 1 }],
  ])('%i, lists and their counts are as of then', async (day, expected) => {
    await using app = await openDays()
    const count = '{ totalCount nodes { key } }'
    const answer = await read(
      app,
      `query ($at: DateTime) {
         all: developments(asKnownAt: $at) ${count}
         south: developments(asKnownAt: $at, filter: { actors: ["south"] }) ${count}
         lifting: developments(asKnownAt: $at, filter: { keys: ["ferry/inquiry"], dateWithin: { to: "2025-04-02" } }) ${count}
         north: developments(asKnownAt: $at, filter: { actors: ["north-minister"] }) ${count}
         retracted: developments(asKnownAt: $at, filter: { includeRetracted: true }, orderBy: RECENTLY_RECORDED) ${count}
         events(asKnownAt: $at) ${count}
         statements(asKnownAt: $at, orderBy: OLDEST_FIRST) ${count}
         measures(asKnownAt: $at) ${count} }`,
      { at: on(day) },
    )
    const counts = Object.entries(answer).map(([name, list]) => {
      const { totalCount, nodes } = list as { totalCount: number; nodes: readonly unknown[] }
      expect(nodes).toHaveLength(totalCount)
      return [name, totalCount]
    })
    expect(Object.fromEntries(counts)).toEqual(expected)
  })
})

test('what was unknown then is null, and nothing is known before the first change', async () => {
  await using app = await openDays()
  const query = `query ($at: DateTime) {
    dispute(key: "ferry", asKnownAt: $at) { key } actor(key: "east", asKnownAt: $at) { key }
    claim(key: "ferry/tide", asKnownAt: $at) { key } demand(key: "ferry/rise", asKnownAt: $at) { key }
    development(key: "ferry/raised", asKnownAt: $at) { key } developments(asKnownAt: $at) { totalCount nodes { key } } }`
  const unknown = { actor: null, claim: null, demand: null, development: null }
  expect(await read(app, query, { at: on(4) })).toMatchObject({ ...unknown, dispute: { key: 'ferry' } })
  expect(await read(app, query, { at: '1999-12-31T23:59:59Z' })).toEqual({
    ...unknown,
    dispute: null,
    developments: { totalCount: 0, nodes: [] },
  })
  expect(await read(app, query, { at: on(5) })).toMatchObject({
    actor: { key: 'east' },
    claim: { key: 'ferry/tide' },
    demand: { key: 'ferry/rise' },
    development: { key: 'ferry/raised' },
  })
})

test('reference records are returned as they are now, without those unknown then', async () => {
  await using app = await openDays()
  const answer = (at: string | null) =>
    read(
      app,
      `query ($at: DateTime) {
         dispute(key: "ferry", asKnownAt: $at) {
           title parties { key } phases { label sources { key } } claims { key } demands { key } }
         actor(key: "north", asKnownAt: $at) {
           members { totalCount nodes { actor { key name } office sources { key } } } }
         minister: actor(key: "north-minister", asKnownAt: $at) { affiliations { organisation { key } } }
         development(key: "ferry/sinking", asKnownAt: $at) {
           independentSources citations { source { title outlet { key } } } }
         developments(asKnownAt: $at, filter: { outlets: ["daily"] }) { totalCount nodes { key } }
         sinking: developments(asKnownAt: $at, filter: { keys: ["ferry/sinking"] }) {
           facets { outlets { value { key } count } } } }`,
      { at },
    )
  const minister = {
    actor: { key: 'north-minister', name: 'Ada of the North' },
    office: 'Minister',
    sources: [{ key: 'gazette' }],
  }
  const guard = { actor: { key: 'coast-guard', name: 'Coast Guard' }, office: null, sources: [] }
  expect(await answer(on(4))).toEqual({
    dispute: {
      title: 'The ferry, at length',
      parties: [{ key: 'north' }, { key: 'south' }],
      phases: [{ label: 'Now', sources: [{ key: 'gazette' }] }],
      claims: [{ key: 'ferry/sunk' }, { key: 'ferry/mine' }],
      demands: [{ key: 'ferry/pay' }],
    },
    actor: { members: { totalCount: 2, nodes: [minister, guard] } },
    minister: { affiliations: [{ organisation: { key: 'north' } }] },
    development: {
      independentSources: 3,
      citations: [
        { source: { title: 'The Gazette', outlet: null } },
        { source: { title: 'Retitled', outlet: null } },
        { source: { title: 'Retitled', outlet: null } },
        { source: { title: '[A leaflet]', outlet: null } },
      ],
    },
    developments: { totalCount: 0, nodes: [] },
    sinking: { facets: { outlets: [] } },
  })
  const now = await answer(null)
  expect(now).toMatchObject({
    dispute: {
      parties: [{ key: 'east' }, { key: 'north' }, { key: 'south' }],
      phases: [{ sources: [{ key: 'memoir' }, { key: 'gazette' }] }],
    },
    actor: { members: { totalCount: 3 } },
    minister: { affiliations: [{ organisation: { key: 'east' } }, { organisation: { key: 'north' } }] },
    developments: { totalCount: 2 },
    sinking: { facets: { outlets: [{ value: { key: 'daily' }, count: 1 }] } },
  })
  expect(await answer(on(5))).toEqual(now)
})

test('a claim moved later to a dispute that was unknown then is shown in it, and the id of the dispute resolves', async () => {
  await using app = await openDays()
  const tidal = { key: 'tidal', title: 'The tide', summary: 'It rises.', period: '2025/..', parties: ['north'] }
  await app.record(planned('dispute', tidal))
  await app.record(
    planned(
      'claim',
      { key: 'ferry/sunk', dispute: 'tidal', proposition: 'The South sank the ferry.' },
      { kind: 'REVISED', revision: 2 },
    ),
  )
  const { claim } = await read(
    app,
    'query ($at: DateTime) { claim(key: "ferry/sunk", asKnownAt: $at) { dispute { id key claims { key } } } }',
    { at: on(2) },
  )
  const { dispute } = claim as { readonly dispute: { readonly id: string } }
  expect(dispute).toMatchObject({ key: 'tidal', claims: [{ key: 'ferry/sunk' }] })
  const again = 'query ($id: ID!) { node(id: $id) { ... on Dispute { id key claims { key } } } }'
  expect(await read(app, again, { id: dispute.id })).toEqual({ node: dispute })
})

describe('an instant', () => {
  const query = 'query ($at: DateTime) { development(key: "ferry/sinking", asKnownAt: $at) { revision } }'
  const known = { development: { revision: 1 } }

  test.each([
    ['of the recording itself', '2025-06-02T11:00:00Z', known],
    ['a millisecond before', '2025-06-02T10:59:59.999Z', { development: null }],
    ['with an offset', '2025-06-02T15:00:00+04:00', known],
    ['with an offset, before', '2025-06-02T14:59:00+04:00', { development: null }],
    ['in the future', '2999-01-01T00:00:00Z', known],
    ['that is null', null, known],
  ])('%s is parsed correctly', async (_, at, expected) => {
    await using app = await openDays()
    expect(await read(app, query, { at })).toEqual(expected)
  })

  test.each(['yesterday', '2025-06-02', '2025-06-02T11:00:00', '2025-02-30T00:00:00Z', 1_748_860_000_000])(
    'written as %s is refused',
    async (at) => {
      await using app = await openDays()
      expect(await refusalsOf(app, query, { at })).toMatchObject([{ code: 'BAD_VALUE' }])
    },
  )

  test('includes everything recorded at it, in however many batches', async () => {
    await using app = await openDays()
    await app.store.append({
      batches: ['one', 'two', 'three'].map((key) => [planned('event', event({ event: key }))]),
      origin: 'IMPORT',
    })
    app.clock.at += 1
    await app.record(planned('event', event({ event: 'four' })))
    const { developments } = await read(
      app,
      'query ($at: DateTime) { developments(asKnownAt: $at, orderBy: RECENTLY_RECORDED, first: 3) { nodes { key } } }',
      { at: on(6) },
    )
    expect(developments).toEqual({ nodes: [{ key: 'three' }, { key: 'two' }, { key: 'one' }] })
  })
})

test('the operation still reads the head', async () => {
  await using app = await openDays()
  const cursorOf = async (query: string) => (await app.ask(query)).body.extensions?.['cursor']
  const head = await cursorOf('{ service { head } }')
  expect(typeof head).toBe('string')
  expect(await cursorOf(`{ developments(asKnownAt: "${on(2)}") { totalCount } }`)).toBe(head)
})

test('pages at a past position continue each other in both directions, whatever was recorded later', async () => {
  await using app = await openDays()
  const walk = async (at: string, backward: boolean) => {
    const keys: string[] = []
    for (let cursor: string | null = null; ;) {
      const [size, from] = backward ? ['last', 'before'] : ['first', 'after']
      const { developments } = await read(
        app,
        `query ($at: DateTime, $cursor: String) { developments(asKnownAt: $at, ${size}: 2, ${from}: $cursor) {
           totalCount edges { cursor node { key } } pageInfo { hasNextPage hasPreviousPage } } }`,
        { at, cursor },
      )
      const { totalCount, edges, pageInfo } = developments as DevelopmentPage
      expect(totalCount).toBe(7)
      const page = edges.map(({ node }) => node.key)
      if (backward) keys.unshift(...page)
      else keys.push(...page)
      if (!(backward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage)) return keys
      cursor = (backward ? edges.at(0) : edges.at(-1))?.cursor ?? null
    }
  }
  const expected = ['rumour', 'inquiry', 'concession', 'denial', 'recall', 'accusation', 'sinking']
  for (const backward of [false, true]) {
    expect(await walk(on(3), backward)).toEqual(expected.map((name) => `ferry/${name}`))
  }
})

interface DevelopmentPage {
  readonly totalCount: number
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly key: string } }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean }
}

test('so do pages of lists below it', async () => {
  await using app = await openDays()
  const page = async (after: string | null) => {
    const { claim } = await read(
      app,
      `query ($at: DateTime, $after: String) { claim(key: "ferry/sunk", asKnownAt: $at) { positions(first: 2, after: $after) {
         totalCount edges { cursor node { stance statement { key retraction { reason } } } } pageInfo { hasNextPage } } } }`,
      { at: on(3), after },
    )
    return (claim as { positions: { edges: { cursor: string; node: object }[]; pageInfo: object; totalCount: number } })
      .positions
  }
  const start = await page(null)
  const rest = await page(start.edges.at(-1)?.cursor ?? null)
  expect([start.totalCount, rest.totalCount, rest.pageInfo]).toEqual([4, 4, { hasNextPage: false }])
  expect([...start.edges, ...rest.edges].map(({ node }) => node)).toEqual([
    { stance: 'ASSERTS', statement: { key: 'ferry/accusation', retraction: null } },
    { stance: 'OFFERS_ALTERNATIVE', statement: { key: 'ferry/denial', retraction: null } },
    { stance: 'PARTIALLY_ACCEPTS', statement: { key: 'ferry/concession', retraction: null } },
    { stance: 'DENIES', statement: { key: 'ferry/rumour', retraction: null } },
  ])
})
