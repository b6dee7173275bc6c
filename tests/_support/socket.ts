import { once } from 'node:events'
import { WebSocket } from 'ws'

export interface SocketMessage {
  readonly type: string
  readonly id?: string
  readonly payload?: unknown
}

/** What opens a WebSocket on a connection. */
export const HANDSHAKE = `GET /graphql HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-protocol: graphql-transport-ws\r\nsec-websocket-key: ${btoa('a key of 16 byte')}\r\n\r\n`

/** A client of graphql-transport-ws that exposes every message. */
export class Socket implements AsyncDisposable {
  readonly socket: WebSocket
  readonly #messages: SocketMessage[] = []
  #wake: (() => void) | undefined
  #closed: { readonly code: number; readonly reason: string } | undefined

  constructor(url: string, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers })
    this.socket.on('message', (data: Buffer) => {
      this.#messages.push(JSON.parse(data.toString()) as SocketMessage)
      this.#wake?.()
    })
    this.socket.on('close', (code, reason) => {
      this.#closed = { code, reason: reason.toString() }
      this.#wake?.()
    })
    this.socket.on('error', () => {})
  }

  static async open(url: string, headers: Record<string, string> = {}, payload: unknown = {}): Promise<Socket> {
    const socket = new Socket(url, headers)
    await once(socket.socket, 'open')
    socket.send({ type: 'connection_init', payload })
    await socket.message()
    return socket
  }

  send(message: SocketMessage): void {
    this.socket.send(JSON.stringify(message))
  }

  subscribe(id: string, query: string, variables: Record<string, unknown> = {}): void {
    this.send({ type: 'subscribe', id, payload: { query, variables } })
  }

  /** The next message; undefined once the socket is closed. */
  async message(): Promise<SocketMessage | undefined> {
    while (this.#messages.length === 0 && this.#closed === undefined) await this.#something()
    return this.#messages.shift()
  }

  /** The close code and reason, once the socket is closed. */
  async closed(): Promise<{ readonly code: number; readonly reason: string }> {
    while (this.#closed === undefined) await this.#something()
    return this.#closed
  }

  async #something(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.terminate()
  }
}
