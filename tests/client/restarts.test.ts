import { fork } from 'node:child_process'
import { once } from 'node:events'
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client/core'
import { Client, fetchExchange } from '@urql/core'
import { createClient as createSseClient } from 'graphql-sse'
import { createClient as createWsClient } from 'graphql-ws'
import { expect, test } from 'vitest'
import { followLink } from '../../src/client/apollo.ts'
import { follow } from '../../src/client/follow.ts'
import { resuming, retryForever } from '../../src/client/stock.ts'
import { followExchange } from '../../src/client/urql.ts'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { openStore } from '../../src/store/open.ts'
import { developmentsOf } from '../proofs/logged.ts'
import { freePort, startServing } from '../_support/command.ts'
import { setting } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'

const QUERY = `subscription ($after: FeedCursor) {
  feed(after: $after) { __typename ... on FeedChange { development { key } } }
}`

interface Result {
  readonly data?: { readonly feed?: { readonly development?: { readonly key?: string } } } | null
}

interface Sink {
  next(result: Result): void
  error(error: unknown): void
  complete(): void
}

/** A way to follow. Returns how to stop. */
type Follow = (url: string, after: string, sink: Sink) => () => void

const delay = () => 200
const soon = () => new Promise<void>((resolve) => setTimeout(resolve, 200))
const stock = { ...retryForever, retry: soon, retryWait: soon }

const WAYS: readonly (readonly [name: string, follow: Follow])[] = [
  [
    'follow',
    (url, after, sink) => {
      // It needs no `$after`.
      const query = QUERY.replace('($after: FeedCursor)', '').replace('(after: $after)', '')
      const feed = follow<NonNullable<Result['data']>>({ url, query, after, delay })
      const deliver = async () => {
        for await (const message of feed) sink.next(message)
        sink.complete()
      }
      deliver().catch((error: unknown) => sink.error(error))
      return () => void feed.return()
    },
  ],
  [
    'Apollo Client',
    (url, after, sink) => {
      const link = ApolloLink.split(
        ({ operationType }) => operationType === 'subscription',
        followLink({ url, delay }),
        new HttpLink({ uri: url }),
      )
      const client = new ApolloClient({ link, cache: new InMemoryCache() })
      const results = client.subscribe({ query: gql(QUERY), variables: { after }, fetchPolicy: 'no-cache' })
      const subscription = results.subscribe({ ...sink, next: (result) => sink.next(result as Result) })
      return () => subscription.unsubscribe()
    },
  ],
  [
    'urql',
    (url, after, sink) => {
      const client = new Client({ url, exchanges: [followExchange({ url, delay }), fetchExchange] })
      const results = client.subscription(QUERY, { after })
      const subscription = results.subscribe((result) =>
        result.error ? sink.error(result.error) : sink.next(result as Result),
      )
      return () => subscription.unsubscribe()
    },
  ],
  [
    'graphql-sse',
    (url, after, sink) =>
      resuming(createSseClient({ url, ...stock })).subscribe<NonNullable<Result['data']>>(
        { query: QUERY, variables: { after } },
        sink,
      ),
  ],
  [
    'graphql-ws',
    (url, after, sink) =>
      resuming(createWsClient({ url: url.replace('http', 'ws'), ...stock })).subscribe<NonNullable<Result['data']>>(
        { query: QUERY, variables: { after } },
        sink,
      ),
  ],
]

const ROUNDS = 3

/** What one way of following has received. */
class Received implements Sink {
  readonly keys: string[] = []
  readonly #last: string
  readonly #done = Promise.withResolvers<void>()

  constructor(last: string) {
    this.#last = last
    this.done.catch(() => {})
  }

  /** Resolves when the last development has come. */
  get done(): Promise<void> {
    return this.#done.promise
  }

  readonly next = ({ data }: Result) => {
    const key = data?.feed?.development?.key
    if (key === undefined) return
    this.keys.push(key)
    if (key === this.#last) this.#done.resolve()
  }

  readonly error = (error: unknown) => this.#done.reject(error)

  readonly complete = () => this.#done.reject(new Error('the feed is complete'))
}

/** A process that records `count` events with the name. Resolves when the first one is recorded; `ended` when all are. */
async function recordEvents(file: string, name: string, count: number): Promise<{ readonly ended: Promise<unknown> }> {
  const writer = fork(new URL('../_support/story-writer.ts', import.meta.url), [file, name, String(count)])
  const ended = once(writer, 'exit')
  await once(writer, 'message')
  return { ended }
}

test('every client sees each change once, in order, while the service is killed and others record', async () => {
  using place = temporaryFile()
  const store = await openStore({ file: place.file })
  await store.append({ batches: [setting], origin: 'IMPORT' })
  const after = encodeFeedCursor(store, setting.length)
  store.close()
  const port = await freePort()
  const serve = () => startServing(['--store', place.file, '--port', String(port)])
  const received = WAYS.map(([name, start]) => {
    const sink = new Received('ferry/last-0')
    return { name, sink, stop: start(`http://127.0.0.1:${port}/graphql`, after, sink) }
  })
  try {
    for (let round = 0; round < ROUNDS; round++) {
      await using serving = await serve()
      const during = await recordEvents(place.file, `during-${round}`, 10)
      serving.child.kill('SIGKILL')
      await serving.outcome
      await during.ended
      const between = await recordEvents(place.file, `between-${round}`, 3)
      await between.ended
    }
    await using _ = await serve()
    const last = await recordEvents(place.file, 'last', 1)
    await Promise.all([last.ended, ...received.map(({ sink }) => sink.done)])
  } finally {
    for (const { stop } of received) stop()
  }
  const recorded = developmentsOf(place.file)
  expect(recorded).toHaveLength(ROUNDS * 13 + 1)
  for (const { name, sink } of received) expect([name, sink.keys]).toEqual([name, recorded])
})

test('a stock client is not resumed with a document that cannot resume, nor by an iterator', () => {
  const client = resuming(createSseClient({ url: 'http://service.invalid/graphql' }))
  const sink = { next() {}, error() {}, complete() {} }
  expect(() => client.subscribe({ query: 'subscription { feed { cursor } }' }, sink)).toThrow('declare `$after')
  expect(() => client.iterate({ query: QUERY })).toThrow('Use `subscribe`')
})
