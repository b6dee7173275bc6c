import type { Locator, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadDossiers } from '../../src/dossier/import/import.ts'
import { bearer, openApp, type App } from '../_support/app.ts'
import { goBackToKept, useBrowser } from '../_support/browser.ts'
import { settled } from '../_support/page-reading.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'

/** Browsers for tests do not keep pages for going back, as those of readers do. */
const open = useBrowser({ ignoreDefaultArgs: ['--disable-back-forward-cache'] })

let app: App

beforeAll(async () => {
  app = await openApp()
  await loadDossiers(app.store, ['dossiers'])
  return () => app[Symbol.asyncDispose]()
})

describe('by the keyboard alone', () => {
  test.each([
    ['/', 1200],
    ['/disputes/j2-8243', 1200],
    ['/disputes/j2-8243', 360],
    ['/disputes/j2-8243?since=2025-02-30', 1200],
    ['/developments/j2-8243/putin-acknowledges', 1200],
    ['/claims/j2-8243/russian-fire', 1200],
    ['/actors/russia', 1200],
    ['/sources/eurasianet-2025-10-11', 1200],
    ['/search?q=apology', 360],
    ['/nothing', 360],
  ])(
    'everything on %s at %i pixels is reached in the order of the page, in sight, with its focus shown',
    async (path, width) => {
      await using visit = await open(app.url + path, { viewport: { width, height: 800 } })
      const { page } = visit
      await settled(page)
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true
      })
      const all = await page.evaluate(numberControls)
      const reached: number[] = []
      const faults: string[] = []
      for (let index = 0; index < all; index++) {
        await page.keyboard.press('Tab')
        const { number, fault } = await page.evaluate(describeFocus)
        reached.push(number)
        if (fault !== null) faults.push(fault)
      }
      expect(faults).toEqual([])
      expect(reached).toEqual(Array.from({ length: all }, (_, index) => index))
    },
  )

  test('a search is made, a result is opened, and going back returns to the same place and focus', async () => {
    await using visit = await open(`${app.url}/`, { viewport: { width: 800, height: 500 } })
    const { page } = visit
    await settled(page)
    await tabTo(page, page.getByRole('searchbox', { name: 'Search all disputes' }))
    await page.keyboard.type('apology')
    await enter(page, `${app.url}/search?q=apology`)
    const results = page.locator('#found li > a')
    await tabTo(page, results.nth(4))
    const before = await focused(page)
    expect(before.y).toBeGreaterThan(0)
    await enter(page, `${app.url}/developments/**`)
    const evaluate = await goBackToKept(page)
    await expect.poll(() => evaluate(`(${readFocus.toString()})()`)).toEqual(before)
  })

  test('a filter is set, dropped, and details are opened', async () => {
    await using visit = await open(`${app.url}/disputes/j2-8243`)
    const { page } = visit
    await settled(page)
    await tabTo(page, page.locator('.look summary'))
    await page.keyboard.press('Space')
    await tabTo(page, page.getByLabel('As reported by'))
    await tabTo(page, page.locator('.filter').getByLabel('Kind'))
    await page.keyboard.type('Meas')
    await tabTo(page, page.locator('.filter').getByRole('button', { name: 'Find' }))
    await enter(page, `${app.url}/disputes/j2-8243?kinds=MEASURE&**`)
    await settled(page)
    await tabTo(page, page.getByRole('link', { name: /^Measure.*drop this condition$/ }))
    await enter(page, (url) => !url.search.includes('kinds'))
    expect(await page.locator('#timeline > .tools a', { hasText: 'drop this condition' }).count()).toBe(0)
  })

  test('what is new is shown, and the focus goes to it', async () => {
    await using mine = await openApp({ recorded: [setting] })
    await using visit = await open(`${mine.url}/disputes/ferry`)
    const { page } = visit
    await settled(page)
    await mine.record(planned('event', event({ event: 'ferry/one', headline: 'One more' })))
    await expect.poll(() => page.locator('#news b').innerText()).toBe('1 new')
    await tabTo(page, page.getByRole('button', { name: 'Show', exact: true }))
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator('#news').innerText()).toMatch(/^Just in:/)
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('news')
    await page.keyboard.press('Tab')
    expect((await focused(page)).text).toBe('One more')
    await page.keyboard.press('Enter')
    await expect.poll(() => new URL(page.url()).hash).toBe('#ferry/one')
  })

  test('a reader signs in, and out again', async () => {
    await using mine = await openApp({ recorded: [setting], config: { isPrivate: true } })
    const { authorization } = await bearer(mine, 'READ')
    await using visit = await open(`${mine.url}/disputes/ferry`)
    const { page } = visit
    await tabTo(page, page.getByLabel('Token'))
    await page.keyboard.type('wrong')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator('#token-problem').innerText()).toContain('does not know this token')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('token')
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type(authorization)
    await tabTo(page, page.getByRole('button', { name: 'Sign in' }))
    await page.keyboard.press('Space')
    await expect.poll(async () => (await focused(page)).text).toBe('The ferry')
    await tabTo(page, page.getByRole('button', { name: 'Sign out' }))
    await page.keyboard.press('Enter')
    await expect.poll(() => page.getByLabel('Token').isVisible()).toBe(true)
  })
})

/** Presses the tab key until the element has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 400; presses++) {
    await page.keyboard.press('Tab')
    if (await target.evaluate((element) => element === document.activeElement)) return
  }
  throw new Error(`the tab key does not reach ${target.toString()}`)
}

async function enter(page: Page, to: string | ((url: URL) => boolean)): Promise<void> {
  await Promise.all([page.waitForURL(to), page.keyboard.press('Enter')])
}

async function focused(page: Page): Promise<ReturnType<typeof readFocus>> {
  return page.evaluate(readFocus)
}

/** The text of what has the focus, and how far the page is scrolled. Runs in the page. */
function readFocus(): { readonly text: string; readonly y: number } {
  return { text: document.activeElement?.textContent ?? '', y: scrollY }
}

/** Numbers what a reader can operate in the order of the document. Returns how many there are. Runs in the page. */
function numberControls(): number {
  const isShown = (element: Element) => element.checkVisibility({ visibilityProperty: true })
  const controls = [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')].filter(
    (element) => isShown(element) && !element.matches('[type="hidden"], :disabled'),
  )
  for (const [index, element] of controls.entries()) element.setAttribute('data-stop', String(index))
  // A field for days is three stops, and a fourth for its calendar: the first of them counts.
  for (const field of document.querySelectorAll<HTMLInputElement>('input[type="date"]')) field.type = 'text'
  return controls.length
}

/** The number of what has the focus, and what is wrong with how that is shown. Runs in the page. */
function describeFocus(): { readonly number: number; readonly fault: string | null } {
  const element = document.activeElement ?? document.body
  const { outlineStyle, outlineWidth } = getComputedStyle(element)
  const rects = [...element.getClientRects()].filter(({ width, height }) => width > 0 && height > 0)
  const isSeen = rects.some(({ left, right, top, bottom }) => {
    const found = document.elementFromPoint((left + right) / 2, (top + bottom) / 2)
    return found !== null && (element.contains(found) || found.contains(element))
  })
  const isMarked = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2
  const number = Number(element.getAttribute('data-stop') ?? -1)
  const fault =
    isSeen && isMarked ? null : `${isSeen ? 'not marked' : 'not in sight'}: ${element.outerHTML.slice(0, 200)}`
  return { number, fault }
}
