import { levels, pino, type Logger } from 'pino'
import type { Config } from './config.ts'
import { escapeControls, escapeLines } from './model/text/escape.ts'
import { redactTokens } from './model/token.ts'

export interface Log extends Logger {
  /** Writes the line of a request, at level `info`. */
  request(request: LoggedRequest): void
}

/** A request, or an operation over WebSocket. What is malformed has only a status. */
export interface LoggedRequest {
  readonly requestId?: string | undefined
  /** One that Node knows. */
  readonly method?: string | undefined
  /** Chosen by the client. */
  readonly path?: string
  readonly status: number
  readonly ms?: number
  readonly bytes?: number
  /** Chosen by the client. */
  readonly operation?: string | undefined
  readonly aborted?: boolean | undefined
}

/** Takes lines. `flush` writes those that wait. */
export interface LogDestination {
  write(line: string): void
  flush(): void
}

/**
 * Writes JSON lines. No line holds a token of a client, or a character that a terminal obeys. The destination may gather the lines of requests;
 * all others, such as errors, are written at once with those before them. A terminal gets lines in a short form for people.
 */
export function openLog(
  level: Config['logLevel'],
  isTerminal = process.stderr.isTTY,
  destination = openStderr(isTerminal),
): Log {
  const write = (line: string) => {
    const text = isTerminal ? describeLine(line) : line
    if (text !== '') destination.write(text)
  }
  const log = pino(
    { level, base: null },
    {
      write: (json: string) => {
        write(clean(json))
        destination.flush()
      },
    },
  )
  const request = (logged: LoggedRequest) => {
    if (log.isLevelEnabled('info')) write(lineOf(logged))
  }
  return Object.assign(log, { request })
}

/** The line that pino would write, which takes it several times as long. */
function lineOf({ requestId, method, path = '', status, ms, bytes, operation = '', aborted }: LoggedRequest): string {
  let json = `{"level":${INFO},"time":${Date.now()}`
  if (requestId !== undefined) json += `,"requestId":"${requestId}"`
  if (method !== undefined) json += `,"method":"${method}"`
  if (path !== '') json += `,"path":${JSON.stringify(path)}`
  json += `,"status":${status}`
  if (ms !== undefined) json += `,"ms":${ms}`
  if (bytes !== undefined) json += `,"bytes":${bytes}`
  if (operation !== '') json += `,"operation":${JSON.stringify(operation)}`
  if (aborted === true) json += ',"aborted":true'
  json += ',"msg":"request"}\n'
  return NEEDS_CLEANING.test(path) || NEEDS_CLEANING.test(operation) ? clean(json) : json
}

function clean(json: string): string {
  return redactTokens(escapeLines(json))
}

/** What `clean` may change. */
const NEEDS_CLEANING = /[^ -~]|demarche_/i

/**
 * Writes in pieces of 60 KiB, or every 100 milliseconds: a write for each line would cost more than many requests do, and a slow reader must not
 * hold up the service. If 8 MiB wait for the reader, further lines are dropped. What is left is written when the process exits. A terminal gets
 * each line at once.
 */
function openStderr(isTerminal: boolean): LogDestination {
  const common = { fd: 2, sync: false, maxLength: 8_388_608 }
  if (isTerminal) {
    const stream = pino.destination(common)
    return { write: (line) => stream.write(line), flush: () => {} }
  }
  const stream = pino.destination({ ...common, periodicFlush: FLUSH_EVERY, minLength: PIECE, maxWrite: PIECE + 1 })
  // The stream would measure all that waits with each line that is added.
  let waiting = ''
  let isWriting = false
  stream.on('drain', () => (isWriting = false))
  const pass = () => {
    if (waiting === '') return
    isWriting = true
    stream.write(waiting)
    waiting = ''
  }
  setInterval(pass, FLUSH_EVERY).unref()
  // Before pino, which then writes what the stream has.
  process.prependListener('beforeExit', pass).prependListener('exit', () => {
    // The stream does not wait for the piece that a thread of Node is writing: that piece would come late, or never.
    if (isWriting) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WRITING)
    pass()
  })
  return {
    write(line) {
      waiting += line
      if (waiting.length >= PIECE) pass()
    },
    flush() {
      pass()
      stream.flush()
    },
  }
}

const PIECE = 61_440
/** Milliseconds. */
const FLUSH_EVERY = 100
/** The time that a piece gets when the process exits, in milliseconds. */
const WRITING = 200

interface Line {
  readonly level: number
  /** Milliseconds since 1970. */
  readonly time: number
  readonly msg: string
  readonly err?: { readonly stack?: string; readonly message?: string }
}

type Fields = Readonly<Record<string, string | number | boolean | undefined>>

const INFO = 30

/**
 * A line of the log as a terminal shows it: `20:03:11 GET /graphql 200 3.1 ms Search`, or `20:03:11 ERROR a request failed requestId=…` with the
 * stack below. The time is local. Empty for what the command itself prints: its start, its load and its end.
 */
export function describeLine(json: string): string {
  // pino wrote an object of this shape.
  const { level, time, msg, err, ...fields } = JSON.parse(json) as Line & Fields
  const isInfo = level <= INFO
  if (isInfo && msg !== 'request') return ''
  const label = isInfo ? '' : ` ${levels.labels[level]?.toUpperCase()} ${msg}`
  const shown =
    msg === 'request' ? requestOf(fields) : Object.entries(fields).map(([name, value]) => `${name}=${value}`)
  const head = escapeControls([new Date(time).toTimeString().slice(0, 8) + label, ...shown].join(' '))
  return `${[head, ...(err ? [escapeLines(err.stack ?? err.message ?? '')] : [])].join('\n')}\n`
}

/** What is malformed has only a status. */
function requestOf({ method, path, status, ms, operation, aborted }: Fields): string[] {
  const parts = [method, path, status, ms === undefined ? undefined : `${ms} ms`, operation, aborted && 'aborted']
  return parts.filter((part) => part !== undefined).map(String)
}
