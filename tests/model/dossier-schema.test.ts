import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { dossierSchema } from '../../src/model/records/json-schema.ts'
import { recordDefinitions } from '../../src/model/records/definitions.ts'
import { event, measure, setting, statement } from '../_support/planned-changes.ts'

const root = join(import.meta.dirname, '../..')

/** Strict mode refuses meaningless keywords and unknown formats. */
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, formats: { date: true } }).compile(dossierSchema())

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

test('the schema describes every field', () => {
  const silent: string[] = []
  const listen = (name: string, schema: Record<string, unknown>) => {
    if (typeof schema['description'] !== 'string') silent.push(name)
    for (const [field, below] of Object.entries(schema['properties'] ?? {})) listen(`${name}.${field}`, below)
    if (typeof schema['items'] === 'object' && schema['items'] !== null && !('anyOf' in schema['items'])) {
      const items: object = schema['items']
      if (!('$ref' in items)) listen(`${name}[]`, { ...items })
    }
  }
  const { $defs, properties } = dossierSchema() as Record<
    '$defs' | 'properties',
    Record<string, Record<string, unknown>>
  >
  expect(Object.keys($defs)).toEqual(Object.keys(recordDefinitions))
  for (const [name, schema] of Object.entries({ ...properties, ...$defs })) listen(name, schema)
  expect(silent).toEqual([])
})
