import { setTimeout as wait } from 'node:timers/promises'
import { ApolloClient, gql, InMemoryCache } from '@apollo/client/core'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { Client, subscriptionExchange, type SubscriptionExchangeOpts } from '@urql/core'
import { createClient as createSseClient } from 'graphql-sse'
import { createClient as createWsClient } from 'graphql-ws'
import { expect, test } from 'vitest'
import { resuming, retryForever } from '../../src/client/stock.ts'
import { openApp } from '../_support/app.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { Line } from './line.ts'

// It has no heartbeats: its first message is the first change.
const QUERY = `subscription Added($after: FeedCursor) {
  developmentAdded(after: $after) { cursor development { key } } }`

interface Sink {
  next(result: { readonly data?: unknown }): void
  error(error: unknown): void
  complete(): void
}

const soon = () => wait(10)
const options = { ...retryForever, retry: soon, retryWait: soon }
const overSocket = (url: string) => resuming(createWsClient({ url: url.replace('http', 'ws'), ...options }))
const overEvents = (url: string) => resuming(createSseClient({ url, ...options }))

/** What subscribes. Each returns how to stop. */
const CLIENTS: readonly (readonly [string, (url: string, sink: Sink) => () => void])[] = [
  ['graphql-ws', (url, sink) => overSocket(url).subscribe({ query: QUERY }, sink)],
  ['graphql-sse', (url, sink) => overEvents(url).subscribe({ query: QUERY }, sink)],
  [
    'Apollo Client over graphql-ws',
    (url, sink) => {
      const apollo = new ApolloClient({ link: new GraphQLWsLink(overSocket(url)), cache: new InMemoryCache() })
      const subscription = apollo.subscribe({ query: gql(QUERY) }).subscribe(sink)
      return () => subscription.unsubscribe()
    },
  ],
  [
    'urql over graphql-ws',
    (url, sink) => {
      const socket = overSocket(url)
      const forwardSubscription: SubscriptionExchangeOpts['forwardSubscription'] = ({ query = '', variables }) => ({
        subscribe: (observer) => ({
          unsubscribe: socket.subscribe(
            { query, variables: { ...variables } },
            {
              next: ({ data = null }) => observer.next({ data }),
              error: (error) => observer.error(error),
              complete: () => observer.complete(),
            },
          ),
        }),
      })
      const urql = new Client({ url, exchanges: [subscriptionExchange({ forwardSubscription })] })
      const subscription = urql
        .subscription(QUERY, {})
        .subscribe(({ data, error }) => (error ? sink.error(error) : sink.next({ data })))
      return () => subscription.unsubscribe()
    },
  ],
]

test.each(CLIENTS)('%s without a cursor misses nothing if it is cut before its first message', async (_, subscribe) => {
  await using app = await openApp({ recorded: [setting] })
  using line = await Line.to(() => Number(new URL(app.url).port))
  const received: unknown[] = []
  const stop = subscribe(`${line.url}/graphql`, {
    next: ({ data }) => received.push(data),
    error: (error) => received.push(error),
    complete: () => {},
  })
  const before = app.store.watchers
  await expect.poll(() => app.store.watchers).toBe(before + 1)
  line.cut(0)
  await app.record(planned('event', event({ event: 'ferry/while-away' })))
  await expect.poll(() => received).toHaveLength(1)
  await app.record(planned('event', event({ event: 'ferry/later' })))
  await expect.poll(() => received).toHaveLength(2)
  stop()
  expect(received).toMatchObject(
    ['ferry/while-away', 'ferry/later'].map((key) => ({ developmentAdded: { development: { key } } })),
  )
})
