import fc from 'fast-check'
import {
  DirectiveLocation,
  getNamedType,
  getNullableType,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLNamedOutputType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql'
import { Random } from '../../../bench/synthetic/random.ts'
import { schema } from '../../../src/graphql/schema.ts'
import type { Json } from './edits.ts'

export interface GraphqlRequest {
  readonly query: string
  readonly variables: { readonly [name: string]: Json }
}

/**
 * Operations written from the schema, in which any name, value, type or selection is wrong with the same chance: none for most documents of a
 * chance of 0, which are valid but for what no schema says.
 */
export const documents: fc.Arbitrary<GraphqlRequest> = fc
  .record({
    seed: fc.noShrink(fc.nat()),
    operation: fc.constantFrom('query', 'query', 'query', 'mutation', 'mutation', 'subscription'),
    mistakes: fc.constantFrom(0, 0, 0.003, 0.02, 0.1),
    depth: fc.integer({ min: 1, max: 6 }),
    width: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ seed, ...shape }) => new DocumentWriter(new Random(seed, 'malformed'), shape).write())

interface Shape {
  readonly operation: string
  readonly mistakes: number
  readonly depth: number
  readonly width: number
}

/** By the name of a scalar: values, some of which are found in the bundled record. */
const VALUES: Readonly<Record<string, readonly Json[]>> = {
  Int: [0, 1, 5, 100, -1, 2_147_483_647],
  Float: [0, 1.5, -3, 1e300],
  Boolean: [true, false],
  String: ['', 'x', 'aircraft', '"a b" OR -c', '2024', '*', 'é̂', '中文', 'a'.repeat(300)],
  ID: ['x', 'QWN0b3I6MQ', 'RGV2ZWxvcG1lbnQ6MQ', ''],
  Key: ['azerbaijan', 'russia', 'j2-8243', 'j2-8243/crash', 'none', 'new-one', 'a/b/c'],
  Date: ['2024-12-25', '0001-01-01', '9999-12-31', '2024-02-30', '2024'],
  DateTime: ['2024-12-25T00:00:00Z', '2024-12-25T24:00:00Z', '2024-12-25', '9999-12-31T23:59:60+14:00'],
  EDTF: ['2024-12-25', '2024-12/2025-01', '2024-12-25~', '../2024', '[2024..2025]', '2024-21', '156X', 'Y-17E7'],
  LanguageTag: ['en', 'az-Latn', 'x-', 'en-GB-oed', ''],
  URL: ['https://example.org/', 'http://[::1', 'javascript:alert(1)', `https://example.org/${'a'.repeat(3_000)}`],
  CountryCode: ['AZ', 'RU', 'ZZ', ''],
  FeedCursor: ['', 'x', '0', 'AAAA'],
}

const WRONG_VALUES: readonly Json[] = [null, '', 'x', 0, -1, 1e308, true, [], {}, [null], [[1]], '\u0000', 2 ** 40]
const WRONG_NAMES = ['__typename', '__schema', 'constructor', '__proto__', 'nothing', 'toString', 'nodes', 'edges']
const WRONG_TYPES = ['Int', 'String!', '[Key!]!', 'Development', 'Nothing', 'EventInput!', '[[Boolean]]']

class DocumentWriter {
  readonly #random: Random
  readonly #shape: Shape
  readonly #fragments: string[] = []
  readonly #declared: string[] = []
  readonly #variables: Record<string, Json> = {}

  constructor(random: Random, shape: Shape) {
    this.#random = random
    this.#shape = shape
  }

  write(): GraphqlRequest {
    const { operation, depth } = this.#shape
    const roots = { mutation: schema.getMutationType(), subscription: schema.getSubscriptionType() }
    const root = roots[operation as keyof typeof roots] ?? schema.getQueryType()
    const selection = root == null ? '{ __typename }' : this.#selection(root, depth)
    const declared = this.#declared.length > 0 ? `(${this.#declared.join(', ')})` : ''
    const query = `${operation} Q${declared}${this.#directives(DirectiveLocation.QUERY)} ${selection} ${this.#fragments.join(' ')}`
    return { query, variables: this.#variables }
  }

  #isWrong(): boolean {
    return this.#random.chance(this.#shape.mistakes)
  }

  #selection(type: GraphQLNamedOutputType, depth: number): string {
    const count = this.#random.below(this.#shape.width) + 1
    const parts = Array.from({ length: count }, () => this.#part(type, depth))
    return this.#isWrong() ? '{ }' : `{ ${parts.join(' ')} }`
  }

  #part(type: GraphQLNamedOutputType, depth: number): string {
    const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [type]
    const chance = this.#random.below(8)
    const on = this.#isWrong() ? this.#random.pick(Object.values(schema.getTypeMap())) : this.#random.pick(possible)
    if (depth > 1 && chance === 0 && isObjectType(on)) {
      return `... on ${on.name}${this.#directives(DirectiveLocation.INLINE_FRAGMENT)} ${this.#selection(on, depth - 1)}`
    }
    if (depth > 1 && chance === 1 && isObjectType(on)) {
      const name = `F${this.#fragments.length}`
      // Its place is taken before its selection spreads others, or, wrongly, itself.
      const index = this.#fragments.push('') - 1
      this.#fragments[index] = `fragment ${name} on ${on.name} ${this.#selection(on, depth - 1)}`
      return `...${name}${this.#directives(DirectiveLocation.FRAGMENT_SPREAD)}`
    }
    if (this.#isWrong()) return `...F${this.#random.below(3)}`
    return this.#field(type, depth)
  }

  #field(type: GraphQLNamedOutputType, depth: number): string {
    if (!isObjectType(type) && !isInterfaceType(type)) return '__typename'
    const fields = Object.values(type.getFields()).filter((one) => depth > 1 || isLeafType(getNamedType(one.type)))
    if (fields.length === 0) return '__typename'
    const field = this.#random.pick(fields)
    const args = field.args.flatMap((argument) => this.#argument(argument))
    if (this.#isWrong()) args.push(`${this.#random.pick(WRONG_NAMES)}: ${literal(this.#random.pick(WRONG_VALUES))}`)
    const alias = this.#random.below(3) === 0 ? `a${this.#random.below(20)}: ` : ''
    const name = this.#isWrong() ? this.#random.pick(WRONG_NAMES) : field.name
    const below = getNamedType(field.type)
    const isLeaf = isLeafType(below) !== this.#isWrong()
    const selection = isLeaf || isLeafType(below) ? '' : ` ${this.#selection(below, depth - 1)}`
    return `${alias}${name}${args.length > 0 ? `(${args.join(', ')})` : ''}${this.#directives(DirectiveLocation.FIELD)}${selection}`
  }

  #directives(location: DirectiveLocation): string {
    if (this.#random.below(12) > 0) return ''
    const fitting = schema.getDirectives().filter(({ locations }) => this.#isWrong() || locations.includes(location))
    if (fitting.length === 0) return ''
    const { name, args } = this.#random.pick(fitting)
    const given = args.flatMap((argument) => this.#argument(argument))
    return ` @${this.#isWrong() ? 'nothing' : name}${given.length > 0 ? `(${given.join(', ')})` : ''}`
  }

  #argument(argument: GraphQLArgument): string[] {
    const isGiven = isRequiredArgument(argument) !== this.#isWrong() || this.#random.below(4) === 0
    return isGiven ? [`${argument.name}: ${this.#given(argument.type)}`] : []
  }

  /** A literal, or a variable that has the value. */
  #given(type: GraphQLInputType): string {
    const value = this.#value(type, 4)
    if (this.#random.below(4) > 0) return literal(value, type)
    const name = `v${this.#declared.length}`
    const declared = this.#isWrong() ? this.#random.pick(WRONG_TYPES) : String(type)
    if (!this.#isWrong()) this.#declared.push(`$${name}: ${declared}`)
    if (!this.#isWrong()) this.#variables[name] = value
    return `$${name}`
  }

  #value(type: GraphQLInputType, depth: number): Json {
    if (this.#isWrong()) return this.#random.pick(WRONG_VALUES)
    const nullable = getNullableType(type)
    if (isListType(nullable)) {
      const count = this.#isWrong() ? 300 : this.#random.below(3)
      return Array.from({ length: count }, () => this.#value(nullable.ofType, depth - 1))
    }
    const named = getNamedType(nullable)
    if (isEnumType(named)) return this.#random.pick(named.getValues()).name
    if (!isInputObjectType(named)) return this.#random.pick(VALUES[named.name] ?? WRONG_VALUES)
    const fields = Object.values(named.getFields()).filter(
      (field) => isRequiredInputField(field) !== this.#isWrong() || (depth > 0 && this.#random.below(4) === 0),
    )
    const entries = fields.map(({ name, type: input }) => [name, this.#value(input, depth - 1)] as const)
    if (this.#isWrong()) entries.push([this.#random.pick(WRONG_NAMES), this.#random.pick(WRONG_VALUES)])
    return Object.fromEntries(entries)
  }
}

/** A value in GraphQL. Names of enums are written without quotes, where the type says that it is one. */
function literal(value: Json, type?: GraphQLInputType): string {
  const nullable = type && getNullableType(type)
  if (Array.isArray(value)) {
    const item = isListType(nullable) ? nullable.ofType : undefined
    return `[${value.map((each: Json) => literal(each, item)).join(', ')}]`
  }
  if (typeof value === 'object' && value !== null) {
    const fields = isInputObjectType(nullable) ? nullable.getFields() : {}
    return `{ ${Object.entries(value)
      .map(([name, each]) => `${name}: ${literal(each, fields[name]?.type)}`)
      .join(', ')} }`
  }
  return typeof value === 'string' && isEnumType(nullable) ? value : JSON.stringify(value)
}
