import type { IncomingMessage } from 'node:http'
import { reachCursor } from '../../feed/cursor.ts'
import { DemarcheError } from '../../model/errors.ts'
import type { Viewer } from '../../model/token.ts'
import type { Store } from '../../store/store.ts'
import { HttpError } from '../http-error.ts'
import { AFTER_HEADER } from '../response-cache.ts'
import type { Authentication } from './authentication.ts'
import { RunningRequest, tooMany, type Client, type Clients } from './clients.ts'
import type { Hosts } from './hosts.ts'
import { FOREIGN, type Origins } from './origin.ts'

/** What decides who comes in. */
export interface Door {
  readonly store: Store
  readonly authentication: Authentication
  readonly hosts: Hosts
  readonly origins: Origins
  readonly clients: Clients
}

/** Who sends a request, or why it is refused before its body is read. */
interface Admission {
  readonly viewer: Viewer | null
  readonly refusal?: Error
}

export function admit(request: IncomingMessage, { store, hosts, authentication }: Door): Admission {
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

export interface AdmittedUpgrade {
  readonly viewer: Viewer | null
  readonly client: Client
  /** Ends the count of the connection. */
  readonly end: () => void
}

/** Who asks for a WebSocket, counted as a connection; or why it is refused. */
export function admitUpgrade(request: IncomingMessage, handling: Door, publicUrl: string): AdmittedUpgrade | Error {
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

/**
 * Waits until the store holds what the request names as seen already. Returns the request as one that runs if it has begun to, or why it is
 * refused.
 */
export async function reachAsked(
  { url = '', headers }: IncomingMessage,
  { store, begin }: { readonly store: Store; readonly begin: () => RunningRequest | Error },
): Promise<RunningRequest | Error | undefined> {
  if (HEALTH.test(url)) return undefined
  try {
    const reached = reachCursor(store, String(headers[AFTER_HEADER]))
    const running = reached && begin()
    if (running instanceof RunningRequest) await reached
    else reached?.catch(() => {})
    return running
  } catch (error) {
    if (!(error instanceof DemarcheError) || !error.code.startsWith('CURSOR_')) return error as Error // nothing else is thrown
    return new HttpError(400, error.code, `Demarche-After: ${error.message.replace('`after`', 'the header')}`)
  }
}

function partial(): DemarcheError {
  const message = 'This node has only begun to receive the record. Ask again soon, or ask another node.'
  return new DemarcheError('NODE_BEHIND', message)
}
