import { request, type IncomingMessage } from 'node:http'

export interface ServerEvent {
  /** Empty for a frame that has only an id, or nothing. */
  readonly event: string
  readonly id: string | undefined
  readonly data: string
}

/** A client of server-sent events that reads one frame per call of `next`, and nothing ahead. */
export class EventStream implements AsyncDisposable {
  readonly response: IncomingMessage
  readonly #chunks: AsyncIterator<string>
  #unread = ''

  private constructor(response: IncomingMessage) {
    this.response = response
    // A character may come in two chunks.
    this.#chunks = response.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string>
  }

  /** Sends an operation and waits for the response headers. */
  static open(url: string, body: unknown, headers: Record<string, string> = {}): Promise<EventStream> {
    return new Promise((resolve, reject) => {
      const sent = request(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
      })
      sent.on('response', (response) => resolve(new EventStream(response)))
      sent.on('error', reject)
      sent.end(JSON.stringify(body))
    })
  }

  /** Opens the plain feed, or any other stream at a path. */
  static get(url: string, headers: Record<string, string> = {}): Promise<EventStream> {
    return new Promise((resolve, reject) => {
      const sent = request(url, { headers: { accept: 'text/event-stream', ...headers } })
      sent.on('response', (response) => resolve(new EventStream(response)))
      sent.on('error', reject)
      sent.end()
    })
  }

  /** The next frame, pings included; undefined when the stream has ended or was cut. */
  async frame(): Promise<ServerEvent | undefined> {
    for (;;) {
      const end = this.#unread.indexOf('\n\n')
      if (end >= 0) {
        const frame = this.#unread.slice(0, end)
        this.#unread = this.#unread.slice(end + 2)
        return parse(frame)
      }
      const chunk = await this.#chunks.next().catch(() => ({ done: true, value: undefined }))
      if (chunk.done === true || chunk.value === undefined) return undefined
      this.#unread += chunk.value
    }
  }

  /** The next frame that has an event. */
  async event(): Promise<ServerEvent | undefined> {
    for (;;) {
      const frame = await this.frame()
      if (frame === undefined || frame.event !== '') return frame
    }
  }

  /** The next frame that has data. */
  async message(): Promise<ServerEvent | undefined> {
    for (;;) {
      const frame = await this.frame()
      if (frame === undefined || frame.data !== '') return frame
    }
  }

  close(): void {
    this.response.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }
}

function parse(frame: string): ServerEvent {
  const fields = new Map<string, string>()
  for (const line of frame.split('\n')) {
    const [, name = '', value = ''] = /^(\w*): ?(.*)$/.exec(line) ?? []
    fields.set(name, value)
  }
  return { event: fields.get('event') ?? '', id: fields.get('id'), data: fields.get('data') ?? '' }
}
