import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { Turns } from '../../src/http/turns.ts'
import { openApp, type App } from '../_support/app.ts'
import { onRead } from '../_support/on-read.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'

describe('the turns', () => {
  test('let one run in each turn of the event loop', async () => {
    const turns = new Turns()
    const ran: number[] = []
    let turn = 0
    const counting = setInterval(() => {}, 1_000)
    const count = () => {
      turn++
      if (ran.length < 3) setImmediate(count)
    }
    setImmediate(count)
    await Promise.all([1, 2, 3].map(() => turns.request('a').then(() => ran.push(turn))))
    clearInterval(counting)
    expect(new Set(ran).size).toBe(3)
  })

  test('go from client to client, and keep the order of each', async () => {
    const turns = new Turns()
    const ran: string[] = []
    const wait = (client: string, name: string) => turns.request(client).then(() => ran.push(name))
    await Promise.all([wait('a', 'a1'), wait('a', 'a2'), wait('a', 'a3'), wait('b', 'b1'), wait('c', 'c1')])
    expect(ran).toEqual(['a1', 'b1', 'c1', 'a2', 'a3'])
  })

  test('alternate between requests and results of subscriptions', async () => {
    const turns = new Turns()
    const ran: string[] = []
    const result = (name: string) => turns.result(name).then(() => ran.push(name))
    const request = (name: string) => turns.request(name).then(() => ran.push(name))
    await Promise.all([result('r1'), result('r2'), result('r3'), result('r4'), request('q1'), request('q2')])
    expect(ran).toEqual(['q1', 'r1', 'q2', 'r2', 'r3', 'r4'])
  })

  test('run several that are brief in one turn, after a request', async () => {
    vi.spyOn(performance, 'now').mockReturnValue(0)
    onTestFinished(() => void vi.restoreAllMocks())
    const turns = new Turns()
    const ran: string[] = []
    const brief = (name: string) => turns.brief(name).then(() => ran.push(name))
    const request = (name: string) => turns.request(name).then(() => ran.push(name))
    const isOver = new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    void Promise.all([brief('b1'), brief('b2'), brief('b3'), request('q1'), request('q2')])
    await isOver
    expect(ran).toEqual(['q1', 'b1', 'b2', 'b3'])
  })

  test('run no more that are brief in a turn that is long', async () => {
    const turns = new Turns()
    const ran: string[] = []
    const brief = async (name: string) => {
      await turns.brief(name)
      for (const end = performance.now() + 5; performance.now() < end;);
      ran.push(name)
    }
    const all = Promise.all([brief('b1'), brief('b2'), brief('b3')])
    const requested = turns.request('q1').then(() => ran.push('q1'))
    const later = turns.request('q2').then(() => ran.push('q2'))
    await Promise.all([all, requested, later])
    expect(ran.indexOf('q2')).toBeLessThan(ran.indexOf('b3'))
  })
})

test.each(['', 'gone: developments(filter: { disputes: ["gone"] }) { totalCount }'])(
  'a long operation lets others run between its root fields, and reads one state of the record (%#)',
  async (beside) => {
    await using app = await openApp({ recorded: [setting, [planned('event', event())]] })
    const others: Promise<unknown>[] = []
    onRead(app.store, 'actors', () => {
      if (others.length === 0) {
        others.push(app.ask('{ service { name } }'), app.record(planned('event', event({ event: 'ferry/later' }))))
      }
      for (const end = performance.now() + 60; performance.now() < end;);
    })
    let isDone = false
    const slow = Array.from({ length: 15 }, (_, at) => `a${at}: actors(first: ${at + 1}) { nodes { key } }`).join(' ')
    const count = 'developments(first: 1) { totalCount nodes { key } }'
    const asked = app.ask(`{ before: ${count} ${slow} ${beside} after: ${count.replace('1', '2')} }`)
    void asked.then(() => (isDone = true))
    await expect.poll(() => others.length).toBe(2)
    await Promise.all(others)
    expect(isDone).toBe(false)
    const { data } = (await asked).body
    expect(data).toMatchObject({ a14: { nodes: expect.any(Array) }, before: { totalCount: 1 } })
    expect(data?.['after']).toEqual(data?.['before'])
    expect((await app.ask(`{ ${count} }`)).body.data).toMatchObject({ developments: { totalCount: 2 } })
  },
)

describe('pipelined requests', () => {
  test('are answered in order', async () => {
    await using app = await openApp({ recorded: [setting] })
    const socket = await pipeline(app, 100)
    let received = ''
    for await (const chunk of socket) {
      received += String(chunk)
      if (received.includes('"a99"')) break
    }
    expect([...received.matchAll(/"data":\{"a(\d+)"/g)].map(([, number]) => Number(number))).toEqual(
      Array.from({ length: 100 }, (_, number) => number),
    )
  })

  test('are not executed once their connection is gone', async () => {
    await using app = await openApp({ recorded: [setting] })
    const before = app.store.reader.queriesRun
    const socket = await pipeline(app, 50)
    await once(socket, 'data')
    socket.destroy()
    await expect.poll(() => app.service.open.clients).toBe(0)
    const ran = app.store.reader.queriesRun
    await app.ask('{ __typename }')
    // One query and the head, for what ran before the client left.
    expect(ran - before).toBeLessThan(50)
    expect(app.store.reader.queriesRun - ran).toBeLessThan(5)
  })

  test('close the connection if more than a hundred wait', async () => {
    await using app = await openApp({ recorded: [setting] })
    const socket = await pipeline(app, 103)
    socket.resume()
    await once(socket, 'close')
    expect((await app.ask('{ __typename }')).status).toBe(200)
  })
})

/** Sends requests for different queries in one write. */
async function pipeline(app: App, count: number): Promise<Socket> {
  const socket = connect(Number(new URL(app.url).port), 'localhost')
  await once(socket, 'connect')
  socket.on('error', () => {})
  const requests = Array.from({ length: count }, (_, number) => {
    const body = JSON.stringify({ query: `{ a${number}: actor(key: "north") { key } }` })
    return `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  })
  socket.write(requests.join(''))
  return socket
}
