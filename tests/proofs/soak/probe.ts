import { readdirSync } from 'node:fs'

/** What a process holds. */
export interface Held {
  /** Bytes of objects that are still in use. */
  readonly heap: number
  /** Bytes of memory that the system counts for the process. */
  readonly resident: number
  readonly descriptors: number
  /** What keeps the process running (timers, sockets, threads), by name. */
  readonly resources: Readonly<Record<string, number>>
}

/** Begins a line with what the process holds. */
export const HELD = 'held '

/* Loaded into a service with `--import`, and with `--expose-gc`: it prints what the service holds when it gets the signal. */
if (globalThis.gc !== undefined) {
  process.on('SIGUSR2', () => {
    for (let pass = 0; pass < 2; pass++) globalThis.gc?.()
    const { heapUsed, rss } = process.memoryUsage()
    const resources: Record<string, number> = {}
    for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1
    const held: Held = { heap: heapUsed, resident: rss, descriptors: readdirSync('/proc/self/fd').length, resources }
    process.stdout.write(`${HELD}${JSON.stringify(held)}\n`)
  })
}
