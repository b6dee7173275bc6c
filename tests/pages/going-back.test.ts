import { expect, test } from 'vitest'
import { openApp } from '../_support/app.ts'
import { goBackToKept, useBrowser } from '../_support/browser.ts'
import { settled } from '../_support/page-reading.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'

/** Browsers for tests do not keep pages for going back, as those of readers do. */
const open = useBrowser({ ignoreDefaultArgs: ['--disable-back-forward-cache'] })

const added = (key: string) => planned('event', event({ event: `ferry/${key}`, headline: `Headline of ${key}` }))

test.each(['/', '/disputes/ferry'])(
  'a reader who comes back to %s finds the page as it was, and everything since',
  async (path) => {
    await using app = await openApp({ recorded: [setting] })
    await using visit = await open(app.url + path)
    const { page, faults } = visit
    await settled(page)
    await page.evaluate(() => {
      addEventListener('pageshow', ({ persisted }) => Object.assign(window, { persisted }))
    })
    await app.record(added('before'))
    await expect.poll(() => page.locator('#news b').innerText()).toBe('1 new')
    await page.goto(`${app.url}/search`)
    await expect.poll(() => app.service.open.followers).toBe(0)
    await app.record(added('meanwhile'))
    const evaluate = await goBackToKept(page)
    const news = () => evaluate(`document.querySelector('#news b')?.innerText`)
    // The window is the same one: it has what was set on it.
    await expect.poll(() => evaluate('window.persisted')).toBe(true)
    await expect.poll(news).toBe('2 new')
    await app.record(added('after'))
    await expect.poll(news).toBe('3 new')
    expect(app.service.open.followers).toBe(1)
    await evaluate(`document.querySelector('#news button').click()`)
    await expect
      .poll(() => evaluate(`[...document.querySelectorAll('#news a')].map((link) => link.innerText).join()`))
      .toBe('Headline of after,Headline of meanwhile,Headline of before')
    expect(faults).toEqual([])
  },
)
