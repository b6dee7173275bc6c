import {
  getArgumentValues,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type SelectionNode,
  type SelectionSetNode,
  type ValidatedExecutionArgs,
} from 'graphql'
import { argumentsOf } from '../core/argument-defaults.ts'

/*
 * The cost of an operation, computed before it runs from the costs that fields declare in their extensions. The cost of a field is its own
 * cost plus the cost of its selections, times the number of items it may return. Fields about a list as a whole, such as its total count,
 * cost once per list instead of once per item, and scan the list as many times as they declare. What counts and facets cost depends on the
 * record, and is limited while they run (`work.ts`).
 */

/** The cost of a field. */
export interface Cost {
  /** The cost of the field itself. Default: 1. */
  readonly field?: number
  /** The expected number of items. Default: 3 for lists, else 1. */
  readonly items?: number
  /** For a list: the cost of one scan over the whole list. Default: 10, for a list counted by an index. */
  readonly scan?: number
  /** For a field about a list as a whole: how many times it scans the list. */
  readonly scans?: number
}

/** The extensions of a field with this cost, which may depend on the arguments of the field. */
export function costs<Args extends object>(cost: Cost | ((args: Args) => Cost)) {
  return { cost }
}

export interface OperationCost {
  /** The depth of the deepest field. */
  readonly depth: number
  readonly rootFields: number
  readonly aliases: number
  /** The longest page that a field requests, and its path. */
  readonly page: { readonly path: string; readonly size: number }
  readonly cost: number
  /** The field that costs most by itself, in all of its occurrences, with its path. */
  readonly costliest: { readonly path: string; readonly cost: number }
}

type CostedOperation = Pick<ValidatedExecutionArgs, 'schema' | 'document' | 'operation' | 'variableValues'>

/** The cost of a validated operation, and what else of it is limited. */
export function costOf({ schema, document, operation, variableValues }: CostedOperation): OperationCost {
  const fragments = new Map(
    document.definitions
      .filter((definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  )
  // Fragments may be spread many times over, so that the cost of each selection set is computed once per type.
  const known = new Map<SelectionSetNode, Map<GraphQLNamedType | undefined, Total>>()
  const page = { path: '', size: 0 }

  function ofSelections(set: SelectionSetNode, type: GraphQLNamedType | undefined): Total {
    const byType = known.get(set) ?? new Map<GraphQLNamedType | undefined, Total>()
    known.set(set, byType)
    const total =
      byType.get(type) ?? set.selections.map((selection) => ofSelection(selection, type)).reduce(add, NOTHING)
    byType.set(type, total)
    return total
  }

  function ofSelection(selection: SelectionNode, type: GraphQLNamedType | undefined): Total {
    if (selection.kind !== Kind.FIELD) {
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection
      if (fragment === undefined) return NOTHING
      const name = fragment.typeCondition?.name.value
      return ofSelections(fragment.selectionSet, name === undefined ? type : schema.getType(name))
    }
    const name = selection.name.value
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined
    const aliased = selection.alias === undefined ? 0 : 1
    if (field === undefined) {
      return { ...NOTHING, perItem: at(name, 1), depth: 1, fields: 1, aliases: aliased }
    }
    const values = getArgumentValues(field, selection, variableValues)
    for (const size of [values['first'], values['last']]) {
      if (typeof size === 'number' && size > page.size) Object.assign(page, { path: name, size })
    }
    const declared = declaredCost(field, () => argumentsOf(field, values))
    const { selectionSet } = selection
    const below = selectionSet === undefined ? NOTHING : ofSelections(selectionSet, getNamedType(field.type))
    const own = declared.field + declared.scan * below.scans
    const sum = [at('', own), times(declared.items, below.perItem), below.perList].reduce(plus)
    const { path, cost } = sum.costliest
    const here: Part = { cost: sum.cost, costliest: { path: path === '' ? name : `${name}.${path}`, cost } }
    const total = { scans: declared.scans, depth: below.depth + 1, fields: 1, aliases: aliased + below.aliases }
    return declared.scans === 0
      ? { perItem: here, perList: NO_COST, ...total }
      : { perItem: NO_COST, perList: here, ...total }
  }

  const { perItem, perList, depth, fields, aliases } = ofSelections(
    operation.selectionSet,
    schema.getRootType(operation.operation) ?? undefined,
  )
  const { cost, costliest } = plus(perItem, perList)
  return {
    depth,
    rootFields: fields,
    aliases,
    page,
    cost: Math.ceil(cost),
    costliest: { ...costliest, cost: Math.ceil(costliest.cost) },
  }
}

interface Part {
  readonly cost: number
  readonly costliest: OperationCost['costliest']
}

/** The cost of selections. */
interface Total {
  /** For every item of the list that they are made of. */
  readonly perItem: Part
  /** Once per list. */
  readonly perList: Part
  /** How many times they scan the whole list. */
  readonly scans: number
  readonly depth: number
  /** The number of the fields themselves, without those below them. */
  readonly fields: number
  readonly aliases: number
}

const NO_COST: Part = at('', 0)
const NOTHING: Total = { perItem: NO_COST, perList: NO_COST, scans: 0, depth: 0, fields: 0, aliases: 0 }

function at(path: string, cost: number): Part {
  return { cost, costliest: { path, cost } }
}

function times(items: number, { cost, costliest }: Part): Part {
  return { cost: items * cost, costliest: { ...costliest, cost: items * costliest.cost } }
}

function plus(a: Part, b: Part): Part {
  return { cost: a.cost + b.cost, costliest: b.costliest.cost > a.costliest.cost ? b.costliest : a.costliest }
}

function add(a: Total, b: Total): Total {
  return {
    perItem: plus(a.perItem, b.perItem),
    perList: plus(a.perList, b.perList),
    scans: a.scans + b.scans,
    depth: Math.max(a.depth, b.depth),
    fields: a.fields + b.fields,
    aliases: a.aliases + b.aliases,
  }
}

function declaredCost(field: GraphQLField<unknown, unknown>, args: () => object): Required<Cost> {
  // Only `costs` makes this extension.
  const declared = field.extensions['cost'] as Cost | ((args: object) => Cost) | undefined
  const cost = typeof declared === 'function' ? declared(args()) : declared
  return { field: 1, items: isListType(getNullableType(field.type)) ? 3 : 1, scan: 10, scans: 0, ...cost }
}
