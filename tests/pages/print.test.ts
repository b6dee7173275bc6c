import { beforeAll, expect, test } from 'vitest'
import { loadDossiers } from '../../src/dossier/import/import.ts'
import { openApp, type App } from '../_support/app.ts'
import { useBrowser, type Visit } from '../_support/browser.ts'
import { settled } from '../_support/page-reading.ts'
import { event, planned } from '../_support/planned-changes.ts'

const source = 'eurasianet-2025-10-11'
const later = event({
  event: 'j2-8243/later',
  disputes: ['j2-8243'],
  citations: [{ source, credibility: 2, basis: 'own-reporting' }],
  figures: [],
  bearings: [],
})

/** Pixels of a sheet of paper (A4, 182 mm within its margins), and of a window that is a little wider. */
const WIDTHS = [688, 720, 794]

const open = useBrowser()

let app: App

beforeAll(async () => {
  app = await openApp()
  await loadDossiers(app.store, ['dossiers'])
  return () => app[Symbol.asyncDispose]()
})

async function print(path: string): Promise<Visit> {
  const visit = await open(app.url + path)
  await settled(visit.page)
  await visit.page.emulateMedia({ media: 'print' })
  return visit
}

test('paper is not live: it says as of when the record is, in the version that is printed', async () => {
  await using visit = await print('/disputes/j2-8243')
  const { page } = visit
  const line = page.locator('.state')
  const said = await line.innerText()
  expect(said).toMatch(/^Record as of \d+ \w+ \d{4}, \d\d:\d\d UTC$/)
  const shown = await line.locator('time').getAttribute('datetime')
  await app.record(planned('event', later))
  await expect.poll(() => page.title()).toMatch(/^\(1 new\)/)
  expect(await line.locator('time').getAttribute('datetime')).toBe(shown)
  expect(await page.locator('#news').isVisible()).toBe(false)
  await page.emulateMedia({ media: 'screen' })
  expect(await line.innerText()).toMatch(/^Live\s+Last change .*UTC\s+Pause$/)
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await expect.poll(() => page.locator('#news').innerText()).toMatch(/^Just in:/)
  await page.emulateMedia({ media: 'print' })
  expect(Date.parse((await line.locator('time').getAttribute('datetime')) ?? '')).toBeGreaterThan(
    Date.parse(shown ?? ''),
  )
})

test('the reports of the story have their names on paper, each beside the others', async () => {
  await using visit = await print('/disputes/j2-8243')
  const { page } = visit
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 1000 })
    const labels = await page.locator('#story .rt').evaluateAll((texts) =>
      texts.map((text) => {
        const { left, right, top, bottom } = text.getBoundingClientRect()
        return { words: text.textContent, left, right, top, bottom }
      }),
    )
    expect(labels.filter(({ left, right }) => left < 0 || right > width || right === left)).toEqual([])
    const overlaps = labels.flatMap((a, index) =>
      labels
        .slice(index + 1)
        .filter((b) => a.left < b.right && b.left < a.right && a.top + 3 < b.bottom && b.top + 3 < a.bottom)
        .map((b) => [width, a.words, b.words]),
    )
    expect(overlaps).toEqual([])
    expect(labels.map(({ words }) => words)).toContain('Eurasianet')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
  }
})

test.each([
  '/',
  '/disputes/j2-8243',
  '/disputes/j2-8243?kinds=MEASURE',
  '/developments/j2-8243/putin-acknowledges',
  '/claims/j2-8243/russian-fire',
  '/actors/russia',
  '/sources/eurasianet-2025-10-11',
  '/search?q=apology',
])('on paper, %s has no controls, its details are open and its chips are outlined', async (path) => {
  await using visit = await open(app.url + path)
  const { page } = visit
  await page.emulateMedia({ media: 'print' })
  const seen = await page.evaluate(() => {
    const visible = (element: Element) => element.checkVisibility({ contentVisibilityAuto: true })
    const all = (selector: string) => [...document.querySelectorAll(selector)]
    return {
      controls: all('button, input, select, a[href^="/graphql?"], a[href^="/export/"]')
        .filter(visible)
        .map(({ outerHTML }) => outerHTML),
      shut: all('main details:not(form *) > :not(summary)')
        .filter((element) => !visible(element))
        .map(({ outerHTML }) => outerHTML.slice(0, 200)),
      filled: all('.st, .shift, .new')
        .filter((chip) => visible(chip) && getComputedStyle(chip).backgroundColor !== 'rgba(0, 0, 0, 0)')
        .map(({ outerHTML }) => outerHTML),
    }
  })
  expect(seen).toEqual({ controls: [], shut: [], filled: [] })
})

test.each([
  ['/search?q=apology&kinds=STATEMENT', /^Only\s+“apology”\s*Statement$/],
  ['/disputes/j2-8243?kinds=MEASURE', /^Only\s+Measure$/],
])('on paper, %s says what was asked for', async (path, words) => {
  await using visit = await open(app.url + path)
  const { page } = visit
  await page.emulateMedia({ media: 'print' })
  expect(await page.locator('.only').innerText()).toMatch(words)
})

test('on paper, a long day of the timeline goes on over pages, beside its date', async () => {
  await using visit = await print('/disputes/j2-8243')
  const { page } = visit
  await page.setViewportSize({ width: 688, height: 1000 })
  const days = await page.locator('.tl section').evaluateAll((sections) =>
    sections.map((section) => {
      const [heading, strip, list] = [...section.children].map((child) => child.getBoundingClientRect())
      const { overflow } = getComputedStyle(section.children[2] ?? section)
      return heading && strip && list && { heading, strip, list, overflow }
    }),
  )
  expect(days.length).toBeGreaterThan(10)
  // A grid, or a drawing of the height of its day, would be moved to the next page as a whole.
  for (const day of days) {
    // A box that is kept clear of a float goes on at the edge of the next page, and is cut off there.
    expect(day?.overflow).toBe('visible')
    expect(day?.strip.height).toBeLessThan(40)
    expect(day?.heading.right).toBeLessThanOrEqual(day?.strip.left ?? 0)
    expect(day?.strip.right).toBeLessThanOrEqual(day?.list.left ?? 0)
    expect(day?.list.top).toBeCloseTo(day?.heading.top ?? 0, 0)
  }
})

test('what is folded on screen is printed under one heading', async () => {
  await using visit = await print('/developments/j2-8243/state-aligned-praise')
  const text = await visit.page.locator('#record').innerText()
  expect(text.match(/Revisions/g)).toHaveLength(1)
  expect(text).toContain('Recorded on')
})
