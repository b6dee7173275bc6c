import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { loadDossiers } from '../../src/dossier/import/import.ts'
import { openApp, type App } from '../_support/app.ts'
import { useBrowser } from '../_support/browser.ts'
import { settled, wordsOf } from '../_support/page-reading.ts'

const DISPUTE = '/disputes/j2-8243'

/** A form by its button, what is filled in by the labels of the fields, and the address that comes of it. */
const FORMS: readonly (readonly [path: string, form: string, filled: Record<string, string>, address: string])[] = [
  ['/', '.filter', { 'Search all disputes': 'apology' }, '/search?q=apology'],
  ['/', '.three form', { 'First reported after': '2025-08-01' }, '/search?reportedAfter=2025-08-01'],
  [DISPUTE, '.look', { 'New since': '2025-08-01' }, `${DISPUTE}?since=2025-08-01&by=reports`],
  [
    DISPUTE,
    '.look',
    { 'New since': '2025-08-01', 'by when it was': 'record' },
    `${DISPUTE}?since=2025-08-01&by=record`,
  ],
  [DISPUTE, '.look', { 'As it stood on': '2025-07-15' }, `${DISPUTE}?by=reports&on=2025-07-15`],
  [DISPUTE, '.look', { 'As reported by': '2025-08-01' }, `${DISPUTE}?by=reports&reported=2025-08-01`],
  [
    DISPUTE,
    '.look',
    { 'As recorded here by': '2999-01-01T00:00:00Z' },
    `${DISPUTE}?by=reports&known=2999-01-01T00%3A00%3A00Z`,
  ],
  [DISPUTE, '.look', { 'As recorded here by': 'yesterday' }, `${DISPUTE}?by=reports&known=yesterday`],
  [
    `${DISPUTE}?on=2025-07-15&kinds=MEASURE`,
    '.look',
    { 'As it stood on': '2025-08-01' },
    `${DISPUTE}?kinds=MEASURE&by=reports&on=2025-08-01`,
  ],
  [DISPUTE, '.filter', { Search: 'pantsir' }, `${DISPUTE}?text=pantsir&order=NEWEST_FIRST#timeline`],
  [DISPUTE, '.filter', { Kind: 'MEASURE' }, `${DISPUTE}?kinds=MEASURE&order=NEWEST_FIRST#timeline`],
  [DISPUTE, '.filter', { Who: 'russia' }, `${DISPUTE}?actors=russia&order=NEWEST_FIRST#timeline`],
  [
    `${DISPUTE}?on=2025-09-15`,
    '.filter',
    { From: '2025-01-01', To: '2025-03-01', Order: 'OLDEST_FIRST' },
    `${DISPUTE}?from=2025-01-01&to=2025-03-01&order=OLDEST_FIRST&on=2025-09-15#timeline`,
  ],
  [DISPUTE, '.filter', { Search: 'nothingatall' }, `${DISPUTE}?text=nothingatall&order=NEWEST_FIRST#timeline`],
  ['/search', '.filter', { Search: 'apology' }, '/search?text=apology&order=NEWEST_FIRST'],
  [
    '/search?q=crash&sources=eurasianet-2025-10-11',
    '.filter',
    { Kind: 'STATEMENT', Order: 'OLDEST_FIRST' },
    '/search?text=crash&kinds=STATEMENT&order=OLDEST_FIRST&sources=eurasianet-2025-10-11',
  ],
]

const open = useBrowser()

let app: App

beforeAll(async () => {
  app = await openApp()
  await loadDossiers(app.store, ['dossiers'])
  return () => app[Symbol.asyncDispose]()
})

test.each(FORMS)(
  'on %s, %s with %j leads to the same page with and without scripts',
  async (path, form, filled, to) => {
    await using plain = await open(app.url + path, { javaScriptEnabled: false })
    await using scripted = await open(app.url + path)
    await settled(scripted.page)
    for (const { page } of [plain, scripted]) await submit(page, form, filled)
    await settled(scripted.page)
    expect([plain.page.url(), scripted.page.url()]).toEqual([app.url + to, app.url + to])
    expect(await wordsOf(scripted.page)).toBe(await wordsOf(plain.page))
    // The form shows what was asked.
    for (const { page } of [plain, scripted]) {
      await openLook(page)
      for (const [label, value] of Object.entries(filled)) {
        if (path === '/') continue
        expect(await page.locator(form).getByLabel(label, { exact: true }).inputValue()).toBe(value)
      }
    }
    expect(scripted.faults).toEqual([])
  },
)

test('a kind of which nothing matches has its name in the form that asks for it', async () => {
  await using visit = await open(`${app.url}/search?q=zzzz&kinds=EVENT`)
  expect(await visit.page.getByLabel('Kind').locator('option:checked').innerText()).toBe('Events 0')
})

/** Addresses that no form can read, and one without anything wrong. */
const FILLED = [
  '/',
  `${DISPUTE}?since=2025-02-30&by=x&on=x&reported=x&known=x&text=*&from=2025-02-30&to=x&kinds=x&order=x`,
  '/search?q=apology',
  '/search?q=*&from=2025-02-30&to=x&kinds=x&actors=nobody&order=x',
]

test.each(FILLED)(
  'a field of %s stands with its label and its problem, and no button alone on a line',
  async (path) => {
    await using visit = await open(app.url + path)
    const { page } = visit
    for (const width of [320, 360, 704, 768, 1200]) {
      await page.setViewportSize({ width, height: 800 })
      expect([width, ...(await page.evaluate(brokenFields))]).toEqual([width])
    }
    const words = await page.locator('form .flag').allInnerTexts()
    expect(words.length).toBe(path.includes('x&') ? await page.locator('[aria-invalid]').count() : 0)
  },
)

/** What is torn apart in the forms of a page. Runs in the page. */
function brokenFields(): string[] {
  const faults: string[] = []
  const boxOf = (element: Element) => element.getBoundingClientRect()
  const isBeside = (a: DOMRect, b: DOMRect) => a.top < b.bottom && b.top < a.bottom
  for (const label of document.querySelectorAll<HTMLLabelElement>('form.filter label, form.look label')) {
    const { control } = label
    if (control === null || !label.checkVisibility()) continue
    const [name, field] = [boxOf(label), boxOf(control)]
    const isAbove = name.left === field.left && Math.abs(field.top - name.bottom) < 8
    if (!isAbove && !(isBeside(name, field) && name.right <= field.left)) faults.push(`label of ${control.id}`)
    const problem = document.querySelector(`#${control.id}-problem`)
    if (control.ariaInvalid !== (problem === null ? null : 'true')) faults.push(`problem of ${control.id} is not said`)
    if (problem === null) continue
    const said = boxOf(problem)
    const distance = Math.min(Math.abs(said.top - field.bottom), Math.abs(name.top - said.bottom))
    if (said.left !== field.left || distance > 8) faults.push(`problem of ${control.id}`)
  }
  for (const button of document.querySelectorAll('form.filter button')) {
    const fields = [...(button.closest('form')?.querySelectorAll('input, select') ?? [])]
    // On a phone every field has a line of its own.
    if (innerWidth >= 704 && !fields.some((field) => boxOf(field).bottom === boxOf(button).bottom))
      faults.push('button')
  }
  return faults
}

async function submit(page: Page, form: string, filled: Record<string, string>): Promise<void> {
  await openLook(page)
  for (const [label, value] of Object.entries(filled)) {
    const field = page.locator(form).getByLabel(label, { exact: true })
    const isChoice = (await field.getAttribute('id').then((id) => page.locator(`select#${id}`).count())) > 0
    await (isChoice ? field.selectOption(value) : field.fill(value))
  }
  const before = page.url()
  await page.locator(form).getByRole('button').click()
  await page.waitForURL((url) => url.href !== before, { waitUntil: 'load' })
}

/** Opens the details that hold the form for the past. A browser without scripts opens them as well. */
async function openLook(page: Page): Promise<void> {
  const shut = page.locator('.look details:not([open]) > summary')
  if ((await shut.count()) > 0) await shut.click()
}
