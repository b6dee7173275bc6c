import { once } from 'node:events'
import { expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { readWorkedQueries } from '../../src/http/pages/assets.ts'
import { bearer, openApp } from '../_support/app.ts'
import { openBundledRecord } from '../_support/bundled-record.ts'
import { onRead } from '../_support/on-read.ts'
import { setting } from '../_support/planned-changes.ts'
import { Socket } from '../_support/socket.ts'

const SAVE =
  'mutation ($input: PlaceInput!) { savePlace(input: $input) { __typename ... on PlaceSaved { cursor place { key } } ... on UserError { code } } }'
const input = { key: 'pier', name: 'The Pier' }

test('a mutation is answered by POST, and a follower with its cursor has seen the change', async () => {
  await using app = await openApp({ recorded: [setting] })
  const { status, body } = await app.ask(SAVE, { input }, await bearer(app, 'RECORD'))
  expect([status, body.errors]).toEqual([200, undefined])
  const { savePlace } = body.data as { savePlace: Record<string, unknown> }
  expect(savePlace).toEqual({ __typename: 'PlaceSaved', cursor: expect.any(String) as string, place: { key: 'pier' } })
  expect(body.extensions).toMatchObject({ cursor: savePlace['cursor'] })
})

test('a mutation is answered over a WebSocket', async () => {
  await using app = await openApp({ recorded: [setting] })
  await using socket = new Socket(app.url, await bearer(app, 'RECORD'))
  await once(socket.socket, 'open')
  socket.send({ type: 'connection_init' })
  expect(await socket.message()).toMatchObject({ type: 'connection_ack' })
  socket.subscribe('1', SAVE, { input })
  expect(await socket.message()).toMatchObject({
    type: 'next',
    payload: { data: { savePlace: { __typename: 'PlaceSaved' } } },
  })
  expect(await socket.message()).toMatchObject({ type: 'complete' })
  expect(app.store.head()).toBe(setting.length + 1)
})

test('a mutation is answered however long it waits, and a query is not', async () => {
  const limits = { ...readConfig({}, {}).limits, executionMilliseconds: 1 }
  await using app = await openApp({ recorded: [setting], config: { limits } })
  onRead(app.store, 'places', () => {
    for (const end = performance.now() + 5; performance.now() < end;);
  })
  const { body } = await app.ask(SAVE, { input }, await bearer(app, 'RECORD'))
  expect(body).toMatchObject({ data: { savePlace: { __typename: 'PlaceSaved', place: { key: 'pier' } } } })
  const asked = await app.ask('{ places { nodes { key } } }')
  expect(asked.body.errors).toMatchObject([{ extensions: { code: 'EXECUTION_TOO_LONG' } }])
})

test('a mutation is never executed by GET', async () => {
  await using app = await openApp({ recorded: [setting] })
  const link = `/graphql?query=${encodeURIComponent(SAVE)}&variables=${encodeURIComponent(JSON.stringify({ input }))}`
  const response = await app.fetch(link, { headers: { accept: 'application/json', ...(await bearer(app, 'RECORD')) } })
  expect([response.status, await response.json()]).toMatchObject([
    405,
    { errors: [{ extensions: { code: 'POST_REQUIRED' } }] },
  ])
  expect(app.store.head()).toBe(setting.length)
})

test('the worked mutations of the playground succeed on the bundled record, one after the other', async () => {
  await using app = await openBundledRecord()
  const authorization = await bearer(app, 'RECORD')
  const worked = readWorkedQueries().filter(({ query }) => /^mutation/m.test(query))
  expect(worked.map(({ name }) => name)).toEqual([
    'RecordStatement',
    'AmendEvent',
    'RetractDevelopment',
    'ImportDossier',
  ])
  for (const { query, variables = '{}' } of worked) {
    const { body } = await app.ask(query, JSON.parse(variables) as Record<string, unknown>, authorization)
    expect(body.errors).toBeUndefined()
    const [result] = Object.values(body.data ?? {})
    expect(result).toMatchObject({ __typename: expect.stringMatching(/(Recorded|Amended|Retracted|Imported)$/) })
  }
})

test('more mutations than may wait are refused with 503 and when to try again', async () => {
  const limits = { ...readConfig({}, {}).limits, waitingChanges: 1 }
  await using app = await openApp({ recorded: [setting], config: { limits } })
  const authorization = await bearer(app, 'RECORD')
  const append = app.store.append.bind(app.store)
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  app.store.append = async (changes) => held.then(async () => append(changes))
  const asked = Array.from({ length: 3 }, async () => app.ask(SAVE, { input }, authorization))
  const refused = await Promise.race(asked)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
  expect(refused.body.errors).toMatchObject([{ extensions: { code: 'STORE_BUSY', retryAfter: 1 } }])
  release()
  expect((await Promise.all(asked)).filter(({ status }) => status !== 200)).toEqual([refused])
})
