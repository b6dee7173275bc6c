import { execute, type GraphQLError, parse, validate } from 'graphql'
import { Feed } from '../../src/feed/feed.ts'
import { ANONYMOUS, createContext, type Viewer } from '../../src/graphql/context.ts'
import { presentError } from '../../src/graphql/errors.ts'
import { schema } from '../../src/graphql/schema.ts'
import type { Store } from '../../src/store/store.ts'

export interface Answer {
  // What a query answers is checked by the test that asked it.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data: any
  readonly errors: readonly { readonly message: string; readonly path?: unknown; readonly code: unknown }[]
}

/** Asks a store by GraphQL, without a transport. */
export async function ask(
  store: Store,
  query: string,
  variables: Record<string, unknown> = {},
  viewer: Viewer = ANONYMOUS,
): Promise<Answer> {
  const document = parse(query)
  const refusals = validate(schema, document)
  if (refusals.length > 0) return { data: null, errors: refusals.map(told) }
  const contextValue = contextOf(store, viewer)
  const result = await execute({ schema, document, contextValue, variableValues: variables })
  return { data: result.data, errors: (result.errors ?? []).map(told) }
}

export function contextOf(store: Store, viewer: Viewer = ANONYMOUS) {
  return createContext({
    store,
    viewer,
    publicUrl: 'https://demarche.example',
    feed: new Feed(store),
    startedAt: Date.UTC(2025, 0, 1),
    version: '0.0.0',
  })
}

function told(error: GraphQLError) {
  const shown = presentError(error)
  if (shown === undefined) throw error.originalError ?? error
  return { message: shown.message, path: shown.path, code: shown.extensions['code'] }
}
