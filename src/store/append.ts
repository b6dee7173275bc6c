import { canonicalJson } from '../model/records/canonical-json.ts'
import type { ContentText } from '../model/records/canonical-record.ts'
import { DemarcheError } from '../model/errors.ts'
import type { AnyRecord, RecordKind } from '../model/records/definitions.ts'
import type { RevisionKind } from '../model/vocabulary/development.ts'
import { CONTENT_FORMAT, KEYS_THERE, SPACES, spaceOf, type LoggedChange, type Space } from './log/entries.ts'
import type { Clock } from './log/clock.ts'
import type { Connection, Statement } from './sqlite/connection.ts'
import { DERIVED_WITH, type Derivation } from './projections/project.ts'
import { inserter, type Insert } from './sqlite/write-buffer.ts'
import { changes } from './schema/log.ts'
import { PATIENCE, transact } from './sqlite/transaction.ts'

export { TURN } from './sqlite/transaction.ts'

/*
 * The only way into the log. An append is one transaction: its batches, in order, each a run of contiguous seqs with one change a record at
 * most, and all that is derived from them. Inside it only what may have moved is looked at again: that each record still stands at the
 * revision the plan saw, and that every key it names is there. When it returns, the changes are on disk; when it throws, nothing is.
 */

/** A record as it shall stand in the log: with its content or, from whoever has that written already, with its text. */
export type PlannedChange = ChangeOfRecord & (WithContent | WithText)

interface ChangeOfRecord {
  readonly record: RecordKind
  readonly key: string
  readonly kind: RevisionKind
  /** The revision that this becomes: the record has to stand at the one before. */
  readonly revision: number
  readonly note?: string
}

interface WithContent {
  /** Valid, and without `retract`: a retraction repeats the last content and has its reason as its note. */
  readonly content: AnyRecord
  readonly text?: never
}

interface WithText {
  readonly content?: never
  readonly text: ContentText
}

export interface Append {
  /** Committed together, in order; a batch holds at most one change a record. */
  readonly batches: readonly (readonly PlannedChange[])[]
  readonly origin: 'IMPORT' | 'API'
  readonly by?: string
  /** Written in the same transaction. */
  readonly baselines?: readonly { readonly space: Space; readonly key: string; readonly hash: string }[]
}

/** The first and the last seq that were given; `last` is the head before where there was nothing to append. */
export interface Appended {
  readonly first: number
  readonly last: number
}

/** Records that no longer stand at the revision a plan saw. */
export class RevisionMovedError extends DemarcheError {
  readonly keys: readonly { readonly space: Space; readonly key: string; readonly currentRevision: number }[]

  constructor(keys: RevisionMovedError['keys']) {
    const names = keys.slice(0, 3).map(({ key, currentRevision }) => `"${key}" (now at revision ${currentRevision})`)
    super('REVISION_MOVED', `changed meanwhile by someone else: ${names.join(', ')}${keys.length > 3 ? ', …' : ''}`)
    this.keys = keys
  }
}

export interface AppenderOptions {
  readonly clock: Clock
  /** How long to wait for another process to finish writing, in milliseconds. */
  readonly patience?: number | undefined
}

export class Appender {
  readonly #connection: Connection
  readonly #derivation: Derivation
  readonly #clock: Clock
  readonly #patience: number
  readonly #standing: Statement
  readonly #migratedTo: unknown
  readonly #insert: Insert<typeof changes>
  readonly #baseline: Statement
  readonly #latest: Statement
  readonly #keysThere: Statement
  readonly #head: Statement
  /** The appends that were asked for before, each of which waits for its own turn to write. */
  #before: Promise<unknown> = Promise.resolve()

  constructor(connection: Connection, derivation: Derivation, { clock, patience = PATIENCE }: AppenderOptions) {
    this.#connection = connection
    this.#derivation = derivation
    this.#clock = clock
    this.#patience = patience
    this.#standing = connection.prepare(
      'select derived_with as derivedWith, (select max(made_at) from migrations) as migratedTo from derivation where id = 1',
    )
    this.#migratedTo = this.#readStanding().migratedTo
    this.#insert = inserter(connection, changes)
    this.#baseline = connection.prepare(
      `insert into baselines (space, key, hash) values (?, ?, ?)
       on conflict (space, key) do update set hash = excluded.hash`,
    )
    this.#latest = connection.prepare(
      'select revision, record, kind from changes where space = ? and key = ? order by revision desc limit 1',
    )
    this.#keysThere = connection.prepare(KEYS_THERE).pluck()
    this.#head = connection.prepare('select seq, at from changes order by seq desc limit 1')
  }

  /**
   * Throws {@link RevisionMovedError}; `REFERENCE_UNKNOWN` where a content names a key that nobody has; `STORE_BUSY` after ten seconds of
   * another process writing; `STORE_FULL`; `STORE_NEWER` where another version has taken the store over meanwhile; `CLOCK_AHEAD`. Appends of one process go in the order in which they are asked for.
   */
  append(append: Append): Promise<Appended> {
    const appended = this.#before.then(() => this.#appendNow(append))
    this.#before = appended.catch(() => {})
    return appended
  }

  async #appendNow(append: Append): Promise<Appended> {
    const batches = append.batches.filter((batch) => batch.length > 0).map((batch) => batch.map(withText))
    try {
      return await transact(this.#connection, () => this.#write(batches, append), this.#patience)
    } catch (error) {
      this.#derivation.forget()
      throw error
    }
  }

  #write(batches: readonly (readonly WrittenChange[])[], append: Append): Appended {
    this.#assertOurs()
    const head = this.#head.get() as { seq: number; at: number } | undefined
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
      this.#derivation.derive(logged)
    }
    for (const { space, key, hash } of append.baselines ?? []) this.#baseline.run(space, key, hash)
    return { first: start + 1, last: seq }
  }

  /** Another process may have migrated or rebuilt the store since it was opened; what this one would derive then no longer fits it. */
  #assertOurs(): void {
    const { derivedWith, migratedTo } = this.#readStanding()
    if (derivedWith === DERIVED_WITH && migratedTo === this.#migratedTo) return
    const message = `${this.#connection.name} has been taken over by another version of Demarche; stop this one and start that`
    throw new DemarcheError('STORE_NEWER', message)
  }

  #readStanding(): { derivedWith?: unknown; migratedTo?: unknown } {
    return this.#standing.get() ?? {}
  }

  #assertUnmoved(batch: readonly WrittenChange[]): void {
    const moved: { space: Space; key: string; currentRevision: number }[] = []
    const seen = new Set<string>()
    const there = this.#whatIsThere(batch)
    for (const change of batch) {
      const space = spaceOf(change.record)
      const mark = `${space} ${change.key}`
      if (seen.has(mark)) throw new Error(`a batch holds two changes of ${mark}`)
      seen.add(mark)
      const latest = there(change) ? (this.#latest.get(space, change.key) as Latest | undefined) : undefined
      if ((latest?.revision ?? 0) !== change.revision - 1) {
        moved.push({ space, key: change.key, currentRevision: latest?.revision ?? 0 })
      } else if (latest !== undefined && latest.record !== change.record) {
        const message = `"${change.key}" is recorded as ${latest.record} and cannot become ${change.record}`
        throw new DemarcheError('KIND_CHANGED', message)
      } else if (latest?.kind === 'RETRACTED') {
        throw new DemarcheError('ALREADY_RETRACTED', `"${change.key}" is retracted and cannot change any more`)
      }
    }
    if (moved.length > 0) throw new RevisionMovedError(moved)
  }

  /** Whether the log may have an entry of a record. Many that are to be new are asked for together: most of them have none. */
  #whatIsThere(batch: readonly WrittenChange[]): (change: WrittenChange) => boolean {
    const entering = batch.filter(({ revision }) => revision === 1)
    if (entering.length < MANY) return () => true
    const there = new Set<string>()
    for (const space of SPACES) {
      const keys = entering.filter(({ record }) => spaceOf(record) === space).map(({ key }) => key)
      for (const key of this.#keysThere.all(space, JSON.stringify(keys))) there.add(`${space} ${String(key)}`)
    }
    return ({ record, key, revision }) => revision > 1 || there.has(`${spaceOf(record)} ${key}`)
  }
}

/** From how many on it is worth asking for all together. */
const MANY = 100

interface Latest {
  readonly revision: number
  readonly record: RecordKind
  readonly kind: RevisionKind
}

type WrittenChange = ChangeOfRecord & { readonly text: string }

function withText(change: PlannedChange): WrittenChange {
  return change.text === undefined ? { ...change, text: canonicalJson(change.content) } : change
}
