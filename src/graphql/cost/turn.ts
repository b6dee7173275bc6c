import type { GraphQLSchema } from 'graphql'
import { assertInTime, type FieldCount } from './result-limits.ts'

/** The milliseconds for which an operation may hold the event loop before it lets others run, if it can. */
export const TURN_MILLISECONDS = 100

/** What an operation has of the event loop: turns, between which others run. Its first turn begins when this is made. */
export class Turn {
  readonly #wait: () => Promise<void>
  readonly #waiting: (() => void)[] = []
  #startedAt = performance.now()

  /** `wait` resolves when the operation may run again. */
  constructor(wait: () => Promise<void>) {
    this.#wait = wait
  }

  /** The milliseconds since this turn began. */
  get elapsed(): number {
    return performance.now() - this.#startedAt
  }

  /** Resolves in a later turn. Parts of the operation that wait at the same time share turns, in the order in which they came. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#waiting.push(resolve) === 1) void this.#run()
    })
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#wait()
      this.#startedAt = performance.now()
      do {
        this.#waiting[0]?.()
        // What waited runs before this goes on.
        await Promise.resolve()
        this.#waiting.shift()
      } while (this.#waiting.length > 0 && this.elapsed < TURN_MILLISECONDS / 2)
    }
  }
}

/** Makes the root fields of queries wait for another turn once this one has lasted for half of its time, however many of them are selected. */
export function takeTurns(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    const { resolve } = field
    if (resolve === undefined) continue
    field.resolve = (root, args, context: { readonly turn: Turn; readonly count: FieldCount }, info) => {
      const { turn, count } = context
      const run = () => resolve(root, args, context, info)
      if (turn.elapsed <= TURN_MILLISECONDS / 2) return run()
      return turn.next().then(() => {
        assertInTime(count)
        return run()
      })
    }
  }
  return schema
}
