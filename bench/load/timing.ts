import { median } from '../comparison.ts'
import type { Connection, Operation } from './connection.ts'
import { processorTime } from './processor.ts'

export interface Timing {
  /** Of the process that responds. */
  readonly pid: number
  readonly connection: Connection
  readonly next: () => Operation
  readonly count: number
}

/**
 * Milliseconds per operation, measured over `count` operations sent one after the other. This is processor time, so other load on the machine
 * does not count. Where the system does not report processor time, it is the median of elapsed times.
 */
export async function timeOf({ pid, connection, next, count }: Timing): Promise<number> {
  const elapsed: number[] = []
  const before = processorTime(pid)
  for (let sent = 0; sent < count; sent++) {
    const operation = next()
    const start = performance.now()
    await connection.send(operation)
    elapsed.push(performance.now() - start)
  }
  const after = processorTime(pid)
  return before === undefined || after === undefined ? median(elapsed) : (after - before) / count
}
