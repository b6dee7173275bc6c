import type { DevelopmentData } from './development-data.ts'
import { factsOf } from './development-facts.ts'
import {
  describeAssessment,
  describeBearing,
  describeChange,
  describeCitation,
  describeCoding,
  describeDemand,
  describeDisagreement,
  describeFigure,
  describeInverse,
  describeLink,
  describePosition,
  describeQuotes,
  describeRevision,
  describeStatus,
  noted,
  words,
} from './development-parts.ts'
import { href, html, type Html } from './html.ts'
import { layout } from './layout.ts'

/** The page of a development: all that is recorded of it, each with who says so. A retracted one says so before anything else. */
export function describeDevelopment(development: DevelopmentData): Html {
  const { key, kind, headline, summary, date, retraction, quotes = [], permalink, linkedFrom } = development
  const unlisted = linkedFrom.totalCount - linkedFrom.nodes.length
  return layout(
    `${headline} · Demarche`,
    html`<article>
      <p class="soft">${words(kind)} · ${date.label}${noted(date.note)}</p>
      <h1>${headline}</h1>
      ${
        retraction &&
        html`<div class="retracted">
          <p><strong>Retracted ${retraction.at.slice(0, 10)}:</strong> ${retraction.reason}</p>
        </div>`
      }
      <p>${summary}</p>
      ${describeQuotes(quotes)}
      <dl>
        ${factsOf(development).map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>
      ${listed('Positions', development.positions?.map(describePosition))}
      ${listed('Demands made', development.demands?.map(describeDemand))}
      ${listed('What it means for demands', development.assessments.map(describeAssessment))}
      ${listed('What it means for claims', development.bearings.map(describeBearing))}
      ${listed('Figures', development.figures.map(describeFigure))}
      ${listed('Figures that disagree', development.disagreements.map(describeDisagreement))}
      ${listed(
        'Status of the measure',
        development.statusHistory?.map((change) => describeStatus(change, key)),
      )}
      ${listed('What it changes about measures', development.statusChanges.map(describeChange))}
      ${listed('Sources', development.citations.map(describeCitation), citationAnchors(development))}
      ${listed('Stands to others', development.links.map(describeLink))}
      ${listed('Others stand to it', development.linkedFrom.nodes.map(describeInverse))}
      ${unlisted > 0 && html`<p>And ${unlisted} more, which the API lists.</p>`}
      ${listed('Codings', development.codings.map(describeCoding))}
      ${listed('History', development.revisions.map(describeRevision))}
      <p class="soft"><a href="${href(permalink)}">Permalink</a> · <a href="/developments/${key}.json">JSON</a></p>
    </article>`,
  )
}

/** Where the page names each source: a second citation of one has no anchor of its own. */
function citationAnchors({ citations }: DevelopmentData): readonly (string | undefined)[] {
  const keys = citations.map(({ source }) => source.key)
  return keys.map((key, index) => (keys.indexOf(key) === index ? `source-${key}` : undefined))
}

function listed(
  title: string,
  items: readonly Html[] = [],
  anchors: readonly (string | undefined)[] = [],
): Html | false {
  return (
    items.length > 0 &&
    html`<h2>${title}</h2>
      <ul>
        ${items.map((item, index) => {
          const anchor = anchors[index]
          return anchor === undefined ? html`<li>${item}</li>` : html`<li id="${anchor}">${item}</li>`
        })}
      </ul>`
  )
}
