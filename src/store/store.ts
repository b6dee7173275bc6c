import type { Append, Appended } from './append.ts'
import type { Reader } from './sqlite/prepared.ts'

/** One open store: a SQLite file with a reader and a writer on it. */
export interface Store {
  readonly file: string
  readonly reader: Reader
  /** Milliseconds since 1970 by the store's clock. */
  now(): number
  /** The greatest seq that is committed; 0 while the log is empty. */
  head(): number
  /** The epoch of the cursors that are given out now. */
  epoch(): string
  /** All epochs, oldest first. */
  epochs(): readonly Epoch[]
  /** See `Appender.append` for what it throws. */
  append(append: Append): Promise<Appended>
  /** Calls `ring` after every commit, of this process or another. Returns what stops it. */
  watch(ring: () => void): () => void
  /** How many watch. */
  readonly watchers: number
  close(): void
}

/** A stretch of a store's life within which a seq names one change. */
export interface Epoch {
  readonly epoch: string
  readonly bornAt: number
  /** The last seq up to which an ended epoch's cursors stay true; null for the current one. */
  readonly honouredUpTo: number | null
}
