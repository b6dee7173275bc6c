import type { DisputesData } from '../../../../schema/page-data.d.ts'
import { html, type Html } from './html.ts'
import { readOnce } from './moments.ts'

type PageInfo = NonNullable<DisputesData['disputes']>['pageInfo']

/** The cursors of an address: of what follows, and of what comes before. */
interface Cursors {
  readonly after: string | null
  readonly before: string | null
}

/** The cursor that an address asks for the page of a list with. */
export function readCursor(parameters: URLSearchParams, problems: Map<string, string>): Cursors {
  const [after, before] = [readOnce(parameters, 'after', problems), readOnce(parameters, 'before', problems)]
  return { after, before }
}

/** The arguments of a connection for the page of a list that an address asks for. */
export function pagingOf({ after, before }: Cursors, size: number) {
  return before === null ? { first: size, after } : { first: null, last: size, before }
}

/** Links to the pages before and after one of `size` items, with what stands before them (`lead`). None if the list has one page only. */
export function pageLinks(
  { hasPreviousPage, hasNextPage, startCursor, endCursor }: PageInfo,
  {
    size,
    page,
    lead,
  }: {
    readonly size: number
    /** The address of another page of the list. */
    readonly page: (cursor: Readonly<Record<string, string | null>>) => string
    readonly lead?: Html
  },
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
