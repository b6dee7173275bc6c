import { beforeEach, afterEach, describe, expect, test } from 'vitest'
import type { RecordOf } from '../../src/model/records/definitions.ts'
import type { PlannedChange } from '../../src/store/append.ts'
import { AFFILIATED_MAX } from '../../src/store/search/affiliated.ts'
import { developmentPage, type DevelopmentList } from '../../src/store/search/development-pages.ts'
import { type DevelopmentFilter, VALUES_MAX } from '../../src/store/search/filter.ts'
import { finish } from '../../src/store/search/steps.ts'
import { event, measure, planned, setting, statement } from '../_support/planned-changes.ts'
import { ARE_NODES } from '../_support/shared-log.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

let place: Awaited<ReturnType<typeof openTemporaryStore>>

beforeEach(async () => {
  place = await openTemporaryStore()
  await append(...setting)
})

afterEach(() => place[Symbol.asyncDispose]())

describe('a filter is refused for', () => {
  test.each<[DevelopmentFilter, string]>([
    [{ actors: ['nort'] }, 'there is no actor "nort"; did you mean north, north-minister?'],
    [{ disputes: ['fery'] }, 'there is no dispute "fery"; did you mean ferry?'],
    [{ participants: [{ actors: ['nobody-at-all'] }] }, 'there is no actor "nobody-at-all"'],
    [{ keys: ['ferry/sinking'] }, 'there is no development "ferry/sinking"'],
    [{ outlets: ['south', 'sout'] }, 'there is no actor "sout"; did you mean south?'],
  ])('an unknown key in %j', (filter, message) => {
    expect(() => keysFound({ filter })).toThrow(expect.objectContaining({ code: 'UNKNOWN_KEY', message }))
  })

  test.each<[DevelopmentFilter, string]>([
    [
      { dateOverlaps: { from: '2025-02-01', to: '2025-01-01' } },
      '`dateOverlaps` runs from 2025-02-01 to 2025-01-01. Pass the earlier day as `from`.',
    ],
    [{ begunBy: '2025-02-30' }, '`begunBy` contains "2025-02-30". Pass a day as YYYY-MM-DD.'],
    [{ dateWithin: { from: '2025-02-30' } }, '`dateWithin` contains "2025-02-30". Pass a day as YYYY-MM-DD.'],
    [
      { recordedAfter: Date.UTC(2025, 1), recordedBefore: Date.UTC(2025, 0) },
      '`recordedAfter` is 2025-02-01T00:00:00.000Z and `recordedBefore` 2025-01-01T00:00:00.000Z. Pass the earlier instant as `recordedAfter`.',
    ],
    [
      { changedAfter: Date.UTC(2025, 1), changedBefore: Date.UTC(2025, 0) },
      '`changedAfter` is 2025-02-01T00:00:00.000Z and `changedBefore` 2025-01-01T00:00:00.000Z. Pass the earlier instant as `changedAfter`.',
    ],
  ])('an invalid range in %j', (filter, message) => {
    expect(() => keysFound({ filter })).toThrow(expect.objectContaining({ code: 'BAD_RANGE', message }))
  })

  test('too many values of a field', () => {
    const actors = Array.from({ length: VALUES_MAX + 1 }, () => 'north')
    expect(() => keysFound({ filter: { actors } })).toThrow(
      expect.objectContaining({ code: 'FILTER_TOO_LONG', message: '`actors` has 501 values. Pass at most 500.' }),
    )
  })

  test('roles without actors', () => {
    expect(() => keysFound({ filter: { participants: [{ actors: [], roles: ['HOST'] }] } })).toThrow(
      expect.objectContaining({
        code: 'ROLES_WITHOUT_ACTORS',
        message:
          'An entry of `participants` has roles (HOST) but no actors. Pass at least one actor, or omit the entry.',
      }),
    )
  })

  test('affiliations of too many actors', async () => {
    const organs = Array.from({ length: AFFILIATED_MAX }, (_, at) => organ(`organ-${at}`, { to: 'south' }))
    await append(...organs)
    expect(() => keysFound({ filter: { actors: ['south'], includeAffiliated: true } })).toThrow(
      expect.objectContaining({ code: 'AFFILIATED_TOO_MANY' }),
    )
    expect(keysFound({ filter: { actors: ['south'] } })).toEqual([])
  })
})

test('an empty field restricts nothing', async () => {
  await append(planned('event', event()))
  const filter = { keys: [], kinds: [], actors: [], participants: [], outlets: [], dateOverlaps: {}, dateWithin: {} }
  expect(keysFound({ filter })).toEqual(['ferry/sinking'])
})

test('every participant must take part, in any of its roles', async () => {
  await append(
    planned('event', met('one', { north: 'host', south: 'visitor' })),
    planned('event', met('two', { north: 'visitor' })),
    planned('event', met('three', { north: 'visitor', south: 'host' })),
  )
  const both = [{ actors: ['north'] }, { actors: ['south'] }]
  expect(keysFound({ filter: { participants: both } })).toEqual(['one', 'three'])
  const hosted = [
    { actors: ['north', 'south'], roles: ['HOST'] as const },
    { actors: ['south'], roles: [] },
  ]
  expect(keysFound({ filter: { participants: hosted } })).toEqual(['one', 'three'])
  const received = [{ actors: ['north'], roles: ['HOST', 'MEDIATOR'] as const }]
  expect(keysFound({ filter: { participants: received } })).toEqual(['one'])
})

test('speakers, imposers and targets match by role, and include affiliated actors if the filter does', async () => {
  await append(planned('event', event()))
  await append(planned('statement', statement()), planned('measure', measure({ targets: ['south'] })))
  expect(keysFound({ also: { speakers: ['north-minister'] } })).toEqual(['ferry/accusation'])
  expect(keysFound({ also: { speakers: ['north'] } })).toEqual([])
  expect(keysFound({ also: { speakers: ['north'] }, filter: { includeAffiliated: true } })).toEqual([
    'ferry/accusation',
  ])
  expect(keysFound({ also: { imposedBy: ['north'] } })).toEqual(['ferry/recall'])
  expect(keysFound({ also: { targets: ['south'], kinds: ['MEASURE'] }, filter: { kinds: ['EVENT'] } })).toEqual([])
  expect(keysFound({ also: { targets: ['south'] }, filter: { kinds: ['MEASURE'] } })).toEqual(['ferry/recall'])
})

describe('with affiliated actors', () => {
  test('an office-holder counts during its term, even if a date only overlaps it', async () => {
    await append(organ('old', { to: 'south', relation: 'office-holder', date: '2000-05-01/2004-06-30' }))
    await append(
      said('before', '2000-04-30', 'old'),
      said('first-day', '2000-05-01', 'old'),
      said('last-day', '2004-06-30', 'old'),
      said('after', '2004-07-01', 'old'),
      said('reaching-in', '2004-06/2005-01', 'old'),
      said('open', '1999/..', 'old'),
      said('since-unknown', '../2000-04-30', 'old'),
    )
    const filter = { actors: ['south'], includeAffiliated: true }
    expect(keysFound({ filter })).toEqual(['open', 'first-day', 'reaching-in', 'last-day'])
    expect(keysFound({ filter: { actors: ['old'], includeAffiliated: true } })).toHaveLength(7)
  })

  test('a chain of affiliations counts for the days that all its links share', async () => {
    await append(
      organ('ministry', { to: 'south', date: '1990/2010' }),
      organ('office', { to: 'ministry', date: '2005/..' }),
      organ('clerk', { to: 'office', relation: 'office-holder' }),
    )
    await append(said('early', '2004', 'clerk'), said('within', '2007', 'clerk'), said('late', '2011', 'clerk'))
    expect(keysFound({ filter: { actors: ['south'], includeAffiliated: true } })).toEqual(['within'])
    expect(keysFound({ filter: { actors: ['ministry'], includeAffiliated: true } })).toEqual(['within', 'late'])
  })

  test('a cycle of affiliations ends', async () => {
    await append(organ('egg', { to: 'hen' }), organ('hen', { to: 'egg' }))
    await append(said('cackle', '2020', 'hen'))
    expect(keysFound({ filter: { actors: ['egg'], includeAffiliated: true } })).toEqual(['cackle'])
  })

  test('members, employees and close associates do not count', async () => {
    await append(
      organ('member', { to: 'south', relation: 'member-of' }),
      organ('friend', { to: 'south', relation: 'close-to' }),
      organ('firm', { to: 'south', relation: 'subsidiary-of' }),
    )
    await append(said('one', '2020', 'member'), said('two', '2020', 'friend'), said('three', '2020', 'firm'))
    expect(keysFound({ filter: { actors: ['south'], includeAffiliated: true } })).toEqual(['three'])
  })
})

describe('by date', () => {
  beforeEach(async () => {
    await append(
      planned('event', event({ event: 'day', date: '2024-12-25' })),
      planned('event', event({ event: 'month', date: '2024-12' })),
      planned('event', event({ event: 'years', date: '1990/2030' })),
      planned('event', event({ event: 'ongoing', date: '2001-01-01/..' })),
      planned('event', event({ event: 'until', date: '../2024-12-24' })),
    )
  })

  test('a date that overlaps a range may begin long before it, or at an unknown time', () => {
    const overlapping = (from: string | null, to: string | null) =>
      keysFound({ filter: { dateOverlaps: { from, to } } })
    expect(overlapping('2024-12-25', '2024-12-25')).toEqual(['years', 'ongoing', 'month', 'day'])
    expect(overlapping('2024-12-24', '2024-12-24')).toEqual(['years', 'ongoing', 'month', 'until'])
    expect(overlapping('2031-01-01', null)).toEqual(['ongoing'])
    expect(overlapping(null, '1995-01-01')).toEqual(['years', 'until'])
  })

  test('a date within a range has both its bounds in it', () => {
    const within = (from: string | null, to: string | null) => keysFound({ filter: { dateWithin: { from, to } } })
    expect(within('2024-12-01', '2024-12-31')).toEqual(['month', 'day'])
    expect(within('2024-12-02', null)).toEqual(['day'])
    expect(within('2000-01-01', null)).toEqual(['ongoing', 'month', 'day'])
    expect(within(null, '2024-12-25')).toEqual(['day', 'until'])
  })

  test.each([
    ['2000-12-31', ['years']],
    ['2001-01-01', ['years', 'ongoing']],
    ['2024-12-23', ['years', 'ongoing']],
    ['2024-12-24', ['years', 'ongoing', 'until']],
    ['2024-12-25', ['years', 'ongoing', 'day', 'until']],
    ['2024-12-30', ['years', 'ongoing', 'day', 'until']],
    ['2024-12-31', ['years', 'ongoing', 'month', 'day', 'until']],
  ])('what has begun by %s began on the first day of a span, and by the last day of anything else', (begunBy, keys) => {
    expect(keysFound({ filter: { begunBy } })).toEqual(keys)
  })
})

test.skipIf(ARE_NODES)('the first recording decides what was recorded after an instant', async () => {
  const start = place.clock.at
  place.clock.at = start + 1_000
  await append(planned('event', event({ event: 'early' })))
  place.clock.at = start + 2_000
  await append(planned('event', event({ event: 'late' })))
  await append(planned('event', event({ event: 'early' }), { kind: 'CORRECTED', revision: 2 }))
  expect(keysFound({ filter: { recordedAfter: start + 999 } })).toEqual(['early', 'late'])
  expect(keysFound({ filter: { recordedAfter: start + 1_000 } })).toEqual(['late'])
  expect(keysFound({ filter: { recordedBefore: start + 2_000 } })).toEqual(['early'])
  expect(keysFound({ filter: { recordedAfter: start + 1_000, recordedBefore: start + 1_000 } })).toEqual([])
})

test.skipIf(ARE_NODES)('the latest change decides what changed after an instant, a retraction included', async () => {
  const start = place.clock.at
  place.clock.at = start + 1_000
  await append(planned('event', event({ event: 'early' })))
  await append(planned('event', event({ event: 'gone' })))
  place.clock.at = start + 2_000
  await append(planned('event', event({ event: 'late' })))
  place.clock.at = start + 3_000
  await append(planned('event', event({ event: 'early' }), { kind: 'CORRECTED', revision: 2 }))
  await append(planned('event', event({ event: 'gone' }), { kind: 'RETRACTED', revision: 2, note: 'no' }))
  expect(keysFound({ filter: { changedAfter: start + 1_999 } })).toEqual(['early', 'late'])
  expect(keysFound({ filter: { changedAfter: start + 2_000 } })).toEqual(['early'])
  expect(keysFound({ filter: { changedAfter: start + 3_000 } })).toEqual([])
  expect(keysFound({ filter: { changedBefore: start + 2_000 } })).toEqual([])
  expect(keysFound({ filter: { changedBefore: start + 2_001 } })).toEqual(['late'])
  expect(keysFound({ filter: { changedAfter: start + 2_000, includeRetracted: true } })).toEqual(['early', 'gone'])
  expect(keysFound({ filter: { changedAfter: start + 1_500, recordedBefore: start + 1_500 } })).toEqual(['early'])
})

test('a new outlet or grade of a source applies to the developments that cite it', async () => {
  const gazette = { key: 'gazette', title: 'The Gazette', language: 'en', reliability: 'B' } as const
  await append(planned('event', event()))
  expect(keysFound({ filter: { outlets: ['south'] } })).toEqual([])
  await append(planned('source', { ...gazette, outlet: 'south', reliability: 'E' }, { kind: 'REVISED', revision: 2 }))
  expect(keysFound({ filter: { outlets: ['south'] } })).toEqual(['ferry/sinking'])
  expect(keysFound({ filter: { reliability: ['UNRELIABLE'] } })).toEqual(['ferry/sinking'])
  expect(keysFound({ filter: { reliability: ['USUALLY_RELIABLE'] } })).toEqual([])
})

/** The keys of all that a list holds, oldest first. */
function keysFound(list: Partial<DevelopmentList>): string[] {
  const request = { asOf: place.store.head(), ...list, orderBy: 'OLDEST_FIRST', page: { first: 100 } } as const
  return finish(developmentPage(place.store, request)).rows.map(({ key }) => key)
}

async function append(...changes: readonly PlannedChange[]): Promise<void> {
  await place.store.append({ batches: [changes], origin: 'API' })
}

type Affiliation = NonNullable<RecordOf<'actor'>['affiliations']>[number]

function organ(key: string, { to, ...terms }: Partial<Affiliation> & { readonly to: string }): PlannedChange {
  return planned('actor', { key, name: key, kind: 'organ', affiliations: [{ to, relation: 'organ-of', ...terms }] })
}

function said(key: string, date: string, speaker: string): PlannedChange {
  return planned(
    'statement',
    statement({ statement: key, date, speakers: [speaker], 'on-behalf-of': [], addressees: [] }),
  )
}

function met(key: string, roles: Readonly<Record<string, 'host' | 'visitor'>>): RecordOf<'event'> {
  const participants = Object.entries(roles).map(([actor, role]) => ({ actor, role }))
  return event({ event: key, 'event-kind': 'meeting', participants })
}
