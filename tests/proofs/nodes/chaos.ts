import { Random } from '../../../bench/synthetic/random.ts'
import { temporaryFile } from '../../_support/temporary-store.ts'
import type { Proof } from '../proof.ts'
import { Cluster } from './cluster.ts'
import { raiseDisasters, words } from './disasters.ts'
import { Hoppers } from './hoppers.ts'
import { compareNodes, logOf } from './logged.ts'
import { record, Recorders } from './recorders.ts'

export const chaos: Proof = {
  name: 'nodes-chaos',
  promise:
    'Whatever happens to nodes, networks and PostgreSQL, no change is lost, recorded twice or recorded although refused, no follower misses or repeats one, and all nodes hold the same.',
  async prove({ long, seed }) {
    const seeds = seed === undefined ? Array.from({ length: long ? 10 : 1 }, (_, index) => index + 1) : [seed]
    const figures: string[] = []
    for (const one of seeds) figures.push(await raise(one, long ? 180_000 : 30_000))
    return figures.join('\n  ')
  },
}

async function raise(seed: number, milliseconds: number): Promise<string> {
  const random = new Random(seed, 'chaos')
  using place = temporaryFile()
  await using cluster = await Cluster.open()
  const { cursor = '' } = await record(cluster.node(0), cluster.token, 'ferry/first')
  await using hoppers = await Hoppers.follow(cluster, random, cursor, place.folder)
  await using recorders = new Recorders(cluster, { count: 6, seed, pause: 120 })
  const hopping = hoppers.hopUntil(performance.now() + milliseconds, 1_100)
  const happened = await raiseDisasters(cluster, random, milliseconds)
  await hopping
  await recorders.finish()
  await cluster.level()
  recorders.check(await logOf(cluster))
  const followed = await hoppers.finish(cluster.node(0).file)
  await hoppers[Symbol.asyncDispose]()
  const tables = await compareNodes(cluster)
  const { acknowledged, refused, codes } = recorders
  return `seed ${seed}: ${happened}; ${acknowledged.size} changes acknowledged and ${refused.size} refused (${words(codes)}): 0 lost, 0 twice, 0 recorded though refused; ${followed}; ${tables} tables of ${cluster.nodes.length} nodes equal those projected afresh`
}
