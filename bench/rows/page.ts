import { alternate } from '../comparison.ts'
import { askPage } from '../question.ts'
import type { Bench, Finding, Row } from '../row.ts'
import { Service } from '../service.ts'
import { assertSameAnswers, Side, warm } from '../side.ts'
import { Survey } from '../survey.ts'

const ROUNDS = 7

/** A page of 50 with participants and sources that nobody has asked for before, and the same by hand. */
export const page: Row = { name: 'page', measure }

async function measure({ rows, stores, effort }: Bench): Promise<Finding[]> {
  const store = await stores.filled(rows)
  using survey = new Survey(store)
  // Not from the last hundredth: where the list ends its pages are shorter.
  const cursors = survey.cursors({ from: 0, to: 0.99, seed: 1 })
  await using service = await Service.start(store)
  await using byHand = await Service.startHandWritten(store)
  await assertSameAnswers(
    service,
    byHand,
    [null, ...cursors.splice(0, 20)].map((after) => askPage(after)),
  )
  // The loop keeps no answers, so it may be asked for the same again.
  const repeated = [...cursors]
  let asked = 0
  const fresh = (): string => {
    const cursor = cursors.pop()
    if (cursor === undefined) throw new Error('every page has been asked for; give more --rows')
    return cursor
  }
  const next = () => askPage(fresh())
  const nextByHand = () => askPage(repeated[asked++ % repeated.length] ?? '')
  await warm(service, { next, effort })
  await warm(byHand, { next: nextByHand, effort })
  using a = await Side.open(service, { next, effort })
  using b = await Side.open(byHand, { next: nextByHand, effort })
  const compared = await alternate({ rounds: effort.rounds(ROUNDS), a: () => a.run(), b: () => b.run() })
  return [
    {
      what: 'page of 50 with participants and sources, answer never seen before',
      comparedWith: 'the same bytes by hand',
      ratio: compared.ratio,
      mark: { atLeast: 0.4 },
      detail: `${compared.a.toFixed(0)}/s of ${compared.b.toFixed(0)}/s; of processor a page ${a.work} and ${b.work}`,
    },
  ]
}
