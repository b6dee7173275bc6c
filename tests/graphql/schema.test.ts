import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  BreakingChangeType,
  buildSchema,
  DangerousChangeType,
  findSchemaChanges,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
  isScalarType,
  isSpecifiedScalarType,
} from 'graphql'
import { describe, expect, test } from 'vitest'
import { scalars } from '../../schema/scalars.js'
import { readConfig } from '../../src/config.ts'
import { LIMIT_NAMES, LIMITS, limitVariable, type Limits } from '../../src/model/limits.ts'
import { printSdl, schema } from '../../src/graphql/schema.ts'
import { read, refusalsOf } from '../_support/answer.ts'
import { openApp } from '../_support/app.ts'
import { everythingBelow, everythingOf } from '../_support/everything.ts'
import { setting } from '../_support/planned-changes.ts'
import { story } from '../_support/ferry-story.ts'

const contract = (name: string) => readFileSync(join(import.meta.dirname, '../../schema', name), 'utf8')
const ownTypes = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))

test('schema/schema.graphql is up to date', () => {
  expect(printSdl(), 'run `npm run generate`').toBe(contract('schema.graphql'))
})

test('the maps of scalars for generators of clients have every scalar of the schema', () => {
  const declared = [...contract('schema.graphql').matchAll(/^scalar (\w+)/gm)].map(([, name]) => name)
  expect(Object.keys(scalars)).toEqual(declared)
  expect(contract('scalars.d.ts').match(/^  \w+: string$/gm)).toEqual(declared.map((name) => `  ${name}: string`))
})

describe('clients of the last release', () => {
  /** Changed defaults are silent and break clients that rely on them. */
  const breaking: ReadonlySet<string> = new Set([
    ...Object.values(BreakingChangeType),
    DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE,
    DangerousChangeType.INPUT_FIELD_DEFAULT_VALUE_CHANGE,
  ])
  const breaks = (released: string, current: string) =>
    findSchemaChanges(buildSchema(released), buildSchema(current)).filter(({ type }) => breaking.has(type))

  test('are not broken by this version', () => {
    expect(breaks(contract('released.graphql'), printSdl())).toEqual([])
  })

  test.each([
    ['a field that is gone', 'headline: String!', 'caption: String!'],
    ['a value that is gone', '\n  EVENT\n', '\n  HAPPENING\n'],
    ['a field that may now be null', 'headline: String!', 'headline: String'],
    ['an argument that has to be given', 'members(', 'members(why: Int!, '],
    ['another default', 'heartbeat: Int = 15', 'heartbeat: Int = 30'],
  ])('would be broken by %s', (_, found, instead) => {
    const changed = contract('schema.graphql').replaceAll(found, instead)
    expect(breaks(contract('schema.graphql'), changed)).not.toEqual([])
  })
})

test('every type, field, argument and value has a description', () => {
  const silent: string[] = []
  const listen = (name: string, { description }: { readonly description?: string | null | undefined }) => {
    if ((description ?? '').length < 4 || !/[.:!?]$/.test(description ?? '')) silent.push(name)
  }
  for (const type of ownTypes) {
    if (!/^(String|Int|Float|Boolean|ID)$/.test(type.name)) listen(type.name, type)
    if (isEnumType(type)) for (const value of type.getValues()) listen(`${type.name}.${value.name}`, value)
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) listen(`${type.name}.${field.name}`, field)
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    for (const field of Object.values(type.getFields())) {
      listen(`${type.name}.${field.name}`, field)
      for (const argument of field.args) listen(`${type.name}.${field.name}(${argument.name}:)`, argument)
    }
  }
  expect(silent).toEqual([])
})

test('every limit that can be set is published, with its value, and stands in the page for operators', async () => {
  const set = Object.fromEntries(LIMIT_NAMES.map((name, index) => [name, 2_000_000 + index])) as Limits
  await using app = await openApp({ config: { limits: set } })
  const published = schema.getType('Limits')
  if (!isObjectType(published)) throw new Error('limits are published')
  expect(Object.keys(published.getFields()).toSorted()).toEqual(LIMIT_NAMES.toSorted())
  const { service } = await read(app, `{ service { limits { ${LIMIT_NAMES.join(' ')} } } }`)
  expect(service).toEqual({ limits: set })
  const page = readFileSync(join(import.meta.dirname, '../../docs/operating.md'), 'utf8')
  const rows = LIMIT_NAMES.map((name) => {
    const { default: value, description } = LIMITS[name]
    return `| \`${name}\` | \`${limitVariable(name)}\` | ${value} | ${description} |\n`
  })
  expect(rows.filter((row) => !page.includes(row))).toEqual([])
})

test('no argument is described with a colon, which breaks what genql generates', () => {
  const described = ownTypes
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })))
    .flatMap(({ type, field }) => field.args.map((argument) => ({ type, field, argument })))
  expect(described.length).toBeGreaterThan(100)
  const broken = described.filter(({ argument }) => argument.description?.includes(':'))
  expect(broken.map(({ type, field, argument }) => `${type.name}.${field.name}(${argument.name}:)`)).toEqual([])
})

test('every enum says that unknown values must be tolerated', () => {
  const enums = ownTypes.filter(isEnumType)
  expect(enums.length).toBeGreaterThan(25)
  for (const { name, description } of enums)
    expect(`${name}: ${description}`).toMatch(/clients must tolerate unknown values/)
})

test('every scalar has a specification of its own, which the service serves unless it is on the web', async () => {
  await using app = await openApp()
  const own = ownTypes.filter(isScalarType).filter((scalar) => !isSpecifiedScalarType(scalar))
  const urls = own.map(({ name, specifiedByURL }) => specifiedByURL ?? `${name} has none`)
  expect(new Set(urls).size).toBe(own.length)
  for (const url of urls.filter((each) => !each.startsWith('https://'))) {
    const { href, hash } = new URL(url, `${app.url}/graphql`)
    expect(href).toBe(app.url + url)
    const page = await app.fetch(url)
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(await page.text()).toContain(`id="${hash.slice(1)}"`)
  }
})

/** Real clients do not select everything at once. */
const limits = { ...readConfig({}, {}).limits, complexity: 2_147_483_647 }

const ROOTS = {
  Actor: 'actor(key: "north")',
  Place: 'place(key: "ford")',
  Source: 'source(key: "gazette")',
  Dispute: 'dispute(key: "ferry")',
  Claim: 'claim(key: "ferry/sunk")',
  Demand: 'demand(key: "ferry/pay")',
  Event: 'development(key: "ferry/sinking")',
  Statement: 'development(key: "ferry/denial")',
  Measure: 'development(key: "ferry/recall")',
}

test.each(Object.entries(ROOTS))('whatever can be asked of %s is answered', async (name, root) => {
  await using app = await openApp({ recorded: [setting, ...story], config: { limits } })
  const type = schema.getType(name)
  if (!isObjectType(type)) throw new Error(`${name} is no type`)
  for (const field of Object.values(type.getFields())) {
    const data = await read(app, `{ ${root} { ... on ${name} { ${everythingOf(field, 2)} } } }`)
    expect(Object.values(data)[0]).toHaveProperty(field.name)
  }
})

test('every root field returns a result', async () => {
  await using app = await openApp({ recorded: [setting, ...story], config: { limits } })
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {})
  for (const field of fields.filter(({ args }) => !args.some(isRequiredArgument))) {
    expect(await read(app, `{ ${everythingOf(field, 3)} }`)).toHaveProperty(field.name)
  }
})

describe('an explicit null', () => {
  const fields = ownTypes
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .flatMap((type) => Object.values(type.getFields()))
  const inputs = ownTypes.filter(isInputObjectType).flatMap((type) => Object.values(type.getFields()))

  test('is accepted by every argument and input field with a default', () => {
    const withDefaults = [...fields.flatMap(({ args }) => args), ...inputs].filter(
      ({ defaultValue }) => defaultValue !== undefined,
    )
    expect(withDefaults.length).toBeGreaterThan(15)
    for (const { name, type } of withDefaults) expect(`${name}: ${String(type)}`).not.toMatch(/!$/)
  })

  test.each(Object.entries(ROOTS).filter(([name]) => name !== 'Place'))(
    'means the default below %s',
    async (name, root) => {
      await using app = await openApp({ recorded: [setting, ...story], config: { limits } })
      const type = schema.getType(name)
      if (!isObjectType(type)) throw new Error(`${name} is no type`)
      const ask = (nulls: boolean) => `{ ${root} { ... on ${name} ${everythingBelow(type, 2, { nulls })} } }`
      expect(ask(true)).not.toBe(ask(false))
      expect(await read(app, ask(true))).toEqual(await read(app, ask(false)))
    },
  )

  test('means the default in root fields and filters, also in a variable', async () => {
    await using app = await openApp({ recorded: [setting, ...story], config: { limits } })
    const query = `query ($order: DevelopmentOrder, $first: Int, $no: Boolean) {
      developments(orderBy: $order, filter: { includeAffiliated: $no, includeRetracted: $no }) { nodes { key } }
      feedPage(first: $first, filter: { includeAffiliated: $no }) { changes { cursor } } }`
    const nulls = { order: null, first: null, no: null }
    expect(await read(app, query, nulls)).toEqual(await read(app, query))
  })

  test('costs what the default costs', async () => {
    await using app = await openApp({ config: { limits: { ...limits, complexity: 1 } } })
    const messageOf = async (args: string) => (await refusalsOf(app, `{ feedPage${args} { changes { cursor } } }`))[0]
    expect(await messageOf('(first: null)')).toEqual(await messageOf(''))
  })
})

/** Root fields that are refused, each for its own reason. */
const REFUSED = [
  'developments(filter: { disputes: ["gone"] }) { totalCount }',
  'events(orderBy: RELEVANCE) { totalCount }',
  'statements(speakers: ["gone"]) { totalCount }',
  'measures(first: 1000) { totalCount }',
  'disputes(first: -1) { totalCount }',
  'actors(first: 1, last: 1) { totalCount }',
  'claims(dispute: "gone") { totalCount }',
  'demands(dispute: "gone") { totalCount }',
  'sources(outlet: "gone") { totalCount }',
  'places(after: "gone") { totalCount }',
  'feedPage(after: "gone") { hasMore }',
  'node(id: "gone") { id }',
]

test.each(REFUSED)('%s is refused alone: the fields beside it keep their values', async (field) => {
  await using app = await openApp({ recorded: [setting] })
  const { body } = await app.ask(`{ service { name } refused: ${field} }`)
  expect(body.data).toEqual({ service: { name: 'demarche' }, refused: null })
  expect(body.errors).toMatchObject([{ path: ['refused'] }])
})
