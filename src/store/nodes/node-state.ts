import type { ErrorCode } from '../../model/error-codes.ts'

/** The default interval between questions for the head of a log, and how long a write waits for it by default, in milliseconds. */
export const [POLL, PATIENCE] = [1_000, 5_000] as const

/** How long after an instant its changes are all recorded, if the log is idle, in milliseconds. As in migrations-log. */
export const SETTLED_AFTER = 1_000

export interface LogOptions {
  /** `postgres://…` */
  readonly url: string
  /** The interval between questions for the head of the log, in milliseconds. */
  readonly poll?: number
  /** How long a write waits for the log, in milliseconds. */
  readonly patience?: number
  /** The name of this node among those of the log. Without one, it is not among them. */
  readonly node?: string
  /** How long tokens count while the log is away, in milliseconds. */
  readonly grace?: number
  /** The version of this program, for operators. */
  readonly version?: string
}

/** How a node stands to its log. Instants are milliseconds since 1970. */
export interface NodeState {
  readonly log: {
    readonly reachable: boolean
    /** Since when it is reachable, or is not. */
    readonly since: number
    /** Why it cannot be reached, for the log of the service only. */
    readonly why?: string | undefined
    /** The greatest seq known to be in it. */
    readonly head: number
  }
  readonly behind: {
    readonly changes: number
    /** For how long the log has been known to be ahead; 0 if it is not. */
    readonly seconds: number
  }
  /** Changes dated before this instant are all in the file. By the clock of the log. */
  readonly settledBefore: number
  /** When the tokens in the file were last those of the log, in milliseconds since the machine was started. */
  readonly tokensAt: number
  /** Whether the thread that writes the file has had other work for so long that what it said last is old. */
  readonly isSilent: boolean
  /** How far the clock of this machine was ahead of that of the log when the log was last asked, in milliseconds. Negative if it was behind. */
  readonly clockAhead: number
  /** Whether that is too much to record. */
  readonly isClockOff: boolean
  /** Whether changes can be recorded now. */
  readonly writes: boolean
  /** The latest format of contents that this node reads. */
  readonly format: number
  /** Whether the node has held all of the log since it was opened. */
  readonly wasLevel: boolean
  /** Whether the file was empty when it became a node, and has not held all of the log since. */
  readonly isPartial: boolean
  /** Why the node goes no further: it cannot project a change, the log went on otherwise, or whatever else makes its looks at the log fail. */
  readonly halted: {
    readonly code: ErrorCode
    readonly message: string
    /** The error behind it, for the log of the service only; null if the message says all. */
    readonly detail: string | null
  } | null
  readonly counts: NodeCounts
}

/** Since the node was opened. */
interface NodeCounts {
  /** Appends by outcome. Those recorded were kept as projected beforehand, or projected again behind changes of other nodes. */
  readonly kept: number
  readonly redone: number
  readonly refused: number
  readonly unreachable: number
  readonly uncertain: number
  readonly unseen: number
  /** Changes of other nodes. */
  readonly followed: number
  /** How often new changes in the log were first heard of by its bell, and by asking. */
  readonly rung: number
  readonly polled: number
  /** Spent in projecting changes of other nodes, and beforehand those of this one. */
  readonly secondsProjecting: number
  /** For which appends waited for the log. */
  readonly secondsInLog: number
  /** How often the thread that writes the file was started again. */
  readonly restarts: number
}
