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
import { finish, type Steps } from '../../src/store/search/steps.ts'
import * as facets from '../../src/store/search/counting/facets.ts'
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

test('counts and facets yield the work of a step before they read anything', async () => {
  await using place = await openTemporaryStore()
  for (const history of fc.sample(histories({ maxLength: 60 }), { numRuns: 1, seed: 7 })) {
    await appendHistory(place.store, history, place.clock)
  }
  const { reader } = place.store
  const list = { asOf: place.store.head(), filter: { kinds: DevelopmentKind.values } }
  const faceted = finish(facets.facetedList(reader, list))
  expect(faceted.revisions.length).toBeGreaterThan(0)
  const { actorFacet, outletFacet, disputeFacet, sourceFacet } = facets
  const counters = [
    ...(['revisions', 'codings'] as const).map((scan) => () => facets.scanValues(faceted, scan)),
    ...[actorFacet, outletFacet, disputeFacet, sourceFacet].map((facet) => () => facet.count(faceted)),
  ]
  for (const counter of counters) {
    const before = reader.queriesRun
    const steps = counter()
    expect(steps.next()).toEqual({ done: false, value: expect.any(Number) })
    expect(reader.queriesRun).toBe(before)
    steps.next()
    expect(reader.queriesRun).toBe(before + 1)
    expect(workOf(counter())).toBeGreaterThanOrEqual(faceted.revisions.length)
  }
  expect(workOf(countDevelopments(place.store, list))).toBe(workOf(facets.facetedList(reader, list)))
})

test('the work of a count grows with the rows of its smallest condition and with every other condition', async () => {
  await using place = await openTemporaryStore()
  for (const history of fc.sample(histories({ maxLength: 60 }), { numRuns: 1, seed: 7 })) {
    await appendHistory(place.store, history, place.clock)
  }
  const asOf = place.store.head()
  const work = (filter: DevelopmentList['filter'], at = asOf) =>
    workOf(countDevelopments(place.store, { filter, asOf: at }))
  const all = work({})
  expect(all).toBeGreaterThan(0)
  // The scan reads every revision, whatever was known then.
  expect(work({}, 0)).toBe(all)
  const dated = { dateOverlaps: { from: '1900-01-01', to: null } }
  expect(work(dated)).toBeGreaterThanOrEqual(2 * all)
  expect(work({ kinds: DevelopmentKind.values, ...dated })).toBeGreaterThan(work({ kinds: DevelopmentKind.values }))
  expect(work({ text: 'ferry boat' })).toBeGreaterThan(all)
  expect(work({ text: 'ferry boat sank' })).toBeGreaterThan(work({ text: 'ferry boat' }))
})

/** The work of all steps. */
function workOf(steps: Steps<unknown>): number {
  let work = 0
  for (const step of steps) work += step
  return work
}

function countedOf({ reader }: Store, list: DevelopmentList) {
  const faceted = finish(facets.facetedList(reader, list))
  const byKey = (table: string, facet: facets.RecordFacet) => {
    const keyOf = (id: number) => reader.get<{ key: string }>(`select key from ${table} where id = ?`, id)?.key
    const { counts, size } = finish(facet.count(faceted))
    return { size, counts: counts.map(({ id, count }) => [keyOf(id), count]) }
  }
  const plain = ({ scan, countsIn }: facets.ValueFacet<string>) =>
    // In many short steps.
    countsIn(finish(facets.scanValues(faceted, scan, 20))).map(({ value, count }) => [value, count])
  return {
    kinds: plain(facets.kindFacet),
    eventKinds: plain(facets.eventKindFacet),
    acts: plain(facets.actFacet),
    measureKinds: plain(facets.measureKindFacet),
    actors: byKey('actors', facets.actorFacet),
    outlets: byKey('actors', facets.outletFacet),
    disputes: byKey('disputes', facets.disputeFacet),
    sources: byKey('sources', facets.sourceFacet),
    ploverTypes: plain(facets.ploverTypeFacet),
    quadClasses: plain(facets.quadClassFacet),
    evidentialStatuses: plain(facets.evidentialStatusFacet),
    credibility: plain(facets.credibilityFacet),
    months: plain(facets.monthFacet),
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
    outlets: cut(
      tally(byName, ({ content }) => content.citations.map(({ source }) => outletOf(source))),
      100,
    ),
    disputes: cut(
      tally(disputesByTitle, ({ content }) => content.disputes ?? []),
      100,
    ),
    sources: cut(citing, 100),
    ploverTypes: tally(PloverType.values, ({ content }) => (content.codings ?? []).map(({ type }) => fromKebab(type))),
    quadClasses: tally(QuadClass.values, ({ content }) =>
      (content.codings ?? []).map(({ type }) => quadClassOf(fromKebab(type) as PloverType)),
    ),
    evidentialStatuses: tally(EvidentialStatus.values, ({ content }) => [fromKebab(content['evidential-status'])]),
    credibility: tally(Credibility.values, ({ content }) => [bestCredibilityOf(content)]),
    months: [...new Set(months)].toSorted().map((month) => [month, months.filter((each) => each === month).length]),
  }
}
