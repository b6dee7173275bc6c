import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * The network between one client and the service. It can be stalled, so that the service cannot send, and cut, also within a message. Its
 * address remains the same when the service is restarted.
 */
export class Line implements Disposable {
  readonly #server = createServer((client) => this.#open(client))
  readonly #port: () => number
  /** The sockets to the service, and those to the client. */
  readonly #sockets = new Map<Socket, Socket>()
  #isStalled = false
  #bytesLeft = Infinity
  /** How often the client has connected to the service. */
  connections = 0

  private constructor(port: () => number) {
    this.#port = port
  }

  static async to(port: () => number): Promise<Line> {
    const line = new Line(port)
    line.#server.listen(0, '127.0.0.1')
    await once(line.#server, 'listening')
    return line
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  stall(): void {
    this.#isStalled = true
    for (const service of this.#sockets.keys()) service.pause()
  }

  resume(): void {
    this.#isStalled = false
    for (const [service, client] of this.#sockets) if (!client.writableNeedDrain) service.resume()
  }

  /** Cuts all connections after so many more bytes. */
  cut(bytes: number): void {
    this.#bytesLeft = bytes > 0 ? bytes : Infinity
    if (bytes <= 0) for (const sockets of this.#sockets) for (const socket of sockets) socket.destroy()
  }

  [Symbol.dispose](): void {
    this.cut(0)
    this.#server.close()
  }

  #open(client: Socket): void {
    const service = connect(this.#port(), '127.0.0.1')
    this.#sockets.set(service, client)
    service.on('connect', () => this.connections++)
    service.on('data', (bytes: Buffer) => {
      if (bytes.length >= this.#bytesLeft) {
        // The client still gets what comes before the cut.
        client.end(bytes.subarray(0, this.#bytesLeft))
        this.#sockets.delete(service)
        service.destroy()
        this.cut(0)
        return
      }
      this.#bytesLeft -= bytes.length
      if (!client.write(bytes)) service.pause()
    })
    client.on('drain', () => {
      if (!this.#isStalled) service.resume()
    })
    client.pipe(service)
    service.on('end', () => client.end())
    for (const [socket, other] of [
      [service, client],
      [client, service],
    ] as const) {
      socket.on('error', () => other.destroy())
    }
    client.on('close', () => service.destroy())
    service.on('close', () => this.#sockets.delete(service))
    if (this.#isStalled) service.pause()
  }
}
