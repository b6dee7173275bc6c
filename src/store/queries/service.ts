import type { Reader } from '../sqlite/prepared.ts'

/** The position at which everything that came with a change is known: the last seq of its batch. The seq itself where there is none. */
export function readBatchEnd(reader: Reader, seq: number): number {
  return reader.get<{ batch: number }>('select batch from changes where seq = ?', seq)?.batch ?? seq
}

/** When a change was recorded, milliseconds since 1970; null where there is no such seq. */
export function readRecordedAt(reader: Reader, seq: number): number | null {
  return reader.get<{ at: number }>('select at from changes where seq = ?', seq)?.at ?? null
}
