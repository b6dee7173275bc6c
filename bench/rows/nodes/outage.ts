import { Cluster, until } from '../../../tests/proofs/nodes/cluster.ts'
import { record } from '../../../tests/proofs/nodes/recorders.ts'
import { median } from '../../comparison.ts'
import type { Bench, Finding, Row } from '../../row.ts'
import { DURABLE, within } from '../../bound.ts'
import { onBothCores } from '../../load/cores.ts'

const ROUNDS = 5

/** How soon all goes on when PostgreSQL is back. */
export const outage: Row = { name: 'nodes/outage', measure: (bench) => onBothCores(() => measure(bench)) }

async function measure({ effort }: Bench): Promise<Finding[]> {
  await using cluster = await Cluster.open({ postgres: DURABLE })
  const [firsts, levels]: [number[], number[]] = [[], []]
  for (let round = 0; round < effort.rounds(ROUNDS); round++) {
    await cluster.postgres.crash()
    await record(cluster.node(1), cluster.token, `ferry/away-${round}`)
    await cluster.postgres.start()
    const start = performance.now()
    const key = `ferry/back-${round}`
    const send = () => record(cluster.node(0), cluster.token, key, { once: key })
    await until('a mutation is recorded', async () => (await send()).code === 'RECORDED')
    firsts.push(performance.now() - start)
    await cluster.level()
    levels.push(performance.now() - start)
  }
  return [
    within('from PostgreSQL being back to the first mutation', median(firsts), 1_000),
    within('from PostgreSQL being back to all nodes being level', median(levels), 2_000),
  ]
}
