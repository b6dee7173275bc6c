import {
  buildSchema,
  executeRootSelectionSet,
  executeSubscriptionEvent,
  GraphQLError,
  parse,
  validate,
  validateExecutionArgs,
  type DocumentNode,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
  type ValidatedExecutionArgs,
  type ValidatedSubscriptionArgs,
} from 'graphql'
import { describe, expect, test } from 'vitest'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { feedQuery, type FeedItem, type FeedMode } from '../../src/feed/feed-query.ts'
import { JsonWriter } from '../../src/graphql/json/json-writer.ts'
import { schema } from '../../src/graphql/schema.ts'
import { readWorkedQueries } from '../../src/http/pages/assets.ts'
import { read } from '../_support/answer.ts'
import type { App } from '../_support/app.ts'
import { openBundledRecord } from '../_support/bundled-record.ts'
import { contextOf } from '../_support/desk.ts'
import { randomDocument } from '../_support/random-document.ts'

describe('the JSON writer on the bundled record', () => {
  test('writes every worked query as graphql-js does', async () => {
    await using app = await openBundledRecord()
    const queries = readWorkedQueries().filter(({ query }) => /^query/m.test(query))
    expect(queries.length).toBeGreaterThan(5)
    for (const { query, variables = '{}' } of queries) {
      const { written, executed } = await both(app, query, JSON.parse(variables) as Record<string, unknown>)
      expect(written).toBe(executed)
    }
  })

  test('writes the events of every worked subscription as graphql-js does', async () => {
    await using app = await openBundledRecord()
    const subscriptions = readWorkedQueries().filter(({ query }) => isSubscription(query))
    expect(subscriptions).toHaveLength(2)
    for (const { query } of subscriptions) {
      const document = parse(query)
      // The document has a subscription.
      const subscription = accepted(validateExecutionArgs({ schema, document })) as ValidatedSubscriptionArgs
      const writer = new JsonWriter()
      const items = itemsOf(app, query.includes('developmentAdded') ? 'ADDED' : 'CHANGES')
      expect(items.length).toBeGreaterThan(30)
      for (const rootValue of items) {
        const written = await writer.write({ ...subscription, rootValue }, contextOf(app))
        const executed = await executeSubscriptionEvent({ ...subscription, rootValue, contextValue: contextOf(app) })
        expect(written).toBe(JSON.stringify(executed.data))
      }
    }
  })

  test('writes random documents as graphql-js does, and gives up on those with errors', async () => {
    await using app = await openBundledRecord()
    const keys = await keysOf(app)
    let [compared, failed] = [0, 0]
    for (let seed = 1; seed <= 400; seed++) {
      const { query, variables } = randomDocument(schema, keys, seed)
      const { written, executed } = await both(app, query, variables)
      expect({ query, written }).toEqual({ query, written: executed })
      if (executed === undefined) failed++
      else compared++
    }
    expect(compared).toBeGreaterThan(300)
    expect(failed).toBeGreaterThan(0)
  })
})

describe('the JSON writer', () => {
  test.each([
    ['fields merged from fragments', '{ box { a } ...F } fragment F on Query { box { b a } ... { box { c: a } } }'],
    [
      'interfaces and unions',
      '{ things { __typename id ... on Box { a } ... on Bag { size } } any { ... on Bag { id } } }',
    ],
    ['characters that JSON escapes', '{ texts }'],
    ['lists within lists, with nulls', '{ lists }'],
    ['an empty selection', '{ box { a @skip(if: true) } }'],
    ['numbers and Booleans', '{ numbers flags }'],
    ['custom enum values', '{ colour }'],
    [
      'values that come later, each in its place',
      '{ a: slow(turns: 3) { b: slow(turns: 2) { a } c: slow { a } a } texts d: slow(turns: 1) { a } slows { a slow { a } } }',
    ],
  ])('writes %s', async (_what, query) => {
    const { written, executed } = await compare(query)
    expect(executed).toBeDefined()
    expect(written).toBe(executed)
  })

  test.each([
    ['an error', '{ failing }'],
    ['a null that is not allowed', '{ missing }'],
    ['a promise among the properties', '{ later }'],
    ['a resolver that fails later', '{ slow { a } other: slow(turns: 2, fails: true) { a } }'],
    ['a function among the properties', '{ computed }'],
    ['introspection', '{ __schema { queryType { name } } }'],
    ['a mutation', 'mutation { change }'],
  ])('gives up on %s', async (_what, query) => {
    expect((await compare(query)).written).toBeUndefined()
  })

  test('distinguishes all combinations of @skip and @include', async () => {
    const names = Array.from({ length: 6 }, (_, index) => `v${index}`)
    const document = parse(`query (${names.map((name) => `$${name}: Boolean = false`).join(' ')}) {
      ${names.map((name, index) => `${name}: texts ${index % 2 ? '@skip' : '@include'}(if: $${name})`).join(' ')} __typename }`)
    const writer = new JsonWriter()
    for (let number = 0; number < 64; number++) {
      const variableValues = Object.fromEntries(names.map((name, index) => [name, (number & (1 << index)) > 0]))
      const prepared = accepted(validateExecutionArgs({ schema: TOYS, document, variableValues, rootValue: ROOT }))
      const { data } = await executeRootSelectionSet(prepared)
      expect(await writer.write(prepared, {})).toBe(JSON.stringify(data))
    }
  })

  test('gives up on a condition that is null, also after one that is false', async () => {
    const document = parse('query ($v: Boolean = false) { texts @include(if: $v) }')
    const writer = new JsonWriter()
    const written = [false, null, false].map((v) => {
      const prepared = validateExecutionArgs({ schema: TOYS, document, variableValues: { v }, rootValue: ROOT })
      return writer.write(accepted(prepared), {})
    })
    expect(await Promise.all(written)).toEqual(['{}', undefined, '{}'])
  })

  test('compiles an operation once, whatever its other variables are, until others take its memory', async () => {
    let compilations = 0
    const write = countedWriter({
      resolve: (_, { flag }) => String(flag),
      onCompile: () => compilations++,
      bytes: 20_000,
    })
    const document = parse('query ($flag: Boolean) { counted(flag: $flag) }')
    for (const flag of [true, false, true]) expect(await write(document, flag)).toBe(`{"counted":"${flag}"}`)
    expect(compilations).toBe(1)
    for (let number = 0; number < 20; number++) await write(parse(`{ c${number}: counted }`), true)
    expect(await write(document, true)).toBe('{"counted":"true"}')
    expect(compilations).toBe(22)
  })

  test('gives up on an operation of more than 5,000 fields', async () => {
    const fields = (count: number) =>
      `{ ${Array.from({ length: count }, (_, index) => `f${index}: colour`).join(' ')} }`
    expect((await compare(fields(5_000))).written).toBeDefined()
    expect((await compare(fields(5_001))).written).toBeUndefined()
  })

  test('executes an operation that keeps failing hardly more often than graphql-js alone', async () => {
    let executions = 0
    const write = countedWriter({
      resolve: (_, { flag }) => {
        executions++
        if (flag === false) throw new GraphQLError('failed')
        return 'worked'
      },
    })
    const document = parse('query ($flag: Boolean) { counted(flag: $flag) }')
    for (let number = 0; number < 510; number++) expect(await write(document, false)).toBeUndefined()
    expect(executions).toBe(10)
    const tried: (string | undefined)[] = []
    for (let number = 0; number < 60; number++) tried.push(await write(document, true))
    const written = tried.filter((data) => data !== undefined)
    expect(written.length).toBeGreaterThan(5)
    expect(new Set(written)).toEqual(new Set(['{"counted":"worked"}']))
  })

  async function compare(query: string) {
    const document = parse(query)
    expect(validate(TOYS, document)).toEqual([])
    const prepared = accepted(validateExecutionArgs({ schema: TOYS, document, rootValue: ROOT }))
    const written = await new JsonWriter().write(prepared, {})
    const { data, errors } = await executeRootSelectionSet(prepared)
    return { written, executed: errors === undefined ? JSON.stringify(data) : undefined }
  }
})

function isSubscription(query: string): boolean {
  return /^subscription/m.test(query)
}

/** Every item of the feed, and a heartbeat after them if the feed has heartbeats. */
function itemsOf({ store }: App, mode: FeedMode): readonly FeedItem[] {
  const [feed, head] = [feedQuery({ store, cursorAt: (seq) => encodeFeedCursor(store, seq) }, mode, {}), store.head()]
  const items: FeedItem[] = []
  for (let page = feed.read(0, head); page.items.length > 0; page = feed.read(page.scannedUpTo, head)) {
    items.push(...page.items)
  }
  if (mode === 'CHANGES') items.push({ type: 'HEARTBEAT', seq: head, cursor: encodeFeedCursor(store, head), at: 0 })
  return items
}

/** A query as the writer writes it, and as graphql-js executes it where that has no errors. */
async function both(app: App, query: string, variableValues: Readonly<Record<string, unknown>>) {
  const document = parse(query)
  expect({ query, errors: validate(schema, document) }).toEqual({ query, errors: [] })
  const prepared = accepted(validateExecutionArgs({ schema, document, variableValues }))
  const written = await new JsonWriter().write(prepared, contextOf(app))
  const { data, errors } = await executeRootSelectionSet({ ...prepared, contextValue: contextOf(app) })
  return { written, executed: errors === undefined ? JSON.stringify(data) : undefined }
}

function accepted(prepared: ReturnType<typeof validateExecutionArgs>): ValidatedExecutionArgs {
  if (!('operation' in prepared)) throw prepared[0] ?? new Error('no operation')
  return prepared
}

async function keysOf(app: App): Promise<Record<string, readonly string[]>> {
  const lists = ['actors', 'places', 'sources', 'disputes', 'claims', 'demands', 'developments']
  const query = `{ ${lists.map((list) => `${list}(first: 20) { nodes { key } }`).join(' ')} }`
  const data = await read(app, query)
  const found = lists.map((list) => {
    // Each list was asked for by this shape.
    const { nodes } = data[list] as { nodes: readonly { key: string }[] }
    return [list.slice(0, -1), nodes.map(({ key }) => key)] as const
  })
  return Object.fromEntries(found)
}

interface Counted {
  readonly resolve: GraphQLFieldResolver<unknown, unknown>
  /** Called when the writer compiles the field, which is when it reads the resolver. */
  readonly onCompile?: () => void
  readonly bytes?: number
}

/** One writer for queries of a schema whose only field is `counted(flag: Boolean): String`. */
function countedWriter({ resolve, onCompile = () => {}, bytes = 100_000 }: Counted) {
  const counted = buildSchema(`type Query { counted(flag: Boolean): String }`)
  const field = counted.getQueryType()?.getFields()['counted']
  Object.defineProperty(field, 'resolve', {
    get() {
      onCompile()
      return resolve
    },
  })
  const writer = new JsonWriter({ bytes })
  return (document: DocumentNode, flag: boolean) =>
    writer.write(accepted(validateExecutionArgs({ schema: counted, document, variableValues: { flag } })), {})
}

const TOYS: GraphQLSchema = withTypes(
  buildSchema(`
    interface Thing { id: ID! }
    type Box implements Thing { id: ID! a: String b: Int }
    type Slow { a: String! slow(turns: Int = 0): Slow! }
    type Bag implements Thing { id: ID! size: Float }
    union Any = Box | Bag
    enum Colour { RED GREEN }
    type Query {
      box: Box things: [Thing!]! any: [Any] texts: [String!]! lists: [[Int]] computed: String numbers: [Float!]! flags: [Boolean]
      colour: Colour failing: String missing: String! later: String
      slow(turns: Int = 0, fails: Boolean = false): Slow! slows: [Slow!]!
    }
    type Mutation { change: Int }
  `),
)

function withTypes(toys: GraphQLSchema): GraphQLSchema {
  for (const name of ['Thing', 'Any']) {
    // Both are abstract.
    const abstract = toys.getType(name) as { resolveType?: (value: { readonly size?: number }) => string }
    abstract.resolveType = ({ size }) => (size === undefined ? 'Box' : 'Bag')
  }
  for (const name of ['Query', 'Slow']) {
    // Both are objects.
    const { slow } = (toys.getType(name) as GraphQLObjectType).getFields()
    if (slow !== undefined) slow.resolve = comeLater
  }
  return toys
}

async function comeLater(_: unknown, args: { readonly turns: number; readonly fails?: boolean }) {
  for (let turn = 0; turn < args.turns; turn++) await Promise.resolve()
  if (args.fails === true) throw new GraphQLError('failed')
  return { a: `after ${args.turns}` }
}

const ROOT = {
  box: { id: 1, a: 'a "quoted" one', b: 2 },
  things: [
    { id: 'x', a: null },
    { id: 'y', size: 1.5 },
  ],
  any: [null, { id: 'z', size: -0 }],
  texts: ['', '"', '\\', '\n\u0000\u001f', '\u007f\u2028', '\ud800', '😀', '</script>', 'é'],
  lists: [[1, null], null, []],
  computed: () => 'made',
  numbers: [0, -0, 1e21, 1e-7, 0.1],
  flags: [true, false, null],
  colour: 'GREEN',
  failing: new GraphQLError('failed'),
  missing: null,
  later: Promise.resolve('soon'),
  slows: [{ a: 'first' }, { a: 'second' }],
}
