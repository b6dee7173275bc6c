import { article, DemarcheError, UnknownKeyError } from '../../model/errors.ts'
import { type Limits, LIMITS } from '../../model/limits.ts'
import { contentOf, contentTextOf, type ContentText } from '../../model/records/canonical-record.ts'
import {
  type AnyRecord,
  type DevelopmentRecordKind,
  type RecordKind,
  type ReferenceKind,
  spaceOf,
} from '../../model/records/definitions.ts'
import { validateNote } from '../../model/records/validation.ts'
import type { AmendmentKind } from '../../model/vocabulary/development.ts'
import type { PlannedChange } from '../../store/append.ts'
import { type AnswerRow, lastChange, readContents } from '../../store/queries/changes.ts'
import type { LoggedChange } from '../../store/schema/log.ts'
import { unknownKey } from '../../store/search/keys.ts'
import type { Store } from '../../store/store.ts'
import { keyFieldOf } from '../format/sections.ts'
import { type DossierAnswer, DossierImporter, type DossierOptions, type DossierPlan } from './dossier-importer.ts'
import { RecordCheck, type RecordProblem } from './record-check.ts'
import {
  AlreadyRetractedError,
  IdempotencyKeyReusedError,
  type InputProblem,
  InvalidInputError,
  KeyTakenError,
  RevisionConflictError,
  StoreBusyError,
} from './refusals.ts'
import { WriterQueue } from './writer-queue.ts'

/*
 * Records single changes for the API. All go through one queue: each is planned against the store as the one before left it, checked as an
 * import checks it, and appended. When a method returns, the change is on disk. A change that another process makes in between moves the
 * revision that was planned for; then the change is planned again, and may be refused.
 */

/** A record written in the terms of a dossier, and how its problems are reported. */
export interface WrittenRecord {
  readonly fields: Readonly<Record<string, unknown>>
  /** Problems found in translating it. */
  readonly problems: readonly RecordProblem[]
  /** The path of a field of the record in the arguments of the mutation. */
  readonly pathOf: (path: RecordProblem['path']) => string
}

export interface Amendment {
  readonly expectedRevision: number
  readonly kind: AmendmentKind
  readonly note: string
  /** A field that is null or an empty list is cleared. */
  readonly patch: WrittenRecord
}

export interface Retraction {
  readonly expectedRevision: number
  readonly reason: string
}

export interface Saving {
  /** 0 for a record that does not exist yet. */
  readonly expectedRevision?: number | null | undefined
  readonly note?: string | null | undefined
}

/** Who records, and how a repetition is recognised. */
export interface Submission {
  /** The name of the token. */
  readonly by: string
  /** The hash is that of the mutation and its arguments. */
  readonly idempotency?: { readonly key: string; readonly hash: string } | undefined
}

type Repeatable = Submission & { readonly idempotency: NonNullable<Submission['idempotency']> }

/** The change that answers a mutation. */
export interface Recorded {
  readonly key: string
  /** The seq of the change or, if nothing changed, of the last change of the record. */
  readonly seq: number
}

export interface RecorderOptions extends Partial<Pick<Limits, 'waitingChanges' | 'waitingDossiers'>> {
  /** The memory that an import may take. By default, a dossier of the greatest size fits. */
  readonly importMebibytes?: number
}

const ATTEMPTS = 5

export class Recorder {
  readonly #store: Store
  readonly #check: RecordCheck
  readonly #queue: WriterQueue
  readonly #importer: DossierImporter
  /** The idempotency keys of the imports that run. */
  readonly #importing = new Set<string>()

  constructor(store: Store, options: RecorderOptions = {}) {
    const { waitingChanges, waitingDossiers, importMebibytes = 2_048 } = options
    this.#store = store
    this.#check = new RecordCheck(store.reader)
    this.#queue = new WriterQueue({
      limit: waitingChanges ?? LIMITS.waitingChanges.default,
      noun: 'changes',
      retryAfter: 1,
    })
    const waiting = waitingDossiers ?? LIMITS.waitingDossiers.default
    this.#importer = new DossierImporter(store, { waiting, mebibytes: importMebibytes })
  }

  /** How many changes and dossiers wait. */
  get waiting(): { readonly changes: number; readonly dossiers: number } {
    return { changes: this.#queue.waiting, dossiers: this.#importer.queue.waiting }
  }

  /** Records a development under a new key. Throws `INVALID_INPUT`, `KEY_TAKEN`. */
  record(kind: DevelopmentRecordKind, record: WrittenRecord, as: Submission): Promise<Recorded> {
    return this.#submit(as, (flaws) => {
      const key = keyOf(kind, record)
      const stored = this.#last(kind, key)
      const taken = stored && new KeyTakenError(key, article(stored.record))
      const { content, problems } = this.#examine(kind, record)
      if (taken !== undefined && problems.length + flaws.length === 0) throw taken
      const path = record.pathOf([kind])
      const repeated = taken ? [{ path, code: 'KEY_TAKEN', message: taken.message } as const] : []
      const text = valid(content, [...problems, ...repeated, ...flaws])
      return { record: kind, key, kind: 'RECORDED', revision: 1, text }
    })
  }

  /** Records nothing if the patch changes nothing. Throws `UNKNOWN_KEY`, `ALREADY_RETRACTED`, `REVISION_CONFLICT`, `INVALID_INPUT`. */
  amend(kind: DevelopmentRecordKind, key: string, amendment: Amendment, as: Submission): Promise<Recorded> {
    const { expectedRevision, patch } = amendment
    return this.#submit(as, (flaws) => {
      const stored = this.#amendable(key, expectedRevision, kind)
      const { content, problems } = this.#examine(kind, patch, contentOf(stored))
      const { note, problems: noteProblems } = readNote('note', amendment.note)
      const text = valid(content, [...problems, ...noteProblems, ...flaws])
      if (text === contentTextOf(stored)) return stored
      return { record: kind, key, kind: amendment.kind, revision: stored.revision + 1, text, note }
    })
  }

  /** Throws `UNKNOWN_KEY`, `ALREADY_RETRACTED`, `REVISION_CONFLICT`, `INVALID_INPUT`. */
  retract(key: string, { expectedRevision, reason }: Retraction, as: Submission): Promise<Recorded> {
    return this.#submit(as, (flaws) => {
      const stored = this.#amendable(key, expectedRevision)
      const { note, problems } = readNote('reason', reason)
      const text = valid(contentTextOf(stored), [...problems, ...flaws])
      return { record: stored.record, key, kind: 'RETRACTED', revision: stored.revision + 1, text, note }
    })
  }

  /** Adds a reference record, or replaces its content. Records nothing if that changes nothing. Throws `REVISION_CONFLICT`, `INVALID_INPUT`. */
  save(kind: ReferenceKind, record: WrittenRecord, saving: Saving, as: Submission): Promise<Recorded> {
    const { expectedRevision } = saving
    return this.#submit(as, (flaws) => {
      const key = keyOf(kind, record)
      const stored = this.#last(kind, key)
      const revision = stored?.revision ?? 0
      if (expectedRevision != null && expectedRevision !== revision)
        throw new RevisionConflictError(key, expectedRevision, revision)
      const { content, problems } = this.#examine(kind, record)
      const { note, problems: noteProblems } = saving.note == null ? NO_NOTE : readNote('note', saving.note)
      const redacted = stored?.kind === 'REDACTED' ? [{ path: record.pathOf(['key']), ...WAS_REDACTED }] : []
      const text = valid(content, [...redacted, ...problems, ...noteProblems, ...flaws])
      if (stored !== undefined && text === contentTextOf(stored)) return stored
      const change = { record: kind, key, revision: revision + 1, text, ...(note !== undefined && { note }) }
      return { ...change, kind: stored === undefined ? 'RECORDED' : 'REVISED' }
    })
  }

  /** Imports the text of a dossier: YAML, JSON or NDJSON. Throws `INVALID_INPUT`, `DOSSIER_CONFLICT`. */
  importDossier(dossier: string, options: DossierOptions, as: Submission): Promise<DossierAnswer> {
    const idempotency = options.dryRun === true ? undefined : as.idempotency
    const { note, problems } = options.note === undefined ? NO_NOTE : readNote('note', options.note)
    const flaws = [...problems, ...(idempotency === undefined ? [] : keyFlaws(idempotency.key))]
    const noted = { ...options, ...(note !== undefined && { note }) }
    return this.#importer.queue.run(async () => {
      const { by } = as
      if (idempotency === undefined || flaws.length > 0) return await this.#import(dossier, noted, { by, flaws })
      const first = await this.#importAnswer({ by, idempotency })
      if (first !== undefined) return first
      const name = `${by}\n${idempotency.key}`
      this.#importing.add(name)
      try {
        const answer = await this.#import(dossier, noted, { by, flaws })
        return await this.#keepAnswer({ by, idempotency }, answer)
      } finally {
        this.#importing.delete(name)
      }
    })
  }

  /** Ends imports that run, and frees what checking holds. */
  close(): void {
    this.#importer.close()
    this.#check.close()
  }

  /**
   * Plans and appends a change in its turn, unless the idempotency key has an answer. A plan that is a logged change has nothing to append.
   * The plan refuses the flaws of the idempotency key beside its own.
   */
  #submit(as: Submission, plan: (flaws: readonly InputProblem[]) => PlannedChange | LoggedChange): Promise<Recorded> {
    const { idempotency } = as
    const flaws = idempotency === undefined ? [] : keyFlaws(idempotency.key)
    const answered = async () => (flaws.length === 0 ? await this.#answered(as) : undefined)
    return this.#queue.run(async () => {
      for (let attempt = 1; ; attempt++) {
        const first = await answered()
        if (first !== undefined) return first
        let planned: PlannedChange | LoggedChange
        try {
          planned = plan(flaws)
        } catch (refusal) {
          // Another node may have recorded this very change since the log was asked.
          const since = await answered()
          if (since !== undefined) return since
          throw refusal
        }
        try {
          return await this.#append(planned, as)
        } catch (error) {
          if (!isOvertaken(error) || attempt === ATTEMPTS) throw busy(error)
        }
      }
    })
  }

  /** Keeps the answer to an idempotency key with the change, or alone if the plan is a logged change. */
  async #append(planned: PlannedChange | LoggedChange, { by, idempotency }: Submission): Promise<Recorded> {
    const isLogged = 'seq' in planned
    const { key } = planned
    if (isLogged && idempotency === undefined) return planned
    const answer = idempotency && { by, ...idempotency }
    const { last } = await this.#store.append({
      batches: isLogged ? [] : [[planned]],
      origin: 'API',
      by,
      ...(answer && { answer: isLogged ? { ...answer, seq: planned.seq } : answer }),
    })
    return { key, seq: isLogged ? planned.seq : last }
  }

  /** The first answer to the idempotency key of a submission. Throws `IDEMPOTENCY_KEY_REUSED`. */
  async #answered({ by, idempotency }: Submission): Promise<Recorded | undefined> {
    if (idempotency === undefined) return undefined
    if (this.#importing.has(`${by}\n${idempotency.key}`)) throw new IdempotencyKeyReusedError(idempotency.key)
    const row = await this.#answerRow({ by, idempotency })
    if (row === undefined) return undefined
    const [change] = readContents(this.#store.reader, [row.seq ?? 0])
    if (change === undefined)
      throw new Error(`change ${row.seq}, the result kept for an idempotency key, is missing from the log`)
    return change
  }

  async #import(...args: Parameters<DossierImporter['run']>): Promise<DossierAnswer> {
    try {
      return await this.#importer.run(...args)
    } catch (error) {
      throw busy(error)
    }
  }

  /** Throws `IDEMPOTENCY_KEY_REUSED`. */
  async #answerRow({ by, idempotency: { key, hash } }: Repeatable): Promise<AnswerRow | undefined> {
    const row = await this.#store.answerTo(by, key)
    if (row !== undefined && row.hash !== hash) throw new IdempotencyKeyReusedError(key)
    return row
  }

  async #importAnswer(as: Repeatable): Promise<DossierAnswer | undefined> {
    const row = await this.#answerRow(as)
    return row && { plan: JSON.parse(row.plan ?? '') as DossierPlan, seq: row.seq } // as written below
  }

  /**
   * Returns the first answer, which another process may have given meanwhile. Importing again after a failure in between changes nothing more,
   * so the answer need not be in the transaction of the import.
   */
  async #keepAnswer({ by, idempotency }: Repeatable, own: DossierAnswer): Promise<DossierAnswer> {
    const answer = { by, ...idempotency, seq: own.seq, plan: JSON.stringify(own.plan) }
    try {
      await this.#store.append({ batches: [], origin: 'IMPORT', by, answer }).catch((error: unknown) => {
        if (!isOvertaken(error)) throw error
      })
      // Another import with this key may have been answered before, here or at another node.
      return (await this.#importAnswer({ by, idempotency })) ?? own
    } catch (error) {
      if (!(error instanceof DemarcheError) || error instanceof IdempotencyKeyReusedError) throw error
      // What it says of recording is said of the answer. What was imported is recorded.
      return own
    }
  }

  #last(kind: RecordKind, key: string): LoggedChange | undefined {
    return lastChange(this.#store.reader, spaceOf(kind), key)
  }

  /** The last change of a development that can change once more. Without a kind, of any kind. */
  #amendable(key: string, expectedRevision: number, kind?: DevelopmentRecordKind): LoggedChange {
    const stored = this.#last('event', key)
    if (stored === undefined) throw unknownKey(this.#store.reader, 'development', key)
    if (kind !== undefined && stored.record !== kind)
      throw new UnknownKeyError(kind, key, [], `; it is ${article(stored.record)}, and its kind cannot change`)
    if (stored.kind === 'RETRACTED' || stored.kind === 'REDACTED')
      throw new AlreadyRetractedError(key, { kind: stored.kind, at: stored.at })
    if (stored.revision !== expectedRevision) throw new RevisionConflictError(key, expectedRevision, stored.revision)
    return stored
  }

  /** With a content, what is written is a patch of that. */
  #examine(kind: RecordKind, { fields, problems, pathOf }: WrittenRecord, patched?: AnyRecord) {
    const { content, problems: found } = this.#check.check(kind, patched ? merged(patched, fields) : fields)
    const all = [...problems, ...found].map(({ path, code, message }) => {
      const isWritten = patched === undefined || Object.hasOwn(fields, String(path[0]))
      if (isWritten) return { path: pathOf(path), code, message }
      const whole = pathOf([])
      return { path: whole, code, message: `the record's own ${pathOf(path).slice(whole.length + 1)}: ${message}` }
    })
    return { content, problems: all }
  }
}

const KEY_LENGTH = 200

function keyFlaws(key: string): readonly InputProblem[] {
  if (/^[\x20-\x7e]+$/.test(key) && key.length <= KEY_LENGTH) return []
  const message = `an idempotency key has 1 to ${KEY_LENGTH} printable characters of ASCII; a UUID is one`
  return [{ path: 'idempotencyKey', code: 'INVALID', message }]
}

/** Whether another process changed the record, or answered the same idempotency key, since the change was planned. */
function isOvertaken(error: unknown): boolean {
  return error instanceof DemarcheError && OVERTAKEN.has(error.code)
}

const OVERTAKEN: ReadonlySet<string> = new Set(['REVISION_MOVED', 'ALREADY_ANSWERED', 'IDEMPOTENCY_KEY_REUSED'])

function busy(error: unknown): unknown {
  const isBusy = error instanceof DemarcheError && error.code === 'STORE_BUSY' && !(error instanceof StoreBusyError)
  return isBusy ? new StoreBusyError('The store has been busy with other changes for long.') : error
}

function keyOf(kind: RecordKind, { fields }: WrittenRecord): string {
  const key = fields[keyFieldOf(kind)]
  if (typeof key !== 'string') throw new Error(`${article(kind)} has no key`)
  return key
}

/** Throws all problems at once. */
function valid(content: ContentText | null, problems: readonly InputProblem[]): ContentText {
  if (problems.length > 0) throw new InvalidInputError(problems)
  if (content === null) throw new Error('a record without problems has no content')
  return content
}

const WAS_REDACTED = {
  code: 'REDACTED',
  message: 'was redacted, and cannot be recorded again; use another key',
} as const

const NO_NOTE = { note: undefined, problems: [] }

/** The reason for a change as the log keeps it. */
function readNote(path: string, written: string): { note: string; problems: readonly InputProblem[] } {
  const { note, problems } = validateNote(written)
  return { note, problems: problems.map(({ code, message }) => ({ path, code, message })) }
}

/** Null clears a field; so does an empty list, which contents leave out. */
function merged(content: AnyRecord, patch: WrittenRecord['fields']): WrittenRecord['fields'] {
  return Object.fromEntries(Object.entries({ ...content, ...patch }).filter(([, value]) => value !== null))
}
