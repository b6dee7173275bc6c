import { isObjectType, type GraphQLResolveInfo } from 'graphql'
import type { Page } from 'playwright-core'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { loadDossiers } from '../../src/dossier/import/import.ts'
import { schema } from '../../src/graphql/schema.ts'
import { DemarcheError, StoreError } from '../../src/model/errors.ts'
import { openApp, type App } from '../_support/app.ts'
import { useBrowser } from '../_support/browser.ts'
import { barriersOf, settled } from '../_support/page-reading.ts'
import { event, planned } from '../_support/planned-changes.ts'

/** The sections of the page of a dispute that have a query of their own, and what else rests on that query. */
const SECTIONS = [
  { id: 'story', query: 'DisputeStory', also: [] },
  { id: 'positions', query: 'DisputePositions', also: [] },
  { id: 'measures', query: 'DisputeMeasures', also: [] },
  { id: 'tension', query: 'DisputeTension', also: [] },
  { id: 'timeline', query: 'DisputeTimeline', also: [] },
  { id: 'evidence', query: 'DisputeEvidence', also: ['positions'] },
  { id: 'sources', query: 'DisputeSources', also: [] },
] as const

const PATH = '/disputes/j2-8243'

const open = useBrowser()

/** The operation that fails, and with what. */
let failing: { readonly query: string; readonly error: Error } | undefined

let app: App

beforeAll(async () => {
  const type = schema.getType('Query')
  if (!isObjectType(type)) throw new Error('the schema has no Query')
  const fields = Object.values(type.getFields())
  const former = fields.map(({ resolve }) => resolve)
  for (const field of fields) {
    const { resolve } = field
    field.resolve = (root, given, context, info: GraphQLResolveInfo): unknown => {
      if (failing !== undefined && info.operation.name?.value === failing.query) throw failing.error
      return resolve?.(root, given, context, info)
    }
  }
  app = await openApp()
  await loadDossiers(app.store, ['dossiers'])
  return async () => {
    for (const [index, field] of fields.entries()) field.resolve = former[index]
    await app[Symbol.asyncDispose]()
  }
})

afterEach(() => void (failing = undefined))

test.each(SECTIONS)('a page whose section $id fails shows the rest, and says so there', async ({ id, query, also }) => {
  await using visit = await open(app.url + PATH)
  const { page } = visit
  const whole = await sectionsOf(page)
  for (const [name, error, message] of [
    [
      'refused',
      new DemarcheError('RESULT_TOO_LARGE', 'the answer is too large'),
      'The answer is too large (RESULT_TOO_LARGE)',
    ],
    [
      'busy',
      new StoreError('STORE_BUSY', 'other processes keep writing; try again', { file: '/etc/secret' }),
      'Other processes keep writing; try again. (STORE_BUSY)',
    ],
    ['thrown', new Error('/etc/secret'), /^Internal error\. Report request id [\w-]+\. \(INTERNAL\)$/],
  ] as const) {
    failing = { query, error }
    // Another address than that of the whole page, which the service remembers.
    const response = await page.goto(`${app.url}${PATH}?live=${id}-${name}`)
    expect([response?.status(), response?.headers()['cache-control']]).toEqual([200, 'no-store'])
    const failed = page.locator(`#${id}`)
    expect(await failed.getByRole('alert').locator('p').first().innerText()).toBe(
      'This section cannot be shown now. The rest of the page is complete. Try again',
    )
    expect(await failed.getByRole('alert').locator('.m').innerText()).toMatch(message)
    expect(await failed.getByRole('link', { name: 'Query' }).getAttribute('href')).toContain(`operationName=${query}&`)
    expect(await page.content()).not.toContain('secret')
    expect(await page.locator('main [role="alert"]').count()).toBe(1 + also.length)
    const shown = await sectionsOf(page)
    expect(Object.keys(shown)).toEqual(Object.keys(whole))
    const others = Object.keys(whole).filter((other) => ![id, ...also].some((one) => one === other))
    for (const other of others) expect(shown[other]).toBe(whole[other])
  }
  expect(await barriersOf(page)).toEqual([])
  // A page claims nothing of what it could not read.
  expect(await page.locator('.lede').innerText()).not.toMatch(/\b0 documents|No position/)
  const rows = await page.locator('.board th.po').count()
  expect(rows).toBe(id === 'positions' || id === 'evidence' ? 0 : 1)
  failing = undefined
  await page.locator(`#${id}`).getByRole('link', { name: 'Try again' }).click()
  await expect.poll(() => page.locator('[role="alert"]').count()).toBe(0)
  expect(await sectionsOf(page)).toEqual(whole)
})

test.each([
  { query: 'DisputeParty', address: '', where: '.now', words: 'This section cannot be shown now.', failed: [] },
  {
    query: 'WhichDevelopments',
    address: 'since=2025-08-01',
    where: 'main',
    words: 'What is new cannot be shown now.',
    failed: [],
  },
  {
    query: 'WhichDevelopments',
    address: 'reported=2025-08-01&text=russia',
    where: '.now',
    words: 'This section cannot be shown now.',
    failed: ['demands', 'evidence', 'measures', 'positions', 'story', 'tension'],
  },
])(
  'a page that cannot read $query for "$address" shows what does not rest on it',
  async ({ query, address, where, words, failed }) => {
    await using visit = await open(`${app.url}${PATH}?${address}`)
    const { page } = visit
    const whole = await sectionsOf(page)
    failing = { query, error: new StoreError('STORE_DAMAGED', 'damaged; restore a backup', { file: '/etc/secret' }) }
    const response = await page.goto(`${app.url}${PATH}?${address}&live=failed`)
    expect([response?.status(), response?.headers()['cache-control']]).toEqual([200, 'no-store'])
    expect(await page.locator(`${where} [role="alert"]`).first().innerText()).toMatch(
      new RegExp(`^${words} [^]*Damaged; restore a backup. \\(STORE_DAMAGED\\)$`),
    )
    expect(await page.content()).not.toContain('secret')
    const shown = await sectionsOf(page)
    const unmarked = (text = '') => text.replaceAll(/Reported since |New answer /g, '')
    const changed = Object.keys(whole).filter((id) => unmarked(shown[id]) !== unmarked(whole[id]))
    expect(changed.toSorted()).toEqual(failed)
    for (const id of failed) expect(shown[id]).toContain('STORE_DAMAGED')
    expect(await barriersOf(page)).toEqual([])
  },
)

test('a page that can show nothing answers with an error page', async () => {
  failing = {
    query: 'Dispute',
    error: new StoreError('STORE_BUSY', 'other processes keep writing; try again', { file: '/etc/secret' }),
  }
  const response = await app.fetch(`${PATH}?live=nothing`, { headers: { accept: 'text/html' } })
  const text = await response.text()
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
  expect(text).toContain('Other processes keep writing; try again')
  expect(text).not.toContain('secret')
})

test('a live page whose section failed is whole again with the next version that the reader asks for', async () => {
  failing = { query: 'DisputeTension', error: new Error('broken') }
  await using visit = await open(`${app.url}${PATH}?live=tension`)
  const { page } = visit
  await settled(page)
  expect(await page.locator('#tension').innerText()).toContain('This section cannot be shown now.')
  failing = undefined
  const later = event({ event: 'j2-8243/later', disputes: ['j2-8243'], citations: [CITED], figures: [], bearings: [] })
  await app.record(planned('event', later))
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await expect.poll(() => page.locator('#news').innerText()).toMatch(/^Just in:/)
  expect(await page.locator('#tension figure').count()).toBeGreaterThan(0)
  expect(await page.locator('[role="alert"]').count()).toBe(0)
})

const CITED = { source: 'eurasianet-2025-10-11', credibility: 2, basis: 'own-reporting' } as const

/** The words of each section, by its id, without the legend of the marks that the page has. */
async function sectionsOf(page: Page): Promise<Record<string, string>> {
  return page.locator('main > section[id]').evaluateAll((sections) =>
    Object.fromEntries(
      sections.map((section) => {
        const copy = section.cloneNode(true) as Element
        copy.querySelector('.key')?.remove()
        return [section.id, copy.textContent ?? '']
      }),
    ),
  )
}
