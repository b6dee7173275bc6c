import type { DevelopmentData, Participation } from './development-data.ts'
import { names, noted, words } from './development-parts.ts'
import { html, type Child, type Html } from './html.ts'

/** What a line each says of a development, in the order of reading: name and value. */
export function factsOf(development: DevelopmentData): readonly (readonly [name: string, value: Child])[] {
  const {
    eventKind,
    acts = [],
    channel,
    measureKind,
    legalCharacter,
    legalBasis,
    status,
    places,
    retraction,
  } = development
  const found: readonly (readonly [string, Child])[] = [
    ['Event', eventKind && words(eventKind)],
    ['Measure', measureKind && words(measureKind)],
    ...rolesOf(development.participations),
    ['Speech acts', acts.map(words).join(', ')],
    ['Channel', channel && words(channel)],
    ['Legal character', legalCharacter && words(legalCharacter)],
    ['Legal basis', legalBasis],
    // What was withdrawn stands nowhere; the status that it had is in its history.
    ['Status', retraction === null && status && words(status)],
    ['Places', names(places)],
    ['Standing', standingOf(development)],
    ['Disputes', titles(development.disputes)],
    ['Background to', titles(development.contextOf)],
  ]
  return found.filter(([, value]) => Boolean(value))
}

/** The participants by role, in the order in which the roles first come. */
function rolesOf(participations: readonly Participation[]): readonly (readonly [string, Html])[] {
  const byRole = Map.groupBy(participations, ({ role }) => role)
  return [...byRole].map(([role, those]) => [
    ROLES.get(role) ?? words(role),
    html`${those.map(({ actor, note }, index) => html`${index > 0 && ', '}${actor.name}${noted(note)}`)}`,
  ])
}

/** The roles whose names alone would not say who does what. */
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

function standingOf({ evidentialStatus, credibility, independentSources }: DevelopmentData): string {
  const origins = `${independentSources} independent ${independentSources === 1 ? 'source' : 'sources'}`
  return `${words(evidentialStatus)}, ${words(credibility).toLowerCase()}, ${origins}`
}

function titles(disputes: readonly { readonly title: string }[]): string {
  return disputes.map(({ title }) => title).join(', ')
}
