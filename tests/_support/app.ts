import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { FormattedExecutionResult } from 'graphql'
import type { Config } from '../../src/config.ts'
import type { TokenScope } from '../../src/model/vocabulary/service.ts'
import type { AllowedOperations } from '../../src/http/graphql/allowed-operations.ts'
import { startService, type RunningService } from '../../src/http/server.ts'
import { readConfig } from '../../src/config.ts'
import { openLog, type Log } from '../../src/log.ts'
import type { PlannedChange } from '../../src/store/append.ts'
import { openStore, type OpenOptions } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { EventStream } from './event-stream.ts'
import { ownLog } from './shared-log.ts'
import { Socket } from './socket.ts'
import { temporaryFile } from './temporary-store.ts'

export interface AppOptions {
  /** Changes in the store when the service starts, one list per batch. */
  readonly recorded?: readonly (readonly PlannedChange[])[]
  /** The log of which the store is a node. By default, the store holds its log itself. */
  readonly nodeOf?: OpenOptions['log']
  /** A store that exists already. By default, a new one. */
  readonly file?: string
  readonly config?: Partial<Config>
  readonly now?: () => number
  readonly log?: Log
  readonly pingEvery?: number
  readonly idleTimeout?: number
  readonly requestTimeout?: number
  readonly allowedOperations?: AllowedOperations
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: FormattedExecutionResult & { readonly data?: Record<string, unknown> | null }
}

/** The front door: a fresh, migrated store on a temporary file, and the real service on a free port. */
export interface App extends AsyncDisposable {
  readonly url: string
  readonly file: string
  readonly store: Store
  readonly service: RunningService
  /** Opens the record as another process has it: the same file, or another node of the same log. */
  openElsewhere(): Promise<AsyncDisposable & { readonly store: Store }>
  /** Appends a batch. */
  record(...changes: readonly PlannedChange[]): Promise<void>
  /** Sends an operation by POST. */
  ask(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<Answer>
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** Opens an event stream for a subscription. */
  stream(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<EventStream>
  /** Opens a WebSocket and completes the handshake. */
  socket(headers?: Record<string, string>, payload?: unknown): Promise<Socket>
}

const SILENT = openLog('silent')

export async function openApp({
  recorded = [],
  nodeOf,
  file,
  config = {},
  now,
  log = SILENT,
  pingEvery,
  idleTimeout,
  requestTimeout,
  allowedOperations,
}: AppOptions = {}): Promise<App> {
  const place = temporaryFile()
  // A log dates changes by its own clock, and takes over no file that holds changes.
  const canBeNode = now === undefined && file === undefined
  const node = nodeOf === undefined && canBeNode ? await ownLog() : { log: nodeOf }
  const store = await openStore({ file: file ?? place.file, now: now ?? Date.now, pollEvery: 20, ...node })
  // A test that names no log does not wait for one.
  if (nodeOf === undefined) while (store.node?.state().wasLevel === false) await wait(5)
  for (const batch of recorded) await store.append({ batches: [batch], origin: 'IMPORT' })
  const service = await startService({
    store,
    config: { ...readConfig({}, { port: '0' }), ...config },
    log,
    version: '0.0.0-test',
    allowedOperations,
    ...(pingEvery === undefined ? {} : { pingEvery }),
    ...(idleTimeout === undefined ? {} : { idleTimeout }),
    ...(requestTimeout === undefined ? {} : { requestTimeout }),
  })
  const { url } = service
  return {
    url,
    file: store.file,
    store,
    service,
    openElsewhere: () => openElsewhere(store.file, node.log),
    record: async (...changes) => {
      await store.append({ batches: [changes], origin: 'API' })
    },
    ask: (query, variables, headers) => ask(url, { query, variables }, headers),
    fetch: (path, init) => fetch(`${url}${path}`, init),
    stream: (query, variables, headers) => EventStream.open(url, { query, variables }, headers),
    socket: (headers, payload) => Socket.open(url, headers, payload),
    [Symbol.asyncDispose]: async () => {
      await service.stop()
      store.close()
      await store.node?.closed()
      place[Symbol.dispose]()
    },
  }
}

async function openElsewhere(file: string, log: OpenOptions['log']) {
  const place = temporaryFile()
  const store = await openStore(log === undefined ? { file } : { file: place.file, log: { ...log, node: 'elsewhere' } })
  return {
    store,
    [Symbol.asyncDispose]: async () => {
      store.close()
      await store.node?.closed()
      place[Symbol.dispose]()
    },
  }
}

/** The header with a new token. */
export async function bearer({ store }: App, scope: TokenScope, lifetime?: number): Promise<{ authorization: string }> {
  const { secret } = await store.tokens.create({ scope, lifetime })
  return { authorization: `Bearer ${secret}` }
}

/** Sends an operation by POST. */
export async function ask(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  // Every response to a POST is JSON.
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] }
}

/** Sends bytes as they are, and returns what comes until the connection is closed. */
export async function sendRaw({ url }: App, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), 'localhost')
  let answer = ''
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')))
  socket.write(text, 'latin1')
  await once(socket, 'close')
  return answer
}
