import { setTimeout as wait } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { REDACTED_TEXT } from '../../../src/model/records/redaction.ts'
import { redactInLog } from '../../../src/store/nodes/administration.ts'
import { openStore } from '../../../src/store/open.ts'
import { ask } from '../../../tests/_support/app.ts'
import { setting } from '../../../tests/_support/planned-changes.ts'
import { Cluster, type Node, until } from '../../../tests/proofs/nodes/cluster.ts'
import { record } from '../../../tests/proofs/nodes/recorders.ts'
import { DURABLE, within } from '../../bound.ts'
import { onBothCores } from '../../load/cores.ts'
import type { Bench, Finding, Row } from '../../row.ts'

/** Milliseconds between two mutations. */
const MUTATED_EVERY = 20

/** How soon a node no longer shows what is redacted in its log, and how long a mutation waits while the node writes its file anew. */
export const redaction: Row = { name: 'nodes/redaction', measure: (bench) => onBothCores(() => measure(bench)) }

async function measure({ rows, stores }: Bench): Promise<Finding[]> {
  const from = await stores.copy(rows)
  const store = await openStore({ file: from })
  await store.append({ batches: [setting], origin: 'IMPORT' })
  const key = store.reader.get<{ key: string }>("select key from changes where record = 'statement'")?.key ?? ''
  store.close()
  await using cluster = await Cluster.open({ nodes: 1, postgres: DURABLE, from })
  stores.remove(from)
  const node = cluster.node(0)
  const mutating = new AbortController()
  const mutated = mutateUntil(cluster, node, mutating.signal)
  // It is awaited below, unless the redaction fails.
  mutated.catch(() => {})
  const start = performance.now()
  await redactInLog(cluster.database.admin, { key, reason: 'Order of a court' })
  await until('the node shows the redaction', async () => (await headlineOf(node, key)) === REDACTED_TEXT)
  const gone = performance.now() - start
  await until('the file is written anew', async () => isClean(node))
  mutating.abort()
  const waits = await mutated
  return [
    within(`from a redaction until a node of ${rows} developments no longer shows the record`, gone, 1_000),
    within(`the longest of ${waits.length} mutations until its file is written anew`, Math.max(...waits), 5_000),
  ]
}

/** Records at a fixed pause, and again what is refused. Returns the milliseconds that each mutation took. */
async function mutateUntil(cluster: Cluster, node: Node, signal: AbortSignal): Promise<readonly number[]> {
  const waits: number[] = []
  while (!signal.aborted) {
    const key = `ferry/redaction-${waits.length}`
    const start = performance.now()
    const isRecorded = async () => (await record(node, cluster.token, key, { once: key })).code === 'RECORDED'
    await until('a mutation is recorded', isRecorded)
    waits.push(performance.now() - start)
    await wait(MUTATED_EVERY)
  }
  return waits
}

async function headlineOf(node: Node, key: string): Promise<unknown> {
  const { body } = await ask(node.url, { query: `{ development(key: "${key}") { headline } }` })
  return (body.data as { development: { headline: string } | null } | null)?.development?.headline
}

function isClean({ file }: Node): boolean {
  const store = new Database(file, { readonly: true })
  try {
    return store.prepare('select 1 from uncleaned').get() === undefined
  } finally {
    store.close()
  }
}
