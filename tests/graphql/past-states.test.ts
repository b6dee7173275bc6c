import { getNamedType } from 'graphql'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { schema } from '../../src/graphql/schema.ts'
import { read } from '../_support/answer.ts'
import { everythingBelow } from '../_support/everything.ts'
import { event, planned, statement } from '../_support/planned-changes.ts'
import { on, openDays } from '../_support/story-days.ts'

describe('an id', () => {
  const STATES = `
    fragment state on Node { __typename id
      ... on Development { headline revision retraction { reason } linkedFrom { totalCount nodes { development { id headline } } }
        citations { source { id citedBy { totalCount } } } disputes { id } participations { actor { id } } }
      ... on Measure { status }
      ... on Dispute { changedAt developments { totalCount nodes { id } } claims { id } demands { id } parties { id } }
      ... on Claim { positions { totalCount nodes { statement { id } holder { id } } } dispute { id } }
      ... on Demand { response madeIn { id } }
      ... on Actor { positions { totalCount } developments { totalCount nodes { id } } }
      ... on Source { citedBy { totalCount nodes { id } } } }`
  const ROOTS = `query ($at: DateTime) {
    dispute(key: "ferry", asKnownAt: $at) { ...state }
    developments(asKnownAt: $at, filter: { includeRetracted: true }) { nodes { ...state } }
    actor(key: "south", asKnownAt: $at) { ...state }
    claim(key: "ferry/sunk", asKnownAt: $at) { ...state }
    demand(key: "ferry/pay", asKnownAt: $at) { ...state } } ${STATES}`
  const NODES = `query ($ids: [ID!]!) { nodes(ids: $ids) { ...state } } ${STATES}`

  /** Every object of a response that has an id, by id, with the fields returned. */
  function identified(value: unknown, found = new Map<string, object>()): Map<string, object> {
    if (typeof value !== 'object' || value === null) return found
    if ('id' in value && '__typename' in value) found.set(String(value.id), value)
    for (const below of Object.values(value)) identified(below, found)
    return found
  }

  test('of a past state finds that state again, as do all ids below it, whatever is recorded later', async () => {
    await using app = await openDays()
    const past = await read(app, ROOTS, { at: on(3) })
    const objects = identified(past)
    expect(objects.size).toBeGreaterThan(10)
    const later = statement({
      statement: 'ferry/later',
      date: '2025-05-20',
      links: [{ relation: 'follows', development: 'ferry/denial' }],
    })
    await app.record(planned('statement', later))
    const { nodes } = await read(app, NODES, { ids: [...objects.keys()] })
    expect(nodes).toEqual([...objects.values()])
    // Ids found only below them resolve too.
    const below = [...new Set(idsIn(past))].filter((id) => !objects.has(id))
    const { nodes: found } = await read(app, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: below })
    expect(below.length).toBeGreaterThan(3)
    expect(found).toEqual(below.map((id) => ({ id })))
    expect(await read(app, ROOTS, { at: on(3) })).toEqual(past)
  })

  test('differs for each requested state, and from that of the head', async () => {
    await using app = await openDays()
    const ids = new Set<string>()
    let count = 0
    for (const at of [on(2), on(3), on(4), null]) {
      const own = new Set(idsIn(await read(app, ROOTS, { at })))
      count += own.size
      for (const id of own) ids.add(id)
    }
    expect(ids.size).toBe(count)
  })

  test('at the head contains type and key, also for a future instant', async () => {
    await using app = await openDays()
    const head = await read(app, ROOTS, { at: null })
    expect(idsIn(head)).toContain(Buffer.from('Claim:ferry/sunk').toString('base64url'))
    expect(await read(app, ROOTS, { at: '2999-01-01T00:00:00Z' })).toEqual(head)
  })

  test('of a state at an instant contains it even if nothing has been recorded since', async () => {
    await using app = await openDays()
    const query = 'query ($at: DateTime) { development(key: "ferry/raised", asKnownAt: $at) { id headline } }'
    const known = await read(app, query, { at: on(5) })
    const head = await read(app, query, { at: null })
    expect(known).toMatchObject({ development: { headline: 'The ferry is raised' } })
    expect(known).not.toEqual(head)
    const raised = event({ event: 'ferry/raised', headline: 'The ferry is raised in part', date: '2025-05-30' })
    await app.record(planned('event', raised, { kind: 'CORRECTED', revision: 2 }))
    expect(await read(app, query, { at: on(5) })).toEqual(known)
    expect(await read(app, query, { at: null })).toMatchObject({
      development: { ...(head['development'] as object), headline: 'The ferry is raised in part' },
    })
  })
})

test('everything below a change of the feed or a revision is as of then', async () => {
  await using app = await openDays()
  const state = `{ id headline
    ... on Statement { positions { claim { currentPositions { holder { key } stance } positions(first: 1) { totalCount } } } demands { response } }
    disputes { developments(first: 3) { totalCount nodes { key headline } } demands { key response } claims { key } }
    citations { source { citedBy(first: 1) { totalCount } outlet { key } } }
    participations { actor { positions(first: 1) { totalCount } developments(first: 1) { totalCount } } }
    linkedFrom(first: 3) { nodes { development { key headline } } } revisions { number } }`
  const { development, feedPage } = await read(
    app,
    `{ development(key: "ferry/accusation") { revisions { development ${state} } }
       feedPage(filter: { keys: ["ferry/accusation"] }, first: 2) { changes { development ${state} revision { development ${state} } } } }`,
  )
  const known = await read(
    app,
    `query ($at: DateTime) { development(key: "ferry/accusation", asKnownAt: $at) ${state} }`,
    { at: on(2) },
  )
  expect(known).toMatchObject({
    development: {
      positions: [{ claim: { positions: { totalCount: 1 } } }],
      demands: [{ response: 'NO_RESPONSE' }],
      disputes: [{ developments: { totalCount: 3 }, claims: [{ key: 'ferry/sunk' }, { key: 'ferry/mine' }] }],
    },
  })
  const then = known['development']
  expect(development).toEqual({ revisions: [{ development: then }] })
  expect(feedPage).toEqual({ changes: [{ development: then, revision: { development: then } }] })
})

test('nothing below a past state has the id of the head', async () => {
  const most = Number.MAX_SAFE_INTEGER
  const limits = { ...readConfig({}, {}).limits, complexity: most, tokens: most }
  await using app = await openDays({ limits })
  const asked = Object.values(schema.getQueryType()?.getFields() ?? {}).filter(({ args }) =>
    args.some(({ name }) => name === 'asKnownAt'),
  )
  const keys = new Map([
    ['development', 'ferry/denial'],
    ['dispute', 'ferry'],
    ['actor', 'south'],
    ['claim', 'ferry/sunk'],
    ['demand', 'ferry/pay'],
  ])
  expect(asked.map(({ name }) => name)).toEqual(expect.arrayContaining([...keys.keys(), 'developments']))
  for (const { name, type } of asked) {
    const key = keys.has(name) ? `key: "${keys.get(name)}", ` : ''
    const query = `query ($at: DateTime) { ${name}(${key}asKnownAt: $at) ${everythingBelow(getNamedType(type), 2)} }`
    const ids = new Set(idsIn(await read(app, query, { at: on(3) })))
    expect(ids.size).toBeGreaterThan(2)
    // A revision is the same whenever it is read, with the past state below it.
    const but = new Set(['revisions'])
    const atHead = `{ ${name}${key === '' ? '' : `(${key})`} ${everythingBelow(getNamedType(type), 2, { but })} }`
    const head = idsIn(await read(app, atHead))
    expect(head.length).toBeGreaterThan(2)
    expect(head.filter((id) => ids.has(id))).toEqual([])
  }
})

function idsIn(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id ?? '')
}
