import { expect, test } from 'vitest'
import { openApp } from '../_support/app.ts'
import { openBundledRecord } from '../_support/bundled-record.ts'
import { planned, setting, statement } from '../_support/planned-changes.ts'

/** The text of a page without markup and line breaks. */
function textOf(page: string): string {
  return page
    .replaceAll(/<script\b.*?<\/script>/gs, '')
    .replaceAll(/<(?=\/?(?:li|td|th|h\d|p|span class="m"))/g, ' <')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ')
}

test('a development says what it changed: positions and answers before and with it', async () => {
  await using app = await openBundledRecord()
  const text = textOf(await (await app.fetch('/developments/j2-8243/putin-acknowledges')).text())
  for (const part of [
    'Vladimir Putin, for Russia, to Ilham Aliyev and Azerbaijan, at a meeting',
    'Everything here rests on one report.',
    'Russian air defence fire hit or damaged the aircraft. Awaits the inquiry about Feb 2025 Affirms it Changed paraphrased',
    'Put off 20 Jul 2025',
    'Said for the first time 6',
    'Answered by Aliyev thanks Putin',
  ]) {
    expect(text).toContain(part)
  }
})

test('each link of a section to its query names the development', async () => {
  await using app = await openBundledRecord()
  const page = await (await app.fetch('/developments/j2-8243/putin-acknowledges')).text()
  const sections = page.match(/<section id=|<section class="citebox"/g)
  expect(page.match(/operationName=EverythingAboutOne&amp;variables=/g)).toHaveLength(sections?.length ?? 0)
})

test('`known` shows a development as it was recorded by an instant, as a page and as data', async () => {
  let now = Date.UTC(2026, 0, 1)
  await using app = await openApp({ recorded: [setting, [planned('statement', statement())]], now: () => now })
  now += 86_400_000
  const amended = statement({ headline: 'The North repeats its charge' })
  await app.record(planned('statement', amended, { kind: 'REVISED', revision: 2 }))
  const address = '/developments/ferry/accusation'
  const instant = 'known=2026-01-01T12:00:00Z'
  const page = await (await app.fetch(`${address}?${instant}`)).text()
  expect(textOf(page)).toContain('As recorded here by 1 January 2026, 12:00 UTC.')
  expect(page).toContain('The North accuses the South')
  expect(page).not.toContain('The North repeats its charge')
  expect(page).not.toContain('data-follows')
  expect(await (await app.fetch(`${address}.json?${instant}`)).json()).toMatchObject({ revision: 1 })
  const current = await (await app.fetch(address)).text()
  expect(current).toContain('The North repeats its charge')
  expect(current).toContain(`${app.url}${address}?known=2026-01-02T00:00:00.000Z`)
  const future = await (await app.fetch(`${address}?known=2999-01-01T00:00:00Z`)).text()
  expect(future).toContain(`${app.url}${address}?known=2026-01-02T00:00:00.000Z`)
})

test('a development that was recorded later says when, with 404', async () => {
  let now = Date.UTC(2026, 0, 1)
  await using app = await openApp({ recorded: [setting], now: () => now })
  now += 86_400_000
  await app.record(planned('statement', statement()))
  const early = await app.fetch('/developments/ferry/accusation?known=2026-01-01T12:00:00Z')
  expect(early.status).toBe(404)
  expect(textOf(await early.text())).toContain('first recorded here on 2 January 2026, 00:00 UTC.')
  const data = await app.fetch('/developments/ferry/accusation.json?known=2026-01-01T12:00:00Z')
  expect(data.status).toBe(404)
  const bad = await app.fetch('/developments/ferry/accusation?known=1')
  expect([bad.status, textOf(await bad.text())]).toEqual([400, expect.stringContaining('is not an instant')])
})

test('what did not change is not shown as a change, and nothing later stands before', async () => {
  await using app = await openBundledRecord()
  const text = textOf(await (await app.fetch('/developments/j2-8243/azerbaijan-lashes-out')).text())
  expect(text).toContain('Positions it takes')
  expect(text).toContain('Unchanged 2 Russian air defence fire hit or damaged the aircraft. Asserts it, paraphrased')
  expect(text).toContain('Also: asserts it, by 20 Jul 2025')
  expect(text).not.toContain('What it changed')
  expect(text).not.toContain('With this')
})

test.each([
  ['2025-01-02', true],
  ['2025-01-03', false],
  ['[2025-01-01..2025-01-02]', true],
  ['[2025-01-01..2025-01-03]', false],
  // A time begins on its first day.
  ['2025-01-01/2025-01-05', true],
])('a position of %s stands before one of 3 January: %j', async (earlier, isBefore) => {
  const said = (name: string, date: string, stance: 'asserts' | 'denies') =>
    planned(
      'statement',
      statement({
        statement: `ferry/${name}`,
        date,
        positions: [{ claim: 'ferry/sunk', holder: 'north', stance, attribution: 'quoted' }],
      }),
    )
  await using app = await openApp({
    recorded: [setting, [said('first', earlier, 'denies'), said('second', '2025-01-03', 'asserts')]],
  })
  const text = textOf(await (await app.fetch('/developments/ferry/second')).text())
  expect(text.includes('Before With this')).toBe(isBefore)
  expect(text.includes('Said differently elsewhere; which came first is not known 1')).toBe(!isBefore)
})
