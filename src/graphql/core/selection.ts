import { Kind, type FieldNode, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql'

/*
 * Finds what is selected below a field, so that its resolver reads no more columns than needed. Fields that a directive leaves out count as
 * selected: a row may hold more than is requested, never less.
 */

export type Selected = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>

/** Whether all fields selected below this one are among these. */
export function selectsOnly({ fieldNodes, fragments }: Selected, fields: ReadonlySet<string>): boolean {
  const select = () => fieldsBelow(fieldNodes, fragments).every(({ name }) => fields.has(name.value))
  const [node] = fieldNodes
  return node === undefined || fieldNodes.length > 1 ? select() : remember(node, fields, select)
}

/** Answers by field node, because a field is resolved for each row. A document that is cached is parsed once. */
const remembered = new WeakMap<ReadonlySet<string>, WeakMap<FieldNode, boolean>>()

function remember(node: FieldNode, fields: ReadonlySet<string>, select: () => boolean): boolean {
  const answers = remembered.get(fields) ?? new WeakMap<FieldNode, boolean>()
  remembered.set(fields, answers)
  const answer = answers.get(node) ?? select()
  answers.set(node, answer)
  return answer
}

/** The same for the nodes of a connection. */
export function nodesSelectOnly({ fieldNodes, fragments }: Selected, fields: ReadonlySet<string>): boolean {
  return fieldsBelow(fieldNodes, fragments).every((field) => {
    const below = { fieldNodes: [field], fragments }
    if (field.name.value === 'nodes') return selectsOnly(below, fields)
    if (field.name.value !== 'edges') return PAGE_FIELDS.has(field.name.value)
    return fieldsBelow([field], fragments).every((each) => {
      if (each.name.value === 'node') return selectsOnly({ fieldNodes: [each], fragments }, fields)
      return EDGE_FIELDS.has(each.name.value)
    })
  })
}

/** The fields of a connection, and of an edge, that do not read its rows. */
const PAGE_FIELDS: ReadonlySet<string> = new Set(['__typename', 'pageInfo', 'totalCount', 'facets'])
const EDGE_FIELDS: ReadonlySet<string> = new Set(['__typename', 'cursor'])

function fieldsBelow(parents: readonly FieldNode[], fragments: Selected['fragments']): FieldNode[] {
  const fieldsOf = (selectionSet: SelectionSetNode | undefined): FieldNode[] =>
    (selectionSet?.selections ?? []).flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [selection]
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments[selection.name.value]
      return fieldsOf(fragment?.selectionSet)
    })
  return parents.flatMap(({ selectionSet }) => fieldsOf(selectionSet))
}
