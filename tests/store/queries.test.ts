import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { connect } from '../../src/store/sqlite/connection.ts'
import type * as prepared from '../../src/store/sqlite/prepared.ts'
import type { List } from '../../src/store/queries/pages.ts'
import { readScoredCodings } from '../../src/store/queries/tension.ts'
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
  const lists = modules.flatMap((module) => Object.values(module)).filter(isList)
  expect(lists).toHaveLength(6)
  for (const { pages } of lists) {
    const keys = [[1, 1] as const]
    const parameters = { on: null, relations: null, holderId: null }
    for (const request of [{ first: 1 }, { last: 1 }]) pages(reader, { keys, parameters, request })
  }
  const range = { from: '2025-01-01', to: '2025-12-31' }
  readScoredCodings(reader, [[1, 1]], { initiatorId: 1, recipientId: 1, range })

  // The SELECT of a batch is part of its queries, and cannot be prepared by itself.
  const whole = new Set(queries.map(({ sql }) => sql).filter((sql) => !/^select .*from "batch"/s.test(sql)))
  expect(whole.size).toBeGreaterThan(100)
  const connection = connect(place.file, { readonly: true })
  const scans = [...whole].flatMap((sql) => {
    const plan = connection.prepare(`explain query plan ${sql}`).all(parametersOf(sql)) as { detail: string }[]
    return plan.map(({ detail }) => detail).filter((detail) => /^SCAN|AUTOMATIC/.test(detail) && !isExpected(detail))
  })
  connection.close()
  expect(scans).toEqual([])
})

function isList(exported: unknown): exported is List<unknown> {
  return typeof exported === 'object' && exported !== null && 'pages' in exported && 'counts' in exported
}

/** Scans of the keys of a batch, and of a whole list in its order. */
function isExpected(detail: string): boolean {
  return /^SCAN (batch|json_each|j|CONSTANT ROW|actors USING|places USING)/.test(detail)
}

function parametersOf(sql: string): Record<string, null> {
  return Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map(([, name = '']) => [name, null]))
}
