import { openStore } from '../../../src/store/open.ts'
import type { Store } from '../../../src/store/store.ts'
import { percentile } from '../../comparison.ts'
import { ACTOR, prepareStore, SOURCE, sourceOf } from '../../load/audience.ts'
import { Crowd } from '../../load/crowd.ts'
import { assertRoomFor, megabytes } from '../../load/machine.ts'
import { monotonic, residentMemory } from '../../load/processor.ts'
import { Service } from '../../load/service.ts'
import { MARKER } from '../../load/subscriber.ts'
import { viewOperation } from '../../operations.ts'
import { recordEvent } from '../../recording.ts'
import type { Bench, Finding, Row } from '../../row.ts'

const SUBSCRIBERS = 1_000
const CHANGES = 100_000
/** Changes in one commit. The filter of most subscribers hides them. */
const HIDDEN = 200
/** The part of the changes that is recorded before a subscriber stalls. */
const QUIET = 1 / 2
const MOST_MEMORY = 64 * 2 ** 20

/** The first one follows all changes, the second one the same view as all others. */
const STALLED = [0, 1]

/**
 * Two of a thousand subscribers stop reading, one of which follows all changes. What a stalled subscriber has not read must take no memory, and
 * the others must not wait for it.
 */
export const stalled: Row = { name: 'fan-out/stalled', measure }

async function measure({ stores, effort }: Bench): Promise<Finding[]> {
  const count = Math.max(effort.scale(SUBSCRIBERS), STALLED.length + 1)
  const changes = effort.scale(CHANGES)
  assertRoomFor(count)
  const file = stores.fresh()
  await prepareStore(file, 1)
  const store = await openStore({ file })
  try {
    await using service = await Service.start(file)
    const others = Array.from({ length: count - 1 }, () => viewOperation({ filter: { sources: [SOURCE] } }))
    const operations = [viewOperation(), ...others]
    using crowd = await Crowd.open({ url: service.url.href, transport: 'SSE', operations, count })
    const recording = { store, crowd, pid: service.pid }
    const before = await record(recording, Math.ceil(changes * QUIET))
    await crowd.stall(STALLED)
    const after = await record(recording, changes)
    const growth = Math.max(after.memory - before.memory, 0)
    const p99 = (times: readonly number[]) => percentile(times, 0.99)
    return [
      {
        what: `memory while 2 of ${count} SSE subscribers read none of ${changes} changes`,
        comparedWith: megabytes(MOST_MEMORY),
        ratio: growth / MOST_MEMORY,
        mark: { atMost: 1 },
        detail: `at most ${megabytes(after.memory)}, and ${megabytes(before.memory)} while all read; ${await crowd.lost()} were disconnected`,
      },
      {
        what: `the others meanwhile: p99 of the time from a commit to the last of them`,
        comparedWith: 'while all read',
        ratio: p99(after.times) / p99(before.times),
        mark: { atMost: 1.25 },
        detail: [after, before].map(({ times }) => describe(times)).join('; '),
      },
    ]
  } finally {
    store.close()
    stores.remove(file)
  }
}

interface Recording {
  readonly store: Store
  readonly crowd: Crowd
  readonly pid: number
}

interface Recorded {
  /** Milliseconds from each commit that all see to the last subscriber who reads. */
  readonly times: readonly number[]
  /** The most memory of the service, in bytes. */
  readonly memory: number
}

let recorded = 0

/** Records changes that are hidden from most, and after each commit of them one that all see. */
async function record({ store, crowd, pid }: Recording, changes: number): Promise<Recorded> {
  const times: number[] = []
  let memory = 0
  for (let done = 0; done < changes; done += HIDDEN) {
    const hidden = Array.from({ length: Math.min(HIDDEN, changes - done) }, () => eventOf(sourceOf(0)).batches.flat())
    await store.append({ batches: [hidden.flat()], origin: 'API' })
    await crowd.expect(STALLED.length)
    const start = monotonic()
    await store.append(eventOf(SOURCE, MARKER))
    const { lastAt } = await crowd.receive()
    times.push(lastAt - start)
    memory = Math.max(memory, residentMemory(pid))
  }
  return { times, memory }
}

function eventOf(source: string, marker = '') {
  const key = `change-${String(++recorded).padStart(6, '0')}`
  return recordEvent({ key, headline: `Event ${key} ${marker}`.trim(), source, actor: ACTOR })
}

function describe(times: readonly number[]): string {
  return `${percentile(times, 0.99).toFixed(0)} ms (half of them ${percentile(times, 0.5).toFixed(0)} ms, ${times.length} commits)`
}
