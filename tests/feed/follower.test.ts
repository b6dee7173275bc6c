import { expect, test, vi } from 'vitest'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { Feed } from '../../src/feed/feed.ts'
import type { FeedItem } from '../../src/feed/feed-query.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

test('returns every change after a cursor, page by page', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  const keys = Array.from({ length: 250 }, (_, number) => `ferry/event-${number}`)
  await store.append({ batches: [setting, keys.map((key) => planned('event', event({ event: key })))], origin: 'API' })
  const feed = new Feed(store)
  for (const mode of ['CHANGES', 'ADDED'] as const) {
    await using follower = feed.follow({ mode, after: encodeFeedCursor(store, setting.length) })
    const items = await take(follower, keys.length)
    expect(items.map(keyOf)).toEqual(keys)
    expect(items.map(({ seq }) => seq)).toEqual(keys.map((_, index) => setting.length + 1 + index))
  }
})

test('reads nothing before it is asked', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  await store.append({ batches: [setting], origin: 'API' })
  await using follower = new Feed(store).follow({ mode: 'CHANGES' })
  const before = store.reader.queriesRun
  for (let number = 0; number < 20; number++) {
    await store.append({ batches: [[planned('event', event({ event: `ferry/event-${number}` }))]], origin: 'API' })
  }
  expect(store.reader.queriesRun).toBe(before)
  expect(follower.waiting).toBe(false)
  expect(await take(follower, 20)).toHaveLength(20)
})

test('returns an added development in its current state, not as it was when read', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  const [first, second, third] = ['ferry/a', 'ferry/b', 'ferry/c'].map((key) => event({ event: key }))
  if (first === undefined || second === undefined || third === undefined) throw new Error('three events')
  await store.append({
    batches: [setting, [first, second, third].map((content) => planned('event', content))],
    origin: 'API',
  })
  await using follower = new Feed(store).follow({ mode: 'ADDED', after: encodeFeedCursor(store, 0) })
  await follower.next()
  const amended = planned('event', { ...second, headline: 'Amended' }, { kind: 'REVISED', revision: 2 })
  const gone = planned('event', third, { kind: 'RETRACTED', revision: 2, note: 'no' })
  await store.append({ batches: [[amended, gone]], origin: 'API' })
  await store.append({ batches: [[planned('event', event({ event: 'ferry/d' }))]], origin: 'API' })
  const items = await take(follower, 2)
  expect(items.map(keyOf)).toEqual(['ferry/b', 'ferry/d'])
  expect(items[0]).toMatchObject({ development: { headline: 'Amended', asOf: store.head() } })
})

test('stops waiting on return, and leaves no timer and no listener behind', async () => {
  await using place = await openTemporaryStore()
  const feed = new Feed(place.store)
  const timers = activeTimers()
  const follower = feed.follow({ mode: 'CHANGES', heartbeat: 300 })
  expect(await follower.next()).toMatchObject({ value: { type: 'HEARTBEAT' } })
  const pending = follower.next()
  await expect.poll(() => follower.waiting).toBe(true)
  expect([feed.followers, place.store.watchers]).toEqual([1, 1])
  await follower.return()
  expect(await pending).toEqual({ done: true, value: undefined })
  expect(await follower.next()).toEqual({ done: true, value: undefined })
  await follower.return()
  expect([feed.followers, place.store.watchers]).toEqual([0, 0])
  expect(activeTimers()).toBeLessThanOrEqual(timers)
})

test('returns a heartbeat at once if it is due before the wait begins', async () => {
  await using place = await openTemporaryStore()
  const follower = new Feed(place.store).follow({ mode: 'CHANGES', heartbeat: 300 })
  await follower.next()
  let now = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 200_000))
  const timers = vi.spyOn(globalThis, 'setTimeout')
  try {
    expect(await follower.next()).toMatchObject({ value: { type: 'HEARTBEAT' } })
    expect(timers.mock.calls.map(([, delay]) => delay)).toContain(0)
  } finally {
    clock.mockRestore()
    timers.mockRestore()
    await follower.return()
  }
})

test('returns a heartbeat when the backlog is done and others later, even if the filter lets nothing through', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  await store.append({ batches: [setting, [planned('event', event())]], origin: 'API' })
  const follow = { mode: 'CHANGES', filter: { kinds: ['MEASURE'] }, after: encodeFeedCursor(store, 0) } as const
  await using follower = new Feed(store).follow({ ...follow, heartbeat: 0.02 })
  // A heartbeat may be due before the rest of the log is read.
  const reachHead = async () => {
    for (;;) {
      const { value: item } = await follower.next()
      expect(item?.type).toBe('HEARTBEAT')
      if (item?.seq === store.head()) return
    }
  }
  await reachHead()
  await store.append({ batches: [[planned('event', event({ event: 'ferry/second' }))]], origin: 'API' })
  await reachHead()
})

test('sends no heartbeat unless it is asked for', async () => {
  await using place = await openTemporaryStore()
  await using follower = new Feed(place.store).follow({ mode: 'ADDED' })
  const pending = follower.next()
  await expect.poll(() => follower.waiting).toBe(true)
  await follower.return()
  expect(await pending).toEqual({ done: true, value: undefined })
})

test('ends when the store fails, and throws the error', async () => {
  await using place = await openTemporaryStore()
  const feed = new Feed(place.store)
  const follower = feed.follow({ mode: 'CHANGES' })
  const head = place.store.head.bind(place.store)
  place.store.head = () => {
    throw new Error('the disk is gone')
  }
  await expect(follower.next()).rejects.toThrow('the disk is gone')
  place.store.head = head
  expect(await follower.next()).toEqual({ done: true, value: undefined })
  expect([feed.followers, place.store.watchers]).toEqual([0, 0])
})

test('lets others run while it reads a long log', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  const many = Array.from({ length: 45_000 }, (_, number) =>
    planned('place', { key: `place-${number}`, name: 'Place' }),
  )
  await store.append({ batches: [setting, many, [planned('event', event())]], origin: 'API' })
  await using follower = new Feed(store).follow({ mode: 'CHANGES', after: encodeFeedCursor(store, 0) })
  let turns = 0
  const turning = setImmediate(function turn() {
    turns++
    if (turns < 100) setImmediate(turn)
  })
  const found = await follower.next()
  clearImmediate(turning)
  expect(found.value?.seq).toBe(store.head())
  expect(turns).toBeGreaterThanOrEqual(2)
})

test('resolves concurrent calls in order', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  await store.append({ batches: [setting], origin: 'API' })
  await using follower = new Feed(store).follow({ mode: 'CHANGES' })
  const results = [follower.next(), follower.next(), follower.next()]
  for (const key of ['ferry/a', 'ferry/b', 'ferry/c']) {
    await store.append({ batches: [[planned('event', event({ event: key }))]], origin: 'API' })
  }
  const items = await Promise.all(results)
  expect(items.map(({ value }) => value?.seq)).toEqual([1, 2, 3].map((number) => setting.length + number))
})

test('wakes many followers in slices, and all of them', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  await store.append({ batches: [setting], origin: 'API' })
  const feed = new Feed(store)
  let asked = 0
  let askedAtOnce = 0
  const turn = async () => {
    asked++
  }
  const followers = Array.from({ length: 1_200 }, () => feed.follow({ mode: 'CHANGES' }, { turn }))
  const items = followers.map((follower) => follower.next())
  await expect.poll(() => followers.at(-1)?.waiting).toBe(true)
  expect(place.store.watchers).toBe(1)
  await store.append({ batches: [[planned('event', event())]], origin: 'API' })
  await new Promise((resolve) => setImmediate(resolve))
  askedAtOnce = asked
  // A commit while they are woken reaches those that were woken before it.
  await store.append({ batches: [[planned('event', event({ event: 'ferry/second' }))]], origin: 'API' })
  expect((await Promise.all(items)).map(({ value }) => value?.seq)).toEqual(followers.map(() => setting.length + 1))
  expect(askedAtOnce).toBeGreaterThan(0)
  expect(askedAtOnce).toBeLessThan(1_200)
  const seconds = await Promise.all(followers.map((follower) => follower.next()))
  expect(seconds.map(({ value }) => value?.seq)).toEqual(followers.map(() => setting.length + 2))
  await Promise.all(followers.map((follower) => follower.return()))
  expect([feed.followers, place.store.watchers]).toEqual([0, 0])
})

async function take(follower: AsyncIterator<FeedItem, undefined>, count: number): Promise<FeedItem[]> {
  const items: FeedItem[] = []
  while (items.length < count) {
    const { value } = await follower.next()
    if (value === undefined) throw new Error(`ended after ${items.length} of ${count}`)
    items.push(value)
  }
  return items
}

function keyOf(item: FeedItem): string | undefined {
  if (item.type === 'HEARTBEAT' || item.type === 'REFERENCE') return undefined
  return (item.type === 'CHANGE' ? item.change.development : item.development).key
}

function activeTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
}
