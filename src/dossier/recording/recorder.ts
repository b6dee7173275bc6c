import { article, UnknownKeyError } from '../../model/errors.ts'
import { contentOf, contentTextOf, type ContentText } from '../../model/records/canonical-record.ts'
import {
  type AnyRecord,
  changeNote,
  type DevelopmentRecordKind,
  type RecordKind,
  type ReferenceKind,
  spaceOf,
} from '../../model/records/definitions.ts'
import type { AmendmentKind } from '../../model/vocabulary/development.ts'
import { type PlannedChange, RevisionMovedError } from '../../store/append.ts'
import { lastChange } from '../../store/queries/changes.ts'
import type { LoggedChange } from '../../store/schema/log.ts'
import { unknownKey } from '../../store/search/keys.ts'
import type { Store } from '../../store/store.ts'
import { keyFieldOf } from '../format/sections.ts'
import { RecordCheck, type RecordProblem } from './record-check.ts'
import {
  AlreadyRetractedError,
  type InputProblem,
  InvalidInputError,
  KeyTakenError,
  RevisionConflictError,
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

/** The change that answers a mutation. */
export interface Recorded {
  readonly key: string
  /** The seq of the change or, if nothing changed, of the last change of the record. */
  readonly seq: number
}

const ATTEMPTS = 5
const WAITING_MAX = 100

export class Recorder {
  readonly #store: Store
  readonly #check: RecordCheck
  readonly #queue: WriterQueue

  constructor(store: Store, { waitingMax = WAITING_MAX }: { readonly waitingMax?: number } = {}) {
    this.#store = store
    this.#check = new RecordCheck(store.reader)
    this.#queue = new WriterQueue(waitingMax)
  }

  /** Records a development under a new key. Throws `INVALID_INPUT`, `KEY_TAKEN`. */
  record(kind: DevelopmentRecordKind, record: WrittenRecord, by: string): Promise<Recorded> {
    return this.#submit(by, () => {
      const key = keyOf(kind, record)
      const stored = this.#last(kind, key)
      const taken = stored && new KeyTakenError(key, article(stored.record))
      const { content, problems } = this.#examine(kind, record)
      if (taken !== undefined && problems.length === 0) throw taken
      const { code = '', message = '' } = taken ?? {}
      const text = valid(content, taken ? [...problems, { path: record.pathOf([kind]), code, message }] : problems)
      return { record: kind, key, kind: 'RECORDED', revision: 1, text }
    })
  }

  /** Records nothing if the patch changes nothing. Throws `UNKNOWN_KEY`, `ALREADY_RETRACTED`, `REVISION_CONFLICT`, `INVALID_INPUT`. */
  amend(kind: DevelopmentRecordKind, key: string, amendment: Amendment, by: string): Promise<Recorded> {
    const { expectedRevision, patch } = amendment
    return this.#submit(by, () => {
      const stored = this.#amendable(key, expectedRevision, kind)
      const { content, problems } = this.#examine(kind, { ...patch, fields: patched(contentOf(stored), patch.fields) })
      const { note, problems: noteProblems } = readNote('note', amendment.note)
      const text = valid(content, [...problems, ...noteProblems])
      if (text === contentTextOf(stored)) return stored
      return { record: kind, key, kind: amendment.kind, revision: stored.revision + 1, text, note }
    })
  }

  /** Throws `UNKNOWN_KEY`, `ALREADY_RETRACTED`, `REVISION_CONFLICT`, `INVALID_INPUT`. */
  retract(key: string, { expectedRevision, reason }: Retraction, by: string): Promise<Recorded> {
    return this.#submit(by, () => {
      const stored = this.#amendable(key, expectedRevision)
      const { note, problems } = readNote('reason', reason)
      const text = valid(contentTextOf(stored), problems)
      return { record: stored.record, key, kind: 'RETRACTED', revision: stored.revision + 1, text, note }
    })
  }

  /** Adds a reference record, or replaces its content. Records nothing if that changes nothing. Throws `REVISION_CONFLICT`, `INVALID_INPUT`. */
  save(kind: ReferenceKind, record: WrittenRecord, saving: Saving, by: string): Promise<Recorded> {
    const { expectedRevision } = saving
    return this.#submit(by, () => {
      const key = keyOf(kind, record)
      const stored = this.#last(kind, key)
      const revision = stored?.revision ?? 0
      if (expectedRevision != null && expectedRevision !== revision)
        throw new RevisionConflictError(key, expectedRevision, revision)
      const { content, problems } = this.#examine(kind, record)
      const { note, problems: noteProblems } = saving.note == null ? NO_NOTE : readNote('note', saving.note)
      const text = valid(content, [...problems, ...noteProblems])
      if (stored !== undefined && text === contentTextOf(stored)) return stored
      const change = { record: kind, key, revision: revision + 1, text, ...(note !== undefined && { note }) }
      return { ...change, kind: stored === undefined ? 'RECORDED' : 'REVISED' }
    })
  }

  /** Frees what checking holds. */
  close(): void {
    this.#check.close()
  }

  /** Plans and appends a change in its turn. A plan that is a logged change has nothing to append. */
  #submit(by: string, plan: () => PlannedChange | LoggedChange): Promise<Recorded> {
    return this.#queue.run(async () => {
      for (let attempt = 1; ; attempt++) {
        const planned = plan()
        if ('seq' in planned) return planned
        try {
          const { last } = await this.#store.append({ batches: [[planned]], origin: 'API', by })
          return { key: planned.key, seq: last }
        } catch (error) {
          if (!(error instanceof RevisionMovedError) || attempt === ATTEMPTS) throw error
        }
      }
    })
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
    if (stored.kind === 'RETRACTED') throw new AlreadyRetractedError(key, stored.at)
    if (stored.revision !== expectedRevision) throw new RevisionConflictError(key, expectedRevision, stored.revision)
    return stored
  }

  #examine(kind: RecordKind, { fields, problems, pathOf }: WrittenRecord) {
    const { content, problems: found } = this.#check.check(kind, fields)
    const all = [...problems, ...found].map(({ path, code, message }) => ({ path: pathOf(path), code, message }))
    return { content, problems: all }
  }
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

const NO_NOTE = { note: undefined, problems: [] }

/** The reason for a change as the log keeps it. */
function readNote(path: string, written: string): { note: string; problems: readonly InputProblem[] } {
  const { data: note = written, error } = changeNote.safeParse(written)
  const problems = (error?.issues ?? []).map((issue) =>
    issue.code === 'too_big'
      ? { path, code: 'TOO_LONG', message: `has ${written.length} characters; the limit is ${issue.maximum}` }
      : { path, code: 'INVALID', message: issue.message },
  )
  return { note, problems }
}

/** Null clears a field; so does an empty list, which contents leave out. */
function patched(content: AnyRecord, patch: WrittenRecord['fields']): WrittenRecord['fields'] {
  return Object.fromEntries(Object.entries({ ...content, ...patch }).filter(([, value]) => value !== null))
}
