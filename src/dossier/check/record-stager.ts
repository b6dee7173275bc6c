import { contentText } from '../../model/records/canonical-record.ts'
import { type AnyRecord, DEVELOPMENT_KINDS, type RecordKind } from '../../model/records/definitions.ts'
import { keyProblem } from '../../model/records/key.ts'
import { article, show } from '../../model/errors.ts'
import { validateRecord } from '../../model/records/validation.ts'
import type { Staging } from '../../store/sqlite/staging.ts'
import type { DossierHandler } from '../format/document.ts'
import { type AddressOf, type DossierProblem, formatPath, OTHER, type ProblemList } from '../format/problems.ts'
import { addressOf, keyFieldOf, type RecordAddress, SECTIONS } from '../format/sections.ts'
import { noteCentralClaim } from './central-claims.ts'
import { noteForeignHolders, noteTies } from './position-holders.ts'
import { PlausibilityNotes } from './plausibility/implausible.ts'
import { explainNames, type RecordNames } from './record-names.ts'
import { ReferenceNotes } from './references.ts'
import { noteForWarnings } from './warnings.ts'

/**
 * Validates records as they are read, stages them, and notes what can be judged only when all of them are staged. A record that is not
 * valid is staged without its content, so that references to it are not reported as well.
 */
export class RecordStager implements DossierHandler {
  /** Called for every record, with the number of records so far. */
  onRecord: ((count: number) => void) | undefined
  readonly #staging: Staging
  readonly #problems: ProblemList
  readonly #warnings: ProblemList | undefined
  readonly #names: RecordNames
  readonly #references: ReferenceNotes
  readonly #plausibility: PlausibilityNotes | undefined
  /** How many keys of a file another file has already used. */
  readonly #repeated = new Map<string, Map<string, number>>()
  #count = 0

  constructor(staging: Staging, { problems, warnings, names }: RecordStagerOptions) {
    this.#staging = staging
    this.#problems = problems
    this.#warnings = warnings
    this.#names = names
    this.#references = new ReferenceNotes(staging)
    this.#plausibility = warnings && new PlausibilityNotes(staging)
  }

  /** How many records have been read, valid or not. */
  get count(): number {
    return this.#count
  }

  problem(problem: DossierProblem): void {
    this.#problems.add(problem)
  }

  warning(warning: DossierProblem): void {
    this.#warnings?.add(warning)
  }

  record(address: RecordAddress, value: unknown): void {
    this.onRecord?.(++this.#count)
    const kind = address.section === 'developments' ? this.#kindOf(address, value) : SECTIONS[address.section]
    if (kind === undefined) return
    const key = keyIn(value, kind)
    const { record, problems } = validateRecord(kind, value)
    const label = key === undefined ? locationOf(address) : `${kind} ${key}`
    const at: AddressOf = (path) => ({ ...address, record: label, path })
    const named = problems.length === 0 ? undefined : explainNames(kind, value, this.#names)
    for (const problem of problems) {
      const { code, explain } = problem
      const inName = named?.get(formatPath(problem.path))
      this.#problems.add({
        at: at(problem.path),
        code,
        message: () => inName?.() ?? problem.message,
        ...(explain && { explain }),
        ...(code === 'UNKNOWN_FIELD' && { end: 'name' }),
      })
    }
    if (key === undefined) return
    this.#stage(address, { kind, key, record, at })
    // The lists of such a record have no bound.
    if (problems.some(({ code }) => code === 'LIST_TOO_LONG')) return
    const wrong = new Set(problems.map(({ path }) => formatPath(path)))
    this.#references.note({ kind, raw: value, own: key, wrong, at })
    if (kind === 'actor') noteTies(this.#staging, value, key)
    if (kind === 'dispute') noteCentralClaim(this.#staging, value, key, at)
    if (kind === 'statement') noteForeignHolders(this.#staging, value, key, at)
    if (record !== undefined && this.#plausibility !== undefined)
      noteForWarnings({ staging: this.#staging, plausibility: this.#plausibility, kind, key, record, at })
  }

  /** The kind of a development is the field that holds its key. */
  #kindOf(address: RecordAddress, value: unknown): RecordKind | undefined {
    const report = (message: string): undefined => {
      this.#problems.add({ at: { ...address, record: locationOf(address), path: [] }, code: 'KIND_UNCLEAR', message })
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return report(`found ${show(value)}; a development is a map of fields`)
    const kinds = DEVELOPMENT_KINDS.filter((kind) => Object.hasOwn(value, kind))
    if (kinds.length === 1) return kinds[0]
    const found = kinds.length === 0 ? 'the development has no kind' : `the development has ${kinds.join(' and ')}`
    return report(`${found}; write its key under exactly one of ${DEVELOPMENT_KINDS.join(', ')}`)
  }

  /** Reports, once the files are read, the keys of one file that another repeats and that were not reported one by one. */
  reportRepeated(): void {
    for (const [file, others] of this.#repeated)
      for (const [other, count] of others) {
        if (count <= REPEATED_SHOWN) continue
        const message = `has ${count} keys that ${other} uses too; if the files are versions of one dossier, check or import each by itself`
        this.#problems.add({ file, line: null, column: null, record: null, path: [], code: 'KEYS_REPEATED', message })
      }
  }

  /** Counts a key that another file has already used. Whether there are so many that they are reported together. */
  #isOneOfMany(file: string, other: string): boolean {
    const others = this.#repeated.get(file) ?? new Map<string, number>()
    const count = (others.get(other) ?? 0) + 1
    this.#repeated.set(file, others.set(other, count))
    return count > REPEATED_SHOWN
  }

  #stage({ file, index, offset }: RecordAddress, { kind, key, record, at }: KeyedRecord): void {
    const retract = record !== undefined && 'retract' in record ? (record.retract ?? null) : null
    const content = record === undefined ? null : contentText(record)
    const before = this.#staging.add({ record: kind, key, content, retract, file, index, offset })
    if (before === undefined) return
    if (before.file !== file && this.#isOneOfMany(file, before.file)) return
    const by = before.record === kind ? '' : ` by ${article(before.record)}`
    this.#problems.add({
      at: at([keyFieldOf(kind)]),
      code: 'KEY_REPEATED',
      message: `the key ${show(key)} is already used${by} at ${OTHER}; give each record its own key`,
      other: addressOf(before),
    })
  }
}

const REPEATED_SHOWN = 10

interface RecordStagerOptions {
  readonly problems: ProblemList
  /** Without it, nothing is noted for warnings. */
  readonly warnings?: ProblemList
  readonly names: RecordNames
}

interface KeyedRecord {
  readonly kind: RecordKind
  readonly key: string
  /** Undefined if it is not valid. */
  readonly record: AnyRecord | undefined
  readonly at: AddressOf
}

/** Names a record that has no key by its location in the file. */
function locationOf({ section, index, offset }: RecordAddress): string {
  return offset === null ? `${section}[${index}]` : SECTIONS[section]
}

/** The record's own key, if it has a valid one. */
function keyIn(value: unknown, kind: RecordKind): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const key: unknown = Reflect.get(value, keyFieldOf(kind))
  return typeof key === 'string' && keyProblem(key) === null ? key : undefined
}
