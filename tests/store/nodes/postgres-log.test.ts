import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import type { LoggedChange } from '../../../src/store/schema/log.ts'
import { appendId, type Offer, type OfferedChange, type Place, placeOf, START } from '../../../src/store/nodes/log.ts'
import { createLog } from '../../../src/store/nodes/administration.ts'
import { PostgresClient, withClient } from '../../../src/store/nodes/postgres-client.ts'
import { PostgresLog } from '../../../src/store/nodes/postgres-log.ts'
import type { Token } from '../../../src/store/tokens.ts'
import { LogProxy } from '../../_support/log-proxy.ts'
import { type Database, Postgres, query } from '../../_support/postgres.ts'
import { usePostgres } from '../../_support/use-postgres.ts'

const { postgres, empty } = await usePostgres()

describe('a log in PostgreSQL', () => {
  test('numbers appends without a gap, and is read from any place', async () => {
    await using log = await openLog()
    const first = await log.append(offer(0, [change('a'), change('b')]))
    expect(first).toMatchObject({ first: 1, last: 2 })
    const second = await log.append(offer(await placeAt(log, 2), [change('a', 2)]))
    expect(second).toMatchObject({ first: 3, last: 3 })
    const all = await log.read(START, 10)
    expect(all.map(({ seq, batch, key, revision }) => [seq, batch, key, revision])).toEqual([
      [1, 2, 'a', 1],
      [2, 2, 'b', 1],
      [3, 3, 'a', 2],
    ])
    expect(await log.read(await placeAt(log, 2), 10)).toEqual(all.slice(2))
    expect(await log.read(START, 2)).toEqual(all.slice(0, 2))
    expect(await log.read(await placeAt(log, 1), 1)).toEqual(all.slice(1, 2))
    expect(all[0]).toEqual({
      seq: 1,
      batch: 2,
      space: 'actor',
      record: 'actor',
      key: 'a',
      revision: 1,
      kind: 'RECORDED',
      note: null,
      at: first.at,
      by: 'desk',
      origin: 'API',
      format: 1,
      content: '{"key":"a","name":"é \\\\ \\" {},\u2028"}',
    } satisfies LoggedChange)
    expect(log.knownHead).toBe(3)
  })

  test('ends a page with the change that brings its contents to the bytes that are asked for', async () => {
    await using log = await openLog()
    const sized = (key: string, bytes: number) => ({ ...change(key), content: 'é'.padEnd(bytes - 1) })
    await log.append(offer(0, [sized('a', 100), sized('b', 100), sized('c', 1_000), sized('d', 100)]))
    const all = await log.read(START)
    const read = async (seq: number, ...bounds: [limit: number, bytes: number]) =>
      (await log.read(await placeAt(log, seq), ...bounds)).map(({ key }) => key).join('')
    expect([await read(0, 10, 200), await read(0, 10, 201), await read(0, 2, 201)]).toEqual(['ab', 'abc', 'ab'])
    // What is held already takes nothing, and what is larger than a page is one.
    expect([await read(1, 10, 1_100), await read(1, 10, 1_101), await read(2, 10, 1)]).toEqual(['bc', 'bcd', 'c'])
    expect(await log.read(await placeAt(log, 1), 10, 1_101)).toEqual(all.slice(1))
  })

  test('keeps batches of one append together, each with its own end', async () => {
    await using log = await openLog()
    const changes = [
      { ...change('a'), batchEnd: 1 },
      { ...change('b'), batchEnd: 3 },
      { ...change('a', 2), batchEnd: 3 },
    ]
    await log.append({ ...offer(0, []), changes })
    const all = await log.read(START, 10)
    expect(all.map(({ seq, batch }) => [seq, batch])).toEqual([
      [1, 1],
      [2, 3],
      [3, 3],
    ])
  })

  test('refuses a revision that is taken, whatever else was written, and names the current one', async () => {
    await using log = await openLog()
    await log.append(offer(0, [change('a'), change('b')]))
    // Planned on an empty log: nothing but the revision counts.
    expect(await log.append(offer(0, [change('c')]))).toMatchObject({ first: 3 })
    const refused = log.append(offer(0, [change('d'), change('a')]))
    await expect(refused).rejects.toMatchObject({
      code: 'REVISION_MOVED',
      keys: [{ space: 'actor', key: 'a', currentRevision: 1 }],
    })
    expect((await log.standing()).seq).toBe(3)
  })

  test('refuses a place that it does not have, from appends and from readers', async () => {
    await using log = await openLog()
    await log.append(offer(0, [change('a')]))
    const first = await placeAt(log, 1)
    for (const place of [
      { ...first, seq: 2 },
      { ...first, at: first.at + 1 },
      // While the clock of the log is behind its head, all changes have one date.
      {
        ...first,
        change: placeOf({ ...change('b'), seq: 1, batch: 1, at: first.at, by: null, origin: '', format: 1 }).change,
      },
    ]) {
      await expect(log.append(offer(place, [change('b')]))).rejects.toMatchObject({ code: 'LOG_DIVERGED' })
      await expect(log.read(place, 10)).rejects.toMatchObject({ code: 'LOG_DIVERGED' })
    }
    expect(await log.read(first, 10)).toEqual([])
  })

  test('keeps what is null so, whatever is set for its role', async () => {
    await using log = await openLog()
    await query(
      log.database.superuser,
      `alter role demarche_node in database ${log.database.name} set array_nulls = off`,
    )
    await log.append(offer(0, [change('a')]))
    expect((await log.read(START))[0]?.note).toBeNull()
  })

  test('refuses a format that is not allowed yet', async () => {
    await using log = await openLog()
    await expect(log.append(offer(0, [change('a')], { format: 2 }))).rejects.toMatchObject({ code: 'FORMAT_AHEAD' })
    await query(log.database.admin, 'select demarche.allow_format(2)')
    expect(await log.append(offer(0, [change('a')], { format: 2 }))).toMatchObject({ first: 1 })
  })

  test('appends once under one id, and refuses another request under it', async () => {
    await using log = await openLog()
    const first = offer(0, [change('a')], { hash: 'x', answer: { seq: null, plan: null } })
    const given = await log.append(first)
    expect(await log.append(first)).toEqual({ ...given, isEarlier: true })
    // Also where what it was planned on has changed.
    expect(await log.append({ ...first, known: await placeAt(log, 1) })).toEqual({ ...given, isEarlier: true })
    await expect(log.append({ ...first, hash: 'y' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
    expect((await log.standing()).seq).toBe(1)
    expect(await log.answer(first.id)).toEqual({ hash: 'x', seq: 1, plan: null, at: given.at })
    expect(await log.answer(randomUUID())).toBeUndefined()
  })

  test('gives no change an answer that another node kept without one, nor the other way round', async () => {
    await using log = await openLog()
    await log.append(offer(0, [change('a')]))
    const keyed = (id: string, seq: number | null, ...changes: OfferedChange[]) =>
      offer(0, changes, { id, hash: 'x', answer: { seq, plan: null } })
    const [answered, appended] = [randomUUID(), randomUUID()]
    const answer = await log.append(keyed(answered, 1))
    const given = await log.append(keyed(appended, null, change('b')))
    for (const other of [keyed(answered, null, change('c')), keyed(answered, 2), keyed(appended, 1)])
      await expect(log.append(other)).rejects.toMatchObject({ code: 'ALREADY_ANSWERED' })
    expect(await log.append(keyed(answered, 1))).toEqual({ ...answer, isEarlier: true })
    expect(await log.append(keyed(appended, null, change('b')))).toEqual({ ...given, isEarlier: true })
    expect((await log.standing()).seq).toBe(2)
  })

  test('gives each idempotency key of a token one id', async () => {
    const ids = [appendId('desk', 'a'), appendId('desk', 'b'), appendId('des', 'ka'), appendId('desk","', 'a')]
    expect(new Set(ids).size).toBe(ids.length)
    expect(appendId('desk', 'a')).toBe(ids[0])
    await using log = await openLog()
    for (const id of ids) await log.append(offer(0, [], { id, answer: { seq: null, plan: null } }))
    expect(await query(log.database.superuser, 'select id from demarche.appends')).toHaveLength(ids.length)
  })

  test('keeps an answer without changes, and each answer for a day', async () => {
    await using log = await openLog()
    await log.append(offer(0, [change('a')]))
    const answers = [
      offer(0, [], { hash: 'x', answer: { seq: null, plan: '{}' } }),
      offer(0, [], { hash: 'x', answer: { seq: 1, plan: null } }),
    ] as const
    for (const one of answers) expect(await log.append(one)).toMatchObject({ first: 2, last: 1 })
    expect(await log.answer(answers[0].id)).toMatchObject({ seq: null, plan: '{}' })
    expect(await log.answer(answers[1].id)).toMatchObject({ seq: 1, plan: null })
    const DAY = 86_400_000
    await query(log.database.superuser, `update demarche.appends set at = demarche.now_ms() - ${DAY - 10_000}`)
    expect(await log.answer(answers[0].id)).toBeDefined()
    await query(log.database.superuser, `update demarche.appends set at = demarche.now_ms() - ${DAY}`)
    expect(await log.answer(answers[0].id)).toBeUndefined()
    await log.append(offer(0, [change('b')]))
    expect(await query(log.database.superuser, 'select id from demarche.appends')).toHaveLength(1)
  })

  test('dates changes by its own clock: takes the estimate of a node within a second, and never goes back', async () => {
    await using log = await openLog()
    const { now } = await log.standing()
    const good = await log.append(offer(0, [change('a')], { at: now }))
    expect(good.at).toBe(now)
    for (const [key, estimate] of [
      ['past', now - 60_000],
      ['before-head', now - 1],
      ['future', now + 60_000],
    ] as const) {
      const { at } = await log.append(offer(0, [change(key)], { at: estimate }))
      expect(at).toBeGreaterThanOrEqual(now)
      expect(at).toBeLessThanOrEqual((await log.standing()).now)
    }
    await query(log.database.superuser, 'update demarche.log set at = demarche.now_ms() + 5000')
    const [head] = await query<{ at: string }>(log.database.superuser, 'select at from demarche.log')
    expect((await log.append(offer(0, [change('ahead')]))).at).toBe(Number(head?.at))
  })

  test('dates nothing while it is more than a day ahead of what a node expects', async () => {
    await using log = await openLog()
    const DAY = 86_400_000
    const late = log.append(offer(0, [change('a')], { at: Date.now() - DAY - 1_000 }))
    await expect(late).rejects.toMatchObject({ code: 'CLOCK_AHEAD' })
    const { settledBefore } = await log.standing()
    await log.settle(Date.now() - DAY - 1_000)
    expect((await log.standing()).settledBefore).toBe(settledBefore)
    expect(await log.append(offer(0, [change('a')], { at: Date.now() - DAY + 10_000 }))).toMatchObject({ first: 1 })
  })

  test('settles nothing that an append under way may still date', async () => {
    await using log = await openLog()
    const { at } = await log.append(offer(0, [change('a')]))
    await query(
      log.database.superuser,
      'update demarche.log set at = at - 10000; update demarche.changes set at = at - 10000',
    )
    expect((await log.standing()).settledBefore).toBe(at - 10_000)
    await using slow = await openSession(log.database.superuser)
    await slow.run('begin')
    await slow.run(APPEND_B)
    await log.settle(Date.now())
    expect((await log.standing()).settledBefore).toBe(at - 10_000)
    await slow.run('commit')
    expect((await log.standing()).settledBefore).toBeGreaterThan(at - 10_000)
    await query(log.database.superuser, 'update demarche.log set at = 0')
    await log.settle(Date.now())
    const { settledBefore, now } = await log.standing()
    expect([settledBefore > at - 1_000, settledBefore <= now - 1_000]).toEqual([true, true])
  })

  test('has one lock: while an append waits before its commit, others wait, and a follower skips nothing', async () => {
    await using log = await openLog()
    await using slow = await openSession(log.database.superuser)
    await slow.run('begin')
    await slow.run(APPEND_B)
    const others = Array.from({ length: 8 }, () => openLogOn(log.database))
    const seen: number[] = []
    const follow = async () => {
      let place: Place = START
      while (place.seq < 81) {
        for (const one of await log.read(place, 7)) {
          seen.push(one.seq)
          place = placeOf(one)
        }
      }
    }
    const following = follow()
    const write = async (other: PostgresLog, number: number) => {
      for (let n = 0; n < 10; n++) await other.append(offer(0, [change(`${number}-${n}`)]))
    }
    const writing = Promise.all(others.map(write))
    await slow.run('select pg_sleep(0.3)')
    expect(seen).toEqual([])
    await slow.run('commit')
    await writing
    await following
    expect(seen).toEqual(Array.from({ length: 81 }, (_, n) => n + 1))
    expect((await log.read(START, 1))[0]?.key).toBe('b')
    await Promise.all(others.map((other) => other.close()))
  })

  test('refuses with STORE_BUSY when others hold the lock for longer than the patience', async () => {
    await using log = await openLog({ patience: 2_000 })
    // Connecting takes a part of the patience.
    await log.append(offer(0, [change('c')]))
    await using slow = await openSession(log.database.superuser)
    await slow.run('begin')
    await slow.run(APPEND_B)
    await expect(log.append(offer(0, [change('a')]))).rejects.toMatchObject({ code: 'STORE_BUSY' })
    await slow.run('commit')
    expect(await log.append(offer(0, [change('a')]))).toMatchObject({ first: 3 })
  })

  test('rings when another node appends, and when a token changes', async () => {
    await using log = await openLog()
    await log.standing()
    const other = openLogOn(log.database)
    const rung = () => new Promise<void>((resolve) => log.watch(() => resolve()))
    let ring = rung()
    await other.append(offer(0, [change('a')]))
    await ring
    ring = rung()
    const admin = new PostgresLog({ url: log.database.admin })
    const desk = tokenNamed('desk')
    await admin.createToken(desk)
    await ring
    expect(await log.tokens()).toEqual([desk])
    const { bell, poll } = log.found
    ring = rung()
    await other.append(offer(0, [change('b')]))
    await ring
    await log.read(START)
    expect(log.found).toEqual({ bell: bell + 1, poll })
    await expect(admin.createToken({ ...desk, hash: 'i' })).rejects.toMatchObject({
      code: 'TOKEN_NAME_TAKEN',
    })
    await log.recordUse(
      new Map([
        ['desk', 9],
        ['nobody', 9],
      ]),
    )
    await log.recordUse(new Map([['desk', 8]]))
    expect([await admin.revokeToken('desk', 7), await admin.revokeToken('desk', 8)]).toEqual([true, false])
    expect(await log.tokens()).toEqual([{ ...desk, lastUsedAt: 9, revokedAt: 7 }])
    await expect(log.createToken(tokenNamed('own'))).rejects.toMatchObject({
      code: 'MISCONFIGURED',
      message: expect.stringContaining('role'),
    })
    await Promise.all([other.close(), admin.close()])
  })

  test('believes no bell, which any role that may connect can ring', async () => {
    await using log = await openLog()
    await log.append(offer(0, [change('a')]))
    await log.standing()
    for (const [said, heard] of [
      ['x', undefined],
      ['-1', undefined],
      ['1e300', undefined],
      ['999999999', 999_999_999],
    ] as const) {
      const rung = new Promise<number | undefined>((resolve) => {
        const stop = log.watch((seq) => {
          stop()
          resolve(seq)
        })
      })
      await query(log.database.admin, `notify demarche, '${said}'`)
      expect([await rung, log.knownHead]).toEqual([heard, 1])
    }
  })

  test('finds what it has not heard by asking', async () => {
    await using log = await openLog()
    await log.standing()
    log.watch(() => {})
    await query(log.database.superuser, 'update demarche.log set seq = 1') // no bell
    await log.standing()
    expect([log.knownHead, log.found]).toEqual([1, { bell: 0, poll: 1 }])
  })
})

describe('a log that fails', () => {
  test('is unreachable before an append is sent: nothing was written', async () => {
    await using proxy = await LogProxy.to(postgres.port)
    await using log = await openLog({ through: proxy.port, patience: 200 })
    proxy.mode = 'refuse'
    await expect(log.append(offer(0, [change('a')]))).rejects.toMatchObject({ code: 'LOG_UNREACHABLE' })
    await expect(log.standing()).rejects.toMatchObject({ code: 'LOG_UNREACHABLE' })
    expect(log.reachable.is).toBe(false)
    proxy.mode = 'pass'
    expect((await log.standing()).seq).toBe(0)
    expect(log.reachable.is).toBe(true)
  })

  test('takes an append once if its answer is lost, however often', async () => {
    await using proxy = await LogProxy.to(postgres.port)
    await using log = await openLog({ through: proxy.port })
    proxy.swallow = 3
    expect(await log.append(offer(0, [change('a')]))).toMatchObject({ first: 1, last: 1 })
    expect(proxy.swallowed).toBe(3)
    expect((await log.standing()).seq).toBe(1)
  })

  test('leaves an append uncertain if its answer is lost until the patience ends, and tells when asked again', async () => {
    await using proxy = await LogProxy.to(postgres.port)
    await using log = await openLog({ through: proxy.port, patience: 300 })
    proxy.swallow = 1_000
    const lost = offer(0, [change('a')])
    await expect(log.append(lost)).rejects.toMatchObject({ code: 'LOG_UNCERTAIN' })
    proxy.swallow = 0
    expect(await log.append(lost)).toMatchObject({ first: 1, last: 1 })
    expect((await log.standing()).seq).toBe(1)
  })

  test('takes an append once if its record was redacted after its answer was lost, and keeps no hash of it', async () => {
    await using proxy = await LogProxy.to(postgres.port)
    await using log = await openLog({ through: proxy.port, patience: 60_000 })
    proxy.swallow = 1_000_000
    const answer = { seq: null, plan: null }
    const lost = offer(0, [change('a')], { hash: 'x', answer })
    const appended = log.append(lost)
    await expect.poll(() => query(log.database.superuser, 'select seq from demarche.log')).toEqual([{ seq: '1' }])
    const other = openLogOn(log.database)
    const same = offer(0, [], { hash: 'y', answer: { seq: 1, plan: null } })
    await other.append(same)
    await other.close()
    await query(log.database.admin, "select demarche.redact('actor', 'a', array['{}'], 1, '[redacted]', 'so')")
    proxy.swallow = 0
    expect(await appended).toMatchObject({ first: 1, last: 1, isEarlier: true })
    // Who has not offered it before cannot know that it is the same.
    await expect(log.append(lost)).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
    // A change planned behind the redaction is another one.
    const later = { ...lost, known: await placeAt(log, 2), changes: [change('b')] }
    await expect(log.append(later)).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
    expect((await log.standing()).seq).toBe(2)
    expect([await log.answer(lost.id), await log.answer(same.id)]).toEqual([undefined, undefined])
    expect(await query(log.database.superuser, 'select hash from demarche.appends')).toEqual([
      { hash: null },
      { hash: null },
    ])
  })

  test('blanks a redacted record, and it alone, and forgets what names it in the appends also when its redaction is put back', async () => {
    await using log = await openLog()
    const { admin, superuser } = log.database
    const appended = offer(0, [change('a')], { hash: 'x', answer: { seq: null, plan: null } })
    await log.append(appended)
    const others = [
      offer(0, [change('b')], { hash: 'y', answer: { seq: 1, plan: null } }),
      offer(0, [change('c')], { hash: 'z', answer: { seq: null, plan: 'quotes a' } }),
      offer(0, [change('d')], { hash: 'w', answer: { seq: null, plan: null } }),
    ]
    for (const other of others) await log.append({ ...other, known: await placeAt(log, 1) })
    const put = `select demarche.recover(4, '{5}', '{5}', '{actor}', '{actor}', '{a}', '{2}', '{REDACTED}', '{so}',
      array[(select at from demarche.log)], array[null], '{REDACT}', '{1}', '{"{}"}',
      '{1, 2}', '{0, 0}', '{null, null}', '{blank, another}') as done`
    expect(await query(admin, put)).toEqual([{ done: true }])
    const blanked = 'select seq::int from demarche.changes where format = 0'
    expect(await query(superuser, blanked)).toEqual([{ seq: 1 }])
    expect(await query(superuser, 'select hash, plan from demarche.appends order by first')).toEqual([
      { hash: null, plan: null },
      { hash: null, plan: null },
      { hash: 'w', plan: null },
    ])
    await expect(log.append(appended)).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
  })

  test('does not call an append unwritten because later attempts find no connection', async () => {
    await using proxy = await LogProxy.to(postgres.port)
    await using log = await openLog({ through: proxy.port, patience: 300 })
    await log.append(offer(0, [change('a')]))
    proxy.mode = 'deaf'
    const appended = log.append(offer(0, [change('b')]))
    setTimeout(() => {
      proxy.mode = 'refuse'
    }, 100)
    await expect(appended).rejects.toMatchObject({ code: 'LOG_UNCERTAIN' })
    proxy.mode = 'pass'
    expect((await log.standing()).seq).toBe(2)
  })

  test('does not call an append busy whose first attempt may have arrived', async () => {
    await using proxy = await LogProxy.to(postgres.port)
    await using log = await openLog({ through: proxy.port, patience: 1_000 })
    await log.append(offer(0, [change('a')]))
    await using slow = await openSession(log.database.superuser)
    await slow.run('begin')
    await slow.run('select 1 from demarche.log for update')
    const appended = log.append(offer(0, [change('b')]))
    setTimeout(() => proxy.cut(), 100)
    await expect(appended).rejects.toMatchObject({ code: 'LOG_UNCERTAIN' })
    await slow.run('rollback')
  })

  test('is offered an append again after a server that was stopped is back', async () => {
    await using own = await Postgres.start()
    const database = await own.emptyLog()
    const log = new PostgresLog({ url: database.node, patience: 30_000 })
    await log.append(offer(0, [change('a')]))
    await own.stop()
    const appended = log.append(offer(0, [change('b')]))
    await own.start()
    expect(await appended).toMatchObject({ first: 2, last: 2 })
    await own.crash()
    await expect(log.read(START, 10)).rejects.toMatchObject({ code: 'LOG_UNREACHABLE' })
    await own.start()
    expect(await log.read(START, 10)).toHaveLength(2)
    await log.close()
  })

  test('calls an append uncertain if its wait for a standby was cancelled', async () => {
    await using own = await Postgres.start()
    const database = await own.emptyLog()
    const log = new PostgresLog({ url: database.node, patience: 20_000 })
    await log.standing()
    await query(database.superuser, "alter system set synchronous_standby_names = 'nobody'")
    await query(database.superuser, 'select pg_reload_conf()')
    const keyed = offer(0, [change('a')], { hash: 'x', answer: { seq: null, plan: null } })
    const appended = log.append(keyed)
    const cancelling = cancelWait(database.superuser)
    await expect(appended).rejects.toMatchObject({ code: 'LOG_UNCERTAIN' })
    await cancelling
    expect((await log.standing()).seq).toBe(1)
    // It is in the log, and no answer before a standby has it.
    await expect(log.answer(keyed.id)).rejects.toMatchObject({ code: 'LOG_UNCERTAIN' })
    await query(database.superuser, 'alter system reset synchronous_standby_names')
    await query(database.superuser, 'select pg_reload_conf()')
    await expect.poll(() => log.answer(keyed.id)).toMatchObject({ hash: 'x', seq: 1 })
    await log.close()
  })

  test('waits for a standby that is away with what must not be lost, and with nothing else', async () => {
    await using own = await Postgres.start()
    const database = await own.emptyLog()
    const log = new PostgresLog({ url: database.node })
    const admin = new PostgresLog({ url: database.admin, patience: 2_000 })
    await admin.createToken(tokenNamed('desk'))
    await query(database.superuser, "alter system set synchronous_standby_names = 'nobody'")
    await query(database.superuser, 'select pg_reload_conf()')
    await log.seen({ name: 'one', version: '', projectedWith: '', format: 1, ...START })
    await log.recordUse(new Map([['desk', 9]]))
    expect((await log.tokens()).map(({ lastUsedAt }) => lastUsedAt)).toEqual([9])
    await expect(admin.revokeToken('desk', 7)).rejects.toMatchObject({
      code: 'LOG_UNCERTAIN',
      message: expect.stringMatching(/List the tokens/),
    })
    await Promise.all([log.close(), admin.close()])
  })

  test('is not uncertain of an append because of another warning', async () => {
    await using log = await openLog()
    await query(
      log.database.superuser,
      `create function public.warn() returns trigger language plpgsql as $$ begin raise warning 'half full'; return null; end $$;
       create trigger warn after insert on demarche.changes for each statement execute function public.warn()`,
    )
    expect(await log.append(offer(0, [change('a')]))).toMatchObject({ first: 1, last: 1 })
  })

  test('is asked anew after three seconds of silence', async () => {
    await using proxy = await LogProxy.to(postgres.port)
    await using log = await openLog({ through: proxy.port })
    await log.standing()
    const rung = new Promise<void>((resolve) => log.watch(() => log.reachable.is && resolve()))
    proxy.mode = 'stall'
    await expect(log.read(START, 10)).rejects.toMatchObject({ code: 'LOG_UNREACHABLE' })
    expect(log.reachable.is).toBe(false)
    proxy.mode = 'pass'
    await log.standing()
    await rung
  })

  test('leaves nothing behind that waits in the server while a table is locked, as by a vacuum', async () => {
    await using log = await openLog()
    await log.standing()
    await using vacuum = await openSession(log.database.superuser)
    await vacuum.run('begin; lock table demarche.changes')
    for (let times = 0; times < 2; times++) {
      await expect(log.read(START)).rejects.toMatchObject({ code: 'LOG_UNREACHABLE', cause: { code: '55P03' } })
    }
    await expect.poll(() => connectionsTo(log.database)).toBe(0)
    await vacuum.run('commit')
    expect(await log.read(START)).toEqual([])
  })

  test('is not asked on for a client that has gone', async () => {
    const database = await postgres.database(empty)
    const client = await PostgresClient.connect({ url: database.node, name: 'test', patience: 100 })
    await expect(client.query('select pg_sleep(600)')).rejects.toThrow('terminated')
    await expect.poll(() => connectionsTo(database), { timeout: 10_000 }).toBe(0)
  })

  test('keeps no command waiting that has its answer, when the server goes without a word', async () => {
    const database = await postgres.database(empty)
    await using proxy = await LogProxy.to(postgres.port)
    const url = postgres.url('demarche_node', database.name, proxy.port)
    const answered = withClient(url, async (client) => {
      const rows = await client.query('select 1 as one')
      proxy.mode = 'stall'
      return rows
    })
    expect(await answered).toEqual([{ one: 1 }])
  }, 30_000)

  test('is read and appended to again after a migration has changed what its statements give', async () => {
    await using log = await openLog()
    await log.append(offer(0, [change('a')]))
    await log.read(START)
    await query(log.database.owner, 'alter table demarche.changes alter column revision type bigint')
    await expect(log.read(START)).rejects.toMatchObject({ code: 'LOG_UNREACHABLE', cause: { code: '0A000' } })
    expect(await log.read(START)).toHaveLength(1)
    await query(
      log.database.superuser,
      `do $$ declare append text := pg_get_functiondef('demarche.append'::regproc); begin
         drop function demarche.append;
         execute replace(append, 'logged_at bigint', 'logged_at numeric');
         grant execute on function demarche.append to demarche_node;
       end $$`,
    )
    expect(await log.append(offer(0, [change('b')]))).toMatchObject({ first: 2 })
  })

  test('with synchronous_commit off is refused', async () => {
    await using log = await openLog()
    await query(log.database.superuser, `alter database ${log.database.name} set synchronous_commit = off`)
    await expect(log.standing()).rejects.toMatchObject({
      code: 'LOG_UNREACHABLE',
      cause: { code: 'MISCONFIGURED', message: expect.stringMatching(/synchronous_commit/) },
    })
    await expect(log.append(offer(0, [change('a')]))).rejects.toMatchObject({ code: 'LOG_UNREACHABLE' })
  })

  test('waits for the disk as when it was connected, whatever PostgreSQL is told later', async () => {
    await using log = await openLog()
    await query(
      log.database.superuser,
      `alter role demarche_node in database ${log.database.name} set synchronous_commit = remote_write;
       create table public.spied as select setting, source from pg_settings where false;
       create function public.spy() returns trigger language plpgsql as $$ begin
         insert into public.spied select setting, source from pg_settings where name = 'synchronous_commit'; return null;
       end $$;
       create trigger spy after insert on demarche.changes for each statement execute function public.spy();
       grant insert on public.spied to demarche_owner`,
    )
    await log.append(offer(0, [change('a')]))
    // PostgreSQL changes nothing of what a session has set itself.
    expect(await query(log.database.superuser, 'select * from public.spied')).toEqual([
      { setting: 'remote_write', source: 'session' },
    ])
  })

  test('in a database that does not hold every text is refused, and is not created', async () => {
    const sql =
      "create database latin owner demarche_owner encoding 'LATIN1' template template0 lc_collate 'C' lc_ctype 'C'"
    await query(postgres.url('postgres', 'postgres'), sql)
    const mistake = { code: 'MISCONFIGURED', message: expect.stringMatching(/LATIN1.*createdb/) }
    await expect(createLog(postgres.url('demarche_owner', 'latin'))).rejects.toMatchObject(mistake)
    const log = new PostgresLog({ url: postgres.url('demarche_node', 'latin') })
    await expect(log.standing()).rejects.toMatchObject({ code: 'LOG_UNREACHABLE', cause: mistake })
    await log.close()
  })

  test('of another version is refused, except a newer one that serves this one', async () => {
    await using log = await openLog()
    await query(log.database.superuser, 'update demarche.log set version = 2')
    expect((await log.standing()).version).toBe(2)
    await query(log.database.superuser, 'update demarche.log set serves = 2')
    await expect(log.standing()).rejects.toMatchObject({ code: 'LOG_NEWER' })
    await query(log.database.superuser, 'update demarche.log set serves = 0, version = 0')
    await expect(log.standing()).rejects.toMatchObject({
      code: 'LOG_OLDER',
      message: expect.stringMatching(/demarche log migrate/),
    })
  })

  test('refuses a database without a log as a mistake of the operator', async () => {
    const none = await postgres.database()
    for (const [url, remedy] of [
      [none.node, /demarche log create/],
      [postgres.url('demarche_node', 'nowhere'), /createdb/],
      [postgres.url('stranger', none.name), /user or the password/],
    ] as const) {
      const log = new PostgresLog({ url })
      const cause = { code: 'MISCONFIGURED', message: remedy }
      await expect(log.standing()).rejects.toMatchObject({ code: 'LOG_UNREACHABLE', cause })
      await log.close()
    }
  })
})

test('the role of a node may read and append, and nothing else', async () => {
  await using log = await openLog()
  const { node, admin } = log.database
  const tables = ['log', 'changes', 'appends', 'epochs', 'tokens', 'nodes']
  const forbidden = [
    ...tables.flatMap((table) => [
      `delete from demarche.${table}`,
      `truncate demarche.${table}`,
      `insert into demarche.${table} default values`,
      `select 1 from demarche.${table} for update`,
      `drop table demarche.${table}`,
      `alter table demarche.${table} disable trigger all`,
      `create trigger spy after insert on demarche.${table} execute function suppress_redundant_updates_trigger()`,
    ]),
    'update demarche.log set seq = 7',
    "update demarche.changes set content = ''",
    "update demarche.tokens set scope = 'RECORD'",
    'create table demarche.own (a integer)',
    'create function demarche.own() returns int language sql as $$ select 1 $$',
    "select demarche.create_token('a', 'h', 'RECORD', 1, null)",
    "select demarche.revoke_token('a', 1)",
    'select demarche.allow_format(2)',
    "select demarche.redact('actor', 'a', '{}', 0, '', '')",
    'select demarche.put_back(0)',
    `select demarche.recover(0, ${Array.from({ length: 17 }, () => "'{}'").join(', ')})`,
    'set role demarche_owner',
    'set role demarche_admin',
  ]
  expect(await allowedOf(node, forbidden)).toEqual([])
  for (const table of tables) await query(node, `select * from demarche.${table}`)
  const notOfAdmin = [APPEND_B, 'update demarche.log set seq = 7', "update demarche.changes set content = ''"]
  expect(await allowedOf(admin, notOfAdmin)).toEqual([])
  const strangers = await query(
    log.database.superuser,
    `select proname from pg_proc where pronamespace = 'demarche'::regnamespace and (proacl is null or exists (
       select 1 from aclexplode(proacl) where grantee = 0))`,
  )
  expect(strangers).toEqual([])
})

test('an object of a temporary schema does not stand in for a table of the log', async () => {
  await using log = await openLog()
  await query(
    log.database.node,
    `create temp table log (seq bigint, at bigint, format integer); insert into log values (5, 0, 9); ${APPEND_B}`,
  )
  expect((await log.standing()).seq).toBe(1)
})

/** Those of the statements that are not refused for want of a right. */
async function allowedOf(url: string, statements: readonly string[]): Promise<string[]> {
  const allowed: string[] = []
  for (const statement of statements) {
    const outcome = await query(url, statement).catch((error: unknown) => error)
    if (!(outcome instanceof Error && 'code' in outcome && outcome.code === '42501')) allowed.push(statement)
  }
  return allowed
}

/** Appends the change of one actor "b". */
const APPEND_B = `select * from demarche.append(gen_random_uuid(), null, null, null, 0, 0, '', demarche.now_ms(), 'desk', 'API', 1,
  '{1}', '{actor}', '{actor}', '{b}', '{1}', '{RECORDED}', '{null}', '{"{}"}')`

function tokenNamed(name: string): Token {
  return { name, hash: name, scope: 'READ', createdAt: 5, expiresAt: null, revokedAt: null, lastUsedAt: null }
}

/** How many nodes have. */
async function connectionsTo({ superuser, name }: Database): Promise<number> {
  const text = "select 1 from pg_stat_activity where datname = $1 and usename = 'demarche_node'"
  return (await query(superuser, text, [name])).length
}

/** Cancels the append that waits for a standby, as soon as it does. */
async function cancelWait(url: string): Promise<void> {
  const cancel = "select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'"
  while ((await query(url, cancel)).length === 0);
}

/** A connection on which statements are run one after the other. */
async function openSession(url: string) {
  const client = new pg.Client(url)
  await client.connect()
  return {
    run: (statement: string) => client.query(statement),
    [Symbol.asyncDispose]: () => client.end(),
  }
}

function openLogOn({ node }: Database): PostgresLog {
  return new PostgresLog({ url: node })
}

/** A log of its own, and a connection to it as a node. */
async function openLog(options: { readonly through?: number; readonly patience?: number } = {}) {
  const database = await postgres.database(empty)
  const { through, ...more } = options
  const url = through === undefined ? database.node : postgres.url('demarche_node', database.name, through)
  const log = new PostgresLog({ url, ...more })
  return Object.assign(log, { database, [Symbol.asyncDispose]: () => log.close() })
}

async function placeAt(log: PostgresLog, seq: number): Promise<Place> {
  const found = (await log.read(START)).find((one) => one.seq === seq)
  return found === undefined ? START : placeOf(found)
}

function offer(known: Place | 0, changes: readonly OfferedChange[], more: Partial<Offer> = {}): Offer {
  const place = known === 0 ? START : known
  const rest = { hash: null, answer: null, at: Date.now(), by: 'desk', origin: 'API', format: 1 }
  const batch = changes.map((one) => ({ ...one, batchEnd: changes.length }))
  return { id: randomUUID(), known: place, ...rest, changes: batch, ...more }
}

function change(key: string, revision = 1): OfferedChange {
  const content = `{"key":"${key}","name":"é \\\\ \\" {},\u2028"}`
  const kind = revision === 1 ? 'RECORDED' : 'REVISED'
  return { batchEnd: 1, space: 'actor', record: 'actor', key, revision, kind, note: null, content }
}
