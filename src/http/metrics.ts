import { statSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Recorder } from '../dossier/recording/recorder.ts'
import type { Feed } from '../feed/feed.ts'
import type { ErrorCode } from '../model/error-codes.ts'
import { redactTokens } from '../model/token.ts'
import type { Store } from '../store/store.ts'
import type { Hosts } from './admission/hosts.ts'
import type { Turns } from './turns.ts'

/** What is read when the metrics are requested. */
export interface Measured {
  readonly store: Store
  readonly feed: Pick<Feed<never>, 'followers' | 'lag'>
  readonly turns: Turns
  readonly recorder: Pick<Recorder, 'waiting'>
  readonly version: string
  /** The numbers of open streams, sockets and clients. */
  readonly open: () => Readonly<Record<'streams' | 'sockets' | 'clients', number>>
}

/** A request or an operation over WebSocket that has ended, as the log has it. */
export interface Ended {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly operation: string | undefined
  /** Undefined for a stream: it lasts as long as its client likes. */
  readonly milliseconds: number | undefined
}

/** Clients choose the names of operations. Names beyond so many count as `other`. */
const NAMES = 200
const OTHER = 'other'

const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** The metrics of a service, in the format of Prometheus. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #requests: Counter<'route' | 'method' | 'status'>
  readonly #durations: Histogram<'operation'>
  readonly #refusals: Counter<'code'>
  readonly #commits: Counter
  readonly #names = new Set<string>()
  readonly #unwatch: () => void

  constructor({ store, feed, turns, recorder, version, open }: Measured) {
    const registers = [this.#registry]
    // Of the process: memory, garbage collection and the delay of the event loop.
    collectDefaultMetrics({ register: this.#registry })
    this.#requests = new Counter({
      name: 'demarche_requests_total',
      help: 'Requests and operations over WebSocket that have ended.',
      labelNames: ['route', 'method', 'status'],
      registers,
    })
    this.#durations = new Histogram({
      name: 'demarche_operation_seconds',
      help: 'Time from the arrival of a GraphQL operation to the end of its response, without event streams.',
      labelNames: ['operation'],
      buckets: SECONDS,
      registers,
    })
    this.#refusals = new Counter({
      name: 'demarche_refusals_total',
      help: 'Errors, and refusals of mutations, that clients got, by code.',
      labelNames: ['code'],
      registers,
    })
    this.#commits = new Counter({
      name: 'demarche_commits_total',
      help: 'Commits of changes that were noticed, of this process or another. Those within a tenth of a second may count as one.',
      registers,
    })
    const gauge = (name: string, help: string, read: () => number) => {
      const collected: Gauge = new Gauge({
        name: `demarche_${name}`,
        help,
        registers,
        collect: () => collected.set(read()),
      })
    }
    gauge('subscribers', 'Open subscriptions.', () => feed.followers)
    gauge('feed_lag_changes', 'Changes that the subscriber furthest behind has yet to read.', () => feed.lag())
    gauge('event_streams', 'Open event streams.', () => open().streams)
    gauge('websockets', 'Open WebSockets.', () => open().sockets)
    gauge('clients', 'Clients that have anything open.', () => open().clients)
    gauge('queued_clients', 'Clients whose requests or results wait for their turn.', () => turns.size)
    gauge('queued_changes', 'Mutations that wait while another one records.', () => recorder.waiting.changes)
    gauge('queued_dossiers', 'Dossiers that wait while another one is imported.', () => recorder.waiting.dossiers)
    gauge('changes', 'Changes in the log.', () => store.head())
    gauge('store_bytes', 'The size of the file of the store.', () => sizeOf(store.file))
    gauge('store_wal_bytes', 'The size of the write-ahead log beside the store.', () => sizeOf(`${store.file}-wal`))
    if (store.node !== undefined) this.#measureNode(store.node, gauge)
    const info = new Gauge({ name: 'demarche_info', help: 'The version.', labelNames: ['version'], registers })
    info.set({ version }, 1)
    let head = store.head()
    this.#unwatch = store.watch(() => {
      try {
        const reached = store.head()
        // One commit may be noticed twice, and a commit may have no change.
        if (reached > head) this.#commits.inc()
        head = reached
      } catch {
        // Readiness reports a store that cannot be read.
      }
    })
  }

  /** What a node says of its log, of its appends and of itself. */
  #measureNode(
    node: NonNullable<Store['node']>,
    gauge: (name: string, help: string, read: () => number) => void,
  ): void {
    const state = () => node.state()
    gauge('log_reachable', '1 if the log can be reached, else 0.', () => Number(state().log.reachable))
    gauge('log_head', 'The last change that is known to be in the log.', () => state().log.head)
    gauge('log_behind_changes', 'Changes in the log that this node does not hold yet.', () => state().behind.changes)
    gauge('log_behind_seconds', 'For how long this node has been behind the log.', () => state().behind.seconds)
    gauge('log_writes', '1 if this node can record, else 0.', () => Number(state().writes))
    const counter = (name: string, help: string, read: () => number | Readonly<Record<string, number>>, label = '') => {
      const collected: Counter = new Counter({
        name: `demarche_${name}`,
        help,
        labelNames: label === '' ? [] : [label],
        registers: [this.#registry],
        collect: () => {
          collected.reset()
          const counted = read()
          if (typeof counted === 'number') collected.inc(counted)
          else for (const [value, count] of Object.entries(counted)) collected.inc({ [label]: value }, count)
        },
      })
    }
    const counts = () => state().counts
    counter(
      'log_appends_total',
      'Appends to the log by outcome. Kept and redone ones are recorded, as projected beforehand or again behind changes of other nodes.',
      () => {
        const { kept, redone, refused, unreachable, uncertain, unseen } = counts()
        return { kept, redone, refused, unreachable, uncertain, unseen }
      },
      'outcome',
    )
    counter(
      'log_followed_changes_total',
      'Changes of other nodes that this node has received.',
      () => counts().followed,
    )
    counter(
      'log_found_total',
      'How often this node first heard of new changes in the log: by its bell, or by polling.',
      () => ({ bell: counts().rung, poll: counts().polled }),
      'by',
    )
    counter('log_projecting_seconds_total', 'Time spent in projecting changes.', () => counts().secondsProjecting)
    counter('log_waiting_seconds_total', 'Time for which appends waited for the log.', () => counts().secondsInLog)
    counter(
      'node_restarts_total',
      'How often the thread that writes the store was started again.',
      () => counts().restarts,
    )
  }

  ended({ method, path, status, operation, milliseconds }: Ended): void {
    this.#requests.inc({ route: routeOf(path), method: METHODS.has(method) ? method : OTHER, status })
    if (path !== '/graphql' || milliseconds === undefined) return
    this.#durations.observe({ operation: this.#bounded(redactTokens(operation ?? 'anonymous')) }, milliseconds / 1000)
  }

  refused(code: ErrorCode | undefined): void {
    this.#refusals.inc({ code: code ?? OTHER })
  }

  #bounded(name: string): string {
    if (this.#names.has(name)) return name
    if (this.#names.size >= NAMES) return OTHER
    this.#names.add(name)
    return name
  }

  /** The server of `/metrics`. It has to be started, and closed. */
  serve(hosts: Hosts): Server {
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      const isFound = request.url === '/metrics' && (request.method === 'GET' || request.method === 'HEAD')
      const status = hosts.refusal(request)?.status ?? (isFound ? 200 : 404)
      const body = status === 200 ? await this.#registry.metrics() : ''
      const type = { 'content-type': this.#registry.contentType, 'x-content-type-options': 'nosniff' }
      response.writeHead(status, { ...type, 'cache-control': 'no-store' }).end(body)
    }
    const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
      answer(request, response).catch(() => response.destroy())
    })
    server.on('close', () => this.#unwatch())
    return server
  }
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'OPTIONS', 'WEBSOCKET'])

const ROUTES = ['/disputes/', '/developments/', '/actors/', '/claims/', '/sources/', '/export/', '/assets/', '/health/']
const PATHS: ReadonlySet<string> = new Set([
  '/',
  '/graphql',
  '/feed',
  '/feed.atom',
  '/feed.json',
  '/search',
  '/schema.graphql',
  '/schema.json',
])

function routeOf(path: string): string {
  return PATHS.has(path) ? path : (ROUTES.find((route) => path.startsWith(route)) ?? OTHER)
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
