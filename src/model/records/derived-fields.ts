import type { DevelopmentRecord, StatementRecord } from './definitions.ts'
import { Attribution } from '../vocabulary/claim.ts'
import { type DevelopmentKind, ParticipantRole } from '../vocabulary/development.ts'
import {
  bestCredibility,
  Credibility,
  credibilityByNumber,
  Reliability,
  reliabilityByLetter,
} from '../vocabulary/grading.ts'
import { fromKebab } from '../vocabulary/vocabulary.ts'

/** What the fields of a record say together: what was left out, abbreviated, or follows from another field. */

export function developmentKindOf(content: DevelopmentRecord): DevelopmentKind {
  return 'event' in content ? 'EVENT' : 'statement' in content ? 'STATEMENT' : 'MEASURE'
}

export function developmentKeyOf(content: DevelopmentRecord): string {
  return 'event' in content ? content.event : 'statement' in content ? content.statement : content.measure
}

/** Who has a part in a development, those that follow from a statement's and a measure's own fields first; each actor once a role. */
export function participationsOf(content: DevelopmentRecord): readonly Participation[] {
  const found: Participation[] = []
  const seen = new Set<string>()
  const add = (participation: Participation) => {
    const mark = `${participation.role} ${participation.actor}`
    if (seen.has(mark)) return
    seen.add(mark)
    found.push(participation)
  }
  const addAll = (role: ParticipantRole, actors: readonly string[] | undefined) => {
    for (const actor of actors ?? []) add({ actor, role })
  }
  if ('statement' in content) {
    addAll('SPEAKER', content.speakers)
    addAll('ON_BEHALF_OF', content['on-behalf-of'])
    addAll('ADDRESSEE', content.addressees)
  } else if ('measure' in content) {
    addAll('IMPOSED_BY', content['imposed-by'])
    addAll('TARGET', content.targets)
    addAll('BENEFICIARY', content.beneficiaries)
  }
  for (const { actor, role, note } of content.participants ?? []) {
    add({ actor, role: participantRole(role), ...(note === undefined ? {} : { note }) })
  }
  return found
}

export interface Participation {
  readonly actor: string
  readonly role: ParticipantRole
  readonly note?: string
}

/** Whose position it is: the holder named for it, else the one spoken for, else the speaker. */
export function holdersOf(statement: StatementRecord, position: { holder?: string | undefined }): readonly string[] {
  if (position.holder !== undefined) return [position.holder]
  const spokenFor = statement['on-behalf-of'] ?? []
  return spokenFor.length > 0 ? spokenFor : statement.speakers
}

/** How closely it rests on its holder's own words; a position that does not say is a paraphrase. */
export function attributionOf({ attribution = 'paraphrased' }: { attribution?: string | undefined }): Attribution {
  const value = fromKebab(attribution)
  if (!Attribution.has(value)) throw new Error(`${attribution} is no attribution`)
  return value
}

export function credibilityOf(grade: number | string): Credibility {
  const value = typeof grade === 'number' ? credibilityByNumber.get(grade) : fromKebab(grade)
  if (value === undefined || !Credibility.has(value)) throw new Error(`${grade} is no credibility`)
  return value
}

export function reliabilityOf(grade: string): Reliability {
  const value = reliabilityByLetter.get(grade) ?? fromKebab(grade)
  if (!Reliability.has(value)) throw new Error(`${grade} is no reliability`)
  return value
}

/** The credibility of a development: its best-graded citation's. */
export function bestCredibilityOf(content: DevelopmentRecord): Credibility {
  return bestCredibility(content.citations.map((citation) => credibilityOf(citation.credibility)))
}

function participantRole(role: string): ParticipantRole {
  const value = fromKebab(role)
  if (!ParticipantRole.has(value)) throw new Error(`${role} is no role`)
  return value
}
