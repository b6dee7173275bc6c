import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import type { FollowRequest } from '../../src/feed/feed.ts'
import type { FeedItem } from '../../src/feed/feed-query.ts'
import type { PlannedChange } from '../../src/store/append.ts'
import type { Store } from '../../src/store/store.ts'
import { ItemFeed, type Follower } from '../_support/feed-member.ts'
import { event, measure, planned, setting } from '../_support/planned-changes.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

/** What happens, one step after the other. Numbers choose among what there is. */
const small = (max: number) => fc.nat({ max })
const steps = fc.array(
  fc.oneof(
    {
      arbitrary: fc.record({
        do: fc.constant('record' as const),
        events: small(3),
        measures: small(2),
        places: small(1),
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
        ),
        which: small(999),
      }),
      weight: 6,
    },
  ),
  { minLength: 20, maxLength: 120 },
)

const ASKED: readonly Omit<FollowRequest, 'after'>[] = [
  { mode: 'CHANGES' },
  { mode: 'CHANGES', heartbeat: 0.02 },
  { mode: 'CHANGES', filter: { kinds: ['MEASURE'] } },
  { mode: 'CHANGES', filter: { kinds: ['MEASURE'] }, heartbeat: 300 },
  { mode: 'ADDED' },
  { mode: 'ADDED', filter: { kinds: ['EVENT'] } },
]

/** One subscriber as a client sees it, over all its connections. */
interface Client {
  readonly asks: Omit<FollowRequest, 'after'>
  readonly start: number
  readonly items: FeedItem[]
  follower: Follower
}

test('a client gets each change once and in order, whatever it and all others do', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  // A measure answers the sinking.
  await store.append({ batches: [setting, [planned('event', event())]], origin: 'API' })
  const desk = new Desk(store)
  desk.log.push({ seq: store.head(), key: 'ferry/sinking', kind: 'EVENT', revision: 1, isRetraction: false })
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(1_000, 100_000), async (schedule, cacheBytes) => {
      const feed = new ItemFeed(store, { cacheBytes })
      const clients: Client[] = []
      await using _all = { [Symbol.asyncDispose]: async () => clients.forEach(({ follower }) => follower.member.end()) }
      const pick = (which: number): Client | undefined => clients[which % Math.max(1, clients.length)]
      for (const step of schedule) {
        if (step.do === 'record') await desk.record(step)
        else if (step.do === 'join') {
          const asks = ASKED[step.asks % ASKED.length] ?? { mode: 'CHANGES' }
          const start = Math.max(0, store.head() - step.behind)
          const follower = connect(feed, store, asks, start)
          if (step.room > 0) follower.room = step.room
          clients.push({ asks, start, items: [], follower })
        } else if (step.do === 'revise' || step.do === 'retract') await desk.change(step.do, step.which)
        else if (step.do === 'pause') for (let turn = step.which % 5; turn > 0; turn--) await nextTurn()
        else await act(step.do, { feed, store, clients, client: pick(step.which), which: step.which })
      }
      for (const client of clients) {
        client.follower.resume()
        await expect.poll(() => client.follower.member.seq, { interval: 1 }).toBe(store.head())
        client.follower.member.end()
        client.items.push(...client.follower.items)
        const { had, expected } = compare(client, desk)
        expect(had).toEqual(expected)
        // No cursor goes back.
        const seqs = client.items.map(({ seq }) => seq)
        expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
      }
      expect([feed.errors, feed.followers, feed.groups, store.watchers]).toEqual([[], 0, 0, 0])
    }),
    { numRuns: 60 },
  )
})

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

/** The seqs that a client has, and those that it should have by the log as the test wrote it. */
function compare(
  { asks, start, items }: Client,
  { log }: Desk,
): { readonly had: number[]; readonly expected: number[] } {
  const { mode, filter } = asks
  const kinds = filter?.kinds
  const retracted = new Set(log.filter(({ isRetraction }) => isRetraction).map(({ key }) => key))
  const passing = log.filter(({ seq, kind }) => seq > start && (kinds == null || kinds.includes(kind)))
  const had = items.filter(({ type }) => type !== 'HEARTBEAT').map(({ seq }) => seq)
  if (mode === 'CHANGES') return { had, expected: passing.map(({ seq }) => seq) }
  const added = passing.filter(({ revision }) => revision === 1)
  // What was retracted meanwhile may be sent or not.
  const sent = new Set(had)
  return { had, expected: added.filter(({ seq, key }) => !retracted.has(key) || sent.has(seq)).map(({ seq }) => seq) }
}

interface Logged {
  readonly seq: number
  readonly key: string
  readonly kind: 'EVENT' | 'MEASURE'
  readonly revision: number
  readonly isRetraction: boolean
}

/** Writes to a store, and knows what it wrote. */
class Desk {
  readonly log: Logged[] = []
  readonly #store: Store
  #written = 0

  constructor(store: Store) {
    this.#store = store
  }

  async record({ events, measures, places }: { events: number; measures: number; places: number }): Promise<void> {
    const changes: PlannedChange[] = []
    const logged: Logged[] = []
    for (let number = 0; number < places; number++) {
      changes.push(planned('place', { key: `place-${++this.#written}`, name: 'Place' }))
    }
    const first = this.#store.head() + changes.length + 1
    for (let number = 0; number < events + measures; number++) {
      const key = `ferry/${++this.#written}`
      const kind = number < events ? 'EVENT' : 'MEASURE'
      changes.push(
        kind === 'EVENT' ? planned('event', event({ event: key })) : planned('measure', measure({ measure: key })),
      )
      logged.push({ seq: first + number, key, kind, revision: 1, isRetraction: false })
    }
    if (changes.length > 0) await this.#store.append({ batches: [changes], origin: 'API' })
    this.log.push(...logged)
  }

  async change(how: 'revise' | 'retract', which: number): Promise<void> {
    const latest = new Map(this.log.map((logged) => [logged.key, logged]))
    const standing = [...latest.values()].slice(1).filter(({ isRetraction }) => !isRetraction)
    const chosen = standing[which % Math.max(1, standing.length)]
    if (chosen === undefined) return
    const { key, kind } = chosen
    const revision = chosen.revision + 1
    const isRetraction = how === 'retract'
    const entry = { kind: isRetraction ? ('RETRACTED' as const) : ('REVISED' as const), revision, note: 'so' }
    const headline = `The ferry, ${revision}`
    const change =
      kind === 'EVENT'
        ? planned('event', event({ event: key, ...(isRetraction ? {} : { headline }) }), entry)
        : planned('measure', measure({ measure: key, ...(isRetraction ? {} : { headline }) }), entry)
    await this.#store.append({ batches: [[change]], origin: 'API' })
    this.log.push({ seq: this.#store.head(), key, kind, revision, isRetraction })
  }
}
