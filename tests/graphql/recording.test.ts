import { describe, expect, test } from 'vitest'
import { openDesk } from '../_support/desk.ts'
import { event, measure, planned, setting, statement } from '../_support/planned-changes.ts'
import { ARE_NODES } from '../_support/shared-log.ts'

const story = [setting, [planned('event', event()), planned('statement', statement())]]

const STATEMENT = {
  key: 'ferry/denial',
  headline: 'The South denies it',
  summary: 'Its minister said so.',
  date: '2025-01-02',
  evidentialStatus: 'REPORTED',
  disputes: ['ferry'],
  speakers: ['south'],
  acts: ['DENY'],
  channel: 'SPEECH',
  quotes: [{ text: 'We did not.', language: 'en', citation: 'gazette' }],
  positions: [{ claim: 'ferry/sunk', stance: 'DENIES', attribution: 'QUOTED', citation: 'gazette' }],
  citations: [{ source: 'gazette', credibility: 'PROBABLY_TRUE', basis: 'QUOTES_OFFICIAL' }],
}

const RECORD = `mutation ($input: StatementInput!) { recordStatement(input: $input) {
  __typename
  ... on StatementRecorded { cursor statement { key revision headline credibility speakers { key } quotes { text } positions { stance holder { key } } } }
  ... on UserError { code message }
  ... on InvalidInput { problems { path code } }
  ... on KeyTaken { key } } }`

test('a statement is recorded, and read with its parts in the same answer', async () => {
  await using desk = await openDesk([setting])
  const answer = await desk.change(RECORD, { input: STATEMENT })
  expect(answer).toEqual({
    __typename: 'StatementRecorded',
    cursor: expect.any(String) as string,
    statement: {
      key: 'ferry/denial',
      revision: 1,
      headline: 'The South denies it',
      credibility: 'PROBABLY_TRUE',
      speakers: [{ key: 'south' }],
      quotes: [{ text: 'We did not.' }],
      positions: [{ stance: 'DENIES', holder: { key: 'south' } }],
    },
  })
  const { data } = await desk.ask('{ service { head } development(key: "ferry/denial") { revisions { recordedBy } } }')
  expect(data).toEqual({ service: { head: answer['cursor'] }, development: { revisions: [{ recordedBy: 'ada' }] } })
})

test('all mistakes are listed at once, each with its path in the input', async () => {
  await using desk = await openDesk([setting])
  const [citation] = STATEMENT.citations
  const input = {
    ...STATEMENT,
    headline: ' ',
    date: '2023-02-29',
    speakers: ['suoth'],
    quotes: [{ text: 'We did not.', language: 'english', citation: 'gazete' }],
    citations: [citation, { ...citation, source: 'tribune' }],
    contextOf: ['ferry'],
  }
  expect(await desk.change(RECORD, { input })).toEqual({
    __typename: 'InvalidInput',
    code: 'INVALID_INPUT',
    message: expect.stringContaining('7 problems') as string,
    problems: [
      { path: 'input.headline', code: 'INVALID' },
      { path: 'input.date', code: 'INVALID_EDTF' },
      { path: 'input.quotes[0].language', code: 'INVALID' },
      { path: 'input.quotes[0].citation', code: 'NOT_CITED' },
      { path: 'input.contextOf[0]', code: 'DISPUTE_AND_CONTEXT' },
      { path: 'input.speakers[0]', code: 'KEY_UNKNOWN' },
      { path: 'input.citations[1].source', code: 'KEY_UNKNOWN' },
    ],
  })
})

test('a key that is taken is refused, by whatever kind of development', async () => {
  await using desk = await openDesk(story)
  const input = { ...STATEMENT, key: 'ferry/sinking' }
  const message = '"ferry/sinking" is already recorded as an event. Amend that record, or use another key.'
  expect(await desk.change(RECORD, { input })).toEqual({
    __typename: 'KeyTaken',
    code: 'KEY_TAKEN',
    key: 'ferry/sinking',
    message,
  })
  expect(await desk.change(RECORD, { input: { ...input, headline: '' } })).toMatchObject({
    problems: [
      { path: 'input.headline', code: 'INVALID' },
      { path: 'input.key', code: 'KEY_TAKEN' },
    ],
  })
})

const AMEND = `mutation ($key: Key = "ferry/accusation", $expectedRevision: Int = 1, $kind: AmendmentKind, $note: String = "New words.", $patch: StatementPatch!) {
  amendStatement(key: $key, expectedRevision: $expectedRevision, kind: $kind, note: $note, patch: $patch) {
    __typename
    ... on StatementAmended { cursor statement { revision headline addressees { key } positions { stance } revisions { number kind note } } }
    ... on UserError { code message }
    ... on InvalidInput { problems { path code } }
    ... on UnknownKey { key nearest }
    ... on RevisionConflict { currentRevision }
    ... on AlreadyRetracted { at } } }`

const RETRACT = `mutation ($key: Key = "ferry/accusation", $expectedRevision: Int = 1, $reason: String = "Never said.") {
  retractDevelopment(key: $key, expectedRevision: $expectedRevision, reason: $reason) {
    __typename
    ... on DevelopmentRetracted { cursor development { key retraction { reason } } }
    ... on UserError { code message }
    ... on InvalidInput { problems { path code } }
    ... on RevisionConflict { currentRevision }
    ... on AlreadyRetracted { at } } }`

test('a patch keeps what it omits, clears what is null or empty, and replaces the rest', async () => {
  await using desk = await openDesk(story)
  const patch = { headline: 'The North blames the South', addressees: null, positions: [] }
  expect(await desk.change(AMEND, { patch, kind: 'CORRECTED' })).toMatchObject({
    __typename: 'StatementAmended',
    statement: {
      revision: 2,
      headline: 'The North blames the South',
      addressees: [],
      positions: [],
      revisions: [{ number: 1 }, { number: 2, kind: 'CORRECTED', note: 'New words.' }],
    },
  })
  const { data } = await desk.ask(
    '{ development(key: "ferry/accusation") { summary ... on Statement { quotes { text } } } }',
  )
  expect(data).toEqual({
    development: { summary: statement().summary, quotes: [{ text: 'They sank it.' }] },
  })
})

test.each([
  ['Event', 'ferry/sinking', { eventKind: 'MEETING' }],
  ['Statement', 'ferry/accusation', { channel: 'INTERVIEW' }],
  ['Measure', 'ferry/recall', { legalCharacter: 'COUNTERMEASURE' }],
])('an amended %s has another revision with what the patch changes, and keeps the rest', async (type, key, own) => {
  await using desk = await openDesk([...story, [planned('measure', measure())]])
  const kind = type.toLowerCase()
  const fields = `summary date { edtf } citations { source { key } } links { development { key } } ${Object.keys(own).join(' ')}`
  const read = async () => {
    const { data } = await desk.ask(`{ development(key: "${key}") { revision headline ... on ${type} { ${fields} } } }`)
    return data?.['development'] as Record<string, unknown>
  }
  const before = await read()
  const query = `mutation ($patch: ${type}Patch!) {
    amend${type}(key: "${key}", expectedRevision: 1, note: "New words.", patch: $patch) {
      __typename ... on ${type}Amended { ${kind} { revision headline ${fields} } } } }`
  const patch = { headline: 'In other words', ...own }
  expect(await desk.change(query, { patch })).toEqual({
    __typename: `${type}Amended`,
    [kind]: { ...before, revision: 2, ...patch },
  })
  expect(before).not.toMatchObject(own)
  expect(await read()).toEqual({ ...before, revision: 2, ...patch })
})

test('a patch cannot clear what the record needs, nor break it', async () => {
  await using desk = await openDesk(story)
  const before = desk.store.head()
  const patch = {
    headline: null,
    speakers: null,
    citations: [],
    quotes: [{ text: 'x', language: 'en', citation: 'tribune' }],
  }
  expect(await desk.change(AMEND, { patch, note: 'x'.repeat(2_001) })).toMatchObject({
    problems: [
      { path: 'patch.headline', code: 'MISSING' },
      { path: 'patch.citations', code: 'EMPTY' },
      { path: 'patch.speakers', code: 'MISSING' },
      { path: 'patch.quotes[0].citation', code: 'NOT_CITED' },
      { path: 'patch', code: 'NOT_CITED' },
      { path: 'note', code: 'TOO_LONG' },
    ],
  })
  expect(desk.store.head()).toBe(before)
})

test('a patch that changes nothing records nothing, and answers with the revision as it is', async () => {
  await using desk = await openDesk(story)
  const before = desk.store.head()
  const patch = { headline: statement().headline, figures: [], bearings: null }
  expect(await desk.change(AMEND, { patch })).toMatchObject({ statement: { revision: 1 } })
  expect(desk.store.head()).toBe(before)
})

test('a change to another revision than the current one is refused, and says which that is', async () => {
  await using desk = await openDesk(story)
  await desk.change(AMEND, { patch: { headline: 'Second' } })
  const message =
    '"ferry/accusation" is at revision 2, and revision 1 was expected. Read it again, and repeat the change with expectedRevision 2 if it still applies.'
  const conflict = { __typename: 'RevisionConflict', code: 'REVISION_CONFLICT', currentRevision: 2, message }
  expect(await desk.change(AMEND, { patch: { headline: 'Third' } })).toEqual(conflict)
  expect(await desk.change(RETRACT)).toEqual(conflict)
})

test('a key that names no development of the kind is refused with the nearest ones, or with the kind', async () => {
  await using desk = await openDesk(story)
  expect(await desk.change(AMEND, { key: 'ferry/acusation', patch: {} })).toMatchObject({
    __typename: 'UnknownKey',
    key: 'ferry/acusation',
    nearest: ['ferry/accusation'],
  })
  expect(await desk.change(AMEND, { key: 'ferry/sinking', patch: {} })).toMatchObject({
    __typename: 'UnknownKey',
    nearest: [],
    message: 'there is no statement "ferry/sinking"; it is an event, and its kind cannot change',
  })
})

test('a development is retracted for good, with its reason', async () => {
  await using desk = await openDesk(story)
  expect(await desk.change(RETRACT, { reason: ' ' })).toMatchObject({ problems: [{ path: 'reason', code: 'INVALID' }] })
  expect(await desk.change(RETRACT)).toMatchObject({
    development: { key: 'ferry/accusation', retraction: { reason: 'Never said.' } },
  })
  const anyTime: unknown = expect.any(String)
  const at = ARE_NODES ? anyTime : new Date(desk.clock.at).toISOString()
  const gone = { __typename: 'AlreadyRetracted', at }
  expect(await desk.change(RETRACT, { expectedRevision: 2 })).toMatchObject(gone)
  expect(await desk.change(AMEND, { expectedRevision: 2, patch: {} })).toMatchObject(gone)
})

test('several fields record one after the other, and a refusal stops none', async () => {
  await using desk = await openDesk([setting])
  const query = `mutation ($one: StatementInput!, $bad: StatementInput!, $two: StatementInput!) {
    one: recordStatement(input: $one) { __typename ... on StatementRecorded { cursor statement { key linkedFrom { totalCount } } } }
    bad: recordStatement(input: $bad) { __typename }
    two: recordStatement(input: $two) { __typename ... on StatementRecorded { cursor statement { links { development { key } } } } } }`
  const two = { ...STATEMENT, key: 'ferry/reply', links: [{ relation: 'IN_RESPONSE_TO', development: 'ferry/denial' }] }
  const { data, errors } = await desk.ask(query, { one: STATEMENT, bad: { ...STATEMENT, headline: '' }, two })
  expect(errors).toBeUndefined()
  expect(data).toMatchObject({
    one: { __typename: 'StatementRecorded', statement: { key: 'ferry/denial', linkedFrom: { totalCount: 0 } } },
    bad: { __typename: 'InvalidInput' },
    two: { __typename: 'StatementRecorded', statement: { links: [{ development: { key: 'ferry/denial' } }] } },
  })
  expect(desk.store.head()).toBe(setting.length + 2)
})

test.each([
  ['without a token', null, 'UNAUTHENTICATED'],
  ['with a token for reading', { name: 'eve', scope: 'READ' } as const, 'FORBIDDEN'],
])('nothing is recorded %s', async (_, viewer, code) => {
  await using desk = await openDesk([setting])
  for (const [query, variables] of [
    [RECORD, { input: STATEMENT }],
    [AMEND, { patch: {} }],
    [RETRACT, {}],
  ] as const) {
    const { data, errors } = await desk.ask(query, variables, viewer)
    expect(data).toBeNull()
    expect(errors?.map(({ originalError }) => originalError)).toMatchObject([{ code }])
  }
  expect(desk.store.head()).toBe(setting.length)
})

/** A valid input of every kind of reference record, and a change of it. */
const SAVES = [
  [
    'Actor',
    'ActorInput',
    {
      key: 'east',
      name: 'Eastland',
      kind: 'STATE',
      country: 'NO',
      aliases: ['The East'],
      identifiers: [{ scheme: 'WIKIDATA', value: 'Q20' }],
      affiliations: [{ to: 'north', relation: 'MEMBER_OF', date: '2020/..', sources: ['gazette'] }],
    },
    { name: 'The East' },
  ],
  [
    'Place',
    'PlaceInput',
    { key: 'pier', name: 'The Pier', latitude: 60, longitude: 10.5, identifiers: [{ scheme: 'IATA', value: 'SCO' }] },
    { name: 'A pier' },
  ],
  [
    'Source',
    'SourceInput',
    {
      key: 'tribune',
      title: 'The Tribune',
      language: 'en',
      reliability: 'FAIRLY_RELIABLE',
      published: '2025-01',
      url: 'https://tribune.example',
      accessed: '2025-02-01',
      outlet: 'south',
    },
    { reliability: 'UNRELIABLE' },
  ],
  [
    'Dispute',
    'DisputeInput',
    {
      key: 'pier',
      title: 'The pier',
      summary: 'Who built it.',
      period: '2020',
      parties: ['north', 'south'],
      phases: [{ label: 'First', date: '2020', summary: 'It began.', sources: ['gazette'] }],
      precedents: ['ferry'],
    },
    { title: 'A pier' },
  ],
  [
    'Claim',
    'ClaimInput',
    {
      key: 'ferry/rock',
      dispute: 'ferry',
      proposition: 'It hit a rock.',
      relations: [{ relation: 'CONTRADICTS', claim: 'ferry/sunk' }],
    },
    { proposition: 'It hit rocks.' },
  ],
  [
    'Demand',
    'DemandInput',
    {
      key: 'ferry/say',
      dispute: 'ferry',
      text: 'Say sorry.',
      remedy: 'ACKNOWLEDGEMENT',
      madeBy: ['north'],
      addressees: ['south'],
    },
    { text: 'Apologise.' },
  ],
] as const

describe.each(SAVES)('save%s', (name, inputType, input, change) => {
  const field = name.toLowerCase()
  const query = `mutation ($input: ${inputType}!, $expectedRevision: Int, $note: String) {
    save${name}(input: $input, expectedRevision: $expectedRevision, note: $note) {
      __typename ... on ${name}Saved { cursor ${field} { key revision } } ... on UserError { code }
      ... on InvalidInput { problems { path code } } ... on RevisionConflict { currentRevision } } }`

  test('records under a new key, replaces, and records nothing where nothing changes', async () => {
    await using desk = await openDesk([setting])
    const first = await desk.change(query, { input, expectedRevision: 0 })
    expect(first).toMatchObject({ __typename: `${name}Saved`, [field]: { key: input.key, revision: 1 } })
    expect(await desk.change(query, { input, expectedRevision: 1 })).toEqual(first)
    const second = await desk.change(query, { input: { ...input, ...change }, expectedRevision: 1, note: 'Seen.' })
    expect(second).toMatchObject({ [field]: { key: input.key, revision: 2 } })
    expect(second['cursor']).not.toBe(first['cursor'])
    expect(desk.store.head()).toBe(setting.length + 2)
  })

  test('refuses another revision than the current one', async () => {
    await using desk = await openDesk([setting])
    const conflict = { __typename: 'RevisionConflict', code: 'REVISION_CONFLICT' }
    expect(await desk.change(query, { input, expectedRevision: 1 })).toEqual({ ...conflict, currentRevision: 0 })
    await desk.change(query, { input })
    expect(await desk.change(query, { input, expectedRevision: 0 })).toEqual({ ...conflict, currentRevision: 1 })
    expect(desk.store.head()).toBe(setting.length + 1)
  })

  test('refuses what is wrong', async () => {
    await using desk = await openDesk([setting])
    const text = Object.keys(change)[0] === 'reliability' ? 'title' : (Object.keys(change)[0] ?? '')
    const problems = [
      { path: `input.${text}`, code: 'INVALID' },
      { path: 'note', code: 'INVALID' },
    ]
    expect(await desk.change(query, { input: { ...input, [text]: ' ' }, note: '' })).toMatchObject({ problems })
  })
})

test('a scheme that is given twice is refused, and an identifier is found where the input has it', async () => {
  await using desk = await openDesk([setting])
  const identifiers = [
    { scheme: 'WIKIDATA', value: 'Q1' },
    { scheme: 'LEI', value: 'x' },
    { scheme: 'WIKIDATA', value: 'Q2' },
  ]
  const query = `mutation ($input: ActorInput!) { saveActor(input: $input) { ... on InvalidInput { problems { path code } } } }`
  expect(await desk.change(query, { input: { key: 'east', name: 'East', kind: 'STATE', identifiers } })).toEqual({
    problems: [
      { path: 'input.identifiers[2].scheme', code: 'FIELD_REPEATED' },
      { path: 'input.identifiers[1].value', code: 'INVALID' },
    ],
  })
})

test('ten suggestions are looked for at most, so that other requests need not wait', async () => {
  const key = (at: number) => `state-${at}`
  const states = Array.from({ length: 2_000 }, (_, at) =>
    planned('actor', { key: key(at), name: `Land ${at}`, kind: 'state' }),
  )
  await using desk = await openDesk([setting, states])
  const speakers = Array.from({ length: 12 }, (_, at) => `sttae-${at}`)
  const query = RECORD.replace('problems { path code }', 'problems { message }')
  const { problems } = (await desk.change(query, { input: { ...STATEMENT, speakers, positions: [] } })) as {
    problems: readonly { message: string }[]
  }
  expect(problems).toHaveLength(12)
  expect(problems.filter(({ message }) => message.includes('did you mean'))).toHaveLength(10)
})
