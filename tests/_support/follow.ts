import type { IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import type { App } from './app.ts'
import type { EventStream } from './event-stream.ts'
import type { Socket } from './socket.ts'

export interface Message {
  /** From `extensions.cursor`. */
  readonly cursor: string
  readonly data: Record<string, unknown>
}

interface Refused {
  readonly errors: readonly { readonly message: string; readonly extensions: { readonly code: string } }[]
}

/** A subscription over one of the transports. */
export interface Following extends AsyncDisposable {
  /** The next message; undefined once the stream has ended. */
  next(): Promise<Message | undefined>
  /** The next messages that are not heartbeats, as far as `__typename` tells. */
  take(count: number): Promise<Message[]>
}

export interface Transport {
  readonly name: string
  readonly follow: (app: App, query: string, variables?: Record<string, unknown>) => Promise<Following>
  /** Starts a subscription that is refused, and checks that the refusal ends the operation. */
  readonly refusal: (app: App, query: string, variables?: Record<string, unknown>) => Promise<Refused>
}

interface Payload {
  readonly data: Record<string, unknown>
  readonly extensions: { readonly cursor: string }
}

/** The transports of subscriptions. Every test of subscriptions holds for all of them. */
export const TRANSPORTS: readonly Transport[] = [
  {
    name: 'server-sent events',
    async follow(app, query, variables) {
      return followStream(await app.stream(query, variables))
    },
    async refusal(app, query, variables) {
      await using stream = await app.stream(query, variables)
      const next = await stream.event()
      const complete = await stream.event()
      if (next?.event !== 'next' || complete?.event !== 'complete')
        throw new Error(`not refused: ${JSON.stringify(next)}`)
      return JSON.parse(next.data) as Refused
    },
  },
  {
    name: 'multipart',
    async follow(app, query, variables) {
      return followParts(await app.stream(query, variables, { accept: APOLLO_ACCEPT }))
    },
    async refusal(app, query, variables) {
      await using stream = await app.stream(query, variables, { accept: APOLLO_ACCEPT })
      const { headers } = stream.response
      const isStream = headers['content-type']?.startsWith('multipart/mixed')
      const [refused, more] = isStream ? await toArray(partsOf(stream.response)) : [await json(stream.response)]
      if (more !== undefined) throw new Error(`not refused: ${JSON.stringify(more)}`)
      return (isStream ? (refused as Part).payload : refused) as Refused
    },
  },
  {
    name: 'WebSocket',
    async follow(app, query, variables) {
      const socket = await app.socket()
      socket.subscribe('1', query, variables)
      return followSocket(socket)
    },
    async refusal(app, query, variables) {
      await using socket = await app.socket()
      socket.subscribe('1', query, variables)
      const message = await socket.message()
      if (message?.type !== 'error') throw new Error(`not refused: ${JSON.stringify(message)}`)
      return { errors: message.payload } as Refused
    },
  },
]

export function followStream(stream: EventStream): Following {
  return following(
    async () => {
      const event = await stream.event()
      if (event === undefined || event.event === 'complete') return undefined
      const payload = JSON.parse(event.data) as Payload
      if (payload.data != null && event.id !== payload.extensions.cursor)
        throw new Error('the id of the event is not the cursor')
      return payload
    },
    async () => stream.close(),
  )
}

/** `/feed`, whose developments are given as those of `feed`. */
export function followPlain(stream: EventStream): Following {
  return following(
    async () => {
      const message = await stream.message()
      if (message?.id === undefined) return undefined
      const { id: cursor, data } = message
      return { data: { feed: { development: JSON.parse(data) as unknown } }, extensions: { cursor } }
    },
    async () => stream.close(),
  )
}

/** What `HttpLink` of Apollo Client sends for a subscription. */
export const APOLLO_ACCEPT =
  'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9'

/** A heartbeat has no payload. */
interface Part {
  readonly payload?: unknown
}

/** The parts of a multipart response, until it ends or is cut; then what is left, which is `--` if it is complete. */
export async function* partsOf(response: IncomingMessage): AsyncGenerator<Part, string> {
  let unread = ''
  try {
    for await (const chunk of response as AsyncIterable<string>) {
      const parts = `${unread}${chunk}`.split('\r\n--graphql')
      unread = parts.pop() ?? ''
      for (const part of parts.filter((text) => text !== ''))
        yield JSON.parse(part.slice(part.indexOf('\r\n\r\n'))) as Part
    }
  } catch {
    // The connection was cut.
  }
  return unread
}

export function followParts({ response }: EventStream): Following {
  const parts = partsOf(response)
  return following(
    async () => {
      for (;;) {
        const part = await parts.next()
        if (part.done === true) return undefined
        if (part.value.payload !== undefined) return part.value.payload as Payload
      }
    },
    async () => void response.destroy(),
  )
}

async function toArray<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

export function followSocket(socket: Socket): Following {
  return following(
    async () => {
      const message = await socket.message()
      if (message === undefined || message.type === 'complete') return undefined
      if (message.type !== 'next') throw new Error(`no message: ${JSON.stringify(message)}`)
      return message.payload as Payload
    },
    () => socket[Symbol.asyncDispose](),
  )
}

function following(read: () => Promise<Payload | undefined>, close: () => Promise<void>): Following {
  const next = async () => {
    const payload = await read()
    if (payload?.data == null) {
      if (payload === undefined) return undefined
      throw new Error(`a message without data: ${JSON.stringify(payload)}`)
    }
    return { cursor: payload.extensions.cursor, data: payload.data }
  }
  return {
    next,
    async take(count) {
      const messages: Message[] = []
      while (messages.length < count) {
        const one = await next()
        if (one === undefined) throw new Error(`the stream ended after ${messages.length} of ${count}`)
        if (!isHeartbeat(one)) messages.push(one)
      }
      return messages
    },
    [Symbol.asyncDispose]: close,
  }
}

function isHeartbeat({ data }: Message): boolean {
  return Object.values(data).some((field) => (field as { __typename?: string }).__typename === 'Heartbeat')
}
