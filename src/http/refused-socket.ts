import { maxHeaderSize, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { HttpError } from './http-error.ts'
import type { Refusal } from './routes.ts'
import { JSON_TYPE, jsonOf } from './request-context.ts'

/** Milliseconds that a refused client has to read why, and to close the connection. */
const LINGER = 1_000

/** Answers with an error on a socket on which no request is handled, and closes it. */
export function refuseSocket(socket: Duplex, { status, code, message, headers }: Refusal): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const body = jsonOf({ errors: [{ message, extensions: { code } }] })
  const length = String(Buffer.byteLength(body))
  const all = { connection: 'close', 'content-type': JSON_TYPE, 'content-length': length, ...headers }
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...Object.entries(all).map((pair) => pair.join(': '))]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
  // To destroy it at once could discard the answer. What the client still sends is discarded.
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), LINGER)
  socket.once('close', () => clearTimeout(timer))
}

/** Why the HTTP parser gave up. Undefined if the client has only left. */
export function parserRefusal({ code }: NodeJS.ErrnoException): HttpError | undefined {
  switch (code) {
    case 'ECONNRESET':
    case 'EPIPE':
      return undefined
    case 'HPE_HEADER_OVERFLOW':
      return new HttpError(431, 'HEADERS_TOO_LONG', HEADERS_TOO_LONG)
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HttpError(408, 'REQUEST_TOO_SLOW', 'The request did not arrive in time. Send it again.')
    default:
      return new HttpError(400, 'REQUEST_MALFORMED', 'Not a valid HTTP request.')
  }
}

const HEADERS_TOO_LONG = `The address and headers of a request can have ${maxHeaderSize} bytes. Shorten the link, or send the query by POST.`
