import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { bearer, openApp, type App } from '../_support/app.ts'
import { openMadeDisputes } from '../_support/made-disputes.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'

interface JsonFeed {
  readonly feed_url: string
  readonly next_url?: string
  readonly items: readonly { readonly id: string; readonly title: string; readonly content_text: string }[]
}

async function jsonFeed(app: App, query = ''): Promise<JsonFeed> {
  return (await (await app.fetch(`/feed.json${query}`)).json()) as JsonFeed
}

/** The elements of Atom as Python's XML parser reads them, which refuses what is not well formed. */
function parseAtom(xml: string): { readonly title: string; readonly id: string; readonly summary: string }[] {
  const program = `
import json, sys, xml.etree.ElementTree as tree
atom = '{http://www.w3.org/2005/Atom}'
feed = tree.fromstring(sys.stdin.buffer.read())
names = ['id', 'title', 'updated', 'published', 'summary']
assert feed.tag == atom + 'feed'
assert all(len(feed.findall(atom + name)) == 1 for name in names[:3])
assert all(len(entry.findall(atom + name)) == 1 for entry in feed.iter(atom + 'entry') for name in names)
print(json.dumps([{name: entry.find(atom + name).text for name in names} for entry in feed.iter(atom + 'entry')]))`
  return JSON.parse(execFileSync('python3', ['-c', program], { input: xml, encoding: 'utf8' })) as ReturnType<
    typeof parseAtom
  >
}

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
    const entries = parseAtom(await atom.text())
    const { items } = await jsonFeed(app)
    expect(items.length).toBeGreaterThan(20)
    expect(entries.map(({ id, title, summary }) => ({ id, title, summary }))).toEqual(
      items.map(({ id, title, content_text: summary }) => ({ id, title, summary })),
    )
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
