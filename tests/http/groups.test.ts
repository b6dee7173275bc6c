import { parse, validateExecutionArgs, type ValidatedSubscriptionArgs } from 'graphql'
import { describe, expect, test } from 'vitest'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { schema } from '../../src/graphql/schema.ts'
import { groupName, ownCopy } from '../../src/http/graphql/subscriptions/group-name.ts'
import { openApp } from '../_support/app.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'

const LONG = '0'.repeat(1_000)

function prepare(query: string, variableValues: Record<string, unknown> = {}): ValidatedSubscriptionArgs {
  const prepared = validateExecutionArgs({ schema, document: parse(query), variableValues })
  if (!('operation' in prepared)) throw new Error(prepared[0]?.message)
  return prepared as ValidatedSubscriptionArgs // every query here is a subscription
}

const nameOf = (prepared: ValidatedSubscriptionArgs) => groupName(prepared, { viewer: null })

describe('what a group keeps of the request of its first member', () => {
  test.each([
    ['its text', `subscription { developmentAdded { cursor } } # ${LONG}`, {}],
    ['variables that are not declared', 'subscription { developmentAdded { cursor } }', { junk: LONG }],
    ['a variable `after`', 'subscription ($from: FeedCursor) { feed(after: $from) { at } }', { from: LONG }],
    ['a literal `after`', `subscription { feed(after: "${LONG}") { at } }`, {}],
    [
      'a default that is not used',
      `subscription ($filter: FeedFilter = { keys: ["${LONG}"] }) { feed(filter: $filter) { at } }`,
      { filter: {} },
    ],
  ])('is not %s', (_, query, variables) => {
    const prepared = prepare(query, variables)
    const copied = ownCopy(prepared)
    expect(JSON.stringify({ ...copied, schema: undefined })).not.toContain(LONG)
    expect(copied.document.loc).toBeUndefined()
    expect(nameOf(copied)).toBe(nameOf(prepared))
  })

  test('is what it asks, with its fragments and variables', () => {
    const query = `
      subscription Named($constructor: FeedCursor, $hours: Boolean = true, $kinds: [DevelopmentKind!], $toString: Int = 20) {
        feed(after: $constructor, filter: { kinds: $kinds }, heartbeat: $toString) { ...Parts }
      }
      fragment Parts on FeedMessage { at @include(if: $hours) ... on FeedChange { kind } }`
    const prepared = prepare(query, { kinds: ['EVENT'] })
    const copied = ownCopy(prepared)
    expect(copied.variableValues.coerced).toEqual({ hours: true, kinds: ['EVENT'], toString: 20 })
    expect(copied.operation.name?.value).toBe('Named')
    expect(Object.keys(copied.fragments)).toEqual(['Parts'])
    expect(nameOf(copied)).toBe(nameOf(prepared))
    expect(nameOf(copied)).not.toBe(nameOf(prepare(query, { kinds: ['EVENT'], hours: false })))
  })
})

test('a group sends the same after its first member has left', async () => {
  await using app = await openApp({ recorded: [setting] })
  const query =
    'subscription ($after: FeedCursor, $key: Boolean!) { developmentAdded(after: $after) { development { key @include(if: $key) kind } } }'
  const socket = await app.socket()
  socket.subscribe('1', query, { after: encodeFeedCursor(app.store, 0), key: true, junk: LONG })
  await expect.poll(() => app.service.open.followers).toBe(1)
  await using second = await app.stream(query, { key: true })
  await app.record(planned('event', event()))
  const expected = { developmentAdded: { development: { key: 'ferry/sinking', kind: 'EVENT' } } }
  expect(await socket.message()).toMatchObject({ type: 'next', payload: { data: expected } })
  expect(JSON.parse((await second.event())?.data ?? '')).toMatchObject({ data: expected })
  await socket[Symbol.asyncDispose]()
  await app.record(planned('event', event({ event: 'ferry/second' })))
  expect(JSON.parse((await second.event())?.data ?? '')).toMatchObject({
    data: { developmentAdded: { development: { key: 'ferry/second' } } },
  })
})
