import type { IncomingMessage, ServerResponse } from 'node:http'
import { DemarcheError } from '../model/errors.ts'
import type { Html } from './pages/html.ts'

/** One request and its response. */
export class Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** What every answer to it carries. */
  readonly headers: Record<string, string> = {}
  #url: URL | undefined

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.request = request
    this.response = response
  }

  /** As the request writes it: path and query, unread. */
  get target(): string {
    return this.request.url ?? ''
  }

  /** Throws `ADDRESS_MALFORMED`. Reading it costs as much as a tenth of a short answer. */
  get url(): URL {
    this.#url ??= URL.parse(this.target, 'http://service.invalid') ?? undefined
    if (this.#url === undefined) throw new HttpError(400, 'ADDRESS_MALFORMED', 'the address cannot be read')
    return this.#url
  }

  begin(status: number, headers: Readonly<Record<string, string | number>>): void {
    this.response.writeHead(status, { ...this.headers, ...headers })
  }
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

export function send(exchange: Exchange, { status = 200, type, body, headers }: Answer): void {
  exchange.begin(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), ...headers })
  exchange.response.end(body)
}

export function sendJson(exchange: Exchange, value: unknown, answer: Partial<Answer> = {}): void {
  send(exchange, { type: JSON_TYPE, body: jsonOf(value), ...answer })
}

export const JSON_TYPE = 'application/json; charset=utf-8'

export function jsonOf(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}

/** `policy` replaces what a page of ours may do. */
export function sendPage(exchange: Exchange, page: Html, answer: Partial<Answer> & { policy?: string } = {}): void {
  const { policy, headers, ...rest } = answer
  send(exchange, {
    type: PAGE.type,
    body: page.text,
    ...rest,
    headers: { ...PAGE.headers, ...(policy === undefined ? {} : { 'content-security-policy': policy }), ...headers },
  })
}

/** A page, which may do the least that ours need. */
export const PAGE = {
  type: 'text/html; charset=utf-8',
  headers: {
    'content-security-policy':
      "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  },
} as const

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
export function readBody({ request }: Exchange, limit: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    throw new HttpError(415, 'BODY_ENCODED', `a body in content-encoding ${encoding} is not read; send it as it is`)
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= limit) chunks.push(chunk)
      else reject(new HttpError(413, 'BODY_TOO_LARGE', `the body is larger than ${limit} bytes, the most that is read`))
    })
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    request.on('error', () => reject(new HttpError(400, 'BODY_UNREADABLE', 'the body ends too early')))
  })
}

/** Throws `BODY_UNREADABLE` where bytes are no text. */
export function textOf(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw new HttpError(400, 'BODY_UNREADABLE', 'the body is not UTF-8')
  }
}
