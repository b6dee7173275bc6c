import { expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { read } from '../_support/answer.ts'
import { type App, openApp } from '../_support/app.ts'
import { TRANSPORTS } from '../_support/follow.ts'
import { event, measure, planned, setting, statement } from '../_support/planned-changes.ts'

const sixty = Array.from({ length: 60 }, (_, at) => at)

/** Developments of all kinds, each with actors, sources, positions and links of its own. */
const recorded = [
  setting,
  sixty.flatMap((number) => [
    planned('actor', { key: `outlet-${number}`, name: `Outlet ${number}`, kind: 'outlet' }),
    planned('actor', {
      key: `actor-${number}`,
      name: `Actor ${number}`,
      kind: 'person',
      affiliations: [{ to: 'north', relation: 'member-of' }],
    }),
    planned('source', {
      key: `source-${number}`,
      title: `T ${number}`,
      outlet: `outlet-${number}`,
      language: 'en',
      reliability: 'C',
    }),
    planned('claim', { key: `claim-${number}`, dispute: 'ferry', proposition: `P ${number}.` }),
    planned('demand', {
      key: `demand-${number}`,
      dispute: 'ferry',
      text: `T ${number}.`,
      remedy: 'release',
      'made-by': ['north'],
    }),
  ]),
  [planned('measure', measure({ links: [] }))],
  sixty.map((number) => {
    const shared = {
      citations: [{ source: `source-${number}`, credibility: 3, basis: 'opinion' as const, via: [`actor-${number}`] }],
      participants: [{ actor: `actor-${number}`, role: 'subject' as const }],
      bearings: [
        { claim: `claim-${number}`, bearing: 'supports' as const, citation: `source-${number}`, by: ['north'] },
      ],
      links: [{ relation: 'follows' as const, development: 'ferry/recall' }],
      assessments: [
        {
          demand: `demand-${number}`,
          response: 'evaded' as const,
          date: '2025-02',
          by: ['north'],
          citation: `source-${number}`,
        },
        { demand: 'ferry/pay', response: 'deferred' as const, date: '2025-02' },
      ],
      'status-changes': [{ measure: 'ferry/recall', status: 'in-force' as const, date: '2025-02' }],
    }
    return number % 2 === 0
      ? planned('event', event({ event: `event-${number}`, figures: [], ...shared }))
      : planned(
          'statement',
          statement({
            date: '[2025-01-01..2025-03]',
            statement: `statement-${number}`,
            quotes: [{ text: 'So.', language: 'en', citation: `source-${number}` }],
            positions: [{ claim: `claim-${number}`, stance: 'asserts' }],
            demands: [`demand-${number}`],
            ...shared,
          }),
        )
  }),
]

const limits = { ...readConfig({}, {}).limits, complexity: Number.MAX_SAFE_INTEGER }

/** Without a response cache, whose responses need no SQL statement, and without a limit on costs. */
function openForgetful(batches = recorded): Promise<App> {
  return openApp({ recorded: batches, config: { responseCacheBytes: 0, limits } })
}

async function countStatements(app: App, query: string): Promise<number> {
  const before = app.store.reader.queriesRun
  await read(app, query)
  return app.store.reader.queriesRun - before
}

test.each([
  [
    'participants, citations, sources and positions',
    `participations { actor { key } } citations { source { outlet { key } } } ... on Statement { positions { holder { key } } }`,
  ],
  [
    'dates, counts and places in the feed',
    `date { label shortLabel } independentSources entryCursor recordedAt permalink retraction { at } places { name }`,
  ],
  [
    'disputes with parties and their changes',
    `disputes { changedAt parties { key } centralClaim { key relatedFrom { claim { key } sources { key } } } sources(first: 3) { totalCount nodes { key } } } contextOf { key }`,
  ],
  [
    'codings, figures and quotes',
    `codings { initiators { key } recipients { key } } figures { citation { locator } } ... on Statement { quotes { citation { source { key } } } }`,
  ],
  [
    'links both ways',
    `links { development { headline links { relation } } } linkedFrom(first: 3) { totalCount nodes { development { key } } }`,
  ],
  ['revisions and what they were', `revisions { cursor development { id headline citations { source { key } } } }`],
  [
    'bearings and the claims they are on',
    `bearings { by { key } citation { source { key } } claim { proposition currentPositions(on: "2025-06-01") { holder { key } citations { locator } } bearings(first: 2) { totalCount nodes { development { key } } } positions(holder: "north", first: 2) { totalCount nodes { statement { key } } } } }`,
  ],
  [
    'what holders held before and hold now',
    `... on Statement { positions { previous { id } holder { currentPositions { claim { key } current { statement { key } } history { stance } } } } }`,
  ],
  [
    'contradictions and how far reports reach',
    `disputes { lastReportedOn contradictions { holder { key } positions { stance } } } statusChanges { measure { lastReportedOn } }`,
  ],
  [
    'assessments and status changes',
    `assessments { by { key } citation { locator } previous { development { key } previous { response } } demand { response assessment { development { key } } madeIn { key } madeBy { key } } } statusChanges { measure { status statusHistory { development { key } } } }`,
  ],
  [
    'sources and who else cites them',
    `citations { development { headline summary } via { affiliations { organisation { key } sources { key } } } source { citedBy(first: 2) { totalCount nodes { key } } citations(first: 2) { totalCount nodes { locator development { key } } } } }`,
  ],
])('a page of 50 with %s needs as many SQL statements as a page of 5', async (_, selection) => {
  await using app = await openForgetful()
  const page = (size: number) => `{ developments(first: ${size}) { nodes { id key ${selection} } } }`
  await countStatements(app, page(50))
  const few = await countStatements(app, page(5))
  expect(few).toBeGreaterThan(2)
  expect(await countStatements(app, page(50))).toBe(few)
})

test('so does a page of the feed, whose changes are read at their own positions', async () => {
  await using app = await openForgetful([...recorded.slice(0, 3), ...(recorded[3] ?? []).map((change) => [change])])
  const page = (size: number) =>
    `{ feedPage(first: ${size}, filter: { kinds: [EVENT, STATEMENT] }) { changes {
    kind revision { number development { id } } development { id citations { source { key } } linkedFrom { totalCount } links { development { key revisions { number } } } } } } }`
  await countStatements(app, page(50))
  const few = await countStatements(app, page(5))
  expect(await countStatements(app, page(50))).toBe(few)
})

test('a list of nodes needs as many SQL statements for many nodes as for few', async () => {
  await using app = await openForgetful()
  const { developments } = await read(app, '{ developments(first: 50) { nodes { id } } }')
  const ids = (developments as { nodes: { id: string }[] }).nodes.map(({ id }) => id)
  const statementsFor = async (some: readonly string[]) => {
    const before = app.store.reader.queriesRun
    await read(
      app,
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Development { participations { actor { key } } } } }',
      { ids: some },
    )
    return app.store.reader.queriesRun - before - some.length
  }
  expect(await statementsFor(ids)).toBe(await statementsFor(ids.slice(0, 5)))
})

test('a field with two different arguments returns two results', async () => {
  await using app = await openForgetful()
  const { development } = await read(
    app,
    `{ development(key: "statement-1") {
         subjects: participations(roles: [SUBJECT]) { actor { key } } speakers: participations(roles: [SPEAKER]) { actor { key } }
         follows: links(relations: [FOLLOWS]) { relation } reverses: links(relations: [REVERSES]) { relation } } }`,
  )
  expect(development).toEqual({
    subjects: [{ actor: { key: 'actor-1' } }],
    speakers: [{ actor: { key: 'north-minister' } }],
    follows: [{ relation: 'FOLLOWS' }],
    reverses: [],
  })
})

test('a relation that is not selected is not read', async () => {
  await using app = await openForgetful()
  await countStatements(app, '{ developments(first: 50) { nodes { key } } }')
  const bare = await countStatements(app, '{ developments(first: 50) { nodes { key headline } } }')
  const counted = await countStatements(app, '{ developments(first: 50) { totalCount nodes { key headline } } }')
  expect(bare).toBeLessThan(counted)
})

test('a development selected by name in one place and completely in another is right in both', async () => {
  await using app = await openForgetful()
  const { demand } = await read(
    app,
    `fragment WithSummary on Development { ... { ...Summed } } fragment Summed on Development { summary }
     { demand(key: "demand-1") { assessments {
         named: development { __typename id key kind headline }
         ...Folded
         hidden: development { key ... on Statement { ...WithSummary } }
         dated: development { headline date { edtf } } } } }
     fragment Folded on DemandAssessment { named: development { ... on Statement { headline } } whole: development { id key kind headline summary } }`,
  )
  const { assessments } = demand as { assessments: Record<string, Record<string, unknown>>[] }
  const [assessment] = assessments
  const { summary, ...name } = assessment?.['whole'] ?? {}
  expect(summary).toMatch(/\w/)
  expect(assessment?.['named']).toEqual({ __typename: 'Statement', ...name })
  expect(assessment?.['hidden']).toEqual({ key: 'statement-1', summary })
  expect(assessment?.['dated']).toEqual({ headline: name['headline'], date: { edtf: expect.stringMatching(/\d/) } })
})

test('the response to a demand follows from its assessments without reading them again', async () => {
  await using app = await openForgetful()
  const ledger = (more: string) => `{ dispute(key: "ferry") { demands { assessments { note } ${more} } } }`
  await countStatements(app, ledger('response'))
  const alone = await countStatements(app, ledger(''))
  expect(await countStatements(app, ledger('response assessment { date { edtf } }'))).toBe(alone)
})

test('a subscription that resumes reads each relation once for many changes', async () => {
  await using app = await openForgetful()
  const after = encodeFeedCursor(app.store, 0)
  const countFor = async (selection: string): Promise<number> => {
    const before = app.store.reader.queriesRun
    const query = `subscription ($after: FeedCursor) { feed(after: $after, heartbeat: 300) {
      __typename ... on FeedChange { development { key ${selection} } } } }`
    await using following = await TRANSPORTS[0]?.follow(app, query, { after })
    expect(await following?.take(61)).toHaveLength(61)
    return app.store.reader.queriesRun - before
  }
  const few = await countFor('')
  const many = await countFor('citations { source { title outlet { name } } } participations { actor { name } }')
  // Five relations, for the four pages or so of 61 changes.
  expect(many - few).toBeGreaterThanOrEqual(5)
  expect(many - few).toBeLessThanOrEqual(5 * 8)
})
