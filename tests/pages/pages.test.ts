import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { loadDossiers } from '../../src/dossier/import/import.ts'
import { StoreError } from '../../src/model/errors.ts'
import { redactRecord } from '../../src/store/open.ts'
import { openApp, type App } from '../_support/app.ts'
import { useBrowser, type Visit } from '../_support/browser.ts'
import { RAN, writeMadeDispute, MADE_DISPUTES } from '../_support/made-disputes.ts'
import { barriersOf, settled, wordsOf } from '../_support/page-reading.ts'
import { event, planned, setting, statement } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'

const { limits: LIMITS } = readConfig({}, {})

/** Bytes, compressed. */
const BUDGET = { html: 30_000, css: 8_000, script: 10_000 }

/** A browser may paint a line before it has read its last word: a word may then still move to the next line. 0.1 counts as good. */
const UNSEEN_SHIFT = 0.001

/** The pages of the bundled record and of the made disputes, each in the states that it has. */
const PAGES: readonly (readonly [name: string, path: string, status?: number, service?: keyof typeof services])[] = [
  ['index', '/'],
  ['index at a time, with marks', '/?since=2025-07-01&reported=2025-07-15'],
  ['dispute', '/disputes/j2-8243'],
  ['dispute with marks of what is new', '/disputes/j2-8243?since=2025-08-01'],
  ['dispute on a day', '/disputes/j2-8243?on=2025-08-01'],
  ['dispute as reported by a day', '/disputes/j2-8243?reported=2025-08-01'],
  ['dispute filtered to nothing', '/disputes/j2-8243?text=nothingatall'],
  ['dispute with a condition that cannot be read', '/disputes/j2-8243?since=2025-02-30', 400],
  ['dispute of five states', '/disputes/five-states'],
  ['dispute of two developments', '/disputes/two-developments'],
  ['dispute of a silent party', '/disputes/one-party'],
  ['hostile dispute', '/disputes/hostile'],
  ['development', '/developments/j2-8243/putin-acknowledges'],
  ['development as it was recorded', '/developments/j2-8243/putin-acknowledges?known=2999-01-01T00:00:00Z'],
  ['development at a time, with marks', '/developments/j2-8243/crash?since=2025-02-01&reported=2025-03-01'],
  ['development of a later time', '/developments/j2-8243/putin-acknowledges?reported=2025-08-01'],
  ['development with figures that disagree', '/developments/j2-8243/crash'],
  ['measure', '/developments/j2-8243/sputnik-staff-detained'],
  ['hostile development', '/developments/hostile/event-1'],
  ['claim', '/claims/j2-8243/russian-fire'],
  ['claim of five states', '/claims/five-states/claim-1-1'],
  ['actor', '/actors/russia'],
  ['actor at a time, with marks', '/actors/russia?since=2025-07-01&reported=2025-08-01'],
  ['actor of the largest dispute', '/actors/five-states/state-1'],
  ['source', '/sources/eurasianet-2025-10-11'],
  ['source at a time, with marks', '/sources/eurasianet-2025-10-11?since=2025-10-01&on=2025-10-10'],
  ['source that had not appeared', '/sources/eurasianet-2025-10-11?reported=2025-02-01&known=yesterday', 400],
  ['list of claims', '/claims?dispute=five-states'],
  ['list of documents', '/sources?dispute=five-states'],
  ['list of demands', '/demands?dispute=five-states'],
  ['search', '/search?q=apology'],
  ['search at a time, with marks', '/search?q=crash&since=2025-07-01&on=2025-10-01'],
  ['search without matches', '/search?q=zzzz&kinds=EVENT'],
  ['search with a condition that cannot be read', '/search?q=apology&from=2025-02-30', 400],
  ['retracted development', '/developments/ferry/accusation'],
  ['redacted development', '/developments/ferry/sinking'],
  ['dispute with a retracted and a redacted development', '/disputes/ferry'],
  ['unknown development', '/developments/j2-8243/putin-acknowledge', 404],
  ['unknown address', '/nothing', 404],
  ['record that needs a token', '/disputes/ferry', 401, 'closed'],
  ['file that needs a token', '/export/developments.csv', 401, 'closed'],
  ['one request too many', '/export/developments.csv', 429],
  ['store that is busy', '/', 503, 'busy'],
]

/** The lines of details that are shut. */
const SHUT = 'details:not([open]) > summary'

/** The dark style sheet differs in its colours only: what does not depend on these is found in the light. */
const RULES = {
  shut: { rules: { 'color-contrast': { enabled: false } } },
  dark: { runOnly: ['cat.color'] },
}

const open = useBrowser()

/** The record and the made disputes; a service that needs a token to read; and one whose store cannot be read now. */
const services: { record?: App; closed?: App; busy?: App } = {}

let app: App

beforeAll(async () => {
  using place = temporaryFile()
  const made = (Object.keys(MADE_DISPUTES) as (keyof typeof MADE_DISPUTES)[]).map((key) =>
    // its own keys
    writeMadeDispute(key, place.folder),
  )
  services.record = app = await openApp({ config: { limits: { ...LIMITS, exportsPerClient: 0 } } })
  await loadDossiers(app.store, ['dossiers', ...made])
  await app.record(...setting, planned('event', event()), planned('statement', statement()))
  await app.record(planned('statement', statement(), { kind: 'RETRACTED', revision: 2, note: 'It was another ferry.' }))
  await redactRecord(app.file, { key: 'ferry/sinking', reason: 'Order of a court.' })
  services.closed = await openApp({ recorded: [setting], config: { isPrivate: true } })
  const { store } = (services.busy = await openApp())
  vi.spyOn(store, 'head').mockImplementation(() => {
    throw new StoreError('STORE_BUSY', 'other processes keep writing; try again', { file: store.file })
  })
  return async () => {
    vi.restoreAllMocks()
    for (const service of Object.values(services)) await service[Symbol.asyncDispose]()
  }
})

describe.each(
  PAGES.map(([name, path, status = 200, service = 'record' as const]) => [name, path, status, service] as const),
)('the page: %s', (_, path, status, service) => {
  let visit: Visit
  let plain: Visit

  beforeAll(async () => {
    const { url = '' } = services[service] ?? {}
    visit = await open(url + path, { colorScheme: 'light', viewport: { width: 320, height: 700 } })
    plain = await open(url + path, { javaScriptEnabled: false })
    return async () => {
      for (const one of [visit, plain]) await one[Symbol.asyncDispose]()
    }
  })

  test('does not shift while it loads at 320 pixels, and never scrolls sideways from there up', async () => {
    const { page } = visit
    await settled(page)
    expect(await shiftsOf(page)).toBeLessThan(UNSEEN_SHIFT)
    await openDetails(page)
    for (const width of [320, 360, 703, 704, 991, 992, 1200]) {
      await page.setViewportSize({ width, height: 700 })
      expect([width, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([width, width])
      expect([width, await page.evaluate(findCut)]).toEqual([width, []])
    }
  })

  test.each([360, 1200])(
    'does not shift while it loads at %i pixels, and has no barrier that axe finds, light, dark, with its details shut and open',
    async (width) => {
      const { page, faults } = visit
      await page.setViewportSize({ width, height: 800 })
      await page.reload()
      await settled(page)
      expect(await shiftsOf(page)).toBeLessThan(UNSEEN_SHIFT)
      // What is seen while they are shut is seen while they are open, too, and in the same colours, but for where their own lines stand.
      const shut = (await page.locator(SHUT).count()) > 0 ? await barriersOf(page, RULES.shut, SHUT) : []
      await openDetails(page)
      const light = await barriersOf(page)
      await page.emulateMedia({ colorScheme: 'dark' })
      const dark = await barriersOf(page, RULES.dark)
      await page.emulateMedia({ colorScheme: 'light' })
      expect({ shut, light, dark }).toEqual({ shut: [], light: [], dark: [] })
      expect(faults).toEqual([])
    },
  )

  test('says the same without scripts, in two requests, within its size', async () => {
    const { page, requests, response } = plain
    expect(response?.status()).toBe(status)
    // A browser asks for the icon when it likes.
    expect(requests.filter((one) => one !== '/assets/icon.svg')).toEqual([path, '/assets/page.css'])
    expect(gzipSync((await response?.body()) ?? '').length).toBeLessThan(BUDGET.html)
    expect(await wordsOf(visit.page)).toBe(await wordsOf(page))
    expect(await page.evaluate(readOutline)).toEqual({
      language: 'en',
      title: expect.stringMatching(/^(?:.+ · )?Demarche$/),
      landmarks: ['header', 'main', 'footer'],
      headlines: 1,
      unnamed: [],
    })
  })
})

test.each([360, 1200])(
  'axe finds no barrier in the form to sign in at %i pixels, also with a wrong token, light and dark',
  async (width) => {
    const { url = '' } = services.closed ?? {}
    await using visit = await open(url, { colorScheme: 'light', viewport: { width, height: 800 } })
    const { page } = visit
    await page.getByLabel('Token').fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.locator('#token-problem').waitFor()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await barriersOf(page)).toEqual([])
    }
    await page.setViewportSize({ width: 320, height: 700 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
  },
)

test('the style sheet and the script are within their sizes', async () => {
  for (const [name, most] of [
    ['page.css', BUDGET.css],
    ['page.js', BUDGET.script],
  ] as const) {
    const text = await (await app.fetch(`/assets/${name}`)).text()
    expect(gzipSync(text).length).toBeLessThan(most)
  }
})

test.each([
  '/disputes/hostile',
  '/developments/hostile/event-1',
  '/developments/hostile/statement-3',
  '/developments/hostile/measure',
])('the hostile texts of %s add no element and run nothing', async (path) => {
  await using hostile = await open(app.url + path)
  await using harmless = await open(app.url + path.replace('hostile', 'harmless'))
  for (const { page } of [hostile, harmless]) await settled(page)
  expect(await skeletonOf(hostile.page)).toBe(await skeletonOf(harmless.page))
  await openDetails(hostile.page)
  await hostile.page.mouse.move(200, 200)
  expect(await hostile.page.evaluate((name) => name in window, RAN)).toBe(false)
  expect(await undirectedTexts(hostile.page)).toEqual([])
  expect(
    await hostile.page.locator('a').evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).protocol)),
  ).not.toContain('javascript:')
  expect(hostile.faults).toEqual([])
})

test.each(['/', '/disputes/j2-8243?since=2025-08-01', '/developments/j2-8243/putin-acknowledges', '/search?q=apology'])(
  'in forced colours, no text of %s has the colour of the ground that it gets',
  async (path) => {
    await using visit = await open(app.url + path, { forcedColors: 'active' })
    await settled(visit.page)
    await openDetails(visit.page)
    const unseen = await visit.page.evaluate(() => {
      const ground = getComputedStyle(document.body).backgroundColor
      const hasText = ({ childNodes }: Element) =>
        [...childNodes].some((node) => node.nodeType === 3 && node.nodeValue?.trim())
      return [...document.querySelectorAll('body *')]
        .filter((element) => hasText(element) && element.checkVisibility() && !element.closest('script, svg'))
        .filter((element) => getComputedStyle(element).color === ground)
        .map(({ outerHTML }) => outerHTML.slice(0, 120))
    })
    expect(unseen).toEqual([])
  },
)

/** What a screen reader offers to move by: the language, the title, and the landmarks in their order. Runs in the page. */
function readOutline() {
  const landmarks = [...document.querySelectorAll('body > :is(header, main, nav, aside, footer)')]
  // More than one of these has to say which it is.
  const regions = [...document.querySelectorAll('nav, aside, [role="search"]')]
  return {
    language: document.documentElement.lang,
    title: document.title,
    landmarks: landmarks.map(({ localName }) => localName),
    headlines: document.querySelectorAll('main h1').length,
    unnamed: regions.filter((region) => !region.ariaLabel).map(({ outerHTML }) => outerHTML.slice(0, 100)),
  }
}

/** Labels of charts that the edge of the window cuts off, and short dates in two lines that have room in one. Runs in the page. */
function findCut(): string[] {
  const cut = [...document.querySelectorAll('svg text')].filter((label) => {
    const { left, right, width } = label.getBoundingClientRect()
    return width > 0 && (left < 0 || right > innerWidth)
  })
  const broken = [...document.querySelectorAll<HTMLElement>('.d:not(.phases .d)')].filter((date) => {
    let around = date.parentElement
    while (around && getComputedStyle(around).display.startsWith('inline')) around = around.parentElement
    const { paddingLeft, paddingRight } = getComputedStyle(around ?? date)
    // A table makes a column wider for what cannot be broken.
    const room = (around?.clientWidth ?? 0) - parseFloat(paddingLeft) - parseFloat(paddingRight)
    const before = date.getBoundingClientRect()
    date.style.whiteSpace = 'nowrap'
    const { height, width } = date.getBoundingClientRect()
    date.style.whiteSpace = ''
    return before.height > height && width <= room
  })
  return [...cut, ...broken].map(({ textContent }) => textContent ?? '')
}

async function openDetails(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true
  })
}

async function shiftsOf(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0
        const observer = new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { value: number }).value
        })
        observer.observe({ type: 'layout-shift', buffered: true })
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)))
      }),
  )
}

/** The elements of the content as nested names. */
async function skeletonOf(page: Page): Promise<string> {
  return page.locator('main').evaluate((main) => {
    const nested = (element: Element): string =>
      `${element.localName}${element.getAttributeNames().toSorted().join(',')}(${[...element.children].map(nested).join(' ')})`
    return nested(main)
  })
}

/** Text of the record that would change the order of the text around it. A text of SVG is a paragraph of its own. */
async function undirectedTexts(page: Page): Promise<string[]> {
  return page.locator('main').evaluate((main) => {
    const found: string[] = []
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent ?? ''
      const isForeign = /[\u0590-\u06FF\u202A-\u202E\u2066-\u2069]/.test(text)
      if (isForeign && !node.parentElement?.closest('[dir="auto"], svg'))
        found.push(`${node.parentElement?.outerHTML.slice(0, 160)}`)
    }
    return found
  })
}
