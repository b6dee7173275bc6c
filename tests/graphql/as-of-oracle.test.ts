import fc from 'fast-check'
import { getNamedType, isRequiredArgument } from 'graphql'
import { expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { schema } from '../../src/graphql/schema.ts'
import type { PlannedChange } from '../../src/store/append.ts'
import { read } from '../_support/answer.ts'
import { openApp } from '../_support/app.ts'
import { everythingBelow } from '../_support/everything.ts'
import { historyOf, type Turn } from '../_support/dossier-history.ts'
import { dossiers } from '../_support/random-dossier.ts'
import { Historian, histories } from '../_support/random-history.ts'

/*
 * `asKnownAt` returns what was returned at that instant: each query runs while a history grows, and again with `asKnownAt` when the history
 * is complete.
 */

/** Real clients do not select everything at once. */
const MOST = Number.MAX_SAFE_INTEGER
const limits = { ...readConfig({}, {}).limits, complexity: MOST, tokens: MOST }

const START = Date.UTC(2025, 0, 1)

/** Positions, demands, measures, links, filters, orders and pages. Fields of actors are left out: they are returned as they are now. */
const QUERIES = [
  `all: developments(asKnownAt: $at, first: 5) {
     totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
     nodes { key kind headline revision recordedAt amendedAt retraction { reason at } date { edtf } entryCursor
       participations { role actor { key } } citations { source { key citedBy(first: 2) { totalCount nodes { key } } citations(first: 2) { totalCount nodes { development { key headline } } } } }
       linkedFrom { totalCount nodes { relation development { key headline } } }
       revisions { number kind changedFields development { headline } } } }`,
  'last: developments(asKnownAt: $at, last: 3, orderBy: OLDEST_FIRST) { nodes { key } pageInfo { hasPreviousPage } }',
  `retracted: developments(asKnownAt: $at, filter: { includeRetracted: true }, orderBy: RECENTLY_RECORDED) {
     totalCount nodes { key retraction { reason } } }`,
  'of: developments(asKnownAt: $at, filter: { actors: ["south"], disputes: ["ferry"] }) { totalCount nodes { key } }',
  'on: developments(asKnownAt: $at, filter: { dateOverlaps: { from: "2025-01-02", to: "2025-01-31" } }) { totalCount nodes { key } }',
  'free: developments(asKnownAt: $at, filter: { inAnyDispute: false }) { totalCount nodes { key } }',
  'cited: developments(asKnownAt: $at, filter: { sources: ["gazette"], claims: ["ferry/sunk"] }) { totalCount nodes { key } }',
  'found: developments(asKnownAt: $at, filter: { text: "bakida event*" }, orderBy: RELEVANCE) { totalCount edges { snippet { text match } node { key } } }',
  'events(asKnownAt: $at, eventKinds: [INCIDENT]) { totalCount nodes { key bearings { bearing } } }',
  'statements(asKnownAt: $at, acts: [ACCUSE], speakers: ["north-minister"]) { totalCount nodes { key positions { stance } } }',
  'measures(asKnownAt: $at, targets: ["south"]) { totalCount nodes { key status statusHistory { status } } }',
  `dispute(key: "ferry", asKnownAt: $at) { key
     developments(filter: { kinds: [STATEMENT] }, orderBy: OLDEST_FIRST) { totalCount nodes { key } }
     centralClaim { key relatedFrom { claim { key } } } sources(first: 2) { totalCount nodes { key } pageInfo { hasNextPage } }
     claims { key currentPositions(on: "2025-01-10") { stance statement { key } } } demands { key response } }`,
  `claim(key: "ferry/sunk", asKnownAt: $at) {
     positions(first: 4) { totalCount nodes { holder { key } stance statement { key headline } quotes { text } } }
     bearings(on: "2025-01-01") { totalCount nodes { development { key } } } }`,
  'demand(key: "ferry/pay", asKnownAt: $at) { response madeIn { key headline } assessments { response by { key } citation { source { key } } previous { response development { key } } } }',
  'actor(key: "south", asKnownAt: $at) { key developments { totalCount nodes { key } } positions { totalCount } }',
]

test('equals the response at the time, for recorded, amended and retracted developments', async () => {
  const query = `query ($at: DateTime) { ${QUERIES.join('\n')} }`
  await fc.assert(
    fc.asyncProperty(histories, fc.infiniteStream(fc.nat(2)), async (steps, pauses) => {
      const historian = new Historian()
      const batches = [historian.opening]
      for (const step of steps) {
        const plan = historian.plan(step)
        if (plan !== null && !plan.refused) batches.push(plan.batch)
      }
      const { atTheTime, found } = await grow({ batches, query, pauses })
      expect(found).toEqual(atTheTime)
    }),
    { numRuns: 12 },
  )
})

test('equals the response at the time, for every field', async () => {
  await fc.assert(
    fc.asyncProperty(dossiers(3), turns, fc.infiniteStream(fc.nat(2)), async (dossier, taken, pauses) => {
      const { batches, keys } = historyOf(dossier, taken)
      const { atTheTime, found } = await grow({ batches, query: everythingKnownAt(keys), pauses })
      expect(found).toEqual(atTheTime)
    }),
    { numRuns: 12 },
  )
})

const turns: fc.Arbitrary<readonly Turn[]> = fc.array(
  fc.record({ pick: fc.nat(), take: fc.nat(), retracts: fc.boolean(), joins: fc.boolean() }),
  { minLength: 3, maxLength: 12 },
)

/** A query for everything below each root field that takes `asKnownAt`; for fields that take a key, one for each key. */
function everythingKnownAt(keys: Readonly<Record<string, readonly string[]>>): string {
  const parts: string[] = []
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    if (!field.args.some(({ name }) => name === 'asKnownAt')) continue
    const below = everythingBelow(getNamedType(field.type), 2, { but: new Set(['id']) })
    const asked = field.args.some(isRequiredArgument) ? (keys[field.name] ?? []).map((key) => `key: "${key}", `) : ['']
    asked.forEach((key, at) => parts.push(`${field.name}_${at}: ${field.name}(${key}asKnownAt: $at) ${below}`))
  }
  expect(parts.length).toBeGreaterThan(4)
  return `query ($at: DateTime) { ${parts.join('\n')} }`
}

interface Growth {
  readonly batches: readonly (readonly PlannedChange[])[]
  readonly query: string
  /** Milliseconds between two commits. With 0, both are known at one instant, which returns the later state. */
  readonly pauses: Iterator<number>
}

/** Grows a history in a service of its own. Returns the responses at each commit and those at the end. */
async function grow({ batches, query, pauses }: Growth): Promise<{ atTheTime: unknown[]; found: unknown[] }> {
  let now = START
  await using app = await openApp({ now: () => now, config: { limits } })
  const responses = new Map<number, unknown>()
  for (const batch of batches) {
    await app.record(...batch)
    responses.set(now, await read(app, query, { at: null }))
    now += Number(pauses.next().value)
  }
  now += 1_000
  const found: unknown[] = []
  for (const instant of responses.keys()) found.push(await read(app, query, { at: new Date(instant).toISOString() }))
  return { atTheTime: [...responses.values()], found }
}
