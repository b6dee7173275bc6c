import { Attribution } from '../vocabulary/claim.ts'
import { type DevelopmentKind, ParticipantRole } from '../vocabulary/development.ts'
import {
  bestCredibility,
  Credibility,
  credibilityByNumber,
  Reliability,
  reliabilityByLetter,
} from '../vocabulary/source.ts'
import { fromKebab, type Vocabulary } from '../vocabulary/vocabulary.ts'
import type { DevelopmentRecord, StatementRecord } from './definitions.ts'

/*
 * What follows from the fields of a record: values that were omitted or abbreviated, and values derived from other fields.
 */

export function developmentKindOf(content: DevelopmentRecord): DevelopmentKind {
  return 'event' in content ? 'EVENT' : 'statement' in content ? 'STATEMENT' : 'MEASURE'
}

export function developmentKeyOf(content: DevelopmentRecord): string {
  return 'event' in content ? content.event : 'statement' in content ? content.statement : content.measure
}

/** The actors and their roles: first the roles derived from the fields of a statement or a measure. Each actor once per role. */
export function participationsOf(content: DevelopmentRecord): readonly Participation[] {
  const found = new Map<string, Participation>()
  const add = (participation: Participation) => {
    const name = `${participation.role} ${participation.actor}`
    if (!found.has(name)) found.set(name, participation)
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
    add({ actor, role: valueOf(ParticipantRole, role), ...(note === undefined ? {} : { note }) })
  }
  return [...found.values()]
}

export interface Participation {
  readonly actor: string
  readonly role: ParticipantRole
  readonly note?: string
}

/** The holders of a position: the one it names, else those spoken for, else the speakers. */
export function holdersOf(statement: StatementRecord, position: { holder?: string | undefined }): readonly string[] {
  if (position.holder !== undefined) return [position.holder]
  const spokenFor = statement['on-behalf-of'] ?? []
  return spokenFor.length > 0 ? spokenFor : statement.speakers
}

/** A position without an attribution is a paraphrase. */
export function attributionOf({ attribution = 'paraphrased' }: { attribution?: string | undefined }): Attribution {
  return valueOf(Attribution, attribution)
}

export function credibilityOf(grade: number | string): Credibility {
  return typeof grade === 'number'
    ? valueOf(Credibility, credibilityByNumber.get(grade) ?? String(grade))
    : valueOf(Credibility, grade)
}

export function reliabilityOf(grade: string): Reliability {
  return valueOf(Reliability, reliabilityByLetter.get(grade) ?? grade)
}

/** The credibility of a development: the best grade of its citations. */
export function bestCredibilityOf(content: DevelopmentRecord): Credibility {
  return bestCredibility(content.citations.map((citation) => credibilityOf(citation.credibility)))
}

function valueOf<Value extends string>(vocabulary: Vocabulary<Value>, word: string): Value {
  const value = fromKebab(word)
  if (!vocabulary.has(value)) throw new Error(`${word} is not a ${vocabulary.name}`)
  return value
}
