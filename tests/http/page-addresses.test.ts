import { describe, expect, test } from 'vitest'
import { openApp } from '../_support/app.ts'
import { openBundledRecord } from '../_support/bundled-record.ts'
import { planned, setting, statement } from '../_support/planned-changes.ts'

const PAGE = { headers: { accept: 'text/html' } }

describe('a record that was recorded after the instant of `known`', () => {
  test.each(['/disputes/ferry', '/claims/ferry/sunk', '/developments/ferry/accusation'])(
    '%s says when it was recorded, and leads to it',
    async (path) => {
      await using app = await openApp({
        recorded: [setting, [planned('statement', statement())]],
        now: () => Date.UTC(2026, 0, 2),
      })
      const response = await app.fetch(`${path}?on=2025-07-15&known=2026-01-01T12:00:00Z`, PAGE)
      const page = await response.text()
      expect([response.status, response.headers.get('cache-control')]).toEqual([404, 'no-store'])
      expect(page.replaceAll(/<[^>]*>/g, '')).toMatch(
        /On 1 January 2026, 12:00 UTC, this store did not hold this (dispute|claim|development) yet\. It was first recorded here on 2 January 2026, 00:00 UTC\./,
      )
      expect(page).toContain(`href="${path}?on=2025-07-15"`)
      expect(page).not.toContain('Did you mean')
      const later = await app.fetch(`${path}?known=2026-01-02T00:00:00Z`, PAGE)
      expect(later.status).toBe(200)
      const missing = await app.fetch(`${path}s?known=2026-01-01T12:00:00Z`, PAGE)
      expect([missing.status, await missing.text()]).toEqual([404, expect.stringMatching(/Did you mean/)])
    },
  )

  test('is said of its data, too', async () => {
    await using app = await openApp({
      recorded: [setting, [planned('statement', statement())]],
      now: () => Date.UTC(2026, 0, 2),
    })
    const response = await app.fetch('/developments/ferry/accusation.json?known=2026-01-01T12:00:00Z')
    const message =
      'This development was first recorded here at 2026-01-02T00:00:00.000Z, after the instant in "known". Leave out "known", or give a later instant.'
    expect([response.status, await response.json()]).toEqual([
      404,
      { errors: [{ message, extensions: { code: 'UNKNOWN_KEY' } }] },
    ])
  })
})

describe('an address without a key', () => {
  test.each([
    ['/disputes', '/'],
    ['/disputes/', '/'],
    ['/claims', '/search'],
    ['/actors', '/search'],
    ['/sources', '/search'],
    ['/developments', '/search'],
  ])('%s leads to %s', async (path, target) => {
    await using app = await openApp()
    for (const method of ['GET', 'HEAD']) {
      const response = await app.fetch(path, { ...PAGE, method, redirect: 'manual' })
      expect([response.status, response.headers.get('location')]).toEqual([302, target])
    }
    expect((await app.fetch(path, PAGE)).status).toBe(200)
  })
})

describe('empty parameters', () => {
  test.each([
    [
      '/disputes/j2-8243?text=&kinds=MEASURE&actors=&from=&to=&order=NEWEST_FIRST',
      '/disputes/j2-8243?kinds=MEASURE&order=NEWEST_FIRST',
    ],
    [
      '/disputes/j2-8243?since=2025-07-15&by=reports&on=&reported=&known=',
      '/disputes/j2-8243?since=2025-07-15&by=reports',
    ],
    ['/search?q=', '/search'],
    ['/search?text=%20&kinds=EVENT&kinds=MEASURE', '/search?kinds=EVENT&kinds=MEASURE'],
    ['/?after', '/'],
    ['/developments/j2-8243/putin-acknowledges.json?known=', '/developments/j2-8243/putin-acknowledges.json'],
  ])('of %s are dropped from the address', async (given, short) => {
    await using app = await openBundledRecord()
    for (const method of ['GET', 'HEAD']) {
      const response = await app.fetch(given, { ...PAGE, method, redirect: 'manual' })
      expect([response.status, response.headers.get('location')]).toEqual([302, short])
    }
    expect((await app.fetch(short, { ...PAGE, redirect: 'manual' })).status).toBe(200)
  })
})

test.each([
  ['/?kinds=EVENT', '/'],
  ['/actors/russia?on=2025-03-01&page=2', '/actors/russia?on=2025-03-01'],
  ['/sources/eurasianet-2025-10-11?kinds=EVENT&live=auto', '/sources/eurasianet-2025-10-11?live=auto'],
  ['/claims/j2-8243/russian-fire?kinds=EVENT&actors=russia', '/claims/j2-8243/russian-fire'],
  ['/developments/j2-8243/crash?utm_source=a', '/developments/j2-8243/crash'],
  ['/claims?dispute=j2-8243&kinds=EVENT', '/claims?dispute=j2-8243'],
  ['/demands?dispute=j2-8243&kinds=EVENT', '/demands?dispute=j2-8243'],
  ['/sources?dispute=j2-8243&kinds=EVENT', '/sources?dispute=j2-8243'],
])('the page %s names the parameters that it does not take, and leads to %s', async (given, short) => {
  await using app = await openBundledRecord()
  const page = await (await app.fetch(given, PAGE)).text()
  expect(page).toMatch(/<code>\w+<\/code> does not count here\.|<code>\w+<\/code> do not count here\./)
  expect(page).toMatch(new RegExp(`<a href="${short.replaceAll('?', '\\?')}">The address without (it|them)</a>`))
  expect(await (await app.fetch(short, PAGE)).text()).not.toContain('not count here')
})

test('the data of a development is refused with a parameter that it does not take', async () => {
  await using app = await openBundledRecord()
  const response = await app.fetch('/developments/j2-8243/crash.json?on=2025-03-01')
  const message = 'Parameter "on": It does not count here. Leave it out.'
  expect([response.status, await response.json()]).toEqual([
    400,
    { errors: [{ message, extensions: { code: 'REQUEST_INVALID' } }] },
  ])
})

test.each([
  ['/', 'on=2025-01-01&on=2025-02-01', 'As it stood on'],
  ['/', 'after=a&after=b', 'Page of the list'],
  ['/search', 'text=a&text=b', 'Search'],
  ['/search', 'q=a&text=b', 'Search'],
  ['/search', 'order=NEWEST_FIRST&order=OLDEST_FIRST', 'Order'],
  ['/search', 'reportedBy=2025-01-01&reportedBy=2025-01-01', 'Reported by'],
  ['/search', 'from=2025-01-01&from=2025-01-02', 'From'],
  ['/disputes/j2-8243', 'since=2025-01-01&since=2025-02-01', 'New since'],
  ['/disputes/j2-8243', 'since=2025-01-01&by=record&by=reports', 'By when it was'],
  ['/actors/russia', 'reported=2025-01-01&reported=2025-02-01', 'As reported by'],
  ['/sources/eurasianet-2025-10-11', 'after=a&after=b', 'Page of the list'],
  ['/claims/j2-8243/russian-fire', 'known=2999-01-01T00:00:00Z&known=2999-01-02T00:00:00Z', 'As recorded here by'],
  ['/developments/j2-8243/crash', 'known=2999-01-01T00:00:00Z&known=2999-01-02T00:00:00Z', '<code>known</code>'],
  ['/claims', 'dispute=j2-8243&dispute=mh17', 'Dispute'],
  ['/demands', 'dispute=j2-8243&page=1&page=2', 'Page'],
  ['/sources', 'dispute=j2-8243&before=a&before=b', 'Page of the list'],
])('the page %s says of %s that a parameter is given twice', async (path, query, field) => {
  await using app = await openBundledRecord()
  const response = await app.fetch(`${path}?${query}`, PAGE)
  const page = await response.text()
  expect([response.status, page]).toEqual([
    400,
    expect.stringContaining(`<b>${field}:</b> It is given twice. Give it once.`) as string,
  ])
})
