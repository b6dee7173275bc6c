import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { existsSync, readFileSync } from 'node:fs'
import type { Worker } from 'node:worker_threads'
import SqliteFile from 'better-sqlite3'
import pg from 'pg'
import { describe, expect, test, vi } from 'vitest'
import { DemarcheError, StoreError } from '../../../src/model/errors.ts'
import { redactInLog } from '../../../src/store/nodes/administration.ts'
import { Node, type NodeOptions } from '../../../src/store/nodes/node.ts'
import type { Log, Place } from '../../../src/store/nodes/log.ts'
import { join } from '../../../src/store/nodes/membership.ts'
import { PostgresLog } from '../../../src/store/nodes/postgres-log.ts'
import { ageOf, readNow, TokenMirror } from '../../../src/store/nodes/token-mirror.ts'
import { leaveLog, openStore, openStoreToRead } from '../../../src/store/open.ts'
import { importInThread } from '../../../src/dossier/recording/import-thread.ts'
import { REDACTED_FORMAT } from '../../../src/model/records/canonical-record.ts'
import { REDACTED_TEXT, redactedContent } from '../../../src/model/records/redaction.ts'
import type { PlannedChange } from '../../../src/store/append.ts'
import { connect } from '../../../src/store/sqlite/connection.ts'
import { migrate } from '../../../src/store/sqlite/migrate.ts'
import type { Store } from '../../../src/store/store.ts'
import { type Token, tokensOf } from '../../../src/store/tokens.ts'
import { LogProxy } from '../../_support/log-proxy.ts'
import { event, planned, setting, statement } from '../../_support/planned-changes.ts'
import { putBack } from '../../_support/put-back.ts'
import { query } from '../../_support/postgres.ts'
import { projectedRows } from '../../_support/projected-rows.ts'
import { temporaryFile } from '../../_support/temporary-store.ts'
import { usePostgres } from '../../_support/use-postgres.ts'

const KILLED_REDACTION = new URL('../../_support/killed-redaction.ts', import.meta.url).pathname
const KILLED = new URL('../../_support/killed-node.ts', import.meta.url).pathname

const { postgres, empty } = await usePostgres()

describe('nodes of one log', () => {
  test('hold the same changes and the same projections, whichever appended them', async () => {
    const log = await postgres.database(empty)
    await using one = await openNodeStore(log.node)
    await using two = await openNodeStore(log.node)
    const { last } = await one.store.append({ batches: [setting], origin: 'API', by: 'desk' })
    expect(one.store.head()).toBe(last)
    expect(await two.store.reach(last)).toBe(true)
    expect(two.store.head()).toBe(last)
    const next = await two.store.append(place('hill'))
    expect(next).toEqual({ first: last + 1, last: last + 1 })
    expect(await one.store.reach(next.last)).toBe(true)
    expect(await one.store.reach(next.last + 1)).toBe(false)
    expect(one.store.epochs()).toEqual(two.store.epochs())
    expect(projectedRows(one.file)).toEqual(projectedRows(two.file))
  })

  test('notify their followers of what others appended', async () => {
    const log = await postgres.database(empty)
    await using one = await openNodeStore(log.node)
    await using two = await openNodeStore(log.node)
    const heard = new Promise<void>((resolve) => two.store.watch(() => two.store.head() === 1 && resolve()))
    await one.store.append(place('hill'))
    await heard
    expect(two.store.node?.state()).toMatchObject({ behind: { changes: 0 }, halted: null })
  })

  test('let one writer win where several change the same record, and give the others its revision', async () => {
    const log = await postgres.database(empty)
    await using one = await openNode(log.node)
    await using two = await openNode(log.node)
    for (let round = 1; round <= 25; round++) {
      const change = { ...planned('place', { key: 'hill', name: `Hill ${round}` }), revision: round }
      const kind = round === 1 ? 'RECORDED' : 'REVISED'
      const append = { batches: [[{ ...change, kind } as PlannedChange]], origin: 'API' } as const
      const outcomes = await Promise.allSettled([one.node.append(append), two.node.append(append)])
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
      const lost = outcomes.find((outcome) => outcome.status === 'rejected')?.reason as unknown
      expect(lost).toMatchObject({
        code: 'REVISION_MOVED',
        keys: [{ space: 'place', key: 'hill', currentRevision: round }],
      })
    }
  })

  test('number what eight writers append at once without a gap, and keep each of them', async () => {
    const log = await postgres.database(empty)
    await using one = await openNode(log.node)
    await using two = await openNode(log.node)
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      const { node } = writer % 2 === 0 ? one : two
      for (let number = 0; number < 10; number++) await node.append(place(`w${writer}-${number}`))
    })
    await Promise.all(writers)
    for (const { node } of [one, two]) expect(await node.reach(80)).toBe(true)
    expect(one.node.state().counts.kept + one.node.state().counts.redone).toBe(40)
    await one.node.close()
    await two.node.close()
    expect(projectedRows(one.file)).toEqual(projectedRows(two.file))
    expect(await keysOf(one.file)).toHaveLength(80)
  })

  test('record on old news once they have followed: a reference, and a next revision, that another node recorded', async () => {
    const log = await postgres.database(empty)
    await using one = await openNode(log.node)
    await using two = await openNode(log.node, { poll: 3_600_000, deaf: true })
    await one.node.append({ batches: [setting], origin: 'API' })
    const claim = planned('claim', { key: 'ferry/raised', dispute: 'ferry', proposition: 'It was raised.' })
    expect(await two.node.append({ batches: [[claim]], origin: 'API' })).toEqual({ first: 9, last: 9 })
  })

  test('follow batches that a page cuts in two', async () => {
    const log = await postgres.database(empty)
    await using one = await openNode(log.node)
    const batch = (from: number, count: number) =>
      Array.from({ length: count }, (_, at) => planned('place', { key: `p${from + at}`, name: 'A place' }))
    await one.node.append({ batches: [batch(0, 1_500), batch(1_500, 2_400), batch(3_900, 100)], origin: 'IMPORT' })
    await using two = await openNode(log.node)
    expect(await two.node.reach(4_000)).toBe(true)
    await two.node.close()
    expect(projectedRows(two.file)).toEqual(projectedRows(one.file))
  })

  test('answer an idempotency key on every node, once', async () => {
    const log = await postgres.database(empty)
    await using one = await openNodeStore(log.node)
    await using two = await openNodeStore(log.node)
    const answer = { by: 'desk', key: 'k', hash: 'h' }
    const append = { ...place('hill'), by: 'desk', answer }
    const { last } = await one.store.append(append)
    expect(await two.store.answerTo('desk', 'k')).toEqual({ hash: 'h', seq: last, plan: null })
    expect(two.store.head()).toBe(last)
    expect(await two.store.answerTo('other', 'k')).toBeUndefined()
    await two.store.append({ batches: [], origin: 'API', answer: { ...answer, key: 'l', seq: 1 } })
    expect(await one.store.answerTo('desk', 'l')).toEqual({ hash: 'h', seq: 1, plan: null })
    await expect(two.store.append({ ...place('other'), answer: { ...answer, hash: 'other' } })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    })
    expect(await one.store.reach(last + 1)).toBe(false)
  })

  test('are known to their log by their names; what has none, as a command, is no node of it', async () => {
    const log = await postgres.database(empty)
    const names = async () =>
      (await query<{ name: string }>(log.node, 'select name from demarche.nodes')).map((row) => row.name)
    await using nameless = await openNode(log.node)
    await nameless.node.look()
    expect(await names()).toEqual([])
    await using named = await openNode(log.node, { name: 'a' })
    await named.node.look()
    expect(await names()).toEqual(['a'])
  })

  test('look at their log again for readers once an instant may be settled, but seldom', async () => {
    const log = await postgres.database(empty)
    using folder = temporaryFile()
    const store = await openStore({ file: folder.file, log: { url: log.node, poll: 3_600_000 }, ownThread: false })
    const look = vi.spyOn(Node.prototype, 'look')
    try {
      const instant = store.now()
      store.node?.lookAfter(instant + 3_600_000)
      expect(look).not.toHaveBeenCalled()
      await until(() => {
        store.node?.lookAfter(instant)
        return store.settledBefore() > instant
      })
      look.mockClear()
      const steady = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 1_000)
      for (let readers = 0; readers < 100; readers++) store.node?.lookAfter(instant)
      steady.mockRestore()
      expect(look).toHaveBeenCalledTimes(1)
    } finally {
      look.mockRestore()
      await closed(store)
    }
  })

  test('ask their log once, and follow it once, for all who wait for the same', async () => {
    const log = await postgres.database(empty)
    await using one = await openNode(log.node)
    let [isAway, reads] = [false, 0]
    await using two = await openNode(log.node, {
      poll: 60_000,
      read: async (after, read) => {
        if (!isAway) return await read(after)
        reads++
        throw new DemarcheError('LOG_UNREACHABLE', 'away')
      },
    })
    const waiting = (seq: number) => Promise.allSettled(Array.from({ length: 500 }, () => two.node.reach(seq)))
    await two.node.look()
    const standing = vi.spyOn(two.log, 'standing')
    expect(new Set((await waiting(7)).map((outcome) => 'value' in outcome && outcome.value))).toEqual(new Set([false]))
    expect(standing.mock.calls.length).toBeLessThanOrEqual(2)
    isAway = true
    const { last } = await one.node.append(place('hill'))
    await until(() => two.log.knownHead === last && reads > 0)
    await two.node.look()
    reads = 0
    const codes = (await waiting(last)).map((outcome) => 'reason' in outcome && (outcome.reason as DemarcheError).code)
    expect(new Set(codes)).toEqual(new Set(['LOG_UNREACHABLE']))
    expect(reads).toBeLessThanOrEqual(2)
    isAway = false
    expect(await two.node.reach(last)).toBe(true)
  })

  test('date nothing before what they said was settled', async () => {
    const log = await postgres.database(empty)
    await using one = await openNode(log.node)
    await using two = await openNode(log.node)
    await two.node.look()
    for (let number = 0; number < 20; number++) {
      await two.node.look()
      const settled = two.node.state().settledBefore
      const { last } = await one.node.append(place(`p${number}`))
      await two.node.reach(last)
      const [{ at }] = (await query<{ at: string }>(
        log.node,
        `select at from demarche.changes where seq = ${last}`,
      )) as [{ at: string }]
      expect(Number(at)).toBeGreaterThanOrEqual(settled)
    }
  })

  test('date nothing before what one of them said was settled, also if the clock of their log went back', async () => {
    const log = await postgres.database(empty)
    await using one = await openNode(log.node)
    await using two = await openNode(log.node)
    await one.node.append(place('hill'))
    const [before = 0] = await datesOf(one.file)
    await until(async () => (await two.node.look(), two.node.state().settledBefore > before))
    const settled = two.node.state().settledBefore
    // As at a failover.
    await query(
      log.superuser,
      `create or replace function demarche.now_ms() returns bigint language sql volatile as
         'select floor(extract(epoch from clock_timestamp()) * 1000)::bigint - 60000'`,
    )
    await one.node.look()
    const { last } = await one.node.append(place('ford'))
    const { seq } = await redactInLog(log.admin, { key: 'ford', reason: 'A court ordered it.' })
    await two.node.reach(seq)
    expect((await datesOf(two.file)).slice(last - 1)).toEqual([settled, settled])
    await two.node.look()
    expect(two.node.state().settledBefore).toBe(settled)
  })
})

describe('a node whose log fails', () => {
  test('is recorded once if the answer of the log is lost', async () => {
    const log = await postgres.database(empty)
    await using proxy = await LogProxy.to(postgres.port)
    await using one = await openNode(postgres.url('demarche_node', log.name, proxy.port))
    await one.node.append(place('hill'))
    proxy.swallow = 1
    expect(await one.node.append(place('ford'))).toEqual({ first: 2, last: 2 })
    expect(proxy.swallowed).toBe(1)
    expect((await one.node.append(place('wood'))).last).toBe(3)
  })

  test('holds nothing of a change that its log did not take', async () => {
    const log = await postgres.database(empty)
    let fails = true
    await using one = await openNode(log.node, {
      append: async (offer, append) => {
        if (fails) throw new DemarcheError('LOG_UNREACHABLE', 'the network fails')
        return await append(offer)
      },
    })
    await expect(one.node.append({ batches: [setting], origin: 'API' })).rejects.toMatchObject({
      code: 'LOG_UNREACHABLE',
    })
    fails = false
    const claim = planned('claim', { key: 'ferry/raised', dispute: 'ferry', proposition: 'It was raised.' })
    await expect(one.node.append({ batches: [[claim]], origin: 'API' })).rejects.toMatchObject({
      code: 'REFERENCE_UNKNOWN',
    })
    expect(one.node.state().counts).toMatchObject({ unreachable: 1, refused: 1, kept: 0 })
    expect((await one.node.append(place('hill'))).last).toBe(1)
  })

  test('reports no rebuild of a file that holds nothing', async () => {
    const log = await postgres.database(empty)
    const reported: unknown[] = []
    await using node = await openNode(log.node, { onRebuild: (...progress) => reported.push(progress) })
    expect(node.node.state().log.reachable).toBe(true)
    expect(reported).toEqual([])
  })

  test('counts no change as held before its log has taken it', async () => {
    const log = await postgres.database(empty)
    const asked = Promise.withResolvers<void>()
    const goesOn = Promise.withResolvers<void>()
    await using other = await openNode(log.node)
    await using one = await openNode(log.node, {
      append: async (offer, append) => {
        asked.resolve()
        await goesOn.promise
        return await append(offer)
      },
    })
    const appended = one.node.append(place('hill'))
    await asked.promise
    await other.node.append(place('wood'))
    const reached = one.node.reach(1)
    const first = await Promise.race([reached, nextTurn('waits')])
    goesOn.resolve()
    expect([first, await appended, await reached]).toEqual(['waits', { first: 2, last: 2 }, true])
  })

  test('says at once that nothing can be recorded, and that it can again once something was', async () => {
    const log = await postgres.database(empty)
    await using proxy = await LogProxy.to(postgres.port)
    const url = postgres.url('demarche_node', log.name, proxy.port)
    // Only what the connections tell is heard of in time.
    await using one = await openNodeStore(url, { poll: 3_600_000, patience: 300 })
    const writes = () => one.store.node?.state().writes
    const isAppended = (key: string) =>
      one.store.append(place(key)).then(
        () => true,
        () => false,
      )
    await until(() => writes() === true)
    proxy.mode = 'refuse'
    await until(() => writes() === false)
    proxy.mode = 'pass'
    await until(() => isAppended('hill'))
    await until(() => writes() === true)
    // Connections that are silent say nothing, but an append fails.
    proxy.mode = 'stall'
    expect(await isAppended('ford')).toBe(false)
    await until(() => writes() === false)
  })

  test('says that a change is recorded which it cannot show, and shows it later', async () => {
    const log = await postgres.database(empty)
    await using other = await openNode(log.node)
    await using proxy = await LogProxy.to(postgres.port)
    let fails = true
    await using one = await openNode(postgres.url('demarche_node', log.name, proxy.port), {
      patience: 300,
      // Another node comes first, and the network fails between the log's commit and this node's.
      append: async (offer, append) => {
        if (!fails) return await append(offer)
        await other.node.append(place('wood'))
        const given = await append(offer)
        proxy.mode = 'refuse'
        return given
      },
    })
    await expect(one.node.append(place('hill'))).rejects.toMatchObject({
      code: 'RECORDED_UNSEEN',
      seq: 2,
    })
    expect(one.node.state().counts).toMatchObject({ unseen: 1, refused: 0 })
    fails = false
    await expect(one.node.append(place('ford'))).rejects.toMatchObject({ code: 'LOG_UNREACHABLE' })
    proxy.mode = 'pass'
    expect((await one.node.append(place('ford'))).last).toBe(3)
  })

  test('says nothing of what became of an idempotency key that it cannot ask for', async () => {
    const log = await postgres.database(empty)
    await using proxy = await LogProxy.to(postgres.port)
    await using one = await openNode(postgres.url('demarche_node', log.name, proxy.port), { patience: 300 })
    const append = { ...place('hill'), by: 'desk', answer: { by: 'desk', key: 'k', hash: 'h' } }
    // On a busy machine, an answer may take longer than the patience.
    await until(() => one.node.append(append).then(Boolean, () => false))
    await using two = await openNode(log.node, {
      read: () => Promise.reject(new DemarcheError('LOG_UNREACHABLE', 'the network fails')),
    })
    await expect(two.node.answerTo('desk', 'k')).rejects.toMatchObject({ code: 'RECORDED_UNSEEN' })
    proxy.mode = 'refuse'
    for (const key of ['k', 'never used'])
      await expect(one.node.answerTo('desk', key)).rejects.toMatchObject({ code: 'LOG_UNCERTAIN' })
    proxy.mode = 'pass'
    await until(async () => (await one.node.answerTo('desk', 'k').catch(() => undefined))?.seq === 1)
  })

  test('refuses an append whose turn does not come within the patience, and records nothing of it', async () => {
    const log = await postgres.database(empty)
    await using proxy = await LogProxy.to(postgres.port)
    await using one = await openNodeStore(postgres.url('demarche_node', log.name, proxy.port), { patience: 300 })
    const append = (key: string) => one.store.append(place(key)).catch((error: unknown) => error)
    const isAppended = async (key: string) => !((await append(key)) instanceof Error)
    await until(() => isAppended('hill'))
    proxy.mode = 'stall'
    // One of many changes is offered for longer.
    const many = Array.from({ length: 2_000 }, (_, at) => planned('place', { key: `ford-${at}`, name: 'A ford' }))
    const long = one.store.append({ batches: [many], origin: 'API' }).catch(() => {})
    const refused = await Promise.all(['moor', 'lake'].map(append))
    const error = { code: 'STORE_BUSY', message: expect.stringContaining('has been projecting other changes') }
    expect(refused).toMatchObject([error, error])
    await long
    proxy.mode = 'pass'
    await until(() => isAppended('wood'))
    const keys = await keysOf(one.file)
    expect([keys.includes('moor'), keys.includes('lake'), keys.includes('wood')]).toEqual([false, false, true])
  })

  test('has what it recorded once, after it was killed between the commit of the log and its own', async () => {
    const log = await postgres.database(empty)
    await using other = await openNode(log.node)
    using folder = temporaryFile()
    for (const key of ['hill', 'ford', 'wood']) {
      const killed = spawn(process.execPath, [KILLED, folder.file, log.node, key], { stdio: 'inherit' })
      expect(await once(killed, 'exit')).toEqual([null, 'SIGKILL'])
    }
    const node = await Node.open({ file: folder.file, log: new PostgresLog({ url: log.node }) })
    expect((await node.append(place('moor'))).last).toBe(4)
    await node.close()
    await other.node.reach(4)
    expect(await keysOf(folder.file)).toEqual(['hill', 'ford', 'wood', 'moor'])
    expect(projectedRows(folder.file)).toEqual(projectedRows(other.file))
  })

  test('opens and serves what it holds while the log is away, and follows when it is back', async () => {
    const log = await postgres.database(empty)
    await using proxy = await LogProxy.to(postgres.port)
    const url = postgres.url('demarche_node', log.name, proxy.port)
    using folder = temporaryFile()
    const first = await openStore({ file: folder.file, log: { url } })
    await first.append(place('hill'))
    first.close()
    proxy.mode = 'refuse'
    const store = await openStore({ file: folder.file, log: { url, patience: 200, poll: 100 } })
    expect([store.head(), store.epochs().length]).toEqual([1, 1])
    expect(store.node?.state()).toMatchObject({ log: { reachable: false }, writes: false, wasLevel: false })
    expect(store.node?.state().log.why).toMatch(/Connection terminated|ECONN/)
    await expect(store.append(place('ford'))).rejects.toMatchObject({ code: 'LOG_UNREACHABLE' })
    expect(await store.reach(1)).toBe(true)
    await expect(store.reach(2)).rejects.toMatchObject({ code: 'LOG_UNREACHABLE' })
    proxy.mode = 'pass'
    await until(() => store.node?.state().writes === true)
    expect(store.node?.state().log.why).toBeUndefined()
    expect((await store.append(place('ford'))).last).toBe(2)
    store.close()
  })

  test.each([
    ['has no tables', 'alter schema demarche rename to away', 'alter schema away rename to demarche', /holds no log/],
    [
      'may not be read',
      'revoke usage on schema demarche from demarche_node',
      'grant usage on schema demarche to demarche_node',
      /may not/,
    ],
    [
      'has no head yet',
      'create table head as table demarche.log; delete from demarche.log',
      'insert into demarche.log table head',
      /no head/,
    ],
    [
      'has no changes that may be read',
      'revoke select on demarche.changes from demarche_node',
      'grant select on demarche.changes to demarche_node',
      /may not/,
    ],
  ])(
    'goes on for readers while its log %s, as one that is restored, and by itself after',
    async (_, takeAway, giveBack, why) => {
      const log = await postgres.database(empty)
      await using one = await openNode(log.node, { patience: 300 })
      await one.node.append(place('hill'))
      await one.node.look()
      expect(one.node.state()).toMatchObject({ wasLevel: true, writes: true })
      await query(log.superuser, takeAway)
      for (let looks = 0; looks < 2; looks++) {
        await one.node.look()
        expect(one.node.state()).toMatchObject({
          log: { reachable: false, why: expect.stringMatching(why) },
          halted: null,
          wasLevel: true,
          writes: false,
        })
      }
      const { since } = one.node.state().log
      await one.node.look()
      expect(one.node.state().log.since).toBe(since)
      // The tables say so, where only the changes may not be read.
      const reached = await one.node.reach(9).catch((error: unknown) => (error as DemarcheError).code)
      expect(['LOG_UNREACHABLE', false]).toContain(reached)
      await query(log.superuser, giveBack)
      await one.node.look()
      expect(one.node.state()).toMatchObject({ log: { reachable: true, why: undefined }, halted: null, writes: true })
      expect((await one.node.append(place('ford'))).last).toBe(2)
    },
  )

  test('is not opened where there is no log', async () => {
    const none = await postgres.database()
    await expect(openNode(none.node)).rejects.toMatchObject({
      code: 'MISCONFIGURED',
      message: expect.stringMatching(/demarche log create/),
    })
  })

  test('is live without a log that it has never reached, and joins it later', async () => {
    const log = await postgres.database(empty)
    await using proxy = await LogProxy.to(postgres.port)
    proxy.mode = 'refuse'
    await using one = await openNodeStore(postgres.url('demarche_node', log.name, proxy.port), {
      poll: 100,
      patience: 200,
    })
    expect(() => one.store.epoch()).toThrow(expect.objectContaining({ code: 'LOG_UNREACHABLE' }))
    proxy.mode = 'pass'
    await until(() => one.store.node?.state().wasLevel === true)
    expect(one.store.epoch()).toMatch(/./)
    expect((await one.store.append(place('hill'))).last).toBe(1)
  })
})

describe('a node', () => {
  test('stops before a change of a format that it does not read, and records nothing then', async () => {
    const log = await postgres.database(empty)
    await using one = await openNode(log.node)
    await one.node.append(place('hill'))
    await one.node.append(place('ford'))
    await query(log.superuser, 'update demarche.changes set format = 2 where seq = 2')
    await using two = await openNode(log.node)
    await two.node.look()
    expect(two.node.state()).toMatchObject({
      behind: { changes: 1 },
      halted: { code: 'LOG_NEWER' },
      writes: false,
      wasLevel: false,
    })
    await expect(two.node.append(place('wood'))).rejects.toMatchObject({ code: 'NODE_BEHIND' })
  })

  test('says why its looks at the log fail, until one succeeds', async () => {
    const log = await postgres.database(empty)
    await using one = await openNode(log.node, { poll: 60_000 })
    await one.node.look()
    const halted = async (error?: Error) => {
      using _ = error && vi.spyOn(one.log, 'tokens').mockRejectedValue(error)
      await one.node.look()
      return one.node.state().halted
    }
    const unforeseen = new TypeError('nobody thought of this')
    const said = { code: 'INTERNAL', detail: expect.stringContaining('nobody thought of this\n    at ') }
    expect(await halted(unforeseen)).toMatchObject(said)
    await expect(one.node.append(place('hill'))).rejects.toMatchObject({ code: 'NODE_BEHIND' })
    // While the log is away, it keeps nobody from reading.
    expect(await halted(new DemarcheError('LOG_UNREACHABLE', 'away'))).toBeNull()
    expect(await halted()).toBeNull()
    expect(await halted(new StoreError('STORE_FOREIGN', 'of another log', { file: one.file }))).not.toBeNull()
    expect(await halted(new DemarcheError('LOG_UNREACHABLE', 'away'))).toMatchObject({ code: 'STORE_FOREIGN' })
    expect(await halted()).toBeNull()
    const full = { file: one.file, cause: new Error('of SQLite') }
    expect(await halted(new StoreError('STORE_FULL', 'the disk is full', full))).toMatchObject({
      code: 'STORE_FULL',
      message: 'the disk is full',
      detail: expect.stringContaining('of SQLite'),
    })
    expect((await one.node.append(place('hill'))).last).toBe(1)
    expect(await halted()).toBeNull()
    for (const code of ['LOG_UNREACHABLE', 'STORE_BUSY', 'STOPPING'] as const)
      expect([code, await halted(new DemarcheError(code, 'Not now.'))]).toEqual([code, null])
  })

  test.each([
    ['rebuilt', "update projection set projected_with = 'demarche 9'"],
    ['migrated', "insert into migrations (made_at, hash) values (9999999999999, '')"],
  ])('writes nothing more into its file once a newer version has %s it', async (_, change) => {
    const log = await postgres.database(empty)
    await using other = await openNode(log.node)
    await using one = await openNode(log.node, { poll: 60_000, deaf: true })
    for (const key of ['hill', 'ford', 'wood']) await one.node.append(place(key))
    using file = openFile(one.file)
    const held = () => file.sqlite.prepare('select count(*) from changes').pluck().get()
    file.sqlite.exec(change)
    // Also if nothing new is in the log.
    await one.node.look()
    expect(one.node.state()).toMatchObject({ halted: { code: 'STORE_NEWER' }, writes: false })
    const { last } = await other.node.append(place('moor'))
    await expect(one.node.reach(last)).rejects.toMatchObject({ code: 'NODE_BEHIND' })
    await one.node.look()
    expect([one.node.state().halted?.code, held()]).toEqual(['STORE_NEWER', last - 1])
    // Nor does it cut back what its log lost.
    await putBack(log, 1)
    await one.node.look()
    expect([one.node.state().halted?.code, held()]).toEqual(['STORE_NEWER', last - 1])
    expect(one.node.state().writes).toBe(false)
  })

  test('stops at a change that it cannot project, and says which', async () => {
    const log = await postgres.database(empty)
    await using one = await openNode(log.node)
    for (const key of ['hill', 'ford', 'wood']) await one.node.append(place(key))
    await query(log.superuser, "update demarche.changes set content = 'nonsense' where seq = 2")
    await using two = await openNode(log.node)
    await two.node.look()
    expect(two.node.state().halted).toMatchObject({
      code: 'INTERNAL',
      message: 'This version cannot project change 2. Start a version that can.',
      detail: expect.stringContaining('nonsense'),
    })
    await expect(two.node.append(place('moor'))).rejects.toMatchObject({ code: 'NODE_BEHIND' })
    await two.node.close()
    expect(await keysOf(two.file)).toEqual([])
  })

  test.each([
    ['LOG_NEWER', 'format = 9'],
    ['INTERNAL', "content = 'nonsense'"],
  ])(
    'goes on once what it stopped at with %s was redacted, or lost with a log that was put back',
    async (code, damage) => {
      const log = await postgres.database(empty)
      await using one = await openNode(log.node)
      for (const key of ['hill', 'ford', 'wood', 'moor']) await one.node.append(place(key))
      await query(log.superuser, `update demarche.changes set ${damage} where seq in (2, 3)`)
      await using two = await openNode(log.node, { poll: 60_000 })
      const halted = async () => {
        await two.node.look()
        return two.node.state().halted?.code
      }
      const redacted = async (key: string, name: string) => {
        const values = [
          'place',
          key,
          [redactedContent('place', { key, name })],
          REDACTED_FORMAT,
          REDACTED_TEXT,
          'By order.',
        ]
        await query(log.admin, 'select demarche.redact($1, $2, $3, $4, $5, $6)', values)
        return await halted()
      }
      expect(await halted()).toBe(code)
      expect(await redacted('ford', 'A place')).toBe(code)
      // A change that stays as it was is not projected again.
      const read = vi.spyOn(PostgresLog.prototype, 'read')
      expect(await halted()).toBe(code)
      expect(read.mock.contexts.filter((reading) => reading === two.log)).toEqual([])
      read.mockRestore()
      const goesOn = async () => {
        if (code === 'INTERNAL') return await redacted('wood', 'A place')
        await putBack(log, 2)
        return await halted()
      }
      // The first reading after it fails.
      vi.spyOn(two.log, 'read').mockRejectedValueOnce(new DemarcheError('LOG_UNREACHABLE', 'Not now.'))
      await goesOn()
      expect(await halted()).toBeUndefined()
      const { last } = await two.node.append(place('lake'))
      expect(last).toBe(code === 'INTERNAL' ? 7 : 3)
      expect(two.node.state()).toMatchObject({ writes: true, wasLevel: true })
    },
  )

  test('hears of tokens also while it follows for long', async () => {
    const log = await postgres.database(empty)
    await using one = await openNode(log.node)
    const count = 200
    await one.node.append({
      batches: Array.from({ length: count }, (_, at) => place(`p${at}`).batches[0]),
      origin: 'API',
    })
    const create = "select demarche.create_token('late', 'x', 'READ', 1, null)"
    let heardAt: number | undefined
    using folder = temporaryFile()
    await using two = await openNode(log.node, {
      poll: 20,
      file: folder.file,
      read: async (after, read) => {
        if (after.seq === 1) await query(log.admin, create)
        const names = after.seq < 1 ? [] : projected(folder.file, 'select name from tokens')
        if (names.length > 0) heardAt ??= after.seq
        return await (heardAt === undefined ? read(after, 1) : read(after))
      },
    })
    await until(() => heardAt !== undefined && two.node.state().behind.changes === 0)
    expect(heardAt).toBeLessThan(count)
  })

  test('stops where the log went on otherwise, and goes on when its changes are back', async () => {
    const log = await postgres.database(empty)
    await using one = await openNode(log.node)
    await one.node.append(place('hill'))
    const last = 'where seq = (select seq from demarche.log)'
    // Another change may have the same date: all have, while the clock of the log is behind its head.
    for (const [index, [otherwise, back]] of [
      ['at = at - 1', 'at = at + 1'],
      ["key = key || 'x'", "key = rtrim(key, 'x')"],
    ].entries()) {
      await query(log.superuser, `update demarche.changes set ${otherwise} ${last}`)
      await one.node.look()
      expect(one.node.state().halted?.code).toBe('LOG_DIVERGED')
      await expect(one.node.append(place('ford'))).rejects.toMatchObject({ code: 'LOG_DIVERGED' })
      await query(log.superuser, `update demarche.changes set ${back} ${last}`)
      await one.node.look()
      expect(one.node.state().halted).toBeNull()
      expect((await one.node.append(place(`ford-${index}`))).last).toBe(index + 2)
    }
  })

  test('stops at a change that the log has lost from its middle, and goes on when it is back', async () => {
    const log = await postgres.database(empty)
    await using one = await openNode(log.node)
    for (const key of ['hill', 'ford', 'wood']) await one.node.append(place(key))
    await query(log.superuser, 'create table kept as select * from demarche.changes where seq = 2')
    await query(log.superuser, 'delete from demarche.changes where seq = 2')
    await using two = await openNode(log.node)
    await two.node.look()
    expect(two.node.state()).toMatchObject({
      halted: { code: 'LOG_DIVERGED', message: expect.stringMatching(/change 2 /) },
      wasLevel: false,
    })
    await query(log.superuser, 'insert into demarche.changes select * from kept')
    await two.node.look()
    expect(two.node.state().halted).toBeNull()
    expect(await keysOf(two.file)).toEqual(['hill', 'ford', 'wood'])
  })

  test('asks its log again if it waited for its turn, and takes no epochs from before the log was put back', async () => {
    const log = await postgres.database(empty)
    await using other = await openNode(log.node)
    let [isHeld, isRead] = [false, false]
    let free = () => {}
    const freed = new Promise<void>((resolve) => (free = resolve))
    await using one = await openNode(log.node, {
      poll: 3_600_000,
      deaf: true,
      read: async (after, read) => {
        if (!isHeld) return await read(after)
        isRead = true
        await freed
        throw new DemarcheError('LOG_UNREACHABLE', 'away')
      },
    })
    using _ = { [Symbol.dispose]: free }
    for (const key of ['hill', 'ford', 'wood']) await one.node.append(place(key))
    await other.node.append(place('moor'))
    isHeld = true
    const reached = one.node.reach(4).catch(() => {})
    await until(() => isRead)
    // What the log says of its clock does not wait.
    using clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000)
    const looked = one.node.look()
    await vi.waitUntil(() => one.node.state().isClockOff, { timeout: 60_000 })
    clock.mockRestore()
    await putBack(log, 1)
    await using cutting = await openNode(log.node, { file: one.file })
    for (const key of ['quay', 'lake', 'pier', 'dam', 'weir']) await cutting.node.append(place(key))
    const epochs = 'select epoch, honoured_up_to from epochs order by born_at'
    const joined = projected(one.file, epochs)
    expect(joined).toHaveLength(2)
    isHeld = false
    const now = performance.now.bind(performance)
    using steady = vi.spyOn(performance, 'now').mockImplementation(() => now() + 5_000)
    free()
    await Promise.all([looked, reached])
    steady.mockRestore()
    expect(projected(one.file, epochs)).toEqual(joined)
    expect(one.node.state()).toMatchObject({ halted: null, isClockOff: false })
  })

  test('loses what its log lost when that was put back, and takes its epochs', async () => {
    const log = await postgres.database(empty)
    await using one = await openNode(log.node)
    for (const key of ['hill', 'ford', 'wood']) {
      const baselines = [{ space: 'place', key, hash: 'as it was imported' }] as const
      await one.node.append({ ...place(key), origin: 'IMPORT', baselines })
    }
    await query(
      log.superuser,
      `begin; delete from demarche.changes where seq > 1;
       update demarche.log set seq = 1, at = (select at from demarche.changes where seq = 1);
       update demarche.epochs set honoured_up_to = 1;
       insert into demarche.epochs (epoch, born_at, honoured_up_to) values ('second', 1, null); commit`,
    )
    await one.node.look()
    expect((await one.node.append(place('moor'))).last).toBe(2)
    await one.node.close()
    expect(await keysOf(one.file)).toEqual(['hill', 'moor'])
    // Otherwise an import of what was lost would change nothing.
    expect(projected(one.file, 'select key from baselines')).toEqual([{ key: 'hill' }])
    await using two = await openNode(log.node)
    await two.node.reach(2)
    await two.node.close()
    expect(projectedRows(one.file)).toEqual(projectedRows(two.file))
  })

  test('shows a part as the whole at no start, until it has held all of its log', async () => {
    const log = await postgres.database(empty)
    await using other = await openNode(log.node)
    for (const key of ['hill', 'ford', 'wood']) await other.node.append(place(key))
    using folder = temporaryFile()
    const options = { poll: 60_000 }
    const source = new PostgresLog({ url: log.node, ...options })
    const first = {
      get: (target: PostgresLog, name: keyof Log) => {
        if (name === 'read')
          return async (...[after]: Parameters<Log['read']>) => await target.read(after, after.seq === 0 ? 2 : 0)
        const value = target[name] as unknown
        return typeof value === 'function' ? (value as () => unknown).bind(target) : value
      },
    }
    const partial = await Node.open({
      file: folder.file,
      log: new Proxy(source, first),
      ...options,
    })
    await partial.look()
    expect(partial.state()).toMatchObject({ isPartial: true, behind: { changes: 1 } })
    await partial.close()
    const again = await Node.open({
      file: folder.file,
      log: new PostgresLog({ url: log.node, ...options }),
      ...options,
    })
    expect(again.state().isPartial).toBe(true)
    await again.look()
    expect(again.state()).toMatchObject({ isPartial: false, wasLevel: true })
    await again.close()
    const later = await Node.open({
      file: folder.file,
      log: new PostgresLog({ url: log.node, ...options }),
      ...options,
    })
    expect(later.state()).toMatchObject({ isPartial: false })
    await later.close()
  })

  test('finds keys under their new numbers after another process has cut its file back', async () => {
    const log = await postgres.database(empty)
    await using one = await openNode(log.node)
    await using two = await openNode(log.node, { poll: 60_000, deaf: true, file: one.file })
    await two.node.append({ batches: [setting], origin: 'API' })
    await two.node.append(place('moor'))
    const happens = (key: string) =>
      ({ batches: [[planned('event', event({ event: key, places: ['moor'] }))]], origin: 'API' }) as const
    await two.node.append(happens('ferry/before'))
    await putBack(log, setting.length)
    await one.node.look()
    for (const key of ['lake', 'moor']) await one.node.append(place(key))
    await two.node.append(happens('ferry/after'))
    await using fresh = await openNode(log.node)
    expect(await fresh.node.reach(setting.length + 3)).toBe(true)
    expect(projectedRows(one.file)).toEqual(projectedRows(fresh.file))
  })

  test('loses what its log lost also if it has an epoch that the log lost', async () => {
    const log = await postgres.database(empty)
    const putBackAt = (seq: number) => query(log.admin, `select demarche.put_back(${seq})`)
    const keep = (table: string) => `create table if not exists demarche.kept_${table} as table demarche.${table};`
    const restore = (table: string) =>
      `delete from demarche.${table}; insert into demarche.${table} table demarche.kept_${table};`
    await using one = await openNode(log.node)
    await one.node.append(place('hill'))
    await one.node.append(place('ford'))
    await query(log.superuser, ['changes', 'epochs', 'log'].map(keep).join(''))
    await putBackAt(2)
    await one.node.look()
    for (const key of ['wood', 'fen']) await one.node.append(place(key))
    await one.node.close()
    await query(log.superuser, ['changes', 'epochs', 'log'].map(restore).join(''))
    await using two = await openNode(log.node)
    for (const key of ['moor', 'lake', 'weir']) await two.node.append(place(key))
    // Of the log as it was restored, the node knows only that it held two changes when its own epoch began.
    await putBackAt(3)
    await using again = await openNode(log.node, { file: one.file })
    await again.node.look()
    expect(again.node.state().halted).toBeNull()
    await again.node.close()
    expect(await keysOf(one.file)).toEqual(['hill', 'ford', 'moor', 'lake', 'weir'])
    await two.node.close()
    expect(projectedRows(one.file)).toEqual(projectedRows(two.file))
  })

  test('is not ready to record while its clock is more than a minute from that of its log', async () => {
    const log = await postgres.database(empty)
    const now = Date.now.bind(Date)
    try {
      for (const [difference, writes] of [
        [-62_000, false],
        [-58_000, true],
        [58_000, true],
        [62_000, false],
      ] as const) {
        vi.spyOn(Date, 'now').mockImplementation(() => now() + difference)
        await using one = await openNode(log.node)
        await one.node.look()
        expect([difference, one.node.state().writes]).toEqual([difference, writes])
      }
    } finally {
      vi.restoreAllMocks()
    }
  })

  test('records nothing while the clock of its log has jumped ahead, alone or with its own, seen or not', async () => {
    const log = await postgres.database(empty)
    const YEAR = 31_536_000_000
    const jump = (by: number) =>
      query(
        log.superuser,
        `create or replace function demarche.now_ms() returns bigint language sql volatile as $$
           select floor(extract(epoch from clock_timestamp()) * 1000)::bigint + ${by} $$`,
      )
    await using one = await openNode(log.node, { poll: 3_600_000, deaf: true })
    await one.node.append(place('hill'))
    await jump(YEAR)
    await expect(one.node.append(place('moor'))).rejects.toMatchObject({
      code: 'CLOCK_AHEAD',
      message: expect.stringMatching(/PostgreSQL/),
    })
    await one.node.look()
    // One that starts now has seen no jump.
    await using late = await openNode(log.node, { poll: 3_600_000, deaf: true })
    for (const { node } of [one, late]) {
      await expect(node.append(place('moor'))).rejects.toMatchObject({
        code: 'CLOCK_AHEAD',
        message: expect.stringMatching(/this node\./),
      })
    }
    const now = Date.now.bind(Date)
    using clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + YEAR)
    await one.node.look()
    await expect(one.node.append(place('moor'))).rejects.toMatchObject({
      code: 'CLOCK_AHEAD',
      message: expect.stringMatching(/365 days/),
    })
    clock.mockRestore()
    await jump(0)
    await one.node.look()
    await one.node.append(place('moor'))
    for (const at of await datesOf(one.file)) expect(at).toBeLessThan(Date.now() + 60_000)
  })

  test('forgets what was redacted in its log, and projects the same as a node that never had it', async () => {
    const log = await postgres.database(empty)
    await using one = await openNode(log.node)
    await one.node.append({ batches: [setting], origin: 'API' })
    const record = { key: 'ford', name: 'A secret' }
    await one.node.append({ batches: [[planned('place', record, { kind: 'REVISED', revision: 2 })]], origin: 'API' })
    // A store that was moved into the log kept what it had answered.
    const file = new SqliteFile(one.file)
    const answer = 'insert into answers (by, key, hash, at, seq, plan) values (?, ?, ?, ?, ?, ?)'
    file.prepare(answer).run('desk', 'k', 'of the input', 1, 9, null)
    file.prepare(answer).run('desk', 'l', 'of an import', 1, null, 'A secret')
    await redactInLog(log.admin, { key: 'ford', reason: 'A court ordered it.' })
    await one.node.append(place('hill'))
    await using two = await openNode(log.node)
    for (const { node } of [one, two]) expect(await node.reach(11)).toBe(true)
    expect(one.node.state().halted).toBeNull()
    expect(file.prepare('select * from answers').all()).toEqual([])
    file.close()
    await one.node.close()
    await two.node.close()
    expect(projectedRows(one.file)).toEqual(projectedRows(two.file))
    expect(readFileSync(one.file).includes('A secret')).toBe(false)
  })

  test('cleans its file at the next start, without its log, if it was killed between a redaction and that', async () => {
    const log = await postgres.database(empty)
    await using other = await openNode(log.node)
    const record = { key: 'ford', name: 'Wordthatmustgo' }
    await other.node.append({ batches: [[planned('place', record)]], origin: 'API' })
    using folder = temporaryFile()
    const first = await Node.open({ file: folder.file, log: new PostgresLog({ url: log.node }) })
    await first.reach(1)
    await first.close()
    await redactInLog(log.admin, { key: 'ford', reason: 'A court ordered it.' })
    const killed = spawn(process.execPath, [KILLED_REDACTION, folder.file, log.node], { stdio: 'inherit' })
    expect(await once(killed, 'exit')).toEqual([null, 'SIGKILL'])
    expect(bytesOf(folder.file).includes('Wordthatmustgo')).toBe(true)
    const node = await Node.open({ file: folder.file, log: new PostgresLog({ url: 'postgres://127.0.0.1:1/none' }) })
    expect(bytesOf(folder.file).includes('Wordthatmustgo')).toBe(false)
    await node.close()
    expect(await keysOf(folder.file)).toEqual(['ford', 'ford'])
  })

  test('imports in a thread of its own', async () => {
    const log = await postgres.database(empty)
    await using one = await openNodeStore(log.node)
    await using two = await openNodeStore(log.node)
    const job = {
      dossier: JSON.stringify({ dossier: 1, places: [{ key: 'hill', name: 'The Hill' }] }),
      log: { url: log.node },
    }
    const options = { signal: new AbortController().signal, mebibytes: 512 }
    const imported = await importInThread({ ...job, storeFile: one.file }, options)
    expect(imported).toMatchObject({ lastAppended: 1, problems: [] })
    await until(() => one.store.head() === 1)
    // The other node has it by the log, and nothing to do.
    expect(await importInThread({ ...job, storeFile: two.file }, options)).toMatchObject({
      lastAppended: null,
      counts: { unchanged: 1 },
    })
  })

  test('says how to go on with an import that is recorded and that it cannot show, also from its thread', async () => {
    const log = await postgres.database(empty)
    using folder = temporaryFile()
    const other = new pg.Client(log.superuser)
    await other.connect()
    try {
      await other.query('begin; select 1 from demarche.log for update')
      const job = {
        dossier: JSON.stringify({ dossier: 1, places: [{ key: 'hill', name: 'The Hill' }] }),
        log: { url: log.node, patience: 60_000 },
        storeFile: folder.file,
      }
      const options = { signal: new AbortController().signal, mebibytes: 512 }
      const imported = importInThread(job, options).catch((error: unknown) => error)
      const waiting = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%demarche.append%'"
      await until(async () => (await query(log.superuser, waiting)).length > 0)
      // Comes first, and cannot be projected.
      await other.query(
        `insert into demarche.changes values (1, 1, 'place', 'place', 'ford', 1, 'RECORDED', null, 1, null, 'API', 1, 'nonsense');
         update demarche.log set seq = 1, at = 1; commit`,
      )
      expect(await imported).toMatchObject({
        code: 'RECORDED_UNSEEN',
        seq: 2,
        message:
          'Changes up to 2 are recorded, but this node cannot show them yet. Import again once it has change 2, to continue after them.',
      })
    } finally {
      await other.end()
    }
  })

  test('keeps what it has projected, under the date that the log gave, if that is another', async () => {
    const log = await postgres.database(empty)
    await using other = await openNode(log.node)
    await using one = await openNode(log.node, {
      // As if it had been projected for long.
      append: (offer, append) => append({ ...offer, at: offer.at - 5_000 }),
    })
    await one.node.append({ batches: [setting, [planned('statement', statement())]], origin: 'API' })
    const revised = { ...planned('statement', statement({ headline: 'The North thinks again' })), revision: 2 }
    const batch = [{ ...revised, kind: 'REVISED' } as PlannedChange, planned('event', event())]
    const { last } = await one.node.append({ batches: [batch], origin: 'API' })
    expect(one.node.state().counts).toMatchObject({ kept: 2, redone: 0 })
    await other.node.reach(last)
    expect(projectedRows(one.file)).toEqual(projectedRows(other.file))
    expect(await datesOf(one.file)).toEqual(await datesOf(other.file))
  })

  test('mirrors the tokens of the log into its file', async () => {
    const log = await postgres.database(empty)
    await using one = await openNodeStore(log.admin)
    await using two = await openNodeStore(log.node, { poll: 50 })
    const { token, secret } = await one.store.tokens.create({ scope: 'RECORD' })
    expect(one.store.tokens.find(secret)).toEqual(token)
    await until(() => two.store.tokens.find(secret) !== undefined)
    expect((await one.store.tokens.create({ scope: 'RECORD' })).token.name).toBe('record-2')
    await expect(one.store.tokens.create({ scope: 'RECORD', name: 'record-1' })).rejects.toMatchObject({
      code: 'TOKEN_NAME_TAKEN',
    })
    expect(await one.store.tokens.revoke('record-1')).toMatchObject({ wasRevoked: false })
    await until(() => two.store.tokens.find(secret)?.revokedAt != null)
  })

  test('lets no token count once the log has been away for longer than its grace', async () => {
    const log = await postgres.database(empty)
    await using proxy = await LogProxy.to(postgres.port)
    await using one = await openNodeStore(postgres.url('demarche_admin', log.name, proxy.port), {
      poll: 50,
      grace: 200,
    })
    const { secret } = await one.store.tokens.create({ scope: 'RECORD' })
    proxy.mode = 'refuse'
    const refusal = () => {
      try {
        one.store.tokens.assertFresh()
        return undefined
      } catch (error) {
        return error
      }
    }
    await until(() => refusal() !== undefined)
    expect(refusal()).toMatchObject({ code: 'LOG_UNREACHABLE' })
    expect(() => one.store.tokens.find(secret)).toThrow('Tokens cannot be checked')
    expect(one.store.tokens.get('record-1')).toBeDefined()
    proxy.mode = 'pass'
    await until(() => refusal() === undefined)
    expect(one.store.tokens.find(secret)).toBeDefined()
  })

  test.each([
    ['ignores tokens that were read before those it has', -1, ['revoked']],
    ['takes over tokens that were read after those it has', 1, ['valid']],
  ])('%s, also if the uptime of the machine is the same', async (_, later, names) => {
    using folder = temporaryFile()
    await using file = await emptyNodeFile(folder.file)
    const mirror = new TokenMirror(file.connection)
    const read = readNow()
    await mirror.keep([tokenNamed('revoked')], read)
    // The clock, which may be put back, does not say which were read before.
    const other = { ...read, at: read.at - later, number: read.number + later }
    const isKept = await mirror.keep([tokenNamed('valid')], other)
    expect([isKept, tokensOf(file.connection).map(({ name }) => name)]).toEqual([later > 0, names])
    expect(mirror.readAt).toBe(read.uptime)
    const marked = file.connection.prepare('select tokens_uptime from node').pluck().get()
    expect(marked).toBe(mirror.readAt)
  })

  test('takes over tokens after its machine was started again, also with its clock put back', async () => {
    using folder = temporaryFile()
    await using file = await emptyNodeFile(folder.file)
    const { at, uptime } = readNow()
    for (const ahead of [-60_000, 60_000]) {
      file.connection.prepare('update node set tokens_at = ?, tokens_uptime = ?').run(at + ahead, uptime + 1_000_000)
      const mirror = new TokenMirror(file.connection)
      expect(await mirror.keep([tokenNamed(`at${ahead}`)], readNow())).toBe(true)
    }
    expect(tokensOf(file.connection)).toMatchObject([{ name: 'at60000' }])
  })

  test('gives no new grace to tokens when it is started again', async () => {
    const log = await postgres.database(empty)
    await using proxy = await LogProxy.to(postgres.port)
    const url = postgres.url('demarche_admin', log.name, proxy.port)
    using folder = temporaryFile()
    const options = { file: folder.file, log: { url, grace: 600_000, patience: 200 } }
    const first = await openStore(options)
    const { secret } = await first.tokens.create({ scope: 'READ' })
    await closed(first)
    proxy.mode = 'refuse'
    const file = new SqliteFile(folder.file)
    const opened = async () => {
      const store = await openStore(options)
      try {
        return store.tokens.find(secret)?.name
      } catch (error) {
        return (error as DemarcheError).code
      } finally {
        await closed(store)
      }
    }
    expect(await opened()).toBe('read-1')
    file.exec('update node set tokens_at = tokens_at - 500000, tokens_uptime = tokens_uptime - 500000')
    expect([await opened(), await opened()]).toEqual(['read-1', 'read-1'])
    file.exec('update node set tokens_at = tokens_at - 103000, tokens_uptime = tokens_uptime - 103000')
    expect([await opened(), await opened()]).toEqual(['LOG_UNREACHABLE', 'LOG_UNREACHABLE'])
    proxy.mode = 'pass'
    expect(await opened()).toBe('read-1')
    file.close()
  })

  test('counts the grace of tokens alike when the clock of its machine jumps', async () => {
    const log = await postgres.database(empty)
    await using proxy = await LogProxy.to(postgres.port)
    const url = postgres.url('demarche_admin', log.name, proxy.port)
    await using one = await openNodeStore(url, { poll: 50, grace: 2_000 })
    const { secret } = await one.store.tokens.create({ scope: 'RECORD' })
    proxy.mode = 'refuse'
    await until(() => one.store.node?.state().log.reachable === false)
    const clock = vi.spyOn(Date, 'now')
    try {
      const now = performance.timeOrigin + performance.now()
      clock.mockReturnValue(now + 3_600_000)
      expect(one.store.tokens.find(secret)?.name).toBe('record-1')
      clock.mockReturnValue(now - 3_600_000)
      const refused = async () => {
        for (let looks = 0; looks < 500; looks++) {
          await new Promise((resolve) => setTimeout(resolve, 20))
          try {
            one.store.tokens.assertFresh()
          } catch (error) {
            return error
          }
        }
        return undefined
      }
      expect(await refused()).toMatchObject({ code: 'LOG_UNREACHABLE' })
    } finally {
      clock.mockRestore()
    }
  })

  test.each([
    ['a minute later', { at: 160, uptime: 70 }, 60],
    ['after the clock was put ahead', { at: 1_160, uptime: 70 }, 1_060],
    ['after the clock was put back, but not so far', { at: 130, uptime: 70 }, 60],
    ['after the clock was put back', { at: 99, uptime: 70 }, Infinity],
    ['after the machine was started again', { at: 160, uptime: 5 }, 60],
    ['after it was started again and its clock put back', { at: 101, uptime: 5 }, 5],
  ])('knows the age of tokens %s', (_, now, age) => {
    expect(ageOf({ at: 100, uptime: 10 }, now)).toBe(age)
  })

  test('reads its epoch with each head, and asks for no version of the file to make a cursor', async () => {
    const log = await postgres.database(empty)
    await using one = await openNodeStore(log.node, { poll: 50 })
    for (const key of ['hill', 'ford']) await one.store.append(place(key))
    const before = [one.store.head(), one.store.epoch()]
    const asked = vi.spyOn(one.store.reader, 'dataVersion')
    for (let seq = 0; seq < 100; seq++) expect(one.store.epoch()).toBe(before[1])
    expect(asked).not.toHaveBeenCalled()
    asked.mockRestore()
    // The log is put back, and is as long as before.
    await query(
      log.superuser,
      `begin; delete from demarche.changes where seq > 1;
       update demarche.log set seq = 1, at = (select at from demarche.changes where seq = 1);
       update demarche.epochs set honoured_up_to = 1;
       insert into demarche.epochs (epoch, born_at, honoured_up_to) values ('second', 9999999999999, null); commit`,
    )
    await using two = await openNodeStore(log.node)
    await two.store.append(place('moor'))
    await until(() => one.store.head() === 2 && one.store.epoch() === 'second')
    expect(one.store.epochs()).toMatchObject([{ epoch: before[1], honouredUpTo: 1 }, { epoch: 'second' }])
  })

  test('fails what its thread was asked when that ends, and starts it again', async () => {
    const log = await postgres.database(empty)
    using started = startedThreads()
    try {
      await using one = await openNodeStore(log.node, { patience: 60_000 })
      await one.store.append(place('hill'))
      const ended = once(started.threads[0] as Worker, 'exit')
      void started.threads[0]?.terminate()
      const lost = [one.store.append(place('ford')), one.store.answerTo('desk', 'k'), one.store.reach(7)].map((asked) =>
        asked.catch((error: unknown) => error),
      )
      await ended
      // The append had not begun.
      expect(await Promise.all(lost)).toMatchObject([
        { code: 'LOG_UNREACHABLE', message: expect.stringContaining('Nothing was recorded') },
        { code: 'LOG_UNCERTAIN' },
        { code: 'LOG_UNREACHABLE' },
      ])
      expect(one.store.node?.state()).toMatchObject({ wasLevel: false, writes: false, counts: { restarts: 1 } })
      expect((await one.store.append(place('wood'))).last).toBe(2)
      expect(started.threads).toHaveLength(2)
      await until(() => one.store.node?.state().writes === true)
      expect(one.store.node?.state().isSilent).toBe(false)
      const later = performance.now() + 7_000
      vi.spyOn(performance, 'now').mockReturnValue(later)
      expect(one.store.node?.state()).toMatchObject({ isSilent: true, writes: false })
    } finally {
      vi.restoreAllMocks()
    }
  })
})

test.each([
  ['is away', null, null, { halted: null, log: { reachable: false } }],
  [
    'has no tables',
    'alter schema demarche rename to away',
    'alter schema away rename to demarche',
    { halted: null, log: { reachable: false, why: expect.stringMatching(/holds no log/) } },
  ],
  [
    'is newer',
    'update demarche.log set version = 9, serves = 9',
    'update demarche.log set version = 1, serves = 1',
    { halted: { code: 'LOG_NEWER' } },
  ],
  [
    'is another',
    'alter table demarche.log add former uuid; update demarche.log set former = id, id = gen_random_uuid()',
    'update demarche.log set id = former',
    { halted: { code: 'STORE_FOREIGN' } },
  ],
])(
  'a node whose thread ends while its log %s serves readers as before, and goes on by itself',
  async (_, takeAway, giveBack, state) => {
    const log = await postgres.database(empty)
    await using proxy = await LogProxy.to(postgres.port)
    using started = startedThreads()
    const url = postgres.url('demarche_node', log.name, proxy.port)
    await using one = await openNodeStore(url, { poll: 50, patience: 2_000 })
    await one.store.append(place('hill'))
    await until(() => one.store.node?.state().wasLevel === true)
    if (takeAway === null) proxy.mode = 'refuse'
    else await query(log.superuser, takeAway)
    void started.threads[0]?.terminate()
    await until(() => one.store.node?.state().counts.restarts === 1)
    await expect.poll(() => one.store.node?.state()).toMatchObject({ ...state, wasLevel: true, writes: false })
    if (giveBack === null) proxy.mode = 'pass'
    else await query(log.superuser, giveBack)
    await until(() => one.store.node?.state().writes === true)
    expect([(await one.store.append(place('ford'))).last, started.threads.length]).toEqual([2, 2])
  },
)

test('an append is uncertain if the thread ends once the log may have it', async () => {
  const log = await postgres.database(empty)
  await using proxy = await LogProxy.to(postgres.port)
  using started = startedThreads()
  const url = postgres.url('demarche_node', log.name, proxy.port)
  await using one = await openNodeStore(url, { patience: 60_000 })
  await one.store.append(place('hill'))
  proxy.mode = 'deaf'
  const [begun, waiting] = ['ford', 'wood'].map((key) => one.store.append(place(key)).catch((error: unknown) => error))
  await until(async () => (await query(log.node, 'select 1 from demarche.log where seq = 2')).length === 1)
  void started.threads[0]?.terminate()
  expect([await begun, await waiting]).toMatchObject([{ code: 'LOG_UNCERTAIN' }, { code: 'LOG_UNREACHABLE' }])
  proxy.mode = 'pass'
  await until(async () => !((await one.store.append(place('moor')).catch((error: unknown) => error)) instanceof Error))
  expect(await keysOf(one.file)).toEqual(['hill', 'ford', 'moor'])
})

test('a store that holds its log itself loads neither the driver of PostgreSQL nor a thread', async () => {
  using folder = temporaryFile()
  const script = new URL('../../_support/loaded-modules.ts', import.meta.url).pathname
  const { stdout } = spawnSync(process.execPath, [script, folder.file], { encoding: 'utf8' })
  const loaded = stdout.trim().split('\n')
  expect(loaded).toContain('better-sqlite3')
  expect(loaded.filter((name) => /^pg$|worker_threads|keeper|postgres/.test(name))).toEqual([])
})

test.each([
  ['ends', [], []],
  ['cannot open its file', ['newer'], ['StoreError: the store was written by a newer version']],
])('a process whose thread %s three times in a minute ends, and says why', async (_, how, reasons) => {
  const log = await postgres.database(empty)
  using folder = temporaryFile()
  const script = new URL('../../_support/ended-threads.ts', import.meta.url).pathname
  const ended = spawn(process.execPath, [script, folder.file, log.node, ...how], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const [said, [code]] = await Promise.all([text(ended.stderr), once(ended, 'exit')])
  expect(code).toBe(1)
  for (const reason of ['the thread that writes the store has ended three times in a minute', ...reasons])
    expect(said).toContain(reason)
})

describe('the file of a node', () => {
  test('is refused without its log and with another, and is a store of its own after it has left', async () => {
    const log = await postgres.database(empty)
    const other = await postgres.emptyLog()
    using folder = temporaryFile()
    const { file } = folder
    const store = await openStore({ file, log: { url: log.node } })
    await store.append(place('hill'))
    const epoch = store.epoch()
    await closed(store)
    await expect(openStore({ file })).rejects.toMatchObject({
      code: 'MISCONFIGURED',
      message: expect.stringContaining('DEMARCHE_LOG'),
    })
    await expect(openStore({ file, log: { url: other.node } })).rejects.toMatchObject({ code: 'STORE_FOREIGN' })
    await leaveLog(file)
    const own = await openStore({ file })
    expect(own.epochs()).toMatchObject([{ epoch, honouredUpTo: 1 }, { honouredUpTo: null }])
    expect((await own.append(place('ford'))).last).toBe(2)
    own.close()
    await expect(openStore({ file, log: { url: log.node } })).rejects.toMatchObject({
      code: 'STORE_FOREIGN',
      message: expect.stringContaining('demarche log create --from'),
    })
    await expect(leaveLog(file)).rejects.toMatchObject({ code: 'MISCONFIGURED' })
  })
})

/** The threads that are started until it is disposed. */
function startedThreads(): Disposable & { readonly threads: readonly Worker[] } {
  const threads: Worker[] = []
  const note = (thread: Worker) => threads.push(thread)
  process.on('worker', note)
  return { threads, [Symbol.dispose]: () => void process.off('worker', note) }
}

function place(key: string) {
  return { batches: [[planned('place', { key, name: 'A place' })]], origin: 'API' } as const
}

async function openNodeStore(url: string, options: { poll?: number; patience?: number; grace?: number } = {}) {
  const folder = temporaryFile()
  const store = await openStore({ file: folder.file, log: { url, ...options } })
  return {
    store,
    file: folder.file,
    [Symbol.asyncDispose]: async () => {
      await closed(store)
      folder[Symbol.dispose]()
    },
  }
}

interface Tampering extends Pick<NodeOptions, 'name' | 'poll' | 'patience' | 'onRebuild'> {
  /** That of another node. */
  readonly file?: string
  /** Hears nothing of what others append. */
  readonly deaf?: boolean
  readonly append?: (offer: Parameters<Log['append']>[0], append: Log['append']) => ReturnType<Log['append']>
  readonly read?: (after: Place, read: Log['read']) => ReturnType<Log['read']>
}

/** A node on this thread, so that a test can come between it and its log. */
async function openNode(url: string, { file: held, deaf = false, append, read, ...options }: Tampering = {}) {
  const folder = temporaryFile()
  const file = held ?? folder.file
  const real = new PostgresLog({ url, ...options })
  const log = new Proxy<Log>(real, {
    get(target, name: keyof Log) {
      if (name === 'append' && append !== undefined)
        return (offer: Parameters<Log['append']>[0]) => append(offer, (one) => target.append(one))
      if (name === 'read' && read !== undefined) return (after: Place) => read(after, (...args) => target.read(...args))
      if (name === 'watch' && deaf) return () => () => {}
      if (name === 'knownHead' && deaf) return 0
      const value = target[name] as unknown
      return typeof value === 'function' ? (value as () => unknown).bind(target) : value
    },
  })
  const node = await Node.open({ file, log, ...options })
  return {
    node,
    file,
    log: real,
    [Symbol.asyncDispose]: async () => {
      await node.close()
      folder[Symbol.dispose]()
    },
  }
}

/** A file with no more than the mark of a node. */
async function emptyNodeFile(path: string) {
  const connection = await connect(path, { readonly: false })
  await migrate(connection)
  await join(connection, { id: 'log', epochs: [] })
  return { connection, [Symbol.asyncDispose]: async () => void connection.close() }
}

function tokenNamed(name: string): Token {
  return { name, hash: name, scope: 'READ', createdAt: 1, expiresAt: null, revokedAt: null, lastUsedAt: null }
}

function openFile(path: string) {
  const sqlite = new SqliteFile(path)
  return { sqlite, [Symbol.dispose]: () => void sqlite.close() }
}

function projected(path: string, sql: string): unknown[] {
  const file = new SqliteFile(path, { readonly: true })
  try {
    return file.prepare(sql).all()
  } finally {
    file.close()
  }
}

/** Closes a node, and waits for its thread. */
async function closed(store: Store): Promise<void> {
  store.close()
  await store.node?.closed()
}

async function keysOf(file: string): Promise<string[]> {
  return (await readChanges<{ key: string }>(file, 'key')).map(({ key }) => key)
}

async function datesOf(file: string): Promise<number[]> {
  return (await readChanges<{ at: number }>(file, 'at')).map(({ at }) => at)
}

async function readChanges<Row>(file: string, column: keyof Row & string): Promise<readonly Row[]> {
  const store = await openStoreToRead(file)
  try {
    return store.reader.all<Row>(`select ${column} from changes order by seq`)
  } finally {
    store.close()
  }
}

/** Of a file, and of what SQLite keeps beside it. */
function bytesOf(file: string): Buffer {
  return Buffer.concat(
    ['', '-wal', '-shm']
      .map((name) => file + name)
      .filter((name) => existsSync(name))
      .map((name) => readFileSync(name)),
  )
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(holds, { interval: 20 }).toBe(true)
}
