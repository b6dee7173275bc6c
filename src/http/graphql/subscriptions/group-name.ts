import { createHash } from 'node:crypto'
import {
  Kind,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type OperationDefinitionNode,
  type ValidatedSubscriptionArgs,
} from 'graphql'
import type { OperationState } from '../operation.ts'

/** What a subscription asks, apart from `after`. */
interface Asked {
  readonly hash: string
  /** The names of its variables. */
  readonly variables: readonly string[]
}

const known = new WeakMap<OperationDefinitionNode, Asked>()

/**
 * The name of the group of a subscription: the same for all who ask the same and may see the same, wherever they start. The operation is
 * known by its text, without `after`, which may be a variable or a literal, and by the values of its other variables.
 */
export function groupName(
  prepared: ValidatedSubscriptionArgs,
  { viewer, wantsCost }: Pick<OperationState, 'viewer' | 'wantsCost'>,
): string {
  const { operation, variableValues } = prepared
  const { hash, variables } = known.get(operation) ?? describe(prepared)
  const values = variables.map((name) => [name, variableValues.coerced[name]])
  return [
    hash,
    viewer?.scope ?? '',
    wantsCost === true,
    values.length === 0 ? '' : hashOf(JSON.stringify(values)),
  ].join(' ')
}

function describe({ schema, operation, fragmentDefinitions }: ValidatedSubscriptionArgs): Asked {
  const root = schema.getSubscriptionType()
  const typeInfo = new TypeInfo(schema)
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [{ ...operation, variableDefinitions: [] }, ...Object.values(fragmentDefinitions)],
  }
  const asked = visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Argument: ({ name }) => (name.value === 'after' && typeInfo.getParentType() === root ? null : undefined),
    }),
  )
  const variables = new Set<string>()
  visit(asked, { Variable: ({ name }) => void variables.add(name.value) })
  const described = { hash: hashOf(print(asked)), variables: [...variables] }
  known.set(operation, described)
  return described
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
