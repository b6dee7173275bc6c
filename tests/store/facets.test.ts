import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PloverType } from '../../src/model/vocabulary/plover.ts'
import { bestCredibilityOf, developmentKindOf, participationsOf } from '../../src/model/records/derived-fields.ts'
import type { RecordOf } from '../../src/model/records/definitions.ts'
import { DevelopmentKind, EvidentialStatus } from '../../src/model/vocabulary/development.ts'
import { Credibility } from '../../src/model/vocabulary/source.ts'
import { fromKebab } from '../../src/model/vocabulary/vocabulary.ts'
import type { PlannedChange } from '../../src/store/append.ts'
import type { DevelopmentList } from '../../src/store/search/development-pages.ts'
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

function countedOf({ reader }: Store, list: DevelopmentList) {
  const faceted = facets.facetedList(reader, list)
  const keyOf = (id: number) => reader.get<{ key: string }>('select key from actors where id = ?', id)?.key
  const byKey = (counts: readonly facets.ActorCount[]) => counts.map(({ actorId, count }) => [keyOf(actorId), count])
  const plain = (counts: readonly facets.ValueCount<string>[]) => counts.map(({ value, count }) => [value, count])
  return {
    kinds: plain(facets.countKinds(faceted)),
    actors: byKey(facets.countActors(faceted, 100)),
    fewActors: byKey(facets.countActors(faceted, 2)),
    outlets: byKey(facets.countOutlets(faceted, 100)),
    ploverTypes: plain(facets.countPloverTypes(faceted)),
    evidentialStatuses: plain(facets.countEvidentialStatuses(faceted)),
    credibility: plain(facets.countCredibility(faceted)),
    months: plain(facets.countMonths(faceted)),
  }
}

function tallied(found: readonly Found[], references: readonly PlannedChange[]) {
  const actors = references.flatMap(({ record, content }) => (record === 'actor' ? [content as RecordOf<'actor'>] : []))
  const sources = references.flatMap(({ record, content }) =>
    record === 'source' ? [content as RecordOf<'source'>] : [],
  )
  const outletOf = (key: string) => sources.find((source) => source.key === key)?.outlet ?? null
  const byName = actors.toSorted((a, b) => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1)).map(({ key }) => key)
  const tally = (order: readonly string[], valuesOf: (development: Found) => readonly (string | null)[]) => {
    const values = found.flatMap((development) => [...new Set(valuesOf(development))])
    const counts = order.map((value): [string, number] => [value, values.filter((each) => each === value).length])
    return counts.filter(([, count]) => count > 0).toSorted(([, a], [, b]) => b - a)
  }
  const taking = tally(byName, ({ content }) => participationsOf(content).map(({ actor }) => actor))
  const months = found.flatMap(({ date }) => {
    const [from, to] = [date.earliest?.slice(0, 7), date.latest?.slice(0, 7)]
    return from !== undefined && from === to ? [from] : []
  })
  return {
    kinds: tally(DevelopmentKind.values, ({ content }) => [developmentKindOf(content)]),
    actors: taking,
    fewActors: taking.slice(0, 2),
    outlets: tally(byName, ({ content }) => content.citations.map(({ source }) => outletOf(source))),
    ploverTypes: tally(PloverType.values, ({ content }) => (content.codings ?? []).map(({ type }) => fromKebab(type))),
    evidentialStatuses: tally(EvidentialStatus.values, ({ content }) => [fromKebab(content['evidential-status'])]),
    credibility: tally(Credibility.values, ({ content }) => [bestCredibilityOf(content)]),
    months: [...new Set(months)].toSorted().map((month) => [month, months.filter((each) => each === month).length]),
  }
}
