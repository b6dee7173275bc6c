import { contentText } from '../../model/records/canonical-record.ts'
import { keyProblem } from '../../model/records/key.ts'
import type { Path } from '../../model/records/references.ts'
import { DEVELOPMENT_KINDS, type AnyRecord, type RecordKind } from '../../model/records/definitions.ts'
import { show } from '../../model/records/shown-value.ts'
import { validateRecord } from '../../model/records/validation.ts'
import type { Staging } from '../../store/sqlite/staging.ts'
import { noteForeignHolders, noteTies } from './position-holders.ts'
import { formatPath, type DossierProblem, type Place, type ProblemList } from '../format/problems.ts'
import { ReferenceNotes } from './references.ts'
import { keyFieldOf, SECTIONS } from '../format/sections.ts'
import type { DossierSink, WrittenRecord } from '../format/handler.ts'
import { noteForWarnings } from './warnings.ts'

/**
 * Takes in records as they are read: holds each against the model, stages it, and notes what can only be told once all are there. A record
 * that is not valid is staged without content, so that what names it is not called wrong as well.
 */
export class Intake implements DossierSink {
  /** Hears of every record, with their number so far. */
  onRecord: ((count: number) => void) | undefined
  readonly #staging: Staging
  readonly #problems: ProblemList
  readonly #references: ReferenceNotes
  #count = 0

  constructor(staging: Staging, problems: ProblemList) {
    this.#staging = staging
    this.#problems = problems
    this.#references = new ReferenceNotes(staging)
  }

  /** How many records have been read, valid or not. */
  get count(): number {
    return this.#count
  }

  problem(problem: DossierProblem): void {
    this.#problems.add(problem)
  }

  record(written: WrittenRecord): void {
    this.onRecord?.(++this.#count)
    const { section, value } = written
    const kind = section === 'developments' ? this.#kindOf(written) : SECTIONS[section]
    if (kind === undefined) return
    const key = nameOf(value, kind)
    const { record, problems } = validateRecord(kind, value)
    const label = key === undefined ? written.place : `${kind} ${key}`
    const placeOf = (path: Path, at?: 'name'): Place => {
      return { file: written.file, ...written.locate(path, at), record: label, path }
    }
    for (const { path, code, message } of problems) {
      this.problem({ ...placeOf(path, code === 'UNKNOWN_FIELD' ? 'name' : undefined), code, message })
    }
    if (key === undefined) return
    this.#stage(written, { kind, key, record, placeOf })
    const wrong = new Set(problems.map(({ path }) => formatPath(path)))
    this.#references.note({ kind, raw: value, own: key, wrong, placeOf })
    if (kind === 'actor') noteTies(this.#staging, value, key)
    if (kind === 'statement') noteForeignHolders(this.#staging, value, placeOf)
    if (record !== undefined) noteForWarnings({ staging: this.#staging, record, placeOf })
  }

  /** A development's kind is the field that holds its key. */
  #kindOf(written: WrittenRecord): RecordKind | undefined {
    const { value, locate, file, place } = written
    const report = (message: string): undefined => {
      this.problem({ file, ...locate([]), record: place, path: [], code: 'KIND_UNCLEAR', message })
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return report(`found ${show(value)}; a development is a map of fields`)
    }
    const kinds = DEVELOPMENT_KINDS.filter((kind) => Object.hasOwn(value, kind))
    if (kinds.length === 1) return kinds[0]
    const found = kinds.length === 0 ? 'it names no kind' : `it has ${kinds.join(' and ')}`
    return report(`${found}; a development has its key under one of ${DEVELOPMENT_KINDS.join(', ')}`)
  }

  #stage({ file, position }: WrittenRecord, { kind, key, record, placeOf }: Taken): void {
    const retract = record !== undefined && 'retract' in record ? (record.retract ?? null) : null
    const content = record === undefined ? null : contentText(record)
    const before = this.#staging.add({ record: kind, key, content, retract, file, ...position })
    if (before === undefined) return
    const other = before.record === kind ? '' : ` as ${before.record}`
    const message = `the key ${show(key)} stands${other} at ${before.file}:${before.line} already; give each record its own`
    this.problem({ ...placeOf([keyFieldOf(kind)]), code: 'KEY_REPEATED', message })
  }
}

interface Taken {
  readonly kind: RecordKind
  readonly key: string
  /** Undefined where it is not valid. */
  readonly record: AnyRecord | undefined
  readonly placeOf: (path: Path) => Place
}

/** The record's own key, where it has a good one. */
function nameOf(value: unknown, kind: RecordKind): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const key: unknown = Reflect.get(value, keyFieldOf(kind))
  return typeof key === 'string' && keyProblem(key) === null ? key : undefined
}
