import { contentOf } from '../../model/records/canonical-record.ts'
import { keysOf, lastChange } from '../../store/queries/changes.ts'
import type { AnyRecord, DevelopmentRecord, RecordKind, RecordOf, Space } from '../../model/records/definitions.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import type { Staging } from '../../store/sqlite/staging.ts'

/** The records as they are once the dossiers are imported: those of the dossiers and, under other keys, those of the store. */
export class ResolvedRecords {
  readonly staging: Staging
  /** Reads the store. Without it, the dossiers have to be complete in themselves. */
  readonly reader: Reader | undefined

  readonly suggestible: number

  /** `suggestible` bounds how many keys of the store are looked at, for each space, to suggest what was meant. */
  constructor(staging: Staging, reader: Reader | undefined, suggestible = Infinity) {
    this.staging = staging
    this.reader = reader
    this.suggestible = suggestible
  }

  isStaged(space: Space, key: string): boolean {
    return this.staging.idOf(space, key) !== undefined
  }

  isStored(space: Space, key: string): boolean {
    return this.reader !== undefined && lastChange(this.reader, space, key) !== undefined
  }

  /** Undefined if there is no such record. */
  kindOf(space: Space, key: string): RecordKind | undefined {
    return this.staging.kindOf(space, key) ?? (this.reader && lastChange(this.reader, space, key)?.record)
  }

  /** Undefined if there is no such record, or it is not valid. */
  find<Kind extends Space & RecordKind>(space: Kind, key: string): RecordOf<Kind> | undefined {
    return this.findIn(space, key) as RecordOf<Kind> | undefined // these spaces hold records of one kind
  }

  findDevelopment(key: string): DevelopmentRecord | undefined {
    return this.findIn('development', key) as DevelopmentRecord | undefined // the records of this space
  }

  /** The same for any space. */
  findIn(space: Space, key: string): AnyRecord | undefined {
    const staged = this.staging.find(space, key)
    // Staged contents are valid records.
    if (staged !== undefined) return staged.content === null ? undefined : (JSON.parse(staged.content) as AnyRecord)
    const stored = this.reader && lastChange(this.reader, space, key)
    return stored && contentOf(stored)
  }

  *keys(space: Space): Generator<string> {
    yield* this.staging.keys(space)
    if (this.reader === undefined) return
    let left = this.suggestible
    for (const key of keysOf(this.reader, space)) {
      if (left-- <= 0) return
      if (!this.isStaged(space, key)) yield key
    }
  }
}
