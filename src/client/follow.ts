import { textOf, type Document } from './document.ts'
import { eventParser } from './event-stream.ts'

/*
 * Follows a subscription of Demarche over server-sent events and resumes it by itself. Every message is returned exactly once, in order, for
 * as long as the caller continues:
 *
 * - The position is the cursor of the last message that was returned, or a later one that the service sent by itself because the filter hid
 *   what came between. It moves only when the caller asks for the next message. Each connection starts from it, through `Last-Event-ID`.
 * - A connection is read only while the caller waits for a message. An event that was cut off is discarded and sent again.
 * - A connection that is cut, refused for a time or silent is replaced, after a random wait that grows with each failure in a row. A refusal
 *   that would be repeated is thrown.
 */

export interface FollowOptions<Data, Variables> {
  /** The address of `/graphql`. In a browser, it may be relative to the page. */
  readonly url: string | URL
  /** The document with the subscription. It needs no `$after`. */
  readonly query: Document<Data, Variables>
  readonly variables?: Variables
  /** The cursor after which to start: the one that you stored. By default, the feed starts now. */
  readonly after?: string | null | undefined
  /** Headers such as `authorization`. A function is called for each connection, so that it can send a new token. */
  readonly headers?: HeaderMap | (() => HeaderMap | Promise<HeaderMap>) | undefined
  /** Ends the feed. The iterator then throws the reason of the signal. */
  readonly signal?: AbortSignal | undefined
  /** Called when a connection is open. */
  readonly onOpen?: (() => void) | undefined
  /** Called when a connection has failed, with the milliseconds until the next one. To give up, throw the error. */
  readonly onRetry?: ((error: FollowError, delay: number) => void) | undefined
  /** Milliseconds without a byte after which a connection is replaced: 30,000 by default. The service sends some every 12 seconds. */
  readonly silence?: number | undefined
  /** Milliseconds to wait after a number of failures in a row. By default random, up to 2 seconds, doubling to 30. */
  readonly delay?: ((failures: number) => number) | undefined
  /** Replaces the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

type HeaderMap = Readonly<Record<string, string>>

export interface FollowedMessage<Data> {
  readonly data: Data
  /** Store it together with what you make of the message, and pass it as `after` to continue from here. */
  readonly cursor: string
  /** Errors of fields that are null in `data` because of them. */
  readonly errors?: readonly GraphqlError[]
}

export interface GraphqlError {
  readonly message: string
  readonly extensions?: { readonly code?: string; readonly [name: string]: unknown }
}

/** The messages, one for each call of `next`. Leaving a `for await` loop ends the feed. */
export interface Following<Data> extends AsyncIterableIterator<FollowedMessage<Data>, undefined> {
  /** The position: everything up to here has been returned or does not match the filter. Undefined until the first message. */
  readonly cursor: string | undefined
  return(): Promise<IteratorResult<FollowedMessage<Data>, undefined>>
}

/** Why a connection failed. `code` is the service's, or one of `CONNECTION_LOST`, `CONNECTION_SILENT`, `NOT_A_STREAM` and `HTTP_` with a status. */
export class FollowError extends Error {
  readonly code: string
  /** Whether the feed can be resumed. Errors that the iterator throws cannot. */
  readonly retryable: boolean
  /** Milliseconds that the service asks to wait. */
  readonly retryAfter: number
  /** What the service said. */
  readonly errors: readonly GraphqlError[]

  constructor(code: string, message: string, options: FollowErrorOptions) {
    super(message, options)
    this.name = 'FollowError'
    this.code = code
    this.retryable = options.retryable
    this.retryAfter = options.retryAfter ?? 0
    this.errors = options.errors ?? []
  }
}

interface FollowErrorOptions {
  readonly retryable: boolean
  readonly retryAfter?: number
  readonly errors?: readonly GraphqlError[]
  readonly cause?: unknown
}

/** Refusals that a later attempt may not meet. */
const TEMPORARY =
  /^(INTERNAL|LOG_UNREACHABLE|NODE_BEHIND|SERVICE_BUSY|SLOW_CONSUMER|STORE_BUSY|STORE_UNREACHABLE|SUBSCRIPTIONS_EXHAUSTED|TOO_MANY_REQUESTS)$/

/** Timers of JavaScript hold no more. */
const DELAY_MAX = 2 ** 31 - 1

/** Follows a subscription. Nothing is sent before the first call of `next`. Throws a TypeError if the address is invalid. */
export function follow<Data = Record<string, unknown>, Variables = Record<string, unknown>>(
  options: FollowOptions<Data, Variables>,
): Following<Data> {
  const { variables, after, signal, onOpen, onRetry, silence = 30_000, delay = backOff } = options
  const location = (globalThis as { location?: { href: string } }).location?.href
  const url = new URL(options.url, location)
  const body = JSON.stringify({ query: textOf(options.query), variables })
  // A native function must not lose its `this`.
  const request = options.fetch ?? ((...sent: Parameters<typeof globalThis.fetch>) => globalThis.fetch(...sent))
  const closing = new AbortController()
  let cursor = after ?? undefined
  let failures = 0
  let firstDelay = 2_000

  async function* messages(): AsyncGenerator<FollowedMessage<Data>, undefined> {
    const abort = () => closing.abort(signal?.reason)
    signal?.addEventListener('abort', abort)
    if (signal?.aborted) abort()
    try {
      for (;;) {
        closing.signal.throwIfAborted()
        const headers = typeof options.headers === 'function' ? await options.headers() : options.headers
        const init = requestInit(headers)
        const connection = new AbortController()
        const cut = () => connection.abort(closing.signal.reason)
        closing.signal.addEventListener('abort', cut)
        let failure: FollowError
        try {
          yield* connect(init, connection)
          return undefined
        } catch (error) {
          closing.signal.throwIfAborted()
          if (!(error instanceof FollowError && error.retryable)) throw error
          failure = error
        } finally {
          closing.signal.removeEventListener('abort', cut)
          connection.abort()
        }
        const wait = Math.min(failure.retryAfter + delay(failures++), DELAY_MAX)
        onRetry?.(failure, wait)
        await sleep(wait)
      }
    } catch (error) {
      if (error !== closing) throw error
      return undefined
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  function requestInit(headers: HeaderMap = {}): RequestInit {
    const sent = new Headers(headers)
    sent.set('content-type', 'application/json')
    // A refused request is answered with a document, so that its status can be read.
    sent.set('accept', 'text/event-stream, application/graphql-response+json;q=0.9')
    if (cursor !== undefined) sent.set('last-event-id', cursor)
    return { method: 'POST', headers: sent, body }
  }

  /** The messages of one connection. Returns when the operation is complete, and throws when the connection fails. */
  async function* connect(init: RequestInit, connection: AbortController): AsyncGenerator<FollowedMessage<Data>> {
    /** Waits for the network, but not longer than the service may be silent. */
    const arrived = async <Value>(pending: Promise<Value>): Promise<Value> => {
      const silent = new FollowError('CONNECTION_SILENT', `Nothing came for ${silence} ms.`, { retryable: true })
      const timer = setTimeout(() => connection.abort(silent), silence)
      try {
        return await pending
      } catch (cause) {
        connection.signal.throwIfAborted()
        throw new FollowError('CONNECTION_LOST', 'The connection failed.', { retryable: true, cause })
      } finally {
        clearTimeout(timer)
      }
    }
    const response = await arrived(request(url, { ...init, signal: connection.signal }))
    const { status, body: stream } = response
    if (status !== 200 || stream === null || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
      const text = await arrived(beginningOf(stream))
      throw refusal(errorsOf(resultOf(text)), status, delayOf(response.headers.get('retry-after')))
    }
    onOpen?.()
    const reader = stream.getReader()
    const decoder = new TextDecoder()
    const parse = eventParser()
    for (;;) {
      const { done, value } = await arrived(reader.read())
      if (done) throw new FollowError('CONNECTION_LOST', 'The connection was closed.', { retryable: true })
      for (const { event, id, data, retry } of parse(decoder.decode(value, { stream: true }))) {
        firstDelay = retry ?? firstDelay
        if (event === 'complete') return
        if (data !== undefined) {
          const result = resultOf<Data>(data)
          if (result.data == null) throw refusal(errorsOf(result), status)
          failures = 0
          cursor = result.extensions?.cursor ?? id ?? cursor
          yield { data: result.data, cursor: cursor ?? '', ...(result.errors && { errors: result.errors }) }
        } else if (id) {
          failures = 0
          cursor = id
        }
      }
    }
  }

  function refusal(errors: readonly GraphqlError[] = [], status: number, retryAfter = 0): FollowError {
    const [error] = errors
    const code = error?.extensions?.code ?? (status === 200 ? 'NOT_A_STREAM' : `HTTP_${status}`)
    const message = error?.message ?? `The service sent status ${status} and no event stream.`
    // A token that ended while the stream was open can be replaced by a new one.
    const renewable = status === 200 && code === 'UNAUTHENTICATED' && typeof options.headers === 'function'
    const retryable = renewable || TEMPORARY.test(code) || /^(408|425|429|5..)$/.test(`${status}`)
    return new FollowError(code, message, { retryable, retryAfter, errors })
  }

  /** Full jitter: clients that lost one service come back spread over the time. */
  function backOff(count: number): number {
    return Math.random() * Math.min(firstDelay * 2 ** count, 30_000)
  }

  async function sleep(milliseconds: number): Promise<void> {
    closing.signal.throwIfAborted()
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer)
        reject(closing.signal.reason)
      }
      const timer = setTimeout(() => {
        closing.signal.removeEventListener('abort', stop)
        resolve()
      }, milliseconds)
      closing.signal.addEventListener('abort', stop)
    })
  }

  const iterator = messages()
  return {
    get cursor() {
      return cursor
    },
    next: () => iterator.next(),
    return() {
      // Wakes a call of `next` that waits.
      closing.abort(closing)
      return iterator.return(undefined)
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

interface Result<Data> {
  readonly data?: Data | null
  readonly errors?: readonly GraphqlError[]
  readonly extensions?: { readonly cursor?: string }
}

/** The characters that are read of a response that is no event stream. */
const DOCUMENT_MAX = 1_048_576

/** The text of a response, as far as it is read. */
async function beginningOf(stream: ReadableStream<Uint8Array> | null): Promise<string> {
  if (stream === null) return ''
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done || text.length > DOCUMENT_MAX) return text
    text += decoder.decode(value, { stream: true })
  }
}

/** Empty if the text is something else, such as the page of a proxy. */
function resultOf<Data>(text: string): Result<Data> {
  try {
    return (JSON.parse(text) ?? {}) as Result<Data>
  } catch {
    return {}
  }
}

/** None if they are not in the form of GraphQL, such as those of a proxy. */
function errorsOf({ errors }: Result<unknown>): readonly GraphqlError[] {
  return Array.isArray(errors) ? errors : []
}

/** The milliseconds of `Retry-After`, which holds seconds or a date. */
function delayOf(retryAfter: string | null): number {
  if (retryAfter === null) return 0
  const delay = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - Date.now()
  return delay > 0 ? delay : 0
}
