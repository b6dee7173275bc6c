import type { ExecutionResult, GraphQLFormattedError } from 'graphql'
import { createGraphQLError, isAsyncIterable, processRegularResult, type Plugin } from 'graphql-yoga'
import { LRUCache } from 'lru-cache'
import { preferredType, type Offer } from '../accept.ts'
import { HttpError } from '../http-error.ts'
import type { Reply } from '../response-cache.ts'
import {
  isPrepared,
  operationOf,
  textOf,
  type AcceptedTypes,
  type DocumentType,
  type OperationContext,
  type OperationState,
  type StreamFormat,
} from './operation.ts'
import { MULTIPART, SERVER_SENT_EVENTS } from './subscriptions/streams.ts'

const RESPONSE: DocumentType = 'application/graphql-response+json'

const DOCUMENTS: readonly Offer<DocumentType>[] = [
  { type: RESPONSE, ranges: [RESPONSE, 'application/*', '*/*'] },
  { type: 'application/json', ranges: ['application/json', 'application/*', '*/*'] },
]

/** A client that accepts any type expects one document, so the type of a stream must be named. */
const EVENTS: Offer<'events'> = { type: 'events', ranges: ['text/event-stream'] }
const PARTS: Offer<'parts'> = {
  type: 'parts',
  ranges: ['multipart/mixed'],
  parameter: ['subscriptionspec', '1.0'],
}

const FORMATS = { events: SERVER_SENT_EVENTS, parts: MULTIPART }

const SERVED = `${RESPONSE} or application/json`
const STREAMED = 'text/event-stream or multipart/mixed;subscriptionSpec=1.0'

/** Clients send few different headers. */
const negotiated = new LRUCache<string, AcceptedTypes>({ max: 100 })

/** Throws `NOT_ACCEPTABLE` if the client accepts nothing that the service sends. */
export function negotiate(accept = ''): AcceptedTypes {
  const known = negotiated.get(accept) ?? choose(accept)
  negotiated.set(accept, known)
  return known
}

function choose(accept: string): AcceptedTypes {
  const document = preferredType(accept, DOCUMENTS)
  const events = preferredType(accept, [EVENTS])
  const stream = preferredType(accept, [EVENTS, PARTS])
  const single = (events?.quality ?? 0) > (document?.quality ?? 0) ? SERVER_SENT_EVENTS : document?.type
  if (single === undefined && stream === undefined) {
    throw new HttpError(
      406,
      'NOT_ACCEPTABLE',
      `The service sends no media type that you accept. Accept ${SERVED}, for subscriptions ${STREAMED}.`,
    )
  }
  return { single, stream: stream && FORMATS[stream.type] }
}

/**
 * Sends each result in a type that the client accepts, and executes no operation whose result it does not accept. A subscription goes to a
 * stream of this service instead of Yoga's, which has no ids, heartbeats or backpressure. A subscription that is refused is a stream, too,
 * because clients of event streams retry forever after any status but 200.
 */
export const responseType: Plugin<object, OperationContext> = {
  onExecute({ args, setResultAndStopExecution }) {
    const { accepted } = operationOf(args)
    if (accepted === undefined || accepted.single !== undefined) return
    setResultAndStopExecution(notAcceptable('NOT_ACCEPTABLE', `The result is a single document. Accept ${SERVED}.`))
  },
  onSubscribe({ args, setResultAndStopExecution }) {
    const { accepted } = operationOf(args)
    if (accepted === undefined || accepted.stream !== undefined) return
    setResultAndStopExecution(
      notAcceptable(
        'STREAM_REQUIRED',
        `Subscriptions are streamed. Accept ${STREAMED}, or use a WebSocket (graphql-transport-ws).`,
      ),
    )
  },
  onResultProcess(processing) {
    const { result, serverContext } = processing
    const { operation } = serverContext
    if (isAsyncIterable(result)) {
      processing.setResultProcessor((_, { Response }) => {
        if (operation.accepted?.stream) operation.streamFormat = operation.accepted.stream
        return new Response(null)
      }, '')
    } else if (!Array.isArray(result)) {
      const type = typeOfSingle(operation, result)
      if (typeof type === 'string') processing.setResultProcessor(processRegularResult, type)
      else {
        operation.streamFormat = type
        processing.setResultProcessor(
          (single, { Response }) => new Response(wholeStream(type, single as ExecutionResult)),
          '',
        )
      }
    }
  },
}

/**
 * An event stream that says why a request is refused, for a client that accepts no document. Undefined for others, which see the status: clients
 * of event streams retry after any status but 200.
 */
export function streamOfRefusal(accept: string | undefined, error: GraphQLFormattedError): Reply | undefined {
  const acceptsDocument = preferredType(accept, DOCUMENTS) !== undefined
  if (acceptsDocument || preferredType(accept, [EVENTS]) === undefined) return undefined
  const { headers, opening, result, complete } = SERVER_SENT_EVENTS
  return { headers, body: `${opening}${result(JSON.stringify({ errors: [error] }))}${complete}` }
}

function notAcceptable(code: string, message: string): ExecutionResult {
  return { errors: [createGraphQLError(message, { extensions: { code, http: { status: 406 } } })] }
}

function typeOfSingle({ accepted, prepared }: OperationState, result: ExecutionResult): DocumentType | StreamFormat {
  const isSubscription = prepared && isPrepared(prepared) && prepared.operation.operation === 'subscription'
  const type = (isSubscription ? accepted?.stream : undefined) ?? accepted?.single ?? RESPONSE
  return isMalformed(result) && typeof type !== 'string' ? RESPONSE : type
}

/** Whether the HTTP request itself is refused, so that its status must say so. */
function isMalformed({ errors = [] }: ExecutionResult): boolean {
  return errors.some(({ extensions: { http } }) => http?.status !== undefined && http.status < 500 && !http.spec)
}

function wholeStream({ opening, result, complete }: StreamFormat, single: ExecutionResult): string {
  for (const { extensions } of single.errors ?? []) delete extensions.http
  return `${opening}${result(textOf(single))}${complete}`
}
