import { expect, test } from 'vitest'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import type { FeedItem } from '../../src/feed/feed-query.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { Follower, ItemFeed } from '../_support/feed-member.ts'
import { event, planned, setting } from '../_support/planned-changes.ts'
import { putBack } from '../_support/put-back.ts'
import { temporaryFile } from '../_support/temporary-store.ts'
import { usePostgres } from '../_support/use-postgres.ts'

const BEGINNING = setting.length

const { postgres, empty } = await usePostgres()

test('ends those who were sent what the log lost, and sends everybody else the changes in its place', async () => {
  await using node = await openNode()
  const { store, feed, database } = node
  const request = { mode: 'CHANGES', heartbeat: 300 } as const
  await record(store, 'shared')
  const shared = encodeFeedCursor(store, BEGINNING + 1)
  await using atHead = feed.follow(request)
  expect(await atHead.take(1)).toMatchObject([{ type: 'HEARTBEAT' }])
  const stalled = feed.follow(request, '', 1)
  await stalled.take(1)
  const filtered = feed.follow({ ...request, filter: { kinds: ['STATEMENT'] } })
  await filtered.take(1)
  for (const key of ['lost-1', 'lost-2']) await record(store, key)
  expect((await atHead.take(2)).map(keyOf)).toEqual(['ferry/lost-1', 'ferry/lost-2'])
  {
    await using second = feed.follow({ ...request, after: shared })
    expect((await second.take(2)).map(keyOf)).toEqual(['ferry/lost-1', 'ferry/lost-2'])
  }
  const lost = atHead.member.cursor

  await putBack(database, BEGINNING + 1)
  await expect.poll(() => [atHead.hasFailed, filtered.hasFailed]).toEqual([true, true])
  expect([atHead.reason, filtered.reason]).toMatchObject([{ code: 'CURSOR_AHEAD' }, { code: 'CURSOR_AHEAD' }])
  expect(stalled.hasFailed).toBe(false)
  await expect.poll(() => store.head()).toBe(BEGINNING + 1)
  await using early = feed.follow({ ...request, after: shared })
  await early.take(1)
  for (const key of ['other-1', 'other-2', 'other-3']) await record(store, key)
  const others = ['ferry/other-1', 'ferry/other-2', 'ferry/other-3']
  expect((await early.take(3)).map(keyOf)).toEqual(others)
  await using late = feed.follow({ ...request, after: shared })
  expect((await late.take(3)).map(keyOf)).toEqual(others)
  stalled.resume()
  expect((await stalled.take(3)).map(keyOf)).toEqual(others)
  expect(stalled.items.at(-1)?.cursor).toBe(encodeFeedCursor(store, BEGINNING + 4))
  expect(() => feed.follow({ ...request, after: lost })).toThrow(expect.objectContaining({ code: 'CURSOR_AHEAD' }))
  stalled.member.end()
  expect(feed.errors).toEqual([])
})

test('tells those who had not been started why they ended, once they are', async () => {
  await using node = await openNode()
  const { store, feed, database } = node
  await using other = feed.follow({ mode: 'CHANGES' })
  await record(store, 'lost')
  await other.take(1)
  const request = { mode: 'CHANGES' } as const
  const member = feed.subscribe({
    request,
    group: 'late',
    createRender: () => () => Promise.reject(new Error('nothing to send')),
  })
  await putBack(database, BEGINNING)
  await expect.poll(() => other.hasFailed).toBe(true)
  const late = new Follower(member)
  member.start(late)
  expect([late.hasFailed, late.reason]).toMatchObject([true, { code: 'CURSOR_AHEAD' }])
})

test('goes on for those who were sent nothing that the log lost, at the head and behind it', async () => {
  await using node = await openNode()
  const { store, feed, database } = node
  for (const key of ['a', 'b', 'c']) await record(store, key)
  await using atHead = feed.follow({ mode: 'CHANGES', heartbeat: 300 })
  await atHead.take(1)
  const release = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  feed.whenMade = async (item) => {
    if (item.type === 'HEARTBEAT') return
    reached.resolve()
    await release.promise
  }
  await using behind = feed.follow({ mode: 'CHANGES', after: encodeFeedCursor(store, BEGINNING) })
  await reached.promise
  const former = store.epoch()
  // One of them waits for a message meanwhile.
  await putBack(database, BEGINNING + 3)
  await expect.poll(() => store.epoch()).not.toBe(former)
  await record(store, 'd')
  release.resolve()
  expect((await atHead.take(1)).map(keyOf)).toEqual(['ferry/d'])
  expect((await behind.take(4)).map(keyOf)).toEqual(['ferry/a', 'ferry/b', 'ferry/c', 'ferry/d'])
  for (const { items } of [atHead, behind]) {
    expect(items.at(-1)?.cursor).toBe(encodeFeedCursor(store, BEGINNING + 4))
  }
  expect(feed.errors).toEqual([])
})

test('sends nothing of what was lost while its message was made', async () => {
  await using node = await openNode()
  const { store, feed, database } = node
  await record(store, 'shared')
  await record(store, 'lost')
  const release = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  feed.whenMade = async (item) => {
    if (keyOf(item) !== 'ferry/lost') return
    reached.resolve()
    await release.promise
  }
  await using behind = feed.follow({ mode: 'CHANGES', after: encodeFeedCursor(store, BEGINNING) })
  await reached.promise
  await putBack(database, BEGINNING)
  await expect.poll(() => store.head()).toBe(BEGINNING)
  await record(store, 'other')
  expect((await behind.take(1)).map(keyOf)).toEqual(['ferry/other'])
  release.resolve()
  await record(store, 'next')
  expect((await behind.take(1)).map(keyOf)).toEqual(['ferry/next'])
})

test('finds what a filter names under the number that it has in the log now', async () => {
  await using node = await openNode()
  const { store, feed, database } = node
  const recordAt = (place: string) => record(store, `at-${place}`, { places: [place] })
  await recordPlace(store, 'moor')
  await recordAt('moor')
  const after = encodeFeedCursor(store, BEGINNING)
  const stalled = feed.follow({ mode: 'CHANGES', after, filter: { places: ['moor'] } }, '', 0)
  await expect.poll(() => feed.made.length).toBe(1)
  await putBack(database, BEGINNING)
  await expect.poll(() => store.head()).toBe(BEGINNING)
  for (const key of ['hill', 'moor']) await recordPlace(store, key)
  for (const key of ['hill', 'moor']) await recordAt(key)
  stalled.resume()
  expect((await stalled.take(1)).map(keyOf)).toEqual(['ferry/at-moor'])
  stalled.member.end()
})

async function openNode() {
  const folder = temporaryFile()
  const database = await postgres.database(empty)
  const store = await openStore({ file: folder.file, pollEvery: 20, log: { url: database.node, poll: 50 } })
  await store.append({ batches: [setting], origin: 'API' })
  return {
    store,
    database,
    feed: new ItemFeed(store),
    [Symbol.asyncDispose]: async () => {
      store.close()
      await store.node?.closed()
      folder[Symbol.dispose]()
    },
  }
}

async function recordPlace(store: Store, key: string) {
  await store.append({ batches: [[planned('place', { key, name: 'A place' })]], origin: 'API' })
}

async function record(store: Store, key: string, fields: Parameters<typeof event>[0] = {}) {
  const change = planned('event', event({ event: `ferry/${key}`, ...fields }))
  await store.append({ batches: [[change]], origin: 'API' })
}

function keyOf(item: FeedItem): string | undefined {
  return item.type === 'CHANGE' ? item.change.development.key : undefined
}
