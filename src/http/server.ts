import { hash, randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Config } from '../config.ts'
import { Recorder } from '../dossier/recording/recorder.ts'
import { encodeFeedCursor } from '../feed/cursor.ts'
import { Feed } from '../feed/feed.ts'
import { schema } from '../graphql/schema.ts'
import type { Log } from '../log.ts'
import { PROJECTED_WITH } from '../store/rebuild.ts'
import type { Store } from '../store/store.ts'
import { AccessLog } from './access-log.ts'
import { admitUpgrade, type AdmittedUpgrade } from './admission/admission.ts'
import { Authentication } from './admission/authentication.ts'
import { BodyBudget, Clients } from './admission/clients.ts'
import { ANY_ADDRESS, Hosts } from './admission/hosts.ts'
import { Origins } from './admission/origin.ts'
import { Exports } from './exports/exports.ts'
import type { AllowedOperations } from './graphql/allowed-operations.ts'
import { ErrorMasking } from './graphql/error-masking.ts'
import { Executor } from './graphql/executor.ts'
import { WebSockets } from './graphql/over-websocket.ts'
import type { SharedResult } from './graphql/subscriptions/shared-result.ts'
import { OpenStreams } from './graphql/subscriptions/streams.ts'
import { createGraphqlServer } from './graphql/yoga.ts'
import { ADMIN_PORT, addressOf, listen, LOCAL } from './listen.ts'
import { Metrics } from './metrics.ts'
import { parserRefusal, refuseSocket } from './refused-socket.ts'
import { requestHandler } from './request-handler.ts'
import { ResponseCache } from './response-cache.ts'
import { createRefusals, createRoutes, describeRefusal } from './routes.ts'
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
  const recorder = new Recorder(store, limits)
  const measured = { store, feed, turns, recorder, version, open }
  const metrics = config.adminPort === undefined ? undefined : new Metrics(measured)
  const accessLog = new AccessLog(log, metrics)
  const { isPrivate } = config
  const authentication = new Authentication({ store, isPrivate })
  const about = { publicUrl, startedAt, version }
  const executing = { schema, store, recorder, feed, errorMasking, turns, metrics }
  const executor = new Executor({ ...executing, limits, isPrivate, ...about })
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
