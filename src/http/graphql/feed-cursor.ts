import type { ExecutionResult } from 'graphql'
import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import { operationOf, type OperationState } from './operation.ts'

export const feedCursor: Plugin = {
  onExecute: ({ args }) => ({
    onExecuteDone({ result }) {
      if (!isAsyncIterable(result)) addCursor(result, operationOf(args))
    },
  }),
}

/**
 * Adds `extensions.cursor` to the result of a query or mutation: the state of the record that it shows; and its cost, if the client asks.
 */
export function addCursor(result: ExecutionResult, { context, cost, wantsCost }: OperationState): ExecutionResult {
  // Nothing was executed if there is no context.
  if (context === undefined) return result
  const cursor = context.cursorAt(context.seq())
  // In place: a copy would parse the data of a written result.
  return Object.assign(result, { extensions: { cursor, ...(wantsCost && { cost }) } })
}
