import { takeCensus } from '../census.ts'
import { median } from '../comparison.ts'
import type { Connection, Operation } from '../load/connection.ts'
import { residentMemory } from '../load/processor.ts'
import { listQuery, pageQuery, uncached, type Filter } from '../operations.ts'
import { Random } from '../synthetic/random.ts'
import type { Bench, Finding, Row } from '../row.ts'
import { Service } from '../load/service.ts'
import { Survey } from '../survey.ts'

const CONNECTIONS = 4
const MINUTE = 60_000
/** At most this many milliseconds between two samples of the memory. */
const SAMPLE_EVERY = 500
/** Minutes from which the mark applies: shorter runs say little. */
const MARKED_FROM = 10

/** Memory of the service after minutes of mixed reading, compared with a tenth of that time. */
export const memory: Row = { name: 'memory', measure }

async function measure({ rows, soak, stores }: Bench): Promise<Finding[]> {
  const store = await stores.filled(rows)
  const next = mixedReading(store)
  await using service = await Service.start(store)
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => service.connect()))
  const whole = soak * MINUTE
  const samples: { readonly at: number; readonly memory: number }[] = []
  const start = performance.now()
  const sample = () => samples.push({ at: performance.now() - start, memory: residentMemory(service.pid) })
  sample()
  const sampling = setInterval(sample, Math.min(SAMPLE_EVERY, whole / 40))
  let responses = 0
  try {
    await Promise.all(
      connections.map(async (connection: Connection) => {
        for (; performance.now() - start < whole; responses++) await connection.send(next())
      }),
    )
  } finally {
    clearInterval(sampling)
    for (const connection of connections) connection[Symbol.dispose]()
  }
  // Garbage collection makes memory fluctuate: take the median of the samples in the twentieth of the run before each moment.
  const around = (moment: number) => {
    const earlier = samples.filter(({ at }) => at <= moment)
    const recent = earlier.filter(({ at }) => at > moment - whole / 20)
    return median((recent.length > 0 ? recent : earlier.slice(-1)).map((each) => each.memory))
  }
  const [early, late] = [around(whole / 10), around(whole)]
  const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`
  return [
    {
      what: `memory of the service after ${soak} min of mixed reading`,
      comparedWith: `after ${soak / 10} min`,
      ratio: late / early,
      ...(soak >= MARKED_FROM ? { mark: { atMost: 1.1 } } : {}),
      detail: `${megabytes(late)}, ${megabytes(early)}; ${responses} responses`,
    },
  ]
}

/** Random uncached operations: pages anywhere in the list, filters, single developments, the feed. */
function mixedReading(store: string): () => Operation {
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
    if (which < 0.3) return uncached(pageQuery(random.pick(cursors)))
    if (which < 0.6) return listQuery({ filter: filter() })
    if (which < 0.8) return uncached(pageQuery(null, filter()))
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
