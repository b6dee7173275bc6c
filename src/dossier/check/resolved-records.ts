import { LRUCache } from 'lru-cache'
import { contentOf } from '../../model/records/canonical-record.ts'
import { keysOf, lastChange } from '../../store/queries/changes.ts'
import type { AnyRecord, DevelopmentRecord, RecordKind, RecordOf, Space } from '../../model/records/definitions.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import type { StagedRecord, Staging } from '../../store/sqlite/staging.ts'

interface ResolvedRecordsOptions {
  /** How many keys of the store are looked at, for each space, to suggest what was meant. */
  readonly suggestible?: number
  /** Whether an import leaves a valid staged record as the store has it: the store may have a later one. By default, it never does. */
  readonly isLeft?: ((staged: StagedRecord) => boolean) | undefined
}

/** The records as they are once the dossiers are imported: those that the import changes, and else those of the store. */
export class ResolvedRecords {
  readonly staging: Staging
  /** Reads the store. Without it, the dossiers have to be complete in themselves. */
  readonly reader: Reader | undefined

  readonly suggestible: number
  /** Whether the import leaves a staged record as the store has it, by its id. Finding out takes longer than most look-ups. */
  readonly #left: LRUCache<number, boolean, StagedRecord> | undefined

  constructor(staging: Staging, reader: Reader | undefined, options: ResolvedRecordsOptions = {}) {
    this.staging = staging
    this.reader = reader
    this.suggestible = options.suggestible ?? Infinity
    const { isLeft } = options
    if (isLeft !== undefined)
      this.#left = new LRUCache({ max: 100_000, memoMethod: (_id, _stale, { context }) => isLeft(context) })
  }

  isStaged(space: Space, key: string): boolean {
    return this.staging.idOf(space, key) !== undefined
  }

  /** Whether a staged record, valid or not, is what the key stands for once the dossiers are imported. */
  isApplied(space: Space, key: string): boolean {
    const staged = this.staging.find(space, key)
    return staged !== undefined && !this.#leaves(staged)
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
    if (staged === undefined || this.#leaves(staged)) return this.#stored(space, key)
    // Staged contents are valid records.
    return staged.content === null ? undefined : (JSON.parse(staged.content) as AnyRecord)
  }

  /** A record as the store has it now. */
  findStored<Kind extends Space & RecordKind>(space: Kind, key: string): RecordOf<Kind> | undefined {
    return this.#stored(space, key) as RecordOf<Kind> | undefined // as for `find`
  }

  #stored(space: Space, key: string): AnyRecord | undefined {
    const stored = this.reader && lastChange(this.reader, space, key)
    return stored && contentOf(stored)
  }

  #leaves(staged: StagedRecord): boolean {
    return staged.content !== null && this.#left?.memo(staged.id, { context: staged }) === true
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
