import type { Recorder } from '../../dossier/recording/recorder.ts'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { encodeFeedCursor } from '../../feed/cursor.ts'
import type { Followable } from '../../feed/feed.ts'
import type { ErrorCode } from '../../model/error-codes.ts'
import type { Limits } from '../../model/limits.ts'
import type { Viewer } from '../../model/token.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import type { Store } from '../../store/store.ts'
import { UNLIMITED, type FieldCount, type ResultLimits } from '../cost/result-limits.ts'
import { Turn } from '../cost/turn.ts'
import type { Work } from '../cost/work.ts'

export interface ContextOptions {
  readonly store: Store
  /** The user of the token with which the operation came. Null without a token. */
  readonly viewer: Viewer | null
  /** Records what mutations supply. */
  readonly recorder: Recorder
  /** The base of permalinks, without a trailing slash. It is never taken from a request. */
  readonly publicUrl: string
  /** Counts a refusal that is the result of a mutation, and so no error of the response. */
  readonly refused?: ((code: ErrorCode) => void) | undefined
  /** The feed, for a subscription that is being opened. */
  readonly feed?: Followable | undefined
  /** When the service started, milliseconds since 1970. */
  readonly startedAt: number
  readonly version: string
  /** For clients to see. */
  readonly limits: Limits
  /** Resolves when the operation may run again, after others. Default: in the next turn of the event loop. */
  readonly turn?: () => Promise<void>
  /** Whether the client has closed its connection, so that nothing more needs to be read. */
  readonly hasLeft?: (() => boolean) | undefined
  /** By default, results have no limits. */
  readonly resultLimits?: ResultLimits
  /** The seq as of which the operation reads, and the epoch of that. By default, the head at its first read. */
  readonly asOf?: { readonly seq: number; readonly epoch: string } | undefined
}

/** Shared by the resolvers of one operation. */
export interface Context extends Omit<ContextOptions, 'turn'> {
  readonly reader: Reader
  /** The seq as of which the operation reads: the head at the first call, or what `readFrom` set. */
  readonly seq: () => number
  /** Whether anything was read as of that seq, and so may be different after the next commit. */
  readonly readsHead: () => boolean
  /** Makes a mutation read as of what it has recorded: never an earlier state than before. */
  readonly readFrom: (seq: number) => void
  /** The feed cursor of a seq, in `epoch`. */
  readonly cursorAt: (seq: number) => string
  /**
   * The epoch of all cursors of the operation: that of the head when it was read, or at the first call. A later one would let a client go on
   * from a seq that names another change by then; an earlier one is refused where that is so.
   */
  readonly epoch: () => string
  /** Returns the result of the first call with this name. The name must include everything that the result depends on. */
  readonly once: <Made>(name: string, make: () => Made) => Made
  /** Marks the result as one that may change with time alone, so that it must not be cached. */
  readonly markTimeDependent: () => void
  readonly isTimeDependent: () => boolean
  /** The fields of the result, as far as graphql-js has resolved them. */
  readonly count: FieldCount
  readonly work: Work
  readonly turn: Turn
}

/** Creates the context of one operation. */
export function createContext(options: ContextOptions): Context {
  const { store } = options
  let head = options.asOf?.seq
  let fixed = options.asOf?.epoch
  const epoch = () => (fixed ??= store.epoch())
  let timeDependent = false
  const made = new Map<string, unknown>()
  return {
    ...options,
    turn: new Turn(options.turn ?? nextTurn),
    reader: store.reader,
    seq: () => {
      if (head === undefined) {
        head = store.head()
        epoch()
      }
      return head
    },
    readsHead: () => head !== undefined,
    readFrom: (seq) => (head = Math.max(head ?? 0, seq)),
    cursorAt: (seq) => encodeFeedCursor({ epoch }, seq),
    epoch,
    once<Made>(name: string, make: () => Made): Made {
      // A name stands for results of one type.
      if (made.has(name)) return made.get(name) as Made
      const result = make()
      made.set(name, result)
      return result
    },
    markTimeDependent: () => (timeDependent = true),
    isTimeDependent: () => timeDependent,
    count: {
      fields: 0,
      limits: options.resultLimits ?? UNLIMITED,
      startedAt: performance.now(),
      hasLeft: options.hasLeft,
    },
    work: { done: 0, isOver: false },
  }
}
