import { href, html, type Html } from './html.ts'
import { layout } from './layout.ts'

/** What the page of a development shows, and its `.json` tells. */
export const DEVELOPMENT_QUERY = /* GraphQL */ `
  query Development($key: Key!) {
    development(key: $key) {
      key
      kind
      headline
      summary
      date {
        edtf
        label
        earliest
        latest
        note
      }
      evidentialStatus
      credibility
      independentSources
      disputes {
        key
        title
      }
      contextOf {
        key
        title
      }
      participations {
        actor {
          key
          name
        }
        role
        note
      }
      places {
        key
        name
        country
      }
      figures {
        quantity
        value
        min
        max
        unit
        asWritten
        note
        citation {
          source {
            key
          }
        }
      }
      bearings {
        claim {
          key
          proposition
        }
        bearing
        by {
          key
          name
        }
        note
      }
      assessments {
        demand {
          key
          text
        }
        response
        date {
          label
        }
        note
      }
      statusChanges {
        measure {
          key
          headline
        }
        status
        date {
          label
        }
        note
      }
      citations {
        source {
          key
          title
          url
          archiveUrl
          outlet {
            key
            name
          }
          publishedOn {
            label
          }
          reliability
        }
        credibility
        basis
        locator
        excerpt
        via {
          key
          name
        }
      }
      links {
        relation
        note
        development {
          key
          headline
        }
      }
      linkedFrom(first: 100) {
        nodes {
          relation
          note
          development {
            key
            headline
          }
        }
      }
      revision
      revisions {
        number
        kind
        note
        recordedAt
      }
      recordedAt
      amendedAt
      retraction {
        reason
        at
      }
      entryCursor
      permalink
      ... on Event {
        eventKind
      }
      ... on Statement {
        speakers {
          key
          name
        }
        onBehalfOf {
          key
          name
        }
        addressees {
          key
          name
        }
        acts
        channel
        quotes {
          text
          language
          translated
          citation {
            source {
              key
            }
          }
        }
        positions {
          claim {
            key
            proposition
          }
          holder {
            key
            name
          }
          stance
          note
        }
        demands {
          key
          text
        }
      }
      ... on Measure {
        measureKind
        legalCharacter
        legalBasis
        status
        imposedBy {
          key
          name
        }
        targets {
          key
          name
        }
        beneficiaries {
          key
          name
        }
        statusHistory {
          status
          date {
            label
          }
          note
        }
      }
    }
  }
`

interface Named {
  readonly name: string
}

interface Linked {
  readonly relation: string
  readonly note: string | null
  readonly development: { readonly key: string; readonly headline: string }
}

/** What of the query the page itself puts to use. */
export interface DevelopmentData {
  readonly key: string
  readonly kind: string
  readonly headline: string
  readonly summary: string
  readonly date: { readonly label: string; readonly note: string | null }
  readonly evidentialStatus: string
  readonly credibility: string
  readonly independentSources: number
  readonly disputes: readonly { readonly title: string }[]
  readonly places: readonly Named[]
  readonly figures: readonly Figure[]
  readonly citations: readonly Citation[]
  readonly links: readonly Linked[]
  readonly linkedFrom: { readonly nodes: readonly Linked[] }
  readonly revisions: readonly { number: number; kind: string; note: string | null; recordedAt: string }[]
  readonly retraction: { readonly reason: string; readonly at: string } | null
  readonly permalink: string
  readonly speakers?: readonly Named[]
  readonly onBehalfOf?: readonly Named[]
  readonly addressees?: readonly Named[]
  readonly quotes?: readonly { readonly text: string; readonly language: string }[]
  readonly imposedBy?: readonly Named[]
  readonly targets?: readonly Named[]
  readonly status?: string | null
}

interface Figure {
  readonly quantity: string
  readonly value: number | null
  readonly min: number | null
  readonly max: number | null
  readonly unit: string | null
  readonly asWritten: string | null
  readonly citation: { readonly source: { readonly key: string } }
}

interface Citation {
  readonly source: {
    readonly key: string
    readonly title: string
    readonly url: string | null
    readonly outlet: Named | null
    readonly publishedOn: { readonly label: string } | null
    readonly reliability: string
  }
  readonly credibility: string
  readonly basis: string
  readonly excerpt: string | null
}

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
      ${listed('Leads to', development.links.map(describeLink))}
      ${listed('Led to from', development.linkedFrom.nodes.map(describeLink))}
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

function listed(title: string, items: readonly Html[]): Html | false {
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
