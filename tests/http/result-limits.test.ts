import { setImmediate } from 'node:timers/promises'
import { getIntrospectionQuery, parse, validateExecutionArgs, type IntrospectionOptions } from 'graphql'
import { describe, expect, test, vi } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { introspectionSize } from '../../src/graphql/cost/introspection-size.ts'
import { Turn } from '../../src/graphql/cost/turn.ts'
import { schema } from '../../src/graphql/schema.ts'
import { openApp, type App } from '../_support/app.ts'
import { followStream } from '../_support/follow.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'

const { limits: LIMITS } = readConfig({}, {})

/** Without and with an error beside, on which the JSON writer leaves the operation to graphql-js. */
const WAYS: readonly [way: string, beside: string][] = [
  ['the JSON writer', ''],
  ['graphql-js', 'gone: developments(filter: { disputes: ["gone"] }) { totalCount }'],
]

describe.each(WAYS)('a result that %s makes', (_way, beside) => {
  test('has at most so many bytes', async () => {
    const query = `{ ${beside} actors { nodes { name description } } }`
    const data = JSON.stringify(await dataOf(query, LIMITS))
    const bytes = Buffer.byteLength(data)
    expect(bytes).toBeGreaterThan(data.length)
    expect(JSON.stringify(await dataOf(query, { ...LIMITS, resultBytes: bytes }))).toBe(data)
    expect(await dataOf(query, { ...LIMITS, resultBytes: bytes - 1 })).toBe(
      `RESULT_TOO_LARGE The result has more than ${bytes - 1} bytes, the limit. Request shorter pages or fewer fields.`,
    )
  })

  test('has at most so many fields', async () => {
    const query = `{ ${beside} actors { nodes { name description } } }`
    // The list, its nodes, and two fields of each of the three actors.
    const fields = 2 + 2 * 3 + (beside === '' ? 0 : 1)
    expect(await dataOf(query, { ...LIMITS, resultFields: fields })).toMatchObject({ actors: {} })
    expect(await dataOf(query, { ...LIMITS, resultFields: fields - 1 })).toBe(
      `RESULT_TOO_LARGE The result has more than ${fields - 1} fields, the limit. Request shorter pages or fewer fields.`,
    )
  })
})

describe('introspection', () => {
  const all = Object.fromEntries(
    [
      'descriptions',
      'specifiedByUrl',
      'directiveIsRepeatable',
      'schemaDescription',
      'inputValueDeprecation',
      'oneOf',
    ].map((option) => [option, true]),
  )
  test.each<[string, IntrospectionOptions]>([
    ['by default', {}],
    ['with all options', { ...all, typeDepth: 9 }],
  ])('as tools send it, %s, is answered', async (_what, options) => {
    await using app = await openApp()
    const { body } = await app.ask(getIntrospectionQuery(options))
    expect(body).toMatchObject({ data: { __schema: {} } })
    expect(body.errors).toBeUndefined()
  })

  test.each([
    '{ __schema { types { name fields(includeDeprecated: true) { name args { name type { ...T } } type { ...T } } } } } fragment T on __Type { kind name ofType { kind name } }',
    '{ ...Q } fragment Q on Query { a: __schema { queryType { name } } b: __type(name: "Actor") { name fields { name } interfaces { name possibleTypes { name } } } c: __type(name: "Gone") { name } __typename }',
    'query ($name: String! = "Stance") { __type(name: $name) { enumValues { name isDeprecated } ... on __Type { description } } }',
    getIntrospectionQuery(all),
  ])('is counted exactly: %s', async (query) => {
    await using app = await openApp()
    const { body } = await app.ask(query)
    const { __typename: _, ...data } = body.data ?? {}
    expect(sizeOf(query, Infinity)).toBe(fieldsIn(data))
  })

  test('is refused above the limit before it runs, however it multiplies', async () => {
    const query = '{ __schema { types { name fields { name } } } }'
    const fields = sizeOf(query, Infinity)
    expect(await dataOf(query, { ...LIMITS, introspectionFields: fields })).toMatchObject({ __schema: {} })
    const refused = (limit: number) =>
      `QUERY_TOO_COMPLEX The introspection selects more than ${limit} fields, the limit. Select fewer fields, or each one once.`
    expect(await dataOf(query, { ...LIMITS, introspectionFields: fields - 1 })).toBe(refused(fields - 1))
    const aliased = (count: number, field: string) =>
      Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ')
    const bomb = `{ ...Q } fragment Q on Query { ${aliased(20, '__schema { ...S }')} }
      fragment S on __Schema { ${aliased(20, 'types { ...T }')} } fragment T on __Type { ${aliased(20, 'fields { ...F }')} }
      fragment F on __Field { ${aliased(20, 'type { ...N }')} } fragment N on __Type { ${aliased(20, 'description')} }`
    expect(await dataOf(bomb, LIMITS)).toBe(refused(LIMITS.introspectionFields))
  })

  function sizeOf(query: string, most: number): number {
    const prepared = validateExecutionArgs({ schema, document: parse(query) })
    if (!('operation' in prepared)) throw prepared[0] ?? new Error('not accepted')
    return introspectionSize(prepared, most)
  }
})

describe('a subscription', () => {
  const costing = (first: number) =>
    `subscription ($after: FeedCursor) { feed(after: $after, heartbeat: 300) { cursor ... on FeedChange {
      development { key summary participations { actor { developments(first: ${first}) { nodes { key } } } } } } } }`

  test('has a cost limit of its own, for each event', async () => {
    await using app = await openApp({ recorded: [setting, [planned('event', event())]] })
    const after = encodeFeedCursor(app.store, setting.length)
    await using accepted = followStream(await app.stream(costing(1), { after }))
    expect(await accepted.take(1)).toMatchObject([{ data: { feed: { development: { key: 'ferry/sinking' } } } }])
    const query = '{ disputes(first: 10) { nodes { developments(first: 100) { nodes { key headline } } } } }'
    expect((await app.ask(query)).body.errors).toBeUndefined()
    await using refused = await app.stream(
      costing(100).replaceAll(
        'nodes {',
        'nodes { a: key b: key c: key d: key e: key f: key g: key h: key i: key j: key k: key l: key m: key n: key o: key',
      ),
      { after },
    )
    expect((await refused.event())?.data).toMatch(/costs \d+; the limit is 5000/)
  })

  test('pays for the conditions of its filter', async () => {
    await using app = await openApp({
      recorded: [setting],
      config: { limits: { ...LIMITS, eventComplexity: 200 } },
    })
    const filtered = (count: number) =>
      `subscription { feed(filter: { participants: [${'{ actors: ["north"] } '.repeat(count)}] }) { cursor } }`
    await using accepted = await app.stream(filtered(17))
    expect((await accepted.event())?.data).toContain('cursor')
    await using refused = await app.stream(filtered(18))
    expect((await refused.event())?.data).toContain('costs 210; the limit is 200')
  })

  test('sends an error in the place of an event that is too large, and goes on', async () => {
    const events = [event(), event({ event: 'ferry/long', summary: 'x'.repeat(2_000) }), event({ event: 'ferry/last' })]
    await using app = await openApp({
      recorded: [setting, events.map((content) => planned('event', content))],
      config: { limits: { ...LIMITS, resultBytes: 10_240 } },
    })
    await using stream = await app.stream(costing(1), { after: encodeFeedCursor(app.store, setting.length) })
    const sent = [await stream.event(), await stream.event(), await stream.event()].map((each) => each?.data)
    expect(sent).toEqual([
      expect.stringContaining('ferry/sinking'),
      expect.stringMatching(/RESULT_TOO_LARGE.*"cursor"/),
      expect.stringContaining('ferry/last'),
    ])
  })
})

describe('the errors of a result', () => {
  test('have messages of at most 500 characters, wherever they arise', async () => {
    await using app = await openApp({ recorded: [setting] })
    const long = '😀'.repeat(5_000)
    const operations: readonly [query: string, variables?: Record<string, unknown>][] = [
      [`{ ${'x'.repeat(20_000)} }`],
      [
        'query ($f: DevelopmentFilter) { developments(filter: $f) { totalCount } }',
        { f: { kinds: Array(25).fill(long) } },
      ],
      [`{ development(key: "${long}") { key } }`],
      [`{ developments(filter: { text: "${long}" }) { totalCount } }`],
      [`query { __typename } "${long}"`],
    ]
    for (const [query, variables] of operations) {
      await using socket = await app.socket()
      socket.subscribe('q', query, variables)
      const overSocket = (await socket.message())?.payload as Failed | Failed['errors']
      const { errors: overHttp = [] } = (await app.ask(query, variables)).body
      const errors = [...overHttp, ...('errors' in overSocket ? overSocket.errors : overSocket)]
      expect(errors.length).toBeGreaterThan(1)
      expect(errors.length).toBeLessThan(50)
      for (const { message } of errors) {
        expect(message.length).toBeLessThanOrEqual(500)
        expect(message.isWellFormed()).toBe(true)
      }
    }
    const response = await app.fetch('/graphql', { method: 'POST', headers: { 'content-type': 'x'.repeat(8_000) } })
    expect((await response.text()).length).toBeLessThan(700)
  })

  test('are at most a hundred', async () => {
    await using app = await openApp({ config: { limits: { ...LIMITS, complexity: 10_000_000, rootFields: 1_000 } } })
    const gone = (count: number) =>
      `{ ${Array.from({ length: count }, (_, index) => `a${index}: developments(first: ${index + 1000}) { totalCount }`).join(' ')} }`
    expect((await app.ask(gone(100))).body.errors).toHaveLength(100)
    const { errors = [] } = (await app.ask(gone(101))).body
    expect(errors).toHaveLength(101)
    expect(errors.at(-1)).toMatchObject({
      message: 'The result has 101 errors, of which 100 are shown.',
      extensions: { code: 'TOO_MANY_ERRORS' },
    })
  })
})

const LONG_NAMES = ['Nördland', 'Südland', 'Ostland'].map((name, index) =>
  planned('actor', { key: `land-${index}`, name, kind: 'state', description: 'ß'.repeat(200) }),
)

interface Failed {
  readonly errors: readonly Error[]
}

/** The data of a query, or the code and message of its only error. */
async function dataOf(query: string, limits: typeof LIMITS): Promise<unknown> {
  await using app: App = await openApp({ recorded: [LONG_NAMES], config: { limits } })
  const { data, errors } = (await app.ask(query)).body
  if (data != null) return data
  expect(errors).toHaveLength(1)
  return `${String(errors?.[0]?.extensions?.['code'])} ${errors?.[0]?.message}`
}

function fieldsIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + fieldsIn(item), 0)
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce<number>((sum, property) => sum + 1 + fieldsIn(property), 0)
}

describe('an operation whose client leaves', () => {
  const query = `{ ${Array.from({ length: 20 }, (_, at) => `d${at}: developments(first: ${at + 1}) { totalCount }`).join(' ')} }`

  const LEAVE: [over: string, leave: (app: App, opened: Promise<unknown>) => Promise<void>][] = [
    [
      'HTTP',
      async (app, opened) => {
        const controller = new AbortController()
        const asked = app.fetch('/graphql', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query }),
          signal: controller.signal,
        })
        await opened
        controller.abort()
        await expect(asked).rejects.toThrow('abort')
      },
    ],
    [
      'WebSocket',
      async (app, opened) => {
        await using socket = await app.socket()
        socket.subscribe('1', query)
        await opened
      },
    ],
  ]

  test.each(LEAVE)('over %s reads nothing more', async (_over, leave) => {
    await using app = await openApp({ recorded: [setting] })
    const [opened, run] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const waiting = vi.spyOn(Turn.prototype, 'elapsed', 'get').mockReturnValue(Infinity)
    const next = vi.spyOn(Turn.prototype, 'next').mockImplementation(() => {
      opened.resolve()
      return run.promise
    })
    try {
      await leave(app, opened.promise)
      await expect.poll(() => app.service.open.clients).toBe(0)
      const { queriesRun } = app.store.reader
      run.resolve()
      await setImmediate()
      expect(app.store.reader.queriesRun).toBe(queriesRun)
    } finally {
      waiting.mockRestore()
      next.mockRestore()
    }
  })
})
