import type { SourceData, SourceDevelopmentsData } from '../../../schema/page-data.d.ts'
import { isPast, isPublishedBy, judge, newsOf, scopeOf, type IsNew } from './charts/as-of.ts'
import { letterOf } from './dispute/sources.ts'
import { sourceName } from './dispute/timeline.ts'
import { page, readQuery, type Rendered, type Visit } from './page.ts'
import { counted, fresh, kindClass, lower, phrase } from './parts/chips.ts'
import { describeControls, describePast } from './parts/controls.ts'
import { dated, day } from './parts/dates.ts'
import { html, joined, recorded, type Html } from './parts/html.ts'
import { actorLink, address, datedLink, given, link, queryTools, without } from './parts/links.ts'
import { instantShown, readMoments, type Moments } from './parts/moments.ts'
import { countOf, describeNews, readNews, type News } from './parts/news.ts'
import { readOnce } from './parts/moments.ts'
import { describeProblems } from './parts/problems.ts'
import { describeFailure, describeReason, Sections } from './parts/sections.ts'

const QUERIES = { source: readQuery('source'), developments: readQuery('source-developments') }

type Source = NonNullable<SourceData['source']>
type Connection = NonNullable<SourceDevelopmentsData['developments']>
type Development = Connection['nodes'][number]

interface SourcePage {
  readonly source: Source
  readonly moments: Moments
  /** Whether it had appeared by the day of the page. */
  readonly hasAppeared: boolean
  readonly asked: { readonly filter: object; readonly known: string | null; readonly after: string | null }
  readonly developments: Connection | null
  /** How many cite it now. */
  readonly all: number
  /** What is new. Null where nothing is marked. */
  readonly news: News | null
  readonly isNew: IsNew
  readonly failures: Sections<'told' | 'news'>['failures']
}

export const sourcePage = page<SourcePage>({
  path: '/sources/*',
  of: 'source',
  parameters: ['after'],
  read: readSource,
  render: renderSource,
})

async function readSource({ key, parameters, ask, present }: Visit): Promise<SourcePage | null> {
  const { problems: bad, ...times } = readMoments(parameters)
  const problems = new Map(bad)
  const after = readOnce(parameters, 'after', problems)
  const moments = { ...times, problems }
  const { known, reported } = moments
  const { source } = await ask<SourceData>(QUERIES.source, { key })
  if (source === null) return null
  const filter = scopeOf(moments, { sources: [key] })
  const asked = { filter, known, after }
  const sections = new Sections<'told' | 'news'>(present)
  const read = async () => (await ask<SourceDevelopmentsData>(QUERIES.developments, asked)).developments
  const hasAppeared = isPublishedBy(source.publishedOn, reported)
  const developments = hasAppeared ? await sections.read(['told'], read()) : null
  const all = isPast(moments)
    ? await sections.read(['told'], countOf(ask, { sources: [key] }, known))
    : developments?.totalCount
  const judged = await sections.read(
    ['news'],
    judge(ask, { ...moments, reported: null }, developments?.nodes.map((development) => development.key) ?? []),
  )
  return {
    source,
    moments,
    hasAppeared,
    asked,
    developments,
    all: all ?? 0,
    news: hasAppeared ? await sections.read(['news'], readNews(ask, moments, { sources: [key] })) : null,
    isNew: judged?.isNew ?? (() => false),
    failures: sections.failures,
  }
}

function renderSource(data: SourcePage, { key, parameters, headAt }: Visit): Rendered {
  const { source, moments, failures, asked } = data
  const { known, problems } = moments
  return {
    title: source.title,
    description: `${sourceName(source)}${source.publishedOn ? `, ${source.publishedOn.label}` : ''}: what of the record rests on it.`,
    path: `/sources/${key}`,
    className: 'source',
    crumbs: [{ name: 'Disputes', href: '/' }, { name: 'Source' }],
    asOf: known === null ? undefined : (instantShown(known, headAt) ?? undefined),
    follows: isPast(moments) || asked.after !== null ? undefined : { sources: [key] },
    main: describeSource(data, { parameters, headAt }),
    isPartial: failures.size > 0,
    ...(problems.size > 0 && { status: 400 }),
  }
}

function describeSource(
  { source, moments, hasAppeared, asked, developments, all, news, isNew, failures }: SourcePage,
  { parameters, headAt }: Pick<Visit, 'parameters' | 'headAt'>,
): Html {
  const { key, title, publishedOn, genre, language, outlet, author } = source
  const path = `/sources/${key}`
  const again = without(path, parameters, [])
  const nodes = developments?.nodes ?? []
  const total = developments?.totalCount ?? 0
  const othersOf = othersAt(key, moments)
  const alone = nodes.filter((development) => othersOf(development) === 0)
  const shared = nodes.filter((development) => othersOf(development) > 0)
  const list = (listed: readonly Development[]) =>
    html`<ul class="tl flat">${listed.map((development) => describeDevelopment(development, { key, others: othersOf(development), isNew }))}</ul>`
  const { since } = moments
  const search = (more?: object) => address('/search', { sources: key, ...more })
  const tools = queryTools('SourceDevelopments', given(asked), html`<a href="${search()}">Search in it</a>`)
  const [told, marked] = [failures.get('told'), failures.get('news')]
  return html`${describeProblems({ moments: moments.problems })}
    ${describePast(moments, { path, parameters, ...(hasAppeared && !told && { counts: { shown: total, all } }) })}
    <p class="kick">${joined([phrase(genre), publishedOn && dated(publishedOn), nameLanguage(language)], ' · ')}</p>
    <h1 dir="auto">${title}</h1>
    <p class="by">${outlet ? actorLink(outlet) : author === null && 'Unsigned'}${author !== null && author !== outlet?.name && html`${outlet !== null && ', '}by ${recorded(author)}`}</p>
    ${marked && since && describeReason(marked, again, 'What is new')}
    ${since && news !== null && !marked && describeNews({ ...news, since, all: total }, { see: html`<a href="${search(newsOf(moments))}">See them all</a>`, now: without(path, parameters, ['since', 'by']) })}
    <div class="lede even">
      <div>
        <dl class="facts wide">${factsOf(source).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
        ${queryTools('Source', { key })}
      </div>
      <div>
        ${!told && html`<p class="basis">${hasAppeared ? describeBasis(developments, { alone: alone.length, isLater: asked.after !== null, moments }) : 'It had not appeared by that day: nothing rested on it.'}</p>`}
        ${describeControls(path, { moments, parameters, headAt })}
        <h2 class="sm2" id="cite">Cite</h2>
        <p class="cite">${citeDocument(source)}</p>
      </div>
    </div>
    ${told && describeFailure(told, { id: 'told', title: 'What it tells', again, tools })}
    ${alone.length > 0 && html`<section id="told"><h2>What it tells, and nobody else here <span class="n">${alone.length}</span></h2>${list(alone)}${tools}</section>`}
    ${shared.length > 0 && html`<section id="shared"><h2>What others tell too <span class="n">${shared.length}</span></h2>${list(shared)}${tools}</section>`}
    ${developments?.pageInfo.hasNextPage && html`<nav class="tools" aria-label="More of what cites it"><a href="${address(path, { ...Object.fromEntries(parameters), after: developments.pageInfo.endCursor })}" rel="next">The developments before these</a></nav>`}`
}

/** How many other documents tell of the same, of those that had appeared by the day of the page. */
function othersAt(key: string, { reported }: Moments): (development: Development) => number {
  return ({ citations }) =>
    new Set(
      citations.flatMap(({ source }) =>
        source.key !== key && isPublishedBy(source.publishedOn, reported) ? [source.key] : [],
      ),
    ).size
}

const LANGUAGES = new Intl.DisplayNames('en', { type: 'language' })

/** The language in English, or null if it is not known. */
function nameLanguage(tag: string): string | null {
  return tag === 'und' ? null : (LANGUAGES.of(tag) ?? tag)
}

function factsOf(source: Source): readonly (readonly [name: string, value: Html])[] {
  const { reliability, republishedBy, url, archiveUrl, accessedOn, note } = source
  const facts: readonly (readonly [string, Html])[] = [
    ['Reliability', html`<b>${letterOf(reliability)}</b> ${lower(reliability)}, on the Admiralty scale A to F`],
    ['Read on', republishedBy && actorLink(republishedBy)],
    ['Read', accessedOn && day(accessedOn)],
    ['Address', url === null ? 'None is recorded' : link(url, recorded(url))],
    ['Archived copy', archiveUrl === null ? 'None is recorded' : link(archiveUrl, recorded(archiveUrl))],
    ['Note', note && recorded(note)],
  ]
  return facts.filter(([, value]) => Boolean(value))
}

function describeBasis(
  developments: Connection | null,
  { alone, isLater, moments }: { readonly alone: number; readonly isLater: boolean; readonly moments: Moments },
): Html {
  const total = developments?.totalCount ?? 0
  const shown = developments?.nodes.length ?? 0
  if (total === 0) return isPast(moments) ? 'No development of that time cites it.' : 'No development cites it.'
  const cited = html`<b>${counted(total, 'development')}</b> ${total === 1 ? 'cites' : 'cite'} it.`
  const part = shown === total ? '' : isLater ? ` of these ${shown}` : ` of the newest ${shown}`
  if (alone === 0) return html`${cited} None${part} rests on it alone.`
  const rest = html`<b>${alone}${part} ${alone === 1 ? 'rests' : 'rest'} on it alone</b>`
  return html`${cited} ${rest}: were it wrong, nothing else here would show it.`
}

/** The document as a reference list has it. */
function citeDocument({ author, outlet, title, publishedOn, url }: Source): Html {
  const by =
    outlet !== null && author !== outlet.name && author !== null
      ? [author, outlet.name]
      : [outlet?.name ?? author ?? 'Unsigned']
  return html`${joined(by.map(recorded))}, “${recorded(title)}”${publishedOn && html`, ${publishedOn.label}`}${url !== null && html`, ${link(url, recorded(url))}`}.`
}

function describeDevelopment(
  development: Development,
  { key, others, isNew }: { readonly key: string; readonly others: number; readonly isNew: IsNew },
): Html {
  const cited = development.citations
    .filter(({ source }) => source.key === key)
    .flatMap(({ locator, basis, credibility, via }) => [
      html`${locator && html`${recorded(locator)}, `}${lower(basis)}`,
      lower(credibility),
      via.length > 0 && html`via ${joined(via.map(actorLink))}`,
    ])
  const notes = [phrase(development.kind), ...cited, others > 0 && html`with ${counted(others, 'other')}`]
  const isFresh = isNew(development.key)
  return html`<li class="${isFresh ? `${kindClass(development.kind)} isnew` : kindClass(development.kind)}" id="${development.key}">${isFresh && fresh(isNew.words)}${datedLink(development)}<span class="m">${joined(notes, ' · ')}</span></li>`
}
