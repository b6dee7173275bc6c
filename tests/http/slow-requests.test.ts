import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { bearer, openApp, type App } from '../_support/app.ts'
import { event, setting } from '../_support/planned-changes.ts'

const BODY = JSON.stringify({ query: '{ actor(key: "north") { name } }' })
const HEAD = 'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n'
const REQUEST = `${HEAD}content-length: ${BODY.length}\r\nconnection: close\r\n\r\n${BODY}`

/** What is sent at once of a request without end, and of one that ends. The rest comes byte by byte, so that the connection is never idle. */
const BEGINNINGS = [
  ['its headers', `${HEAD}x: `, HEAD.slice(0, 40)],
  ['its body', `${HEAD}content-length: 100000\r\n\r\n{`, REQUEST.slice(0, -30)],
] as const

describe.each(BEGINNINGS)('a client that sends %s byte by byte', (_what, endless, beginning) => {
  test('is refused if the request takes too long', async () => {
    await using app = await openApp({ recorded: [setting], requestTimeout: 300 })
    const client = send(app, endless)
    while (!client.socket.closed) {
      if (client.socket.writable) client.socket.write('x')
      await wait(20)
    }
    expect(client.received()).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
    expect(client.received()).toContain('"code":"REQUEST_TOO_SLOW"')
    await expect.poll(() => app.service.open.clients).toBe(0)
    // Others are answered.
    expect((await app.ask('{ __typename }')).status).toBe(200)
  })

  test('is answered if it arrives in time', async () => {
    await using app = await openApp({ recorded: [setting] })
    const client = send(app, beginning)
    for (const byte of REQUEST.slice(beginning.length)) {
      client.socket.write(byte)
      await wait(1)
    }
    await client.closed
    expect(client.received()).toMatch(/^HTTP\/1\.1 200 OK\r\n.*Northland/s)
  })
})

test('an import that takes longer than a client may be idle is answered', async () => {
  await using app = await openApp({ recorded: [setting], idleTimeout: 100 })
  const dossier = Array.from({ length: 2_000 }, (_, number) =>
    JSON.stringify({ development: event({ event: `ferry/event-${number}` }) }),
  ).join('\n')
  const query = 'mutation ($dossier: String!) { importDossier(dossier: $dossier) { __typename } }'
  const { body } = await app.ask(query, { dossier }, await bearer(app, 'RECORD'))
  expect(body.data).toEqual({ importDossier: { __typename: 'DossierImported' } })
})

describe('what is no request, after a request on the same connection', () => {
  test('is refused after the answer to the request', async () => {
    await using app = await openApp({ recorded: [setting] })
    const client = send(app, `${HEAD}content-length: ${BODY.length}\r\n\r\n${BODY}NONSENSE\r\n\r\n`)
    await client.closed
    expect(client.received()).toMatch(/^HTTP\/1\.1 200 OK\r\n.*Northland.*\nHTTP\/1\.1 400 Bad Request\r\n/s)
  })

  test('is never a part of an event stream', async () => {
    await using app = await openApp({ recorded: [setting], pingEvery: 50 })
    const feed = JSON.stringify({ query: 'subscription { feed(heartbeat: 300) { __typename } }' })
    const client = send(app, `${HEAD}accept: text/event-stream\r\ncontent-length: ${feed.length}\r\n\r\n${feed}`)
    await expect.poll(() => client.received()).toContain('text/event-stream')
    client.socket.write('NONSENSE\r\n\r\n')
    const before = client.received().length
    await expect.poll(() => client.received().length).toBeGreaterThan(before)
    expect(client.received()).not.toContain('HTTP/1.1 400')
    client.socket.destroy()
    await expect.poll(() => app.service.open).toMatchObject({ streams: 0, followers: 0, clients: 0 })
  })

  test('ends a request whose body it is', async () => {
    await using app = await openApp()
    const client = send(app, `${HEAD}transfer-encoding: chunked\r\n\r\nNONSENSE\r\n`)
    await client.closed
    expect(client.received()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    await expect.poll(() => app.service.open.clients).toBe(0)
  })
})

function send({ url }: App, bytes: string) {
  const socket: Socket = connect(Number(new URL(url).port), 'localhost')
  let received = ''
  socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')))
  socket.on('error', () => {})
  socket.write(bytes)
  return { socket, received: () => received, closed: once(socket, 'close') }
}
