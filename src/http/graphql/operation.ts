import type { ExecutionArgs, ExecutionResult, GraphQLError, ValidatedExecutionArgs } from 'graphql'
import type { Member } from '../../feed/member.ts'
import type { Context } from '../../graphql/core/context.ts'
import type { Viewer } from '../../model/token.ts'
import type { OperationCost } from '../../graphql/cost/query-cost.ts'
import type { Client } from '../admission/clients.ts'
import type { ResultFormat, SharedResult } from './subscriptions/shared-result.ts'

/** The state of one operation. The transport creates it and reads the outcome from it. */
export interface OperationState {
  /** Whether a page of a site that is not allowed sent the request. A WebSocket from such a page is not opened. */
  readonly isForeign?: boolean
  /** Whether the transport sends JSON text, so that the executor may write it at once. */
  readonly asText?: boolean
  /** The media types that the client accepts. A WebSocket has none. */
  readonly accepted?: AcceptedTypes
  /** Who sent the operation. Undefined for those of the service itself. */
  readonly client?: Client | undefined
  /** The size of the request: its body or message, or its address. */
  readonly bytes?: number
  /** The user of the token with which it came. */
  readonly viewer: Viewer | null
  /** Whether it came over a WebSocket, which is counted as a connection already. */
  readonly isOnSocket?: boolean
  /** Whether the client has closed its connection. */
  readonly hasLeft?: (() => boolean) | undefined
  /** The `Last-Event-ID` of a client that reconnects. It overrides the `after` of the operation. */
  readonly lastEventId?: string | undefined
  /** What a request asks, if it was read before Yoga. */
  parameters?: Readonly<Record<string, unknown>> | undefined
  /** The operation with its variables checked, or the errors found. Set by `prepare`. */
  prepared?: Prepared
  /** Whether the client asks what the operation costs. */
  readonly wantsCost?: boolean
  /** What the operation may cost. Set when it is accepted. */
  cost?: AcceptedCost
  /** The context of the resolvers. Set when the operation is executed. */
  context?: Context
  /** Whether the result stays the same until the store changes. */
  isCacheable?: boolean
  /** The last seq that the log of a node has recorded for it, but the node cannot show. Set when it is executed. */
  recordedUpTo?: number
  /** The member of the feed, set when a subscription is opened. The transport must start it, and end it. */
  member?: Member<SharedResult> | undefined
}

/** The cost of an accepted operation, and of each event of a subscription. */
export interface AcceptedCost extends Pick<OperationCost, 'cost' | 'costliest'> {
  readonly limit: number
}

export type DocumentType = 'application/graphql-response+json' | 'application/json'

/** The media types that a client accepts. At least one is known. */
export interface AcceptedTypes {
  /** For a single result: a document, or a stream with one event. */
  readonly single: DocumentType | StreamFormat | undefined
  /** For the results of a subscription. */
  readonly stream: StreamFormat | undefined
}

/** How the results of a subscription are written to an HTTP response. */
export interface StreamFormat extends ResultFormat {
  readonly headers: Readonly<Record<string, string>>
  /** Written at once, so that the headers leave. */
  readonly opening: string
  /** Written when there is nothing else to write. */
  readonly ping: (cursor?: string) => string | Buffer
  /** Written when the operation is over. A stream that ends without it must be resumed. */
  readonly complete: string
}

/** The context value that goes with an operation. */
export interface OperationContext {
  /** Nested, because Yoga copies the context. */
  readonly operation: OperationState
}

/** A result whose JSON is written already. Yoga sends what `stringify` returns. */
export interface WrittenResult extends ExecutionResult {
  readonly stringify: (result: ExecutionResult) => string
}

/** `data` is JSON. It is parsed only when it is read. */
export function writtenResult(data: string): WrittenResult {
  return {
    get data() {
      // The data of an operation is an object.
      return JSON.parse(data) as Record<string, unknown>
    },
    stringify: (result) => `{"data":${data},"extensions":${JSON.stringify(result.extensions ?? {})}}`,
  }
}

/** The JSON of a result, written already or not. */
export function textOf(result: ExecutionResult): string {
  return 'stringify' in result ? (result as WrittenResult).stringify(result) : JSON.stringify(result)
}

export type Prepared = ValidatedExecutionArgs | readonly GraphQLError[]

export function isPrepared(prepared: Prepared): prepared is ValidatedExecutionArgs {
  return 'operation' in prepared
}

const NAME_SHOWN = 100

/** The name of an operation, for the log: letters, digits and underscores. Undefined if it has none or is not valid. */
export function nameOf({ prepared }: OperationState): string | undefined {
  return prepared && isPrepared(prepared) ? prepared.operation.name?.value.slice(0, NAME_SHOWN) : undefined
}

export function operationOf({ contextValue }: Pick<ExecutionArgs, 'contextValue'>): OperationState {
  // Every transport passes an `OperationContext`.
  return (contextValue as OperationContext).operation
}
