import type { ChildProcess } from 'node:child_process'
import { forkNode } from './child.ts'
import type { Operation } from './connection.ts'
import type { Transport } from './subscriber.ts'

export interface CrowdOptions {
  readonly url: string
  readonly transport: Transport
  /** The first subscriber gets the first one, and so on, then from the beginning. */
  readonly operations: readonly Operation[]
  readonly count: number
}

/** When subscribers had received what was awaited, in milliseconds of `monotonic`. */
export interface Wave {
  /** When the request was sent. */
  readonly sentAt: number
  readonly medianAt: number
  readonly p99At: number
  readonly lastAt: number
  /** All bytes that one subscriber received, in Base64. */
  readonly sample: string
}

export type Command =
  | { readonly name: 'connect'; readonly options: CrowdOptions }
  | { readonly name: 'subscribe'; readonly atOnce: boolean; readonly markers: number }
  | { readonly name: 'send'; readonly url: string; readonly request: string }
  | { readonly name: 'expect'; readonly markers: number; readonly start: number }
  | { readonly name: 'receive' }
  | { readonly name: 'stall'; readonly indexes: readonly number[] }
  | { readonly name: 'lost' }

export interface Reply {
  readonly id: number
  readonly result?: Wave | number | undefined
  readonly error?: string
}

/** Thousands of subscribers in a process of their own, on the core of the load. */
export class Crowd implements Disposable {
  readonly #process: ChildProcess
  readonly #waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>()
  #id = 0

  private constructor(process: ChildProcess) {
    this.#process = process
    process.on('message', ({ id, result, error }: Reply) => {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (error === undefined) waiting?.resolve(result)
      else waiting?.reject(new Error(error))
    })
    process.once('exit', (status) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`the subscribers ended with ${status}`))
    })
  }

  /** Connects all sockets and sends nothing. */
  static async connect(options: CrowdOptions): Promise<Crowd> {
    const crowd = new Crowd(forkNode('bench/crowd-process.ts'))
    try {
      await crowd.#run({ name: 'connect', options })
      return crowd
    } catch (error) {
      crowd[Symbol.dispose]()
      throw error
    }
  }

  /** Opens a subscription on each socket, a few at a time. */
  static async open(options: CrowdOptions): Promise<Crowd> {
    const crowd = await Crowd.connect(options)
    await crowd.#run({ name: 'subscribe', atOnce: false, markers: 0 })
    return crowd
  }

  /** Sends all requests at once. Resolves when each subscriber has received as many events. */
  subscribe(markers: number): Promise<Wave> {
    return this.#wave({ name: 'subscribe', atOnce: true, markers })
  }

  /** Sends a request that causes one event. Resolves when all subscribers have received it. */
  send(url: URL, request: string): Promise<Wave> {
    return this.#wave({ name: 'send', url: url.href, request })
  }

  /** Expects one event, which somebody else causes, of all subscribers from `start` on. Call `receive` afterwards. */
  async expect(start: number): Promise<void> {
    await this.#run({ name: 'expect', markers: 1, start })
  }

  /** Resolves when all subscribers have received what is expected. */
  receive(): Promise<Wave> {
    return this.#wave({ name: 'receive' })
  }

  /** Lets subscribers stop reading. */
  async stall(indexes: readonly number[]): Promise<void> {
    await this.#run({ name: 'stall', indexes })
  }

  /** How many of those that stopped reading were closed by the service. */
  async lost(): Promise<number> {
    return Number(await this.#run({ name: 'lost' }))
  }

  [Symbol.dispose](): void {
    this.#process.kill('SIGKILL')
  }

  async #wave(command: Command): Promise<Wave> {
    return (await this.#run(command)) as Wave // the command has such a result
  }

  #run(command: Command): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = ++this.#id
      this.#waiting.set(id, { resolve, reject })
      this.#process.send({ id, command })
    })
  }
}
