import { describe, expect, test } from 'vitest'
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

/** Papers of January, February and March, of which the last two tell what came of what the first one told. */
const papers = (['february', 'march'] as const).map((key, index) =>
  planned('source', { key, title: `The ${key}`, language: 'en', reliability: 'B', published: `2025-0${index + 2}-02` }),
)

const told = (source: string) => [{ source, credibility: 2, basis: 'own-reporting' as const }]

describe('a development at a time', () => {
  const said = (name: string, fields: Parameters<typeof statement>[0]) =>
    planned('statement', statement({ statement: `ferry/${name}`, headline: `Said ${name}`, quotes: [], ...fields }))
  const held = (stance: 'asserts' | 'denies', citation: string) => [
    { claim: 'ferry/sunk', holder: 'north', stance, attribution: 'paraphrased' as const, citation },
  ]
  const recorded = [
    setting,
    papers,
    [
      // Dated before the one that is looked at, and reported after it.
      said('before', { date: '2025-01-10', citations: told('march'), positions: held('denies', 'march') }),
      said('then', {
        date: '2025-01-20',
        citations: [...told('february'), ...told('march')],
        positions: held('asserts', 'february'),
        quotes: [
          { text: 'We said so.', language: 'en', citation: 'february' },
          { text: 'We said more.', language: 'en', citation: 'march' },
        ],
      }),
      said('after', {
        date: '2025-02-20',
        citations: told('march'),
        positions: held('asserts', 'march'),
        links: [{ development: 'ferry/then', relation: 'follows' }],
      }),
    ],
  ]
  const textAt = async (times: string) => {
    await using app = await openApp({ recorded })
    const response = await app.fetch(`/developments/ferry/then?${times}`)
    expect(response.status).toBe(200)
    return textOf(await response.text())
  }

  test('shows what had been reported of it, and what else had been', async () => {
    const now = await textAt('live=auto')
    for (const part of ['The march', 'We said more.', 'Followed by Said after', 'Denies it', 'What it changed'])
      expect(now).toContain(part)
    const then = await textAt('reported=2025-02-15')
    expect(then).toContain('As reported by 15 February 2025. What was reported later is left out. Return to now')
    expect(then).toContain('Everything here rests on one report.')
    expect(then).toContain('We said so.')
    expect(then).toContain('Text and grades of the whole record, as of ')
    expect(then).toContain('Not the first; the one before was not on record by then 1 The South sank the ferry.')
    for (const later of ['The march', 'We said more.', 'Said after', 'Denies it', 'Said for the first time'])
      expect(then).not.toContain(later)
  })

  test('shows nothing that may have begun only after the day', async () => {
    const then = await textAt('on=2025-02-01')
    expect(then).toContain('As it stood on 1 February 2025. What may have begun only later is left out. Return to now')
    for (const part of ['The march', 'We said more.', 'Denies it']) expect(then).toContain(part)
    expect(then).not.toContain('Said after')
  })

  test.each([
    ['reported=2025-02-01', 'Not reported by then', 'Nothing on record shows that this statement had been reported by'],
    ['on=2025-01-19', 'Not begun by then', 'This statement may have begun only after 19 January 2025.'],
  ])('says no more than that it is of a later time with %s', async (times, headline, words) => {
    const text = await textAt(times)
    expect(text).toMatch(new RegExp(`^ ?${headline} · Demarche`))
    expect(text).toContain(words)
    expect(text).toContain('Return to now')
    for (const part of ['Said then', 'We said so.', 'The february']) expect(text).not.toContain(part)
  })

  test.each([
    ['since=2025-01-31', 'Since 31 January 2025: it is among what was first reported. Remove the marks'],
    ['since=2025-02-15', 'Since 15 February 2025: it is not among what was first reported. Remove the marks'],
    ['since=2020-01-01&by=record', 'Since 1 January 2020: it is among what was recorded or amended here.'],
  ])('says with %s whether it is new', async (times, words) => {
    expect(await textAt(times)).toContain(words)
  })
})
