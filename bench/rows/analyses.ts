import { LEDGER, MATRIX, TENSION } from '../analysis-operations.ts'
import { alternate } from '../comparison.ts'
import { Service } from '../load/service.ts'
import { assertSameResponses, Throughput, warmUp } from '../load/throughput.ts'
import { uncached } from '../operations.ts'
import type { Bench, Finding, Row } from '../row.ts'
import { Survey } from '../survey.ts'

const ROUNDS = 7

/** Analyses of a whole dispute, uncached, compared with hand-written loops. */
export const analyses: Row = { name: 'analyses', measure }

async function measure({ rows, stores, effort }: Bench): Promise<Finding[]> {
  const store = await stores.filled(rows)
  using survey = new Survey(store)
  // The first dispute of a synthetic store has 1,000 developments.
  const [dispute = ''] = survey.column<string>('select key from disputes order by id limit 1')
  await using service = await Service.start(store)
  await using baseline = await Service.startBaseline('analyses', store)
  const findings: Finding[] = []
  for (const [what, query] of [
    ['matrix of positions', MATRIX],
    ['ledger of demands', LEDGER],
    ['tension by month', TENSION],
  ] as const) {
    const next = () => uncached({ query, variables: { dispute } })
    await assertSameResponses(service, baseline, [next()])
    await warmUp(service, next, effort)
    await warmUp(baseline, next, effort)
    using a = await Throughput.ofOperations(service, next, effort)
    using b = await Throughput.ofOperations(baseline, next, effort)
    const compared = await alternate({ rounds: effort.rounds(ROUNDS), a: () => a.measure(), b: () => b.measure() })
    findings.push({
      what: `${what} of a dispute of 1,000, never requested before`,
      comparedWith: 'the same bytes by hand',
      ratio: compared.ratio,
      mark: { atLeast: 0.3 },
      detail: `${compared.a.toFixed(0)}/s of ${compared.b.toFixed(0)}/s; of processor a response ${a.processorTime} and ${b.processorTime}`,
    })
  }
  return findings
}
