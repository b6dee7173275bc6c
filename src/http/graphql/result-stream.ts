import { createSourceEventStream, type ExecutionResult, type ValidatedSubscriptionArgs } from 'graphql'
import { mapAsyncIterator } from 'graphql-yoga'
import type { Followable, FollowRequest } from '../../feed/feed.ts'
import type { Follower } from '../../feed/follower.ts'
import type { FeedItem } from '../../feed/feed-query.ts'
import { DemarcheError } from '../../model/errors.ts'
import type { Context } from '../../graphql/core/context.ts'
import type { OperationState } from './operation.ts'

interface ResultStreamOptions {
  readonly operation: OperationState
  readonly prepared: ValidatedSubscriptionArgs
  readonly follow: (request: FollowRequest) => Follower
  readonly createContext: (feed: Followable) => Context
  /** Executes the subscription for one event. */
  readonly execute: (event: ValidatedSubscriptionArgs) => Promise<ExecutionResult>
}

/**
 * Opens a subscription and returns its results: one for each item of the follower, made one at a time and only when the transport asks. Ending
 * the stream ends the follower. Each result carries the cursor of its item.
 */
export async function openResultStream({
  operation,
  prepared,
  follow,
  createContext,
  execute,
}: ResultStreamOptions): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  let follower: Follower | undefined
  const context = createContext({
    follow: (request) => {
      const { lastEventId } = operation
      follower = lastEventId === undefined ? follow(request) : followFrom(lastEventId, request, follow)
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
    const result = await execute({ ...prepared, rootValue: item })
    // In place: a copy would parse the data of a written result.
    const { cost, wantsCost } = operation
    return Object.assign(result, { extensions: { cursor: item.cursor, ...(wantsCost && { cost }) } })
  })
}

/** Follows from the header of a client that resumes an event stream. An error names the header, since the operation may have no `after`. */
function followFrom(
  lastEventId: string,
  request: FollowRequest,
  follow: (request: FollowRequest) => Follower,
): Follower {
  try {
    return follow({ ...request, after: lastEventId })
  } catch (error) {
    if (!(error instanceof DemarcheError) || !error.code.startsWith('CURSOR_')) throw error
    const message = `Last-Event-ID: ${error.message.replace('`after`', 'the header')}`
    throw new DemarcheError(error.code, message, { cause: error })
  }
}
