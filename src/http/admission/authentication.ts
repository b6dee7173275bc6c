import type { IncomingMessage } from 'node:http'
import type { DemarcheError } from '../../model/errors.ts'
import { holdsToken, isExpired, plainAddress, type Viewer } from '../../model/token.ts'
import type { Store } from '../../store/store.ts'
import type { Token } from '../../store/tokens.ts'
import { HttpError } from '../http-error.ts'

/*
 * Who sends a request, by its bearer token. A token that is malformed, unknown, expired or revoked is refused, and never taken for none. It
 * holds until it ends, also for what is open: streams and sockets ask to be called when it does. The last use of each token is kept in
 * memory and written now and then, because a write changes the store, and so costs the response cache.
 */

export interface AuthenticationOptions {
  readonly store: Pick<Store, 'tokens' | 'now'>
  /** Whether reading needs a token, too. */
  readonly isPrivate: boolean
}

/** Milliseconds between two checks of the tokens of open streams and sockets. */
const CHECK_EVERY = 250
/** Milliseconds until a use is written. */
const FIRST_FLUSH = 1_000
/** Milliseconds between two writes, and by how much a written use may be late. */
const FLUSH_EVERY = 60_000

export class Authentication {
  readonly #store: AuthenticationOptions['store']
  readonly #isPrivate: boolean
  readonly #watches = new Set<Watch>()
  #checks: NodeJS.Timeout | undefined
  readonly #uses = new Map<string, number>()
  #flush: NodeJS.Timeout | undefined
  #flushedAt = -Infinity

  constructor({ store, isPrivate }: AuthenticationOptions) {
    this.#store = store
    this.#isPrivate = isPrivate
  }

  /** The viewer of a request; null without a token. Throws `TOKEN_IN_URL`, `UNAUTHENTICATED`, and the errors of the store. */
  viewerOf({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): Viewer | null {
    if (isInAddress(url)) throw tokenInAddress()
    const { authorization = '' } = headers
    // Some clients send an empty header if they have no token.
    return authorization.trim() === '' ? null : this.#viewerWith(SCHEME.exec(authorization)?.[1])
  }

  /** The same for the payload of a `connection_init`; undefined if it has neither `authorization` nor `token`. */
  viewerIn(payload: Readonly<Record<string, unknown>> | undefined): Viewer | undefined {
    const entries = Object.entries(payload ?? {}).filter(([, value]) => value != null && value !== '')
    const named = new Map(entries.map(([name, value]) => [name.toLowerCase(), value]))
    const credentials = named.get('authorization') ?? named.get('token')
    if (credentials === undefined) return undefined
    return this.#viewerWith(typeof credentials === 'string' ? credentials.trim().replace(/^bearer +/i, '') : undefined)
  }

  mayRead(viewer: Viewer | null): boolean {
    return viewer !== null || !this.#isPrivate
  }

  /** Throws `UNAUTHENTICATED` if reading needs a token and there is none. */
  assertReader(viewer: Viewer | null): void {
    if (!this.mayRead(viewer)) throw unauthenticated(TOKEN_NEEDED, 'Bearer realm="demarche"')
  }

  /** Calls `onEnd` within half a second after the token of the viewer expired or was revoked. Returns a function that stops it. */
  watch(viewer: Viewer | null, onEnd: Watch['onEnd']): () => void {
    if (viewer === null) return () => {}
    const watch = { name: viewer.name, onEnd }
    this.#watches.add(watch)
    this.#checks ??= setInterval(() => this.#check(), CHECK_EVERY).unref()
    return () => {
      this.#watches.delete(watch)
      if (this.#watches.size > 0) return
      clearInterval(this.#checks)
      this.#checks = undefined
    }
  }

  /** Writes the last uses that are not written yet. */
  async close(): Promise<void> {
    clearInterval(this.#checks)
    await this.#writeUses()
  }

  #viewerWith(secret: string | undefined): Viewer {
    if (secret === undefined) throw unauthenticated(NOT_BEARER)
    const token = this.#store.tokens.find(secret)
    const problem = problemOf(token, this.#store.now())
    if (problem !== undefined) throw problem
    // A token without a problem is known.
    const { name, scope, expiresAt } = token as Token
    this.#noteUse(name)
    return { name, scope, expiresAt: expiresAt ?? undefined }
  }

  #check(): void {
    const { tokens, now } = this.#store
    try {
      // Thousands of streams may have one token.
      const problems = new Map<string, DemarcheError | undefined>()
      const stale = staleness(tokens)
      for (const watch of this.#watches) {
        if (!problems.has(watch.name)) problems.set(watch.name, stale ?? problemOf(tokens.get(watch.name), now()))
        const problem = problems.get(watch.name)
        if (problem === undefined) continue
        this.#watches.delete(watch)
        watch.onEnd(problem)
      }
    } catch {
      // The store cannot be read, so nothing is read for these viewers either. The next check tries again.
    }
  }

  #noteUse(name: string): void {
    this.#uses.set(name, this.#store.now())
    const wait = Math.max(FIRST_FLUSH, this.#flushedAt + FLUSH_EVERY - performance.now())
    this.#flush ??= setTimeout(() => void this.#writeUses(), wait).unref()
  }

  async #writeUses(): Promise<void> {
    clearTimeout(this.#flush)
    this.#flush = undefined
    this.#flushedAt = performance.now()
    const uses = new Map(this.#uses)
    this.#uses.clear()
    if (uses.size === 0) return
    try {
      await this.#store.tokens.recordUse(uses)
    } catch {
      // The store is busy or full. These uses are written with later ones.
      for (const [name, at] of uses) if (!this.#uses.has(name)) this.#uses.set(name, at)
    }
  }
}

interface Watch {
  /** The name of the token. */
  readonly name: string
  readonly onEnd: (reason: DemarcheError) => void
}

const SCHEME = /^bearer +(\S+)$/i

/** What a program reads where there is no token. A page has words of its own. */
export const TOKEN_NEEDED = 'Reading needs a token. Send it in the header `Authorization: Bearer TOKEN`.'
const NOT_BEARER = 'The credentials are not a bearer token. Send `Authorization: Bearer TOKEN`, or no such header.'
const UNKNOWN = 'This service does not know the token. Check that it is complete, and meant for this service.'
const REVOKED = 'The token is revoked. Ask the operator of the service for another one.'
const EXPIRED = 'The token has expired. Ask the operator of the service for another one.'

/** Why no token holds: none can be checked. */
function staleness(tokens: AuthenticationOptions['store']['tokens']): DemarcheError | undefined {
  try {
    tokens.assertFresh()
    return undefined
  } catch (error) {
    return error as DemarcheError // nothing else is thrown
  }
}

/** Why a token does not hold. */
function problemOf(token: Token | undefined, now: number): HttpError | undefined {
  if (token === undefined) return unauthenticated(UNKNOWN)
  if (token.revokedAt !== null) return unauthenticated(REVOKED)
  return isExpired(token, now) ? unauthenticated(EXPIRED) : undefined
}

/** As RFC 6750 has it. */
function unauthenticated(message: string, challenge = 'Bearer realm="demarche", error="invalid_token"'): HttpError {
  return new HttpError(401, 'UNAUTHENTICATED', message, { 'www-authenticate': challenge })
}

const PARAMETERS = /[?&](access_token|authorization|token)=/i

function isInAddress(url: string): boolean {
  return PARAMETERS.test(url) || holdsToken(plainAddress(url))
}

function tokenInAddress(): HttpError {
  const message =
    'A token must not be in an address, because addresses are logged and shared. Send it in the header `Authorization: Bearer TOKEN`. If the token was in use, have it revoked.'
  return new HttpError(400, 'TOKEN_IN_URL', message)
}
