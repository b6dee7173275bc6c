import { Staging } from '../store/staging.ts'
import { gatherDossiers } from './gathering.ts'
import type { DossierProblem } from './problem-list.ts'

export interface Checked {
  readonly records: number
  /** The first thousand. */
  readonly problems: readonly DossierProblem[]
  readonly problemCount: number
  readonly warnings: readonly DossierProblem[]
  readonly warningCount: number
}

/** Checks dossiers that are complete in themselves, without a store. `-` is standard input. */
export async function checkDossiers(files: readonly string[]): Promise<Checked> {
  const staging = new Staging()
  try {
    const { records, problems, warnings } = await gatherDossiers({ files, staging, reader: undefined })
    return {
      records,
      problems: problems.toArray(),
      problemCount: problems.count,
      warnings: warnings.toArray(),
      warningCount: warnings.count,
    }
  } finally {
    staging.close()
  }
}
