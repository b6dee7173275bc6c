import { LRUCache } from 'lru-cache'
import { DemarcheError } from '../../model/errors.ts'
import { identitiesOf, type LoggedChange } from '../schema/log.ts'
import { SPACES, type Space, type AnyRecord } from '../../model/records/definitions.ts'
import type { InferInsertModel, SQLiteTable } from '../schema/drizzle.ts'
import type { Connection, SqlStatement } from '../sqlite/connection.ts'
import type { WriteBuffer } from '../sqlite/write-buffer.ts'

/** What projectors write through. Rows go through `rows`: they are in their tables before the next part of a batch is projected. */
export interface ProjectorContext {
  readonly connection: Connection
  readonly rows: WriteBuffer
  readonly ids: KeyIds
}

/** Projects the changes of one kind of record. All records of a batch are identified before the first is described. */
export interface Projector<Content extends AnyRecord> {
  /** Inserts the row that other records refer to. Reads the content from the change only if it needs it. */
  identify(change: LoggedChange, contentOf: () => Content): void
  /** Writes everything else that follows from the change. */
  describe(change: LoggedChange, content: Content): void
  /**
   * Projects all changes of one record anew. `held` are those that were projected, in order; `rewrite` replaces their contents in the log and
   * returns them.
   */
  reproject(held: readonly LoggedChange[], rewrite: () => readonly LoggedChange[]): void
}

/** A table whose rows hang off a record or a revision. */
export interface Part<Content, Owner> {
  readonly table: SQLiteTable
  /** Writes the rows that follow from a content. */
  writer(context: ProjectorContext): (content: Content, owner: Owner) => void
}

/** A part by the rows that follow from a content; none for undefined. Its rows may hold more than the columns of the table. */
export function part<Content, Owner, Table extends SQLiteTable>(
  table: Table,
  rowsOf: (content: Content, owner: Owner, idOf: KeyIds['of']) => readonly InferInsertModel<Table>[] | undefined,
): Part<Content, Owner> {
  return {
    table,
    writer({ rows, ids }) {
      const insert = rows.into(table)
      return (content, owner) => rowsOf(content, owner, ids.of)?.forEach(insert)
    },
  }
}

/** Ids by key, cached while the transaction that made them may still commit: cleared on every rollback. */
export class KeyIds {
  readonly #lookups: ReadonlyMap<Space, SqlStatement>
  readonly #known: ReadonlyMap<Space, LRUCache<string, number>>

  constructor(connection: Connection) {
    this.#lookups = new Map(
      SPACES.map((space) => [space, connection.prepare(`select id from ${identitiesOf(space)} where key = ?`).pluck()]),
    )
    this.#known = new Map(SPACES.map((space) => [space, new LRUCache<string, number>({ max: CACHED })]))
  }

  /** The id of a record that has been identified. Throws `REFERENCE_UNKNOWN` if no record has the key. */
  of = (space: Space, key: string): number => {
    const cached = this.#known.get(space)?.get(key)
    if (cached !== undefined) return cached
    const id = this.#lookups.get(space)?.get(key)
    if (typeof id !== 'number')
      throw new DemarcheError('REFERENCE_UNKNOWN', `there is no ${space} "${key}"; add it first`)
    this.add(space, key, id)
    return id
  }

  add(space: Space, key: string, id: number): void {
    this.#known.get(space)?.set(key, id)
  }

  clear(): void {
    for (const known of this.#known.values()) known.clear()
  }
}

/** The most ids cached of each space. */
const CACHED = 10_000
