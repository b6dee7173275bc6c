import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { lastChange } from '../../src/store/queries/changes.ts'
import { openStore } from '../../src/store/open.ts'
import { ARE_NODES } from '../_support/shared-log.ts'
import { event, measure, planned, setting, statement } from '../_support/planned-changes.ts'
import { openTemporaryStore, temporaryFile } from '../_support/temporary-store.ts'

describe('appending to the log', () => {
  test('numbers changes contiguously and gives every row of a batch its last seq', async () => {
    await using opened = await openTemporaryStore()
    const { store } = opened
    const first = await store.append({ batches: [setting], origin: 'IMPORT' })
    const second = await store.append({
      batches: [[planned('event', event())], [planned('statement', statement())]],
      origin: 'API',
      by: 'ada',
    })
    expect([first, second]).toEqual([
      { first: 1, last: setting.length },
      { first: setting.length + 1, last: setting.length + 2 },
    ])
    const log = store.reader.all<{ seq: number; batch: number }>('select seq, batch from changes order by seq')
    expect(log.map(({ seq }) => seq)).toEqual(Array.from({ length: setting.length + 2 }, (_, index) => index + 1))
    expect(log.map(({ batch }) => batch)).toEqual([
      ...setting.map(() => setting.length),
      setting.length + 1,
      setting.length + 2,
    ])
    expect(store.head()).toBe(setting.length + 2)
  })

  test('keeps the whole record as canonical JSON', async () => {
    await using opened = await openTemporaryStore()
    const { store } = opened
    await store.append({ batches: [[...setting]], origin: 'IMPORT' })
    const change = lastChange(store.reader, 'actor', 'north')
    expect(change?.content).toBe('{"aliases":["The North"],"key":"north","kind":"state","name":"Northland"}')
    expect(change).toMatchObject({ revision: 1, kind: 'RECORDED', origin: 'IMPORT', record: 'actor', space: 'actor' })
  })

  test('closes the previous revision when a development is revised', async () => {
    await using opened = await openTemporaryStore()
    const { store } = opened
    await store.append({
      batches: [[...setting, planned('event', event()), planned('statement', statement())]],
      origin: 'IMPORT',
    })
    const before = store.head()
    const content = statement({ headline: 'The North accuses nobody', positions: [], addressees: [] })
    const { last } = await store.append({
      batches: [[planned('statement', content, { kind: 'REVISED', revision: 2, note: 'second thoughts' })]],
      origin: 'API',
    })
    const revisions = store.reader.all(
      `select r.id, r.until_seq as until, r.number, r.headline, r.previous_id as previous from revisions r
       join developments d on d.id = r.development_id where d.key = 'ferry/accusation' order by r.id`,
    )
    expect(revisions).toEqual([
      { id: before, until: last, number: 1, headline: 'The North accuses the South', previous: null },
      { id: last, until: Number.MAX_SAFE_INTEGER, number: 2, headline: 'The North accuses nobody', previous: before },
    ])
    const open = (table: string) =>
      store.reader.get(`select count(*) as rows from ${table} where revision_id = ? and until_seq > ?`, before, last)
    expect([open('positions'), open('postings'), open('demands_made')]).toEqual([{ rows: 0 }, { rows: 0 }, { rows: 0 }])
  })

  test('refuses a record that has changed since planning, names it, and writes nothing', async () => {
    await using opened = await openTemporaryStore()
    const { store } = opened
    await store.append({ batches: [[...setting]], origin: 'IMPORT' })
    const north = planned('actor', { key: 'north', name: 'The North', kind: 'state' }, { kind: 'REVISED', revision: 2 })
    await store.append({ batches: [[north]], origin: 'API' })
    const head = store.head()
    const again = store.append({ batches: [[planned('event', event()), north]], origin: 'API' })
    await expect(again).rejects.toMatchObject({
      code: 'REVISION_MOVED',
      message: 'These records changed after planning: "north" (now at revision 2). Plan again.',
      keys: [{ space: 'actor', key: 'north', currentRevision: 2 }],
    })
    expect(store.head()).toBe(head)
    expect(lastChange(store.reader, 'development', 'ferry/sinking')).toBeUndefined()
  })

  test('names the one of many new records that already exists', async () => {
    await using opened = await openTemporaryStore()
    const { store } = opened
    const many = Array.from({ length: 150 }, (_, index) => planned('event', event({ event: `ferry/e${index}` })))
    await store.append({ batches: [[...setting, ...many.slice(70, 71)]], origin: 'IMPORT' })
    const head = store.head()
    await expect(store.append({ batches: [many], origin: 'IMPORT' })).rejects.toMatchObject({
      code: 'REVISION_MOVED',
      keys: [{ space: 'development', key: 'ferry/e70', currentRevision: 1 }],
    })
    expect(store.head()).toBe(head)
    await store.append({ batches: [many.filter(({ key }) => key !== 'ferry/e70')], origin: 'IMPORT' })
    expect(store.head()).toBe(head + 149)
  })

  test('refuses a reference to a key that does not exist, and forgets the ids it had assigned', async () => {
    await using opened = await openTemporaryStore()
    const { store } = opened
    await store.append({ batches: [[...setting]], origin: 'IMPORT' })
    const stray = planned('actor', { key: 'east', name: 'Eastland', kind: 'state' })
    const dangling = planned('event', event({ participants: [{ actor: 'west', role: 'affected' }] }))
    await expect(store.append({ batches: [[stray, dangling]], origin: 'API' })).rejects.toMatchObject({
      code: 'REFERENCE_UNKNOWN',
      message: 'there is no actor "west"; add it first',
    })
    const { last } = await store.append({
      batches: [
        [
          planned('actor', { key: 'west', name: 'Westland', kind: 'state' }),
          planned('actor', { key: 'east', name: 'Eastland', kind: 'state' }),
          planned('event', event({ participants: [{ actor: 'east', role: 'affected' }] })),
        ],
      ],
      origin: 'API',
    })
    const actors = store.reader.all(
      'select a.key from participations p join actors a on a.id = p.actor_id where p.revision_id = ?',
      last,
    )
    expect(actors).toEqual([{ key: 'east' }])
  })

  test('refuses to change a retracted development or its kind', async () => {
    await using opened = await openTemporaryStore()
    const { store } = opened
    const retraction = planned('event', event(), { kind: 'RETRACTED', revision: 2, note: 'a hoax' })
    await store.append({ batches: [[...setting, planned('event', event())], [retraction]], origin: 'IMPORT' })
    const revision = planned('event', event({ headline: 'New' }), { kind: 'REVISED', revision: 3 })
    await expect(store.append({ batches: [[revision]], origin: 'API' })).rejects.toMatchObject({
      code: 'ALREADY_RETRACTED',
    })
    await store.append({ batches: [[planned('measure', measure({ links: [] }))]], origin: 'API' })
    const turned = planned('event', event({ event: 'ferry/recall' }), { kind: 'REVISED', revision: 2 })
    await expect(store.append({ batches: [[turned]], origin: 'API' })).rejects.toMatchObject({ code: 'KIND_CHANGED' })
  })

  test.skipIf(ARE_NODES)('never lets the time of the log run backwards', async () => {
    await using opened = await openTemporaryStore()
    const { store, clock } = opened
    await store.append({ batches: [[...setting]], origin: 'IMPORT' })
    clock.at -= 60_000
    await store.append({ batches: [[planned('event', event())]], origin: 'IMPORT' })
    const times = store.reader.all<{ at: number }>('select distinct at from changes order by seq')
    expect(times).toEqual([{ at: clock.at + 60_000 }])
  })

  test('commits several batches together or not at all', async () => {
    await using opened = await openTemporaryStore()
    const { store } = opened
    const dangling = planned('event', event({ places: ['nowhere'] }))
    await expect(store.append({ batches: [setting, [dangling]], origin: 'IMPORT' })).rejects.toMatchObject({
      code: 'REFERENCE_UNKNOWN',
    })
    expect(store.head()).toBe(0)
    expect(store.reader.all('select * from actors')).toEqual([])
  })

  test('writes baselines together with their changes', async () => {
    await using opened = await openTemporaryStore()
    const { store } = opened
    const baselines = [{ space: 'actor' as const, key: 'north', hash: 'one' }]
    await store.append({ batches: [setting], origin: 'IMPORT', baselines })
    const { last } = await store.append({
      batches: [],
      origin: 'IMPORT',
      baselines: [{ space: 'actor', key: 'north', hash: 'two' }],
    })
    expect(last).toBe(setting.length)
    expect(store.reader.all('select * from baselines')).toEqual([{ space: 'actor', key: 'north', hash: 'two' }])
  })

  test('reports a busy store if another process writes for longer than the patience', async () => {
    using place = temporaryFile()
    const store = await openStore({ file: place.file, patience: 20 })
    const holder = new Database(place.file)
    holder.exec('begin immediate')
    await expect(store.append({ batches: [setting], origin: 'IMPORT' })).rejects.toMatchObject({
      code: 'STORE_BUSY',
      message: 'the store is being written by another process; try again',
      file: place.file,
    })
    holder.exec('rollback')
    expect(await store.append({ batches: [setting], origin: 'IMPORT' })).toMatchObject({ first: 1 })
    holder.close()
    store.close()
  })

  test.each([
    ['rebuilt', "update projection set projected_with = 'demarche 9'"],
    ['migrated', "insert into migrations values (9999999999999, 'later')"],
  ])('refuses to write to a store that another version has %s in the meantime', async (_what, takeover) => {
    await using opened = await openTemporaryStore()
    const other = new Database(opened.file)
    other.exec(takeover)
    other.close()
    await expect(opened.store.append({ batches: [setting], origin: 'IMPORT' })).rejects.toMatchObject({
      code: 'STORE_NEWER',
      message: expect.not.stringContaining(opened.file),
      file: opened.file,
    })
    expect(opened.store.head()).toBe(0)
  })

  test('refuses a clock that has jumped more than a day ahead, and accepts one that has merely advanced', async () => {
    using place = temporaryFile()
    const day = 86_400_000
    const clock = { now: Date.UTC(2025, 0, 1), steady: 0 }
    const store = await openStore({ file: place.file, now: () => clock.now, steady: () => clock.steady })
    clock.now += 30 * day
    clock.steady += 30 * day
    await store.append({ batches: [setting], origin: 'IMPORT' })
    clock.now += 400 * day
    const late = store.append({ batches: [[planned('event', event())]], origin: 'IMPORT' })
    await expect(late).rejects.toMatchObject({
      code: 'CLOCK_AHEAD',
      message:
        'The clock has jumped 400 days ahead to 2026-03-07T00:00:00.000Z. Correct it, or restart Demarche if it is right.',
    })
    clock.now -= 400 * day
    await store.append({ batches: [[planned('event', event())]], origin: 'IMPORT' })
    store.close()
  })

  test('writes concurrent appends in order, even if one of them is refused', async () => {
    await using place = await openTemporaryStore()
    const { store } = place
    const one = (key: string) => store.append({ batches: [[planned('event', event({ event: key }))]], origin: 'API' })
    const refused = store.append({ batches: [[planned('event', event(), { revision: 7 })]], origin: 'API' })
    const begun = store.append({ batches: [setting], origin: 'API' })
    const outcomes = await Promise.allSettled([refused, begun, one('ferry/a'), one('ferry/b'), one('ferry/c')])
    expect(outcomes.map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ])
    expect(store.head()).toBe(setting.length + 3)
  })
})
