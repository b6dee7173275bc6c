import { alternate } from '../comparison.ts'
import { timeOf } from '../load.ts'
import { askList, askPage, uncached } from '../question.ts'
import type { Bench, Finding, Row } from '../row.ts'
import { Service } from '../service.ts'
import { Survey } from '../survey.ts'

const ROUNDS = 11
const QUESTIONS = 20

/** Pages far down the list of all developments, and its first one. */
export const depth: Row = { name: 'depth', measure }

async function measure({ rows, stores, effort }: Bench): Promise<Finding[]> {
  const store = await stores.filled(rows)
  using survey = new Survey(store)
  const cursors = survey.cursors({ from: 0.95, to: 0.96, seed: 2 })
  await using service = await Service.start(store)
  using connection = await service.connect()
  let asked = 0
  const deep = (): string => cursors[asked++ % cursors.length] ?? ''
  const whole = (after: () => string | null) => () => uncached(askPage(after()))
  const headlines = (after: () => string | null) => () => askList({ after: after() })
  const findings: Finding[] = []
  for (const [what, of] of [
    ['page of 50 with participants and sources', whole],
    ['page of 50 headlines', headlines],
  ] as const) {
    const time = (after: () => string | null) =>
      timeOf({ pid: service.pid, connection, next: of(after), count: QUESTIONS })
    await time(deep)
    await time(() => null)
    const { ratio, a, b } = await alternate({
      rounds: effort.rounds(ROUNDS),
      a: () => time(deep),
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
