import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import type { FeedItem } from '../../src/feed/feed-query.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { ItemFeed } from '../_support/feed-member.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'
import { onRead } from '../_support/on-read.ts'
import { ARE_NODES } from '../_support/shared-log.ts'

const BEGINNING = setting.length

test('sends every change after a cursor, page by page', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  const keys = numbered(250)
  await store.append({ batches: [setting, keys.map((key) => planned('event', event({ event: key })))], origin: 'API' })
  const feed = new ItemFeed(store)
  for (const mode of ['CHANGES', 'ADDED'] as const) {
    await using follower = feed.follow({ mode, after: encodeFeedCursor(store, BEGINNING) })
    const items = await follower.take(keys.length)
    expect(items.map(keyOf)).toEqual(keys)
    expect(items.map(({ seq }) => seq)).toEqual(keys.map((_, index) => BEGINNING + 1 + index))
  }
})

test('makes one message of a change for all who ask the same, and reads the log once', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  await store.append({ batches: [setting], origin: 'API' })
  const feed = new ItemFeed(store)
  const followers = Array.from({ length: 600 }, () => feed.follow({ mode: 'CHANGES' }))
  await using other = feed.follow({ mode: 'CHANGES', filter: { kinds: ['EVENT'] } })
  expect([feed.followers, feed.groups, store.watchers]).toEqual([601, 2, 1])
  await nextTurn()
  const before = store.reader.queriesRun
  await record(store, 'ferry/a')
  for (const follower of [...followers, other]) expect((await follower.take(1)).map(keyOf)).toEqual(['ferry/a'])
  expect(feed.made.map(keyOf)).toEqual(['ferry/a', 'ferry/a'])
  // Each look at the head or for redactions is a query: a few for each slice of members.
  expect(store.reader.queriesRun - before).toBeLessThan(60)
  for (const follower of followers) follower.member.end()
  expect([feed.followers, feed.groups]).toEqual([1, 1])
})

test.skipIf(ARE_NODES)('misses no change of another process between the last follower and the next', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  await store.append({ batches: [setting], origin: 'API' })
  const other = await openStore({ file: place.file })
  try {
    const feed = new ItemFeed(store)
    const after = encodeFeedCursor(store, BEGINNING)
    await nextTurn()
    // All in one turn, in which the feed reads the head of the log once.
    const last = feed.follow({ mode: 'CHANGES', after })
    await record(other, 'ferry/a')
    last.member.end()
    await using next = feed.follow({ mode: 'CHANGES', after })
    expect((await next.take(1)).map(keyOf)).toEqual(['ferry/a'])
  } finally {
    other.close()
  }
})

test('makes each message once for many who resume together, wherever they start', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  await store.append({ batches: [setting], origin: 'API' })
  for (const key of numbered(50)) await record(store, key)
  const feed = new ItemFeed(store)
  const followers = Array.from({ length: 200 }, (_, number) =>
    feed.follow({ mode: 'CHANGES', after: encodeFeedCursor(store, BEGINNING + (number % 50)) }),
  )
  for (const [number, follower] of followers.entries()) {
    const items = await follower.take(50 - (number % 50))
    expect(items.map(keyOf)).toEqual(numbered(50).slice(number % 50))
  }
  expect(feed.made.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(
    numbered(50).map((_, index) => BEGINNING + 1 + index),
  )
  for (const follower of followers) follower.member.end()
})

test('makes the next messages while those who resume wait for their turn', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  await store.append({ batches: [setting], origin: 'API' })
  for (const key of numbered(50)) await record(store, key)
  const feed = new ItemFeed(store, { briefTurn: () => new Promise(() => {}) })
  await using follower = feed.follow({ mode: 'CHANGES', after: encodeFeedCursor(store, BEGINNING) })
  await expect.poll(() => feed.made.map(keyOf)).toEqual(numbered(50))
  expect(follower.items).toEqual([])
})

// Recording at a node reads by itself.
test.skipIf(ARE_NODES)('reads nothing for a member that takes no more, and sends the rest when it does', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  await store.append({ batches: [setting], origin: 'API' })
  const feed = new ItemFeed(store)
  await using follower = feed.follow({ mode: 'CHANGES' })
  follower.room = 2
  for (const key of numbered(2)) {
    await record(store, key)
    expect((await follower.take(1)).map(keyOf)).toEqual([key])
  }
  for (const key of numbered(5).slice(2)) await record(store, key)
  await nextTurn()
  const before = store.reader.queriesRun
  for (const key of numbered(20).slice(5)) await record(store, key)
  await nextTurn()
  expect([store.reader.queriesRun, follower.items.length]).toEqual([before, 2])
  expect(follower.member.seq).toBe(BEGINNING + 2)
  follower.resume()
  expect((await follower.take(18)).map(keyOf)).toEqual(numbered(20).slice(2))
})

test('sends nothing to a member whose connection others have filled', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  await store.append({ batches: [setting], origin: 'API' })
  const feed = new ItemFeed(store)
  await using full = feed.follow({ mode: 'CHANGES', heartbeat: 0.02 })
  await using behind = feed.follow({ mode: 'CHANGES', after: encodeFeedCursor(store, 0) })
  await full.take(1)
  full.room = behind.room = 0
  await using other = feed.follow({ mode: 'CHANGES', heartbeat: 0.02 })
  for (const key of numbered(3)) await record(store, key)
  await expect.poll(() => other.items.map(keyOf).filter((key) => key !== undefined)).toEqual(numbered(3))
  expect([full.member.seq, full.items.length]).toEqual([BEGINNING, 1])
  for (const follower of [full, behind]) follower.resume()
  for (const follower of [full, behind]) {
    await expect.poll(() => follower.items.map(keyOf).filter((key) => key !== undefined)).toEqual(numbered(3))
  }
})

test('sends others what one member does not take', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  await store.append({ batches: [setting], origin: 'API' })
  const feed = new ItemFeed(store)
  await using slow = feed.follow({ mode: 'CHANGES' })
  await using fast = feed.follow({ mode: 'CHANGES' })
  slow.room = 1
  await record(store, 'ferry/event-0')
  await slow.take(1)
  for (const key of numbered(30).slice(1)) await record(store, key)
  expect((await fast.take(30)).map(keyOf)).toEqual(numbered(30))
  expect(slow.items).toHaveLength(1)
  slow.resume()
  expect((await slow.take(29)).map(keyOf)).toEqual(numbered(30).slice(1))
  expect(feed.made).toHaveLength(30)
})

test('keeps messages only up to a number of bytes, and makes them again', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  const keys = numbered(250)
  await store.append({ batches: [setting, keys.map((key) => planned('event', event({ event: key })))], origin: 'API' })
  const made = async (cacheBytes: number) => {
    const feed = new ItemFeed(store, { cacheBytes })
    await using _other = feed.follow({ mode: 'CHANGES' })
    for (let times = 0; times < 2; times++) {
      await using follower = feed.follow({ mode: 'CHANGES', after: encodeFeedCursor(store, BEGINNING) })
      expect((await follower.take(250)).map(keyOf)).toEqual(keys)
    }
    return feed.made.length
  }
  expect(await made(1_000_000)).toBe(250)
  expect(await made(210_000)).toBeGreaterThan(250)
  expect(await made(1_000)).toBe(500)
})

test('counts messages by their own size once they are made', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  await store.append({ batches: [setting], origin: 'API' })
  for (const key of numbered(8)) await record(store, key)
  const feed = new ItemFeed(store, { cacheBytes: 1_000_000 })
  feed.messageBytes = 300_000
  await using _other = feed.follow({ mode: 'CHANGES' })
  for (let times = 0; times < 2; times++) {
    await using follower = feed.follow({ mode: 'CHANGES', after: encodeFeedCursor(store, BEGINNING) })
    expect((await follower.take(8)).map(keyOf)).toEqual(numbered(8))
  }
  expect(feed.made).toHaveLength(16)
})

test('keeps those messages longest that were read last', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  await store.append({ batches: [setting], origin: 'API' })
  const feed = new ItemFeed(store, { cacheBytes: 1_000_000 })
  // A page has one message, and the cache two pages.
  feed.messageBytes = 400_000
  await using atHead = feed.follow({ mode: 'CHANGES' })
  const keys = numbered(4)
  for (const key of keys) {
    await record(store, key)
    expect((await atHead.take(1)).map(keyOf)).toEqual([key])
    await using first = feed.follow({ mode: 'CHANGES', after: encodeFeedCursor(store, BEGINNING) }, '', 1)
    expect((await first.take(1)).map(keyOf)).toEqual(keys.slice(0, 1))
  }
  expect(feed.made.map(keyOf)).toEqual(keys)
})

test('sends an added development in its current state, not as it was when read', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  const [first, second, third] = ['ferry/a', 'ferry/b', 'ferry/c'].map((key) => event({ event: key }))
  if (first === undefined || second === undefined || third === undefined) throw new Error('three events')
  await store.append({
    batches: [setting, [first, second, third].map((content) => planned('event', content))],
    origin: 'API',
  })
  const feed = new ItemFeed(store)
  const amended = planned('event', { ...second, headline: 'Amended' }, { kind: 'REVISED', revision: 2 })
  const gone = planned('event', third, { kind: 'RETRACTED', revision: 2, note: 'no' })
  feed.whenMade = async () => {
    feed.whenMade = undefined
    await store.append({ batches: [[amended, gone]], origin: 'API' })
    await record(store, 'ferry/d')
  }
  await using follower = feed.follow({ mode: 'ADDED', after: encodeFeedCursor(store, 0) })
  const items = await follower.take(3)
  expect(items.map(keyOf)).toEqual(['ferry/a', 'ferry/b', 'ferry/d'])
  expect(items[1]).toMatchObject({ development: { headline: 'Amended', asOf: store.head() } })
})

test('sends an added development in its current state, also if others have read what comes after it', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  await record(store, undefined)
  await record(store, 'ferry/a')
  const later = store.head()
  await record(store, 'ferry/b')
  const amended = planned('event', event({ event: 'ferry/a', headline: 'Amended' }), { kind: 'REVISED', revision: 2 })
  await store.append({ batches: [[amended]], origin: 'API' })
  const feed = new ItemFeed(store)
  await using ahead = feed.follow({ mode: 'ADDED', after: encodeFeedCursor(store, later) })
  expect((await ahead.take(1)).map(keyOf)).toEqual(['ferry/b'])
  await using behind = feed.follow({ mode: 'ADDED', after: encodeFeedCursor(store, 0) })
  const items = await behind.take(2)
  expect(items.map(keyOf)).toEqual(['ferry/a', 'ferry/b'])
  expect(items[0]).toMatchObject({ development: { headline: 'Amended', asOf: store.head() } })
})

test('makes the message of a change again after a reference record was saved, whose name it may show', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  await store.append({ batches: [setting, [planned('event', event())]], origin: 'API' })
  const feed = new ItemFeed(store)
  await using present = feed.follow({ mode: 'CHANGES' })
  const reading = async () => {
    await using follower = feed.follow({ mode: 'CHANGES', after: encodeFeedCursor(store, BEGINNING) })
    await follower.take(1)
    return feed.made.length
  }
  expect(await reading()).toBe(1)
  await record(store, 'ferry/other')
  await present.take(1)
  expect(await reading()).toBe(2)
  await store.append({ batches: [[planned('place', { key: 'quay', name: 'Quay' })]], origin: 'API' })
  expect(await reading()).toBeGreaterThan(2)
})

test('leaves no timer and no listener behind', async () => {
  await using place = await openTemporaryStore()
  const feed = new ItemFeed(place.store)
  const timers = activeTimers()
  const followers = [feed.follow({ mode: 'CHANGES', heartbeat: 300 }), feed.follow({ mode: 'CHANGES', heartbeat: 300 })]
  for (const follower of followers) expect(await follower.take(1)).toMatchObject([{ type: 'HEARTBEAT' }])
  expect([feed.followers, place.store.watchers]).toEqual([2, 1])
  for (const { member } of followers) {
    member.end()
    member.end()
  }
  expect([feed.followers, feed.groups, place.store.watchers]).toEqual([0, 0, 0])
  expect(activeTimers()).toBeLessThanOrEqual(timers)
  await record(place.store, undefined)
  await nextTurn()
  for (const follower of followers) expect(follower.items).toHaveLength(1)
})

test('sends a heartbeat at once if it is due before the wait begins', async () => {
  await using place = await openTemporaryStore()
  let now = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 200_000))
  try {
    await using follower = new ItemFeed(place.store).follow({ mode: 'CHANGES', heartbeat: 300 })
    expect(await follower.take(3)).toMatchObject([{}, {}, {}].map(() => ({ type: 'HEARTBEAT' })))
  } finally {
    clock.mockRestore()
  }
})

test('sends a heartbeat when the backlog is done and others later, even if the filter lets nothing through', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  await store.append({ batches: [setting, [planned('event', event())]], origin: 'API' })
  const follow = { mode: 'CHANGES', filter: { kinds: ['MEASURE'] }, after: encodeFeedCursor(store, 0) } as const
  await using follower = new ItemFeed(store).follow({ ...follow, heartbeat: 0.02 })
  const reachHead = async () => {
    for (;;) {
      const [item] = await follower.take(1)
      expect(item?.type).toBe('HEARTBEAT')
      if (item?.seq === store.head()) return
    }
  }
  await reachHead()
  await record(store, 'ferry/second')
  await reachHead()
})

test('sends no heartbeat unless it is asked for', async () => {
  await using place = await openTemporaryStore()
  await using follower = new ItemFeed(place.store).follow({ mode: 'ADDED' })
  await nextTurn()
  await nextTurn()
  expect(follower.items).toEqual([])
})

test('ends all who follow when the store fails, and reports the error once', async () => {
  await using place = await openTemporaryStore()
  const feed = new ItemFeed(place.store)
  const followers = [1, 2, 3].map(() => feed.follow({ mode: 'CHANGES' }))
  const head = place.store.head.bind(place.store)
  const error = new Error('the disk is gone')
  place.store.head = () => {
    throw error
  }
  await place.store.append({ batches: [setting], origin: 'API' })
  await expect.poll(() => followers.map(({ hasFailed }) => hasFailed)).toEqual([true, true, true])
  place.store.head = head
  expect(feed.errors).toEqual([error])
  expect([feed.followers, place.store.watchers]).toEqual([0, 0])
})

test('sends a member what it waits for, also if the page after that cannot be read', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  await store.append({ batches: [setting], origin: 'API' })
  for (const key of numbered(50)) await record(store, key)
  const feed = new ItemFeed(store)
  let failures = 0
  feed.whenMade = async (item) => {
    if (keyOf(item) !== 'ferry/event-19') return
    const restore = onRead(store, 'revisions', () => {
      restore()
      failures++
      throw new Error('a bad page')
    })
  }
  await using follower = feed.follow({ mode: 'CHANGES', after: encodeFeedCursor(store, BEGINNING) })
  expect((await follower.take(50)).map(keyOf)).toEqual(numbered(50))
  expect([failures, feed.errors]).toEqual([1, []])
})

test('ends only the member whose recipient fails', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  await store.append({ batches: [setting], origin: 'API' })
  const feed = new ItemFeed(store)
  const [broken, whole] = [feed.follow({ mode: 'CHANGES' }), feed.follow({ mode: 'CHANGES' })]
  await nextTurn()
  const error = new Error('the socket is gone')
  broken.send = () => {
    throw error
  }
  await record(store, 'ferry/a')
  expect((await whole.take(1)).map(keyOf)).toEqual(['ferry/a'])
  expect([broken.hasFailed, whole.hasFailed, feed.errors, feed.followers]).toEqual([true, false, [error], 1])
  whole.member.end()
})

test('makes a heartbeat again for those who ask after it failed', async () => {
  await using place = await openTemporaryStore()
  const feed = new ItemFeed(place.store)
  const request = { mode: 'CHANGES', heartbeat: 300 } as const
  let makes = 0
  // The group is made with its first member, and lives as long as that.
  const holder = feed.subscribe({
    request,
    group: ` ${JSON.stringify(request)}`,
    createRender: () => async (item) => {
      if (++makes === 1) throw new Error('the disk was full')
      return { message: { item, bytes: 1 }, showsHead: false }
    },
  })
  await expect(feed.follow(request).take(1)).rejects.toThrow('ended after 0 items')
  await using second = feed.follow(request)
  expect(await second.take(1)).toMatchObject([{ type: 'HEARTBEAT' }])
  holder.end()
})

test('lets others run while it reads a long log', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  const many = Array.from({ length: 45_000 }, (_, number) =>
    planned('place', { key: `place-${number}`, name: 'Place' }),
  )
  await store.append({ batches: [setting, many, [planned('event', event())]], origin: 'API' })
  let turns = 0
  const turning = setImmediate(function turn() {
    turns++
    if (turns < 100) setImmediate(turn)
  })
  await using follower = new ItemFeed(store).follow({ mode: 'CHANGES', after: encodeFeedCursor(store, 0) })
  const [found] = await follower.take(1)
  clearImmediate(turning)
  expect(found?.seq).toBe(store.head())
  expect(turns).toBeGreaterThanOrEqual(2)
})

test('sends to many in slices, and to all of them, also what is committed meanwhile', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  await store.append({ batches: [setting], origin: 'API' })
  const feed = new ItemFeed(store)
  const followers = Array.from({ length: 1_200 }, () => feed.follow({ mode: 'CHANGES' }))
  await record(store, 'ferry/a')
  const first = followers[0]
  await first?.take(1)
  const having = () => followers.filter(({ items }) => items.length > 0).length
  expect(having()).toBeLessThan(1_200)
  await record(store, 'ferry/b')
  await using late = feed.follow({ mode: 'CHANGES', after: encodeFeedCursor(store, BEGINNING) })
  await expect.poll(() => followers.every(({ items }) => items.length === 2)).toBe(true)
  for (const { items } of followers) expect(items.map(keyOf)).toEqual(['ferry/a', 'ferry/b'])
  expect((await late.take(2)).map(keyOf)).toEqual(['ferry/a', 'ferry/b'])
  for (const { member } of followers) member.end()
})

test.skipIf(ARE_NODES)(
  'knows of a member that leaves between two slices that it was not sent the message',
  async () => {
    await using place = await openTemporaryStore()
    const { store } = place
    await store.append({ batches: [setting], origin: 'API' })
    const feed = new ItemFeed(store)
    const followers = Array.from({ length: 600 }, () => feed.follow({ mode: 'CHANGES' }))
    await record(store, 'ferry/a')
    await followers[0]?.take(1)
    const cut = followers.find(({ items }) => items.length === 0)
    cut?.member.end()
    expect(cut?.member.seq).toBe(BEGINNING)
    await using resumed = feed.follow({ mode: 'CHANGES', after: cut?.member.cursor ?? '' })
    expect((await resumed.take(1)).map(keyOf)).toEqual(['ferry/a'])
    for (const { member } of followers) member.end()
  },
)

async function record(store: Store, key: string | undefined) {
  await store.append({
    batches: key === undefined ? [setting] : [[planned('event', event({ event: key }))]],
    origin: 'API',
  })
}

function numbered(length: number): string[] {
  return Array.from({ length }, (_, number) => `ferry/event-${number}`)
}

function keyOf(item: FeedItem): string | undefined {
  if (item.type === 'HEARTBEAT' || item.type === 'REFERENCE') return undefined
  return (item.type === 'CHANGE' ? item.change.development : item.development).key
}

function activeTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
}
