import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { DEVELOPMENT_COLUMNS } from '../../src/dossier/export/development-table.ts'
import { alternate } from '../comparison.ts'
import { megabytes } from '../load/machine.ts'
import { residentMemory } from '../load/processor.ts'
import { Service } from '../load/service.ts'
import type { Bench, Finding, Row } from '../row.ts'

const ROUNDS = 3
const PATH = '/export/developments.csv'

/** All developments as CSV, over HTTP. */
export const table: Row = { name: 'table', measure }

async function measure({ rows, fewRows, stores, effort }: Bench): Promise<Finding[]> {
  const store = await stores.filled(rows)
  await using service = await Service.start(store)
  await using baseline = await Service.startBaseline('table', store)
  const byHand = `${PATH}?${encodeURIComponent(DEVELOPMENT_COLUMNS.map(({ name }) => name).join(','))}`
  const [actual, expected] = [await read(service, PATH), await read(baseline, byHand)]
  if (actual.hash !== expected.hash) throw new Error(`the tables differ: ${actual.bytes} and ${expected.bytes} bytes`)
  const { ratio, a, b } = await alternate({
    rounds: effort.rounds(ROUNDS),
    a: async () => (rows * 1_000) / (await read(service, PATH)).time,
    b: async () => (rows * 1_000) / (await read(baseline, byHand)).time,
  })
  const [most, least] = [await peakOf(store), await peakOf(await stores.filled(fewRows))]
  return [
    {
      what: `${rows} developments as CSV, over HTTP`,
      comparedWith: 'a loop that reads the same rows and joins strings',
      ratio,
      mark: { atLeast: 0.5 },
      detail: `${a.toFixed(0)}/s of ${b.toFixed(0)}/s, ${megabytes(actual.bytes)}`,
    },
    {
      what: `peak memory of a service that exports ${rows} developments`,
      comparedWith: `of one that exports ${fewRows}`,
      ratio: most / least,
      mark: { atMost: 1.5 },
      detail: `${megabytes(most)}, ${megabytes(least)}`,
    },
  ]
}

interface Read {
  readonly hash: string
  readonly bytes: number
  /** In milliseconds. */
  readonly time: number
}

async function read(service: Service, path: string): Promise<Read> {
  const start = performance.now()
  const sent = request(new URL(path, service.url), { agent: false }).end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  if (response.statusCode !== 200) throw new Error(`answered ${response.statusCode}`)
  const hash = createHash('md5')
  let bytes = 0
  // Without an encoding, a response has buffers.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { hash: hash.digest('hex'), bytes, time: performance.now() - start }
}

/** The peak memory of a new service while it exports, in bytes. */
async function peakOf(store: string): Promise<number> {
  await using service = await Service.start(store)
  let peak = 0
  const sample = setInterval(() => (peak = Math.max(peak, residentMemory(service.pid))), 20)
  await read(service, PATH)
  clearInterval(sample)
  return peak
}
