import { setTimeout as pause } from 'node:timers/promises'
import { openStore } from '../../../src/store/open.ts'
import { alternate, median, percentile } from '../../comparison.ts'
import { ACTOR, control, prepareStore, SOURCE } from '../../load/audience.ts'
import { Crowd, type CrowdOptions } from '../../load/crowd.ts'
import { assertRoomFor } from '../../load/machine.ts'
import { payloadsOf } from '../../load/payloads.ts'
import { processorTime } from '../../load/processor.ts'
import { Service } from '../../load/service.ts'
import { MARKER } from '../../load/subscriber.ts'
import { listQuery, viewOperation } from '../../operations.ts'
import { recordEvent } from '../../recording.ts'
import type { Bench, Finding, Row } from '../../row.ts'

const ROUNDS = 3
/** Changes that were missed. */
const BEHIND = 100
/** Milliseconds for which the event loop of the service may be blocked. */
const HELD = 50
/** Milliseconds between two queries. */
const QUERY_EVERY = 10

/** All subscribers request the changes that they missed from a service that has just started, at the same time. */
export const reconnect: Row = { name: 'fan-out/reconnect', measure }

async function measure({ subscribers, stores, effort }: Bench): Promise<Finding[]> {
  const count = effort.scale(subscribers)
  const behind = effort.scale(BEHIND)
  assertRoomFor(count)
  const file = stores.fresh()
  try {
    const { cursor } = await prepareStore(file)
    await recordEvents(file, behind)
    const options = { transport: 'SSE', operations: [viewOperation({ after: cursor })], count } as const
    const missed = await receivedByOne(file, options, behind)
    const [real, bare] = [new Returns(options, behind), new Returns(options, behind)]
    const { ratio } = await alternate({
      rounds: effort.rounds(ROUNDS),
      a: async () => {
        await using service = await Service.start(file)
        return await real.measure(service, { queried: true })
      },
      b: async () => {
        await using service = await Service.startBaseline('broadcast')
        await control(service.url, 'opening', missed)
        return await bare.measure(service)
      },
    })
    return [
      {
        what: `${count} SSE subscribers return to a restarted service, ${behind} changes behind: until the last has all`,
        comparedWith: 'a bare server that writes the same bytes to each',
        ratio,
        mark: { atMost: 3 },
        detail: `${real.describe()}; ${bare.describe()}; ${(missed.length / 1024).toFixed(0)} kB for each`,
      },
      {
        what: 'p99 of a query of 50 headlines meanwhile',
        comparedWith: `${HELD} ms, for which nothing may hold the service`,
        ratio: real.slowQuery() / HELD,
        detail: real.describeQueries(),
      },
    ]
  } finally {
    stores.remove(file)
  }
}

async function recordEvents(file: string, count: number): Promise<void> {
  const store = await openStore({ file })
  for (let number = 1; number <= count; number++) {
    const key = `missed-${String(number).padStart(6, '0')}`
    await store.append(recordEvent({ key, headline: `Event ${key} ${MARKER}`, source: SOURCE, actor: ACTOR }))
  }
  store.close()
}

/** What the service sends to a subscriber that missed the events. */
async function receivedByOne(
  file: string,
  options: Omit<CrowdOptions, 'url'>,
  behind: number,
): Promise<Buffer<ArrayBuffer>> {
  await using service = await Service.start(file)
  using crowd = await Crowd.connect({ ...options, count: 1, url: service.url.href })
  const { sample } = await crowd.subscribe(behind)
  return Buffer.concat(payloadsOf(Buffer.from(sample, 'base64'), options.transport))
}

/** Measurements of subscribers that return. */
class Returns {
  readonly #options: Omit<CrowdOptions, 'url'>
  readonly #behind: number
  readonly #times: number[] = []
  readonly #works: number[] = []
  readonly #queries: number[] = []

  constructor(options: Omit<CrowdOptions, 'url'>, behind: number) {
    this.#options = options
    this.#behind = behind
  }

  /** Returns the milliseconds from the first request until the last subscriber has all. */
  async measure(service: Service, { queried = false } = {}): Promise<number> {
    using crowd = await Crowd.connect({ ...this.#options, url: service.url.href })
    const before = processorTime(service.pid)
    const returned = crowd.subscribe(this.#behind)
    if (queried) await this.#query(service, returned)
    const { sentAt, lastAt } = await returned
    const after = processorTime(service.pid)
    if (before !== undefined && after !== undefined) this.#works.push(after - before)
    this.#times.push(lastAt - sentAt)
    return lastAt - sentAt
  }

  /** Sends queries, one after the other, until the subscribers have all, or one has failed. */
  async #query(service: Service, returned: Promise<unknown>): Promise<void> {
    const over = new AbortController()
    const end = () => over.abort()
    returned.then(end, end)
    using connection = await service.connect()
    while (!over.signal.aborted) {
      const start = performance.now()
      await connection.send(listQuery({}))
      this.#queries.push(performance.now() - start)
      await pause(QUERY_EVERY)
    }
  }

  slowQuery(): number {
    return percentile(this.#queries, 0.99)
  }

  describe(): string {
    const work = this.#works.length === 0 ? '' : ` (processor ${seconds(median(this.#works))})`
    return `${seconds(median(this.#times))}${work}`
  }

  describeQueries(): string {
    const milliseconds = (part: number) => `${percentile(this.#queries, part).toFixed(0)} ms`
    return `${milliseconds(0.99)}, half of them ${milliseconds(0.5)}, the slowest ${milliseconds(1)}; ${this.#queries.length} queries`
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`
}
