import { Credibility, numberByCredibility } from '../../../model/vocabulary/source.ts'
import { letterOf } from '../dispute/sources.ts'
import { counted, lower, phrase } from '../parts/chips.ts'
import { html, joined, recorded, type Html } from '../parts/html.ts'
import { actorLink, link, sourceLink } from '../parts/links.ts'
import type { Development, Item } from './parts.ts'

type Citation = Item<'citations'>

/** How well a development is sourced: the documents and their origins, and the grades. */
export function describeSourcing({ citations, evidentialStatus, credibility, independentSources }: Development): Html {
  const [only, another] = citations
  const isSingle = only !== undefined && another === undefined
  return html`<aside class="trust" aria-label="How well it is sourced">
    <h2 class="sm2">How well it is sourced</h2>
    <p><b>${isSingle ? 'Everything here rests on one report.' : `${counted(citations.length, 'document')} tell of it${independentSources > 0 ? `, of ${counted(independentSources, 'independent origin')}` : ''}.`}</b></p>
    <ul class="plain">${citations.map((citation) => describeCitation(citation, isSingle))}</ul>
    <dl class="facts">
      <dt>Status</dt><dd>${phrase(evidentialStatus)}</dd>
      ${isSingle && html`<dt>Source</dt><dd>${gradeOf(only)}</dd>`}
      <dt>Content</dt><dd><b>${Credibility.has(credibility) && numberByCredibility[credibility]}</b> ${lower(credibility)}</dd>
    </dl>
    <p><a href="#cite">Cite this</a></p>
  </aside>`
}

function gradeOf({ source }: Citation): Html {
  return html`<b>${letterOf(source.reliability)}</b> ${lower(source.reliability)}`
}

function describeCitation(citation: Citation, isSingle: boolean): Html {
  const { source, credibility, basis, excerpt, via } = citation
  const addresses = [
    source.url !== null && link(source.url, 'Read it'),
    source.archiveUrl !== null && link(source.archiveUrl, 'archived copy'),
  ]
  return html`<li id="source-${source.key}">
    ${sourceLink({ key: source.key, name: source.title })}
    <span class="m">${joined(placeOf(citation))}. ${phrase(BASES[basis] ?? basis)}.${
      via.length > 0 && html` It came through ${joined(via.map(actorLink))}.`
    }${source.republishedBy && html` Read where ${actorLink(source.republishedBy)} republished it.`}${
      source.url === null && source.archiveUrl === null ? ' No address is recorded.' : html` ${joined(addresses)}.`
    }${!isSingle && html` Source ${gradeOf(citation)}; content ${lower(credibility)}.`}${source.note !== null && html` ${recorded(source.note)}`}</span>
    ${excerpt !== null && html`<span class="m">“${recorded(excerpt)}”</span>`}
  </li>`
}

const BASES: Readonly<Record<string, string>> = {
  OWN_REPORTING: 'its own reporting',
  QUOTES_OFFICIAL: 'quotes an official',
  RELAYS_OTHER: 'relays another report',
  LINKED_HEADLINE: 'only a linked headline',
  IMAGE_TEXT: 'only a picture or its caption',
}

/** Who published it, when, and the place in it. */
function placeOf({ source, locator }: Citation): readonly Html[] {
  return [
    source.author && (source.outlet?.name === source.author ? actorLink(source.outlet) : recorded(source.author)),
    source.outlet && source.outlet.name !== source.author && actorLink(source.outlet),
    source.publishedOn?.label ?? 'date not known',
    locator && recorded(locator),
  ]
}

/** A report as a bibliography has it. */
export function citeReport({ source, locator }: Citation): Html {
  const by = source.outlet?.name ?? source.author
  return html`${by && html`${recorded(by)}, `}“${recorded(source.title)}”${source.publishedOn && `, ${source.publishedOn.label}`}${locator !== null && html`, ${recorded(locator)}`}.`
}
