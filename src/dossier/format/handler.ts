import type { Locate, Position } from './location.ts'
import type { DossierProblem } from './problems.ts'
import type { Section } from './sections.ts'

/** What reading a file comes upon. */
export interface DossierSink {
  record(record: WrittenRecord): void
  problem(problem: DossierProblem): void
}

/** A record as it was written. */
export interface WrittenRecord {
  readonly file: string
  readonly section: Section
  /** `developments[3]`, or the field's name in a line of NDJSON. */
  readonly place: string
  readonly value: unknown
  /** Where it begins: known at once, while locating something in it may cost. */
  readonly position: Position
  readonly locate: Locate
}
