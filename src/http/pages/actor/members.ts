import type { ActorData, Affiliated } from '../../../../schema/page-data.d.ts'
import { capital, counted, lower, phrase } from '../parts/chips.ts'
import { html, joined, recorded, type Html } from '../parts/html.ts'
import { actorLink, link } from '../parts/links.ts'

type Actor = NonNullable<ActorData['actor']>
type Member = Actor['members']['nodes'][number]

const SCHEMES: Readonly<Record<string, string>> = { ISO_3166_1: 'ISO 3166-1', IATA: 'IATA', ICAO: 'ICAO', LEI: 'LEI' }

/** The other names of an actor, its identifiers, and what it belongs to. */
export function describeNames({ aliases, identifiers, affiliations }: Actor): Html {
  const parts = [
    aliases.length > 0 && html`Also ${joined(aliases.map(recorded))}`,
    ...identifiers.map(({ scheme, value, url }) => link(url, `${SCHEMES[scheme] ?? phrase(scheme)} ${value}`)),
  ]
  const belongs = affiliations.map(
    ({ relation, office, organisation, date }) =>
      html`${office === null ? capital(RELATIONS[relation] ?? lower(relation)) : recorded(office)}: ${actorLink(organisation)}${date && ` (${date.label})`}`,
  )
  return [
    parts.some(Boolean) && html`<p class="by">${joined(parts, ' · ')}</p>`,
    belongs.length > 0 && html`<p class="by">${joined(belongs, ' · ')}</p>`,
  ]
}

const RELATIONS: Readonly<Record<string, string>> = {
  OFFICE_HOLDER: 'office-holder',
  ORGAN_OF: 'organ',
  SUBSIDIARY_OF: 'owned or controlled',
  MEMBER_OF: 'member',
  EMPLOYED_BY: 'employee',
  CLOSE_TO: 'close to it',
  SUCCESSOR_OF: 'successor',
  PURPORTED: 'said to act for it',
}

/** Whether an actor is another one, by its key, or an organ or an office-holder of it, whose words count as its own. */
export function isFor({ key, affiliations }: Affiliated, actor: string): boolean {
  return key === actor || affiliations.some((each) => each.organisation.key === actor && speaksForIt(each))
}

function speaksForIt({ relation }: { readonly relation: string }): boolean {
  return relation === 'OFFICE_HOLDER' || relation === 'ORGAN_OF'
}

/** Who belongs to an actor, with what leads to the query (`tools`). */
export function describeVoices(actor: Actor, tools: Html): Html {
  const { members } = actor
  const speaking = members.nodes.filter(speaksForIt)
  const others = members.nodes.filter((member) => !speaksForIt(member))
  const rest = (members.totalCount ?? 0) - members.nodes.length
  const list = (listed: readonly Member[]) =>
    html`<ul class="plain cols2">${listed.map(({ relation, office, date, actor: member }) => {
      const words = [
        office === null ? capital(RELATIONS[relation] ?? lower(relation)) : recorded(office),
        date && recorded(date.label),
      ]
      return html`<li>${actorLink(member)}<span class="m">${joined(words, ' · ')}</span></li>`
    })}</ul>`
  return (
    members.nodes.length > 0 &&
    html`<section id="voices">
      <h2>${speaking.length > 0 ? 'Who speaks and acts for it' : 'Who belongs to it'}</h2>
      ${speaking.length > 0 && list(speaking)}
      ${speaking.length > 0 && others.length > 0 && html`<h3 class="gap">Who else belongs to it</h3>`}
      ${others.length > 0 && list(others)}
      ${rest > 0 && html`<p class="m">And ${counted(rest, 'other')}.</p>`}
      ${tools}
    </section>`
  )
}
