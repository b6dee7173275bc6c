import type { EverythingAboutOneData } from '../../../../schema/page-data.d.ts'
import { enumerate, phrase } from '../parts/chips.ts'
import { html, joined, recorded, type Html } from '../parts/html.ts'
import { actorLink, sourceLink } from '../parts/links.ts'

export type Development = NonNullable<EverythingAboutOneData['development']>

/** An item of one of the lists of a development. */
export type Item<Field extends keyof Development> =
  NonNullable<Development[Field]> extends readonly (infer Each)[] ? Each : never

interface Actor {
  readonly key: string
  readonly name: string
}

/** Who said or did it to whom, in a line, and everyone else who takes part by role. */
export function describeActors(development: Development): Html {
  const { speakers = [], onBehalfOf = [], addressees = [], channel, participations } = development
  const { imposedBy = [], targets = [], beneficiaries = [] } = development
  const speakerKeys = new Set(speakers.map(({ key }) => key))
  const behalf = onBehalfOf.filter(({ key }) => !speakerKeys.has(key))
  const parts = [
    linked('', [...speakers, ...imposedBy]),
    linked('for ', behalf),
    linked('to ', addressees),
    linked('against ', targets),
    linked('for the benefit of ', beneficiaries),
  ]
  const others = [...Map.groupBy(participations, ({ role }) => role)].filter(([role]) => !SHOWN.has(role))
  const line = joined([...parts, channel && CHANNELS[channel]])
  return [
    line.length > 0 && html`<p class="by">${line}</p>`,
    others.length > 0 &&
      html`<p class="by">${joined(
        others.map(
          ([role, those]) =>
            html`${ROLES[role] ?? phrase(role)}: ${joined(those.map(({ actor, note }) => html`${actorLink(actor)}${noted(note)}`))}`,
        ),
        ' · ',
      )}</p>`,
  ]
}

function linked(preposition: string, actors: readonly Actor[]): Html {
  return actors.length > 0 && html`${preposition}${enumerate(actors.map(actorLink))}`
}

/** Roles that the line of a statement or a measure shows. */
const SHOWN: ReadonlySet<string> = new Set([
  'SPEAKER',
  'ON_BEHALF_OF',
  'ADDRESSEE',
  'IMPOSED_BY',
  'TARGET',
  'BENEFICIARY',
])

/** Labels of roles whose own name does not say who does what. */
const ROLES: Readonly<Record<string, string>> = {
  PUBLISHER: 'Published by',
  SUBJECT: 'About',
  PARTICIPANT: 'Taking part',
}

const CHANNELS: Readonly<Record<string, string>> = {
  SPEECH: 'in a speech',
  PRESS_CONFERENCE: 'at a press conference',
  MEDIA_REMARKS: 'in remarks to the media',
  INTERVIEW: 'in an interview',
  OFFICIAL_RELEASE: 'in an official release',
  MEETING: 'at a meeting',
  CALL: 'in a call',
  LETTER: 'in a letter',
  ARTICLE: 'in an article',
  SOCIAL_MEDIA: 'on social media',
  REPORT: 'in a report',
  UNNAMED_BRIEFING: 'in a briefing without a name',
}

/** The title of a source, linked to its page, and the place in it. */
export function cited({ source, locator }: Item<'bearings'>['citation']): Html {
  return html`${sourceLink({ key: source.key, name: source.title })}${locator !== null && html`, ${recorded(locator)}`}`
}

/** A note in brackets, if there is one. */
export function noted(note: string | null): Html {
  return note !== null && html` (${recorded(note)})`
}

/** A note as a line of its own, if there is one. */
export function footnote(note: string | null): Html {
  return note !== null && html`<span class="m" dir="auto">${note}</span>`
}
