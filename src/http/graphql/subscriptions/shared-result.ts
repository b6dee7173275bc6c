import type { Message } from '../../../feed/message.ts'

/** How results are written by one protocol. `text` is the JSON of a result, and `cursor` is where a client resumes that has read it. */
export interface ResultFormat {
  readonly result: (text: string, cursor?: string) => string
}

/** Encoded, a message is this much of the size of its text in all: as text and by the protocols. */
const COPIES = 3

/** The result of one event, for all who subscribed to the same. It is encoded once for each format. */
export class SharedResult implements Message {
  readonly cursor: string
  readonly bytes: number
  readonly #text: string
  readonly #encoded = new Map<ResultFormat, Buffer>()

  /** `text` is its JSON. */
  constructor(text: string, cursor: string) {
    this.#text = text
    this.cursor = cursor
    this.bytes = text.length * COPIES
  }

  in(format: ResultFormat): Buffer {
    const known = this.#encoded.get(format)
    if (known !== undefined) return known
    const encoded = Buffer.from(format.result(this.#text, this.cursor))
    this.#encoded.set(format, encoded)
    return encoded
  }
}
