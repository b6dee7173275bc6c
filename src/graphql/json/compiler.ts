import {
  getArgumentValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  OperationTypeNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidatedExecutionArgs,
  type ValueNode,
} from 'graphql'
import { uncounted } from '../cost/result-limits.ts'
import { checked, constant, fieldWith, GIVE_UP, leaf, list, writeWhenDone, type Run, type Writer } from './values.ts'

/** Operations with more fields than this are left to graphql-js. */
const FIELDS_MAX = 5_000

/** What has a selection set: the operation, or the field nodes of one response name. */
type Parent = FieldNode | OperationDefinitionNode

export class Compiler {
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
      writeWhenDone(write, resolve(value, argumentsOf(run), run.context, info), run)
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

export const CONDITIONS = [GraphQLSkipDirective, GraphQLIncludeDirective]

/** For resolvers that do not declare the parameter. A property that is not known here makes the writer give up. */
const NO_INFO = new Proxy({} as GraphQLResolveInfo, {
  get() {
    throw GIVE_UP
  },
})
