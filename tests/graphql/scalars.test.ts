import { describe, expect, test } from 'vitest'
import { read, refusalsOf } from '../_support/answer.ts'
import { openApp } from '../_support/app.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'

/** An argument of each scalar, with an invalid value. */
const NONSENSE = [
  [
    'Date',
    'actor(key: "north") { affiliations(on: VALUE) { office } }',
    '2025-02-30',
    /not a calendar day; write YYYY-MM-DD/,
  ],
  ['Date', 'actor(key: "north") { affiliations(on: VALUE) { office } }', '1.3.2025', /not a calendar day/],
  ['Date', 'actor(key: "north") { affiliations(on: VALUE) { office } }', 20250301, /takes a string in quotes/],
  [
    'DateTime',
    'developments(filter: { recordedAfter: VALUE }) { totalCount }',
    '2025-01-01',
    /not an instant; write one with its zone/,
  ],
  [
    'DateTime',
    'developments(filter: { recordedAfter: VALUE }) { totalCount }',
    '2025-01-01T00:00:00',
    /not an instant/,
  ],
  [
    'DateTime',
    'developments(filter: { recordedAfter: VALUE }) { totalCount }',
    '2025-02-29T00:00:00Z',
    /not an instant/,
  ],
  [
    'DateTime',
    'developments(filter: { recordedAfter: VALUE }) { totalCount }',
    '2025-01-01T25:00:00Z',
    /not an instant/,
  ],
  ['DateTime', 'developments(filter: { recordedAfter: VALUE }) { totalCount }', 0, /takes a string in quotes/],
  ['Key!', 'actor(key: VALUE) { name }', 'The North', /not a key: a key consists of a-z, 0-9 and "-"/],
  ['Key!', 'actor(key: VALUE) { name }', '', /not a key/],
  ['Key!', 'actor(key: VALUE) { name }', 'x'.repeat(121), /at most 120 characters/],
  ['Key!', 'actor(key: VALUE) { name }', true, /takes a string in quotes/],
  ['CountryCode', 'actors(country: VALUE) { totalCount }', 'az', /not an ISO 3166-1 country code; did you mean AZ\?/],
  [
    'CountryCode',
    'actors(country: VALUE) { totalCount }',
    'XQ',
    /not an ISO 3166-1 country code; write two capital letters/,
  ],
  ['FeedCursor', 'feedPage(after: VALUE) { hasMore }', 7, /takes a string in quotes/],
] as const

describe.each(NONSENSE)('%s in %s', (type, field, value, message) => {
  test(`is not ${JSON.stringify(value)}, as a literal or as a variable`, async () => {
    await using app = await openApp()
    const literal = `{ ${field.replace('VALUE', JSON.stringify(value))} }`
    const variable = `query ($value: ${type}) { ${field.replace('VALUE', '$value')} }`
    for (const refusals of [await refusalsOf(app, literal), await refusalsOf(app, variable, { value })]) {
      expect(refusals).toHaveLength(1)
      expect(refusals[0]).toMatchObject({ code: 'BAD_VALUE', message: expect.stringMatching(message) })
    }
  })
})

test('a refused value has a location: the literal, or the variable', async () => {
  await using app = await openApp({ recorded: [setting] })
  const literal = '{ measures(filter: { dateWithin: { from: "2025-02-30" } }) { totalCount } }'
  const variable = 'query ($from: Date) { measures(filter: { dateWithin: { from: $from } }) { totalCount } }'
  const at = (text: string, part: string) => [{ line: 1, column: text.indexOf(part) + 1 }]
  const errorsOf = async (query: string, variables = {}) => (await app.ask(query, variables)).body.errors
  expect(await errorsOf(literal)).toMatchObject([
    { locations: at(literal, '"2025-02-30"'), extensions: { code: 'BAD_VALUE' } },
  ])
  const instant = '{ developments(filter: { recordedAfter: "yesterday" }) { totalCount } }'
  expect(await errorsOf(instant)).toMatchObject([{ locations: at(instant, '"yesterday"') }])
  expect(await errorsOf(variable, { from: '2025-02-30' })).toMatchObject([
    { locations: at(variable, '$from: Date'), extensions: { code: 'BAD_VALUE' } },
  ])
  const inverted =
    '{ found: measures(filter: { dateWithin: { from: "2025-02-02", to: "2025-02-01" } }) { totalCount } }'
  expect(await errorsOf(inverted)).toMatchObject([
    { path: ['found'], locations: at(inverted, 'found'), extensions: { code: 'BAD_RANGE' } },
  ])
})

test('an instant may have an offset and is returned in UTC', async () => {
  await using app = await openApp({
    recorded: [setting, [planned('event', event())]],
    now: () => Date.UTC(2025, 0, 1, 12),
  })
  const query = `query ($after: DateTime, $before: DateTime) {
    developments(filter: { recordedAfter: $after, recordedBefore: $before }) { nodes { recordedAt } } }`
  const recorded = { developments: { nodes: [{ recordedAt: '2025-01-01T12:00:00.000Z' }] } }
  expect(await read(app, query, { after: '2025-01-01T15:59:59+04:00' })).toEqual(recorded)
  expect(await read(app, query, { before: '2025-01-01T12:00:00.001Z' })).toEqual(recorded)
  expect(await read(app, query, { after: '2025-01-01T12:00:00Z' })).toEqual({ developments: { nodes: [] } })
})

test('a date with a time of day keeps its offset', async () => {
  const date = '2024-12-25T10:28:00+04:00'
  await using app = await openApp({
    recorded: [setting, [planned('event', event({ date, 'date-note': 'By the log.' }))]],
  })
  const { development } = await read(
    app,
    '{ development(key: "ferry/sinking") { date { edtf instant precision earliest label note } } }',
  )
  expect(development).toEqual({
    date: {
      edtf: date,
      instant: date,
      precision: 'INSTANT',
      earliest: '2024-12-25',
      label: '25 December 2024 at 10:28 UTC+04:00',
      note: 'By the log.',
    },
  })
})
