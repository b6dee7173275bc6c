import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { openApp, type App } from '../_support/app.ts'
import { TRANSPORTS, type Message } from '../_support/follow.ts'
import { event, measure, planned, setting } from '../_support/planned-changes.ts'

const FEED = /* GraphQL */ `
  subscription ($after: FeedCursor, $filter: FeedFilter, $heartbeat: Int! = 300) {
    feed(after: $after, filter: $filter, heartbeat: $heartbeat) {
      __typename
      cursor
      ... on FeedChange {
        kind
        development {
          key
          headline
        }
      }
    }
  }
`

const ADDED = /* GraphQL */ `
  subscription ($after: FeedCursor, $filter: FeedFilter) {
    developmentAdded(after: $after, filter: $filter) {
      cursor
      development {
        key
        headline
      }
    }
  }
`

describe.each(TRANSPORTS)('a subscription over $name', ({ follow, refusal }) => {
  test('sends a development the moment it is recorded', async () => {
    await using app = await openApp({ recorded: [setting] })
    await using added = await follow(app, ADDED)
    await open(app, 1)
    await app.record(planned('event', event()))
    expect(keys(await added.take(1))).toEqual(['ferry/sinking'])
  })

  test('resumes after a cursor without missing or repeating anything', async () => {
    await using app = await openApp({ recorded: [setting, ...story(10)] })
    const beginning = beginningOf(app)
    await using first = await follow(app, FEED, { after: beginning })
    const seen = await first.take(4)
    await first[Symbol.asyncDispose]()
    await app.record(planned('event', event({ event: 'ferry/last' })))
    await using second = await follow(app, FEED, { after: seen.at(-1)?.cursor })
    const rest = await second.take(7)
    expect(keys([...seen, ...rest])).toEqual([...numbered(10), 'ferry/last'])
  })

  test('starts at the head without a cursor', async () => {
    await using app = await openApp({ recorded: [setting, ...story(3)] })
    await using feed = await follow(app, FEED)
    await open(app, 1)
    await app.record(planned('event', event({ event: 'ferry/new' })))
    expect(keys(await feed.take(1))).toEqual(['ferry/new'])
  })

  test('sends nothing after the last cursor until something is recorded', async () => {
    await using app = await openApp({ recorded: [setting, ...story(2)] })
    await using feed = await follow(app, FEED, { after: headOf(app) })
    const beat = await feed.next()
    expect(beat?.data['feed']).toMatchObject({ __typename: 'Heartbeat', cursor: headOf(app) })
    await app.record(planned('event', event()))
    const messages = await feed.take(1)
    expect(keys(messages)).toEqual(['ferry/sinking'])
  })

  test('says that it has caught up as soon as the backlog is done', async () => {
    await using app = await openApp({ recorded: [setting, ...story(3)] })
    await using feed = await follow(app, FEED, { after: beginningOf(app) })
    expect(keys([await feed.next(), await feed.next(), await feed.next()])).toEqual(numbered(3))
    const beat = await feed.next()
    expect(beat?.data['feed']).toMatchObject({ __typename: 'Heartbeat', cursor: headOf(app) })
    await app.record(planned('event', event()))
    expect(keys([await feed.next()])).toEqual(['ferry/sinking'])
  })

  test('says that it has caught up when there is no backlog, or the filter hides it', async () => {
    await using app = await openApp({ recorded: [setting, ...story(3)] })
    for (const variables of [{}, { after: beginningOf(app), filter: { kinds: ['MEASURE'] } }]) {
      await using feed = await follow(app, FEED, variables)
      const beat = await feed.next()
      expect(beat?.data['feed']).toMatchObject({ __typename: 'Heartbeat', cursor: headOf(app) })
    }
  })

  test('sends the change by which a development leaves the filter', async () => {
    await using app = await openApp({ recorded: [setting, [planned('event', event())]] })
    await using feed = await follow(app, FEED, { filter: { evidentialStatuses: ['ESTABLISHED'] } })
    await open(app, 1)
    const left = event({ 'evidential-status': 'contested', headline: 'The ferry is said to have sunk' })
    await app.record(planned('event', left, { kind: 'REVISED', revision: 2 }))
    await app.record(planned('event', { ...left, headline: 'Nobody receives this' }, { kind: 'REVISED', revision: 3 }))
    await app.record(planned('event', event({ event: 'ferry/second' })))
    const messages = await feed.take(2)
    expect(headlines(messages)).toEqual(['The ferry is said to have sunk', 'The ferry sinks'])
  })

  test('sends a retraction to clients that received the content', async () => {
    await using app = await openApp({ recorded: [setting, [planned('event', event())]] })
    await using feed = await follow(app, FEED, { filter: { kinds: ['EVENT'] } })
    await open(app, 1)
    await app.record(planned('event', event(), { kind: 'RETRACTED', revision: 2, note: 'it did not sink' }))
    const [message] = await feed.take(1)
    expect(message?.data['feed']).toMatchObject({ kind: 'RETRACTED', development: { key: 'ferry/sinking' } })
  })

  test('sends added developments in their current state, without those retracted since', async () => {
    const gone = event({ event: 'ferry/gone' })
    await using app = await openApp({
      recorded: [
        setting,
        [planned('event', event()), planned('event', gone)],
        [planned('event', event({ headline: 'The ferry sinks at night' }), { kind: 'CORRECTED', revision: 2 })],
        [planned('event', gone, { kind: 'RETRACTED', revision: 2, note: 'mistaken' })],
      ],
    })
    await using added = await follow(app, ADDED, { after: beginningOf(app) })
    await app.record(planned('measure', measure()))
    expect(headlines(await added.take(2))).toEqual(['The ferry sinks at night', 'The North recalls its ambassador'])
  })

  test('carries the cursor whatever is selected', async () => {
    await using app = await openApp({ recorded: [setting, ...story(1)] })
    await using feed = await follow(app, 'subscription ($after: FeedCursor) { feed(after: $after) { __typename } }', {
      after: beginningOf(app),
    })
    const [message] = await feed.take(1)
    expect(message?.cursor).toBe(headOf(app))
  })

  test('is refused for an invalid cursor, one of another store, or one ahead of the store', async () => {
    await using app = await openApp({ recorded: [setting] })
    await using other = await openApp({ recorded: [setting, ...story(3)] })
    const codes = async (after: string) =>
      (await refusal(app, FEED, { after })).errors.map((error) => error.extensions.code)
    expect(await codes('nonsense')).toEqual(['CURSOR_INVALID'])
    expect(await codes(`${headOf(app)}x`)).toEqual(['CURSOR_INVALID'])
    expect(await codes(headOf(other))).toEqual(['CURSOR_FOREIGN'])
    expect(await codes(encodeFeedCursor(app.store, app.store.head() + 1))).toEqual(['CURSOR_AHEAD'])
  })

  test('is refused for an unknown key in the filter, with the nearest keys', async () => {
    await using app = await openApp({ recorded: [setting] })
    const { errors } = await refusal(app, ADDED, { filter: { disputes: ['fery'] } })
    expect(errors[0]).toMatchObject({
      path: ['developmentAdded'],
      extensions: { code: 'UNKNOWN_KEY', nearest: ['ferry'] },
    })
  })

  test('is refused if the operation is invalid', async () => {
    await using app = await openApp({ recorded: [setting] })
    const codes = async (query: string, variables = {}) =>
      (await refusal(app, query, variables)).errors.map((error) => error.extensions.code)
    expect(await codes('subscription {')).toEqual(['QUERY_MALFORMED'])
    expect(await codes('subscription { fed { cursor } }')).toEqual(['QUERY_INVALID'])
    expect(await codes('subscription { feed { cursor } developmentAdded { cursor } }')).toEqual(['QUERY_INVALID'])
    expect(await codes(FEED, { heartbeat: 4 })).toEqual(['BAD_HEARTBEAT'])
    expect(await codes(FEED, { heartbeat: 'often' })).toEqual(['REQUEST_INVALID'])
  })

  test('leaves nothing open when the client leaves', async () => {
    await using app = await openApp({ recorded: [setting, ...story(3)] })
    const beginning = beginningOf(app)
    for (const after of [undefined, beginning]) {
      const feed = await follow(app, FEED, { after })
      await open(app, 1)
      await feed[Symbol.asyncDispose]()
      await open(app, 0)
    }
    expect(app.store.watchers).toBe(0)
    await expect.poll(() => app.service.open).toEqual({ streams: 0, sockets: 0, followers: 0, clients: 0 })
  })

  test('is refused when all subscriptions are in use, and accepted when one ends', async () => {
    await using app = await openApp({
      recorded: [setting],
      config: { limits: { ...readConfig({}, {}).limits, subscriptions: 1 } },
    })
    const first = await follow(app, FEED)
    await open(app, 1)
    const { errors } = await refusal(app, FEED)
    expect(errors[0]?.extensions.code).toBe('SUBSCRIPTIONS_EXHAUSTED')
    await first[Symbol.asyncDispose]()
    await open(app, 0)
    await using second = await follow(app, FEED)
    expect(await second.next()).toBeDefined()
  })
})

/** Waits until the feed has this many followers. */
async function open(app: App, followers: number): Promise<void> {
  await expect.poll(() => app.service.open.followers).toBe(followers)
}

/** Batches of one event each. */
function story(length: number) {
  return numbered(length).map((key) => [planned('event', event({ event: key }))])
}

function numbered(length: number): string[] {
  return Array.from({ length }, (_, number) => `ferry/event-${number}`)
}

/** The cursor before the first development. */
function beginningOf(app: App): string {
  return encodeFeedCursor(app.store, setting.length)
}

function headOf(app: App): string {
  return encodeFeedCursor(app.store, app.store.head())
}

interface Developed {
  readonly development: { readonly key: string; readonly headline: string }
}

function keys(messages: readonly (Message | undefined)[]): string[] {
  return messages.map((message) => developed(message?.data ?? {}).development.key)
}

function headlines(messages: readonly Message[]): string[] {
  return messages.map(({ data }) => developed(data).development.headline)
}

/** The one field that a subscription selects. */
function developed(data: Message['data']): Developed {
  return Object.values(data)[0] as Developed
}
