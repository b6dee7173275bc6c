import { demarche } from '../../../tests/_support/command.ts'
import { Cluster, type Node, run } from '../../../tests/proofs/nodes/cluster.ts'
import { percentile } from '../../comparison.ts'
import type { Bench, Finding, Row } from '../../row.ts'
import { DURABLE, within } from '../../bound.ts'

const IMPORTED = 10_000
const BEHIND = 5_000
const READ = JSON.stringify({ query: '{ developments(first: 5) { nodes { key headline } } }' })

/** A node that projects the whole log, one that starts from a backup, and imports while others follow. */
export const following: Row = { name: 'nodes/following', measure }

async function measure({ rows, stores, effort }: Bench): Promise<Finding[]> {
  const from = await stores.copy(rows)
  const single = stores.fresh()
  await using cluster = await Cluster.open({ nodes: 2, postgres: DURABLE, from })
  try {
    const [first, other] = [cluster.node(0), cluster.node(1)]
    const projected = await timed(() => cluster.add('afresh'))
    const rebuilt = await timed(() => command(['rebuild', '--store', from]))
    const backup = cluster.fileOf('restored')
    await run(['backup', backup, '--store', first.file], cluster.database.node)
    const dossier = await stores.dossier(effort.scale(IMPORTED))
    const waits: number[] = []
    const reading = new AbortController()
    const read = readUntil(other, reading.signal, waits)
    const imported = await timed(() => run(['import', dossier, '--store', first.file], cluster.database.node))
    await cluster.level()
    reading.abort()
    await read
    const alone = await timed(() => command(['import', dossier, '--store', single]))
    const behind = (await cluster.head()) - rows
    const restored = await timed(() => cluster.add('restored'))
    const seconds = (...times: number[]) => times.map((time) => `${(time / 1_000).toFixed(1)} s`).join(', ')
    return [
      {
        what: `${rows} developments from the log`,
        comparedWith: 'a rebuild of the store',
        ratio: projected / rebuilt,
        mark: { atMost: 1.3 },
        detail: seconds(projected, rebuilt),
      },
      {
        what: `an import at a node, with others that follow`,
        comparedWith: 'at a single store',
        ratio: imported / alone,
        mark: { atMost: 1.5 },
        detail: seconds(imported, alone),
      },
      within(
        `a node from a backup is ready, ${behind} changes behind`,
        restored,
        (3_000 * Math.max(behind, BEHIND)) / BEHIND,
      ),
      within(`${waits.length} reads at a node that follows an import, p99`, percentile(waits, 0.99), 20),
      within('the longest of them', Math.max(...waits), 100),
    ]
  } finally {
    for (const file of [from, single]) stores.remove(file)
  }
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await act()
  return performance.now() - start
}

async function command(args: readonly string[]): Promise<void> {
  const { status, stderr } = await demarche(args)
  if (status !== 0) throw new Error(stderr)
}

async function readUntil(node: Node, signal: AbortSignal, waits: number[]): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  while (!signal.aborted) {
    const start = performance.now()
    const response = await fetch(`${node.url}/graphql`, { method: 'POST', headers, body: READ })
    await response.arrayBuffer()
    waits.push(performance.now() - start)
  }
}
