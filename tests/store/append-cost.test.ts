import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { Appender } from '../../src/store/append.ts'
import { Clock } from '../../src/store/log/clock.ts'
import { projection } from '../../src/store/projections/project.ts'
import { event, measure, planned, setting, statement } from '../_support/planned-changes.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

/** SQLite's name for one look-up in a full-text index. */
const BY_ROWID = /VIRTUAL TABLE INDEX 0:=/
/** SQLite's name for the rows of an INSERT of several rows. */
const ROWS_GIVEN = /^SCAN \d+-ROW VALUES CLAUSE$/

test('an append looks rows up and never scans a table, so its cost does not grow with the store', async () => {
  await using opened = await openTemporaryStore()
  const run = new Set<string>()
  const connection = new Database(opened.file, { verbose: (sql) => run.add(String(sql)) })
  connection.pragma('foreign_keys = ON')
  const appender = new Appender(connection, projection(connection), { clock: new Clock(() => 0) })
  await appender.append({
    batches: [
      [...setting, planned('event', event()), planned('statement', statement()), planned('measure', measure())],
    ],
    origin: 'IMPORT',
    baselines: [{ space: 'actor', key: 'north', hash: 'a' }],
  })
  const changed = planned('statement', statement({ headline: 'Another' }), { kind: 'REVISED', revision: 2 })
  const saved = planned('actor', { key: 'north', name: 'Northland', kind: 'state' }, { kind: 'REVISED', revision: 2 })
  await appender.append({ batches: [[changed, saved]], origin: 'API' })
  const statements = [...run].filter((sql) => /^\s*(select|insert|update|delete)/i.test(sql))
  const scans = statements.flatMap((sql) => {
    const steps = connection.prepare(`explain query plan ${sql}`).all() as { detail: string }[]
    return steps
      .filter(({ detail }) => detail.startsWith('SCAN') && !BY_ROWID.test(detail) && !ROWS_GIVEN.test(detail))
      .map(({ detail }) => `${detail}: ${sql}`)
  })
  connection.close()
  expect(statements.length).toBeGreaterThan(50)
  // The newest change is the first entry of the log's primary key, read backwards: one row.
  expect(scans.filter((scan) => !scan.includes('from changes order by seq desc limit 1'))).toEqual([])
})
