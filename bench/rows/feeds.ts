import { setTimeout as pause } from 'node:timers/promises'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { takeCensus, type Census } from '../census.ts'
import { alternate, median } from '../comparison.ts'
import { FeedStream } from '../load/feed-stream.ts'
import { processorTime } from '../load/processor.ts'
import type { Filter } from '../operations.ts'
import { recordEvent } from '../recording.ts'
import type { Bench, Finding, Row } from '../row.ts'
import { Service } from '../load/service.ts'
import { Survey } from '../survey.ts'

const FEEDS = 100
const ROUNDS = 25
/** Milliseconds from the delivery on the unfiltered feed until all other feeds have processed the commit too. */
const SETTLING = 50

/** A commit while a hundred feeds with different filters are open: its append, and the work of the service on its delivery. */
export const feeds: Row = { name: 'feeds', measure }

async function measure({ rows, fewRows, stores, effort }: Bench): Promise<Finding[]> {
  const files = [await stores.copy(rows), await stores.copy(fewRows)] as const
  const big = await Followed.open(files[0])
  const small = await Followed.open(files[1])
  try {
    await big.commit()
    await small.commit()
    const { ratio } = await alternate({ rounds: effort.rounds(ROUNDS), a: () => big.commit(), b: () => small.commit() })
    return [
      {
        what: `a commit with ${FEEDS} filtered feeds open: its append and the work of the service`,
        comparedWith: `at ${fewRows} rows`,
        ratio,
        mark: { atMost: 1.5 },
        detail: `${big.describe()}; ${small.describe()}`,
      },
    ]
  } finally {
    await big.close()
    await small.close()
    for (const file of files) stores.remove(file)
  }
}

/** A store, a service on it, and its open feeds. */
class Followed {
  readonly #store: Store
  readonly #service: Service
  readonly #streams: readonly FeedStream[]
  readonly #census: Census
  readonly #appends: number[] = []
  readonly #works: number[] = []

  private constructor(opened: { store: Store; service: Service; streams: readonly FeedStream[]; census: Census }) {
    this.#store = opened.store
    this.#service = opened.service
    this.#streams = opened.streams
    this.#census = opened.census
  }

  static async open(file: string): Promise<Followed> {
    using survey = new Survey(file)
    const census = takeCensus(survey)
    const service = await Service.start(file)
    const streams = await Promise.all(
      [null, ...filtersOf(census)].map((filter) =>
        FeedStream.open(service.url, { query: SUBSCRIPTION, variables: { filter } }),
      ),
    )
    return new Followed({ store: await openStore({ file }), service, streams, census })
  }

  /** Commits one event. Returns the milliseconds of the append plus the work of the service. */
  async commit(): Promise<number> {
    const { actors, disputes, sources } = this.#census.rankings
    const key = `recorded/${this.#appends.length + 1}`
    const delivered = this.#streams[0]?.receives(key)
    const before = processorTime(this.#service.pid)
    const start = performance.now()
    await this.#store.append(
      recordEvent({ key, source: sources[0] ?? '', actor: actors[0] ?? '', dispute: disputes[0] ?? '' }),
    )
    const append = performance.now() - start
    await delivered
    const waited = performance.now() - start - append
    await pause(SETTLING)
    const after = processorTime(this.#service.pid)
    const work = before === undefined || after === undefined ? waited : after - before
    this.#appends.push(append)
    this.#works.push(work)
    return append + work
  }

  describe(): string {
    return `append ${median(this.#appends).toFixed(1)} ms, service ${median(this.#works).toFixed(1)} ms`
  }

  async close(): Promise<void> {
    for (const stream of this.#streams) stream[Symbol.dispose]()
    this.#store.close()
    await this.#service[Symbol.asyncDispose]()
  }
}

const SUBSCRIPTION = `subscription Feed($filter: FeedFilter) {
  feed(filter: $filter, heartbeat: 300) {
    ... on FeedChange { kind development { key headline participations { actor { name } } citations { source { title } } } }
  }
}`

/** Common and rarer values of every field of the filter. */
function filtersOf({ rankings }: Census): Filter[] {
  const fields = Object.entries(rankings)
  return Array.from({ length: FEEDS }, (_, index): Filter => {
    const [field, ranking] = fields[index % fields.length] ?? ['kinds', ['EVENT']]
    const rank = Math.floor(index / fields.length) ** 2
    return { [field]: [ranking[Math.min(rank, ranking.length - 1)] ?? ''] }
  })
}
