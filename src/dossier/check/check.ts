import { Staging } from '../../store/sqlite/staging.ts'
import type { Store } from '../../store/store.ts'
import { gatherDossiers } from './check-dossiers.ts'
import type { DossierProblem } from '../format/problems.ts'

export interface Checked {
  readonly records: number
  /** The first thousand. */
  readonly problems: readonly DossierProblem[]
  readonly problemCount: number
  readonly warnings: readonly DossierProblem[]
  readonly warningCount: number
}

/** Checks dossiers: complete in themselves or, where a store is given, with what it holds. `-` is standard input. */
export async function checkDossiers(files: readonly string[], store?: Store): Promise<Checked> {
  const staging = new Staging(store?.file)
  try {
    const { records, problems, warnings } = await gatherDossiers({ files, staging, reader: store?.reader })
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
