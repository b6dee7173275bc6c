import { expect, test } from 'vitest'
import { openApp } from '../_support/app.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { Socket } from '../_support/socket.ts'

const PATHS = [
  '/',
  '/graphql',
  '/graphql?query={__typename}',
  '/developments/ferry/sinking',
  '/developments/ferry/sinking.json',
  '/developments/gone',
  '/assets/icon.svg',
  '/assets/playground.js',
  '/favicon.ico',
  '/schema.graphql',
  '/schema.json',
  '/health/live',
  '/health/ready',
  '/gone',
]

test.each(PATHS)('%s has the security headers, as a page and as data', async (path) => {
  await using app = await openApp({ recorded: [setting, [planned('event', event())]] })
  for (const accept of ['text/html,application/xhtml+xml', 'application/json']) {
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'DELETE']) {
      const { headers } = await app.fetch(path, { method, headers: { accept } })
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; .*frame-ancestors 'none'$/)
      expect(headers.get('content-security-policy')).not.toContain('unsafe')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('same-origin')
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    }
  }
})

test('a WebSocket from a page of another site is refused before the upgrade', async () => {
  await using app = await openApp()
  await using foreign = new Socket(app.url, { origin: 'https://evil.example' })
  expect(await foreign.closed()).toMatchObject({ code: 1006 })
  await expect.poll(() => app.service.open.sockets).toBe(0)
  await using own = new Socket(app.url, { origin: app.url })
  own.socket.on('open', () => own.send({ type: 'connection_init' }))
  expect(await own.message()).toMatchObject({ type: 'connection_ack' })
})
