import { html, type Html } from './html.ts'

/** The arguments of a connection for the page of a list that an address asks for. */
export function pagingOf(
  { after, before }: { readonly after: string | null; readonly before: string | null },
  size: number,
) {
  return before === null ? { first: size, after } : { first: null, last: size, before }
}

/** Links to the pages before and after one of `size` items, with what stands before them (`lead`). None if the list has one page only. */
export function pageLinks(
  { hasPreviousPage, hasNextPage, startCursor, endCursor }: PageInfo,
  { size, page, lead }: PageLinks,
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

interface PageInfo {
  readonly hasPreviousPage: boolean
  readonly hasNextPage: boolean
  readonly startCursor: string | null
  readonly endCursor: string | null
}

interface PageLinks {
  readonly size: number
  /** The address of a page. */
  readonly page: (cursor: Readonly<Record<string, string | null>>) => string
  readonly lead?: Html
}
