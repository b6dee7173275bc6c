import type { Connection, Question } from './connection.ts'

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

/** Milliseconds that each of `count` questions took, one after the other. */
export async function latencies(connection: Connection, next: () => Question, count: number): Promise<number[]> {
  const taken: number[] = []
  for (let asked = 0; asked < count; asked++) {
    const question = next()
    const began = performance.now()
    await connection.ask(question)
    taken.push(performance.now() - began)
  }
  return taken
}
