import { describe, expect, test } from 'vitest'
import { bearer, openApp, type App } from '../_support/app.ts'
import { brokenRulesOfAtom, brokenRulesOfJsonFeed, childrenOf, parseXml, type Element } from '../_support/feed-rules.ts'
import { openMadeDisputes } from '../_support/made-disputes.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'

interface JsonFeed extends Readonly<Record<string, unknown>> {
  readonly feed_url: string
  readonly next_url?: string
  readonly items: readonly { readonly id: string; readonly title: string; readonly content_text: string }[]
}

async function jsonFeed(app: App, query = ''): Promise<JsonFeed> {
  return (await (await app.fetch(`/feed.json${query}`)).json()) as JsonFeed
}

async function atomFeed(app: App, query = ''): Promise<Element> {
  return parseXml(await (await app.fetch(`/feed.atom${query}`)).text())
}

const textIn = (element: Element, name: string) => childrenOf(element, name)[0]?.text

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => planned('event', event({ event: `ferry/event-${index + 1}` })))

describe('/feed.atom and /feed.json', () => {
  test('hold the newest 50 developments, and lead to the older ones', async () => {
    await using app = await openApp({ recorded: [setting, numbered(51)] })
    const first = await jsonFeed(app)
    expect(first.items).toHaveLength(50)
    const { pathname, search } = new URL(first.next_url ?? '')
    expect(pathname).toBe('/feed.json')
    const last = await jsonFeed(app, search)
    expect(last.items).toHaveLength(1)
    expect(last.next_url).toBeUndefined()
    expect(new Set([...first.items, ...last.items].map(({ id }) => id)).size).toBe(51)
  })

  test('are filtered by the query string, and name the parameter that is refused', async () => {
    await using app = await openApp({ recorded: [setting, numbered(2)] })
    expect((await jsonFeed(app, '?keys=ferry/event-1')).items).toHaveLength(1)
    expect((await jsonFeed(app, '?kinds=MEASURE')).items).toEqual([])
    for (const [query, parameter] of [
      ['?kind=EVENT', '"kind"'],
      ['?kinds=WAR', '"kinds"'],
      ['?disputes=fery', '"disputes"'],
      ['?after=x', '"after"'],
      ['?includeRetracted=true', '"includeRetracted"'],
      ['?from=2025-02-30', '"from"'],
      ['?to=2024-01-01&from=2025-01-01', '"to"'],
      ['?to=2025-01-01&dateOverlaps.from=2024-01-01', '"to"'],
      ['?known=2025-01-01T00:00:00Z', '"known"'],
      ['?order=OLDEST_FIRST', '"order"'],
    ] as const) {
      const response = await app.fetch(`/feed.atom${query}`)
      expect(response.status).toBe(400)
      expect(await response.text()).toContain(JSON.stringify(parameter).slice(1, -1))
    }
  })

  test('are valid whatever the texts of the record are, and say the same', async () => {
    await using app = await openMadeDisputes(['hostile'])
    const atom = await app.fetch('/feed.atom')
    expect(atom.headers.get('content-type')).toBe('application/atom+xml; charset=utf-8')
    const entries = childrenOf(parseXml(await atom.text()), 'entry')
    const { items } = await jsonFeed(app)
    expect(items.length).toBeGreaterThan(20)
    expect(entries.map((entry) => ['id', 'title', 'summary'].map((name) => textIn(entry, name)))).toEqual(
      items.map(({ id, title, content_text: summary }) => [id, title, summary]),
    )
  })

  test('keep the rules of RFC 4287 and JSON Feed 1.1: hostile, empty, filtered, and on every page', async () => {
    await using hostile = await openMadeDisputes(['hostile', 'one-party'])
    await using many = await openApp({ recorded: [setting, numbered(51)] })
    await using empty = await openApp()
    const cases: readonly (readonly [App, string])[] = [
      [hostile, ''],
      [hostile, '?disputes=hostile&disputes=one-party&text=%22a%20%26%20b%3C%27'],
      [hostile, '?kinds=MEASURE&from=2025-01-01'],
      [many, ''],
      [many, new URL((await jsonFeed(many)).next_url ?? '').search],
      [empty, ''],
    ]
    for (const [app, query] of cases) {
      expect(brokenRulesOfAtom(await atomFeed(app, query))).toEqual([])
      expect(brokenRulesOfJsonFeed(await jsonFeed(app, query))).toEqual([])
    }
  })

  test('take `from` and `to` as exports do, and both bounds count', async () => {
    const dated = ['2025-01-01', '2025-01-02', '2025-01-03'].map((date) =>
      planned('event', event({ event: `ferry/${date}`, headline: date, date })),
    )
    await using app = await openApp({ recorded: [setting, dated] })
    for (const [query, expected] of [
      ['?from=2025-01-02', ['2025-01-02', '2025-01-03']],
      ['?to=2025-01-02', ['2025-01-01', '2025-01-02']],
      ['?from=2025-01-02&to=2025-01-02', ['2025-01-02']],
      ['?dateOverlaps.from=2025-01-02&dateOverlaps.to=2025-01-02', ['2025-01-02']],
    ] as const) {
      const { items } = await jsonFeed(app, query)
      expect(items.map(({ title }) => title).toSorted()).toEqual(expected)
      expect(childrenOf(await atomFeed(app, query), 'entry')).toHaveLength(expected.length)
    }
  })

  test('open for a visitor who follows a link, and are shared with the pages of allowed origins only', async () => {
    const config = { origins: ['https://reader.example'] }
    await using app = await openApp({ recorded: [setting, numbered(1)], config })
    for (const path of ['/feed.atom', '/feed.json']) {
      const link = await app.fetch(path, { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' } })
      expect(link.status).toBe(200)
      for (const [origin, allowed] of [
        ['https://reader.example', 'https://reader.example'],
        ['https://evil.example', null],
      ] as const) {
        const response = await app.fetch(path, { headers: { origin, 'sec-fetch-site': 'cross-site' } })
        expect(response.headers.get('access-control-allow-origin')).toBe(allowed)
        expect(response.headers.get('vary')).toContain('origin')
        expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin')
      }
    }
  })

  test('keep the id of an entry when the public address changes', async () => {
    const recorded = [setting, numbered(1)]
    await using one = await openApp({ recorded })
    await using other = await openApp({ recorded, config: { publicUrl: 'https://record.example' } })
    const [here, there] = [await jsonFeed(one), await jsonFeed(other)]
    expect(there.feed_url).toBe('https://record.example/feed.json')
    expect(here.items[0]?.id).toMatch(/^urn:uuid:/)
    expect(there.items[0]?.id).toBe(here.items[0]?.id)
  })

  test('answer a known ETag with 304, and HEAD without a body', async () => {
    await using app = await openApp({ recorded: [setting, numbered(1)] })
    const etag = (await app.fetch('/feed.atom')).headers.get('etag') ?? ''
    expect((await app.fetch('/feed.atom', { headers: { 'if-none-match': etag } })).status).toBe(304)
    const head = await app.fetch('/feed.atom', { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })

  test('need a token where reading does', async () => {
    await using app = await openApp({ recorded: [setting], config: { isPrivate: true } })
    expect((await app.fetch('/feed.atom')).status).toBe(401)
    expect((await app.fetch('/feed.atom', { headers: await bearer(app, 'READ') })).status).toBe(200)
  })
})

describe('the rules of feeds', () => {
  const feed = (content: string) => parseXml(`<feed xmlns="http://www.w3.org/2005/Atom">${content}</feed>`)
  const head = '<id>a:b</id><title>t</title><updated>2025-01-01T00:00:00Z</updated>'
  const author = '<author><name>n</name></author>'
  const self = '<link rel="self" href="http://a.example/"/>'
  const entry = '<id>a:c</id><title>t</title><updated>2025-01-01T00:00:00Z</updated><link href="http://a.example/"/>'

  test.each([
    [`${head}${self}<entry>${entry}</entry>`, 'an author on feed or each entry'],
    [`${head}${author}<entry>${entry}</entry>`, 'feed: one self link'],
    [`${head}${author}${self}<title>t</title>`, 'feed: exactly one title'],
    [`${head}${author}${self}<entry>${entry}<summary/><summary/></entry>`, 'entry: at most one summary'],
    [`${head}${author}${self}<entry>${entry}</entry><entry>${entry}</entry>`, 'the ids of entries are unique'],
    [`${head}${author}${self}<entry>${entry.replace(/<link.*/, '')}</entry>`, 'entry: content or an alternate link'],
    [`${head}${author}${self}<entry>${entry.replace('00Z', '00z')}</entry>`, 'entry: dates are RFC 3339'],
    [`${head}${author}${self}<entry>${entry.replace('a:c', 'c')}</entry>`, 'entry: the id is an absolute IRI'],
    [`${head}${author}${self}<entry>${entry}<link href="/b"/></entry>`, 'entry: a link has an absolute address'],
    [`${head}${author}${self}<entry>${entry}<category label="a"/></entry>`, 'entry: a category has a term'],
    [`${head}${self}<author><name/></author>`, 'feed: an author has one name'],
    [`${head}${author}${self}<subtitle/><entry>${entry}<summary><b/></summary></entry>`, 'entry: text has no elements'],
    [`${head}${author}${self}<summary/>`, 'feed: no summary in it'],
    [`${head}${author}${self}<entry>${entry}<subtitle/></entry>`, 'entry: no subtitle in it'],
    [`${head}${author}${self}<entry>${entry}<headline/></entry>`, 'entry: no headline in it'],
    [`text${head}${author}${self}`, 'feed: no text of its own'],
    [`${head}${author}${self}<category term="a" key="b"/>`, 'category: no attribute key'],
    [`${head}${self}<author><name>n</name><email>n</email></author>`, 'feed: an email has an @'],
    [`${head}${self}<author><name>n</name><uri/><uri/></author>`, 'feed: an author has one uri at most'],
    [`${head}${author}${self}<link rel="a b" href="http://a.example/"/>`, 'feed: a relation is a name or an IRI'],
    [`${head}${author}${self}<link hreflang="e_n" href="http://a.example/"/>`, 'feed: a language is a tag'],
    [`${head}${author}${self}<link length="1k" href="http://a.example/"/>`, 'feed: a length is a number'],
  ])('are broken by the Atom %s', (content, rule) => {
    expect(brokenRulesOfAtom(feed(content))).toContain(rule)
  })

  test('are kept by the smallest documents, and a forbidden character is no XML', () => {
    expect(brokenRulesOfAtom(feed(`${head}${author}${self}<entry>${entry}</entry>`))).toEqual([])
    expect(brokenRulesOfAtom(feed(`${head}${self}<entry>${entry}${author}</entry>`))).toEqual([])
    expect(brokenRulesOfJsonFeed(small)).toEqual([])
    expect(() => feed(`${head}\u0001`)).toThrow(/not well-formed/)
  })

  const item = { id: '1', content_text: 't' }
  const small = {
    version: 'https://jsonfeed.org/version/1.1',
    title: 't',
    feed_url: 'http://a.example/feed.json',
    authors: [{ name: 'n' }],
    items: [item],
  }

  test.each([
    [{ version: 'https://jsonfeed.org/version/1' }, 'the version is an address'],
    [{ title: undefined }, 'feed: a title'],
    [{ items: undefined }, 'feed: items'],
    [{ feed_url: '/feed.json' }, 'feed: its own address'],
    [{ next_url: small.feed_url }, 'feed: the next address is another'],
    [{ home_page_url: 'a' }, 'feed: home_page_url is an absolute address'],
    [{ authors: undefined }, 'an author on feed or each item'],
    [{ authors: [{}] }, 'authors are named'],
    [{ items: [item, item] }, 'the ids of items are unique'],
    [{ items: [{ ...item, id: 1 }] }, 'item: an id that is text'],
    [{ items: [{ id: '1' }] }, 'item: content'],
    [{ items: [{ ...item, date_published: '2025-01-01' }] }, 'item: date_published is RFC 3339'],
    [{ items: [{ ...item, url: 'a' }] }, 'item: url is an absolute address'],
    [{ items: [{ ...item, tags: [1] }] }, 'item: tags are texts'],
  ])('are broken by the JSON feed with %j', (change, rule) => {
    expect(brokenRulesOfJsonFeed({ ...small, ...change })).toContain(rule)
  })
})
