import { hash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import type { Config } from '../config.ts'
import { Recorder } from '../dossier/recording/recorder.ts'
import { encodeFeedCursor, reachCursor } from '../feed/cursor.ts'
import { Feed } from '../feed/feed.ts'
import { schema } from '../graphql/schema.ts'
import type { Log } from '../log.ts'
import type { ErrorCode } from '../model/error-codes.ts'
import { DemarcheError } from '../model/errors.ts'
import type { Limits } from '../model/limits.ts'
import type { Viewer } from '../model/token.ts'
import { PROJECTED_WITH } from '../store/rebuild.ts'
import type { Store } from '../store/store.ts'
import { AccessLog, type AccessEntry } from './access-log.ts'
import { Authentication } from './authentication.ts'
import { BodyBudget, Clients, RunningRequest, tooMany, type Client } from './clients.ts'
import type { AllowedOperations } from './graphql/allowed-operations.ts'
import { ErrorMasking } from './graphql/error-masking.ts'
import { Exports } from './exports/exports.ts'
import { Executor } from './graphql/executor.ts'
import { readBody } from './graphql/over-http.ts'
import { asksForCost, serveStream, streamIn, type StreamService } from './graphql/over-sse.ts'
import { WebSockets } from './graphql/over-websocket.ts'
import type { SharedResult } from './graphql/subscriptions/shared-result.ts'
import { OpenStreams } from './graphql/subscriptions/streams.ts'
import { createGraphqlServer } from './graphql/yoga.ts'
import { ANY_ADDRESS, Hosts, LOOPBACK } from './hosts.ts'
import { Metrics } from './metrics.ts'
import { FOREIGN, Origins } from './origin.ts'
import { HttpError } from './http-error.ts'
import { headersOf, type Arrival } from './request-context.ts'
import { AFTER_HEADER, ResponseCache } from './response-cache.ts'
import { parserRefusal, refuseSocket } from './refused-socket.ts'
import { createRefusals, createRoutes, describeRefusal, malformedAddress, type Routes } from './routes.ts'
import { Pipelines, Turns } from './turns.ts'

/** Milliseconds that a stopping service waits for its clients. */
const STOP_TIMEOUT = 5_000

export interface ServiceOptions {
  /** The caller must close the store after the service has stopped. */
  readonly store: Store
  readonly config: Pick<
    Config,
    | 'host'
    | 'port'
    | 'origins'
    | 'publicUrl'
    | 'hosts'
    | 'trustedProxies'
    | 'isPrivate'
    | 'adminPort'
    | 'responseCacheBytes'
    | 'limits'
  >
  readonly log: Log
  readonly version: string
  /** The only operations that are accepted. By default, all are. */
  readonly allowedOperations?: AllowedOperations | undefined
  /** Milliseconds between pings on streams and sockets. */
  readonly pingEvery?: number
  /** Milliseconds without progress after which a connection is closed whose client does not read, or does not send the rest of a request. */
  readonly idleTimeout?: number
  /** Milliseconds in which a whole request must arrive, however steadily its client sends. */
  readonly requestTimeout?: number
}

export interface RunningService {
  /** The URL at which the service listens. */
  readonly url: string
  /** The URL for clients: the configured one, or else `url`. */
  readonly publicUrl: string
  /** The URL of the metrics, for programs on this machine. Undefined if they are not served. */
  readonly metricsUrl: string | undefined
  /** Whether clients on other machines can connect, but not by `publicUrl`. */
  readonly needsPublicUrl: boolean
  /** How many event streams, WebSockets and followers of the feed are open, and how many clients have any of these or a request. */
  readonly open: {
    readonly streams: number
    readonly sockets: number
    readonly followers: number
    readonly clients: number
  }
  /**
   * Accepts no more connections, ends streams and sockets so that clients resume elsewhere, and lets running requests finish. After five
   * seconds it closes the connections that are left.
   */
  stop(): Promise<void>
}

/** Serves a store. Throws `PORT_TAKEN`, `ADDRESS_UNUSABLE`. */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const { store, config, log, version, allowedOperations } = options
  const { pingEvery = 12_000, idleTimeout = 30_000, requestTimeout = 30_000 } = options
  const { limits } = config
  const server = createServer({
    requestTimeout,
    // How often Node looks for requests that are late.
    connectionsCheckingInterval: Math.min(requestTimeout, 5_000),
    // Others, such as h2c, are ignored: the request is answered as if it asked for no upgrade.
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
  })
  server.timeout = idleTimeout
  const url = await listen(server, config)
  const publicUrl = config.publicUrl ?? url
  const startedAt = store.now()

  const origins = new Origins(config.origins, publicUrl)
  const errorMasking = new ErrorMasking(log, (seq) => encodeFeedCursor(store, seq))
  const turns = new Turns()
  const feed = new Feed<SharedResult>(store, {
    turn: (name) => turns.result(name),
    briefTurn: (client) => turns.brief(client),
    report: errorMasking.present,
  })
  const clients = new Clients({ limits, trustedProxies: config.trustedProxies })
  const open = () => ({
    streams: openStreams.size,
    sockets: webSockets.size,
    followers: feed.followers,
    clients: clients.size,
  })
  const metrics = config.adminPort === undefined ? undefined : new Metrics({ store, feed, turns, version, open })
  const accessLog = new AccessLog(log, metrics)
  const { isPrivate } = config
  const authentication = new Authentication({ store, isPrivate })
  const recorder = new Recorder(store)
  const about = { publicUrl, startedAt, version }
  const executor = new Executor({ schema, store, recorder, feed, errorMasking, turns, limits, isPrivate, ...about })
  const yoga = createGraphqlServer({ executor, errorMasking, limits, allowedOperations, metrics })
  const settings = [version, PROJECTED_WITH, publicUrl, limits, allowedOperations?.list]
  const service = hash('sha256', JSON.stringify(settings), 'base64url')
  const responseCache = new ResponseCache({ store, bytes: config.responseCacheBytes, service })
  const hosts = new Hosts({ bound: config.host, publicUrl, configured: config.hosts })
  const bodyBudget = new BodyBudget(limits)
  const shared = { authentication, errorMasking, accessLog, metrics, turns, bodyBudget }
  const webSockets = new WebSockets({ yoga, allowedOperations, ...shared, limits, pingEvery })
  const openStreams = new OpenStreams({ authentication, metrics, limits, pingEvery })
  const exports = new Exports({ store, limits, authentication, responseCache, metrics })
  const serving = { yoga, responseCache, authentication, openStreams }
  const site = {
    ...serving,
    store,
    executor,
    exports,
    limits,
    origins,
    errorMasking,
    publicUrl,
    allowedOperations,
    metrics,
    turns,
  }

  const pipelines = new Pipelines()
  const handling = { store, responseCache, origins, hosts, clients, pipelines, ...shared, limits }
  const answer = requestHandler(handling, { routes: createRoutes(site), refusals: createRefusals(site), streams: site })
  server.on('request', (request, response) => {
    answer(request, response).catch((error: unknown) => {
      errorMasking.mask(error)
      response.destroy()
    })
  })
  const refuse = (socket: Duplex, error: Error) => {
    const refusal = describeRefusal(errorMasking, error)
    metrics?.refused(refusal.code)
    refuseSocket(socket, refusal)
    return refusal.status
  }
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => {})
    const requestId = randomUUID()
    const upgrade = admitUpgrade(request, handling, publicUrl)
    const accept = ({ viewer, client, end }: AdmittedUpgrade) => {
      socket.once('close', end)
      if (webSockets.accept(request, socket, { head, requestId, viewer, client })) return 101
      metrics?.refused('REQUEST_MALFORMED')
      return 400
    }
    accessLog.upgrade(request, requestId, upgrade instanceof Error ? refuse(socket, upgrade) : accept(upgrade))
  })
  server.on('clientError', (error, socket) => {
    const refusal = parserRefusal(error)
    if (refusal === undefined) socket.destroy()
    else pipelines.afterAnswers(socket, () => accessLog.malformed(refuse(socket, refusal)))
  })
  const admin = metrics?.serve(new Hosts({ bound: LOCAL, publicUrl, configured: config.hosts }))
  const metricsUrl = admin && `${await listen(admin, { host: LOCAL, port: config.adminPort ?? 0 }, ADMIN_PORT)}/metrics`
  return {
    url,
    publicUrl,
    needsPublicUrl: config.publicUrl === undefined && ANY_ADDRESS.has(addressOf(server).address),
    metricsUrl,
    get open() {
      return open()
    },
    async stop() {
      const adminClosed = new Promise<unknown>((resolve) =>
        admin === undefined ? resolve(undefined) : admin.close(resolve),
      )
      await stop(server, webSockets, openStreams)
      await exports.ended()
      await authentication.close()
      admin?.closeAllConnections()
      await adminClosed
      recorder.close()
    },
  }
}

/** Throws what `startService` would throw because of host and port, so that nothing needs to be done before. */
export async function checkAddress(config: Pick<Config, 'host' | 'port' | 'adminPort'>): Promise<void> {
  const [server, admin] = [createServer(), createServer()]
  try {
    await listen(server, config)
    if (config.adminPort !== undefined) await listen(admin, { host: LOCAL, port: config.adminPort }, ADMIN_PORT)
  } finally {
    await Promise.all([server, admin].map((each) => new Promise((resolve) => each.close(resolve))))
  }
}

/** Where the metrics are served. */
const LOCAL = '127.0.0.1'

const PORT = '--port or PORT'
const ADMIN_PORT = '--admin-port or DEMARCHE_ADMIN_PORT'

/** Starts to listen and returns the URL. Throws `PORT_TAKEN`, `ADDRESS_UNUSABLE`. */
async function listen(server: Server, { host, port }: Pick<Config, 'host' | 'port'>, setting = PORT): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(unusable(error, { host, port, setting })))
    server.listen({ host, port }, resolve)
  })
  const { address, port: actual } = addressOf(server)
  const isLocal = LOOPBACK.includes(address) || ANY_ADDRESS.has(address)
  const url = `http://${isLocal ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${actual}`
  if (URL.canParse(url)) return url
  throw new DemarcheError('ADDRESS_UNUSABLE', `"${host}" cannot be part of a URL; choose another with --host or HOST`)
}

function addressOf(server: Server): AddressInfo {
  // A server that listens on a port has an address of this shape.
  return server.address() as AddressInfo
}

function unusable(
  error: NodeJS.ErrnoException,
  { host, port, setting }: { host: string; port: number; setting: string },
): Error {
  const described = (code: ErrorCode, message: string) => new DemarcheError(code, message, { cause: error })
  switch (error.code) {
    case 'EADDRINUSE':
      return described('PORT_TAKEN', `another program uses port ${port}; choose another with ${setting}`)
    case 'EACCES':
      return described('ADDRESS_UNUSABLE', `this user may not use port ${port}; choose one above 1023 with ${setting}`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return described(
        'ADDRESS_UNUSABLE',
        `"${host}" is not an address of this machine; choose one with --host or HOST`,
      )
    default:
      return error
  }
}

interface RequestHandling {
  readonly store: Store
  readonly authentication: Authentication
  readonly responseCache: ResponseCache
  readonly origins: Origins
  readonly errorMasking: ErrorMasking
  readonly accessLog: AccessLog
  readonly hosts: Hosts
  readonly clients: Clients
  readonly pipelines: Pipelines
  readonly turns: Turns
  readonly bodyBudget: BodyBudget
  readonly limits: Limits
}

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
function requestHandler(handling: RequestHandling, { routes, refusals, streams }: Answering) {
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

/**
 * Waits until the store holds what the request names as seen already. Returns the request as one that runs if it has begun to, or why it is
 * refused.
 */
async function reachAsked(
  { url = '', headers }: IncomingMessage,
  { store, begin }: { readonly store: Store; readonly begin: () => RunningRequest | Error },
): Promise<RunningRequest | Error | undefined> {
  if (HEALTH.test(url)) return undefined
  try {
    const reached = reachCursor(store, String(headers[AFTER_HEADER]))
    const running = reached && begin()
    if (running instanceof RunningRequest) await reached
    else reached?.catch(ignore)
    return running
  } catch (error) {
    if (!(error instanceof DemarcheError) || !error.code.startsWith('CURSOR_')) return error as Error // nothing else is thrown
    return new HttpError(400, error.code, `Demarche-After: ${error.message.replace('`after`', 'the header')}`)
  }
}

function ignore(): void {}

function partial(): DemarcheError {
  const message = 'This node has only begun to receive the record. Ask again soon, or ask another node.'
  return new DemarcheError('NODE_BEHIND', message)
}

interface Answering {
  readonly routes: Routes
  readonly refusals: Routes
  readonly streams: StreamService
}

/** For responses that depend on who asks. */
const KEPT_FROM_OTHERS = { 'cache-control': 'private, no-cache', vary: 'origin, authorization' }

/** Who sends a request, or why it is refused before its body is read. */
interface Admission {
  readonly viewer: Viewer | null
  readonly refusal?: Error
}

function admit(request: IncomingMessage, { store, hosts, authentication }: RequestHandling): Admission {
  // Orchestrators check the health of a service by its address, and without a token.
  if (HEALTH.test(request.url ?? '')) return { viewer: null }
  try {
    const refusal = hosts.refusal(request)
    if (refusal !== undefined) throw refusal
    const viewer = authentication.viewerOf(request)
    if (request.method === 'POST') authentication.assertReader(viewer)
    if (store.node?.state().isPartial === true) throw partial()
    return { viewer }
  } catch (error) {
    return { viewer: null, refusal: error as Error } // nothing else is thrown
  }
}

const HEALTH = /^\/health\/(live|ready)(\?|$)/

interface AdmittedUpgrade {
  readonly viewer: Viewer | null
  readonly client: Client
  /** Ends the count of the connection. */
  readonly end: () => void
}

/** Who asks for a WebSocket, counted as a connection; or why it is refused. */
function admitUpgrade(request: IncomingMessage, handling: RequestHandling, publicUrl: string): AdmittedUpgrade | Error {
  const { origins, clients } = handling
  const { viewer, refusal } = admit(request, handling)
  if (refusal !== undefined) return refusal
  if (URL.parse(request.url ?? '', publicUrl)?.pathname !== '/graphql') {
    return new HttpError(404, 'NOT_FOUND', 'Only /graphql takes WebSockets.')
  }
  if (origins.isForeign(request)) return new HttpError(403, 'FORGERY_REFUSED', FOREIGN)
  const client = clients.of(request)
  const end = client.open('connections')
  return end === undefined ? tooMany(client.exhausted('connections')) : { viewer, client, end }
}

async function stop(server: Server, webSockets: WebSockets, openStreams: OpenStreams): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  void openStreams.stop()
  const socketsClosed = webSockets.close()
  // A keep-alive connection becomes idle when its last request is answered.
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  const timeout = setTimeout(() => {
    webSockets.terminate()
    server.closeAllConnections()
  }, STOP_TIMEOUT)
  await Promise.all([closed, socketsClosed])
  clearInterval(sweep)
  clearTimeout(timeout)
}
