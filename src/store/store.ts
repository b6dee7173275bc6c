import type { Append, Appended } from './append.ts'
import type { Reader } from './sqlite/prepared.ts'
import type { Tokens } from './tokens.ts'

/** An open store: one SQLite file, with a connection that reads and one that writes. */
export interface Store {
  readonly file: string
  readonly reader: Reader
  /** The tokens of clients. */
  readonly tokens: Tokens
  /** The time by the store's clock, in milliseconds since 1970. */
  now(): number
  /** The greatest committed seq; 0 while the log is empty. */
  head(): number
  /** The seq of the last redaction of a development; 0 if there was none. What was read before it may hold what was redacted. */
  lastRedaction(): number
  /** The epoch of the cursors issued now. */
  epoch(): string
  /** All epochs, oldest first. */
  epochs(): readonly Epoch[]
  /** Throws `STORE_MOVED` if the file has been moved or replaced. Nothing can be recorded then. */
  assertInPlace(): void
  /** See `Appender.append` for what it throws. */
  append(append: Append): Promise<Appended>
  /** Calls `onCommit` after every commit, of this process or another. Returns a function that stops it. */
  watch(onCommit: () => void): () => void
  /** The number of active watches. */
  readonly watchers: number
  close(): void
}

/** A part of a store's life within which a seq names one change. */
export interface Epoch {
  readonly epoch: string
  readonly bornAt: number
  /** The last seq up to which cursors of an ended epoch stay valid; null for the current one. */
  readonly honouredUpTo: number | null
}
