import { alternate } from '../comparison.ts'
import { Replay } from '../load/replay.ts'
import { Service } from '../load/service.ts'
import { Throughput } from '../load/throughput.ts'
import { pageQuery } from '../operations.ts'
import type { Bench, Finding, Row } from '../row.ts'

const ROUNDS = 7

/** The page of the row `page` requested again, without and with the ETag of the last response, compared with the hand-written loop. */
export const cachedPage: Row = { name: 'cached', measure }

async function measure({ rows, stores, effort }: Bench): Promise<Finding[]> {
  const store = await stores.filled(rows)
  await using service = await Service.start(store)
  await using baseline = await Service.startBaseline('page', store)
  const compare = async (what: string, mark: number, request: string, status: 200 | 304): Promise<Finding> => {
    using again = await Throughput.ofReplays(service, { request, status, effort })
    using loop = await Throughput.ofReplays(baseline, { request: postOf(baseline.url), status: 200, effort })
    await again.measure()
    await loop.measure()
    const compared = await alternate({
      rounds: effort.rounds(ROUNDS),
      a: () => again.measure(),
      b: () => loop.measure(),
    })
    return {
      what,
      comparedWith: 'the page by hand',
      ratio: compared.ratio,
      mark: { atLeast: mark },
      detail: `${compared.a.toFixed(0)}/s of ${compared.b.toFixed(0)}/s; of processor a response ${again.processorTime} and ${loop.processorTime}`,
    }
  }
  const again = await compare('the same page requested again', 9.5, postOf(service.url), 200)
  const etag = await etagOf(service.url)
  const unchanged = await compare('the same page with the ETag of the last response', 16, getOf(service.url, etag), 304)
  return [again, unchanged]
}

async function etagOf(url: URL): Promise<string | undefined> {
  const { replay, first } = await Replay.open(url, getOf(url), 200)
  replay[Symbol.dispose]()
  return /\r\netag: (\S+)/i.exec(first)?.[1]
}

function postOf({ host }: URL): string {
  const body = JSON.stringify(pageQuery(null))
  return `POST /graphql HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

function getOf({ host }: URL, etag?: string): string {
  const { query, variables } = pageQuery(null)
  const parameters = new URLSearchParams({ query, variables: JSON.stringify(variables) })
  const condition = etag === undefined ? '' : `if-none-match: ${etag}\r\n`
  return `GET /graphql?${parameters.toString()} HTTP/1.1\r\nhost: ${host}\r\n${condition}\r\n`
}
