import { alternate } from '../comparison.ts'
import { listQuery } from '../operations.ts'
import type { Bench, Finding, Row } from '../row.ts'
import { Service } from '../load/service.ts'

const ROUNDS = 7

/** From process start to the first response. */
export const start: Row = { name: 'start', measure }

async function measure({ rows, stores, effort }: Bench): Promise<Finding[]> {
  const filled = await stores.filled(rows)
  const empty = stores.fresh()
  // Creates the empty store and warms the file cache; neither is measured.
  await firstResponse(empty)
  await firstResponse(filled)
  const { ratio, a, b } = await alternate({
    rounds: effort.rounds(ROUNDS),
    a: () => firstResponse(filled),
    b: () => firstResponse(empty),
  })
  stores.remove(empty)
  return [
    {
      what: 'from process start to first response',
      comparedWith: 'with an empty store',
      ratio,
      mark: { atMost: 1.5 },
      detail: `${a.toFixed(0)} ms, ${b.toFixed(0)} ms`,
    },
  ]
}

/** Milliseconds until the first response. */
async function firstResponse(store: string): Promise<number> {
  const startedAt = performance.now()
  await using service = await Service.start(store)
  using connection = await service.connect()
  await connection.send(listQuery({}))
  return performance.now() - startedAt
}
