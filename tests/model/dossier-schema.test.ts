import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { dossierSchema } from '../../src/model/records/json-schema.ts'
import { recordDefinitions } from '../../src/model/records/definitions.ts'
import { event, measure, setting, statement } from '../_support/planned-changes.ts'

const root = join(import.meta.dirname, '../..')

/** Strict mode refuses meaningless keywords and unknown formats. Two keywords are for editors: VS Code and yaml-language-server. */
const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true, formats: { date: true } })
ajv.addVocabulary(['enumDescriptions', 'patternErrorMessage'])
const validate = ajv.compile(dossierSchema())

test('schema/dossier.schema.json is up to date', () => {
  const kept = readFileSync(join(root, 'schema/dossier.schema.json'), 'utf8')
  expect(`${JSON.stringify(dossierSchema(), null, 2)}\n`, 'run `npm run generate`').toBe(kept)
})

test('the bundled dossier conforms to the schema', () => {
  validate(parse(readFileSync(join(root, 'dossiers/j2-8243.yaml'), 'utf8')))
  expect(validate.errors).toBeNull()
})

test('a record of every kind conforms to the schema', () => {
  const [actors, places, sources, disputes, claims, demands] = (
    ['actor', 'place', 'source', 'dispute', 'claim', 'demand'] as const
  ).map((kind) => setting.filter(({ record }) => record === kind).map(({ content }) => content))
  const developments = [event(), statement(), measure()]
  validate({ dossier: 1, actors, places, sources, disputes, claims, demands, developments })
  expect(validate.errors).toBeNull()
})

describe('the schema refuses', () => {
  test.each([
    ['a field that is none', { dossier: 1, actors: [{ key: 'a', name: 'A', kind: 'state', color: 'red' }] }],
    ['a section that is none', { dossier: 1, actor: [] }],
    ['a value that is none', { dossier: 1, actors: [{ key: 'a', name: 'A', kind: 'country' }] }],
    ['a record that lacks what it needs', { dossier: 1, developments: [{ ...event(), date: undefined }] }],
    ['a development without a citation', { dossier: 1, developments: [event({ citations: [] })] }],
    ['a key with capitals', { dossier: 1, places: [{ key: 'Aktau', name: 'Aktau' }] }],
    ['an event with the fields of a statement', { dossier: 1, developments: [{ ...event(), speakers: ['north'] }] }],
    ['another version', { dossier: 2 }],
    ['no version', {}],
  ])('%s', (_, dossier) => {
    // As read from a file, without undefined members.
    expect(validate(JSON.parse(JSON.stringify(dossier)))).toBe(false)
  })
})

describe('one mistake gives one error', () => {
  test.each([
    [
      'a wrong value',
      { ...event(), 'event-kind': 'incidnt' },
      '/developments/0/event-kind must be equal to one of the allowed values',
    ],
    [
      'a wrong value of a statement',
      { ...statement(), acts: ['x'] },
      '/developments/0/acts/0 must be equal to one of the allowed values',
    ],
    [
      'a wrong date',
      { ...measure(), date: 'June 2023' },
      expect.stringContaining('/developments/0/date must match pattern'),
    ],
    [
      'a field of another kind',
      { ...event(), speakers: ['north'] },
      '/developments/0 must NOT have additional properties',
    ],
    [
      'a grade',
      { ...event(), citations: [{ source: 's', credibility: 7, basis: 'opinion' }] },
      '/developments/0/citations/0/credibility must be equal to one of the allowed values',
    ],
  ])('%s', (_, development, says) => {
    validate({ dossier: 1, developments: [JSON.parse(JSON.stringify(development))] })
    expect(validate.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`)).toEqual([says])
  })

  test('no kind', () => {
    const { event: _, ...nameless } = event()
    validate({ dossier: 1, developments: [nameless] })
    expect(validate.errors?.filter(({ keyword }) => keyword !== 'if').map(({ message }) => message)).toEqual([
      "must have required property 'event'",
    ])
  })
})

test('a kind that is misspelt gives one error, which names it', () => {
  const { statement: key, ...fields } = statement() as Record<string, unknown>
  validate({ dossier: 1, developments: [{ statment: key, ...fields }] })
  const errors = validate.errors?.filter(({ keyword }) => keyword !== 'if')
  expect(errors?.map(({ instancePath, params }) => [instancePath, params])).toEqual([
    ['/developments/0', { additionalProperty: 'statment' }],
  ])
})

test('a code of a country in the place of a language gives one error', () => {
  for (const language of ['ua', 'cz', 'JP', 'Kz']) {
    validate({ dossier: 1, sources: [{ key: 's', title: 'S', reliability: 'B', language }] })
    expect(validate.errors?.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`)).toEqual([
      '/sources/0/language pattern',
    ])
  }
  validate({
    dossier: 1,
    sources: ['uk', 'CS', 'ja-JP', 'arz'].map((language) => ({ key: 's', title: 'S', reliability: 'B', language })),
  })
  expect(validate.errors).toBeNull()
})

test('every enum describes each of its values', () => {
  const lengths: string[] = []
  JSON.stringify(dossierSchema(), (_, value: unknown) => {
    if (typeof value === 'object' && value !== null && 'enum' in value && Array.isArray(value.enum)) {
      const described =
        'enumDescriptions' in value && Array.isArray(value.enumDescriptions) ? value.enumDescriptions : []
      lengths.push(`${value.enum.length} ${described.filter((one) => typeof one === 'string' && one !== '').length}`)
    }
    return value
  })
  expect(lengths.length).toBeGreaterThan(20)
  expect(lengths.filter((pair) => new Set(pair.split(' ')).size > 1)).toEqual([])
})

test("the README's example names the schema by a path that exists, and conforms to it", () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const [, example = '', path = ''] =
    /```yaml\n(# yaml-language-server: \$schema=(\S+)\n[\s\S]*?)```/.exec(readme) ?? []
  expect(JSON.parse(readFileSync(join(root, path), 'utf8'))).toMatchObject({ title: 'Demarche dossier' })
  validate(parse(example))
  expect(validate.errors).toBeNull()
})

test('the schema describes every field', () => {
  const silent: string[] = []
  const listen = (name: string, schema: Record<string, unknown>) => {
    if (typeof schema['description'] !== 'string') silent.push(name)
    for (const [field, below] of Object.entries(schema['properties'] ?? {})) listen(`${name}.${field}`, below)
    if (typeof schema['items'] === 'object' && schema['items'] !== null) {
      const items: object = schema['items']
      if (!('$ref' in items) && !('dependentSchemas' in items)) listen(`${name}[]`, { ...items })
    }
  }
  const { $defs, properties } = dossierSchema() as Record<
    '$defs' | 'properties',
    Record<string, Record<string, unknown>>
  >
  expect(Object.keys($defs)).toEqual([...Object.keys(recordDefinitions), 'development', 'date'])
  for (const [name, schema] of Object.entries({ ...properties, ...$defs })) listen(name, schema)
  expect(silent).toEqual([])
})
