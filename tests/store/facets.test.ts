import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PloverType, QuadClass, quadClassOf } from '../../src/model/vocabulary/plover.ts'
import { bestCredibilityOf, developmentKindOf, participationsOf } from '../../src/model/records/derived-fields.ts'
import type { RecordOf } from '../../src/model/records/definitions.ts'
import { DevelopmentKind, EventKind, EvidentialStatus } from '../../src/model/vocabulary/development.ts'
import { MeasureKind } from '../../src/model/vocabulary/measure.ts'
import { SpeechAct } from '../../src/model/vocabulary/statement.ts'
import { Credibility } from '../../src/model/vocabulary/source.ts'
import { fromKebab } from '../../src/model/vocabulary/vocabulary.ts'
import type { PlannedChange } from '../../src/store/append.ts'
import { countDevelopments, type DevelopmentList } from '../../src/store/search/development-pages.ts'
import * as facets from '../../src/store/search/facets.ts'
import type { Store } from '../../src/store/store.ts'
import { histories, keysOf, appendHistory } from '../_support/filter-history.ts'
import { type Found, knownAt, passing } from '../_support/filter-oracle.ts'
import { filters } from '../_support/filter-world.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

test('facets count the developments of the list, whatever its filter, as of any seq', async () => {
  await fc.assert(
    fc.asyncProperty(histories({ maxLength: 60 }), fc.infiniteStream(fc.nat()), async (history, random) => {
      await using place = await openTemporaryStore()
      const changes = await appendHistory(place.store, history, place.clock)
      const instants = changes.length === 0 ? [place.clock.at] : changes.map(({ at }) => at)
      const asked = filters({ keys: keysOf(changes), instants })
      const some = fc.sample(asked, { numRuns: 15, seed: random.next().value })
      for (const filter of [{}, ...some]) {
        for (const asOf of [place.store.head(), (random.next().value ?? 0) % (place.store.head() + 1)]) {
          const found = passing(knownAt(changes, asOf), filter, history.references)
          const counted = countedOf(place.store, { filter, asOf })
          expect({ filter, asOf, ...counted }).toEqual({ filter, asOf, ...tallied(found, history.references) })
        }
      }
    }),
    { numRuns: 20 },
  )
})

test('counts and facets spend their work before they read a list, a facet at least the length of the list', async () => {
  await using place = await openTemporaryStore()
  for (const history of fc.sample(histories({ maxLength: 60 }), { numRuns: 1, seed: 7 })) {
    await appendHistory(place.store, history, place.clock)
  }
  const { reader } = place.store
  const list = { asOf: place.store.head() }
  const spent: number[] = []
  const faceted = facets.facetedList(reader, list, (work) => spent.push(work))
  expect(faceted.size).toBeGreaterThan(0)
  expect(countDevelopments(place.store, list, (work) => spent.push(work))).toBe(faceted.size)
  expect(spent).toEqual([spent[0], spent[0]])
  expect(spent[0]).toBeGreaterThanOrEqual(faceted.size)

  const { facetedList: _, FACETED_MAX: __, ...counted } = facets
  const counters = Object.values(counted).flatMap((facet): ((of: facets.FacetedList) => unknown)[] =>
    typeof facet === 'function' ? [facet] : [(of) => facet.count(of, 1), facet.size],
  )
  expect(counters).toHaveLength(17)
  for (const counter of counters) {
    const before = reader.queriesRun
    const works: number[] = []
    const refuse = (work: number) => {
      works.push(work)
      throw new Error('refused')
    }
    expect(() => counter({ ...faceted, spend: refuse })).toThrow('refused')
    expect(reader.queriesRun).toBe(before)
    expect(works[0]).toBeGreaterThanOrEqual(faceted.size)
  }
})

test('the work of a count grows with the rows of its smallest condition and with every other condition', async () => {
  await using place = await openTemporaryStore()
  for (const history of fc.sample(histories({ maxLength: 60 }), { numRuns: 1, seed: 7 })) {
    await appendHistory(place.store, history, place.clock)
  }
  const asOf = place.store.head()
  const workOf = (filter: DevelopmentList['filter'], at = asOf) => {
    let work = 0
    countDevelopments(place.store, { filter, asOf: at }, (spent) => (work += spent))
    return work
  }
  const all = workOf({})
  expect(all).toBeGreaterThan(0)
  // The scan reads every revision, whatever was known then.
  expect(workOf({}, 0)).toBe(all)
  const dated = { dateOverlaps: { from: '1900-01-01', to: null } }
  expect(workOf(dated)).toBe(2 * all)
  expect(workOf({ kinds: DevelopmentKind.values, ...dated })).toBeGreaterThan(workOf({ kinds: DevelopmentKind.values }))
})

function countedOf({ reader }: Store, list: DevelopmentList) {
  const faceted = facets.facetedList(reader, list, () => {})
  const byKey = (table: string, facet: facets.RecordFacet, first: number) => {
    const keyOf = (id: number) => reader.get<{ key: string }>(`select key from ${table} where id = ?`, id)?.key
    return { size: facet.size(faceted), counts: facet.count(faceted, first).map(({ id, count }) => [keyOf(id), count]) }
  }
  const plain = (counts: readonly facets.ValueCount<string>[]) => counts.map(({ value, count }) => [value, count])
  return {
    kinds: plain(facets.countKinds(faceted)),
    eventKinds: plain(facets.countEventKinds(faceted)),
    acts: plain(facets.countActs(faceted)),
    measureKinds: plain(facets.countMeasureKinds(faceted)),
    actors: byKey('actors', facets.actorFacet, 100),
    fewActors: byKey('actors', facets.actorFacet, 2),
    outlets: byKey('actors', facets.outletFacet, 100),
    disputes: byKey('disputes', facets.disputeFacet, 100),
    sources: byKey('sources', facets.sourceFacet, 100),
    fewSources: byKey('sources', facets.sourceFacet, 1),
    ploverTypes: plain(facets.countPloverTypes(faceted)),
    quadClasses: plain(facets.countQuadClasses(faceted)),
    evidentialStatuses: plain(facets.countEvidentialStatuses(faceted)),
    credibility: plain(facets.countCredibility(faceted)),
    months: plain(facets.countMonths(faceted)),
  }
}

function tallied(found: readonly Found[], references: readonly PlannedChange[]) {
  const actors = references.flatMap(({ record, content }) => (record === 'actor' ? [content as RecordOf<'actor'>] : []))
  const disputes = references.flatMap(({ record, content }) =>
    record === 'dispute' ? [content as RecordOf<'dispute'>] : [],
  )
  const sources = references.flatMap(({ record, content }) =>
    record === 'source' ? [content as RecordOf<'source'>] : [],
  )
  const outletOf = (key: string) => sources.find((source) => source.key === key)?.outlet ?? null
  const keysBy = <Named>(named: readonly Named[], nameOf: (each: Named) => string, keyOf: (each: Named) => string) =>
    named.toSorted((a, b) => (nameOf(a) === nameOf(b) ? 0 : nameOf(a) < nameOf(b) ? -1 : 1)).map(keyOf)
  const byName = keysBy(
    actors,
    ({ name }) => name,
    ({ key }) => key,
  )
  const [disputesByTitle = [], sourcesByTitle = []] = [disputes, sources].map((titled) =>
    keysBy<{ readonly title: string; readonly key: string }>(
      titled,
      ({ title }) => title,
      ({ key }) => key,
    ),
  )
  const cut = (counts: readonly (readonly [string, number])[], first: number) => ({
    size: counts.length,
    counts: counts.slice(0, first),
  })
  const tally = (order: readonly string[], valuesOf: (development: Found) => readonly (string | null)[]) => {
    const values = found.flatMap((development) => [...new Set(valuesOf(development))])
    const counts = order.map((value): [string, number] => [value, values.filter((each) => each === value).length])
    return counts.filter(([, count]) => count > 0).toSorted(([, a], [, b]) => b - a)
  }
  const taking = tally(byName, ({ content }) => participationsOf(content).map(({ actor }) => actor))
  const citing = tally(sourcesByTitle, ({ content }) => content.citations.map(({ source }) => source))
  const months = found.flatMap(({ date }) => {
    const [from, to] = [date.earliest?.slice(0, 7), date.latest?.slice(0, 7)]
    return from !== undefined && from === to ? [from] : []
  })
  return {
    kinds: tally(DevelopmentKind.values, ({ content }) => [developmentKindOf(content)]),
    eventKinds: tally(EventKind.values, ({ content }) =>
      'event' in content ? [fromKebab(content['event-kind'])] : [],
    ),
    acts: tally(SpeechAct.values, ({ content }) => ('statement' in content ? content.acts.map(fromKebab) : [])),
    measureKinds: tally(MeasureKind.values, ({ content }) =>
      'measure' in content ? [fromKebab(content['measure-kind'])] : [],
    ),
    actors: cut(taking, 100),
    fewActors: cut(taking, 2),
    outlets: cut(
      tally(byName, ({ content }) => content.citations.map(({ source }) => outletOf(source))),
      100,
    ),
    disputes: cut(
      tally(disputesByTitle, ({ content }) => content.disputes ?? []),
      100,
    ),
    sources: cut(citing, 100),
    fewSources: cut(citing, 1),
    ploverTypes: tally(PloverType.values, ({ content }) => (content.codings ?? []).map(({ type }) => fromKebab(type))),
    quadClasses: tally(QuadClass.values, ({ content }) =>
      (content.codings ?? []).map(({ type }) => quadClassOf(fromKebab(type) as PloverType)),
    ),
    evidentialStatuses: tally(EvidentialStatus.values, ({ content }) => [fromKebab(content['evidential-status'])]),
    credibility: tally(Credibility.values, ({ content }) => [bestCredibilityOf(content)]),
    months: [...new Set(months)].toSorted().map((month) => [month, months.filter((each) => each === month).length]),
  }
}
