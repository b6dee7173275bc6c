import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { finish, type Steps } from '../../src/store/search/steps.ts'
import {
  countDevelopments,
  developmentPage,
  searchOf,
  type ListOrder,
} from '../../src/store/search/development-pages.ts'
import type { DevelopmentFilter } from '../../src/store/search/filter.ts'
import type { PageRequest } from '../../src/store/queries/keyset.ts'
import type { Entry, Search } from '../../src/store/search/lists.ts'
import { RANKED_MAX } from '../../src/store/search/ranking.ts'
import { scanByDate, scanByLog } from '../../src/store/search/scan.ts'
import { histories, appendHistory } from '../_support/filter-history.ts'
import { inOrder, knownAt, passing, type LoggedChange } from '../_support/filter-oracle.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

const SOME = ['BAKIDA', 'Aliyev bakıda', 'az*', '部', '"air defence"', 'nowhere']

const ALL = { from: null, backward: false, limit: 5_000 }
const SCANS: readonly ((search: Search) => Steps<Entry[]>)[] = [
  (search) => scanByDate(search, { ...ALL, newestFirst: true }),
  (search) => scanByDate(search, { ...ALL, newestFirst: false }),
  (search) => scanByLog(search, { ...ALL, by: 'development' }),
  (search) => scanByLog(search, { ...ALL, by: 'revision' }),
]

/** What the steps find, and how many there are. */
function run(steps: Steps<Entry[]>): { found: Entry[]; steps: number } {
  for (let count = 0; ; count++) {
    const { done, value } = steps.next()
    if (done === true) return { found: value, steps: count }
  }
}

describe('in a store of thousands of developments', () => {
  const [history] = fc.sample(histories({ minLength: 7_000, maxLength: 7_000 }), { numRuns: 1, seed: 3 })
  let place: Awaited<ReturnType<typeof openTemporaryStore>>
  let changes: LoggedChange[]

  beforeAll(async () => {
    place = await openTemporaryStore()
    if (history === undefined) throw new Error('nothing was drawn')
    changes = await appendHistory(place.store, history, place.clock, 500)
  })

  afterAll(() => place[Symbol.asyncDispose]())

  const found = (filter: DevelopmentFilter, asOf: number) =>
    passing(knownAt(changes, asOf), filter, history?.references ?? [])
  const positions = () => [place.store.head(), Math.floor(place.store.head() / 2)]

  test.each(SOME)('%s is found in every order, as of any seq', (text) => {
    const filters: DevelopmentFilter[] = [
      { text },
      { text, kinds: ['MEASURE'] },
      { text, dateWithin: { from: '2000-01-01', to: '2001-12-31' } },
      { text, reportedBy: '2005-01-01', outlets: ['outlet-1'] },
      { text, disputes: ['dispute-1'], reliability: ['CANNOT_BE_JUDGED'] },
      { text, includeRetracted: true },
    ]
    for (const filter of filters) {
      for (const asOf of positions()) {
        const passed = found(filter, asOf)
        expect(finish(countDevelopments(place.store, { filter, asOf }))).toBe(passed.length)
        for (const orderBy of ['NEWEST_FIRST', 'OLDEST_FIRST', 'RECENTLY_RECORDED', 'RECENTLY_CHANGED'] as const) {
          const keys = inOrder(passed, orderBy)
          const asked = { filter, asOf, orderBy }
          expect({ ...asked, keys: walk(asked, 60, 3) }).toEqual({ ...asked, keys: keys.slice(0, 180) })
        }
      }
    }
  })

  test.each(SOME)('the ranking for %s holds the newest matches, each once, in both directions', (text) => {
    for (const asOf of positions()) {
      const newest = inOrder(found({ text }, asOf), 'NEWEST_FIRST').slice(0, RANKED_MAX)
      const asked = { filter: { text }, asOf, orderBy: 'RELEVANCE' as const }
      const ranked = walk(asked, 100)
      expect(ranked.toSorted()).toEqual(newest.toSorted())
      expect(walkBack(asked, 100, 2)).toEqual(ranked.slice(-200))
    }
  })

  test.each(SOME)('%s is found in many steps as in one', (text) => {
    const filters: DevelopmentFilter[] = [{ text }, { text, kinds: ['MEASURE'] }, { text, credibility: ['IMPROBABLE'] }]
    for (const filter of filters) {
      for (const asOf of positions()) {
        const search = searchOf(place.store.reader, { filter, asOf })
        for (const scan of SCANS) {
          const [inOne, inMany] = [run(scan(search)), run(scan({ ...search, stepWork: 2_000 }))]
          expect({ filter, asOf, found: inMany.found }).toEqual({ filter, asOf, found: inOne.found })
          expect(inMany.steps).toBeGreaterThanOrEqual(inOne.steps)
        }
      }
    }
    const scanned = { ...searchOf(place.store.reader, { filter: { text: 'az* bakıda' }, asOf: place.store.head() }) }
    for (const scan of SCANS) {
      expect(run(scan({ ...scanned, stepWork: 2_000 })).steps).toBeGreaterThan(run(scan(scanned)).steps + 5)
    }
  })

  interface Asked {
    readonly filter: DevelopmentFilter
    readonly asOf: number
    readonly orderBy: ListOrder
  }

  function walk(asked: Asked, first: number, most = Infinity): string[] {
    const keys: string[] = []
    let page: PageRequest = { first }
    for (let at = 0; at < most; at++) {
      const read = finish(developmentPage(place.store, { ...asked, page }))
      expect(read.hasPreviousPage()).toBe(keys.length > 0)
      keys.push(...read.rows.map(({ key }) => key))
      if (!read.hasNextPage()) break
      page = { first, after: read.cursorAt(-1) }
    }
    return keys
  }

  function walkBack(asked: Asked, last: number, most: number): string[] {
    const keys: string[] = []
    let page: PageRequest = { last }
    for (let at = 0; at < most; at++) {
      const read = finish(developmentPage(place.store, { ...asked, page }))
      keys.unshift(...read.rows.map(({ key }) => key))
      if (!read.hasPreviousPage()) break
      page = { last, before: read.cursorAt(0) }
    }
    return keys
  }
})
