import type { CitedSourcesData, ListedSourcesData } from '../../../../schema/page-data.d.ts'
import { isPast, isPublishedBy, newScopeOf, scopeOf } from '../charts/as-of.ts'
import { sourceTable } from '../dispute/sources.ts'
import { describeBeyond } from '../dispute/tools.ts'
import { page, readQuery, type Visit } from '../page.ts'
import { html } from '../parts/html.ts'
import { address, given, queryTools } from '../parts/links.ts'
import { readCounts, type Counts } from '../parts/news.ts'
import { pageLinks, pagingOf, readCursor } from '../parts/paging.ts'
import { listPage, numberLinks, readAsked, type Asked } from './list.ts'

type Dispute = NonNullable<ListedSourcesData['dispute']>
type Source = Dispute['sources']['nodes'][number]

interface Sources {
  readonly dispute: Dispute
  readonly asked: Asked
  readonly paging: ReturnType<typeof pagingOf>
  readonly counts: Counts | null
  /** Those of the past that the page shows, of all pages. Null on a page of the present. */
  readonly past: readonly Source[] | null
  /** Whether there are so many that older ones are not looked at. */
  readonly isPartial: boolean
  /** The keys of those on this page that something new cites. */
  readonly news: ReadonlySet<string>
}

const QUERIES = { sources: readQuery('lists/sources'), cited: readQuery('lists/cited-sources') }

/** Pages of documents that are looked at for those of a past. */
const PAGES = 20

/** Documents on one page. */
const SIZE = 100

/** All documents that a dispute rests on, page by page. */
export const sourcesPage = page<Sources>({
  path: '/sources',
  of: 'dispute',
  keyIn: 'dispute',
  parameters: ['page', 'after', 'before'],
  read: readSources,
  render: ({ dispute, asked: { moments, number }, paging, counts, past, isPartial, news }, visit) => {
    const { nodes, pageInfo, totalCount } = dispute.sources
    const { key } = dispute
    const { known, since } = moments
    const total = past?.length ?? totalCount ?? nodes.length
    const list = { noun: 'sources', dispute, total, moments, counts }
    const to = (cursor: Readonly<Record<string, string | null>>) => address('/sources', { dispute: key, ...cursor })
    const shown = past?.slice((number - 1) * SIZE, number * SIZE) ?? nodes
    const words = since?.by === 'record' ? 'Cited in what was recorded since' : 'Cited in what was reported since'
    const content = html`${moments.on !== null && html`<p class="how2">What a document tells may have begun by a day on which the document itself had not appeared.</p>`}
      ${isPartial && html`<p class="how2">There are too many documents: of this time, only the latest ${PAGES * SIZE} are looked at.</p>`}
      ${shown.length > 0 ? sourceTable(shown, null, (source) => news.has(source) && words) : html`<p>None on this page.</p>`}
      ${past === null ? pageLinks(pageInfo, { size: SIZE, page: to }) : numberLinks(list, { page: number, size: SIZE })}
      ${queryTools('ListedSources', { ...given({ key, known }), ...paging }, null, describeBeyond(['on', 'reported'], moments))}`
    return listPage({ ...list, content }, visit)
  },
})

async function readSources({ key, parameters, ask }: Visit): Promise<Sources | null> {
  const asked = readAsked(parameters)
  const { moments, number, problems } = asked
  const { known } = moments
  const then = isPast({ ...moments, known: null })
  const paging = pagingOf(then ? { after: null, before: null } : readCursor(parameters, problems), SIZE)
  const read = async (more: object) =>
    (await ask<ListedSourcesData>(QUERIES.sources, { key, known, ...paging, ...more })).dispute
  const dispute = await read({})
  if (dispute === null) return null
  const past: Source[] = []
  let next: Dispute | null = then ? dispute : null
  for (let pages = 0; next !== null && pages < PAGES; pages++) {
    const { nodes, pageInfo }: Dispute['sources'] = next.sources
    const appeared = nodes.filter(({ publishedOn }) => isPublishedBy(publishedOn, moments.reported))
    const filter = scopeOf(moments, { disputes: [key] })
    const cited = await citedAmong(
      appeared.map((source) => source.key),
      { ask, filter, known },
    )
    past.push(...appeared.filter((source) => cited.has(source.key)))
    next = pageInfo.hasNextPage ? await read({ after: pageInfo.endCursor }) : null
  }
  const shown = then ? past.slice((number - 1) * SIZE, number * SIZE) : dispute.sources.nodes
  const newer = newScopeOf(moments, { disputes: [key] })
  const keys = shown.map((source) => source.key)
  return {
    dispute,
    asked,
    paging,
    counts: await readCounts(ask, moments, { disputes: [key] }),
    past: then ? past : null,
    isPartial: next !== null,
    news: newer === null ? new Set() : await citedAmong(keys, { ask, filter: newer, known }),
  }
}

/** Which of some documents the developments that match a filter cite. */
async function citedAmong(
  keys: readonly string[],
  { ask, filter, known }: Pick<Visit, 'ask'> & { readonly filter: object; readonly known: string | null },
): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set()
  const asked = { filter: { ...filter, sources: keys }, known }
  const { sources = [], sourceCount = 0 } =
    (await ask<CitedSourcesData>(QUERIES.cited, asked)).developments?.facets ?? {}
  // What matches cites one of them: with one key, that one, whether or not the facet lists it.
  if (keys.length === 1) return new Set(sourceCount > 0 ? keys : [])
  const cited = new Set(sources.map(({ value }) => value.key))
  if (sourceCount <= sources.length) return new Set(keys.filter((source) => cited.has(source)))
  // The same developments cite other documents, too, and more of them than a facet lists.
  const half = Math.ceil(keys.length / 2)
  const [one, other] = [keys.slice(0, half), keys.slice(half)]
  return new Set([
    ...(await citedAmong(one, { ask, filter, known })),
    ...(await citedAmong(other, { ask, filter, known })),
  ])
}
