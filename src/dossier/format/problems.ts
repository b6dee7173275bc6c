import type { Path } from '../../model/records/references.ts'

/** Something wrong with a dossier, or to be wary of in it. */
export interface DossierProblem {
  /** The file's name as it was given; `-` is standard input. */
  readonly file: string
  /** From 1; null where the file as a whole is meant. */
  readonly line: number | null
  readonly column: number | null
  /** Kind and key of the record, or where it stands in the file as long as it has no key. */
  readonly record: string | null
  /** Within the record. */
  readonly path: Path
  /** Stable, UPPER_SNAKE. */
  readonly code: string
  /** What was found; what is allowed. */
  readonly message: string
}

/** Where something stands, as a problem with it says. */
export type Place = Omit<DossierProblem, 'code' | 'message'>

/** How many problems are kept; the others are counted. */
const PROBLEMS_SHOWN = 1_000

/** Problems as they are found: the first 1,000 are kept and the rest counted, so that a file of any size may be wrong throughout. */
export class ProblemList {
  readonly #kept: { readonly problem: DossierProblem; readonly file: number }[] = []
  readonly #files = new Map<string, number>()
  #count = 0

  add(problem: DossierProblem): void {
    this.#count++
    if (this.#kept.length >= PROBLEMS_SHOWN) return
    const file = this.#files.get(problem.file) ?? this.#files.size
    this.#files.set(problem.file, file)
    this.#kept.push({ problem, file })
  }

  clear(): void {
    this.#kept.length = 0
    this.#count = 0
  }

  /** Of all, kept or not. */
  get count(): number {
    return this.#count
  }

  /** Those kept: file after file, from top to bottom. */
  toArray(): DossierProblem[] {
    const sorted = this.#kept.toSorted(
      ({ problem: a, file: fileOfA }, { problem: b, file: fileOfB }) =>
        fileOfA - fileOfB || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
    )
    return sorted.map(({ problem }) => problem)
  }
}

/** `FILE:LINE:COL path: what was found; what is allowed`, on one line. */
export function formatProblem(problem: DossierProblem): string {
  const { file, line, column, record, path, message } = problem
  const place = line === null ? file : `${file}:${line}:${column ?? 1}`
  const within = [record ?? '', formatPath(path)].filter((part) => part !== '').join(' ')
  return within === '' ? `${place}: ${message}` : `${place} ${within}: ${message}`
}

/** `citations[0].credibility` */
export function formatPath(path: Path): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('')
}
