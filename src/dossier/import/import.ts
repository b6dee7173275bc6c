import { DemarcheError } from '../../model/errors.ts'
import { Staging } from '../../store/sqlite/staging.ts'
import type { Store } from '../../store/store.ts'
import { type Checked, listProblems, stageDossiers, type StagingOptions } from '../check/check.ts'
import { type DossierProblem, formatNotShown, formatProblem, type NotShown, ProblemList } from '../format/problems.ts'
import { ImportRun, type RunOptions } from './run.ts'
import type { Counts, ImportedChange } from './summary.ts'

/*
 * Importing makes the store say what the dossiers say. They are read and checked into a staging file, planned against the store, and
 * appended. Nothing is appended unless everything is valid, and then in one transaction or, above 5,000 changes, in batches between which
 * other writers may write. If a batch fails, the ones before it stay, and importing again continues after them. A record that another
 * writer changes between plan and append is planned again.
 */

export interface ImportOptions extends RunOptions, Pick<StagingOptions, 'files' | 'input' | 'onRead' | 'onCheck'> {
  /** A file that does not exist yet, or is empty: the store is created there once there is something to append and nothing to refuse. */
  readonly newStore?: { readonly file: string; readonly open: () => Promise<Store> }
}

export interface Imported extends Checked {
  /** Whether nothing was appended because of problems or conflicts or, after the first batches, whether a conflict ended the import. */
  readonly refused: boolean
  /** Whether anything was appended. */
  readonly written: boolean
  readonly counts: Counts
  /** The first thousand changes that were made or, in a dry run, would be. */
  readonly changes: readonly ImportedChange[]
  readonly changeCount: number
  /** The first thousand changes that revise, correct or retract. */
  readonly amended: readonly ImportedChange[]
  /** The last seq of the log. */
  readonly head: number
  /** The last seq that this import appended; null if it appended no change. */
  readonly lastAppended: number | null
  /** With `atomic`, for how many milliseconds other writers were blocked. */
  readonly lockedFor?: number
  /** Conflicts or, when loading, the records that were amended since the last load. */
  readonly conflicts: readonly DossierProblem[]
  readonly conflictCount: number
  /** How many records a load left as the store has them, now or earlier. */
  readonly kept: number
  /** The kinds and keys of the first ten of them. */
  readonly keptFirst: readonly string[]
  readonly conflictsNotShown: readonly NotShown[]
}

/** Without a store, plans as for an empty one. Throws `STORE_BUSY`, `STORE_FULL`, `REVISION_MOVED`. */
export async function importDossiers(store: Store | undefined, options: ImportOptions): Promise<Imported> {
  const { dryRun = false, newStore } = options
  // A dry run leaves no trace in the folder of the store.
  const staging = new Staging(dryRun ? undefined : (store?.file ?? newStore?.file))
  try {
    const staged = await stageDossiers({ ...options, staging, reader: store?.reader })
    const { problems, dossierFiles } = staged
    let checked = listProblems(staged)
    dossierFiles.forget()
    const conflicts = new ProblemList(dossierFiles)
    conflicts.shareAmong(staged.files)
    const run = new ImportRun({ staging, store, createStore: newStore?.open, options, problems, conflicts })
    if (problems.count === 0) {
      await run.execute()
      // Planning may have found more.
      if (problems.count > 0) checked = listProblems(staged)
    }
    return {
      ...checked,
      refused: run.refused || problems.count > 0,
      written: run.hasWritten,
      counts: run.summary.counts,
      changes: run.summary.shown,
      changeCount: run.summary.changes,
      amended: run.summary.amended,
      head: run.head,
      lastAppended: run.lastAppended,
      ...(run.lockedFor === undefined ? {} : { lockedFor: run.lockedFor }),
      conflicts: conflicts.toArray(),
      conflictCount: conflicts.count,
      kept: run.kept,
      keptFirst: run.keptFirst,
      conflictsNotShown: conflicts.notShown,
    }
  } catch (error) {
    throw staging.recognise(error)
  } finally {
    staging.close()
  }
}

/**
 * Imports dossiers before a store is served: files, and the dossiers in folders. Records that were amended by other means since they were
 * last loaded stay as the store has them, and are listed as conflicts once. If anything is invalid, imports nothing and throws
 * `DOSSIER_REFUSED`, with a line for each problem.
 */
export async function loadDossiers(
  store: Store | undefined,
  files: readonly string[],
  newStore?: ImportOptions['newStore'],
): Promise<Imported> {
  const imported = await importDossiers(store, { files, isLoad: true, ...(newStore && { newStore }) })
  if (imported.problemCount === 0) return imported
  const lines = [...imported.problems.map(formatProblem), ...formatNotShown(imported.problemsNotShown, 'problem')]
  throw new DemarcheError('DOSSIER_REFUSED', lines.join('\n'))
}
