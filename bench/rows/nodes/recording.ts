import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { openStore } from '../../../src/store/open.ts'
import { PostgresLog } from '../../../src/store/nodes/postgres-log.ts'
import { type OfferedChange, START } from '../../../src/store/nodes/log.ts'
import { EventStream } from '../../../tests/_support/event-stream.ts'
import { Cluster, run } from '../../../tests/proofs/nodes/cluster.ts'
import { record } from '../../../tests/proofs/nodes/recorders.ts'
import { alternate, median, percentile } from '../../comparison.ts'
import { recordEvent, recordSource } from '../../recording.ts'
import type { Bench, Finding, Row } from '../../row.ts'
import { DURABLE, within } from '../../bound.ts'
import { onBothCores } from '../../load/cores.ts'

const APPENDS = 100
const WRITERS = 8
/** Slices of load for the writers. */
const SLICES = 8
const LAGS = 50
const BATCH = 5_000
const FEED = `subscription { feed(heartbeat: 300) { __typename ... on FeedChange { development { key } } } }`

/** Appends of one node, writers at three of them, and how soon the others have a change. */
export const recording: Row = { name: 'nodes/recording', measure: (bench) => onBothCores(() => measure(bench)) }

async function measure({ stores, effort }: Bench): Promise<Finding[]> {
  await using cluster = await Cluster.open({ postgres: DURABLE })
  return [
    await compareAppends(cluster, stores, effort.rounds(APPENDS)),
    ...(await write(cluster, SLICES * effort.slice)),
    ...(await lag(cluster, effort.rounds(LAGS))),
    await lock(cluster, effort.scale(BATCH)),
  ]
}

async function compareAppends(cluster: Cluster, stores: Bench['stores'], rounds: number): Promise<Finding> {
  const files = [stores.fresh(), stores.fresh()] as const
  const log = { url: cluster.database.node, node: 'bench' }
  const node = await openStore({ file: files[0], log })
  const single = await openStore({ file: files[1] })
  const bare = await bareLog(cluster)
  try {
    for (const store of [node, single]) await store.append(recordSource('bench'))
    const time = async (append: () => Promise<unknown>) => {
      const start = performance.now()
      await append()
      return performance.now() - start
    }
    const event = (round: number) => recordEvent({ key: `bench/${round}`, source: 'bench' })
    const { ratio, a, b } = await alternate({
      rounds,
      a: (round) => time(() => node.append(event(round))),
      b: async (round) =>
        (await time(() => bare.append(`bench/${round}`, 1))) + (await time(() => single.append(event(round)))),
    })
    const comparedWith = 'a bare append in PostgreSQL and one in a store'
    const detail = `${a.toFixed(1)} ms, ${b.toFixed(1)} ms`
    return { what: 'one append at a node', comparedWith, ratio, mark: { atMost: 2 }, detail }
  } finally {
    await bare.close()
    node.close()
    single.close()
    for (const file of files) stores.remove(file)
  }
}

/** Appends to a log of its own, without a node. */
async function bareLog(cluster: Cluster) {
  const database = await cluster.postgres.database()
  await run(['log', 'create'], database.owner)
  const log = new PostgresLog({ url: database.node })
  return {
    append: (name: string, count: number) => {
      const content = JSON.stringify(recordEvent({ key: name, source: 'bench' }).batches[0]?.[0]?.content)
      const changes = Array.from({ length: count }, (_, index): OfferedChange => ({
        space: 'development',
        record: 'event',
        key: `${name}-${index}`,
        revision: 1,
        kind: 'RECORDED',
        note: null,
        content,
        batchEnd: count,
      }))
      const offer = { id: randomUUID(), hash: null, answer: null, known: START, at: Date.now() }
      return log.append({ ...offer, by: null, origin: 'API', format: 1, changes })
    },
    close: () => log.close(),
  }
}

async function write(cluster: Cluster, milliseconds: number): Promise<Finding[]> {
  const start = performance.now()
  const counts = await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      let count = 0
      for (; performance.now() - start < milliseconds; count++) {
        const { code } = await record(cluster.node(writer), cluster.token, `ferry/writer-${writer}-${count}`)
        if (code !== 'RECORDED') throw new Error(`a writer was refused: ${code}`)
      }
      return count
    }),
  )
  const took = (performance.now() - start) / 1_000
  const all = counts.reduce((sum, count) => sum + count, 0)
  const slowest = Math.min(...counts) / (all / WRITERS)
  const what = `${WRITERS} writers at three nodes`
  return [
    {
      what,
      comparedWith: '100 a second',
      ratio: all / took / 100,
      mark: { atLeast: 1 },
      detail: `${(all / took).toFixed(0)} a second`,
    },
    {
      what: `${what}: the slowest`,
      comparedWith: 'their mean',
      ratio: slowest,
      mark: { atLeast: 0.5 },
      detail: counts.join(', '),
    },
  ]
}

/** From the answer of a mutation, ten of them a second, to a follower of another node. */
async function lag(cluster: Cluster, count: number): Promise<Finding[]> {
  await using stream = await EventStream.open(cluster.node(1).url, { query: FEED })
  await stream.event()
  const lags: number[] = []
  for (let number = 0; number < count; number++) {
    const key = `ferry/lag-${number}`
    const received = (async () => {
      while ((await stream.event())?.data.includes(`"${key}"`) === false);
      return performance.now()
    })()
    await record(cluster.node(0), cluster.token, key)
    const answered = performance.now()
    lags.push(Math.max(0, (await received) - answered))
    await pause(100)
  }
  const what = 'from the answer of a mutation to a follower of another node'
  return [within(`${what}, p50`, median(lags), 5), within(`${what}, p99`, percentile(lags, 0.99), 100)]
}

async function lock(cluster: Cluster, count: number): Promise<Finding> {
  const bare = await bareLog(cluster)
  try {
    await bare.append('first', 1)
    const start = performance.now()
    await bare.append('batch', count)
    return within(`the lock of a batch of ${count}`, performance.now() - start, 500)
  } finally {
    await bare.close()
  }
}
