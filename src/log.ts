import { pino, type Logger } from 'pino'
import type { Config } from './config.ts'
import { escapeLines } from './model/text/escape.ts'
import { redactTokens } from './model/token.ts'

export type Log = Logger

/**
 * Writes JSON lines to stderr, in pieces of 4 KiB or every 100 milliseconds: a write for each line would cost more than many requests do, and
 * a slow reader must not hold up the service. If 8 MiB wait for the reader, further lines are dropped. pino writes what is left when the process
 * exits. No line holds a token of a client.
 */
export function openLog(level: Config['logLevel']): Log {
  const stderr = { fd: 2, sync: false, minLength: 4_096, periodicFlush: 100, maxLength: 8_388_608 }
  const destination = pino.destination(stderr)
  return pino(
    { level, base: null },
    { write: (line: string) => void destination.write(redactTokens(escapeLines(line))) },
  )
}
