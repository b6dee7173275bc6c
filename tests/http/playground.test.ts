import { readFileSync } from 'node:fs'
import { createContext, runInContext } from 'node:vm'
import { parse, validate } from 'graphql'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadDossiers } from '../../src/dossier/import/import.ts'
import { schema } from '../../src/graphql/schema.ts'
import { readWorkedQueries } from '../../src/http/pages/assets.ts'
import { openApp, type App } from '../_support/app.ts'
import { followStream } from '../_support/follow.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'

const QUERIES = readWorkedQueries()

/** What browsers accept when they open an address. */
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

describe('the playground', () => {
  test('loads everything from this service, and its policy allows nothing inline', async () => {
    await using app = await openApp()
    const response = await app.fetch('/graphql', { headers: { accept: 'text/html,application/xhtml+xml' } })
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).not.toContain('unsafe')
    const page = await response.text()
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=|https?:/)
    const assets = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '')
    expect(assets.filter((address) => address.startsWith('/assets/')).length).toBeGreaterThan(5)
    for (const asset of assets) {
      expect(asset).toMatch(/^\/($|assets\/|graphql\?operationName=)/)
      const { status, headers } = await app.fetch(asset, { headers: { accept: 'text/html' } })
      expect([status, headers.get('content-type')]).toEqual([200, expect.stringMatching(/^(text|image)\//)])
    }
  })

  test('serves its assets compressed and with an ETag', async () => {
    await using app = await openApp()
    const first = await app.fetch('/assets/graphiql.js')
    expect(first.headers.get('content-encoding')).toBe('gzip')
    expect((await first.text()).length).toBeGreaterThan(1_000_000)
    const etag = first.headers.get('etag') ?? ''
    expect((await app.fetch('/assets/graphiql.js', { headers: { 'if-none-match': etag } })).status).toBe(304)
    expect((await app.fetch('/assets/../package.json')).status).toBe(404)
    expect((await app.fetch('/assets/toString')).status).toBe(404)
  })

  test('lists at least eight queries by question, each named and explained', async () => {
    await using app = await openApp()
    const page = await (await app.fetch('/graphql', { headers: { accept: 'text/html' } })).text()
    expect(QUERIES.length).toBeGreaterThanOrEqual(8)
    expect(new Set(QUERIES.map(({ name }) => name)).size).toBe(QUERIES.length)
    expect(new Set(QUERIES.map(({ title }) => title)).size).toBe(QUERIES.length)
    for (const { question, title, name, query } of QUERIES) {
      expect(question).toMatch(/^[A-Z][a-z ]+\?$/)
      expect(query).toMatch(/^# \w/)
      expect(page.split(`<h2>${question}</h2>`)).toHaveLength(2)
      expect(page).toContain(`<a href="/graphql?operationName=${name}">${title}</a>`)
    }
  })

  test('is what a browser gets for a link, while a program gets the answer', async () => {
    await using app = await openApp()
    for (const link of ['query={service{developments}}', 'query=', 'query=%', 'operationName=Live', 'variables=%7B']) {
      const page = await app.fetch(`/graphql?${link}`, { headers: { accept: BROWSER } })
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
      expect(await page.text()).not.toContain('service{')
    }
    const answer = await app.fetch('/graphql?query={service{developments}}')
    expect(await answer.json()).toMatchObject({ data: { service: { developments: 0 } } })
  })

  test.each(QUERIES)('$name is valid', ({ query }) => {
    expect(validate(schema, parse(query))).toEqual([])
  })
})

describe('a subscription in the playground', () => {
  test('shows at once that it is connected, then every change, newest first', async () => {
    await using app = await openApp({ recorded: [setting] })
    const { fetcher } = await openPlayground((path, init) => app.fetch(path, init))
    const live = QUERIES.find(({ name }) => name === 'Live')
    const shown = await follow(fetcher, live?.query ?? '')
    expect((await shown.next()).value).toMatchObject({
      live: expect.stringMatching(/^connected at .*, waiting for the first change$/),
      received: 0,
    })
    await expect.poll(() => app.service.open.followers).toBe(1)
    const keys = ['ferry/one', 'ferry/two', 'ferry/three', 'ferry/four', 'ferry/five']
    for (const key of keys) await app.record(planned('event', event({ event: key })))
    let state: Shown | undefined
    while (state?.received !== keys.length) state = (await shown.next()).value
    expect(state.newestFirst?.map(({ feed }) => feed.development.key)).toEqual(keys.toReversed())
    await shown.return()
    await expect.poll(() => app.service.open.followers).toBe(0)
    expect((await shown.next()).done).toBe(true)
  })

  test('shows heartbeats apart, so that they replace no change', async () => {
    const beat = (at: string) => ({ data: { feed: { __typename: 'Heartbeat', cursor: 'c', at } } })
    const bare = { data: { feed: { cursor: 'c', at: 'later' } } }
    const change = { data: { feed: { __typename: 'FeedChange', cursor: 'd', at: 'then', kind: 'RECORDED' } } }
    const query = 'subscription { feed { __typename cursor at ... on FeedChange { kind } } }'
    for (const last of [beat('late'), bare]) {
      const shown = await follow((await playgroundOn([beat('early'), change, last])).fetcher, query)
      await shown.next()
      expect((await shown.next()).value).toMatchObject({
        live: expect.stringMatching(/^connected at [\d:]+ UTC$/),
        lastHeartbeat: { at: last.data.feed.at },
        received: 1,
        newestFirst: [change.data],
      })
    }
  })

  test('keeps the last hundred messages, and says when the subscription has ended', async () => {
    const added = (key: number) => ({ data: { developmentAdded: { cursor: `${key}` } } })
    const messages = Array.from({ length: 120 }, (_, index) => added(index + 1))
    const shown = await follow(
      (await playgroundOn([...messages, 'complete'])).fetcher,
      'subscription { developmentAdded { cursor } }',
    )
    await shown.next()
    const { value } = await shown.next()
    expect(value).toMatchObject({ live: expect.stringMatching(/^ended by the service/), received: 120 })
    expect(value?.newestFirst).toEqual(
      messages
        .toReversed()
        .slice(0, 100)
        .map(({ data }) => data),
    )
    expect((await shown.next()).done).toBe(true)
  })

  test('shows a refusal and the result of a query unchanged', async () => {
    await using app = await openApp({ recorded: [setting] })
    const { fetcher } = await openPlayground((path, init) => app.fetch(path, init))
    const refused = await follow(fetcher, 'subscription { feed(after: "nonsense") { cursor } }')
    await refused.next()
    expect((await refused.next()).value).toMatchObject({ errors: [{ extensions: { code: 'CURSOR_INVALID' } }] })
    const answered = await fetcher({ query: '{ service { developments } }' })
    expect(answered).toMatchObject({ data: { service: { developments: 0 } } })
  })

  test('shows that it was stopped, with the changes that it had received', async () => {
    await using app = await openApp({ recorded: [setting] })
    const { fetcher, setPane } = await openPlayground((path, init) => app.fetch(path, init))
    const pane: unknown[] = []
    setPane((result) => pane.push(result))
    const shown = await follow(fetcher, QUERIES.find(({ name }) => name === 'Live')?.query ?? '')
    await shown.next()
    await app.record(planned('event', event()))
    let state: Shown | undefined
    while (state?.received !== 1) state = (await shown.next()).value
    await shown.return()
    await shown.return()
    expect(pane).toEqual([{ ...state, live: expect.stringMatching(/^stopped at [\d:]+ UTC$/) }])
  })

  test('does not show a subscription as stopped that had ended before', async () => {
    for (const messages of [[], ['complete'], [{ errors: [{ message: 'refused' }] }]]) {
      const { fetcher, setPane } = await playgroundOn(messages)
      const pane: unknown[] = []
      setPane((result) => pane.push(result))
      const shown = await follow(fetcher, 'subscription { feed { cursor } }')
      while (!(await shown.next()).done);
      await shown.return()
      expect(pane).toEqual([])
    }
  })
})

test('the playground says when the service cannot be reached, or something else answers', async () => {
  const gone = await openPlayground(async (path) => {
    if (path === '/graphql') throw new TypeError('Failed to fetch')
    return Response.json([])
  })
  expect(await gone.fetcher({ query: '{ a }' })).toEqual({
    errors: [{ message: 'The service does not answer. Check that it runs, and try again.' }],
  })
  const proxy = await openPlayground(async (path) =>
    path === '/graphql' ? new Response('<h1>Bad gateway</h1>', { status: 502 }) : Response.json([]),
  )
  expect(await proxy.fetcher({ query: '{ a }' })).toEqual({
    errors: [{ message: 'The response is not JSON; its status is 502.' }],
  })
})

test('operations carry the token of the field, unless the header editor names another', async () => {
  const sent: (string | null)[] = []
  const { fetcher } = await openPlayground(
    (_, init) => {
      sent.push(new Headers(init?.headers).get('authorization'))
      return Promise.resolve(Response.json([]))
    },
    () => {},
    'typed',
  )
  await fetcher({ query: '{ a }' })
  await fetcher({ query: '{ a }' }, { headers: { Authorization: 'Bearer edited' } })
  expect(sent).toEqual(['Bearer typed', 'Bearer typed', 'Bearer edited'])
})

describe('a link to the playground', () => {
  const two = 'query A { a } query B($x: Int) { b(x: $x) }'

  test.each<[link: Link, opened: Link]>([
    [{ query: two }, { query: two }],
    [
      { query: two, variables: '{"x": 1}' },
      { query: two, variables: '{"x": 1}' },
    ],
    [
      { query: two, variables: '{}', operationName: 'B' },
      { query: two, variables: '{}', operationName: 'B' },
    ],
    [{ query: '{ a(b: "&=+#%?\u{1F4A5}\n") }' }, { query: '{ a(b: "&=+#%?\u{1F4A5}\n") }' }],
    [{ query: '</script><script>alert(1)</script>' }, { query: '</script><script>alert(1)</script>' }],
  ])('%j opens what it names', async (link, opened) => {
    const { linkTo, readLink } = await openPlayground()
    const { search } = new URL(linkTo('http://localhost:4000', { variables: '', ...link }))
    expect(readLink(search, QUERIES)).toEqual({
      operationName: undefined,
      problem: undefined,
      variables: '',
      ...opened,
    })
  })

  test('opens a worked query by its name, with its own variables unless the link has some', async () => {
    const { readLink } = await openPlayground()
    const worked = QUERIES.find(({ name }) => name === 'EverythingAboutOne')
    const { query, variables } = worked ?? {}
    expect(readLink('?operationName=EverythingAboutOne', QUERIES)).toMatchObject({ query, variables })
    const key = '{"key":"j2-8243/four-demands"}'
    expect(readLink(`?operationName=EverythingAboutOne&variables=${encodeURIComponent(key)}`, QUERIES)).toMatchObject({
      query,
      variables: key,
    })
    expect(readLink('?query=&operationName=EverythingAboutOne', QUERIES)).toMatchObject({ query, variables })
    expect(readLink('', QUERIES)).toEqual({})
    expect(readLink('?query=', QUERIES)).toEqual({})
    expect(readLink('?variables=%7B%7D&other=1', QUERIES)).toEqual({})
  })

  test.each([
    ['?query={a}&variables={"x":', 'The variables of this link are not a JSON object. Correct them under Variables.'],
    ['?query={a}&variables=[1]', 'The variables of this link are not a JSON object. Correct them under Variables.'],
    ['?query={a}&variables=null', 'The variables of this link are not a JSON object. Correct them under Variables.'],
    ['?query=query A {a}&operationName=B', 'The query of this link has no operation "B".'],
    ['?query=query A {a}&operationName=(', 'The query of this link has no operation "(".'],
    ['?operationName=Nothing', 'There is no worked query "Nothing". Choose one of the list.'],
    [`?operationName=${'x'.repeat(9000)}`, `There is no worked query "${'x'.repeat(80)}…". Choose one of the list.`],
  ])('%s says what is wrong with it', async (search, problem) => {
    const { readLink } = await openPlayground()
    expect(readLink(search, QUERIES).problem).toBe(problem)
  })

  test('is in the address as long as it is shown, and that of a worked query when one is shown', async () => {
    const { addressOf } = await openPlayground()
    const [first, second] = QUERIES
    const link = '?query=%7Ba%7D&variables=%7B%7D'
    const own = { query: '{a}', variables: '{}' }
    const named = (worked = first) => `?operationName=${worked?.name}`
    const shown = ({ query, variables = '' } = first ?? own) => ({ query, variables })
    expect(addressOf(link, own, QUERIES)).toBe(link)
    expect(addressOf(link, { ...own, variables: '{"b":1}' }, QUERIES)).toBe('')
    expect(addressOf(link, { query: '{b}', variables: '{}' }, QUERIES)).toBe('')
    expect(addressOf(named(), shown(), QUERIES)).toBe(named())
    expect(addressOf(named(), shown(second), QUERIES)).toBe(named(second))
    expect(addressOf('', shown(second), QUERIES)).toBe(named(second))
    expect(addressOf('?operationName=Nothing', own, QUERIES)).toBe('')
  })

  test('is copied, or shown in the address bar, or refused when it is too long', async () => {
    const copied: string[] = []
    const { share, notices, addresses } = await openPlayground(undefined, (link) => copied.push(link))
    await share('http://localhost:4000/graphql?query=a')
    expect([copied, notices.at(-1)]).toEqual([['http://localhost:4000/graphql?query=a'], 'Link copied.'])
    await share('x'.repeat(8000))
    expect(copied).toHaveLength(2)
    await share('x'.repeat(8001))
    expect(notices.at(-1)).toBe(
      'This query is too long for a link: 8001 characters, at most 8000. Copy the query instead.',
    )
    expect([copied.length, addresses]).toEqual([2, []])

    const refusing = await openPlayground(undefined, () => {
      throw new Error('NotAllowedError')
    })
    await refusing.share('http://localhost:4000/graphql?query=a')
    expect(refusing.addresses).toEqual(['http://localhost:4000/graphql?query=a'])
    expect(refusing.notices.at(-1)).toMatch(/^The link is in the address bar/)
  })

  test('that is longer than the service reads is refused in words', async () => {
    await using app = await openApp()
    expect((await app.fetch(`/graphql?query=${'a'.repeat(8000)}`, { headers: { accept: BROWSER } })).status).toBe(200)
    const refused = await app.fetch(`/graphql?query=${'a'.repeat(16_384)}`, { headers: { accept: BROWSER } })
    expect([refused.status, await refused.text()]).toEqual([431, expect.stringContaining('Shorten the link')])
  })

  test('can be made of every worked query', async () => {
    const { linkTo, readLink } = await openPlayground()
    for (const { query, variables = '' } of QUERIES) {
      const link = linkTo('https://demarche.example.org', { query, variables })
      expect(link.length).toBeLessThan(8000)
      expect(readLink(new URL(link).search, QUERIES)).toMatchObject({ query, variables })
    }
  })
})

describe('on the bundled record', () => {
  let app: App

  beforeAll(async () => {
    app = await openApp()
    await loadDossiers(app.store, ['dossiers'])
    return () => app[Symbol.asyncDispose]()
  })

  const listed = QUERIES.filter(
    ({ name, query }) => /^query/m.test(query) && !['Source', 'HowManyDevelopments'].includes(name),
  )
  test.each(listed)('$name returns a list with several items', async ({ query, variables }) => {
    const { status, body } = await app.ask(query, variables === undefined ? {} : JSON.parse(variables))
    expect([status, body.errors]).toEqual([200, undefined])
    expect(longestList(body.data)).toBeGreaterThan(1)
  })

  test('HowManyDevelopments returns a number', async () => {
    expect(await answerOf('HowManyDevelopments')).toEqual({ developments: { totalCount: 80 } })
  })

  test('Source returns what a document is', async () => {
    expect(await answerOf('Source')).toMatchObject({ source: { title: expect.stringMatching(/./) } })
  })

  test('the comments of the queries are true of the bundled record', async () => {
    interface Figure {
      readonly value: number | null
      readonly unit: string | null
    }
    const { disagreements } = await answerOf<{
      disagreements: { totalCount: number; nodes: { quantity: string; unit: null; figures: Figure[] }[] }
    }>('DoFiguresDisagree')
    const [dead] = disagreements.nodes
    expect(disagreements).toMatchObject({ totalCount: 1, nodes: [{ quantity: 'KILLED', unit: null }] })
    expect(new Set(dead?.figures.map(({ value }) => value))).toEqual(new Set([38]))
    expect(new Set(dead?.figures.map(({ unit }) => unit))).toEqual(
      new Set(['people', 'passengers', 'passengers and crew']),
    )

    const { dispute } = await answerOf<{
      dispute: { tension: { straddling: number; buckets: { count: number }[]; marks: { totalCount: number } } }
    }>('TensionMarks')
    const { straddling, buckets, marks } = dispute.tension
    const inMonths = buckets.reduce((sum, { count }) => sum + count, 0)
    expect(straddling).toBeGreaterThan(inMonths)
    expect(marks.totalCount).toBe(inMonths + straddling)

    const claim = { proposition: 'Birds struck the aircraft.' }
    const { actor } = await answerOf<{ actor: { positions: { nodes: { claim: typeof claim }[] } } }>(
      'PositionsOverTime',
    )
    const ofBirds = actor.positions.nodes.filter((position) => position.claim.proposition === claim.proposition)
    expect(ofBirds.at(-1)).toMatchObject({
      stance: 'OFFERS_ALTERNATIVE',
      attribution: 'PARAPHRASED',
      date: { label: '9 October 2025' },
    })
    const { claims } = await answerOf<{ claims: { nodes: unknown[] } }>('OneDay')
    expect(claims.nodes).toContainEqual({
      ...claim,
      currentPositions: expect.arrayContaining([
        expect.objectContaining({
          holder: { name: 'Russia' },
          stance: 'OFFERS_ALTERNATIVE',
          attribution: 'PARAPHRASED',
        }),
      ]),
    })
  })

  test('WhatAnsweredWhat shows the detentions that followed the arrests, with the sources of both', async () => {
    const { measures } = await answerOf<{ measures: { nodes: unknown[] } }>('WhatAnsweredWhat')
    expect(measures.nodes).toContainEqual(
      expect.objectContaining({
        headline: "Azerbaijan detains staff of Sputnik's Baku office",
        citations: [expect.anything()],
        ties: [
          expect.objectContaining({
            relation: 'FOLLOWS',
            development: expect.objectContaining({
              headline: expect.stringContaining('Yekaterinburg'),
              citations: expect.arrayContaining([expect.anything()]),
            }),
          }),
        ],
      }),
    )
  })

  test('WhoAccusedWhom names the contested claim of an accusation', async () => {
    const { statements } = await answerOf<{ statements: { nodes: unknown[] } }>('WhoAccusedWhom')
    expect(statements.nodes).toContainEqual(
      expect.objectContaining({
        positions: expect.arrayContaining([
          expect.objectContaining({ stance: 'ASSERTS', claim: { proposition: expect.any(String) } }),
        ]),
      }),
    )
  })

  async function answerOf<Data>(name: string): Promise<Data> {
    const { query = '' } = QUERIES.find((worked) => worked.name === name) ?? {}
    // The caller names the shape of its query.
    return (await app.ask(query)).body.data as Data
  }

  test.each(QUERIES.filter(({ query }) => isSubscription(query)))(
    '$name delivers a recorded development',
    async ({ query, name }) => {
      await using stream = await app.stream(query)
      await expect.poll(() => app.service.open.followers).toBe(1)
      const key = `j2-8243/${name.toLowerCase()}`
      const [actor, , , source] = setting
      if (actor === undefined || source === undefined) throw new Error('the setting has an actor and a source')
      if (app.store.reader.get('select 1 from sources where key = ?', 'gazette') === undefined) await app.record(source)
      await app.record(planned('event', event({ event: key, disputes: ['j2-8243'], bearings: [] })))
      const [message] = await followStream(stream).take(1)
      expect(JSON.stringify(message?.data)).toContain(key)
    },
  )
})

/** The result pane of a subscription. */
interface Shown {
  readonly received?: number
  readonly newestFirst?: readonly { readonly feed: { readonly development: { readonly key: string } } }[]
}

type Fetcher = (
  operation: { readonly query: string },
  options?: { readonly headers: Record<string, string> },
) => Promise<unknown>
type Fetch = (path: string, init?: RequestInit) => Promise<Response>

interface Link {
  readonly query?: string
  readonly variables?: string
  readonly operationName?: string
}

/** The functions of the scripts, and what they showed. */
interface Playground {
  readonly fetcher: Fetcher
  readonly setPane: (show: (result: unknown) => void) => void
  readonly readLink: (search: string, worked: readonly object[]) => Link & { readonly problem?: string }
  readonly addressOf: (search: string, shown: Link, worked: readonly object[]) => string
  readonly linkTo: (origin: string, operation: Link) => string
  readonly share: (link: string) => Promise<void>
  readonly notices: string[]
  readonly addresses: string[]
}

/** Runs the scripts of the playground as a browser does, without GraphiQL. */
async function openPlayground(
  fetch: Fetch = () => Promise.resolve(Response.json([])),
  copy: (text: string) => void = () => {},
  token: string | null = null,
): Promise<Playground> {
  const notices: string[] = []
  const addresses: string[] = []
  const element = {
    addEventListener: () => {},
    childElementCount: 1,
    value: '',
    set textContent(text: string) {
      notices.push(text)
    },
  }
  const rendered = Promise.withResolvers<void>()
  const context = createContext({
    AbortController,
    Headers,
    sessionStorage: { getItem: () => token },
    TextDecoderStream,
    URLSearchParams,
    notices,
    addresses,
    addEventListener: () => {},
    location: { search: '' },
    history: { replaceState: (_state: unknown, _title: string, address: string) => addresses.push(address) },
    navigator: { clipboard: { writeText: async (text: string) => copy(text) } },
    matchMedia: () => ({ matches: false }),
    fetch,
    document: { getElementById: () => element, addEventListener: () => {} },
    GraphiQL: {},
    GraphiQLPluginExplorer: { explorerPlugin: () => ({}) },
    React: { createElement: () => ({}) },
    ReactDOM: { createRoot: () => ({ render: rendered.resolve }) },
  })
  for (const file of ['live.js', 'playground.js']) {
    runInContext(readFileSync(new URL(`../../src/http/pages/playground/${file}`, import.meta.url), 'utf8'), context)
  }
  await rendered.promise
  // The scripts declare these functions.
  return context as unknown as Playground
}

/** A playground whose subscriptions receive these messages at once. */
function playgroundOn(messages: readonly unknown[]): Promise<Playground> {
  const frames = messages.map((message) =>
    message === 'complete' ? 'event: complete\ndata: \n\n' : `event: next\ndata: ${JSON.stringify(message)}\n\n`,
  )
  return openPlayground((path) =>
    Promise.resolve(
      path === '/graphql'
        ? new Response(frames.join(''), { headers: { 'content-type': 'text/event-stream' } })
        : Response.json([]),
    ),
  )
}

async function follow(fetcher: Fetcher, query: string) {
  // The fetcher returns this shape for a subscription.
  return (await fetcher({ query })) as { next(): Promise<IteratorResult<Shown>>; return(): Promise<unknown> }
}

function isSubscription(query: string): boolean {
  return /^subscription/m.test(query)
}

function longestList(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const own = Array.isArray(value) ? value.length : 0
  return Math.max(own, ...Object.values(value).map(longestList))
}
