import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** The network between one node and PostgreSQL. It can fail in each of the ways in which networks do. */
export class LogProxy implements AsyncDisposable {
  /** How many of the next appends reach PostgreSQL, while their answers are lost with the connection. */
  swallow = 0
  /** How many answers have been lost. */
  swallowed = 0
  /** How many of the next appends do not reach PostgreSQL. The node waits for their answers. */
  withhold = 0
  /** How many appends have been lost. */
  withheld = 0
  readonly #server = createServer({ allowHalfOpen: true }, (near) => this.#open(near))
  readonly #port: number
  /** The sockets to the node, and those to PostgreSQL. */
  readonly #sockets = new Map<Socket, Socket>()
  #mode: Mode = 'pass'

  private constructor(port: number) {
    this.#port = port
  }

  static async to(port: number): Promise<LogProxy> {
    const proxy = new LogProxy(port)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /**
   * `stall`: connections remain, and nothing comes through. `deaf`: what PostgreSQL sends is lost, what the node sends arrives. `unread`: as
   * `deaf`, for the connection over which the node reads; it appends as before. `refuse`: every connection is cut, and none is accepted.
   * After any of them, `pass` cuts the connections, because bytes are missing in them.
   */
  set mode(mode: Mode) {
    if (this.#mode !== 'pass' || mode === 'refuse') this.cut()
    this.#mode = mode
  }

  /** Resets the connections that there are. */
  cut(): void {
    for (const pair of this.#sockets) for (const socket of pair) socket.resetAndDestroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.cut()
    await closed
  }

  #open(near: Socket): void {
    if (this.#mode === 'refuse') {
      near.resetAndDestroy()
      return
    }
    const far = connect(this.#port, '127.0.0.1')
    this.#sockets.set(near, far)
    let isDoomed = false
    let isWithheld = false
    let isForReading = false
    near.on('data', (bytes: Buffer) => {
      if (this.#mode === 'stall' || isWithheld) return
      isForReading ||= bytes.includes('listen demarche')
      // An append that is on its way: by its text, or by the name of the prepared statement.
      if (this.swallow + this.withhold > 0 && /demarche\.append\(|\0append\0/.test(bytes.toString('latin1'))) {
        if (this.withhold > 0) {
          this.withhold--
          this.withheld++
          isWithheld = true
          return
        }
        this.swallow--
        this.swallowed++
        isDoomed = true
      }
      far.write(bytes)
    })
    // A side that is gone closes nothing.
    near.on('end', () => this.#mode !== 'stall' && near.end())
    far.on('data', (bytes: Buffer) => {
      if (isDoomed) near.resetAndDestroy()
      else if (this.#mode === 'pass' || (this.#mode === 'unread' && !isForReading)) near.write(bytes)
    })
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.on('error', () => {})
      socket.on('close', () => {
        other.destroy()
        this.#sockets.delete(near)
      })
    }
  }
}

type Mode = 'pass' | 'stall' | 'deaf' | 'unread' | 'refuse'
