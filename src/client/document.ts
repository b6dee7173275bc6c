/**
 * A GraphQL document: text, a syntax tree, or what a generator makes of one (GraphQL Code Generator, gql.tada), from which the types of the
 * result and of the variables follow.
 */
export type Document<Data, Variables> = string | TypedDocument<Data, Variables> | SyntaxTree

/** The part of `TypedDocumentNode`, `TypedDocumentString` and the documents of gql.tada that carries the types. It never exists at run time. */
interface TypedDocument<Data, Variables> {
  readonly __apiType?: (variables: Variables) => Data
}

/** The `DocumentNode` of any version of graphql-js. */
export interface SyntaxTree {
  readonly kind: string
  readonly definitions: readonly unknown[]
}

/** The text of a document. */
export function textOf<Data, Variables>(document: Document<Data, Variables>): string {
  return isSyntaxTree(document) ? print(document as Node) : (document as { toString(): string }).toString()
}

function isSyntaxTree<Data, Variables>(document: Document<Data, Variables>): document is SyntaxTree {
  return typeof document === 'object' && 'definitions' in document
}

/** Any node. Which properties it has follows from its kind. */
interface Node {
  readonly kind: string
  readonly operation?: string
  readonly name?: Node
  readonly alias?: Node
  readonly type?: Node
  readonly typeCondition?: Node
  readonly variable?: Node
  readonly defaultValue?: Node
  readonly selectionSet?: Node
  readonly value?: Node | string | boolean
  readonly definitions?: readonly Node[]
  readonly variableDefinitions?: readonly Node[]
  readonly selections?: readonly Node[]
  readonly arguments?: readonly Node[]
  readonly directives?: readonly Node[]
  readonly fields?: readonly Node[]
  readonly values?: readonly Node[]
}

function print(node: Node | undefined): string {
  if (node === undefined) return ''
  const { kind, value } = node
  const printed = typeof value === 'object' ? print(value) : String(value)
  const name = print(node.name)
  const type = print(node.type)
  const rest = list(' ', node.directives, ' ') + print(node.selectionSet)
  const on = node.typeCondition && ` on ${print(node.typeCondition)}`
  switch (kind) {
    case 'Document':
      return list('', node.definitions, '\n')
    case 'OperationDefinition':
      return `${node.operation} ${name}${list('(', node.variableDefinitions, ',', ')')}${rest}`
    case 'FragmentDefinition':
      return `fragment ${name}${on}${rest}`
    case 'VariableDefinition':
      return `${print(node.variable)}:${type}${node.defaultValue ? `=${print(node.defaultValue)}` : ''}${rest}`
    case 'SelectionSet':
      return list('{', node.selections, ' ', '}')
    case 'Field':
      return `${node.alias ? `${print(node.alias)}:` : ''}${name}${list('(', node.arguments, ',', ')')}${rest}`
    case 'FragmentSpread':
      return `...${name}${rest}`
    case 'InlineFragment':
      return `...${on ?? ''}${rest}`
    case 'Directive':
      return `@${name}${list('(', node.arguments, ',', ')')}`
    case 'Argument':
    case 'ObjectField':
      return `${name}:${printed}`
    case 'Variable':
      return `$${name}`
    case 'ListValue':
      return `[${list('', node.values, ',')}]`
    case 'ObjectValue':
      return `{${list('', node.fields, ',')}}`
    case 'StringValue':
      return JSON.stringify(value)
    case 'NullValue':
      return 'null'
    case 'NamedType':
      return name
    case 'ListType':
      return `[${type}]`
    case 'NonNullType':
      return `${type}!`
    default:
      // Names, numbers, booleans and enum values.
      return printed
  }
}

/** The nodes with what stands before, between and after them; nothing if there are none. */
function list(before: string, nodes: readonly Node[] = [], between: string, after = ''): string {
  return nodes.length > 0 ? before + nodes.map(print).join(between) + after : ''
}
