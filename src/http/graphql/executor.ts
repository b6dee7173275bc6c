import {
  executeRootSelectionSet,
  GraphQLError,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
  validateExecutionArgs,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
  type Source,
  type ValidatedExecutionArgs,
  type ValidatedSubscriptionArgs,
} from 'graphql'
import type { Limits } from '../../config.ts'
import type { Feed, Followable } from '../../feed/feed.ts'
import { JsonWriter } from '../../graphql/core/json-writer.ts'
import { ANONYMOUS, createContext, type Context, type ContextOptions } from '../../graphql/core/context.ts'
import { isPrepared, operationOf, writtenResult, type OperationState, type Prepared } from './operation.ts'
import { openResultStream } from './result-stream.ts'

/*
 * The one engine for every operation, whether it came by POST, GET, server-sent events, WebSocket or from a page of the service. Yoga calls
 * it through `useEngine`. It parses and validates documents, checks variables, and executes against one state of the record. Each error that
 * it returns has `extensions.code`, or is an internal one, which the error masking hides.
 */

export interface ExecutorOptions extends Pick<ContextOptions, 'store' | 'publicUrl' | 'startedAt' | 'version'> {
  readonly schema: GraphQLSchema
  readonly feed: Feed
  readonly limits: Pick<Limits, 'tokens' | 'subscriptions'>
}

export class Executor {
  readonly #options: ExecutorOptions
  readonly #jsonWriter = new JsonWriter()
  readonly #validated = new WeakMap<DocumentNode, readonly GraphQLError[]>()
  readonly #pageQueries = new Map<string, DocumentNode>()

  constructor(options: ExecutorOptions) {
    this.#options = options
  }

  get schema(): GraphQLSchema {
    return this.#options.schema
  }

  readonly parse = (source: string | Source): DocumentNode => {
    try {
      return parse(source, { maxTokens: this.#options.limits.tokens })
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error
      throw withCode(error, /more than \d+ tokens/.test(error.message) ? 'QUERY_TOO_LONG' : 'QUERY_MALFORMED')
    }
  }

  /** Validates each document once. It ignores what Envelop passes on: the rules come twice, and the options where graphql 17 does not look. */
  readonly validate = (schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] => {
    const known = this.#validated.get(document)
    if (known !== undefined) return known
    const errors = validate(schema, document, specifiedRules, { maxErrors: ERRORS })
    for (const error of errors) withCode(error, 'QUERY_INVALID')
    this.#validated.set(document, errors)
    return errors
  }

  /** Finds the operation and checks its variables. The result is shared by all callers. */
  prepare(args: ExecutionArgs): Prepared {
    const operation = operationOf(args)
    operation.prepared ??= this.#prepare(args)
    return operation.prepared
  }

  readonly execute = async (args: ExecutionArgs): Promise<ExecutionResult> => {
    const operation = operationOf(args)
    const prepared = this.prepare(args)
    if (!isPrepared(prepared)) return { errors: prepared }
    const written = operation.asText ? this.#write(operation, prepared) : undefined
    if (written !== undefined) return written
    const context = this.#createContext()
    operation.context = context
    const { data = null, errors } = await executeRootSelectionSet({ ...prepared, contextValue: context })
    if (errors !== undefined) return { errors, data }
    operation.isCacheable = prepared.operation.operation === OperationTypeNode.QUERY && !context.isTimeDependent()
    return { data }
  }

  /** Undefined if graphql-js must execute the operation. */
  #write(operation: OperationState, prepared: ValidatedExecutionArgs): ExecutionResult | undefined {
    const context = this.#createContext()
    const data = this.#jsonWriter.write(prepared, context)
    if (data === undefined) return undefined
    operation.context = context
    operation.isCacheable = !context.isTimeDependent()
    return writtenResult(data)
  }

  readonly subscribe = async (
    args: ExecutionArgs,
  ): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> => {
    const operation = operationOf(args)
    const { feed, limits } = this.#options
    const prepared = this.prepare(args)
    if (!isPrepared(prepared)) return { errors: prepared }
    if (feed.followers >= limits.subscriptions) return { errors: [subscriptionsExhausted(limits.subscriptions)] }
    return openResultStream({
      operation,
      // Yoga calls `subscribe` for subscriptions only.
      prepared: prepared as ValidatedSubscriptionArgs,
      feed,
      jsonWriter: this.#jsonWriter,
      createContext: (followable) => this.#createContext(followable),
    })
  }

  /** Executes a query of the service's own pages, without limits. Throws its first error. */
  async ask<Data>(query: string, variableValues: Readonly<Record<string, unknown>> = {}): Promise<Data> {
    const document = this.#pageQueries.get(query) ?? parse(query)
    this.#pageQueries.set(query, document)
    const prepared = validateExecutionArgs({ schema: this.schema, document, variableValues })
    const { data, errors } = isPrepared(prepared)
      ? await executeRootSelectionSet({ ...prepared, contextValue: this.#createContext() })
      : { data: null, errors: prepared }
    const [error] = errors ?? []
    if (error !== undefined) throw error.originalError ?? error
    // The caller knows the type that its query returns.
    return data as Data
  }

  #prepare({ document, operationName, variableValues }: ExecutionArgs): Prepared {
    if (isDeeper(variableValues, VARIABLES_DEPTH)) return [variablesTooDeep()]
    const options = { maxCoercionErrors: COERCION_ERRORS }
    const prepared = validateExecutionArgs({ schema: this.schema, document, operationName, variableValues, options })
    if (!isPrepared(prepared)) for (const error of prepared) withCode(error, 'REQUEST_INVALID')
    return prepared
  }

  #createContext(feed: Followable = this.#options.feed): Context {
    const { store, publicUrl, startedAt, version } = this.#options
    return createContext({ store, feed, publicUrl, startedAt, version, viewer: ANONYMOUS })
  }
}

/** Validation stops after this many errors. */
const ERRORS = 20
const COERCION_ERRORS = 20

/** The nesting of lists and objects allowed in variables. No input of the schema is this deep. */
const VARIABLES_DEPTH = 20

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return depth === 0 || Object.values(value).some((part) => isDeeper(part, depth - 1))
}

function variablesTooDeep(): GraphQLError {
  const message = `The variables are nested more than ${VARIABLES_DEPTH} deep; no input of this schema is that deep.`
  return new GraphQLError(message, { extensions: { code: 'REQUEST_INVALID' } })
}

function subscriptionsExhausted(limit: number): GraphQLError {
  const message = `All ${limit} subscriptions of this service are in use; try again later.`
  return new GraphQLError(message, { extensions: { code: 'SUBSCRIPTIONS_EXHAUSTED' } })
}

/** Sets the code of an error that has none. */
function withCode(error: GraphQLError, code: string): GraphQLError {
  error.extensions['code'] ??= code
  return error
}
