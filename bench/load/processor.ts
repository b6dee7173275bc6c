import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'

/** Milliseconds of a clock that all processes share. */
export function monotonic(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/** Processor time of all threads of a process, in milliseconds; undefined if the system has no figure of this precision (only Linux has). */
export function processorTime(pid: number): number | undefined {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    const taken = threads.map((thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'))
    return taken.reduce((sum, text) => sum + Number(text.split(' ')[0]), 0) / 1e6
  } catch {
    return undefined
  }
}

/**
 * Resident memory of a process, in bytes. On Linux, only what is its own: the mapped pages of the store belong to the page cache of the system,
 * which takes them back when memory is short.
 */
export function residentMemory(pid: number): number {
  const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : ''
  const [, own] = /^RssAnon:\s+(\d+) kB$/m.exec(status) ?? []
  if (own !== undefined) return Number(own) * 1024
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024
}
