import { setTimeout as wait } from 'node:timers/promises'
import { demarche } from '../../../tests/_support/command.ts'
import { Cluster, type Node, run } from '../../../tests/proofs/nodes/cluster.ts'
import { percentile } from '../../comparison.ts'
import type { Bench, Finding, Row } from '../../row.ts'
import { DURABLE, within } from '../../bound.ts'
import { onBothCores } from '../../load/cores.ts'

const IMPORTED = 10_000
const BEHIND = 5_000
/** Milliseconds from one read to the next. */
const READ_EVERY = 20
const READ = JSON.stringify({ query: '{ developments(first: 5) { nodes { key headline } } }' })

/** A node that projects the whole log, one that starts from a backup, and imports while others follow. */
export const following: Row = { name: 'nodes/following', measure: (bench) => onBothCores(() => measure(bench)) }

async function measure(bench: Bench): Promise<Finding[]> {
  return [await project(bench), ...(await follow(bench))]
}

/** A node without a file, compared with a rebuild of the same store. */
async function project({ rows, stores }: Bench): Promise<Finding> {
  const from = await stores.copy(rows)
  await using cluster = await Cluster.open({ nodes: 1, postgres: DURABLE, from })
  const projected = await timed(() => cluster.add('afresh'))
  const rebuilt = await timed(() => command(['rebuild', '--store', from]))
  stores.remove(from)
  return {
    what: `${rows} developments from the log`,
    comparedWith: 'a rebuild of the store',
    ratio: projected / rebuilt,
    mark: { atMost: 1.3 },
    detail: seconds(projected, rebuilt),
  }
}

/** An import at one node, another that follows it and is read meanwhile, and a third that starts from a backup made before. */
async function follow({ stores, effort }: Bench): Promise<Finding[]> {
  const single = stores.fresh()
  const dossier = await stores.dossier(effort.scale(IMPORTED))
  await using cluster = await Cluster.open({ nodes: 2, postgres: DURABLE })
  const [first, other] = [cluster.node(0), cluster.node(1)]
  await run(['backup', cluster.fileOf('restored'), '--store', first.file], cluster.database.node)
  const before = await cluster.head()
  const waits: number[] = []
  const reading = new AbortController()
  const read = readUntil(other, reading.signal, waits)
  // It is awaited below, unless the import fails.
  read.catch(() => {})
  const imported = await timed(() => run(['import', dossier, '--store', first.file], cluster.database.node))
  await cluster.level()
  reading.abort()
  await read
  const alone = await timed(() => command(['import', dossier, '--store', single]))
  const behind = (await cluster.head()) - before
  const restored = await timed(() => cluster.add('restored'))
  stores.remove(single)
  const bound = (3_000 * Math.max(behind, BEHIND)) / BEHIND
  return [
    {
      what: 'an import at a node, with another that follows',
      comparedWith: 'at a single store',
      ratio: imported / alone,
      mark: { atMost: 1.5 },
      detail: seconds(imported, alone),
    },
    within(`a node from a backup is ready, ${behind} changes behind`, restored, bound),
    within(`${waits.length} reads at a node that follows an import, p99`, percentile(waits, 0.99), 20),
    within('the longest of them', Math.max(...waits), 100),
  ]
}

function seconds(...times: readonly number[]): string {
  return times.map((time) => `${(time / 1_000).toFixed(1)} s`).join(', ')
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

/** Reads at a fixed rate. A wait counts from when the read was due, also if the one before has kept it. */
async function readUntil(node: Node, signal: AbortSignal, waits: number[]): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  for (let due = performance.now(); !signal.aborted; due += READ_EVERY) {
    await wait(Math.max(due - performance.now(), 0))
    const response = await fetch(`${node.url}/graphql`, { method: 'POST', headers, body: READ })
    await response.arrayBuffer()
    waits.push(performance.now() - due)
  }
}
