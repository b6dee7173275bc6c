import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Limits } from '../model/limits.ts'
import type { Viewer } from '../model/token.ts'
import type { AccessEntry, AccessLog } from './access-log.ts'
import { admit, reachAsked, type Door } from './admission/admission.ts'
import { RunningRequest, type BodyBudget } from './admission/clients.ts'
import type { ErrorMasking } from './graphql/error-masking.ts'
import { readBody } from './graphql/over-http.ts'
import { asksForCost, serveStream, streamIn, type StreamService } from './graphql/over-sse.ts'
import { HttpError } from './http-error.ts'
import { headersOf, type Arrival } from './request-context.ts'
import { AFTER_HEADER, type ResponseCache } from './response-cache.ts'
import { malformedAddress, type Routes } from './routes.ts'
import type { Pipelines, Turns } from './turns.ts'

export interface RequestHandling extends Door {
  readonly responseCache: ResponseCache
  readonly errorMasking: ErrorMasking
  readonly accessLog: AccessLog
  readonly pipelines: Pipelines
  readonly turns: Turns
  readonly bodyBudget: BodyBudget
  readonly limits: Limits
}

interface Answering {
  readonly routes: Routes
  readonly refusals: Routes
  readonly streams: StreamService
}

/** For responses that depend on who asks. */
const KEPT_FROM_OTHERS = { 'cache-control': 'private, no-cache', vary: 'origin, authorization' }

/** What is longer than any query is a dossier, whose import is not cached. */
function isLarge(body: Buffer | undefined, limits: Limits): boolean {
  return body !== undefined && body.length > limits.bodyBytes
}

/** A dossier may be longer than any query. */
function bodyBytes(viewer: Viewer | null, limits: Limits): number {
  return viewer?.scope === 'RECORD' ? Math.max(limits.bodyBytes, limits.recordingBodyBytes) : limits.bodyBytes
}

/**
 * Answers from the response cache, or else by the routes: a cached response must not cost more than finding it. What must be executed waits for
 * its turn, and is dropped if its client has left.
 */
export function requestHandler(handling: RequestHandling, { routes, refusals, streams }: Answering) {
  const { store, authentication, responseCache, origins, clients, pipelines, turns, bodyBudget } = handling
  const { errorMasking, accessLog } = handling
  const arrivals = new WeakMap<object, Arrival>()
  const route = getRequestListener(
    (request, env) => {
      const arrival = arrivals.get(env.incoming)
      return (arrival?.refusal === undefined ? routes : refusals).fetch(request, { ...env, ...arrival })
    },
    { errorHandler: malformedAddress },
  )
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // A client that leaves early is not an error of the service.
    response.on('error', ignore)
    // A client that has sent everything and read what there is waits for the service: for an import, or the next change of a feed.
    response.on('timeout', () => {
      if (!request.complete || response.writableLength > 0) request.socket.destroy()
    })
    const requestId = randomUUID()
    const access: AccessEntry = { requestId }
    accessLog.follow(request, response, access)
    const earlier = pipelines.enter(request, response)
    if (earlier !== undefined && !(await earlier)) return
    const isPost = request.method === 'POST'
    const isForeign = origins.isForeign(request)
    const { viewer, refusal } = admit(request, handling)
    let running: RunningRequest | Error | undefined = refusal
    const headers = {
      ...origins.share(request),
      ...(viewer === null ? {} : KEPT_FROM_OTHERS),
      'x-request-id': requestId,
    }
    if (isPost) running ??= clients.begin(request, response)
    const stream = streamIn(request)
    if (stream === 'PREFERRED') running ??= clients.begin(request, response)
    if (stream === 'PREFERRED' && running instanceof RunningRequest) await turns.brief(running.client.name)
    const isLate = !request.complete
    const body =
      isPost && running instanceof RunningRequest
        ? await readBody(request, bodyBytes(viewer, handling.limits), running.bodyHolder(bodyBudget)).catch(
            (error: HttpError) => error,
          )
        : undefined
    const mayRead = authentication.mayRead(viewer)
    if (request.headers[AFTER_HEADER] !== undefined && mayRead && !(running instanceof Error)) {
      const begin = () => running ?? clients.begin(request, response)
      running = (await reachAsked(request, { store, begin })) ?? running
    }
    const isRefused = running instanceof Error || body instanceof HttpError || !mayRead
    const lookup =
      isRefused || isLarge(body, handling.limits) || asksForCost(request) || stream === 'PREFERRED'
        ? undefined
        : responseCache.lookUp(request, { body, isForeign, viewer })
    const reply = lookup && responseCache.find(lookup)
    if (reply !== undefined) {
      access.operationName = reply.operationName
      response.writeHead(
        reply.status ?? 200,
        headersOf({ headers, position: () => lookup?.edition.position ?? {} }, reply),
      )
      response.end(reply.body)
      return
    }
    running ??= clients.begin(request, response)
    // A cursor before the one that the client has would lead it back.
    const isPlaced = mayRead && !(running instanceof Error && request.headers[AFTER_HEADER] !== undefined)
    const position = () => (isPlaced ? responseCache.position(access.operation?.recordedUpTo) : {})
    const arrival = { requestId, access, headers, position, isForeign, body, lookup, viewer }
    if (running instanceof Error) {
      arrivals.set(request, { ...arrival, refusal: running })
    } else {
      const admitted = { ...arrival, running, incoming: request, outgoing: response }
      if (stream !== 'PREFERRED' || isLate) await turns.request(running.client.name)
      if (!request.socket.writable) return
      const serve = () => serveStream(streams, admitted)
      if (stream !== undefined && !isRefused && (await errorMasking.during(requestId, serve))) return
      arrivals.set(request, admitted)
    }
    await errorMasking.during(requestId, () => route(request, response))
    if (running instanceof RunningRequest) running.holdUnread()
  }
}

function ignore(): void {}
