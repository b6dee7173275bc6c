import { Staging } from '../../store/sqlite/staging.ts'
import type { Store } from '../../store/store.ts'
import { gatherDossiers, type OnRead } from '../check/check-dossiers.ts'
import { ImportRun, type RunOptions } from './run.ts'
import type { DossierProblem } from '../format/problems.ts'
import type { Counts, ImportedChange } from './summary.ts'

/*
 * Makes the store say what dossiers say: read and checked into a staging file, planned against the store, appended. Nothing is appended
 * unless everything is right, and then in one transaction, or, over 5,000 changes, in batches between which others may write: should
 * that break off, what is there is a beginning, and importing again goes on from it. A record that somebody else changes between plan
 * and append is planned again.
 */

export interface ImportOptions extends RunOptions {
  /** `-` is standard input. */
  readonly files: readonly string[]
  readonly onRead?: OnRead
  /** Hears that all have been read, with how many records there are to be checked together and planned. */
  readonly onCheck?: (records: number) => void
}

export interface Imported {
  /** Whether nothing was appended because of problems or conflicts; of a big import, whether it broke off over a conflict. */
  readonly refused: boolean
  /** Whether anything was appended. */
  readonly written: boolean
  /** How many the dossiers hold. */
  readonly records: number
  readonly counts: Counts
  /** The first thousand of what has been, or would be, changed. */
  readonly changes: readonly ImportedChange[]
  readonly changeCount: number
  /** Of the changes that revise, correct or retract, the first thousand: among many that record they would not be found. */
  readonly amended: readonly ImportedChange[]
  /** Of the log. */
  readonly head: number
  /** Of `atomic`: how long nobody else could write, in milliseconds. */
  readonly lockedFor?: number
  readonly problems: readonly DossierProblem[]
  readonly problemCount: number
  readonly conflicts: readonly DossierProblem[]
  readonly conflictCount: number
  readonly warnings: readonly DossierProblem[]
  readonly warningCount: number
}

/** Imports dossiers into a store; without one, plans as if into an empty one. Throws `STORE_BUSY`, `STORE_FULL`, `REVISION_MOVED`. */
export async function importDossiers(store: Store | undefined, options: ImportOptions): Promise<Imported> {
  const { files, onRead, onCheck } = options
  const staging = new Staging(store?.file)
  try {
    const gathered = await gatherDossiers({
      files,
      staging,
      reader: store?.reader,
      ...(onRead === undefined ? {} : { onRead }),
      ...(onCheck === undefined ? {} : { onCheck }),
    })
    const { problems, warnings } = gathered
    const run = new ImportRun({ staging, store, options, problems })
    if (problems.count === 0) await run.execute()
    return {
      refused: run.refused || problems.count > 0,
      written: run.hasWritten,
      records: gathered.records,
      counts: run.tally.counts,
      changes: run.tally.shown,
      changeCount: run.tally.changes,
      amended: run.tally.amended,
      head: store?.head() ?? 0,
      ...(run.lockedFor === undefined ? {} : { lockedFor: run.lockedFor }),
      problems: problems.toArray(),
      problemCount: problems.count,
      conflicts: run.conflicts.toArray(),
      conflictCount: run.conflicts.count,
      warnings: warnings.toArray(),
      warningCount: warnings.count,
    }
  } finally {
    staging.close()
  }
}
