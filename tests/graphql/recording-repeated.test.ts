import { execute, parse } from 'graphql'
import { expect, test } from 'vitest'
import { Recorder } from '../../src/dossier/recording/recorder.ts'
import { schema } from '../../src/graphql/schema.ts'
import { contextOf, type Desk, openDesk } from '../_support/desk.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { ARE_NODES } from '../_support/shared-log.ts'

const DAY = 86_400_000

const SAVE = `mutation ($input: ActorInput!, $idempotencyKey: String) {
  saveActor(input: $input, idempotencyKey: $idempotencyKey) {
    __typename ... on ActorSaved { cursor actor { key revision } } ... on UserError { code } ... on InvalidInput { problems { path code } } } }`

const RECORD = `mutation ($input: EventInput!, $idempotencyKey: String) {
  recordEvent(input: $input, idempotencyKey: $idempotencyKey) {
    __typename ... on EventRecorded { cursor event { id headline revision } } ... on UserError { code } } }`

const RETRACT = `mutation ($key: Key!, $idempotencyKey: String) {
  retractDevelopment(key: $key, expectedRevision: 1, reason: "It floats.", idempotencyKey: $idempotencyKey) {
    __typename ... on DevelopmentRetracted { cursor development { key } } ... on UserError { code } } }`

const input = { key: 'east', name: 'Eastland', kind: 'STATE' }
const sinking = {
  key: 'ferry/sinking',
  headline: 'The ferry sinks',
  summary: 'It sank.',
  date: '2024-12-31',
  evidentialStatus: 'ESTABLISHED',
  eventKind: 'INCIDENT',
  citations: [{ source: 'gazette', credibility: 'PROBABLY_TRUE', basis: 'OWN_REPORTING' }],
}

test('a repeated mutation returns the first answer and records nothing', async () => {
  await using desk = await openDesk([setting])
  const first = await desk.change(RECORD, { input: sinking, idempotencyKey: 'a' })
  expect(first).toMatchObject({ __typename: 'EventRecorded' })
  const head = desk.store.head()
  expect(await desk.change(RECORD, { input: sinking, idempotencyKey: 'a' })).toEqual(first)
  const retracted = await desk.change(RETRACT, { key: 'ferry/sinking', idempotencyKey: 'b' })
  expect(await desk.change(RETRACT, { key: 'ferry/sinking', idempotencyKey: 'b' })).toEqual(retracted)
  expect(desk.store.head()).toBe(head + 1)
})

test('the first answer is a past state once the record has changed, and has an id of its own', async () => {
  await using desk = await openDesk([setting])
  const first = await desk.change(RECORD, { input: sinking, idempotencyKey: 'a' })
  await desk.change(
    `mutation { amendEvent(key: "ferry/sinking", expectedRevision: 1, note: "Seen.", patch: { headline: "It sank" }) { __typename } }`,
  )
  const again = await desk.change(RECORD, { input: sinking, idempotencyKey: 'a' })
  expect(again).toMatchObject({ cursor: first['cursor'], event: { headline: 'The ferry sinks', revision: 1 } })
  expect((again['event'] as { id: string }).id).not.toBe((first['event'] as { id: string }).id)
})

test('a mutation that changed nothing is answered again as it was', async () => {
  await using desk = await openDesk([setting])
  await desk.change(SAVE, { input })
  const unchanged = await desk.change(SAVE, { input, idempotencyKey: 'a' })
  await desk.change(SAVE, { input: { ...input, name: 'The East' } })
  expect(await desk.change(SAVE, { input, idempotencyKey: 'a' })).toMatchObject({ cursor: unchanged['cursor'] })
  expect(desk.store.head()).toBe(setting.length + 2)
})

test('a key that was used for another input, or another mutation, is refused', async () => {
  await using desk = await openDesk([setting, [planned('event', event())]])
  const reused = { __typename: 'IdempotencyKeyReused', code: 'IDEMPOTENCY_KEY_REUSED' }
  await desk.change(SAVE, { input, idempotencyKey: 'a' })
  const head = desk.store.head()
  expect(await desk.change(SAVE, { input: { ...input, country: null }, idempotencyKey: 'a' })).toEqual(reused)
  expect(await desk.change(RETRACT, { key: 'ferry/sinking', idempotencyKey: 'a' })).toEqual(reused)
  expect(desk.store.head()).toBe(head)
})

test('each token has keys of its own', async () => {
  await using desk = await openDesk([setting])
  await desk.change(SAVE, { input, idempotencyKey: 'a' })
  const other = { input: { ...input, name: 'The East' }, idempotencyKey: 'a' }
  const { data } = await desk.ask(SAVE, other, { name: 'eve', scope: 'RECORD' })
  expect(data).toMatchObject({ saveActor: { __typename: 'ActorSaved', actor: { revision: 2 } } })
})

test('a refusal is not kept, so that the corrected input may have the same key', async () => {
  await using desk = await openDesk([setting])
  const wrong = { input: { ...input, name: '' }, idempotencyKey: 'a' }
  expect(await desk.change(SAVE, wrong)).toMatchObject({ __typename: 'InvalidInput' })
  expect(await desk.change(SAVE, { input, idempotencyKey: 'a' })).toMatchObject({ __typename: 'ActorSaved' })
})

// A log forgets by its own clock.
test.skipIf(ARE_NODES).each([
  ['a day less a millisecond', DAY - 1, 'IdempotencyKeyReused'],
  ['a day', DAY, 'ActorSaved'],
])('after %s, a key with another input gives %s', async (_, later, answer) => {
  await using desk = await openDesk([setting])
  await desk.change(SAVE, { input, idempotencyKey: 'a' })
  desk.clock.at += later
  const renamed = { input: { ...input, name: 'The East' }, idempotencyKey: 'a' }
  expect(await desk.change(SAVE, renamed)).toMatchObject({ __typename: answer })
})

test.each(['', 'x'.repeat(201), 'clé', 'a\nb'])(
  '%j is no idempotency key, and is listed with the rest',
  async (key) => {
    await using desk = await openDesk([setting])
    expect(await desk.change(SAVE, { input: { ...input, name: '' }, idempotencyKey: key })).toMatchObject({
      problems: [{ path: 'input.name' }, { path: 'idempotencyKey', code: 'INVALID' }],
    })
  },
)

test.each(['x'.repeat(200), ' ', '0198-c0de'])('%j is an idempotency key', async (idempotencyKey) => {
  await using desk = await openDesk([setting])
  expect(await desk.change(SAVE, { input, idempotencyKey })).toMatchObject({ __typename: 'ActorSaved' })
})

test('two mutations at once with one key record once and have one answer', async () => {
  await using desk = await openDesk([setting])
  const [one, two] = await Promise.all([1, 2].map(() => desk.change(RECORD, { input: sinking, idempotencyKey: 'a' })))
  expect(one).toMatchObject({ __typename: 'EventRecorded' })
  expect(two).toEqual(one)
  expect(desk.store.head()).toBe(setting.length + 1)
})

test('two processes that get one key at once record once', async () => {
  await using desk = await openDesk([setting])
  const answers = await overtaken(desk, {
    batches: [],
    origin: 'API',
    by: 'ada',
    answer: { by: 'ada', key: 'a', hash: 'x', seq: 1 },
  })
  expect(answers).toMatchObject({ __typename: 'IdempotencyKeyReused' })
  expect(desk.store.head()).toBe(setting.length)
})

/** What a mutation returns if another process appends between its plan and its own append. */
async function overtaken(desk: Desk, theirs: Parameters<Desk['store']['append']>[0]) {
  const own = desk.store.append.bind(desk.store)
  let isFirst = true
  desk.store.append = async (append) => {
    if (isFirst) {
      isFirst = false
      await own(theirs)
    }
    return own(append)
  }
  return desk.change(SAVE, { input, idempotencyKey: 'a' })
}

test('a change of another process since the plan is planned again', async () => {
  await using desk = await openDesk([setting])
  const theirs = planned('actor', { key: 'east', name: 'East', kind: 'state' })
  expect(await overtaken(desk, { batches: [[theirs]], origin: 'API' })).toMatchObject({ actor: { revision: 2 } })
})

test('more changes than may wait are refused with a hint, and those that wait are recorded', async () => {
  await using desk = await openDesk([setting], { waitingChanges: 3 })
  let release = () => {}
  const own = desk.store.append.bind(desk.store)
  const held = new Promise<void>((resolve) => (release = resolve))
  desk.store.append = async (append) => {
    await held
    return own(append)
  }
  const asked = Array.from({ length: 5 }, (_, at) => desk.ask(SAVE, { input: { ...input, key: `east-${at}` } }))
  const fifth = await asked[4]
  expect(fifth?.data).toBeNull()
  expect(fifth?.errors?.map(({ originalError }) => originalError)).toMatchObject([
    { code: 'STORE_BUSY', retryAfter: 1 },
  ])
  release()
  for (const each of await Promise.all(asked.slice(0, 4)))
    expect(each.data).toMatchObject({ saveActor: { __typename: 'ActorSaved' } })
  expect(await desk.change(SAVE, { input })).toMatchObject({ __typename: 'ActorSaved' })
})

test('a mutation that another process has recorded with the same key since it was asked for is not refused', async () => {
  await using desk = await openDesk([setting, [planned('event', event({ event: 'ferry/other' }))]])
  const amend = `mutation ($idempotencyKey: String) {
    amendEvent(key: "ferry/other", expectedRevision: 1, note: "Seen.", patch: { headline: "It sank" }, idempotencyKey: $idempotencyKey) {
      __typename ... on EventAmended { cursor } ... on UserError { code } } }`
  for (const [mutation, variables] of [
    [RECORD, { input: sinking, idempotencyKey: 'record' }],
    [
      SAVE.replace('$idemp', '$expectedRevision: Int, $idemp').replace(
        '(input: $input,',
        '(input: $input, expectedRevision: $expectedRevision,',
      ),
      { input, expectedRevision: 0, idempotencyKey: 'save' },
    ],
    [amend, { idempotencyKey: 'amend' }],
    [RETRACT, { key: 'ferry/sinking', idempotencyKey: 'retract' }],
  ] as const) {
    const { store } = desk
    const answerTo = store.answerTo.bind(store)
    const other = new Recorder(store)
    const contextValue = contextOf({ store, url: 'http://localhost' }, { name: 'ada', scope: 'RECORD' }, other)
    let first: unknown
    store.answerTo = async (...asked) => {
      const answer = await answerTo(...asked)
      store.answerTo = answerTo
      const { data } = await execute({ schema, document: parse(mutation), variableValues: variables, contextValue })
      first = Object.values(data ?? {})[0]
      return answer
    }
    const head = store.head()
    const second = await desk.change(mutation, variables)
    expect(second).toEqual(first)
    expect(second).toHaveProperty('cursor')
    expect(store.head()).toBe(head + 1)
    other.close()
  }
})
