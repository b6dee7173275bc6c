import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A GraphQL operation as a client sends it. */
export interface Operation {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

/**
 * One kept-alive connection, one request at a time. It parses only the HTTP that the service sends, so that a request costs the client a
 * fraction of what it costs the service.
 */
export class Connection implements Disposable {
  readonly #socket: Socket
  readonly #host: string
  #chunks: Buffer[] = []
  #size = 0
  /** Start and end of the body, once the headers have arrived. */
  #body: { start: number; end: number } | undefined
  #settle: { resolve: (body: Buffer) => void; reject: (error: Error) => void } | undefined

  private constructor(socket: Socket, host: string) {
    this.#socket = socket
    this.#host = host
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#take(chunk))
    socket.on('error', (error) => this.#settle?.reject(error))
    socket.on('close', () => this.#settle?.reject(new Error('the service closed the connection')))
  }

  static async open(url: URL): Promise<Connection> {
    const socket = connect(Number(url.port), url.hostname)
    await once(socket, 'connect')
    return new Connection(socket, url.host)
  }

  /** Returns the response body. Throws if the status is not 200 or the result has errors. */
  async send({ query, variables }: Operation): Promise<Buffer> {
    const text = JSON.stringify({ query, variables })
    const response = new Promise<Buffer>((resolve, reject) => (this.#settle = { resolve, reject }))
    this.#socket.write(
      `POST /graphql HTTP/1.1\r\nhost: ${this.#host}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
    )
    const body = await response
    if (body.subarray(0, 10).toString() === '{"errors":') throw new Error(`refused: ${body.toString().slice(0, 500)}`)
    return body
  }

  [Symbol.dispose](): void {
    this.#settle = undefined
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    this.#body ??= this.#readHead()
    if (this.#body === undefined || this.#size < this.#body.end) return
    const { start, end } = this.#body
    const body = Buffer.concat(this.#chunks).subarray(start, end)
    this.#chunks = []
    this.#size = 0
    this.#body = undefined
    this.#settle?.resolve(body)
  }

  #readHead(): { start: number; end: number } | undefined {
    const head = Buffer.concat(this.#chunks).toString('latin1')
    const start = head.indexOf('\r\n\r\n') + 4
    if (start === 3) return undefined
    if (!head.startsWith('HTTP/1.1 200 ')) this.#settle?.reject(new Error(`answered ${head.slice(0, 300)}`))
    const [, length] = /content-length: (\d+)/i.exec(head) ?? []
    if (length === undefined) this.#settle?.reject(new Error('a response without a length'))
    return { start, end: start + Number(length) }
  }
}
