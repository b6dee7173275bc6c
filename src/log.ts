import { pino, type Logger } from 'pino'
import type { Config } from './config.ts'

export type Log = Logger

/** JSON lines on stderr; what is written is not waited for, but never lost at an orderly end. */
export function openLog(level: Config['logLevel']): Log {
  return pino({ name: 'demarche', level, base: null }, pino.destination({ fd: 2, sync: true }))
}
