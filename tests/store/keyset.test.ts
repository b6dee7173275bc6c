import { crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import {
  checkPaging,
  decodeCursor,
  encodeCursor,
  PAGE_SIZE,
  type Page,
  type PageRequest,
} from '../../src/store/queries/keyset.ts'
import { list } from '../../src/store/queries/pages.ts'
import { pick } from '../../src/store/queries/select.ts'
import { actors } from '../../src/store/schema/reference-records.ts'
import type { Store } from '../../src/store/store.ts'
import { planned } from '../_support/planned-changes.ts'
import { openTemporaryStore } from '../_support/temporary-store.ts'

test('a page without `first` or `last` has the default size', () => {
  expect(checkPaging({})).toEqual({ size: PAGE_SIZE, backward: false, cursor: null })
  expect(checkPaging({ first: null, after: null, last: null, before: null })).toEqual({
    size: PAGE_SIZE,
    backward: false,
    cursor: null,
  })
  expect(checkPaging({ before: 'x' })).toEqual({ size: PAGE_SIZE, backward: true, cursor: 'x' })
})

test.each<[PageRequest, string]>([
  [{ first: -1 }, '`first` is -1. Pass a whole number from 0 to 100.'],
  [{ first: 101 }, '`first` is 101. Pass a whole number from 0 to 100.'],
  [{ first: 1.5 }, '`first` is 1.5. Pass a whole number from 0 to 100.'],
  [{ last: -1 }, '`last` is -1. Pass a whole number from 0 to 100.'],
  [{ last: 1_000_000 }, '`last` is 1000000. Pass a whole number from 0 to 100.'],
  [{ first: 1, last: 1 }, '`first` and `last` cannot be combined. Pass one.'],
  [{ after: 'a', before: 'b' }, '`after` and `before` cannot be combined. Pass one.'],
  [{ last: 1, after: 'a' }, '`last` cannot be combined with `after`. Pass `before` with it.'],
  [{ first: 1, before: 'b' }, '`first` cannot be combined with `before`. Pass `after` with it.'],
])('refuses the paging %j and says what to do', (request, message) => {
  expect(() => checkPaging(request)).toThrow(expect.objectContaining({ code: 'BAD_PAGING', message }))
})

test('a cursor decodes to the key that it encodes', () => {
  const shape = ['TEXT', 'NUMBER'] as const
  const cursor = encodeCursor('actors', ['2025-01-01/…', 7])
  expect(decodeCursor({ name: 'actors', shape }, cursor)).toEqual(['2025-01-01/…', 7])
})

test('a cursor may hold the longest title, and text that follows 10,000 characters is not read', () => {
  const shape = ['TEXT', 'NUMBER'] as const
  const key = ['題'.repeat(1_000), Number.MAX_SAFE_INTEGER] as const
  const cursor = encodeCursor('disputes', key)
  expect(decodeCursor({ name: 'disputes', shape }, cursor)).toEqual(key)
  const longest = encodeCursor('disputes', ['a'.repeat(7_475), 1])
  expect([longest.length, decodeCursor({ name: 'disputes', shape }, longest)[1]]).toEqual([10_000, 1])
  for (const text of [`${longest}A`, encodeCursor('disputes', ['a'.repeat(8_000), 1])])
    expect(() => decodeCursor({ name: 'disputes', shape }, text)).toThrow(
      expect.objectContaining({ code: 'BAD_CURSOR' }),
    )
})

test('a cursor of another list is refused', () => {
  const cursor = encodeCursor('actors', ['a', 1])
  expect(() => decodeCursor({ name: 'places', shape: ['TEXT', 'NUMBER'] }, cursor)).toThrow(
    expect.objectContaining({
      code: 'BAD_CURSOR',
      message: 'The cursor belongs to another list or order. Pass a cursor of this list in this order.',
    }),
  )
})

test('a cursor with any character changed, left out or added is refused', () => {
  const cursor = encodeCursor('actors', ['2025-01-01/2025-01-01', 4711])
  const mangled = cursor
    .split('')
    .flatMap((character, at) => [
      `${cursor.slice(0, at)}${character === 'x' ? 'y' : 'x'}${cursor.slice(at + 1)}`,
      `${cursor.slice(0, at)}${cursor.slice(at + 1)}`,
      `${cursor.slice(0, at)} ${cursor.slice(at)}`,
    ])
  for (const text of [...mangled, '', 'x', '4711', `${cursor}=`, Buffer.from('[]').toString('base64url')]) {
    expect(() => decodeCursor({ name: 'actors', shape: ['TEXT', 'NUMBER'] }, text)).toThrow(
      expect.objectContaining({ code: 'BAD_CURSOR' }),
    )
  }
})

test('a page knows whether the list continues in either direction', async () => {
  await using place = await openTemporaryStore()
  const page = await fiveActors(place.store)
  const summary = (request: PageRequest) => {
    const { rows, hasNextPage, hasPreviousPage } = page(request)
    return [rows.map(({ key }) => key).join(' '), hasPreviousPage(), hasNextPage()]
  }
  const whole = page({})
  const [second, fourth] = [whole.cursorAt(1), whole.cursorAt(3)]
  expect(summary({})).toEqual(['a b c d e', false, false])
  expect(summary({ first: 2 })).toEqual(['a b', false, true])
  expect(summary({ first: 2, after: second })).toEqual(['c d', true, true])
  expect(summary({ first: 3, after: second })).toEqual(['c d e', true, false])
  expect(summary({ last: 2 })).toEqual(['d e', true, false])
  expect(summary({ last: 2, before: fourth })).toEqual(['b c', true, true])
  expect(summary({ last: 3, before: fourth })).toEqual(['a b c', false, true])
  expect(summary({ first: 0 })).toEqual(['', false, true])
  expect(summary({ last: 0 })).toEqual(['', true, false])
  expect(summary({ first: 0, after: second })).toEqual(['', true, true])
  expect(summary({ first: 5, after: whole.cursorAt(4) })).toEqual(['', true, false])
})

test('rows on the other side of the cursor are looked up on demand, and once', async () => {
  await using place = await openTemporaryStore()
  const pageOf = await fiveActors(place.store)
  const page = pageOf({ first: 2, after: pageOf({}).cursorAt(1) })
  const read = place.store.reader.queriesRun
  expect([page.hasNextPage(), page.cursorAt(-1) === null]).toEqual([true, false])
  expect(place.store.reader.queriesRun).toBe(read)
  expect([page.hasPreviousPage(), page.hasPreviousPage(), page.hasPreviousPage()]).toEqual([true, true, true])
  expect(place.store.reader.queriesRun).toBe(read + 1)
})

test('unknown starts come last in a list that is newest first, although their sort keys are greatest', async () => {
  await using place = await openTemporaryStore()
  const { store } = place
  for (const [key, name] of Object.entries({ a: '~/2', b: '2024', c: '~/1', d: '2025' })) {
    await store.append({ batches: [[planned('actor', { key, name, kind: 'state' })]], origin: 'API' })
  }
  const pageOf = actorsByName(store, 'NEWEST_FIRST')
  const forward: string[] = []
  for (let page: PageRequest | null = { first: 1 }; page !== null;) {
    const read: Page<Named> = pageOf(page)
    const { rows, cursorAt, hasNextPage, hasPreviousPage } = read
    expect(hasPreviousPage()).toBe(forward.length > 0)
    forward.push(...rows.map(({ key }) => key))
    page = hasNextPage() ? { first: 1, after: cursorAt(0) } : null
  }
  expect(forward).toEqual(['d', 'b', 'a', 'c'])
  const back: string[] = []
  for (let page: PageRequest | null = { last: 1 }; page !== null;) {
    const read: Page<Named> = pageOf(page)
    const { rows, cursorAt, hasPreviousPage } = read
    back.unshift(...rows.map(({ key }) => key))
    page = hasPreviousPage() ? { last: 1, before: cursorAt(0) } : null
  }
  expect(back).toEqual(forward)
  expect(pageOf({ last: 3 }).rows.map(({ key }) => key)).toEqual(['b', 'a', 'c'])
})

type Named = Pick<typeof actors.$inferSelect, 'id' | 'key' | 'name'>

/** Actors a to e, two of them of one name. */
async function fiveActors(store: Store): Promise<(request: PageRequest) => Page<Named>> {
  for (const [key, name] of Object.entries({ a: 'Ada', b: 'Bea', c: 'Bea', d: 'Dan', e: 'Eve' })) {
    await store.append({ batches: [[planned('actor', { key, name, kind: 'person' })]], origin: 'API' })
  }
  return actorsByName(store, 'ASCENDING')
}

function actorsByName(store: Store, order: 'ASCENDING' | 'NEWEST_FIRST'): (request: PageRequest) => Page<Named> {
  const byName = list(pick(actors, 'id', 'key', 'name'), {
    name: 'actors',
    of: actors,
    key: [actors.name, actors.id],
    order,
  })
  return (request) => {
    const [page] = byName.pages(store.reader, { keys: [[0, 0]], request })
    if (page === undefined) throw new Error('one key has one page')
    return page
  }
}

test('a cursor of a service that projects in another way is refused', () => {
  const shape = ['TEXT', 'NUMBER'] as const
  const cursor = encodeCursor('actors', ['a', 1])
  expect(decodeCursor({ name: 'actors', shape }, cursor)).toEqual(['a', 1])
  const body = Buffer.from(cursor, 'base64url').toString().slice(8)
  for (const projectedWith of ['', 'demarche 1, icu 70, unicode 14']) {
    const checksum = crc32(body, crc32(projectedWith)).toString(16).padStart(8, '0')
    const foreign = Buffer.from(`${checksum}${body}`).toString('base64url')
    expect(() => decodeCursor({ name: 'actors', shape }, foreign)).toThrow(
      expect.objectContaining({ code: 'BAD_CURSOR', message: expect.stringContaining('start from the first page') }),
    )
  }
})
