import { median } from './comparison.ts'
import type { Connection, Question } from './connection.ts'
import { processorTime } from './processor.ts'

export interface Load {
  readonly connections: readonly Connection[]
  readonly next: () => Question
  /** Milliseconds. */
  readonly duration: number
}

/** Asks on every connection, one question after the other, and returns how many were answered a second. */
export async function throughput({ connections, next, duration }: Load): Promise<number> {
  const began = performance.now()
  const end = began + duration
  let answered = 0
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() < end) {
        await connection.ask(next())
        answered++
      }
    }),
  )
  return (answered * 1000) / (performance.now() - began)
}

export interface Asking {
  /** Of the process that answers. */
  readonly pid: number
  readonly connection: Connection
  readonly next: () => Question
  readonly count: number
}

/**
 * Milliseconds that a question takes, of `count` that are asked one after the other: of processor time, so that what else the machine does
 * is not in it; by the clock, their median, where the system does not tell.
 */
export async function timeOf({ pid, connection, next, count }: Asking): Promise<number> {
  const taken: number[] = []
  const before = processorTime(pid)
  for (let asked = 0; asked < count; asked++) {
    const question = next()
    const began = performance.now()
    await connection.ask(question)
    taken.push(performance.now() - began)
  }
  const after = processorTime(pid)
  return before === undefined || after === undefined ? median(taken) : (after - before) / count
}
