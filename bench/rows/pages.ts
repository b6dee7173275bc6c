import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { importDossiers } from '../../src/dossier/import/import.ts'
import type { Page } from '../../src/http/pages/page.ts'
import { PAGES } from '../../src/http/pages/pages.ts'
import { openStore } from '../../src/store/open.ts'
import { alternate } from '../comparison.ts'
import type { Operation } from '../load/connection.ts'
import { Service } from '../load/service.ts'
import { uncached } from '../operations.ts'
import type { Bench, Finding, Row } from '../row.ts'
import { Survey } from '../survey.ts'

const ROUNDS = 15
const BUNDLED = 'dossiers/j2-8243.yaml'
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/** The pages of a dispute, never requested before, compared with the queries that they ask, sent over HTTP. */
export const pages: Row = { name: 'pages', measure }

async function measure({ rows, stores, effort }: Bench): Promise<Finding[]> {
  const filled = await stores.filled(rows)
  const bundled = `${filled}.pages`
  const store = await openStore({ file: bundled })
  await importDossiers(store, { files: [BUNDLED] })
  store.close()
  const findings: Finding[] = []
  for (const [record, file] of [
    ['the bundled record', bundled],
    [`${rows} developments`, filled],
  ] as const) {
    using survey = new Survey(file)
    const [dispute = ''] = survey.column<string>('select key from disputes order by id limit 1')
    const [development = ''] = survey.column<string>('select key from developments order by id desc limit 1')
    await using service = await Service.start(file)
    for (const page of PAGES) {
      const key = { '/disputes/*': dispute, '/developments/*': development }[page.path]
      if (key === undefined) continue
      const path = page.path.replace('*', key)
      findings.push(await comparePage(service, { page, key, path, record, rounds: effort.rounds(ROUNDS) }))
    }
  }
  return findings
}

interface Compared {
  readonly page: Page
  readonly key: string
  readonly path: string
  readonly record: string
  readonly rounds: number
}

async function comparePage(service: Service, { page, key, path, record, rounds }: Compared): Promise<Finding> {
  using connection = await service.connect()
  const operations = await operationsOf(page, {
    key,
    url: new URL(path, service.url),
    send: (one) => connection.send(one),
  })
  let count = 0
  let html = ''
  const load = async () => {
    html = await (
      await fetch(new URL(`${path}?uncached=${++count}`, service.url), { headers: { accept: 'text/html' } })
    ).text()
  }
  const ask = async () => {
    for (const operation of operations) await connection.send(uncached(operation))
  }
  const compared = await alternate({ rounds, a: () => timeOf(load), b: () => timeOf(ask) })
  const seen = await seenIn(new URL(path, service.url))
  return {
    what: `page ${page.path} of ${record}, to the last byte`,
    comparedWith: `its ${operations.length} queries over HTTP`,
    ratio: compared.ratio,
    detail: `${compared.a.toFixed(1)} ms and ${compared.b.toFixed(1)} ms; ${(html.length / 1_000).toFixed(0)} kB, ${(gzipSync(html).length / 1_000).toFixed(1)} compressed; ${seen}`,
  }
}

/** Lets the page ask over HTTP, and keeps what it asked. */
async function operationsOf(
  page: Page,
  { key, url, send }: { key: string; url: URL; send: (operation: Operation) => Promise<Buffer> },
): Promise<readonly Operation[]> {
  const operations: Operation[] = []
  const ask = async (query: string, variables: Operation['variables'] = {}) => {
    operations.push({ query, variables })
    return (JSON.parse((await send({ query, variables })).toString()) as { data: unknown }).data
  }
  const reading = { ask, isTimeDependent: () => true }
  const site = { store: {}, executor: { read: () => reading }, publicUrl: url.origin }
  const context = { env: { outgoing: {}, headers: {} }, req: { url: url.href } }
  // The page uses no more of them.
  await page.serve(site as never, context as never, key)
  return operations
}

async function timeOf(run: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await run()
  return performance.now() - start
}

/** What a browser does for the page: requests, how far its content shifts, and how long tasks block it beyond 50 ms each. */
async function seenIn(url: URL): Promise<string> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const page = await browser.newPage({ viewport: { width: 360, height: 800 } })
    let requests = 0
    page.on('request', () => requests++)
    await page.goto(url.href)
    await page.locator('main').waitFor()
    await page.waitForLoadState('load')
    const { shift, blocked } = await page.evaluate(MEASURE)
    return `${requests} requests, shift ${shift.toFixed(3)}, blocked ${blocked.toFixed(0)} ms`
  } finally {
    await browser.close()
  }
}

/** Runs in the page. */
const MEASURE = `new Promise((resolve) => {
  const seen = { shift: 0, blocked: 0 }
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.shift += entry.value
  }).observe({ type: 'layout-shift', buffered: true })
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.blocked += Math.max(0, duration - 50)
  }).observe({ type: 'longtask', buffered: true })
  setTimeout(() => resolve(seen), 500)
})` as unknown as () => Promise<{ readonly shift: number; readonly blocked: number }>
