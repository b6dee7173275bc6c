import { randomUUID } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import type { Operation } from './connection.ts'

/** How subscribers connect. */
export type Transport = 'SSE' | 'WebSocket'

/** What the headline of an event must contain once, so that subscribers can count it. */
export const MARKER = '§'
const [FIRST_BYTE = 0, LAST_BYTE = 0] = Buffer.from(MARKER)

/** All sockets of the process read into this buffer: what a socket reads is counted before the next one reads. */
const BUFFER = Buffer.alloc(65_536)

export interface SubscriberOptions {
  readonly url: URL
  readonly transport: Transport
  readonly operation: Operation
  /** The address from which it connects. */
  readonly from: string
  /** Called when the first result of the subscription arrives, and later for each marker. */
  readonly onLive: () => void
  readonly onMarker: () => void
  /** Called once. */
  readonly onLost: (reason: string) => void
}

/** A subscription on a raw socket. It searches what it reads for markers and parses nothing, so that it costs a fraction of the service. */
export class Subscriber {
  readonly #options: SubscriberOptions
  readonly #socket: Socket
  /** The last byte that was read: a marker has two. */
  #last = 0
  /** What was received before the first result. */
  #opening: string | undefined = ''
  /** If defined, everything received is kept here. */
  kept: Buffer[] | undefined
  /** Whether a WebSocket may subscribe. */
  #isAccepted = false
  #isLost = false

  constructor(options: SubscriberOptions, onConnect: () => void) {
    this.#options = options
    const { url, from } = options
    this.#socket = connect({
      host: '127.0.0.1',
      port: Number(url.port),
      localAddress: from,
      noDelay: true,
      onread: {
        buffer: BUFFER,
        callback: (size, buffer) => this.#take(Buffer.from(buffer.buffer, buffer.byteOffset, size)),
      },
    })
    this.#socket.once('connect', onConnect)
    this.#socket.once('error', (error) => this.#lose(error.message))
    this.#socket.once('close', () => this.#lose(`closed by the service after ${this.#opening ?? 'its first result'}`))
  }

  /** Sends the request once the socket is connected. */
  subscribe(): void {
    const { url, transport, operation } = this.#options
    if (transport === 'SSE') {
      const body = JSON.stringify(operation)
      this.#socket.write(
        `POST /graphql HTTP/1.1\r\nhost: ${url.host}\r\naccept: text/event-stream\r\ncontent-type: application/json\r\n` +
          `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      )
    } else {
      this.#socket.write(
        `GET /graphql HTTP/1.1\r\nhost: ${url.host}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n` +
          `sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n`,
      )
    }
  }

  /** Stops reading. */
  pause(): void {
    this.#socket.pause()
  }

  #lose(reason: string): void {
    if (this.#isLost) return
    this.#isLost = true
    this.#options.onLost(reason)
  }

  #take(bytes: Buffer): boolean {
    if (this.kept !== undefined) this.kept.push(Buffer.from(bytes))
    if (this.#opening !== undefined) this.#open(bytes)
    else if (bytes.length === 2 && bytes[0] === PING) this.#socket.write(PONG)
    for (let at = bytes.indexOf(LAST_BYTE); at >= 0; at = bytes.indexOf(LAST_BYTE, at + 1)) {
      if ((at === 0 ? this.#last : bytes[at - 1]) === FIRST_BYTE) this.#options.onMarker()
    }
    this.#last = bytes[bytes.length - 1] ?? 0
    return true
  }

  #open(bytes: Buffer): void {
    this.#opening += bytes.toString('latin1')
    const opening = this.#opening ?? ''
    const { transport, operation, onLive } = this.#options
    if (/^HTTP\/1\.1 (?!200|101)/.test(opening) || opening.includes('"errors"')) {
      this.#lose(`refused: ${opening.slice(0, 1_000)}`)
      return
    }
    if (transport === 'WebSocket' && !this.#isAccepted) {
      if (opening.startsWith('HTTP/1.1 101') && !opening.includes('connection_ack')) {
        if (opening.endsWith('\r\n\r\n')) this.#socket.write(messageOf({ type: 'connection_init' }))
        return
      }
      if (!opening.includes('connection_ack')) return
      this.#isAccepted = true
      this.#socket.write(messageOf({ id: randomUUID(), type: 'subscribe', payload: operation }))
    }
    if (!opening.includes(transport === 'SSE' ? 'event: next' : '"type":"next"')) return
    this.#opening = undefined
    onLive()
  }
}

const PING = 0x89
/** Masked by zeros, as `messageOf` does it: the payload is sent as it is. */
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0])

/** A text message of a WebSocket client. */
function messageOf(message: object): Buffer {
  const payload = Buffer.from(JSON.stringify(message))
  const length = payload.length < 126 ? [0x80 | payload.length] : [0xfe, payload.length >> 8, payload.length & 0xff]
  return Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), payload])
}
