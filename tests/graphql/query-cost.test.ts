import { describe, expect, test, vi } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { UNLIMITED } from '../../src/graphql/cost/result-limits.ts'
import { Turn } from '../../src/graphql/cost/turn.ts'
import { countInTurns, inTurns } from '../../src/graphql/cost/work.ts'
import type { Steps } from '../../src/store/search/steps.ts'
import { read, refusalsOf } from '../_support/answer.ts'
import { type App, openApp } from '../_support/app.ts'
import { setting } from '../_support/planned-changes.ts'
import { story } from '../_support/ferry-story.ts'

const PAGE = '{ nodes { key headline } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount }'

const LIMITS = readConfig({}, {}).limits

const FILTER = '(first: 1, filter: { kinds: [STATEMENT], actors: ["south"], inAnyDispute: true })'
const AFFILIATED = '(first: 1, filter: { includeAffiliated: true, actors: ["north", "south"] })'
const TWENTY = `(first: 1, filter: { participants: [${repeated(20, '{ actors: ["north", "south"] }')}] })`
const TEXT = '(first: 1, filter: { text: "ferry" })'

/** Fields that are cheap once and expensive by the hundred: a number of them that is accepted, and one that is refused. */
const EXPENSIVE: [what: string, field: string, admitted: number, refused: number][] = [
  ['counts', 'developments(first: 1) { totalCount }', 50, 100],
  ['counts under a filter', `developments${FILTER} { totalCount }`, 10, 50],
  ['counts with those affiliated', `developments${AFFILIATED} { totalCount }`, 3, 10],
  ['counts of many conditions', `developments${TWENTY} { totalCount }`, 2, 5],
  ['counts of measures in force', 'measures(first: 1, inForceOn: "2025-01-01") { totalCount }', 10, 20],
  ['counts of a text', `developments${TEXT} { totalCount }`, 10, 30],
  ['counts below others', 'dispute(key: "ferry") { developments(first: 1) { totalCount } }', 50, 100],
  ['pages of many conditions', `developments${TWENTY} { nodes { key } }`, 10, 50],
  ['facets', 'developments(first: 0) { facets { kinds { count } } }', 10, 60],
  ['facets of actors', 'developments(first: 0) { facets { actors(first: 1) { count } } }', 5, 25],
  ['rankings', 'developments(first: 1, orderBy: RELEVANCE, filter: { text: "ferry" }) { nodes { key } }', 5, 15],
  ['matrices', 'dispute(key: "ferry") { positions { cells { shifted } } }', 20, 60],
  ['tensions', 'dispute(key: "ferry") { tension { straddling } }', 50, 250],
  [
    'pages of the feed',
    `feedPage(first: 1, filter: { participants: [${repeated(20, '{ actors: ["north"] }')}] }) { hasMore }`,
    5,
    30,
  ],
]

describe.each(EXPENSIVE)('%s', (_what, field, admitted, refused) => {
  test('are accepted until there are many', async () => {
    await using app = await openApp({
      recorded: [setting, ...story],
      config: { limits: { ...LIMITS, tokens: 50_000, rootFields: 1_000 } },
    })
    await read(app, `{ ${aliased(admitted, field)} }`)
    const refusals = await refusalsOf(app, `{ ${aliased(refused, field)} }`)
    expect(refusals).toMatchObject([
      {
        code: 'QUERY_TOO_COMPLEX',
        message: expect.stringMatching(
          /costs \d+; the limit is 50000\. The costliest field is `[\w.]+` \(\d+\)\. Request shorter pages/,
        ),
      },
    ])
  })
})

test('a count costs the same with a long page as with a short one', async () => {
  await using app = await openApp({ config: { limits: { ...LIMITS, complexity: 1 } } })
  const counted = (first: number) => `{ developments(first: ${first}) { totalCount nodes { key } } }`
  expect(await costOf(app, counted(100))).toBe((await costOf(app, counted(1))) + 99)
})

test.each([
  [
    '{ disputes(first: 50) { nodes { key developments(first: 1) { nodes { key } } } } }',
    'disputes.nodes.developments',
    5_000,
  ],
  [`{ developments${TEXT} { totalCount nodes { key headline } } }`, 'developments', 4_320],
  ['{ developments(first: 1) { facets { kinds { count } } } }', 'developments', 1_100],
  [
    'fragment Cited on Development { citations { via { key } } } { a: developments(first: 100) { nodes { ...Cited } } }',
    'developments.nodes.citations.via.key',
    900,
  ],
])('the refusal of %s names its costliest field', async (query, path, cost) => {
  await using app = await openApp({ config: { limits: { ...LIMITS, complexity: 1 } } })
  const [refusal] = await refusalsOf(app, query)
  expect(refusal?.message).toMatch(`The costliest field is \`${path}\` (${cost}).`)
})

test.each([
  ['dro* ki* fa*', 3],
  ['dro*;ki*;fa*', 3],
  ['"dro ki" fa', 2],
  ['dro-ki-fa', 1],
  ['dro dro', 1],
  // Refused, so at the greatest cost.
  ['dro *', 10],
])('the text %s costs as the %i terms that the search makes of it', async (text, terms) => {
  await using app = await openApp({ config: { limits: { ...LIMITS, complexity: 1 } } })
  const costing = (filter: string) => `{ developments(first: 1, filter: { text: ${filter} }) { totalCount } }`
  const words = (count: number) => JSON.stringify(Array.from({ length: count }, (_, at) => `word${at}`).join(' '))
  expect(await costOf(app, costing(JSON.stringify(text)))).toBe(await costOf(app, costing(words(terms))))
})

test('a page of many terms costs more than several of few', async () => {
  await using app = await openApp({ recorded: [setting, ...story] })
  const page = (text: string) => `developments(first: 1, filter: { text: "${text}" }) { nodes { key } }`
  const ten = page('ferry a b c d e f g h i')
  await read(app, `{ ${ten} ${aliased(10, page('ferry north'))} }`)
  expect(await refusalsOf(app, `{ ${aliased(3, ten)} }`)).toMatchObject([{ code: 'QUERY_TOO_COMPLEX' }])
})

test('equal lists of an operation are counted once', async () => {
  await using app = await openApp({ recorded: [setting, ...story] })
  const cost = async (fields: string) => {
    await read(app, `{ ${fields} }`)
    const before = app.store.reader.queriesRun
    // With another name, for which no response is cached.
    await read(app, `query Again { ${fields} }`)
    return app.store.reader.queriesRun - before
  }
  const [page, both] = [`developments${FILTER} { nodes { key } }`, `developments${FILTER} { totalCount nodes { key } }`]
  const counting = (await cost(both)) - (await cost(page))
  expect(counting).toBeGreaterThan(0)
  expect(await cost(aliased(5, both))).toBe((await cost(aliased(5, page))) + counting)
  const other = `developments(first: 1, filter: { kinds: [EVENT] }) { totalCount }`
  expect(await read(app, `{ a: ${both} b: ${both} c: ${other} }`)).toMatchObject({
    a: { totalCount: 4 },
    b: { totalCount: 4 },
    c: { totalCount: 2 },
  })
})

test('equal facets of equal lists are counted once', async () => {
  await using app = await openApp({ recorded: [setting, ...story] })
  const statements = async (fields: string) => {
    const before = app.store.reader.queriesRun
    await read(app, `{ ${fields} }`)
    return app.store.reader.queriesRun - before
  }
  const list = `developments${FILTER}`
  const [page, faceted] = [
    `${list} { nodes { key } }`,
    `${list} { nodes { key } facets { months { count } actorCount } }`,
  ]
  await read(app, `{ warm: ${page} }`)
  const counting = (await statements(aliased(1, faceted))) - (await statements(aliased(1, page)))
  expect(counting).toBeGreaterThan(2)
  expect(await statements(aliased(5, faceted))).toBe((await statements(aliased(5, page))) + counting)
})

describe('the counts and facets of an operation', () => {
  const worker = (countedRows: number) => {
    let turns = 0
    const wait = async () => {
      turns++
    }
    const count = { fields: 0, limits: UNLIMITED, startedAt: performance.now() }
    return {
      work: { done: 0, isOver: false },
      turn: new Turn(wait),
      count,
      limits: { ...LIMITS, countedRows },
      turns: () => turns,
    }
  }

  function* steps(...works: number[]): Steps<string> {
    for (const work of works) yield work
    return 'counted'
  }

  test('may read so many rows in all', async () => {
    const of = worker(1_000)
    expect(await countInTurns(of, steps(400, 599))).toBe('counted')
    expect(await countInTurns(of, steps(1))).toBe('counted')
    expect(() => countInTurns(of, steps(1))).toThrow(
      expect.objectContaining({ code: 'QUERY_TOO_COMPLEX', message: expect.stringContaining('more than 1000 rows') }),
    )
    // Pages are not counted.
    expect(await inTurns(of, steps(1))).toBe('counted')
  })

  test('take turns if they take long, and are refused all the same', async () => {
    const of = worker(4_000_000)
    expect(await countInTurns(of, steps(2_000_000, 1))).toBe('counted')
    expect(of.turns()).toBe(1)
    await expect(countInTurns(of, steps(1_500_000, 1_000_000))).rejects.toMatchObject({ code: 'QUERY_TOO_COMPLEX' })
  })

  test('read nothing for an operation that has ended', async () => {
    const of = worker(3_000_000)
    const counted = inTurns(of, steps(2_000_000))
    of.work.isOver = true
    await expect(counted).rejects.toThrow('ended')
  })
})

test('pages that wait for turns are what they are at once', async () => {
  await using app = await openApp({
    recorded: [setting, ...story],
    config: { limits: { ...LIMITS, complexity: 1_000_000 } },
  })
  const page = (args: string) => `(${args}, filter: { text: "a*", kinds: [EVENT, STATEMENT, MEASURE] }) ${PAGE}`
  const query = (name: string) => `{
    ${name}: developments${page('first: 2')} ranked: developments${page('first: 2, orderBy: RELEVANCE')}
    changed: developments${page('last: 2, orderBy: RECENTLY_CHANGED')}
    disputes { nodes { developments${page('first: 1')} measuresInForce { key } } }
    actors { nodes { developments${page('first: 1, orderBy: RECENTLY_RECORDED')} } }
  }`
  const { a: first, ...atOnce } = await read(app, query('a'))
  const waiting = vi.spyOn(Turn.prototype, 'elapsed', 'get').mockReturnValue(Infinity)
  const next = vi.spyOn(Turn.prototype, 'next')
  try {
    expect(await read(app, query('b'))).toEqual({ b: first, ...atOnce })
    expect(next.mock.calls.length).toBeGreaterThan(10)
    expect(first).toMatchObject({ nodes: [{ key: expect.any(String) }, {}] })
  } finally {
    waiting.mockRestore()
    next.mockRestore()
  }
})

test('parts of an operation that wait for a turn share it, in order', async () => {
  let turns = 0
  const turn = new Turn(async () => {
    turns++
  })
  const ran: number[] = []
  await Promise.all([1, 2, 3].map((part) => turn.next().then(() => ran.push(part))))
  expect({ ran, turns }).toEqual({ ran: [1, 2, 3], turns: 1 })
})

/** The cost of an operation according to its refusal. */
async function costOf(app: App, query: string): Promise<number> {
  const [refusal] = await refusalsOf(app, query)
  return Number(/costs (\d+)/.exec(refusal?.message ?? '')?.[1])
}

function aliased(count: number, field: string): string {
  return Array.from({ length: count }, (_, number) => `a${number}: ${field}`).join(' ')
}

function repeated(count: number, text: string): string {
  return Array.from({ length: count }, () => text).join(' ')
}
