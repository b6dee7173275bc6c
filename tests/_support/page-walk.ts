import { expect } from 'vitest'
import { developmentPage, type ListOrder } from '../../src/store/search/development-pages.ts'
import { finish } from '../../src/store/search/steps.ts'
import type { DevelopmentFilter, ListConditions } from '../../src/store/search/filter.ts'
import type { PageRequest } from '../../src/store/queries/keyset.ts'
import type { Store } from '../../src/store/store.ts'

interface Listing {
  readonly store: Store
  readonly filter?: DevelopmentFilter
  readonly also?: ListConditions
  readonly orderBy: ListOrder
  readonly asOf: number
}

/** The keys of a list, page by page. Checks on every page that `pageInfo` is right about other pages. */
export function walk({ store, ...list }: Listing, first: number, most = Infinity): string[] {
  const keys: string[] = []
  let page: PageRequest = { first }
  for (let at = 0; at < most; at++) {
    const read = finish(developmentPage(store, { ...list, page }))
    expect(read.hasPreviousPage()).toBe(keys.length > 0)
    keys.push(...read.rows.map(({ key }) => key))
    if (!read.hasNextPage()) return keys
    expect(read.rows).toHaveLength(first)
    page = { first, after: read.cursorAt(-1) }
  }
  return keys
}

/** The same from the end of the list. The keys are in list order. */
export function walkBack({ store, ...list }: Listing, last: number, most = Infinity): string[] {
  const keys: string[] = []
  let page: PageRequest = { last }
  for (let at = 0; at < most; at++) {
    const read = finish(developmentPage(store, { ...list, page }))
    expect(read.hasNextPage()).toBe(keys.length > 0)
    keys.unshift(...read.rows.map(({ key }) => key))
    if (!read.hasPreviousPage()) return keys
    expect(read.rows).toHaveLength(last)
    page = { last, before: read.cursorAt(0) }
  }
  return keys
}
