import { describe, expect, test, vi } from 'vitest'
import { follow } from '../../src/client/follow.ts'
import { readConfig } from '../../src/config.ts'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { Feed } from '../../src/feed/feed.ts'
import { RecordedUnseenError } from '../../src/store/append.ts'
import { DemarcheError } from '../../src/model/errors.ts'
import { bearer, openApp, type App, type AppOptions } from '../_support/app.ts'
import { story } from '../_support/ferry-story.ts'
import { EventStream } from '../_support/event-stream.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { ARE_NODES } from '../_support/shared-log.ts'
import { putBack } from '../_support/put-back.ts'
import { usePostgres } from '../_support/use-postgres.ts'
import { readFileSync } from 'node:fs'

const { postgres, empty } = await usePostgres()

const recorded = [setting, ...story]
const HEAD = '{ service { head } }'
const PAGE = 'query ($after: FeedCursor) { feedPage(after: $after) { changes { cursor } cursor hasMore } }'
const RETRIED = ['LOG_UNREACHABLE', 'NODE_BEHIND'] as const

/** What a node says of itself, level with its log. */
const LEVEL = {
  log: { reachable: true, since: Date.UTC(2025, 0, 1), head: 0 },
  behind: { changes: 0, seconds: 0 },
  settledBefore: 0,
  tokensAt: Date.UTC(2025, 0, 1),
  clockAhead: 0,
  isClockOff: false,
  writes: true,
  format: 1,
  wasLevel: true,
  isPartial: false,
  halted: null,
}

/** A node that holds all but the last changes of its log until it catches up. */
async function openLagging(behind: number, options: AppOptions = {}) {
  const app = await openApp({ recorded, ...options })
  const { store } = app
  const last = store.head()
  const state = { ...LEVEL, log: { ...LEVEL.log, head: last } }
  let hidden = behind
  let settled = store.now()
  const waits: number[] = []
  const reached = {
    answer: async (seq: number): Promise<boolean> => {
      if (seq > last) return false
      hidden = 0
      return true
    },
  }
  Object.assign(store.reader, { dataVersion: () => hidden })
  Object.assign(store, {
    node: { state: () => state, lookAfter: () => {}, closed: () => Promise.resolve() },
    head: () => last - hidden,
    furthest: () => last,
    settledBefore: () => settled,
    reach: (seq: number) => {
      waits.push(seq)
      return reached.answer(seq)
    },
  })
  return {
    app,
    state,
    last,
    waits,
    reached,
    settle: (instant: number) => (settled = instant),
    at: (seq: number) => encodeFeedCursor(store, seq),
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  }
}

function get(app: App, text: string, headers: Record<string, string> = {}): Promise<Response> {
  return app.fetch(`/graphql?${new URLSearchParams({ query: text })}`, { headers })
}

describe('a request that names a state of the record', () => {
  test('is answered as soon as the node holds it, on every route and also from the cache', async () => {
    for (const path of [
      `/graphql?query=${encodeURIComponent(HEAD)}`,
      '/',
      '/schema.graphql',
      '/feed.json',
      '/export/developments.csv',
    ]) {
      await using node = await openLagging(3)
      const { app, last, at } = node
      const early = await app.fetch(path)
      expect(early.headers.get('demarche-after')).toBe(at(last - 3))
      await early.text()
      const late = await app.fetch(path, { headers: { 'demarche-after': at(last) } })
      expect([late.status, node.waits]).toEqual([200, [last]])
      expect(late.headers.get('demarche-after')).toBe(at(last))
      await late.text()
    }
  })

  test('is refused with 503 if the node is behind for too long, or the log cannot be asked', async () => {
    for (const code of RETRIED) {
      await using node = await openLagging(1)
      node.reached.answer = () => Promise.reject(new DemarcheError(code, 'Try again.'))
      const headers = { 'demarche-after': node.at(node.last) }
      for (const response of [await get(node.app, HEAD, headers), await node.app.fetch('/', { headers })]) {
        expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
        expect(await response.text()).toContain('Try again.')
      }
      const { status, body } = await node.app.ask(HEAD, {}, headers)
      expect([status, body.errors?.[0]?.extensions?.['code']]).toEqual([503, code])
    }
  })

  test('is refused if no log has it, also by a store that holds its log itself', async () => {
    await using node = await openLagging(1)
    await using single = await openApp({ recorded })
    const ahead = (app: App) => encodeFeedCursor(app.store, 1_000)
    for (const [app, cursor, code] of [
      [node.app, ahead(node.app), 'CURSOR_AHEAD'],
      [single, ahead(single), 'CURSOR_AHEAD'],
      [single, ahead(node.app), 'CURSOR_FOREIGN'],
      [single, 'x', 'CURSOR_INVALID'],
    ] as const) {
      const { status, body } = await app.ask(HEAD, {}, { 'demarche-after': cursor })
      expect([status, body.errors?.[0]?.extensions?.['code']]).toEqual([400, code])
      expect(body.errors?.[0]?.message).toMatch(/^Demarche-After: /)
    }
    const held = await single.ask(HEAD, {}, { 'demarche-after': encodeFeedCursor(single.store, 1) })
    expect([held.status, held.headers.get('demarche-after')]).toEqual([
      200,
      encodeFeedCursor(single.store, single.store.head()),
    ])
  })

  test('is never led back by a refusal', async () => {
    await using node = await openLagging(2)
    const { app, last, at } = node
    node.reached.answer = () => Promise.reject(new DemarcheError('NODE_BEHIND', 'Try again.'))
    const headers = { 'demarche-after': at(last) }
    for (const refused of [
      await get(app, HEAD, headers),
      await app.ask(HEAD, {}, headers),
      await app.fetch('/', { headers }),
    ])
      expect([refused.status, refused.headers.get('demarche-after')]).toEqual([503, null])
    const malformed = await app.ask('{', {}, { 'demarche-after': at(last - 2) })
    expect([malformed.status, malformed.headers.get('demarche-after')]).toEqual([400, at(last - 2)])
  })

  test('is answered with the change that was recorded, if the node cannot show it yet', async () => {
    await using node = await openLagging(2)
    const { app, last, at } = node
    const token = await bearer(app, 'RECORD')
    // The token is read.
    Object.assign(app.store.reader, { dataVersion: () => 3 })
    const unseen = [last + 2, last + 1]
    Object.assign(app.store, { append: async () => Promise.reject(new RecordedUnseenError(unseen.shift() ?? 0)) })
    const save = 'savePlace(input: { key: "hill", name: "Hill" }) { __typename }'
    const refused = await app.ask(`mutation { ${save} }`, {}, token)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, null])
    expect(refused.headers.get('demarche-after')).toBe(at(last + 2))
    const errorAt = (seq: number) => ({ extensions: { code: 'RECORDED_UNSEEN', cursor: at(seq) } })
    expect(refused.body.errors).toMatchObject([errorAt(last + 2)])
    await using socket = await app.socket(token)
    socket.subscribe('m', `mutation { ${save} }`)
    expect(await socket.message()).toMatchObject({ payload: { errors: [errorAt(last + 1)] } })
  })

  test('is let through by browsers, which may read where the response is', async () => {
    await using app = await openApp({ config: { origins: ['https://a.example'] } })
    const preflight = await app.fetch('/graphql', { method: 'OPTIONS', headers: { origin: 'https://a.example' } })
    expect(preflight.headers.get('access-control-allow-headers')).toContain('demarche-after')
    expect(preflight.headers.get('access-control-expose-headers')).toContain('demarche-after')
  })

  test('says nothing of the record where reading needs a token', async () => {
    await using app = await openApp({ recorded, config: { isPrivate: true } })
    const refused = await get(app, HEAD, { 'demarche-after': 'x' })
    expect([refused.status, refused.headers.get('demarche-after')]).toEqual([401, null])
  })
})

describe('an operation whose arguments name a state of the record', () => {
  test('waits for the cursor of a feed page, and never goes back', async () => {
    await using node = await openLagging(2)
    const { body } = await node.app.ask(PAGE, { after: node.at(node.last - 1) })
    expect(node.waits).toEqual([node.last - 1])
    expect(body.data).toMatchObject({ feedPage: { cursor: node.at(node.last), hasMore: false, changes: [{}] } })
  })

  test('waits for the cursor in an id', async () => {
    await using node = await openLagging(0)
    const text = '{ feedPage(first: 100) { changes { development { id } } } }'
    const all = (await node.app.ask(text)).body.data as { feedPage: { changes: { development: { id: string } }[] } }
    const id = all.feedPage.changes.at(-1)?.development.id
    await using other = await openLagging(2)
    const epochs = node.app.store.epochs()
    Object.assign(other.app.store, { epochs: () => epochs, epoch: () => epochs.at(-1)?.epoch })
    const ids = [...Array.from({ length: 100 }, () => 'any'), id]
    const tooMany = await other.app.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids })
    expect(tooMany.body.errors).toMatchObject([{ extensions: { code: 'BAD_PAGING' } }])
    expect(other.waits).toEqual([])
    for (const asked of [
      'query ($id: ID!) { node(id: $id) { id } }',
      'query ($id: ID!) { ...all } fragment all on Query { nodes(ids: [$id]) { id } }',
    ]) {
      const { body } = await other.app.ask(asked, { id })
      expect(JSON.stringify(body.data)).toContain(id)
    }
    expect(other.waits).toEqual([expect.any(Number)])
  })

  test('asks the log once, however many cursors it names', async () => {
    await using node = await openLagging(2)
    const forged = Array.from({ length: 50 }, (_, at) => node.at(node.last + 1 + at))
    const names = [...forged, node.at(1), node.at(node.last)]
    const pages = names.map((_, at) => `p${at}: feedPage(after: $c${at}, first: 1) { cursor }`)
    const variables = Object.fromEntries(names.map((cursor, at) => [`c${at}`, cursor]))
    const declared = names.map((_, at) => `$c${at}: FeedCursor`)
    const { body } = await node.app.ask(`query (${declared.join()}) { ${pages.join(' ')} }`, variables)
    expect(node.waits).toEqual([node.last + 50, node.last])
    expect(body.errors).toMatchObject(forged.map(() => ({ extensions: { code: 'CURSOR_AHEAD' } })))
  })

  test('is refused with 503 as a whole, and never told to start anew', async () => {
    for (const code of RETRIED) {
      await using node = await openLagging(2)
      node.reached.answer = () => Promise.reject(new DemarcheError(code, 'Try again.'))
      const after = node.at(node.last)
      const page = await node.app.ask(PAGE, { after })
      expect([page.status, page.headers.get('retry-after'), page.body.data]).toEqual([503, '1', undefined])
      expect(page.body.errors).toMatchObject([{ extensions: { code } }])
      const feeds = [
        await node.app.fetch(`/feed?after=${after}`),
        await node.app.fetch('/feed', { headers: { 'last-event-id': after } }),
        await node.app.fetch('/graphql', {
          method: 'POST',
          headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
          body: JSON.stringify({ query: `subscription { feed(after: "${after}") { cursor } }` }),
        }),
      ]
      for (const feed of feeds) {
        expect([feed.status, feed.headers.get('retry-after')]).toEqual([503, '1'])
        expect(await feed.text()).toContain(code)
      }
      const socket = await node.app.socket()
      socket.send({
        id: '1',
        type: 'subscribe',
        payload: { query: `subscription { feed(after: "${after}") { cursor } }` },
      })
      expect(await socket.closed()).toMatchObject({ code: 1013 })
    }
  })

  test('is counted while it waits, and no longer once it is refused', async () => {
    const { limits } = readConfig({}, {})
    await using node = await openLagging(2, { config: { limits: { ...limits, subscriptionsPerClient: 2 } } })
    const { promise, reject } = Promise.withResolvers<boolean>()
    node.reached.answer = () => promise
    const after = node.at(node.last)
    const feed = () => node.app.fetch(`/feed?after=${after}`)
    const waiting = [feed(), feed()]
    await expect.poll(() => node.waits.length).toBe(2)
    const refused = await feed()
    expect([refused.status, await refused.text()]).toEqual([429, expect.stringContaining('SUBSCRIPTIONS_EXHAUSTED')])
    expect(node.waits).toHaveLength(2)
    reject(new DemarcheError('NODE_BEHIND', 'Try again.'))
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([503, 503])
    node.reached.answer = () => Promise.resolve(true)
    for (const { status } of [await feed(), await feed()]) expect(status).toBe(200)
  })

  test('is not opened once its client has left while it waited', async () => {
    await using node = await openLagging(2)
    const { promise, resolve } = Promise.withResolvers<boolean>()
    node.reached.answer = () => promise
    const query = `subscription { feed(after: "${node.at(node.last)}") { cursor } }`
    const { app } = node
    const leaving = new AbortController()
    const leave = { signal: leaving.signal }
    const headers = { accept: 'text/event-stream' }
    const streams = [
      app.fetch(`/graphql?${new URLSearchParams({ query })}`, { ...leave, headers }),
      app.fetch(`/feed?after=${node.at(node.last)}`, leave),
    ].map((stream) => stream.catch(() => {}))
    const socket = await app.socket()
    socket.subscribe('1', query)
    await expect.poll(() => node.waits.length).toBe(3)
    leaving.abort()
    await socket[Symbol.asyncDispose]()
    await Promise.all(streams)
    await expect.poll(() => app.service.open).toMatchObject({ sockets: 0, streams: 0 })
    // What waits still counts.
    expect(app.service.open.clients).toBe(1)
    using opened = vi.spyOn(Feed.prototype, 'subscribe')
    resolve(true)
    await expect.poll(() => app.service.open).toMatchObject({ clients: 0, followers: 0 })
    expect(opened).not.toHaveBeenCalled()
  })

  test('is resumed by the client of this package', async () => {
    await using node = await openLagging(2)
    const { answer } = node.reached
    let asked = 0
    node.reached.answer = (seq) =>
      ++asked < 3 ? Promise.reject(new DemarcheError(RETRIED[asked - 1] ?? 'NODE_BEHIND', 'Try again.')) : answer(seq)
    const failures: string[] = []
    const following = follow({
      url: `${node.app.url}/graphql`,
      query: 'subscription { feed(heartbeat: 5) { cursor } }',
      after: node.at(node.last - 1),
      delay: () => 0,
      onRetry: (error) => failures.push(error.code),
    })
    const { value } = await following.next()
    expect(value).toMatchObject({ cursor: node.at(node.last) })
    await following.return()
    expect(failures).toEqual([...RETRIED])
  })
})

describe('an instant that a node does not hold everything of', () => {
  const asked = (instant: number) =>
    `{ places(first: 1) { nodes { key } } development(key: "ferry/sinking", asKnownAt: "${new Date(instant).toISOString()}") { id } }`

  test('is waited for, so that the answer never changes', async () => {
    const clock = { at: Date.UTC(2025, 0, 1) }
    await using node = await openLagging(2, { now: () => clock.at })
    const instant = clock.at
    clock.at += 1_000
    node.settle(instant)
    const pending = node.app.ask(asked(instant))
    node.reached.answer = () => Promise.resolve(true)
    setTimeout(() => {
      void node.reached.answer(0)
      Object.assign(node.app.store, { head: () => node.last })
      node.settle(instant + 1)
    }, 100)
    const first = await pending
    expect(first.body.data).toMatchObject({ development: { id: expect.any(String) } })
    expect((await node.app.ask(asked(instant))).body).toEqual(first.body)
    expect((await get(node.app, asked(instant))).headers.get('etag')).not.toBe(null)
  })

  test('is answered in passing while the log cannot be reached: not pinned, and not kept', async () => {
    const clock = { at: Date.UTC(2025, 0, 1) }
    await using node = await openLagging(0, { now: () => clock.at })
    node.settle(clock.at)
    const instant = clock.at
    clock.at += 1_000
    Object.assign(node.state.log, { reachable: false })
    const { headers, status } = await get(node.app, asked(instant))
    expect([status, headers.get('etag'), headers.get('cache-control')]).toEqual([200, null, 'no-store'])
    const passing = (await node.app.ask(asked(instant))).body.data as { development: { id: string } }
    const current = (await node.app.ask('{ development(key: "ferry/sinking") { id } }')).body.data
    expect({ development: passing.development }).toEqual(current)
    node.settle(instant + 1)
    const settled = (await node.app.ask(asked(instant))).body.data as { development: { id: string } }
    expect(settled.development.id).not.toBe(passing.development.id)
  })
})

describe('a node that has only begun to receive the record', () => {
  test('refuses whatever would show a part as the whole', async () => {
    await using node = await openLagging(1)
    Object.assign(node.state, { isPartial: true, wasLevel: false })
    for (const path of [
      '/',
      '/feed',
      '/feed.json',
      '/export/developments.csv',
      `/graphql?query=${encodeURIComponent(HEAD)}`,
    ]) {
      const response = await node.app.fetch(path)
      expect([path, response.status, response.headers.get('retry-after')]).toEqual([path, 503, '1'])
      expect(await response.text()).toContain('only begun to receive the record')
    }
    expect((await node.app.ask(HEAD)).body.errors).toMatchObject([{ extensions: { code: 'NODE_BEHIND' } }])
    await expect(node.app.socket()).rejects.toThrow('503')
    expect((await node.app.fetch('/health/live')).status).toBe(200)
    Object.assign(node.state, { isPartial: false, wasLevel: true })
    expect((await node.app.fetch('/')).status).toBe(200)
  })
})

describe('readiness', () => {
  const ready = async (app: App, path = '/health/ready') => {
    const response = await app.fetch(path)
    return {
      status: response.status,
      retry: response.headers.get('retry-after'),
      body: (await response.json()) as object,
    }
  }

  test('of a node says how it stands to its log', async () => {
    await using node = await openLagging(0)
    const { last } = node
    const log = { reachable: true, since: '2025-01-01T00:00:00.000Z', head: last, behind: 0, seconds: 0 }
    const body = { status: 'ready', head: last, log, writes: true, format: 1 }
    expect(await ready(node.app)).toEqual({ status: 200, retry: null, body })
    expect(await ready(node.app, '/health/ready?for=writes')).toMatchObject({ status: 200 })
  })

  test('outlives the log: only writes are not ready', async () => {
    await using node = await openLagging(0)
    Object.assign(node.state.log, { reachable: false })
    Object.assign(node.state, { writes: false })
    const log = { reachable: false, since: '2025-01-01T00:00:00.000Z', head: node.last, behind: null, seconds: null }
    const body = { status: 'ready', head: node.last, log, writes: false, format: 1 }
    expect(await ready(node.app)).toEqual({ status: 200, retry: null, body })
    expect(await ready(node.app, '/health/ready?for=writes')).toMatchObject({
      status: 503,
      retry: '5',
      body: { status: 'not ready', problem: 'The log cannot be reached; reading goes on.', log },
    })
  })

  test.each([
    [-60_001, 'The clock of the node is 60 s behind that of the log.'],
    [3_600_000, 'The clock of the node is 3600 s ahead of that of the log.'],
  ])(
    'of a node whose clock is %i ms ahead names the clock for those who record, and goes on for readers',
    async (clockAhead, problem) => {
      await using node = await openLagging(0)
      Object.assign(node.state, { clockAhead, isClockOff: true, writes: false })
      Object.assign(node.app.store, { now: () => Date.now() + clockAhead })
      expect(await ready(node.app)).toMatchObject({ status: 200, body: { writes: false } })
      expect(await ready(node.app, '/health/ready?for=writes')).toMatchObject({ status: 503, body: { problem } })
    },
  )

  test.each([
    ['was never level', { wasLevel: false }, 503],
    ['is behind for 10 s', { behind: { changes: 7, seconds: 10 } }, 200],
    ['is behind for longer', { behind: { changes: 7, seconds: 10.1 } }, 503],
    ['has halted', { halted: { code: 'LOG_DIVERGED', message: 'the log went on otherwise' } }, 503],
  ])('of a node that %s', async (_, state, status) => {
    await using node = await openLagging(0)
    Object.assign(node.state, state)
    expect(await ready(node.app)).toMatchObject({ status })
  })

  test.skipIf(ARE_NODES)('of a store that holds its log itself is as it was', async () => {
    await using app = await openApp({ recorded })
    for (const path of ['/health/ready', '/health/ready?for=writes']) {
      expect(await ready(app, path)).toEqual({
        status: 200,
        retry: null,
        body: { status: 'ready', head: app.store.head() },
      })
    }
  })
})

describe('services of one log', () => {
  test('answer alike, by one cursor and with one ETag, and read while PostgreSQL is away', async () => {
    const { node: url } = await postgres.database(empty)
    const config = { publicUrl: 'https://record.example' }
    const nodeOf = { url, poll: 100, patience: 300 }
    await using one = await openApp({ nodeOf, config })
    await using two = await openApp({ nodeOf, config })
    for (let number = 1; number <= 10; number++) {
      await one.record(planned('place', { key: `place-${number}`, name: 'A place' }))
      const written = (await one.ask(HEAD)).headers.get('demarche-after') ?? ''
      const { body, headers } = await two.ask(HEAD, {}, { 'demarche-after': written })
      expect([body.data, headers.get('demarche-after')]).toEqual([{ service: { head: written } }, written])
    }
    const etags = [await get(one, HEAD), await get(two, HEAD)].map(({ headers }) => headers.get('etag'))
    expect(etags).toEqual([expect.any(String), etags[0]])
    const ahead = await two.ask(HEAD, {}, { 'demarche-after': encodeFeedCursor(one.store, 11) })
    expect(ahead.body.errors).toMatchObject([{ extensions: { code: 'CURSOR_AHEAD' } }])

    await postgres.crash()
    await expect.poll(() => two.store.node?.state().log.reachable).toBe(false)
    const unknown = await two.ask(HEAD, {}, { 'demarche-after': encodeFeedCursor(one.store, 11) })
    expect([unknown.status, unknown.body.errors]).toMatchObject([503, [{ extensions: { code: 'LOG_UNREACHABLE' } }]])
    expect((await get(two, HEAD)).status).toBe(200)
    expect((await two.fetch('/health/ready')).status).toBe(200)
    expect((await two.fetch('/health/ready?for=writes')).status).toBe(503)
    await postgres.start()
    await expect.poll(async () => (await two.fetch('/health/ready?for=writes')).status).toBe(200)
  })

  test('count what they append and follow, and say how they stand to the log', async () => {
    const { node: url } = await postgres.database(empty)
    const nodeOf = { url, poll: 100, patience: 300, grace: 300 }
    const config = { adminPort: 0 }
    await using one = await openApp({ nodeOf, config })
    await using two = await openApp({ nodeOf, config })
    await one.record(planned('place', { key: 'hill', name: 'Hill' }))
    expect(await two.store.reach(1)).toBe(true)
    const read = async ({ service }: App) => (await fetch(service.metricsUrl ?? '')).text()
    await expect.poll(() => read(one)).toMatch(/^demarche_log_appends_total\{outcome="kept"\} 1$/m)
    const metrics = await read(two)
    for (const line of [
      'log_reachable 1',
      'log_writes 1',
      'log_head 1',
      'log_behind_changes 0',
      'node_restarts_total 0',
    ]) {
      expect(metrics).toContain(`\ndemarche_${line}\n`)
    }
    const page = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8')
    const named = (from: string, pattern: RegExp) => new Set([...from.matchAll(pattern)].map(([, name]) => name))
    const served = named(metrics, /^# TYPE (demarche_(?:log|node)_\w+)/gm)
    expect(served).toEqual(named(page, /`(demarche_(?:log|node)_\w+)`/g))
    const typed = [...metrics.matchAll(/^# TYPE (demarche_\w+) (\w+)$/gm)].filter(([, , type]) => type !== 'histogram')
    for (const [, name = '', type] of typed)
      expect([name, type]).toEqual([name, name.endsWith('_total') ? 'counter' : 'gauge'])
    expect(metrics).toContain('\ndemarche_log_followed_changes_total 1\n')
    // Whichever was faster.
    expect(metrics).toMatch(
      /^demarche_log_found_total\{by="bell"\} (\d)\ndemarche_log_found_total\{by="poll"\} (?!\1)[01]$/m,
    )
    expect(metrics).toContain('\ndemarche_log_appends_total{outcome="refused"} 0\n')
  })

  test('end feeds past what a log that was put back has, as one to begin anew', async () => {
    const database = await postgres.database(empty)
    await using app = await openApp({ nodeOf: { url: database.node, poll: 100 } })
    await app.record(...setting)
    const FEED = 'subscription { feed(heartbeat: 300) { cursor } }'
    const count = '{ service { developments } }'
    await using stream = await app.stream(FEED)
    await using plain = await EventStream.get(`${app.url}/feed`)
    await using socket = await app.socket()
    socket.subscribe('1', FEED)
    const following = follow({ url: `${app.url}/graphql`, query: FEED })
    await following.next()
    await expect.poll(() => app.service.open.followers).toBe(4)
    await app.record(planned('event', event()))
    await app.record(planned('place', { key: 'moor', name: 'Moor' }))
    expect((await app.ask(count)).body.data).toEqual({ service: { developments: 1 } })
    await following.next()

    await putBack(database, setting.length)
    expect(await following.next().catch((error: unknown) => error)).toMatchObject({ code: 'CURSOR_AHEAD' })
    const frames: string[] = []
    for (let frame = await stream.event(); frame !== undefined; frame = await stream.event())
      frames.push(`${frame.event} ${frame.data}`)
    expect(frames.slice(-2)).toEqual([expect.stringContaining('CURSOR_AHEAD'), expect.stringMatching(/^complete/)])
    let id: string | undefined
    for (let frame = await plain.frame(); frame !== undefined; frame = await plain.frame()) id = frame.id ?? id
    const resumed = await app.fetch('/feed', { headers: { 'last-event-id': id ?? '' } })
    expect([resumed.status, await resumed.text()]).toEqual([400, expect.stringContaining('CURSOR_AHEAD')])
    let message = await socket.message()
    while (message?.['type'] === 'next') message = await socket.message()
    expect(message).toMatchObject({ id: '1', type: 'error', payload: [{ extensions: { code: 'CURSOR_AHEAD' } }] })
    expect(app.service.open.followers).toBe(0)

    // As many changes as before, and other ones.
    for (const key of ['moor', 'hill']) await app.record(planned('place', { key, name: 'A place' }))
    expect((await app.ask(count)).body.data).toEqual({ service: { developments: 0 } })
  })

  test('hold tokens for as long as the grace says while PostgreSQL is away', async () => {
    const { admin: url } = await postgres.database(empty)
    await using app = await openApp({
      nodeOf: { url, poll: 50, grace: 1_500 },
      config: { isPrivate: true },
    })
    const token = await bearer(app, 'READ')
    const status = async () => (await get(app, HEAD, token)).status
    await expect.poll(status).toBe(200)
    await using stream = await app.stream('subscription { feed { cursor } }', {}, token)
    await postgres.crash()
    await expect.poll(() => app.store.node?.state().log.reachable).toBe(false)
    expect(await status()).toBe(200)
    await expect.poll(status).toBe(503)
    expect(JSON.stringify(await (await get(app, HEAD, token)).json())).toContain('LOG_UNREACHABLE')
    let last = ''
    for (let frame = await stream.event(); frame !== undefined; frame = await stream.event()) last += frame.data
    expect(last).toContain('LOG_UNREACHABLE')
    await postgres.start()
    await expect.poll(status).toBe(200)
  })
})
