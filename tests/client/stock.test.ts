import { createClient } from 'graphql-sse'
import { expect, test } from 'vitest'
import { resuming } from '../../src/client/stock.ts'

test('a stock client is not resumed with a document that cannot resume, nor by an iterator', () => {
  const client = resuming(createClient({ url: 'http://service.invalid/graphql' }))
  const sink = { next() {}, error() {}, complete() {} }
  expect(() => client.subscribe({ query: 'subscription { feed { cursor } }' }, sink)).toThrow('declare `$after')
  expect(() =>
    client.iterate({ query: 'subscription ($after: FeedCursor) { feed(after: $after) { cursor } }' }),
  ).toThrow('Use `subscribe`')
})

test('a stock client that is stopped before it has a cursor subscribes to nothing', () => {
  const passed: { readonly query: string }[] = []
  const completed: string[] = []
  const client = resuming({
    // The clients call `complete` when they are stopped.
    subscribe: (request: { readonly query: string }, sink: { complete(): void }) => {
      passed.push(request)
      return () => sink.complete()
    },
  })
  const query = 'subscription ($after: FeedCursor) { feed(after: $after) { cursor } }'
  client.subscribe({ query }, { complete: () => void completed.push(query) })()
  expect(passed.map((request) => request.query)).toEqual(['{ __typename }'])
  expect(completed).toEqual([query])
})

test('a stock client is followed without a cursor where a service refuses the query for it', () => {
  const passed: unknown[] = []
  const client = resuming({
    subscribe: (request: { readonly query: string }, sink: { error(error: unknown): void }) => {
      passed.push(request)
      if (passed.length === 1) sink.error([{ message: 'not listed' }])
      return () => {}
    },
  })
  const request = { query: 'subscription ($after: FeedCursor) { feed(after: $after) { cursor } }', variables: {} }
  client.subscribe(request, { error: (error) => expect(error).toBeUndefined() })
  expect(passed.slice(1)).toEqual([request])
})

test('queries and mutations pass through a stock client unchanged', () => {
  const passed: unknown[] = []
  const client = resuming({ subscribe: (request: { query: string }) => (passed.push(request), () => {}) })
  const request = { query: '{ disputes { nodes { key } } }' }
  client.subscribe(request)
  expect(passed[0]).toBe(request)
})
