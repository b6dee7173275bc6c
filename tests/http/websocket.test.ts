import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo, type Socket as NodeSocket } from 'node:net'
import { parse } from 'graphql'
import { createClient } from 'graphql-ws'
import { describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { Authentication } from '../../src/http/admission/authentication.ts'
import { AccessLog } from '../../src/http/access-log.ts'
import { openLog } from '../../src/log.ts'
import { readConfig } from '../../src/config.ts'
import { BodyBudget, Clients } from '../../src/http/admission/clients.ts'
import { Turns } from '../../src/http/turns.ts'
import { ErrorMasking } from '../../src/http/graphql/error-masking.ts'
import { WebSockets } from '../../src/http/graphql/over-websocket.ts'
import type { GraphqlServer } from '../../src/http/graphql/yoga.ts'
import { bearer, openApp } from '../_support/app.ts'
import { STORY } from '../_support/ferry-dossier.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'
import { HANDSHAKE, Socket } from '../_support/socket.ts'

const ID_IN_USE = 'An operation with this id has not ended yet. Give each operation an id of its own.'
const ADDED = 'subscription ($after: FeedCursor) { developmentAdded(after: $after) { cursor } }'

const IMPORT = 'mutation ($dossier: String!) { importDossier(dossier: $dossier) { __typename } }'

const { limits: LIMITS } = readConfig({}, {})

/** Sends messages in one packet, so that the service reads them at once. */
function together({ socket }: Socket, send: () => void): void {
  const raw = Reflect.get(socket, '_socket') as NodeSocket
  raw.cork()
  send()
  raw.uncork()
}

describe('a WebSocket', () => {
  test('answers queries, with the cursor of the feed', async () => {
    await using app = await openApp({ recorded: [setting] })
    await using socket = await app.socket()
    socket.subscribe('q', 'query ($key: Key!) { actor(key: $key) { name } }', { key: 'north' })
    expect(await socket.message()).toEqual({
      type: 'next',
      id: 'q',
      payload: {
        data: { actor: { name: 'Northland' } },
        extensions: { cursor: encodeFeedCursor(app.store, setting.length) },
      },
    })
    expect(await socket.message()).toEqual({ type: 'complete', id: 'q' })
  })

  test('takes an empty name of the operation for none', async () => {
    await using app = await openApp()
    await using socket = await app.socket()
    for (const operationName of ['', null]) {
      socket.send({ type: 'subscribe', id: 'q', payload: { query: '{ __typename }', operationName } })
      expect(await socket.message()).toMatchObject({ type: 'next' })
      expect(await socket.message()).toEqual({ type: 'complete', id: 'q' })
    }
  })

  test('sends the same text as an event stream, under any id', async () => {
    await using app = await openApp({ recorded: [setting, [planned('event', event())]] })
    const query = 'subscription ($after: FeedCursor) { feed(after: $after) { __typename cursor at } }'
    const variables = { after: encodeFeedCursor(app.store, 0) }
    await using stream = await app.stream(query, variables)
    await using socket = await app.socket()
    const id = 'a "quoted" id'
    socket.subscribe(id, query, variables)
    const [message] = (await once(socket.socket, 'message')) as [Buffer]
    const { data = '' } = (await stream.event()) ?? {}
    expect(data).toContain('FeedChange')
    expect(message.toString()).toBe(`{"id":${JSON.stringify(id)},"type":"next","payload":${data}}`)
  })

  test('carries several subscriptions, each until it is completed', async () => {
    await using app = await openApp({ recorded: [setting] })
    await using socket = await app.socket()
    socket.subscribe('one', ADDED)
    socket.subscribe('two', ADDED)
    await expect.poll(() => app.service.open.followers).toBe(2)
    socket.send({ type: 'complete', id: 'one' })
    await expect.poll(() => app.service.open.followers).toBe(1)
    await app.record(planned('event', event()))
    expect(await socket.message()).toMatchObject({ type: 'next', id: 'two' })
  })

  test('starts operations in their order, and ends those that are completed', async () => {
    await using app = await openApp()
    await using socket = await app.socket()
    together(socket, () => {
      for (let number = 0; number < 20; number++) {
        const id = `s${number}`
        socket.subscribe(id, ADDED)
        socket.send({ type: 'complete', id })
        socket.subscribe(id, ADDED)
      }
      socket.subscribe('q', '{ __typename }')
    })
    expect(await socket.message()).toMatchObject({ type: 'next', id: 'q' })
    expect(app.service.open.followers).toBe(20)
    await socket[Symbol.asyncDispose]()
    await expect.poll(() => app.service.open.followers).toBe(0)
  })

  test('takes the id of a mutation that its client has completed only when it has ended', async () => {
    await using app = await openApp()
    await using socket = await app.socket(await bearer(app, 'RECORD'))
    together(socket, () => {
      socket.subscribe('m', IMPORT, { dossier: STORY })
      socket.send({ type: 'complete', id: 'm' })
      socket.subscribe('m', '{ __typename }')
    })
    expect(await socket.message()).toMatchObject({ type: 'error', id: 'm', payload: [{ message: ID_IN_USE }] })
    await expect.poll(() => app.store.head()).toBeGreaterThan(0)
    // What is recorded can be read a little before the mutation has ended.
    const subscribeAgain = () => {
      socket.subscribe('m', '{ __typename }')
      return socket.message()
    }
    await expect.poll(subscribeAgain).toMatchObject({ type: 'next', id: 'm' })
  })

  test('takes an id again as soon as its subscription is completed', async () => {
    await using app = await openApp({ recorded: [setting] })
    await using socket = await app.socket()
    socket.subscribe('again', ADDED)
    await expect.poll(() => app.service.open.followers).toBe(1)
    together(socket, () => {
      socket.send({ type: 'complete', id: 'again' })
      socket.subscribe('again', ADDED)
      socket.subscribe('q', '{ __typename }')
    })
    expect(await socket.message()).toMatchObject({ type: 'next', id: 'q' })
    expect(await socket.message()).toEqual({ type: 'complete', id: 'q' })
    expect(app.service.open.followers).toBe(1)
    await app.record(planned('event', event()))
    expect(await socket.message()).toMatchObject({ type: 'next', id: 'again' })
  })

  test('accepts configured origins, its own origin and programs, and no others', async () => {
    await using app = await openApp({ config: { origins: ['https://example.org'] } })
    const opened = async (headers: Record<string, string>) => {
      await using socket = new Socket(app.url, headers)
      return await once(socket.socket, 'open').then(
        () => true,
        (error: Error) => error.message,
      )
    }
    expect(await opened({})).toBe(true)
    expect(await opened({ origin: app.url })).toBe(true)
    expect(await opened({ origin: 'https://example.org' })).toBe(true)
    expect(await opened({ origin: 'https://evil.example' })).toContain('403')
    expect(await opened({ origin: 'null' })).toContain('403')
  })

  test('accepts one address and one protocol only', async () => {
    await using app = await openApp()
    const elsewhere = new WebSocket(`${app.url.replace('http', 'ws')}/feed`, 'graphql-transport-ws')
    const [error] = (await once(elsewhere, 'error')) as [Error]
    expect(error.message).toContain('404')
    const old = new WebSocket(`${app.url.replace('http', 'ws')}/graphql`)
    const [code] = await once(old, 'close')
    expect(code).toBe(4406)
  })

  test.each([
    ['something that is not a message', 'hello', 4400],
    [
      'a subscription before the connection is acknowledged',
      '{"type":"subscribe","id":"1","payload":{"query":"{a}"}}',
      4401,
    ],
    ['a message that is too large', JSON.stringify({ type: 'ping', payload: { x: 'x'.repeat(1_048_577) } }), 1009],
    ['a frame that is not text', Buffer.from([0xff, 0xfe]), 4400],
  ])('closes the socket of a client that sends %s, and serves the others', async (_what, data, code) => {
    await using app = await openApp()
    await using other = await app.socket()
    await using socket = new Socket(app.url)
    await once(socket.socket, 'open')
    socket.socket.send(data)
    expect(await socket.closed()).toMatchObject({ code })
    other.subscribe('q', '{ __typename }')
    expect(await other.message()).toMatchObject({ type: 'next' })
  })

  test('survives a frame that breaks the WebSocket protocol', async () => {
    await using app = await openApp()
    await using socket = await app.socket()
    // Sets reserved bits, which only extensions may do.
    Reflect.get(socket.socket, '_socket').write(Buffer.from([0xf1, 0x80, 0, 0, 0, 0]))
    expect(await socket.closed()).toMatchObject({ code: 1002 })
    expect((await app.ask('{ __typename }')).status).toBe(200)
  })

  test('counts operations that their client has completed until they have ended', async () => {
    await using app = await openApp({ config: { limits: { ...LIMITS, operationsPerSocket: 2 } } })
    await using socket = await app.socket(await bearer(app, 'RECORD'))
    together(socket, () => {
      socket.subscribe('m', IMPORT, { dossier: STORY })
      socket.send({ type: 'complete', id: 'm' })
      socket.subscribe('q', '{ __typename }')
      socket.subscribe('n', IMPORT, { dossier: STORY })
      socket.send({ type: 'complete', id: 'n' })
      socket.subscribe('r', '{ __typename }')
    })
    expect(await socket.message()).toMatchObject({ type: 'next', id: 'q' })
    expect(await socket.message()).toEqual({ type: 'complete', id: 'q' })
    expect(await socket.message()).toMatchObject({
      type: 'error',
      id: 'r',
      payload: [{ extensions: { code: 'SUBSCRIPTIONS_EXHAUSTED' } }],
    })
    await expect.poll(() => app.store.head()).toBeGreaterThan(0)
  })

  test('is gone soon after the service has closed it, even if its client does not close it', async () => {
    await using app = await openApp()
    const client = connect({ port: Number(new URL(app.url).port), host: 'localhost', allowHalfOpen: true })
    client.on('error', () => {}).resume()
    const maskedText = '\x81\x82\0\0\0\0[]'
    client.write(`${HANDSHAKE}${maskedText}`, 'latin1')
    await expect.poll(() => app.service.open).toMatchObject({ sockets: 1, clients: 1 })
    await expect.poll(() => app.service.open).toMatchObject({ sockets: 0, clients: 0 })
    client.destroy()
  })

  test('logs an internal error of the protocol, and closes with the id under which it is logged', async () => {
    const logged: { readonly err: Error; readonly requestId: string }[] = []
    const log = openLog('info', false, {
      write: (line) => void logged.push(JSON.parse(line) as (typeof logged)[number]),
      flush: () => {},
    })
    const data = {
      toJSON() {
        throw new Error('secret of the house')
      },
    }
    // All that the WebSockets use of Yoga.
    const yoga = {
      getEnveloped: () => ({ parse, validate: () => [], execute: () => ({ data }), subscribe: () => ({}), schema: {} }),
    } as unknown as GraphqlServer
    await using place = await openTemporaryStore()
    const printed = vi.spyOn(console, 'error')
    const server = createServer().listen(0, '127.0.0.1')
    const errorMasking = new ErrorMasking(log, String)
    const limits = LIMITS
    const webSockets = new WebSockets({
      yoga,
      authentication: new Authentication({ store: place.store, isPrivate: false }),
      errorMasking,
      accessLog: new AccessLog(openLog('silent')),
      limits,
      pingEvery: 60_000,
      turns: new Turns(),
      bodyBudget: new BodyBudget(limits),
    })
    const clients = new Clients({ limits, trustedProxies: [] })
    server.on('upgrade', (request, socket, head) => {
      webSockets.accept(request, socket, { head, requestId: 'r', viewer: null, client: clients.of(request) })
    })
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await using socket = await Socket.open(`http://127.0.0.1:${port}`)
    socket.subscribe('q', '{ __typename }')
    const { code, reason } = await socket.closed()
    expect(logged).toMatchObject([{ err: { message: 'secret of the house' } }])
    expect([code, reason]).toEqual([4500, `Internal error. Report request id ${logged[0]?.requestId}.`])
    expect(printed).not.toHaveBeenCalled()
    printed.mockRestore()
    server.close()
  })

  test('closes with the code for a restart when the service stops', async () => {
    await using app = await openApp()
    await using socket = await app.socket()
    socket.subscribe('1', ADDED)
    await expect.poll(() => app.service.open.followers).toBe(1)
    await app.service.stop()
    expect(await socket.closed()).toMatchObject({ code: 1012 })
    await expect.poll(() => app.service.open).toEqual({ streams: 0, sockets: 0, followers: 0, clients: 0 })
  })

  test('is terminated when its client stops answering pings', async () => {
    await using app = await openApp({ pingEvery: 200 })
    await using silent = await app.socket()
    await using answering = await app.socket()
    silent.socket.pause()
    silent.subscribe('1', ADDED)
    answering.subscribe('1', ADDED)
    await expect.poll(() => app.service.open).toMatchObject({ sockets: 1, followers: 1 })
    answering.subscribe('q', '{ __typename }')
    expect(await answering.message()).toMatchObject({ id: 'q' })
  })

  test('works with the client of graphql-ws', async () => {
    await using app = await openApp({ recorded: [setting, [planned('event', event())]] })
    const client = createClient({
      url: `${app.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    })
    const after = encodeFeedCursor(app.store, setting.length)
    for await (const { data, extensions } of client.iterate({ query: ADDED, variables: { after } })) {
      expect(data).toEqual({ developmentAdded: { cursor: encodeFeedCursor(app.store, setting.length + 1) } })
      expect(extensions).toEqual({ cursor: encodeFeedCursor(app.store, setting.length + 1) })
      break
    }
    await client.dispose()
  })
})
