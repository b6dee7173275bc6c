import { alternate, median } from '../comparison.ts'
import { processorTime } from '../processor.ts'
import { askPage } from '../question.ts'
import { Replay } from '../replay.ts'
import type { Bench, Finding, Row } from '../row.ts'
import { Service } from '../service.ts'

const CONNECTIONS = 4
const ROUNDS = 7

/** The page of the page row asked again, once for its answer and once with the ETag of the last one, and the same by hand. */
export const cachedPage: Row = { name: 'cached', measure }

async function measure({ rows, stores, effort }: Bench): Promise<Finding[]> {
  const store = await stores.filled(rows)
  await using service = await Service.start(store)
  await using byHand = await Service.startHandWritten(store)
  // What idles for five seconds is closed: the sides are opened for each comparison anew.
  const compare = async (what: string, mark: number, request: string, status: 200 | 304): Promise<Finding> => {
    using side = await Side.open(service, { request, status, slice: effort.slice })
    using loop = await Side.open(byHand, { request: postOf(byHand.url), status: 200, slice: effort.slice })
    await side.run()
    await loop.run()
    const { ratio, a, b } = await alternate({ rounds: effort.rounds(ROUNDS), a: () => side.run(), b: () => loop.run() })
    const detail = `${a.toFixed(0)}/s of ${b.toFixed(0)}/s; of processor an answer ${side.work} and ${loop.work}`
    return { what, comparedWith: 'the page by hand', ratio, mark: { atLeast: mark }, detail }
  }
  const again = await compare('the same page asked again', 8, postOf(service.url), 200)
  const etag = await etagOf(service.url)
  const unchanged = await compare('the same page with the ETag of the last answer', 15, getOf(service.url, etag), 304)
  return [again, unchanged]
}

async function etagOf(url: URL): Promise<string | undefined> {
  const { replay, first } = await Replay.open(url, getOf(url), 200)
  replay[Symbol.dispose]()
  return /\r\netag: (\S+)/i.exec(first)?.[1]
}

function postOf({ host }: URL): string {
  const body = JSON.stringify(askPage(null))
  return `POST /graphql HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

function getOf({ host }: URL, etag?: string): string {
  const { query, variables } = askPage(null)
  const parameters = new URLSearchParams({ query, variables: JSON.stringify(variables) })
  const condition = etag === undefined ? '' : `if-none-match: ${etag}\r\n`
  return `GET /graphql?${parameters.toString()} HTTP/1.1\r\nhost: ${host}\r\nx-requested-with: bench\r\n${condition}\r\n`
}

interface Asking {
  readonly request: string
  readonly status: 200 | 304
  /** Milliseconds of load in one round. */
  readonly slice: number
}

/** One of the two that are compared. */
class Side implements Disposable {
  readonly #service: Service
  readonly #replays: readonly Replay[]
  readonly #slice: number
  readonly #work: number[] = []

  private constructor(service: Service, replays: readonly Replay[], slice: number) {
    this.#service = service
    this.#replays = replays
    this.#slice = slice
  }

  static async open(service: Service, { request, status, slice }: Asking): Promise<Side> {
    const opening = Array.from({ length: CONNECTIONS }, () => Replay.open(service.url, request, status))
    return new Side(
      service,
      (await Promise.all(opening)).map(({ replay }) => replay),
      slice,
    )
  }

  /** Answers a second. */
  async run(): Promise<number> {
    const before = processorTime(this.#service.pid)
    const began = performance.now()
    let answered = 0
    await Promise.all(
      this.#replays.map(async (replay) => {
        while (performance.now() < began + this.#slice) {
          await replay.ask()
          answered++
        }
      }),
    )
    const took = performance.now() - began
    const after = processorTime(this.#service.pid)
    if (before !== undefined && after !== undefined) this.#work.push((after - before) / answered)
    return (answered * 1000) / took
  }

  get work(): string {
    return `${median(this.#work).toFixed(3)} ms`
  }

  [Symbol.dispose](): void {
    for (const replay of this.#replays) replay[Symbol.dispose]()
  }
}
