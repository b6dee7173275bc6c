import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import { operationOf } from './operation.ts'

/**
 * Adds `extensions.cursor` to the result of a query or mutation: the state of the record that it shows; and its cost, if the client asks.
 */
export const feedCursor: Plugin = {
  onExecute: ({ args }) => ({
    onExecuteDone({ result }) {
      const { context, cost, wantsCost } = operationOf(args)
      // Nothing was executed if there is no context.
      if (context === undefined || isAsyncIterable(result)) return
      // In place: a copy would parse the data of a written result.
      const cursor = context.cursorAt(context.seq())
      Object.assign(result, { extensions: { cursor, ...(wantsCost && { cost }) } })
    },
  }),
}
