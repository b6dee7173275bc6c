import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLNamedOutputType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
} from 'graphql'
import { Random } from '../../bench/synthetic/random.ts'

export interface RandomDocument {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** Keys that arguments may name, by the root field that takes them. */
export type KnownKeys = Readonly<Record<string, readonly string[]>>

const DEPTH = 6
const FIELDS = 4

/**
 * A valid query with aliases, fragments, directives, variables and arguments, the same for the same seed. Some fields are selected twice under
 * one alias, and some fragments are spread more than once, so that their selections are merged.
 */
export function randomDocument(schema: GraphQLSchema, keys: KnownKeys, seed: number): RandomDocument {
  const writer = new DocumentWriter(schema, keys, new Random(seed, 'documents'))
  const root = schema.getQueryType()
  if (root == null) throw new Error('the schema has no queries')
  const selection = writer.selection(root, DEPTH)
  const query = `query ($yes: Boolean!, $no: Boolean = false, $first: Int) ${selection} ${writer.fragments.join(' ')}
    fragment Uses on Query { a: __typename @include(if: $yes) b: __typename @skip(if: $no) c: developments(first: $first) { totalCount } }`
  return {
    query: query.replace('{', '{ ...Uses '),
    variables: { yes: seed % 2 === 0, no: seed % 3 === 0, first: seed % 5 },
  }
}

class DocumentWriter {
  readonly fragments: string[] = []
  /** The names of finished fragments, by type. */
  readonly #finished = new Map<string, string[]>()
  readonly #schema: GraphQLSchema
  readonly #keys: KnownKeys
  readonly #random: Random
  #aliases = 0

  constructor(schema: GraphQLSchema, keys: KnownKeys, random: Random) {
    this.#schema = schema
    this.#keys = keys
    this.#random = random
  }

  selection(type: GraphQLNamedOutputType, depth: number): string {
    const parts = ['__typename']
    for (let count = this.#random.below(FIELDS) + 1; count > 0; count--) parts.push(this.#part(type, depth))
    return `{ ${parts.join(' ')} }`
  }

  #part(type: GraphQLNamedOutputType, depth: number): string {
    const chance = this.#random.below(10)
    const object = isAbstractType(type) ? this.#random.pick(this.#schema.getPossibleTypes(type)) : type
    if (chance === 0 && depth > 1)
      return `... on ${object.name}${this.#directive()} ${this.selection(object, depth - 1)}`
    if (chance === 1 && depth > 1) return this.#spread(object, depth)
    return this.#field(type, depth)
  }

  #spread(type: GraphQLNamedOutputType, depth: number): string {
    const finished = this.#finished.get(type.name) ?? []
    this.#finished.set(type.name, finished)
    if (finished.length > 0 && this.#random.below(3) === 0) return `...${this.#random.pick(finished)}`
    const index = this.fragments.push('') - 1
    const name = `F${index}`
    this.fragments[index] = `fragment ${name} on ${type.name} ${this.selection(type, depth - 1)}`
    finished.push(name)
    return `...${name}`
  }

  #field(type: GraphQLNamedOutputType, depth: number): string {
    if (!isObjectType(type) && !isInterfaceType(type)) return '__typename'
    const fields = Object.values(type.getFields()).filter(
      (field) => (depth > 1 || isLeafType(getNamedType(field.type))) && !UNSUITABLE.has(field.name),
    )
    if (fields.length === 0) return '__typename'
    const field = this.#random.pick(fields)
    const args = field.args.flatMap((argument) => this.#argument(field.name, argument))
    const below = getNamedType(field.type)
    // Fields of one response name must not differ, so that each has an alias of its own.
    const alias = `x${this.#aliases++}`
    const selected = `${alias}: ${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}`
    const repeats = this.#random.below(10) === 0 ? 2 : 1
    return Array.from({ length: repeats }, () => {
      const selection = isLeafType(below) ? '' : this.selection(below, depth - 1)
      return `${selected}${this.#directive()} ${selection}`
    }).join(' ')
  }

  #directive(): string {
    const chance = this.#random.below(12)
    return ['@include(if: $yes)', '@skip(if: $no)', '@include(if: true)', '@skip(if: true)'][chance] ?? ''
  }

  #argument(field: string, { name, type, defaultValue }: GraphQLArgument): string[] {
    const value = this.#value(field, name, type)
    if (value !== undefined && (isNonNullType(type) || this.#random.below(3) > 0)) return [`${name}: ${value}`]
    if (isNonNullType(type) && defaultValue === undefined) return [`${name}: ""`]
    return []
  }

  #value(field: string, name: string, type: GraphQLInputType): string | undefined {
    const named = getNamedType(type)
    if (name === 'key' || name === 'dispute')
      return JSON.stringify(this.#random.pick(this.#keys[name === 'key' ? field : name] ?? ['x']))
    if (name === 'first') return String(this.#random.below(6) + 1)
    if (name === 'on') return '"2025-06-01"'
    if (name === 'instant') return '"2025-06-01T00:00:00Z"'
    if (isListType(type) || !isEnumType(named)) return undefined
    const values = named.getValues().filter((each) => each.name !== 'RELEVANCE')
    return this.#random.pick(values).name
  }
}

/** Fields whose arguments are found nowhere but in a result. */
const UNSUITABLE = new Set(['node'])
