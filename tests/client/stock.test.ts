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

test('queries and mutations pass through a stock client unchanged', () => {
  const passed: unknown[] = []
  const client = resuming({ subscribe: (request: { query: string }) => (passed.push(request), () => {}) })
  const request = { query: '{ disputes { nodes { key } } }' }
  client.subscribe(request)
  expect(passed[0]).toBe(request)
})
