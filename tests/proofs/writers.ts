import { ask } from '../_support/app.ts'

const RECORD = `mutation ($key: Key!) {
  recordEvent(
    idempotencyKey: "none"
    input: {
      key: $key, headline: "The ferry sinks", summary: "It sank at the ford.", date: "2024-12-31", evidentialStatus: ESTABLISHED,
      eventKind: INCIDENT, disputes: ["ferry"], citations: [{ source: "gazette", credibility: PROBABLY_TRUE, basis: OWN_REPORTING }]
    }
  ) { __typename ... on UserError { code message } } }`

/**
 * Clients that record one event after another. When the service ends before it has answered, a writer sends the same mutation with the same
 * idempotency key to the next service: it is recorded once, whether or not the first one had recorded it.
 * They end with their block.
 */
export class Writers implements Disposable {
  /** The keys of the events whose recording was acknowledged. */
  readonly acknowledged: string[] = []
  readonly #token: string
  readonly #done: Promise<unknown>
  #url = Promise.withResolvers<string>()
  #next = Promise.withResolvers<void>()
  #isEnding = false
  #isDisposed = false
  #retries = 0

  constructor(count: number, token: string) {
    this.#token = token
    this.#done = Promise.all(Array.from({ length: count }, (_, writer) => this.#write(`ferry/writer-${writer}`)))
    // `finish` throws it.
    this.#done.catch(() => {})
  }

  /** How often a mutation was sent again. */
  get retries(): number {
    return this.#retries
  }

  serve(url: string): void {
    this.#url.resolve(url)
  }

  /** The service is about to end: writers wait for the next one. */
  await(): void {
    this.#url = Promise.withResolvers<string>()
  }

  /** Resolves at the next acknowledgement. */
  async written(): Promise<void> {
    await Promise.race([this.#next.promise, this.#done])
  }

  /** Resolves when every mutation that was sent has been acknowledged. Throws if one was refused. */
  async finish(): Promise<void> {
    this.#isEnding = true
    await this.#done
  }

  [Symbol.dispose](): void {
    this.#isEnding = true
    this.#isDisposed = true
    this.#url.resolve('')
  }

  async #write(name: string): Promise<void> {
    for (let number = 0; !this.#isEnding; number++) {
      const key = `${name}-${number}`
      const body = { query: RECORD.replace('"none"', JSON.stringify(key)), variables: { key } }
      for (;;) {
        const url = await this.#url.promise
        if (this.#isDisposed) return
        const answer = await ask(url, body, { authorization: `Bearer ${this.#token}` }).catch(() => undefined)
        if (answer === undefined) {
          this.#retries++
          continue
        }
        const { __typename: type } = (answer.body.data?.['recordEvent'] ?? {}) as { readonly __typename?: string }
        if (type !== 'EventRecorded') throw new Error(`${key} was refused: ${JSON.stringify(answer.body)}`)
        break
      }
      this.acknowledged.push(key)
      this.#next.resolve()
      this.#next = Promise.withResolvers()
    }
  }
}
