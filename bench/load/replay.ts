import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/**
 * One kept-alive connection that sends the same request over and over. The first response tells the length of all later ones, whose content is
 * not read, so that a request costs the client almost nothing.
 */
export class Replay implements Disposable {
  readonly #socket: Socket
  readonly #request: Buffer
  readonly #length: number
  #received = 0
  #settle: (() => void) | undefined

  private constructor(socket: Socket, request: Buffer, length: number) {
    this.#socket = socket
    this.#request = request
    this.#length = length
    socket.removeAllListeners('data')
    socket.on('data', (chunk) => this.#take(chunk))
    // The waiting `send` throws because bytes are missing.
    socket.on('error', () => this.#settle?.())
    socket.on('close', () => this.#settle?.())
  }

  /** Throws if the status of the first response is not `status`. */
  static async open(url: URL, request: string, status: 200 | 304): Promise<{ replay: Replay; first: string }> {
    const socket = connect(Number(url.port), url.hostname)
    await once(socket, 'connect')
    socket.setNoDelay(true)
    const bytes = Buffer.from(request)
    const first = await firstResponse(socket, bytes)
    if (!first.startsWith(`HTTP/1.1 ${status} `)) throw new Error(`answered ${first.slice(0, 300)}`)
    return { replay: new Replay(socket, bytes, first.length), first }
  }

  /** Resolves when the response is complete. Throws if the connection was closed or the length differs. */
  async send(): Promise<void> {
    if (this.#socket.destroyed) throw new Error('the service closed the connection')
    const answered = new Promise<void>((resolve) => (this.#settle = resolve))
    this.#socket.write(this.#request)
    await answered
    if (this.#received !== this.#length) throw new Error(`received ${this.#received} bytes instead of ${this.#length}`)
    this.#received = 0
  }

  [Symbol.dispose](): void {
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    this.#received += chunk.length
    if (this.#received >= this.#length) this.#settle?.()
  }
}

/** The complete first response, one character per byte. */
function firstResponse(socket: Socket, request: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
      const start = text.indexOf('\r\n\r\n') + 4
      const [, length = '0'] = /\r\ncontent-length: (\d+)/i.exec(text) ?? []
      if (start >= 4 && text.length >= start + Number(length)) resolve(text)
    })
    socket.once('close', () => reject(new Error('the service closed the connection')))
    socket.write(request)
  })
}
