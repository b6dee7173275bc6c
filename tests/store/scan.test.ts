import { expect, test } from 'vitest'
import type { DevelopmentFilter } from '../../src/store/search/filter.ts'
import { walk, walkBack } from '../_support/page-walk.ts'
import { event, measure, planned, setting } from '../_support/planned-changes.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

test('a day with more developments than the first scan reads is scanned to its end', async () => {
  await using place = await openTemporaryStore()
  const people = ['always', 'even', 'odd'].map((key) => planned('actor', { key, name: key, kind: 'person' }))
  const herald = { key: 'herald', title: 'Herald', language: 'en', reliability: 'C', outlet: 'south' } as const
  const days = ['2023', '2024', '2025'].flatMap((date, day) => Array(day === 1 ? 1_500 : 10).fill(date) as string[])
  const all = days.map((date, at) => ({
    key: `development-${at}`,
    date,
    actors: ['always', ...(at % 2 === 0 ? ['even'] : []), ...(at % 2 === 1 || at % 50 === 0 ? ['odd'] : [])],
    source: at % 3 === 0 ? 'herald' : 'gazette',
  }))
  const events = all.map(({ key, date, actors, source }) =>
    planned('event', {
      ...event({ event: key, date, bearings: [], figures: [], codings: [] }),
      participants: actors.map((actor) => ({ actor, role: 'subject' as const })),
      citations: [{ source, credibility: 2, basis: 'own-reporting' }],
    }),
  )
  await place.store.append({ batches: [[...setting, ...people, planned('source', herald)], events], origin: 'IMPORT' })
  const both = (one: string, other: string): DevelopmentFilter => ({
    participants: [{ actors: [one] }, { actors: [other] }],
  })
  const cases: [DevelopmentFilter, (development: (typeof all)[number]) => boolean][] = [
    [both('always', 'even'), ({ actors }) => actors.includes('even')],
    [both('even', 'odd'), ({ actors }) => actors.includes('even') && actors.includes('odd')],
    [{ outlets: ['south'] }, ({ source }) => source === 'herald'],
    [{ ...both('even', 'odd'), outlets: ['south'] }, ({ source, actors }) => source === 'herald' && actors.length > 2],
  ]
  for (const [filter, belongs] of cases) {
    const found = all.filter(belongs).map(({ key }) => key)
    for (const orderBy of ['OLDEST_FIRST', 'NEWEST_FIRST'] as const) {
      const wanted = orderBy === 'OLDEST_FIRST' ? found : found.toReversed()
      const list = { store: place.store, filter, orderBy, asOf: place.store.head() }
      // One page more than there are reveals a scan that returns to an earlier place.
      const pages = Math.ceil(wanted.length / 7) + 1
      expect({ filter, orderBy, keys: walk(list, 7, pages) }).toEqual({ filter, orderBy, keys: wanted })
      expect({ filter, orderBy, keys: walkBack(list, 7, pages) }).toEqual({ filter, orderBy, keys: wanted })
    }
  }
})

test('two actors that are seldom together are found where they are, as of any seq', async () => {
  await using place = await openTemporaryStore()
  const all = Array.from({ length: 3_000 }, (_, at) => ({
    key: `development-${at}`,
    date: new Date(Date.UTC(2000, 0, 1 + ((at * 7) % 1_000))).toISOString().slice(0, 10),
    actors: [...(at % 2 === 0 ? ['north'] : []), ...(at % 2 === 1 || at % 24 === 0 ? ['south'] : [])],
    at,
  }))
  const eventOf = ({ key, date, actors }: (typeof all)[number]) =>
    event({
      event: key,
      date,
      bearings: [],
      figures: [],
      codings: [],
      participants: actors.map((actor) => ({ actor, role: 'subject' as const })),
    })
  await place.store.append({
    batches: [[...setting], all.map((each) => planned('event', eventOf(each)))],
    origin: 'IMPORT',
  })
  const before = place.store.head()
  const [parted, retracted, moved, handed] = [all[24], all[48], all[72], all[26]]
  if (!parted || !retracted || !moved || !handed) throw new Error('there are too few')
  const amended = [
    { ...planned('event', eventOf({ ...parted, actors: ['north'] })), kind: 'CORRECTED' as const, revision: 2 },
    { ...planned('event', eventOf({ ...moved, date: '2001-01-01' })), kind: 'CORRECTED' as const, revision: 2 },
    { ...planned('event', eventOf({ ...handed, actors: ['south'] })), kind: 'CORRECTED' as const, revision: 2 },
    { ...planned('event', eventOf(retracted)), kind: 'RETRACTED' as const, revision: 2, note: 'A rumour.' },
  ]
  await place.store.append({ batches: [amended], origin: 'API' })
  const filter = { participants: [{ actors: ['north'] }, { actors: ['south'] }] }
  for (const asOf of [before, place.store.head()]) {
    const found = all
      .map((each) => (each === moved && asOf !== before ? { ...each, date: '2001-01-01' } : each))
      .filter(({ at }) => at % 24 === 0 && (asOf === before || (at !== 24 && at !== 48)))
      .toSorted((a, b) => (a.date === b.date ? a.at - b.at : a.date < b.date ? -1 : 1))
      .map(({ key }) => key)
    for (const orderBy of ['OLDEST_FIRST', 'NEWEST_FIRST'] as const) {
      const wanted = orderBy === 'OLDEST_FIRST' ? found : found.toReversed()
      const list = { store: place.store, filter, orderBy, asOf }
      expect({ orderBy, keys: walk(list, 90) }).toEqual({ orderBy, keys: wanted })
      expect({ orderBy, keys: walkBack(list, 90) }).toEqual({ orderBy, keys: wanted })
    }
  }
})

test('what is common only in the past is found on every page, by many actors or a word', async () => {
  await using place = await openTemporaryStore()
  const crowd = Array.from({ length: 40 }, (_, at) => `member-${at}`)
  // The older 2,500 developments have both; of the newest 1,500 every 25th has a member, every 100th the word.
  const all = Array.from({ length: 4_000 }, (_, at) => ({
    key: `development-${at}`,
    at,
    isOld: at < 2_500,
    date: new Date(Date.UTC(2000, 0, 1 + at)).toISOString().slice(0, 10),
  }))
  const hasMember = ({ at, isOld }: (typeof all)[number]) => isOld || at % 25 === 0
  const hasWord = ({ at, isOld }: (typeof all)[number]) => isOld || at % 100 === 0
  const events = all.map((one) =>
    planned('event', {
      ...event({ event: one.key, date: one.date, bearings: [], figures: [], codings: [] }),
      headline: hasWord(one) ? 'A lighthouse is lit' : 'The ferry sinks',
      participants: [{ actor: (hasMember(one) && crowd[one.at % 40]) || 'south', role: 'subject' }],
    }),
  )
  const members = crowd.map((key) => planned('actor', { key, name: key, kind: 'person' }))
  await place.store.append({ batches: [[...setting, ...members], events], origin: 'IMPORT' })
  const cases: [DevelopmentFilter, (development: (typeof all)[number]) => boolean][] = [
    [{ actors: crowd }, hasMember],
    [{ text: 'lighthouse' }, hasWord],
    [{ actors: crowd, text: 'lighthouse' }, (one) => hasMember(one) && hasWord(one)],
    [{ outlets: ['south'], actors: crowd }, () => false],
  ]
  for (const [filter, belongs] of cases) {
    const found = all.filter(belongs).map(({ key }) => key)
    for (const orderBy of ['OLDEST_FIRST', 'NEWEST_FIRST', 'RECENTLY_RECORDED', 'RECENTLY_CHANGED'] as const) {
      const wanted = orderBy === 'OLDEST_FIRST' ? found : found.toReversed()
      const list = { store: place.store, filter, orderBy, asOf: place.store.head() }
      expect({ filter, orderBy, keys: walk(list, 50) }).toEqual({ filter, orderBy, keys: wanted })
      expect({ filter, orderBy, keys: walkBack(list, 50) }).toEqual({ filter, orderBy, keys: wanted })
    }
  }
})

test('a measure that began after a day was in force on it if a change of its status is dated earlier', async () => {
  await using place = await openTemporaryStore()
  const takes = (key: string, date: string, status: 'announced' | 'in-force' = 'in-force') =>
    planned('measure', measure({ measure: key, date, status, links: [] }))
  const tells = (of: string, status: 'in-force' | 'lifted', date: string) =>
    planned(
      'event',
      event({
        event: `${of}-${status}`,
        date: '2024-01-01',
        bearings: [],
        figures: [],
        'status-changes': [{ measure: of, status, date }],
      }),
    )
  const later = Array.from({ length: 1_300 }, (_, at) =>
    takes(
      `later-${at}`,
      new Date(Date.UTC(2015, 0, 1 + at)).toISOString().slice(0, 10),
      at % 2 === 0 ? 'in-force' : 'announced',
    ),
  )
  const undated = Array.from({ length: 1_100 }, (_, at) => takes(`undated-${at}`, '../2018-01-01'))
  const changes = [
    takes('before', '2009-12-31'),
    takes('then', '2010-01-01'),
    takes('within', '2009-12'),
    takes('span', '2009/2020'),
    takes('unsure', '2010'),
    takes('ended', '../2009-06-01'),
    ...later,
    ...undated,
    tells('later-7', 'in-force', '2005-03-01'),
    tells('later-1201', 'in-force', '2010-01-01'),
    tells('later-9', 'in-force', '2010'),
    tells('later-11', 'in-force', '2005-03-01'),
    tells('later-11', 'lifted', '2006'),
    tells('later-13', 'in-force', '2010-01-02'),
    tells('undated-5', 'in-force', '../2009'),
  ]
  await place.store.append({ batches: [[...setting], changes], origin: 'IMPORT' })
  const gone = {
    ...tells('later-7', 'in-force', '2005-03-01'),
    kind: 'RETRACTED' as const,
    revision: 2,
    note: 'A rumour.',
  }
  const before = place.store.head()
  await place.store.append({ batches: [[gone]], origin: 'API' })
  const also = { kinds: ['MEASURE' as const], inForce: { on: '2010-01-01' } }
  const wanted = ['later-1201', 'later-7', 'then', 'before', 'within', 'span', 'undated-5', 'ended']
  for (const asOf of [before, place.store.head()]) {
    const known = wanted.filter((key) => asOf === before || key !== 'later-7')
    const list = { store: place.store, also, asOf }
    const newest = { ...list, orderBy: 'NEWEST_FIRST' as const }
    expect(walk(newest, 2)).toEqual(known)
    expect(walkBack(newest, 3)).toEqual(known)
    const oldest = { ...list, orderBy: 'OLDEST_FIRST' as const }
    const reversed = [...known.slice(0, -2).toReversed(), 'ended', 'undated-5']
    expect(walk(oldest, 2)).toEqual(reversed)
    expect(walkBack(oldest, 3)).toEqual(reversed)
    const recorded = walk({ ...list, orderBy: 'RECENTLY_RECORDED' }, 2)
    expect(new Set(recorded)).toEqual(new Set(known))
  }
})
