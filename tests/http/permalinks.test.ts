import { describe, expect, test } from 'vitest'
import type { PlannedChange } from '../../src/store/append.ts'
import { redactRecord } from '../../src/store/open.ts'
import { openApp, type App } from '../_support/app.ts'
import { openMadeDisputes } from '../_support/made-disputes.ts'
import { event, measure, planned, setting, statement } from '../_support/planned-changes.ts'
import { ARE_NODES } from '../_support/shared-log.ts'

const RECORDED_AT = '2026-01-01T00:00:00.000Z'

async function opened(...developments: readonly PlannedChange[]): Promise<App> {
  return openApp({ recorded: [setting, developments], now: () => Date.parse(RECORDED_AT) })
}

async function pageOf(app: App, path: string): Promise<string> {
  return (await app.fetch(`/developments/${path}`)).text()
}

/** The JSON-LD of a page as browsers find it: all text up to the end of the element. */
function blocksOf(page: string): readonly string[] {
  return [...page.matchAll(/<script type="application\/ld\+json">(.*?)<\/script/gis)].map(([, text = '']) => text)
}

async function linkedDataOf(app: App, path: string): Promise<unknown> {
  const [block, another] = blocksOf(await pageOf(app, path))
  expect(another).toBeUndefined()
  return block === undefined ? undefined : JSON.parse(block)
}

const gazette = { '@type': 'CreativeWork', name: 'The Gazette', datePublished: '2025-01-02', inLanguage: 'en' }

/** The report that is made of each record of the story, but for what differs. */
function reportOf(app: App, key: string, content: object): object {
  return {
    '@type': 'Report',
    url: `${app.url}/developments/${key}`,
    about: [{ '@type': 'Thing', name: 'The ferry', url: `${app.url}/disputes/ferry` }],
    version: 1,
    dateCreated: RECORDED_AT,
    citation: [gazette],
    ...content,
  }
}

describe('the JSON-LD of a development', () => {
  test('is an Event with the report on it, where one occurred', async () => {
    await using app = await opened(planned('event', event({ places: ['ford'] })))
    const ford = { '@type': 'Place', name: 'The Ford' }
    expect(await linkedDataOf(app, 'ferry/sinking')).toEqual({
      '@context': 'https://schema.org',
      '@type': 'Event',
      name: 'The ferry sinks',
      description: 'It sank at the ford.',
      startDate: '2024-12-31',
      location: [ford],
      subjectOf: reportOf(app, 'ferry/sinking', {
        headline: 'The ferry sinks',
        abstract: 'It sank at the ford.',
        keywords: ['Event', 'Established'],
        contentLocation: [ford],
      }),
    })
  })

  test('is a Report for a statement and a measure', async () => {
    const quotes = [
      { text: 'They sank it.', language: 'en', translated: false, citation: 'gazette' },
      { text: 'They did.', language: 'en', translated: true, citation: 'gazette' },
      { text: 'Nobody knows.', language: 'en', citation: 'gazette' },
    ]
    await using app = await opened(
      planned('event', event()),
      planned('statement', statement({ quotes })),
      planned('measure', measure()),
    )
    expect(await linkedDataOf(app, 'ferry/accusation')).toEqual({
      '@context': 'https://schema.org',
      ...reportOf(app, 'ferry/accusation', {
        headline: 'The North accuses the South',
        abstract: 'Its minister said that the South sank the ferry.',
        keywords: ['Statement', 'Reported'],
        contentLocation: [{ '@type': 'Place', name: 'The Ford' }],
        hasPart: [
          {
            '@type': 'Quotation',
            text: 'They sank it.',
            inLanguage: 'en',
            creator: [{ '@type': 'Person', name: 'Ada North' }],
          },
        ],
      }),
    })
    expect(await linkedDataOf(app, 'ferry/recall')).toEqual({
      '@context': 'https://schema.org',
      ...reportOf(app, 'ferry/recall', {
        headline: 'The North recalls its ambassador',
        abstract: 'It did so at once.',
        keywords: ['Measure', 'Reported'],
      }),
    })
  })

  test.each([
    ['2024', { startDate: '2024' }],
    ['2024-12', { startDate: '2024-12' }],
    ['2024-12-31T23:30:00+03:00', { startDate: '2024-12-31T23:30:00+03:00' }],
    ['2024-12/2025-01-03', { startDate: '2024-12', endDate: '2025-01-03' }],
    ['2024-12-31/2025~', { startDate: '2024-12-31' }],
    ['2024-12-31/..', { startDate: '2024-12-31' }],
    ['2024-12-31/', { startDate: '2024-12-31' }],
    ['../2024-12-31', undefined],
    ['/2024-12-31', undefined],
    ['2024-12-31~', undefined],
    ['2024-12?/2025', undefined],
    ['2024-12-XX', undefined],
    ['202X', undefined],
    ['[2024-12-30..2024-12-31]', undefined],
  ])('has of the date %s what is exact in it', async (date, dates) => {
    await using app = await opened(planned('event', event({ date })))
    const data = (await linkedDataOf(app, 'ferry/sinking')) as Readonly<Record<string, unknown>>
    const { '@type': type, startDate, endDate } = data
    expect({ type, startDate, endDate }).toEqual({ type: dates === undefined ? 'Report' : 'Event', ...dates })
  })

  test.each([
    ['found-by-court', 'Event'],
    ['found-by-investigation', 'Event'],
    ['acknowledged', 'Event'],
    ['established', 'Event'],
    ['reported', 'Event'],
    ['alleged', 'Report'],
    ['unverified', 'Report'],
    ['contested', 'Report'],
  ] as const)('calls an event that is %s: %s', async (status, type) => {
    await using app = await opened(planned('event', event({ 'evidential-status': status })))
    expect(await linkedDataOf(app, 'ferry/sinking')).toMatchObject({ '@type': type })
  })

  test('says who wrote and published the sources, where they are, and of places where they lie', async () => {
    const source = {
      key: 'herald',
      title: 'What sank',
      language: 'fr',
      reliability: 'B',
      author: 'A. Writer',
      outlet: 'herald-daily',
      url: 'https://herald.example/1',
      'archive-url': 'http://archive.example/1',
      published: '2025-01~',
    } as const
    const citation = { credibility: 2, basis: 'own-reporting' } as const
    await using app = await openApp({
      recorded: [
        [
          ...setting,
          planned('actor', { key: 'herald-daily', name: 'The Herald', kind: 'outlet' }),
          planned('source', source),
          planned('place', { key: 'pier', name: 'The Pier', country: 'FR', latitude: 1.5, longitude: -2 }),
        ],
        [
          planned(
            'event',
            event({
              places: ['pier'],
              citations: [
                { source: 'herald', locator: 'page 1', ...citation },
                { source: 'gazette', ...citation },
              ],
            }),
          ),
        ],
      ],
    })
    expect(await linkedDataOf(app, 'ferry/sinking')).toMatchObject({
      location: [
        {
          '@type': 'Place',
          name: 'The Pier',
          address: { '@type': 'PostalAddress', addressCountry: 'FR' },
          geo: { '@type': 'GeoCoordinates', latitude: 1.5, longitude: -2 },
        },
      ],
      subjectOf: {
        citation: [
          {
            '@type': 'CreativeWork',
            name: 'What sank',
            author: 'A. Writer',
            publisher: { '@type': 'Organization', name: 'The Herald' },
            inLanguage: 'fr',
            url: 'https://herald.example/1',
            archivedAt: 'http://archive.example/1',
          },
          gazette,
        ],
      },
    })
  })

  test('says nothing of a dispute that the development is only context for', async () => {
    await using app = await opened(planned('event', event({ disputes: [], 'context-of': ['ferry'], bearings: [] })))
    const data = await linkedDataOf(app, 'ferry/sinking')
    expect(data).toMatchObject({ '@type': 'Event' })
    expect(JSON.stringify(data)).not.toContain('about')
  })

  test('cannot be left by a text of the record', async () => {
    await using app = await openMadeDisputes(['hostile'])
    const { items } = (await (await app.fetch('/feed.json')).json()) as { items: readonly { url: string }[] }
    expect(items.length).toBeGreaterThan(20)
    const blocks = await Promise.all(
      items.map(async ({ url }) => {
        const [block = '', another] = blocksOf(await (await fetch(url)).text())
        expect(another).toBeUndefined()
        expect(block).not.toContain('<')
        return JSON.stringify(JSON.parse(block))
      }),
    )
    expect(blocks.join('')).toContain('</script><script>')
    expect(blocks.join('')).toContain('<!--')
  })

  test('is left out of what is retracted, not recorded yet, or shown as it was', async () => {
    await using app = await opened(planned('event', event()), planned('statement', statement()))
    await app.record(planned('event', event(), { kind: 'RETRACTED', revision: 2, note: 'it was another ferry' }))
    expect(await linkedDataOf(app, 'ferry/sinking')).toBeUndefined()
    expect(await linkedDataOf(app, 'ferry/accusation')).toBeDefined()
    expect(await linkedDataOf(app, `ferry/accusation?known=${RECORDED_AT}`)).toBeUndefined()
    expect(await linkedDataOf(app, 'ferry/accusation?known=2025-01-01T00:00:00Z')).toBeUndefined()
  })

  test('has the date and the number of the last revision', async () => {
    let now = Date.parse(RECORDED_AT)
    await using app = await openApp({ recorded: [setting, [planned('statement', statement())]], now: () => now })
    now += 86_400_000
    await app.record(planned('statement', statement({ headline: 'New' }), { kind: 'REVISED', revision: 2 }))
    expect(await linkedDataOf(app, 'ferry/accusation')).toMatchObject({
      headline: 'New',
      version: 2,
      dateCreated: RECORDED_AT,
      dateModified: '2026-01-02T00:00:00.000Z',
    })
  })
})

describe('a permalink', () => {
  test('names itself, its title and what it is about, under the public address', async () => {
    const summary = `${'The ferry sank at the ford. '.repeat(6)}😀`
    const config = { publicUrl: 'https://record.example' }
    await using app = await openApp({ recorded: [setting, [planned('event', event({ summary }))]], config })
    for (const path of ['ferry/sinking', 'ferry/sinking?known=2999-01-01T00:00:00Z', 'ferry%2Fsinking?x=1']) {
      const page = await pageOf(app, path)
      expect(page).toContain('<link rel="canonical" href="https://record.example/developments/ferry/sinking"/>')
      expect(page).toContain('<title>The ferry sinks · Demarche</title>')
      const [, description = ''] = /<meta name="description" content="([^"]*)"/.exec(page) ?? []
      expect(description).toMatch(/^The ferry sank at the ford\. .*…$/)
      expect(description.length).toBeLessThanOrEqual(156)
    }
  })

  test('has a description that is text, where a long one is cut within a character', async () => {
    for (const summary of [`${'a'.repeat(154)}😀b`, `${'a'.repeat(155)}😀b`]) {
      await using app = await opened(planned('event', event({ summary })))
      const page = await pageOf(app, 'ferry/sinking')
      const [, description = ''] = /<meta name="description" content="([^"]*)"/.exec(page) ?? []
      expect(description).toMatch(/^a{154,155}…$/)
    }
  })

  test.each(['ferry/sinking', 'ferry/sinking.json', 'ferry/sinking.json?known=2026-01-01T00:00:00Z'])(
    '%s answers a known ETag with 304 until the record changes, and HEAD without a body',
    async (path) => {
      await using app = await opened(planned('event', event()))
      const address = `/developments/${path}`
      const first = await app.fetch(address)
      const etag = first.headers.get('etag') ?? ''
      expect([first.status, etag]).toEqual([200, expect.stringMatching(/^(?:W\/)?"[^"]+"$/)])
      const head = await app.fetch(address, { method: 'HEAD' })
      const names = ['content-type', 'content-length', 'etag', 'cache-control']
      expect([head.status, await head.text()]).toEqual([200, ''])
      expect(names.map((name) => head.headers.get(name))).toEqual(names.map((name) => first.headers.get(name)))
      const again = (method: string) => app.fetch(address, { method, headers: { 'if-none-match': etag } })
      for (const method of ['GET', 'HEAD']) {
        const held = await again(method)
        expect([held.status, await held.text(), held.headers.get('etag')]).toEqual([304, '', etag])
      }
      await app.record(planned('event', event({ headline: 'New' }), { kind: 'REVISED', revision: 2 }))
      expect((await again('GET')).status).toBe(200)
    },
  )

  // The record of a node is redacted in its log.
  test.skipIf(ARE_NODES)(
    'of a redacted development says so and why, and tells of nothing that stands in place of its content',
    async () => {
      await using app = await openApp({ recorded: [setting, [planned('event', event())]] })
      await redactRecord(app.file, { key: 'ferry/sinking', reason: 'Order of a court.' })
      for (const query of ['', '?known=2999-01-01T00:00:00Z']) {
        const page = await app.fetch(`/developments/ferry/sinking${query}`)
        const text = await page.text()
        expect(page.status).toBe(200)
        expect(text).toMatch(/<title>Redacted event · Demarche<.*Redacted on .*Order of a court\./s)
        // Neither the text nor the date nor the grade that a redacted record has.
        expect(text).not.toMatch(/\[redacted\]|9999|cannot be judged|independent origin/)
      }
    },
  )

  test('of a retracted development answers 200 and says so, and shows it as it was', async () => {
    let now = Date.parse(RECORDED_AT)
    await using app = await openApp({ recorded: [setting, [planned('event', event())]], now: () => now })
    now += 86_400_000
    await app.record(planned('event', event(), { kind: 'RETRACTED', revision: 2, note: 'it was another ferry' }))
    const page = await app.fetch('/developments/ferry/sinking')
    expect([page.status, await page.text()]).toEqual([
      200,
      expect.stringMatching(/Retracted on 2 January 2026:.*it was another/s),
    ])
    const retraction = { reason: 'it was another ferry', at: '2026-01-02T00:00:00.000Z' }
    const data = await app.fetch('/developments/ferry/sinking.json')
    expect([data.status, await data.json()]).toEqual([
      200,
      expect.objectContaining({ headline: 'The ferry sinks', retraction }),
    ])
    const before = '?known=2026-01-01T12:00:00Z'
    expect(await pageOf(app, `ferry/sinking${before}`)).not.toContain('Retracted on')
    const held = await app.fetch(`/developments/ferry/sinking.json${before}`)
    expect(await held.json()).toMatchObject({ retraction: null, revision: 1 })
  })

  test('of an unknown key is a 404 with the nearest keys, whatever is asked of it', async () => {
    await using app = await opened(planned('event', event()))
    for (const path of ['ferry/sinkin', 'ferry/sinkin.json', 'ferry/sinkin?known=2999-01-01T00:00:00Z']) {
      const response = await app.fetch(`/developments/${path}`)
      expect([response.status, response.headers.get('cache-control')]).toEqual([404, 'no-store'])
      expect(await response.json()).toMatchObject({
        errors: [{ extensions: { code: 'UNKNOWN_KEY', nearest: ['ferry/sinking'] } }],
      })
      const head = await app.fetch(`/developments/${path}`, { method: 'HEAD' })
      expect([head.status, await head.text()]).toEqual([404, ''])
    }
  })

  test('refuses a `known` that is not an instant, as a page and as data', async () => {
    await using app = await opened(planned('event', event()))
    for (const path of ['ferry/sinking?known=yesterday', 'ferry/sinking.json?known=yesterday']) {
      const response = await app.fetch(`/developments/${path}`)
      expect([response.status, response.headers.get('cache-control')]).toEqual([400, 'no-store'])
      expect(await response.text()).toMatch(/\bknown\b.* is not an instant/)
    }
  })
})
