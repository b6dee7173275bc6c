import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { bearer, openApp, type App } from '../_support/app.ts'
import { EventStream } from '../_support/event-stream.ts'
import { followStream } from '../_support/follow.ts'
import { event, measure, planned, setting } from '../_support/planned-changes.ts'

/** The text of all subscriptions here: the first one of a service is parsed, and those after it are known. */
const TEXT = /* GraphQL */ `
  subscription Feed($after: FeedCursor, $filter: FeedFilter, $first: Int! = 1) {
    feed(after: $after, filter: $filter) {
      __typename
      cursor
      ... on FeedChange {
        development {
          key
          linkedFrom(first: $first) {
            nodes {
              relation
            }
          }
        }
      }
    }
  }
  subscription Other {
    developmentAdded {
      cursor
    }
  }
  query Version {
    service {
      version
    }
  }
`
const NAMED = { query: TEXT, operationName: 'Feed' }

const recorded = [setting, [planned('event', event()), planned('measure', measure())]]

test('starts each at its own cursor, with its own filter', async () => {
  await using app = await openApp({ recorded })
  await using _first = await opened(app)
  const read = async (variables: Record<string, unknown>, count: number) => {
    await using stream = await EventStream.open(app.url, { ...NAMED, variables })
    return (await followStream(stream).take(count)).map(({ data }) => JSON.stringify(data))
  }
  const [after, later] = [setting.length, setting.length + 1].map((seq) => encodeFeedCursor(app.store, seq))
  const both = await read({ after }, 2)
  expect(both[0]).toContain('ferry/sinking')
  expect(await read({ after: later }, 1)).toEqual(both.slice(1))
  expect(await read({ after, filter: { kinds: ['MEASURE'] } }, 1)).toEqual(both.slice(1))
  expect(await read({ after, filter: { kinds: ['EVENT'] } }, 1)).toEqual(both.slice(0, 1))
})

test('needs a token where reading does, and ends with it', async () => {
  await using app = await openApp({ config: { isPrivate: true } })
  const { token, secret } = await app.store.tokens.create({ scope: 'READ' })
  const reader = { authorization: `Bearer ${secret}` }
  await using _first = await opened(app, await bearer(app, 'RECORD'))
  await using second = await opened(app, reader)
  await app.store.tokens.revoke(token.name)
  expect((await second.event())?.data).toContain('Heartbeat')
  expect((await second.event())?.data).toContain('UNAUTHENTICATED')
  const refused = [await post(app, NAMED, {}), await post(app, NAMED, reader)]
  for (const response of refused) expect(await response.text()).toContain('UNAUTHENTICATED')
  await expect.poll(() => app.service.open.followers).toBe(1)
})

test('states the cost, if a client asks for it', async () => {
  await using app = await openApp()
  await using first = await opened(app, { 'demarche-cost': '1' })
  await using second = await opened(app, { 'demarche-cost': '1' })
  expect(first.response.headers['demarche-cost']).toMatch(/^\d+; limit=\d+$/)
  expect(second.response.headers).toMatchObject({ 'demarche-cost': first.response.headers['demarche-cost'] })
})

const ACCEPT_ONE = 'application/graphql-response+json'

describe('is refused as the first one is', () => {
  test.each<[string, unknown, Record<string, string>?]>([
    ['a variable of another type', { ...NAMED, variables: { first: 'one' } }],
    ['a cursor of no store', { ...NAMED, variables: { after: '42' } }],
    ['a Last-Event-ID of no store', NAMED, { 'last-event-id': '42' }],
    ['a filter by an unknown key', { ...NAMED, variables: { filter: { actors: ['nobody'] } } }],
    ['what costs too much with these variables', { ...NAMED, variables: { first: 100 } }],
    ['no name where there are several operations', { query: TEXT }],
    ['an empty name', { ...NAMED, operationName: '' }],
    ['a name that is a number', { ...NAMED, operationName: 1 }],
    ['an unknown name', { ...NAMED, operationName: 'None' }],
    ['variables that are a list', { ...NAMED, variables: [] }],
    ['extensions that are no object', { ...NAMED, extensions: 1 }],
    ['a batch', [NAMED]],
    ['a query that is accepted as a stream', { ...NAMED, operationName: 'Version' }],
    ['a client that accepts no stream', NAMED, { accept: ACCEPT_ONE }],
    ['a page of another site', NAMED, { origin: 'https://elsewhere.example' }],
    ['more than the service takes', { ...NAMED, operationName: 'Other' }],
  ])('%s', async (_what, body, headers = {}) => {
    const limits = { ...readConfig({}, {}).limits, eventComplexity: 50, subscriptions: 1 }
    await using fresh = await openApp({ config: { limits } })
    await using known = await openApp({ config: { limits } })
    const isFull = JSON.stringify(body).includes('"Other"')
    await using _full = isFull
      ? await EventStream.open(fresh.url, { query: 'subscription { feed { cursor } }' })
      : NOTHING
    const first = await opened(known)
    if (!isFull) await closed(known, first)
    expect(await answerOf(known, body, headers)).toEqual(await answerOf(fresh, body, headers))
    await first[Symbol.asyncDispose]()
  })
})

const NOTHING: AsyncDisposable = { [Symbol.asyncDispose]: async () => {} }

async function opened(app: App, headers: Record<string, string> = {}): Promise<EventStream> {
  const stream = await EventStream.open(app.url, NAMED, headers)
  await stream.frame()
  expect(app.service.open.followers).toBeGreaterThan(0)
  return stream
}

async function closed(app: App, stream: EventStream): Promise<void> {
  await stream[Symbol.asyncDispose]()
  await expect.poll(() => app.service.open.followers).toBe(0)
}

function post(app: App, body: unknown, headers: Record<string, string>): Promise<Response> {
  return fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify(body),
  })
}

/** The status, the type and the body of what is refused, which ends. */
async function answerOf(app: App, body: unknown, headers: Record<string, string>): Promise<unknown> {
  const response = await post(app, body, headers)
  const type = response.headers.get('content-type')
  // The cursor of a query names the store.
  const text = (await response.text()).replaceAll(/"cursor":"[^"]*"/g, '')
  return { status: response.status, type, text }
}
