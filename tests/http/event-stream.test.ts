import { createClient } from 'graphql-sse'
import { expect, test, vi } from 'vitest'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { openApp } from '../_support/app.ts'
import { APOLLO_ACCEPT, followStream, partsOf } from '../_support/follow.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'

const FEED = 'subscription ($after: FeedCursor) { feed(after: $after, heartbeat: 300) { cursor } }'
const ADDED = 'subscription { developmentAdded { cursor } }'

const twoEvents = [[planned('event', event())], [planned('event', event({ event: 'ferry/second' }))]]

test('sends its headers at once, and asks proxies not to buffer', async () => {
  await using app = await openApp()
  await using stream = await app.stream(FEED)
  const { statusCode, headers } = stream.response
  expect(statusCode).toBe(200)
  expect(headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  })
  expect(headers).not.toHaveProperty('content-encoding')
  expect(await stream.frame()).toMatchObject({ event: '', data: '' })
})

test('resumes after Last-Event-ID, whatever the operation says', async () => {
  await using app = await openApp({ recorded: [setting, ...twoEvents] })
  const [beginning, between] = [setting.length, setting.length + 1].map((seq) => encodeFeedCursor(app.store, seq))
  await using stream = await app.stream(FEED, { after: beginning }, { 'last-event-id': between ?? '' })
  const message = await followStream(stream).next()
  expect(message?.cursor).toBe(encodeFeedCursor(app.store, setting.length + 2))
})

test('refuses a Last-Event-ID that is not a cursor', async () => {
  await using app = await openApp()
  await using stream = await app.stream(FEED, {}, { 'last-event-id': '42' })
  const { event: name, data = '' } = (await stream.event()) ?? {}
  expect([name, JSON.parse(data)]).toMatchObject([
    'next',
    {
      errors: [
        {
          message: 'Last-Event-ID: Not a feed cursor. Pass one back exactly as received, or omit the header.',
          path: ['feed'],
          extensions: { code: 'CURSOR_INVALID' },
        },
      ],
    },
  ])
  expect(await stream.event()).toMatchObject({ event: 'complete' })
  expect(await stream.event()).toBeUndefined()
})

test('names Last-Event-ID if its cursor is of another store or ahead, and `after` if that is wrong', async () => {
  await using app = await openApp()
  await using other = await openApp()
  const foreign = encodeFeedCursor(other.store, 0)
  const ahead = encodeFeedCursor(app.store, 1)
  const refusal = async (variables: Record<string, unknown>, headers: Record<string, string>) => {
    await using stream = await app.stream(FEED, variables, headers)
    return (await stream.event())?.data
  }
  expect(await refusal({}, { 'last-event-id': foreign })).toMatch(
    /Last-Event-ID: .* or omit the header\..*CURSOR_FOREIGN/,
  )
  expect(await refusal({}, { 'last-event-id': ahead })).toMatch(/Last-Event-ID: The cursor is ahead.*CURSOR_AHEAD/)
  expect(await refusal({ after: foreign }, {})).toMatch(/"The cursor belongs to another store\. .* omit `after`\./)
})

test('answers a query, too, if only a stream is accepted', async () => {
  await using app = await openApp()
  await using stream = await app.stream('{ __typename }')
  const next = await stream.event()
  expect(next?.event).toBe('next')
  expect(JSON.parse(next?.data ?? '')).toMatchObject({ data: { __typename: 'Query' } })
  expect(await stream.event()).toMatchObject({ event: 'complete' })
})

test('works with the client of graphql-sse', async () => {
  await using app = await openApp({ recorded: [setting, ...twoEvents] })
  const client = createClient({ url: `${app.url}/graphql`, retryAttempts: 0 })
  const cursors: unknown[] = []
  const after = encodeFeedCursor(app.store, setting.length)
  for await (const { data, extensions } of client.iterate<{ feed: { cursor: string } }>({
    query: FEED,
    variables: { after },
  })) {
    expect(extensions).toEqual({ cursor: data?.feed.cursor })
    cursors.push(data?.feed.cursor)
    if (cursors.length === 2) break
  }
  client.dispose()
  expect(cursors).toEqual([1, 2].map((number) => encodeFeedCursor(app.store, setting.length + number)))
})

test('ends without complete when the service stops, so that clients resume', async () => {
  await using app = await openApp()
  const stream = await app.stream(ADDED)
  await app.service.stop()
  expect(await stream.event()).toBeUndefined()
  expect(stream.response.complete).toBe(true)
})

test('is sent as multipart to Apollo Client, with empty parts as pings, and without an end when the service stops', async () => {
  await using app = await openApp({ recorded: [setting, ...twoEvents], pingEvery: 20 })
  const after = encodeFeedCursor(app.store, setting.length + 1)
  const added = 'subscription ($after: FeedCursor) { developmentAdded(after: $after) { cursor } }'
  const { response } = await app.stream(added, { after }, { accept: APOLLO_ACCEPT })
  expect(response.headers).toMatchObject({
    'content-type': 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  })
  const parts = partsOf(response)
  const cursor = encodeFeedCursor(app.store, setting.length + 2)
  const part = { payload: { data: { developmentAdded: { cursor } }, extensions: { cursor } } }
  // A ping may come first.
  const [first, ...others] = [(await parts.next()).value, (await parts.next()).value, (await parts.next()).value]
  expect([first, ...others]).toContainEqual(part)
  expect(others).toContainEqual({})
  await app.service.stop()
  let last = await parts.next()
  while (last.done !== true) last = await parts.next()
  expect(last.value).toBe('')
})

test.each([
  ['text/event-stream, multipart/mixed;subscriptionSpec=1.0', 'text/event-stream'],
  ['text/event-stream;q=0.5, multipart/mixed;subscriptionSpec="1.0"', 'multipart/mixed'],
  ['multipart/mixed;subscriptionSpec=1.0;q=0, text/event-stream;q=0.1', 'text/event-stream'],
])('is sent in the preferred type where %s is accepted', async (accept, type) => {
  await using app = await openApp()
  const { response } = await app.stream(FEED, {}, { accept })
  expect(response.headers['content-type']).toContain(type)
  response.destroy()
})

test('can be opened by GET, as browsers do', async () => {
  await using app = await openApp({ recorded: [setting, ...twoEvents] })
  const parameters = new URLSearchParams({
    query: FEED,
    variables: JSON.stringify({ after: encodeFeedCursor(app.store, setting.length + 1) }),
  })
  const response = await app.fetch(`/graphql?${parameters.toString()}`, {
    headers: { accept: 'text/event-stream', 'sec-fetch-site': 'same-origin' },
  })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let read = ''
  while (!read.includes('event: next')) read += (await reader?.read())?.value ?? ''
  await reader?.cancel()
  expect(read).toContain(`id: ${encodeFeedCursor(app.store, setting.length + 2)}`)
})

test.each([
  ['/%67raphql?query=subscription{feed{cursor}}', 200],
  ['/graphql?query=subscription{feed{cursor}}&query=', 200],
  ['/graphql?query=&query=subscription{feed{cursor}}', 400],
  ['/graphql?query=subscription{feed{cursor}}&variables={', 400],
])('takes an address in another form, and refuses a malformed one: %s', async (path, status) => {
  await using app = await openApp()
  const response = await app.fetch(path, { headers: { accept: 'text/event-stream' } })
  const type = status === 200 ? 'text/event-stream' : 'application/graphql-response+json'
  expect([response.status, response.headers.get('content-type')]).toEqual([status, `${type}; charset=utf-8`])
  await response.body?.cancel()
})

test('ends at once for a HEAD, with the headers of the stream', async () => {
  await using app = await openApp()
  const printed = vi.spyOn(console, 'error')
  const path = `/graphql?query=${encodeURIComponent('subscription { feed { cursor } }')}`
  const response = await app.fetch(path, { method: 'HEAD', headers: { accept: 'text/event-stream' } })
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8'])
  expect(await response.text()).toBe('')
  await expect.poll(() => app.service.open).toMatchObject({ streams: 0, followers: 0 })
  expect(printed).not.toHaveBeenCalled()
  printed.mockRestore()
})

test('pings with the id of a change that the filter hides, else with a comment', async () => {
  await using app = await openApp({ recorded: [setting], pingEvery: 20 })
  const filtered = 'subscription { developmentAdded(filter: { kinds: [MEASURE] }) { cursor } }'
  await using stream = await app.stream(filtered)
  await expect.poll(() => app.service.open.followers).toBe(1)
  await app.record(planned('event', event()))
  const head = encodeFeedCursor(app.store, app.store.head())
  let frame = await stream.frame()
  while (frame?.id !== head) frame = await stream.frame()
  expect(frame).toEqual({ event: '', id: head, data: '' })
})

test('never pings ahead of what it has sent', async () => {
  await using app = await openApp({ recorded: [setting], pingEvery: 1 })
  await using stream = await app.stream(ADDED)
  await expect.poll(() => app.service.open.followers).toBe(1)
  const ids = Array.from({ length: 30 }, (_, number) => encodeFeedCursor(app.store, setting.length + 1 + number))
  const recording = (async () => {
    for (const [number] of ids.entries()) await app.record(planned('event', event({ event: `ferry/event-${number}` })))
  })()
  const sent: string[] = []
  const pingedAhead: string[] = []
  while (sent.length < ids.length) {
    const { event: name, id = '' } = (await stream.frame()) ?? { event: 'end' }
    if (name === 'end') break
    if (name === 'next') sent.push(id)
    else if (ids.includes(id) && !sent.includes(id)) pingedAhead.push(id)
  }
  await recording
  expect([sent, pingedAhead]).toEqual([ids, []])
})
