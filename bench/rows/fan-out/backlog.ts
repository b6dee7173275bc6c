import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { encodeFeedCursor } from '../../../src/feed/cursor.ts'
import { alternate } from '../../comparison.ts'
import { Service } from '../../load/service.ts'
import { viewOperation } from '../../operations.ts'
import type { Bench, Finding, Row } from '../../row.ts'
import { Survey } from '../../survey.ts'

const ROUNDS = 3
/** Bytes that must be the same on both sides. */
const COMPARED = 100_000

/** One follower that receives the whole log from its beginning. */
export const backlog: Row = { name: 'fan-out/backlog', measure }

async function measure({ rows, stores, effort }: Bench): Promise<Finding[]> {
  const store = await stores.filled(rows)
  using survey = new Survey(store)
  const [epoch = ''] = survey.column<string>('select epoch from epochs where honoured_up_to is null')
  const [changes = 0] = survey.column<number>('select count(*) from revisions')
  const body = JSON.stringify(viewOperation({ after: encodeFeedCursor({ epoch: () => epoch }, 0) }))
  await using service = await Service.start(store)
  await using baseline = await Service.startBaseline('follow', store)
  const [actual, expected] = [await beginningOf(service, body), await beginningOf(baseline, body)]
  if (!actual.equals(expected)) throw new Error(`the feeds differ:\n${actual.toString()}\n${expected.toString()}`)
  const rate = async (followed: Service) => (changes * 1_000) / (await followAll(followed, body))
  const { ratio, a, b } = await alternate({
    rounds: effort.rounds(ROUNDS),
    a: () => rate(service),
    b: () => rate(baseline),
  })
  return [
    {
      what: `${changes} changes through one SSE follower, from the beginning`,
      comparedWith: 'a loop that reads the same rows and encodes the same bytes',
      ratio,
      mark: { atLeast: 0.3 },
      detail: `${a.toFixed(0)}/s of ${b.toFixed(0)}/s`,
    },
  ]
}

async function beginningOf(service: Service, body: string): Promise<Buffer> {
  const response = await subscribe(service, body)
  const chunks: Buffer[] = []
  let size = 0
  // Without an encoding, a response has buffers. Leaving the loop closes the connection.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= COMPARED || isLast(chunk)) break
  }
  return Buffer.concat(chunks).subarray(0, COMPARED)
}

/** Milliseconds until the heartbeat that follows the last change. */
async function followAll(service: Service, body: string): Promise<number> {
  const start = performance.now()
  const response = await subscribe(service, body)
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (isLast(chunk)) return performance.now() - start
  }
  throw new Error('the stream ended before the last change')
}

/** Whether the heartbeat has come, which shows nothing of a change. */
function isLast(chunk: Buffer): boolean {
  return chunk.subarray(-500).includes('"feed":{}')
}

async function subscribe(service: Service, body: string): Promise<IncomingMessage> {
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }
  const sent = request(new URL('/graphql', service.url), { method: 'POST', headers, agent: false })
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  if (response.statusCode !== 200) throw new Error(`answered ${response.statusCode}`)
  return response
}
