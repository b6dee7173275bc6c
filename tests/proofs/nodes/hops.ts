import { setTimeout as wait } from 'node:timers/promises'
import { Random } from '../../../bench/synthetic/random.ts'
import { temporaryFile } from '../../_support/temporary-store.ts'
import type { Proof } from '../proof.ts'
import { Cluster } from './cluster.ts'
import { Hoppers } from './hoppers.ts'
import { record, Recorders } from './recorders.ts'

export const hops: Proof = {
  name: 'nodes-hops',
  promise: 'A follower goes on at any node by its cursor, over every transport, and misses and repeats nothing.',
  async prove({ long, seed = 1 }) {
    const random = new Random(seed, 'hops')
    using place = temporaryFile()
    await using cluster = await Cluster.open()
    const { cursor = '' } = await record(cluster.node(0), cluster.token, 'ferry/first')
    await using hoppers = await Hoppers.follow(cluster, random, cursor, place.folder)
    const recorders = new Recorders(cluster, { count: 4, seed, pause: 100 })
    const end = performance.now() + (long ? 600_000 : 5_000)
    while (performance.now() < end) {
      await wait(random.below(60))
      hoppers.hop()
    }
    await recorders.finish()
    await cluster.level()
    const changes = await hoppers.finish(cluster.node(0).file)
    return `${hoppers.count} ways to follow connected ${hoppers.connections} times to ${cluster.nodes.length} nodes and got ${changes} changes: 0 missed, 0 repeated, 0 cursors that went back`
  },
}
