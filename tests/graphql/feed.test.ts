import { describe, expect, test } from 'vitest'
import { read, refusalsOf } from '../_support/answer.ts'
import { openApp } from '../_support/app.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { story } from '../_support/ferry-story.ts'

interface Page {
  readonly changes: readonly {
    readonly kind: string
    readonly development: { readonly id: string; readonly key: string }
  }[]
  readonly cursor: string
  readonly hasMore: boolean
}

const PAGE = `query ($after: FeedCursor, $filter: FeedFilter, $first: Int! = 3) {
  feedPage(after: $after, filter: $filter, first: $first) { changes { kind cursor at development { id key headline } } cursor hasMore } }`

/** Recorded, corrected, then retracted: each in a batch of its own, the last one with another development. */
const history = [
  [planned('event', event({ headline: 'A ferry sinks', event: 'ferry/other' }))],
  [
    planned('event', event({ headline: 'A boat sinks', event: 'ferry/other', places: ['ford'] }), {
      kind: 'CORRECTED',
      revision: 2,
      note: 'A boat.',
    }),
  ],
  [
    planned('event', event({ headline: 'A boat sinks', event: 'ferry/other', places: ['ford'] }), {
      kind: 'RETRACTED',
      revision: 3,
      note: 'It was a buoy.',
    }),
    planned('event', event({ event: 'ferry/next', links: [{ relation: 'follows', development: 'ferry/other' }] })),
  ],
]

describe('feedPage', () => {
  test('returns the cursor that it was given where it reads an earlier state', async () => {
    await using app = await openApp({ recorded: [setting, ...story] })
    const { service } = await read(app, '{ service { head } }')
    const { head } = service as { head: string }
    const lastSeq = app.store.head()
    Object.assign(app.store, { head: () => lastSeq - 2 })
    for (const filter of [null, { disputes: ['ferry'] }]) {
      const { feedPage } = await read(app, PAGE, { after: head, filter })
      expect(feedPage).toEqual({ changes: [], cursor: head, hasMore: false })
    }
    const { feedPage } = await read(app, PAGE, { first: 100 })
    expect((feedPage as Page).cursor).not.toBe(head)
  })

  test('returns every change once, in order, from page to page', async () => {
    await using app = await openApp({ recorded: [setting, ...story, ...history] })
    const received: string[] = []
    for (let after: string | null = null; ;) {
      const { feedPage } = await read(app, PAGE, { after })
      const { changes, cursor, hasMore } = feedPage as Page
      expect(changes.length).toBeLessThanOrEqual(3)
      received.push(...changes.map(({ kind, development }) => `${kind} ${development.key}`))
      if (!hasMore) break
      after = cursor
    }
    expect(received).toEqual([
      'RECORDED ferry/sinking',
      'RECORDED ferry/accusation',
      'RECORDED ferry/recall',
      'RECORDED ferry/denial',
      'RECORDED ferry/concession',
      'RECORDED ferry/inquiry',
      'RECORDED ferry/rumour',
      'RECORDED ferry/other',
      'CORRECTED ferry/other',
      'RETRACTED ferry/other',
      'RECORDED ferry/next',
    ])
  })

  test('ends at the position of the response and continues from there', async () => {
    await using app = await openApp({ recorded: [setting, ...story] })
    const { feedPage, service } = await read(app, '{ feedPage { cursor hasMore } service { head } }')
    expect(feedPage).toEqual({ cursor: (service as { head: string }).head, hasMore: false })
    const variables = { after: (feedPage as Page).cursor }
    expect(await read(app, PAGE, variables)).toMatchObject({ feedPage: { changes: [], hasMore: false } })
    await app.record(planned('event', event({ event: 'ferry/new' })))
    expect(await read(app, PAGE, variables)).toMatchObject({
      feedPage: { changes: [{ development: { key: 'ferry/new' } }] },
    })
  })

  test('returns each development as the change left it, with an id that finds that state again', async () => {
    await using app = await openApp({ recorded: [setting, ...history] })
    const { feedPage } = await read(
      app,
      `{ feedPage { changes { kind revision { number note cursor } cursor development {
           id headline places { key } retraction { reason } linkedFrom { totalCount } revisions { number } } } } }`,
    )
    const { changes } = feedPage as Page
    expect(changes).toMatchObject([
      { revision: { number: 1, note: null }, development: { headline: 'A ferry sinks', places: [], retraction: null } },
      {
        revision: { number: 2, note: 'A boat.' },
        development: { headline: 'A boat sinks', places: [{ key: 'ford' }], revisions: [{}, {}] },
      },
      {
        kind: 'RETRACTED',
        revision: { number: 3, note: 'It was a buoy.' },
        // Everything in the same batch is known with it.
        development: {
          headline: 'A boat sinks',
          retraction: { reason: 'It was a buoy.' },
          linkedFrom: { totalCount: 1 },
        },
      },
      { kind: 'RECORDED', development: { headline: 'The ferry sinks' } },
    ])
    for (const { development } of changes) {
      const { id, ...content } = development
      const again = await read(
        app,
        `query ($id: ID!) { node(id: $id) { id ... on Development {
           headline places { key } retraction { reason } linkedFrom { totalCount } revisions { number } } } }`,
        { id },
      )
      expect(again).toEqual({ node: { id, ...content } })
    }
  })

  test('returns developments that leave the filter, and retractions', async () => {
    await using app = await openApp({ recorded: [setting, ...history] })
    const back = event({ event: 'ferry/next', places: ['ford'] })
    await app.record(planned('event', back, { kind: 'REVISED', revision: 2 }))
    await app.record(planned('event', event({ event: 'ferry/next' }), { kind: 'REVISED', revision: 3 }))
    const { feedPage } = await read(app, PAGE, { filter: { places: ['ford'] }, first: 100 })
    expect((feedPage as Page).changes.map(({ kind, development }) => `${kind} ${development.key}`)).toEqual([
      'CORRECTED ferry/other',
      'RETRACTED ferry/other',
      'REVISED ferry/next',
      'REVISED ferry/next',
    ])
  })

  test.each([
    ['first: 0', 'BAD_PAGING'],
    ['first: 101', 'BAD_PAGING'],
    ['after: "x"', 'CURSOR_INVALID'],
    ['after: ""', 'CURSOR_INVALID'],
    ['filter: { actors: ["nort"] }', 'UNKNOWN_KEY'],
  ])('is refused for %s', async (args, code) => {
    await using app = await openApp({ recorded: [setting] })
    expect(await refusalsOf(app, `{ feedPage(${args}) { hasMore } }`)).toMatchObject([{ code, path: ['feedPage'] }])
  })
})

describe('the current development of a change', () => {
  const CURRENT = 'changes { kind development { id headline } current { id key headline revision } }'
  interface Watched {
    readonly id: string
    readonly headline: string
  }

  test('keeps a normalised cache up to date, from message to message', async () => {
    await using app = await openApp({ recorded: [setting, [planned('event', event())]] })
    // A cache of objects by their ids, as clients keep it.
    const cache = new Map<string, Watched>()
    const listed = async () => (await read(app, '{ developments { nodes { id headline } } }'))['developments']
    const { nodes } = (await listed()) as { nodes: readonly Watched[] }
    for (const node of nodes) cache.set(node.id, node)
    await using stream = await app.stream(
      'subscription { feed { ... on FeedChange { kind current { id headline } } } }',
    )
    await stream.event() // the heartbeat
    for (const [index, headline] of ['It sinks', 'It sinks at night'].entries()) {
      await app.record(planned('event', event({ headline }), { kind: 'REVISED', revision: index + 2 }))
      const { data } = JSON.parse((await stream.event())?.data ?? '') as { data: { feed: { current: Watched } } }
      cache.set(data.feed.current.id, data.feed.current)
      expect(await listed()).toEqual({ nodes: [...cache.values()] })
    }
    await app.record(planned('event', event(), { kind: 'RETRACTED', revision: 4, note: 'No.' }))
    const retraction = JSON.parse((await stream.event())?.data ?? '')
    expect(retraction).toMatchObject({ data: { feed: { kind: 'RETRACTED', current: null } } })
  })

  test('is that of the time of reading, for a backlog', async () => {
    await using app = await openApp({ recorded: [setting, ...history] })
    await app.record(
      planned('event', event({ event: 'ferry/next', headline: 'Now' }), { kind: 'REVISED', revision: 2 }),
    )
    const { feedPage } = await read(app, `{ feedPage { ${CURRENT} } }`)
    const next = (await read(app, '{ development(key: "ferry/next") { id key headline revision } }'))['development']
    expect(feedPage).toMatchObject({
      changes: [
        ...['A ferry sinks', 'A boat sinks', 'A boat sinks'].map((headline) => ({
          development: { headline },
          current: null,
        })),
        { development: { headline: 'The ferry sinks' }, current: next },
        { development: { headline: 'Now' }, current: next },
      ],
    })
  })
})

describe('the cursor at an instant', () => {
  const [june, july, august] = [5, 6, 7].map((month) => Date.UTC(2025, month, 1)) as [number, number, number]
  const iso = (instant: number) => new Date(instant).toISOString()

  async function openHistory() {
    let now = june
    const app = await openApp({ recorded: [setting], now: () => now })
    now = july
    await app.record(planned('event', event()), planned('event', event({ event: 'ferry/second' })))
    now = august
    await app.record(planned('event', event({ event: 'ferry/third' })))
    return { app, wait: (until: number) => (now = until) }
  }

  test.each([
    ['before the first change', june - 1, ['ferry/sinking', 'ferry/second', 'ferry/third']],
    ['at the instant of a change', june, ['ferry/sinking', 'ferry/second', 'ferry/third']],
    ['just before a commit', july - 1, ['ferry/sinking', 'ferry/second', 'ferry/third']],
    ['at a commit of several changes', july, ['ferry/third']],
    ['between two commits', july + 1, ['ferry/third']],
    ['at the last change', august, []],
    ['in the future', Date.UTC(2125, 0, 1), []],
  ])('begins the feed %s with what was recorded later', async (_, instant, keys) => {
    await using opened = (await openHistory()).app
    const { cursorAt } = await read(opened, `{ cursorAt(instant: "${iso(instant)}") }`)
    const { feedPage } = await read(opened, PAGE, { after: cursorAt, first: 10 })
    expect((feedPage as Page).changes.map(({ development }) => development.key)).toEqual(keys)
  })

  test('of a future instant moves with the head, and is never repeated from a cache', async () => {
    const { app, wait } = await openHistory()
    await using opened = app
    const query = `{ cursorAt(instant: "${iso(august + 10)}") service { head } }`
    const before = await read(opened, query)
    expect(before['service']).toEqual({ head: before['cursorAt'] })
    wait(august + 5)
    await opened.record(planned('event', event({ event: 'ferry/fourth' })))
    wait(august + 20)
    await opened.record(planned('event', event({ event: 'ferry/fifth' })))
    const after = await read(opened, query)
    const { feedPage } = await read(opened, PAGE, { after: after['cursorAt'], first: 10 })
    expect((feedPage as Page).changes.map(({ development }) => development.key)).toEqual(['ferry/fifth'])
  })
})

test('what changed since an instant is listed, counted and followed alike, and as known at a later one', async () => {
  let now = Date.UTC(2025, 5, 1)
  await using app = await openApp({ recorded: [setting, ...story], now: () => now })
  const yesterday = new Date(now).toISOString()
  now += 1_000
  await app.record(planned('event', event({ headline: 'It sinks' }), { kind: 'REVISED', revision: 2 }))
  await app.record(planned('event', event({ event: 'ferry/new' })))
  const later = new Date(now).toISOString()
  now += 1_000
  await app.record(planned('event', event({ headline: 'Again' }), { kind: 'REVISED', revision: 3 }))
  const { cursorAt, ...lists } = await read(
    app,
    `query ($since: DateTime!, $later: DateTime) {
       cursorAt(instant: $since)
       now: developments(filter: { changedAfter: $since }, orderBy: RECENTLY_CHANGED) { ...Keys facets { kinds { count } } }
       earlier: developments(filter: { changedAfter: $since }, orderBy: RECENTLY_CHANGED, asKnownAt: $later) { ...Keys }
       dispute(key: "ferry") { developments(filter: { changedAfter: $since }, orderBy: RECENTLY_CHANGED) { ...Keys } }
     } fragment Keys on DevelopmentConnection { totalCount nodes { key headline } }`,
    { since: yesterday, later },
  )
  const added = { key: 'ferry/new', headline: 'The ferry sinks' }
  const changed = { totalCount: 2, nodes: [{ key: 'ferry/sinking', headline: 'Again' }, added] }
  expect(lists).toEqual({
    now: { ...changed, facets: { kinds: [{ count: 2 }] } },
    earlier: { totalCount: 2, nodes: [added, { key: 'ferry/sinking', headline: 'It sinks' }] },
    dispute: { developments: changed },
  })
  const { feedPage } = await read(app, PAGE, { after: cursorAt, first: 10 })
  expect(new Set((feedPage as Page).changes.map(({ development }) => development.key))).toEqual(
    new Set(changed.nodes.map(({ key }) => key)),
  )
})

test.each([4, 301])('a feed with a heartbeat of %s seconds is refused before it starts', async (heartbeat) => {
  await using app = await openApp({ recorded: [setting] })
  await using stream = await app.stream(`subscription { feed(heartbeat: ${heartbeat}) { cursor } }`)
  const refused = await stream.event()
  expect(JSON.parse(refused?.data ?? '')).toMatchObject({ errors: [{ extensions: { code: 'BAD_HEARTBEAT' } }] })
})

test.each([5, 300])('a feed with a heartbeat of %s seconds is accepted', async (heartbeat) => {
  await using app = await openApp({ recorded: [setting] })
  await using stream = await app.stream(`subscription { feed(heartbeat: ${heartbeat}) { __typename } }`)
  expect(JSON.parse((await stream.event())?.data ?? '')).toMatchObject({ data: { feed: { __typename: 'Heartbeat' } } })
})

test('an added development is sent as it stands, with the id that queries return', async () => {
  await using app = await openApp({ recorded: [setting, ...history] })
  const { feedPage } = await read(app, '{ feedPage(first: 1) { cursor changes { development { id } } } }')
  const { cursor, changes } = feedPage as Page
  await using stream = await app.stream(
    'subscription ($after: FeedCursor) { developmentAdded(after: $after) { development { id key links { development { key } } } } }',
    { after: cursor },
  )
  const added = await stream.event()
  const { development } = await read(app, '{ development(key: "ferry/next") { id } }')
  expect(JSON.parse(added?.data ?? '')).toMatchObject({
    data: {
      developmentAdded: {
        development: { ...(development as object), links: [{ development: { key: 'ferry/other' } }] },
      },
    },
  })
  expect(changes[0]?.development.id).not.toBe((development as { id: string }).id)
})

test('the service returns the extent of its record', async () => {
  let now = Date.UTC(2025, 5, 1)
  await using app = await openApp({ recorded: [setting, ...story], now: () => now })
  now = Date.UTC(2025, 6, 1)
  await app.record(planned('event', event({ event: 'ferry/new' })))
  const { service } = await read(app, '{ service { name version head headAt recordedFrom developments startedAt } }')
  expect(service).toEqual({
    name: 'demarche',
    version: '0.0.0-test',
    head: expect.any(String),
    headAt: '2025-07-01T00:00:00.000Z',
    recordedFrom: '2025-06-01T00:00:00.000Z',
    developments: 8,
    startedAt: '2025-06-01T00:00:00.000Z',
  })
})
