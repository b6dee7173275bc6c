import { describe, expect, test, vi } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { bearer, openApp, type App } from '../_support/app.ts'
import { EventStream } from '../_support/event-stream.ts'
import { event, measure, planned, setting } from '../_support/planned-changes.ts'

const { limits: LIMITS } = readConfig({}, {})
const sinking = [planned('event', event())]

function open(app: App, query = '', headers: Record<string, string> = {}): Promise<EventStream> {
  return EventStream.get(`${app.url}/feed${query}`, headers)
}

async function refused(app: App, query: string, headers: Record<string, string> = {}) {
  const response = await app.fetch(`/feed${query}`, { headers: { accept: 'text/event-stream', ...headers } })
  const { errors } = (await response.json()) as { errors: { message: string; extensions: { code: string } }[] }
  return { status: response.status, code: errors[0]?.extensions.code, message: errors[0]?.message ?? '' }
}

describe('/feed', () => {
  test('sends each new development under its cursor, and says at once from where to resume', async () => {
    await using app = await openApp({ recorded: [setting] })
    await using stream = await open(app)
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
    })
    expect(await stream.frame()).toMatchObject({ id: undefined, data: '' })
    expect(await stream.frame()).toEqual({ event: '', id: cursorAt(app, setting.length), data: '' })
    await app.record(...sinking)
    const { event: name, id, data } = (await stream.message()) ?? { data: '' }
    expect([name, id]).toEqual(['', cursorAt(app, setting.length + 1)])
    expect(JSON.parse(data)).toEqual({
      key: 'ferry/sinking',
      kind: 'EVENT',
      headline: 'The ferry sinks',
      summary: 'It sank at the ford.',
      date: { edtf: '2024-12-31', label: '31 December 2024', earliest: '2024-12-31', latest: '2024-12-31' },
      evidentialStatus: 'ESTABLISHED',
      credibility: expect.any(String),
      independentSources: 1,
      disputes: [{ key: 'ferry', title: 'The ferry' }],
      participations: expect.any(Array),
      recordedAt: expect.any(String),
      permalink: `${app.url}/developments/ferry/sinking`,
    })
  })

  test('resumes after `after`, or after Last-Event-ID, which overrides it', async () => {
    await using app = await openApp({ recorded: [setting, sinking, ...story(3)] })
    await using first = await open(app, `?after=${cursorAt(app, setting.length)}`)
    expect(await keys(first, 4)).toEqual(['ferry/sinking', ...numbered(3)])
    await using second = await open(app, `?after=${cursorAt(app, 0)}`, {
      'last-event-id': cursorAt(app, setting.length + 3),
    })
    expect(await keys(second, 1)).toEqual(['ferry/event-2'])
  })

  test('sends nothing after the last cursor until something is recorded', async () => {
    await using app = await openApp({ recorded: [setting, sinking] })
    const head = cursorAt(app, app.store.head())
    await using stream = await open(app, `?after=${head}`)
    await stream.frame()
    expect(await stream.frame()).toEqual({ event: '', id: head, data: '' })
    await app.record(planned('event', event({ event: 'ferry/second' })))
    expect(await keys(stream, 1)).toEqual(['ferry/second'])
  })

  test('sends each development exactly once to those who join while three writers write', async () => {
    await using app = await openApp({ recorded: [setting, ...story(5)] })
    const beginning = `?after=${cursorAt(app, setting.length)}`
    const writers = ['a', 'b', 'c'].map(async (writer) => {
      for (let number = 0; number < 30; number++) {
        await app.record(planned('event', event({ event: `ferry/${writer}-${number}` })))
        await new Promise(setImmediate)
      }
    })
    const joining = async () => {
      await using stream = await open(app, beginning)
      return await keys(stream, 95)
    }
    const received = [joining(), joining()]
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
    received.push(joining())
    await Promise.all(writers)
    const logged = app.store.reader.all<{ key: string }>(
      "select key from changes where space = 'development' order by seq",
    )
    for (const each of await Promise.all(received)) expect(each).toEqual(logged.map(({ key }) => key))
  })

  test.each([
    ['kinds=MEASURE', ['ferry/recall']],
    ['kinds=EVENT&kinds=MEASURE', ['ferry/sinking', 'ferry/recall']],
    ['keys=ferry/sinking', ['ferry/sinking']],
    ['actors=south&includeAffiliated=true', ['ferry/recall']],
    ['inAnyDispute=true&dateOverlaps.from=2025-01-01', ['ferry/recall']],
    ['from=2025-01-01', ['ferry/recall']],
    ['to=2024-12-31', ['ferry/sinking']],
    ['from=2024-12-01&to=2025-12-31', ['ferry/sinking', 'ferry/recall']],
    ['dateWithin.from=2024-12-01&dateWithin.to=2024-12-31', ['ferry/sinking']],
    ['participants.0.actors=north&participants.0.roles=SPEAKER', []],
    ['participants.0.actors=north', ['ferry/recall']],
  ])('filters by %s', async (query, expected) => {
    await using app = await openApp({ recorded: [setting, sinking, [planned('measure', measure())]] })
    await using stream = await open(app, `?after=${cursorAt(app, setting.length)}&${query}`)
    const received: string[] = []
    for (;;) {
      const frame = await stream.frame()
      if (frame === undefined) throw new Error('the stream ended')
      if (frame.data !== '') received.push((JSON.parse(frame.data) as { key: string }).key)
      // What the filter hid at the end is passed by a frame with an id.
      if (frame.id === cursorAt(app, app.store.head())) break
    }
    expect(received).toEqual(expected)
  })

  test.each([
    ['?after=nonsense', 400, 'CURSOR_INVALID', /^Not a feed cursor/],
    ['?after=a&after=b', 400, 'REQUEST_INVALID', /"after": It is given twice/],
    ['?kind=EVENT', 400, 'REQUEST_INVALID', /"kind": It does not exist\. Did you mean kinds/],
    ['?kinds=EVNT', 400, 'REQUEST_INVALID', /"kinds": .*"EVNT"/],
    ['?kinds.0=EVENT', 400, 'REQUEST_INVALID', /"kinds.0": It has no fields/],
    ['?includeAffiliated=yes', 400, 'REQUEST_INVALID', /"includeAffiliated": /],
    ['?inAnyDispute=true&inAnyDispute=false', 400, 'REQUEST_INVALID', /"inAnyDispute": It is given twice/],
    ['?dateOverlaps=2024', 400, 'REQUEST_INVALID', /"dateOverlaps"/],
    ['?dateOverlaps.form=2024-01-01', 400, 'REQUEST_INVALID', /"dateOverlaps.form": .*from/],
    ['?dateOverlaps.from=yesterday', 400, 'REQUEST_INVALID', /"dateOverlaps.from": /],
    ['?from=2025', 400, 'REQUEST_INVALID', /"from": /],
    [
      '?from=2025-01-01&dateOverlaps.to=2025-02-01',
      400,
      'REQUEST_INVALID',
      /"from": It is a short name of `dateOverlaps`/,
    ],
    ['?participants.actors=north', 400, 'REQUEST_INVALID', /"participants.actors": Number the objects/],
    ['?participants.0.roles=SPEAKER', 400, 'REQUEST_INVALID', /"participants/],
    ['?disputes=fery', 404, 'UNKNOWN_KEY', /^Parameter "disputes": there is no dispute "fery"; did you mean ferry/],
    ['?participants.0.actors=nobody', 404, 'UNKNOWN_KEY', /^Parameter "participants\.0\.actors": /],
    ['?__proto__=1', 400, 'REQUEST_INVALID', /"__proto__"/],
  ])('refuses %s with %i %s before the stream', async (query, status, code, message) => {
    await using app = await openApp({ recorded: [setting] })
    const refusal = await refused(app, query)
    expect(refusal).toMatchObject({ status, code })
    expect(refusal.message).toMatch(message)
    await expect.poll(() => app.service.open).toEqual({ streams: 0, sockets: 0, followers: 0, clients: 0 })
  })

  test('refuses every kind of bad cursor, and names the header if it is in that', async () => {
    await using app = await openApp({ recorded: [setting] })
    await using other = await openApp()
    const [foreign, ahead] = [cursorAt(other, 0), cursorAt(app, app.store.head() + 1)]
    expect(await refused(app, `?after=${foreign}`)).toMatchObject({ status: 400, code: 'CURSOR_FOREIGN' })
    expect(await refused(app, `?after=${ahead}`)).toMatchObject({ status: 400, code: 'CURSOR_AHEAD' })
    const inHeader = await refused(app, '', { 'last-event-id': foreign })
    expect(inHeader).toMatchObject({ status: 400, code: 'CURSOR_FOREIGN' })
    expect(inHeader.message).toMatch(/^Last-Event-ID: /)
  })

  test('serves pages of the service and of allowed origins, and no others', async () => {
    await using app = await openApp({ config: { origins: ['https://example.org'] } })
    const site = { 'sec-fetch-site': 'cross-site' }
    await using own = await open(app, '', { origin: app.url, 'sec-fetch-site': 'same-origin' })
    await using allowed = await open(app, '', { origin: 'https://example.org', ...site })
    expect([own.response.statusCode, allowed.response.statusCode]).toEqual([200, 200])
    expect(allowed.response.headers['access-control-allow-origin']).toBe('https://example.org')
    expect(await refused(app, '', { origin: 'https://evil.example', ...site })).toMatchObject({
      status: 403,
      code: 'FORGERY_REFUSED',
    })
  })

  test('needs a token where reading does, and is cut when it ends', async () => {
    await using app = await openApp({ config: { isPrivate: true } })
    expect(await refused(app, '')).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
    const { secret, token } = await app.store.tokens.create({ scope: 'READ' })
    const headers = { authorization: `Bearer ${secret}` }
    await using stream = await open(app, '', headers)
    await stream.frame()
    await app.store.tokens.revoke(token.name)
    expect(await stream.message()).toBeUndefined()
    expect(await refused(app, '', headers)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
    await using _other = await open(app, '', await bearer(app, 'READ'))
  })

  test('refuses a filter that costs too much, whatever the limit of depth', async () => {
    await using app = await openApp({ recorded: [setting], config: { limits: { ...LIMITS, depth: 1 } } })
    const filter = (length: number) => `?includeAffiliated=true${'&actors=nobody'.repeat(length)}`
    expect(await refused(app, filter(70))).toMatchObject({ status: 404, code: 'UNKNOWN_KEY' })
    expect(await refused(app, filter(90))).toMatchObject({ status: 400, code: 'QUERY_TOO_COMPLEX' })
  })

  test('counts in the limits of a client, and gives back what is closed', async () => {
    await using app = await openApp({ config: { limits: { ...LIMITS, connectionsPerClient: 1 } } })
    const first = await open(app)
    await expect.poll(() => app.service.open).toMatchObject({ streams: 1, followers: 1 })
    expect(await refused(app, '')).toMatchObject({ status: 429, code: 'SUBSCRIPTIONS_EXHAUSTED' })
    first.close()
    await expect.poll(() => app.service.open).toEqual({ streams: 0, sockets: 0, followers: 0, clients: 0 })
    expect(app.store.watchers).toBe(0)
    await using second = await open(app)
    expect(second.response.statusCode).toBe(200)
  })

  test('answers HEAD with the headers alone, and no other method', async () => {
    await using app = await openApp()
    const printed = vi.spyOn(console, 'error')
    const head = await app.fetch('/feed', { method: 'HEAD' })
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8'])
    const post = await app.fetch('/feed', {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    })
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
    await expect.poll(() => app.service.open).toMatchObject({ streams: 0, followers: 0 })
    expect(printed).not.toHaveBeenCalled()
    printed.mockRestore()
  })
})

function cursorAt({ store }: App, seq: number): string {
  return encodeFeedCursor(store, seq)
}

function story(length: number) {
  return numbered(length).map((key) => [planned('event', event({ event: key }))])
}

function numbered(length: number): string[] {
  return Array.from({ length }, (_, number) => `ferry/event-${number}`)
}

async function keys(stream: EventStream, count: number): Promise<string[]> {
  const received: string[] = []
  while (received.length < count) {
    const message = await stream.message()
    if (message === undefined) throw new Error(`the stream ended after ${received.length} of ${count}`)
    received.push((JSON.parse(message.data) as { key: string }).key)
  }
  return received
}
