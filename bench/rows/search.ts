import { alternate } from '../comparison.ts'
import { timeOf } from '../load.ts'
import { askList, askSearch } from '../question.ts'
import type { Bench, Finding, Row } from '../row.ts'
import { Service } from '../service.ts'
import { Survey } from '../survey.ts'

const ROUNDS = 11
const QUESTIONS = 8

/** Searching for a word in the big store and in the small one. */
export const search: Row = { name: 'search', measure }

async function measure({ rows, fewRows, stores, effort }: Bench): Promise<Finding[]> {
  const files = [await stores.filled(rows), await stores.filled(fewRows)] as const
  const [inMany, inFew] = files.map((file) => {
    using survey = new Survey(file)
    return survey.words()
  })
  await using many = await Service.start(files[0])
  await using few = await Service.start(files[1])
  using askMany = await many.connect()
  using askFew = await few.connect()
  const rare = inMany?.at(-1)
  // Counts do not grow along the ranking.
  const asRare = inFew?.findLast(({ developments }) => developments >= (rare?.developments ?? 0))
  const findings: Finding[] = []
  for (const [what, ask, word, other, marked] of [
    ['the rarest word, newest first', (text: string) => askList({ filter: { text } }), rare, inFew?.at(-1), true],
    ['a rare word, by relevance, with snippets', askSearch, rare, asRare, true],
    ['the commonest word, by relevance, with snippets', askSearch, inMany?.[0], inFew?.[0], false],
  ] as const) {
    if (word === undefined || other === undefined) throw new Error('the texts have no words')
    const a = () => timeOf({ pid: many.pid, connection: askMany, next: () => ask(word.word), count: QUESTIONS })
    const b = () => timeOf({ pid: few.pid, connection: askFew, next: () => ask(other.word), count: QUESTIONS })
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
