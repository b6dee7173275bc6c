import { describe, expect, test } from 'vitest'
import { hasBegunBy, parseEdtf } from '../../src/model/dates/edtf.ts'
import { read, refusalsOf } from '../_support/answer.ts'
import { openApp } from '../_support/app.ts'
import { event, planned, setting, statement } from '../_support/planned-changes.ts'
import { story } from '../_support/ferry-story.ts'

const recorded = [setting, ...story]

describe('the current position', () => {
  const stances = (day: string | null) =>
    `{ claim(key: "ferry/sunk") { currentPositions${day === null ? '' : `(on: "${day}")`} { holder { key } stance statement { key } } } }`

  test('is the latest of each holder, and a characterised position displaces nothing', async () => {
    await using app = await openApp({ recorded })
    expect(await read(app, stances(null))).toEqual({
      claim: {
        currentPositions: [
          { holder: { key: 'north' }, stance: 'ASSERTS', statement: { key: 'ferry/accusation' } },
          { holder: { key: 'south' }, stance: 'PARTIALLY_ACCEPTS', statement: { key: 'ferry/concession' } },
        ],
      },
    })
  })

  test.each([
    ['2024-12-31', []],
    ['2025-01-01', ['ASSERTS']],
    ['2025-02-10', ['ASSERTS', 'OFFERS_ALTERNATIVE']],
    ['2025-03-30', ['ASSERTS', 'OFFERS_ALTERNATIVE']],
    ['2025-03-31', ['ASSERTS', 'PARTIALLY_ACCEPTS']],
  ])('on %s counts only what must have begun by then', async (day, expected) => {
    await using app = await openApp({ recorded })
    const { claim } = await read(app, stances(day))
    expect(claim).toMatchObject({ currentPositions: expected.map((stance) => ({ stance })) })
  })

  test('is found for many days with one read', async () => {
    await using app = await openApp({ recorded })
    const days = (number: number) =>
      Array.from({ length: number }, (_, at) => `d${at}: currentPositions(on: "2025-01-${10 + at}") { stance }`)
    const statementsFor = async (number: number) => {
      const before = app.store.reader.queriesRun
      await read(app, `{ claim(key: "ferry/sunk") { ${days(number).join(' ')} } }`)
      return app.store.reader.queriesRun - before
    }
    // Reads that happen once are done before.
    await statementsFor(1)
    expect(await statementsFor(20)).toBe(await statementsFor(2))
  })

  test('is refused for more than 20,000 positions on the claims of a list, and the rest is returned', async () => {
    const positions = Array.from({ length: 1_000 }, () => [
      { claim: 'ferry/sunk', stance: 'asserts' as const, attribution: 'quoted' as const },
    ]).flat()
    const many = Array.from({ length: 21 }, (_, at) =>
      planned('statement', statement({ statement: `ferry/said-${at}`, demands: [], codings: [], positions })),
    )
    await using app = await openApp({ recorded: [setting, many] })
    const query = '{ claims { nodes { key currentPositions { stance } } } }'
    expect(await refusalsOf(app, query)).toMatchObject([
      { code: 'CLAIMS_TOO_LARGE', path: ['claims', 'nodes', 0, 'currentPositions'] },
    ])
    expect((await app.ask(query)).body.data).toMatchObject({ claims: { nodes: [{ currentPositions: null }] } })
  })

  test('with an unknown start never wins over one with a known start', async () => {
    const undated = statement({ statement: 'ferry/undated', date: '../2025-06', demands: [], codings: [] })
    await using app = await openApp({ recorded: [...recorded, [planned('statement', undated)]] })
    const { claim } = await read(app, '{ claim(key: "ferry/sunk") { currentPositions { statement { key } } } }')
    expect(claim).toMatchObject({ currentPositions: [{ statement: { key: 'ferry/accusation' } }, {}] })
  })

  test('is the later entry if dates are equal', async () => {
    const again = statement({
      statement: 'ferry/again',
      demands: [],
      codings: [],
      positions: [{ claim: 'ferry/sunk', stance: 'questions', attribution: 'quoted' }],
    })
    await using app = await openApp({ recorded: [...recorded, [planned('statement', again)]] })
    const { claim } = await read(app, '{ claim(key: "ferry/sunk") { currentPositions(on: "2025-01-01") { stance } } }')
    expect(claim).toEqual({ currentPositions: [{ stance: 'QUESTIONS' }] })
  })

  test('ignores retracted statements', async () => {
    await using app = await openApp({ recorded })
    const concession = story.flat().find(({ key }) => key === 'ferry/concession')
    if (concession === undefined) throw new Error('the story has no concession')
    await app.record({ ...concession, kind: 'RETRACTED', revision: 2, note: 'A hoax.' })
    const { claim } = await read(app, stances('2025-04-01'))
    expect(claim).toMatchObject({ currentPositions: [{ stance: 'ASSERTS' }, { stance: 'OFFERS_ALTERNATIVE' }] })
  })
})

test('a position has the citation and quotes it names, else those of its statement', async () => {
  await using app = await openApp({ recorded })
  const { development } = await read(
    app,
    `{ development(key: "ferry/denial") { ... on Statement { positions {
         claim { key } alternative { key } holder { name } attribution date { label }
         citations { source { key } } quotes { text translated citation { source { key } } } } } } }`,
  )
  expect(development).toEqual({
    positions: [
      {
        claim: { key: 'ferry/sunk' },
        alternative: { key: 'ferry/mine' },
        holder: { name: 'Southland' },
        attribution: 'QUOTED',
        date: { label: '10 February 2025' },
        citations: [{ source: { key: 'courier-1' } }],
        quotes: [{ text: 'It was a mine.', translated: null, citation: { source: { key: 'courier-1' } } }],
      },
      {
        claim: { key: 'ferry/mine' },
        alternative: null,
        holder: { name: 'Southland' },
        attribution: 'QUOTED',
        date: { label: '10 February 2025' },
        citations: [{ source: { key: 'gazette' } }, { source: { key: 'courier-1' } }],
        quotes: [
          { text: 'We did not.', translated: true, citation: { source: { key: 'gazette' } } },
          { text: 'It was a mine.', translated: null, citation: { source: { key: 'courier-1' } } },
        ],
      },
    ],
  })
})

test('positions on a claim are listed oldest first, optionally of one holder', async () => {
  await using app = await openApp({ recorded })
  const { claim } = await read(
    app,
    `{ claim(key: "ferry/sunk") {
         all: positions { totalCount nodes { stance } }
         south: positions(holder: "south", first: 2) { totalCount nodes { stance } pageInfo { hasNextPage } } } }`,
  )
  expect(claim).toEqual({
    all: {
      totalCount: 4,
      nodes: ['ASSERTS', 'OFFERS_ALTERNATIVE', 'PARTIALLY_ACCEPTS', 'DENIES'].map((stance) => ({ stance })),
    },
    south: {
      totalCount: 3,
      nodes: [{ stance: 'OFFERS_ALTERNATIVE' }, { stance: 'PARTIALLY_ACCEPTS' }],
      pageInfo: { hasNextPage: true },
    },
  })
})

test('bearings have a claim, actors and a citation, and are listed optionally as of a day', async () => {
  await using app = await openApp({ recorded })
  const { claim } = await read(
    app,
    `{ claim(key: "ferry/sunk") {
         bearings { totalCount nodes { bearing by { key } citation { source { key } } development { key } } }
         early: bearings(on: "2025-04-01") { totalCount nodes { development { key } } }
         before: bearings(on: "2024-12-30") { totalCount } } }`,
  )
  const leftOpenBy = (key: string) => ({
    bearing: 'LEAVES_OPEN',
    by: [{ key: 'north' }],
    citation: { source: { key: 'gazette' } },
    development: { key },
  })
  expect(claim).toEqual({
    bearings: { totalCount: 2, nodes: [leftOpenBy('ferry/sinking'), leftOpenBy('ferry/inquiry')] },
    early: { totalCount: 1, nodes: [{ development: { key: 'ferry/sinking' } }] },
    before: { totalCount: 0 },
  })
})

test('a bearing counts on a day if its development must have begun by then', async () => {
  const dates = [
    '2025-01-10',
    '2025-01-10~',
    '2025-01-10T06:28:00Z',
    '2025-01',
    '2025-01?',
    '2025',
    '202X',
    '2025-01-XX',
    '2025-XX-XX',
    '2025-01-05/2025-01-20',
    '2025-01/2025-03',
    '2025-01-10/..',
    '2025-01-10/',
    '../2025-01-10',
    '/2025-01',
    '[2025-01-05..2025-01-20]',
    '[2025-01-10..]',
    '[..2025-01-10]',
  ]
  const events = dates.map((date, at) => planned('event', event({ event: `event-${at}`, date })))
  await using app = await openApp({ recorded: [setting, events] })
  for (const day of [
    '2025-01-04',
    '2025-01-09',
    '2025-01-10',
    '2025-01-20',
    '2025-01-31',
    '2025-12-31',
    '2029-12-31',
  ]) {
    const { claim } = await read(
      app,
      'query ($day: Date) { claim(key: "ferry/sunk") { bearings(on: $day, first: 50) { nodes { development { date { edtf } } } } } }',
      { day },
    )
    const { nodes } = (claim as { bearings: { nodes: { development: { date: { edtf: string } } }[] } }).bearings
    const begun = dates.filter((date) => hasBegunBy(parseEdtf(date), day))
    expect(nodes.map(({ development }) => development.date.edtf).toSorted()).toEqual(begun.toSorted())
  }
})

describe('a demand', () => {
  test.each([
    ['2025-02-09', 'NO_RESPONSE', null],
    ['2025-02-10', 'REJECTED', { development: { key: 'ferry/denial' } }],
    ['2025-03-30', 'REJECTED', { development: { key: 'ferry/denial' } }],
    ['2025-03-31', 'PROMISED', { development: { key: 'ferry/concession' } }],
  ])('has on %s the response %s', async (day, response, assessment) => {
    await using app = await openApp({ recorded })
    const { demand } = await read(
      app,
      'query ($day: Date) { demand(key: "ferry/pay") { response(on: $day) assessment(on: $day) { development { key } } } }',
      { day },
    )
    expect(demand).toEqual({ response, assessment })
  })

  test('has its makers, its statements and every assessment by date', async () => {
    await using app = await openApp({ recorded })
    const { dispute } = await read(
      app,
      `{ dispute(key: "ferry") { demands {
           key madeBy { key } addressees { key } madeIn { key } response
           assessments { response date { edtf } demand { key } } } } }`,
    )
    expect(dispute).toEqual({
      demands: [
        {
          key: 'ferry/pay',
          madeBy: [{ key: 'north' }],
          addressees: [],
          madeIn: [{ key: 'ferry/accusation' }],
          response: 'PROMISED',
          assessments: [
            { response: 'REJECTED', date: { edtf: '2025-02-10' }, demand: { key: 'ferry/pay' } },
            { response: 'PROMISED', date: { edtf: '2025-03' }, demand: { key: 'ferry/pay' } },
          ],
        },
      ],
    })
  })

  test('is found by its response on a day', async () => {
    await using app = await openApp({ recorded })
    const { dispute } = await read(
      app,
      `{ dispute(key: "ferry") {
           open: demands(responses: [NO_RESPONSE, REJECTED]) { key }
           openInFebruary: demands(responses: [NO_RESPONSE, REJECTED], on: "2025-02-28") { key } } }`,
    )
    expect(dispute).toEqual({ open: [], openInFebruary: [{ key: 'ferry/pay' }] })
  })
})

describe('a measure', () => {
  test.each([
    ['2025-01-02', null, null],
    ['2025-01-03', 'ANNOUNCED', 'ferry/recall'],
    ['2025-04-19', 'ANNOUNCED', 'ferry/recall'],
    ['2025-04-20', 'LIFTED', 'ferry/inquiry'],
  ])('on %s has the status %s', async (day, status, key) => {
    await using app = await openApp({ recorded })
    const { development } = await read(
      app,
      `query ($day: Date) { development(key: "ferry/recall") { ... on Measure {
         status(on: $day) statusChange(on: $day) { development { key } measure { key } } } } }`,
      { day },
    )
    expect(development).toEqual({
      status,
      statusChange: key === null ? null : { development: { key }, measure: { key: 'ferry/recall' } },
    })
  })

  test('has its first status in its history and not in status changes', async () => {
    await using app = await openApp({ recorded })
    const { measures, development } = await read(
      app,
      `{ measures { nodes { status statusChanges { status } statusHistory { status date { edtf } note development { key } } } }
         development(key: "ferry/inquiry") { statusChanges { status measure { key status } } } }`,
    )
    expect(measures).toEqual({
      nodes: [
        {
          status: 'LIFTED',
          statusChanges: [],
          statusHistory: [
            { status: 'ANNOUNCED', date: { edtf: '2025-01-03' }, note: null, development: { key: 'ferry/recall' } },
            {
              status: 'LIFTED',
              date: { edtf: '2025-04-20' },
              note: 'As it says.',
              development: { key: 'ferry/inquiry' },
            },
          ],
        },
      ],
    })
    expect(development).toEqual({
      statusChanges: [{ status: 'LIFTED', measure: { key: 'ferry/recall', status: 'LIFTED' } }],
    })
  })
})

test('independent sources are distinct origins: the last actor in via, else the outlet, else the source', async () => {
  await using app = await openApp({ recorded })
  const { development } = await read(
    app,
    `{ development(key: "ferry/sinking") { credibility independentSources citations { source { key outlet { key } } via { key } } } }`,
  )
  expect(development).toEqual({
    credibility: 'CONFIRMED',
    independentSources: 3,
    citations: [
      { source: { key: 'gazette', outlet: null }, via: [] },
      { source: { key: 'courier-1', outlet: { key: 'courier' } }, via: [{ key: 'wire' }] },
      { source: { key: 'courier-2', outlet: { key: 'courier' } }, via: [{ key: 'coast-guard' }, { key: 'wire' }] },
      { source: { key: 'leaflet', outlet: null }, via: [] },
    ],
  })
})

test('a dispute was last changed when one of its developments was', async () => {
  let now = Date.UTC(2025, 5, 1)
  await using app = await openApp({ recorded, now: () => now })
  now = Date.UTC(2025, 6, 1)
  await app.record(planned('event', event({ event: 'elsewhere', disputes: [], bearings: [] })))
  const query = '{ dispute(key: "ferry") { changedAt } disputes { nodes { key } } }'
  expect(await read(app, query)).toMatchObject({ dispute: { changedAt: '2025-06-01T00:00:00.000Z' } })
  await app.record(
    planned('dispute', { key: 'quarry', title: 'Q', summary: 'Q', period: '2025', parties: ['north'] }),
    planned('event', event(), { kind: 'REVISED', revision: 2 }),
  )
  expect(await read(app, query)).toEqual({
    dispute: { changedAt: '2025-07-01T00:00:00.000Z' },
    disputes: { nodes: [{ key: 'ferry' }, { key: 'quarry' }] },
  })
})
