import { setTimeout as wait } from 'node:timers/promises'
import type { Random } from '../../../bench/synthetic/random.ts'
import { query } from '../../_support/postgres.ts'
import type { Cluster, Node } from './cluster.ts'

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

/** Lets one of them happen after the other for so long. Resolves when each is over, with how often each has happened, in words. */
export async function raiseDisasters(cluster: Cluster, random: Random, milliseconds: number): Promise<string> {
  const happened: Record<string, number> = {}
  const busy = new Map<Node, Promise<void>>()
  const end = performance.now() + milliseconds
  while (performance.now() < end) {
    await wait(200 + random.below(900))
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
  return words(happened)
}

/** Counts, in words. */
export function words(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
}
