import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { read, refusalsOf } from '../_support/answer.ts'
import { openApp, type App } from '../_support/app.ts'
import { story } from '../_support/ferry-story.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'

const ALL = `facets {
  kinds { value count } actors(first: 3) { value { key } count } outlets { value { key } count }
  actorCount outletCount disputeCount sourceCount
  disputes { value { key } count } sources(first: 2) { value { key } count } eventKinds { value count } acts { value count }
  measureKinds { value count } quadClasses { value count } ploverTypes { value count } evidentialStatuses { value count } credibility { value count } months { value count }
}`

describe('the facets of a list', () => {
  let app: App

  beforeAll(async () => {
    app = await openApp({ recorded: [setting, ...story] })
  })

  afterAll(() => app[Symbol.asyncDispose]())

  test('count the whole list, whatever page is read', async () => {
    expect(await read(app, `{ developments(first: 1) { totalCount ${ALL} } }`)).toEqual({
      developments: {
        totalCount: 7,
        facets: {
          kinds: [
            { value: 'STATEMENT', count: 4 },
            { value: 'EVENT', count: 2 },
            { value: 'MEASURE', count: 1 },
          ],
          actors: [
            { value: { key: 'south' }, count: 5 },
            { value: { key: 'south-spokesman' }, count: 3 },
            { value: { key: 'north' }, count: 2 },
          ],
          outlets: [{ value: { key: 'courier' }, count: 2 }],
          actorCount: 5,
          outletCount: 1,
          disputeCount: 1,
          sourceCount: 4,
          disputes: [{ value: { key: 'ferry' }, count: 7 }],
          sources: [
            { value: { key: 'gazette' }, count: 7 },
            { value: { key: 'courier-1' }, count: 2 },
          ],
          eventKinds: ['INCIDENT', 'INVESTIGATION_FINDING'].map((value) => ({ value, count: 1 })),
          acts: ['ASSERT', 'CONFIRM', 'ACCUSE', 'DENY', 'DEMAND', 'PROMISE'].map((value) => ({ value, count: 1 })),
          measureKinds: [{ value: 'AMBASSADOR_RECALLED', count: 1 }],
          quadClasses: [{ value: 'VERBAL_CONFLICT', count: 1 }],
          ploverTypes: [{ value: 'ACCUSE', count: 1 }],
          evidentialStatuses: [
            { value: 'REPORTED', count: 5 },
            { value: 'ESTABLISHED', count: 2 },
          ],
          credibility: [
            { value: 'PROBABLY_TRUE', count: 6 },
            { value: 'CONFIRMED', count: 1 },
          ],
          months: ['2024-12', '2025-01', '2025-02', '2025-03', '2025-04', '2025-05'].map((value) => ({
            value,
            count: value === '2025-01' ? 2 : 1,
          })),
        },
      },
    })
  })

  test('follow its filter and that of its parent', async () => {
    const query = `{
      found: developments(filter: { text: "south", kinds: [STATEMENT] }) { totalCount facets { kinds { value count } } }
      dispute(key: "ferry") { developments(filter: { kinds: [MEASURE] }) { facets { kinds { value count } } } }
      source(key: "courier-1") { citedBy { facets { kinds { value count } outlets { value { name } count } } } }
    }`
    expect(await read(app, query)).toEqual({
      found: { totalCount: 4, facets: { kinds: [{ value: 'STATEMENT', count: 4 }] } },
      dispute: { developments: { facets: { kinds: [{ value: 'MEASURE', count: 1 }] } } },
      source: {
        citedBy: {
          facets: {
            kinds: [
              { value: 'EVENT', count: 1 },
              { value: 'STATEMENT', count: 1 },
            ],
            outlets: [{ value: { name: 'The Courier' }, count: 2 }],
          },
        },
      },
    })
  })

  test('are empty for an empty list', async () => {
    const query = `{ developments(filter: { text: "nowhere" }) { ${ALL} } }`
    expect(await read(app, query)).toEqual({
      developments: {
        facets: {
          kinds: [],
          actors: [],
          actorCount: 0,
          outlets: [],
          outletCount: 0,
          disputes: [],
          disputeCount: 0,
          sources: [],
          sourceCount: 0,
          eventKinds: [],
          acts: [],
          measureKinds: [],
          quadClasses: [],
          ploverTypes: [],
          evidentialStatuses: [],
          credibility: [],
          months: [],
        },
      },
    })
  })

  test('refuse an invalid number of actors', async () => {
    const query = '{ developments { totalCount facets { actors(first: 101) { count } } } }'
    expect(await refusalsOf(app, query)).toEqual([
      {
        code: 'BAD_PAGING',
        path: ['developments', 'facets', 'actors'],
        message: '`first` is 101. Pass a whole number from 0 to 100.',
      },
    ])
  })

  test('of values share an SQL statement, those of records need one each, and none is run if none is selected', async () => {
    const statementsOf = async (selection: string) => {
      const before = app.store.reader.queriesRun
      await read(app, `{ developments { ${selection} } }`)
      return app.store.reader.queriesRun - before
    }
    const without = await statementsOf('nodes { key }')
    const one = await statementsOf('nodes { key } facets { kinds { value } }')
    expect(await statementsOf('nodes { key } facets { kinds { value } months { value } acts { value } }')).toBe(one)
    expect(await statementsOf('nodes { key } facets { kinds { value } sources(first: 1) { count } sourceCount }')).toBe(
      one + 1,
    )
    expect(await statementsOf('nodes { key } facets { __typename }')).toBe(one - 1)
    expect(one).toBeGreaterThan(without + 1)
  })
})

test('CANNOT_BE_JUDGED is a value of its own', async () => {
  const graded = (key: string, credibility: 3 | 5 | 6) =>
    planned(
      'event',
      event({
        event: key,
        bearings: [],
        figures: [],
        citations: [{ source: 'gazette', credibility, basis: 'own-reporting' }],
      }),
    )
  await using app = await openApp({
    recorded: [setting, [graded('a', 6), graded('b', 6), graded('c', 5), graded('d', 3)]],
  })
  expect(await read(app, '{ developments { facets { credibility { value count } } } }')).toEqual({
    developments: {
      facets: {
        credibility: [
          { value: 'CANNOT_BE_JUDGED', count: 2 },
          { value: 'POSSIBLY_TRUE', count: 1 },
          { value: 'IMPROBABLE', count: 1 },
        ],
      },
    },
  })
})

test('facets are as of the position of their list', async () => {
  const clock = { at: Date.UTC(2025, 5, 1) }
  await using app = await openApp({ now: () => clock.at })
  await app.record(...setting)
  await app.record(planned('event', event()))
  clock.at += 60_000
  await app.record(planned('event', event({ 'evidential-status': 'contested' }), { kind: 'REVISED', revision: 2 }))
  const query = `query ($at: DateTime) { developments(asKnownAt: $at) { facets { evidentialStatuses { value count } } } }`
  const statuses = async (at: string | null) => JSON.stringify(await read(app, query, { at }))
  expect(await statuses(null)).toContain('CONTESTED')
  expect(await statuses(new Date(clock.at - 1).toISOString())).toContain('ESTABLISHED')
})
