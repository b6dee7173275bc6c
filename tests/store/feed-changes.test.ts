import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FeedFilter } from '../../src/store/search/filter.ts'
import { readAdded, readChanges } from '../../src/store/search/feed-changes.ts'
import type { Store } from '../../src/store/store.ts'
import { histories, keysOf, appendHistory } from '../_support/filter-history.ts'
import { knownAt, passing, passes, type LoggedChange } from '../_support/filter-oracle.ts'
import { filters } from '../_support/filter-world.ts'
import { event, planned, setting, statement } from '../_support/planned-changes.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'
import type { DevelopmentRecord } from '../../src/model/records/definitions.ts'
import type { PlannedChange } from '../../src/store/append.ts'

test('successive reads return every change whose content passes before or after it, once', async () => {
  await fc.assert(
    fc.asyncProperty(histories({ maxLength: 60 }), fc.infiniteStream(fc.nat()), async (history, random) => {
      await using place = await openTemporaryStore()
      const changes = await appendHistory(place.store, history, place.clock)
      const draw = (below: number) => (random.next().value ?? 0) % below
      for (const filter of drawFilters(changes, draw(1_000_000))) {
        const wanted = passingChanges(changes, filter, history.references).map(({ seq }) => seq)
        const after = draw(place.store.head() + 1)
        // A limit shorter than the log lets a rare condition's postings be gathered instead.
        const read = { filter, after, limit: 1 + draw(5), scanLimit: 1 + draw(place.store.head()) }
        const seqs = wanted.filter((seq) => seq > after)
        expect({ read, seqs: readOn(place.store, read) }).toEqual({ read, seqs })
      }
    }),
    { numRuns: 25 },
  )
})

test('added developments are returned as known at the end of the range, in order of entry', async () => {
  await fc.assert(
    fc.asyncProperty(histories({ maxLength: 60 }), fc.infiniteStream(fc.nat()), async (history, random) => {
      await using place = await openTemporaryStore()
      const changes = await appendHistory(place.store, history, place.clock)
      const draw = (below: number) => (random.next().value ?? 0) % below
      for (const filter of drawFilters(changes, draw(1_000_000))) {
        const upTo = draw(place.store.head() + 1)
        const after = draw(upTo + 1)
        const wanted = passing(knownAt(changes, upTo), { ...filter, includeRetracted: false }, history.references)
        const entered = wanted
          .filter(({ entered: seq }) => seq > after)
          .map(({ entered: seq, key, content }) => ({ seq, key, headline: content.headline, asOf: upTo }))
        const read = { filter, after, upTo, limit: 1 + draw(5), scanLimit: 1 + draw(place.store.head()) }
        expect({ read, entered: addedOn(place.store, read) }).toEqual({ read, entered })
      }
    }),
    { numRuns: 25 },
  )
})

test('a change has the content it recorded, as of the end of its batch', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  await store.append({ batches: [setting], origin: 'IMPORT' })
  const before = store.head()
  const content = event({ headline: 'First version' })
  const retraction: PlannedChange = { ...planned('event', content), kind: 'RETRACTED', revision: 2, note: 'a hoax' }
  await store.append({
    batches: [[planned('event', content), planned('statement', statement())], [retraction]],
    origin: 'API',
  })
  const { changes } = readChanges(store, { after: before, upTo: store.head(), limit: 10 })
  expect(changes).toMatchObject([
    { seq: before + 1, kind: 'RECORDED', development: { key: 'ferry/sinking', retracted: 0, asOf: before + 2 } },
    { seq: before + 2, kind: 'RECORDED', development: { key: 'ferry/accusation', asOf: before + 2 } },
    {
      seq: before + 3,
      kind: 'RETRACTED',
      development: { key: 'ferry/sinking', retracted: 1, note: 'a hoax', asOf: before + 3 },
    },
  ])
})

test('a development that leaves the filter is returned once more, and not again', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  await store.append({ batches: [setting], origin: 'IMPORT' })
  const filter: FeedFilter = { disputes: ['ferry'] }
  const after = store.head()
  const outside = event({ disputes: [] })
  await store.append({ batches: [[planned('event', event())]], origin: 'API' })
  await store.append({ batches: [[planned('event', outside, { kind: 'REVISED', revision: 2 })]], origin: 'API' })
  await store.append({
    batches: [[planned('event', { ...outside, headline: 'Elsewhere' }, { kind: 'REVISED', revision: 3 })]],
    origin: 'API',
  })
  const { changes, scannedUpTo } = readChanges(store, { after, upTo: store.head(), filter, limit: 10 })
  expect(changes.map(({ seq }) => seq)).toEqual([after + 1, after + 2])
  expect(scannedUpTo).toBe(after + 3)
})

test('saved reference records are returned on request, whatever the filter, in log order', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  await store.append({ batches: [setting], origin: 'IMPORT' })
  const north = { key: 'north', name: 'Northland renamed', kind: 'state' } as const
  await store.append({
    batches: [[planned('event', event()), planned('actor', north, { kind: 'REVISED', revision: 2 })]],
    origin: 'API',
  })
  const stretch = { after: 0, upTo: store.head(), filter: { kinds: ['STATEMENT'] as const }, limit: 100 }
  const { changes } = readChanges(store, { ...stretch, references: true })
  expect(changes).toHaveLength(setting.length + 1)
  expect(changes.at(-1)).toEqual({
    is: 'REFERENCE',
    seq: store.head(),
    at: expect.any(Number),
    record: 'actor',
    id: 1,
    revision: 2,
  })
  expect(readChanges(store, stretch).changes).toEqual([])
})

test('a filter with an unknown key is refused even if there is nothing to read', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  await store.append({ batches: [setting], origin: 'IMPORT' })
  const read = { after: store.head(), upTo: store.head(), filter: { actors: ['noth'] }, limit: 10 }
  expect(() => readChanges(store, read)).toThrow('there is no actor "noth"; did you mean north')
  expect(() => readAdded(store, read)).toThrow('there is no actor "noth"; did you mean north')
})

function drawFilters(changes: readonly LoggedChange[], seed: number): FeedFilter[] {
  const drawn = fc.sample(filters({ keys: keysOf(changes), instants: [0] }), { numRuns: 30, seed })
  return drawn.map((filter) => ({
    ...filter,
    recordedAfter: null,
    recordedBefore: null,
    changedAfter: null,
    changedBefore: null,
    includeRetracted: false,
  }))
}

function passingChanges(
  changes: readonly LoggedChange[],
  filter: FeedFilter,
  references: readonly PlannedChange[],
): LoggedChange[] {
  const last = new Map<string, DevelopmentRecord>()
  return changes.filter(({ change }) => {
    const content = change.content as DevelopmentRecord
    const before = last.get(change.key)
    last.set(change.key, content)
    return [before, content].some((one) => one !== undefined && passes(change.key, one, filter, references))
  })
}

interface Read {
  readonly filter: FeedFilter
  readonly after: number
  readonly limit: number
  readonly scanLimit: number
}

function readOn(store: Store, { after, ...read }: Read): number[] {
  const seqs: number[] = []
  for (let reached = after; reached < store.head();) {
    const { changes, scannedUpTo } = readChanges(store, { ...read, after: reached, upTo: store.head() })
    expect(scannedUpTo).toBeGreaterThan(reached)
    seqs.push(...changes.map(({ seq }) => seq))
    reached = scannedUpTo
  }
  return seqs
}

function addedOn(store: Store, { after, upTo, ...read }: Read & { readonly upTo: number }) {
  const found: { seq: number; key: string; headline: string; asOf: number }[] = []
  for (let reached = after; reached < upTo;) {
    const { added, scannedUpTo } = readAdded(store, { ...read, after: reached, upTo })
    expect(scannedUpTo).toBeGreaterThan(reached)
    found.push(...added.map(({ seq, development: { key, headline, asOf } }) => ({ seq, key, headline, asOf })))
    reached = scannedUpTo
  }
  return found
}
