import Database from 'better-sqlite3'
import { openStore } from '../../src/store/open.ts'
import { fullTextOf } from './full-text-rows.ts'

/*
 * The lower limit of the rows `import` and `statements`: copies the rows of an imported store into the same tables of a new store, with prepared inserts in the
 * same transactions. Prints the time of the inserts as JSON; reading does not count. node baseline/raw-inserts.ts FROM TO
 */

export interface RawInsertTimes {
  /** Milliseconds of inserts and commits. */
  readonly inserting: number
  readonly rows: number
  /** Milliseconds of each transaction. */
  readonly each: readonly number[]
}

interface Table {
  readonly name: string
  readonly columns: readonly string[]
  /** SQL condition for the rows that a range of the log wrote. */
  readonly inRange: string
}

const [from = '', to = ''] = process.argv.slice(2)
const fresh = await openStore({ file: to })
fresh.close()
const source = new Database(from, { readonly: true })
const target = new Database(to)
// The settings of the store.
for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON', 'cache_size = -65536']) {
  target.pragma(pragma)
}
const { tables, indexes } = tablesOf()
const inserting = (name: string, columns: readonly string[]) =>
  target.prepare(`insert into ${name} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`)
const copies = [
  ...tables.map(({ name, columns, inRange }) => {
    const select = source.prepare(`select ${columns.join(', ')} from ${name} where ${inRange}`).raw()
    const read = (range: { after: number; upTo: number }) => select.all(range) as unknown[][]
    return { read, insert: inserting(name, columns) }
  }),
  ...fullTextOf(source, indexes).map(({ table, columns, read }) => ({ read, insert: inserting(table, columns) })),
]
const each: number[] = []
let rows = 0
let after = 0
for (const upTo of source.prepare<[], number>('select distinct batch from changes order by batch').pluck().all()) {
  const batch = copies.map(({ read, insert }) => ({ insert, values: read({ after, upTo }) }))
  const start = performance.now()
  target.exec('begin immediate')
  for (const { insert, values } of batch) for (const row of values) insert.run(row)
  target.exec('commit')
  each.push(performance.now() - start)
  rows += batch.reduce((sum, { values }) => sum + values.length, 0)
  after = upTo
}
target.close()
process.stdout.write(
  JSON.stringify({ inserting: each.reduce((sum, time) => sum + time, 0), rows, each } satisfies RawInsertTimes),
)

/** Tables in dependency order: no row refers to a row of a later table. */
function tablesOf(): { tables: Table[]; indexes: string[] } {
  const listed = source.pragma('table_list') as { name: string; schema: string; type: string }[]
  const ours = listed.filter(
    ({ name, schema }) => schema === 'main' && !/^sqlite_|^(migrations|projection|epochs|text_terms)$/.test(name),
  )
  const plain = new Map(ours.filter(({ type }) => type === 'table').map(({ name }) => [name, parentsOf(name)]))
  const ordered: string[] = []
  while (ordered.length < plain.size) {
    const next = [...plain].filter(
      ([name, parents]) =>
        !ordered.includes(name) && parents.every((parent) => parent === name || ordered.includes(parent)),
    )
    if (next.length === 0) throw new Error('the foreign keys of the tables form a cycle')
    ordered.push(...next.map(([name]) => name))
  }
  return {
    tables: ordered.map((name) => ({ name, ...shapeOf(name) })),
    indexes: ours.filter(({ type }) => type === 'virtual').map(({ name }) => name),
  }
}

function parentsOf(name: string): string[] {
  return (source.pragma(`foreign_key_list(${name})`) as { table: string }[]).map(({ table }) => table)
}

function shapeOf(name: string): Omit<Table, 'name'> {
  const info = source.pragma(`table_info(${name})`) as { name: string; type: string }[]
  const columns = info.map((column) => column.name)
  const within = (column: string) => `${column} > @after and ${column} <= @upTo`
  if (name === 'baselines') {
    return { columns, inRange: `(space, key) in (select space, key from changes where ${within('seq')})` }
  }
  // In an import into an empty store, ids are seqs. Rows that belong to no record go into the first range.
  const first = info[0]?.type.toLowerCase() === 'integer' ? info[0].name : undefined
  const seq = ['seq', 'revision_id', 'id'].find((column) => columns.includes(column)) ?? first
  return { columns, inRange: seq === undefined ? '@after = 0 and @upTo > 0' : within(seq) }
}
