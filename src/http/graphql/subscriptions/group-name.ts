import { hash } from 'node:crypto'
import {
  Kind,
  parse,
  print,
  TypeInfo,
  validateExecutionArgs,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type OperationDefinitionNode,
  type ValidatedSubscriptionArgs,
} from 'graphql'
import type { OperationState } from '../operation.ts'

/** What a subscription asks, apart from `after`. */
interface Asked {
  readonly digest: string
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
  return `${asked.get(prepared) ?? nameOf(prepared)} ${viewer?.scope ?? ''} ${wantsCost === true}`
}

/** What subscriptions ask, with their variables. */
const asked = new WeakMap<ValidatedSubscriptionArgs, string>()

function nameOf(prepared: ValidatedSubscriptionArgs): string {
  const { operation, variableValues } = prepared
  const { digest, variables } = known.get(operation) ?? describe(prepared)
  const values = variables.map((name) => [name, variableValues.coerced[name]])
  const name = `${digest} ${values.length === 0 ? '' : digestOf(JSON.stringify(values))}`
  asked.set(prepared, name)
  return name
}

function describe(prepared: ValidatedSubscriptionArgs): Asked {
  const { document, variables } = withoutAfter(prepared)
  const described = { digest: digestOf(print(document)), variables }
  known.set(prepared.operation, described)
  return described
}

/**
 * The same subscription, apart from `after`, with nothing else of the request: its text, the variables as they were sent and what it does not use
 * of them may be much longer. Errors have no locations, since each member of a group has a text of its own.
 */
export function ownCopy(prepared: ValidatedSubscriptionArgs): ValidatedSubscriptionArgs {
  const { schema, hideSuggestions, variableValues } = prepared
  const { document, variables } = withoutAfter(prepared)
  const copied = validateExecutionArgs({
    schema,
    document: parse(print(document), { noLocation: true }),
    hideSuggestions,
  })
  if (!('operation' in copied)) throw copied[0] ?? new Error('a subscription cannot be copied')
  const values = Object.entries(variableValues.coerced).filter(([name]) => variables.includes(name))
  // The copy is a subscription too. Only the literals of arguments that are made anew would need to know the sources of its variables.
  return {
    ...copied,
    variableValues: { coerced: structuredClone(Object.fromEntries(values)), sources: {} },
  } as ValidatedSubscriptionArgs
}

/** A document of the operation without variable definitions, and the names of the variables that it uses. */
function withoutAfter({ schema, operation, fragmentDefinitions }: ValidatedSubscriptionArgs) {
  const root = schema.getSubscriptionType()
  const typeInfo = new TypeInfo(schema)
  const whole: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [{ ...operation, variableDefinitions: [] }, ...Object.values(fragmentDefinitions)],
  }
  const document = visit(
    whole,
    visitWithTypeInfo(typeInfo, {
      Argument: ({ name }) => (name.value === 'after' && typeInfo.getParentType() === root ? null : undefined),
    }),
  )
  const variables = new Set<string>()
  visit(document, { Variable: ({ name }) => void variables.add(name.value) })
  return { document, variables: [...variables] }
}

function digestOf(text: string): string {
  return hash('sha256', text, 'base64url')
}
