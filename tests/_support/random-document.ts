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

/** A valid query with aliases, fragments, directives, variables and arguments, the same for the same seed. */
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
    if (chance === 1 && depth > 1) {
      const name = `F${this.fragments.length}`
      this.fragments.push('')
      this.fragments[Number(name.slice(1))] = `fragment ${name} on ${object.name} ${this.selection(object, depth - 1)}`
      return `...${name}`
    }
    return this.#field(type, depth)
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
    const selection = isLeafType(below) ? '' : this.selection(below, depth - 1)
    // Fields of one response name must not differ, so that each has an alias of its own.
    const alias = `x${this.#aliases++}`
    return `${alias}: ${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}${this.#directive()} ${selection}`
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
    if (isListType(type) || !isEnumType(named)) return undefined
    const values = named.getValues().filter((each) => each.name !== 'RELEVANCE')
    return this.#random.pick(values).name
  }
}

/** Fields whose arguments are found nowhere but in a result. */
const UNSUITABLE = new Set(['node'])
