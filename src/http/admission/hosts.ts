import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { clip } from '../../model/errors.ts'
import { HttpError } from '../http-error.ts'

export interface HostsOptions {
  /** The address that the service listens on. */
  readonly bound: string
  readonly publicUrl: string
  readonly configured: readonly string[]
}

/** Names and addresses that lead to this machine only. */
export const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '::1']

/** The addresses that stand for all addresses of the machine. */
export const ANY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/**
 * Checks that a request was sent to this service by one of its own names. A page of another site can make its name lead to this machine
 * (DNS rebinding), and its visitor's browser then takes the service for a part of that site. Such a request has the name of the site in
 * `Host`. A name can be made to lead elsewhere, an address cannot: a service that listens on all addresses accepts every one.
 */
export class Hosts {
  readonly #allowed: ReadonlySet<string>
  readonly #anyAddress: boolean

  constructor({ bound, publicUrl, configured }: HostsOptions) {
    const written = [new URL(publicUrl).host, ...configured].map(nameIn)
    this.#allowed = new Set([...LOOPBACK, bound.toLowerCase(), ...written])
    this.#anyAddress = ANY_ADDRESS.has(bound)
  }

  /** Why a request must be refused; undefined if it is sent to this service. */
  refusal({ headers: { host }, rawHeaders }: IncomingMessage): HttpError | undefined {
    if (host === undefined) return undefined
    if (isRepeated(rawHeaders)) {
      return new HttpError(400, 'REQUEST_MALFORMED', 'The request has two Host headers. Send one.')
    }
    const name = nameIn(host)
    if (this.#allowed.has(name) || this.#allowed.has('*') || (this.#anyAddress && isIP(name) > 0)) return undefined
    // Neither the response cache nor a WebSocket looks at it.
    if (!URL.canParse(`http://${host}`)) return new HttpError(400, 'ADDRESS_MALFORMED', NOT_A_URL)
    const message = `This service is not known by the name ${JSON.stringify(clip(name, 100))}. If it should be, start it with this name in DEMARCHE_HOSTS, or with DEMARCHE_PUBLIC_URL.`
    return new HttpError(403, 'HOST_REFUSED', message)
  }
}

export const NOT_A_URL = 'Not a valid URL. Check the path and the Host header.'

/** The name or address in a `Host` header, without its port. */
function nameIn(host: string): string {
  const [, name = ''] = /^(\[[^\]]*\]|[^:]*)(?::\d*)?$/.exec(host) ?? []
  return name.replace(/^\[|\]$|\.$/g, '').toLowerCase()
}

/** Node keeps the first of several `Host` headers and drops the others. */
function isRepeated(rawHeaders: readonly string[]): boolean {
  let found = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (name.length === 4 && name.toLowerCase() === 'host') found++
  }
  return found > 1
}
