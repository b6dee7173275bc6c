import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Config } from '../config.ts'
import type { ErrorCode } from '../model/error-codes.ts'
import { DemarcheError } from '../model/errors.ts'
import { ANY_ADDRESS, LOOPBACK } from './admission/hosts.ts'

/** Throws what `startService` would throw because of host and port, so that nothing needs to be done before. */
export async function checkAddress(config: Pick<Config, 'host' | 'port' | 'adminPort'>): Promise<void> {
  const [server, admin] = [createServer(), createServer()]
  try {
    await listen(server, config)
    if (config.adminPort !== undefined) await listen(admin, { host: LOCAL, port: config.adminPort }, ADMIN_PORT)
  } finally {
    await Promise.all([server, admin].map((each) => new Promise((resolve) => each.close(resolve))))
  }
}

/** Where the metrics are served. */
export const LOCAL = '127.0.0.1'

const PORT = '--port or PORT'
export const ADMIN_PORT = '--admin-port or DEMARCHE_ADMIN_PORT'

/** Starts to listen and returns the URL. Throws `PORT_TAKEN`, `ADDRESS_UNUSABLE`. */
export async function listen(
  server: Server,
  { host, port }: Pick<Config, 'host' | 'port'>,
  setting = PORT,
): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(unusable(error, { host, port, setting })))
    server.listen({ host, port }, resolve)
  })
  const { address, port: actual } = addressOf(server)
  const isLocal = LOOPBACK.includes(address) || ANY_ADDRESS.has(address)
  const url = `http://${isLocal ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${actual}`
  if (URL.canParse(url)) return url
  throw new DemarcheError('ADDRESS_UNUSABLE', `"${host}" cannot be part of a URL; choose another with --host or HOST`)
}

export function addressOf(server: Server): AddressInfo {
  // A server that listens on a port has an address of this shape.
  return server.address() as AddressInfo
}

function unusable(
  error: NodeJS.ErrnoException,
  { host, port, setting }: { host: string; port: number; setting: string },
): Error {
  const described = (code: ErrorCode, message: string) => new DemarcheError(code, message, { cause: error })
  switch (error.code) {
    case 'EADDRINUSE':
      return described('PORT_TAKEN', `another program uses port ${port}; choose another with ${setting}`)
    case 'EACCES':
      return described('ADDRESS_UNUSABLE', `this user may not use port ${port}; choose one above 1023 with ${setting}`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return described(
        'ADDRESS_UNUSABLE',
        `"${host}" is not an address of this machine; choose one with --host or HOST`,
      )
    default:
      return error
  }
}
