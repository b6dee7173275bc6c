import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { ExportJob, ExportName } from '../../dossier/export/export.ts'
import { schema } from '../../graphql/schema.ts'
import type { Limits } from '../../model/limits.ts'
import { readRecordedAt } from '../../store/queries/changes.ts'
import type { Store } from '../../store/store.ts'
import type { Authentication } from '../admission/authentication.ts'
import { tooMany } from '../admission/clients.ts'
import { SLOW_CONSUMER } from '../graphql/subscriptions/streams.ts'
import { HttpError } from '../http-error.ts'
import type { Metrics } from '../metrics.ts'
import { headersOf, type Bindings, type RequestContext } from '../request-context.ts'
import type { ResponseCache } from '../response-cache.ts'
import { exportInThread } from './export-thread.ts'
import { settle } from '../../graphql/core/reach-arguments.ts'
import { readExport } from './parameters.ts'

export interface ExportsOptions {
  readonly store: Store
  readonly limits: Pick<Limits, 'exports' | 'stalledMilliseconds'>
  readonly authentication: Authentication
  readonly responseCache: ResponseCache
  readonly metrics?: Metrics | undefined
}

const TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson; charset=utf-8',
  yaml: 'application/yaml; charset=utf-8',
}

/**
 * Sends the record as files. Each export runs in a thread of its own, so that it holds up no request, and makes the next piece when the client
 * took the last one. It ends when the client leaves, takes nothing for too long, or loses its token.
 */
export class Exports {
  readonly #options: ExportsOptions
  readonly #running = new Set<Promise<void>>()

  constructor(options: ExportsOptions) {
    this.#options = options
  }

  /** Resolves when the threads have ended, as they do with their connections. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#running)
  }

  /** Resolves when the file is sent, or its client has left. Throws what an export throws. */
  async serve({ env, req }: RequestContext, name: ExportName): Promise<Response> {
    const { store, responseCache } = this.#options
    const { incoming, outgoing, lookup } = env
    const read = () => readExport(name, { parameters: new URL(req.url).searchParams, schema, store })
    const { known } = read()
    // A node may not hold everything yet that was recorded by then.
    if (known !== undefined && store.node !== undefined) await settle(store, known)
    const { job, isFinal } = read()
    const headers = headersOf(env, {
      body: null,
      type: TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? '',
      headers: {
        ...(isFinal ? responseCache.validatorsOf(lookup) : { 'cache-control': 'no-store' }),
        'content-disposition': `attachment; filename="${this.#fileName(job)}"`,
      },
    })
    if (incoming.method === 'HEAD') return new Response(null, { headers })
    const end = this.#count(env)
    const exported = this.#send(env, job, () => outgoing.headersSent || outgoing.writeHead(200, headers)).finally(end)
    this.#running.add(exported)
    try {
      await exported
    } finally {
      this.#running.delete(exported)
    }
    return RESPONSE_ALREADY_SENT
  }

  /** Counts one more until the returned function is called. Throws `TOO_MANY_REQUESTS`, `SERVICE_BUSY`. */
  #count({ running }: Bindings): () => void {
    const most = this.#options.limits.exports
    if (this.#running.size >= most) {
      const message = `The service sends ${most} exports, which is the limit. Try again.`
      throw new HttpError(503, 'SERVICE_BUSY', message, { 'retry-after': '5' })
    }
    if (running === undefined) return () => {}
    const end = running.client.open('exports')
    if (end === undefined) throw tooMany(running.client.exhausted('exports'))
    return end
  }

  async #send({ outgoing, viewer }: Bindings, job: ExportJob, begin: () => unknown): Promise<void> {
    const { store, limits, authentication, metrics } = this.#options
    const left = new AbortController()
    const leave = () => left.abort()
    outgoing.once('close', leave)
    const unwatch = authentication.watch(viewer, () => outgoing.destroy())
    outgoing.removeAllListeners('timeout')
    outgoing.on('timeout', () => {
      // Nothing is unsent while the thread looks for the next rows.
      if (outgoing.writableLength === 0) return
      metrics?.refused(SLOW_CONSUMER)
      outgoing.destroy()
    })
    // The socket sees each byte that is taken, and the server sets the time anew for the next request.
    outgoing.socket?.setTimeout(limits.stalledMilliseconds)
    const onPiece = (piece: Uint8Array) =>
      new Promise<void>((resolve, reject) => {
        begin()
        outgoing.write(piece, (error) => {
          if (error == null) resolve()
          else reject(error)
        })
      })
    try {
      if (outgoing.destroyed) return
      await exportInThread({ ...job, storeFile: store.file }, { signal: left.signal, onPiece })
      begin()
      outgoing.end()
    } catch (error) {
      if (!outgoing.destroyed) throw error
    } finally {
      unwatch()
      outgoing.off('close', leave)
    }
  }

  /** Names the dispute if there is only one, and the day of the last change. */
  #fileName({ name, filter, asOf, claimsOf }: ExportJob): string {
    const [dispute = '', ...others] = filter?.disputes ?? (claimsOf === undefined ? [] : [claimsOf])
    const subject = dispute === '' || others.length > 0 ? [] : [dispute.replaceAll(/[^a-z0-9]+/gi, '-')]
    const recordedAt = readRecordedAt(this.#options.store.reader, asOf)
    const day = recordedAt === null ? [] : [new Date(recordedAt).toISOString().slice(0, 10)]
    const [base = '', extension = ''] = name.split('.')
    return `${[...subject, base, ...day].join('-')}.${extension}`
  }
}
