import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, validateExecutionArgs, type DocumentNode } from 'graphql'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { costOf, type OperationCost } from '../../src/graphql/cost/query-cost.ts'
import { schema } from '../../src/graphql/schema.ts'
import { readWorkedQueries } from '../../src/http/pages/assets.ts'
import type { Limits } from '../../src/model/limits.ts'
import type { TokenScope } from '../../src/model/vocabulary/service.ts'
import { openBundledRecord } from '../_support/bundled-record.ts'
import { bearer, openApp, type App } from '../_support/app.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { onRead } from '../_support/on-read.ts'
import { Socket } from '../_support/socket.ts'

const { limits: LIMITS } = readConfig({}, {})

const DASHBOARD = `query Dashboard { disputes { nodes {
  key title summary period { label } parties { key name }
  developments(first: 3) { totalCount nodes { key headline date { label } } }
} } }`

/** The part of each limit that our own queries may use. */
const ROOM = 0.75

interface Result {
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: unknown } }[]
  readonly extensions?: Record<string, unknown>
}

/** The result of an operation by POST, by GET, as an event stream and over a WebSocket. */
async function resultsOf(app: App, query: string): Promise<readonly Result[]> {
  const byGet = await app.fetch(`/graphql?${new URLSearchParams({ query })}`)
  await using stream = await app.stream(query)
  await using socket = await app.socket()
  socket.subscribe('q', query)
  const payload = (await socket.message())?.payload
  const results = [
    (await app.ask(query)).body,
    await byGet.json(),
    JSON.parse((await stream.event())?.data ?? 'null'),
    Array.isArray(payload) ? { errors: payload } : payload,
  ]
  return results as readonly Result[]
}

/** How each transport refuses an operation: the code and the message. Empty if all of them answer. */
async function refusals(query: string, limits: Partial<Limits>): Promise<readonly string[]> {
  await using app = await openApp({
    recorded: [setting, [planned('event', event())]],
    config: { limits: { ...LIMITS, ...limits } },
  })
  const results = await resultsOf(app, query)
  expect(results).toHaveLength(4)
  const errors = results.flatMap(({ errors: [error] = [] }) => error ?? [])
  const shown = errors.map(({ message, extensions }) => `${String(extensions?.code)} ${message}`)
  expect([0, 4]).toContain(shown.length)
  return [...new Set(shown)]
}

const ALIASED =
  '{ a: service { b: name } ...F } fragment F on Query { c: service { ...S } d: service { ...S } } fragment S on Service { e: name }'

describe('an operation over any transport', () => {
  test.each<[limit: keyof Limits, query: string, value: number, refusal: string]>([
    ['tokens', '{ service { name } }', 6, 'QUERY_TOO_LONG '],
    ['depth', '{ disputes { nodes { key } } }', 3, 'QUERY_TOO_DEEP The operation is 3 fields deep; the limit is 2.'],
    [
      'rootFields',
      '{ __typename service { name } ...F } fragment F on Query { head: service { head } }',
      3,
      'TOO_MANY_ROOT_FIELDS The operation has 3 root fields; the limit is 2.',
    ],
    ['aliases', ALIASED, 6, 'TOO_MANY_ALIASES The operation has 6 aliases; the limit is 5.'],
    [
      'pageSize',
      '{ disputes { nodes { developments(last: 30) { totalCount } } } }',
      30,
      'BAD_PAGING `developments` requests a page of 30 items; the limit is 29.',
    ],
    ['complexity', '{ service { name head } }', 3, 'QUERY_TOO_COMPLEX The operation costs 3; the limit is 2.'],
  ])('is accepted up to the limit of %s, and refused above it', async (limit, query, value, refusal) => {
    expect(await refusals(query, { [limit]: value })).toEqual([])
    expect(await refusals(query, { [limit]: value - 1 })).toEqual([expect.stringContaining(refusal)])
  })

  test.each([
    ['the JSON writer', ''],
    ['graphql-js', 'gone: developments(filter: { disputes: ["gone"] }) { totalCount }'],
  ])('may take so long, if %s makes the result', async (_what, beside) => {
    const query = `{ ${beside} actors { nodes { key name description kind country } } }`
    const slow = async (executionMilliseconds: number) => {
      await using app = await openApp({ recorded: [setting], config: { limits: { ...LIMITS, executionMilliseconds } } })
      onRead(app.store, 'actors', () => {
        for (const end = performance.now() + 5; performance.now() < end;);
      })
      return (await app.ask(query)).body
    }
    const refused = 'The result takes more than 1 milliseconds, the limit. Request shorter pages or fewer fields.'
    expect(await slow(1)).toEqual({ errors: [{ message: refused, extensions: { code: 'EXECUTION_TOO_LONG' } }] })
    expect((await slow(600_000)).data).toMatchObject({ actors: { nodes: expect.any(Array) } })
  })

  test('has room to spare if it is a worked query, an example of the README, or a dashboard of all disputes', async () => {
    const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')
    const examples = [...readme.matchAll(/```graphql\n(.*?)```/gs)].map(([, query]) => ({
      query: query ?? '',
      variables: '{}',
    }))
    expect(examples.length).toBeGreaterThan(0)
    const tight = [...readWorkedQueries(), ...examples, { query: DASHBOARD, variables: '{}' }].filter(
      ({ query, variables = '{}' }) => {
        const document = parse(query)
        const { cost, depth, rootFields, aliases } = count(document, JSON.parse(variables) as Record<string, unknown>)
        const complexity = query.includes('subscription') ? LIMITS.eventComplexity : LIMITS.complexity
        const used = [cost / complexity, depth / LIMITS.depth, rootFields / LIMITS.rootFields, aliases / LIMITS.aliases]
        return Math.max(...used, (document.tokenCount ?? 0) / LIMITS.tokens) > ROOM
      },
    )
    expect(tight).toEqual([])
    await using app = await openBundledRecord()
    expect((await app.ask(DASHBOARD)).body).toMatchObject({
      data: { disputes: { nodes: expect.arrayContaining([expect.objectContaining({ key: 'j2-8243' })]) } },
    })
  })
})

function count(document: DocumentNode, variableValues: Record<string, unknown>): OperationCost {
  const prepared = validateExecutionArgs({ schema, document, variableValues })
  if (!('operation' in prepared)) throw prepared[0] ?? new Error('not accepted')
  return costOf(prepared)
}

describe('the cost of an operation', () => {
  const query = '{ disputes { nodes { key developments(first: 1) { totalCount } } } }'
  const cost = { cost: 12_021, limit: 50_000, costliest: { path: 'disputes.nodes.developments', cost: 12_000 } }

  test('is returned to a client that asks for it, and the response is not cached', async () => {
    await using app = await openApp()
    const asked = await app.ask(query, {}, { 'demarche-cost': '1' })
    expect(asked.body.extensions).toEqual({ cursor: expect.any(String), cost })
    expect(asked.headers.get('demarche-cost')).toBe('12021; limit=50000')
    const other = await app.ask(query)
    expect([other.headers.get('demarche-cost'), Object.keys(other.body.extensions ?? {})]).toEqual([null, ['cursor']])
    // Now that a response without it is cached.
    const byGet = await app.fetch(`/graphql?${new URLSearchParams({ query })}`, { headers: { 'demarche-cost': '1' } })
    expect([byGet.headers.get('demarche-cost'), byGet.headers.get('etag')]).toEqual(['12021; limit=50000', null])
    expect((await app.ask(query, {}, { 'demarche-cost': '1' })).body.extensions).toHaveProperty('cost')
  })

  test('of an event is returned when a subscription is opened', async () => {
    await using app = await openApp()
    const subscription = 'subscription { developmentAdded { cursor } }'
    await using stream = await app.stream(subscription, {}, { 'demarche-cost': '1' })
    expect(stream.response.headers['demarche-cost']).toBe('11; limit=5000')
  })

  test('is returned over a WebSocket to a client that asks for it', async () => {
    await using app = await openApp({ recorded: [setting] })
    await using socket = await app.socket()
    const extensionsOf = async (payload: object) => {
      socket.send({ type: 'subscribe', id: 'q', payload })
      const message = await socket.message()
      socket.send({ type: 'complete', id: 'q' })
      if (message?.type === 'next') return (message.payload as { extensions: unknown }).extensions
      throw new Error(JSON.stringify(message))
    }
    const cursor = expect.any(String) as string
    expect(await extensionsOf({ query, extensions: { cost: true } })).toEqual({ cursor, cost })
    expect(await socket.message()).toMatchObject({ type: 'complete' })
    expect(await extensionsOf({ query, extensions: { cost: 'true' } })).toEqual({ cursor })
    expect(await socket.message()).toMatchObject({ type: 'complete' })
    const feed = 'subscription ($after: FeedCursor) { feed(after: $after) { cursor } }'
    const variables = { after: encodeFeedCursor(app.store, 0) }
    expect(await extensionsOf({ query: feed, variables, extensions: { cost: true } })).toMatchObject({
      cursor,
      cost: { limit: 5_000 },
    })
  })

  test('stands in the refusal, also for programs', async () => {
    await using app = await openApp({ config: { limits: { ...LIMITS, complexity: cost.cost - 1 } } })
    const { errors } = (await app.ask(query, {}, { 'demarche-cost': '1' })).body
    expect(errors?.[0]?.extensions).toEqual({ code: 'QUERY_TOO_COMPLEX', ...cost, limit: cost.cost - 1 })
  })
})

describe('a WebSocket', () => {
  const FEED = 'subscription { developmentAdded { cursor } }'

  test('runs so many operations at the same time', async () => {
    await using app = await openApp({ config: { limits: { ...LIMITS, operationsPerSocket: 2 } } })
    await using socket = await app.socket()
    for (const id of ['a', 'b', 'c']) socket.subscribe(id, FEED)
    expect(await socket.message()).toMatchObject({
      type: 'error',
      id: 'c',
      payload: [
        {
          message: expect.stringContaining('already runs 2 operations'),
          extensions: { code: 'SUBSCRIPTIONS_EXHAUSTED' },
        },
      ],
    })
    await expect.poll(() => app.service.open.followers).toBe(2)
  })

  test('is closed if it is not initialised in time, and kept if it is', async () => {
    await using app = await openApp({ config: { limits: { ...LIMITS, initMilliseconds: 1_000 } } })
    await using initialised = await app.socket()
    await using silent = new Socket(app.url)
    expect(await silent.closed()).toEqual({ code: 4408, reason: 'Connection initialisation timeout' })
    initialised.subscribe('q', '{ __typename }')
    expect(await initialised.message()).toMatchObject({ type: 'next' })
  })

  test('takes messages up to the limit of a body', async () => {
    await using app = await openApp({ config: { limits: { ...LIMITS, bodyBytes: 2_000 } } })
    await using socket = await app.socket()
    const message = { type: 'subscribe', id: 'q', payload: { query: '{ __typename } #' } }
    const padding = 2_000 - JSON.stringify(message).length
    const padded = (bytes: number) => ({ ...message, payload: { query: message.payload.query + 'x'.repeat(bytes) } })
    socket.send(padded(padding))
    expect(await socket.message()).toMatchObject({ type: 'next' })
    socket.send(padded(padding + 1))
    expect(await socket.closed()).toMatchObject({ code: 1009 })
  })
})

test('a body may be longer with a token that may record', async () => {
  const limits = { ...LIMITS, bodyBytes: 2_000, recordingBodyBytes: 3_000 }
  await using app = await openApp({ config: { limits } })
  const statusOf = async (bytes: number, scope?: TokenScope) => {
    const headers = { 'content-type': 'application/json', ...(scope && (await bearer(app, scope))) }
    const body = '{"query": "{ __typename }"}'.padEnd(bytes)
    return (await app.fetch('/graphql', { method: 'POST', headers, body })).status
  }
  expect(await Promise.all([statusOf(2_000), statusOf(2_000, 'READ'), statusOf(3_000, 'RECORD')])).toEqual([
    200, 200, 200,
  ])
  expect(await Promise.all([statusOf(2_001), statusOf(2_001, 'READ'), statusOf(3_001, 'RECORD')])).toEqual([
    413, 413, 413,
  ])
})
