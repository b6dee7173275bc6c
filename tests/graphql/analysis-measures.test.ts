import { describe, expect, test } from 'vitest'
import type { RecordOf } from '../../src/model/records/definitions.ts'
import { read, refusalsOf } from '../_support/answer.ts'
import { type App, openApp } from '../_support/app.ts'
import { event, measure, planned, setting } from '../_support/planned-changes.ts'

type Status = RecordOf<'measure'>['status']

const takes = (key: string, date: string, status: Status, more: Partial<RecordOf<'measure'>> = {}) =>
  planned('measure', measure({ measure: `ferry/${key}`, date, status, links: [], ...more }))

/** An event that reports a change of status. */
const tells = (key: string, of: string, status: Status, date: string) =>
  planned(
    'event',
    event({
      event: `ferry/${key}`,
      date: '2025-12-01',
      figures: [],
      bearings: [],
      'status-changes': [{ measure: `ferry/${of}`, status, date }],
    }),
  )

async function inForce(app: App, on: string | null): Promise<string[]> {
  const { dispute } = await read(
    app,
    'query ($on: Date) { dispute(key: "ferry") { measuresInForce(on: $on) { key } } }',
    { on },
  )
  const { measuresInForce } = dispute as { measuresInForce: { key: string }[] }
  return measuresInForce.map(({ key }) => key.replace('ferry/', ''))
}

describe('a measure is in force', () => {
  test('from the day of its status until the day of the next one', async () => {
    await using app = await openApp({
      recorded: [
        setting,
        [
          takes('ban', '2025-01-10', 'announced'),
          tells('start', 'ban', 'in-force', '2025-02-01'),
          tells('pause', 'ban', 'suspended', '2025-03-01'),
          tells('again', 'ban', 'in-force', '2025-04-01'),
          tells('end', 'ban', 'lifted', '2025-05-01'),
        ],
      ],
    })
    const days = ['2025-01-31', '2025-02-01', '2025-02-28', '2025-03-01', '2025-04-01', '2025-04-30', '2025-05-01']
    const found = await Promise.all(days.map((day) => inForce(app, day)))
    expect(found.map((keys) => keys.length)).toEqual([0, 1, 1, 0, 1, 1, 0])
    expect(await inForce(app, null)).toEqual([])
  })

  test('beyond the end of its date interval', async () => {
    await using app = await openApp({ recorded: [setting, [takes('arrests', '2025-01-10/2025-01-20', 'in-force')]] })
    expect(await inForce(app, '2025-01-09')).toEqual([])
    expect(await inForce(app, '2025-06-01')).toEqual(['arrests'])
  })

  test('not before it must have begun, and by default by the latest status', async () => {
    await using app = await openApp({
      recorded: [setting, [takes('closure', '2025-02', 'in-force'), takes('undated', '[2025-01-10..]', 'in-force')]],
    })
    expect(await inForce(app, '2025-02-27')).toEqual([])
    expect(await inForce(app, '2025-02-28')).toEqual(['closure'])
    expect(await inForce(app, null)).toEqual(['closure', 'undated'])
  })

  test('no longer after a change of the same day, even if that was entered first', async () => {
    await using app = await openApp({
      recorded: [setting, [tells('end', 'ban', 'lifted', '2025-01-10'), takes('ban', '2025-01-10', 'in-force')]],
    })
    expect(await inForce(app, '2025-01-10')).toEqual([])
  })

  test('no longer after the later change of a day, in whatever order they were entered', async () => {
    await using app = await openApp({
      recorded: [
        setting,
        [
          takes('ban', '2025-01-10T18:00:00Z', 'announced'),
          tells('end', 'ban', 'lifted', '2025-02-01T18:00:00Z'),
          tells('start', 'ban', 'in-force', '2025-02-01T06:00:00Z'),
          takes('halt', '2025-01-10T18:00:00Z', 'announced'),
          // A day without a time: after the announcement.
          tells('go', 'halt', 'in-force', '2025-01-10'),
        ],
      ],
    })
    expect(await inForce(app, '2025-01-31')).toEqual(['halt'])
    expect(await inForce(app, '2025-02-01')).toEqual(['halt'])
    const text = '{ measures { nodes { key status statusHistory { status } } } }'
    const { measures } = await read(app, text)
    expect((measures as { nodes: unknown[] }).nodes).toEqual(
      expect.arrayContaining([
        {
          key: 'ferry/ban',
          status: 'LIFTED',
          statusHistory: ['ANNOUNCED', 'IN_FORCE', 'LIFTED'].map((status) => ({ status })),
        },
        { key: 'ferry/halt', status: 'IN_FORCE', statusHistory: [{ status: 'ANNOUNCED' }, { status: 'IN_FORCE' }] },
      ]),
    )
  })

  test('again once what ended it is retracted, and never once it is retracted itself', async () => {
    const [ban, end] = [takes('ban', '2025-01-10', 'in-force'), tells('end', 'ban', 'lifted', '2025-02-01')]
    await using app = await openApp({ recorded: [setting, [ban, end]] })
    expect(await inForce(app, null)).toEqual([])
    await app.record({ ...end, kind: 'RETRACTED', revision: 2, note: 'A rumour.' })
    expect(await inForce(app, null)).toEqual(['ban'])
    await app.record({ ...ban, kind: 'RETRACTED', revision: 2, note: 'A rumour.' })
    expect(await inForce(app, null)).toEqual([])
  })
})

test('measures in force are listed newest first, only those that are part of the dispute', async () => {
  await using app = await openApp({
    recorded: [
      setting,
      [
        takes('old', '2025-01-10', 'in-force'),
        takes('unknown', '../2025-03-01', 'in-force'),
        takes('new', '2025-02-10', 'in-force'),
        takes('elsewhere', '2025-02-11', 'in-force', { disputes: [], 'context-of': ['ferry'] }),
      ],
    ],
  })
  expect(await inForce(app, '2025-06-01')).toEqual(['new', 'old', 'unknown'])
  const { dispute, measures } = await read(
    app,
    `{ dispute(key: "ferry") { measuresInForce(first: 1) { key } measuresInForceCount before: measuresInForceCount(on: "2025-02-09") }
       measures(inForceOn: "2025-02-10", filter: { dateWithin: { from: "2025-01-01" } }) { totalCount nodes { key } } }`,
  )
  expect(dispute).toEqual({ measuresInForce: [{ key: 'ferry/new' }], measuresInForceCount: 3, before: 1 })
  expect(measures).toEqual({ totalCount: 2, nodes: [{ key: 'ferry/new' }, { key: 'ferry/old' }] })
})

test('all measures in force on a day can be paged, in any order and direction', async () => {
  const measures = Array.from({ length: 30 }, (_, at) =>
    takes(
      `m-${String(at).padStart(2, '0')}`,
      `2025-01-${String(at + 1).padStart(2, '0')}`,
      at % 3 === 0 ? 'in-force' : 'announced',
    ),
  )
  await using app = await openApp({ recorded: [setting, measures] })
  for (const orderBy of ['NEWEST_FIRST', 'OLDEST_FIRST', 'RECENTLY_RECORDED']) {
    const found: string[] = []
    let after: string | null = null
    do {
      const data = await read(
        app,
        `query ($after: String, $orderBy: DevelopmentOrder!) { measures(inForceOn: "2025-01-22", first: 3, after: $after, orderBy: $orderBy) {
           totalCount nodes { key } pageInfo { hasNextPage endCursor } } }`,
        { after, orderBy },
      )
      const page = data['measures'] as Page
      expect(page.totalCount).toBe(8)
      found.push(...page.nodes.map(({ key }) => key.slice(-2)))
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
    } while (after !== null)
    const expected = ['21', '18', '15', '12', '09', '06', '03', '00']
    expect(found).toEqual(orderBy === 'OLDEST_FIRST' ? expected.toReversed() : expected)
  }
})

interface Page {
  readonly totalCount: number
  readonly nodes: readonly { readonly key: string }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string }
}

test('a request for more measures than a page holds is refused, and the rest is returned', async () => {
  await using app = await openApp({ recorded: [setting] })
  const query = '{ dispute(key: "ferry") { key measuresInForce(first: 101) { key } } }'
  expect(await refusalsOf(app, query)).toMatchObject([{ code: 'BAD_PAGING', path: ['dispute', 'measuresInForce'] }])
  const { body } = await app.ask(query)
  expect(body.data).toEqual({ dispute: { key: 'ferry', measuresInForce: null } })
})
