import { alternate } from '../comparison.ts'
import { askList } from '../question.ts'
import type { Bench, Finding, Row } from '../row.ts'
import { Service } from '../service.ts'

const ROUNDS = 7

/** From the start of the process to its first answer. */
export const start: Row = { name: 'start', measure }

async function measure({ rows, stores, effort }: Bench): Promise<Finding[]> {
  const filled = await stores.filled(rows)
  const empty = stores.fresh()
  // Makes the empty store, which is no part of what is compared, and warms what the system keeps of files.
  await firstAnswer(empty)
  await firstAnswer(filled)
  const { ratio, a, b } = await alternate({
    rounds: effort.rounds(ROUNDS),
    a: () => firstAnswer(filled),
    b: () => firstAnswer(empty),
  })
  stores.remove(empty)
  return [
    {
      what: 'from process start to first answer',
      comparedWith: 'with an empty store',
      ratio,
      mark: { atMost: 1.5 },
      detail: `${a.toFixed(0)} ms, ${b.toFixed(0)} ms`,
    },
  ]
}

/** Milliseconds. */
async function firstAnswer(store: string): Promise<number> {
  const began = performance.now()
  await using service = await Service.start(store)
  using connection = await service.connect()
  await connection.ask(askList({}))
  return performance.now() - began
}
