import { describe, expect, test } from 'vitest'
import { read, refusalsOf } from '../_support/answer.ts'
import { openApp } from '../_support/app.ts'
import { planned, setting } from '../_support/planned-changes.ts'
import { story } from '../_support/ferry-story.ts'

const recorded = [setting, ...story]

test('an actor is returned with its names and identifiers with their addresses', async () => {
  await using app = await openApp({ recorded })
  const { actor } = await read(
    app,
    `{ actor(key: "courier") { key revision name kind country description aliases identifiers { scheme value url } } }`,
  )
  expect(actor).toEqual({
    key: 'courier',
    revision: 1,
    name: 'The Courier',
    kind: 'OUTLET',
    country: null,
    description: null,
    aliases: [],
    identifiers: [
      { scheme: 'WEBSITE', value: 'https://courier.example/', url: 'https://courier.example/' },
      { scheme: 'WIKIDATA', value: 'Q42', url: 'https://www.wikidata.org/wiki/Q42' },
    ],
  })
})

test('affiliations are returned from both ends, optionally as of a day', async () => {
  await using app = await openApp({ recorded })
  const answer = await read(
    app,
    `{ actor(key: "north-minister") {
         affiliations { organisation { key } relation office date { label } sources { key } }
         before: affiliations(on: "2023-12-31") { relation } inOffice: affiliations(on: "2024-01-01") { relation } }
       north: actor(key: "north") {
         members { totalCount nodes { actor { key } } } before: members(on: "2023-01-01") { nodes { actor { key } } } } }`,
  )
  expect(answer).toEqual({
    actor: {
      affiliations: [
        {
          organisation: { key: 'north' },
          relation: 'OFFICE_HOLDER',
          office: 'Minister',
          date: { label: 'since 2024' },
          sources: [{ key: 'gazette' }],
        },
      ],
      before: [],
      inOffice: [{ relation: 'OFFICE_HOLDER' }],
    },
    north: {
      members: { totalCount: 2, nodes: [{ actor: { key: 'north-minister' } }, { actor: { key: 'coast-guard' } }] },
      // An affiliation without a date is included.
      before: { nodes: [{ actor: { key: 'coast-guard' } }] },
    },
  })
})

test('an actor has developments and positions', async () => {
  await using app = await openApp({ recorded })
  const { actor } = await read(
    app,
    `{ actor(key: "south") {
         developments(orderBy: OLDEST_FIRST, filter: { kinds: [STATEMENT] }) { totalCount nodes { key } }
         positions { totalCount nodes { stance claim { key } } } } }`,
  )
  expect(actor).toEqual({
    developments: {
      totalCount: 4,
      nodes: ['accusation', 'denial', 'concession', 'rumour'].map((name) => ({ key: `ferry/${name}` })),
    },
    positions: {
      totalCount: 4,
      nodes: [
        { stance: 'OFFERS_ALTERNATIVE', claim: { key: 'ferry/sunk' } },
        { stance: 'ASSERTS', claim: { key: 'ferry/mine' } },
        { stance: 'PARTIALLY_ACCEPTS', claim: { key: 'ferry/sunk' } },
        { stance: 'DENIES', claim: { key: 'ferry/sunk' } },
      ],
    },
  })
})

describe('a search', () => {
  test.each([
    ['aliyev', ['south-spokesman']],
    ['ALİYEV bo', ['south-spokesman']],
    ['voice', ['south-spokesman']],
    ['the nor', ['north']],
    ['orth', []],
    ['*', []],
    ['"😀" %', []],
    ['north', ['north-minister', 'north']],
  ])('for "%s" finds actors with matching names and aliases', async (search, keys) => {
    await using app = await openApp({ recorded })
    const { actors } = await read(
      app,
      'query ($search: String) { actors(search: $search) { totalCount nodes { key } } }',
      {
        search,
      },
    )
    expect(actors).toEqual({ totalCount: keys.length, nodes: keys.map((key) => ({ key })) })
  })

  test('finds a new name as soon as it is saved, and no longer the old one', async () => {
    await using app = await openApp({ recorded })
    const query = '{ ford: places(search: "ford") { totalCount } bridge: places(search: "bri") { totalCount } }'
    expect(await read(app, query)).toEqual({ ford: { totalCount: 1 }, bridge: { totalCount: 0 } })
    await app.record(planned('place', { key: 'ford', name: 'The Bridge' }, { kind: 'REVISED', revision: 2 }))
    expect(await read(app, query)).toEqual({ ford: { totalCount: 0 }, bridge: { totalCount: 1 } })
  })

  test('finds disputes by the words of their current title', async () => {
    await using app = await openApp({ recorded })
    const dispute = { key: 'other', title: 'Əliyev’s quarrel', summary: 'S', period: '2025', parties: ['north'] }
    await app.record(planned('dispute', dispute))
    const found = async (search: string | null) =>
      (
        await read(app, 'query ($search: String) { disputes(search: $search) { totalCount nodes { key } } }', {
          search,
        })
      )['disputes']
    const only = { totalCount: 1, nodes: [{ key: 'other' }] }
    expect(await found('aliyev quar')).toEqual(only)
    expect(await found('ferry quarrel')).toEqual({ totalCount: 0, nodes: [] })
    expect(await found(null)).toMatchObject({ totalCount: 2 })
    await app.record(planned('dispute', { ...dispute, title: 'A spat' }, { kind: 'REVISED', revision: 2 }))
    expect([await found('aliyev'), await found('spat')]).toEqual([{ totalCount: 0, nodes: [] }, only])
    expect(await refusalsOf(app, `{ disputes(search: "${'x'.repeat(201)}") { totalCount } }`)).toMatchObject([
      { code: 'SEARCH_TOO_LONG' },
    ])
  })

  test('also narrows by kind and country', async () => {
    await using app = await openApp({ recorded })
    const { actors } = await read(app, '{ actors(kinds: [ORGAN, OUTLET], country: "NO") { nodes { key country } } }')
    expect(actors).toEqual({ nodes: [{ key: 'coast-guard', country: 'NO' }] })
  })
})

test('a source is returned with its dates, its grade and the developments that cite it, newest first', async () => {
  await using app = await openApp({ recorded })
  const { source, sources } = await read(
    app,
    `{ source(key: "courier-1") { title outlet { key } republishedBy { key } genre language reliability
         publishedOn { label } accessedOn url citedBy { totalCount nodes { key } } }
       sources(outlet: "courier") { totalCount nodes { key } } }`,
  )
  expect(source).toEqual({
    title: 'Sunk!',
    outlet: { key: 'courier' },
    republishedBy: null,
    genre: 'OTHER',
    language: 'en',
    reliability: 'FAIRLY_RELIABLE',
    publishedOn: { label: 'once between 1 January 2025 and 31 January 2025' },
    accessedOn: null,
    url: null,
    citedBy: { totalCount: 2, nodes: [{ key: 'ferry/denial' }, { key: 'ferry/sinking' }] },
  })
  expect(sources).toEqual({ totalCount: 2, nodes: [{ key: 'courier-1' }, { key: 'courier-2' }] })
})

test('a dispute has parties, claims and developments', async () => {
  await using app = await openApp({ recorded })
  const { dispute, claims } = await read(
    app,
    `{ dispute(key: "ferry") { title period { label } parties { key } phases { label } precedents { key }
         centralClaim { key }
         claims { key dispute { key } relations { relation claim { key } sources { key } } relatedFrom { relation claim { key } sources { key } } }
         developments(first: 1, orderBy: OLDEST_FIRST) { totalCount nodes { key } } }
       claims(dispute: "ferry") { totalCount } }`,
  )
  expect(dispute).toEqual({
    title: 'The ferry',
    period: { label: 'since 2024' },
    parties: [{ key: 'north' }, { key: 'south' }],
    phases: [],
    precedents: [],
    centralClaim: null,
    claims: [
      {
        key: 'ferry/sunk',
        dispute: { key: 'ferry' },
        relations: [],
        relatedFrom: [{ relation: 'CONTRADICTS', claim: { key: 'ferry/mine' }, sources: [{ key: 'courier-1' }] }],
      },
      {
        key: 'ferry/mine',
        dispute: { key: 'ferry' },
        relations: [{ relation: 'CONTRADICTS', claim: { key: 'ferry/sunk' }, sources: [{ key: 'courier-1' }] }],
        relatedFrom: [],
      },
    ],
    developments: { totalCount: 7, nodes: [{ key: 'ferry/sinking' }] },
  })
  expect(claims).toEqual({ totalCount: 2 })
})
