import Database from 'better-sqlite3'

/** Codes of answers with a status of 500 or above: the service cannot answer now, and says when to try again. */
const TEMPORARY: ReadonlySet<string> = new Set(['STORE_BUSY', 'SERVICE_BUSY'])

/** Close codes of WebSockets that mean an error of the service. */
const FAILURES: ReadonlySet<number> = new Set([1011, 4500])

/** What engines, libraries and the system say, which helps no client. */
const INTERNAL = [
  /\bat (?:\S+ )?\(?(?:file:|node:|\/)\S*:\d+:\d+/,
  /\b(?:Type|Range|Reference|Syntax|Assertion|Sqlite|Aggregate|Zod|Eval|URI)Error\b/,
  /Cannot (?:read|set|convert|destructure|mix|access)\b/,
  /is not (?:a function|iterable|valid JSON|a constructor)\b/,
  /undefined is not|not defined\b(?! by)|of undefined\b|: undefined\b|"undefined"/,
  /Unexpected (?:token|end of JSON|non-whitespace)|in JSON at position|Invalid (?:array|string) length|Maximum call stack/,
  /Invalid input: expected|\[object \w+\]/,
  /\bE(?:NOENT|ACCES|CONN\w+|PIPE|MFILE|ISDIR|INVAL|NOSPC)\b|\bERR_[A-Z_]+|\bHPE_[A-Z_]+/,
  /SQLITE|sqlite_|constraint failed|no such (?:table|column)|\bnear ".*": syntax error/,
  /node_modules|node:internal|file:\/\/\/|\.(?:ts|mjs):\d+|\/src\/\w+\//,
  /\b(?:graphql-yoga|envelop|pothos|drizzle|better-sqlite3|graphql-ws)\b/i,
]

export interface Answer {
  readonly text: string
  /** How it ended: the connection was closed, the client left an endless stream, or nothing came within the time. */
  readonly end: 'closed' | 'streaming' | 'late'
  /** Text messages and close code, of a WebSocket. */
  readonly isSocket: boolean
}

export class Judge {
  /** The names of tables, columns and indexes that no text for people contains, and the paths of this machine. */
  readonly #names: readonly string[]

  constructor(file: string, folders: readonly string[]) {
    const store = new Database(file, { readonly: true })
    const tables = store.prepare("select name from sqlite_schema where name like '%\\_%' escape '\\'").pluck().all()
    const columns = store
      .prepare(
        "select distinct c.name from sqlite_schema t, pragma_table_info(t.name) c where c.name like '%\\_%' escape '\\'",
      )
      .pluck()
      .all()
    store.close()
    this.#names = [...new Set([...tables, ...columns].map(String)), ...folders]
  }

  /** What is wrong with all that came over a connection; undefined if nothing is. */
  fault({ text, end, isSocket }: Answer, isWhole: boolean): string | undefined {
    if (end === 'late') return 'neither answered nor closed in time'
    if (isSocket && text.startsWith('HTTP/1.1 101 ')) return this.#faultOfSocket(text)
    const responses = responsesIn(text, isWhole && end === 'closed')
    if (typeof responses === 'string') return responses
    for (const response of responses) {
      const fault = this.#faultOfResponse(response)
      if (fault !== undefined) return fault
    }
    return undefined
  }

  /** What is wrong with a text for people. */
  faultOfText(text: string): string | undefined {
    for (const pattern of INTERNAL) {
      const [found] = pattern.exec(text) ?? []
      if (found !== undefined) return `internal words: ${found.slice(0, 200)}`
    }
    const name = this.#names.find((one) => text.includes(one))
    return name === undefined ? undefined : `an internal name: ${name}`
  }

  #faultOfResponse({ text: response, isCut }: Response): string | undefined {
    const status = Number(/^HTTP\/1\.1 (\d+) /.exec(response)?.[1])
    const codes = [...response.matchAll(/"code":"(\w+)"/g)].map(([, code]) => code ?? '')
    if (codes.includes('INTERNAL')) return 'an internal error'
    if (status >= 500 && !codes.some((code) => TEMPORARY.has(code))) return `status ${status}`
    if (/^content-type: (?:text\/(?:javascript|css)|image)/im.test(response)) return undefined
    return (
      this.faultOfText(response) ??
      (isCut ? undefined : faultOfErrors(response.slice(response.indexOf('\r\n\r\n') + 4)))
    )
  }

  #faultOfSocket(text: string): string | undefined {
    let at = text.indexOf('\r\n\r\n') + 4
    while (at + 2 <= text.length) {
      const frame = Buffer.from(text.slice(at), 'latin1')
      const short = (frame[1] ?? 0) & 0x7f
      const head = short === 127 ? 10 : short === 126 ? 4 : 2
      if (frame.length < head) return undefined
      const length = short === 127 ? Number(frame.readBigUInt64BE(2)) : short === 126 ? frame.readUInt16BE(2) : short
      const payload = frame.subarray(head, head + length)
      const opcode = (frame[0] ?? 0) & 0x0f
      if (opcode === 8 && payload.length >= 2 && FAILURES.has(payload.readUInt16BE(0)))
        return `closed with ${payload.readUInt16BE(0)} ${payload.subarray(2).toString()}`
      const said = opcode === 8 ? payload.subarray(2).toString() : payload.toString()
      if (said.includes('"code":"INTERNAL"')) return 'an internal error'
      const fault = this.faultOfText(said)
      if (fault !== undefined) return fault
      at += head + length
    }
    return undefined
  }
}

/** Every error of a GraphQL result has a code and a message of one line. */
function faultOfErrors(body: string): string | undefined {
  if (!body.startsWith('{')) return undefined
  let result: unknown
  try {
    result = JSON.parse(Buffer.from(body, 'latin1').toString())
  } catch {
    return 'JSON that cannot be parsed'
  }
  const { errors = [] } = result as { errors?: readonly { message?: unknown; extensions?: { code?: unknown } }[] }
  const bad = errors.find(
    ({ message, extensions }) => typeof extensions?.code !== 'string' || typeof message !== 'string' || message === '',
  )
  return bad === undefined ? undefined : `an error without a code or a message: ${JSON.stringify(bad).slice(0, 200)}`
}

interface Response {
  readonly text: string
  readonly isCut: boolean
}

/** The responses of a connection, or what is wrong with them. Bodies that are cut are forgiven where the client left first. */
function responsesIn(text: string, isWhole: boolean): readonly Response[] | string {
  const found: Response[] = []
  for (let rest = text; rest !== '';) {
    const end = rest.indexOf('\r\n\r\n')
    if (!rest.startsWith('HTTP/1.1 ') || end < 0) {
      return `bytes that are no response: ${JSON.stringify(rest.slice(0, 100))}`
    }
    const head = rest.slice(0, end + 4)
    const body = bodyOf(head, rest.slice(end + 4))
    if (body === undefined) {
      return isWhole ? 'a response that is cut' : [...found, { text: rest, isCut: true }]
    }
    found.push({ text: head + body.text, isCut: false })
    rest = rest.slice(end + 4 + body.length)
  }
  return isWhole && found.length === 0 ? 'no answer' : found
}

/** Undefined if the body is cut. `length` counts its bytes on the connection. */
function bodyOf(head: string, rest: string): { readonly text: string; readonly length: number } | undefined {
  const none = { text: '', length: 0 }
  // The response to HEAD, and the one without a body.
  if (rest === '' || rest.startsWith('HTTP/1.1 ') || /^HTTP\/1\.1 (?:1|204|304)/.test(head)) return none
  const length = /^content-length: (\d+)/im.exec(head)?.[1]
  if (length !== undefined) {
    return rest.length < Number(length) ? undefined : { text: rest.slice(0, Number(length)), length: Number(length) }
  }
  if (!/^transfer-encoding: chunked/im.test(head)) return { text: rest, length: rest.length }
  let text = ''
  let at = 0
  for (;;) {
    const [line = '', size] = /^([0-9a-f]+)\r\n/i.exec(rest.slice(at, at + 20)) ?? []
    if (size === undefined) return undefined
    const bytes = Number.parseInt(size, 16)
    const start = at + line.length
    if (rest.length < start + bytes + 2) return undefined
    text += rest.slice(start, start + bytes)
    at = start + bytes + 2
    if (bytes === 0) return { text, length: at }
  }
}
