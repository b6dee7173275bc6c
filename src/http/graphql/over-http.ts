import type { FormattedExecutionResult } from 'graphql'
import { sendEvent, streamEvents, type StreamOptions } from './over-sse.ts'
import type { Answers } from '../response-cache.ts'
import { accepts, HttpError, jsonOf, readBody, sendJson, textOf, type Exchange } from '../request-context.ts'
import type { Admission, Gate, GraphqlRequest, Subscribable } from './executor.ts'
import { refuseForgery } from '../origin.ts'

const JSON_TYPE = 'application/json'
const RESPONSE_TYPE = 'application/graphql-response+json'
const STREAM_TYPE = 'text/event-stream'

export interface GraphqlHttp extends StreamOptions {
  readonly gate: Gate
  readonly answers: Answers
  /** The most that is read of a body. */
  readonly bodyBytes: number
}

/** Answers a GET as GraphQL over HTTP has it. It may only read. */
export async function answerGet(service: GraphqlHttp, exchange: Exchange): Promise<void> {
  refuseForgery(exchange)
  await answer(service, exchange, {
    words: exchange.target,
    admit() {
      const admission = service.gate.admit(requestInQuery(exchange.url.searchParams))
      if (admission.kind !== 'MUTATION') return admission
      throw new HttpError(405, 'POST_REQUIRED', 'a mutation has to be sent by POST', { allow: 'POST' })
    },
  })
}

/** Answers a POST as GraphQL over HTTP has it. */
export async function answerPost(service: GraphqlHttp, exchange: Exchange): Promise<void> {
  const type = exchange.request.headers['content-type'] ?? ''
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new HttpError(415, 'BODY_NOT_JSON', `a body of type ${type || 'unknown'} is not read; send ${JSON_TYPE}`)
  }
  const body = await readBody(exchange, service.bodyBytes)
  await answer(service, exchange, {
    // A character a byte: the same words mean the same bytes, and no others.
    words: body.toString('latin1'),
    admit: () => service.gate.admit(requestInBody(textOf(body))),
  })
}

interface Asked {
  /** The request as it came. */
  readonly words: string
  /** Reads it, which nobody needs to who has its answer. */
  readonly admit: () => Admission
}

async function answer(service: GraphqlHttp, exchange: Exchange, { words, admit }: Asked): Promise<void> {
  if (isStreamWanted(exchange)) {
    const admission = admit()
    if (admission.kind === 'SUBSCRIPTION') await openStream(service, exchange, admission)
    else sendEvent(exchange, admission.kind === 'REFUSED' ? admission.result : (await admission.answer()).result)
    return
  }
  const type = accepts(exchange.request, RESPONSE_TYPE) ? RESPONSE_TYPE : JSON_TYPE
  await service.answers.answer(exchange, { words, type: `${type}; charset=utf-8` }, async () => {
    const admission = admit()
    if (admission.kind === 'SUBSCRIPTION') {
      await openStream(service, exchange, admission)
      return undefined
    }
    const { result, lasting } =
      admission.kind === 'REFUSED' ? { result: admission.result, lasting: false } : await admission.answer()
    if (lasting) return jsonOf(result)
    sendResult(exchange, result, type)
    return undefined
  })
}

async function openStream(service: StreamOptions, exchange: Exchange, subscription: Subscribable): Promise<void> {
  if (!accepts(exchange.request, STREAM_TYPE)) {
    throw new HttpError(406, 'STREAM_REQUIRED', `a subscription is answered as ${STREAM_TYPE}; accept it`)
  }
  const lastEventId = exchange.request.headers['last-event-id']
  const opened = await subscription.open(
    typeof lastEventId === 'string' && lastEventId !== '' ? lastEventId : undefined,
  )
  if ('kind' in opened) sendEvent(exchange, opened.result)
  else await streamEvents(exchange, opened, service)
}

/** With the media type of its own, a request that was not executed has a status of its own; plain JSON says 200, as clients of old expect. */
function sendResult(exchange: Exchange, result: FormattedExecutionResult, type: string): void {
  const headers = exchange.request.method === 'POST' ? {} : { 'cache-control': 'no-store' }
  sendJson(exchange, result, { status: statusOf(result, type), type: `${type}; charset=utf-8`, headers })
}

function statusOf(result: FormattedExecutionResult, type: string): number {
  if ('data' in result) return 200
  if (result.errors?.some(({ extensions }) => extensions?.['code'] === 'INTERNAL')) return 500
  return type === RESPONSE_TYPE ? 400 : 200
}

/** Whether nothing but a stream will do, also for a single result. */
function isStreamWanted({ request }: Exchange): boolean {
  if (!accepts(request, STREAM_TYPE)) return false
  return ![JSON_TYPE, RESPONSE_TYPE, 'application/*', '*/*'].some((type) => accepts(request, type))
}

function requestInQuery(parameters: URLSearchParams): GraphqlRequest {
  const variables = parameters.get('variables')
  return checkRequest({
    query: parameters.get('query') ?? undefined,
    operationName: parameters.get('operationName') || undefined,
    variables: variables ? parseJson(variables, 'the parameter variables') : undefined,
  })
}

function requestInBody(body: string): GraphqlRequest {
  const parsed = parseJson(body, 'the body')
  if (Array.isArray(parsed)) throw malformed('the body is a list; send one operation a request')
  if (!isObject(parsed)) throw malformed('the body is not an object; send {"query": …, "variables": …}')
  return checkRequest(parsed)
}

function checkRequest({ query, operationName, variables, extensions }: Record<string, unknown>): GraphqlRequest {
  if (typeof query !== 'string') throw malformed('query is missing or no text; it holds the GraphQL document')
  if (operationName != null && typeof operationName !== 'string') throw malformed('operationName has to be a text')
  if (variables != null && !isObject(variables)) throw malformed('variables has to be an object')
  if (extensions != null && !isObject(extensions)) throw malformed('extensions has to be an object')
  return { query, operationName, variables }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw malformed(`${what} is not JSON`)
  }
}

function malformed(message: string): HttpError {
  return new HttpError(400, 'REQUEST_MALFORMED', message)
}
