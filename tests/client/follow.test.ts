import { expect, expectTypeOf, test, vi } from 'vitest'
import { follow, FollowError, type FollowedMessage, type FollowOptions } from '../../src/client/follow.ts'
import { type Answer, COMPLETE, events, next, refused, scriptedService, status } from '../_support/scripted-service.ts'

const query = 'subscription { feed { cursor } }'

/** Does not wait between connections. */
const AT_ONCE = { query, delay: () => 0 }

async function toArray<Data>(messages: AsyncIterable<FollowedMessage<Data>>): Promise<FollowedMessage<Data>[]> {
  const all: FollowedMessage<Data>[] = []
  for await (const message of messages) all.push(message)
  return all
}

/** The error with which a feed ends, and the errors after which it went on. */
async function failure(options: Partial<FollowOptions<unknown, unknown>> & { url: string }) {
  const retried: FollowError[] = []
  const feed = follow({ ...AT_ONCE, ...options, onRetry: (error) => void retried.push(error) })
  const error: unknown = await toArray(feed).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return { error, retried: retried.map(({ code }) => code) }
}

/** A response that is written for as long as it is read. */
function endless(code: number): Answer {
  return (response) => {
    const write = () => {
      if (!response.destroyed) response.write('x'.repeat(65_536), write)
    }
    response.writeHead(code)
    write()
  }
}

test('returns each message with its cursor until the operation is complete', async () => {
  await using service = await scriptedService(events(`retry: 2000\n\n${next('a')}:\n\n${next('b')}${COMPLETE}`))
  const feed = follow({ ...AT_ONCE, url: service.url, variables: { filter: { kinds: ['EVENT'] } } })
  expect(feed.cursor).toBeUndefined()
  expect(await toArray(feed)).toEqual([
    { data: { at: 'a' }, cursor: 'a' },
    { data: { at: 'b' }, cursor: 'b' },
  ])
  expect(feed.cursor).toBe('b')
  expect(service.requests).toMatchObject([
    {
      headers: {
        accept: 'text/event-stream, application/graphql-response+json;q=0.9',
        'content-type': 'application/json',
      },
      body: { query, variables: { filter: { kinds: ['EVENT'] } } },
    },
  ])
  expect(service.requests[0]?.headers).not.toHaveProperty('last-event-id')
})

test('resumes a connection that is cut, within an event and before the first one, from the last cursor', async () => {
  await using service = await scriptedService(
    events('retry: 2000\n\n', { cut: true }),
    events(`${next('b')}${next('c').slice(0, -1)}`, { cut: true }),
    events(`${next('c')}id: d\n\n`, { cut: true }),
    events('id: e\n\n:\n\n', { cut: true }),
    events(`${next('f')}${COMPLETE}`),
  )
  const feed = follow({ ...AT_ONCE, url: service.url, after: 'a' })
  expect((await toArray(feed)).map(({ cursor }) => cursor)).toEqual(['b', 'c', 'f'])
  expect(service.requests.map(({ headers }) => headers['last-event-id'])).toEqual(['a', 'a', 'b', 'd', 'e'])
})

test('takes the id of an event for its cursor if the message has none', async () => {
  await using service = await scriptedService(events(`id: a\nevent: next\ndata: {"data":{}}\n\n${COMPLETE}`))
  expect(await toArray(follow({ ...AT_ONCE, url: service.url }))).toEqual([{ data: {}, cursor: 'a' }])
})

test('does not move its position before the next message is asked for', async () => {
  await using service = await scriptedService(events(`${next('a')}${next('b')}id: c\n\n${COMPLETE}`))
  const feed = follow({ ...AT_ONCE, url: service.url })
  await feed.next()
  expect(feed.cursor).toBe('a')
  await feed.next()
  expect(feed.cursor).toBe('b')
  expect(await feed.next()).toEqual({ done: true, value: undefined })
  expect(feed.cursor).toBe('c')
})

test('passes on the errors of fields', async () => {
  const errors = [{ message: 'No.', path: ['a'], extensions: { code: 'X' } }]
  const data = JSON.stringify({ data: { a: null }, errors, extensions: { cursor: 'a' } })
  await using service = await scriptedService(events(`event: next\ndata: ${data}\n\n${COMPLETE}`))
  expect(await toArray(follow({ ...AT_ONCE, url: service.url }))).toEqual([{ data: { a: null }, errors, cursor: 'a' }])
})

test.each<[what: string, answer: ReturnType<typeof events>, error: Record<string, unknown>]>([
  [
    'a refusal in the stream',
    events(`event: next\ndata: ${refused('CURSOR_FOREIGN', 'Another store.')}\n\n${COMPLETE}`),
    { code: 'CURSOR_FOREIGN', message: 'Another store.' },
  ],
  ['a refused token', status(401, refused('UNAUTHENTICATED')), { code: 'UNAUTHENTICATED' }],
  [
    'a token that ends',
    events(`event: next\ndata: ${refused('UNAUTHENTICATED')}\n\n${COMPLETE}`),
    { code: 'UNAUTHENTICATED' },
  ],
  [
    'a status without a reason',
    status(404, '<h1>'),
    { code: 'HTTP_404', message: 'The service sent status 404 and no event stream.' },
  ],
  ['a document in place of a stream', status(200, '{"data":{}}'), { code: 'NOT_A_STREAM' }],
  ['a refusal as a document', status(200, refused('QUERY_INVALID')), { code: 'QUERY_INVALID' }],
  ['a page', status(200, '<h1>'), { code: 'NOT_A_STREAM' }],
  ['an empty response', status(204, ''), { code: 'HTTP_204' }],
  ['a page without end', endless(404), { code: 'HTTP_404' }],
  ['a message that is no JSON', events('event: next\ndata: {"data":\n\n'), { code: 'NOT_A_STREAM' }],
  ['a message that is null', events('event: next\ndata: null\n\n'), { code: 'NOT_A_STREAM' }],
  ['errors that are not a list', events('event: next\ndata: {"errors":{"a":1}}\n\n'), { code: 'NOT_A_STREAM' }],
  [
    'a message without data',
    events(
      `event: next\ndata: {"data":null,"errors":[{"message":"Too large.","extensions":{"code":"RESULT_TOO_LARGE"}}],"extensions":{"cursor":"b"}}\n\n`,
    ),
    { code: 'RESULT_TOO_LARGE' },
  ],
])('ends at %s', async (_, answer, expected) => {
  await using service = await scriptedService(answer)
  const { error, retried } = await failure({ url: service.url })
  expect(error).toBeInstanceOf(FollowError)
  expect(error).toMatchObject({ ...expected, retryable: false, name: 'FollowError' })
  expect(retried).toEqual([])
  expect(service.requests).toHaveLength(1)
})

const TEMPORARY = [
  'INTERNAL',
  'SERVICE_BUSY',
  'SLOW_CONSUMER',
  'STORE_BUSY',
  'SUBSCRIPTIONS_EXHAUSTED',
  'TOO_MANY_REQUESTS',
]

test.each<[what: string, answer: ReturnType<typeof events>, code: string]>([
  ...[408, 425, 429, 500, 502, 503, 504].map(
    (code) => [`status ${code}`, status(code, 'x'), `HTTP_${code}`] as [string, ReturnType<typeof events>, string],
  ),
  ...TEMPORARY.map(
    (code) =>
      [code, events(`event: next\ndata: ${refused(code)}\n\n${COMPLETE}`), code] as [
        string,
        ReturnType<typeof events>,
        string,
      ],
  ),
  ['errors of a proxy that are not a list', status(503, '{"errors":{"upstream":["down"]}}'), 'HTTP_503'],
  ['an answer that is null', status(503, 'null'), 'HTTP_503'],
  ['a connection without an answer', (response) => response.destroy(), 'CONNECTION_LOST'],
  [
    'a stream that is closed without being complete',
    (response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end(),
    'CONNECTION_LOST',
  ],
])('goes on after %s', async (_, answer, code) => {
  await using service = await scriptedService(answer, events(COMPLETE))
  expect(await failure({ url: service.url })).toEqual({ error: undefined, retried: [code] })
})

/** The delays until a feed gives up after these responses, which take no time. No other code uses timers meanwhile. */
async function delaysAfter(
  responses: readonly Response[],
  options: Partial<FollowOptions<unknown, unknown>> = {},
): Promise<number[]> {
  const delays: number[] = []
  const left = [...responses]
  const setTimer = vi.spyOn(globalThis, 'setTimeout').mockImplementation((run) => setImmediate(run) as never)
  const clearTimer = vi.spyOn(globalThis, 'clearTimeout').mockImplementation((timer) => clearImmediate(timer as never))
  const feed = follow({
    query,
    url: 'http://service.invalid/graphql',
    fetch: async () => left.shift() ?? new Response(COMPLETE, STREAM),
    onRetry: (_, delay) => void delays.push(delay),
    ...options,
  })
  try {
    await toArray(feed)
  } finally {
    setTimer.mockRestore()
    clearTimer.mockRestore()
  }
  return delays
}

const STREAM = { headers: { 'content-type': 'text/event-stream' } }

test('waits as long as the service asks, and longer by a share of its own', async () => {
  const [before, after] = ['Thu, 01 Jan 1970 00:00:00 GMT', new Date(Date.now() + 3_600_000).toUTCString()]
  const busy = ['7', before, 'soon', '99999999', after].map(
    (value) => new Response('', { status: 503, headers: { 'retry-after': value } }),
  )
  const delays = await delaysAfter(busy, { delay: (failures) => failures })
  expect(delays.slice(0, 4)).toEqual([7_000, 1, 2, 2 ** 31 - 1])
  expect(delays[4]).toBeGreaterThan(3_500_000)
  expect(delays[4]).toBeLessThanOrEqual(3_600_004)
})

test('waits for a random time that doubles up to half a minute, and begins again after a message', async () => {
  const random = vi.spyOn(Math, 'random').mockReturnValue(0.5)
  const cut = Array.from({ length: 7 }, () => new Response('retry: 1000\n\n:\n\n', STREAM))
  const delays = await delaysAfter([new Response('', STREAM), ...cut, new Response(next('a'), STREAM)])
  random.mockRestore()
  expect(delays).toEqual([1_000, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000, 500])
})

test('replaces a connection that is silent before its answer, within it and within an error', async () => {
  const hanging = { 'content-type': 'application/json' }
  await using service = await scriptedService(
    () => {},
    events(next('a')),
    (response) => void response.writeHead(404, hanging).write('{'),
    events(COMPLETE),
  )
  const { error, retried } = await failure({ url: service.url, silence: 1_000 })
  expect(error).toBeUndefined()
  // On a busy machine, an answer may come too late as well.
  expect(retried.length).toBeGreaterThanOrEqual(3)
  expect(new Set(retried)).toEqual(new Set(['CONNECTION_SILENT']))
  expect(service.requests.at(-1)?.headers['last-event-id']).toBe('a')
})

test('ends at an event that does not end', async () => {
  await using service = await scriptedService(events(`data: ${'x'.repeat(33_554_432)}`))
  expect((await failure({ url: service.url })).error).toEqual(
    new RangeError('The service sent an event of more than 33554432 characters.'),
  )
})

test('asks for headers again at each connection, also when the token ends', async () => {
  await using service = await scriptedService(
    events(next('a'), { cut: true }),
    events(`event: next\ndata: ${refused('UNAUTHENTICATED')}\n\n${COMPLETE}`),
    status(401, refused('UNAUTHENTICATED')),
  )
  let calls = 0
  const headers = async () => ({ authorization: `Bearer ${++calls}` })
  const { error, retried } = await failure({ url: service.url, headers })
  expect(error).toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(retried).toEqual(['CONNECTION_LOST', 'UNAUTHENTICATED'])
  expect(service.requests.map((request) => request.headers.authorization)).toEqual(['Bearer 1', 'Bearer 2', 'Bearer 3'])
})

test('reads only while the caller waits', async () => {
  let read = 0
  const body = new ReadableStream<Uint8Array>(
    { pull: (controller) => controller.enqueue(new TextEncoder().encode(next(String(read++)))) },
    { highWaterMark: 0 },
  )
  const feed = follow({
    ...AT_ONCE,
    url: 'http://service.invalid/graphql',
    fetch: async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
  })
  for (let count = 1; count <= 3; count++) {
    await feed.next()
    await new Promise(setImmediate)
    expect(read).toBe(count)
  }
  await feed.return()
  expect(read).toBe(3)
})

test.each(['in a connection', 'between connections', 'before the first one'])(
  'throws the reason of its signal %s',
  async (when) => {
    await using service = await scriptedService(events(next('a'), { cut: when === 'between connections' }))
    const stop = new AbortController()
    const reason = new Error('enough')
    const abort = () => stop.abort(reason)
    const feed = follow({
      query,
      url: service.url,
      signal: stop.signal,
      delay: () => 1e6,
      onRetry: () => void setImmediate(abort),
    })
    if (when === 'before the first one') abort()
    else {
      await feed.next()
      if (when === 'in a connection') setImmediate(abort)
    }
    await expect(feed.next()).rejects.toBe(reason)
    expect(await feed.next()).toEqual({ done: true, value: undefined })
    expect(service.requests).toHaveLength(when === 'before the first one' ? 0 : 1)
  },
)

test('ends a call of next that waits, and its connection, when the caller leaves', async () => {
  let closed: Promise<unknown> | undefined
  await using service = await scriptedService((response) => {
    closed = new Promise((resolve) => response.once('close', resolve))
    events(next('a'))(response)
  })
  const feed = follow({ ...AT_ONCE, url: service.url })
  await feed.next()
  const waiting = feed.next()
  expect(await feed.return()).toEqual({ done: true, value: undefined })
  expect(await waiting).toEqual({ done: true, value: undefined })
  await closed
})

test('closes its connection when a loop ends', async () => {
  let closed: Promise<unknown> | undefined
  await using service = await scriptedService((response) => {
    closed = new Promise((resolve) => response.once('close', resolve))
    events(next('a'))(response)
  })
  for await (const { cursor } of follow({ ...AT_ONCE, url: service.url })) {
    expect(cursor).toBe('a')
    break
  }
  await closed
})

test('throws mistakes of its caller instead of trying again', async () => {
  expect(() => follow({ query, url: 'graphql' })).toThrow(TypeError)
  await expect(follow({ query, url: 'http://x.invalid', headers: { a: '€' } }).next()).rejects.toThrow(TypeError)
})

test('types the data by the document', () => {
  const follows = (options: Pick<FollowOptions<{ feed: { cursor: string } }, { first: number }>, 'query'>) =>
    follow({ ...options, url: 'http://x.invalid', variables: { first: 1 } })
  expectTypeOf<ReturnType<typeof follows>>().toExtend<
    AsyncIterable<{ data: { feed: { cursor: string } }; cursor: string }>
  >()
})
