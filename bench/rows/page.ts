import { alternate, median } from '../comparison.ts'
import type { Connection } from '../connection.ts'
import { throughput } from '../load.ts'
import { processorTime } from '../processor.ts'
import { askPage } from '../question.ts'
import type { Bench, Finding, Row } from '../row.ts'
import { Service } from '../service.ts'
import { Survey } from '../survey.ts'

const CONNECTIONS = 4
const ROUNDS = 7
/** Milliseconds. */
const SLICE = 1_000

/** A page of 50 with participants and sources that nobody has asked for before, and the same by hand. */
export const page: Row = { name: 'page', measure }

async function measure({ rows, stores }: Bench): Promise<Finding[]> {
  const store = await stores.filled(rows)
  using survey = new Survey(store)
  // Not from the last hundredth: where the list ends its pages are shorter.
  const cursors = survey.cursors({ from: 0, to: 0.99, seed: 1 })
  await using service = await Service.start(store)
  await using byHand = await Service.startHandWritten(store)
  const ours = await connect(service)
  const theirs = await connect(byHand)
  await assertSameBytes(ours, theirs, cursors.splice(0, 20))
  // The loop keeps no answers, so it may be asked for the same again.
  const repeated = [...cursors]
  let asked = 0
  const fresh = (): string => {
    const cursor = cursors.pop()
    if (cursor === undefined) throw new Error('every page has been asked for; give more --rows')
    return cursor
  }
  const a = new Side(service, ours, fresh)
  const b = new Side(byHand, theirs, () => repeated[asked++ % repeated.length] ?? '')
  await a.run()
  await b.run()
  const compared = await alternate({ rounds: ROUNDS, a: () => a.run(), b: () => b.run() })
  for (const connection of [...ours, ...theirs]) connection[Symbol.dispose]()
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

/** One of the two that are compared. */
class Side {
  readonly #service: Service
  readonly #connections: readonly Connection[]
  readonly #next: () => string
  readonly #work: number[] = []

  constructor(service: Service, connections: readonly Connection[], next: () => string) {
    this.#service = service
    this.#connections = connections
    this.#next = next
  }

  /** Pages a second. */
  async run(): Promise<number> {
    const before = processorTime(this.#service.pid)
    let answered = 0
    const next = () => (answered++, askPage(this.#next()))
    const rate = await throughput({ connections: this.#connections, next, duration: SLICE })
    const after = processorTime(this.#service.pid)
    if (before !== undefined && after !== undefined) this.#work.push((after - before) / answered)
    return rate
  }

  get work(): string {
    return `${median(this.#work).toFixed(2)} ms`
  }
}

function connect(service: Service): Promise<Connection[]> {
  return Promise.all(Array.from({ length: CONNECTIONS }, () => service.connect()))
}

async function assertSameBytes([one]: Connection[], [other]: Connection[], cursors: readonly string[]): Promise<void> {
  for (const after of [null, ...cursors]) {
    const [ours, theirs] = [await one?.ask(askPage(after)), await other?.ask(askPage(after))]
    if (ours !== undefined && theirs !== undefined && ours.equals(theirs)) continue
    const [shown, expected] = [ours, theirs].map((body) => String(body).slice(0, 600))
    throw new Error(`the loop answers otherwise than the service:\n${shown}\n${expected}`)
  }
}
