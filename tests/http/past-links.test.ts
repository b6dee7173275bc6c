import { expect, test } from 'vitest'
import { carry } from '../../src/http/pages/parts/links.ts'
import type { App } from '../_support/app.ts'
import { openBundledRecord } from '../_support/bundled-record.ts'

const MOMENTS = ['since', 'by', 'on', 'reported', 'known']

/** A page of each kind, on the bundled record. */
const PAGES = [
  '/',
  '/disputes/j2-8243',
  '/disputes/j2-8243?kinds=MEASURE',
  '/developments/j2-8243/putin-acknowledges',
  '/claims/j2-8243/russian-fire',
  '/actors/russia',
  '/sources/eurasianet-2025-10-11',
  '/claims?dispute=j2-8243',
  '/sources?dispute=j2-8243',
  '/demands?dispute=j2-8243',
  '/search?text=apology',
]

const TIMES = [
  'on=2025-10-12',
  'known=2999-01-01T00:00:00Z',
  'since=2025-10-01T00:00:00Z&by=record&on=2025-10-12&reported=2025-10-12',
]

/** The links that lead out of the times of a page, by what they say. */
const EXITS = /^(Return to now|Remove the marks|Address that shows what is new from now on|http:.*|as known then)$/

/** The address of a page, whose first part says what it shows. */
const PAGE = /^\/(?:(?:disputes|developments|claims|actors|sources|demands|search)(?:[/?#]|$)|[?#]|$)/

interface Linked {
  readonly href: string
  readonly words: string
}

async function open(app: App, path: string): Promise<{ readonly page: string; readonly links: readonly Linked[] }> {
  const response = await app.fetch(path, { headers: { accept: 'text/html' } })
  const page = await response.text()
  expect([path, response.status]).toEqual([path, 200])
  const links = [...page.matchAll(/<a [^>]*?href="(\/[^"]*)"[^>]*>(.*?)<\/a>/gs)].map(([, href = '', words = '']) => ({
    href: href.replaceAll('&amp;', '&'),
    words: words.replace(/<[^>]*>/g, ''),
  }))
  return { page, links }
}

/** What stands above a page of the past and above one with marks, up to what the page counts. */
function bannersOf(page: string): readonly string[] {
  return [...page.matchAll(/<div class="(?:past|since)" role="note">\s*<p>\s*<b>(.*?)<\/b>/gs)].map(
    ([, words = '']) => words,
  )
}

function momentsOf(href: string): readonly (readonly [string, string])[] {
  const { searchParams } = new URL(href, 'http://localhost')
  return [...searchParams].filter(([name]) => MOMENTS.includes(name))
}

const isPage = ({ href }: Linked) => PAGE.test(href) && !href.includes('.json')

const join = (path: string, times: string) => `${path}${path.includes('?') ? '&' : '?'}${times}`

test.each(PAGES)('the links of %s lead to pages of the same times, under the same banner', async (path) => {
  await using app = await openBundledRecord()
  for (const times of TIMES) {
    const moments = momentsOf(`/?${times}`)
    const { page, links } = await open(app, join(path, times))
    const banners = bannersOf(page)
    expect(banners).toHaveLength(Number(/on=|reported=|known=/.test(times)) + Number(times.includes('since=')))
    const followed = links.filter((one) => isPage(one) && !EXITS.test(one.words))
    for (const { href } of followed) expect([href, momentsOf(href)]).toEqual([href, moments])
    // One of each kind of page.
    const first = new Map(followed.map(({ href }) => [/^\/[a-z]*./.exec(href)?.[0], href]))
    expect(first.size).toBeGreaterThan(2)
    for (const href of first.values()) expect([href, bannersOf((await open(app, href)).page)]).toEqual([href, banners])
  }
})

test.each(PAGES)('the links of %s that lead out of its times, and those to other things, are exact', async (path) => {
  await using app = await openBundledRecord()
  const now = await open(app, path)
  expect(now.links.filter((one) => !EXITS.test(one.words)).flatMap(({ href }) => momentsOf(href))).toEqual([])
  const canonicalOf = (page: string) => /<link rel="canonical"[^>]*>/.exec(page)?.[0]
  for (const times of TIMES) {
    const { page, links } = await open(app, join(path, times))
    expect(canonicalOf(page)).toBe(canonicalOf(now.page))
    const others = page.match(/"\/(?:feed\.|schema|assets|graphql|developments\/[^"]*\.json)[^"]*"/g) ?? []
    expect(others.flatMap((address) => momentsOf(address.slice(1, -1)))).toEqual([])
    const exits = links.filter(({ words }) => words === 'Return to now')
    expect(exits.length).toBeGreaterThan(0)
    for (const { href } of exits) {
      const [past] = bannersOf(page)
      expect([href, bannersOf((await open(app, href)).page)]).toEqual([href, expect.not.arrayContaining([past])])
      // What is marked as new stays marked.
      expect(momentsOf(href)).toEqual(momentsOf(`/?${times}`).filter(([name]) => name === 'since' || name === 'by'))
    }
  }
})

test.each([
  ['/disputes/a', '/disputes/a?on=2025-01-01&reported=2025-02-01'],
  ['/disputes/a?kinds=EVENT#timeline', '/disputes/a?kinds=EVENT&on=2025-01-01&reported=2025-02-01#timeline'],
  ['/disputes/a?on=2024-01-01', '/disputes/a?on=2024-01-01&reported=2025-02-01'],
  ['/#latest', '/?on=2025-01-01&reported=2025-02-01#latest'],
])('%s has what it says itself, and the moments that it does not name: %s', (href, carried) => {
  const moments = [
    ['on', '2025-01-01'],
    ['reported', '2025-02-01'],
  ] as const
  expect(carry(href, moments)).toBe(carried)
})

test('a moment that cannot be read is not taken along', async () => {
  await using app = await openBundledRecord()
  const response = await app.fetch('/?on=2025-02-30&reported=2025-10-12&by=record', {
    headers: { accept: 'text/html' },
  })
  const page = await response.text()
  expect([response.status, /<h2><a href="([^"]*)"/.exec(page)?.[1]]).toEqual([
    400,
    expect.stringMatching(/^\/disputes\/[a-z0-9-]+\?reported=2025-10-12$/),
  ])
})

test('the forms of the index search at its times', async () => {
  await using app = await openBundledRecord()
  const { page } = await open(app, '/?on=2025-10-12&reported=2025-10-11')
  const forms = [...page.matchAll(/<form [^>]*action="\/search".*?<\/form>/gs)].map(([form]) => form)
  expect(forms).toHaveLength(2)
  for (const form of forms) {
    expect(form.match(/type="hidden" name="[^"]*" value="[^"]*"/g)).toEqual([
      'type="hidden" name="on" value="2025-10-12"',
      'type="hidden" name="reported" value="2025-10-11"',
    ])
  }
  expect((await open(app, '/')).page).not.toContain('type="hidden"')
})
