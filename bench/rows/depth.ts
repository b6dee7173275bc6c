import { alternate } from '../comparison.ts'
import { timeOf } from '../load/timing.ts'
import { listQuery, pageQuery, uncached } from '../operations.ts'
import type { Bench, Finding, Row } from '../row.ts'
import { Service } from '../load/service.ts'
import { Survey } from '../survey.ts'

const ROUNDS = 11
const REQUESTS = 20

/** Pages far down the list of all developments, compared with the first page. */
export const depth: Row = { name: 'depth', measure }

async function measure({ rows, stores, effort }: Bench): Promise<Finding[]> {
  const store = await stores.filled(rows)
  using survey = new Survey(store)
  const cursors = survey.cursors({ from: 0.95, to: 0.96, seed: 2 })
  await using service = await Service.start(store)
  using connection = await service.connect()
  let sent = 0
  const deepCursor = (): string => cursors[sent++ % cursors.length] ?? ''
  const whole = (after: () => string | null) => () => uncached(pageQuery(after()))
  const headlines = (after: () => string | null) => () => listQuery({ after: after() })
  const findings: Finding[] = []
  for (const [what, of] of [
    ['page of 50 with participants and sources', whole],
    ['page of 50 headlines', headlines],
  ] as const) {
    const time = (after: () => string | null) =>
      timeOf({ pid: service.pid, connection, next: of(after), count: REQUESTS })
    await time(deepCursor)
    await time(() => null)
    const { ratio, a, b } = await alternate({
      rounds: effort.rounds(ROUNDS),
      a: () => time(deepCursor),
      b: () => time(() => null),
    })
    findings.push({
      what: `${what} at 95 % depth`,
      comparedWith: 'the first page',
      ratio,
      mark: { atMost: 1.5 },
      detail: `${a.toFixed(2)} ms, ${b.toFixed(2)} ms`,
    })
  }
  return findings
}
