import type { IncomingMessage } from 'node:http'
import type { ExecutionResult, GraphQLFormattedError } from 'graphql'
import { createGraphQLError, processRegularResult, type Plugin } from 'graphql-yoga'
import { LRUCache } from 'lru-cache'
import { accepts, preferredType, type Offer } from '../accept.ts'
import { HttpError } from '../http-error.ts'
import type { Reply } from '../response-cache.ts'
import { isPrepared, operationOf, type AcceptedTypes, type DocumentType, type OperationContext } from './operation.ts'
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

/**
 * Whether `/graphql` is opened as a page, so that a link with a query opens in the playground. Browsers accept XHTML when they navigate;
 * programs that accept `text/html` as well do not, and get the answer.
 */
export function isVisit({
  method,
  url = '',
  headers: { accept },
}: Pick<IncomingMessage, 'method' | 'url' | 'headers'>): boolean {
  if (method === 'POST' || !accepts(accept, 'text/html')) return false
  return !parametersIn(url).has('query') || accepts(accept, 'application/xhtml+xml')
}

/** The query string of an address. */
export function parametersIn(url: string): URLSearchParams {
  return new URLSearchParams(/\?([^#]*)/.exec(url)?.[1])
}

/** Clients send few different headers. */
const negotiated = new LRUCache<string, AcceptedTypes>({ max: 100 })

/** Throws `NOT_ACCEPTABLE` if the client accepts nothing that the service sends. */
export function negotiate(accept = ''): AcceptedTypes {
  const known = negotiated.get(accept)
  if (known !== undefined) return known
  const chosen = choose(accept)
  negotiated.set(accept, chosen)
  return chosen
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
 * Sends each document in a type that the client accepts, and executes no operation whose result it does not accept. What is answered with a
 * stream does not come to Yoga.
 */
export const responseType: Plugin<object, OperationContext> = {
  onExecute({ args, setResultAndStopExecution }) {
    const { accepted } = operationOf(args)
    if (accepted === undefined || accepted.single !== undefined) return
    setResultAndStopExecution(notAcceptable('NOT_ACCEPTABLE', `The result is a single document. Accept ${SERVED}.`))
  },
  onSubscribe({ args, setResultAndStopExecution }) {
    const { accepted, prepared } = operationOf(args)
    if (accepted === undefined) return
    // Variables that are not valid are refused as such.
    if (accepted.stream !== undefined && prepared && !isPrepared(prepared)) return
    setResultAndStopExecution(
      notAcceptable(
        'STREAM_REQUIRED',
        `Subscriptions are streamed. Accept ${STREAMED}, or use a WebSocket (graphql-transport-ws).`,
      ),
    )
  },
  onResultProcess(processing) {
    const { single } = processing.serverContext.operation.accepted ?? {}
    processing.setResultProcessor(processRegularResult, typeof single === 'string' ? single : RESPONSE)
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
