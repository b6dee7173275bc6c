import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium } from 'playwright-core'
import { expect, test } from 'vitest'
import { openStore } from '../../src/store/open.ts'
import { freePort, startServing } from '../_support/command.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'

const CHROMIUM = '/usr/bin/chromium'
const DASHBOARD = new URL('../../examples/dashboard.html', import.meta.url)

/** Serves the dashboard on an origin of its own. */
async function serveDashboard() {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(readFileSync(DASHBOARD))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

test('the example of a dashboard shows each development once, as it comes and through a restart', async () => {
  if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} does not exist. Install it with: apt-get install chromium`)
  using place = temporaryFile()
  const store = await openStore({ file: place.file })
  await store.append({ batches: [setting], origin: 'IMPORT' })
  const record = (...names: readonly string[]) =>
    store.append({
      batches: [names.map((name) => planned('event', event({ event: `ferry/${name}` })))],
      origin: 'API',
    })
  await record('old')
  await using page = await serveDashboard()
  const port = await freePort()
  const serve = () =>
    startServing(['--store', place.file, '--port', String(port)], { env: { DEMARCHE_ORIGINS: page.origin } })
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  try {
    const view = await browser.newPage()
    const shows = (...keys: readonly string[]) =>
      view.waitForFunction(
        (expected) =>
          [...document.querySelectorAll<HTMLElement>('#developments li')].map((item) => item.dataset['key']).join() ===
          expected,
        keys.map((key) => `ferry/${key}`).join(),
        { timeout: 60_000 },
      )
    {
      await using serving = await serve()
      await view.goto(`${page.origin}/?service=http://127.0.0.1:${port}&dispute=ferry`)
      await shows('old')
      await record('first', '2')
      await shows('2', 'first', 'old')
      serving.child.kill('SIGKILL')
      await serving.outcome
    }
    await record('meanwhile')
    await using _ = await serve()
    await record('last')
    await shows('last', 'meanwhile', '2', 'first', 'old')
    await expect.poll(() => view.textContent('#state')).toBe('Live.')
  } finally {
    await browser.close()
    store.close()
  }
})
