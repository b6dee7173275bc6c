import type { ExecutionResult } from 'graphql'
import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import { operationOf } from './operation.ts'

/** Adds `extensions.cursor` to the result of a query or mutation: the position of the feed that it shows. */
export const feedCursor: Plugin = {
  onExecute: ({ args }) => ({
    onExecuteDone({ result, setResult }) {
      const { context } = operationOf(args)
      // Nothing was executed if there is no context.
      if (context === undefined || isAsyncIterable(result)) return
      const executed: ExecutionResult = result
      setResult({ ...executed, extensions: { cursor: context.cursorAt(context.position()) } })
    },
  }),
}
