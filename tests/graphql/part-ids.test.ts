import { isObjectType } from 'graphql'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { importDossiers } from '../../src/dossier/import/import.ts'
import { schema } from '../../src/graphql/schema.ts'
import type { RecordOf } from '../../src/model/records/definitions.ts'
import type { PlannedChange } from '../../src/store/append.ts'
import { read, refusalsOf } from '../_support/answer.ts'
import { type App, openApp } from '../_support/app.ts'
import { allDevelopments, bundledRecord } from '../_support/bundled-record.ts'
import { event, planned, setting, statement } from '../_support/planned-changes.ts'

type Event = RecordOf<'event'>

const most = Number.MAX_SAFE_INTEGER
const limits = { ...readConfig({}, {}).limits, complexity: most, tokens: most, depth: 20 }

const courier = planned('source', { key: 'courier', title: 'Courier', language: 'en', reliability: 'C' })
const citations = ['gazette', 'courier'].map((source) => ({ source, credibility: 2, basis: 'own-reporting' as const }))
const dead = { quantity: 'killed', value: 38, unit: 'people', citation: 'gazette' } as const
const aboard = { quantity: 'aboard', value: 67, unit: 'people', citation: 'courier' } as const
const area = { quantity: 'area', unit: 'm2', citation: 'gazette' } as const

const sinking = (fields: Partial<Event>) => event({ citations, bearings: [], ...fields })
const amended = (fields: Partial<Event>, revision: number) =>
  planned('event', sinking(fields), { kind: 'CORRECTED', revision })

/** The figures of the sinking by their ids. */
async function figuresOf(app: App, at: string | null = null) {
  const { development } = await read(
    app,
    'query ($at: DateTime) { development(key: "ferry/sinking", asKnownAt: $at) { figures { id quantity value note } } }',
    { at },
  )
  const { figures } = development as {
    figures: { id: string; quantity: string; value: number; note: string | null }[]
  }
  return figures
}

async function openAmended(...states: readonly Partial<Event>[]) {
  const clock = { at: Date.UTC(2026, 0, 1) }
  const app = await openApp({ now: () => clock.at })
  await app.record(...setting, courier)
  const instants: string[] = []
  for (const [index, fields] of states.entries()) {
    clock.at += 60_000
    await app.record(index === 0 ? planned('event', sinking(fields)) : amended(fields, index + 1))
    instants.push(new Date(clock.at).toISOString())
  }
  return { app, instants, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() }
}

describe('the id of a part', () => {
  test('stays when the part is amended, and when others come before it', async () => {
    await using place = await openAmended({ figures: [dead] })
    const [before] = await figuresOf(place.app)
    await place.app.record(
      amended({ headline: 'It sank', figures: [aboard, { ...dead, value: 40, note: 'Revised.' }] }, 2),
    )
    const [added, after] = await figuresOf(place.app)
    expect(after).toEqual({ ...before, value: 40, note: 'Revised.' })
    expect(added?.id).not.toBe(after?.id)
  })

  test('changes when the part is about something else', async () => {
    await using place = await openAmended({ figures: [dead] })
    const [before] = await figuresOf(place.app)
    await place.app.record(amended({ figures: [{ ...dead, unit: 'passengers' }] }, 2))
    const [after] = await figuresOf(place.app)
    expect(after?.id).not.toBe(before?.id)
  })

  test('distinguishes parts about the same by their content, whatever their order', async () => {
    const [part, whole] = [
      { ...area, value: 25, note: 'The deck.' },
      { ...area, value: 80, note: 'The whole ship.' },
    ]
    await using place = await openAmended({ figures: [part, whole] })
    const before = await figuresOf(place.app)
    expect(new Set(before.map(({ id }) => id)).size).toBe(2)
    await place.app.record(amended({ figures: [whole, part] }, 2))
    expect(await figuresOf(place.app)).toEqual(before.toReversed())
    // The one that is left is the same figure as neither.
    await place.app.record(amended({ figures: [whole] }, 3))
    const [left] = await figuresOf(place.app)
    expect(before.map(({ id }) => id)).not.toContain(left?.id)
  })

  test('of a past state is another one, the same whenever that state is read', async () => {
    await using place = await openAmended({ figures: [dead] }, { figures: [{ ...dead, value: 40 }] })
    const [first = ''] = place.instants
    const [head] = await figuresOf(place.app)
    const past = await figuresOf(place.app, first)
    expect(past).toMatchObject([{ value: 38 }])
    expect(past[0]?.id).not.toBe(head?.id)
    await place.app.record(amended({ figures: [{ ...dead, value: 41 }] }, 3))
    expect(await figuresOf(place.app, first)).toEqual(past)
  })

  test('is not found by node, which says what it finds', async () => {
    await using place = await openAmended({ figures: [dead] })
    const [figure] = await figuresOf(place.app)
    const query = 'query ($id: ID!) { node(id: $id) { id } }'
    expect(await refusalsOf(place.app, query, { id: figure?.id })).toEqual([
      {
        code: 'BAD_ID',
        path: ['node'],
        message: 'Not the id of a record. Pass the `id` of an object of the interface Node, exactly as returned.',
      },
    ])
  })

  test('differs between the two ends of a link, which show different developments', async () => {
    const reply = statement({ links: [{ relation: 'in-response-to', development: 'ferry/sinking' }] })
    await using app = await openApp({ recorded: [setting, [planned('event', event()), planned('statement', reply)]] })
    const data = await read(
      app,
      `{ from: development(key: "ferry/accusation") { links { id } }
         to: development(key: "ferry/sinking") { linkedFrom { nodes { id } } } }`,
    )
    const ids = [...JSON.stringify(data).matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id)
    expect([ids.length, new Set(ids).size]).toEqual([2, 2])
  })

  test('costs one SQL statement for each kind of part on a page', async () => {
    const events = Array.from({ length: 5 }, (_, at) =>
      planned('event', sinking({ event: `e-${at}`, figures: [dead, aboard] })),
    )
    await using app = await openApp({ recorded: [[...setting, courier], events] })
    const statementsFor = async (selection: string) => {
      const before = app.store.reader.queriesRun
      await read(app, `{ developments { nodes { ${selection} } } }`)
      return app.store.reader.queriesRun - before
    }
    await statementsFor('key')
    const without = await statementsFor('figures { value } citations { credibility }')
    expect(await statementsFor('figures { id } citations { credibility }')).toBe(without + 1)
    // The records of parts are read once per operation.
    expect(await statementsFor('figures { id } citations { id }')).toBe(without + 1)
  })
})

/** Fills a cache by type and id as Apollo and urql do. Returns the fields that changed in an entry, as type, id and field. */
function store(value: unknown, cache: Map<string, Record<string, unknown>>, changed: string[]): unknown {
  if (Array.isArray(value)) return value.map((each) => store(each, cache, changed))
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, store(each, cache, changed)]))
  const { __typename, id } = fields
  if (typeof __typename !== 'string' || typeof id !== 'string') return fields
  const name = `${__typename}:${id}`
  const known = cache.get(name) ?? {}
  for (const [field, each] of Object.entries(fields)) {
    if (field in known && JSON.stringify(known[field]) !== JSON.stringify(each)) changed.push(`${name} ${field}`)
  }
  cache.set(name, { ...known, ...fields })
  return { ref: name }
}

const PARTS = Object.values(schema.getTypeMap())
  .filter((type) => isObjectType(type) && 'id' in type.getFields() && type.getInterfaces().length === 0)
  .map(({ name }) => name)

test('the parts with an id are those that the contract names', () => {
  expect(PARTS.toSorted()).toEqual(
    `Affiliation Bearing Citation Coding DemandAssessment DevelopmentLink Figure MeasureStatusChange Position Quote Revision`.split(
      ' ',
    ),
  )
})

test('no two objects of the bundled record share a type and an id', async () => {
  await using app = await openApp({ config: { limits } })
  await importDossiers(app.store, { files: [bundledRecord] })
  const cache = new Map<string, Record<string, unknown>>()
  const changed: string[] = []
  for (const { key } of await allDevelopments(app)) {
    const { development } = await read(app, `query ($key: Key!) { development(key: $key) ${DEVELOPMENT} }`, { key })
    store(development, cache, changed)
  }
  const lists = await read(
    app,
    `{ claims(first: 100) { nodes { __typename id bearings(first: 100) { nodes ${BEARING} } positions(first: 100) { nodes ${POSITION} } } }
       demands(first: 100) { nodes { __typename id assessments ${ASSESSMENT} } }
       actors(first: 100) { nodes { __typename id affiliations ${AFFILIATION} members(first: 100) { nodes ${AFFILIATION} } } } }`,
  )
  store(lists, cache, changed)
  expect(changed).toEqual([])
  const types = new Set([...cache.keys()].map((name) => name.split(':')[0]))
  expect([...types]).toEqual(expect.arrayContaining(PARTS))
})

const AFFILIATION =
  '{ __typename id actor { __typename id } relation office organisation { __typename id } date { edtf } }'
const BEARING = '{ __typename id claim { __typename id } bearing by { __typename id } note citation { __typename id } }'
const ASSESSMENT =
  '{ __typename id demand { __typename id } response date { edtf } note development { __typename id } }'
const POSITION =
  '{ __typename id claim { __typename id } holder { __typename id } stance attribution note alternative { __typename id } }'
const DEVELOPMENT = `{ __typename id headline
  codings { __typename id type modes contexts auxiliaries initiators { __typename id } recipients { __typename id } }
  figures { __typename id quantity value min max asWritten unit note citation { __typename id } }
  citations { __typename id source { __typename id } credibility locator excerpt basis via { __typename id } }
  bearings ${BEARING}
  assessments ${ASSESSMENT}
  statusChanges { __typename id status date { edtf note } note measure { __typename id } }
  links { __typename id relation note development { __typename id } }
  linkedFrom(first: 100) { nodes { __typename id relation note development { __typename id } } }
  revisions { __typename id number kind cursor }
  ... on Statement { quotes { __typename id text language translated citation { __typename id } }
    positions ${POSITION} }
  ... on Measure { statusHistory { __typename id status date { edtf note } note development { __typename id } } } }`

test('a past state replaces nothing of the present one in a cache, nor the other way round', async () => {
  const said = (fields: Partial<RecordOf<'statement'>>, more?: Partial<PlannedChange>) =>
    planned('statement', statement({ links: [{ relation: 'follows', development: 'ferry/sinking' }], ...fields }), more)
  await using app = await openApp({ config: { limits } })
  await app.record(...setting, courier)
  await app.record(planned('event', sinking({ figures: [dead] })), said({}))
  await app.record(
    amended({ figures: [{ ...dead, value: 40 }] }, 2),
    said(
      { positions: [{ claim: 'ferry/sunk', stance: 'affirms', citation: 'gazette' }] },
      { kind: 'REVISED', revision: 2 },
    ),
  )
  const cache = new Map<string, Record<string, unknown>>()
  const changed: string[] = []
  for (const key of ['ferry/sinking', 'ferry/accusation']) {
    const query = `query ($key: Key!) { development(key: $key) { ...All revisions { __typename id number development { ...All } } } }
      fragment All on Development ${DEVELOPMENT}`
    store(await read(app, query, { key }), cache, changed)
  }
  store(
    await read(
      app,
      `{ feedPage { changes { development ${DEVELOPMENT} revision { __typename id number kind cursor } } } }`,
    ),
    cache,
    changed,
  )
  expect(changed).toEqual([])
  const stances = [...cache.values()].flatMap(({ __typename, stance }) => (__typename === 'Position' ? [stance] : []))
  expect(new Set(stances)).toEqual(new Set(['AFFIRMS', 'ASSERTS']))
  expect(stances).toHaveLength(3)
})
