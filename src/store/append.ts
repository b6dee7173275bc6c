import { canonicalJson } from '../model/records/canonical-json.ts'
import type { ErrorCode } from '../model/error-codes.ts'
import { DemarcheError, StoreError } from '../model/errors.ts'
import type { RevisionKind } from '../model/vocabulary/development.ts'
import { CONTENT_FORMAT, type ContentText } from '../model/records/canonical-record.ts'
import { EXISTING_KEYS } from './queries/changes.ts'
import { SPACES, spaceOf, type Space, type AnyRecord, type RecordKind } from '../model/records/definitions.ts'
import { type LoggedChange, changes } from './schema/log.ts'
import type { Clock } from './log/clock.ts'
import { prepareOnce, type Connection, type SqlStatement } from './sqlite/connection.ts'
import type { Projection } from './projections/project.ts'
import { versionGuard } from './rebuild.ts'
import { inserter, type Insert } from './sqlite/write-buffer.ts'
import { transact } from './sqlite/transaction.ts'

export { YIELD_TIME } from './sqlite/transaction.ts'

/*
 * The only way into the log. An append is one transaction: its batches, in order, each a run of contiguous seqs with at most one change per
 * record, and everything that is projected from them. Inside the transaction only what may have changed since planning is checked again:
 * that each record is still at the revision that the plan saw, and that every key it refers to exists. When `append` returns, the changes
 * are on disk; when it throws, nothing is.
 */

/** A record to append: its content or, if the caller has it already, the canonical JSON of that. */
export type PlannedChange = ChangeOfRecord & (WithContent | WithText)

interface ChangeOfRecord {
  readonly record: RecordKind
  readonly key: string
  readonly kind: Exclude<RevisionKind, 'REDACTED'>
  /** The revision that this change makes; the record must be at the one before. */
  readonly revision: number
  readonly note?: string
}

interface WithContent {
  /** Valid, and without `retract`: a retraction repeats the last content, and its note is the reason. */
  readonly content: AnyRecord
  readonly text?: never
}

interface WithText {
  readonly content?: never
  readonly text: ContentText
}

export interface Append {
  /** Committed together, in order; a batch holds at most one change per record. */
  readonly batches: readonly (readonly PlannedChange[])[]
  readonly origin: 'IMPORT' | 'API'
  readonly by?: string
  /** Written in the same transaction. */
  readonly baselines?: readonly Baseline[]
  /** Written in the same transaction. */
  readonly loads?: readonly Load[]
  /** Written in the same transaction. */
  readonly answer?: Answer
}

/** The answer to an idempotency key, kept for a day. */
export interface Answer {
  readonly by: string
  readonly key: string
  readonly hash: string
  /** By default, the last seq that is appended. */
  readonly seq?: number | null
  readonly plan?: string
}

export const ANSWER_KEPT = 86_400_000

/** A record as it was last imported. */
export interface Baseline {
  readonly space: Space
  readonly key: string
  readonly hash: string
}

/** A record as it was last loaded, and the revision that the store has after that. */
export interface Load extends Baseline {
  readonly revision: number
}

/** The first and the last seq assigned. If there was nothing to append, `last` is the head as it was. */
export interface Appended {
  readonly first: number
  readonly last: number
}

/** Records that are no longer at the revision that the plan saw. */
export class RevisionMovedError extends DemarcheError {
  readonly keys: readonly { readonly space: Space; readonly key: string; readonly currentRevision: number }[]

  constructor(keys: RevisionMovedError['keys']) {
    const names = keys.slice(0, 3).map(({ key, currentRevision }) => `"${key}" (now at revision ${currentRevision})`)
    const shown = keys.length > 3 ? [...names, '…'] : names
    super('REVISION_MOVED', `These records changed after planning: ${shown.join(', ')}. Plan again.`)
    this.keys = keys
  }
}

/** The log of a node has recorded a change that the node cannot show yet. */
export class RecordedUnseenError extends DemarcheError {
  /** Of the last change recorded. */
  readonly seq: number

  constructor(seq: number, options?: { cause?: unknown }) {
    const message = `The change is recorded as ${seq}, but this node cannot show it yet. Do not record it again. Ask later, or ask another node.`
    super('RECORDED_UNSEEN', message, options)
    this.seq = seq
  }
}

/** An error on its way from one thread to another. */
export interface SentError {
  readonly code?: ErrorCode
  readonly message: string
  readonly keys?: RevisionMovedError['keys']
  readonly seq?: number
  readonly file?: string
}

export function sent(error: unknown): SentError {
  if (!(error instanceof DemarcheError))
    return { message: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  const { code, message } = error
  return {
    code,
    message,
    ...(error instanceof RevisionMovedError && { keys: error.keys }),
    ...(error instanceof RecordedUnseenError && { seq: error.seq }),
    ...(error instanceof StoreError && { file: error.file }),
  }
}

export function received({ code, message, keys, seq, file }: SentError): Error {
  if (keys !== undefined) return new RevisionMovedError(keys)
  // An import says in its own words how to go on.
  if (seq !== undefined) return Object.assign(new RecordedUnseenError(seq), { message })
  if (code === undefined) return new Error(message)
  return file === undefined ? new DemarcheError(code, message) : new StoreError(code, message, { file })
}

export interface AppenderOptions {
  readonly clock: Pick<Clock, 'read'>
  /** How long to wait while another process writes, in milliseconds. */
  readonly patience?: number | undefined
}

export class Appender {
  readonly #connection: Connection
  readonly #projection: Projection
  readonly #clock: Pick<Clock, 'read'>
  readonly #patience: number | undefined
  readonly #assertOurs: () => void
  readonly #insert: Insert<typeof changes>
  readonly #upsertBaseline: SqlStatement
  readonly #upsertLoad: SqlStatement
  readonly #expireAnswers: SqlStatement
  readonly #insertAnswer: SqlStatement
  readonly #selectLatest: SqlStatement
  readonly #selectExisting: SqlStatement
  readonly #selectHead: SqlStatement
  readonly #updateDates: SqlStatement
  /** Settles when all earlier appends have. */
  #earlier: Promise<unknown> = Promise.resolve()

  constructor(connection: Connection, projection: Projection, { clock, patience }: AppenderOptions) {
    this.#connection = connection
    this.#projection = projection
    this.#clock = clock
    this.#patience = patience
    this.#assertOurs = versionGuard(connection)
    this.#insert = inserter(connection, changes)
    this.#upsertBaseline = connection.prepare(
      `insert into baselines (space, key, hash) values (?, ?, ?)
       on conflict (space, key) do update set hash = excluded.hash`,
    )
    this.#upsertLoad = connection.prepare(
      `insert into loads (space, key, hash, revision) values (?, ?, ?, ?)
       on conflict (space, key) do update set hash = excluded.hash, revision = excluded.revision`,
    )
    this.#expireAnswers = connection.prepare('delete from answers where at <= ?')
    this.#insertAnswer = connection.prepare(
      'insert into answers (by, key, hash, at, seq, plan) values (?, ?, ?, ?, ?, ?) on conflict do nothing',
    )
    this.#selectLatest = prepareOnce(
      connection,
      'select revision, record, kind from changes where space = ? and key = ? order by revision desc limit 1',
    )
    this.#selectExisting = connection.prepare(EXISTING_KEYS).pluck()
    this.#selectHead = connection.prepare('select seq, at from changes order by seq desc limit 1')
    this.#updateDates = connection.prepare('update changes set at = ? where seq >= ?')
  }

  /**
   * Appends of one process are written in the order of their calls. Throws {@link RevisionMovedError}; `REFERENCE_UNKNOWN` if a content
   * refers to a key that does not exist; `KIND_CHANGED`; `ALREADY_RETRACTED`; `REDACTED`; `STORE_BUSY` after `patience` milliseconds of
   * waiting for another process; `STORE_FULL`; `ALREADY_ANSWERED` if the idempotency key has an answer; `STORE_NEWER` if another version
   * has migrated or rebuilt the store meanwhile; `CLOCK_AHEAD`.
   */
  append(append: Append): Promise<Appended> {
    const appended = this.#earlier.then(() => this.#appendNow(append))
    this.#earlier = appended.catch(() => {})
    return appended
  }

  async #appendNow(append: Append): Promise<Appended> {
    const batches = batchesOf(append)
    try {
      const { first, last } = await transact(this.#connection, () => this.write(batches, append), this.#patience)
      return { first, last }
    } catch (error) {
      this.#projection.reset()
      throw error
    }
  }

  /**
   * Writes an append behind the last change. The caller holds the transaction, and resets the projection if it rolls back. Throws as `append`
   * does.
   */
  write(batches: readonly (readonly WrittenChange[])[], append: Append): Appended & { readonly at: number } {
    this.#assertOurs()
    const head = this.#selectHead.get() as { seq: number; at: number } | undefined
    const at = Math.max(this.#clock.read(), head?.at ?? 0)
    const start = head?.seq ?? 0
    let seq = start
    for (const batch of batches) {
      this.#assertUnmoved(batch)
      const last = seq + batch.length
      const logged = batch.map((change): LoggedChange => ({
        seq: ++seq,
        batch: last,
        space: spaceOf(change.record),
        record: change.record,
        key: change.key,
        revision: change.revision,
        kind: change.kind,
        note: change.note ?? null,
        at,
        by: append.by ?? null,
        origin: append.origin,
        format: CONTENT_FORMAT,
        content: change.text,
      }))
      for (const change of logged) this.#insert(change)
      this.#projection.project(logged)
    }
    for (const { space, key, hash } of append.baselines ?? []) this.#upsertBaseline.run(space, key, hash)
    for (const { space, key, hash, revision } of append.loads ?? []) this.#upsertLoad.run(space, key, hash, revision)
    if (append.answer !== undefined) this.#writeAnswer({ seq, ...append.answer }, at)
    return { first: start + 1, last: seq, at }
  }

  /** Gives the changes from a seq on, which `write` has just written, another date. The caller holds the transaction. */
  redate(first: number, at: number): void {
    this.#updateDates.run(at, first)
    this.#projection.redate(first, at)
  }

  #writeAnswer({ by, key, hash, seq = null, plan }: Answer, at: number): void {
    this.#expireAnswers.run(at - ANSWER_KEPT)
    if (this.#insertAnswer.run(by, key, hash, at, seq, plan ?? null).changes === 1) return
    throw new DemarcheError('ALREADY_ANSWERED', `the idempotency key "${key}" has an answer; read that`)
  }

  #assertUnmoved(batch: readonly WrittenChange[]): void {
    const moved: { space: Space; key: string; currentRevision: number }[] = []
    const seen = new Set<string>()
    const mayExist = this.#existence(batch)
    for (const change of batch) {
      const space = spaceOf(change.record)
      const name = `${space} ${change.key}`
      if (seen.has(name)) throw new Error(`a batch holds two changes of ${name}`)
      seen.add(name)
      const latest = mayExist(change) ? (this.#selectLatest.get(space, change.key) as Latest | undefined) : undefined
      if ((latest?.revision ?? 0) !== change.revision - 1) {
        moved.push({ space, key: change.key, currentRevision: latest?.revision ?? 0 })
      } else if (latest !== undefined && latest.record !== change.record) {
        const message = `"${change.key}" is recorded as ${latest.record} and cannot become ${change.record}; use another key`
        throw new DemarcheError('KIND_CHANGED', message)
      } else if (latest?.kind === 'RETRACTED') {
        throw new DemarcheError(
          'ALREADY_RETRACTED',
          `"${change.key}" is retracted and cannot change again; record it under another key`,
        )
      } else if (latest?.kind === 'REDACTED') {
        throw new DemarcheError('REDACTED', `"${change.key}" was redacted and cannot change again`)
      }
    }
    if (moved.length > 0) throw new RevisionMovedError(moved)
  }

  /** Whether the log may have an entry of a record. Many new records are looked up in one query, since few of them exist. */
  #existence(batch: readonly WrittenChange[]): (change: WrittenChange) => boolean {
    const entering = batch.filter(({ revision }) => revision === 1)
    if (entering.length < MANY) return () => true
    const existing = new Set<string>()
    for (const space of SPACES) {
      const keys = entering.filter(({ record }) => spaceOf(record) === space).map(({ key }) => key)
      for (const key of this.#selectExisting.all(space, JSON.stringify(keys))) existing.add(`${space} ${String(key)}`)
    }
    return ({ record, key, revision }) => revision > 1 || existing.has(`${spaceOf(record)} ${key}`)
  }
}

/** From this many new records on, one query for all is faster. */
const MANY = 100

interface Latest {
  readonly revision: number
  readonly record: RecordKind
  readonly kind: RevisionKind
}

export type WrittenChange = ChangeOfRecord & { readonly text: string }

/** The batches that hold changes, as they are written. */
export function batchesOf({ batches }: Append): readonly (readonly WrittenChange[])[] {
  return batches.filter((batch) => batch.length > 0).map((batch) => batch.map(withText))
}

function withText(change: PlannedChange): WrittenChange {
  return change.text === undefined ? { ...change, text: canonicalJson(change.content) } : change
}
