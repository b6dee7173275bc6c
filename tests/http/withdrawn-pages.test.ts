import { describe, expect, test } from 'vitest'
import { redactRecord } from '../../src/store/open.ts'
import { openApp, type App } from '../_support/app.ts'
import { event, measure, planned, setting, statement } from '../_support/planned-changes.ts'

const PAGE = { headers: { accept: 'text/html' } }

const DAY = 86_400_000

const SINCE = '2026-01-02T00:00:00Z'

const river = [
  planned('dispute', {
    key: 'river',
    title: 'The river',
    summary: 'Whose it is.',
    period: '2024/..',
    parties: ['north'],
  }),
]

/** A record of three developments, of which two are withdrawn after {@link SINCE}; a fourth is recorded and retracted after it. */
async function openWithdrawn(): Promise<App> {
  let now = Date.UTC(2026, 0, 1)
  const first = [planned('statement', statement()), planned('event', event()), planned('measure', measure())]
  const app = await openApp({ recorded: [setting, river, first], now: () => now })
  now += 2 * DAY
  const note = 'it was another ferry'
  await app.record(planned('statement', statement(), { kind: 'RETRACTED', revision: 2, note }))
  const late = event({ event: 'ferry/late', headline: 'Late' })
  await app.record(planned('event', late))
  await app.record(planned('event', late, { kind: 'RETRACTED', revision: 2, note: 'too late' }))
  await redactRecord(app.file, { key: 'ferry/sinking', reason: 'Order of a court.' })
  return app
}

/** What the note on what is new says, without markup. */
async function noteOf(
  app: App,
  address: string,
): Promise<{ readonly text: string; readonly links: readonly string[] }> {
  const page = await (await app.fetch(address, PAGE)).text()
  const note = /<div class="since" role="note">.*?<\/div>/s.exec(page)?.[0] ?? ''
  return {
    text: note.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' '),
    links: [...note.matchAll(/href="(\/developments\/[^"?]*)/g)].map(([, href = '']) => href),
  }
}

describe('what was withdrawn since the reader came last', () => {
  test.each([
    ['/', 2],
    ['/search', 2],
    ['/disputes/ferry', 2],
    ['/claims/ferry/sunk', 2],
    ['/claims?dispute=ferry', 2],
    ['/demands?dispute=ferry', 2],
    ['/sources?dispute=ferry', 2],
    ['/actors/south', 2],
    ['/sources/gazette', 2],
    // What was redacted matches every page, and what was retracted those that it was part of.
    ['/search?kinds=MEASURE', 1],
    ['/disputes/river', 1],
  ])('is said on the page %s, with links', async (path, count) => {
    await using app = await openWithdrawn()
    const join = path.includes('?') ? '&' : '?'
    const { text, links } = await noteOf(app, `${path}${join}since=${SINCE}&by=record`)
    expect(text).toContain(count === 1 ? '1 entry was withdrawn since then' : '2 entries were withdrawn since then')
    expect(links).toContain('/developments/ferry/sinking')
    expect(text).toMatch(
      /Redacted on \d+ \w+ \d{4}: ferry\/sinking Order of a court\. It no longer says what it was part of/,
    )
    expect(text.includes('Retracted on 3 January 2026: The North accuses the South it was another ferry')).toBe(
      count === 2,
    )
    expect(links.includes('/developments/ferry/accusation')).toBe(count === 2)
    expect(text).not.toContain('Late')
  })

  test.each([
    ['', 2],
    ['&includeRetracted=true', 2],
    // The reader's own instants count, too. The redaction comes last, at the time of the test.
    ['&changedAfter=2026-01-02T12:00:00Z', 2],
    ['&changedAfter=2026-01-03T00:00:00Z', 1],
    ['&changedAfter=2200-01-01T00:00:00Z', 0],
    ['&changedBefore=2200-01-01T00:00:00Z', 2],
    ['&changedBefore=2026-01-03T00:00:00.001Z', 1],
    ['&changedBefore=2026-01-03T00:00:00Z', 0],
    ['&changedBefore=2026-01-01T12:00:00Z', 0],
    ['&recordedAfter=2025-12-31T00:00:00Z', 2],
    ['&recordedAfter=2026-01-01T00:00:00Z', 0],
    ['&recordedAfter=2026-01-02T12:00:00Z', 0],
    ['&recordedBefore=2026-01-01T00:00:00.001Z', 2],
    ['&recordedBefore=2026-01-01T00:00:00Z', 0],
    ['&recordedBefore=2026-02-01T00:00:00Z', 2],
  ])('is counted within the instants that a search asks for: %s', async (query, count) => {
    await using app = await openWithdrawn()
    for (const by of ['record', 'reports']) {
      const { text, links } = await noteOf(app, `/search?since=${SINCE}&by=${by}${query}`)
      expect([text, links.length]).toEqual([expect.stringMatching(/^ Since 2 January 2026.* none of /), count])
    }
  })

  test.each([
    ['since=2026-01-02T23:59:59.999Z', true],
    ['since=2026-01-03T00:00:00Z', false],
    // A day counts to its end.
    ['since=2026-01-02', true],
    ['since=2026-01-03', false],
    // It stood then.
    [`since=${SINCE}&known=2026-01-02T12:00:00Z`, false],
    // It was first recorded after that.
    ['since=2025-12-31T23:59:59Z', false],
    ['since=2026-01-01T00:00:00Z', true],
  ])('with %s counts what was on record by then and is not any more', async (query, isSaid) => {
    await using app = await openWithdrawn()
    const { links } = await noteOf(app, `/disputes/ferry?${query}`)
    expect(links.includes('/developments/ferry/accusation')).toBe(isSaid)
  })

  test('is found behind many other changes, and counted where it is not found', async () => {
    let now = Date.UTC(2026, 0, 1)
    const many = Array.from({ length: 620 }, (_, index) =>
      event({ event: `ferry/${index}`, headline: `Event ${index}` }),
    )
    await using app = await openApp({ recorded: [setting, many.map((one) => planned('event', one))], now: () => now })
    const revise = (from: number, to: number) =>
      many
        .slice(from, to)
        .map((one) => planned('event', { ...one, summary: 'Seen again.' }, { kind: 'REVISED', revision: 2 }))
    now += 2 * DAY
    const [last] = many.slice(-1)
    if (last === undefined) throw new Error('there are events')
    await app.record(planned('event', last, { kind: 'RETRACTED', revision: 2, note: 'an error' }))
    await app.record(...revise(0, 150))
    const found = await noteOf(app, `/disputes/ferry?since=${SINCE}`)
    expect([found.text, found.links]).toEqual([
      expect.stringContaining('1 entry was withdrawn'),
      ['/developments/ferry/619'],
    ])
    await app.record(...revise(150, 600))
    const lost = await noteOf(app, `/disputes/ferry?since=${SINCE}`)
    expect([lost.text, lost.links]).toEqual([expect.stringMatching(/1 entry was withdrawn.*And 1 earlier one\./), []])
  })

  test.each([
    // What was retracted matches the first two pages only, and what was redacted is named by all.
    ['/', '2 entries were withdrawn', 'And 1 earlier one.'],
    ['/disputes/ferry', '2 entries were withdrawn', 'And 1 earlier one.'],
    ['/disputes/river', '1 entry was withdrawn', ''],
  ])('is named on the page %s if it was redacted, behind however many changes', async (path, count, rest) => {
    let now = Date.UTC(2026, 0, 1)
    const many = Array.from({ length: 520 }, (_, index) =>
      event({ event: `ferry/${index}`, headline: `Event ${index}` }),
    )
    const first = [planned('statement', statement()), ...[event(), ...many].map((one) => planned('event', one))]
    await using app = await openApp({ recorded: [setting, river, first], now: () => now })
    now += 2 * DAY
    await app.record(planned('statement', statement(), { kind: 'RETRACTED', revision: 2, note: 'an error' }))
    await redactRecord(app.file, { key: 'ferry/sinking', reason: 'Order of a court.' })
    now += DAY
    const revise = { kind: 'REVISED', revision: 2 } as const
    await app.record(...many.map((one) => planned('event', { ...one, summary: 'Seen again.' }, revise)))
    const { text, links } = await noteOf(app, `${path}?since=${SINCE}`)
    expect(links).toEqual(['/developments/ferry/sinking'])
    expect(text).toContain(count)
    expect(/And .* earlier ones?\./.exec(text)?.[0] ?? '').toBe(rest)
  })
})

test('a retracted or redacted development that a search asks for says so', async () => {
  await using app = await openWithdrawn()
  const page = await (await app.fetch('/search?includeRetracted=true', PAGE)).text()
  expect(page).toMatch(/id="ferry\/accusation">\s*<b class="flag">Retracted, counted nowhere<\/b> /)
  expect(page).toMatch(/id="ferry\/sinking">\s*<b class="flag">Redacted<\/b> <a href="\/developments\/ferry\/sinking">/)
  expect(page).not.toMatch(/\[redacted\]|9999/)
})

describe('a feed', () => {
  test('updates the entry of a development that is withdrawn, to say so', async () => {
    await using app = await openWithdrawn()
    const { items } = (await (await app.fetch('/feed.json?disputes=ferry')).json()) as { items: FeedItem[] }
    const byKey = new Map(items.map((item) => [item.url.split('/developments/')[1], item]))
    expect(byKey.get('ferry/accusation')).toMatchObject({
      title: 'Retracted: The North accuses the South',
      content_text: 'Retracted on 3 January 2026: it was another ferry',
      date_published: '2026-01-01T00:00:00.000Z',
      date_modified: '2026-01-03T00:00:00.000Z',
      tags: ['Statement', 'Retracted', 'The ferry'],
    })
    expect(byKey.get('ferry/sinking')).toMatchObject({
      title: 'Redacted: ferry/sinking',
      content_text: expect.stringMatching(/^Redacted on .*: Order of a court\.$/) as string,
    })
    const atom = await (await app.fetch('/feed.atom?disputes=ferry')).text()
    expect(atom).toContain('<title>Retracted: The North accuses the South</title>')
    expect(atom).not.toContain('It sank at the ford.')
  })

  test('tells on its first page of what was withdrawn since, and was recorded long before', async () => {
    let now = Date.UTC(2026, 0, 1)
    const first = [planned('statement', statement()), planned('event', event())]
    await using app = await openApp({ recorded: [setting, first], now: () => now })
    now += DAY
    const note = 'it was another ferry'
    await app.record(planned('event', event(), { kind: 'RETRACTED', revision: 2, note: 'in time, before the others' }))
    now += DAY
    await app.record(
      ...Array.from({ length: 60 }, (_, index) =>
        planned('event', event({ event: `ferry/${index}`, headline: `${index}` })),
      ),
    )
    await app.record(planned('statement', statement(), { kind: 'RETRACTED', revision: 2, note }))
    const read = async (address: string) =>
      (await (await app.fetch(address)).json()) as { items: FeedItem[]; next_url: string }
    const { items, next_url: next } = await read('/feed.json?disputes=ferry')
    expect(items.slice(0, 2).map(({ title }) => title)).toEqual(['Retracted: The North accuses the South', '59'])
    expect(items).toHaveLength(51)
    const older = await read(next.slice(app.url.length))
    expect(older.items.slice(-2).map(({ title }) => title)).toEqual([
      'Retracted: The ferry sinks',
      'Retracted: The North accuses the South',
    ])
  })
})

interface FeedItem {
  readonly url: string
  readonly title: string
}
