import {
  createSourceEventStream,
  executeSubscriptionEvent,
  type ExecutionResult,
  type ValidatedSubscriptionArgs,
} from 'graphql'
import { mapAsyncIterator } from 'graphql-yoga'
import type { Feed, Followable } from '../../feed/feed.ts'
import type { Follower } from '../../feed/follower.ts'
import type { FeedItem } from '../../feed/feed-query.ts'
import type { JsonWriter } from '../../graphql/core/json-writer.ts'
import type { Context } from '../../graphql/core/context.ts'
import { writtenResult, type OperationState } from './operation.ts'

interface ResultStreamOptions {
  readonly operation: OperationState
  readonly prepared: ValidatedSubscriptionArgs
  readonly feed: Feed
  readonly jsonWriter: JsonWriter
  readonly createContext: (feed?: Followable) => Context
}

/**
 * Opens a subscription and returns its results: one for each item of the follower, made one at a time and only when the transport asks. Ending
 * the stream ends the follower. Each result carries the cursor of its item.
 */
export async function openResultStream({
  operation,
  prepared,
  feed,
  jsonWriter,
  createContext,
}: ResultStreamOptions): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  let follower: Follower | undefined
  const context = createContext({
    follow: (request) => {
      follower = feed.follow({ ...request, after: operation.lastEventId ?? request.after })
      return follower
    },
  })
  const source = await createSourceEventStream({ ...prepared, contextValue: context })
  if (!(Symbol.asyncIterator in source)) {
    await follower?.return()
    return { errors: source.errors ?? [] }
  }
  if (follower === undefined) throw new Error('the subscription does not follow the feed')
  operation.follower = follower
  return mapAsyncIterator<FeedItem, ExecutionResult>(follower, async (item) => {
    const event = { ...prepared, rootValue: item }
    const extensions = { cursor: item.cursor }
    const data = operation.asText ? jsonWriter.write(event, createContext()) : undefined
    if (data !== undefined) return writtenResult(data, extensions)
    return { ...(await executeSubscriptionEvent({ ...event, contextValue: createContext() })), extensions }
  })
}
