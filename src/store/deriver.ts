import type { AnyRecord, RecordOf, ReferenceKind } from '../model/records.ts'
import type { LoggedChange } from './changes.ts'
import type { Connection } from './database.ts'
import type { KeyIds } from './key-ids.ts'
import type { Rows } from './rows.ts'

/** What derivers write through. New rows go through `rows`: they are in their tables once a step is done for a whole space. */
export interface Deriving {
  readonly connection: Connection
  readonly rows: Rows
  readonly ids: KeyIds
}

/** The three steps in which a kind of record is derived, each for a whole batch before the next begins. */
export interface Deriver<Content extends AnyRecord> {
  /** Inserts the row that others refer to. */
  identify(change: LoggedChange, content: Content): void
  /** Writes what is now known of it. */
  describe(change: LoggedChange, content: Content): void
  /** Writes what ties it to others. */
  relate(change: LoggedChange, content: Content): void
}

export type ReferenceDeriver<Kind extends ReferenceKind> = Deriver<RecordOf<Kind>>
