import { request, type ClientRequest } from 'node:http'
import type { Operation } from './connection.ts'

/** A subscription over server-sent events. */
export class FeedStream implements Disposable {
  readonly #request: ClientRequest
  #text = ''
  #awaited: { text: string; resolve: () => void } | undefined

  private constructor(stream: ClientRequest) {
    this.#request = stream
  }

  /** Resolves when the first bytes have arrived. */
  static async open(url: URL, operation: Operation): Promise<FeedStream> {
    const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }
    const stream = request(new URL('/graphql', url), { method: 'POST', headers, agent: false })
    const feed = new FeedStream(stream)
    await new Promise<void>((resolve, reject) => {
      stream.once('error', reject)
      stream.once('response', (response) => {
        response.setEncoding('utf8')
        response.once('data', () => resolve())
        response.on('data', (text: string) => feed.#take(text))
        response.on('error', () => {})
      })
      stream.end(JSON.stringify(operation))
    })
    stream.on('error', () => {})
    if (feed.#text.includes('"errors"')) throw new Error(`refused: ${feed.#text.slice(0, 500)}`)
    return feed
  }

  /** Resolves when this text arrives after the call. */
  receives(text: string): Promise<void> {
    this.#text = ''
    return new Promise((resolve) => (this.#awaited = { text, resolve }))
  }

  [Symbol.dispose](): void {
    this.#request.destroy()
  }

  #take(text: string): void {
    this.#text = (this.#text + text).slice(-100_000)
    if (this.#awaited === undefined || !this.#text.includes(this.#awaited.text)) return
    this.#awaited.resolve()
    this.#awaited = undefined
  }
}
