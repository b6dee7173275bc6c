import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { Hosts } from '../../src/http/admission/hosts.ts'
import { openApp, type App } from '../_support/app.ts'
import { Socket } from '../_support/socket.ts'

const QUERY = '/graphql?query={__typename}'

describe('the Host header', () => {
  test.each([
    ['a loopback name', ['localhost', 'LOCALHOST:1', 'localhost.', '127.0.0.1:80', '[::1]', '[::1]:80'], 200],
    ['the public URL', ['record.example', 'Record.Example:8443'], 200],
    ['the configuration', ['demarche', 'demarche:4000', '10.0.0.7'], 200],
    ['nothing', ['evil.example', 'localhost.evil.example', '10.0.0.8', '[::2]', '127.0.0.1.nip.io'], 403],
  ])('is accepted if it is known from %s', async (_where, hosts, status) => {
    const config = { publicUrl: 'https://record.example/base', hosts: ['Demarche', '10.0.0.7'] }
    await using app = await openApp({ config })
    for (const host of hosts) expect([host, (await get(app, QUERY, host)).status]).toEqual([host, status])
  })

  test('is refused with what to configure, also for pages and WebSockets, and not for the health checks', async () => {
    await using app = await openApp()
    const { body } = await get(app, QUERY, 'evil.example:80')
    expect(JSON.parse(body)).toEqual({
      errors: [
        {
          message:
            'This service is not known by the name "evil.example". If it should be, start it with this name in DEMARCHE_HOSTS, or with DEMARCHE_PUBLIC_URL.',
          extensions: { code: 'HOST_REFUSED' },
        },
      ],
    })
    const page = await get(app, '/', 'evil.example', { accept: 'text/html' })
    expect([page.status, page.body]).toEqual([403, expect.stringContaining('<p>This service is not known by')])
    const socket = new Socket(app.url, { host: 'evil.example' })
    const [error] = (await once(socket.socket, 'error')) as [Error]
    expect(error.message).toContain('403')
    for (const path of ['/health/live', '/health/ready'])
      expect((await get(app, path, 'evil.example')).status).toBe(200)
  })

  test('is checked for cached responses too', async () => {
    await using app = await openApp()
    expect((await get(app, QUERY, 'localhost')).status).toBe(200)
    expect((await get(app, QUERY, 'evil.example')).status).toBe(403)
    for (const host of ['evil.example:99999', 'localhost, evil.example']) {
      expect((await get(app, QUERY, host)).status).toBe(400)
      const socket = new Socket(app.url, { host })
      const [error] = (await once(socket.socket, 'error')) as [Error]
      expect(error.message).toContain('400')
    }
  })

  test('is checked for paths that only begin like a health check', async () => {
    await using app = await openApp()
    for (const path of [`/health/..${QUERY}`, `/health/%2e%2e${QUERY}`, '/health/live/..'])
      expect([path, (await get(app, path, 'evil.example')).status]).toEqual([path, 403])
    expect((await get(app, '/health/live?from=probe', 'evil.example')).status).toBe(200)
  })

  test('is refused if there are two', async () => {
    await using app = await openApp()
    const twice = await raw(app, `GET ${QUERY} HTTP/1.1\r\nhost: localhost\r\nHost: localhost\r\n\r\n`)
    expect(twice).toMatch(/^HTTP\/1.1 400 [^]*two Host headers/)
    expect(await raw(app, `GET ${QUERY} HTTP/1.1\r\nhost: localhost\r\n\r\n`)).toMatch(/^HTTP\/1.1 200 /)
  })

  test('may be any address, and no other name, if the service listens on all addresses', () => {
    for (const [bound, isRefused] of [
      ['0.0.0.0', false],
      ['::', false],
      ['127.0.0.1', true],
      ['192.0.2.1', true],
    ] as const) {
      const hosts = new Hosts({ bound, publicUrl: 'http://localhost:4000', configured: [] })
      const refused = (host: string) => hosts.refusal({ headers: { host }, rawHeaders: ['Host', host] } as never)
      expect([bound, refused('192.0.2.7:4000') !== undefined]).toEqual([bound, isRefused])
      expect(refused('[2001:db8::1]:4000') !== undefined).toBe(isRefused)
      expect(refused('server.lan:4000')?.code).toBe('HOST_REFUSED')
      expect(refused(bound.includes(':') ? `[${bound}]` : bound)).toBeUndefined()
    }
  })

  test('may be anything if the configuration says so', () => {
    const { hosts: configured } = readConfig({ DEMARCHE_HOSTS: '*' }, {})
    const hosts = new Hosts({ bound: '127.0.0.1', publicUrl: 'http://localhost:4000', configured })
    expect(hosts.refusal({ headers: { host: 'any.example' }, rawHeaders: [] } as never)).toBeUndefined()
  })
})

test('an upgrade to anything but WebSocket is ignored', async () => {
  await using app = await openApp()
  const upgrading = (protocol: string) =>
    raw(app, `GET ${QUERY} HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: ${protocol}\r\n\r\n`)
  expect(await upgrading('h2c')).toMatch(/^HTTP\/1.1 200 [^]*__typename/)
  // The handshake lacks its key.
  expect(await upgrading('WebSocket')).toMatch(/^HTTP\/1.1 400 /)
})

function get(app: App, path: string, host: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const sent = request(`${app.url}${path}`, { headers: { host, ...headers } }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => (body += text))
      response.on('end', () => resolve({ status: response.statusCode, body }))
    })
    sent.on('error', reject).end()
  })
}

/** Sends bytes and returns what is received up to the end of a short response. */
async function raw(app: App, text: string): Promise<string> {
  const socket = connect(Number(new URL(app.url).port), 'localhost')
  socket.write(text)
  let received = ''
  for await (const chunk of socket) {
    received += String(chunk)
    const [head = '', body = ''] = received.split('\r\n\r\n')
    if (body.length >= Number(/content-length: (\d+)/i.exec(head)?.[1] ?? Infinity)) break
  }
  socket.destroy()
  return received
}
