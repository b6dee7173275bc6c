import type { ExecutionArgs, ExecutionResult, GraphQLError, ValidatedExecutionArgs } from 'graphql'
import type { Follower } from '../../feed/follower.ts'
import type { Context } from '../../graphql/core/context.ts'

/** The state of one operation. The transport makes it, and finds in it what became of the operation. */
export interface OperationState {
  /** The `Last-Event-ID` of a client that reconnects. It overrides the `after` of the operation. */
  readonly lastEventId?: string | undefined
  /** The operation with its variables checked, or the errors found. Set by `prepare`. */
  prepared?: Prepared
  /** The context of the resolvers. Set when the operation is executed. */
  context?: Context
  /** Whether the result stays the same until the store changes. */
  isCacheable?: boolean
  /** Set when a subscription is opened. The transport must end it. */
  follower?: Follower
  /** The results of a subscription over server-sent events, for the transport to write. */
  results?: AsyncIterable<ExecutionResult>
}

/** The context value that goes through Yoga with an operation. */
export interface OperationContext {
  /** Nested, because Yoga copies the context. */
  readonly operation: OperationState
}

export type Prepared = ValidatedExecutionArgs | readonly GraphQLError[]

export function isPrepared(prepared: Prepared): prepared is ValidatedExecutionArgs {
  return 'operation' in prepared
}

export function operationOf({ contextValue }: Pick<ExecutionArgs, 'contextValue'>): OperationState {
  // Every transport passes an `OperationContext` to Yoga.
  return (contextValue as OperationContext).operation
}
