import { once } from 'node:events'
import { createClient as createSseClient } from 'graphql-sse'
import { createClient as createWsClient } from 'graphql-ws'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { bearer, openApp, type App } from '../_support/app.ts'
import { demarche, startServing } from '../_support/command.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'
import { ARE_NODES } from '../_support/shared-log.ts'

const NEVER_MADE = `demarche_${'0'.repeat(64)}`
const VIEWER = '{ viewer { scopes tokenName expiresAt } }'
const RECORDED_BY = '{ development(key: "ferry/sinking") { revisions { recordedBy } } }'
const FOLLOW = 'subscription { feed { cursor } }'
const BROWSER = { accept: 'text/html,application/xhtml+xml' }

describe('a token', () => {
  test('names its viewer', async () => {
    await using app = await openApp()
    expect((await app.ask(VIEWER)).body.data).toEqual({
      viewer: { scopes: ['READ'], tokenName: null, expiresAt: null },
    })
    const read = (await app.ask(VIEWER, {}, await bearer(app, 'READ'))).body.data
    expect(read).toEqual({ viewer: { scopes: ['READ'], tokenName: 'read-1', expiresAt: null } })
    const record = (await app.ask(VIEWER, {}, await bearer(app, 'RECORD', 60_000))).body.data
    const expiresAt = new Date(app.store.tokens.get('record-1')?.expiresAt ?? 0).toISOString()
    expect(record).toEqual({ viewer: { scopes: ['READ', 'RECORD'], tokenName: 'record-1', expiresAt } })
  })

  test.each([
    ['Bearer TOKEN', 200],
    ['bearer  TOKEN', 200],
    ['BEARER TOKEN ', 200],
    ['', 200],
    ['TOKEN', 401],
    ['Bearer', 401],
    ['Bearer TOKEN TOKEN', 401],
    ['Bearer TOKEN,', 401],
    ['Bearer "TOKEN"', 401],
    ['Basic dXNlcjpwYXNz', 401],
    [`Bearer ${NEVER_MADE}`, 401],
  ])('in the header as %j is answered with %i', async (header, status) => {
    await using app = await openApp()
    const { authorization } = await bearer(app, 'READ')
    const sent = { authorization: header.replaceAll('TOKEN', authorization.replace('Bearer ', '')) }
    expect((await app.ask('{ __typename }', {}, sent)).status).toBe(status)
  })

  test('that is refused says why, in the challenge, too', async () => {
    const clock = { at: Date.UTC(2025, 0, 1) }
    await using app = await openApp({ now: () => clock.at, config: { isPrivate: true } })
    const [revoked, expired] = [await bearer(app, 'READ'), await bearer(app, 'READ', 1_000)]
    await app.store.tokens.revoke('read-1')
    clock.at += 999
    expect((await app.ask(VIEWER, {}, expired)).status).toBe(200)
    clock.at += 1
    const invalid = 'Bearer realm="demarche", error="invalid_token"'
    for (const [headers, message, challenge] of [
      [{}, 'Reading needs a token.', 'Bearer realm="demarche"'],
      [revoked, 'The token is revoked.', invalid],
      [expired, 'The token has expired.', invalid],
      [{ authorization: `Bearer ${NEVER_MADE}` }, 'This service does not know the token.', invalid],
      [{ authorization: 'Basic x' }, 'The credentials are not a bearer token.', invalid],
    ] as const) {
      const answer = await app.ask(VIEWER, {}, { ...headers })
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, challenge])
      const code = 'UNAUTHENTICATED'
      expect(answer.body).toEqual({ errors: [{ message: expect.stringMatching(`^${message}`), extensions: { code } }] })
    }
  })

  test.each([
    '/graphql?query={__typename}&access_token=x',
    '/graphql?token=x',
    '/?Authorization=x',
    '/TOKEN',
    '/graphql?query={actor(key:"TOKEN"){name}}',
    '/graphql?query={__typename}&x=%64emarche_SECRET',
    '/developments/TOKEN.json',
  ])('in the address %s is refused with a word', async (address) => {
    await using app = await openApp()
    const { authorization } = await bearer(app, 'READ')
    const token = authorization.replace('Bearer ', '')
    const path = address.replace('TOKEN', token).replace('SECRET', token.replace('demarche_', ''))
    const response = await app.fetch(path)
    const body = await response.text()
    expect([response.status, body]).toEqual([400, expect.stringContaining('TOKEN_IN_URL')])
    expect(body).toContain('A token must not be in an address')
    expect(body).not.toContain(token)
    const page = await app.fetch(path, { headers: BROWSER })
    expect([page.status, await page.text()]).toEqual([
      400,
      expect.stringContaining('A token must not be in an address'),
    ])
    const socket = new WebSocket(`${app.url.replace('http', 'ws')}/graphql?token=${token}`, 'graphql-transport-ws')
    const [error] = (await once(socket, 'error')) as [Error]
    expect(error.message).toContain('400')
  })

  test.skipIf(ARE_NODES)(
    'is refused at the next request after another process has revoked it, also where the response is cached',
    async () => {
      await using app = await openApp({ recorded: [setting] })
      const headers = await bearer(app, 'READ')
      const address = `/graphql?${new URLSearchParams({ query: '{ actors { totalCount } }' })}`
      const first = await app.fetch(address, { headers })
      const etag = first.headers.get('etag') ?? ''
      expect((await app.fetch(address, { headers: { ...headers, 'if-none-match': etag } })).status).toBe(304)
      await using other = await app.openElsewhere()
      await other.store.tokens.revoke('read-1')
      for (const sent of [headers, { ...headers, 'if-none-match': etag }, { ...headers, 'if-none-match': '*' }]) {
        expect((await app.fetch(address, { headers: sent })).status).toBe(401)
      }
    },
  )

  test('is never used for the response to another viewer', async () => {
    await using app = await openApp({ recorded: [setting] })
    await app.store.append({ batches: [[planned('event', event())]], origin: 'API', by: 'ada' })
    const [read, record] = [await bearer(app, 'READ'), await bearer(app, 'RECORD')]
    const address = `/graphql?${new URLSearchParams({ query: RECORDED_BY })}`
    const expected = [
      [record, 'ada'],
      [{}, null],
      [read, null],
      [record, 'ada'],
      [{}, null],
    ] as const
    for (const [headers, recordedBy] of expected) {
      const data = { development: { revisions: [{ recordedBy }] } }
      expect((await app.ask(RECORDED_BY, {}, { ...headers })).body.data).toEqual(data)
      const got = await app.fetch(address, { headers: { ...headers } })
      expect(await got.json()).toMatchObject({ data })
      expect(got.headers.get('vary')).toContain('authorization')
      expect(got.headers.get('cache-control')).toBe('authorization' in headers ? 'private, no-cache' : 'no-cache')
      const tags = await Promise.all(
        [record, read, {}].map(async (others) => {
          const etag = got.headers.get('etag') ?? ''
          return (await app.fetch(address, { headers: { ...others, 'if-none-match': etag } })).status
        }),
      )
      expect(tags).toEqual(
        [record, read, {}].map((others) => (JSON.stringify(others) === JSON.stringify(headers) ? 304 : 200)),
      )
    }
    const sdl = await app.fetch('/schema.graphql', { headers: read })
    expect([sdl.headers.get('cache-control'), sdl.headers.get('vary')]).toEqual([
      'private, no-cache',
      'origin, authorization',
    ])
  })

  test('changes the store only to record its last use, which is not per request', async () => {
    await using app = await openApp()
    const headers = await bearer(app, 'READ')
    const before = app.store.reader.dataVersion()
    for (let count = 0; count < 20; count++) await app.ask('{ __typename }', { count }, headers)
    // It is recorded from time to time: not at all, unless the requests take long.
    expect(app.store.reader.dataVersion() - before).toBeLessThan(20)
    await app.service.stop()
    // A node has it from its log.
    await expect.poll(() => app.store.tokens.get('read-1')?.lastUsedAt).toBeTypeOf('number')
  })

  test('shows its last use while the service runs', async () => {
    await using app = await openApp()
    await app.ask('{ __typename }', {}, await bearer(app, 'READ'))
    await expect.poll(() => app.store.tokens.get('read-1')?.lastUsedAt).toBeTypeOf('number')
  })
})

describe('an open subscription', () => {
  const ENDS = [
    ['is revoked', undefined, (app: App) => app.store.tokens.revoke('read-1'), 'The token is revoked.'],
    [
      'expires',
      1_000,
      (_: App, clock: { at: number }) => Promise.resolve((clock.at += 1_000)),
      'The token has expired.',
    ],
  ] as const

  test.each(ENDS)('over server-sent events ends with an error when its token %s', async (_, lifetime, end, message) => {
    const clock = { at: Date.UTC(2025, 0, 1) }
    await using app = await openApp({ now: () => clock.at })
    await using other = await app.stream(FOLLOW)
    await using stream = await app.stream(FOLLOW, {}, await bearer(app, 'READ', lifetime))
    for (const one of [other, stream]) await one.event()
    await end(app, clock)
    const last = await stream.event()
    expect([last?.event, JSON.parse(last?.data ?? '')]).toEqual(['next', refusal(message)])
    expect([(await stream.event())?.event, await stream.event()]).toEqual(['complete', undefined])
    await expect.poll(() => app.service.open.followers).toBe(1)
    await expect.poll(() => app.service.open.streams).toBe(1)
  })

  test.each(ENDS)('in parts ends with an error when its token %s', async (_, lifetime, end, message) => {
    const clock = { at: Date.UTC(2025, 0, 1) }
    await using app = await openApp({ now: () => clock.at })
    const headers = { ...(await bearer(app, 'READ', lifetime)), 'content-type': 'application/json' }
    const response = await app.fetch('/graphql', {
      method: 'POST',
      headers: { ...headers, accept: 'multipart/mixed;subscriptionSpec=1.0, application/json' },
      body: JSON.stringify({ query: FOLLOW }),
    })
    await end(app, clock)
    const parts = (await response.text()).split('\r\n--graphql')
    expect(parts.slice(-2)).toEqual([expect.stringContaining(`{"payload":{"errors":[{"message":"${message}`), '--\r\n'])
  })

  test.each(ENDS)('over WebSocket is closed with 4403 when its token %s', async (_, lifetime, end, message) => {
    const clock = { at: Date.UTC(2025, 0, 1) }
    await using app = await openApp({ now: () => clock.at })
    const headers = await bearer(app, 'READ', lifetime)
    await using anonymous = await app.socket()
    await using byHeader = await app.socket(headers)
    await using byPayload = await app.socket({}, headers)
    for (const socket of [anonymous, byHeader, byPayload]) {
      socket.subscribe('f', FOLLOW)
      await socket.message()
    }
    await end(app, clock)
    for (const socket of [byHeader, byPayload]) {
      expect(await socket.closed()).toEqual({ code: 4403, reason: expect.stringMatching(`^${message}`) })
    }
    await expect.poll(() => app.service.open.followers).toBe(1)
    anonymous.subscribe('q', '{ __typename }')
    expect(await anonymous.message()).toMatchObject({ id: 'q', type: 'next' })
  })

  test('of the usual clients ends, or is resumed with another token', async () => {
    await using app = await openApp({ config: { isPrivate: true } })
    const first = await bearer(app, 'READ')
    const sse = createSseClient({ url: `${app.url}/graphql`, headers: first })
    const results: unknown[] = []
    const over = Promise.withResolvers<void>()
    sse.subscribe(
      { query: FOLLOW },
      { next: (result) => results.push(result), error: over.reject, complete: over.resolve },
    )
    const tokens = [first, await bearer(app, 'READ')]
    let acknowledged = 0
    const ws = createWsClient({
      url: `${app.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: () => tokens.shift() ?? {},
      retryWait: () => Promise.resolve(),
      on: { connected: () => acknowledged++ },
    })
    ws.subscribe({ query: FOLLOW }, { next: () => {}, error: over.reject, complete: () => {} })
    await expect.poll(() => [results.length, acknowledged]).toEqual([1, 1])
    await app.store.tokens.revoke('read-1')
    await over.promise
    expect(results.at(-1)).toEqual(refusal('The token is revoked.'))
    await expect.poll(() => acknowledged).toBe(2)
    await ws.dispose()
    sse.dispose()
  })
})

describe('a service where reading needs a token', () => {
  test('suggests no names of the schema', async () => {
    for (const isPrivate of [false, true]) {
      await using app = await openApp({ config: { isPrivate } })
      const headers = await bearer(app, 'RECORD')
      const queries: readonly [string, Record<string, unknown>][] = [
        ['{ servic { version } }', {}],
        ['{ service { versio } }', {}],
        ['{ developments(firs: 1) { totalCount } }', {}],
        ['{ developments(orderBy: NEWEST_FIRS) { totalCount } }', {}],
        ['query ($f: DevelopmentFilter) { developments(filter: $f) { totalCount } }', { f: { kind: ['EVENT'] } }],
        ['query ($f: DevelopmentFilter) { developments(filter: $f) { totalCount } }', { f: { kinds: ['EVEN'] } }],
      ]
      for (const [query, variables] of queries) {
        const { body } = await app.ask(query, variables, headers)
        expect([query, /did you mean/i.test(JSON.stringify(body.errors))]).toEqual([query, !isPrivate])
      }
    }
  })

  test('shows an empty playground, which takes a token', async () => {
    await using app = await openApp({ config: { isPrivate: true } })
    const page = await (await app.fetch('/graphql', { headers: BROWSER })).text()
    expect(page).toContain('<input id="token" type="password" autocomplete="off"')
    expect(page).not.toContain('operationName=')
    const queries = async (headers: Record<string, string>) => app.fetch('/assets/worked-queries.json', { headers })
    expect((await queries({})).status).toBe(401)
    expect(await (await queries(await bearer(app, 'READ'))).json()).toContainEqual(
      expect.objectContaining({ name: 'Live' }),
    )
  })

  test('tells a visitor of its pages what is missing', async () => {
    await using app = await openApp({ config: { isPrivate: true } })
    const page = await app.fetch('/', { headers: BROWSER })
    const text = await page.text()
    expect([page.status, text]).toEqual([401, expect.stringContaining('<h1>Sign in to read</h1>')])
    expect(text).toContain('This record is read with a token, which the operator of the service gives you.')
    // A reader of a page cannot send a header.
    expect(text).not.toMatch(/Unauthorized|Authorization|Bearer/)
    const data = await app.fetch('/', { headers: { accept: 'application/json' } })
    expect(await data.text()).toContain('Reading needs a token. Send it in the header')
  })

  test.each(['/export/developments.csv', '/developments/ferry/sinking.json', '/schema.graphql', '/feed.atom'])(
    'tells a visitor who opens the file %s in a tab what to do, and refuses it to programs',
    async (path) => {
      await using app = await openApp({ config: { isPrivate: true } })
      const page = await app.fetch(path, { headers: BROWSER })
      const text = await page.text()
      expect([page.status, page.headers.get('content-disposition')]).toEqual([401, null])
      expect(text).toContain('<h1>Sign in to read</h1>')
      expect(text).toContain('Sign in, and it is saved.')
      expect(text).toContain('id="sign-in"')
      const data = await app.fetch(path, { headers: { accept: 'text/csv, application/json' } })
      expect([data.status, await data.text()]).toEqual([401, expect.stringContaining('Send it in the header')])
    },
  )

  test('does not read the body of a request without a token', async () => {
    await using app = await openApp({ config: { isPrivate: true } })
    const response = await app.fetch('/graphql', { method: 'POST', body: 'x'.repeat(2_000_000) })
    expect(response.status).toBe(401)
  })
})

test('no output of a service holds a token', async () => {
  using place = temporaryFile()
  const { stdout } = await demarche(['token', 'create', '--scope', 'record', '--store', place.file])
  const token = stdout.trim()
  const secret = token.slice(-40)
  const serving = await startServing(['--store', place.file, '--admin-port', '0'], { env: { LOG_LEVEL: 'trace' } })
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'x-request-id': token }
  const post = async (query: string, variables = {}) =>
    fetch(`${serving.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })
  for (const response of [
    await post('{ __typename }'),
    await post(`query ${token} { __typename }`, { token }),
    await post(`{ ${token} }`),
    await post(`{ actor(key: "${token}") { name } }`),
    await fetch(`${serving.url}/${token}`, { headers }),
    await fetch(`${serving.url}/disputes/${token.replace('d', '%64')}`),
    await fetch(`${serving.url}/disputes/${token.replace('_', '%255f')}%zz`),
    await fetch(`${serving.url}/graphql?access_token=${token}`, { headers }),
    await fetch(`${serving.url}/graphql`, { headers: { authorization: `Basic ${token}` } }),
    await fetch(`${serving.url}/graphql`, { headers: { authorization: `Bearer ${token}0` } }),
  ]) {
    await response.arrayBuffer()
  }
  const metrics = await (await fetch(/\S+\/metrics$/m.exec(serving.printed)?.[0] ?? '')).text()
  serving.child.kill('SIGTERM')
  const { stdout: out, stderr: log } = await serving.outcome
  expect(log.match(/"msg":"request"/g)).toHaveLength(10)
  expect(log).toContain('"operation":"demarche_…"')
  expect(log).toContain('"path":"/disputes/demarche_…%zz"')
  expect(metrics).toContain('operation="demarche_…"')
  for (const output of [out, log, metrics]) expect(output).not.toContain(secret)
  const { stdout: list } = await demarche(['token', 'list', '--json', '--store', place.file])
  expect(JSON.parse(list)).toMatchObject([{ name: 'record-1', lastUsedAt: expect.stringMatching(/Z$/) }])
})

test('serve says what nobody can do for want of a token', async () => {
  using place = temporaryFile()
  const create = async (scope: string) => demarche(['token', 'create', '--scope', scope, '--store', place.file])
  const printed = async (env = {}) => {
    await using serving = await startServing(['--store', place.file], { env })
    return serving.printed.split('\n').filter((line) => line.startsWith('  tokens'))
  }
  const missing = (scope: string) =>
    `  tokens      nobody can ${scope} without a token: npm run --silent demarche -- token create --scope ${scope} --store ${place.file}`
  expect(await printed()).toEqual([missing('record')])
  expect(await printed({ DEMARCHE_PRIVATE: '1' })).toEqual([missing('read'), missing('record')])
  await create('read')
  expect(await printed({ DEMARCHE_PRIVATE: '1' })).toEqual([missing('record')])
  await create('record')
  expect(await printed()).toEqual([])
})

function refusal(message: string) {
  return { errors: [{ message: expect.stringMatching(`^${message}`), extensions: { code: 'UNAUTHENTICATED' } }] }
}
