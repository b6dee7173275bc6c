import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { count, revisionIds } from '../../src/store/search/counting/count.ts'
import { finish } from '../../src/store/search/steps.ts'
import {
  countDevelopments,
  developmentPage,
  searchOf,
  type DevelopmentList,
} from '../../src/store/search/development-pages.ts'
import type { DevelopmentRow } from '../../src/store/queries/developments.ts'
import type { Page } from '../../src/store/queries/keyset.ts'
import type { DevelopmentFilter } from '../../src/store/search/filter.ts'
import type { Store } from '../../src/store/store.ts'
import { histories, keysOf, appendHistory } from '../_support/filter-history.ts'
import { inOrder, knownAt, passing } from '../_support/filter-oracle.ts'
import { filters } from '../_support/filter-world.ts'
import { event, planned, setting, statement } from '../_support/planned-changes.ts'
import { walk, walkBack } from '../_support/page-walk.ts'
import { ARE_NODES } from '../_support/shared-log.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

/** A list without text has no order by relevance. */
const ORDERS = ['NEWEST_FIRST', 'OLDEST_FIRST', 'RECENTLY_RECORDED', 'RECENTLY_CHANGED'] as const

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
          expect(finish(countDevelopments(place.store, { filter, asOf }))).toBe(found.length)
          expect(countedInSteps(place.store, { filter, asOf })).toEqual([found.length, found.length, found.length > 0])
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

/** The same count in many steps, the ids counted, and whether at most one of them is found. */
function countedInSteps({ reader }: Store, list: DevelopmentList): [number, number, boolean] {
  const search = { ...searchOf(reader, list), stepWork: 20 }
  const ids = finish(revisionIds(search, Infinity))
  const [one] = finish(revisionIds(search, 1))
  return [finish(count(search)), new Set(ids).size, one !== undefined && ids.includes(one)]
}

test('pages by latest change neither skip nor repeat a development while others, or it, change', async () => {
  await fc.assert(
    fc.asyncProperty(histories({ maxLength: 80 }), fc.infiniteStream(fc.nat()), async (history, random) => {
      await using place = await openTemporaryStore()
      const changes = await appendHistory(place.store, history, place.clock)
      const head = place.store.head()
      const asked = filters({ keys: keysOf(changes), instants: changes.map(({ at }) => at).concat(place.clock.at) })
      for (const filter of [{}, ...fc.sample(asked, { numRuns: 10, seed: random.next().value })]) {
        const passingAt = (seq: number) => passing(knownAt(changes, seq), filter, history.references)
        // To read as of a later seq is what a client does after a commit.
        let asOf = Math.ceil(head / 2)
        let left = inOrder(passingAt(asOf), 'RECENTLY_CHANGED')
        for (let after: string | null = null; ;) {
          const page: Page<DevelopmentRow> = finish(
            developmentPage(place.store, {
              filter,
              orderBy: 'RECENTLY_CHANGED',
              page: { first: 3, after },
              asOf,
            }),
          )
          const known = new Map(passingAt(asOf).map((found) => [found.key, found]))
          left = left.filter((key) => known.has(key))
          expect({ filter, asOf, keys: page.rows.map(({ key }) => key) }).toEqual({
            filter,
            asOf,
            keys: left.slice(0, 3),
          })
          for (const { key, headline } of page.rows) expect(headline).toBe(known.get(key)?.content.headline)
          expect(page.hasNextPage()).toBe(left.length > 3)
          left = left.slice(3)
          if (left.length === 0) break
          after = page.cursorAt(-1)
          asOf = Math.min(head, asOf + ((random.next().value ?? 0) % 5))
        }
      }
    }),
    { numRuns: 20 },
  )
})

test.skipIf(ARE_NODES)('a long run of developments that stop matching is passed over', async () => {
  await using place = await openTemporaryStore()
  const keys = Array.from({ length: 1_000 }, (_, at) => `ferry/event-${at}`)
  const before = place.clock.at
  place.clock.at += 1_000
  await place.store.append({
    batches: [setting, keys.map((key) => planned('event', event({ event: key })))],
    origin: 'API',
  })
  const list = {
    filter: { changedAfter: before, changedBefore: before + 1_001 },
    orderBy: 'RECENTLY_CHANGED' as const,
  }
  const first = finish(developmentPage(place.store, { ...list, page: { first: 10 }, asOf: place.store.head() }))
  expect(first.rows.map(({ key }) => key)).toEqual(keys.slice(-10).toReversed())
  place.clock.at += 1_000
  const amended = keys.slice(3).map((key) => planned('event', event({ event: key }), { kind: 'REVISED', revision: 2 }))
  await place.store.append({ batches: [amended], origin: 'API' })
  const page = { first: 10, after: first.cursorAt(-1) }
  const second = finish(developmentPage(place.store, { ...list, page, asOf: place.store.head() }))
  expect(second.rows.map(({ key }) => key)).toEqual(keys.slice(0, 3).toReversed())
  expect([second.hasNextPage(), second.hasPreviousPage()]).toEqual([false, false])
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
    expect(finish(countDevelopments(place.store, { filter, asOf }))).toBe(found.length)
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
      RECENTLY_CHANGED: found.toReversed(),
    }
    for (const orderBy of ORDERS) {
      const wanted = orders[orderBy].map(({ key }) => key)
      const list = { store: place.store, filter, orderBy, asOf: place.store.head() }
      expect({ orderBy, keys: walk(list, 100) }).toEqual({ orderBy, keys: wanted })
      expect({ orderBy, keys: walkBack(list, 100) }).toEqual({ orderBy, keys: wanted })
    }
  })
})
