import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { schema } from '../../src/graphql/schema.ts'
import { AllowedOperations } from '../../src/http/graphql/allowed-operations.ts'
import { ask, openApp, type App } from '../_support/app.ts'
import { EventStream } from '../_support/event-stream.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'

const HEAD = 'query Head { service { head } }'
const FEED = 'subscription Feed { developmentAdded { cursor } }'
const MAP = { 'id-of-head': HEAD, 'id-of-feed': FEED }

const refusal = [
  { message: expect.stringContaining('only the operations of its list'), extensions: { code: 'OPERATION_NOT_LISTED' } },
]

describe('a service with a list of operations', () => {
  test.each([
    ['its text', { query: HEAD }],
    ['its text with other white space and a comment', { query: `# mine\n${HEAD.replaceAll(' ', '\n  ')}` }],
    ['its id, as Relay sends it', { id: 'id-of-head' }],
    ['its id, as Relay sent it', { doc_id: 'id-of-head' }],
    ['its id, as urql and the draft of persisted documents send it', { documentId: 'id-of-head' }],
    ['its id, as Apollo sends it', { extensions: { persistedQuery: { version: 1, sha256Hash: 'id-of-head' } } }],
    ['the hash of its text', { extensions: { persistedQuery: { version: 1, sha256Hash: sha256(HEAD) } } }],
  ])('accepts one by %s, over each transport', async (_how, named) => {
    await using app = await openListed()
    expect((await ask(app.url, named)).body).toMatchObject({ data: { service: {} } })
    const address = new URLSearchParams(
      Object.entries(named).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
    )
    expect(await (await app.fetch(`/graphql?${address}`)).json()).toMatchObject({ data: { service: {} } })
    await using socket = await app.socket()
    // graphql-ws requires a text.
    socket.send({ type: 'subscribe', id: 'q', payload: { query: '', ...named } })
    expect(await socket.message()).toMatchObject({ type: 'next', payload: { data: { service: {} } } })
  })

  test.each([
    ['another text', { query: '{ service { head } }' }],
    ['another operation beside a listed one', { query: `${HEAD} query Other { service { name } }` }],
    ['an introspection', { query: '{ __schema { queryType { name } } }' }],
    ['what is not GraphQL', { query: '{ "' }],
    ['a long text', { query: `${HEAD}#${'x'.repeat(100_000)}` }],
    ['another text with the id of a listed one', { query: '{ service { head } }', documentId: 'id-of-head' }],
    ['an unknown id', { documentId: 'id-of-none' }],
    ['an id that is a property of every object', { id: 'constructor' }],
    ['an unknown hash', { extensions: { persistedQuery: { version: 1, sha256Hash: sha256('{ a }') } } }],
  ])('refuses %s, over each transport', async (_how, named) => {
    await using app = await openListed()
    const { status, body } = await ask(app.url, named)
    expect([status, body]).toEqual([400, { errors: refusal }])
    await using stream = await EventStream.open(app.url, named)
    expect((await stream.event())?.data).toContain('OPERATION_NOT_LISTED')
    await using socket = await app.socket()
    socket.send({ type: 'subscribe', id: 'q', payload: { query: '', ...named } })
    expect(await socket.message()).toMatchObject({ type: 'error', payload: refusal })
  })

  test('delivers listed subscriptions by text and by id', async () => {
    await using app = await openListed()
    await using stream = await app.stream(FEED)
    await using socket = await app.socket()
    socket.send({ type: 'subscribe', id: 's', payload: { query: '', documentId: 'id-of-feed' } })
    await expect.poll(() => app.service.open.followers).toBe(2)
    await app.record(planned('event', event()))
    expect(await stream.event()).toMatchObject({ event: 'next' })
    expect(await socket.message()).toMatchObject({ type: 'next', id: 's' })
  })

  test('lists them in its playground, and gives it the schema', async () => {
    await using app = await openListed()
    const page = await (await app.fetch('/graphql', { headers: { accept: 'text/html' } })).text()
    expect(page).toContain('<a href="/graphql?operationName=Head">Head</a>')
    expect(page).not.toContain('WhoHoldsWhat')
    const worked = (await (await app.fetch('/assets/worked-queries.json')).json()) as readonly { query: string }[]
    expect(worked.map(({ query }) => query)).toEqual([HEAD, FEED])
    expect(await (await app.fetch('/schema.json')).json()).toMatchObject({
      data: { __schema: { types: expect.any(Array) } },
    })
    // Pages of the service use queries of their own.
    expect((await app.fetch('/')).status).toBe(200)
  })
})

describe('a list of operations', () => {
  test.each([
    ['a map', MAP],
    ['a list of texts', [HEAD, FEED]],
    [
      'a manifest of Apollo',
      {
        format: 'apollo-persisted-query-manifest',
        version: 1,
        operations: [
          { id: 'a', name: 'Head', type: 'query', body: HEAD },
          { id: 'b', name: 'Feed', type: 'subscription', body: FEED },
        ],
      },
    ],
  ])('is read from %s', (_what, content) => {
    expect(read(JSON.stringify(content)).list.map(({ name }) => name)).toEqual(['Head', 'Feed'])
  })

  test.each([
    ['{', /cannot be read: /],
    ['{}', /lists no operations; expected a JSON map/],
    ['[]', /lists no operations/],
    ['"text"', /lists no operations/],
    ['{"a": 1}', /lists no operations/],
    ['{"format": "apollo-persisted-query-manifest", "operations": [{"id": "a"}]}', /lists no operations/],
    [
      '{"a": "{ gone }", "b": "{"}',
      /operation a: Cannot query field "gone" on type "Query"\..*, operation b: Syntax Error/,
    ],
    ['["fragment F on Query { __typename }"]', /operation 1: /],
  ])('is refused if it is %s', (content, message) => {
    expect(() => read(content)).toThrow(
      expect.objectContaining({ code: 'OPERATIONS_INVALID', message: expect.stringMatching(message) }),
    )
  })
})

function openListed(): Promise<App> {
  return openApp({ recorded: [setting], allowedOperations: read(JSON.stringify(MAP)) })
}

function read(content: string): AllowedOperations {
  using place = temporaryFile()
  writeFileSync(place.file, content)
  return AllowedOperations.read(place.file, schema)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
