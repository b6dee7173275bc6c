import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Config } from '../config.ts'
import { DemarcheError } from '../model/errors.ts'

/** Starts to listen and returns the URL. Throws `PORT_TAKEN`, `ADDRESS_UNUSABLE`. */
export async function listen(server: Server, { host, port }: Pick<Config, 'host' | 'port'>): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(unusable(error, host, port)))
    server.listen({ host, port }, resolve)
  })
  // A server that listens on a port has an address of this shape.
  const { port: actual } = server.address() as AddressInfo
  return `http://${LOCAL.has(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${actual}`
}

/** The loopback addresses, and those that stand for all addresses of the machine. */
const LOCAL = new Set(['127.0.0.1', '::1', '0.0.0.0', '::'])

function unusable(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const refuse = (code: string, message: string) => new DemarcheError(code, message, { cause: error })
  switch (error.code) {
    case 'EADDRINUSE':
      return refuse('PORT_TAKEN', `another program uses port ${port}; choose another with --port or PORT`)
    case 'EACCES':
      return refuse('ADDRESS_UNUSABLE', `this user may not use port ${port}; choose one above 1023 with --port or PORT`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return refuse('ADDRESS_UNUSABLE', `"${host}" is not an address of this machine; choose one with --host or HOST`)
    default:
      return error
  }
}
