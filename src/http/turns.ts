import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/*
 * Executing an operation blocks the event loop, so operations take turns: one a turn of the loop, in which input is read, closed connections are
 * noticed and timers run. Clients take turns with one another, so that no client waits for the backlog of another one. Requests and the results of
 * subscriptions alternate, so that a commit that thousands of feeds follow delays no request. What is brief, such as opening a stream and sending
 * what is made already, comes by thousands when the service has restarted: after the request or the result, a turn runs as much of it as a short
 * time allows.
 */

/** Milliseconds of a turn for what is brief. */
const BRIEF = 2

export class Turns {
  readonly #requests = new RoundRobin()
  readonly #results = new RoundRobin()
  readonly #brief = new RoundRobin()
  #isRequestNext = true
  #isScheduled = false

  /** Resolves when a request of the client may run: until its next `await` on anything but a settled promise. */
  request(client: string): Promise<void> {
    return this.#wait(this.#requests, client)
  }

  /** The same for the next result of a subscription. */
  result(client: string): Promise<void> {
    return this.#wait(this.#results, client)
  }

  /** The same for what is brief. */
  brief(client: string): Promise<void> {
    return this.#wait(this.#brief, client)
  }

  /** The number of clients that wait. A client with requests and results counts twice. */
  get size(): number {
    return this.#requests.size + this.#results.size + this.#brief.size
  }

  #wait(waiting: RoundRobin, client: string): Promise<void> {
    if (!this.#isScheduled) {
      this.#isScheduled = true
      setImmediate(this.#run)
    }
    return new Promise((resolve) => waiting.add(client, resolve))
  }

  // All immediates of a turn run one after the other, so that each one that runs schedules the next one.
  readonly #run = (): void => {
    const [first, second] = this.#isRequestNext ? [this.#requests, this.#results] : [this.#results, this.#requests]
    const run = first.take() ?? second.take()
    this.#isRequestNext = !this.#isRequestNext
    run?.()
    void this.#runBrief()
  }

  async #runBrief(): Promise<void> {
    const startedAt = performance.now()
    for (let brief = this.#brief.take(); brief !== undefined; brief = this.#brief.take()) {
      brief()
      // It runs until it waits for something else than settled promises.
      await new Promise<void>((resolve) => process.nextTick(resolve))
      if (performance.now() - startedAt > BRIEF) break
    }
    this.#isScheduled = this.size > 0
    if (this.#isScheduled) setImmediate(this.#run)
  }
}

/**
 * Lets the requests of a connection run one at a time, however many a client sends before it reads a response (pipelining): so what is made for
 * them and not yet read stays small.
 */
export class Pipelines {
  readonly #pipelines = new WeakMap<Duplex, { last: ServerResponse; waiting: number }>()

  /**
   * Resolves with true when the requests before this one are answered, or false if the connection is gone or too many requests wait. Undefined
   * if there are none, which is nearly always.
   */
  enter({ socket }: IncomingMessage, response: ServerResponse): Promise<boolean> | undefined {
    const pipeline = this.#pipelines.get(socket)
    if (pipeline === undefined) {
      this.#pipelines.set(socket, { last: response, waiting: 0 })
      return undefined
    }
    const { last } = pipeline
    pipeline.last = response
    if (last.writableFinished) return undefined
    if (++pipeline.waiting > PIPELINED) socket.destroy()
    return new Promise((resolve) => {
      last.once('close', () => {
        pipeline.waiting--
        resolve(socket.writable)
      })
    })
  }

  /**
   * Refuses what came over a connection and is no request, once all requests before it are answered: it would else be taken for the answer to
   * one of them, or be a part of it. Closes the connection if it cannot be answered.
   */
  afterAnswers(socket: Duplex, refuse: () => void): void {
    const { last, waiting = 0 } = this.#pipelines.get(socket) ?? {}
    if (last === undefined) refuse()
    else if (last.req.complete && last.writableFinished) refuse()
    else if (last.req.complete) last.once('close', refuse)
    else if (waiting === 0 && !last.headersSent) refuse()
    else socket.destroy()
  }
}

/** Requests that may wait on one connection. Browsers send none, and programs a few. */
const PIPELINED = 100

/** Waiting calls by client. Clients are served one after the other, and each in the order of its own. */
class RoundRobin {
  readonly #waiting = new Map<string, Queue<() => void>>()
  /** The names of the clients that wait, in turn. */
  readonly #order = new Queue<string>()

  /** The number of clients that wait. */
  get size(): number {
    return this.#waiting.size
  }

  add(client: string, run: () => void): void {
    let waiting = this.#waiting.get(client)
    if (waiting === undefined) {
      this.#waiting.set(client, (waiting = new Queue()))
      this.#order.add(client)
    }
    waiting.add(run)
  }

  take(): (() => void) | undefined {
    const client = this.#order.take()
    if (client === undefined) return undefined
    const waiting = this.#waiting.get(client)
    const run = waiting?.take()
    if (waiting?.isEmpty === false) this.#order.add(client)
    else this.#waiting.delete(client)
    return run
  }
}

/** First in, first out. `shift` of an array would move thousands. */
class Queue<T> {
  #items: T[] = []
  #taken = 0

  get isEmpty(): boolean {
    return this.#taken === this.#items.length
  }

  add(item: T): void {
    this.#items.push(item)
  }

  take(): T | undefined {
    const item = this.#items[this.#taken]
    if (!this.isEmpty) this.#taken++
    if (this.#taken * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#taken)
      this.#taken = 0
    }
    return item
  }
}
