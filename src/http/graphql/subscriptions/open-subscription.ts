import {
  createSourceEventStream,
  type ExecutionResult,
  type GraphQLError,
  type ValidatedSubscriptionArgs,
} from 'graphql'
import type { Feed, Followable, FollowRequest } from '../../../feed/feed.ts'
import type { Render } from '../../../feed/message.ts'
import type { Member } from '../../../feed/member.ts'
import type { Context } from '../../../graphql/core/context.ts'
import { DemarcheError, StoreError } from '../../../model/errors.ts'
import { groupName, ownCopy } from './group-name.ts'
import { textOf, type OperationState } from '../operation.ts'
import { SharedResult } from './shared-result.ts'

interface Opening {
  readonly operation: OperationState
  readonly prepared: ValidatedSubscriptionArgs
  readonly feed: Feed<SharedResult>
  readonly createContext: (feed?: Followable) => Context
  /** Executes the subscription for one event. */
  readonly execute: (event: ValidatedSubscriptionArgs, context: Context) => Promise<ExecutionResult>
  /** Returns an error as clients see it. */
  readonly present: (error: unknown) => GraphQLError
  /** Called when the subscription ends. */
  readonly onEnd: () => void
}

/**
 * Makes a subscription a member of the feed, which the transport finds in the operation. It must start it and end it. What is returned has
 * no results: they go from the feed to the transport.
 */
export async function openSubscription(opening: Opening): Promise<AsyncIterable<unknown> | ExecutionResult> {
  const { operation, prepared, createContext } = opening
  operation.member = joinKnown(opening)
  if (operation.member !== undefined) return UNREAD
  let member: Member<SharedResult> | undefined
  const follow = (request: FollowRequest) => {
    member = join(request, opening)
    requests.set(prepared, request)
    return UNREAD
  }
  const source = await createSourceEventStream({ ...prepared, contextValue: createContext({ follow }) })
  if (member !== undefined && Symbol.asyncIterator in source) {
    operation.member = member
    return source
  }
  member?.end()
  return { errors: 'errors' in source ? (source.errors ?? []) : [] }
}

/** What the field of a subscription asked of the feed. Subscriptions that were asked before are not asked again. */
const requests = new WeakMap<ValidatedSubscriptionArgs, FollowRequest>()

/** Undefined if it is refused, too: graphql-js names the field. */
function joinKnown(opening: Opening): Member<SharedResult> | undefined {
  const request = requests.get(opening.prepared)
  try {
    return request && join(request, opening)
  } catch {
    return undefined
  }
}

/** Stands for the results of a subscription, which Yoga passes on and does not read. */
const UNREAD: AsyncIterable<never> = {
  [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }),
}

/**
 * The `Last-Event-ID` of a client that reconnects overrides `after`. An error then names the header, since the operation may have no
 * `after`.
 */
function join(request: FollowRequest, { operation, prepared, feed, onEnd, ...making }: Opening): Member<SharedResult> {
  const { lastEventId, client } = operation
  try {
    return feed.subscribe({
      request: lastEventId === undefined ? request : { ...request, after: lastEventId },
      group: groupName(prepared, operation),
      createRender: () => renderer({ operation, prepared: ownCopy(prepared), ...making }),
      client: client?.name ?? '',
      onEnd,
    })
  } catch (error) {
    if (lastEventId === undefined || !(error instanceof DemarcheError) || !error.code.startsWith('CURSOR_')) throw error
    const message = `Last-Event-ID: ${error.message.replace('`after`', 'the header')}`
    throw new DemarcheError(error.code, message, { cause: error })
  }
}

/** Makes the results of a group, as its first member asks. Throws if the store fails: clients can read the event later. */
function renderer({
  operation: { cost, wantsCost },
  prepared,
  createContext,
  execute,
  present,
}: Pick<Opening, 'operation' | 'prepared' | 'createContext' | 'execute' | 'present'>): Render<SharedResult> {
  return async (item) => {
    const context = createContext()
    const result = await execute({ ...prepared, rootValue: item }, context)
    for (const { originalError } of result.errors ?? []) if (originalError instanceof StoreError) throw originalError
    const shown = result.errors === undefined ? result : { ...result, errors: result.errors.map(present) }
    const extensions = { cursor: item.cursor, ...(wantsCost === true && { cost }) }
    // In place: a copy would parse the data of a written result.
    const text = textOf(Object.assign(shown, { extensions }))
    return { message: new SharedResult(text, item.cursor), showsHead: context.readsHead() }
  }
}
