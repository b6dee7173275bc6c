import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { UNKNOWN_START } from '../../src/model/dates/edtf.ts'
import { DemarcheError } from '../../src/model/errors.ts'
import { encodeCursor, type Page, type PageRequest } from '../../src/store/queries/keyset.ts'
import { connect, prepareOnce } from '../../src/store/sqlite/connection.ts'
import type * as prepared from '../../src/store/sqlite/prepared.ts'
import type { List } from '../../src/store/queries/pages.ts'
import type { actorReads, claimReads, sourceReads } from '../../src/store/queries/reference-records.ts'
import { readScoredCodings } from '../../src/store/queries/tension.ts'
import { planned } from '../_support/planned-changes.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

/** Every query that any module has made. */
const queries = vi.hoisted(() => [] as { readonly sql: string }[])

vi.mock('../../src/store/sqlite/prepared.ts', async (importOriginal) => {
  const original = await importOriginal<typeof prepared>()
  class RecordedQuery<Row> extends original.PreparedQuery<Row> {
    constructor(render: () => string) {
      super(render)
      queries.push(this)
    }
  }
  return { ...original, PreparedQuery: RecordedQuery }
})

const QUERIES = join(import.meta.dirname, '../../src/store/queries')

test('SQLite prepares every query and finds the rows by an index', async () => {
  await using place = await openTemporaryStore()
  const { reader } = place.store
  const modules = await Promise.all(
    readdirSync(QUERIES).map((file) => import(join(QUERIES, file)) as Promise<Readonly<Record<string, unknown>>>),
  )
  await import('../../src/store/search/snippets.ts')
  const exported = modules.flatMap((module) => Object.entries(module))
  const lists = exported.flatMap(([, value]) => (isList(value) ? [value] : []))
  expect(lists).toHaveLength(10)
  for (const { name, pages, counts } of lists) {
    const ofTension = { initiatorId: null, recipientId: null, from: null, to: null }
    const parameters = { on: null, relations: null, holderId: null, ...ofTension }
    const read = { keys: [[1, 1] as const], parameters }
    readEveryVariant(name, (request) => pages(reader, { ...read, request })[0])
    counts(reader, read)
  }
  const records = exported.flatMap(([name, value]) => (isRecordReads(value) ? [[name, value] as const] : []))
  expect(records).toHaveLength(6)
  for (const owner of [null, 1]) {
    const wanted = { asOf: 1, ids: null, outletId: owner, disputeId: owner }
    for (const [name, { byKey, page, count }] of records) {
      readEveryVariant(name.replace('Reads', 's'), (request) => page(reader, wanted, request))
      count(reader, wanted)
      byKey(reader, 'x', 1)
    }
  }
  const range = { from: '2025-01-01', to: '2025-12-31' }
  readScoredCodings(reader, [[1, 1]], { initiatorId: 1, recipientId: 1, ...range })

  // The SELECT of a batch is part of its queries, and cannot be prepared by itself.
  const whole = new Set(queries.map(({ sql }) => sql).filter((sql) => !/^select .*(from|join) "batch"/s.test(sql)))
  expect(whole.size).toBeGreaterThan(300)
  const connection = await connect(place.file, { readonly: true })
  const scans = [...whole].flatMap((sql) => {
    const plan = prepareOnce(connection, `explain query plan ${sql}`).all(parametersOf(sql)) as { detail: string }[]
    const details = plan.map(({ detail }) => detail)
    const sorts = details.some((detail) => detail.includes('TEMP B-TREE FOR ORDER BY'))
    return details.filter((detail) => /^SCAN|AUTOMATIC/.test(detail) && !isExpected(detail, sorts))
  })
  connection.close()
  expect(scans).toEqual([])
})

test('a query is planned once, whatever its values', async () => {
  await using place = await openTemporaryStore()
  const { reader } = place.store
  const parameters = { space: 'actor', key: "it's?", n: 2 }
  const sql = `select *, @key || '?''@key' as "a?""" from changes where space = @space and key = @key order by revision desc limit @n`
  const actor = (key: string) => planned('actor', { key, name: 'North', kind: 'state' })
  await place.store.append({ batches: [[actor('north'), actor('south')]], origin: 'API' })
  // The driver compiles a function for the rows of a statement each time that SQLite has planned it.
  const compiled = vi.spyOn(globalThis, 'Function')
  try {
    for (const key of ['north', 'south', 'north', 'west']) {
      const rows = reader.all<Record<string, unknown>>(sql, { ...parameters, key })
      expect(rows.map((row) => [row['key'], row['a?"']])).toEqual(key === 'west' ? [] : [[key, `${key}?'@key`]])
    }
    expect(compiled).toHaveBeenCalledTimes(1)
  } finally {
    compiled.mockRestore()
  }
})

/** Reads a list in both directions: from its ends, and from every cursor that fits it, with what lies on the other side of the cursor. */
function readEveryVariant(list: string, read: (request: PageRequest) => Page<unknown> | undefined): void {
  read({ first: 1 })
  read({ last: 1 })
  const keys = [1, '2025-01-01', UNKNOWN_START].flatMap((value) =>
    [[], [1], [1, 1], [1, 1, 1]].map((rest) => [value, ...rest]),
  )
  const cursors = keys
    .map((key) => encodeCursor(list, key))
    .filter((cursor) => isAccepted(() => read({ after: cursor })))
  expect([list, cursors.length]).not.toEqual([list, 0])
  for (const cursor of cursors) {
    read({ first: 1, after: cursor })?.hasPreviousPage()
    read({ last: 1, before: cursor })?.hasNextPage()
  }
}

function isAccepted(read: () => unknown): boolean {
  try {
    read()
    return true
  } catch (error) {
    if (error instanceof DemarcheError && error.code === 'BAD_CURSOR') return false
    throw error
  }
}

function isList(value: unknown): value is List<unknown> {
  return typeof value === 'object' && value !== null && 'pages' in value && 'counts' in value
}

type RecordReads = typeof actorReads & typeof sourceReads & typeof claimReads

/** The reads of a kind of reference record, whose lists are not exported themselves. */
function isRecordReads(value: unknown): value is RecordReads {
  return typeof value === 'object' && value !== null && 'byKey' in value && 'page' in value
}

/** Scans of the keys of a batch; of a whole list in its own order; of what was found so far; and of all disputes, whose order is computed. */
function isExpected(detail: string, sorts: boolean): boolean {
  const isInOrder = /^SCAN (actors USING|places USING|(sources|claims|demands)$)/.test(detail) && !sorts
  return (
    isInOrder ||
    /^SCAN (batch|json_each|j|CONSTANT ROW|below$|disputes$|tokens$|revisions USING INDEX revisions_redacted$)/.test(
      detail,
    )
  )
}

function parametersOf(sql: string): Record<string, null> {
  return Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map(([, name = '']) => [name, null]))
}
