import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import pg from 'pg'
import { expect, test, vi } from 'vitest'
import { DemarcheError } from '../../../src/model/errors.ts'
import { type AnyRecord, type RecordKind, recordDefinitions } from '../../../src/model/records/definitions.ts'
import { recoverLog, redactInLog } from '../../../src/store/nodes/administration.ts'
import { Node } from '../../../src/store/nodes/node.ts'
import { PostgresLog } from '../../../src/store/nodes/postgres-log.ts'
import { leaveLog, rebuildStore } from '../../../src/store/open.ts'
import type { PlannedChange } from '../../../src/store/append.ts'
import { story } from '../../_support/ferry-story.ts'
import { event, later, moved, planned, setting } from '../../_support/planned-changes.ts'
import { type Database as LogDatabase, query } from '../../_support/postgres.ts'
import { putBack } from '../../_support/put-back.ts'
import { projectedRows } from '../../_support/projected-rows.ts'
import { Historian, movingHistories, type Step } from '../../_support/random-history.ts'
import { temporaryFile } from '../../_support/temporary-store.ts'
import { usePostgres } from '../../_support/use-postgres.ts'

const WORD = 'ordthatmustgo'

const { postgres, empty } = await usePostgres()

test('nodes that follow, were down, or are new hold and project the same after redactions, and no byte of what was redacted', async () => {
  const log = await postgres.database(empty)
  using places = new DisposableStack()
  const files = ['writes', 'follows', 'down', 'new'].map((name) => places.use(temporaryFile(`${name}.db`)).file)
  const open = async (index: number) =>
    await Node.open({ file: files[index] ?? '', log: new PostgresLog({ url: log.node }) })
  const [writes, follows, down] = [await open(0), await open(1), await open(2)]
  const append = async (batch: readonly PlannedChange[]) =>
    (await writes.append({ batches: [batch], origin: 'API' })).last
  for (const batch of [setting, ...story]) await append(batch)
  // One of each kind, in revisions that all name what must go.
  const redacted = new Map([...setting, ...story.flat()].map((change) => [change.record, change]))
  expect(new Set(redacted.keys())).toEqual(new Set(Object.keys(recordDefinitions)))
  for (const revised of redacted.values()) await append([{ ...named(revised), kind: 'REVISED', revision: 2 }])
  await down.reach(await append([planned('place', { key: 'quay', name: 'The Quay' })]))
  await append(later)
  for (const revised of redacted.values()) {
    // Some come to refer to what has entered since.
    const change = named(moved.find(({ key }) => key === revised.key) ?? revised)
    await append([{ ...change, kind: 'CORRECTED', revision: 3, note: `Not W${WORD}` }])
  }
  await follows.reach(await append([planned('place', { key: 'pier', name: 'The Pier' })]))
  for (const node of [writes, follows, down]) await node.look()
  await down.close()
  expect(files.map((file) => bytesBeside(file).includes(WORD))).toEqual([true, true, true, false])
  let last = 0
  for (const { key, record } of redacted.values()) {
    await redactInLog(log.admin, { key, record, reason: 'Order of a court' })
    // Others go on to refer to it.
    last = await append([planned('event', event({ event: `ferry/after-${record}-${key}` }))])
  }
  const nodes = [writes, follows, await open(2), await open(3)]
  for (const node of nodes) expect([await node.reach(last), node.state().halted]).toEqual([true, null])
  for (const node of nodes) await node.close()
  // Files are cleaned after a pause or at the next start: several redactions together.
  for (const index of files.keys()) await (await open(index)).close()
  expect(files.map((file) => bytesBeside(file).includes(WORD))).toEqual(files.map(() => false))
  const held = files.map((file) => ({ log: logOf(file), rows: projectedRows(file) }))
  for (const each of held) expect(each).toEqual(held[3])
  const [first = ''] = files
  await leaveLog(first)
  await rebuildStore(first, () => {})
  expect(projectedRows(first)).toEqual(held[3]?.rows)
})

test('nodes project the same after any redactions, also once the log lost one and got it back, and after it was put back', async () => {
  const histories = fc.array(fc.tuple(movingHistories, fc.nat()), { minLength: 1, maxLength: 3 })
  // The claim, the demand and the dispute are redacted; the last redaction is lost.
  const moves = [0, 1, 2].map((pick): Step => ({ does: 'move', pick, variant: 0 }))
  await fc.assert(
    fc.asyncProperty(histories, async (parts) => {
      const log = await postgres.database(empty)
      using places = new DisposableStack()
      const files = ['first', 'new'].map((name) => places.use(temporaryFile(`${name}.db`)).file)
      const [file = ''] = files
      /** Opens a node of each file, and closes it once it has all of the log. */
      const followed = async (append?: PlannedChange) => {
        for (const each of files) {
          const node = await Node.open({ file: each, log: new PostgresLog({ url: log.node }) })
          if (append !== undefined && each === file) await node.append({ batches: [[append]], origin: 'API' })
          await node.look()
          expect(node.state()).toMatchObject({ halted: null, behind: { changes: 0 } })
          await node.close()
        }
        expect(projectedRows(files[1] ?? '')).toEqual(projectedRows(file))
        return projectedRows(file)
      }
      const first = await Node.open({ file, log: new PostgresLog({ url: log.node }) })
      const historian = new Historian()
      await first.append({ batches: [historian.opening], origin: 'IMPORT' })
      for (const [steps, pick] of parts) {
        for (const step of steps) {
          const plan = historian.plan(step)
          if (plan !== null) await first.append({ batches: [plan.batch], origin: 'API' }).catch(() => {})
        }
        await query(log.superuser, 'drop table if exists kept; create table kept as table demarche.changes')
        await redactInLog(log.admin, await pickedOf(log, pick))
        await first.look()
      }
      await first.close()
      const before = await query(log.superuser, CHANGES)
      await query(
        log.superuser,
        `begin; delete from demarche.changes; insert into demarche.changes table kept;
         update demarche.log set (seq, at) = (select seq, at from demarche.changes order by seq desc limit 1); commit`,
      )
      await recoverLog(log.admin, file)
      expect(await query(log.superuser, CHANGES)).toEqual(before)
      const rows = await followed()
      await followed(planned('place', { key: 'lost', name: 'Lost' }))
      await putBack(log, before.length)
      expect(await followed()).toEqual(rows)
    }),
    {
      numRuns: 5,
      examples: [
        [
          [
            [moves, 1],
            [[], 2],
            [[], 3],
          ],
        ],
      ],
    },
  )
})

test('a record that is revised while it is redacted is redacted with that revision', async () => {
  const log = await postgres.database(empty)
  using place = temporaryFile()
  const node = await Node.open({ file: place.file, log: new PostgresLog({ url: log.node }) })
  await node.append({ batches: [setting, later], origin: 'API' })
  const revising = new pg.Client(log.superuser)
  await revising.connect()
  await revising.query('begin; select 1 from demarche.log for update')
  const redacted = redactInLog(log.admin, { key: 'ferry/sunk', reason: 'Order of a court' })
  const waiting = `select count(*)::int as count from pg_stat_activity where datname = '${log.name}' and wait_event_type = 'Lock'`
  await expect.poll(() => query(log.superuser, waiting)).toEqual([{ count: 1 }])
  await revising.query(
    `insert into demarche.changes select seq + 4, seq + 4, space, record, key, 2, 'REVISED', note, at, by, origin, format,
       replace(content, '"ferry"', '"canal"') from demarche.changes where key = 'ferry/sunk';
     update demarche.log set seq = seq + 1; commit`,
  )
  await revising.end()
  expect(await redacted).toMatchObject({ revisions: 2, seq: 12 })
  expect(await node.reach(12)).toBe(true)
  await node.close()
  const disputes = "select content::json->>'dispute' as key from demarche.changes where key = 'ferry/sunk' order by seq"
  expect(await query(log.superuser, disputes)).toEqual([{ key: 'ferry' }, { key: 'canal' }, { key: 'canal' }])
})

test('a record in a format that this version does not read is not redacted', async () => {
  const log = await postgres.database(empty)
  using place = temporaryFile()
  const node = await Node.open({ file: place.file, log: new PostgresLog({ url: log.node }) })
  await node.append({ batches: [setting, later, moved], origin: 'API' })
  await node.close()
  await query(log.superuser, "update demarche.changes set format = 9 where key = 'ferry' and revision = 2")
  await expect(redactInLog(log.admin, { key: 'ferry', reason: 'Order of a court' })).rejects.toMatchObject({
    code: 'LOG_NEWER',
    message: 'Change 11 has the format 9, and this version reads up to 1. Use a later one.',
  })
  expect(await query(log.superuser, CHANGES)).toHaveLength(13)
})

test('a node cleans its file also while its log is away, once it has waited after the last time', async () => {
  const database = await postgres.database(empty)
  using place = temporaryFile()
  const log = new PostgresLog({ url: database.node })
  const node = await Node.open({ file: place.file, log })
  const places = ['hill', 'ford'].map((key) => planned('place', { key, name: `A w${WORD}` }))
  await node.append({ batches: [places], origin: 'API' })
  for (const { key } of places) {
    const { seq } = await redactInLog(database.admin, { key, reason: 'Order of a court' })
    expect(await node.reach(seq)).toBe(true)
  }
  log.standing = () => Promise.reject(new DemarcheError('LOG_UNREACHABLE', 'away'))
  const now = performance.now.bind(performance)
  using _ = vi.spyOn(performance, 'now').mockImplementation(() => now() + 3_600_000)
  await node.look()
  expect([logOf(place.file)[1], bytesBeside(place.file).includes(WORD)]).toEqual([[], false])
  await node.close()
})

test('nodes clean their files one after the other, and record nothing meanwhile; one that is started does so at once', async () => {
  const log = await postgres.database(empty)
  using place = temporaryFile()
  const writes: boolean[] = []
  const open = async (onChange = () => {}) =>
    await Node.open({ file: place.file, log: new PostgresLog({ url: log.node }), poll: 60_000, onChange })
  const node = await open(() => writes.push(node.state().writes))
  const other = new PostgresLog({ url: log.node })
  const redact = async (key: string) => {
    await node.append({ batches: [[planned('place', { key, name: `A w${WORD}` })]], origin: 'API' })
    expect(await other.beginCleaning()).toBe(true)
    const { seq } = await redactInLog(log.admin, { key, reason: 'Order of a court' })
    expect(await node.reach(seq)).toBe(true)
    const [changes, marks] = logOf(place.file)
    expect([JSON.stringify(changes).includes(WORD), marks]).toEqual([false, [expect.objectContaining({ id: seq })]])
    await node.look()
    expect(node.state().writes).toBe(true)
  }
  const isClean = () => (logOf(place.file)[1] as unknown[]).length === 0 && !bytesBeside(place.file).includes(WORD)
  await redact('hill')
  expect([isClean(), writes.splice(0).at(-1)]).toEqual([false, true])
  await other.endCleaning()
  await node.look()
  expect([isClean(), writes.includes(false), node.state().writes]).toEqual([true, true, true])
  await redact('ford')
  await node.close()
  expect(isClean()).toBe(false)
  await (await open()).close()
  expect(isClean()).toBe(true)
  await other.close()
})

test('a node that shares its file with one that has cut it back redacts the record that has the key now', async () => {
  const log = await postgres.database(empty)
  using place = temporaryFile()
  const hill = planned('place', { key: 'hill', name: 'The Hill' })
  // It looks at its log only when it is asked to.
  const deaf = Object.assign(new PostgresLog({ url: log.node }), { watch: () => () => {} })
  const cached = await Node.open({ file: place.file, log: deaf, poll: 1_000_000 })
  await cached.append({ batches: [[planned('place', { key: 'ford', name: 'The Ford' })], [hill]], origin: 'API' })
  await putBack(log, 1)
  const cutting = await Node.open({ file: place.file, log: new PostgresLog({ url: log.node }) })
  await cutting.look()
  await cutting.append({ batches: [[planned('place', { key: 'quay', name: 'The Quay' })], [hill]], origin: 'API' })
  await cutting.close()
  await redactInLog(log.admin, { key: 'hill', reason: 'Order of a court' })
  expect(await cached.reach(4)).toBe(true)
  await cached.close()
  const store = new Database(place.file, { readonly: true })
  expect(store.prepare('select id, key, name from places').all()).toEqual([
    { id: 1, key: 'ford', name: 'The Ford' },
    { id: 2, key: 'quay', name: 'The Quay' },
    { id: 3, key: 'hill', name: '[redacted]' },
  ])
  store.close()
})

const CHANGES = 'select * from demarche.changes order by seq'

/** One of the records of a log, of each kind in turn. */
async function pickedOf(log: LogDatabase, pick: number) {
  const kinds = await query<{ record: RecordKind }>(log.node, 'select distinct record from demarche.changes order by 1')
  const record = kinds[pick % kinds.length]?.record
  const text = `select distinct key from demarche.changes where record = '${record}' order by 1`
  const keys = await query<{ key: string }>(log.node, text)
  return { key: keys[pick % keys.length]?.key ?? '', record, reason: 'Order of a court' }
}

/** The change with a text that says what must go. */
function named(change: PlannedChange): PlannedChange {
  const text = `A w${WORD} indeed`
  const content = Object.fromEntries(
    Object.entries(change.content ?? {}).map(([field, value]) => [field, TEXTS.has(field) ? text : value]),
  )
  return planned(change.record, content as unknown as AnyRecord & typeof change.content, change)
}

const TEXTS: ReadonlySet<string> = new Set(['name', 'title', 'summary', 'headline', 'proposition', 'text'])

/** The bytes of the file and of those that SQLite keeps beside it, in lower case. */
function bytesBeside(file: string): string {
  const folder = dirname(file)
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name)).toString('latin1').toLowerCase())
    .join('')
}

function logOf(file: string): unknown[] {
  const store = new Database(file, { readonly: true })
  try {
    return [
      store.prepare('select * from changes order by seq').all(),
      store.prepare('select * from uncleaned').all(),
      store.prepare('select * from baselines').all(),
    ]
  } finally {
    store.close()
  }
}
