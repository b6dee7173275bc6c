import { hash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { LRUCache } from 'lru-cache'
import { encodeFeedCursor } from '../feed/cursor.ts'
import type { Viewer } from '../model/token.ts'
import type { Store } from '../store/store.ts'

/*
 * The response cache stands in front of everything else. It repeats a response to a request with the same method, target, body, `Accept`
 * and viewer, and answers 304 to a client that sends the ETag of that response, until the store changes. Every lookup compares SQLite's
 * data version, which moves with each commit of this process or another, and empties the cache when it moved. A response that was made
 * while the store changed is sent once, without an ETag. No response is therefore older than the request that it answers.
 *
 * A cached response may depend on the store up to its head, on the request, and on the version and the settings of the service. The ETag
 * covers all of these and nothing else, so that services of one version and with one public URL give one ETag to the same response. A response
 * that depends on anything else, such as the time of day or the process, or that holds an error, must not be added.
 */

/**
 * Names a state of the record by its cursor. In a request: the response must show this state, or a later one. In a response: the client has
 * seen nothing later, and its own changes are in it.
 */
export const AFTER_HEADER = 'demarche-after'

export interface ResponseCacheOptions {
  readonly store: Store
  /** The size of the cache in bytes; 0 turns it off. ETags work without it. */
  readonly bytes: number
  /** The version and the settings on which responses depend. */
  readonly service: string
}

export interface Reply {
  readonly status?: number
  readonly type?: string
  readonly body: string | Uint8Array<ArrayBuffer> | null
  readonly headers?: Readonly<Record<string, string>>
  /** For the log. */
  readonly operationName?: string | undefined
}

/** A request as the cache sees it. */
export interface CacheLookup {
  readonly request: IncomingMessage
  readonly key: string
  /** The state of the store when the request arrived. */
  readonly edition: Edition
}

/** What the server knows of a request, beside the request itself. */
interface Sent {
  readonly body: Buffer | undefined
  readonly isForeign: boolean
  readonly viewer: Viewer | null
}

/** A state of the store. */
interface Edition {
  readonly dataVersion: number
  readonly head: number
  /** Equal for equal heads of the log. */
  readonly name: string
  /** The header with the cursor of the head. */
  readonly position: Readonly<Record<string, string>>
}

interface CachedResponse extends Reply {
  readonly body: Buffer<ArrayBuffer>
  /** Undefined for a POST. */
  readonly etag: string | undefined
}

/** Bytes that an entry costs beside its key and its body. */
const OVERHEAD = 512

/** The share of the cache that one response may take; larger ones are not cached. */
const LARGEST = 1 / 16

export class ResponseCache {
  readonly #options: ResponseCacheOptions
  readonly #responses: LRUCache<string, CachedResponse>
  #edition: Edition | undefined

  constructor(options: ResponseCacheOptions) {
    this.#options = options
    this.#responses = new LRUCache({
      maxSize: Math.max(1, options.bytes),
      maxEntrySize: Math.max(1, Math.floor(options.bytes * LARGEST)),
      sizeCalculation: ({ body }, key) => key.length + body.length + OVERHEAD,
    })
  }

  /**
   * Undefined for methods that are not cached, and if the store fails: the request then reports the failure itself. `isForeign` says that a
   * page of a site that is not allowed sent the request, which `/graphql` refuses.
   */
  lookUp(request: IncomingMessage, { body, isForeign, viewer }: Sent): CacheLookup | undefined {
    const { method, url = '', headers } = request
    if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') return undefined
    const { accept = '' } = headers
    // One character a byte: keys are equal if the bytes are.
    const content = body === undefined ? 'GET' : `POST ${body.toString('latin1')}`
    // No header and no name of a token has a line feed, so the parts of a key cannot be confused.
    const key = `${isForeign ? 'foreign' : ''}\n${viewer?.name ?? ''}\n${accept}\n${url}\n${content}`
    try {
      return { request, key, edition: this.#look() }
    } catch {
      return undefined
    }
  }

  /** The cached response, or 304; undefined if the response must be made. */
  find({ request, key, edition }: CacheLookup): Reply | undefined {
    const cached = this.#responses.get(key)
    if (request.method !== 'POST' && request.headers['if-none-match'] !== undefined) {
      const etag = cached?.etag ?? tagOf(edition, key)
      if (holds(request, etag, { any: cached !== undefined })) return notModified(request, etag, cached)
    }
    return cached && replyTo(request, cached)
  }

  /** Caches a response, and returns it as it answers the request. */
  add(lookup: CacheLookup | undefined, reply: Reply & { readonly body: string }): Reply {
    if (lookup === undefined) return reply
    const { request, key, edition } = lookup
    const etag = request.method === 'POST' ? undefined : tagOf(edition, key)
    const response: CachedResponse = { ...reply, body: encode(reply.body), etag }
    if (this.#look() !== edition) return replyTo(request, { ...response, etag: undefined })
    this.#responses.set(key, response)
    const isHeld = etag !== undefined && holds(request, etag, { any: true })
    return isHeld ? notModified(request, etag, response) : replyTo(request, response)
  }

  /** The headers of a response that is made from the store as the lookup found it, and that is too large to keep. */
  validatorsOf(lookup: CacheLookup | undefined): Record<string, string> {
    if (lookup === undefined) return {}
    const { request, edition, key } = lookup
    return validators(request, this.#look() === edition ? tagOf(edition, key) : undefined)
  }

  /**
   * The header with the cursor of the head as it is now, or of a later seq that the client has recorded, but cannot see yet. None if the store
   * fails.
   */
  readonly position = (recordedUpTo = 0): Readonly<Record<string, string>> => {
    try {
      const { head, position } = this.#look()
      return recordedUpTo > head ? positionAt(this.#options.store, recordedUpTo) : position
    } catch {
      return {}
    }
  }

  #look(): Edition {
    const { store, service } = this.#options
    const dataVersion = store.reader.dataVersion()
    if (this.#edition?.dataVersion === dataVersion) return this.#edition
    this.#responses.clear()
    const head = store.head()
    this.#edition = {
      dataVersion,
      head,
      name: `${service} ${store.epoch()} ${head}`,
      position: positionAt(store, head),
    }
    return this.#edition
  }
}

function positionAt(store: Store, seq: number): Readonly<Record<string, string>> {
  return { [AFTER_HEADER]: encodeFeedCursor(store, seq) }
}

function tagOf({ name }: Edition, key: string): string {
  return `"${hash('sha256', `${name}\n${key}`, 'base64url')}"`
}

/** Whether `If-None-Match` names the tag. Weak tags count as strong ones; `*` counts if there is a response. */
function holds({ headers }: IncomingMessage, etag: string, { any }: { readonly any: boolean }): boolean {
  const held = headers['if-none-match']
  if (held === undefined) return false
  const isTag = (tag: string) => tag === etag || tag === `W/${etag}` || (tag === '*' && any)
  return held === etag || held.split(',').some((part) => isTag(part.trim()))
}

function notModified(request: IncomingMessage, etag: string, cached: CachedResponse | undefined): Reply {
  return {
    status: 304,
    body: null,
    operationName: cached?.operationName,
    headers: { ...cached?.headers, ...validators(request, etag) },
  }
}

function replyTo(request: IncomingMessage, { type = '', body, headers, operationName, etag }: CachedResponse): Reply {
  return {
    type,
    body,
    operationName,
    headers: { ...headers, ...(request.method === 'POST' ? {} : validators(request, etag)) },
  }
}

/** Lets caches on the way keep the response if they validate it before each use. */
function validators({ headers }: IncomingMessage, etag: string | undefined): Record<string, string> {
  return {
    ...(etag === undefined ? {} : { etag }),
    'cache-control': headers.authorization === undefined ? 'no-cache' : 'private, no-cache',
    vary: 'origin, accept, authorization',
  }
}

/** Encodes into memory of its own: a small slice of Node's buffer pool would keep the whole pool alive. */
function encode(text: string): Buffer<ArrayBuffer> {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text))
  bytes.write(text)
  return bytes
}
