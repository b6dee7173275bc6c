import { keyProblem } from '../../model/records/key.ts'
import { unknownKey } from '../../store/search/keys.ts'
import type { Store } from '../../store/store.ts'
import type { ResponseCache } from '../response-cache.ts'
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
  phrase,
  type Development,
} from './development-parts.ts'
import { day, href, html, layout, playgroundLink, recorded, type Child, type Html } from './html.ts'
import { JSON_TYPE, jsonOf, PAGE, sendCached, type RequestContext } from '../request-context.ts'
import type { Executor } from '../graphql/executor.ts'

/** The playground shows the same query. */
const QUERY = readText('playground/queries/3-what-happened-when/2-everything-about-one.graphql')

export interface DevelopmentSite {
  readonly store: Store
  readonly executor: Executor
  readonly responseCache: ResponseCache
}

/** The page of a development, or its data as JSON when `.json` follows the key. */
export async function serveDevelopment(
  site: DevelopmentSite,
  context: RequestContext,
  path: string,
): Promise<Response> {
  const { responseCache } = site
  if (path.endsWith('.json')) {
    const development = await read(site, path.slice(0, -'.json'.length))
    return sendCached(context, responseCache, { type: JSON_TYPE, body: jsonOf(development) })
  }
  return sendCached(context, responseCache, { ...PAGE, body: describeDevelopment(await read(site, path)).text })
}

async function read({ store, executor }: DevelopmentSite, key: string): Promise<Development> {
  const { development } =
    keyProblem(key) === null ? await executor.ask<EverythingAboutOneData>(QUERY, { key }) : { development: null }
  if (development !== null) return development
  throw unknownKey(store.reader, 'development', key)
}

/** The page of a development: everything that is recorded of it, and which source says so. A retraction stands above the text. */
function describeDevelopment(development: Development): Html {
  const { key, kind, headline, summary, date, retraction, permalink, linkedFrom, citations } = development
  const unlisted = (linkedFrom.totalCount ?? 0) - linkedFrom.nodes.length
  return layout(
    `${headline} · Demarche`,
    html`<article>
      <p class="soft">${phrase(kind)} · ${date.label}${noted(date.note)}</p>
      <h1 dir="auto">${headline}</h1>
      ${
        retraction &&
        html`<div class="retracted">
          <p><strong>Retracted ${day(retraction.at)}:</strong> ${recorded(retraction.reason)}</p>
        </div>`
      }
      <p dir="auto">${summary}</p>
      ${describeQuotes(development.quotes ?? [])}
      <dl>
        ${factsOf(development).map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
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
      <p class="soft">
        <a href="${href(permalink)}">Permalink</a> · <a href="/developments/${key}.json">JSON</a> ·
        <a href="${playgroundLink('EverythingAboutOne', { key })}">Query in the playground</a>
      </p>
    </article>`,
  )
}

/** A heading and a list, or nothing for an empty list. The first item with an id gets it; an id occurs once in a page. */
function listed(title: string, items: readonly Html[] = [], ids: readonly string[] = []): Html | false {
  const rows = items.map((item, index) => {
    const id = ids[index]
    return id !== undefined && ids.indexOf(id) === index ? html`<li id="${id}">${item}</li>` : html`<li>${item}</li>`
  })
  return (
    rows.length > 0 &&
    html`<h2>${title}</h2>
      <ul>
        ${rows}
      </ul>`
  )
}

/** The facts that take one line each, in reading order. */
function factsOf(development: Development): readonly (readonly [name: string, value: Child])[] {
  const { evidentialStatus, credibility, independentSources, retraction } = development
  const optional = (value: string | null | undefined) => value && phrase(value)
  const titles = (disputes: Development['disputes']) => names(disputes.map(({ title }) => ({ name: title })))
  const origins = `${independentSources} independent ${independentSources === 1 ? 'source' : 'sources'}`
  const facts: readonly (readonly [string, Child])[] = [
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
    html`${those.map(({ actor, note }, index) => html`${index > 0 && ', '}${recorded(actor.name)}${noted(note)}`)}`,
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
