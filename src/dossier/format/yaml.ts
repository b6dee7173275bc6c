import { type Alias, isAlias, isMap, isScalar, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'
import type { Path } from '../../model/records/references.ts'
import { DEEPEST, TOO_DEEP } from './json.ts'
import type { Locate, Position } from './location.ts'
import { describeYamlErrors, type YamlSlip } from './yaml-errors.ts'

export interface ReadYaml {
  /** Undefined where the text holds nothing, or cannot be read at all. */
  readonly value: unknown
  readonly slips: readonly YamlSlip[]
  /** Whether the slips leave the rest readable: a field given twice, an alias of nothing. */
  readonly readable: boolean
  readonly locate: Locate
}

/** How many values aliases may stand for in one file: each alias is a copy of what it names. */
const ALIASED = 100_000

/** Reads a text of YAML 1.2, one document, and remembers where everything stands. */
export function readYaml(text: string): ReadYaml {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    resolveKnownTags: false,
    uniqueKeys: false,
    logLevel: 'error',
  })
  const at = (place: number): Position => {
    const { line, col } = lines.linePos(place)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  if (document.directives?.yaml.explicit === true && document.directives.yaml.version !== '1.2') {
    const message = `found YAML ${document.directives.yaml.version}; YAML 1.2 is allowed: take the %YAML line out`
    return { value: undefined, slips: [{ ...at(0), code: 'NOT_YAML', message }], readable: false, locate: () => at(0) }
  }
  const broken = [...document.errors, ...document.warnings]
  if (broken.length > 0) {
    const slips = describeYamlErrors(text, broken, at)
    return { value: undefined, slips, readable: false, locate: () => at(0) }
  }
  const reading = new YamlReading(at)
  const value = document.contents === null ? undefined : reading.read(document.contents)
  const locate: Locate = (path, end) => at(reading.offsetOf(document.contents, path, end))
  return { value, slips: reading.slips, readable: !reading.abandoned, locate }
}

/** Turns nodes into values; what aliases stand for is copied, and counted. */
class YamlReading {
  readonly slips: YamlSlip[] = []
  abandoned = false
  readonly #at: (place: number) => Position
  readonly #anchors = new Map<string, Node>()
  readonly #targets = new Map<Alias, Node>()
  readonly #open = new Set<Node>()
  #aliased = 0

  constructor(at: (place: number) => Position) {
    this.#at = at
  }

  read(node: Node, depth = 0, alias?: Alias): unknown {
    if (this.abandoned) return undefined
    if (depth > DEEPEST) {
      return this.#abandon(node, 'NESTED_TOO_DEEP', TOO_DEEP)
    }
    if (isAlias(node)) return this.#follow(node, depth, alias ?? node)
    if (alias !== undefined && ++this.#aliased > ALIASED) {
      const message = `the aliases up to here stand for more than ${ALIASED} values; write out what they stand for`
      return this.#abandon(alias, 'ALIAS_BOMB', message)
    }
    if (node.anchor !== undefined && alias === undefined) this.#anchors.set(node.anchor, node)
    if (isScalar(node)) {
      if (node.anchor !== undefined && isEmpty(node)) {
        const message = `&${node.anchor} is read as a mark, and nothing follows it; if it is text, put it in quotes or use >-`
        // An empty node stands where its mark ends.
        this.slips.push({ ...this.#at(startOf(node) - node.anchor.length - 1), code: 'MARK_OF_NOTHING', message })
        return `&${node.anchor}`
      }
      return node.value
    }
    this.#open.add(node)
    const value = isMap(node)
      ? this.#readMap(node, depth, alias)
      : node.items.map((item) => this.#readItem(item, depth, alias))
    this.#open.delete(node)
    return value
  }

  /** The offset of what a path names beneath a node, or of the last thing on the way that is there. */
  offsetOf(root: Node | null, path: Path, end: 'name' | 'value' = 'value'): number {
    let node: Node | null = root
    let name = startOf(node)
    let value = name
    for (const step of path) {
      const inner: Node | null = node !== null && isAlias(node) ? (this.#targets.get(node) ?? null) : node
      if (inner === null || isScalar(inner) || isAlias(inner)) break
      const next = isMap(inner) ? inner.items.find(({ key }) => nameOf(key) === step) : inner.items[Number(step)]
      if (next === undefined) break
      const pair = isPair(next) ? next : { key: next, value: next }
      node = (pair.value ?? null) as Node | null // parsed: pairs hold nodes
      name = startOf(pair.key as Node)
      value = node === null || isEmpty(node) ? name : startOf(node)
    }
    return end === 'name' ? name : value
  }

  #readMap(map: YAMLMap, depth: number, alias?: Alias): Record<string, unknown> {
    const value: Record<string, unknown> = {}
    const seen = new Set<string>()
    for (const { key, value: member } of map.items) {
      const name = nameOf(key)
      if (seen.has(name) && alias === undefined) {
        this.#note(key as Node, 'FIELD_REPEATED', `${JSON.stringify(name)} stands twice in one map; give a field once`)
      }
      seen.add(name)
      const read = this.#readItem(member, depth, alias)
      // Assigning to __proto__ would set the prototype and hide the field.
      Object.defineProperty(value, name, { value: read, enumerable: true, configurable: true, writable: true })
    }
    return value
  }

  #readItem(item: unknown, depth: number, alias?: Alias): unknown {
    return item === null ? null : this.read(item as Node, depth + 1, alias) // parsed: collections hold nodes
  }

  #follow(alias: Alias, depth: number, outermost: Alias): unknown {
    const target = this.#targets.get(alias) ?? this.#anchors.get(alias.source)
    if (target === undefined) {
      this.#note(
        alias,
        'ALIAS_UNKNOWN',
        `*${alias.source} names nothing above it; write &${alias.source} before what it shall stand for or, if it is text, put it in quotes`,
      )
      return undefined
    }
    this.#targets.set(alias, target)
    if (this.#open.has(target)) {
      return this.#abandon(alias, 'ALIAS_BOMB', `*${alias.source} stands within what it stands for; write it out`)
    }
    return this.read(target, depth, outermost)
  }

  #note(node: Node, code: string, message: string): void {
    this.slips.push({ ...this.#at(startOf(node)), code, message })
  }

  #abandon(node: Node, code: string, message: string): undefined {
    this.#note(node, code, message)
    this.abandoned = true
  }
}

function startOf(node: Node | null): number {
  return node?.range?.[0] ?? 0
}

function nameOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : ''
}

function isPair(item: unknown): item is { key: unknown; value: unknown } {
  return typeof item === 'object' && item !== null && 'key' in item
}

function isEmpty(node: Node): boolean {
  return isScalar(node) && node.value === null && node.range?.[0] === node.range?.[1]
}
