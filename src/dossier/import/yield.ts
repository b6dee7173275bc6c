import { setTimeout as wait } from 'node:timers/promises'
import { TURN } from '../../store/append.ts'

/** Does pieces of writing one after the other, and leaves others a turn between two of them, no longer than the one before took. */
export function turnTaker(): (write: () => Promise<void>) => Promise<void> {
  let othersUntil = 0
  return async (write) => {
    // Finding what to write next mostly takes that long.
    const left = othersUntil - performance.now()
    if (left >= 1) await wait(left)
    const began = performance.now()
    await write()
    const ended = performance.now()
    othersUntil = ended + Math.min(TURN, ended - began)
  }
}
