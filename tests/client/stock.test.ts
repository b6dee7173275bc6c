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
