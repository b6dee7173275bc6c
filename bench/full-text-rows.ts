import type { Database } from 'better-sqlite3'
import { termsOf } from '../src/model/text/folding.ts'

/*
 * The full-text indexes hold words only and give nothing back, so what an import put into them is made again from what it was made of.
 */

export interface FullText {
  readonly table: string
  readonly columns: readonly string[]
  /** The rows that a stretch of the log brought, ready to be inserted. */
  readonly read: (stretch: { after: number; upTo: number }) => unknown[][]
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
    table: 'place_names',
    columns: ['rowid', 'names'],
    select: `select x.id, x.name from places x where x.id ${WITHIN}`,
  },
]

/** Throws where the store has an index that nothing is known of here. */
export function fullTextOf(store: Database, tables: readonly string[]): FullText[] {
  return tables.map((table) => {
    const index = INDEXES.find((each) => each.table === table)
    if (index === undefined) throw new Error(`nothing is known of the full-text index ${table}`)
    const statement = store.prepare(index.select).raw()
    return {
      table,
      columns: index.columns,
      read: (stretch) =>
        (statement.all(stretch) as [number, ...string[]][]).map(([id, ...texts]) => [
          id,
          ...texts.map((text) => termsOf(text).join(' ')),
        ]),
    }
  })
}
