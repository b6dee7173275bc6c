import axe, { type RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** Waits until the script, if there is one, has said how current the page is. */
export async function settled(page: Page): Promise<void> {
  if ((await page.locator('.state[data-follows]').count()) === 0) return
  await expect.poll(() => page.locator('.state').innerText()).toMatch(/^Live/)
}

interface Barrier {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

/** What axe finds on the page. */
export async function barriersOf(page: Page, options: RunOptions = {}): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  const violations = await page.evaluate(
    async (asked) => {
      const shown = window as unknown as { axe: { run(asked: object): Promise<{ violations: Barrier[] }> } }
      return (await shown.axe.run(asked)).violations
    },
    { ...options, resultTypes: ['violations'] },
  )
  return violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 200)}`))
}

/** What a reader sees in the content, with details open. */
export async function wordsOf(page: Page): Promise<string> {
  const text = await page.locator('main').evaluate((main) => {
    const copy = main.cloneNode(true) as Element
    copy.querySelector('#news')?.remove()
    return copy.textContent ?? ''
  })
  return text.replace(/\s+/g, ' ').trim()
}
