import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  getNamedType,
  getNullableType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
} from 'graphql'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { importDossiers } from '../../src/dossier/import/import.ts'
import { formatPath } from '../../src/dossier/format/problems.ts'
import { schema } from '../../src/graphql/schema.ts'
import { isDevelopmentKind, type RecordKind } from '../../src/model/records/definitions.ts'
import { credibilityByNumber, reliabilityByLetter } from '../../src/model/vocabulary/source.ts'
import { openDesk } from '../_support/desk.ts'
import { STORY } from '../_support/ferry-dossier.ts'
import { temporaryFile } from '../_support/temporary-store.ts'

/*
 * What an import refuses, a mutation refuses, with the same codes at the same places. Each mistake is made in a new record for a store that
 * holds the story: once in a dossier, once in the input of a mutation.
 */

type Fields = Readonly<Record<string, unknown>>

interface Mistake {
  readonly kind: RecordKind
  /** What the record has instead of the fields of a valid one; undefined if it lacks the field. */
  readonly fields: Fields
  /** The codes, with the paths in a dossier. */
  readonly refused: Readonly<Record<string, string>>
}

const story = parse(STORY) as Readonly<Record<string, readonly Fields[]>>
const citation = { source: 'gazette', credibility: 2, basis: 'own-reporting' }
const figure = { quantity: 'killed', value: 3, citation: 'gazette' }
const coding = { type: 'accuse', modes: ['allege'], initiators: ['north'], recipients: ['south'] }
const position = { claim: 'ferry/sunk', stance: 'asserts' }

/** Mistakes that both ways can make. */
const mistakes: Readonly<Record<string, Mistake>> = {
  'an invalid date': { kind: 'event', fields: { date: '31.12.2024' }, refused: { date: 'INVALID_EDTF' } },
  'an impossible day': { kind: 'event', fields: { date: '2023-02-29' }, refused: { date: 'INVALID_EDTF' } },
  'an impossible day of an affiliation': {
    kind: 'actor',
    fields: { affiliations: [{ to: 'north', relation: 'office-holder', date: '2023-02-29/..' }] },
    refused: { 'affiliations[0].date': 'INVALID_EDTF' },
  },
  'an unknown key': {
    kind: 'event',
    fields: { participants: [{ actor: 'suoth', role: 'affected' }] },
    refused: { 'participants[0].actor': 'KEY_UNKNOWN' },
  },
  'an unknown key in a citation': {
    kind: 'statement',
    fields: { citations: [citation, { ...citation, source: 'tribune', via: ['agency'] }] },
    refused: { 'citations[1].source': 'KEY_UNKNOWN', 'citations[1].via[0]': 'KEY_UNKNOWN' },
  },
  'a key of another space': {
    kind: 'statement',
    fields: { positions: [{ ...position, claim: 'ferry/pay' }] },
    refused: { 'positions[0].claim': 'KEY_UNKNOWN' },
  },
  'a key of a development of another kind': {
    kind: 'event',
    fields: { 'status-changes': [{ measure: 'ferry/sinking', status: 'lifted', date: '2025' }] },
    refused: { 'status-changes[0].measure': 'KEY_OF_OTHER_KIND' },
  },
  'a coding that lacks its recipient': {
    kind: 'measure',
    fields: { codings: [{ type: 'sanction', initiators: ['north'] }] },
    refused: { 'codings[0]': 'RECIPIENT_MISSING' },
  },
  'a mode that is not of the type': {
    kind: 'event',
    fields: { codings: [{ ...coding, modes: ['visit'] }] },
    refused: { 'codings[0].modes[0]': 'MODE_NOT_OF_TYPE' },
  },
  'a quote of what is not cited': {
    kind: 'statement',
    fields: { quotes: [{ text: 'No.', language: 'en', citation: 'gazete' }] },
    refused: { 'quotes[0].citation': 'NOT_CITED' },
  },
  'a figure of what is not cited': {
    kind: 'event',
    fields: { figures: [{ ...figure, citation: 'tribune' }] },
    refused: { 'figures[0].citation': 'NOT_CITED' },
  },
  'two citations of one source': {
    kind: 'event',
    fields: { citations: [citation, { ...citation, credibility: 3 }] },
    refused: { 'citations[1].source': 'CITED_TWICE' },
  },
  'no citation': { kind: 'event', fields: { citations: [], figures: [] }, refused: { citations: 'EMPTY' } },
  'no party': { kind: 'dispute', fields: { parties: [] }, refused: { parties: 'EMPTY' } },
  'a position by a holder that nothing ties to the statement': {
    kind: 'statement',
    fields: { positions: [{ ...position, holder: 'south' }] },
    refused: { 'positions[0].holder': 'HOLDER_FOREIGN' },
  },
  'several speakers and a position without holder': {
    kind: 'statement',
    fields: { speakers: ['minister', 'south'] },
    refused: { 'positions[0]': 'HOLDER_MISSING' },
  },
  'an alternative that is not named': {
    kind: 'statement',
    fields: { positions: [{ ...position, stance: 'offers-alternative' }] },
    refused: { 'positions[0]': 'ALTERNATIVE_MISSING' },
  },
  'an alternative that is not asked for': {
    kind: 'statement',
    fields: { positions: [{ ...position, alternative: 'ferry/rock' }] },
    refused: { 'positions[0].alternative': 'ALTERNATIVE_UNASKED' },
  },
  'a role that follows from the fields': {
    kind: 'statement',
    fields: { participants: [{ actor: 'north', role: 'speaker' }] },
    refused: { 'participants[0].role': 'ROLE_DERIVED' },
  },
  'a URL that is not http': {
    kind: 'source',
    fields: { url: 'ftp://gazette.example' },
    refused: { url: 'INVALID' },
  },
  'a language by its name': { kind: 'source', fields: { language: 'english' }, refused: { language: 'INVALID' } },
  'an identifier in another form': {
    kind: 'place',
    fields: { identifiers: { wikidata: 'Q1', iata: 'aktau' } },
    refused: { 'identifiers.iata': 'INVALID' },
  },
  'a control character': { kind: 'event', fields: { headline: 'The \u0007 ferry' }, refused: { headline: 'INVALID' } },
  'a padded text': { kind: 'demand', fields: { text: ' Pay.' }, refused: { text: 'INVALID' } },
  'half of a character': { kind: 'actor', fields: { name: 'North \ud800' }, refused: { name: 'INVALID' } },
  'a text that is too long': {
    kind: 'claim',
    fields: { proposition: 'x'.repeat(2_001) },
    refused: { proposition: 'TOO_LONG' },
  },
  'a figure without a number': {
    kind: 'event',
    fields: { figures: [{ quantity: 'killed', citation: 'gazette' }] },
    refused: { 'figures[0]': 'FIGURE_EMPTY' },
  },
  'a figure upside down': {
    kind: 'event',
    fields: { figures: [{ ...figure, value: undefined, min: 5, max: 3 }] },
    refused: { 'figures[0].min': 'FIGURE_INVERTED' },
  },
  'a figure too large to be exact': {
    kind: 'event',
    fields: { figures: [{ ...figure, value: 1e17 }] },
    refused: { 'figures[0].value': 'TOO_BIG' },
  },
  'a place beyond the poles': {
    kind: 'place',
    fields: { latitude: -91, longitude: 181 },
    refused: { latitude: 'TOO_SMALL', longitude: 'TOO_BIG' },
  },
  'half a coordinate': { kind: 'place', fields: { longitude: undefined }, refused: { latitude: 'COORDINATE_MISSING' } },
  'too long an excerpt': {
    kind: 'event',
    fields: {
      citations: [{ ...citation, excerpt: 'one two three four five six seven eight nine ten eleven twelve thirteen' }],
    },
    refused: { 'citations[0].excerpt': 'EXCERPT_TOO_LONG' },
  },
  'a repeated word': { kind: 'statement', fields: { acts: ['accuse', 'accuse'] }, refused: { 'acts[1]': 'REPEATED' } },
  'a participant twice in one role': {
    kind: 'event',
    fields: {
      participants: [
        { actor: 'south', role: 'affected' },
        { actor: 'south', role: 'affected', note: 'Again.' },
      ],
    },
    refused: { 'participants[1]': 'REPEATED' },
  },
  'a dispute that it is part of and background to': {
    kind: 'event',
    fields: { 'context-of': ['ferry'] },
    refused: { 'context-of[0]': 'DISPUTE_AND_CONTEXT' },
  },
  'a claim that names itself': {
    kind: 'claim',
    fields: { relations: [{ relation: 'contradicts', claim: 'new-claim' }] },
    refused: { 'relations[0].claim': 'SELF_REFERENCE' },
  },
  'a list without end': {
    kind: 'actor',
    fields: { aliases: Array.from({ length: 10_001 }, (_, at) => `North ${at}`) },
    refused: { aliases: 'LIST_TOO_LONG' },
  },
}

/** Mistakes that the types of the API exclude: GraphQL refuses them before anything is checked. */
const untypable: Readonly<Record<string, Mistake>> = {
  'an unknown field': { kind: 'event', fields: { headlin: 'x' }, refused: { headlin: 'UNKNOWN_FIELD' } },
  'a field of another kind': { kind: 'event', fields: { speakers: ['north'] }, refused: { speakers: 'UNKNOWN_FIELD' } },
  'an unknown value': { kind: 'event', fields: { 'event-kind': 'incidnt' }, refused: { 'event-kind': 'NOT_ALLOWED' } },
  'a number for a text': { kind: 'event', fields: { headline: 7 }, refused: { headline: 'WRONG_TYPE' } },
  'a missing field': { kind: 'event', fields: { headline: undefined }, refused: { headline: 'MISSING' } },
  'an infinite number': {
    kind: 'event',
    fields: { figures: [{ ...figure, value: '1e400' }] },
    refused: { 'figures[0].value': 'WRONG_TYPE' },
  },
  'a bad key': { kind: 'event', fields: { places: ['The Ford'] }, refused: { 'places[0]': 'INVALID' } },
  'a bad day': { kind: 'source', fields: { accessed: '2025-02-30' }, refused: { accessed: 'INVALID' } },
  'a country that is none': { kind: 'actor', fields: { country: 'SU' }, refused: { country: 'INVALID' } },
}

test.each(Object.entries(mistakes))('%s is refused alike', async (_, { kind, fields, refused }) => {
  await using desk = await openDesk()
  await importStory(desk.store)
  const head = desk.store.head()
  const record = recordOf(kind, fields)
  expect(await imported(desk.store, kind, record)).toEqual(sorted(refused))
  const { data, errors } = await desk.ask(mutationOf(kind), { input: inputOf(kind, record) })
  expect(errors).toBeUndefined()
  const { problems } = Object.values(data ?? {})[0] as { problems: readonly { path: string; code: string }[] }
  const paths = Object.entries(refused).map(([path, code]) => [inputPath(kind, path, record), code])
  expect(sorted(Object.fromEntries(problems.map(({ path, code }) => [path, code])))).toEqual(
    sorted(Object.fromEntries(paths)),
  )
  expect(desk.store.head()).toBe(head)
})

test.each(Object.entries(untypable))('%s is refused by an import, and by the types of the API', async (_, mistake) => {
  const { kind, fields, refused } = mistake
  await using desk = await openDesk()
  await importStory(desk.store)
  const head = desk.store.head()
  const record = recordOf(kind, fields)
  expect(await imported(desk.store, kind, record)).toEqual(sorted(refused))
  const { data, errors } = await desk.ask(mutationOf(kind), { input: inputOf(kind, record) })
  expect(data).toBeUndefined()
  expect(errors?.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^Variable "\$input" has invalid value/),
  ])
  expect(desk.store.head()).toBe(head)
})

test('what is valid is accepted alike', async () => {
  await using desk = await openDesk()
  await importStory(desk.store)
  for (const kind of KINDS) {
    const record = recordOf(kind, {})
    expect([kind, await imported(desk.store, kind, record)]).toEqual([kind, []])
    const { data, errors } = await desk.ask(mutationOf(kind), { input: inputOf(kind, record) })
    expect([kind, errors]).toEqual([kind, undefined])
    expect(Object.values(data ?? {})).toEqual([{ __typename: expect.stringMatching(/(Recorded|Saved)$/) as string }])
  }
})

/** Of a file or a dossier as a whole; a single record has exactly one kind and one key. */
const OF_FILES = ['KIND_UNCLEAR', 'KEY_REPEATED', 'KEYS_REPEATED']

test('every code with which a record is refused is among these mistakes', () => {
  const sources = [
    ...['rules', 'validation', 'fields'].map((name) => `model/records/${name}`),
    ...['references', 'position-holders', 'record-stager'].map((name) => `dossier/check/${name}`),
  ].map((file) => readFileSync(join(import.meta.dirname, `../../src/${file}.ts`), 'utf8'))
  const codes = sources.flatMap((text) =>
    [...text.matchAll(/(?:code: |report\(|return \[|\? \[|: \[)'([A-Z]+(?:_[A-Z]+)*)'/g)].map(([, code = '']) => code),
  )
  const made = Object.values({ ...mistakes, ...untypable }).flatMap(({ refused }) => Object.values(refused))
  expect(codes.length).toBeGreaterThan(25)
  expect([...new Set(codes)].filter((code) => !made.includes(code) && !OF_FILES.includes(code))).toEqual([])
})

const KINDS = ['actor', 'place', 'source', 'dispute', 'claim', 'demand', 'event', 'statement', 'measure'] as const

async function importStory(store: Parameters<typeof importDossiers>[0]): Promise<void> {
  using place = temporaryFile('story.yaml')
  writeFileSync(place.file, STORY)
  await importDossiers(store, { files: [place.file] })
}

/** A record of the story under a new key, with other fields. */
function recordOf(kind: RecordKind, fields: Fields): Fields {
  const section = isDevelopmentKind(kind) ? 'developments' : `${kind}s`
  const original = story[section]?.findLast((record) => !isDevelopmentKind(kind) || kind in record) ?? {}
  const key = isDevelopmentKind(kind) ? kind : 'key'
  return Object.fromEntries(
    Object.entries({ ...original, [key]: `new-${kind}`, ...fields }).filter(([, value]) => value !== undefined),
  )
}

/** The paths and codes of the problems that importing a dossier of one record has. */
async function imported(store: Parameters<typeof importDossiers>[0], kind: RecordKind, record: Fields) {
  using place = temporaryFile('record.json')
  const section = isDevelopmentKind(kind) ? 'developments' : `${kind}s`
  writeFileSync(place.file, JSON.stringify({ dossier: 1, [section]: [record] }))
  const { problems } = await importDossiers(store, { files: [place.file], dryRun: true })
  return sorted(Object.fromEntries(problems.map(({ path, code }) => [formatPath(path), code])))
}

function mutationOf(kind: RecordKind): string {
  const name = nameOf(kind)
  const field = `${isDevelopmentKind(kind) ? 'record' : 'save'}${name}`
  return `mutation ($input: ${name}Input!) { ${field}(input: $input) { __typename ... on InvalidInput { problems { path code } } } }`
}

/** A record of a dossier as the input of a mutation: by the types of the schema, not by the definition of records. */
function inputOf(kind: RecordKind, record: Fields): unknown {
  const { [kind]: own, ...rest } = record
  return inputValue(
    schema.getType(`${nameOf(kind)}Input`) as GraphQLInputType,
    isDevelopmentKind(kind) ? { key: own, ...rest } : record,
  )
}

function inputValue(type: GraphQLInputType, value: unknown): unknown {
  const bare = getNullableType(type)
  const named = getNamedType(type)
  if (isListType(bare) && named.name === 'IdentifierInput')
    return Object.entries(value as Fields).map(([scheme, each]) => ({ scheme: upper(scheme), value: each }))
  if (isListType(bare)) return (value as readonly unknown[]).map((each) => inputValue(bare.ofType, each))
  if (isEnumType(named))
    return credibilityByNumber.get(Number(value)) ?? reliabilityByLetter.get(String(value)) ?? upper(String(value))
  if (!isInputObjectType(named)) return value
  return Object.fromEntries(
    Object.entries(value as Fields)
      .filter(([, each]) => each !== undefined)
      .map(([name, each]) => {
        const field = named.getFields()[camel(name)]
        return [camel(name), field === undefined ? each : inputValue(field.type, each)]
      }),
  )
}

/** Where the input has what a dossier has at a path. */
function inputPath(kind: RecordKind, path: string, record: Fields): string {
  const [, scheme] = /^identifiers\.(.+)$/.exec(path) ?? []
  if (scheme !== undefined)
    return `input.identifiers[${Object.keys(record['identifiers'] as Fields).indexOf(scheme)}].value`
  return `input.${path === kind ? 'key' : camel(path)}`
}

function sorted(refused: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(refused).toSorted(([a], [b]) => (a < b ? -1 : 1))
}

const upper = (word: string) => word.toUpperCase().replaceAll('-', '_')
const camel = (name: string) => name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
const nameOf = (kind: string) => kind.charAt(0).toUpperCase() + kind.slice(1)
