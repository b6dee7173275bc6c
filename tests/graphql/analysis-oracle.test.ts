import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exportDossier } from '../../src/dossier/export/dossier.ts'
import type { PlannedChange } from '../../src/store/append.ts'
import {
  chainOf,
  contentsOf,
  type Contents,
  disputeReported,
  heldBy,
  inForce,
  ledgerOf,
  matrixOf,
  measuresReported,
  tensionOf,
} from '../_support/analysis-oracle.ts'
import { ACTORS, analysisHistories, DISPUTES, someDay } from '../_support/analysis-world.ts'
import { read } from '../_support/answer.ts'
import { type App, openApp } from '../_support/app.ts'
import { readConfig } from '../../src/config.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

const limits = { ...readConfig({}, {}).limits, complexity: Number.MAX_SAFE_INTEGER }
const MINUTE = 60_000

test('every analysis equals one computed from the exported contents, on any day and at any position', async () => {
  const questions = fc.record({
    on: fc.option(someDay),
    dispute: fc.constantFrom(...DISPUTES),
    holder: fc.constantFrom(...ACTORS),
    bucket: fc.constantFrom('DAY' as const, 'WEEK' as const, 'MONTH' as const, 'QUARTER' as const, 'YEAR' as const),
    initiator: fc.option(fc.constantFrom('actor-0', 'actor-1'), { nil: undefined }),
    recipient: fc.option(fc.constantFrom('actor-0', 'actor-1', 'actor-2'), { nil: undefined }),
    range: fc.option(fc.tuple(someDay, someDay), { nil: undefined }),
    depth: fc.constantFrom(1, 2, 20),
    past: fc.nat(),
  })
  await fc.assert(
    fc.asyncProperty(
      analysisHistories,
      fc.array(questions, { minLength: 3, maxLength: 3 }),
      async (batches, asking) => {
        let now = Date.UTC(2026, 0, 1)
        await using app = await openApp({ config: { limits }, now: () => now })
        for (const batch of batches) {
          now += MINUTE
          await app.record(...batch)
        }
        for (const { past, ...question } of asking) {
          const known = 2 + (past % (batches.length - 1))
          const contents = await exported(batches.slice(0, known))
          // Everything recorded by then. The head needs no instant.
          const asKnownAt =
            known === batches.length ? null : new Date(Date.UTC(2026, 0, 1) + known * MINUTE).toISOString()
          const asked = { ...question, asKnownAt }
          expect(await answersTo(app, asked)).toEqual(answersFrom(contents, asked))
        }
      },
    ),
    { numRuns: 15 },
  )
})

interface Question {
  readonly on: string | null
  readonly dispute: string
  readonly holder: string
  readonly bucket: 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR'
  readonly initiator: string | undefined
  readonly recipient: string | undefined
  readonly range: readonly [string, string] | undefined
  readonly depth: number
  readonly asKnownAt: string | null
}

/** The export of a store with these batches only. */
async function exported(batches: readonly (readonly PlannedChange[])[]): Promise<Contents> {
  await using place = await openTemporaryStore()
  await place.store.append({ batches, origin: 'IMPORT' })
  let text = ''
  await exportDossier(place.store.reader, {
    asOf: place.store.head(),
    format: 'ndjson',
    write: async (piece) => {
      text += piece
    },
  })
  return contentsOf(text)
}

/** The response of the service, with keys instead of keyed objects. */
async function answersTo(app: App, question: Question) {
  const { on, dispute, holder, bucket, initiator, recipient, depth, asKnownAt } = question
  const date = rangeOf(question)
  const asked = { on, dispute, holder, bucket, initiator, recipient, depth, asKnownAt, date }
  const answer = await read(app, QUESTIONS, asked)
  const { demands, measuresInForceCount, lastReportedOn, ...rest } = answer['dispute'] as Answer
  const measures = answer['measures'] as { readonly nodes: readonly (Keyed & Pick<Answer, 'lastReportedOn'>)[] }
  const { nodes } = answer['developments'] as ChainPage
  const chains = nodes.map(({ key, responseChain, responseChainHasMore: hasMore }) => {
    const links = responseChain.map((link) => `${link.distance} ${link.from.key} ${link.relation} ${link.to.key}`)
    const distances = responseChain.map(({ distance }) => distance)
    return [
      key,
      {
        links: links.toSorted(),
        isNearestFirst: distances.every((each, at) => each >= (distances[at - 1] ?? 1)),
        hasMore,
      },
    ]
  })
  return {
    matrix: plain(rest.positions),
    previous: rest.previous.cells.map(({ history }) => history.map(({ previous }) => plain(previous))),
    contradictions: plain(rest.contradictions),
    held: plain((answer['actor'] as Pick<Answer, 'currentPositions'>).currentPositions),
    reported: [lastReportedOn, Object.fromEntries(measures.nodes.map((each) => [each.key, each.lastReportedOn]))],
    ledger: demands.map(({ key, response }) => [key, response]),
    some: plain(rest.some),
    measuresInForce: plain(rest.measuresInForce),
    measuresInForceCount,
    ofAnyDispute: on === null ? null : plain(await read(app, IN_FORCE, { on, asKnownAt })),
    tension: plain(rest.tension),
    chains: Object.fromEntries(chains),
  }
}

/** The response computed from the contents. */
function answersFrom(contents: Contents, question: Question) {
  const { on, dispute, holder, depth } = question
  const ledger = ledgerOf(contents, dispute, on)
  const ofAnyDispute = inForce(contents, null, on)
  const chains = contents.developments.map(({ key }) => [
    key,
    {
      links: chainOf(contents, key, depth),
      isNearestFirst: true,
      hasMore: chainOf(contents, key, depth + 1).length > chainOf(contents, key, depth).length,
    },
  ])
  return {
    ...matrixOf(contents, dispute, on),
    held: heldBy(contents, holder, on),
    reported: [disputeReported(contents, dispute), measuresReported(contents)],
    ledger,
    some: ledger.filter(([, response]) => SOME.includes(response)).map(([key]) => key),
    measuresInForce: inForce(contents, dispute, on),
    measuresInForceCount: inForce(contents, dispute, on).length,
    ofAnyDispute: on === null ? null : { measures: { totalCount: ofAnyDispute.length, nodes: ofAnyDispute } },
    tension: tensionOf(contents, dispute, { ...question, ...rangeOf(question) }),
    chains: Object.fromEntries(chains),
  }
}

function rangeOf({ range }: Question) {
  const [from, to] = range?.toSorted() ?? []
  return { from, to }
}

const SOME = ['MET', 'NO_RESPONSE', 'EVADED']

const QUESTIONS = `query ($dispute: Key!, $holder: Key!, $on: Date, $bucket: TensionBucketSize!, $initiator: Key, $recipient: Key, $date: DateRange, $depth: Int!, $asKnownAt: DateTime) {
  dispute(key: $dispute, asKnownAt: $asKnownAt) {
    positions(on: $on) { claims { key } holders { key } cells {
      claim { key } holder { key } shifted current { stance statement { key } } history { stance statement { key } } } }
    previous: positions(on: $on) { cells { history { previous { stance statement { key } } } } }
    contradictions(on: $on) { holder { key } positions { stance statement { key } } }
    lastReportedOn
    demands { key response(on: $on) }
    some: demands(responses: [${SOME.join()}], on: $on) { key }
    measuresInForce(on: $on) { key }
    measuresInForceCount(on: $on)
    tension(bucket: $bucket, initiator: $initiator, recipient: $recipient, date: $date) {
      straddling straddlerCount straddlers { key } marks(first: 100) { totalCount nodes { development { key } score } }
      buckets { from to count sum mean cooperation conflict developmentCount developments { key } } } }
  actor(key: $holder, asKnownAt: $asKnownAt) { currentPositions(on: $on) {
    claim { key } holder { key } shifted current { stance statement { key } } history { stance statement { key } } } }
  measures(first: 100, asKnownAt: $asKnownAt) { nodes { key lastReportedOn } }
  developments(first: 100, asKnownAt: $asKnownAt) { nodes {
    key responseChain(depth: $depth) { distance relation from { key } to { key } } responseChainHasMore(depth: $depth) } } }`

const IN_FORCE =
  'query ($on: Date, $asKnownAt: DateTime) { measures(inForceOn: $on, asKnownAt: $asKnownAt, first: 100) { totalCount nodes { key } } }'

interface Keyed {
  readonly key: string
}
interface Answer {
  readonly positions: unknown
  readonly previous: { readonly cells: readonly { readonly history: readonly { readonly previous: unknown }[] }[] }
  readonly contradictions: unknown
  readonly currentPositions: unknown
  readonly lastReportedOn: string | null
  readonly demands: readonly (Keyed & { readonly response: string })[]
  readonly some: unknown
  readonly measuresInForce: unknown
  readonly measuresInForceCount: unknown
  readonly tension: unknown
}
interface ChainPage {
  readonly nodes: readonly (Keyed & {
    readonly responseChainHasMore: boolean
    readonly responseChain: readonly { distance: number; relation: string; from: Keyed; to: Keyed }[]
  })[]
}

/** With keys instead of keyed objects, and positions as pairs. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  if ('key' in value) return value.key
  if ('stance' in value && 'statement' in value) return [value.stance, plain(value.statement)]
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]))
}
