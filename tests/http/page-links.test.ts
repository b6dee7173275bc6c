import { describe, expect, test } from 'vitest'
import { openBundledRecord } from '../_support/bundled-record.ts'
import type { App } from '../_support/app.ts'

interface Linked {
  /** The variables of the query of each section, by the name of its operation. */
  readonly queries: Readonly<Record<string, Record<string, unknown>>>
  /** The parameters of each table, by its name. */
  readonly tables: Readonly<Record<string, string>>
  readonly notes: readonly string[]
}

async function linksOf(app: App, address: string): Promise<Linked> {
  const page = await (await app.fetch(address, { headers: { accept: 'text/html' } })).text()
  const links = [...page.matchAll(/<a href="(\/(?:graphql|export)[^"]*\?[^"]*)">(?:CSV|Query)</g)].map(
    ([, href = '']) => new URL(href.replaceAll('&amp;', '&'), app.url),
  )
  const of = (path: string) => links.filter(({ pathname }) => pathname.startsWith(path))
  return {
    queries: Object.fromEntries(
      of('/graphql').map(({ searchParams }) => [
        searchParams.get('operationName'),
        JSON.parse(searchParams.get('variables') ?? '{}') as Record<string, unknown>,
      ]),
    ),
    tables: Object.fromEntries(of('/export').map(({ pathname, search }) => [pathname.slice(8), search.slice(1)])),
    notes: [...page.matchAll(/">(CSV|Query)<\/a> (\([^<]*\))/g)].map(([, link, note]) => `${link} ${note}`),
  }
}

const KEY = 'j2-8243'

describe('the links of the sections of a dispute', () => {
  test('give the whole record for a page of the whole record', async () => {
    await using app = await openBundledRecord()
    const { queries, tables, notes } = await linksOf(app, `/disputes/${KEY}`)
    expect(queries).toEqual({
      DisputeStory: { key: KEY },
      DisputePositions: { key: KEY },
      Dispute: { key: KEY, filter: {} },
      DisputeMeasures: { key: KEY, filter: { disputes: [KEY] } },
      DisputeTension: { key: KEY },
      DisputeTimeline: { key: KEY, filter: {}, order: 'NEWEST_FIRST', first: 100 },
      DisputeEvidence: { key: KEY },
      DisputeSources: { key: KEY },
    })
    expect(tables).toEqual({
      'positions.csv': `claimsOf=${KEY}`,
      'demands.csv': `disputes=${KEY}`,
      'measures.csv': `disputes=${KEY}`,
      'developments.csv': `disputes=${KEY}&order=NEWEST_FIRST`,
    })
    expect(notes).toEqual([])
  })

  test('give what had been reported by the day of the page, or say what they give beyond', async () => {
    await using app = await openBundledRecord()
    const { queries, tables, notes } = await linksOf(app, `/disputes/${KEY}?reported=2025-08-01`)
    const filter = { reportedBy: '2025-08-01' }
    expect(queries).toMatchObject({
      Dispute: { filter },
      DisputeMeasures: { filter: { disputes: [KEY], ...filter } },
      DisputeTimeline: { filter },
    })
    expect(tables).toEqual({
      'positions.csv': `claimsOf=${KEY}&reportedBy=2025-08-01`,
      'demands.csv': `disputes=${KEY}`,
      'measures.csv': `disputes=${KEY}&reportedBy=2025-08-01`,
      'developments.csv': `disputes=${KEY}&reportedBy=2025-08-01&order=NEWEST_FIRST`,
    })
    const later = '(also what was reported after 1 August 2025)'
    expect(notes.toSorted()).toEqual([
      ...Array.from({ length: 3 }, () => `CSV ${later}`),
      ...Array.from({ length: 7 }, () => `Query ${later}`),
    ])
    const rows = (await (await app.fetch(`/export/developments.csv?${tables['developments.csv']}`)).text()).trim()
    expect(rows.split(/\r?\n(?=[a-z0-9-]+\/)/)).toHaveLength(1 + 71)
  })

  test('give what had begun by the day of the page, or say what they give beyond', async () => {
    await using app = await openBundledRecord()
    const { queries, tables, notes } = await linksOf(app, `/disputes/${KEY}?on=2025-07-15`)
    const on = '2025-07-15'
    expect(queries).toMatchObject({
      Dispute: { on },
      DisputePositions: { on },
      DisputeMeasures: { on },
      DisputeTension: { on },
      DisputeTimeline: { filter: { begunBy: on } },
      DisputeEvidence: { on },
    })
    expect(tables).toEqual({
      'positions.csv': `claimsOf=${KEY}&begunBy=${on}`,
      'demands.csv': `disputes=${KEY}`,
      'measures.csv': `disputes=${KEY}`,
      'developments.csv': `disputes=${KEY}&begunBy=${on}&order=NEWEST_FIRST`,
    })
    expect(notes).toEqual([
      'Query (also what came after 15 July 2025)',
      'CSV (also what came after 15 July 2025)',
      'CSV (also what came after 15 July 2025)',
      'Query (also what came after 15 July 2025)',
      'Query (also what may have begun only after 15 July 2025)',
    ])
  })

  test('read the state of the instant of the page', async () => {
    await using app = await openBundledRecord()
    const known = '2999-01-01T00:00:00Z'
    const { queries, tables } = await linksOf(app, `/disputes/${KEY}?known=${known}`)
    for (const variables of Object.values(queries)) expect(variables).toMatchObject({ known })
    for (const parameters of Object.values(tables)) expect(new URLSearchParams(parameters).get('known')).toBe(known)
    expect([Object.keys(queries).length, Object.keys(tables).length]).toEqual([8, 4])
  })

  test.each([
    ['kinds=MEASURE', 'kinds=MEASURE&order=NEWEST_FIRST', { kinds: ['MEASURE'] }],
    [
      'text=air+defence&from=2025-01-01&order=OLDEST_FIRST',
      'text=air+defence&dateOverlaps.from=2025-01-01&order=OLDEST_FIRST',
      { text: 'air defence', dateOverlaps: { from: '2025-01-01' } },
    ],
    ['text=fire&order=RELEVANCE', 'text=fire', { text: 'fire' }],
    [
      'participants.0.actors=russia&participants.0.roles=SPEAKER&to=2025-09-01&on=2025-07-15',
      'participants.0.actors=russia&participants.0.roles=SPEAKER&dateOverlaps.to=2025-09-01&begunBy=2025-07-15&order=NEWEST_FIRST',
      {
        participants: [{ actors: ['russia'], roles: ['SPEAKER'] }],
        dateOverlaps: { to: '2025-09-01' },
        begunBy: '2025-07-15',
      },
    ],
  ])('give the timeline that %s selects', async (given, parameters, filter) => {
    await using app = await openBundledRecord()
    const address = `/disputes/${KEY}?${given}`
    const { queries, tables } = await linksOf(app, address)
    expect(queries['DisputeTimeline']).toMatchObject({ filter })
    expect(tables['developments.csv']).toBe(`disputes=${KEY}&${parameters}`)
    const page = await (await app.fetch(address)).text()
    const total = Number(/<h2>Timeline <span class="n">(\d+)/.exec(page)?.[1])
    const table = await (await app.fetch(`/export/developments.csv?${tables['developments.csv']}`)).text()
    expect(total).toBeGreaterThan(0)
    expect(table.trim().split(/\r?\n(?=[a-z0-9-]+\/)/)).toHaveLength(1 + total)
  })

  test('give no table where none can be selected so', async () => {
    await using app = await openBundledRecord()
    const { tables } = await linksOf(app, `/disputes/${KEY}?disputes=${KEY}`)
    expect(Object.keys(tables)).toEqual(['positions.csv', 'demands.csv', 'measures.csv'])
  })
})

test('the query of the search is of the page of the list that is shown', async () => {
  await using app = await openBundledRecord()
  const first = await (await app.fetch('/search?kinds=STATEMENT')).text()
  const next = /href="(\/search[^"]*)" rel="next"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const { queries } = await linksOf(app, next)
  const after = new URL(next, app.url).searchParams.get('after')
  expect(after).not.toBeNull()
  expect(queries['SearchDevelopments']).toMatchObject({ filter: { kinds: ['STATEMENT'] }, first: 20, after })
})

describe('a link to a query by its name', () => {
  test('gives programs the answer', async () => {
    await using app = await openBundledRecord()
    const { queries } = await linksOf(app, `/disputes/${KEY}?on=2025-07-15`)
    for (const [operationName, variables] of Object.entries(queries)) {
      const link = `/graphql?${new URLSearchParams({ operationName, variables: JSON.stringify(variables) })}`
      const response = await app.fetch(link, { headers: { accept: '*/*' } })
      const { data, errors } = (await response.json()) as { data: Record<string, unknown>; errors?: unknown }
      expect([response.status, errors, data['dispute']]).toEqual([200, undefined, expect.any(Object)])
    }
    const worked = await app.fetch('/graphql?query=&operationName=EverythingAboutOne')
    expect(await worked.json()).toMatchObject({ data: { development: { key: expect.any(String) as string } } })
    const unchanged = await app.fetch('/graphql?operationName=EverythingAboutOne', {
      headers: {
        'if-none-match': (await app.fetch('/graphql?operationName=EverythingAboutOne')).headers.get('etag') ?? '',
      },
    })
    expect(unchanged.status).toBe(304)
  })

  test.each([
    ['operationName=Nothing', 'REQUEST_MALFORMED'],
    ['operationName=RecordStatement', 'REQUEST_MALFORMED'],
    ['operationName=DisputeStory&documentId=1', 'PERSISTED_QUERY_NOT_SUPPORTED'],
    ['operationName=DisputeStory&query={service{headAt}}', 'REQUEST_INVALID'],
  ])('does not make a query of %s', async (parameters, code) => {
    await using app = await openBundledRecord()
    const response = await app.fetch(`/graphql?${parameters}`)
    expect([response.status, await response.json()]).toMatchObject([400, { errors: [{ extensions: { code } }] }])
  })
})
