import type { Message } from '../../../feed/message.ts'

/** How results are written by one protocol. `text` is the JSON of a result, and `cursor` is where a client resumes that has read it. */
export interface ResultFormat {
  readonly result: (text: string, cursor?: string) => string
}

/** Results that were joined, which all members that start with a page share. */
const joined = new WeakMap<readonly SharedResult[], Map<ResultFormat, Buffer>>()

/** Several results in a format. */
export function join(results: readonly SharedResult[], format: ResultFormat): Buffer {
  const [first] = results
  if (first !== undefined && results.length === 1) return first.in(format)
  const formats = joined.get(results) ?? new Map<ResultFormat, Buffer>()
  joined.set(results, formats)
  const known = formats.get(format) ?? Buffer.concat(results.map((result) => result.in(format)))
  formats.set(format, known)
  return known
}

/** Encoded, a message is this much of the size of its text in all: as text, by the protocols, and joined with others. */
const COPIES = 4

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
