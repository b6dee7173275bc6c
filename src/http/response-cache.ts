import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Store } from '../store/store.ts'
import { type Exchange, send } from './request-context.ts'

/*
 * Answers stand in front of whatever makes them. One that was given is given again to whoever asks the same in the same words, and a client
 * that shows the ETag of the one it holds is told 304, until anything is committed to the store. Each request looks: the data version moves
 * with every commit, of this process or another, and with it all that was kept is forgotten. What the store moved under while it was made
 * is given once, without an ETag. So no answer is older than the moment at which it is given.
 *
 * An answer may follow from the record up to the head, from the words and credentials of the request and from what holds as long as the
 * process runs; all of these are in its ETag. What follows from anything else, such as the time of day, or from an error, is not kept.
 */

export interface AnswersOptions {
  readonly store: Store
  /** The most that is kept, in bytes. */
  readonly bytes: number
  /** Names the process: whatever else answers follow from holds as long as it runs. */
  readonly process: string
}

export interface Question {
  /** What is asked: the target of a GET, the body of a POST. */
  readonly words: string
  /** The media type of the answer. */
  readonly type: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What the store holds, as long as nothing is committed to it. */
interface Edition {
  readonly dataVersion: number
  /** The same wherever the head is the same. */
  readonly name: string
}

interface KeptAnswer {
  readonly body: Buffer
  /** Absent for a POST. */
  readonly etag: string | undefined
}

/** Bytes that an entry costs beside its key and its body. */
const OVERHEAD = 512

/** The share of the cache that a single answer may take; larger ones are not cached. */
const LARGEST = 1 / 16

export class Answers {
  readonly #options: AnswersOptions
  readonly #kept: LRUCache<string, KeptAnswer>
  #edition: Edition | undefined

  constructor(options: AnswersOptions) {
    this.#options = options
    this.#kept = new LRUCache({
      maxSize: Math.max(1, options.bytes),
      maxEntrySize: Math.max(1, Math.floor(options.bytes * LARGEST)),
      sizeCalculation: ({ body }, key) => key.length + body.length + OVERHEAD,
    })
  }

  /** Answers with what is there, or with what `make` returns; undefined says that it answered by itself, with what is not to be kept. */
  async answer(exchange: Exchange, question: Question, make: () => Promise<string | undefined>): Promise<void> {
    const { method, headers } = exchange.request
    // Whoever shows credentials may be answered otherwise than others.
    const key = `${headers.authorization ?? ''}\n${method === 'POST' ? 'POST' : 'GET'} ${question.type}\n${question.words}`
    const edition = this.#look()
    const kept = this.#kept.get(key)
    const etag = method === 'POST' ? undefined : (kept?.etag ?? tagOf(edition, key))
    if (etag !== undefined && isHeld(exchange, etag, { anyWillDo: kept !== undefined })) {
      refer(exchange, question, etag)
      return
    }
    if (kept !== undefined) {
      sendAnswer(exchange, question, kept)
      return
    }
    const made = await make()
    if (made === undefined) return
    const body = encode(made)
    if (this.#look() !== edition) {
      sendAnswer(exchange, question, { body, etag: undefined })
      return
    }
    this.#kept.set(key, { body, etag })
    if (etag !== undefined && isHeld(exchange, etag, { anyWillDo: true })) refer(exchange, question, etag)
    else sendAnswer(exchange, question, { body, etag })
  }

  #look(): Edition {
    const { store, process } = this.#options
    const dataVersion = store.reader.dataVersion()
    if (this.#edition?.dataVersion === dataVersion) return this.#edition
    this.#kept.clear()
    this.#edition = { dataVersion, name: `${process} ${store.epoch()} ${store.head()}` }
    return this.#edition
  }
}

function tagOf({ name }: Edition, key: string): string {
  return `"${hash('sha256', `${name}\n${key}`, 'base64url')}"`
}

/** Whether the client says that it holds the answer of a tag: weak ones count as strong ones, and `*` as any that there is. */
function isHeld({ request }: Exchange, etag: string, { anyWillDo }: { readonly anyWillDo: boolean }): boolean {
  const held = request.headers['if-none-match']
  if (held === undefined) return false
  return held === etag || held.split(',').some((part) => isTag(part.trim(), etag, anyWillDo))
}

function isTag(held: string, etag: string, anyWillDo: boolean): boolean {
  return held === etag || held === `W/${etag}` || (held === '*' && anyWillDo)
}

function refer(exchange: Exchange, { headers }: Question, etag: string): void {
  exchange.begin(304, { ...headers, ...validators(exchange, etag) })
  exchange.response.end()
}

function sendAnswer(exchange: Exchange, { type, headers }: Question, { body, etag }: KeptAnswer): void {
  const isPost = exchange.request.method === 'POST'
  send(exchange, { type, body, headers: { ...headers, ...(isPost ? {} : validators(exchange, etag)) } })
}

/** What caches on the way may do: hold an answer, and ask whether it still stands before each use. */
function validators({ request }: Exchange, etag: string | undefined): Record<string, string> {
  return {
    ...(etag === undefined ? {} : { etag }),
    'cache-control': request.headers.authorization === undefined ? 'no-cache' : 'private, no-cache',
    vary: 'origin, accept, authorization',
  }
}

/** In memory of its own: a small slice of a pool would keep all of the pool. */
function encode(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text))
  bytes.write(text)
  return bytes
}
