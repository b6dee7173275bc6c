import type { Database } from 'better-sqlite3'
import { termsOf } from '../../src/model/text/folding.ts'

/*
 * A contentless full-text index cannot be read back, so its rows are computed again from the tables that it was built from.
 */

export interface FullText {
  readonly table: string
  readonly columns: readonly string[]
  /** The index rows of the records in a range of the log, ready for insertion. */
  readonly read: (range: { after: number; upTo: number }) => unknown[][]
}

const WITHIN = '> @after and x.id <= @upTo'

const INDEXES = [
  {
    table: 'development_text',
    columns: ['rowid', 'headline', 'summary', 'quotes'],
    select: `select x.id, x.headline, x.summary,
      coalesce((select group_concat(text, ' ') from quotes where revision_id = x.id), '') from revisions x where x.id ${WITHIN}`,
  },
  {
    table: 'actor_names',
    columns: ['rowid', 'names'],
    select: `select x.id, x.name || coalesce((select ' ' || group_concat(alias, ' ') from actor_aliases where actor_id = x.id), '')
      from actors x where x.id ${WITHIN}`,
  },
  {
    table: 'dispute_names',
    columns: ['rowid', 'names'],
    select: `select x.id, x.title from disputes x where x.id ${WITHIN}`,
  },
  {
    table: 'place_names',
    columns: ['rowid', 'names'],
    select: `select x.id, x.name from places x where x.id ${WITHIN}`,
  },
]

/** Throws for an index that is not listed above. */
export function fullTextOf(store: Database, tables: readonly string[]): FullText[] {
  return tables.map((table) => {
    const index = INDEXES.find((each) => each.table === table)
    if (index === undefined) throw new Error(`unknown full-text index ${table}: add it to INDEXES`)
    const statement = store.prepare(index.select).raw()
    return {
      table,
      columns: index.columns,
      read: (range) =>
        (statement.all(range) as [number, ...string[]][]).map(([id, ...texts]) => [
          id,
          ...texts.map((text) => termsOf(text).join(' ')),
        ]),
    }
  })
}
