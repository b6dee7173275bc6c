import { median } from './comparison.ts'
import type { Connection, Question } from './connection.ts'
import { throughput } from './load.ts'
import { processorTime } from './processor.ts'
import type { Effort } from './row.ts'
import type { Service } from './service.ts'

const CONNECTIONS = 4
/** Milliseconds. */
const WARM_UP_MAX = 15_000

export interface Asking {
  readonly next: () => Question
  readonly effort: Effort
}

/** One of two services whose throughput is compared. */
export class Side implements Disposable {
  readonly #service: Service
  readonly #connections: readonly Connection[]
  readonly #next: () => Question
  readonly #slice: number
  readonly #work: number[] = []

  private constructor(service: Service, connections: readonly Connection[], { next, effort }: Asking) {
    this.#service = service
    this.#connections = connections
    this.#next = next
    this.#slice = effort.slice
  }

  /** The service closes connections that idle for five seconds: open a side for each comparison. */
  static async open(service: Service, asking: Asking): Promise<Side> {
    const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => service.connect()))
    return new Side(service, connections, asking)
  }

  /** Answers a second. */
  async run(): Promise<number> {
    const before = processorTime(this.#service.pid)
    let answered = 0
    const next = () => (answered++, this.#next())
    const rate = await throughput({ connections: this.#connections, next, duration: this.#slice })
    const after = processorTime(this.#service.pid)
    if (before !== undefined && after !== undefined) this.#work.push((after - before) / answered)
    return rate
  }

  /** Of the processor, for an answer. */
  get work(): string {
    return `${median(this.#work).toFixed(2)} ms`
  }

  [Symbol.dispose](): void {
    for (const connection of this.#connections) connection[Symbol.dispose]()
  }
}

/** Asks as many questions as `effort` says, for 15 seconds at most. */
export async function warm(service: Service, { next, effort }: Asking): Promise<void> {
  using connection = await service.connect()
  const end = performance.now() + WARM_UP_MAX
  for (let answered = 0; answered < effort.warmUp && performance.now() < end; answered++) await connection.ask(next())
}

/** Throws where two services answer one of the questions otherwise. */
export async function assertSameAnswers(one: Service, other: Service, questions: readonly Question[]): Promise<void> {
  using ours = await one.connect()
  using theirs = await other.connect()
  for (const question of questions) {
    const [answer, expected] = [await ours.ask(question), await theirs.ask(question)]
    if (answer.equals(expected)) continue
    const at = answer.findIndex((byte, index) => byte !== expected[index])
    const [shown, wanted] = [answer, expected].map((body) => body.subarray(Math.max(0, at - 200), at + 400).toString())
    throw new Error(`answered otherwise than by hand, from byte ${at}:\n${shown}\n${wanted}`)
  }
}
