import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import type { FormattedExecutionResult } from 'graphql'
import { serverAudits } from 'graphql-http'
import { describe, expect, test, vi } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { ask, openApp } from '../_support/app.ts'
import { EventStream } from '../_support/event-stream.ts'
import { onRead } from '../_support/on-read.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'

/** What GraphQL over HTTP said until 2025. Now the type is `application/graphql-response+json` wherever the client leaves the choice. */
const OUTDATED_AUDITS = [
  'warn: SHOULD accept */* and use application/json for the content-type',
  'warn: SHOULD assume application/json content-type when accept is missing',
]

describe('a query over HTTP', () => {
  test('passes all audits of GraphQL over HTTP', async () => {
    await using app = await openApp()
    const audits = serverAudits({ url: `${app.url}/graphql` })
    const failed: string[] = []
    for (const audit of audits) {
      const result = await audit.fn()
      if (result.status !== 'ok') failed.push(`${result.status}: ${audit.name}`)
    }
    expect([audits.length, failed]).toEqual([61, OUTDATED_AUDITS])
  })

  test('has the cursor of the state that it shows', async () => {
    await using app = await openApp({ recorded: [setting, [planned('event', event())]] })
    const { body } = await app.ask('{ development(key: "ferry/sinking") { headline } }')
    expect(body).toEqual({
      data: { development: { headline: 'The ferry sinks' } },
      extensions: { cursor: encodeFeedCursor(app.store, app.store.head()) },
    })
  })

  const foreign = 'https://evil.example'
  test.each([
    ['a program', {}, 200],
    ['the address bar', { 'sec-fetch-site': 'none' }, 200],
    ['a page of the service', { 'sec-fetch-site': 'same-origin' }, 200],
    ['a page of the service behind a proxy', { 'sec-fetch-site': 'same-origin', origin: 'https://proxy.example' }, 200],
    ['a page of an allowed origin', { 'sec-fetch-site': 'cross-site', origin: 'https://example.org' }, 200],
    ['a link or image of another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a page of a sibling domain', { 'sec-fetch-site': 'same-site' }, 403],
    ['a script of another site', { 'sec-fetch-site': 'cross-site', origin: foreign }, 403],
    ['a script of another site in a browser without Sec-Fetch-Site', { origin: foreign }, 403],
    ['a sandboxed page', { origin: 'null' }, 403],
    ['another site that claims to be a client', { origin: foreign, 'x-requested-with': 'test' }, 403],
  ])('from %s is answered or refused, by GET and by POST, also from the cache', async (_who, headers, status) => {
    await using app = await openApp({ config: { origins: ['https://example.org'] } })
    const path = '/graphql?query=%7B__typename%7D'
    const body = JSON.stringify({ query: '{ __typename }' })
    const posted = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body }
    for (const sent of [headers, {}, headers]) {
      const response = await app.fetch(path, { headers: sent })
      expect(response.status).toBe(sent === headers ? status : 200)
      const code = response.status === 403 ? 'FORGERY_REFUSED' : undefined
      const answer = (await response.json()) as FormattedExecutionResult
      expect(answer.errors?.[0]?.extensions?.['code']).toBe(code)
    }
    expect((await app.fetch('/graphql', posted)).status).toBe(status)
  })

  test('is answered to pages of any site if all origins are allowed', async () => {
    await using app = await openApp({ config: { origins: ['*'] } })
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: foreign }]) {
      expect((await app.fetch('/graphql?query=%7B__typename%7D', { headers })).status).toBe(200)
    }
  })

  test('is answered however the request writes the address', async () => {
    await using app = await openApp()
    const { port } = new URL(app.url)
    for (const path of [
      '/graphql?query=%7B__typename%7D',
      '/%67raphql?query=%7B__typename%7D',
      `${app.url}/graphql?query=%7B__typename%7D`,
    ]) {
      const sent = get({ port, path })
      const [response] = (await once(sent, 'response')) as [IncomingMessage]
      expect([path, response.statusCode]).toEqual([path, 200])
      response.resume()
    }
  })

  test('ignores parameters that it does not know', async () => {
    await using app = await openApp()
    expect((await app.fetch('/graphql?query=%7B__typename%7D&utm_source=x')).status).toBe(200)
    expect((await ask(app.url, { query: '{ __typename }', id: 7 })).status).toBe(200)
  })

  const modern = 'application/graphql-response+json'
  const plain = 'application/json'
  test.each([
    [undefined, modern],
    ['', modern],
    ['*/*', modern],
    ['application/*', modern],
    ['text/html, */*;q=0.8', modern],
    [plain, plain],
    [`${plain};charset=UTF-8`, plain],
    ['Application/JSON', plain],
    [`${modern}, ${plain};q=0.9`, modern],
    [`${plain};q=0.5, ${modern}`, modern],
    [`${plain};q=0.5, */*;q=0.1`, plain],
    [`${modern};q=0, */*`, plain],
    [`${modern};q=0.4, application/*;q=0.6`, plain],
    [`${plain}, text/plain, */*`, plain],
    [`${plain} ; q=0.001`, plain],
    ['text/event-stream, */*', modern],
    [`text/event-stream;q=0.9, ${plain}`, plain],
    ['text/event-stream', 'text/event-stream'],
    [`${'x/y,'.repeat(49)}${plain}`, plain],
    [`text/event-stream, ${plain};q=0.9`, 'text/event-stream'],
    [`multipart/mixed;subscriptionSpec=1.0, ${plain}`, plain],
  ])('that accepts %s is answered as %s', async (accept, type) => {
    await using app = await openApp()
    const sent = get(`${app.url}/graphql?query=%7B__typename%7D`, { headers: accept === undefined ? {} : { accept } })
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    answer.resume()
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, `${type}; charset=utf-8`])
  })

  test.each([
    'text/html',
    'image/*',
    'text/*',
    `${plain};q=0, ${modern};q=0.0`,
    '*/*;q=0',
    'multipart/mixed',
    'multipart/mixed;deferSpec=20220824',
    `${plain};charset=latin1`,
    `${'x/y,'.repeat(50)}${plain}`,
  ])('that accepts only %s is refused with what is served', async (accept) => {
    await using app = await openApp()
    const refused = await app.fetch('/graphql?query=%7B__typename%7D', { headers: { accept } })
    expect([refused.status, await refused.text()]).toEqual([406, expect.stringContaining(`Accept ${modern}`)])
  })

  test('is not executed if its result is not accepted', async () => {
    await using app = await openApp({ recorded: [setting] })
    const read = vi.fn<() => void>()
    onRead(app.store, 'actors', read)
    const query = '{ actor(key: "north") { name } }'
    const { status, body } = await app.ask(query, {}, { accept: 'multipart/mixed;subscriptionSpec=1.0' })
    expect([status, body.errors?.[0]?.extensions?.['code'], read.mock.calls]).toEqual([406, 'NOT_ACCEPTABLE', []])
    await app.ask(query)
    expect(read).toHaveBeenCalled()
  })

  test('takes an empty name of the operation for none', async () => {
    await using app = await openApp()
    const query = '{ __typename }'
    for (const operationName of ['', null]) expect((await ask(app.url, { query, operationName })).status).toBe(200)
    expect((await app.fetch('/graphql?query=%7B__typename%7D&operationName=')).status).toBe(200)
    const { body } = await ask(app.url, { query: 'query A { __typename } query B { __typename }', operationName: '' })
    expect(body.errors).toMatchObject([{ extensions: { code: 'REQUEST_INVALID' } }])
  })

  test('takes variables from the address of a GET', async () => {
    await using app = await openApp({ recorded: [setting] })
    const parameters = new URLSearchParams({
      query: 'query One { a: __typename } query Two($key: Key!) { actor(key: $key) { name } }',
      operationName: 'Two',
      variables: '{"key": "north"}',
    })
    const response = await app.fetch(`/graphql?${parameters.toString()}`)
    expect(await response.json()).toMatchObject({ data: { actor: { name: 'Northland' } } })
  })

  test('is shared with the configured origins only', async () => {
    await using app = await openApp({ config: { origins: ['https://example.org'] } })
    const shared = async (origin: string) => {
      const { headers } = await app.ask('{ __typename }', {}, { origin })
      expect(headers.get('access-control-allow-credentials')).toBeNull()
      expect(headers.get('vary')).toContain('origin')
      return headers.get('access-control-allow-origin')
    }
    expect(await shared('https://example.org')).toBe('https://example.org')
    expect(await shared('https://evil.example')).toBeNull()
    expect(await shared('null')).toBeNull()
  })

  test('may have the headers that clients send, and shows those that they read, at every address', async () => {
    await using app = await openApp({
      recorded: [setting, [planned('event', event())]],
      config: { origins: ['https://example.org'] },
    })
    const headers = { origin: 'https://example.org' }
    for (const path of [
      '/graphql?query=%7B__typename%7D',
      '/developments/ferry/sinking.json',
      '/schema.graphql',
      '/health/ready',
      '/nowhere',
    ]) {
      const read = await app.fetch(path, { headers: { ...headers, accept: 'application/json' } })
      expect(read.headers.get('access-control-allow-origin')).toBe('https://example.org')
      expect(read.headers.get('access-control-expose-headers')).toBe(
        'etag, retry-after, content-disposition, x-request-id, demarche-after, demarche-cost',
      )
    }
    for (const path of ['/graphql', '/developments/ferry/sinking.json']) {
      const preflight = await app.fetch(path, { method: 'OPTIONS', headers })
      expect(preflight.status).toBe(204)
      expect(preflight.headers.get('access-control-allow-origin')).toBe('https://example.org')
      expect(preflight.headers.get('access-control-allow-headers')).toBe(
        'authorization, content-type, accept, last-event-id, if-none-match, cache-control, demarche-after, demarche-cost, ' +
          'traceparent, tracestate, x-requested-with, graphql-require-preflight, apollo-require-preflight, apollographql-client-name, ' +
          'apollographql-client-version',
      )
    }
  })

  test('has an id of its own, also if it is answered from the cache', async () => {
    await using app = await openApp()
    const ids = []
    for (const path of ['/graphql?query=%7B__typename%7D', '/graphql?query=%7B__typename%7D', '/', '/nowhere']) {
      ids.push((await app.fetch(path)).headers.get('x-request-id'))
    }
    for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('hides an internal error and gives it an id', async () => {
    await using app = await openApp({ recorded: [setting] })
    onRead(app.store, 'actors', () => {
      throw new Error('secret of the house')
    })
    const { status, headers, body } = await app.ask('{ actor(key: "north") { name } }')
    expect(status).toBe(200)
    expect(JSON.stringify(body)).not.toContain('secret')
    const requestId = headers.get('x-request-id')
    expect(body.errors).toMatchObject([{ path: ['actor'], extensions: { code: 'INTERNAL', requestId } }])
    expect(body.errors?.[0]?.message).toContain(requestId)
  })

  test('fails with status 500 if the store cannot be read', async () => {
    await using app = await openApp({ recorded: [setting] })
    app.store.head = () => {
      throw new Error('secret of the house')
    }
    const { status, body } = await app.ask('{ actor(key: "north") { name } }')
    expect([status, body.errors?.[0]?.extensions?.['code']]).toEqual([500, 'INTERNAL'])
    expect(JSON.stringify(body)).not.toContain('secret')
    expect((await app.fetch('/')).status).toBe(500)
    expect((await app.fetch('/health/ready')).status).toBe(503)
    expect((await app.fetch('/health/live')).status).toBe(200)
  })
})

describe('a persisted query', () => {
  const extensions = {
    persistedQuery: { version: 1, sha256Hash: 'ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38' },
  }
  const refusal = [{ message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }]

  // Plain JSON is 200, or older clients do not read it.
  test.each([
    ['application/graphql-response+json', 400],
    ['application/json', 200],
  ])('is refused as clients expect that then send the query, in %s', async (accept, status) => {
    await using app = await openApp()
    const hash = `/graphql?extensions=${encodeURIComponent(JSON.stringify(extensions))}`
    for (const body of [{ extensions }, { query: '', extensions }, { query: null, extensions }, { documentId: 'x' }]) {
      expect(await ask(app.url, body, { accept })).toMatchObject({ status, body: { errors: refusal } })
    }
    for (const path of [hash, `${hash}&query=`]) {
      const response = await app.fetch(path, { headers: { accept } })
      expect([response.status, await response.json()]).toMatchObject([status, { errors: refusal }])
      expect(response.headers.get('cache-control')).toBe('no-store')
    }
  })

  test('is refused over an event stream and a WebSocket', async () => {
    await using app = await openApp()
    await using stream = await EventStream.open(app.url, { extensions })
    const { data = '' } = (await stream.event()) ?? {}
    expect(JSON.parse(data)).toMatchObject({ errors: refusal })
    await using socket = await app.socket()
    socket.send({ type: 'subscribe', id: '1', payload: { query: '', extensions } })
    expect(await socket.message()).toMatchObject({ type: 'error', payload: refusal })
  })

  test('is answered if the query comes with the hash', async () => {
    await using app = await openApp()
    const { body } = await ask(app.url, { query: '{ __typename }', extensions })
    expect(body.data).toEqual({ __typename: 'Query' })
  })
})

describe('the service refuses', () => {
  const refusals: [what: string, send: (url: string) => Promise<Response>, status: number, code: string][] = [
    ['a body that is not JSON', (url) => post(url, '{"query": '), 400, 'REQUEST_MALFORMED'],
    ['a body that is a list', (url) => post(url, '[{"query": "{ __typename }"}]'), 400, 'REQUEST_MALFORMED'],
    ['a body without a query', (url) => post(url, '{"variables": {}}'), 400, 'REQUEST_MALFORMED'],
    ['a query that is not a string', (url) => post(url, '{"query": 7}'), 400, 'REQUEST_MALFORMED'],
    ['variables that are a list', (url) => post(url, '{"query": "{a}", "variables": []}'), 400, 'REQUEST_MALFORMED'],
    ['a body that is not UTF-8', (url) => post(url, Buffer.from([0x7b, 0xff, 0x7d])), 400, 'BODY_UNREADABLE'],
    [
      'a GET that a page of another site sent',
      (url) => fetch(`${url}/graphql?query=%7B__typename%7D`, { headers: { 'sec-fetch-site': 'cross-site' } }),
      403,
      'FORGERY_REFUSED',
    ],
    ['a mutation by GET', (url) => fetch(`${url}/graphql?query=mutation%7Ba%7D`), 405, 'POST_REQUIRED'],
    [
      'variables in the address that are not JSON',
      (url) => fetch(`${url}/graphql?query=%7Ba%7D&variables=%7B`),
      400,
      'REQUEST_MALFORMED',
    ],
    [
      'extensions that are a string',
      (url) => post(url, '{"query": "{a}", "extensions": "x"}'),
      400,
      'REQUEST_MALFORMED',
    ],
    [
      'an operation name that is a number',
      (url) => post(url, '{"query": "{__typename}", "operationName": 7}'),
      400,
      'REQUEST_INVALID',
    ],
    ['a GET without a query', (url) => fetch(`${url}/graphql`), 400, 'REQUEST_MALFORMED'],
    ['a form', (url) => post(url, 'query={__typename}', 'application/x-www-form-urlencoded'), 415, 'BODY_NOT_JSON'],
    ['a body of plain text', (url) => post(url, '{"query": "{ __typename }"}', 'text/plain'), 415, 'BODY_NOT_JSON'],
    ['a body that is too large', (url) => post(url, `{"query": "${'#'.repeat(1_048_577)}"}`), 413, 'BODY_TOO_LARGE'],
    [
      'a compressed body',
      (url) => post(url, 'x', 'application/json', { 'content-encoding': 'gzip' }),
      415,
      'BODY_ENCODED',
    ],
    [
      'a subscription without a stream',
      (url) => post(url, '{"query": "subscription { feed { at } }"}'),
      406,
      'STREAM_REQUIRED',
    ],
    ['another method', (url) => fetch(`${url}/graphql`, { method: 'DELETE' }), 405, 'METHOD_NOT_ALLOWED'],
    ['an unknown address', (url) => fetch(`${url}/graphq`), 404, 'NOT_FOUND'],
    ['an address that cannot be read', (url) => fetch(`${url}/developments/%E0%A4%A`), 400, 'ADDRESS_MALFORMED'],
  ]

  test.each(refusals)('%s, with a code', async (_what, send, status, code) => {
    await using app = await openApp()
    const response = await send(app.url)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ errors: [{ message: expect.any(String), extensions: { code } }] })
    expect((await ask(app.url, { query: '{ __typename }' })).status).toBe(200)
  })

  test('a batch, and says what to send instead', async () => {
    await using app = await openApp()
    const { body } = await ask(app.url, [{ query: '{ __typename }' }])
    expect(body.errors?.[0]?.message).toBe('Batches are not supported. Send one operation per request.')
  })

  test('a request without a valid URL, with the headers of every response', async () => {
    await using app = await openApp()
    const sent = get(app.url, { headers: { host: 'a host' } })
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    expect([response.statusCode, response.headers]).toMatchObject([
      400,
      { 'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin', 'cache-control': 'no-store' },
    ])
    const [error] = ((await json(response)) as FormattedExecutionResult).errors ?? []
    expect(error).toEqual({
      message: 'Not a valid URL. Check the path and the Host header.',
      extensions: { code: 'ADDRESS_MALFORMED' },
    })
  })

  const documents: [what: string, document: string, code: string][] = [
    ['a document that cannot be parsed', '{ service {', 'QUERY_MALFORMED'],
    ['an unknown field', '{ servic { name } }', 'QUERY_INVALID'],
    ['an operation that is nested too deep', deep(20), 'QUERY_TOO_DEEP'],
    ['an operation that may return too much', wide(), 'QUERY_TOO_COMPLEX'],
    [
      'hundreds of aliases of one field',
      `{ ${many(300, (n) => `a${n}: developments(first: 100) { nodes { key } }`)} }`,
      'QUERY_TOO_LONG',
    ],
    [
      'aliases of an expensive field',
      `{ ${many(30, (n) => `a${n}: developments(first: 100) { nodes { citations { via { aliases } source { title } } } }`)} }`,
      'QUERY_TOO_COMPLEX',
    ],
    ['more tokens than allowed', `{ ${many(2_001, () => '__typename')} }`, 'QUERY_TOO_LONG'],
    ['a cycle of fragments', '{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }', 'QUERY_INVALID'],
    ['fragments that multiply', multiplied(12), 'TOO_MANY_ROOT_FIELDS'],
    ['hundreds of directives', `{ __typename ${many(200, () => '@skip(if: false)')} }`, 'QUERY_INVALID'],
    [
      'a cycle of introspection',
      '{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }',
      'QUERY_INVALID',
    ],
    ['an empty document', '', 'QUERY_MALFORMED'],
    ['unclosed brackets', `{ developments(filter: {keys: ${'['.repeat(1_500)}`, 'QUERY_MALFORMED'],
  ]

  test.each(documents)('%s, with a code and at once', async (_what, document, code) => {
    await using app = await openApp()
    const { status, body } = await app.ask(document)
    expect(status).toBe(400)
    expect(body.errors?.map(({ extensions }) => extensions?.['code'])).toEqual(body.errors?.map(() => code))
    expect(body).not.toHaveProperty('data')
  })

  test('variables of the wrong type, each with a message', async () => {
    await using app = await openApp()
    const query = 'query ($key: Key!) { actor(key: $key) { name } }'
    for (const variables of [{}, { key: null }, { key: 7 }, { key: 'Not A Key' }]) {
      const { status, body } = await app.ask(query, variables)
      expect([status, body.errors?.length]).toEqual([400, 1])
      expect(body.errors?.[0]?.extensions?.['code']).toMatch(/^(REQUEST_INVALID|BAD_VALUE)$/)
    }
  })

  test('variables that are nested very deep', async () => {
    await using app = await openApp()
    const query = 'query ($keys: [Key!]) { developments(filter: { keys: $keys }) { totalCount } }'
    const keys = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
    const { status, body } = await ask(app.url, `{"query": "${query}", "variables": {"keys": ${keys}}}`)
    expect([status, body.errors?.length]).toEqual([400, 1])
    expect(body.errors?.[0]).toMatchObject({
      message: expect.stringContaining('20 deep'),
      extensions: { code: 'REQUEST_INVALID' },
    })
  })

  test('what exceeds the configured limits', async () => {
    const environment = { DEMARCHE_LIMIT_DEPTH: '1', DEMARCHE_LIMIT_COMPLEXITY: '3', DEMARCHE_LIMIT_TOKENS: '20' }
    await using app = await openApp({ config: { limits: readConfig(environment, {}).limits } })
    const codes = async (query: string) => (await app.ask(query)).body.errors?.[0]?.extensions?.['code']
    expect(await codes('{ service { name } }')).toBe('QUERY_TOO_DEEP')
    expect(await codes('{ a: __typename b: __typename c: __typename d: __typename }')).toBe('QUERY_TOO_COMPLEX')
    expect(await codes(`{ ${many(30, () => '__typename')} }`)).toBe('QUERY_TOO_LONG')
  })
})

function post(
  url: string,
  body: string | Buffer<ArrayBuffer>,
  type = 'application/json',
  headers: Record<string, string> = {},
) {
  return fetch(`${url}/graphql`, { method: 'POST', body, headers: { 'content-type': type, ...headers } })
}

function many(count: number, part: (number: number) => string): string {
  return Array.from({ length: count }, (_, number) => part(number)).join(' ')
}

function deep(levels: number): string {
  return `{ disputes { nodes ${'{ precedents '.repeat(levels)} { key } ${'}'.repeat(levels)} } }`
}

function wide(): string {
  return '{ developments(first: 100) { nodes { linkedFrom(first: 100) { nodes { development { linkedFrom(first: 100) { nodes { note } } } } } } } }'
}

/** Each fragment spreads the next one ten times. */
function multiplied(levels: number): string {
  const fragments = many(
    levels,
    (n) =>
      `fragment f${n} on Query { ${many(10, (alias) => `a${alias}: __typename`)} ${many(10, () => `...f${n + 1}`)} }`,
  )
  return `{ ...f0 } ${fragments} fragment f${levels} on Query { __typename }`
}
