import { LEDGER, MATRIX, TENSION } from '../analysis-question.ts'
import { alternate } from '../comparison.ts'
import { uncached } from '../question.ts'
import type { Bench, Finding, Row } from '../row.ts'
import { Service } from '../service.ts'
import { assertSameAnswers, Side, warm } from '../side.ts'
import { Survey } from '../survey.ts'

const ROUNDS = 7

/** What analysts ask of a whole dispute, answers never seen before, and the same by hand. */
export const analyses: Row = { name: 'analyses', measure }

async function measure({ rows, stores, effort }: Bench): Promise<Finding[]> {
  const store = await stores.filled(rows)
  using survey = new Survey(store)
  // The first that was made has a thousand developments.
  const [dispute = ''] = survey.column<string>('select key from disputes order by id limit 1')
  await using service = await Service.start(store)
  await using byHand = await Service.startAnalysisByHand(store)
  const findings: Finding[] = []
  for (const [what, query] of [
    ['matrix of positions', MATRIX],
    ['ledger of demands', LEDGER],
    ['tension by month', TENSION],
  ] as const) {
    const ask = () => uncached({ query, variables: { dispute } })
    await assertSameAnswers(service, byHand, [ask()])
    await warm(service, { next: ask, effort })
    await warm(byHand, { next: ask, effort })
    using a = await Side.open(service, { next: ask, effort })
    using b = await Side.open(byHand, { next: ask, effort })
    const compared = await alternate({ rounds: effort.rounds(ROUNDS), a: () => a.run(), b: () => b.run() })
    findings.push({
      what: `${what} of a dispute of 1,000, answer never seen before`,
      comparedWith: 'the same bytes by hand',
      ratio: compared.ratio,
      mark: { atLeast: 0.3 },
      detail: `${compared.a.toFixed(0)}/s of ${compared.b.toFixed(0)}/s; of processor an answer ${a.work} and ${b.work}`,
    })
  }
  return findings
}
