import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { readConfig } from '../../src/config.ts'
import { BodyBudget, Clients, type Client } from '../../src/http/admission/clients.ts'
import { PacedWebSocket, type Message } from '../../src/http/paced-web-socket.ts'
import type { Turns } from '../../src/http/turns.ts'

const LIMITS = { ...readConfig({}, {}).limits, bodiesBytes: 4_000, bodyBytes: 1_000, recordingBodyBytes: 1_000 }

describe('the messages of a client', () => {
  test('are read one in each turn, in their order, and no others meanwhile', async () => {
    await using pair = await openPair()
    pair.send('one', 'two', 'three')
    await pair.turn()
    expect(pair.taken).toEqual(['one'])
    expect(pair.socket.isPaused).toBe(true)
    await pair.turn()
    await pair.turn()
    expect(pair.taken).toEqual(['one', 'two', 'three'])
    expect(pair.socket.isPaused).toBe(false)
    pair.send('four')
    await pair.turn()
    expect(pair.taken).toEqual(['one', 'two', 'three', 'four'])
  })

  test('count in its budget from their arrival until they are released', async () => {
    await using pair = await openPair()
    pair.send('x'.repeat(600), 'x'.repeat(400))
    await pair.turn()
    expect(pair.client.bodyBytes).toBe(1_000)
    for (const { release } of pair.messages) release()
    for (const { release } of pair.messages) release()
    expect(pair.client.bodyBytes).toBe(400)
    await pair.turn()
    expect(pair.messages.map(({ refusal }) => refusal?.code)).toEqual([undefined, undefined])
  })

  test('come with a refusal if they are more than the budget holds', async () => {
    await using pair = await openPair()
    pair.send('x'.repeat(600), 'x'.repeat(401))
    await pair.turn()
    await pair.turn()
    expect(pair.messages.map(({ refusal }) => refusal?.code)).toEqual([undefined, 'SERVICE_BUSY'])
    for (const { release } of pair.messages) release()
    expect(pair.client.bodyBytes).toBe(0)
  })

  test('are dropped when the socket closes', async () => {
    await using pair = await openPair()
    pair.send('one', 'two')
    await pair.turn()
    pair.socket.terminate()
    await once(pair.socket, 'close')
    expect(pair.client.bodyBytes).toBe(3)
    await pair.turn()
    expect(pair.taken).toEqual(['one'])
  })

  test('close the socket if more than a thousand wait', async () => {
    await using pair = await openPair()
    const closed = once(pair.remote, 'close')
    pair.send(...Array.from({ length: 1_000 }, () => ''))
    for (let number = 0; number < 1_000; number++) await pair.turn()
    expect(pair.taken).toHaveLength(1_000)
    pair.send(...Array.from({ length: 1_001 }, () => ''))
    const [code, reason] = (await closed) as [number, Buffer]
    expect([code, reason.toString()]).toEqual([1008, 'More than 1000 messages wait. Send fewer at once.'])
  })
})

test('a socket that is read again calls once who waits for it, and not who was forgotten', async () => {
  await using pair = await openPair()
  const { socket, remote } = pair
  const called: string[] = []
  const kept = () => void called.push('kept')
  const forgotten = () => void called.push('forgotten')
  remote.pause()
  // More than the buffers of the system take.
  expect(socket.sendResults([Buffer.alloc(16_777_216)], kept)).toBe(false)
  expect([socket.isReady(kept), socket.isReady(forgotten)]).toEqual([false, false])
  socket.forget(forgotten)
  remote.resume()
  await expect.poll(() => called).toEqual(['kept'])
  expect(socket.isReady(kept)).toBe(true)
  expect(called).toEqual(['kept'])
})

interface Pair extends AsyncDisposable {
  readonly socket: PacedWebSocket
  readonly remote: WebSocket
  readonly client: Client
  readonly taken: string[]
  readonly messages: Message[]
  /** Sends messages in one packet. */
  send(...messages: readonly string[]): void
  /** Lets the next waiting message be taken, once there is one. */
  turn(): Promise<void>
}

/** A socket of the service whose turns come when the test says so, and its client. */
async function openPair(): Promise<Pair> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', WebSocket: PacedWebSocket })
  await once(server, 'listening')
  const remote = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  remote.on('error', () => {})
  const [[socket, request]] = (await Promise.all([once(server, 'connection'), once(remote, 'open')])) as [
    [PacedWebSocket, IncomingMessage],
    unknown,
  ]
  socket.on('error', () => {})
  const waiting: (() => void)[] = []
  const turns = { request: () => new Promise<void>((resolve) => waiting.push(resolve)) } as Pick<Turns, 'request'>
  const client = new Clients({ limits: LIMITS, trustedProxies: [] }).of(request)
  const taken: string[] = []
  const messages: Message[] = []
  socket.receive({ client, turns, bodyBudget: new BodyBudget(LIMITS) }, (data, message) => {
    taken.push(data.toString())
    messages.push(message)
  })
  return {
    socket,
    remote,
    client,
    taken,
    messages,
    send(...sent) {
      const raw = Reflect.get(remote, '_socket') as Socket
      raw.cork()
      for (const each of sent) remote.send(each)
      raw.uncork()
    },
    async turn() {
      while (waiting.length === 0) await new Promise(setImmediate)
      waiting.shift()?.()
      await new Promise(setImmediate)
    },
    async [Symbol.asyncDispose]() {
      remote.terminate()
      socket.terminate()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
