import type { SearchDevelopmentsData, SearchNamesData } from '../../../schema/page-data.d.ts'
import { describeEmpty, describeEntry } from './dispute/timeline.ts'
import { page, readQuery, type Visit } from './page.ts'
import { counted, lower } from './parts/chips.ts'
import { filterForm, readFilter, refuse, type Filter } from './parts/filter-form.ts'
import { html, recorded, type Html } from './parts/html.ts'
import { actorLink, claimLink, queryTools, sourceLink } from './parts/links.ts'
import { pageLinks, pagingOf } from './parts/paging.ts'

const QUERY = readQuery('search-developments')
const NAMES = readQuery('search-names')

/** Developments on one page. */
const PAGE_SIZE = 20

type Found = NonNullable<SearchDevelopmentsData['developments']>
type Edge = Found['edges'][number]

interface SearchPage {
  readonly filter: Filter
  readonly found: Found | null
  /** Null without a text. */
  readonly names: SearchNamesData | null
  readonly text: string | null
}

/** The search: developments by a filter; with a text also the disputes and actors of that name. */
export const searchPage = page<SearchPage>({
  path: '/search',
  read: readSearch,
  render: (data) => {
    const { filter, text } = data
    return {
      title: text === null ? 'Search' : `Search: ${text}`,
      path: '/search',
      className: 'search',
      crumbs: [{ name: 'Disputes', href: '/' }, { name: 'Search' }],
      main: describeSearch(data),
      ...(filter.problems.size > 0 && { status: 400 }),
    }
  },
})

async function readSearch({ parameters, ask }: Visit): Promise<SearchPage> {
  const given = readFilter('/search', wordsOf(parameters))
  const search = async (filter: Filter) => {
    const { input, order } = filter
    return {
      filter,
      found: (await ask<SearchDevelopmentsData>(QUERY, { filter: input, order, ...pagingOf(filter, PAGE_SIZE) }))
        .developments,
    }
  }
  const { filter, found } = await search(given).catch((error: unknown) => search(refuse(given, error)))
  const text = filter.parameters.get('text')
  const names = text === null || filter.problems.size > 0 ? null : await ask<SearchNamesData>(NAMES, { text })
  return { filter, found, names, text }
}

/** `q` is another name of `text`. What is searched for by words comes in the order of relevance, unless another is asked for. */
function wordsOf(given: URLSearchParams): URLSearchParams {
  const parameters = new URLSearchParams([...given].map(([name, value]) => [name === 'q' ? 'text' : name, value]))
  if (parameters.get('text')?.trim() && !parameters.get('order')) parameters.set('order', 'RELEVANCE')
  return parameters
}

function describeSearch({ filter, found, names, text }: SearchPage): Html {
  const total = found?.totalCount ?? 0
  const edges = found?.edges ?? []
  const isRead = filter.problems.size === 0
  const { input, order } = filter
  return html`<h1>Search</h1>
    ${filterForm(filter, { label: 'Search the record', kinds: found?.facets?.kinds ?? [], actors: found?.facets?.actors ?? [] })}
    ${isRead && names !== null && text !== null && describeNames(names, text)}
    ${
      isRead &&
      html`<section id="found">
      <h2>Developments <span class="n">${total}</span></h2>
      ${total === 0 && describeEmpty(filter)}
      ${total > 0 && html`<ul class="tl flat">${edges.map(describeFound)}</ul>`}
      ${found && pageLinks(found.pageInfo, { size: PAGE_SIZE, page: filter.page })}
      ${queryTools('SearchDevelopments', { filter: input, order, ...pagingOf(filter, PAGE_SIZE) })}
    </section>`
    }
    ${isRead && found && total > 0 && describeBeside(found)}`
}

function describeNames({ disputes, actors }: SearchNamesData, text: string): Html {
  const count = (disputes?.totalCount ?? 0) + (actors?.totalCount ?? 0)
  const unlisted = count - (disputes?.nodes.length ?? 0) - (actors?.nodes.length ?? 0)
  return (
    count > 0 &&
    html`<section id="names">
      <h2>By name <span class="n">${count}</span></h2>
      <ul class="plain cols2">
        ${disputes?.nodes.map(({ key, title }) => html`<li><a href="/disputes/${key}">${recorded(title)}</a><span class="m">Dispute</span></li>`)}
        ${actors?.nodes.map((actor) => html`<li>${actorLink(actor)}<span class="m">Actor, ${lower(actor.kind)}</span></li>`)}
      </ul>
      ${unlisted > 0 && html`<p class="m">And ${counted(unlisted, 'more name')}: give more of it.</p>`}
      ${queryTools('SearchNames', { text })}
    </section>`
  )
}

function describeFound({ node, snippet }: Edge): Html {
  const isHeadline = snippet?.map(({ text }) => text).join('') === node.headline
  const words =
    snippet &&
    !isHeadline &&
    html`<span class="m" dir="auto">${snippet.map(({ text, match }) => (match ? html`<b>${text}</b>` : text))}</span>`
  return describeEntry(node, () => false, { date: node.date.label, more: words })
}

/** Claims that are listed. */
const CLAIMS = 6

/** What the developments found are about: their disputes and documents, and the claims of those on this page. */
function describeBeside({ edges, facets }: Found): Html {
  const claims = new Map(
    edges.flatMap(({ node }) => (node.positions ?? []).map(({ claim }) => [claim.key, claim] as const)),
  )
  const disputes = facets?.disputes ?? []
  const sources = facets?.sources ?? []
  return html`<section id="beside" class="three">
    ${disputes.length > 0 && html`<div><h2 class="sm2">In disputes</h2><ul class="plain">${disputes.map(({ value, count }) => html`<li><a href="/disputes/${value.key}">${recorded(value.title)}</a> <span class="n">${count}</span></li>`)}</ul></div>`}
    ${sources.length > 0 && html`<div><h2 class="sm2">From documents</h2><ul class="plain">${sources.map(({ value, count }) => html`<li>${sourceLink({ key: value.key, name: value.title })} <span class="n">${count}</span></li>`)}</ul></div>`}
    ${claims.size > 0 && html`<div><h2 class="sm2">Claims that they speak to</h2><ul class="plain">${[...claims.values()].slice(0, CLAIMS).map((claim) => html`<li>${claimLink(claim)}</li>`)}</ul></div>`}
  </section>`
}
