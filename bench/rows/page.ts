import { alternate } from '../comparison.ts'
import { Service } from '../load/service.ts'
import { assertSameResponses, Throughput, warmUp } from '../load/throughput.ts'
import { pageQuery } from '../operations.ts'
import type { Bench, Finding, Row } from '../row.ts'
import { Survey } from '../survey.ts'

const ROUNDS = 7

/** Pages of 50 with participants and sources, each requested for the first time, compared with a hand-written loop. */
export const page: Row = { name: 'page', measure }

async function measure({ rows, stores, effort }: Bench): Promise<Finding[]> {
  const store = await stores.filled(rows)
  using survey = new Survey(store)
  // The last hundredth is left out: pages at the end of the list are shorter.
  const cursors = survey.cursors({ from: 0, to: 0.99, seed: 1 })
  await using service = await Service.start(store)
  await using baseline = await Service.startBaseline('page', store)
  await assertSameResponses(
    service,
    baseline,
    [null, ...cursors.splice(0, 20)].map((after) => pageQuery(after)),
  )
  // The baseline has no cache, so it may get the same pages again.
  const repeated = [...cursors]
  let sent = 0
  const next = () => {
    const cursor = cursors.pop()
    if (cursor === undefined) throw new Error('every page has been requested; give more --rows')
    return pageQuery(cursor)
  }
  const nextOfBaseline = () => pageQuery(repeated[sent++ % repeated.length] ?? '')
  await warmUp(service, next, effort)
  await warmUp(baseline, nextOfBaseline, effort)
  using a = await Throughput.ofOperations(service, next, effort)
  using b = await Throughput.ofOperations(baseline, nextOfBaseline, effort)
  const compared = await alternate({ rounds: effort.rounds(ROUNDS), a: () => a.measure(), b: () => b.measure() })
  return [
    {
      what: 'page of 50 with participants and sources, never requested before',
      comparedWith: 'the same bytes by hand',
      ratio: compared.ratio,
      mark: { atLeast: 0.55 },
      detail: `${compared.a.toFixed(0)}/s of ${compared.b.toFixed(0)}/s; of processor a page ${a.processorTime} and ${b.processorTime}`,
    },
  ]
}
