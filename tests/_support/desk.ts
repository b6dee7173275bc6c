import { execute, type ExecutionResult, parse, validate } from 'graphql'
import { Recorder } from '../../src/dossier/recording/recorder.ts'
import { readConfig } from '../../src/config.ts'
import { type Context, createContext } from '../../src/graphql/core/context.ts'
import { schema } from '../../src/graphql/schema.ts'
import type { Viewer } from '../../src/model/token.ts'
import type { PlannedChange } from '../../src/store/append.ts'
import type { Store } from '../../src/store/store.ts'
import { openTemporaryStore } from './temporary-store.ts'

const EDITOR: Viewer = { name: 'ada', scope: 'RECORD' }

type Result = ExecutionResult<Record<string, unknown>>

/** A store and its API, without a transport. */
export interface Desk extends AsyncDisposable {
  readonly store: Store
  readonly clock: { at: number }
  /** Runs an operation, as an editor unless another viewer is given. */
  ask(query: string, variables?: Record<string, unknown>, viewer?: Viewer | null): Promise<Result>
  /** Runs a mutation of one field, and returns the result of that. Throws if there are errors. */
  change(query: string, variables?: Record<string, unknown>): Promise<Record<string, unknown>>
}

export async function openDesk(
  recorded: readonly (readonly PlannedChange[])[] = [],
  options: ConstructorParameters<typeof Recorder>[1] = {},
): Promise<Desk> {
  const { store, clock, ...place } = await openTemporaryStore()
  for (const batch of recorded) await store.append({ batches: [batch], origin: 'IMPORT' })
  const recorder = new Recorder(store, options)
  const ask: Desk['ask'] = async (query, variableValues = {}, viewer = EDITOR) => {
    const document = parse(query)
    const [invalid] = validate(schema, document)
    if (invalid !== undefined) throw invalid
    return await execute({
      schema,
      document,
      variableValues,
      contextValue: contextOf({ store, url: 'http://localhost' }, viewer, recorder),
    })
  }
  return {
    store,
    clock,
    ask,
    async change(query, variables) {
      const { data, errors } = await ask(query, variables)
      if (errors?.[0] !== undefined) throw errors[0]
      return Object.values(data ?? {})[0] as Record<string, unknown>
    },
    [Symbol.asyncDispose]: async () => {
      recorder.close()
      await place[Symbol.asyncDispose]()
    },
  }
}

/** The context of an operation without a transport. */
export function contextOf(
  { store, url }: { readonly store: Store; readonly url: string },
  viewer: Viewer | null = null,
  recorder = new Recorder(store),
): Context {
  const service = { publicUrl: url, startedAt: 0, version: '' }
  const { limits } = readConfig({}, {})
  return createContext({ store, recorder, viewer, limits, ...service })
}
