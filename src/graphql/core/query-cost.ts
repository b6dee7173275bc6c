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

/*
 * What an operation may cost, told before it runs, by the weights that stand on the fields (`complexity`). A field weighs as much as all that
 * may come below it together; what is asked of a list as a whole (`WHOLE`) weighs once a list, however long its page is, and going through
 * all of a list as often as its filter makes it dear. A thousand of weight take some
 * 20 ms at most in a store of 20,000 developments, unless a single claim or demand gathers thousands of them.
 */

/** What stands in the `complexity` of a field, or follows there from its arguments. */
export interface Weighed {
  /** Of the field itself. */
  readonly field?: number
  /** How often what is below it may come. */
  readonly multiplier?: number
  /** Of a list: what it weighs to go through all of it once. */
  readonly whole?: number
}

/** The extension of fields that are asked of a list as a whole: how often it is gone through for them. */
export const WHOLE = 'whole'

/** How many to expect in a list of which nothing is said. */
const EXPECTED = 3

/** Of going through a list that an index counts. */
const COUNTED = 10

export interface Weight {
  readonly depth: number
  readonly complexity: number
}

/** The weight of a validated operation and how many fields deep it is. */
export function weigh({ schema, document, operation, variableValues }: Weighable): Weight {
  const fragments = new Map(
    document.definitions
      .filter((definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  )
  const known = new Map<SelectionSetNode, Map<GraphQLNamedType | undefined, Sum>>()

  function ofSelections(set: SelectionSetNode, type: GraphQLNamedType | undefined): Sum {
    const sum = known.get(set)?.get(type) ?? add(set.selections.map((selection) => ofSelection(selection, type)))
    known.set(set, (known.get(set) ?? new Map<GraphQLNamedType | undefined, Sum>()).set(type, sum))
    return sum
  }

  function ofSelection(selection: SelectionNode, type: GraphQLNamedType | undefined): Sum {
    if (selection.kind !== Kind.FIELD) {
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection
      if (fragment === undefined) return NOTHING
      const name = fragment.typeCondition?.name.value
      return ofSelections(fragment.selectionSet, name === undefined ? type : schema.getType(name))
    }
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[selection.name.value] : undefined
    if (field === undefined) return { ...NOTHING, each: 1, depth: 1 }
    const { field: own, multiplier, whole } = weightOf(field, () => getArgumentValues(field, selection, variableValues))
    const below =
      selection.selectionSet === undefined ? NOTHING : ofSelections(selection.selectionSet, getNamedType(field.type))
    const weight = own + multiplier * below.each + below.once + whole * below.times
    const times = field.extensions[WHOLE]
    const depth = below.depth + 1
    return typeof times === 'number'
      ? { each: 0, once: weight, times, depth }
      : { each: weight, once: 0, times: 0, depth }
  }

  const { each, once, depth } = ofSelections(
    operation.selectionSet,
    schema.getRootType(operation.operation) ?? undefined,
  )
  return { depth, complexity: Math.ceil(each + once) }
}

type Weighable = Pick<ValidatedExecutionArgs, 'schema' | 'document' | 'operation' | 'variableValues'>

interface Sum {
  /** What comes with every row of a page. */
  readonly each: number
  /** What comes once a list. */
  readonly once: number
  /** How often the whole list is gone through. */
  readonly times: number
  readonly depth: number
}

const NOTHING: Sum = { each: 0, once: 0, times: 0, depth: 0 }

function add(sums: readonly Sum[]): Sum {
  return sums.reduce(
    (all, sum) => ({
      each: all.each + sum.each,
      once: all.once + sum.once,
      times: all.times + sum.times,
      depth: Math.max(all.depth, sum.depth),
    }),
    NOTHING,
  )
}

function weightOf(field: GraphQLField<unknown, unknown>, args: () => object): Required<Weighed> {
  // Pothos has seen to it that there is one of these three.
  const stated = field.extensions['complexity'] as number | Weighed | ((args: object) => number | Weighed) | undefined
  const settled = typeof stated === 'function' ? stated(args()) : stated
  const weighed = typeof settled === 'number' ? { field: settled } : settled
  return { field: 1, multiplier: isListType(getNullableType(field.type)) ? EXPECTED : 1, whole: COUNTED, ...weighed }
}
