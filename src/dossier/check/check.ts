import { resolve } from 'node:path'
import type { Reader } from '../../store/sqlite/prepared.ts'
import { type StagedRecord, Staging } from '../../store/sqlite/staging.ts'
import type { Store } from '../../store/store.ts'
import { type DossierProblem, type NotShown, ProblemList } from '../format/problems.ts'
import { listDossiers, readDossier } from '../format/read-file.ts'
import { DossierFiles } from '../format/dossier-files.ts'
import { isLeftAsStored, type StagedPlanOptions } from '../import/plan-staged.ts'
import { checkCentralClaims } from './central-claims.ts'
import { checkLostTies } from './lost-ties.ts'
import { checkHolders } from './position-holders.ts'
import { RecordNames } from './record-names.ts'
import { RecordStager } from './record-stager.ts'
import { checkReferences } from './references.ts'
import { ResolvedRecords } from './resolved-records.ts'
import { collectWarnings } from './warnings.ts'

export interface Checked {
  /** How many files were read. */
  readonly files: number
  /** How many records the dossiers hold. */
  readonly records: number
  /** The first thousand; of several files, each has an equal share. */
  readonly problems: readonly DossierProblem[]
  readonly problemCount: number
  readonly problemsNotShown: readonly NotShown[]
  readonly warnings: readonly DossierProblem[]
  readonly warningCount: number
  readonly warningsNotShown: readonly NotShown[]
}

/** Checks dossiers by themselves or, with a store, together with the records that it holds. `-` is standard input. */
export async function checkDossiers(files: readonly string[], store?: Store): Promise<Checked> {
  const staging = new Staging()
  try {
    return listProblems(await stageDossiers({ files, staging, reader: store?.reader }))
  } catch (error) {
    throw staging.recognise(error)
  } finally {
    staging.close()
  }
}

/** Looks up the locations of problems and warnings. */
export function listProblems({ files, records, problems, warnings }: StagedDossiers): Checked {
  return {
    files,
    records,
    problems: problems.toArray(),
    problemCount: problems.count,
    problemsNotShown: problems.notShown,
    warnings: warnings.toArray(),
    warningCount: warnings.count,
    warningsNotShown: warnings.notShown,
  }
}

export interface StagingOptions extends StagedPlanOptions {
  /** Files, and folders of files. `-` is standard input. */
  readonly files: readonly string[]
  /** What `-` stands for instead of standard input. */
  readonly input?: Iterable<Buffer>
  readonly staging: Staging
  /** Reads the store that the dossiers are for. Without it, the dossiers have to be complete in themselves. */
  readonly reader: Reader | undefined
  /** Called now and then while a file is read, and at its end, with the number of its records so far. */
  readonly onRead?: (file: string, records: number, ended: boolean) => void
  /** Called once all files are read, with the number of records that are then checked together. */
  readonly onCheck?: (records: number) => void
}

export interface StagedDossiers {
  readonly files: number
  readonly records: number
  readonly dossierFiles: DossierFiles
  readonly problems: ProblemList
  readonly warnings: ProblemList
}

const RECORDS_PER_REPORT = 1_000

/** Reads dossiers into the staging file and checks their records, first each by itself, then all of them together. */
export async function stageDossiers(options: StagingOptions): Promise<StagedDossiers> {
  const { staging, reader, onRead, onCheck } = options
  const dossierFiles = new DossierFiles(staging)
  const [problems, warnings] = [new ProblemList(dossierFiles), new ProblemList(dossierFiles)]
  const isLeft = reader && ((record: StagedRecord) => isLeftAsStored(record, reader, options))
  const resolved = new ResolvedRecords(staging, reader, { isLeft })
  const names = new RecordNames(resolved)
  const stager = new RecordStager(staging, { problems, warnings, names })
  const files = await listDossiers(options.files, problems)
  const unread = new Set(files.map((file) => resolve(file)))
  for (const list of [problems, warnings]) list.shareAmong(unread.size)
  let areComplete = problems.count === 0
  for (const file of files) {
    if (!unread.delete(resolve(file))) {
      const message = 'is listed twice; list each file once'
      problems.add({ file, line: null, column: null, record: null, path: [], code: 'FILE_REPEATED', message })
      continue
    }
    const before = stager.count
    stager.onRecord = (count) => {
      if ((count - before) % RECORDS_PER_REPORT === 0) onRead?.(file, count - before, false)
    }
    if (await readDossier(file, { handler: stager, files: dossierFiles, input: options.input }))
      onRead?.(file, stager.count - before, true)
    else areComplete = false
  }
  stager.reportRepeated()
  onCheck?.(stager.count)
  // A key that seems to be unknown may be in a file that could not be read.
  if (areComplete) checkTogether(resolved, names, problems)
  if (problems.count === 0) collectWarnings(resolved, warnings)
  return { files: files.length, records: stager.count, dossierFiles, problems, warnings }
}

/**
 * Checks what no record shows by itself. What one record requires of another is checked whichever of the two is staged, so that the store
 * accepts nothing that could not be imported.
 */
export function checkTogether(records: ResolvedRecords, names: RecordNames, problems: ProblemList): void {
  checkReferences(records, names, problems)
  checkHolders(records, problems)
  checkLostTies(records, problems)
  checkCentralClaims(records, problems)
}
