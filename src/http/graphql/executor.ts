import {
  executeRootSelectionSet,
  getOperationAST,
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
import { LRUCache } from 'lru-cache'
import type { Limits } from '../../model/limits.ts'
import type { Feed, Followable } from '../../feed/feed.ts'
import {
  assertInTime,
  assertSize,
  countedProperty,
  countFields,
  ResultRefusedError,
  type ResultLimits,
} from '../../graphql/cost/result-limits.ts'
import type { ErrorCode } from '../../model/error-codes.ts'
import { clip, MESSAGE_MAX } from '../../model/errors.ts'
import { RecordedUnseenError } from '../../store/append.ts'
import { nameExisting } from '../../graphql/unknown-names.ts'
import { JsonWriter } from '../../graphql/json/json-writer.ts'
import { TURN_MILLISECONDS } from '../../graphql/cost/turn.ts'
import { createContext, type Context, type ContextOptions } from '../../graphql/core/context.ts'
import { subscriptionBytes } from '../admission/clients.ts'
import type { Metrics } from '../metrics.ts'
import type { Turns } from '../turns.ts'
import { isPrepared, operationOf, writtenResult, type OperationState, type Prepared } from './operation.ts'
import type { ErrorMasking } from './error-masking.ts'
import { reachArguments } from '../../graphql/core/reach-arguments.ts'
import { openSubscription } from './subscriptions/open-subscription.ts'
import type { SharedResult } from './subscriptions/shared-result.ts'

/*
 * The one engine for every operation, whether it came by POST, GET, server-sent events, WebSocket or from a page of the service. Streams call
 * it directly, and Yoga through `useEngine`. It parses and validates documents, checks variables, and executes against one state of the record. Each error
 * that it returns has `extensions.code`, or is an internal one, which the error masking hides.
 */

export interface ExecutorOptions extends Pick<
  ContextOptions,
  'store' | 'recorder' | 'publicUrl' | 'startedAt' | 'version'
> {
  readonly schema: GraphQLSchema
  readonly feed: Feed<SharedResult>
  readonly errorMasking: ErrorMasking
  readonly turns: Turns
  readonly metrics?: Metrics | undefined
  /** Whether reading needs a token. Errors then suggest no names of the schema. */
  readonly isPrivate: boolean
  readonly limits: Limits
}

/** A subscription that was opened. */
export interface OpenedArgs extends ExecutionArgs {
  readonly prepared: Prepared | undefined
}

/** Characters of the bodies of opened subscriptions. */
const OPENED = 131_072

/** The queries of one page. */
export interface Reading {
  /** Executes a query. Throws its first error. */
  readonly ask: <Data>(query: string, variableValues?: Readonly<Record<string, unknown>>) => Promise<Data>
  /** Whether what was read may change with time alone. */
  readonly isTimeDependent: () => boolean
  /** What a reader sees of an error that a query threw. */
  readonly present: (error: unknown) => GraphQLError
}

export class Executor {
  readonly #options: ExecutorOptions
  readonly #jsonWriter = new JsonWriter()
  readonly #resultLimits: ResultLimits
  readonly #eventLimits: ResultLimits
  /** Parsed documents by their text. */
  readonly documents = documentCache<DocumentNode>()
  readonly #subscriptions = documentCache<ValidatedExecutionArgs>()
  /** Valid subscriptions by the body of the request that opened one, of which there are few when thousands resume. */
  readonly opened = documentCache<OpenedArgs>(OPENED)
  readonly #validated = new WeakMap<DocumentNode, readonly GraphQLError[]>()
  readonly #pageQueries = new Map<string, DocumentNode>()
  /** The open subscriptions, those included that wait for a node to reach their cursor, and the size of their requests. */
  #subscribed = 0
  #subscriptionBytes = 0

  constructor(options: ExecutorOptions) {
    const { schema, limits } = options
    this.#options = options
    const { resultFields: fields, resultBytes: bytes, executionMilliseconds: milliseconds } = limits
    this.#resultLimits = { fields, bytes, milliseconds }
    this.#eventLimits = { ...this.#resultLimits, bytes: Math.floor(bytes * EVENT_SHARE) }
    countFields(schema)
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

  /** Parses each text once. Throws as `parse` does. */
  parseOnce(text: string): DocumentNode {
    const known = this.documents.get(text)
    if (known !== undefined) return known
    const document = this.parse(text)
    this.documents.set(text, document)
    return document
  }

  /**
   * Validates each document once. It ignores what Envelop passes on: the rules come twice, and the options where graphql 17 does not look.
   */
  readonly validate = (schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] => {
    const known = this.#validated.get(document)
    if (known !== undefined) return known
    const { isPrivate } = this.#options
    const errors = validate(schema, document, specifiedRules, { maxErrors: ERRORS, hideSuggestions: isPrivate })
    for (const error of errors) {
      if (!isPrivate) error.message = nameExisting(schema, error)
      withCode(error, 'QUERY_INVALID')
    }
    this.#validated.set(document, errors)
    return errors
  }

  /** Finds the operation and checks its variables. The result is shared by all callers. */
  prepare(args: ExecutionArgs): Prepared {
    const operation = operationOf(args)
    operation.prepared ??= this.#subscriptionIn(args) ?? this.#prepare(args)
    return operation.prepared
  }

  /**
   * A subscription that is prepared: thousands of clients ask the same, again when the service has restarted. What is known of it, such as its
   * cost, is then known for all. Undefined for other operations, and for what is too long to be kept.
   */
  #subscriptionIn(args: ExecutionArgs): Prepared | undefined {
    const { document, operationName, variableValues } = args
    const text = document.loc?.source.body
    if (text === undefined || text.length > SUBSCRIPTION_MAX || !isSubscription(args)) return undefined
    const variables = isDeeper(variableValues, VARIABLES_DEPTH) ? undefined : JSON.stringify(variableValues)
    if (variables === undefined || variables.length > SUBSCRIPTION_MAX) return undefined
    const key = `${operationName ?? ''}\n${variables}\n${text}`
    const known = this.#subscriptions.get(key)
    if (known !== undefined) return known
    const prepared = this.#prepare(args)
    if (isPrepared(prepared)) this.#subscriptions.set(key, prepared)
    return prepared
  }

  readonly execute = async (args: ExecutionArgs): Promise<ExecutionResult> => {
    const operation = operationOf(args)
    const prepared = this.prepare(args)
    if (!isPrepared(prepared)) return { errors: prepared }
    const refusal = await this.#reach(prepared)
    if (refusal !== undefined) return { errors: [refusal] }
    const { operation: kind } = prepared.operation
    // What is written must be answered, however long it waited.
    const isTimed = kind !== OperationTypeNode.MUTATION
    const limits = isTimed ? this.#resultLimits : { ...this.#resultLimits, milliseconds: Infinity }
    const context = this.#createContext(operation, { limits, hasLeft: isTimed ? operation.hasLeft : undefined })
    const result = await this.#run(operation, prepared, { context, limits })
    for (const { originalError } of result.errors ?? [])
      if (originalError instanceof RecordedUnseenError) operation.recordedUpTo = originalError.seq
    if (!('data' in result)) return result
    operation.context = context
    const isQuery = kind === OperationTypeNode.QUERY
    operation.isCacheable = isQuery && result.errors === undefined && !context.isTimeDependent()
    return result
  }

  /** Executes a query, or a subscription for one event. */
  async #run(
    { asText }: Pick<OperationState, 'asText'>,
    prepared: ValidatedExecutionArgs,
    { context, limits }: { readonly context: Context; readonly limits: ResultLimits },
  ): Promise<ExecutionResult> {
    try {
      const data = asText ? await this.#jsonWriter.write(prepared, context, limits) : undefined
      if (data !== undefined) return writtenResult(data)
      // The writer may have read nearly all before it gave up.
      if (context.turn.elapsed > TURN_MILLISECONDS / 2) await context.turn.next()
      const result = await executeRootSelectionSet({
        ...prepared,
        contextValue: context,
        fieldResolver: countedProperty,
      })
      assertInTime(context.count)
      return withinLimits(result, limits)
    } catch (error) {
      if (!(error instanceof ResultRefusedError)) throw error
      return { errors: [new GraphQLError(error.message, { originalError: error })] }
    } finally {
      context.work.isOver = true
    }
  }

  /**
   * Opens a subscription. What it returns has no results: they go from the feed to the transport, which finds the member in the operation.
   */
  readonly subscribe = async (args: ExecutionArgs): Promise<AsyncIterable<unknown> | ExecutionResult> => {
    const operation = operationOf(args)
    // Yoga calls `subscribe` for subscriptions only.
    const prepared = this.prepare(args) as ValidatedSubscriptionArgs | readonly GraphQLError[]
    if (!('operation' in prepared)) return { errors: prepared }
    const onEnd = this.#count(operation)
    if (onEnd instanceof GraphQLError) return { errors: [onEnd] }
    try {
      const refusal = await this.#reach(prepared, operation.lastEventId)
      if (refusal !== undefined) return { errors: [refusal] }
      if (operation.hasLeft?.() === true)
        return { errors: [this.#options.errorMasking.present(ResultRefusedError.ofAbsence())] }
      const asker = { viewer: operation.viewer, client: operation.client }
      return await openSubscription({
        operation,
        prepared,
        feed: this.#options.feed,
        onEnd,
        createContext: (followable) => this.#createContext(asker, { feed: followable }),
        execute: (event, context) => this.#run({ asText: true }, event, { context, limits: this.#eventLimits }),
        present: this.#options.errorMasking.present,
      })
    } finally {
      if (operation.member === undefined) onEnd()
    }
  }

  /** Waits until a node holds what an operation names. Returns why it cannot. */
  async #reach(prepared: ValidatedExecutionArgs, lastEventId?: string): Promise<GraphQLError | undefined> {
    try {
      await reachArguments(this.#options.store, prepared, lastEventId)
      return undefined
    } catch (error) {
      return this.#options.errorMasking.present(error)
    }
  }

  /** Counts a subscription, and the stream that carries it, until the returned function is called. Or returns why it is refused. */
  #count({ client, bytes = 0, isOnSocket = false }: OperationState): GraphQLError | (() => void) {
    const { limits } = this.#options
    const isFull = this.#subscriptionBytes + bytes > subscriptionBytes(limits.subscriptions)
    if (isFull || this.#subscribed >= limits.subscriptions) {
      return exhausted(`All ${limits.subscriptions} subscriptions of this service are in use. Try again later.`)
    }
    const end = client?.openAll({ subscriptions: 1, subscriptionBytes: bytes, connections: isOnSocket ? 0 : 1 })
    if (client !== undefined && typeof end === 'string') return exhausted(client.exhausted(end))
    this.#subscribed++
    this.#subscriptionBytes += bytes
    let isOpen = true
    return () => {
      if (!isOpen) return
      isOpen = false
      this.#subscribed--
      this.#subscriptionBytes -= bytes
      if (typeof end === 'function') end()
    }
  }

  /** Reads for a page of the service: within the limits of results, but at any cost. All its queries see one state of the record. */
  read({ client, hasLeft }: Pick<OperationState, 'client' | 'hasLeft'>): Reading {
    const { store } = this.#options
    const asOf = { seq: store.head(), epoch: store.epoch() }
    let isTimeDependent = false
    const ask = async <Data>(query: string, variableValues: Readonly<Record<string, unknown>> = {}): Promise<Data> => {
      const document = this.#pageQueries.get(query) ?? parse(query)
      this.#pageQueries.set(query, document)
      const prepared = validateExecutionArgs({ schema: this.schema, document, variableValues })
      if (isPrepared(prepared)) await reachArguments(store, prepared)
      const context = this.#createContext({ viewer: null, client }, { asOf, hasLeft })
      const { data, errors } = isPrepared(prepared)
        ? await executeRootSelectionSet({ ...prepared, contextValue: context })
        : { data: null, errors: prepared }
      isTimeDependent ||= context.isTimeDependent()
      const [error] = errors ?? []
      if (error !== undefined) throw error.originalError ?? error
      // The caller knows the type that its query returns.
      return data as Data
    }
    return { ask, isTimeDependent: () => isTimeDependent, present: this.#options.errorMasking.present }
  }

  #prepare({ document, operationName, variableValues }: ExecutionArgs): Prepared {
    if (isDeeper(variableValues, VARIABLES_DEPTH)) return [variablesTooDeep()]
    const options = { maxCoercionErrors: COERCION_ERRORS }
    const prepared = validateExecutionArgs({
      schema: this.schema,
      document,
      operationName,
      variableValues,
      options,
      hideSuggestions: this.#options.isPrivate,
    })
    if (!isPrepared(prepared)) for (const error of prepared) withCode(error, 'REQUEST_INVALID')
    return prepared
  }

  #createContext(
    { viewer, client }: Pick<OperationState, 'viewer' | 'client'>,
    {
      feed,
      limits: resultLimits = this.#resultLimits,
      hasLeft,
      asOf,
    }: Pick<OperationState, 'hasLeft'> & {
      readonly feed?: Followable | undefined
      readonly limits?: ResultLimits
      readonly asOf?: ContextOptions['asOf']
    } = {},
  ): Context {
    const { store, recorder, publicUrl, startedAt, version, limits, turns, metrics } = this.#options
    return createContext({
      store,
      recorder,
      refused: (code) => metrics?.refused(code),
      feed,
      publicUrl,
      startedAt,
      version,
      viewer,
      turn: () => turns.request(client?.name ?? ''),
      limits,
      resultLimits,
      hasLeft,
      asOf,
    })
  }
}

/**
 * Bounds a cache of documents by their text, in characters; Yoga's own caches count entries. A parsed document takes about fifty times the
 * memory of its text, and at least that of 200 characters.
 */
export function documentCache<Value extends object>(maxSize = 1_048_576): LRUCache<string, Value> {
  return new LRUCache({
    maxSize,
    maxEntrySize: 20_000,
    sizeCalculation: (_, text) => Math.max(text.length, 200),
  })
}

/** Characters of the text of a subscription, and of its variables, with which it is kept. */
const SUBSCRIPTION_MAX = 5_000

function isSubscription({ document, operationName }: ExecutionArgs): boolean {
  return getOperationAST(document, operationName)?.operation === OperationTypeNode.SUBSCRIPTION
}

/** How many of the bytes of a result one event of a subscription may have. */
const EVENT_SHARE = 1 / 10

/** The errors of a result that are sent. */
const ERRORS_SENT = 100
const ERROR_CHARACTERS = 100_000

/** Throws {@link ResultRefusedError}. Errors above their limits are left out: each field of each item may fail. */
function withinLimits({ data = null, errors }: ExecutionResult, limits: ResultLimits): ExecutionResult {
  for (const { originalError } of errors ?? []) if (originalError instanceof ResultRefusedError) throw originalError
  assertSize(data, limits)
  if (errors === undefined) return { data }
  let characters = 0
  const sent = errors.slice(0, ERRORS_SENT).filter(({ message, path }) => {
    characters += Math.min(message.length, MESSAGE_MAX) + JSON.stringify(path ?? []).length
    return characters <= ERROR_CHARACTERS
  })
  if (sent.length === errors.length) return { errors, data }
  const message = `The result has ${errors.length} errors, of which ${sent.length} are shown.`
  return { errors: [...sent, new GraphQLError(message, { extensions: { code: 'TOO_MANY_ERRORS' } })], data }
}

/** Validation stops after this many errors. */
const ERRORS = 20
const COERCION_ERRORS = 5

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

function exhausted(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'SUBSCRIPTIONS_EXHAUSTED' } })
}

/** Sets the code of an error that has none, and shortens its message. */
function withCode(error: GraphQLError, code: ErrorCode): GraphQLError {
  error.extensions.code ??= code
  error.message = clip(error.message, MESSAGE_MAX)
  return error
}
