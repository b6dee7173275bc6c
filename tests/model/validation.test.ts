import { expect, it } from 'vitest'
import type { z } from 'zod'
import { recordDefinitions, type RecordKind } from '../../src/model/records/definitions.ts'
import { bare, descriptionOf } from '../../src/model/records/references.ts'
import { validateRecord } from '../../src/model/records/validation.ts'
import { event, statement } from '../_support/planned-changes.ts'

/** Each problem as `path CODE: message`. */
function problemsOf(...[kind, raw]: Parameters<typeof validateRecord>): string[] {
  return validateRecord(kind, raw).problems.map(({ path, code, message }) => `${path.join('.')} ${code}: ${message}`)
}

it('returns a valid record as its definition parses it', () => {
  expect(validateRecord('event', { ...event(), date: 2024 })).toEqual({
    record: { ...event(), date: '2024' },
    problems: [],
  })
})

it('reads texts as NFC, whichever form a file was saved in', () => {
  const source = { key: 'post', title: 'Đặng Việt Hùng, 김정은 і Алієв', language: 'vi', reliability: 'C' }
  const url = 'https://example.org/Çıxış'
  for (const form of ['NFC', 'NFD']) {
    const written = { ...source, title: source.title.normalize(form), url: url.normalize(form) }
    expect(validateRecord('source', written)).toEqual({ record: { ...source, url }, problems: [] })
  }
  const longest = 'é'.repeat(300)
  expect(validateRecord('event', { ...event(), headline: longest.normalize('NFD') }).problems).toEqual([])
})

it('reports all problems at once, within and between fields', () => {
  const raw = {
    ...statement(),
    headline: 7,
    date: '2023-02-29',
    acts: [],
    codings: [{ type: 'aid', initiators: ['north'] }],
    quotes: [{ text: 'They sank it.', language: 'english!', citation: 'wire' }],
  }
  expect(problemsOf('statement', raw).map((line) => line.split(':')[0])).toEqual([
    'headline WRONG_TYPE',
    'date INVALID_EDTF',
    'acts EMPTY',
    'quotes.0.language INVALID',
    'quotes.0.citation NOT_CITED',
    'codings.0 RECIPIENT_MISSING',
  ])
})

const ODD_VALUES: readonly unknown[] = [
  { toString: 1 },
  [{ toString: 1, valueOf: 1 }],
  JSON.parse('{"__proto__": {}}'),
  { constructor: null },
]

it.each(Object.keys(recordDefinitions) as RecordKind[])(
  'refuses any value in place of each field of a record of kind %s, with a message',
  (kind) => {
    const withOdd = (odd: unknown, definition: z.core.$ZodType): unknown => {
      const def = descriptionOf(bare(definition))
      if (def.type === 'array') return [withOdd(odd, def.element)]
      if (def.type !== 'object') return odd
      return Object.fromEntries(Object.entries(def.shape).map(([name, field]) => [name, withOdd(odd, field)]))
    }
    for (const odd of ODD_VALUES) {
      const lines = problemsOf(kind, withOdd(odd, recordDefinitions[kind]))
      expect(lines.length).toBeGreaterThan(3)
      for (const line of lines) expect(line).toMatch(/^\S+ [A-Z_]+: \w/)
    }
  },
)

it.each([
  ['a', 'found "a"; an event is a map of fields'],
  [[], 'found a list; an event is a map of fields'],
  [null, 'found nothing; an event is a map of fields'],
])('refuses %j instead of a record', (raw, message) => {
  expect(validateRecord('event', raw)).toEqual({ problems: [{ path: [], code: 'WRONG_TYPE', message }] })
})

it.each<[what: string, fields: Record<string, unknown>, says: string]>([
  ['too long a text', { headline: 'x'.repeat(301) }, 'headline TOO_LONG: has 301 characters; the limit is 300'],
  ['a padded text', { headline: ' x' }, 'headline INVALID: begins or ends with white space; remove it'],
  ['a blank text', { headline: ' ' }, 'headline INVALID: is empty; write a text, or omit the field if it is optional'],
  [
    'half a character',
    { headline: '\uD800' },
    'headline INVALID: contains half of a surrogate pair; write the whole character',
  ],
  [
    'truth for a text',
    { headline: true },
    'headline WRONG_TYPE: found a boolean; a text is expected: put it in quotes',
  ],
  [
    'a number for a text that is not the one that was written',
    { headline: Number('9007199254740993') },
    'headline WRONG_TYPE: found a number; a text is expected: put it in quotes',
  ],
  ['a map for a text', { headline: {} }, 'headline WRONG_TYPE: found a map; a text is expected'],
  ['nothing for a text', { headline: null }, 'headline MISSING: is empty; write what happened, as a neutral headline'],
  ['a value in capitals', { 'event-kind': 'COURT_RULING' }, 'did you mean court-ruling? allowed: '],
  [
    'a grade in quotes',
    { citations: [{ source: 's', credibility: '2', basis: 'opinion' }] },
    'citations.0.credibility NOT_ALLOWED: found "2"; write 2 without quotes',
  ],
  [
    'a field in camel case',
    { eventKind: 'incident' },
    'eventKind UNKNOWN_FIELD: unknown field "eventKind"; did you mean event-kind?',
  ],
  [
    'a field of measures in snake case',
    { imposed_by: [] },
    'imposed_by UNKNOWN_FIELD: unknown field "imposed_by"; imposed-by is a field of a measure, and this is an event',
  ],
  [
    'a field named as what every object has',
    { constructor: 1 },
    'constructor UNKNOWN_FIELD: unknown field "constructor"; allowed: event, headline, ',
  ],
  [
    'a field named __proto__',
    JSON.parse('{"__proto__": 1}') as Record<string, unknown>,
    '__proto__ UNKNOWN_FIELD: unknown field "__proto__"; ',
  ],
])('reports %s with what was found and what is expected', (_, fields, says) => {
  const raw = Object.defineProperties(event(), Object.getOwnPropertyDescriptors(fields))
  const problems = problemsOf('event', raw).filter((line) => !line.includes('NOT_CITED'))
  expect(problems).toEqual([expect.stringContaining(says)])
})

it('refuses __proto__ among identifiers', () => {
  const raw: unknown = JSON.parse(
    '{"key": "north", "name": "North", "kind": "state", "identifiers": {"__proto__": "x", "wikidta": "Q1"}}',
  )
  expect(problemsOf('actor', raw)).toEqual([
    'identifiers.wikidta UNKNOWN_FIELD: unknown field "wikidta"; did you mean wikidata?',
    'identifiers.__proto__ UNKNOWN_FIELD: unknown field "__proto__"; remove it',
  ])
})

it('accepts a place only with both coordinates, within their ranges', () => {
  const place = { key: 'ford', name: 'The Ford' }
  expect(problemsOf('place', { ...place, latitude: 91, longitude: 10 })).toEqual([
    'latitude TOO_BIG: found 91; the maximum is 90',
  ])
  expect(problemsOf('place', { ...place, latitude: -91, longitude: 10 })).toEqual([
    'latitude TOO_SMALL: found -91; the minimum is -90',
  ])
  expect(problemsOf('place', { ...place, longitude: 10 })).toEqual([
    'longitude COORDINATE_MISSING: longitude is given without latitude; give both or neither',
  ])
})

it('reads thirty combining marks in a row and no more, so that normalizing takes little time', () => {
  const place = (marks: number) => ({ key: 'p', name: `a${'\u0316\u0301'.repeat(marks / 2)}` })
  expect(validateRecord('place', place(30)).problems).toEqual([])
  expect(problemsOf('place', place(32))).toEqual([
    'name INVALID: has more than 30 combining marks in a row; remove them',
  ])
  expect(problemsOf('place', place(2_000_000))).toHaveLength(2)
})

it('takes no long text for a language tag', () => {
  const source = (tag: string) => problemsOf('source', { key: 's', title: 'S', language: tag, reliability: 'C' })
  const tag = `en-x${'-abcdefgh'.repeat(10)}`
  expect(source(`${tag}-abcde`)).toEqual([])
  expect(source(`${tag}-abcdef`)).toEqual([expect.stringContaining('is not a BCP 47 language tag')])
})
