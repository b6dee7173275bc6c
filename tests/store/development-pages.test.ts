import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { countDevelopments } from '../../src/store/search/development-pages.ts'
import type { DevelopmentFilter } from '../../src/store/search/filter.ts'
import { histories, keysOf, appendHistory } from '../_support/filter-history.ts'
import { inOrder, knownAt, passing } from '../_support/filter-oracle.ts'
import { filters } from '../_support/filter-world.ts'
import { event, planned, setting, statement } from '../_support/planned-changes.ts'
import { walk, walkBack } from '../_support/page-walk.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

/** A list without text has no order by relevance. */
const ORDERS = ['NEWEST_FIRST', 'OLDEST_FIRST', 'RECENTLY_RECORDED'] as const

test('the pages of a list hold what its filter matches, forward and backward, as of any seq, in any order', async () => {
  await fc.assert(
    fc.asyncProperty(histories({ maxLength: 60 }), fc.infiniteStream(fc.nat()), async (history, random) => {
      await using place = await openTemporaryStore()
      const changes = await appendHistory(place.store, history, place.clock)
      const instants = changes.length === 0 ? [place.clock.at] : changes.map(({ at }) => at)
      const asked = filters({ keys: keysOf(changes), instants })
      for (const filter of fc.sample(asked, { numRuns: 25, seed: random.next().value })) {
        for (const asOf of [place.store.head(), (random.next().value ?? 0) % (place.store.head() + 1)]) {
          const found = passing(knownAt(changes, asOf), filter, history.references)
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

test('a store of thousands of developments returns the same pages', async () => {
  await using place = await openTemporaryStore()
  const sampled = fc.sample(histories({ crowd: 40, minLength: 5_500, maxLength: 5_500 }), { numRuns: 1, seed: 7 })
  const [history] = sampled
  if (history === undefined) throw new Error('nothing was drawn')
  const changes = await appendHistory(place.store, history, place.clock, 500)
  const asOf = place.store.head()
  const known = knownAt(changes, asOf)
  const asked = filters({ keys: keysOf(changes).slice(0, 50), instants: changes.map(({ at }) => at) })
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

describe('when the matches are old and much has been recorded since', () => {
  // 6,000 old statements by forty speakers, then 3,000 events without them. Every 25th development from the last has the place.
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
