import { alternate } from '../comparison.ts'
import { timeOf } from '../load/timing.ts'
import { listQuery, searchQuery } from '../operations.ts'
import type { Bench, Finding, Row } from '../row.ts'
import { Service } from '../load/service.ts'
import { Survey } from '../survey.ts'

const ROUNDS = 11
const REQUESTS = 8

/** A search for a word in the big store, compared with the small one. */
export const search: Row = { name: 'search', measure }

async function measure({ rows, fewRows, stores, effort }: Bench): Promise<Finding[]> {
  const files = [await stores.filled(rows), await stores.filled(fewRows)] as const
  const [manyWords, fewWords] = files.map((file) => {
    using survey = new Survey(file)
    return survey.words()
  })
  await using many = await Service.start(files[0])
  await using few = await Service.start(files[1])
  using toMany = await many.connect()
  using toFew = await few.connect()
  const rare = manyWords?.at(-1)
  // Counts decrease along the ranking.
  const asRare = fewWords?.findLast(({ developments }) => developments >= (rare?.developments ?? 0))
  const findings: Finding[] = []
  for (const [what, operationOf, word, other, marked] of [
    ['the rarest word, newest first', (text: string) => listQuery({ filter: { text } }), rare, fewWords?.at(-1), true],
    ['a rare word, by relevance, with snippets', searchQuery, rare, asRare, true],
    ['the commonest word, by relevance, with snippets', searchQuery, manyWords?.[0], fewWords?.[0], false],
  ] as const) {
    if (word === undefined || other === undefined) throw new Error('the store has no words')
    const a = () => timeOf({ pid: many.pid, connection: toMany, next: () => operationOf(word.word), count: REQUESTS })
    const b = () => timeOf({ pid: few.pid, connection: toFew, next: () => operationOf(other.word), count: REQUESTS })
    await a()
    await b()
    const compared = await alternate({ rounds: effort.rounds(ROUNDS), a, b })
    findings.push({
      what: `search for ${what}`,
      comparedWith: `at ${fewRows} rows`,
      ratio: compared.ratio,
      ...(marked ? { mark: { atMost: 3 } } : {}),
      detail: `${compared.a.toFixed(2)} ms, ${compared.b.toFixed(2)} ms; in ${word.developments} and ${other.developments} developments`,
    })
  }
  return findings
}
