import { describe, expect, test } from 'vitest'
import { encodeCursor } from '../../src/store/queries/keyset.ts'
import { read, refusalsOf } from '../_support/answer.ts'
import { type App, openApp } from '../_support/app.ts'
import { event, planned, setting, statement } from '../_support/planned-changes.ts'
import { story } from '../_support/ferry-story.ts'

const many = 7
const numbers = Array.from({ length: many }, (_, at) => at + 1)

/** More of everything than a page of two holds. The dates include an equal pair and an unknown start. */
const crowded = [
  setting,
  numbers.flatMap((number) => [
    planned('actor', {
      key: `actor-${number}`,
      name: `Name ${number}`,
      kind: 'person',
      affiliations: [{ to: 'north', relation: 'member-of' }],
    }),
    planned('place', { key: `place-${number}`, name: `Place ${number}` }),
    planned('source', { key: `source-${number}`, title: `Title ${number}`, language: 'en', reliability: 'C' }),
    planned('dispute', { key: `dispute-${number}`, title: 'T', summary: 'S', period: '2025', parties: ['north'] }),
    planned('claim', { key: `claim-${number}`, dispute: 'ferry', proposition: `P ${number}.` }),
    planned('demand', {
      key: `demand-${number}`,
      dispute: 'ferry',
      text: `T ${number}.`,
      remedy: 'release',
      'made-by': ['north'],
    }),
  ]),
  [planned('event', event())],
  numbers.map((number) =>
    planned(
      'statement',
      statement({
        statement: `statement-${number}`,
        date: number === 4 ? '../2025' : `2025-01-0${Math.max(number, 2)}`,
        demands: [],
        links: [{ relation: 'follows', development: 'ferry/sinking' }],
        bearings: [{ claim: 'ferry/sunk', bearing: 'supports', citation: 'gazette' }],
      }),
    ),
  ),
]

const LISTS = [
  ['developments', '', 'key'],
  ['developments', 'orderBy: OLDEST_FIRST', 'key'],
  ['developments', 'orderBy: RECENTLY_RECORDED', 'key'],
  ['developments', 'orderBy: RECENTLY_CHANGED', 'key'],
  ['statements', '', 'key'],
  ['disputes', '', 'key'],
  ['actors', '', 'key'],
  ['claims', 'dispute: "ferry"', 'key'],
  ['demands', '', 'key'],
  ['sources', '', 'key'],
  ['places', '', 'key'],
  ['source(key: "gazette") { list: citedBy', '', 'key'],
  ['actor(key: "north") { list: developments', '', 'key'],
  ['actor(key: "north") { list: members', '', 'actor { key }'],
  ['actor(key: "north") { list: positions', '', 'statement { key }'],
  ['dispute(key: "ferry") { list: developments', '', 'key'],
  ['claim(key: "ferry/sunk") { list: positions', 'holder: "north"', 'statement { key }'],
  ['claim(key: "ferry/sunk") { list: bearings', '', 'development { key }'],
  ['development(key: "ferry/sinking") { list: linkedFrom', 'relations: [FOLLOWS]', 'development { key }'],
] as const

interface Listed {
  readonly nodes: readonly unknown[]
  readonly edges: readonly { readonly cursor: string; readonly node: unknown }[]
  readonly totalCount: number
  readonly pageInfo: Record<'hasNextPage' | 'hasPreviousPage', boolean> &
    Record<'startCursor' | 'endCursor', string | null>
}

async function listed(
  app: App,
  [field, own, selection]: readonly [string, string, string],
  page: string,
): Promise<Listed> {
  const args = [own, page].filter((each) => each !== '').join(', ')
  const below = field.includes('{')
  const query = `{ ${below ? field : `list: ${field}`}${args === '' ? '' : `(${args})`} {
    nodes { ${selection} } edges { cursor node { ${selection} } } totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } ${below ? '}' : ''} }`
  const data = await read(app, query)
  const [list] = below ? Object.values(data).flatMap((parent) => Object.values(parent as object)) : Object.values(data)
  return list as Listed
}

describe.each(LISTS)('%s(%s)', (...list) => {
  test('is the same read forwards, backwards and at once', async () => {
    await using app = await openApp({ recorded: crowded })
    const whole = await listed(app, list, 'first: 100')
    expect(whole.nodes.length).toBeGreaterThanOrEqual(many)
    expect(whole.totalCount).toBe(whole.nodes.length)
    expect(whole.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false })

    const forward: unknown[] = []
    for (let after = ''; ;) {
      const page = await listed(app, list, `first: 3${after}`)
      expect(page.edges.map(({ node }) => node)).toEqual(page.nodes)
      expect(page.pageInfo).toMatchObject({ hasPreviousPage: forward.length > 0, startCursor: page.edges[0]?.cursor })
      forward.push(...page.nodes)
      if (!page.pageInfo.hasNextPage) break
      after = `, after: "${page.pageInfo.endCursor}"`
    }
    expect(forward).toEqual(whole.nodes)

    const backward: unknown[] = []
    for (let before = ''; ;) {
      const page = await listed(app, list, `last: 3${before}`)
      expect(page.pageInfo.hasNextPage).toBe(backward.length > 0)
      backward.unshift(...page.nodes)
      if (!page.pageInfo.hasPreviousPage) break
      before = `, before: "${page.pageInfo.startCursor}"`
    }
    expect(backward).toEqual(whole.nodes)
  })
})

test('developments with an unknown start come last in both directions', async () => {
  await using app = await openApp({ recorded: crowded })
  const { up, down } = await read(
    app,
    '{ up: statements(orderBy: OLDEST_FIRST) { nodes { key } } down: statements { nodes { key } } }',
  )
  const last = { key: 'statement-4' }
  expect((up as Listed).nodes.at(-1)).toEqual(last)
  expect((down as Listed).nodes.at(-1)).toEqual(last)
})

test('an empty page has no cursors', async () => {
  await using app = await openApp()
  const { actors } = await read(
    app,
    '{ actors { nodes { key } totalCount pageInfo { hasNextPage startCursor endCursor } } }',
  )
  expect(actors).toEqual({
    nodes: [],
    totalCount: 0,
    pageInfo: { hasNextPage: false, startCursor: null, endCursor: null },
  })
})

describe('a page is refused', () => {
  test.each([
    ['first: -1', 'BAD_PAGING'],
    ['first: 101', 'BAD_PAGING'],
    ['last: 101', 'BAD_PAGING'],
    ['first: 1, last: 1', 'BAD_PAGING'],
    ['first: 1, after: "garbage"', 'BAD_CURSOR'],
    ['first: 1, after: ""', 'BAD_CURSOR'],
    ['last: 1, before: "bnVsbA"', 'BAD_CURSOR'],
  ])('for %s, in a root list and in a list below a record', async (page, code) => {
    await using app = await openApp({ recorded: [setting, ...story] })
    const query = `{ developments(${page}) { totalCount } dispute(key: "ferry") { claims { positions(${page}) { totalCount } } } }`
    const refusals = await refusalsOf(app, query)
    expect(refusals.map((refusal) => refusal.code)).toContain(code)
    for (const { code: actual, path, message } of refusals) {
      expect([actual, path?.[0]]).toEqual([code, expect.stringMatching(/developments|dispute/)])
      expect(message).toMatch(/\. Pass /)
    }
  })

  test('for a cursor from another list or order', async () => {
    await using app = await openApp({ recorded: [setting, ...story] })
    const { list } = await read(app, '{ list: developments(first: 1) { pageInfo { endCursor } } }')
    const after = (list as Listed).pageInfo.endCursor
    for (const field of [
      'developments(orderBy: OLDEST_FIRST, after: $after)',
      'actors(after: $after)',
      'sources(after: $after)',
    ]) {
      const query = `query ($after: String) { ${field} { totalCount } }`
      expect(await refusalsOf(app, query, { after })).toMatchObject([{ code: 'BAD_CURSOR' }])
    }
  })

  test.each([
    ['developments(after: $after)', 'developments NEWEST_FIRST', ['2025', 1]],
    ['developments(orderBy: RECENTLY_RECORDED, after: $after)', 'developments RECENTLY_RECORDED', [1]],
    ['developments(orderBy: RECENTLY_CHANGED, after: $after)', 'developments RECENTLY_CHANGED', [1, 1]],
    ['disputes(after: $after)', 'disputes', [14, 1]],
    ['actors(after: $after)', 'actors', ['Name', 1]],
    ['places(after: $after)', 'places', ['Name', 1]],
    ['claims(after: $after)', 'claims', [1]],
    ['demands(after: $after)', 'demands', [1]],
    ['sources(after: $after)', 'sources', [1]],
    ['claim(key: "ferry/sunk") { list: positions(after: $after)', 'positions-on-claim', ['2025', 1, 1, 1]],
    ['source(key: "gazette") { list: citedBy(after: $after)', 'citing-developments', ['2025', 1, 1]],
    ['actor(key: "north") { list: members(after: $after)', 'members', [1, 1]],
  ])('for a malformed cursor: %s', async (field, list, position) => {
    await using app = await openApp({ recorded: [setting, ...story] })
    const query = `query ($after: String) { ${field} { totalCount } ${field.includes('{ list:') ? '}' : ''} }`
    const refusals = (parts: readonly (string | number)[]) =>
      refusalsOf(app, query, { after: encodeCursor(list, parts) })
    expect(await refusals(position)).toEqual([])
    const swapped = position.map((part) => (typeof part === 'string' ? 7 : 'zz'))
    for (const parts of [[], position.slice(1), [...position, 1], swapped, [...position.slice(0, -1), 0.5]]) {
      expect(await refusals(parts)).toMatchObject([{ code: 'BAD_CURSOR' }])
    }
  })

  test('by relevance for a cursor from another filter', async () => {
    await using app = await openApp({ recorded: [setting, ...story] })
    const list = (filter: string, after: string | null) => `{ developments(orderBy: RELEVANCE, filter: { ${filter} },
      after: ${JSON.stringify(after)}) { pageInfo { endCursor } } }`
    const { developments } = await read(app, list('text: "ferry"', null))
    const cursor = (developments as Listed).pageInfo.endCursor
    expect(await refusalsOf(app, list('text: "ferry"', cursor))).toEqual([])
    for (const filter of ['text: "south"', 'text: "ferry", kinds: [EVENT]']) {
      expect(await refusalsOf(app, list(filter, cursor))).toMatchObject([{ code: 'BAD_CURSOR' }])
    }
  })
})

describe('a filter is refused', () => {
  test.each([
    ['disputes: ["fery"]', 'UNKNOWN_KEY', 'there is no dispute "fery"; did you mean ferry?'],
    ['actors: ["nort"]', 'UNKNOWN_KEY', /did you mean north/],
    ['dateWithin: { from: "2025-02-01", to: "2025-01-01" }', 'BAD_RANGE', /\. Pass the earlier day as `from`\.$/],
    [
      'recordedAfter: "2025-02-01T00:00:00Z", recordedBefore: "2025-01-01T00:00:00Z"',
      'BAD_RANGE',
      /\. Pass the earlier instant as `recordedAfter`\.$/,
    ],
  ])('for %s', async (filter, code, message) => {
    await using app = await openApp({ recorded: [setting, ...story] })
    const [refusal, ...more] = await refusalsOf(app, `{ developments(filter: { ${filter} }) { totalCount } }`)
    expect(more).toEqual([])
    expect(refusal).toEqual({ code, path: ['developments'], message: expect.stringMatching(message) })
  })

  test('for an unknown key in an argument of any list', async () => {
    await using app = await openApp({ recorded: [setting, ...story] })
    const query = `{ a: statements(speakers: ["x"]) { totalCount } b: measures(targets: ["x"]) { totalCount } c: claims(dispute: "x") { totalCount }
      d: demands(dispute: "x") { totalCount } e: sources(outlet: "x") { totalCount } f: claim(key: "ferry/sunk") { positions(holder: "x") { totalCount } } }`
    const refusals = await refusalsOf(app, query)
    expect(refusals.map(({ path }) => path?.[0])).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
    expect(new Set(refusals.map(({ code }) => code))).toEqual(new Set(['UNKNOWN_KEY']))
    const answer = await app.ask('{ sources(outlet: "corier") { totalCount } }')
    expect(answer.body.errors?.[0]?.extensions).toEqual({ code: 'UNKNOWN_KEY', key: 'corier', nearest: ['courier'] })
    expect(answer.status).toBeLessThan(500)
  })
})
