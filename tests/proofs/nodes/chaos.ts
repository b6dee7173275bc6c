import { setTimeout as wait } from 'node:timers/promises'
import { Random } from '../../../bench/synthetic/random.ts'
import { query } from '../../_support/postgres.ts'
import { temporaryFile } from '../../_support/temporary-store.ts'
import type { Proof } from '../proof.ts'
import { Cluster, type Node } from './cluster.ts'
import { Hoppers } from './hoppers.ts'
import { compareNodes, logOf } from './logged.ts'
import { record, Recorders } from './recorders.ts'

/** What happens to nodes, to their networks, and to PostgreSQL. Each resolves when the next may happen. */
const DISASTERS: Readonly<Record<string, (victim: Victim) => Promise<void>>> = {
  'node killed': async ({ node }) => {
    await node.end('SIGKILL')
    node.start()
  },
  'node stopped': async ({ node }) => {
    await node.end('SIGTERM')
    node.start()
  },
  'node paused': ({ node, random, later }) => {
    node.pause()
    return later(500 + random.below(2_000), () => node.resume())
  },
  'connections reset': async ({ node }) => node.proxy.cut(),
  'answer of an append lost': async ({ node }) => {
    node.proxy.swallow++
  },
  partition: ({ node, random, later }) => {
    node.proxy.mode = random.pick(['stall', 'deaf', 'refuse'] as const)
    return later(500 + random.below(4_000), () => (node.proxy.mode = 'pass'))
  },
  'sessions terminated': async ({ cluster }) => {
    const text =
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()'
    await query(cluster.database.superuser, text)
  },
  'PostgreSQL killed': async ({ cluster, random }) => {
    await cluster.postgres.crash()
    await wait(random.below(1_500))
    await cluster.postgres.start()
  },
  'PostgreSQL stopped': async ({ cluster, random }) => {
    await cluster.postgres.stop()
    await wait(random.below(1_500))
    await cluster.postgres.start()
  },
}

interface Victim {
  readonly cluster: Cluster
  readonly node: Node
  readonly random: Random
  /** Does something later, and keeps the node from other disasters until then. */
  readonly later: (milliseconds: number, act: () => void) => Promise<void>
}

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
  const recorders = new Recorders(cluster, { count: 6, seed, pause: 120 })
  const happened: Record<string, number> = {}
  const busy = new Map<Node, Promise<void>>()
  const end = performance.now() + milliseconds
  while (performance.now() < end) {
    await wait(200 + random.below(900))
    hoppers.hop()
    const node = cluster.node(random.below(cluster.nodes.length))
    const name = random.pick(Object.keys(DISASTERS))
    if (busy.has(node)) continue
    happened[name] = (happened[name] ?? 0) + 1
    const later = async (delay: number, act: () => void) => {
      busy.set(
        node,
        wait(delay)
          .then(act)
          .finally(() => busy.delete(node)),
      )
    }
    await DISASTERS[name]?.({ cluster, node, random, later })
  }
  await Promise.all(busy.values())
  await recorders.finish()
  await cluster.level()
  recorders.check(await logOf(cluster))
  const changes = await hoppers.finish(cluster.node(0).file)
  await hoppers[Symbol.asyncDispose]()
  const tables = await compareNodes(cluster)
  const { acknowledged, refused, codes } = recorders
  return `seed ${seed}: ${words(happened)}; ${acknowledged.size} changes acknowledged and ${refused.size} refused (${words(codes)}): 0 lost, 0 twice, 0 recorded though refused; ${hoppers.count} followers connected ${hoppers.connections} times and got ${changes} changes: 0 missed, 0 repeated; ${tables} tables of ${cluster.nodes.length} nodes equal those projected afresh`
}

function words(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
}
