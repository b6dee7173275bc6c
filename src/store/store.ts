import type { Append, Appended } from './append.ts'
import type { LogOptions, NodeState } from './nodes/node-state.ts'
import type { AnswerRow } from './queries/changes.ts'
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
  /** The greatest seq known to be in the log: the head, except on a node that has not reached it yet. */
  furthest(): number
  /**
   * Waits until the store holds a seq, for five seconds at most. False if the log does not go that far; a node asks the log if it must. Throws
   * `LOG_UNREACHABLE`, `NODE_BEHIND`.
   */
  reach(seq: number): Promise<boolean>
  /** What was recorded before this instant, in milliseconds since 1970, is all in the store. */
  settledBefore(): number
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
  /** The answer to an idempotency key of a token; undefined if there was none within a day. Throws `LOG_UNREACHABLE`. */
  answerTo(by: string, key: string): Promise<AnswerRow | undefined>
  /** Calls `onCommit` after every commit, of this process or another. Returns a function that stops it. */
  watch(onCommit: () => void): () => void
  /** The number of active watches. */
  readonly watchers: number
  /** Undefined if the store holds the log itself. */
  readonly node?: {
    readonly log: LogOptions
    state(): NodeState
    /** Asks the log once more, as soon as it may say that an instant, in milliseconds since 1970, is settled. */
    lookAfter(instant: number): void
    /** Resolves when the store is closed and its file is released. */
    closed(): Promise<void>
  }
  close(): void
}

/** A part of a store's life within which a seq names one change. */
export interface Epoch {
  readonly epoch: string
  readonly bornAt: number
  /** The last seq up to which cursors of an ended epoch stay valid; null for the current one. */
  readonly honouredUpTo: number | null
}
