import { setTimeout } from 'node:timers/promises'
import { Client, fetchExchange } from '@urql/core'
import { persistedExchange } from '@urql/exchange-persisted'
import { createClient as createSseClient } from 'graphql-sse'
import { createClient as createWsClient } from 'graphql-ws'
import { describe, expect, test } from 'vitest'
import { resuming, retryForever } from '../../src/client/stock.ts'
import { readConfig } from '../../src/config.ts'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { startService } from '../../src/http/server.ts'
import { openLog } from '../../src/log.ts'
import { openApp, type App } from '../_support/app.ts'
import { freePort } from '../_support/command.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'

const ACTOR = 'query Actor($key: Key!) { actor(key: $key) { name } }'
const ADDED = 'subscription Added($after: FeedCursor) { developmentAdded(after: $after) { cursor } }'

describe('urql', () => {
  test('queries by GET, as it does by default', async () => {
    await using app = await openApp({ recorded: [setting] })
    const { client, requests } = urql(app, [fetchExchange])
    const { data, error } = await client.query(ACTOR, { key: 'north' })
    expect([data, error, requests]).toEqual([{ actor: { name: 'Northland' } }, undefined, ['GET']])
  })

  test.each([
    ['GET', true],
    ['POST', false],
  ])(
    'falls back from persisted queries by %s, and sends no more hashes',
    async (method, preferGetForPersistedQueries) => {
      await using app = await openApp({ recorded: [setting] })
      const { client, requests } = urql(app, [persistedExchange({ preferGetForPersistedQueries }), fetchExchange])
      for (const key of ['north', 'south']) {
        const { data, error } = await client.query(ACTOR, { key })
        expect([Object.keys(data ?? {}), error]).toEqual([['actor'], undefined])
      }
      expect([requests.length, requests[0]]).toEqual([3, method])
    },
  )

  test('reads subscriptions over event streams by itself', async () => {
    await using app = await openApp({ recorded: [setting, [planned('event', event())]] })
    const { client } = urql(app, [fetchExchange], { fetchSubscriptions: true })
    const cursor = await new Promise((resolve) => {
      client
        .subscription(ADDED, { after: cursorAt(app, 0) })
        .subscribe(({ extensions }) => resolve(extensions?.['cursor']))
    })
    expect(cursor).toBe(cursorAt(app, 1))
  })
})

/** What the clients of graphql-sse and graphql-ws have in common. */
interface Subscriber {
  subscribe(operation: { query: string; variables: Record<string, unknown> }, sink: Sink): () => void
}

interface Sink {
  next(message: { extensions?: Record<string, unknown> | undefined }): void
  error(error: unknown): void
  complete(): void
}

const soon = () => setTimeout(10)
const stock = { ...retryForever, retry: soon, retryWait: soon }

const CLIENTS: readonly (readonly [name: string, create: (url: string) => Subscriber])[] = [
  ['graphql-sse', (url) => resuming(createSseClient({ url, ...stock }))],
  ['graphql-ws', (url) => resuming(createWsClient({ url: url.replace('http', 'ws'), ...stock }))],
]

describe.each(CLIENTS)('the client of %s', (_name, create) => {
  test('resumes after a restart, neither missing nor repeating a change', async () => {
    const port = await freePort()
    await using app = await openApp({ recorded: [setting, [planned('event', event())]], config: { port } })
    const cursors: unknown[] = []
    const leave = create(`${app.url}/graphql`).subscribe(
      { query: ADDED, variables: { after: cursorAt(app, 0) } },
      {
        next: ({ extensions }) => cursors.push(extensions?.['cursor']),
        error: (error) => cursors.push(error),
        complete: () => cursors.push('complete'),
      },
    )
    await expect.poll(() => cursors.length).toBe(1)
    await app.service.stop()
    await app.record(planned('event', event({ event: 'ferry/meanwhile' })))
    const config = { ...readConfig({}, {}), port }
    const restarted = await startService({ store: app.store, config, log: openLog('silent'), version: '0.0.0-test' })
    await expect.poll(() => restarted.open.followers).toBe(1)
    await app.record(planned('event', event({ event: 'ferry/after' })))
    await expect.poll(() => cursors.length).toBe(3)
    expect(cursors).toEqual([1, 2, 3].map((changes) => cursorAt(app, changes)))
    leave()
    await restarted.stop()
  })
})

function urql({ url }: App, exchanges: ConstructorParameters<typeof Client>[0]['exchanges'], options = {}) {
  const requests: string[] = []
  const record: typeof fetch = (input, init) => {
    requests.push(init?.method ?? 'GET')
    return fetch(input, init)
  }
  return { client: new Client({ url: `${url}/graphql`, exchanges, fetch: record, ...options }), requests }
}

/** The cursor after so many developments. */
function cursorAt({ store }: App, developments: number): string {
  return encodeFeedCursor(store, setting.length + developments)
}
