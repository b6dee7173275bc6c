import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Config } from '../config.ts'
import { Feed } from '../feed/feed.ts'
import { schema } from '../graphql/schema.ts'
import type { Log } from '../log.ts'
import { DemarcheError } from '../model/errors.ts'
import type { Store } from '../store/store.ts'
import { Answers } from './response-cache.ts'
import { Gate } from './graphql/executor.ts'
import { Masking } from './graphql/error-masking.ts'
import { OpenStreams } from './open-streams.ts'
import { Origins } from './origin.ts'
import { Router } from './router.ts'
import { routesOf } from './routes.ts'
import { Sockets } from './graphql/over-websocket.ts'

/** Milliseconds within which a service that stops lets go of whoever is still there. */
const PATIENCE = 5_000

export interface ServiceOptions {
  /** Stays its opener's to close. */
  readonly store: Store
  readonly config: Pick<Config, 'host' | 'port' | 'origins' | 'publicUrl' | 'limits'>
  readonly log: Log
  readonly version: string
  /** Milliseconds between signs of life on streams and sockets. */
  readonly pingEvery?: number
}

export interface RunningService {
  /** Where it listens. */
  readonly url: string
  /** Where it is for others: as configured, else where it listens. */
  readonly publicUrl: string
  /** How many event streams and WebSockets are open, and how many follow the feed. */
  readonly open: { readonly streams: number; readonly sockets: number; readonly followers: number }
  /**
   * Accepts nothing more, ends what is open so that clients resume elsewhere, and lets what is being answered finish. Whoever is still
   * there after five seconds is cut off.
   */
  stop(): Promise<void>
}

/** Serves a store. Throws `PORT_TAKEN`, `ADDRESS_UNUSABLE`. */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const { store, config, log, version, pingEvery = 12_000 } = options
  const server = createServer({ requestTimeout: 30_000 })
  const url = await listen(server, config)
  const publicUrl = config.publicUrl ?? url
  const masking = new Masking(log)
  const feed = new Feed(store)
  const openStreams = new OpenStreams()
  const { limits } = config
  const startedAt = store.now()
  const gate = new Gate({ schema, store, feed, limits, masking, publicUrl, startedAt, version })
  const answers = new Answers({ store, bytes: limits.answerBytes, process: `${version} ${publicUrl} ${startedAt}` })
  const sockets = new Sockets({ gate, schema, masking, messageBytes: limits.bodyBytes, pingEvery })
  const origins = new Origins(config.origins, publicUrl)
  const routes = routesOf({ store, gate, answers, openStreams, publicUrl, bodyBytes: limits.bodyBytes, pingEvery })
  const router = new Router(routes, origins, masking)
  server.on('request', (request, response) => void router.answer(request, response))
  server.on('upgrade', (request, socket, head) => upgrade({ request, socket, head }, origins, sockets))
  server.on('clientError', (_error, socket) => refuseUnreadable(socket))
  return {
    url,
    publicUrl,
    get open() {
      return { streams: openStreams.size, sockets: sockets.size, followers: feed.followers }
    },
    stop: () => stop(server, sockets, openStreams),
  }
}

async function listen(server: Server, { host, port }: Pick<Config, 'host' | 'port'>): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(unusable(error, host, port)))
    server.listen({ host, port }, resolve)
  })
  // A server that listens on a port has an address of this shape.
  const { port: given } = server.address() as AddressInfo
  return `http://${NEAR.has(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${given}`
}

/** Addresses of this machine, and those that stand for all it has. */
const NEAR = new Set(['127.0.0.1', '::1', '0.0.0.0', '::'])

function unusable(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new DemarcheError(
        'PORT_TAKEN',
        `port ${port} is taken by another program; choose another with --port or PORT`,
        { cause: error },
      )
    case 'EACCES':
      return new DemarcheError(
        'ADDRESS_UNUSABLE',
        `port ${port} may not be used by this user; choose one above 1023 with --port or PORT`,
        { cause: error },
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new DemarcheError(
        'ADDRESS_UNUSABLE',
        `"${host}" is no address of this machine; choose one with --host or HOST`,
        { cause: error },
      )
    default:
      return error
  }
}

interface Upgrade {
  readonly request: IncomingMessage
  readonly socket: Duplex
  readonly head: Buffer
}

function upgrade({ request, socket, head }: Upgrade, origins: Origins, sockets: Sockets): void {
  socket.on('error', () => {})
  if (URL.parse(request.url ?? '', 'http://service.invalid')?.pathname !== '/graphql')
    refuseRaw(socket, '404 Not Found')
  else if (!origins.allows(request)) refuseRaw(socket, '403 Forbidden')
  else sockets.accept(request, socket, head)
}

/** What is no HTTP is answered as far as possible, and not listened to any further. */
function refuseUnreadable(socket: Duplex): void {
  if (socket.writable) refuseRaw(socket, '400 Bad Request')
  else socket.destroy()
}

function refuseRaw(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}

async function stop(server: Server, sockets: Sockets, openStreams: OpenStreams): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  openStreams.cutAll()
  const gone = sockets.close()
  // A connection that has just been answered on is idle now, and would be kept for the next request.
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  const cutOff = setTimeout(() => {
    sockets.terminate()
    server.closeAllConnections()
  }, PATIENCE)
  await Promise.all([closed, gone])
  clearInterval(sweep)
  clearTimeout(cutOff)
}
