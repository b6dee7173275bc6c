import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApp, type App } from '../_support/app.ts'

let app: App
beforeAll(async () => {
  app = await openApp()
})
afterAll(async () => app[Symbol.asyncDispose]())

test.each([
  // A near name, whatever GraphQL would suggest.
  ['{ servic { name } }', 'Cannot query field "servic" on type "Query". Did you mean service?'],
  [
    '{ developments { total } }',
    'Cannot query field "total" on type "DevelopmentConnection". Did you mean totalCount?',
  ],
  [
    '{ developments(frist: 1) { totalCount } }',
    'Unknown argument "frist" on field "Query.developments". Did you mean first?',
  ],
  // No near name.
  [
    '{ statements { edges { snippet { text } } } }',
    'Cannot query field "snippet" on type "StatementEdge". Its fields are cursor, node.',
  ],
  [
    '{ feedPage { nodes { at } } }',
    'Cannot query field "nodes" on type "FeedPage". Its fields are changes, references, cursor, hasMore.',
  ],
  [
    '{ development(key: "a") { links { type } } }',
    'Cannot query field "type" on type "DevelopmentLink". Its fields are id, relation, development, note.',
  ],
  [
    '{ disagreements(filter: {}) { totalCount } }',
    'Unknown argument "filter" on field "Query.disagreements". Its arguments are dispute, first, after, last, before.',
  ],
  ['{ service { name(a: 1) } }', 'Unknown argument "a" on field "Service.name". It has no arguments.'],
  // More than ten names.
  [
    '{ xyzzy }',
    expect.stringMatching(/^Cannot query field "xyzzy" on type "Query"\. Its fields are (\w+, ){9}\w+ and \d+ more\.$/),
  ],
  // GraphQL knows better.
  [
    '{ development(key: "a") { acts } }',
    'Cannot query field "acts" on type "Development". Did you mean to use an inline fragment on "Statement"?',
  ],
  ['{ developments @include(f: true) { totalCount } }', expect.stringContaining('"f" on directive "@include"')],
])('%s is refused with the names that exist', async (query, message) => {
  const { body } = await app.ask(query)
  expect(body.errors?.[0]).toMatchObject({ message, extensions: { code: 'QUERY_INVALID' } })
})
