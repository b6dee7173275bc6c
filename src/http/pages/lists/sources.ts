import type { ListedSourcesData } from '../../../../schema/page-data.d.ts'
import { sourceTable } from '../dispute/sources.ts'
import { page, readQuery } from '../page.ts'
import { html } from '../parts/html.ts'
import { address, queryTools } from '../parts/links.ts'
import { pageLinks, pagingOf } from '../parts/paging.ts'
import { listPage, momentsOf } from './list.ts'

type Dispute = NonNullable<ListedSourcesData['dispute']>

const QUERY = readQuery('lists/sources')

/** Documents on one page. */
const SIZE = 100

/** All documents that a dispute rests on, page by page. */
export const sourcesPage = page<Dispute>({
  path: '/sources',
  of: 'dispute',
  keyIn: 'dispute',
  moments: ['known'],
  read: async ({ key, parameters, ask }) => {
    return (await ask<ListedSourcesData>(QUERY, { key, known: momentsOf(parameters).known, ...pagingFrom(parameters) }))
      .dispute
  },
  render: (dispute, visit) => {
    const moments = momentsOf(visit.parameters)
    const { nodes, pageInfo, totalCount } = dispute.sources
    const asked = {
      key: dispute.key,
      ...(moments.known !== null && { known: moments.known }),
      ...pagingFrom(visit.parameters),
    }
    const to = (cursor: Readonly<Record<string, string | null>>) =>
      address('/sources', { dispute: dispute.key, known: moments.known, ...cursor })
    const content = html`${sourceTable(nodes, null)}
      ${pageLinks(pageInfo, { size: SIZE, page: to })}
      ${queryTools('ListedSources', asked)}`
    return listPage(
      { noun: 'sources', dispute, total: totalCount ?? nodes.length, moments, problems: new Map(), content },
      visit,
    )
  },
})

function pagingFrom(parameters: URLSearchParams) {
  return pagingOf({ after: parameters.get('after'), before: parameters.get('before') }, SIZE)
}
