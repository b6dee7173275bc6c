import { type CST, Parser } from 'yaml'

/** What something is opened with in YAML: a quote, a bracket, a brace, or the star of an alias. */
export interface Opening {
  /** In the text. */
  readonly offset: number
  readonly sign: string
  readonly isOfManyLines: boolean
}

/** Where the quotes, brackets and aliases of a text begin, found by where they end. Reads the text anew: for texts that are wrong. */
export class YamlOpenings {
  readonly #text: string
  readonly #byEnd = new Map<number, Opening>()
  readonly #unclosed: Opening[] = []

  constructor(text: string) {
    this.#text = text
    const waiting: unknown[] = [...new Parser().parse(text)]
    for (let token = waiting.pop(); token !== undefined; token = waiting.pop()) {
      if (typeof token !== 'object' || token === null) continue
      if ('type' in token) this.#note(token as CST.Token) // all that has a type is one
      for (const part of Object.values(token)) if (typeof part === 'object') waiting.push(part)
    }
  }

  /** What ends right before an offset, white space aside. */
  before(offset: number): Opening | undefined {
    const opening = this.#byEnd.get(offset)
    if (opening !== undefined) return opening
    let end = offset
    while (end > 0 && /\s/.test(this.#text.charAt(end - 1))) end--
    return this.#byEnd.get(end)
  }

  /** The last of the brackets and braces that open before an offset and are never closed. */
  unclosedBefore(offset: number): Opening | undefined {
    return this.#unclosed
      .filter((opening) => opening.offset < offset)
      .reduce<Opening | undefined>(
        (last, one) => (last === undefined || one.offset > last.offset ? one : last),
        undefined,
      )
  }

  #note(token: CST.Token): void {
    if (token.type === 'flow-collection') {
      const { offset, source } = token.start
      const closing = token.end.find(({ type }) => type === (source === '{' ? 'flow-map-end' : 'flow-seq-end'))
      if (closing === undefined) this.#unclosed.push({ offset, sign: source, isOfManyLines: false })
      else this.#add(offset, closing.offset + closing.source.length)
    } else if (QUOTED.has(token.type) && 'source' in token) {
      this.#add(token.offset, token.offset + token.source.length)
    }
  }

  #add(offset: number, end: number): void {
    const isOfManyLines = this.#text.slice(offset, end).includes('\n')
    this.#byEnd.set(end, { offset, sign: this.#text.charAt(offset), isOfManyLines })
  }
}

const QUOTED: ReadonlySet<string> = new Set(['single-quoted-scalar', 'double-quoted-scalar', 'alias'])
