import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, test } from 'vitest'
import { exportDossier } from '../../src/dossier/export/dossier.ts'
import { formatProblem } from '../../src/dossier/format/problems.ts'
import { importDossiers, type ImportOptions } from '../../src/dossier/import/import.ts'
import { openStore, redactRecord } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { openDesk } from '../_support/desk.ts'
import { storyWith } from '../_support/ferry-dossier.ts'
import { event, planned, setting, statement } from '../_support/planned-changes.ts'
import { openTemporaryStore, temporaryFile } from '../_support/temporary-store.ts'

/** The minister speaks for itself, and the North holds the position: only the affiliation ties the two. */
const UNTIED = 'positions: [{claim: ferry/sunk, stance: asserts}]'
const TIED = storyWith(
  ['    on-behalf-of: [north]\n', ''],
  [UNTIED, 'positions: [{claim: ferry/sunk, stance: asserts, holder: north}]'],
)
const AFFILIATED = '[{to: north, relation: office-holder, office: Minister, date: 2024/..}]'
const ALONE = 'dossier: 1\nactors: [{key: minister, name: Ada North, kind: person}]\n'

/** Imports texts one after the other, each into the store as the one before left it. The problems are those of the last. */
async function importAll(store: Store, texts: readonly string[], options: Omit<ImportOptions, 'files'> = {}) {
  using place = temporaryFile()
  const file = join(place.folder, 'story.yaml')
  let problems: readonly string[] = []
  for (const text of texts) {
    writeFileSync(file, text)
    const result = await importDossiers(store, { files: [file], ...options })
    problems = result.problems.map((problem) => formatProblem({ ...problem, file: 'story.yaml' }))
  }
  return problems
}

async function exported(store: Store): Promise<string> {
  const pieces: string[] = []
  await exportDossier(store.reader, {
    asOf: store.head(),
    format: 'yaml',
    write: async (text) => void pieces.push(text),
  })
  return pieces.join('')
}

/** The problems of importing what a store exports into an empty store. */
async function importedElsewhere(store: Store): Promise<readonly string[]> {
  await using other = await openTemporaryStore()
  return await importAll(other.store, [await exported(store)])
}

it.each<[name: string, options: Omit<ImportOptions, 'files'>]>([
  ['at once', { atomic: true }],
  ['in batches', { batchSize: 1 }],
  ['as a load', { isLoad: true }],
])('refuses to import %s an actor without an affiliation that ties a holder', async (_, options) => {
  await using opened = await openTemporaryStore()
  expect(await importAll(opened.store, [TIED, ALONE], options)).toEqual([
    'story.yaml:2:10 actor minister affiliations: statement "ferry/accusation" has "north" as the holder of a position, which only an affiliation to "north" ties to an actor that it names (minister); keep it, with a date if it has ended, or amend the statement first',
  ])
  expect(await importedElsewhere(opened.store)).toEqual([])
})

const DESK = '  - {key: desk, name: The desk, kind: organ, affiliations: [{to: north, relation: organ-of}]}\nplaces:'
const OVER_DESK: [string, string][] = [
  [AFFILIATED, '[{to: desk, relation: employed-by}]'],
  ['places:', DESK],
]

it.each<[name: string, first: string, then: string, problems: string[]]>([
  [
    'in the middle of a chain',
    OVER_DESK.reduce((text, [from, to]) => text.replace(from, to), TIED),
    'dossier: 1\nactors: [{key: desk, name: The desk, kind: organ}]\n',
    ['actor desk'],
  ],
  [
    'of a holder below the speaker',
    TIED.replace('speakers: [minister]', 'speakers: [north]').replace('holder: north', 'holder: minister'),
    ALONE,
    ['actor minister'],
  ],
  [
    'of several statements, once',
    TIED +
      TIED.slice(TIED.indexOf('  - statement:'), TIED.indexOf('  - measure:')).replace(
        'ferry/accusation',
        'ferry/more',
      ),
    ALONE,
    ['actor minister'],
  ],
  [
    'that only changes',
    TIED,
    ALONE.replace('person}', `person, affiliations: ${AFFILIATED.replace('..', '2025')}}`),
    [],
  ],
  [
    'beside another tie',
    TIED.replace(
      AFFILIATED,
      `[{to: north, relation: office-holder, office: Minister}, {to: south, relation: close-to}]`,
    ).replace('kind: state\n    country: NO', 'kind: state\n    affiliations: [{to: south, relation: close-to}]'),
    ALONE.replace('person}', 'person, affiliations: [{to: north, relation: close-to}]}'),
    [],
  ],
  [
    'and the statement with it',
    TIED,
    TIED.replace(`    affiliations: ${AFFILIATED}\n`, '').replace(', holder: north', ''),
    [],
  ],
  [
    'and retracts the statement',
    TIED,
    TIED.replace(`    affiliations: ${AFFILIATED}\n`, '').replace(
      'channel: speech',
      'channel: speech\n    retract: Wrong.',
    ),
    [],
  ],
])('looks at an affiliation %s', async (_, first, then, problems) => {
  await using opened = await openTemporaryStore()
  const found = await importAll(opened.store, [first, then])
  expect(found.map((line) => /actor \w+/.exec(line)?.[0])).toEqual(problems)
  expect(await importedElsewhere(opened.store)).toEqual([])
})

const SAVE = `mutation ($input: ActorInput!) { saveActor(input: $input) {
  __typename ... on InvalidInput { problems { path code message } } } }`
const MINISTER = { key: 'north-minister', name: 'Ada North', kind: 'PERSON' }

test('a mutation cannot take the affiliation, until the statement is amended', async () => {
  const said = statement({
    'on-behalf-of': [],
    positions: [{ claim: 'ferry/sunk', stance: 'asserts', holder: 'north' }],
  })
  await using desk = await openDesk([setting, [planned('statement', said)]])
  expect(await desk.change(SAVE, { input: MINISTER })).toEqual({
    __typename: 'InvalidInput',
    problems: [
      {
        path: 'input.affiliations',
        code: 'HOLDER_FOREIGN',
        message: expect.stringMatching(/^statement "ferry\/accusation" has "north" as the holder/),
      },
    ],
  })
  const AMEND = `mutation ($patch: StatementPatch!) {
    amendStatement(key: "ferry/accusation", expectedRevision: 1, note: "New words.", patch: $patch) {
      __typename ... on InvalidInput { problems { path code message } } } }`
  // The patch has no field `positions`.
  expect(await desk.change(AMEND, { patch: { speakers: ['south'] } })).toEqual({
    __typename: 'InvalidInput',
    problems: [
      {
        path: 'patch',
        code: 'HOLDER_FOREIGN',
        message: expect.stringMatching(/^the record's own positions\[0\]\.holder: the statement does not name "north"/),
      },
    ],
  })
  const patch = { positions: [{ claim: 'ferry/sunk', stance: 'ASSERTS' }] }
  expect(await desk.change(AMEND, { patch })).toEqual({ __typename: 'StatementAmended' })
  expect(await desk.change(SAVE, { input: MINISTER })).toEqual({ __typename: 'ActorSaved' })
  expect(await importedElsewhere(desk.store)).toEqual([])
})

test('a dossier that the store has gone beyond is judged by what the store keeps', async () => {
  await using desk = await openDesk()
  const first = storyWith(['    on-behalf-of: [north]\n', ''], [AFFILIATED, '[]'])
  for (const isLoad of [false, true]) expect(await importAll(desk.store, [first], { isLoad })).toEqual([])
  // Neither the affiliation nor the holder is in the dossier.
  const affiliations = [{ to: 'north', relation: 'OFFICE_HOLDER' }]
  expect(await desk.change(SAVE, { input: { ...MINISTER, key: 'minister', affiliations } })).toEqual({
    __typename: 'ActorSaved',
  })
  const AMEND = `mutation { amendStatement(key: "ferry/accusation", expectedRevision: 1, note: "N.", patch: {
    positions: [{ claim: "ferry/sunk", stance: ASSERTS, holder: "north" }] }) { __typename } }`
  expect(await desk.change(AMEND)).toEqual({ __typename: 'StatementAmended' })
  // Nor is the dispute to which the central claim has moved.
  const BRIDGE = `mutation ($claim: Key) { saveDispute(input: { key: "bridge", title: "B", summary: "S", period: "2024",
    parties: ["north"], centralClaim: $claim }) { __typename } }`
  const MOVE = `mutation { saveClaim(input: { key: "ferry/rock", dispute: "bridge", proposition: "It hit a rock." }) { __typename } }`
  await desk.change(BRIDGE)
  expect(await desk.change(MOVE)).toEqual({ __typename: 'ClaimSaved' })
  expect(await desk.change(BRIDGE, { claim: 'ferry/rock' })).toEqual({ __typename: 'DisputeSaved' })
  for (const isLoad of [false, true]) expect(await importAll(desk.store, [first], { isLoad })).toEqual([])
  expect(await importedElsewhere(desk.store)).toEqual([])
})

test('an affiliation that only the dossier still has ties no new statement', async () => {
  await using desk = await openDesk()
  expect(await importAll(desk.store, [TIED.replace(', holder: north', '')])).toEqual([])
  expect(await desk.change(SAVE, { input: { ...MINISTER, key: 'minister' } })).toEqual({ __typename: 'ActorSaved' })
  expect(await importAll(desk.store, [TIED])).toEqual([
    expect.stringContaining('the statement does not name "north", and no affiliation ties it'),
  ])
  expect(await importedElsewhere(desk.store)).toEqual([])
})

test('a redaction in the middle of a chain leaves a record that can be imported', async () => {
  using place = temporaryFile()
  const chain = OVER_DESK.reduce((text, [from, to]) => text.replace(from, to), TIED)
  const store = await openStore({ file: place.file })
  await importAll(store, [chain])
  store.close()
  await redactRecord(place.file, { key: 'desk', reason: 'The law.' })
  const after = await openStore({ file: place.file })
  expect(await importedElsewhere(after)).toEqual([])
  // What was not affiliated with the desk is not tied by it.
  expect(await importAll(after, [ALONE])).toEqual([expect.stringContaining('actor minister affiliations: statement')])
  after.close()
})

it.each([{ isLoad: false }, { isLoad: true }])(
  'takes the export of a store with a redaction for what the store holds: %o',
  async (options) => {
    using place = temporaryFile()
    const store = await openStore({ file: place.file })
    await importAll(store, [storyWith()], options)
    store.close()
    await redactRecord(place.file, { key: 'ferry/sinking', reason: 'The law.' })
    const after = await openStore({ file: place.file })
    const head = after.head()
    const own = await exported(after)
    expect(own).not.toContain('links:')
    for (let times = 1; times <= 2; times++) expect(await importAll(after, [own], options)).toEqual([])
    expect(after.head()).toBe(head)
    // What was imported is no amendment by other means.
    const accused = own.replace('The North accuses', 'It accuses')
    expect(await importAll(after, [accused], options)).toEqual([])
    expect(after.head()).toBe(head + 1)
    after.close()
  },
)

test('an export without what refers to a redacted development retracts what was recorded through the API', async () => {
  using place = temporaryFile()
  const store = await openStore({ file: place.file })
  const links = [{ relation: 'in-response-to' as const, development: 'ferry/sinking' }]
  const said = planned('statement', statement({ statement: 'ferry/answer', links }))
  await store.append({ batches: [setting, [planned('event', event()), said]], origin: 'API' })
  store.close()
  await redactRecord(place.file, { key: 'ferry/sinking', reason: 'The law.' })
  const after = await openStore({ file: place.file })
  const head = after.head()
  const own = await exported(after)
  const retracted = own.replace(/(- statement: ferry\/answer\n)/, '$1    retract: Said by another.\n')
  expect(retracted).not.toBe(own)
  for (let times = 1; times <= 2; times++) expect(await importAll(after, [retracted])).toEqual([])
  expect(after.head()).toBe(head + 1)
  const contents = after.reader.all<{ content: string }>(
    "select content from changes where key = 'ferry/answer' order by revision",
  )
  // A retraction repeats the content.
  expect(contents[1]).toEqual(contents[0])
  after.close()
})

test('an actor is redacted only if it has nothing else', async () => {
  const named = (fields: string) =>
    TIED.replace(`    affiliations: ${AFFILIATED}\n`, '').replace('name: Ada North\n', `name: "[redacted]"\n${fields}`)
  const foreign = [expect.stringContaining('no affiliation ties it to an actor that the statement names (minister)')]
  await using opened = await openTemporaryStore()
  expect(await importAll(opened.store, [named('    aliases: [Ada]\n')])).toEqual(foreign)
  // As an export of a store with a redacted actor has it.
  expect(await importAll(opened.store, [named('')])).toEqual([])
  expect(await importedElsewhere(opened.store)).toEqual([])
  // Once it has more, it ties nothing.
  expect(await importAll(opened.store, [ALONE])).toEqual([
    expect.stringContaining('has "north" as the holder of a position, which nothing but the redacted actor ties to'),
  ])
})
