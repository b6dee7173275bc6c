import type { AnyRecord, RecordOf, ReferenceKind } from '../../model/records/definitions.ts'
import type { LoggedChange } from '../log/entries.ts'
import type { Connection } from '../sqlite/connection.ts'
import type { KeyIds } from './key-ids.ts'
import type { Rows } from '../sqlite/write-buffer.ts'

/** What derivers write through. New rows go through `rows`: they are in their tables before the next part of a batch is derived. */
export interface Deriving {
  readonly connection: Connection
  readonly rows: Rows
  readonly ids: KeyIds
}

/** The steps in which a record is derived: all of a batch are identified before the first is described and related. */
export interface Deriver<Content extends AnyRecord> {
  /** Inserts the row that others refer to. The content is read from the change when it is asked for. */
  identify(change: LoggedChange, contentOf: () => Content): void
  /** Writes what is now known of it. */
  describe(change: LoggedChange, content: Content): void
  /** Writes what ties it to others. */
  relate(change: LoggedChange, content: Content): void
  /** Drops what it remembers of having been written: the transaction is no more. */
  forget?(): void
}

export type ReferenceDeriver<Kind extends ReferenceKind> = Deriver<RecordOf<Kind>>
