import { setTimeout as pause } from 'node:timers/promises'
import { alternate } from '../../comparison.ts'
import { Audience, control, prepareStore } from '../../load/audience.ts'
import { assertRoomFor } from '../../load/machine.ts'
import { processorTime, residentMemory } from '../../load/processor.ts'
import type { Transport } from '../../load/subscriber.ts'
import { viewOperation } from '../../operations.ts'
import type { Bench, Finding, Row } from '../../row.ts'

const ROUNDS = 9
/** Events before the first one that is measured. */
const WARM_UP = 5
/** Seconds without changes: five pings and four heartbeats. */
const IDLE = 60
/** Processor time below these milliseconds is noise. */
const NOISE = 0.1

const MARKS: Readonly<Record<Transport, number>> = { SSE: 1.5, WebSocket: 3 }

/** Subscribers of one view: the time from a commit to the last of them, their memory, and processor time without changes. */
export const subscribers: Row = { name: 'fan-out/subscribers', measure }

async function measure(bench: Bench): Promise<Finding[]> {
  assertRoomFor(bench.effort.scale(bench.subscribers))
  return [...(await measureOver('SSE', bench)), ...(await measureOver('WebSocket', bench))]
}

async function measureOver(transport: Transport, bench: Bench): Promise<Finding[]> {
  const { stores, effort } = bench
  const count = effort.scale(bench.subscribers)
  const file = stores.fresh()
  const options = { transport, operations: [viewOperation()] }
  try {
    await using real = await Audience.ofService(await prepareStore(file), options)
    await real.gather(1)
    for (let event = 0; event < WARM_UP; event++) await real.deliver()
    const frame = real.frame()
    await using bare = await Audience.ofBaseline(frame, options)
    await bare.gather(1)
    for (let event = 0; event < WARM_UP; event++) await bare.deliver()
    const growth = [await growthOf(real, bench), await growthOf(bare, bench)] as const
    const idle = await idleTimes(real, bare, bench)
    for (let event = 0; event < WARM_UP; event++) {
      await real.deliver()
      await bare.deliver()
    }
    real.forget()
    bare.forget()
    const { ratio } = await alternate({
      rounds: effort.rounds(ROUNDS),
      a: () => real.deliver(),
      b: () => bare.deliver(),
    })
    const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} kB`
    const perMinute = (milliseconds: number) => `${milliseconds.toFixed(0)} ms`
    return [
      {
        what: `${count} ${transport} subscribers of one view: from the commit to the last`,
        comparedWith: 'a bare broadcast of the same bytes',
        ratio,
        mark: { atMost: MARKS[transport] },
        detail: `${real.describe()}; ${bare.describe()}`,
      },
      {
        what: `memory of one of ${count} ${transport} subscribers`,
        comparedWith: 'of the bare broadcast',
        ratio: growth[0] / growth[1],
        mark: { atMost: 1.5 },
        detail: growth.map((bytes) => kilobytes(bytes / count)).join('; '),
      },
      {
        what: `processor time of ${count} ${transport} subscribers in a minute without changes`,
        comparedWith: 'of the bare broadcast of as many pings and heartbeats',
        ratio: idle[0] / idle[1],
        mark: { atMost: 1.5 },
        detail: idle.map(perMinute).join('; '),
      },
    ]
  } finally {
    stores.remove(file)
  }
}

/** The bytes that the memory of a server grows by when all clients subscribe. */
async function growthOf(audience: Audience, { subscribers: count, effort }: Bench): Promise<number> {
  const { pid } = audience.service
  const before = residentMemory(pid)
  await audience.gather(effort.scale(count))
  await pause(5 * effort.slice)
  return Math.max(residentMemory(pid) - before, 1)
}

/** Processor time of both in the same minute. */
async function idleTimes(real: Audience, bare: Audience, { effort }: Bench): Promise<readonly [number, number]> {
  const pids = [real.service.pid, bare.service.pid] as const
  await control(bare.service.url, 'idle')
  const before = pids.map(processorTime)
  await pause(effort.rounds(IDLE) * effort.slice)
  const [own = Number.NaN, least = Number.NaN] = pids.map(
    (pid, index) => (processorTime(pid) ?? Number.NaN) - (before[index] ?? Number.NaN),
  )
  await control(bare.service.url, 'busy')
  return [Math.max(own, NOISE), Math.max(least, NOISE)]
}
