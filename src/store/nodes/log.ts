import { hash } from 'node:crypto'
import { DemarcheError } from '../../model/errors.ts'
import type { LoggedChange } from '../schema/log.ts'
import type { Epoch } from '../store.ts'
import type { Token } from '../tokens.ts'

/*
 * A log that several nodes share. It numbers changes and keeps them; each node projects a store of its own from it. Seqs are contiguous from
 * 1, in the order in which changes become visible, and `at` never decreases. A node that holds all changes up to a seq holds a prefix of
 * the log, and proves that by the last one: a log with another change at that seq is not the one that the prefix was read from.
 */

/** The last change that is held. */
export interface Place {
  readonly seq: number
  readonly at: number
  /** What else tells it from another change with that seq: while the clock of the log is behind its head, all changes have one date. */
  readonly change: string
}

export const START: Place = { seq: 0, at: 0, change: '' }

/** The place of a row of changes, in SQL of SQLite and of PostgreSQL. As in migrations-log. */
export const PLACE = "seq, at, batch || ' ' || space || ' ' || key || ' ' || revision || ' ' || kind as change"

export function placeOf({ seq, at, batch, space, key, revision, kind }: LoggedChange): Place {
  return { seq, at, change: [batch, space, key, revision, kind].join(' ') }
}

/** A change without what the log assigns. */
export type OfferedChange = Omit<LoggedChange, 'seq' | 'batch' | 'at' | 'by' | 'origin' | 'format'> & {
  /** How many changes of the offer come up to the end of its batch. */
  readonly batchEnd: number
}

export interface Offer {
  /** A UUID that names the append: offered again after a lost answer, it is not appended twice. See `appendId`. */
  readonly id: string
  /** The hash of the request that has the idempotency key; null without one. */
  readonly hash: string | null
  /** Kept for a day under `id`. `seq` null stands for the last change appended, if there is one. */
  readonly answer: { readonly seq: number | null; readonly plan: string | null } | null
  /** The prefix that the offer was planned on. */
  readonly known: Place
  /** The time by the clock of the log, as the node estimates it: milliseconds since 1970. */
  readonly at: number
  readonly by: string | null
  readonly origin: string
  readonly format: number
  /** If there are none, only the answer is kept. */
  readonly changes: readonly OfferedChange[]
}

/** The first and the last seq assigned. If there was nothing to append, `last` is the head and `first` the seq after it. */
export interface Logged {
  readonly first: number
  readonly last: number
  readonly at: number
  /** Whether an earlier offer with this id was taken, maybe of another node: what it recorded need not be what is offered now. */
  readonly isEarlier?: boolean
}

export interface Standing {
  /** The id of the log, a UUID. */
  readonly id: string
  /** Of the log's tables. */
  readonly version: number
  /** The highest format of contents that may be written. */
  readonly format: number
  readonly seq: number
  readonly at: number
  /** Oldest first. */
  readonly epochs: readonly Epoch[]
  /** The time by the clock of the log, in milliseconds since 1970. */
  readonly now: number
  /** All changes that are or will be dated before this instant have a seq up to `seq`. Milliseconds since 1970, by the clock of the log. */
  readonly settledBefore: number
}

export interface KeptAnswer {
  readonly hash: string | null
  readonly seq: number | null
  readonly plan: string | null
  readonly at: number
}

/** What a redaction replaces of a change. */
export type ChangeText = Pick<LoggedChange, 'seq' | 'format' | 'note' | 'content'>

/** What a node says of itself, for operators and for `demarche log allow-format`. */
export interface NodeReport extends Place {
  readonly name: string
  readonly version: string
  readonly projectedWith: string
  /** The highest format of contents that it reads. */
  readonly format: number
}

export interface Log {
  /** The greatest seq that the log is known to have. Never asks. */
  readonly knownHead: number
  /**
   * Whether the last question was answered, since when that is so, in milliseconds since 1970, and for operators why it was not. Never asks.
   */
  readonly reachable: { readonly is: boolean; readonly since: number; readonly why?: string | undefined }
  /** How often, since it is watched, new changes were first heard of by the bell, and by asking. */
  readonly found: { readonly bell: number; readonly poll: number }
  /** Throws `LOG_UNREACHABLE`, `LOG_NEWER`, `LOG_OLDER`. See `mistakeBehind`. */
  standing(): Promise<Standing>
  /**
   * Lets `standing` say more to be settled, up to a second ago, unless an append is under way, or the log is more than a day ahead of `now`, its
   * time as the node estimates it. Throws `LOG_UNREACHABLE`.
   */
  settle(now: number): Promise<void>
  /**
   * Appends everything at the end, or nothing. Throws `RevisionMovedError` if a revision is taken; `LOG_DIVERGED` if `known` is no place of
   * the log; `CLOCK_AHEAD` if the log is more than a day ahead of the offer; `FORMAT_AHEAD`; `IDEMPOTENCY_KEY_REUSED`; `ALREADY_ANSWERED` if
   * another node planned the same request otherwise; `STORE_BUSY`; `LOG_UNREACHABLE` if nothing was written; `LOG_UNCERTAIN` if that cannot
   * be known.
   */
  append(offer: Offer): Promise<Logged>
  /** What was kept under the id of an append within a day, and is not lost. Throws `LOG_UNREACHABLE`, `LOG_UNCERTAIN`. */
  answer(id: string): Promise<KeptAnswer | undefined>
  /**
   * The next changes after a place, in order: at most `limit`, up to the one that brings their contents to `bytes`. Throws `LOG_DIVERGED`,
   * `LOG_UNREACHABLE`.
   */
  read(after: Place, limit?: number, bytes?: number): Promise<readonly LoggedChange[]>
  /** Whether a change after a seq redacts a record. Throws `LOG_UNREACHABLE`. */
  hasRedacted(after: number): Promise<boolean>
  /** The texts of changes as the log has them now. Throws `LOG_UNREACHABLE`. */
  contents(seqs: readonly number[]): Promise<readonly ChangeText[]>
  /** In the order of their creation. Throws `LOG_UNREACHABLE`. */
  tokens(): Promise<readonly Token[]>
  /** Only a role that administers the log may. Throws `TOKEN_NAME_TAKEN`, `LOG_UNREACHABLE`, `LOG_UNCERTAIN`. */
  createToken(token: Token): Promise<void>
  /** Whether it was valid until now. Only a role that administers the log may. Throws `LOG_UNREACHABLE`, `LOG_UNCERTAIN`. */
  revokeToken(name: string, at: number): Promise<boolean>
  /** Records when each of the named tokens was last used. */
  recordUse(uses: ReadonlyMap<string, number>): Promise<void>
  /** Begins the turn of this node to write its file anew. False while another node has it. Throws `LOG_UNREACHABLE`. */
  beginCleaning(): Promise<boolean>
  endCleaning(): Promise<void>
  /** Records what a node says of itself. */
  seen(node: NodeReport): Promise<void>
  /**
   * Calls `ring` if the log may have changed: with the seq that somebody says was appended; without one if its tokens or epochs may have changed,
   * too, or if it can be reached no longer, or again. Returns a function that stops it.
   */
  watch(ring: (seq?: number) => void): () => void
  close(): Promise<void>
}

/**
 * The `MISCONFIGURED` for which a log cannot be reached, if only an operator can mend that. At the start it is a mistake. Later, the log may be
 * away for a while only, as when it is restored, and readers need not hear why.
 */
export function mistakeBehind(error: unknown): DemarcheError | undefined {
  const cause = error instanceof DemarcheError && error.code === 'LOG_UNREACHABLE' ? error.cause : undefined
  return cause instanceof DemarcheError && cause.code === 'MISCONFIGURED' ? cause : undefined
}

/** Dates in the log never decrease: what is recorded while a clock is ahead would date all that comes after it. */
export function clockAhead(why: string): DemarcheError {
  return new DemarcheError('CLOCK_AHEAD', `${why} Nothing was recorded. Correct the clock, and try again.`)
}

/** A repeated mutation may have recorded already, and must not hear that nothing was. */
export function uncertainKey(cause: unknown): DemarcheError {
  const message =
    'Whether this idempotency key has recorded already cannot be asked now. Send the mutation again with the same key.'
  return new DemarcheError('LOG_UNCERTAIN', message, { cause })
}

/** The id of the append that has an idempotency key of a token. */
export function appendId(by: string, key: string): string {
  const digest = hash('sha256', JSON.stringify([by, key]))
  // Version 8 and variant 1 of RFC 9562: an id of our own making.
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `8${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-')
}
