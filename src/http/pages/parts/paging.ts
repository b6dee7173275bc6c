import type { DisputesData } from '../../../../schema/page-data.d.ts'
import type { Filter } from './filter-form.ts'
import { html, type Html } from './html.ts'

type PageInfo = NonNullable<DisputesData['disputes']>['pageInfo']

/** The arguments of a connection for the page of a list that an address asks for. */
export function pagingOf({ after, before }: Pick<Filter, 'after' | 'before'>, size: number) {
  return before === null ? { first: size, after } : { first: null, last: size, before }
}

/** Links to the pages before and after one of `size` items, with what stands before them (`lead`). None if the list has one page only. */
export function pageLinks(
  { hasPreviousPage, hasNextPage, startCursor, endCursor }: PageInfo,
  { size, page, lead }: Pick<Filter, 'page'> & { readonly size: number; readonly lead?: Html },
): Html {
  return (
    (hasPreviousPage || hasNextPage) &&
    html`<nav class="tools" aria-label="Pages of the list">
      ${lead}
      ${hasPreviousPage && html`<a href="${page({ before: startCursor })}" rel="prev">The ${size} before these</a>`}
      ${hasNextPage && html`<a href="${page({ after: endCursor })}" rel="next">The ${size} after these</a>`}
    </nav>`
  )
}
