import type { Reader } from '../../store/sqlite/prepared.ts'
import type { Staging } from '../../store/sqlite/staging.ts'
import { checkHolders } from './position-holders.ts'
import { Intake } from './record-stager.ts'
import { ProblemList } from '../format/problems.ts'
import { readDossier } from '../format/read-file.ts'
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
  /** Hears, now and then and at its end, how many records of a file have been read. */
  readonly onRead?: OnRead
  /** Hears that all have been read, with how many records there are to be checked together. */
  readonly onCheck?: (records: number) => void
}

export type OnRead = (file: string, records: number, ended: boolean) => void

/** How many records are read between two words about it. */
const RECORDS_BETWEEN = 1_000

/** Reads dossiers into the staging and checks them, each record by itself and all together. */
export async function gatherDossiers({ files, staging, reader, onRead, onCheck }: Gathering): Promise<Gathered> {
  const problems = new ProblemList()
  const warnings = new ProblemList()
  const intake = new Intake(staging, problems)
  let whole = true
  for (const [index, file] of files.entries()) {
    if (files.indexOf(file) < index) {
      const message = 'is named twice; name each file once'
      problems.add({ file, line: null, column: null, record: null, path: [], code: 'FILE_REPEATED', message })
      continue
    }
    const before = intake.count
    intake.onRecord = (count) => {
      if ((count - before) % RECORDS_BETWEEN === 0) onRead?.(file, count - before, false)
    }
    const isWhole = await readDossier(file, intake)
    if (isWhole) onRead?.(file, intake.count - before, true)
    else whole = false
  }
  onCheck?.(intake.count)
  // What a file that could not be read would have held is not called unknown.
  if (whole) {
    checkReferences(staging, reader, problems)
    checkHolders(staging, reader, problems)
  }
  if (problems.count === 0) collectWarnings(staging, reader, warnings)
  return { records: intake.count, problems, warnings }
}
