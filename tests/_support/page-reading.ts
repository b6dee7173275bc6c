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

/** What axe finds on the page, or in the elements that a selector names. It looks at each pair of colours once. */
export async function barriersOf(page: Page, options: RunOptions = {}, within = 'html'): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) {
    await page.evaluate(axe.source)
    const rules = ['color-contrast', 'color-contrast-enhanced'].map((id) => ({ id, selector: `[${LOOK}]` }))
    await page.evaluate(`axe.configure(${JSON.stringify({ rules })})`)
  }
  await page.evaluate(markLooks, LOOK)
  const violations = await page.evaluate(
    async ({ asked, context }) => {
      const shown = window as unknown as {
        axe: { run(context: string, asked: object): Promise<{ violations: Barrier[] }> }
      }
      return (await shown.axe.run(context, asked)).violations
    },
    { asked: { ...options, resultTypes: ['violations'] }, context: within },
  )
  return violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 200)}`))
}

/** The attribute of the texts whose contrast axe looks at. */
const LOOK = 'data-look'

/**
 * Marks a text of each colour, size and weight on each ground. Measuring contrast is most of what axe takes, and a long page has the same few
 * pairs of colours thousands of times. What is positioned, or in a drawing, may lie over anything: all its texts are marked. Runs in the page.
 */
function markLooks(mark: string): void {
  const grounds = new Map<Element, string>()
  const groundOf = (element: Element | null): string => {
    if (element === null) return ''
    const known = grounds.get(element)
    if (known !== undefined) return known
    const { backgroundColor, backgroundImage, opacity, filter, position, transform } = getComputedStyle(element)
    const own = [backgroundColor, backgroundImage, opacity, filter].join()
    const isLaidOver = !/static|relative/.test(position) || transform !== 'none' || element.localName === 'svg'
    const below = groundOf(element.parentElement)
    const isClear = own === 'rgba(0, 0, 0, 0),none,1,none'
    const ground = `${isClear ? below : `${below}|${own}`}${isLaidOver ? `#${grounds.size}` : ''}`
    grounds.set(element, ground)
    return ground
  }
  const seen = new Set<string>()
  for (const element of document.querySelectorAll('body, body *')) {
    element.removeAttribute(mark)
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.nodeValue?.trim())
    if (!(hasText || element.matches('input, select, textarea')) || !element.checkVisibility()) continue
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(element)
    const look = [groundOf(element), color, fontSize, fontWeight, textShadow, element.matches(':disabled')].join()
    if (!seen.has(look) || look.includes('#')) element.setAttribute(mark, '')
    seen.add(look)
  }
}

/** What a reader sees in the content, with details open, with scripts or without. */
export async function wordsOf(page: Page): Promise<string> {
  const text = await page.locator('main').evaluate((main) => {
    const copy = main.cloneNode(true) as Element
    for (const part of copy.querySelectorAll('#news, noscript')) part.remove()
    return copy.textContent ?? ''
  })
  return text.replace(/\s+/g, ' ').trim()
}
