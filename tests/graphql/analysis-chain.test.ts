import { expect, test } from 'vitest'
import type { RecordOf } from '../../src/model/records/definitions.ts'
import { read, refusalsOf } from '../_support/answer.ts'
import { type App, openApp } from '../_support/app.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'

type Relation = NonNullable<RecordOf<'event'>['links']>[number]['relation']

/** An event that answers others, on successive days of January. */
const answers = (key: string, day: number, ...to: readonly (readonly [Relation, string])[]) =>
  planned(
    'event',
    event({
      event: key,
      date: `2025-01-${String(day).padStart(2, '0')}`,
      figures: [],
      bearings: [],
      links: to.map(([relation, development]) => ({ relation, development })),
    }),
  )

async function chainOf(app: App, key: string, depth?: number): Promise<string[]> {
  const { development } = await read(
    app,
    `query ($key: Key!${depth === undefined ? '' : ', $depth: Int!'}) { development(key: $key) {
       responseChain${depth === undefined ? '' : '(depth: $depth)'} { distance relation from { key } to { key } } } }`,
    depth === undefined ? { key } : { key, depth },
  )
  const { responseChain } = development as { responseChain: Link[] }
  return responseChain.map(({ distance, relation, from, to }) => `${distance} ${from.key} ${relation} ${to.key}`)
}

interface Link {
  readonly distance: number
  readonly relation: string
  readonly from: { readonly key: string }
  readonly to: { readonly key: string }
}

const quarrel = [
  answers('strike', 1),
  answers('protest', 2, ['in-response-to', 'strike']),
  answers('expulsion', 3, ['in-response-to', 'protest'], ['follows', 'strike']),
  answers('counter-expulsion', 4, ['reciprocates', 'expulsion']),
  answers('return', 5, ['reverses', 'expulsion']),
  answers('other-protest', 2, ['in-response-to', 'strike']),
]

test('a chain contains what was answered and what answered, nearest first, and no other answers', async () => {
  await using app = await openApp({ recorded: [setting, quarrel] })
  expect(await chainOf(app, 'expulsion')).toEqual([
    '1 expulsion IN_RESPONSE_TO protest',
    '1 counter-expulsion RECIPROCATES expulsion',
    '1 return REVERSES expulsion',
    '2 protest IN_RESPONSE_TO strike',
  ])
  expect(await chainOf(app, 'strike')).toEqual([
    '1 protest IN_RESPONSE_TO strike',
    '1 other-protest IN_RESPONSE_TO strike',
    '2 expulsion IN_RESPONSE_TO protest',
    '3 counter-expulsion RECIPROCATES expulsion',
    '3 return REVERSES expulsion',
  ])
})

test('a reciprocation is in the chain of the other side', async () => {
  await using app = await openApp({ recorded: [setting, quarrel] })
  const link = '1 counter-expulsion RECIPROCATES expulsion'
  expect(await chainOf(app, 'expulsion', 1)).toContain(link)
  expect(await chainOf(app, 'counter-expulsion', 1)).toEqual([link])
})

test('a cycle of answers ends, with each link once at its smallest distance', async () => {
  await using app = await openApp({
    recorded: [
      setting,
      [
        answers('a', 1, ['in-response-to', 'c']),
        answers('b', 2, ['in-response-to', 'a']),
        answers('c', 3, ['in-response-to', 'b'], ['reverses', 'b']),
      ],
    ],
  })
  expect(await chainOf(app, 'a', 20)).toEqual([
    '1 a IN_RESPONSE_TO c',
    '1 b IN_RESPONSE_TO a',
    '2 c IN_RESPONSE_TO b',
    '2 c REVERSES b',
  ])
})

test('a chain skips retracted developments and removed links', async () => {
  const [strike, protest, expulsion] = [quarrel[0], quarrel[1], quarrel[2]]
  if (strike === undefined || protest === undefined || expulsion === undefined) throw new Error('the quarrel has three')
  await using app = await openApp({ recorded: [setting, quarrel] })
  await app.record({ ...protest, kind: 'RETRACTED', revision: 2, note: 'A hoax.' })
  expect(await chainOf(app, 'strike')).toEqual(['1 other-protest IN_RESPONSE_TO strike'])
  expect(await chainOf(app, 'protest')).toEqual([
    '1 protest IN_RESPONSE_TO strike',
    '1 expulsion IN_RESPONSE_TO protest',
    '2 counter-expulsion RECIPROCATES expulsion',
    '2 return REVERSES expulsion',
  ])
  await app.record({ ...answers('expulsion', 3), kind: 'CORRECTED', revision: 2, note: 'It answered nothing.' })
  expect(await chainOf(app, 'protest')).toEqual(['1 protest IN_RESPONSE_TO strike'])
})

test('a chain has the requested depth, 1 to 20, by default 5', async () => {
  const line = Array.from({ length: 25 }, (_, at) =>
    at === 0 ? answers('n-0', 1) : answers(`n-${at}`, at + 1, ['in-response-to', `n-${at - 1}`]),
  )
  await using app = await openApp({ recorded: [setting, line] })
  expect(await chainOf(app, 'n-0')).toHaveLength(5)
  expect(await chainOf(app, 'n-0', 1)).toHaveLength(1)
  expect(await chainOf(app, 'n-0', 20)).toHaveLength(20)
  expect(await chainOf(app, 'n-12', 20)).toHaveLength(24)
  for (const depth of [0, -1, 21]) {
    const query = `{ development(key: "n-0") { responseChain(depth: ${depth}) { distance } } }`
    expect(await refusalsOf(app, query)).toMatchObject([{ code: 'BAD_DEPTH' }])
  }
})

test('a chain of more than 200 links is cut to the nearest, oldest first', async () => {
  const crowd = Array.from({ length: 250 }, (_, at) => answers(`late-${at}`, 20, ['in-response-to', 'strike']))
  const early = [answers('early', 10, ['in-response-to', 'strike']), answers('far', 11, ['in-response-to', 'early'])]
  await using app = await openApp({ recorded: [setting, [...crowd, answers('strike', 1), ...early]] })
  const chain = await chainOf(app, 'strike', 20)
  expect(chain).toHaveLength(200)
  expect(chain[0]).toBe('1 early IN_RESPONSE_TO strike')
  expect(chain).not.toContain('2 far IN_RESPONSE_TO early')
  expect(chain.at(-1)).toBe('1 late-198 IN_RESPONSE_TO strike')
  expect(await hasMore(app, 'strike', 20)).toBe(true)
})

test('a chain says whether it has more links, beyond its depth or beyond 200', async () => {
  const line = Array.from({ length: 8 }, (_, at) =>
    at === 0 ? answers('n-0', 1) : answers(`n-${at}`, at + 1, ['in-response-to', `n-${at - 1}`]),
  )
  const crowd = Array.from({ length: 200 }, (_, at) => answers(`late-${at}`, 20, ['in-response-to', 'strike']))
  await using app = await openApp({ recorded: [setting, [...line, ...crowd, answers('strike', 1)]] })
  expect([await hasMore(app, 'n-0', 6), await hasMore(app, 'n-0', 7)]).toEqual([true, false])
  expect([await hasMore(app, 'n-3', 3), await hasMore(app, 'n-3', 4)]).toEqual([true, false])
  expect(await chainOf(app, 'strike', 20)).toHaveLength(200)
  expect(await hasMore(app, 'strike', 20)).toBe(false)
  await app.record(answers('one-more', 21, ['in-response-to', 'strike']))
  expect(await chainOf(app, 'strike', 20)).toHaveLength(200)
  expect(await hasMore(app, 'strike', 1)).toBe(true)
  expect(await refusalsOf(app, '{ development(key: "n-0") { key responseChainHasMore(depth: 0) } }')).toMatchObject([
    { code: 'BAD_DEPTH', path: ['development', 'responseChainHasMore'] },
  ])
})

async function hasMore(app: App, key: string, depth: number): Promise<unknown> {
  const { development } = await read(app, `{ development(key: "${key}") { responseChainHasMore(depth: ${depth}) } }`)
  return (development as { responseChainHasMore: unknown }).responseChainHasMore
}

test('the chains of a page need no more SQL statements than the longest one alone', async () => {
  await using app = await openApp({ recorded: [setting, quarrel] })
  const statementsFor = async (first: number) => {
    const before = app.store.reader.queriesRun
    await read(
      app,
      `{ developments(first: ${first}, orderBy: OLDEST_FIRST) { nodes { responseChain { from { headline } to { headline } } } } }`,
    )
    return app.store.reader.queriesRun - before
  }
  const alone = await statementsFor(1)
  expect(alone).toBeGreaterThan(3)
  expect(await statementsFor(6)).toBeLessThanOrEqual(alone)
})
