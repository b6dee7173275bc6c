import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import type { FollowRequest } from '../../src/feed/feed.ts'
import type { FeedItem } from '../../src/feed/feed-query.ts'
import type { Store } from '../../src/store/store.ts'
import { ItemFeed, type Follower } from '../_support/feed-member.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'
import { type Asked, BEGINNING, expectedSeqs, loggedIn, Writer } from './log.ts'
import { counts, repeated } from './schedule.ts'

/** What happens, one step after the other. Numbers choose among what there is. */
const small = (max: number) => fc.nat({ max })
const steps = fc.array(
  fc.oneof(
    {
      arbitrary: fc.record({
        do: fc.constant('record' as const),
        ...counts,
      }),
      weight: 4,
    },
    {
      arbitrary: fc.record({ do: fc.constant('join' as const), asks: small(99), behind: small(40), room: small(6) }),
      weight: 4,
    },
    {
      arbitrary: fc.record({
        do: fc.constantFrom(
          'revise' as const,
          'retract' as const,
          'stall' as const,
          'resume' as const,
          'cut' as const,
          'leave' as const,
          'pause' as const,
          'ring' as const,
        ),
        which: small(999),
      }),
      weight: 6,
    },
  ),
  { minLength: 1, maxLength: 120, size: 'max' },
)

type Asks = Pick<FollowRequest, 'heartbeat'> & Asked

const ASKED: readonly Asks[] = [
  { mode: 'CHANGES' },
  { mode: 'CHANGES', heartbeat: 0.02 },
  { mode: 'CHANGES', filter: { kinds: ['MEASURE'] } },
  { mode: 'CHANGES', filter: { kinds: ['MEASURE'] }, heartbeat: 300 },
  { mode: 'CHANGES', filter: { evidentialStatuses: ['CONTESTED'] } },
  { mode: 'ALL_CHANGES', filter: { kinds: ['MEASURE'] }, heartbeat: 300 },
  { mode: 'ADDED' },
  { mode: 'ADDED', filter: { kinds: ['EVENT'] } },
]

/** One subscriber as a client sees it, over all its connections. */
interface Client {
  readonly asks: Asks
  readonly start: number
  readonly items: FeedItem[]
  follower: Follower
}

test('a client gets each change once and in order, whatever it and all others do', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  await store.append({ batches: BEGINNING, origin: 'API' })
  const writer = new Writer(store)
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(1_000, 100_000), async (schedule, cacheBytes) => {
      const { belled, ring } = withBell(store)
      const feed = new ItemFeed(belled, { cacheBytes })
      const clients: Client[] = []
      await using _all = { [Symbol.asyncDispose]: async () => clients.forEach(({ follower }) => follower.member.end()) }
      const pick = (which: number): Client | undefined => clients[which % Math.max(1, clients.length)]
      for (const step of schedule) {
        if (step.do === 'record') await writer.record(step)
        else if (step.do === 'join') {
          const asks = ASKED[step.asks % ASKED.length] ?? { mode: 'CHANGES' }
          const start = Math.max(0, store.head() - step.behind)
          const follower = connect(feed, store, asks, start)
          if (step.room > 0) follower.room = step.room
          clients.push({ asks, start, items: [], follower })
        } else if (step.do === 'revise' || step.do === 'retract') await writer.change(step.do, step.which)
        else if (step.do === 'ring') ring()
        else if (step.do === 'pause') for (let turn = step.which % 5; turn > 0; turn--) await nextTurn()
        else await act(step.do, { feed, store, clients, client: pick(step.which), which: step.which })
      }
      const log = loggedIn(store)
      for (const client of clients) {
        client.follower.resume()
        await expect.poll(() => client.follower.member.seq, { interval: 1 }).toBe(store.head())
        client.follower.member.end()
        client.items.push(...client.follower.items)
        const had = client.items.filter(({ type }) => type !== 'HEARTBEAT').map(({ seq }) => seq)
        expect(had).toEqual(expectedSeqs(log, client.asks, { start: client.start, had: new Set(had) }))
        // No cursor goes back.
        const seqs = client.items.map(({ seq }) => seq)
        expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
      }
      expect([feed.errors, feed.followers, feed.groups, store.watchers]).toEqual([[], 0, 0, 0])
    }),
    { ...repeated, numRuns: 60 },
  )
})

/** A store whose listeners can also be told of commits that there are not. */
function withBell(store: Store): { readonly belled: Store; readonly ring: () => void } {
  const listeners = new Set<() => void>()
  const watch: Store['watch'] = (listener) => {
    listeners.add(listener)
    const unwatch = store.watch(listener)
    return () => {
      listeners.delete(listener)
      unwatch()
    }
  }
  const ring = () => {
    for (const listener of listeners) listener()
  }
  return { belled: Object.assign(Object.create(store) as Store, { watch }), ring }
}

function connect(feed: ItemFeed, store: Store, asks: Client['asks'], seq: number): Follower {
  return feed.follow({ ...asks, after: encodeFeedCursor(store, seq) })
}

interface Acting {
  readonly feed: ItemFeed
  readonly store: Store
  readonly clients: Client[]
  readonly client: Client | undefined
  readonly which: number
}

async function act(action: 'stall' | 'resume' | 'cut' | 'leave', { feed, store, clients, client, which }: Acting) {
  if (client === undefined) return
  if (action === 'stall') client.follower.room = which % 3 || 1
  else if (action === 'resume') client.follower.resume(which % 2 === 0 ? Infinity : (which % 7) + 1)
  else if (action === 'leave') {
    client.follower.member.end()
    clients.splice(clients.indexOf(client), 1)
  } else {
    // The connection breaks. The client resumes after its last message, or after the last ping.
    client.follower.member.end()
    client.items.push(...client.follower.items)
    const last = client.items.at(-1)?.seq ?? client.start
    const seq = which % 2 === 0 ? last : Math.max(last, client.follower.member.seq)
    client.follower = connect(feed, store, client.asks, seq)
  }
}
