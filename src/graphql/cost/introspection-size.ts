import {
  getArgumentValues,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type SelectionSetNode,
  type ValidatedExecutionArgs,
} from 'graphql'

/*
 * Counts the fields of an introspection before it runs. What it returns is the schema, which never changes, so the count follows the selection
 * through it, object by object. Each selection set is counted once per object, which is never more often than it occurs in the result: so the
 * count takes no longer than the limit allows. Fields that a directive leaves out count too.
 */

type Introspecting = Pick<ValidatedExecutionArgs, 'schema' | 'document' | 'operation' | 'variableValues'>

/** The number of introspection fields that the operation returns. If they exceed `most`, any number above it. */
export function introspectionSize(
  { schema, document, operation, variableValues }: Introspecting,
  most: number,
): number {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  // Resolvers of introspection use the schema only.
  const info = { schema } as GraphQLResolveInfo
  const known = new Map<SelectionSetNode, Map<unknown, number>>()
  let counted = 0

  function ofSelections(set: SelectionSetNode, type: GraphQLObjectType, parent: unknown): number {
    const byParent = known.get(set) ?? new Map<unknown, number>()
    known.set(set, byParent)
    const before = byParent.get(parent)
    if (before !== undefined) return before
    let sum = 0
    for (const selection of set.selections) {
      if (counted > most) return Infinity
      if (selection.kind !== Kind.FIELD) {
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection
        if (fragment !== undefined) sum += ofSelections(fragment.selectionSet, type, parent)
        continue
      }
      counted++
      sum++
      const field = type.getFields()[selection.name.value]
      if (field === undefined || selection.selectionSet === undefined) continue
      const values = getArgumentValues(field, selection, variableValues)
      sum += ofValue(selection.selectionSet, field.type, field.resolve?.(parent, values, undefined, info))
    }
    byParent.set(parent, sum)
    return sum
  }

  function ofValue(set: SelectionSetNode, type: GraphQLOutputType, value: unknown): number {
    if (value == null) return 0
    if (isNonNullType(type)) return ofValue(set, type.ofType, value)
    // Introspection returns lists as arrays.
    if (isListType(type))
      return (value as unknown[]).reduce<number>((sum, item) => sum + ofValue(set, type.ofType, item), 0)
    return isObjectType(type) ? ofSelections(set, type, value) : 0
  }

  function ofRoot(set: SelectionSetNode): number {
    let sum = 0
    for (const selection of set.selections) {
      if (selection.kind !== Kind.FIELD) {
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection
        if (fragment !== undefined) sum += ofRoot(fragment.selectionSet)
        continue
      }
      const field = ROOT_FIELDS.get(selection.name.value)
      if (field === undefined || selection.selectionSet === undefined) continue
      const values = getArgumentValues(field, selection, variableValues)
      sum += 1 + ofValue(selection.selectionSet, field.type, field.resolve?.(undefined, values, undefined, info))
    }
    return sum
  }

  return ofRoot(operation.selectionSet)
}

const ROOT_FIELDS: ReadonlyMap<string, GraphQLField<unknown, unknown>> = new Map([
  [SchemaMetaFieldDef.name, SchemaMetaFieldDef],
  [TypeMetaFieldDef.name, TypeMetaFieldDef],
])
