import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { openApp, type App } from '../_support/app.ts'
import type { Config } from '../../src/config.ts'
import { openLog } from '../../src/log.ts'

type Line = Readonly<Record<string, unknown>>

/** A service with its log, and a function that waits for a number of lines and returns those so far. */
async function openLogged(
  level: Config['logLevel'] = 'info',
): Promise<{ app: App; lines: (count: number) => Promise<Line[]> }> {
  const written: Line[] = []
  let arrived = Promise.withResolvers<void>()
  const log = openLog(level, false, {
    write: (line) => {
      written.push(JSON.parse(line) as Line)
      arrived.resolve()
    },
    flush: () => {},
  })
  const app = await openApp({ log })
  const lines = async (count: number) => {
    while (written.length < count) {
      arrived = Promise.withResolvers()
      await arrived.promise
    }
    return written
  }
  return { app, lines }
}

const LINE = {
  level: 30,
  time: expect.any(Number),
  msg: 'request',
  requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  ms: expect.any(Number),
  bytes: expect.any(Number),
}

describe('the access log', () => {
  test('has one line for each request, without its query and variables', async () => {
    const { app, lines } = await openLogged()
    await using _ = app
    const query = 'query Find($key: Key!) { actor(key: $key) { name } secretAlias: __typename }'
    const first = await app.ask(query, { key: 'secret' })
    await app.ask(query, { key: 'secret' })
    const search = new URLSearchParams({ query: '{ secretAlias: __typename }' })
    await (await app.fetch(`/graphql?${search}`, { headers: { authorization: 'secret' } })).text()
    await (await app.fetch('/nowhere?secret=1')).text()
    const logged = await lines(4)
    const graphql = { ...LINE, path: '/graphql', status: 200 }
    expect(logged).toEqual([
      { ...graphql, method: 'POST', operation: 'Find', requestId: first.headers.get('x-request-id') },
      { ...graphql, method: 'POST', operation: 'Find' },
      { ...graphql, method: 'GET', status: 401 },
      { ...LINE, method: 'GET', path: '/nowhere', status: 404 },
    ])
    expect(JSON.stringify(logged)).not.toContain('secret')
    expect(logged[0]?.['bytes']).toBeGreaterThan(JSON.stringify(first.body).length)
  })

  test('counts the bytes of each response, even if all requests arrive before the first is answered', async () => {
    const { app, lines } = await openLogged()
    await using _ = app
    const socket = connect(Number(new URL(app.url).port), 'localhost')
    let received = 0
    socket.on('data', ({ length }: Buffer) => (received += length))
    socket.write('GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(3))
    const bytes = (await lines(3)).map((line) => Number(line['bytes']))
    expect([bytes.length, new Set(bytes).size]).toEqual([3, 1])
    await expect.poll(() => received).toBe(bytes.reduce((sum, each) => sum + each))
    socket.destroy()
  })

  test('cannot be forged by a path or by the name of an operation', async () => {
    const { app, lines } = await openLogged()
    await using _ = app
    const { port } = new URL(app.url)
    const socket = connect(Number(port), '127.0.0.1')
    socket.end('GET /a%1b[31m%0a"x"\\ HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
    await once(socket.resume(), 'close')
    await app.ask(`query ${'N'.repeat(200)} { __typename }`)
    const [path, name] = await lines(2)
    expect(path).toMatchObject({ path: '/a%1b[31m%0a"x"\\' })
    expect(name).toMatchObject({ operation: 'N'.repeat(100) })
  })

  test('shortens long paths', async () => {
    const { app, lines } = await openLogged()
    await using _ = app
    await (await app.fetch(`/${'a'.repeat(499)}`)).text()
    await (await app.fetch(`/${'a'.repeat(500)}`)).text()
    expect((await lines(2)).map(({ path }) => path)).toEqual([`/${'a'.repeat(499)}`, `/${'a'.repeat(499)}…`])
  })

  test('has a line for a stream when it ends', async () => {
    const { app, lines } = await openLogged()
    await using _ = app
    const stream = await app.stream('subscription Follow { feed { cursor } }')
    await app.fetch('/health/live')
    expect(await lines(1)).toMatchObject([{ path: '/health/live' }])
    stream.close()
    expect((await lines(2))[1]).toEqual({
      ...LINE,
      method: 'POST',
      path: '/graphql',
      status: 200,
      operation: 'Follow',
      aborted: true,
    })
  })

  test('has a line for a WebSocket when it opens, and one for each operation when it ends', async () => {
    const { app, lines } = await openLogged()
    await using _ = app
    await using socket = await app.socket()
    socket.subscribe('1', 'query One { __typename }')
    expect(await lines(2)).toHaveLength(2)
    socket.subscribe('2', 'query Two { nothing }')
    const [opened, one, two] = await lines(3)
    expect(opened).toEqual({
      level: 30,
      time: LINE.time,
      msg: 'request',
      requestId: LINE.requestId,
      method: 'GET',
      path: '/graphql',
      status: 101,
    })
    const operation = { ...LINE, requestId: opened?.['requestId'], method: 'WEBSOCKET', path: '/graphql' }
    expect(one).toEqual({ ...operation, status: 200, operation: 'One' })
    expect(two).toEqual({ ...operation, status: 400 })
  })

  test('has a line for what is refused before it is routed', async () => {
    const { app, lines } = await openLogged()
    await using _ = app
    const { port } = new URL(app.url)
    const send = async (text: string) => {
      const socket = connect(Number(port), '127.0.0.1')
      socket.end(text)
      await once(socket.resume(), 'close')
    }
    const upgrade = 'HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'
    await send(`GET /elsewhere ${upgrade}`)
    await send(`GET /graphql ${upgrade}`)
    await send('nonsense\r\n\r\n')
    expect(await lines(3)).toMatchObject([
      { path: '/elsewhere', status: 404 },
      { path: '/graphql', status: 400 },
      { status: 400 },
    ])
  })

  test('is silent above its level', async () => {
    const { app, lines } = await openLogged('warn')
    await using _ = app
    await app.ask('{ __typename }')
    expect(await lines(0)).toEqual([])
  })
})
