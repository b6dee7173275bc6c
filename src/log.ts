import { pino, type Logger } from 'pino'
import type { Config } from './config.ts'

export type Log = Logger

/** Writes JSON lines to stderr, synchronously: no line is lost when the process exits. */
export function openLog(level: Config['logLevel']): Log {
  return pino({ name: 'demarche', level, base: null }, pino.destination({ fd: 2, sync: true }))
}
