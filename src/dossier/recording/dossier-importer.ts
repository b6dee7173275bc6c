import { DemarcheError } from '../../model/errors.ts'
import type { RevisionKind } from '../../model/vocabulary/development.ts'
import type { Store } from '../../store/store.ts'
import { type DossierProblem, formatPath } from '../format/problems.ts'
import type { Imported } from '../import/import.ts'
import type { PlanOptions } from '../import/plan.ts'
import { importInThread } from './import-thread.ts'
import { DossierConflictError, type InputProblem, InvalidInputError } from './refusals.ts'
import { WriterQueue } from './writer-queue.ts'

export interface DossierOptions extends PlanOptions {
  readonly dryRun?: boolean
  /** Append all changes at once, however many. Nobody else can write meanwhile. */
  readonly atomic?: boolean
}

/** What an import did or, in a dry run, would do. */
export interface DossierPlan {
  /** The first thousand. */
  readonly changes: readonly PlannedChange[]
  readonly changeCount: number
  readonly unchanged: number
  /** The first thousand. */
  readonly warnings: readonly InputProblem[]
  readonly warningCount: number
}

interface PlannedChange {
  readonly record: string
  readonly key: string
  readonly kind: RevisionKind
}

export interface DossierAnswer {
  readonly plan: DossierPlan
  /** The last seq that the import appended; null if it appended nothing. */
  readonly seq: number | null
}

export interface ImporterOptions {
  /** How many dossiers may wait. */
  readonly waiting: number
  /** The memory that an import may take. */
  readonly mebibytes: number
}

/** Imports dossiers one after the other, each in a thread of its own: a dossier takes up to seventy times its size in memory. */
export class DossierImporter {
  readonly queue: WriterQueue
  readonly #store: Store
  readonly #mebibytes: number
  readonly #closing = new AbortController()

  constructor(store: Store, { waiting, mebibytes }: ImporterOptions) {
    this.queue = new WriterQueue({ limit: waiting, noun: 'dossiers', retryAfter: 10 })
    this.#store = store
    this.#mebibytes = mebibytes
  }

  /** Refuses `flaws` of the other arguments beside the problems of the dossier. Throws `INVALID_INPUT`, `DOSSIER_CONFLICT`, `STORE_BUSY`. */
  async run(
    dossier: string,
    options: DossierOptions,
    { by, flaws }: { readonly by: string; readonly flaws: readonly InputProblem[] },
  ): Promise<DossierAnswer> {
    const dryRun = options.dryRun === true || flaws.length > 0
    const imported = await this.#import(dossier, { ...options, dryRun, by })
    const problems = [...imported.problems.map(inputProblem), ...flaws]
    if (problems.length > 0) throw new InvalidInputError(problems, imported.problemCount + flaws.length)
    const { conflicts, conflictCount, counts, changes, changeCount, warnings, warningCount } = imported
    if (imported.refused) {
      const keys = conflicts.map(({ record }) => record?.split(' ').at(-1) ?? '')
      throw new DossierConflictError(keys, conflictCount, imported.written ? changeCount : 0)
    }
    const plan: DossierPlan = {
      changes: changes.map(({ record, key, outcome }) => ({ record, key, kind: outcome })),
      changeCount,
      unchanged: counts.unchanged,
      warnings: warnings.map(inputProblem),
      warningCount,
    }
    return { plan, seq: imported.lastAppended }
  }

  /** Ends what runs. */
  close(): void {
    this.#closing.abort()
  }

  async #import(dossier: string, options: DossierOptions & { readonly by: string }): Promise<Imported> {
    try {
      const { file: storeFile, node } = this.#store
      const job = { storeFile, log: node?.log, dossier, ...options }
      return await importInThread(job, { signal: this.#closing.signal, mebibytes: this.#mebibytes })
    } catch (error) {
      if (!(error instanceof DemarcheError) || error.code !== 'DOSSIER_TOO_BIG') throw error
      throw new InvalidInputError([{ path: '', code: error.code, message: error.message }])
    }
  }
}

function inputProblem({ record, path, code, message, line, column }: DossierProblem): InputProblem {
  const field = [record ?? '', formatPath(path)].filter((part) => part !== '').join(' ')
  return { path: field, code, message, line, column }
}
