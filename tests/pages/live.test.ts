import { expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { openStore } from '../../src/store/open.ts'
import { bearer, openApp } from '../_support/app.ts'
import { useBrowser } from '../_support/browser.ts'
import { freePort, startServing } from '../_support/command.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { barriersOf } from '../_support/page-reading.ts'
import { temporaryFile } from '../_support/temporary-store.ts'

const open = useBrowser()

/** What the pages of these tests have in common. */
const PATH = '/'

const added = (key: string, headline = `Headline of ${key}`) => planned('event', event({ event: key, headline }))

test('a page counts what is recorded, and changes only when the reader asks for it', async () => {
  await using app = await openApp({ recorded: [setting] })
  await using visit = await open(app.url + PATH)
  const { page, faults } = visit
  await isLive(page)
  await observeMoves(page)
  const before = await page.locator('main').innerText()
  await app.record(added('ferry/one'), added('ferry/two'))
  await app.record(
    planned('event', event({ event: 'ferry/one', headline: 'Other' }), {
      kind: 'CORRECTED',
      revision: 2,
      note: 'Why.',
    }),
  )
  await app.record(
    planned('event', event({ event: 'ferry/two', headline: 'No' }), { kind: 'RETRACTED', revision: 2, note: 'Why.' }),
  )
  await app.record(added('ferry/three'))
  await expect.poll(() => page.locator('#news b').innerText()).toBe('2 new')
  expect(await page.title()).toMatch(/^\(2 new\) /)
  expect((await page.locator('main').innerText()).replace(/2 new\s*Show\s*/, '')).toBe(before)
  expect(await movesOf(page)).toBe(0)
  const asked = page.waitForRequest(app.url + PATH)
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  // A node that is behind answers once it has what was offered.
  expect((await asked).headers()['demarche-after']).toBe(encodeFeedCursor(app.store, app.store.head()))
  await expect.poll(() => page.locator('#news').innerText()).toMatch(/^Just in:\s/)
  expect(await page.locator('#news a').allInnerTexts()).toEqual(['Headline of ferry/three', 'Other'])
  await expect.poll(() => page.locator('main').innerText()).toContain('2 developments')
  expect(await page.title()).not.toContain('(')
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('news')
  // What the page shows already is not offered again, and what comes then is.
  await app.record(added('ferry/four'))
  await expect.poll(() => page.locator('#news b').innerText()).toBe('More: 1 new')
  expect(faults).toEqual([])
})

test('what came in and is listed on another page only is shown there with the same marks', async () => {
  await using app = await openApp({ recorded: [setting] })
  await using visit = await open(`${app.url}${PATH}?since=2024-01-01&by=reports`)
  const { page } = visit
  await isLive(page)
  await app.record(added('ferry/one'))
  await expect.poll(() => page.locator('#news b').innerText()).toBe('1 new')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await expect.poll(() => page.locator('#news').innerText()).toMatch(/^Just in:\s/)
  expect(await page.locator('#news a').getAttribute('href')).toBe('/developments/ferry/one?since=2024-01-01&by=reports')
})

test('a reader far down the page learns of news at the edge of the window, and nothing moves', async () => {
  await using app = await openApp({ recorded: [setting] })
  await app.record(...Array.from({ length: 60 }, (_, number) => added(`ferry/old-${number}`)))
  await using visit = await open(`${app.url}/disputes/ferry`, { viewport: { width: 360, height: 600 } })
  const { page, faults } = visit
  await isLive(page)
  const edge = page.locator('#news .edge')
  await page.evaluate(() => scrollTo({ top: 1_000, behavior: 'instant' }))
  await observeMoves(page)
  expect(await edge.isVisible()).toBe(false)
  await app.record(added('ferry/one'))
  await expect.poll(() => edge.isVisible()).toBe(true)
  expect([await edge.innerText(), await movesOf(page)]).toEqual(['1 new · Show', 0])
  expect(await edge.evaluate((button) => button.getBoundingClientRect().bottom <= innerHeight)).toBe(true)
  // At the top, the bar under the headline says the same.
  await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }))
  await expect.poll(() => edge.isVisible()).toBe(false)
  await page.evaluate(() => scrollTo({ top: 1_000, behavior: 'instant' }))
  await expect.poll(() => edge.isVisible()).toBe(true)
  await page.locator('#news button').first().focus()
  await expect.poll(() => edge.isVisible()).toBe(false)
  await page.evaluate(() => scrollTo({ top: 1_000, behavior: 'instant' }))
  await expect.poll(() => edge.isVisible()).toBe(true)
  await page.keyboard.press('Tab')
  await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toBe('edge')
  await page.keyboard.press('Enter')
  await expect.poll(() => page.locator('#news b').innerText()).toBe('Just in:')
  expect(await edge.isVisible()).toBe(false)
  expect(await page.evaluate(() => scrollY)).toBeGreaterThan(500)
  expect(faults).toEqual([])
})

test('what a reader has typed and opened stays, and stays in its place, when news are shown', async () => {
  await using app = await openApp({ recorded: [setting] })
  await app.record(...Array.from({ length: 60 }, (_, number) => added(`ferry/old-${number}`)))
  await using visit = await open(`${app.url}/disputes/ferry`, { viewport: { width: 1200, height: 750 } })
  const { page, faults } = visit
  await isLive(page)
  // Not every browser keeps what is read in its place by itself.
  await page.evaluate(() => (document.documentElement.style.overflowAnchor = 'none'))
  const field = page.locator('#f-text')
  const details = page.locator('#timeline details')
  await details.evaluate((element: HTMLDetailsElement) => (element.open = true))
  await field.fill('ferry')
  await field.evaluate((element) => element.scrollIntoView({ block: 'center', behavior: 'instant' }))
  const top = () => field.evaluate((element) => Math.round(element.getBoundingClientRect().top))
  const before = await top()
  for (const batch of [1, 2]) {
    await app.record(...Array.from({ length: 7 }, (_, number) => added(`ferry/new-${batch}-${number}`)))
    await page.locator('#news .edge', { hasText: '7 new' }).click()
    await expect.poll(() => page.locator('#news b').innerText()).toBe('Just in:')
    expect(Math.abs((await top()) - before)).toBeLessThanOrEqual(1)
    expect([await field.inputValue(), await details.evaluate((element: HTMLDetailsElement) => element.open)]).toEqual([
      'ferry',
      true,
    ])
  }
  expect(faults).toEqual([])
})

test('a page says in its line what it knows, and pauses and goes on without a loss', async () => {
  await using app = await openApp({ recorded: [setting] })
  await using visit = await open(app.url + PATH)
  const { page } = visit
  await isLive(page)
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect.poll(() => page.locator('.state').innerText()).toMatch(/^Paused\s+at \d\d:\d\d UTC\s+Go on$/)
  await expect.poll(() => app.service.open.followers).toBe(0)
  await app.record(added('ferry/one'))
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Go on')
  await page.keyboard.press('Enter')
  await expect.poll(() => page.locator('#news b').innerText()).toBe('1 new')
  await isLive(page)
})

test('an hour of changes at once stays within bounds', async () => {
  await using app = await openApp({ recorded: [setting] })
  await using visit = await open(app.url + PATH)
  const { page } = visit
  await isLive(page)
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect.poll(() => app.service.open.followers).toBe(0)
  const elements = await countElements(page)
  for (let batch = 0; batch < 6; batch++) {
    await app.record(...Array.from({ length: 500 }, (_, number) => added(`ferry/at-${batch}-${number}`)))
  }
  await page.getByRole('button', { name: 'Go on' }).click()
  await expect.poll(() => page.locator('#news b').innerText()).toBe('100+ changes')
  expect(await countElements(page)).toBeLessThanOrEqual(elements + 1)
  await isLive(page)
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await expect.poll(() => page.locator('#news a').count()).toBe(50)
  expect(await page.locator('#news summary').innerText()).toBe('45 more, and others that are not listed')
  await app.record(added('ferry/last'))
  await expect.poll(() => page.locator('#news b').innerText()).toBe('More: 1 new')
})

test.each(['light', 'dark'] as const)(
  'axe finds no barrier in any live state of a page, in the %s',
  async (colorScheme) => {
    await using app = await openApp({ recorded: [setting] })
    await using visit = await open(`${app.url}/disputes/ferry`, { colorScheme, viewport: { width: 360, height: 800 } })
    const { page, context } = visit
    await isLive(page)
    expect(await barriersOf(page)).toEqual([])
    await app.record(...Array.from({ length: 7 }, (_, number) => added(`ferry/event-${number}`)))
    await expect.poll(() => page.locator('#news b').innerText()).toBe('7 new')
    expect(await barriersOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    await expect.poll(() => page.locator('#news').innerText()).toMatch(/^Just in:/)
    expect(await barriersOf(page)).toEqual([])
    await app.record(added('ferry/more'))
    await expect.poll(() => page.locator('#news b').innerText()).toBe('More: 1 new')
    expect(await barriersOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Pause' }).click()
    await expect.poll(() => page.locator('.state').innerText()).toMatch(/^Paused/)
    expect(await barriersOf(page)).toEqual([])
    await context.setOffline(true)
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    await expect.poll(() => page.locator('#news b').innerText()).toBe('It did not load')
    expect(await barriersOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Go on' }).click()
    await expect.poll(() => page.locator('.state').innerText()).toMatch(/^(Reconnecting|Offline)/)
    expect(await barriersOf(page)).toEqual([])
  },
)

test('a reader who asks is told at once what came of it, and can try now while the page is offline', async () => {
  await using app = await openApp({ recorded: [setting] })
  await using visit = await open(app.url + PATH)
  const { page, context } = visit
  await isLive(page)
  await app.record(added('ferry/one'))
  await expect.poll(() => page.locator('#news b').innerText()).toBe('1 new')
  await page.getByRole('button', { name: 'Pause' }).click()
  await context.setOffline(true)
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await expect.poll(() => page.getByRole('status').innerText()).toBe('It did not load: the service does not answer.')
  expect(await page.locator('#news > p').innerText()).toMatch(/^It did not load\s+\(the service does not answer\)/)
  await page.getByRole('button', { name: 'Go on' }).click()
  await expect.poll(() => page.locator('.state').innerText()).toMatch(/^Offline/)
  const retry = page.getByRole('button', { name: 'Try now' })
  await retry.focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => page.locator('.state').innerText()).toMatch(/^Offline/)
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Try now')
  // The browser says by itself that the network is back: here it does not.
  await page.evaluate(() => addEventListener('online', (back) => back.stopImmediatePropagation(), true))
  await context.setOffline(false)
  await page.keyboard.press('Enter')
  await isLive(page)
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Pause')
})

test('seven tabs of one browser are live at once', async () => {
  await using app = await openApp({ recorded: [setting] })
  await using visit = await open(app.url + PATH)
  const tabs = [visit.page]
  while (tabs.length < 7) {
    const tab = await visit.context.newPage()
    await tab.goto(app.url + PATH)
    tabs.push(tab)
  }
  for (const tab of tabs) await isLive(tab)
  await app.record(added('ferry/one'))
  for (const tab of tabs) await expect.poll(() => tab.locator('#news b').innerText()).toBe('1 new')
})

test('where no socket can be opened, the page follows over an event stream', async () => {
  await using app = await openApp({ recorded: [setting] })
  await using visit = await open(`${app.url}/assets/icon.svg`)
  const { page } = visit
  await page.routeWebSocket(/graphql/, (socket) => socket.close())
  await page.goto(app.url + PATH)
  await isLive(page)
  await app.record(added('ferry/one'))
  await expect.poll(() => page.locator('#news b').innerText()).toBe('1 new')
})

test('a hidden page closes its connection after a minute, and has everything when it is shown again', async () => {
  await using app = await openApp({ recorded: [setting] })
  await using visit = await open(`${app.url}/assets/icon.svg`)
  const { page } = visit
  await page.clock.install()
  await page.goto(app.url + PATH)
  await page.clock.runFor(1_000)
  await expect.poll(() => app.service.open.followers).toBe(1)
  await hide(page, true)
  await page.clock.runFor(30_000)
  expect(app.service.open.followers).toBe(1)
  await page.clock.runFor(31_000)
  await expect.poll(() => app.service.open.followers).toBe(0)
  await app.record(added('ferry/one'))
  await hide(page, false)
  await page.clock.resume()
  await expect.poll(() => page.locator('#news b').innerText()).toBe('1 new')
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })))
  await expect.poll(() => app.service.open.followers).toBe(0)
  await app.record(added('ferry/two'))
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
  await expect.poll(() => page.locator('#news b').innerText()).toBe('2 new')
})

test('screen readers are told at most every half minute, of the last state', async () => {
  await using app = await openApp({ recorded: [setting] })
  await using visit = await open(`${app.url}/assets/icon.svg`)
  const { page } = visit
  const messages: string[] = []
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => messages.push(String(payload))))
  await page.clock.install()
  await page.goto(app.url + PATH)
  const status = page.getByRole('status')
  await expect.poll(() => app.service.open.followers).toBe(1)
  await expect.poll(async () => (await page.clock.runFor(300), status.innerText())).toMatch(/^Live\. Last change /)
  for (const key of ['ferry/one', 'ferry/two']) {
    await app.record(added(key))
    await expect.poll(async () => (await page.clock.runFor(300), page.locator('#news b').innerText())).not.toBe('')
  }
  await expect.poll(async () => (await page.clock.runFor(300), page.locator('#news b').innerText())).toBe('2 new')
  expect(await status.innerText()).toMatch(/^Live/)
  expect(await page.getByRole('status').count()).toBe(1)
  await page.clock.runFor(30_000)
  await expect.poll(() => status.innerText()).toBe('2 new. Show it under the headline.')
  // What they know is not said again.
  await status.evaluate((element) => {
    new MutationObserver(() => element.setAttribute('data-again', '')).observe(element, { childList: true })
  })
  await app.record(
    planned('event', event({ event: 'ferry/two', headline: 'O' }), { kind: 'CORRECTED', revision: 2, note: 'Why.' }),
  )
  await expect.poll(() => messages.at(-1)).toContain('"headline":"O"')
  await page.clock.runFor(300)
  await page.clock.runFor(30_000)
  expect(await status.innerText()).toBe('2 new. Show it under the headline.')
  expect(await status.getAttribute('data-again')).toBeNull()
})

test('a wall screen shows what comes by itself, but not while the reader has something in hand', async () => {
  await using app = await openApp({ recorded: [setting] })
  await using visit = await open(`${app.url}${PATH}?live=auto`)
  const { page } = visit
  await isLive(page)
  await app.record(added('ferry/one'))
  await expect.poll(() => page.locator('main').innerText()).toContain('1 development')
  await page.locator('main a').last().focus()
  await app.record(added('ferry/two'))
  await expect.poll(() => page.locator('#news b').innerText()).toBe('More: 1 new')
  expect(await page.locator('main').innerText()).toContain('1 development')
})

test('a store whose reading needs a token asks for one, and is live with it', async () => {
  await using app = await openApp({ recorded: [setting], config: { isPrivate: true } })
  const { authorization } = await bearer(app, 'READ')
  await using visit = await open(app.url + PATH)
  const { page } = visit
  await page.getByLabel('Token').fill('wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect.poll(() => page.locator('#token-problem').innerText()).toContain('does not know this token')
  await page.getByLabel('Token').fill(authorization)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await isLive(page)
  await app.record(added('ferry/one'))
  await expect.poll(() => page.locator('#news b').innerText()).toBe('1 new')
  await page.reload()
  await isLive(page)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect.poll(() => page.getByLabel('Token').isVisible()).toBe(true)
  await page.reload()
  await expect.poll(() => page.getByLabel('Token').isVisible()).toBe(true)
  await using stranger = await open(app.url + PATH)
  await expect.poll(() => stranger.page.getByLabel('Token').isVisible()).toBe(true)
})

test('where reading needs a token, a click on a file saves it, under the name that the service gives it', async () => {
  await using app = await openApp({ recorded: [setting], config: { isPrivate: true } })
  await app.record(added('ferry/one'))
  const { authorization } = await bearer(app, 'READ')
  await using visit = await open(app.url + PATH)
  const { page, faults } = visit
  await page.getByLabel('Token').fill(authorization)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await isLive(page)
  await page.goto(`${app.url}/disputes/ferry`)
  await isLive(page)
  const files = await page
    .locator('a')
    .evaluateAll((links) =>
      (links as HTMLAnchorElement[]).flatMap(({ origin, pathname, search }) =>
        origin === location.origin &&
        !/^\/(|graphql|search|(disputes|claims|actors|sources|developments)\/.*)$/.test(pathname)
          ? [pathname + search]
          : [],
      ),
    )
  expect([...new Set(files)].toSorted()).toEqual([
    '/export/demands.csv?disputes=ferry',
    '/export/developments.csv?disputes=ferry&order=NEWEST_FIRST',
    '/export/measures.csv?disputes=ferry',
    '/export/positions.csv?claimsOf=ferry',
    '/feed.atom?disputes=ferry',
    '/feed.json?disputes=ferry',
    '/schema.graphql',
  ])
  for (const path of new Set(files)) {
    const answer = await app.fetch(path, { headers: { authorization } })
    const named = /filename="(.+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1]
    expect(await saved(page, path)).toEqual({
      name: named ?? /([^/]+?)(\?|$)/.exec(path)?.[1],
      text: await answer.text(),
    })
  }
  expect(page.url()).toBe(`${app.url}/disputes/ferry`)
  await page.goto(`${app.url}/developments/ferry/one`)
  await isLive(page)
  const data = await app.fetch('/developments/ferry/one.json', { headers: { authorization } })
  expect(await saved(page, '/developments/ferry/one.json')).toEqual({ name: 'one.json', text: await data.text() })
  expect(faults).toEqual([])
})

test('a file that is opened in a tab of its own asks for a token, and is saved with it', async () => {
  await using app = await openApp({ recorded: [setting], config: { isPrivate: true } })
  await app.record(added('ferry/one'))
  const { authorization } = await bearer(app, 'READ')
  await using visit = await open(`${app.url}/export/developments.csv`)
  const { page } = visit
  await page.getByLabel('Token').fill('wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect.poll(() => page.locator('#token-problem').innerText()).toContain('does not know this token')
  await page.getByLabel('Token').fill(authorization)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Sign in' }).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/\.csv$/)
  const answer = await app.fetch('/export/developments.csv', { headers: { authorization } })
  expect(await readFile(await download.path(), 'utf8')).toBe(await answer.text())
  await expect.poll(() => page.getByRole('status').innerText()).toBe('The file is saved.')
})

test('a file that the service refuses leaves the reader on the page, with the reason', async () => {
  await using app = await openApp({ recorded: [setting], config: { isPrivate: true } })
  const { authorization } = await bearer(app, 'READ')
  await using visit = await open(app.url + PATH)
  const { page } = visit
  await page.getByLabel('Token').fill(authorization)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await isLive(page)
  const refused = page.getByRole('contentinfo').getByRole('link', { name: 'Atom' })
  await refused.evaluate((link) => link.setAttribute('href', '/feed.atom?nothing=1'))
  await refused.click()
  await expect.poll(() => page.getByRole('alert').innerText()).toContain('Parameter "nothing": It does not exist.')
  await page.route(/feed\.atom/, (route) => route.abort())
  await refused.click()
  await expect.poll(() => page.getByRole('alert').innerText()).toBe('The service does not answer.')
  expect(await page.getByRole('alert').count()).toBe(1)
  expect(page.url()).toBe(app.url + PATH)
})

test('a service that is killed and started again costs nothing: the page offers exactly what it missed', async () => {
  using place = temporaryFile()
  const store = await openStore({ file: place.file })
  await store.append({ batches: [setting], origin: 'IMPORT' })
  store.close()
  const port = await freePort()
  const serve = () => startServing(['--store', place.file, '--port', String(port)])
  const first = await serve()
  await using visit = await open(`http://localhost:${port}${PATH}`)
  const { page, faults } = visit
  await isLive(page)
  await observeMoves(page)
  first.child.kill('SIGKILL')
  await first.outcome
  const writer = fork(new URL('../_support/story-writer.ts', import.meta.url), [place.file, 'missed', '10'])
  await once(writer, 'exit')
  await expect
    .poll(() => page.locator('.state').innerText())
    .toMatch(/^(Reconnecting|Offline)\s+Complete to \d\d:\d\d UTC/)
  await using _ = await serve()
  await page.evaluate(() => dispatchEvent(new Event('online')))
  await expect.poll(() => page.locator('#news b').innerText()).toBe('10 new')
  await isLive(page)
  expect(await movesOf(page)).toBe(0)
  expect(faults).toEqual([])
})

test('a page whose record was replaced says so', async () => {
  using place = temporaryFile()
  const port = await freePort()
  const serveStore = () => startServing(['--store', place.file, '--port', String(port)])
  await using visit = await (async () => {
    await using _ = await serveStore()
    const visited = await open(`http://localhost:${port}${PATH}`)
    await isLive(visited.page)
    return visited
  })()
  using other = temporaryFile()
  await using _ = await startServing(['--store', other.file, '--port', String(port)])
  await visit.page.evaluate(() => dispatchEvent(new Event('online')))
  await expect
    .poll(() => visit.page.locator('.state').innerText())
    .toMatch(/^Ended\s+Record replaced, or restored from a copy\s+Reload$/)
  expect(await barriersOf(visit.page)).toEqual([])
  await visit.page.setViewportSize({ width: 320, height: 700 })
  expect(await visit.page.locator('.state').innerText()).toMatch(/^Ended\s+Record replaced\s+Reload$/)
})

async function isLive(page: Page): Promise<void> {
  await expect.poll(() => page.locator('.state').innerText()).toMatch(/^Live\s+Last change .*UTC\s+Pause$/)
}

/** What a click on the link to a file saves. */
async function saved(page: Page, path: string): Promise<{ readonly name: string; readonly text: string }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.locator(`a[href="${path}"]`).first().click(),
  ])
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') }
}

async function countElements(page: Page): Promise<number> {
  return page.evaluate(() => document.querySelectorAll('*').length)
}

/** Chromium without a window never hides a page. */
async function hide(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
    document.dispatchEvent(new Event('visibilitychange'))
  }, isHidden)
}

/** Keeps where everything stands, to find what has moved since. */
async function observeMoves(page: Page): Promise<void> {
  await page.evaluate(() => {
    const places = [...document.querySelectorAll('header *, main, main *, footer *')]
      .filter((element) => !element.closest('#news, .state'))
      .map((element) => [element, element.getBoundingClientRect()] as const)
    Object.assign(window, { places })
  })
}

/** How far the farthest of them has moved, in whole pixels. */
async function movesOf(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { places } = window as unknown as { places: [Element, DOMRect][] }
    const moves = places.map(([element, { x, y }]) => {
      const now = element.getBoundingClientRect()
      return element.isConnected ? Math.max(Math.abs(now.x - x), Math.abs(now.y - y)) : Infinity
    })
    const most = Math.max(...moves)
    return Math.floor(most)
  })
}
