import { execute, parse } from 'graphql'
import { describe, expect, test } from 'vitest'
import { schema } from '../../src/graphql/schema.ts'
import { read, refusalsOf } from '../_support/answer.ts'
import { openApp } from '../_support/app.ts'
import { contextOf } from '../_support/desk.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { story } from '../_support/ferry-story.ts'

const recorded = [setting, ...story]

test('an event is returned with all of its parts', async () => {
  await using app = await openApp({ recorded, now: () => Date.UTC(2025, 5, 1) })
  const { development } = await read(
    app,
    `{ development(key: "ferry/sinking") {
         __typename key kind headline summary evidentialStatus revision recordedAt amendedAt retraction { reason } permalink
         date { edtf earliest latest precision reading approximate uncertain ongoing note instant label }
         disputes { key } contextOf { key } places { key name }
         participations { role note actor { key } }
         figures { quantity value unit citation { source { key } } }
         ... on Event { eventKind } } }`,
  )
  expect(development).toEqual({
    __typename: 'Event',
    key: 'ferry/sinking',
    kind: 'EVENT',
    headline: 'The ferry sinks',
    summary: 'It sank at the ford.',
    evidentialStatus: 'ESTABLISHED',
    revision: 1,
    recordedAt: '2025-06-01T00:00:00.000Z',
    amendedAt: null,
    retraction: null,
    permalink: `${app.service.publicUrl}/developments/ferry/sinking`,
    date: {
      edtf: '2024-12-31',
      earliest: '2024-12-31',
      latest: '2024-12-31',
      precision: 'DAY',
      reading: 'SPAN',
      approximate: false,
      uncertain: false,
      ongoing: false,
      note: null,
      instant: null,
      label: '31 December 2024',
    },
    disputes: [{ key: 'ferry' }],
    contextOf: [],
    places: [{ key: 'ford', name: 'The Ford' }],
    participations: [{ role: 'INVESTIGATOR', note: 'From the first day.', actor: { key: 'coast-guard' } }],
    figures: [{ quantity: 'KILLED', value: 3, unit: 'people', citation: { source: { key: 'gazette' } } }],
    eventKind: 'INCIDENT',
  })
})

test('a statement is returned with its speakers, acts, quotes and coding', async () => {
  await using app = await openApp({ recorded })
  const { statements } = await read(
    app,
    `{ statements(acts: [ACCUSE]) { totalCount nodes {
         speakers { key } onBehalfOf { key } addressees { key } acts channel
         quotes { text language translated } demands { key }
         participations(roles: [ON_BEHALF_OF, ADDRESSEE]) { role actor { key } }
         codings { type modes contexts auxiliaries quadClass score scale initiators { key } recipients { key } } } } }`,
  )
  expect(statements).toEqual({
    totalCount: 1,
    nodes: [
      {
        speakers: [{ key: 'north-minister' }],
        onBehalfOf: [{ key: 'north' }],
        addressees: [{ key: 'south' }],
        acts: ['ACCUSE', 'DEMAND'],
        channel: 'SPEECH',
        quotes: [{ text: 'They sank it.', language: 'en', translated: null }],
        demands: [{ key: 'ferry/pay' }],
        participations: [
          { role: 'ON_BEHALF_OF', actor: { key: 'north' } },
          { role: 'ADDRESSEE', actor: { key: 'south' } },
        ],
        codings: [
          {
            type: 'ACCUSE',
            modes: ['ALLEGE'],
            contexts: [],
            auxiliaries: [],
            quadClass: 'VERBAL_CONFLICT',
            score: -3.5,
            scale: 'PLOVER 2.0',
            initiators: [{ key: 'north' }],
            recipients: [{ key: 'south' }],
          },
        ],
      },
    ],
  })
})

test('a measure is returned with its makers and targets', async () => {
  await using app = await openApp({ recorded })
  const { measures } = await read(
    app,
    `{ measures(imposedBy: ["north"], targets: ["south"], measureKinds: [AMBASSADOR_RECALLED]) { nodes {
         measureKind legalCharacter legalBasis imposedBy { key } targets { key } beneficiaries { key } } } }`,
  )
  expect(measures).toEqual({
    nodes: [
      {
        measureKind: 'AMBASSADOR_RECALLED',
        legalCharacter: 'RETORSION',
        legalBasis: null,
        imposedBy: [{ key: 'north' }],
        targets: [{ key: 'south' }],
        beneficiaries: [],
      },
    ],
  })
})

test('links are returned from both ends', async () => {
  await using app = await openApp({ recorded })
  const { development } = await read(
    app,
    `{ development(key: "ferry/sinking") {
         links { relation }
         linkedFrom { totalCount nodes { relation note development { key } } }
         answers: linkedFrom(relations: [IN_RESPONSE_TO]) { totalCount nodes { development { key links { development { key } } } } } } }`,
  )
  expect(development).toEqual({
    links: [],
    linkedFrom: {
      totalCount: 2,
      nodes: [
        { relation: 'IN_RESPONSE_TO', note: null, development: { key: 'ferry/recall' } },
        { relation: 'REPORTS_ON', note: 'In its third chapter.', development: { key: 'ferry/inquiry' } },
      ],
    },
    answers: {
      totalCount: 1,
      nodes: [{ development: { key: 'ferry/recall', links: [{ development: { key: 'ferry/sinking' } }] } }],
    },
  })
})

test('an unknown key returns null', async () => {
  await using app = await openApp({ recorded })
  const query = `{ development(key: "x") { key } actor(key: "x") { key } place(key: "x") { key } source(key: "x") { key }
    dispute(key: "x") { key } claim(key: "x") { key } demand(key: "x") { key } }`
  const nothing = {
    development: null,
    actor: null,
    place: null,
    source: null,
    dispute: null,
    claim: null,
    demand: null,
  }
  expect(await read(app, query)).toEqual(nothing)
})

describe('an amended development', () => {
  const amended = [
    ...recorded,
    [planned('actor', { key: 'north', name: 'New Northland', kind: 'state' }, { kind: 'REVISED', revision: 2 })],
    [
      planned(
        'event',
        event({
          headline: 'The ferry is sunk',
          places: [],
          links: [{ relation: 'follows', development: 'ferry/recall' }],
        }),
        {
          kind: 'CORRECTED',
          revision: 2,
          note: 'Misread.',
        },
      ),
    ],
  ]

  test('keeps its former state, with its parts, under an id of its own', async () => {
    await using app = await openApp({ recorded: amended })
    const { development } = await read(
      app,
      `{ development(key: "ferry/sinking") {
           id headline revision amendedAt places { key } links { relation }
           revisions { number kind note recordedBy development {
             id headline revision places { key } links { relation } revisions { number } bearings { by { name } } } } } }`,
    )
    const now = { headline: 'The ferry is sunk', revision: 2, places: [], links: [{ relation: 'FOLLOWS' }] }
    expect(development).toMatchObject({
      ...now,
      amendedAt: expect.any(String),
      revisions: [
        {
          number: 1,
          kind: 'RECORDED',
          note: null,
          recordedBy: null,
          development: {
            headline: 'The ferry sinks',
            revision: 1,
            places: [{ key: 'ford' }],
            links: [],
            revisions: [{ number: 1 }],
            // Names of actors are returned as they are now.
            bearings: [{ by: [{ name: 'New Northland' }] }],
          },
        },
        {
          number: 2,
          kind: 'CORRECTED',
          note: 'Misread.',
          development: { ...now, revisions: [{ number: 1 }, { number: 2 }] },
        },
      ],
    })
    const { id, revisions } = development as { id: string; revisions: { development: { id: string } }[] }
    const ids = [id, ...revisions.map((revision) => revision.development.id)]
    expect(new Set(ids).size).toBe(3)
    const { nodes } = await read(app, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Event { headline } } }', {
      ids,
    })
    const headlines = ['The ferry is sunk', 'The ferry sinks', 'The ferry is sunk']
    expect(nodes).toEqual(ids.map((each, at) => ({ id: each, headline: headlines[at] })))
  })

  test('is linked from others as of the position read', async () => {
    await using app = await openApp({ recorded: amended })
    const { development } = await read(
      app,
      `{ development(key: "ferry/recall") { linkedFrom { nodes { development { key } } }
           revisions { development { linkedFrom { totalCount } } } } }`,
    )
    expect(development).toEqual({
      linkedFrom: { nodes: [{ development: { key: 'ferry/sinking' } }] },
      revisions: [{ development: { linkedFrom: { totalCount: 0 } } }],
    })
  })
})

test('a retracted development is readable by its key, and in lists only on request', async () => {
  await using app = await openApp({ recorded, now: () => Date.UTC(2025, 5, 1) })
  await app.record(planned('event', event(), { kind: 'RETRACTED', revision: 2, note: 'It never sank.' }))
  const answer = await read(
    app,
    `{ development(key: "ferry/sinking") { headline retraction { reason at } }
       events { nodes { key } } all: events(filter: { includeRetracted: true }) { totalCount }
       source(key: "leaflet") { citedBy { totalCount } }
       recall: development(key: "ferry/recall") { links { development { key } } } }`,
  )
  expect(answer).toEqual({
    development: {
      headline: 'The ferry sinks',
      retraction: { reason: 'It never sank.', at: '2025-06-01T00:00:00.000Z' },
    },
    events: { nodes: [{ key: 'ferry/inquiry' }] },
    all: { totalCount: 2 },
    source: { citedBy: { totalCount: 0 } },
    recall: { links: [{ development: { key: 'ferry/sinking' } }] },
  })
})

test('recordedBy is returned only to viewers who may record', async () => {
  await using app = await openApp({ recorded: [setting] })
  await app.store.append({ batches: [[planned('event', event())]], origin: 'API', by: 'ada' })
  const query = '{ development(key: "ferry/sinking") { revisions { recordedBy } } }'
  expect(await read(app, query)).toEqual({ development: { revisions: [{ recordedBy: null }] } })
  for (const [scope, recordedBy] of [
    ['READ', null],
    ['RECORD', 'ada'],
  ] as const) {
    const contextValue = contextOf(app, { name: 'desk', scope })
    const { data } = await execute({ schema, document: parse(query), contextValue })
    expect(data).toEqual({ development: { revisions: [{ recordedBy }] } })
  }
})

test('an operation reads the log at one position, whatever is recorded meanwhile', async () => {
  await using app = await openApp({ recorded })
  const query = `{ developments { totalCount } service { developments head } dispute(key: "ferry") { developments { totalCount } }
    development(key: "ferry/sinking") { headline linkedFrom { totalCount } } actors(search: "late") { totalCount } }`
  const before = await read(app, query)
  const contextValue = contextOf(app)
  contextValue.seq()
  await app.record(
    planned('actor', { key: 'late', name: 'Late', kind: 'person' }),
    planned('event', event({ headline: 'It did not sink' }), { kind: 'CORRECTED', revision: 2 }),
    planned('event', event({ event: 'ferry/late', links: [{ relation: 'follows', development: 'ferry/sinking' }] })),
  )
  const { data } = await execute({ schema, document: parse(query), contextValue })
  expect(data).toEqual(before)
  expect(await read(app, query)).not.toEqual(before)
})

describe('an id', () => {
  test('of each type is resolved', async () => {
    await using app = await openApp({ recorded })
    const found = await read(
      app,
      `{ a: actor(key: "north") { id } b: place(key: "ford") { id } c: source(key: "gazette") { id } d: dispute(key: "ferry") { id }
         e: claim(key: "ferry/sunk") { id } f: demand(key: "ferry/pay") { id } g: development(key: "ferry/sinking") { id }
         h: development(key: "ferry/denial") { id } i: development(key: "ferry/recall") { id } }`,
    )
    const ids = Object.values(found).map((node) => (node as { id: string }).id)
    const { nodes } = await read(app, 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', { ids })
    const types = ['Actor', 'Place', 'Source', 'Dispute', 'Claim', 'Demand', 'Event', 'Statement', 'Measure']
    expect(nodes).toEqual(ids.map((id, at) => ({ __typename: types[at], id })))
  })

  test('that is malformed or unknown is refused, in a list at its place', async () => {
    await using app = await openApp({ recorded })
    const idOf = (text: string) => Buffer.from(text).toString('base64url')
    const ids = [
      'garbage',
      idOf('Event:ferry/none'),
      idOf('Event:ferry/sinking'),
      idOf('Measure:ferry/sinking'),
      idOf('Event:a:b'),
    ]
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Development { key } } }'
    const { body } = await app.ask(query, { ids })
    expect(body.data).toEqual({ nodes: [null, null, { key: 'ferry/sinking' }, null, null] })
    expect(await refusalsOf(app, query, { ids })).toMatchObject([
      { code: 'BAD_ID', path: ['nodes', 0] },
      { code: 'UNKNOWN_ID', path: ['nodes', 1] },
      { code: 'UNKNOWN_ID', path: ['nodes', 3] },
      { code: 'CURSOR_INVALID', path: ['nodes', 4] },
    ])
  })

  test('refuses an operation with more than a hundred refused ids, however they are spread', async () => {
    await using app = await openApp({ recorded: [setting, ...story] })
    const ids = Array.from({ length: 51 }, () => 'garbage')
    const query = 'query ($a: [ID!]!, $b: [ID!]!) { a: nodes(ids: $a) { id } b: nodes(ids: $b) { id } }'
    const admitted = await app.ask(query, { a: ids, b: ids.slice(2) })
    expect(admitted.body.data).toMatchObject({ a: ids.map(() => null), b: ids.slice(2).map(() => null) })
    const refused = await app.ask(query, { a: ids, b: ids.slice(1).concat('more') })
    expect(refused.body.data).toBeNull()
    expect(refused.body.errors?.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        /^More than 100 ids of this operation are refused\. The last one: Not the id of a record\./,
      ),
    )
  })
})
