import { execute, parse } from 'graphql'
import { expect, test } from 'vitest'
import { DemarcheError } from '../../src/model/errors.ts'
import { Recorder } from '../../src/dossier/recording/recorder.ts'
import { schema } from '../../src/graphql/schema.ts'
import { contextOf, openDesk } from '../_support/desk.ts'
import { STORY, storyWith } from '../_support/ferry-dossier.ts'

const IMPORT = `mutation ($dossier: String!, $dryRun: Boolean, $correct: Boolean, $overwrite: Boolean, $atomic: Boolean, $note: String, $idempotencyKey: String) {
  importDossier(dossier: $dossier, dryRun: $dryRun, correct: $correct, overwrite: $overwrite, atomic: $atomic, note: $note, idempotencyKey: $idempotencyKey) {
    __typename
    ... on DossierImported { cursor plan { changes { record key kind } changeCount unchanged warnings { path code line column } warningCount } }
    ... on UserError { code message }
    ... on InvalidInput { problems { path code line column message } }
    ... on DossierConflict { keys } } }`

const AMEND = `mutation { amendEvent(key: "ferry/sinking", expectedRevision: 1, note: "Seen.", patch: { headline: "It sank" }) { __typename } }`

const HEADLINE = ['headline: The ferry sinks', 'headline: The ferry has sunk'] as const

test('a dossier is imported as the command does, and answers with the cursor of its last change', async () => {
  await using desk = await openDesk()
  const planned = await desk.change(IMPORT, { dossier: STORY, dryRun: true })
  expect(planned).toMatchObject({
    __typename: 'DossierImported',
    cursor: null,
    plan: { changeCount: 12, unchanged: 0 },
  })
  expect(desk.store.head()).toBe(0)
  const imported = await desk.change(IMPORT, { dossier: STORY })
  expect(imported['plan']).toEqual(planned['plan'])
  const { data } = await desk.ask('{ service { head } development(key: "ferry/recall") { revisions { recordedBy } } }')
  expect(data).toEqual({ service: { head: imported['cursor'] }, development: { revisions: [{ recordedBy: 'ada' }] } })
  expect(await desk.change(IMPORT, { dossier: STORY })).toMatchObject({
    cursor: null,
    plan: { changes: [], changeCount: 0, unchanged: 12 },
  })
})

test('JSON and NDJSON are read as well', async () => {
  await using desk = await openDesk()
  const actor = { key: 'north', name: 'Northland', kind: 'state' }
  for (const dossier of [JSON.stringify({ dossier: 1, actors: [actor] }), `${JSON.stringify({ actor })}\n`])
    expect(await desk.change(IMPORT, { dossier, dryRun: true })).toMatchObject({
      plan: { changes: [{ record: 'actor', key: 'north', kind: 'RECORDED' }], warnings: [{ code: 'ACTOR_UNUSED' }] },
    })
})

test('changes are revisions with the note, or corrections', async () => {
  await using desk = await openDesk()
  await desk.change(IMPORT, { dossier: STORY })
  const changed = await desk.change(IMPORT, { dossier: storyWith(HEADLINE), note: 'It has.', correct: true })
  expect(changed).toMatchObject({ plan: { changes: [{ record: 'event', key: 'ferry/sinking', kind: 'CORRECTED' }] } })
  const { data } = await desk.ask('{ development(key: "ferry/sinking") { revisions { kind note } } }')
  expect(data).toMatchObject({ development: { revisions: [{}, { kind: 'CORRECTED', note: 'It has.' }] } })
})

test('all problems come at once, with line and column, beside those of the other arguments', async () => {
  await using desk = await openDesk()
  const dossier = storyWith(['date: 2024-12-31', 'date: 31.12.2024'], ['speakers: [minister]', 'speakers: [ministre]'])
  expect(await desk.change(IMPORT, { dossier, note: ' ', idempotencyKey: '' })).toMatchObject({
    __typename: 'InvalidInput',
    problems: [
      { path: 'event ferry/sinking date', code: 'INVALID_EDTF', line: 38, column: 11 },
      { path: 'statement ferry/accusation speakers[0]', code: 'KEY_UNKNOWN', line: 52, column: 16 },
      { path: 'note', code: 'INVALID', line: null, column: null },
      { path: 'idempotencyKey', code: 'INVALID' },
    ],
  })
  expect(desk.store.head()).toBe(0)
  expect(await desk.change(IMPORT, { dossier: '' })).toMatchObject({ problems: [{ path: '', code: 'FILE_EMPTY' }] })
  expect(await desk.change(IMPORT, { dossier: 'dossier: [' })).toMatchObject({ problems: [{ path: '', line: 1 }] })
})

test('a record that was amended meanwhile is a conflict, unless the dossier overwrites', async () => {
  await using desk = await openDesk()
  await desk.change(IMPORT, { dossier: STORY })
  await desk.change(AMEND)
  const dossier = storyWith(HEADLINE)
  const head = desk.store.head()
  expect(await desk.change(IMPORT, { dossier })).toMatchObject({
    __typename: 'DossierConflict',
    code: 'DOSSIER_CONFLICT',
    keys: ['ferry/sinking'],
  })
  expect(desk.store.head()).toBe(head)
  expect(await desk.change(IMPORT, { dossier, overwrite: true })).toMatchObject({ plan: { changeCount: 1 } })
})

test('a repeated import returns the first answer, and its key serves for nothing else', async () => {
  await using desk = await openDesk()
  const first = await desk.change(IMPORT, { dossier: STORY, idempotencyKey: 'a' })
  expect(await desk.change(IMPORT, { dossier: STORY, idempotencyKey: 'a' })).toEqual(first)
  const other = { dossier: storyWith(HEADLINE), idempotencyKey: 'a' }
  expect(await desk.change(IMPORT, other)).toMatchObject({ __typename: 'IdempotencyKeyReused' })
  const [one, two] = await Promise.all(
    [1, 2].map(() => desk.change(IMPORT, { dossier: storyWith(HEADLINE), idempotencyKey: 'b' })),
  )
  expect(one).toMatchObject({ plan: { changeCount: 1 } })
  expect(two).toEqual(one)
})

test('an import that another process has done with the same key since it was asked for returns its answer', async () => {
  await using desk = await openDesk()
  const { store } = desk
  const variableValues = { dossier: STORY, idempotencyKey: 'a' }
  const other = new Recorder(store)
  const contextValue = contextOf({ store, url: 'http://localhost' }, { name: 'ada', scope: 'RECORD' }, other)
  const answerTo = store.answerTo.bind(store)
  let first: unknown
  store.answerTo = async (...asked) => {
    const answer = await answerTo(...asked)
    store.answerTo = answerTo
    const { data } = await execute({ schema, document: parse(IMPORT), variableValues, contextValue })
    first = data?.['importDossier']
    return answer
  }
  const second = await desk.change(IMPORT, variableValues)
  expect(second).toMatchObject({ plan: { changeCount: 12 } })
  expect(second).toEqual(first)
  other.close()
})

test('an import whose answer cannot be kept says what it recorded', async () => {
  await using desk = await openDesk()
  const { store } = desk
  const append = store.append.bind(store)
  store.append = async (changes) => {
    if (changes.batches.length === 0) throw new DemarcheError('LOG_UNREACHABLE', 'Nothing was recorded.')
    return await append(changes)
  }
  const variables = { dossier: STORY, idempotencyKey: 'a' }
  expect(await desk.change(IMPORT, variables)).toMatchObject({ plan: { changeCount: 12 } })
  store.append = append
  // Sent again, it changes nothing more, and its answer is kept.
  const again = await desk.change(IMPORT, variables)
  expect(again).toMatchObject({ plan: { changeCount: 0 } })
  expect(await desk.change(IMPORT, variables)).toEqual(again)
})

test('while a dossier is imported, its idempotency key serves for nothing else, and others record', async () => {
  await using desk = await openDesk()
  const save = (key: string, idempotencyKey: string) =>
    desk.change(
      `mutation ($input: ActorInput!, $idempotencyKey: String) { saveActor(input: $input, idempotencyKey: $idempotencyKey) { __typename } }`,
      { input: { key, name: 'East', kind: 'STATE' }, idempotencyKey },
    )
  let isImported = false
  const importing = desk.change(IMPORT, { dossier: STORY, idempotencyKey: 'a' }).finally(() => (isImported = true))
  expect(await save('east', 'b')).toEqual({ __typename: 'ActorSaved' })
  expect(await save('west', 'a')).toEqual({ __typename: 'IdempotencyKeyReused' })
  expect(isImported).toBe(false)
  expect(await importing).toMatchObject({ plan: { changeCount: 12 } })
})

test('more than 5,000 changes are recorded at once if that is asked for', async () => {
  const actors = Array.from({ length: 5_100 }, (_, at) => ({
    actor: { key: `a${at}`, name: `Actor ${at}`, kind: 'state' },
  }))
  const dossier = actors.map((line) => JSON.stringify(line)).join('\n')
  const batches = []
  for (const atomic of [false, true]) {
    await using desk = await openDesk()
    expect(await desk.change(IMPORT, { dossier, atomic })).toMatchObject({ plan: { changeCount: 5_100 } })
    batches.push(desk.store.reader.all('select distinct batch from changes').length)
  }
  expect(batches).toEqual([2, 1])
})

test('more dossiers than may wait are refused with a hint, and those that wait are imported', async () => {
  await using desk = await openDesk([], { waitingDossiers: 1 })
  const asked = Array.from({ length: 3 }, () => desk.ask(IMPORT, { dossier: STORY }))
  const third = await asked[2]
  expect(third?.data).toBeNull()
  expect(third?.errors?.map(({ originalError }) => originalError)).toMatchObject([
    { code: 'STORE_BUSY', retryAfter: 10 },
  ])
  for (const [at, changeCount] of [12, 0].entries())
    expect((await asked[at])?.data).toMatchObject({ importDossier: { plan: { changeCount } } })
})

test('an import that runs when the service stops is refused', async () => {
  const desk = await openDesk()
  const importing = desk.ask(IMPORT, { dossier: STORY })
  await new Promise(setImmediate)
  await desk[Symbol.asyncDispose]()
  const { errors } = await importing
  expect(errors?.map(({ originalError }) => originalError)).toMatchObject([{ code: 'STOPPING' }])
})

test('a dossier that takes too much memory is refused, and the service goes on', async () => {
  await using desk = await openDesk([], { importMebibytes: 60 })
  const actors = Array.from({ length: 40_000 }, (_, at) => `  - {key: a${at}, name: Actor ${at}, kind: state}`)
  expect(await desk.change(IMPORT, { dossier: ['dossier: 1', 'actors:', ...actors].join('\n') })).toMatchObject({
    __typename: 'InvalidInput',
    problems: [{ path: '', code: 'DOSSIER_TOO_BIG' }],
  })
  expect(desk.store.head()).toBe(0)
})
