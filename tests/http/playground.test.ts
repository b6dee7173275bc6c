import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { parse, validate } from 'graphql'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadDossiers } from '../../src/dossier/import/import.ts'
import { schema } from '../../src/graphql/schema.ts'
import { readWorkedQueries } from '../../src/http/pages/assets.ts'
import { openApp, type App } from '../_support/app.ts'
import { followStream } from '../_support/follow.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'

const QUERIES = readWorkedQueries().map((worked) => ({ ...worked, name: nameOf(worked.query) }))

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
    expect(assets.length).toBeGreaterThan(5)
    for (const asset of assets) {
      expect(asset).toMatch(/^\/assets\//)
      expect((await app.fetch(asset)).status).toBe(200)
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

  test('opens with at least eight queries, each named and explained', () => {
    expect(QUERIES.length).toBeGreaterThanOrEqual(8)
    expect(new Set(QUERIES.map(({ name }) => name)).size).toBe(QUERIES.length)
    for (const { query } of QUERIES) expect(query).toMatch(/^# \w/)
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
      const shown = await follow(await playgroundOn([beat('early'), change, last]), query)
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
      await playgroundOn([...messages, 'complete']),
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

  test('opens with all developments of the dispute that a link names', async () => {
    await using app = await openApp({ recorded: [setting] })
    const { defaultTabs, fetcher } = await openPlayground((path, init) => app.fetch(path, init), '#dispute=ferry')
    await app.record(planned('event', event()))
    const query = defaultTabs[0]?.query ?? ''
    expect(await fetcher({ query })).toMatchObject({ data: { developments: { nodes: [{ key: 'ferry/sinking' }] } } })
    const other = await openPlayground((path, init) => app.fetch(path, init), '#dispute=%22%7D')
    expect(other.defaultTabs).toHaveLength(QUERIES.length)
  })
})

describe('on the bundled record', () => {
  let app: App

  beforeAll(async () => {
    app = await openApp()
    await loadDossiers(app.store, ['dossiers'])
    return () => app[Symbol.asyncDispose]()
  })

  test.each(QUERIES.filter(({ query }) => !isSubscription(query)))(
    '$name returns a list with several items',
    async ({ query, variables }) => {
      const { status, body } = await app.ask(query, variables === undefined ? {} : JSON.parse(variables))
      expect([status, body.errors]).toEqual([200, undefined])
      expect(longestList(body.data)).toBeGreaterThan(1)
    },
  )

  test('the comments of the tabs are true of the bundled record', async () => {
    interface Figure {
      readonly quantity: string
      readonly value: number | null
      readonly unit: string | null
    }
    const { development } = await answerOf<{ development: { figures: Figure[]; disagreements: unknown[] } }>(
      'DoFiguresDisagree',
    )
    const killed = development.figures.filter(({ quantity }) => quantity === 'KILLED')
    expect(development.disagreements).toEqual([])
    expect(new Set(killed.map(({ value }) => value))).toEqual(new Set([38]))
    expect(new Set(killed.map(({ unit }) => unit))).toEqual(new Set(['people', 'passengers', 'passengers and crew']))

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
    async ({ query }) => {
      await using stream = await app.stream(query)
      await expect.poll(() => app.service.open.followers).toBe(1)
      const key = `j2-8243/${nameOf(query).toLowerCase()}`
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

type Fetcher = (operation: { readonly query: string }) => Promise<unknown>
type Fetch = (path: string, init?: RequestInit) => Promise<Response>

/** Runs the script of the playground as a browser does, and returns the properties that it gives GraphiQL. */
function openPlayground(fetch: Fetch, hash = ''): Promise<{ fetcher: Fetcher; defaultTabs: { query: string }[] }> {
  const script = readFileSync(new URL('../../src/http/pages/playground/playground.js', import.meta.url), 'utf8')
  return new Promise((resolve) => {
    runInNewContext(script, {
      AbortController,
      TextDecoderStream,
      URLSearchParams,
      location: { hash },
      fetch,
      document: { getElementById: () => ({}) },
      GraphiQL: {},
      React: { createElement: (_: unknown, properties: unknown) => properties },
      ReactDOM: { createRoot: () => ({ render: resolve }) },
    })
  })
}

/** A playground whose subscriptions receive these messages at once. */
async function playgroundOn(messages: readonly unknown[]): Promise<Fetcher> {
  const frames = messages.map((message) =>
    message === 'complete' ? 'event: complete\ndata: \n\n' : `event: next\ndata: ${JSON.stringify(message)}\n\n`,
  )
  const { fetcher } = await openPlayground((path) =>
    Promise.resolve(
      path === '/graphql'
        ? new Response(frames.join(''), { headers: { 'content-type': 'text/event-stream' } })
        : Response.json([]),
    ),
  )
  return fetcher
}

async function follow(fetcher: Fetcher, query: string) {
  // The fetcher returns this shape for a subscription.
  return (await fetcher({ query })) as { next(): Promise<IteratorResult<Shown>>; return(): Promise<unknown> }
}

function nameOf(query: string): string {
  return /^(?:query|subscription) (\w+)/m.exec(query)?.[1] ?? ''
}

function isSubscription(query: string): boolean {
  return /^subscription/m.test(query)
}

function longestList(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const own = Array.isArray(value) ? value.length : 0
  return Math.max(own, ...Object.values(value).map(longestList))
}
