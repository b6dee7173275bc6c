import { encodeFeedCursor } from '../../src/feed/cursor.ts'
import { openStore } from '../../src/store/open.ts'
import { median } from '../comparison.ts'
import { recordActor, recordSource } from '../recording.ts'
import type { Operation } from './connection.ts'
import { Crowd } from './crowd.ts'
import { payloadsOf } from './payloads.ts'
import { processorTime } from './processor.ts'
import { Service } from './service.ts'
import { MARKER, type Transport } from './subscriber.ts'

/** What has been prepared in a new store. */
export interface Prepared {
  readonly file: string
  /** The secret of a token that may record. */
  readonly secret: string
  /** The cursor of the head. */
  readonly cursor: string
}

/** The keys of the records that every event refers to. */
export const ACTOR = 'state'
export const SOURCE = 'gazette'

/** Creates a store with what events refer to, and with a source for each group. */
export async function prepareStore(file: string, groups = 0): Promise<Prepared> {
  const store = await openStore({ file })
  try {
    await store.append(recordActor(ACTOR))
    const sources = [SOURCE, ...Array.from({ length: groups }, (_, index) => sourceOf(index))]
    await store.append({ batches: [sources.flatMap((key) => recordSource(key).batches.flat())], origin: 'API' })
    const { secret } = await store.tokens.create({ scope: 'RECORD' })
    return { file, secret, cursor: encodeFeedCursor(store, store.head()) }
  } finally {
    store.close()
  }
}

/** The key of the source that only one group asks for. */
export function sourceOf(group: number): string {
  return `source-${group + 1}`
}

interface AudienceOptions {
  readonly transport: Transport
  /** The first subscriber gets the first one, and so on, then from the beginning. */
  readonly operations: readonly Operation[]
}

interface Served extends AudienceOptions {
  readonly service: Service
  /** Makes the request that causes one event. */
  readonly request: () => string
}

/** A server and the subscribers to whom it sends every event. */
export class Audience implements AsyncDisposable {
  readonly service: Service
  readonly #options: Served
  #crowd: Crowd | undefined
  readonly #lasts: number[] = []
  readonly #medians: number[] = []
  readonly #works: number[] = []
  #sample = ''

  private constructor(options: Served) {
    this.service = options.service
    this.#options = options
  }

  static async ofService({ file, secret }: Prepared, options: AudienceOptions): Promise<Audience> {
    const service = await Service.start(file)
    return new Audience({ ...options, service, request: () => eventRequest(service.url, secret) })
  }

  /** Subscribers of the bare broadcast of `frame`. */
  static async ofBaseline(frame: Buffer, options: AudienceOptions): Promise<Audience> {
    const service = await Service.startBaseline('broadcast')
    await control(service.url, 'frame', frame)
    return new Audience({ ...options, service, request: () => requestTo(service.url, 'broadcast', { body: '' }) })
  }

  /** Subscribes as many clients instead of those before. */
  async gather(count: number): Promise<void> {
    this.#crowd?.[Symbol.dispose]()
    const { transport, operations, service } = this.#options
    this.#crowd = await Crowd.open({ url: service.url.href, transport, operations, count })
  }

  /** Sends one event. Returns the milliseconds from the request that causes it until the last subscriber has it. */
  async deliver(): Promise<number> {
    const { pid } = this.service
    const before = processorTime(pid)
    if (this.#crowd === undefined) throw new Error('there are no subscribers')
    const { sentAt, medianAt, lastAt, sample } = await this.#crowd.send(this.service.url, this.#options.request())
    const after = processorTime(pid)
    if (before !== undefined && after !== undefined) this.#works.push(after - before)
    this.#lasts.push(lastAt - sentAt)
    this.#medians.push(medianAt - sentAt)
    this.#sample = sample
    return lastAt - sentAt
  }

  /** Forgets the measurements so far: the service was still compiling. */
  forget(): void {
    for (const measured of [this.#lasts, this.#medians, this.#works]) measured.length = 0
  }

  /** The last event as each subscriber received it. */
  frame(): Buffer {
    const frame = payloadsOf(Buffer.from(this.#sample, 'base64'), this.#options.transport).find((each) =>
      each.includes(MARKER),
    )
    if (frame === undefined) throw new Error('the subscriber received no event')
    return frame
  }

  describe(): string {
    const milliseconds = (values: readonly number[]) => median(values).toFixed(0)
    const work = this.#works.length === 0 ? '' : `, processor ${milliseconds(this.#works)} ms`
    return `${milliseconds(this.#lasts)} ms (half of them after ${milliseconds(this.#medians)} ms${work})`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#crowd?.[Symbol.dispose]()
    await this.service[Symbol.asyncDispose]()
  }
}

/** Sends a request to the bare broadcast, which answers when it has done what it says. */
export async function control(url: URL, action: 'opening' | 'frame' | 'idle' | 'busy', body?: Buffer): Promise<void> {
  const response = await fetch(new URL(`/${action}`, url), {
    method: 'POST',
    body: body === undefined ? null : new Uint8Array(body),
  })
  if (!response.ok) throw new Error(`the baseline answered ${response.status}`)
}

interface Posted {
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

function requestTo({ host }: URL, path: string, { body, headers = {} }: Posted): string {
  const all = { host, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers }
  const lines = [`POST /${path} HTTP/1.1`, ...Object.entries(all).map(([name, value]) => `${name}: ${value}`)]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

const RECORD_EVENT = `mutation ($input: EventInput!) {
  recordEvent(input: $input) { ... on EventRecorded { cursor } ... on UserError { message } }
}`

let events = 0

function eventRequest(url: URL, secret: string): string {
  const key = `event-${String(++events).padStart(6, '0')}`
  const input = {
    key,
    headline: `Event ${key} ${MARKER}`,
    summary: 'Several witnesses saw it.',
    date: '2024-12-25',
    eventKind: 'INCIDENT',
    evidentialStatus: 'REPORTED',
    participants: [{ actor: ACTOR, role: 'PARTICIPANT' }],
    citations: [{ source: SOURCE, credibility: 'PROBABLY_TRUE', basis: 'OWN_REPORTING' }],
  }
  const body = JSON.stringify({ query: RECORD_EVENT, variables: { input } })
  return requestTo(url, 'graphql', { body, headers: { authorization: `Bearer ${secret}` } })
}
