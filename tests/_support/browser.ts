import { existsSync } from 'node:fs'
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type LaunchOptions,
  type Page,
  type Response,
} from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update']

/** A window on a page, and everything that the browser did for it which nobody should see. */
export interface Visit extends AsyncDisposable {
  readonly context: BrowserContext
  readonly page: Page
  /** What the browser answered the request for the page with. */
  readonly response: Response | null
  /** The paths of the requests to the host of the page, in their order. */
  readonly requests: readonly string[]
  /** Reports of the policy, errors of scripts, and requests to other hosts. */
  readonly faults: readonly string[]
}

/** One browser for the tests of a file. Returns a function that opens a window of its own session. */
export function useBrowser(
  launch: LaunchOptions = {},
): (url: string, options?: BrowserContextOptions) => Promise<Visit> {
  let browser: Browser | undefined
  beforeAll(async () => {
    if (!existsSync(CHROMIUM)) {
      throw new Error(
        `${CHROMIUM} does not exist. Install it with: apt-get install chromium, or set CHROMIUM to a browser.`,
      )
    }
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS, ...launch })
  })
  afterAll(() => browser?.close())
  return async (url, options = {}) => {
    if (browser === undefined) throw new Error('the browser starts before the first test')
    const context = await browser.newContext(options)
    const page = await context.newPage()
    const watched = watch(page, url)
    const response = await page.goto(url)
    return { context, page, response, ...watched, [Symbol.asyncDispose]: () => context.close() }
  }
}

/**
 * Goes back to a page that the browser has kept. Playwright loses track of the frames of such a page: what follows is asked by the protocol
 * of the browser. Returns a function that evaluates an expression in the page that is shown.
 */
export async function goBackToKept(page: Page): Promise<(expression: string) => Promise<unknown>> {
  const session = await page.context().newCDPSession(page)
  const evaluate = async (expression: string) => {
    const { result } = await session.send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true })
    return result.value as unknown
  }
  await evaluate('history.back()')
  return evaluate
}

/** Collects what the page requests and reports, from now on. */
function watch(page: Page, url: string): Pick<Visit, 'requests' | 'faults'> {
  const requests: string[] = []
  const faults: string[] = []
  const { host } = new URL(url)
  page.on('request', (request) => {
    const address = new URL(request.url())
    if (address.host === host) requests.push(address.pathname + address.search)
    else faults.push(`request to ${address.host}`)
  })
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('console', (message) => {
    // A service that is down, or that answers with an error, is a state of the page.
    if (message.type() === 'error' && !/net::ERR|WebSocket|Failed to load resource/.test(message.text())) {
      faults.push(message.text())
    }
  })
  return { requests, faults }
}
