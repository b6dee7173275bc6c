import type { IncomingMessage, ServerResponse } from 'node:http'
import { DemarcheError } from '../model/errors.ts'
import type { Html } from './html.ts'

/** One request and its response. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
}

/** A refusal with its HTTP status. */
export class HttpError extends DemarcheError {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(code, message)
    this.status = status
    this.headers = headers
  }
}

export interface Answer {
  readonly status?: number
  readonly type: string
  readonly body: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

export function send({ response }: Exchange, { status = 200, type, body, headers = {} }: Answer): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), ...headers })
  response.end(body)
}

export function sendJson(exchange: Exchange, value: unknown, answer: Partial<Answer> = {}): void {
  send(exchange, { type: 'application/json; charset=utf-8', body: `${JSON.stringify(value)}\n`, ...answer })
}

/** The least a page of ours may do; `policy` replaces single directives. */
export function sendPage(exchange: Exchange, page: Html, answer: Partial<Answer> & { policy?: string } = {}): void {
  const { policy = PAGE_POLICY, headers, ...rest } = answer
  send(exchange, {
    type: 'text/html; charset=utf-8',
    body: page.text,
    ...rest,
    headers: { 'content-security-policy': policy, ...headers },
  })
}

const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Whether a browser asks for a page rather than for data. */
export function wantsPage({ request }: Exchange): boolean {
  return accepts(request, 'text/html')
}

/** Whether the `Accept` header names the media type itself; wildcards do not count. */
export function accepts(request: IncomingMessage, type: string): boolean {
  const ranges = (request.headers.accept ?? '').toLowerCase().split(',')
  return ranges.some((range) => {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim())
    return name === type && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
  })
}

/** Reads a body of at most `limit` bytes; what is over that is thrown away as it comes. Throws `BODY_TOO_LARGE`, `BODY_UNREADABLE`. */
export async function readBody({ request }: Exchange, limit: number): Promise<string> {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    throw new HttpError(415, 'BODY_ENCODED', `a body in content-encoding ${encoding} is not read; send it as it is`)
  }
  const bytes = await collect(request, limit)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new HttpError(400, 'BODY_UNREADABLE', 'the body is not UTF-8')
  }
}

function collect(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= limit) chunks.push(chunk)
      else reject(new HttpError(413, 'BODY_TOO_LARGE', `the body is larger than ${limit} bytes, the most that is read`))
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('error', () => reject(new HttpError(400, 'BODY_UNREADABLE', 'the body ends too early')))
  })
}
