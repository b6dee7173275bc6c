import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml'
import { clip, show } from '../../model/errors.ts'
import type { Path } from '../../model/records/references.ts'
import { FIELD_NAMES } from './sections.ts'
import {
  DEEPEST,
  describeYamlErrors,
  findOddSpaces,
  type Location,
  spaceAfter,
  type TextProblem,
  TOO_DEEP,
} from './yaml-errors.ts'
import type { ProblemCode } from '../../model/problem-codes.ts'

interface Found extends Location {
  /** How the value at the path is written, if it is written without quotes and was not read as text: a number, true, false or null. */
  readonly written?: string
}

/** Finds the value at a path, or the name of the field that holds it. If the path leads nowhere, finds the last value on the way. */
export type Locate = (path: Path, end?: 'name' | 'value') => Found

export interface ParsedText {
  /** Undefined if the text is empty or cannot be read at all. */
  readonly value: unknown
  readonly problems: readonly TextProblem[]
  /** What may be a mistake, and is read all the same. */
  readonly warnings: readonly TextProblem[]
  /** Whether the value is complete. It may be in spite of problems, such as a repeated field or an alias that names nothing. */
  readonly isComplete: boolean
  readonly locate: Locate
}

/** How many values, and how many characters, the aliases of one file may stand for: each alias copies what it names. */
const ALIASED = 100_000
const ALIASED_CHARACTERS = 2 * 1024 * 1024

/**
 * How many line feeds and ASCII punctuation marks a file may have. Each of them can be a value of its own, which takes the parser some 500
 * bytes. The largest file of a real dossier has half of them.
 */
const MARKS_MAX = 4_000_000
const TOO_MANY_MARKS = `has more than ${MARKS_MAX} lines and punctuation marks; split it, or write it as NDJSON`

function marksIn(text: string): number {
  let marks = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const isMark = (code > 0x20 && code < 0x30) || (code > 0x39 && code < 0x41) || (code > 0x5a && code < 0x61)
    if (code === 0x0a || isMark || (code > 0x7a && code < 0x7f)) marks++
  }
  return marks
}

/** Reads one document of YAML 1.2, and remembers where everything is. JSON is YAML, so this finds locations in JSON too. */
export function readYaml(raw: string): ParsedText {
  const text = withLineFeeds(raw)
  if (marksIn(text) > MARKS_MAX) {
    const problem: TextProblem = { line: 1, column: 1, code: 'FILE_TOO_BIG', message: TOO_MANY_MARKS }
    return { value: undefined, problems: [problem], warnings: [], isComplete: false, locate: () => problem }
  }
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    resolveKnownTags: false,
    uniqueKeys: false,
    logLevel: 'error',
  })
  const at = (offset: number): Location => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const refuse = (problems: readonly TextProblem[]): ParsedText => {
    return { value: undefined, problems, warnings: [], isComplete: false, locate: () => at(0) }
  }
  if (document.directives?.yaml.explicit === true && document.directives.yaml.version !== '1.2') {
    const message = `found YAML ${document.directives.yaml.version}; only YAML 1.2 is allowed: remove the %YAML line`
    return refuse([{ ...at(0), code: 'NOT_YAML', message }])
  }
  const errors = [...document.errors, ...document.warnings]
  if (errors.length > 0) return refuse(describeYamlErrors(text, errors, at))
  const odd = findOddSpaces(text, new Set())
  if (odd.length > 0) return refuse(odd)
  const reader = new NodeReader(text, at)
  const value = document.contents === null ? undefined : reader.read(document.contents)
  const locate: Locate = (path, end) => {
    const { offset, written } = reader.find(document.contents, path, end)
    return { ...at(offset), ...(written !== undefined && { written }) }
  }
  return { value, problems: reader.problems, warnings: reader.warnings, isComplete: !reader.isAbandoned, locate }
}

/** Lines may end in CR alone, which the parser does not know. Offsets stay the same. */
export function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replaceAll(/\r(?!\n)/g, '\n') : text
}

/** Turns nodes into values. What an alias names is copied, and the copies are counted. */
class NodeReader {
  readonly problems: TextProblem[] = []
  readonly warnings: TextProblem[] = []
  isAbandoned = false
  readonly #text: string
  readonly #at: (offset: number) => Location
  readonly #anchors = new Map<string, Node>()
  readonly #targets = new Map<Alias, Node>()
  readonly #open = new Set<Node>()
  readonly #fields = new Map<YAMLMap, ReadonlyMap<string, Pair>>()
  #aliased = 0
  #aliasedCharacters = 0

  constructor(text: string, at: (offset: number) => Location) {
    this.#text = text
    this.#at = at
  }

  /** `alias` is the outermost alias on the way to the node. */
  read(node: Node, depth = 0, alias?: Alias): unknown {
    if (this.isAbandoned) return undefined
    if (depth > DEEPEST) return this.#abandon(node, 'NESTED_TOO_DEEP', TOO_DEEP)
    if (isAlias(node)) return this.#follow(node, depth, alias ?? node)
    if (alias !== undefined && ++this.#aliased > ALIASED) {
      const message = `the aliases so far stand for more than ${ALIASED} values; write the values out`
      return this.#abandon(alias, 'ALIAS_BOMB', message)
    }
    if (node.anchor !== undefined && alias === undefined) this.#anchors.set(node.anchor, node)
    if (isScalar(node)) {
      if (alias === undefined && node.type === 'PLAIN') this.#warnOfComment(node)
      if (alias !== undefined && typeof node.value === 'string') {
        this.#aliasedCharacters += node.value.length
        if (this.#aliasedCharacters > ALIASED_CHARACTERS) {
          const message = `the aliases so far stand for more than ${ALIASED_CHARACTERS} characters; write the values out`
          return this.#abandon(alias, 'ALIAS_BOMB', message)
        }
      }
      if (node.anchor === undefined || !isEmpty(node)) return node.value
      const message = `&${clip(node.anchor)} is read as an anchor, and no value follows it; if it is text, put it in quotes or use >-`
      // The range of an empty node begins where its anchor ends.
      this.#report(startOf(node) - node.anchor.length - 1, 'MARK_OF_NOTHING', message)
      return `&${node.anchor}`
    }
    this.#open.add(node)
    const value = isMap(node)
      ? this.#readMap(node, depth, alias)
      : node.items.map((item) => this.#readItem(item, depth, alias))
    this.#open.delete(node)
    return value
  }

  find(root: Node | null, path: Path, end: 'name' | 'value' = 'value'): { offset: number; written?: string } {
    let node: Node | null = root
    let name = startOf(node)
    let value = name
    for (const step of path) {
      const inner = this.#targetOf(node)
      if (inner === null || isScalar(inner) || isAlias(inner)) return { offset: end === 'name' ? name : value }
      const next = isMap(inner) ? this.#fieldsOf(inner).get(String(step)) : inner.items[Number(step)]
      if (next === undefined) return { offset: end === 'name' ? name : value }
      const pair = isPair(next) ? next : { key: next, value: next }
      node = (pair.value ?? null) as Node | null // parsed: pairs hold nodes
      name = startOf(pair.key as Node)
      value = node === null || isEmpty(node) ? name : startOf(node)
    }
    const written = writtenAs(this.#targetOf(node))
    return { offset: end === 'name' ? name : value, ...(written !== undefined && { written }) }
  }

  #targetOf(node: Node | null): Node | null {
    return node !== null && isAlias(node) ? (this.#targets.get(node) ?? null) : node
  }

  /** The fields of a map by name. Of a field given twice, the last counts. */
  #fieldsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
    const known = this.#fields.get(map)
    if (known !== undefined) return known
    const fields = new Map(map.items.map((pair) => [splitName(pair.key, pair.value)[0], pair]))
    this.#fields.set(map, fields)
    return fields
  }

  #readMap(map: YAMLMap, depth: number, alias?: Alias): Record<string, unknown> {
    const value: Record<string, unknown> = {}
    const seen = new Set<string>()
    const merged: unknown[] = []
    for (const { key, value: member } of map.items) {
      const [name, joined] = splitName(key, member)
      if (joined !== undefined && alias === undefined)
        this.#report(startOf(key as Node) + name.length, 'NOT_YAML', spaceAfter(':'))
      if (isMergeKey(key)) {
        if (alias === undefined) this.#report(startOf(key as Node), 'MERGE_KEY', MERGE)
        merged.push(this.#readItem(member, depth, alias))
        continue
      }
      if (seen.has(name) && alias === undefined) {
        const message = `the field ${show(name)} is given twice; give it once`
        this.#report(startOf(key as Node), 'FIELD_REPEATED', message)
      }
      seen.add(name)
      const read = joined ?? this.#readItem(member, depth, alias)
      // Assigning to __proto__ would set the prototype and hide the field.
      Object.defineProperty(value, name, { value: read, enumerable: true, configurable: true, writable: true })
    }
    // The fields that would be merged are not reported as missing too.
    for (const fields of merged.flat()) {
      if (typeof fields !== 'object' || fields === null) continue
      for (const [name, member] of Object.entries(fields)) if (!seen.has(name)) value[name] = member
    }
    return value
  }

  /** Warns if a comment cut off a text: `Killing #1 of the year` is the text `Killing` and a comment. */
  #warnOfComment({ value, range }: Scalar): void {
    if (typeof value !== 'string' && value !== null) return
    COMMENT.lastIndex = (range?.[1] ?? 0) - (value === null ? 1 : 0)
    const [comment, digit] = COMMENT.exec(this.#text) ?? []
    if (comment === undefined || (digit === undefined && value !== null && IS_WORD.test(value))) return
    const message = `${show(comment.trimEnd())} is read as a comment; if it is part of the text, put the text in quotes or use >-`
    this.warnings.push({ ...this.#at(COMMENT.lastIndex - comment.length + 1), code: 'COMMENT_IN_TEXT', message })
  }

  #readItem(item: unknown, depth: number, alias?: Alias): unknown {
    return item === null ? null : this.read(item as Node, depth + 1, alias) // parsed: collections hold nodes
  }

  #follow(alias: Alias, depth: number, outermost: Alias): unknown {
    const target = this.#targets.get(alias) ?? this.#anchors.get(alias.source)
    const name = clip(alias.source)
    if (target === undefined) {
      const message = `no anchor above this alias is named &${name}; write &${name} before the value that *${name} stands for or, if it is text, put it in quotes`
      return this.#report(startOf(alias), 'ALIAS_UNKNOWN', message)
    }
    this.#targets.set(alias, target)
    if (!this.#open.has(target)) return this.read(target, depth, outermost)
    return this.#abandon(alias, 'ALIAS_BOMB', `*${name} is part of the value that it stands for; write the value out`)
  }

  #report(offset: number, code: ProblemCode, message: string): undefined {
    this.problems.push({ ...this.#at(offset), code, message })
  }

  #abandon(node: Node, code: ProblemCode, message: string): undefined {
    this.isAbandoned = true
    return this.#report(startOf(node), code, message)
  }
}

const MERGE = '<< would merge fields from another map, and merge keys are not read; write the fields out'

/**
 * A # after one space and before a character that is no space. A comment mostly has more space on either side. Before a digit, # is a
 * number sign.
 */
const COMMENT = / #(?:(\d)|[^\s#!])[^\r\n]*/y

/** A key, a word of a vocabulary or a date, after which a comment is more likely than the rest of a text. */
const IS_WORD = /^[a-z0-9/~?%.:[\]-]+$/

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === '<<' && key.type === 'PLAIN'
}

function writtenAs(node: Node | null): string | undefined {
  return isScalar(node) && typeof node.value !== 'string' && node.source !== undefined ? clip(node.source) : undefined
}

function startOf(node: Node | null): number {
  return node?.range?.[0] ?? 0
}

function nameOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : ''
}

/** In brackets, `{key:north}` is a field named `key:north` without a value. It is reported, and read as `{key: north}`. */
function splitName(key: unknown, value: unknown): readonly [name: string, joined?: unknown] {
  const whole = nameOf(key)
  const isBare = isScalar(key) && key.type === 'PLAIN' && (value === null || isEmpty(value as Node)) // parsed: pairs hold nodes
  const [, name = '', joined = ''] = (isBare && /^([a-z-]+):(.+)$/s.exec(whole)) || []
  if (!FIELD_NAMES.has(name)) return [whole]
  return [name, /^-?\d+(?:\.\d+)?$/.test(joined) ? Number(joined) : joined]
}

function isPair(item: unknown): item is { key: unknown; value: unknown } {
  return typeof item === 'object' && item !== null && 'key' in item
}

function isEmpty(node: Node): boolean {
  return isScalar(node) && node.value === null && node.range?.[0] === node.range?.[1]
}
