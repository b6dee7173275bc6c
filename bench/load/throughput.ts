import { median } from '../comparison.ts'
import type { Effort } from '../row.ts'
import type { Operation } from './connection.ts'
import { processorTime } from './processor.ts'
import { Replay } from './replay.ts'
import type { Service } from './service.ts'

const CONNECTIONS = 4
/** Milliseconds. */
const WARM_UP_MAX = 15_000

interface Sender extends Disposable {
  send(): Promise<unknown>
}

/** Load on a service over four connections. The service closes connections that idle for five seconds: open one for each comparison. */
export class Throughput implements Disposable {
  readonly #service: Service
  readonly #senders: readonly Sender[]
  readonly #slice: number
  readonly #processorTimes: number[] = []

  private constructor(service: Service, senders: readonly Sender[], { slice }: Effort) {
    this.#service = service
    this.#senders = senders
    this.#slice = slice
  }

  /** Sends the operations that `next` returns. */
  static async ofOperations(service: Service, next: () => Operation, effort: Effort): Promise<Throughput> {
    const senders = await onEachConnection(async (): Promise<Sender> => {
      const connection = await service.connect()
      return { send: () => connection.send(next()), [Symbol.dispose]: () => connection[Symbol.dispose]() }
    })
    return new Throughput(service, senders, effort)
  }

  /** Sends the same HTTP request over and over. */
  static async ofReplays(
    service: Service,
    { request, status, effort }: { readonly request: string; readonly status: 200 | 304; readonly effort: Effort },
  ): Promise<Throughput> {
    const senders = await onEachConnection(async () => (await Replay.open(service.url, request, status)).replay)
    return new Throughput(service, senders, effort)
  }

  /** Responses per second. */
  async measure(): Promise<number> {
    const before = processorTime(this.#service.pid)
    const start = performance.now()
    let responses = 0
    await Promise.all(
      this.#senders.map(async (sender) => {
        while (performance.now() < start + this.#slice) {
          await sender.send()
          responses++
        }
      }),
    )
    const elapsed = performance.now() - start
    const after = processorTime(this.#service.pid)
    if (before !== undefined && after !== undefined) this.#processorTimes.push((after - before) / responses)
    return (responses * 1000) / elapsed
  }

  /** Processor time of the service per response. */
  get processorTime(): string {
    return `${median(this.#processorTimes).toFixed(3)} ms`
  }

  [Symbol.dispose](): void {
    for (const sender of this.#senders) sender[Symbol.dispose]()
  }
}

function onEachConnection(open: () => Promise<Sender>): Promise<Sender[]> {
  return Promise.all(Array.from({ length: CONNECTIONS }, open))
}

/** Sends as many operations as `effort` says, for 15 seconds at most. */
export async function warmUp(service: Service, next: () => Operation, effort: Effort): Promise<void> {
  using connection = await service.connect()
  const end = performance.now() + WARM_UP_MAX
  for (let sent = 0; sent < effort.warmUp && performance.now() < end; sent++) await connection.send(next())
}

/** Throws if two services respond differently to one of the operations. */
export async function assertSameResponses(
  one: Service,
  other: Service,
  operations: readonly Operation[],
): Promise<void> {
  using first = await one.connect()
  using second = await other.connect()
  for (const operation of operations) {
    const [actual, expected] = [await first.send(operation), await second.send(operation)]
    if (actual.equals(expected)) continue
    const at = actual.findIndex((byte, index) => byte !== expected[index])
    const excerpts = [actual, expected].map((body) => body.subarray(Math.max(0, at - 200), at + 400).toString())
    throw new Error(`responses differ from byte ${at}:\n${excerpts.join('\n')}`)
  }
}
