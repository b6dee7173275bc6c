import type { Duplex } from 'node:stream'
import { WebSocket } from 'ws'
import type { BodyBudget, Client } from './admission/clients.ts'
import type { HttpError } from './http-error.ts'
import type { Turns } from './turns.ts'

/** Unsent bytes from which on no more messages of the client are read. */
const UNSENT_BYTES = 1_048_576
/** Unsent bytes from which on subscriptions send nothing more. */
const UNSENT_RESULTS = 65_536

/** Messages that may wait. What arrives in one packet is read at once, however many messages it holds. */
const WAITING = 1_000

const POLICY_VIOLATION = 1008

/** What messages wait for. */
export interface Inbox {
  readonly client: Client
  readonly turns: Pick<Turns, 'request'>
  readonly bodyBudget: BodyBudget
}

/** What is kept of a message that is being read. Its bytes are counted in the budget until it is released. */
export interface Message {
  readonly bytes: number
  /** Why the message asks for too much memory. It is then not counted. */
  readonly refusal: HttpError | undefined
  /** May be called twice. */
  readonly release: () => void
}

/**
 * A socket that reads no more while a message of its client waits, or while too much of what it sends is not taken. Each message is passed
 * on in a turn of its client, because reading one may block the event loop as long as an operation does.
 */
export class PacedWebSocket extends WebSocket {
  readonly #writers = new Set<() => void>()
  readonly #waiting: Waiting[] = []

  /** Passes on the messages in their order. Those that wait when the socket closes are dropped. */
  receive(inbox: Inbox, take: (data: Buffer, message: Message) => void): void {
    const { client, turns } = inbox
    const takeNext = (): void => {
      const next = this.#waiting.shift()
      if (this.readyState !== this.OPEN) next?.message.release()
      else if (next !== undefined) take(next.data, next.message)
      if (this.#waiting.length > 0) waitForTurn()
      else this.#pace()
    }
    const waitForTurn = () => void turns.request(client.name).then(takeNext)
    this.on('message', (data: Buffer) => {
      if (this.readyState !== this.OPEN) return
      this.#waiting.push({ data, message: hold(data.length, inbox) })
      if (this.#waiting.length > WAITING) {
        this.#drop()
        this.#pace()
        this.close(POLICY_VIOLATION, `More than ${WAITING} messages wait. Send fewer at once.`)
      } else if (this.#waiting.length === 1) {
        this.#pace()
        waitForTurn()
      }
    })
    this.once('close', () => this.#drop())
  }

  /** What it writes to. Set when it is opened. */
  transport: Duplex | undefined
  readonly openedAt = performance.now()
  /** The pings since the last pong. */
  unanswered = 0

  /** Whether results may be sent. If not, calls the function when they may. */
  isReady(onWritable: () => void): boolean {
    // Subscriptions end when the socket is closed.
    if (this.readyState !== this.OPEN) return false
    if (this.bufferedAmount < UNSENT_RESULTS) return true
    this.#writers.add(onWritable)
    return false
  }

  /** Calls the function no more. */
  forget(onWritable: () => void): void {
    this.#writers.delete(onWritable)
  }

  /** Sends results at once. Returns whether more may be sent; if not, calls the function when they may. */
  sendResults(messages: readonly Buffer[], onWritable: () => void): boolean {
    this.transport?.cork()
    for (const message of messages) this.send(message)
    this.transport?.uncork()
    return this.isReady(onWritable)
  }

  /** Sends text. */
  override send(data: string | Buffer, sent?: unknown): void {
    super.send(data, { binary: false }, typeof sent === 'function' ? () => this.#onSent(sent) : this.#onSent)
    this.#pace()
  }

  // An error here means that the socket is gone, which its `close` event reports.
  readonly #onSent = (sent?: unknown): void => {
    this.#pace()
    if (this.#writers.size > 0 && this.bufferedAmount < UNSENT_RESULTS) {
      const writers = [...this.#writers]
      this.#writers.clear()
      for (const resume of writers) resume()
    }
    if (typeof sent === 'function') sent()
  }

  /** Reads if nothing waits in either direction. */
  #pace(): void {
    const mustWait = this.#waiting.length > 0 || this.bufferedAmount >= UNSENT_BYTES
    if (mustWait === this.isPaused) return
    if (mustWait) this.pause()
    else this.resume()
  }

  #drop(): void {
    for (const { message } of this.#waiting.splice(0)) message.release()
  }
}

interface Waiting {
  readonly data: Buffer
  readonly message: Message
}

function hold(bytes: number, { client, bodyBudget }: Inbox): Message {
  try {
    bodyBudget.hold(client, bytes)
  } catch (error) {
    return { bytes, refusal: error as HttpError, release: () => {} } // nothing else is thrown
  }
  let isHeld = true
  const release = () => {
    if (isHeld) bodyBudget.release(client, bytes)
    isHeld = false
  }
  return { bytes, refusal: undefined, release }
}
