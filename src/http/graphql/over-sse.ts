import type { IncomingMessage } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { getOperationAST, OperationTypeNode, type ExecutionArgs, type ExecutionResult } from 'graphql'
import type { Member } from '../../feed/member.ts'
import type { Limits } from '../../model/limits.ts'
import { isMap } from '../../model/records/canonical-json.ts'
import { HttpError, unavailable } from '../http-error.ts'
import type { Metrics } from '../metrics.ts'
import { headersOf, JSON_TYPE, jsonOf, type Bindings } from '../request-context.ts'
import type { Turns } from '../turns.ts'
import type { AllowedOperations } from './allowed-operations.ts'
import { costRefusal } from './cost-limit.ts'
import type { ErrorMasking } from './error-masking.ts'
import type { Executor, OpenedArgs } from './executor.ts'
import { addCursor } from './feed-cursor.ts'
import { isVisit, negotiate, parametersIn } from './negotiation.ts'
import { isPrepared, textOf, type OperationState, type StreamFormat } from './operation.ts'
import { LARGE, queryOf } from './request-parameters.ts'
import type { SharedResult } from './subscriptions/shared-result.ts'
import type { OpenStreams } from './subscriptions/streams.ts'

/*
 * Everything that is answered with a stream: in the distinct connections mode of graphql-sse, or in the parts that Apollo Client reads. A
 * subscription is, if the client accepts a stream; so are other operations and refusals, if the client prefers a stream to a document. The
 * operation goes straight to the executor, since thousands of clients subscribe again when the service has restarted. Yoga answers with
 * documents, also a request that is no operation: its status must say so.
 */

export interface StreamService {
  readonly executor: Executor
  readonly openStreams: OpenStreams
  readonly errorMasking: ErrorMasking
  readonly limits: Limits
  readonly turns: Turns
  readonly allowedOperations?: AllowedOperations | undefined
  readonly metrics?: Metrics | undefined
}

/** Whether a request accepts a stream, and whether it prefers one to a document. Undefined if it accepts none. */
export function streamIn({ method = '', url = '', headers }: IncomingMessage): 'ACCEPTED' | 'PREFERRED' | undefined {
  if (!isGraphql(url) || !METHODS.has(method)) return undefined
  try {
    const { single, stream } = negotiate(headers.accept)
    if (stream === undefined || isVisit({ method, url, headers })) return undefined
    return typeof single === 'string' ? 'ACCEPTED' : 'PREFERRED'
  } catch {
    return undefined
  }
}

const METHODS = new Set(['GET', 'HEAD', 'POST'])

/** Whether the address, which may be written in another form, leads to `/graphql`. */
function isGraphql(url: string): boolean {
  if (url === '/graphql' || url.startsWith('/graphql?')) return true
  try {
    return decodeURI(new URL(url, 'http://service.invalid').pathname) === '/graphql'
  } catch {
    return false
  }
}

/** Answers with a stream. Returns false, and has sent nothing, if the answer is a document. */
export async function serveStream(service: StreamService, arrival: Bindings): Promise<boolean> {
  const operation = stateOf(arrival)
  const { accepted } = operation
  if (accepted?.stream === undefined || operation.isForeign === true) return false
  const known = knownIn(service, arrival)
  if (known === undefined) {
    const parameters = await parametersOf(arrival, operation)
    if (!isMap(parameters)) return false
    operation.parameters = parameters
  }
  const answered = known === undefined ? answer(service, arrival, operation) : subscribe(service, operation, known)
  const result = await answered.catch((error: unknown) => ({ errors: [error] }))
  const { member } = operation
  if (member !== undefined) {
    sendStream(service, arrival, { member, format: accepted.stream, headers: costHeader(operation) })
    return true
  }
  if (isSubscription(operation) && result !== undefined && sendUnavailable(service, arrival, result)) return true
  const format = isSubscription(operation) ? accepted.stream : accepted.single
  if (result === undefined || typeof format !== 'object') return false
  sendWhole(service, arrival, { format, result })
  return true
}

/** The state of the operation of a request. Throws `NOT_ACCEPTABLE`. */
export function stateOf({ incoming, outgoing, isForeign, viewer, running, body, access }: Bindings): OperationState {
  const { url = '', headers } = incoming
  access.operation ??= {
    asText: true,
    isForeign,
    accepted: negotiate(headers.accept),
    client: running?.client,
    viewer,
    bytes: Buffer.isBuffer(body) ? body.length : url.length,
    hasLeft: () => outgoing.destroyed,
    lastEventId: headers['last-event-id']?.toString() || undefined,
    wantsCost: asksForCost(incoming),
  }
  return access.operation
}

/** What a request asks. Undefined if that is not JSON. */
async function parametersOf({ incoming, body }: Bindings, { bytes = 0 }: OperationState): Promise<unknown> {
  if (body instanceof HttpError) return undefined
  // A dossier is decoded and parsed in a turn of the event loop each.
  if (bytes > LARGE) await nextTurn()
  try {
    if (body === undefined) return parametersOfAddress(incoming.url ?? '')
    const text = decode(body)
    if (bytes > LARGE) await nextTurn()
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Empty parameters stand for none, and the first of two of the same name counts. */
function parametersOfAddress(url: string): Readonly<Record<string, unknown>> {
  const sent = Object.entries(Object.fromEntries([...parametersIn(url)].toReversed()))
  const { variables = 'null', extensions = 'null', ...others } = Object.fromEntries(sent.filter(([, value]) => value))
  return { query: undefined, ...others, variables: JSON.parse(variables), extensions: JSON.parse(extensions) }
}

interface Outcome extends Omit<ExecutionResult, 'errors'> {
  readonly errors?: readonly unknown[] | undefined
}

/** The subscription that a request opens, if one of the same bytes has opened it: what was checked then holds for all. */
function knownIn({ executor }: StreamService, { body }: Bindings): OpenedArgs | undefined {
  return Buffer.isBuffer(body) && body.length <= BODY_KEPT ? executor.opened.get(body.toString('latin1')) : undefined
}

/** Bytes of a body with which a subscription is kept. */
const BODY_KEPT = 5_000

/** Opens a subscription that is valid. */
async function subscribe(
  { executor, limits }: StreamService,
  operation: OperationState,
  { prepared, ...args }: Partial<OpenedArgs> & ExecutionArgs,
): Promise<Outcome> {
  if (prepared !== undefined) operation.prepared = prepared
  const own = { ...args, contextValue: { operation } }
  const refusal = costRefusal(own, executor, limits)
  if (refusal !== undefined) return { errors: [refusal] }
  const opened = await executor.subscribe(own)
  return Symbol.asyncIterator in opened ? {} : opened
}

/** Executes an operation, or opens a subscription. Undefined if the answer is a document. */
async function answer(
  service: StreamService,
  { incoming, body }: Bindings,
  operation: OperationState,
): Promise<Outcome | undefined> {
  const { executor, limits, allowedOperations, turns } = service
  const { accepted, parameters = {} } = operation
  const { query: text, variables, operationName, extensions } = parameters
  const query = queryOf(parameters, allowedOperations) ?? text
  if (typeof query !== 'string' || !isMapOrNone(variables) || !isMapOrNone(extensions)) return undefined
  if (operationName != null && typeof operationName !== 'string') return undefined
  const name = operationName || undefined
  const document = executor.parseOnce(query)
  const kind = getOperationAST(document, name)?.operation
  if (kind === undefined || (kind === OperationTypeNode.MUTATION && incoming.method !== 'POST')) return undefined
  const isSubscribed = kind === OperationTypeNode.SUBSCRIPTION
  if (!isSubscribed && typeof accepted?.single !== 'object') return undefined
  const { schema } = executor
  const errors = executor.validate(schema, document)
  if (errors.length > 0) return { errors }
  const asked = { schema, document, operationName: name, variableValues: variables }
  if (isSubscribed) {
    const opened = await subscribe(service, operation, asked)
    if (operation.member !== undefined && Buffer.isBuffer(body) && body.length <= BODY_KEPT) {
      executor.opened.set(body.toString('latin1'), { ...asked, prepared: operation.prepared })
    }
    return opened
  }
  const args = { ...asked, contextValue: { operation } }
  const refusal = costRefusal(args, executor, limits)
  if (refusal !== undefined) return { errors: [refusal] }
  // Only what opens a stream is brief.
  await turns.request(operation.client?.name ?? '')
  if (!incoming.socket.writable) return {}
  return addCursor(await executor.execute(args), operation)
}

function isMapOrNone(value: unknown): value is Readonly<Record<string, unknown>> | null | undefined {
  return value == null || isMap(value)
}

function isSubscription({ prepared }: OperationState): boolean {
  return (
    prepared !== undefined && isPrepared(prepared) && prepared.operation.operation === OperationTypeNode.SUBSCRIPTION
  )
}

interface Streamed {
  readonly member: Member<SharedResult>
  readonly format: StreamFormat
  readonly headers: Readonly<Record<string, string>>
}

/** Answers with a subscription. */
export function sendStream(
  { openStreams }: Pick<StreamService, 'openStreams'>,
  arrival: Bindings,
  { member, format, headers }: Streamed,
): void {
  const { incoming, outgoing, running, viewer, access } = arrival
  outgoing.writeHead(200, headersOf(arrival, { body: null, headers: { ...format.headers, ...headers } }))
  if (incoming.method === 'HEAD') {
    member.end()
    outgoing.end()
    return
  }
  // From now on it counts as a connection. What the client sent is not kept.
  running?.end()
  if (access.operation !== undefined) access.operation.parameters = undefined
  openStreams.open({ response: outgoing, format, member, viewer })
}

interface Single {
  readonly format: StreamFormat
  readonly result: Outcome
}

/** Answers with a stream of one result. */
function sendWhole({ errorMasking, metrics }: StreamService, arrival: Bindings, { format, result }: Single): void {
  const presented = result.errors?.map(errorMasking.present)
  for (const { extensions } of presented ?? []) {
    metrics?.refused(extensions.code)
    // The HTTP status in an error is for documents only.
    delete extensions.http
  }
  // A copy would parse the data of a written result.
  const text = textOf(presented === undefined ? (result as ExecutionResult) : { ...result, errors: presented })
  const body = `${format.opening}${format.result(text)}${format.complete}`
  arrival.outgoing.writeHead(200, headersOf(arrival, { body, headers: format.headers }))
  arrival.outgoing.end(body)
  arrival.running?.holdUnread()
}

/**
 * Refuses a subscription by its status if another node, or this one later, would accept it: clients take an error in a stream for final.
 * Returns whether it has.
 */
function sendUnavailable(
  { errorMasking, metrics }: StreamService,
  arrival: Bindings,
  { errors = [] }: Outcome,
): boolean {
  const [error] = errors.map(errorMasking.present)
  const headers = unavailable(error?.originalError)
  if (error === undefined || headers === undefined) return false
  metrics?.refused(error.extensions.code)
  const body = jsonOf({ errors: [error] })
  const reply = { type: JSON_TYPE, body, headers: { 'cache-control': 'no-store', ...headers } }
  arrival.outgoing.writeHead(503, headersOf(arrival, reply))
  arrival.outgoing.end(body)
  return true
}

/** Whether a client asks what its operation costs. The response is then not cached. */
export function asksForCost({ headers }: IncomingMessage): boolean {
  return headers['demarche-cost'] === '1'
}

export function costHeader({ wantsCost, cost }: OperationState): Record<string, string> {
  return wantsCost === true && cost !== undefined ? { 'demarche-cost': `${cost.cost}; limit=${cost.limit}` } : {}
}

/** Throws `BODY_UNREADABLE` for what is not UTF-8. */
export function decode(body: Buffer): string {
  try {
    return UTF8.decode(body)
  } catch {
    throw new HttpError(400, 'BODY_UNREADABLE', 'The body is not UTF-8.')
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true })
