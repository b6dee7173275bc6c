import { median } from './comparison.ts'
import type { Connection, Question } from './connection.ts'
import { throughput } from './load.ts'
import { processorTime } from './processor.ts'
import type { Service } from './service.ts'

const CONNECTIONS = 4
/** Milliseconds. */
const SLICE = 1_000
/** Until so many answers a process still compiles what it runs: the first take half as long again. */
const WARMING = 3_000
/** Milliseconds. */
const WARMING_MOST = 15_000

/** One of two services whose throughput is compared. */
export class Side implements Disposable {
  readonly #service: Service
  readonly #connections: readonly Connection[]
  readonly #next: () => Question
  readonly #work: number[] = []

  private constructor(service: Service, connections: readonly Connection[], next: () => Question) {
    this.#service = service
    this.#connections = connections
    this.#next = next
  }

  /** What idles for five seconds is closed: a side is opened for each comparison anew. */
  static async open(service: Service, next: () => Question): Promise<Side> {
    const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => service.connect()))
    return new Side(service, connections, next)
  }

  /** Answers a second. */
  async run(): Promise<number> {
    const before = processorTime(this.#service.pid)
    let answered = 0
    const next = () => (answered++, this.#next())
    const rate = await throughput({ connections: this.#connections, next, duration: SLICE })
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

/** Asks until answers take as long as all that follow, or for ten seconds. */
export async function warm(service: Service, next: () => Question): Promise<void> {
  using connection = await service.connect()
  const end = performance.now() + WARMING_MOST
  for (let answered = 0; answered < WARMING && performance.now() < end; answered++) await connection.ask(next())
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
