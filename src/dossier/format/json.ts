import type { Path } from '../../model/records/references.ts'
import { endOfString, seekInJson } from './json-seek.ts'

/** Where a JSON text goes wrong: `offset` is the character at which nothing allowed stands. */
interface JsonSlip {
  readonly offset: number
  readonly code: string
  readonly message: string
}

export interface ReadJson {
  readonly value: unknown
  /** Empty where the value can be used as it is. */
  readonly slips: readonly JsonSlip[]
  /** Offset of what stands at a path. */
  readonly offsetOf: (path: Path, at?: 'name' | 'value') => number
}

/** How deep values may stand within values. */
export const DEEPEST = 50
export const TOO_DEEP = `values stand more than ${DEEPEST} deep in one another; a dossier needs no ten levels`

/**
 * Reads a JSON text. The runtime's parser does it where it can; one that knows where everything stands is asked only when something is
 * wrong, or when many places are asked for. A name that an object has twice, which the first passes over, shows in the number of colons.
 */
export function readJson(text: string): ReadJson {
  let map: JsonMap | undefined
  const mapped = () => (map ??= mapJson(text))
  let sought = 0
  const offsetOf: ReadJson['offsetOf'] = (path, at) =>
    map === undefined && ++sought <= SEEKS ? seekInJson(text, path, at) : findOffset(mapped().root, path, at)
  const { colons, depth } = survey(text)
  if (depth > DEEPEST) {
    return { value: undefined, slips: [{ offset: 0, code: 'NESTED_TOO_DEEP', message: TOO_DEEP }], offsetOf: () => 0 }
  }
  try {
    const value: unknown = JSON.parse(text)
    return { value, slips: countMembers(value) === colons ? [] : mapped().repeated, offsetOf }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { value: undefined, slips: [mapped().slip ?? SPOILT], offsetOf: () => 0 }
  }
}

/** How many places are looked for one by one, each from the beginning of the text, before everything in it is mapped, once. */
const SEEKS = 16

interface JsonNode {
  readonly start: number
  /** Of the name before it. */
  readonly name: number
  readonly items?: JsonNode[]
  readonly fields?: Map<string, JsonNode>
}

interface JsonMap {
  readonly root: JsonNode
  readonly repeated: readonly JsonSlip[]
  /** Absent where the text is JSON from end to end. */
  readonly slip?: JsonSlip
}

const SPOILT: JsonSlip = { offset: 0, code: 'NOT_JSON', message: 'is not JSON; write it anew' }

function findOffset(root: JsonNode, path: Path, at: 'name' | 'value' = 'value'): number {
  let node = root
  for (const step of path) {
    const next = typeof step === 'number' ? node.items?.[step] : node.fields?.get(step)
    if (next === undefined) return node.start
    node = next
  }
  return at === 'name' ? node.name : node.start
}

/** Colons outside of strings, one a member written; and how deep brackets stand within brackets. */
function survey(text: string): { colons: number; depth: number } {
  let colons = 0
  let open = 0
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at)
        break
      case COLON:
        colons++
        break
      case BRACE:
      case BRACKET:
        if (++open > depth) depth = open
        break
      case END_BRACE:
      case END_BRACKET:
        open--
        break
      default:
    }
  }
  return { colons, depth }
}

/** Where everything stands in a text, or where it stops being JSON. */
function mapJson(text: string): JsonMap {
  const mapping = new JsonMapping(text)
  try {
    return { root: mapping.readAll(), repeated: mapping.repeated }
  } catch (error) {
    if (!(error instanceof NotJson)) throw error
    const found = error.offset >= text.length ? 'the text ends' : `found ${nameCharacter(text, error.offset)}`
    const slip = { offset: error.offset, code: 'NOT_JSON', message: `is not JSON: ${found}; allowed: ${error.allowed}` }
    return { root: { start: 0, name: 0 }, repeated: [], slip }
  }
}

class NotJson extends Error {
  readonly offset: number
  readonly allowed: string

  constructor(offset: number, allowed: string) {
    super()
    this.offset = offset
    this.allowed = allowed
  }
}

/** A JSON parser that keeps offsets and no values. Nesting is bounded before it is asked. */
class JsonMapping {
  readonly repeated: JsonSlip[] = []
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  readAll(): JsonNode {
    const root = this.#readValue()
    if (this.#next() !== '')
      throw new NotJson(this.#at, 'nothing after the one value (NDJSON is told by the ending .ndjson)')
    return root
  }

  /** The next character that is no white space; empty at the end. */
  #next(): string {
    while (' \n\r\t'.includes(this.#text[this.#at] ?? 'x')) this.#at++
    return this.#text[this.#at] ?? ''
  }

  #readValue(name?: number): JsonNode {
    const first = this.#next()
    const place = { start: this.#at, name: name ?? this.#at }
    if (first === '{') return { ...place, fields: this.#readFields() }
    if (first === '[') return { ...place, items: this.#readItems() }
    if (first === '"') this.#readString()
    else this.#readWord()
    return place
  }

  #readFields(): Map<string, JsonNode> {
    const fields = new Map<string, JsonNode>()
    this.#at++
    if (this.#next() === '}') {
      this.#at++
      return fields
    }
    for (;;) {
      if (this.#next() !== '"') throw new NotJson(this.#at, 'a name in double quotes')
      const start = this.#at
      const name = this.#readString()
      if (fields.has(name)) {
        const message = `${JSON.stringify(name)} stands twice in one map; give a field once`
        this.repeated.push({ offset: start, code: 'FIELD_REPEATED', message })
      }
      if (this.#next() !== ':') throw new NotJson(this.#at, 'a colon')
      this.#at++
      fields.set(name, this.#readValue(start))
      if (this.#endsWith('}')) return fields
    }
  }

  #readItems(): JsonNode[] {
    const items: JsonNode[] = []
    this.#at++
    if (this.#next() === ']') {
      this.#at++
      return items
    }
    for (;;) {
      items.push(this.#readValue())
      if (this.#endsWith(']')) return items
    }
  }

  /** Reads what follows a member: a comma, or the bracket that ends it all. */
  #endsWith(bracket: string): boolean {
    const next = this.#next()
    if (next !== ',' && next !== bracket) throw new NotJson(this.#at, `a comma or ${bracket}`)
    this.#at++
    return next === bracket
  }

  #readString(): string {
    const start = this.#at
    this.#at = endOfString(this.#text, start) + 1
    const written = this.#text.slice(start, this.#at)
    try {
      return JSON.parse(written) as string // in quotes: a text or an error
    } catch {
      // eslint-disable-next-line no-control-regex
      const control = /[\0-\x1f]/.exec(written)
      const escape = /\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(written.replaceAll('\\\\', '__'))
      const offset = control?.index ?? escape?.index
      throw new NotJson(offset === undefined ? this.#text.length : start + offset, 'text that ends with a double quote')
    }
  }

  #readWord(): void {
    const word = /[^\s,:[\]{}"]*/y
    word.lastIndex = this.#at
    const found = word.exec(this.#text)?.[0] ?? ''
    if (!/^(true|false|null|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)$/.test(found)) {
      throw new NotJson(this.#at, 'a value: text in double quotes, a number, true, false, a list or a map')
    }
    this.#at += found.length
  }
}

const [QUOTE, COLON] = [0x22, 0x3a]
const [BRACE, END_BRACE, BRACKET, END_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d]

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) {
    for (const item of value) count += countMembers(item)
    return count
  }
  for (const member of Object.values(value)) count += 1 + countMembers(member)
  return count
}

function nameCharacter(text: string, offset: number): string {
  const code = text.codePointAt(offset) ?? 0
  const visible = code > 0x20 && code !== 0x7f
  return visible
    ? `"${String.fromCodePoint(code)}"`
    : `the character U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}
