import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { countDevelopments, developmentPage, type ListOrder } from '../../src/store/development-pages.ts'
import type { DevelopmentFilter, ListConditions } from '../../src/store/filter.ts'
import type { PageRequest } from '../../src/store/keyset.ts'
import type { Store } from '../../src/store/store.ts'
import { histories, keysOf, tell } from '../_support/filter-history.ts'
import { inOrder, knownAt, passing } from '../_support/filter-oracle.ts'
import { filters } from '../_support/filter-world.ts'
import { event, measure, planned, setting, statement } from '../_support/planned-changes.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

/** A list without text has no order by relevance. */
const ORDERS = ['NEWEST_FIRST', 'OLDEST_FIRST', 'RECENTLY_RECORDED'] as const

test('walked forward or backward, as of any seq and in any order, the pages of a list are what its filter asks for', async () => {
  await fc.assert(
    fc.asyncProperty(histories({ maxLength: 60 }), fc.infiniteStream(fc.nat()), async (history, random) => {
      await using place = await openTemporaryStore()
      const told = await tell(place.store, history, place.clock)
      const instants = told.length === 0 ? [place.clock.at] : told.map(({ at }) => at)
      const asked = filters({ keys: keysOf(told), instants })
      for (const filter of fc.sample(asked, { numRuns: 25, seed: random.next().value })) {
        for (const asOf of [place.store.head(), (random.next().value ?? 0) % (place.store.head() + 1)]) {
          const found = passing(knownAt(told, asOf), filter, history.references)
          expect(countDevelopments(place.store, { filter, asOf })).toBe(found.length)
          for (const orderBy of ORDERS) {
            const wanted = inOrder(found, orderBy)
            const list = { store: place.store, filter, orderBy, asOf }
            expect({ filter, asOf, orderBy, keys: walk(list, 3) }).toEqual({ filter, asOf, orderBy, keys: wanted })
            expect({ filter, asOf, orderBy, keys: walkBack(list, 4) }).toEqual({ filter, asOf, orderBy, keys: wanted })
          }
        }
      }
    }),
    { numRuns: 15 },
  )
})

test('a store too great for small ways answers the same', async () => {
  await using place = await openTemporaryStore()
  const sampled = fc.sample(histories({ crowd: 40, minLength: 5_500, maxLength: 5_500 }), { numRuns: 1, seed: 7 })
  const [history] = sampled
  if (history === undefined) throw new Error('nothing was drawn')
  const told = await tell(place.store, history, place.clock, 500)
  const asOf = place.store.head()
  const known = knownAt(told, asOf)
  const asked = filters({ keys: keysOf(told).slice(0, 50), instants: told.map(({ at }) => at) })
  for (const filter of fc.sample(asked, { numRuns: 20, seed: 11 })) {
    const found = passing(known, filter, history.references)
    expect(countDevelopments(place.store, { filter, asOf })).toBe(found.length)
    for (const orderBy of ORDERS) {
      const wanted = inOrder(found, orderBy)
      const list = { store: place.store, filter, orderBy, asOf }
      expect({ filter, orderBy, keys: walk(list, 100, 4) }).toEqual({ filter, orderBy, keys: wanted.slice(0, 400) })
      expect({ filter, orderBy, keys: walkBack(list, 100, 3) }).toEqual({ filter, orderBy, keys: wanted.slice(-300) })
    }
  }
})

describe('where what is asked for was long ago and much else has come since', () => {
  // Forty speakers of 6,000 statements, all of them long ago; then 3,000 events of others. The place is on every 25th from the last.
  const SAID = 6_000
  const HAPPENED = 3_000
  const speakers = Array.from({ length: 40 }, (_, at) => `speaker-${at}`)
  const day = (year: number, at: number) => new Date(Date.UTC(year, 0, 1 + (at % 3_000))).toISOString().slice(0, 10)
  const all = Array.from({ length: SAID + HAPPENED }, (_, at) => {
    const said = at < SAID
    const places = (SAID + HAPPENED - 1 - at) % 25 === 0 ? ['ford'] : []
    const key = `development-${at}`
    return { key, at, said, places, date: said ? day(1990, at * 7) : day(2010, at) }
  })
  let place: Awaited<ReturnType<typeof openTemporaryStore>>

  beforeAll(async () => {
    place = await openTemporaryStore()
    const actors = speakers.map((key) => planned('actor', { key, name: key, kind: 'person' }))
    const outlet = planned('source', {
      key: 'herald',
      title: 'Herald',
      language: 'en',
      reliability: 'C',
      outlet: 'south',
    })
    const changes = all.map(({ key, at, said, places, date }) =>
      said
        ? planned('statement', {
            ...statement({
              statement: key,
              date,
              places,
              'on-behalf-of': [],
              addressees: [],
              quotes: [],
              positions: [],
            }),
            speakers: [speakers[at % 40] ?? 'north'],
            citations: [{ source: at % 100 === 0 ? 'herald' : 'gazette', credibility: 2, basis: 'own-reporting' }],
          })
        : planned('event', event({ event: key, date, places, bearings: [], figures: [] })),
    )
    await place.store.append({ batches: [[...setting, ...actors, outlet], changes], origin: 'IMPORT' })
  })

  afterAll(() => place[Symbol.asyncDispose]())

  test.each<[string, DevelopmentFilter, (development: (typeof all)[number]) => boolean]>([
    ['many actors', { actors: speakers }, ({ said }) => said],
    ['an outlet', { outlets: ['south'] }, ({ said, at }) => said && at % 100 === 0],
    ['a place', { places: ['ford'] }, ({ places }) => places.length > 0],
    [
      'a range of dates',
      { dateWithin: { from: '1992-02-01', to: '1992-05-31' } },
      ({ date }) => date >= '1992-02-01' && date <= '1992-05-31',
    ],
    [
      'a range of dates and many actors',
      { dateOverlaps: { to: '1990-06-30' }, actors: speakers },
      ({ date }) => date <= '1990-06-30',
    ],
  ])('%s are found in every order', (_, filter, belongs) => {
    const found = all.filter(belongs)
    const byDate = found.toSorted((a, b) => (a.date === b.date ? a.at - b.at : a.date < b.date ? -1 : 1))
    const orders = {
      NEWEST_FIRST: byDate.toReversed(),
      OLDEST_FIRST: byDate,
      RECENTLY_RECORDED: found.toReversed(),
    }
    for (const orderBy of ORDERS) {
      const wanted = orders[orderBy].map(({ key }) => key)
      const list = { store: place.store, filter, orderBy, asOf: place.store.head() }
      expect({ orderBy, keys: walk(list, 100) }).toEqual({ orderBy, keys: wanted })
      expect({ orderBy, keys: walkBack(list, 100) }).toEqual({ orderBy, keys: wanted })
    }
  })
})

test('two actors that are seldom together are found where they are, by what was known of them', async () => {
  await using place = await openTemporaryStore()
  const all = Array.from({ length: 3_000 }, (_, at) => ({
    key: `development-${at}`,
    date: new Date(Date.UTC(2000, 0, 1 + ((at * 7) % 1_000))).toISOString().slice(0, 10),
    actors: [...(at % 2 === 0 ? ['north'] : []), ...(at % 2 === 1 || at % 24 === 0 ? ['south'] : [])],
    at,
  }))
  const told = ({ key, date, actors }: (typeof all)[number]) =>
    event({
      event: key,
      date,
      bearings: [],
      figures: [],
      codings: [],
      participants: actors.map((actor) => ({ actor, role: 'subject' as const })),
    })
  await place.store.append({
    batches: [[...setting], all.map((each) => planned('event', told(each)))],
    origin: 'IMPORT',
  })
  const before = place.store.head()
  const [parted, retracted, moved, handed] = [all[24], all[48], all[72], all[26]]
  if (!parted || !retracted || !moved || !handed) throw new Error('there are too few')
  const amended = [
    { ...planned('event', told({ ...parted, actors: ['north'] })), kind: 'CORRECTED' as const, revision: 2 },
    { ...planned('event', told({ ...moved, date: '2001-01-01' })), kind: 'CORRECTED' as const, revision: 2 },
    { ...planned('event', told({ ...handed, actors: ['south'] })), kind: 'CORRECTED' as const, revision: 2 },
    { ...planned('event', told(retracted)), kind: 'RETRACTED' as const, revision: 2, note: 'A rumour.' },
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

test('a measure that began after a day was in force on it where a change of its status is dated before', async () => {
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

interface Listing {
  readonly store: Store
  readonly filter?: DevelopmentFilter
  readonly also?: ListConditions
  readonly orderBy: ListOrder
  readonly asOf: number
}

/** The keys of a list, page after page; every page has to tell rightly whether there are others. */
function walk({ store, ...list }: Listing, first: number, most = Infinity): string[] {
  const keys: string[] = []
  let page: PageRequest = { first }
  for (let at = 0; at < most; at++) {
    const read = developmentPage(store, { ...list, page })
    expect(read.hasPreviousPage()).toBe(keys.length > 0)
    keys.push(...read.rows.map(({ key }) => key))
    if (!read.hasNextPage()) return keys
    expect(read.rows).toHaveLength(first)
    page = { first, after: read.cursorAt(-1) }
  }
  return keys
}

function walkBack({ store, ...list }: Listing, last: number, most = Infinity): string[] {
  const keys: string[] = []
  let page: PageRequest = { last }
  for (let at = 0; at < most; at++) {
    const read = developmentPage(store, { ...list, page })
    expect(read.hasNextPage()).toBe(keys.length > 0)
    keys.unshift(...read.rows.map(({ key }) => key))
    if (!read.hasPreviousPage()) return keys
    expect(read.rows).toHaveLength(last)
    page = { last, before: read.cursorAt(0) }
  }
  return keys
}
