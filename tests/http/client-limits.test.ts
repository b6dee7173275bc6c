import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { BodyBudget, Clients } from '../../src/http/admission/clients.ts'
import { bearer, openApp, sendRaw, type App } from '../_support/app.ts'
import { STORY } from '../_support/ferry-dossier.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { HANDSHAKE } from '../_support/socket.ts'

const { limits: LIMITS } = readConfig({}, {})

/** Milliseconds that a client may idle where it must not be closed: longer than the process may stand still on a busy machine. */
const PATIENT = 2_000

const FEED = 'subscription { developmentAdded { cursor } }'

describe('a client', () => {
  const named = (remoteAddress: string, forwarded?: string, proxies: readonly string[] = []) => {
    const incoming = { socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }
    return new Clients({ limits: LIMITS, trustedProxies: proxies }).of(incoming as unknown as IncomingMessage).name
  }

  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:0:7::1', '2001:db8:0:7::/64'],
    ['2001:db8:0:7:ffff:ffff:ffff:ffff', '2001:db8:0:7::/64'],
    ['2001:db8:0:8::1', '2001:db8:0:8::/64'],
    ['2001:0db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('with the address %s is %s', (address, name) => {
    expect(named(address)).toBe(name)
  })

  test.each([
    ['a proxy that is not configured', '192.0.2.1', '198.51.100.1', [], '192.0.2.1'],
    ['a configured one', '192.0.2.1', '198.51.100.1', ['192.0.2.1'], '198.51.100.1'],
    ['one that takes IPv6, too', '::ffff:192.0.2.1', '198.51.100.1', ['192.0.2.0/24'], '198.51.100.1'],
    ['two in a row', '10.0.0.1', '203.0.113.9, 198.51.100.1, 10.0.0.2', ['10.0.0.0/8'], '198.51.100.1'],
    ['only proxies', '10.0.0.1', '10.0.0.3, 10.0.0.2', ['10.0.0.0/8'], '10.0.0.3'],
    ['one that forwards nothing', '10.0.0.1', undefined, ['10.0.0.0/8'], '10.0.0.1'],
    ['one that forwards no address', '10.0.0.1', 'unknown', ['10.0.0.0/8'], '10.0.0.1'],
    ['one that adds ports', 'fd00::1', '[2001:db8::5]:99', ['fd00::/8'], '2001:db8:0:0::/64'],
  ])('behind %s is found', (_what, address, forwarded, proxies, name) => {
    expect(named(address, forwarded, proxies)).toBe(name)
  })

  test('is forgotten when nothing of it is open', async () => {
    await using app = await openApp({ recorded: [setting] })
    const stream = await app.stream(FEED)
    await using socket = await app.socket()
    expect(app.service.open.clients).toBe(1)
    stream.close()
    await socket[Symbol.asyncDispose]()
    await app.ask('{ __typename }')
    await expect.poll(() => app.service.open.clients).toBe(0)
  })

  test('keeps its place if one that was forgotten before opens something late', () => {
    const clients = new Clients({ limits: { ...LIMITS, connectionsPerClient: 1 }, trustedProxies: [] })
    const incoming = { socket: { remoteAddress: '192.0.2.1' }, headers: {} } as unknown as IncomingMessage
    const forgotten = clients.of(incoming)
    forgotten.open('connections')?.()
    const endCurrent = clients.of(incoming).open('connections')
    const endLate = forgotten.open('subscriptions')
    expect(clients.of(incoming).open('connections')).toBeUndefined()
    endLate?.()
    expect([clients.size, clients.of(incoming).open('connections')]).toEqual([1, undefined])
    endCurrent?.()
    expect(clients.size).toBe(0)
    const endOther = clients.of(incoming).open('connections')
    forgotten.open('subscriptions')
    endOther?.()
    forgotten.open('subscriptions')
    expect(clients.size).toBe(1)
  })

  test('is not remembered for a handshake that fails', async () => {
    await using app = await openApp()
    const answer = await sendRaw(
      app,
      'GET /graphql HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
    )
    expect(answer).toMatch(/^HTTP\/1.1 400 /)
    await expect.poll(() => app.service.open.clients).toBe(0)
  })
})

describe('one client', () => {
  test('may have so many subscriptions, over all transports', async () => {
    await using app = await limited({ subscriptionsPerClient: 2 })
    await using first = await app.stream(FEED)
    await using socket = await app.socket()
    socket.subscribe('1', FEED)
    await expect.poll(() => app.service.open.followers).toBe(2)
    await using refused = await app.stream(FEED)
    expect(JSON.parse((await refused.event())?.data ?? '')).toMatchObject({
      errors: [
        {
          message: 'Your address has 2 subscriptions, which is the limit. End some, or try again later.',
          extensions: { code: 'SUBSCRIPTIONS_EXHAUSTED' },
        },
      ],
    })
    expect(await refused.event()).toMatchObject({ event: 'complete' })
    socket.subscribe('2', FEED)
    expect(await socket.message()).toMatchObject({
      type: 'error',
      id: '2',
      payload: [{ extensions: { code: 'SUBSCRIPTIONS_EXHAUSTED' } }],
    })
    first.close()
    await expect.poll(() => app.service.open.followers).toBe(1)
    await using accepted = await app.stream(FEED)
    await expect.poll(() => app.service.open.followers).toBe(2)
    await app.record(planned('event', event()))
    expect(await accepted.event()).toMatchObject({ event: 'next' })
  })

  test('may keep documents and variables of so many bytes in subscriptions', async () => {
    // Two subscriptions may have 64 KiB.
    await using app = await limited({ subscriptionsPerClient: 2 })
    await using socket = await app.socket()
    const sized = (id: string, bytes: number) => {
      const message = (query: string) => JSON.stringify({ type: 'subscribe', id, payload: { query } })
      return message(`${FEED}${' '.repeat(bytes - message(FEED).length)}`)
    }
    socket.socket.send(sized('1', 32_768))
    await expect.poll(() => app.service.open.followers).toBe(1)
    socket.socket.send(sized('2', 32_769))
    expect(await socket.message()).toMatchObject({
      type: 'error',
      id: '2',
      payload: [
        {
          message:
            'Your address would have more than 65536 bytes of documents and variables of subscriptions, which is the limit. End some, or try again later.',
          extensions: { code: 'SUBSCRIPTIONS_EXHAUSTED' },
        },
      ],
    })
    // A query is not kept.
    socket.subscribe('q', `{ __typename }${' '.repeat(100_000)}`)
    expect(await socket.message()).toMatchObject({ type: 'next', id: 'q' })
    expect(await socket.message()).toMatchObject({ type: 'complete', id: 'q' })
    socket.socket.send(sized('3', 32_768))
    await expect.poll(() => app.service.open.followers).toBe(2)
    for (const id of ['1', '3']) socket.send({ type: 'complete', id })
    await expect.poll(() => app.service.open.followers).toBe(0)
    await using refused = await app.stream(`${FEED}${' '.repeat(65_536)}`)
    expect((await refused.event())?.data).toContain('SUBSCRIPTIONS_EXHAUSTED')
    await using accepted = await app.stream(`${FEED}${' '.repeat(65_000)}`)
    await expect.poll(() => app.service.open.followers).toBe(1)
    accepted.close()
    await expect.poll(() => app.service.open.clients).toBe(1)
  })

  test('may have so many event streams and WebSockets', async () => {
    await using app = await limited({ connectionsPerClient: 2 })
    await using stream = await app.stream(FEED)
    await using socket = await app.socket()
    await expect.poll(() => app.service.open).toMatchObject({ streams: 1, sockets: 1 })
    await using refused = await app.stream(FEED)
    expect((await refused.event())?.data).toContain(
      'Your address has 2 event streams and WebSockets, which is the limit',
    )
    const answer = await sendRaw(app, HANDSHAKE)
    expect(answer).toMatch(/^HTTP\/1.1 429 .*\r\nretry-after: 1\r\n/s)
    expect(JSON.parse(answer.slice(answer.indexOf('{')))).toEqual({
      errors: [
        {
          message: 'Your address has 2 event streams and WebSockets, which is the limit. End some, or try again later.',
          extensions: { code: 'TOO_MANY_REQUESTS' },
        },
      ],
    })
    // Subscriptions of a socket are no connections.
    socket.subscribe('1', FEED)
    await expect.poll(() => app.service.open.followers).toBe(2)
    stream.close()
    await expect.poll(() => app.service.open.streams).toBe(0)
    await using accepted = await app.socket()
    accepted.subscribe('q', '{ __typename }')
    expect(await accepted.message()).toMatchObject({ type: 'next' })
  })

  test('may have so many requests that are not answered', async () => {
    await using app = await limited({ requestsPerClient: 2 })
    const unfinished = [await unfinishedPost(app), await unfinishedPost(app)]
    await expect.poll(async () => (await app.ask('{ __typename }')).status).toBe(429)
    const { body, headers } = await app.ask('{ __typename }')
    expect(headers.get('retry-after')).toBe('1')
    expect(body.errors).toMatchObject([
      {
        message: 'Your address has 2 requests that are not answered, which is the limit. End some, or try again later.',
        extensions: { code: 'TOO_MANY_REQUESTS' },
      },
    ])
    unfinished[0]?.destroy()
    await expect.poll(async () => (await app.ask('{ __typename }')).status).toBe(200)
    unfinished[1]?.destroy()
  })

  test('does not use up what another one may have', async () => {
    await using app = await limited({ requestsPerClient: 1 })
    const socket = await unfinishedPost(app)
    await expect.poll(async () => (await app.ask('{ __typename }')).status).toBe(429)
    const sent = request(`${app.url}/health/live`, { localAddress: '127.0.0.2', family: 4, host: '127.0.0.1' }).end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    expect(response.statusCode).toBe(200)
    response.resume()
    socket.destroy()
  })

  function limited(limits: Partial<typeof LIMITS>): Promise<App> {
    return openApp({ recorded: [setting], config: { limits: { ...LIMITS, ...limits } } })
  }
})

describe('the bodies that are being read', () => {
  test('have a budget together, and a client a quarter of it', async () => {
    const budget = new BodyBudget({ bodiesBytes: 4_000, bodyBytes: 1_000, recordingBodyBytes: 1_000 })
    const clients = ['a', 'b', 'c', 'd', 'e'].map((address) => {
      const incoming = { socket: { remoteAddress: address }, headers: {} } as unknown as IncomingMessage
      return new Clients({ limits: LIMITS, trustedProxies: [] }).of(incoming)
    })
    const [first, , , , last] = clients
    if (first === undefined || last === undefined) throw new Error('five clients')
    const busy = expect.objectContaining({ status: 503, code: 'SERVICE_BUSY', headers: { 'retry-after': '1' } })
    budget.hold(first, 1_000)
    expect(() => budget.hold(first, 1)).toThrow(busy)
    for (const client of clients.slice(1, 4)) budget.hold(client, 1_000)
    expect(() => budget.hold(last, 1)).toThrow(busy)
    budget.release(first, 1)
    budget.hold(last, 1)
    expect(() => budget.hold(last, 1)).toThrow(busy)
  })

  test('are refused with 503 above it, and accepted when others are gone', async () => {
    await using app = await openApp({
      config: { limits: { ...LIMITS, bodiesBytes: 8_000, bodyBytes: 2_000, recordingBodyBytes: 2_000 } },
    })
    const socket = await unfinishedPost(app, 'x'.repeat(1_900))
    await using sockets = await app.socket()
    const query = `{ __typename } # ${'x'.repeat(200)}`
    await expect.poll(async () => (await app.ask(query)).status).toBe(503)
    expect((await app.ask(query)).headers.get('retry-after')).toBe('1')
    sockets.subscribe('q', query)
    expect(await sockets.message()).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'SERVICE_BUSY' } }],
    })
    socket.destroy()
    await expect.poll(async () => (await app.ask(query)).status).toBe(200)
    sockets.subscribe('r', query)
    expect(await sockets.message()).toMatchObject({ type: 'next', id: 'r' })
  })
})

describe('a connection without progress', () => {
  const LARGE = `{ developments { nodes { ${Array.from({ length: 600 }, (_, index) => `a${index}: summary`).join(' ')} } } }`
  const recorded = [setting, [planned('event', event({ summary: 'x'.repeat(15_000) }))]]
  const config = { limits: { ...LIMITS, aliases: 600 } }

  test('is closed if its client does not read the answer, and not if it does', async () => {
    await using app = await openApp({ recorded, idleTimeout: PATIENT, config })
    const unread = connect(Number(new URL(app.url).port), 'localhost')
    unread.on('error', () => {}).pause()
    unread.write(post(JSON.stringify({ query: LARGE })))
    await expect.poll(() => app.service.open.clients).toBe(1)
    expect(JSON.stringify((await app.ask(LARGE)).body.data).length).toBeGreaterThan(8_000_000)
    await expect.poll(() => app.service.open.clients).toBe(0)
    unread.destroy()
  })

  test('is closed if the rest of its request does not come', async () => {
    await using app = await openApp({ idleTimeout: 300 })
    const socket = await unfinishedPost(app)
    await once(socket.resume(), 'close')
    await expect.poll(() => app.service.open.clients).toBe(0)
  })

  test('is kept while its request takes long', async () => {
    await using app = await openApp({ idleTimeout: 50 })
    const mutation = 'mutation ($dossier: String!) { importDossier(dossier: $dossier) { __typename } }'
    const { body } = await app.ask(mutation, { dossier: STORY }, await bearer(app, 'RECORD'))
    expect(body.data).toEqual({ importDossier: { __typename: 'DossierImported' } })
  })

  test('is kept while a quiet subscription is pinged', async () => {
    const limits = { ...LIMITS, stalledMilliseconds: PATIENT }
    await using app = await openApp({
      recorded: [setting],
      idleTimeout: PATIENT,
      pingEvery: PATIENT / 20,
      config: { limits },
    })
    await using stream = await app.stream(FEED)
    await using socket = await app.socket()
    socket.subscribe('1', FEED)
    for (let number = 0; number < 30; number++) await stream.frame()
    expect(app.service.open).toMatchObject({ streams: 1, sockets: 1, followers: 2 })
  })

  test('is kept if nothing waits to be read, however rarely it is pinged', async () => {
    const limits = { ...LIMITS, stalledMilliseconds: 100 }
    await using app = await openApp({ recorded: [setting], idleTimeout: 100, pingEvery: 400, config: { limits } })
    await using stream = await app.stream(FEED)
    await using socket = await app.socket()
    socket.subscribe('1', FEED)
    await expect.poll(() => app.service.open.followers).toBe(2)
    for (let number = 0; number < 4; number++) expect(await stream.frame()).toBeDefined()
    expect(app.service.open).toMatchObject({ streams: 1, sockets: 1, followers: 2 })
  })

  test('is closed if a WebSocket does not take its messages', async () => {
    await using app = await openApp({ recorded, config: { limits: { ...config.limits, stalledMilliseconds: 300 } } })
    await using socket = await app.socket()
    socket.socket.pause()
    for (let number = 0; number < 5; number++) socket.subscribe(`${number}`, LARGE)
    await expect.poll(() => app.service.open.sockets).toBe(0)
  })
})

/** Sends the beginning of a POST. */
async function unfinishedPost(app: App, beginning = '{'): Promise<ReturnType<typeof connect>> {
  const socket = connect(Number(new URL(app.url).port), 'localhost')
  await once(
    socket.on('error', () => {}),
    'connect',
  )
  socket.write(post(beginning, 2_000))
  return socket
}

function post(body: string, length = body.length): string {
  return `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`
}
