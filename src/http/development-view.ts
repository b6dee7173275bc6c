import type { Bearing, Citation, DevelopmentData, Figure, Linked, Named, Position } from './development-query.ts'
import { href, html, type Html } from './html.ts'
import { layout } from './layout.ts'

/** The page of a development. A retracted one says so before anything else. */
export function describeDevelopment(development: DevelopmentData): Html {
  const { key, kind, headline, summary, date, retraction, quotes = [], permalink } = development
  return layout(
    `${headline} · Demarche`,
    html`<article>
      <p class="soft">${words(kind)} · ${date.label}${date.note && html` (${date.note})`}</p>
      <h1>${headline}</h1>
      ${
        retraction &&
        html`<div class="retracted">
          <p><strong>Retracted ${retraction.at.slice(0, 10)}:</strong> ${retraction.reason}</p>
        </div>`
      }
      <p>${summary}</p>
      ${quotes.map(({ text, language }) => html`<blockquote lang="${language}"><p>${text}</p></blockquote>`)}
      <dl>
        ${facts(development).map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>
      ${listed('Figures', development.figures.map(describeFigure))}
      ${listed('Sources', development.citations.map(describeCitation))}
      ${listed('Positions', development.positions?.map(describePosition))}
      ${listed(
        'Demands',
        development.demands?.map(({ text }) => html`${text}`),
      )}
      ${listed('What it means for claims', development.bearings.map(describeBearing))}
      ${listed('Stands to others', development.links.map(describeLink))}
      ${listed('Others stand to it', development.linkedFrom.nodes.map(describeInverse))}
      ${listed(
        'History',
        development.revisions.map(
          ({ number, kind: change, note, recordedAt }) =>
            html`${recordedAt.slice(0, 10)}: ${words(change)} (revision ${number})${note && html`: ${note}`}`,
        ),
      )}
      <p class="soft"><a href="${href(permalink)}">Permalink</a> · <a href="/developments/${key}.json">JSON</a></p>
    </article>`,
  )
}

function facts(development: DevelopmentData): [name: string, value: string][] {
  const { disputes, places, speakers, onBehalfOf, addressees, imposedBy, targets, status } = development
  const { evidentialStatus, credibility, independentSources } = development
  const origins = `${independentSources} independent ${independentSources === 1 ? 'source' : 'sources'}`
  const found: [string, string | null | undefined][] = [
    ['Speakers', names(speakers)],
    ['On behalf of', names(onBehalfOf)],
    ['Addressed to', names(addressees)],
    ['Imposed by', names(imposedBy)],
    ['Against', names(targets)],
    ['Status', status && words(status)],
    ['Places', names(places)],
    ['Standing', `${words(evidentialStatus)}, ${words(credibility).toLowerCase()}, ${origins}`],
    ['Disputes', disputes.map(({ title }) => title).join(', ')],
  ]
  return found.flatMap(([name, value]) => (value ? [[name, value]] : []))
}

function names(actors: readonly Named[] = []): string {
  return actors.map(({ name }) => name).join(', ')
}

function describeFigure({ quantity, value, min, max, unit, asWritten, citation }: Figure): Html {
  const range =
    value ?? (min === null ? max && `at most ${max}` : max === null ? `at least ${min}` : `${min} to ${max}`)
  const written = asWritten && html` (“${asWritten}”)`
  return html`${words(quantity)}: ${range} ${unit}${written} <span class="soft">${citation.source.key}</span>`
}

function describeCitation({ source, credibility, basis, excerpt }: Citation): Html {
  const title = source.url === null ? html`${source.title}` : html`<a href="${href(source.url)}">${source.title}</a>`
  const published = source.publishedOn && html`, ${source.publishedOn.label}`
  const grades = `${words(source.reliability)}; ${words(credibility).toLowerCase()}; ${words(basis).toLowerCase()}`
  return html`${title}${source.outlet && html`, ${source.outlet.name}`}${published}
    <span class="soft">${grades}</span>${excerpt && html`<br />“${excerpt}”`}`
}

function describeLink({ relation, note, development }: Linked): Html {
  return html`${words(relation)}:
    <a href="/developments/${development.key}">${development.headline}</a>${note && html` (${note})`}`
}

function describeInverse({ relation, note, development }: Linked): Html {
  return html`<a href="/developments/${development.key}">${development.headline}</a>: ${words(relation).toLowerCase()}
    this${note && html` (${note})`}`
}

function describePosition({ holder, stance, claim, note }: Position): Html {
  return html`${holder.name} ${words(stance).toLowerCase()}: ${claim.proposition}${note && html` (${note})`}`
}

function describeBearing({ claim, bearing, by }: Bearing): Html {
  return html`${claim.proposition}
    <span class="soft">${words(bearing)}${by.length > 0 && `, according to ${names(by)}`}</span>`
}

function listed(title: string, items: readonly Html[] = []): Html | false {
  return (
    items.length > 0 &&
    html`<h2>${title}</h2>
      <ul>
        ${items.map((item) => html`<li>${item}</li>`)}
      </ul>`
  )
}

/** A value of a vocabulary as people write it. */
function words(value: string): string {
  const spaced = value.toLowerCase().replaceAll('_', ' ')
  return spaced.charAt(0).toUpperCase() + spaced.slice(1)
}
