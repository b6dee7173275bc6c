import type { Message } from '../../../feed/message.ts'

/** How results are written by one protocol. `text` is the JSON of a result, and `cursor` is where a client resumes that has read it. */
export interface ResultFormat {
  readonly result: (text: string, cursor?: string) => string
}

const JOINED = Symbol('joined')

/** An array of results keeps what they were joined to: all members that start with a page share it. */
type Joinable = readonly SharedResult[] & { [JOINED]?: Map<ResultFormat, Buffer> }

/** Several results in a format. */
export function join(results: Joinable, format: ResultFormat): Buffer {
  const [first] = results
  if (first !== undefined && results.length === 1) return first.in(format)
  const formats = (results[JOINED] ??= new Map<ResultFormat, Buffer>())
  const known = formats.get(format) ?? Buffer.from(results.map((result) => result.textIn(format)).join(''))
  formats.set(format, known)
  return known
}

/** A result is kept as text, and encoded for two protocols: alone, or joined with others. */
const COPIES = 3

/** The result of one event, for all who subscribed to the same. It is encoded once for each format. */
export class SharedResult implements Message {
  readonly cursor: string
  readonly bytes: number
  readonly #text: string
  #encoded: Map<ResultFormat, Buffer> | undefined

  /** `text` is its JSON. */
  constructor(text: string, cursor: string) {
    this.#text = text
    this.cursor = cursor
    this.bytes = Buffer.byteLength(text) * COPIES
  }

  in(format: ResultFormat): Buffer {
    const known = this.#encoded?.get(format)
    if (known !== undefined) return known
    const encoded = Buffer.from(this.textIn(format))
    this.#encoded ??= new Map()
    this.#encoded.set(format, encoded)
    return encoded
  }

  textIn(format: ResultFormat): string {
    return format.result(this.#text, this.cursor)
  }
}
