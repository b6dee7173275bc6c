import type { Path } from '../../model/records/references.ts'
import { clip } from '../../model/errors.ts'
import { escapeControls } from '../../model/text/escape.ts'
import type { RecordAddress } from './sections.ts'
import type { FoundLocation, DossierFiles } from './dossier-files.ts'
import type { ProblemCode } from '../../model/problem-codes.ts'

/** An error in a dossier, or a warning about it. */
export interface DossierProblem {
  /** The file's name as it was given; `-` is standard input. */
  readonly file: string
  /** From 1; null if the problem concerns the whole file, or the file has changed since it was read. */
  readonly line: number | null
  readonly column: number | null
  /** Kind and key of the record, or its location in the file if it has no key. */
  readonly record: string | null
  /** Within the record. */
  readonly path: Path
  readonly code: ProblemCode
  /** What is wrong, and what to do or what is allowed. */
  readonly message: string
}

/** A field of a record, or the whole record if the path is empty. */
export interface FieldAddress extends RecordAddress {
  /** Kind and key of the record, or its location in the file if it has no key. */
  readonly record: string
  readonly path: Path
}

/** Addresses a field of the record at hand. */
export type AddressOf = (path: Path) => FieldAddress

/** A problem with a record. Its line and column are looked up when it is printed. */
export interface RecordProblem {
  readonly at: FieldAddress
  /** Which end of the field is meant: its value by default. */
  readonly end?: 'name'
  readonly code: ProblemCode
  /** Written only if the problem is shown. */
  readonly message: string | (() => string)
  /** The message if the value is known as it is written. */
  readonly explain?: (written: string) => string
  /** Another record whose location replaces `OTHER` in the message. */
  readonly other?: RecordAddress
}

/** In a message, stands for the location of another record. */
export const OTHER = '{OTHER}'

/** How many problems are kept: in all, and at least of each file, however many there are. The others are counted. */
const PROBLEMS_KEPT = 1_000
const KEPT_OF_FILE = 10
/** How many files are named that have problems which are not shown. */
const FILES_NAMED = 20

/** How many problems of a file are not shown. The last entry may stand for several files; then `file` is null. */
export interface NotShown {
  readonly file: string | null
  readonly count: number
}

/**
 * Keeps the first 1,000 problems and counts the rest, so that memory and output stay small however many mistakes a file has. Of several
 * files, each has an equal share.
 */
export class ProblemList {
  readonly #kept: (DossierProblem | RecordProblem)[] = []
  readonly #files: DossierFiles
  #share = PROBLEMS_KEPT
  readonly #counts = new Map<string, { kept: number; all: number }>()
  #count = 0

  constructor(files: DossierFiles) {
    this.#files = files
  }

  /** Call it once the number of files is known. */
  shareAmong(fileCount: number): void {
    this.#share = Math.max(KEPT_OF_FILE, Math.ceil(PROBLEMS_KEPT / Math.max(fileCount, 1)))
  }

  add(problem: DossierProblem | RecordProblem): void {
    this.#count++
    const { file } = 'at' in problem ? problem.at : problem
    const counts = this.#counts.get(file) ?? { kept: 0, all: 0 }
    if (counts.all++ === 0) this.#counts.set(file, counts)
    if (this.#kept.length >= PROBLEMS_KEPT || counts.kept >= this.#share) return
    counts.kept++
    this.#kept.push(problem)
  }

  /** How many were added, kept or not. */
  get count(): number {
    return this.#count
  }

  /** How many were not kept, by file. */
  get notShown(): NotShown[] {
    const counts = [...this.#counts].flatMap(([file, { kept, all }]) =>
      all > kept ? [{ file, count: all - kept }] : [],
    )
    const others = counts.slice(FILES_NAMED).reduce((sum, { count }) => sum + count, 0)
    return others === 0 ? counts : [...counts.slice(0, FILES_NAMED), { file: null, count: others }]
  }

  /** The problems kept, with their locations: file by file, from top to bottom. Reads the files again. */
  toArray(): DossierProblem[] {
    const locations = this.#locate()
    const located = this.#kept.map((problem): DossierProblem => {
      if (!('at' in problem)) return problem
      const { at, other, code, explain } = problem
      const { line = null, column = null, written } = locations.get(at) ?? {}
      const explained = written === undefined ? undefined : explain?.(written)
      const message = explained || (typeof problem.message === 'string' ? problem.message : problem.message())
      const mention = other && formatLocation(other.file, locations.get(other)?.line ?? null)
      const text = mention === undefined ? message : message.replace(OTHER, () => mention)
      return { file: at.file, line, column, record: at.record, path: at.path, code, message: text }
    })
    return [...Map.groupBy(located, ({ file }) => file).values()].flatMap((problems) =>
      problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)),
    )
  }

  #locate(): ReadonlyMap<RecordAddress, FoundLocation> {
    const wanted = this.#kept.flatMap((problem) => {
      if (!('at' in problem)) return []
      const { at, end, other } = problem
      return [{ address: at, path: at.path, end }, ...(other === undefined ? [] : [{ address: other, path: [], end }])]
    })
    const found = new Map<RecordAddress, FoundLocation>()
    const first = ({ address }: { readonly address: RecordAddress }) => address.offset ?? address.index
    for (const lookups of Map.groupBy(wanted, ({ address }) => address.file).values())
      for (const { address, path, end } of lookups.toSorted((a, b) => first(a) - first(b)))
        found.set(address, this.#files.locate(address, path, end))
    return found
  }
}

function formatLocation(...parts: readonly (string | number | null)[]): string {
  return parts.filter((part) => part !== null).join(':')
}

/** `FILE:LINE:COLUMN record path: message`, on one line, without characters that a terminal would obey. */
export function formatProblem({ file, line, column, record, path, message }: DossierProblem): string {
  const location = formatLocation(file, line, column)
  const clipped = path.map((step) => (typeof step === 'string' ? clip(step) : step))
  const field = [record ?? '', formatPath(clipped)].filter((part) => part !== '').join(' ')
  return escapeControls(`${location}${field === '' ? '' : ` ${field}`}: ${message}`)
}

/** A line for each file with problems that are not shown. */
export function formatNotShown(notShown: readonly NotShown[], noun: string): string[] {
  return notShown.map(({ file, count }) => {
    return `… and ${count} more ${noun}${count === 1 ? '' : 's'} in ${escapeControls(file ?? 'other files')}`
  })
}

/** `citations[0].credibility` */
export function formatPath(path: Path): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('')
}
