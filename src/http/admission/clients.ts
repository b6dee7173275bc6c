import type { IncomingMessage, ServerResponse } from 'node:http'
import { type BlockList, isIP, isIPv6 } from 'node:net'
import { blockListOf } from '../../config.ts'
import type { Limits } from '../../model/limits.ts'
import { HttpError } from '../http-error.ts'

/*
 * What each client has open. A client is an IPv4 address or a network of IPv6 addresses (/64), because one client usually holds a whole
 * network. Behind configured proxies, it is the last address in `X-Forwarded-For` that is not one of theirs: those before it can be forged.
 */

/**
 * What is counted: requests that run, exports among them, event streams and WebSockets, subscriptions, and the bytes of their documents and
 * variables.
 */
type Counted = 'requests' | 'exports' | 'connections' | 'subscriptions' | 'subscriptionBytes'

type ClientLimits = Pick<
  Limits,
  'requestsPerClient' | 'exportsPerClient' | 'connectionsPerClient' | 'subscriptionsPerClient'
>

export interface ClientsOptions {
  readonly limits: ClientLimits
  /** Addresses and networks of the proxies before the service. */
  readonly trustedProxies: readonly string[]
}

export class Clients {
  readonly #limits: ClientLimits
  readonly #proxies: BlockList | undefined
  readonly #clients = new Map<string, Client>()

  constructor({ limits, trustedProxies }: ClientsOptions) {
    this.#limits = limits
    this.#proxies = trustedProxies.length > 0 ? blockListOf(trustedProxies) : undefined
  }

  /** The client that sent the request. It is kept while it has anything open: open it before another request is looked at. */
  of(request: IncomingMessage): Client {
    const name = networkOf(this.#addressOf(request))
    return this.#clients.get(name) ?? new Client(name, this.#limits, this.#clients)
  }

  /** Counts a request until it is answered. Returns a refusal if its client has too many. */
  begin(request: IncomingMessage, response: ServerResponse): RunningRequest | HttpError {
    const client = this.of(request)
    const end = client.open('requests')
    if (end === undefined) return tooMany(client.exhausted('requests'))
    const running = new RunningRequest({ client, response, end })
    if (client.unreadBytes <= UNREAD_MAX) return running
    return tooMany(`Your address has not read ${client.unreadBytes} bytes of earlier responses. Read them first.`)
  }

  /** How many clients have anything open. */
  get size(): number {
    return this.#clients.size
  }

  #addressOf({ socket, headers }: IncomingMessage): string {
    const { remoteAddress = '' } = socket
    if (this.#proxies === undefined) return remoteAddress
    const forwarded = String(headers['x-forwarded-for'] ?? '').split(',')
    let address = remoteAddress
    while (isIn(this.#proxies, address)) {
      const before = withoutPort(forwarded.pop()?.trim() ?? '')
      if (isIP(before) === 0) break
      address = before
    }
    return address
  }
}

/** What one client has open. */
export class Client {
  /** The address or network. */
  readonly name: string
  /** The bytes of its bodies and messages that the service holds. */
  bodyBytes = 0
  /** The bytes that were sent to it and not yet taken by its connections. */
  unreadBytes = 0
  readonly #limits: Readonly<Record<Counted, number>>
  readonly #kept: Map<string, Client>
  /** Calls of `open` and `openAll` that have not ended. */
  #opened = 0
  readonly #open: Record<Counted, number> = {
    requests: 0,
    exports: 0,
    connections: 0,
    subscriptions: 0,
    subscriptionBytes: 0,
  }

  /** In `kept`, by its name, while anything is open, unless another one took its place while nothing was. */
  constructor(name: string, limits: ClientLimits, kept: Map<string, Client>) {
    this.name = name
    this.#limits = {
      requests: limits.requestsPerClient,
      exports: limits.exportsPerClient,
      connections: limits.connectionsPerClient,
      subscriptions: limits.subscriptionsPerClient,
      subscriptionBytes: subscriptionBytes(limits.subscriptionsPerClient),
    }
    this.#kept = kept
  }

  /** Counts one more until the returned function is called. Undefined if the client has as many as it may. */
  open(counted: Counted): (() => void) | undefined {
    return this.#open[counted] < this.#limits[counted] ? this.#add([[counted, 1]]) : undefined
  }

  /** Counts these amounts until the returned function is called; or none of them, and returns of what the client would have too many. */
  openAll(amounts: Partial<Readonly<Record<Counted, number>>>): (() => void) | Counted {
    // Exactly the given names.
    const all = Object.entries(amounts) as [Counted, number][]
    const exceeded = all.find(([counted, amount]) => this.#open[counted] + amount > this.#limits[counted])
    return exceeded === undefined ? this.#add(all) : exceeded[0]
  }

  #add(all: readonly (readonly [Counted, number])[]): () => void {
    for (const [counted, amount] of all) this.#open[counted] += amount
    this.#opened++
    if (!this.#kept.has(this.name)) this.#kept.set(this.name, this)
    let isOpen = true
    return () => {
      if (!isOpen) return
      isOpen = false
      for (const [counted, amount] of all) this.#open[counted] -= amount
      if (--this.#opened === 0 && this.#kept.get(this.name) === this) this.#kept.delete(this.name)
    }
  }

  /** Why the client may not open more. */
  exhausted(counted: Counted): string {
    const has = counted === 'subscriptionBytes' ? 'would have more than' : 'has'
    return `Your address ${has} ${this.#limits[counted]} ${NAMES[counted]}, which is the limit. End some, or try again later.`
  }
}

const NAMES: Readonly<Record<Counted, string>> = {
  requests: 'requests that are not answered',
  exports: 'exports that are being sent',
  connections: 'event streams and WebSockets',
  subscriptions: 'subscriptions',
  subscriptionBytes: 'bytes of documents and variables of subscriptions',
}

/**
 * The size of the requests of so many subscriptions, in bytes. What is kept of a request as long as its subscription is open, the parsed
 * document and the variables, takes up to forty times its size.
 */
export function subscriptionBytes(subscriptions: number): number {
  return Math.max(subscriptions * 1_024, 65_536)
}

export function tooMany(message: string): HttpError {
  return new HttpError(429, 'TOO_MANY_REQUESTS', message, { 'retry-after': '1' })
}

/** Bytes of responses that a client may leave unread before it is refused another one. */
const UNREAD_MAX = 33_554_432

/** A request that is counted until it is answered. */
export class RunningRequest {
  readonly client: Client
  /** Ends the count before the response ends: a stream is counted as a connection. */
  readonly end: () => void
  readonly #response: ServerResponse
  #budget: BodyBudget | undefined
  #held = 0

  constructor({ client, response, end }: { client: Client; response: ServerResponse; end: () => void }) {
    this.client = client
    this.#response = response
    this.end = end
    response.on('close', () => {
      this.end()
      this.#budget?.release(client, this.#held)
    })
  }

  /** Returns a function that counts bytes of the body in the budget until the response is closed. It throws `SERVICE_BUSY`. */
  bodyHolder(budget: BodyBudget): (bytes: number) => void {
    this.#budget = budget
    return (bytes) => {
      budget.hold(this.client, bytes)
      this.#held += bytes
    }
  }

  /** Counts what the client has not read of the response until it is closed. */
  holdUnread(): void {
    const { client } = this
    const { writableLength, closed } = this.#response
    if (closed || writableLength === 0) return
    client.unreadBytes += writableLength
    this.#response.once('close', () => (client.unreadBytes -= writableLength))
  }
}

/** The part of a budget that one client may use. */
const SHARE = 1 / 4

type BodyLimits = Pick<Limits, 'bodiesBytes' | 'bodyBytes' | 'recordingBodyBytes'>

/** Bounds the memory of bodies and messages that are being read, or belong to operations that have not ended. */
export class BodyBudget {
  readonly #limit: number
  readonly #clientLimit: number
  #held = 0

  /** In bytes: of all bodies together, and of one body, for which there is always room in the part of one client. */
  constructor({ bodiesBytes, bodyBytes, recordingBodyBytes }: BodyLimits) {
    this.#limit = bodiesBytes
    this.#clientLimit = Math.max(bodiesBytes * SHARE, bodyBytes, recordingBodyBytes)
  }

  /** Counts bytes that came from a client. Throws `SERVICE_BUSY` if there is no room for them. Else, they must be released. */
  hold(client: Client, bytes: number): void {
    if (this.#held + bytes > this.#limit || client.bodyBytes + bytes > this.#clientLimit) {
      const message = 'The service is reading too many other requests. Try again.'
      throw new HttpError(503, 'SERVICE_BUSY', message, { 'retry-after': '1' })
    }
    this.#held += bytes
    client.bodyBytes += bytes
  }

  release(client: Client, bytes: number): void {
    this.#held -= bytes
    client.bodyBytes -= bytes
  }
}

function isIn(list: BlockList, address: string): boolean {
  const own = networkOf(address)
  return isIPv6(address) && own !== mappedIn(address) ? list.check(address, 'ipv6') : list.check(own, 'ipv4')
}

/** The IPv4 address in an IPv6 one, as a socket that takes both shows it. */
function mappedIn(address: string): string | undefined {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
}

/** An IPv4 address as it is, an IPv6 address as its network of 64 bits. */
function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const mapped = mappedIn(address)
  if (mapped !== undefined) return mapped
  const [head = '', tail] = address.split('::')
  const groups = head.split(':').filter((group) => group !== '')
  const after = (tail ?? '').split(':').filter((group) => group !== '')
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - after.length) }, () => '0')
  const all = tail === undefined ? groups : [...groups, ...zeros, ...after]
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}

/** `192.0.2.1:5678` and `[2001:db8::1]:5678`, as some proxies write it, without the port. */
function withoutPort(text: string): string {
  const [, address] = /^\[(.*)\](?::\d+)?$/.exec(text) ?? /^([^:]*):\d+$/.exec(text) ?? []
  return address ?? text
}
