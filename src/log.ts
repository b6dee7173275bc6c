import { levels, pino, type Logger } from 'pino'
import type { Config } from './config.ts'
import { escapeControls, escapeLines } from './model/text/escape.ts'
import { redactTokens } from './model/token.ts'

export type Log = Logger

/**
 * Writes JSON lines to stderr, in pieces of 4 KiB or every 100 milliseconds: a write for each line would cost more than many requests do, and
 * a slow reader must not hold up the service. If 8 MiB wait for the reader, further lines are dropped. pino writes what is left when the process
 * exits. No line holds a token of a client. A terminal gets each line at once, in a short form for people.
 */
export function openLog(level: Config['logLevel'], isTerminal = process.stderr.isTTY): Log {
  const stderr = { fd: 2, sync: false, periodicFlush: 100, maxLength: 8_388_608 }
  const destination = pino.destination({ ...stderr, minLength: isTerminal ? 0 : 4_096 })
  const write = (json: string) => {
    const line = redactTokens(escapeLines(json))
    const text = isTerminal ? describeLine(line) : line
    if (text !== '') destination.write(text)
  }
  return pino({ level, base: null }, { write })
}

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
