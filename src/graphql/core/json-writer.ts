import {
  getArgumentValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  OperationTypeNode,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidatedExecutionArgs,
  type ValueNode,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { assertInTime, ResultRefusedError, uncounted, UNLIMITED, type ResultLimits } from '../result-limits.ts'

/*
 * Executes queries straight to JSON text, without the result object in between. An operation is compiled once to a tree of functions, each of
 * which resolves a field and writes its value. The text is byte for byte what `JSON.stringify` makes of the data that graphql-js returns.
 *
 * Only the path on which nothing goes wrong is compiled. On an error, a promise, a null in a non-null field, or a feature that is not supported
 * here, the writer gives up, and the caller executes the operation with graphql-js. A query only reads, so executing it twice is safe. The next
 * executions of the same operation go to graphql-js at once, so that an error that comes back is not paid for twice each time. Mutations are
 * never compiled; of a subscription, the part that is executed for each event is. A result that outgrows its limits is not left to graphql-js,
 * where it would cost more: the writer throws.
 */

const GIVE_UP = new Error('graphql-js must execute this operation')

interface Run {
  /** Joined at the end: a long string that is concatenated piece by piece outlives many garbage collections. */
  readonly parts: string[]
  /** The characters in `parts`, without punctuation. A character takes at least a byte. */
  characters: number
  fields: number
  readonly limits: ResultLimits
  readonly startedAt: number
  readonly context: unknown
  readonly prepared: ValidatedExecutionArgs
}

/** Writes the JSON of a value, or throws. */
type Writer = (value: unknown, run: Run) => void

/** Executions that are left to graphql-js after the writer gave up on an operation. */
const PAUSE = 50
/** Operations with more fields than this are left to graphql-js. */
const FIELDS_MAX = 5_000
/** Roughly the bytes that a compiled field takes, and a parsed document for each character of its text. */
const FIELD_BYTES = 1_000
const CHARACTER_BYTES = 50

interface Operation {
  readonly id: number
  /** The variables of its `@skip` and `@include`. */
  readonly conditions: readonly string[]
  /** How many more executions are left to graphql-js. */
  pause: number
}

interface Compiled {
  readonly compiler: Compiler
  /** Undefined if the operation cannot be compiled. */
  readonly write: Writer | undefined
  readonly bytes: number
}

export class JsonWriter {
  readonly #operations = new WeakMap<OperationDefinitionNode, Operation>()
  /** By operation and the values of its conditions. */
  readonly #compiled: LRUCache<string, Compiled>
  #nextId = 0

  /** `bytes` bounds the memory that compiled operations take. */
  constructor({ bytes = 33_554_432 }: { readonly bytes?: number } = {}) {
    this.#compiled = new LRUCache({ maxSize: bytes, sizeCalculation: (compiled) => compiled.bytes })
  }

  /**
   * Returns the JSON of `data`, or undefined if graphql-js must execute the operation. Throws {@link ResultRefusedError} as soon as the data has
   * more fields or bytes than allowed.
   */
  write(prepared: ValidatedExecutionArgs, context: unknown, limits = UNLIMITED): string | undefined {
    const operation = this.#operationOf(prepared)
    if (operation.pause > 0) {
      operation.pause--
      return undefined
    }
    const { coerced } = prepared.variableValues
    const key = `${operation.id} ${operation.conditions.map((name) => String(coerced[name])).join(' ')}`
    const compiled = this.#compiled.get(key) ?? compile(prepared, operation.conditions)
    const data = attempt(compiled.write, { prepared, context, limits })
    if (data === undefined && compiled.write !== undefined) operation.pause = PAUSE
    // Running an operation may have compiled more of it.
    const bytes = bytesOf(compiled.compiler, prepared)
    if (bytes !== compiled.bytes) this.#compiled.set(key, { ...compiled, bytes })
    return data
  }

  #operationOf({ operation, document }: ValidatedExecutionArgs): Operation {
    const known = this.#operations.get(operation)
    if (known !== undefined) return known
    const made = { id: this.#nextId++, conditions: conditionsOf(document), pause: 0 }
    this.#operations.set(operation, made)
    return made
  }
}

function attempt(write: Writer | undefined, given: Pick<Run, 'prepared' | 'context' | 'limits'>): string | undefined {
  const run: Run = { parts: [], characters: 0, fields: 0, startedAt: performance.now(), ...given }
  try {
    write?.(given.prepared.rootValue, run)
    assertWithinLimits(run)
  } catch (error) {
    if (error instanceof ResultRefusedError) throw error
    return undefined
  }
  if (write === undefined) return undefined
  const text = run.parts.join('')
  const { limits } = run
  // No character takes more than three bytes.
  if (text.length * 3 > limits.bytes && Buffer.byteLength(text) > limits.bytes) throw ResultRefusedError.ofBytes(limits)
  return text
}

/** Called for each item of a list: between two calls, an operation adds no more than its compiled fields. */
function assertWithinLimits(run: Run): void {
  const { fields, characters, limits } = run
  if (fields > limits.fields) throw ResultRefusedError.ofFields(limits)
  if (characters > limits.bytes) throw ResultRefusedError.ofBytes(limits)
  assertInTime(run)
}

function conditionsOf(document: DocumentNode): string[] {
  const names = new Set<string>()
  visit(document, {
    Directive({ name, arguments: [argument] = [] }) {
      const isCondition = CONDITIONS.some((condition) => condition.name === name.value)
      if (isCondition && argument?.value.kind === Kind.VARIABLE) names.add(argument.value.name.value)
    },
  })
  return [...names]
}

function compile(prepared: ValidatedExecutionArgs, conditions: readonly string[]): Compiled {
  const compiler = new Compiler(prepared, conditions)
  return { compiler, write: compiler.operation(prepared), bytes: 0 }
}

function bytesOf({ fields }: Compiler, { document }: ValidatedExecutionArgs): number {
  // Compiled fields keep the whole document alive.
  return FIELD_BYTES * (fields + 1) + CHARACTER_BYTES * (document.loc?.source.body.length ?? 0)
}

/** What has a selection set: the operation, or the field nodes of one response name. */
type Parent = FieldNode | OperationDefinitionNode

class Compiler {
  readonly #schema: GraphQLSchema
  readonly #fragments: Record<string, FragmentDefinitionNode>
  /** The values of the variables in `@skip` and `@include`. All other variables belong to one execution and must not be kept. */
  readonly #conditions: ReadonlyMap<string, unknown>
  /** Selections in a fragment, or below an interface, are reached by several paths. */
  readonly #objects = new WeakMap<Parent, Map<GraphQLObjectType, Writer>>()
  #fields = 0

  constructor({ schema, document, variableValues }: ValidatedExecutionArgs, conditions: readonly string[]) {
    this.#schema = schema
    const fragments = document.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION)
    this.#fragments = Object.fromEntries(fragments.map((fragment) => [fragment.name.value, fragment]))
    this.#conditions = new Map(conditions.map((name) => [name, variableValues.coerced[name]]))
  }

  /** The number of fields compiled so far. */
  get fields(): number {
    return this.#fields
  }

  operation({ operation }: ValidatedExecutionArgs): Writer | undefined {
    const root = this.#schema.getRootType(operation.operation)
    if (operation.operation === OperationTypeNode.MUTATION || root == null) return undefined
    try {
      return this.object(root, [operation])
    } catch {
      return undefined
    }
  }

  object(type: GraphQLObjectType, parents: readonly Parent[]): Writer {
    const [parent] = parents
    if (parent === undefined || parents.length > 1) return this.#object(type, parents)
    const known = this.#objects.get(parent) ?? new Map<GraphQLObjectType, Writer>()
    this.#objects.set(parent, known)
    const writer = known.get(type) ?? this.#object(type, parents)
    known.set(type, writer)
    return writer
  }

  #object(type: GraphQLObjectType, parents: readonly Parent[]): Writer {
    if (type.isTypeOf != null) throw GIVE_UP
    const selected = new Map<string, FieldNode[]>()
    for (const { selectionSet } of parents) if (selectionSet !== undefined) this.#collect(type, selectionSet, selected)
    const fields = [...selected].map(([name, nodes], index) => {
      const prefix = `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`
      return this.#field(type, nodes, prefix)
    })
    if (fields.length === 0) return constant('{}')
    return (value, run) => {
      for (const write of fields) write(value, run)
      run.parts.push('}')
    }
  }

  #collect(type: GraphQLObjectType, { selections }: SelectionSetNode, selected: Map<string, FieldNode[]>): void {
    for (const selection of selections) {
      if (!this.#isIncluded(selection)) continue
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value
        const nodes = selected.get(name)
        if (nodes === undefined) selected.set(name, [selection])
        else nodes.push(selection)
        continue
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments[selection.name.value]
      if (fragment === undefined) throw GIVE_UP
      if (this.#applies(fragment.typeCondition?.name.value, type)) this.#collect(type, fragment.selectionSet, selected)
    }
  }

  #isIncluded({ directives = [] }: SelectionSetNode['selections'][number]): boolean {
    return directives.every(({ name, arguments: [argument] = [] }) => {
      const definition = CONDITIONS.find((condition) => condition.name === name.value)
      if (definition === undefined || argument === undefined) throw GIVE_UP
      const condition = this.#conditionOf(argument.value)
      if (typeof condition !== 'boolean') throw GIVE_UP
      return condition === (definition === GraphQLIncludeDirective)
    })
  }

  #conditionOf(value: ValueNode): unknown {
    if (value.kind === Kind.VARIABLE) return this.#conditions.get(value.name.value)
    return value.kind === Kind.BOOLEAN ? value.value : undefined
  }

  #applies(condition: string | undefined, type: GraphQLObjectType): boolean {
    if (condition === undefined || condition === type.name) return true
    const abstract = this.#schema.getType(condition)
    return isAbstractType(abstract) && this.#schema.isSubType(abstract, type)
  }

  #field(parent: GraphQLObjectType, nodes: readonly FieldNode[], prefix: string): Writer {
    const [node] = nodes
    if (node === undefined || ++this.#fields > FIELDS_MAX) throw GIVE_UP
    if (node.name.value === '__typename') return fieldWith(`${prefix}${JSON.stringify(parent.name)}`)
    const field = parent.getFields()[node.name.value]
    if (field === undefined) throw GIVE_UP
    const { name, resolve: declared } = field
    const resolve = declared && uncounted(declared)
    const write = this.#type(field.type, nodes)
    const begin = (run: Run) => {
      run.fields++
      run.characters += prefix.length
      run.parts.push(prefix)
    }
    if (resolve === undefined) {
      return (value, run) => {
        // A parent is an object: `checked` has seen to it.
        const property = (value as Record<string, unknown>)[name]
        if (typeof property === 'function') throw GIVE_UP
        begin(run)
        write(property, run)
      }
    }
    const argumentsOf = this.#arguments(field, node)
    const selected = { fieldName: name, fieldNodes: nodes, returnType: field.type, parentType: parent }
    const info: GraphQLResolveInfo =
      resolve.length < 4 ? NO_INFO : Object.assign(Object.create(NO_INFO), { ...selected, fragments: this.#fragments })
    return (value, run) => {
      begin(run)
      write(resolve(value, argumentsOf(run), run.context, info), run)
    }
  }

  #arguments(field: GraphQLField<unknown, unknown>, node: FieldNode): (run: Run) => Record<string, unknown> {
    if (JSON.stringify(node.arguments ?? []).includes('"Variable"')) {
      return ({ prepared }) => getArgumentValues(field, node, prepared.variableValues)
    }
    const values = getArgumentValues(field, node)
    return () => values
  }

  #type(type: GraphQLOutputType, nodes: readonly FieldNode[]): Writer {
    if (isNonNullType(type)) {
      const write = this.#nonNull(type.ofType, nodes)
      return (value, run) => {
        if (value == null) throw GIVE_UP
        write(value, run)
      }
    }
    const write = this.#nonNull(type, nodes)
    return (value, run) => {
      if (value == null) run.parts.push('null')
      else write(value, run)
    }
  }

  #nonNull(type: GraphQLOutputType, nodes: readonly FieldNode[]): Writer {
    if (isListType(type)) return list(this.#type(type.ofType, nodes))
    if (isObjectType(type)) return checked(this.object(type, nodes))
    if (isAbstractType(type)) return checked(this.#abstract(type, nodes))
    if (isNonNullType(type)) throw GIVE_UP
    return leaf(type)
  }

  /** Compiles the selection for each type when a value of the type first comes. */
  #abstract(type: GraphQLAbstractType, nodes: readonly FieldNode[]): Writer {
    const { resolveType } = type
    if (resolveType == null) throw GIVE_UP
    const schema = this.#schema
    const writers = new Map<string, Writer>()
    return (value, run) => {
      const name = resolveType(value, run.context, NO_INFO, type)
      if (typeof name !== 'string') throw GIVE_UP
      let write = writers.get(name)
      if (write === undefined) {
        const object = schema.getType(name)
        if (!isObjectType(object) || !schema.isSubType(type, object)) throw GIVE_UP
        write = this.object(object, nodes)
        writers.set(name, write)
      }
      write(value, run)
    }
  }
}

const CONDITIONS = [GraphQLSkipDirective, GraphQLIncludeDirective]

/** For resolvers that do not declare the parameter. A property that is not known here makes the writer give up. */
const NO_INFO = new Proxy({} as GraphQLResolveInfo, {
  get() {
    throw GIVE_UP
  },
})

/** A field with this text, whatever its parent is. */
function fieldWith(text: string): Writer {
  return (_, run) => {
    run.fields++
    run.characters += text.length
    run.parts.push(text)
  }
}

function constant(text: string): Writer {
  return (_, { parts }) => {
    parts.push(text)
  }
}

/** Gives up on a value that is not a plain object, such as a promise or an error. */
function checked(write: Writer): Writer {
  return (value, run) => {
    if (typeof value !== 'object' || value instanceof Error || value instanceof Promise) throw GIVE_UP
    write(value, run)
  }
}

function list(write: Writer): Writer {
  return (value, run) => {
    if (!Array.isArray(value)) throw GIVE_UP
    const { parts } = run
    parts.push('[')
    for (let index = 0; index < value.length; index++) {
      if (index > 0) parts.push(',')
      write(value[index], run)
      assertWithinLimits(run)
    }
    parts.push(']')
  }
}

function leaf(type: GraphQLLeafType): Writer {
  if (isEnumType(type)) {
    const names = new Map<unknown, string>(type.getValues().map(({ name, value }) => [value, JSON.stringify(name)]))
    return (value, { parts }) => {
      const name = names.get(value)
      if (name === undefined) throw GIVE_UP
      parts.push(name)
    }
  }
  return (value, run) => {
    if (value instanceof Error || value instanceof Promise) throw GIVE_UP
    const output: unknown = type.coerceOutputValue(value)
    if (output == null) throw GIVE_UP
    const text = typeof output === 'string' ? quote(output) : JSON.stringify(output)
    run.characters += text.length
    run.parts.push(text)
  }
}

/* oxlint-disable-next-line no-control-regex -- what JSON escapes */
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/

function quote(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`
}
