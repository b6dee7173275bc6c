import { takeCensus } from '../census.ts'
import { median } from '../comparison.ts'
import type { Connection, Question } from '../connection.ts'
import { residentMemory } from '../processor.ts'
import { askList, askPage, uncached, type Filter } from '../question.ts'
import { Random } from '../random.ts'
import type { Bench, Finding, Row } from '../row.ts'
import { Service } from '../service.ts'
import { Survey } from '../survey.ts'

const CONNECTIONS = 4
const MINUTE = 60_000
/** The most milliseconds between two looks at the memory. */
const LOOK_EVERY = 500
/** The mark is for ten minutes compared with one; less says little. */
const MARKED_FROM = 10

/** The memory of the service after minutes of mixed reading, and after the first tenth of them. */
export const memory: Row = { name: 'memory', measure }

async function measure({ rows, soak, stores }: Bench): Promise<Finding[]> {
  const store = await stores.filled(rows)
  const next = mixedReading(store)
  await using service = await Service.start(store)
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => service.connect()))
  const whole = soak * MINUTE
  const looks: { readonly at: number; readonly memory: number }[] = []
  const began = performance.now()
  const looking = setInterval(
    () => {
      looks.push({ at: performance.now() - began, memory: residentMemory(service.pid) })
    },
    Math.min(LOOK_EVERY, whole / 40),
  )
  let answered = 0
  try {
    await Promise.all(
      connections.map(async (connection: Connection) => {
        for (; performance.now() - began < whole; answered++) await connection.ask(next())
      }),
    )
  } finally {
    clearInterval(looking)
    for (const connection of connections) connection[Symbol.dispose]()
  }
  // Garbage makes memory go up and down: the median of a twentieth of the time before each moment.
  const around = (moment: number) =>
    median(looks.filter(({ at }) => at <= moment && at > moment - whole / 20).map((look) => look.memory))
  const [early, late] = [around(whole / 10), around(whole)]
  const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`
  return [
    {
      what: `memory of the service after ${soak} min of mixed reading`,
      comparedWith: `after ${soak / 10} min`,
      ratio: late / early,
      ...(soak >= MARKED_FROM ? { mark: { atMost: 1.1 } } : {}),
      detail: `${megabytes(late)}, ${megabytes(early)}; ${answered} answers`,
    },
  ]
}

/** Pages anywhere in the list, filters of all sorts, single records: at random, and no answer asked for twice. */
function mixedReading(store: string): () => Question {
  using survey = new Survey(store)
  const cursors = survey.cursors({ from: 0, to: 1, seed: 3 })
  const keys = survey.column<string>('select key from developments limit 50000')
  const { rankings } = takeCensus(survey)
  const fields = Object.entries(rankings)
  const random = new Random(1, 'reading')
  const filter = (): Filter => {
    const [field, ranking] = random.pick(fields)
    return { [field]: [random.pick(ranking)] }
  }
  return () => {
    const which = random.next()
    if (which < 0.3) return uncached(askPage(random.pick(cursors)))
    if (which < 0.6) return askList({ filter: filter() })
    if (which < 0.8) return uncached(askPage(null, filter()))
    if (which < 0.95) return uncached({ query: ONE, variables: { key: random.pick(keys) } })
    return uncached({ query: FEED, variables: {} })
  }
}

const ONE = `query One($key: Key!) {
  development(key: $key) {
    key headline summary date { edtf label } disputes { key title } places { key name }
    codings { type score initiators { key } recipients { key } } citations { source { key } credibility }
    links { relation development { key headline } }
  }
}`
const FEED = 'query Feed { feedPage(first: 50) { changes { kind development { key headline } } } }'
