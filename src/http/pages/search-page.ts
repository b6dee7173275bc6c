import type { SearchDevelopmentsData, SearchNamesData } from '../../../schema/page-data.d.ts'
import { isPast, judge, scopeOf, type IsNew } from './charts/as-of.ts'
import { entryAt } from './dispute/sources.ts'
import { describeEmpty, describeEntry } from './dispute/timeline.ts'
import { page, readQuery, type Rendered, type Visit } from './page.ts'
import { counted, lower } from './parts/chips.ts'
import { describeControls, describePast } from './parts/controls.ts'
import { filterForm, readFilter, refuse, type Filter } from './parts/filter-form.ts'
import { html, recorded, type Html } from './parts/html.ts'
import { actorLink, claimLink, queryTools, sourceLink, without } from './parts/links.ts'
import { instantShown, PAST, readMoments, type Moments } from './parts/moments.ts'
import { describeNews, readNews, type News } from './parts/news.ts'
import { pageLinks, pagingOf } from './parts/paging.ts'
import { describeProblems } from './parts/problems.ts'
import { describeFailure, describeReason, Sections } from './parts/sections.ts'

const QUERY = readQuery('search-developments')
const NAMES = readQuery('search-names')

/** Developments on one page. */
const PAGE_SIZE = 20

type Found = NonNullable<SearchDevelopmentsData['developments']>
type Edge = Found['edges'][number]
type SectionName = 'found' | 'names' | 'news'

interface SearchPage {
  readonly filter: Filter
  readonly moments: Moments
  /** What the developments were asked for with. */
  readonly asked: object
  readonly found: Found | null
  /** Null without a text. */
  readonly names: SearchNamesData | null
  readonly text: string | null
  /** What is new. Null where nothing is marked. */
  readonly news: News | null
  readonly isNew: IsNew
  readonly failures: Sections<SectionName>['failures']
}

/** The search: developments by a filter; with a text also the disputes and actors of that name. */
export const searchPage = page<SearchPage>({
  path: '/search',
  read: readSearch,
  render: renderSearch,
})

async function readSearch({ parameters, ask, present }: Visit): Promise<SearchPage> {
  const moments = readMoments(parameters)
  const { known } = moments
  const sections = new Sections<SectionName>(present)
  const given = readFilter('/search', wordsOf(parameters))
  const read = async (variables: object) =>
    (await ask<SearchDevelopmentsData>(QUERY, { known, ...variables })).developments
  const variablesOf = (filter: Filter) => {
    const { input, order } = filter
    return { filter: scopeOf(moments, input), order, ...pagingOf(filter, PAGE_SIZE) }
  }
  const search = async (filter: Filter) => ({ filter, found: await read(variablesOf(filter)) })
  const { filter, found } = (await sections.read(
    ['found'],
    search(given).catch((error: unknown) => search(refuse(given, error))),
  )) ?? { filter: given, found: null }
  const text = filter.parameters.get('text')
  const isRead = filter.problems.size === 0
  const names = text === null || !isRead ? null : await sections.read(['names'], ask<SearchNamesData>(NAMES, { text }))
  const judged = await sections.read(
    ['news'],
    judge(ask, { ...moments, reported: null }, found?.edges.map(({ node }) => node.key) ?? []),
  )
  const news = isRead && found !== null ? await sections.read(['news'], readNews(ask, moments, filter.input)) : null
  return {
    filter,
    moments,
    asked: { ...variablesOf(filter), ...(known !== null && { known }) },
    found,
    names,
    text,
    news,
    isNew: judged?.isNew ?? (() => false),
    failures: sections.failures,
  }
}

/** `q` is another name of `text`. What is searched for by words comes in the order of relevance, unless another is asked for. */
function wordsOf(given: URLSearchParams): URLSearchParams {
  const parameters = new URLSearchParams([...given].map(([name, value]) => [name === 'q' ? 'text' : name, value]))
  if (parameters.get('text')?.trim() && !parameters.get('order')) parameters.set('order', 'RELEVANCE')
  return parameters
}

function renderSearch(data: SearchPage, { headAt }: Visit): Rendered {
  const { filter, moments, text, failures } = data
  const { known } = moments
  const isBad = filter.problems.size > 0 || moments.problems.size > 0
  return {
    title: text === null ? 'Search' : `Search: ${text}`,
    path: '/search',
    className: 'search',
    crumbs: [{ name: 'Disputes', href: '/' }, { name: 'Search' }],
    asOf: known === null ? undefined : (instantShown(known, headAt) ?? undefined),
    main: describeSearch(data, headAt),
    isPartial: failures.size > 0,
    ...(isBad && { status: 400 }),
  }
}

function describeSearch(data: SearchPage, headAt: string | null): Html {
  const { filter, moments, asked, found, names, text, news, isNew, failures } = data
  const { parameters } = filter
  const total = found?.totalCount ?? 0
  const isRead = filter.problems.size === 0
  const again = without('/search', parameters, [])
  const now = without('/search', parameters, PAST)
  const tools = queryTools('SearchDevelopments', asked)
  const failed = { found: failures.get('found'), names: failures.get('names'), news: failures.get('news') }
  return html`${describeProblems({ moments: moments.problems, filter: filter.problems, unfiltered: 'nothing is searched for' })}
    ${describePast(moments, { path: '/search', parameters })}
    <h1>Search</h1>
    ${filterForm(filter, { label: 'Search the record', kinds: found?.facets?.kinds ?? [], actors: found?.facets?.actors ?? [] })}
    ${describeControls('/search', { moments, parameters, headAt })}
    ${failed.news && moments.since && describeReason(failed.news, again, 'What is new')}
    ${
      moments.since &&
      news !== null &&
      !failed.news &&
      describeNews(
        { ...news, since: moments.since, all: total },
        { now: without('/search', parameters, ['since', 'by']) },
      )
    }
    ${failed.names && describeFailure(failed.names, { id: 'names', title: 'By name', again })}
    ${isRead && names !== null && text !== null && describeNames(names, { text, isNow: !isPast(moments) })}
    ${
      failed.found
        ? describeFailure(failed.found, { id: 'found', title: 'Developments', again, tools })
        : isRead &&
          html`<section id="found">
      <h2>Developments <span class="n">${total}</span></h2>
      ${total === 0 && describeEmpty(filter, isPast(moments) ? now : undefined)}
      ${total > 0 && html`<ul class="tl flat">${found?.edges.map((edge) => describeFound(edge, { reported: moments.reported, isNew }))}</ul>`}
      ${found && pageLinks(found.pageInfo, { size: PAGE_SIZE, page: filter.page })}
      ${tools}
    </section>`
    }
    ${isRead && found && total > 0 && describeBeside(found)}`
}

function describeNames(
  { disputes, actors }: SearchNamesData,
  { text, isNow }: { readonly text: string; readonly isNow: boolean },
): Html {
  const count = (disputes?.totalCount ?? 0) + (actors?.totalCount ?? 0)
  const unlisted = count - (disputes?.nodes.length ?? 0) - (actors?.nodes.length ?? 0)
  return (
    count > 0 &&
    html`<section id="names">
      <h2>By name <span class="n">${count}</span></h2>
      ${!isNow && html`<p class="how2">Names are those of now.</p>`}
      <ul class="plain cols2">
        ${disputes?.nodes.map(({ key, title }) => html`<li><a href="/disputes/${key}">${recorded(title)}</a><span class="m">Dispute</span></li>`)}
        ${actors?.nodes.map((actor) => html`<li>${actorLink(actor)}<span class="m">Actor, ${lower(actor.kind)}</span></li>`)}
      </ul>
      ${unlisted > 0 && html`<p class="m">And ${counted(unlisted, 'more name')}: give more of it.</p>`}
      ${queryTools('SearchNames', { text })}
    </section>`
  )
}

function describeFound(
  { node, snippet }: Edge,
  { reported, isNew }: { readonly reported: string | null; readonly isNew: IsNew },
): Html {
  const isHeadline = snippet?.map(({ text }) => text).join('') === node.headline
  const words =
    snippet &&
    !isHeadline &&
    html`<span class="m" dir="auto">${snippet.map(({ text, match }) => (match ? html`<b>${text}</b>` : text))}</span>`
  return describeEntry(entryAt(node, reported), isNew, { date: node.date.label, more: words })
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
