import type { ContentText } from '../../model/records/canonical-record.ts'
import { type RecordKind, spaceOf } from '../../model/records/definitions.ts'
import type { Path } from '../../model/records/references.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import { Staging } from '../../store/sqlite/staging.ts'
import { checkTogether } from '../check/check.ts'
import { RecordNames } from '../check/record-names.ts'
import { RecordStager } from '../check/record-stager.ts'
import { ResolvedRecords } from '../check/resolved-records.ts'
import { DossierFiles } from '../format/dossier-files.ts'
import { ProblemList } from '../format/problems.ts'
import { addressOf } from '../format/sections.ts'
import type { ProblemCode } from '../../model/problem-codes.ts'

export interface RecordProblem {
  readonly path: Path
  readonly code: ProblemCode
  readonly message: string
}

/** Other requests wait while suggestions are looked for. */
const SUGGESTIBLE = 2_000

/** Checks single records as an import checks a dossier of one record, in one staging database that is emptied before each check. */
export class RecordCheck {
  readonly #reader: Reader
  #staging: Staging | undefined

  constructor(reader: Reader) {
    this.#reader = reader
  }

  /** The canonical content of a record that is written in the terms of a dossier; null if it has problems. */
  check(kind: RecordKind, raw: unknown): { content: ContentText | null; problems: readonly RecordProblem[] } {
    const staging = (this.#staging ??= new Staging())
    staging.clear()
    const problems = new ProblemList(new DossierFiles(staging))
    const resolved = new ResolvedRecords(staging, this.#reader, { suggestible: SUGGESTIBLE })
    const names = new RecordNames(resolved)
    const stager = new RecordStager(staging, { problems, names })
    stager.record(addressOf({ record: kind, file: '', index: 0, offset: null }), raw)
    checkTogether(resolved, names, problems)
    const [staged] = staging.records([spaceOf(kind)])
    return { content: problems.count === 0 ? (staged?.content ?? null) : null, problems: problems.toArray() }
  }

  close(): void {
    this.#staging?.close()
    this.#staging = undefined
  }
}
