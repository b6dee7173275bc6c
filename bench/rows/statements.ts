import type { RawInsertTimes } from '../baseline/raw-inserts.ts'
import { median, percentile } from '../comparison.ts'
import { runNode } from '../load/child.ts'
import type { Bench, Finding, Row } from '../row.ts'
import type { StatementTimes } from '../statements-process.ts'

const ROUNDS = 5
const MOST = 500

/** Recording statements with two citations by mutations, compared with bare transactions of the same rows. */
export const statements: Row = { name: 'statements', measure }

async function measure({ rows, stores, effort }: Bench): Promise<Finding[]> {
  const count = Math.min(MOST, Math.floor(rows / 100))
  const findings: Finding[] = []
  for (const writers of [1, 8]) {
    const recorded: StatementTimes[] = []
    const bare: (readonly number[])[] = []
    for (let round = 0; round < effort.rounds(ROUNDS); round++) {
      const [store, copy] = [stores.fresh(), stores.fresh()]
      recorded.push(await runNode('bench/statements-process.ts', [store, String(count), String(writers)]))
      const { each } = await runNode<RawInsertTimes>('bench/baseline/raw-inserts.ts', [store, copy])
      bare.push(each.slice(-count))
      stores.remove(store)
      stores.remove(copy)
    }
    const wholes = bare.map((each) => each.reduce((sum, time) => sum + time, 0))
    const own = recorded.map(({ whole }) => whole)
    findings.push({
      what: `recording ${count} statements, ${writers === 1 ? 'one writer' : `${writers} writers at once`}`,
      comparedWith: 'bare transactions of the same rows, one after the other',
      ratio: median(own.map((whole, round) => whole / (wholes[round] ?? Number.NaN))),
      mark: { atMost: 3 },
      detail: `${rate(count, own)}, p99 ${worst(recorded.map(({ each }) => each))}; ${rate(count, wholes)}, p99 ${worst(bare)}`,
    })
  }
  return findings
}

function rate(count: number, wholes: readonly number[]): string {
  return `${((count / median(wholes)) * 1_000).toFixed(0)}/s`
}

function worst(rounds: readonly (readonly number[])[]): string {
  return `${median(rounds.map((each) => percentile(each, 0.99))).toFixed(1)} ms`
}
