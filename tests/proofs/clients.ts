import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client/core'
import { Client, fetchExchange } from '@urql/core'
import { createClient as createSseClient } from 'graphql-sse'
import { createClient as createWsClient } from 'graphql-ws'
import { followLink } from '../../src/client/apollo.ts'
import { follow } from '../../src/client/follow.ts'
import { resuming, retryForever } from '../../src/client/stock.ts'
import { followExchange } from '../../src/client/urql.ts'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { openStore } from '../../src/store/open.ts'
import { developmentsOf } from './logged.ts'
import { freePort, startServing } from '../_support/command.ts'
import { setting } from '../_support/planned-changes.ts'
import { temporaryFile } from '../_support/temporary-store.ts'
import type { Proof } from './proof.ts'

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

export const clients: Proof = {
  name: 'clients',
  promise:
    'When the service is killed while others record, every client of the package sees each change once, in order.',
  async prove({ long }) {
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
    const kills = long ? 50 : 1
    try {
      for (let kill = 0; kill < kills; kill++) {
        await using serving = await serve()
        const during = await recordEvents(place.file, `during-${kill}`, 10)
        serving.child.kill('SIGKILL')
        await Promise.all([serving.outcome, during.ended])
        const between = await recordEvents(place.file, `between-${kill}`, 3)
        await between.ended
      }
      await using _ = await serve()
      const last = await recordEvents(place.file, 'last', 1)
      await Promise.all([last.ended, ...received.map(({ sink }) => sink.done)])
    } finally {
      for (const { stop } of received) stop()
    }
    const recorded = developmentsOf(place.file)
    for (const { name, sink } of received) assert.deepEqual(sink.keys, recorded, `${name} missed or repeated changes`)
    const names = received.map(({ name }) => name).join(', ')
    return `${kills} ${long ? 'kills' : 'kill'}: ${names} saw ${recorded.length} changes each: 0 gaps, 0 repeats`
  },
}
