import type { EverythingAboutOneData } from '../../../schema/page-data.d.ts'
import { readText } from './assets.ts'
import {
  describeAssessment,
  describeBearing,
  describeChange,
  describeCitation,
  describeCoding,
  describeDemand,
  describeDisagreement,
  describeFigure,
  describeLink,
  describeLinkedFrom,
  describePosition,
  describeQuotes,
  describeRevision,
  describeStatus,
  names,
  noted,
  type Development,
} from './development-parts.ts'
import { page } from './page.ts'
import { counted, phrase } from './parts/chips.ts'
import { day } from './parts/dates.ts'
import { html, joined, recorded, type Html } from './parts/html.ts'
import { link, playgroundLink } from './parts/links.ts'

/** The playground shows the same query. */
const QUERY = readText('playground/queries/3-what-happened-when/2-everything-about-one.graphql')

/** The page of a development, or its data as JSON when `.json` follows the key. */
export const developmentPage = page<Development>({
  path: '/developments/*',
  of: 'development',
  read: async ({ key, ask }) => (await ask<EverythingAboutOneData>(QUERY, { key })).development,
  render: (development) => ({
    title: development.headline,
    description: development.summary,
    path: `/developments/${development.key}`,
    className: 'dev',
    follows: { keys: [development.key] },
    crumbs: [
      { name: 'Disputes', href: '/' },
      ...development.disputes.map(({ key }) => ({ name: key, href: `/disputes/${key}` })),
      { name: phrase(development.kind) },
    ],
    main: describeDevelopment(development),
  }),
  json: (development) => development,
})

/** The page of a development: everything that is recorded of it, and which source says so. A retraction stands above the text. */
function describeDevelopment(development: Development): Html {
  const { key, kind, headline, summary, date, retraction, permalink, linkedFrom, citations } = development
  const unlisted = (linkedFrom.totalCount ?? 0) - linkedFrom.nodes.length
  return html`<article>
      <p class="m">${phrase(kind)} · ${date.label}${noted(date.note)}</p>
      <h1 dir="auto">${headline}</h1>
      ${
        retraction &&
        html`<div class="gone">
          <p><strong>Retracted ${day(retraction.at)}:</strong> ${recorded(retraction.reason)}</p>
        </div>`
      }
      <p dir="auto">${summary}</p>
      ${describeQuotes(development.quotes ?? [])}
      <dl class="facts">
        ${factsOf(development).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}
      </dl>
      ${listed('Positions', development.positions?.map(describePosition))}
      ${listed('Demands made', development.demands?.map(describeDemand))}
      ${listed('Responses to demands', development.assessments.map(describeAssessment))}
      ${listed('Bearing on claims', development.bearings.map(describeBearing))}
      ${listed('Figures', development.figures.map(describeFigure))}
      ${listed('Figures that disagree', development.disagreements.map(describeDisagreement))}
      ${listed(
        'Status of the measure',
        development.statusHistory?.map((change) => describeStatus(change, key)),
      )}
      ${listed('Changes to measures', development.statusChanges.map(describeChange))}
      ${listed(
        'Sources',
        citations.map(describeCitation),
        citations.map(({ source }) => `source-${source.key}`),
      )}
      ${listed('Links to other developments', development.links.map(describeLink))}
      ${listed('Linked from', linkedFrom.nodes.map(describeLinkedFrom))}
      ${unlisted > 0 && html`<p>And ${unlisted} more: see <code>linkedFrom</code> in the API.</p>`}
      ${listed('Codings', development.codings.map(describeCoding))}
      ${listed('History', development.revisions.map(describeRevision))}
      <p class="m">
        ${link(permalink, 'Permalink')} · <a href="/developments/${key}.json">JSON</a> · <a href="${playgroundLink('EverythingAboutOne', { key })}">Query in the playground</a>
      </p>
    </article>`
}

/** A heading and a list, or nothing for an empty list. The first item with an id gets it; an id occurs once in a page. */
function listed(title: string, items: readonly Html[] = [], ids: readonly string[] = []): Html {
  const rows = items.map((item, index) => {
    const id = ids[index]
    return id !== undefined && ids.indexOf(id) === index ? html`<li id="${id}">${item}</li>` : html`<li>${item}</li>`
  })
  return rows.length > 0 && html`<h2>${title}</h2><ul class="plain">${rows}</ul>`
}

/** The facts that take one line each, in reading order. */
function factsOf(development: Development): readonly (readonly [name: string, value: Html])[] {
  const { evidentialStatus, credibility, independentSources, retraction } = development
  const optional = (value: string | null | undefined) => value && phrase(value)
  const titles = (disputes: Development['disputes']) => names(disputes.map(({ title }) => ({ name: title })))
  const origins = counted(independentSources, 'independent source')
  const facts: readonly (readonly [string, Html])[] = [
    ['Event', optional(development.eventKind)],
    ['Measure', optional(development.measureKind)],
    ...rolesOf(development.participations),
    ['Speech acts', development.acts?.map(phrase).join(', ')],
    ['Channel', optional(development.channel)],
    ['Legal character', optional(development.legalCharacter)],
    ['Legal basis', development.legalBasis && recorded(development.legalBasis)],
    // A retracted measure has no status any more; its history still lists the former ones.
    ['Status', retraction === null && optional(development.status)],
    ['Places', names(development.places)],
    ['Standing', `${phrase(evidentialStatus)}, ${phrase(credibility).toLowerCase()}, ${origins}`],
    ['Disputes', titles(development.disputes)],
    ['Background to', titles(development.contextOf)],
  ]
  return facts.filter(([, value]) => Boolean(value))
}

/** Participants by role, in the order in which each role first occurs. */
function rolesOf(participations: Development['participations']): readonly (readonly [string, Html])[] {
  return [...Map.groupBy(participations, ({ role }) => role)].map(([role, those]) => [
    ROLES.get(role) ?? phrase(role),
    joined(those.map(({ actor, note }) => html`${recorded(actor.name)}${noted(note)}`)),
  ])
}

/** Labels of roles whose own name does not say who does what. */
const ROLES: ReadonlyMap<string, string> = new Map([
  ['SPEAKER', 'Said by'],
  ['ON_BEHALF_OF', 'On behalf of'],
  ['ADDRESSEE', 'Addressed to'],
  ['IMPOSED_BY', 'Imposed by'],
  ['TARGET', 'Against'],
  ['BENEFICIARY', 'To the benefit of'],
  ['PUBLISHER', 'Published by'],
  ['SUBJECT', 'About'],
  ['PARTICIPANT', 'Taking part'],
])
