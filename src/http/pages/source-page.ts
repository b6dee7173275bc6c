import type { SourceData } from '../../../schema/page-data.d.ts'
import { letterOf } from './dispute/sources.ts'
import { sourceName } from './dispute/timeline.ts'
import { page, readQuery } from './page.ts'
import { counted, kindClass, lower, phrase } from './parts/chips.ts'
import { dated, day } from './parts/dates.ts'
import { html, joined, recorded, type Html } from './parts/html.ts'
import { actorLink, address, datedLink, link, queryTools } from './parts/links.ts'

const QUERY = readQuery('source')

type Source = NonNullable<SourceData['source']>
type Citation = Source['citations']['nodes'][number]

export const sourcePage = page<Source>({
  path: '/sources/*',
  of: 'source',
  read: async ({ key, parameters, ask }) =>
    (await ask<SourceData>(QUERY, { key, after: parameters.get('after') })).source,
  render: (source, { key, parameters }) => ({
    title: source.title,
    description: `${sourceName(source)}${source.publishedOn ? `, ${source.publishedOn.label}` : ''}: what of the record rests on it.`,
    path: `/sources/${key}`,
    className: 'source',
    crumbs: [{ name: 'Disputes', href: '/' }, { name: 'Source' }],
    ...(!parameters.has('after') && { follows: { sources: [key] } }),
    main: describeSource(source, parameters.get('after')),
  }),
})

function describeSource(source: Source, after: string | null): Html {
  const { key, title, publishedOn, genre, language, outlet, author, citations } = source
  const { nodes, pageInfo } = citations
  const alone = nodes.filter((citation) => othersOf(citation) === 0)
  const shared = nodes.filter((citation) => othersOf(citation) > 0)
  const asked = { key, ...(after !== null && { after }) }
  const tools = queryTools('Source', asked, html`<a href="/search?sources=${key}">Search in it</a>`)
  return html`<p class="kick">${joined([phrase(genre), publishedOn && dated(publishedOn), nameLanguage(language)], ' · ')}</p>
    <h1 dir="auto">${title}</h1>
    <p class="by">${outlet ? actorLink(outlet) : author === null && 'Unsigned'}${author !== null && author !== outlet?.name && html`${outlet !== null && ', '}by ${recorded(author)}`}</p>
    <div class="lede even">
      <dl class="facts wide">${factsOf(source).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
      <div>
        <p class="basis">${describeBasis(source, alone.length, after !== null)}</p>
        <h2 class="sm2" id="cite">Cite</h2>
        <p class="cite">${citeDocument(source)}</p>
      </div>
    </div>
    ${alone.length > 0 && html`<section id="told"><h2>What it tells, and nobody else here <span class="n">${alone.length}</span></h2>${listCitations(alone)}${tools}</section>`}
    ${shared.length > 0 && html`<section id="shared"><h2>What others tell too <span class="n">${shared.length}</span></h2>${listCitations(shared)}${tools}</section>`}
    ${pageInfo.hasNextPage && html`<nav class="tools" aria-label="More of what cites it"><a href="${address(`/sources/${key}`, { after: pageInfo.endCursor })}" rel="next">The developments before these</a></nav>`}`
}

/** How many other documents tell of the same. */
function othersOf({ development }: Citation): number {
  return new Set(development.citations.map(({ source }) => source.key)).size - 1
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

function describeBasis({ citations }: Source, alone: number, isLater: boolean): Html {
  const total = citations.totalCount ?? 0
  const shown = citations.nodes.length
  if (total === 0) return 'No development cites it.'
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

function listCitations(citations: readonly Citation[]): Html {
  return html`<ul class="tl flat">${citations.map((citation) => describeCitation(citation))}</ul>`
}

function describeCitation(citation: Citation): Html {
  const { development, locator, basis, credibility, via } = citation
  const others = othersOf(citation)
  const notes = [
    phrase(development.kind),
    html`${locator && html`${recorded(locator)}, `}${lower(basis)}`,
    lower(credibility),
    via.length > 0 && html`via ${joined(via.map(actorLink))}`,
    others > 0 && html`with ${counted(others, 'other')}`,
  ]
  return html`<li class="${kindClass(development.kind)}" id="${development.key}">${datedLink(development)}<span class="m">${joined(notes, ' · ')}</span></li>`
}
