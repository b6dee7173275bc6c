import type { Reader } from '../store/reader.ts'
import type { Staging } from '../store/staging.ts'
import { checkHolders } from './holders.ts'
import { Intake } from './intake.ts'
import { ProblemList } from './problem-list.ts'
import { readDossier } from './reading.ts'
import { checkReferences } from './references.ts'
import { collectWarnings } from './warnings.ts'

/** What the dossiers of one call hold, staged, with all that is wrong with it. */
export interface Gathered {
  readonly records: number
  readonly problems: ProblemList
  readonly warnings: ProblemList
}

export interface Gathering {
  readonly files: readonly string[]
  readonly staging: Staging
  /** Of the store that the dossiers are for; without it they have to be complete in themselves. */
  readonly reader: Reader | undefined
  /** Hears of each file that has been read, with how many records it had. */
  readonly onRead?: (file: string, records: number) => void
}

/** Reads dossiers into the staging and checks them, each record by itself and all together. */
export async function gatherDossiers({ files, staging, reader, onRead }: Gathering): Promise<Gathered> {
  const problems = new ProblemList()
  const warnings = new ProblemList()
  const intake = new Intake(staging, problems)
  let whole = true
  for (const file of files) {
    const before = intake.count
    if (!(await readDossier(file, intake))) whole = false
    onRead?.(file, intake.count - before)
  }
  // What a file that could not be read would have held is not called unknown.
  if (whole) {
    checkReferences(staging, reader, problems)
    checkHolders(staging, reader, problems)
  }
  if (problems.count === 0) collectWarnings(staging, reader, warnings)
  return { records: intake.count, problems, warnings }
}
