import { LRUCache } from 'lru-cache'
import { DemarcheError } from '../../model/errors.ts'
import { IDENTITIES, SPACES, type Space } from '../log/entries.ts'
import type { Connection, Statement } from '../sqlite/connection.ts'

/** Ids by key, remembered while the transaction that made them may still stand: forgotten on every rollback. */
export class KeyIds {
  readonly #lookups: ReadonlyMap<Space, Statement>
  readonly #known: ReadonlyMap<Space, LRUCache<string, number>>

  constructor(connection: Connection) {
    this.#lookups = new Map(
      SPACES.map((space) => [space, connection.prepare(`select id from ${IDENTITIES[space]} where key = ?`).pluck()]),
    )
    this.#known = new Map(SPACES.map((space) => [space, new LRUCache<string, number>({ max: REMEMBERED })]))
  }

  /** The id of a record that has been derived; undefined where there is none of that key. */
  find(space: Space, key: string): number | undefined {
    const known = this.#known.get(space)
    const remembered = known?.get(key)
    if (remembered !== undefined) return remembered
    const id = this.#lookups.get(space)?.get(key)
    if (typeof id !== 'number') return undefined
    this.add(space, key, id)
    return id
  }

  /** Throws `REFERENCE_UNKNOWN` where no record has the key. */
  of = (space: Space, key: string): number => {
    const id = this.find(space, key)
    if (id === undefined) throw new DemarcheError('REFERENCE_UNKNOWN', `there is no ${space} "${key}"`)
    return id
  }

  add(space: Space, key: string, id: number): void {
    this.#known.get(space)?.set(key, id)
  }

  forget(): void {
    for (const known of this.#known.values()) known.clear()
  }
}

/** Of each space. */
const REMEMBERED = 10_000
