import {
  createSourceEventStream,
  executeRootSelectionSet,
  executeSubscriptionEvent,
  GraphQLError,
  OperationTypeNode,
  validateExecutionArgs,
  type DocumentNode,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLSchema,
  type ValidatedExecutionArgs,
  type ValidatedSubscriptionArgs,
} from 'graphql'
import type { Limits } from '../../config.ts'
import type { Feed, Followable } from '../../feed/feed.ts'
import type { Follower } from '../../feed/follower.ts'
import { ANONYMOUS, createContext, type Context, type ContextOptions } from '../../graphql/core/context.ts'
import { coded, Documents } from './documents.ts'
import { FrameStream } from './result-stream.ts'
import type { Masking } from './error-masking.ts'

/*
 * The one gate for every operation, whatever brought it: a POST, a GET, an event stream, a WebSocket or a page of ours. It parses,
 * validates and weighs a document before anything is read, executes it for its viewer, gives every error a code, masks what is none of a
 * client's business, and says in `extensions.cursor` which position of the feed an answer shows. Nothing that it is asked makes it throw.
 */

export interface GraphqlRequest {
  readonly query: string
  readonly operationName?: string | null | undefined
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined
}

/** What may be asked of the gate, or why not. */
export type Admission = Refusal | Answerable | Subscribable

export interface Refusal {
  readonly kind: 'REFUSED'
  /** Errors only. */
  readonly result: FormattedExecutionResult
}

interface Admitted {
  readonly document: DocumentNode
  readonly operationName: string | undefined
}

interface Answerable extends Admitted {
  readonly kind: 'QUERY' | 'MUTATION'
  answer(): Promise<Answered>
}

interface Answered {
  readonly result: FormattedExecutionResult
  /** Whether the same would be answered again as long as nothing is committed. */
  readonly lasting: boolean
}

export interface Subscribable extends Admitted {
  readonly kind: 'SUBSCRIPTION'
  /** Whoever opens a stream ends it. `after` is where a client that reconnects says it was; it overrides the operation's own. */
  open(after?: string): Promise<FrameStream | Refusal>
}

export interface GateOptions extends Pick<ContextOptions, 'store' | 'publicUrl' | 'startedAt' | 'version'> {
  readonly schema: GraphQLSchema
  readonly feed: Feed
  readonly limits: Limits
  readonly masking: Masking
}

export class Gate {
  readonly #options: GateOptions
  readonly #documents: Documents

  constructor(options: GateOptions) {
    this.#options = options
    this.#documents = new Documents(options.schema, options.limits)
  }

  /** Asks a query of our own, which no limit concerns. Throws where it has errors: they are ours. */
  async ask<Data>(query: string, variables: GraphqlRequest['variables'] = {}): Promise<Data> {
    const prepared = this.#prepare({ query, variables }, { weighed: false })
    const { data, errors } =
      'operation' in prepared
        ? await executeRootSelectionSet({ ...prepared, contextValue: this.#context() })
        : { data: null, errors: prepared }
    const [error] = errors ?? []
    if (error !== undefined) throw error.originalError ?? error
    // Whoever asks knows what its own query returns.
    return data as Data
  }

  admit(request: GraphqlRequest): Admission {
    const prepared = this.#prepare(request, { weighed: true })
    if (!('operation' in prepared)) return this.#refuse(prepared)
    const { document, operation } = prepared
    const admitted: Admitted = { document, operationName: operation.name?.value }
    switch (operation.operation) {
      case OperationTypeNode.QUERY:
        return { ...admitted, kind: 'QUERY', answer: () => this.#answer(prepared) }
      case OperationTypeNode.MUTATION:
        return { ...admitted, kind: 'MUTATION', answer: () => this.#answer(prepared) }
      case OperationTypeNode.SUBSCRIPTION: {
        // The operation was just seen to be one.
        const subscription = prepared as ValidatedSubscriptionArgs
        return { ...admitted, kind: 'SUBSCRIPTION', open: (after) => this.#open(subscription, after) }
      }
    }
  }

  #prepare(
    { query, operationName, variables }: GraphqlRequest,
    { weighed }: { weighed: boolean },
  ): ValidatedExecutionArgs | readonly GraphQLError[] {
    const { schema } = this.#options
    try {
      if (isDeeper(variables, VARIABLES_DEPTH)) return [tooDeep()]
      const document = this.#documents.read(query)
      if (!('kind' in document)) return document
      const prepared = validateExecutionArgs({
        schema,
        document,
        operationName,
        variableValues: variables,
        options: { maxCoercionErrors: COERCION_ERRORS },
      })
      if (!('operation' in prepared)) return prepared.map((error) => coded(error, 'REQUEST_INVALID'))
      const tooHeavy = weighed ? this.#documents.weigh(prepared) : undefined
      return tooHeavy === undefined ? prepared : [tooHeavy]
    } catch (error) {
      return [wrapped(error)]
    }
  }

  async #answer(prepared: ValidatedExecutionArgs): Promise<Answered> {
    const context = this.#context()
    try {
      const result = await executeRootSelectionSet({ ...prepared, contextValue: context })
      const isQuery = prepared.operation.operation === OperationTypeNode.QUERY
      const lasting = isQuery && result.errors === undefined && !context.isPassing()
      return { result: this.#present(result, context.cursorAt(context.position())), lasting }
    } catch (error) {
      return { result: this.#refuse([wrapped(error)]).result, lasting: false }
    }
  }

  async #open(prepared: ValidatedSubscriptionArgs, after: string | undefined): Promise<FrameStream | Refusal> {
    const { feed, limits } = this.#options
    if (feed.followers >= limits.subscriptions) return this.#refuse([crowded(limits.subscriptions)])
    let follower: Follower | undefined
    const context = this.#context({
      follow: (request) => {
        follower = feed.follow({ ...request, after: after ?? request.after })
        return follower
      },
    })
    const source = await createSourceEventStream({ ...prepared, contextValue: context })
    if (!(Symbol.asyncIterator in source)) {
      await follower?.return()
      return this.#refuse(source.errors ?? [])
    }
    if (follower === undefined) throw new Error('a subscription follows no feed')
    return new FrameStream(follower, async (item) => {
      const contextValue = this.#context()
      const result = await executeSubscriptionEvent({ ...prepared, rootValue: item, contextValue })
      return { cursor: item.cursor, result: this.#present(result, item.cursor) }
    })
  }

  #context(feed: Followable = this.#options.feed): Context {
    const { store, publicUrl, startedAt, version } = this.#options
    return createContext({ store, feed, publicUrl, startedAt, version, viewer: ANONYMOUS })
  }

  #refuse(errors: readonly GraphQLError[]): Refusal {
    return { kind: 'REFUSED', result: { errors: errors.map((error) => this.#options.masking.present(error)) } }
  }

  #present({ data, errors }: ExecutionResult, cursor: string): FormattedExecutionResult {
    const presented = errors?.map((error) => this.#options.masking.present(error))
    return { ...(presented === undefined ? {} : { errors: presented }), data: data ?? null, extensions: { cursor } }
  }
}

const COERCION_ERRORS = 20

/** How deep lists and objects may stand within each other in variables: past all that an input has. */
const VARIABLES_DEPTH = 20

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return depth === 0 || Object.values(value).some((part) => isDeeper(part, depth - 1))
}

function tooDeep(): GraphQLError {
  const message = `The variables stand more than ${VARIABLES_DEPTH} deep within each other; no input is that deep.`
  return new GraphQLError(message, { extensions: { code: 'REQUEST_INVALID' } })
}

function wrapped(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error
  return new GraphQLError('', { originalError: error instanceof Error ? error : new Error(String(error)) })
}

function crowded(limit: number): GraphQLError {
  const message = `All ${limit} subscriptions that this service offers are taken; try again later.`
  return new GraphQLError(message, { extensions: { code: 'SUBSCRIPTIONS_EXHAUSTED' } })
}
