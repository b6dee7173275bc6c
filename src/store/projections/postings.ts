import { parseEdtf } from '../../model/dates/edtf.ts'
import { PloverContext, PloverType, QuadClass, quadClassOf } from '../../model/vocabulary/plover.ts'
import type { DevelopmentRecord } from '../../model/records/definitions.ts'
import { bestCredibilityOf, participationsOf } from '../../model/records/derived-fields.ts'
import { DevelopmentKind, EvidentialStatus, ParticipantRole } from '../../model/vocabulary/development.ts'
import { EventKind } from '../../model/vocabulary/event.ts'
import { Credibility } from '../../model/vocabulary/grading.ts'
import { MeasureKind } from '../../model/vocabulary/measure.ts'
import { SpeechAct } from '../../model/vocabulary/statement.ts'
import { toKebab, type Vocabulary } from '../../model/vocabulary/vocabulary.ts'
import type { Space } from '../log/entries.ts'
import { spanClassOf } from './duration-buckets.ts'

/** What a development can be found by. The target is a record's id, or a value's place in its vocabulary. */
export const Facet = {
  KIND: 1,
  EVENT_KIND: 2,
  ACT: 3,
  MEASURE_KIND: 4,
  DISPUTE: 5,
  /** Target 1: part of some dispute; 0: of none. */
  IN_ANY_DISPUTE: 6,
  CONTEXT_OF: 7,
  /** In any role. */
  ACTOR: 8,
  INITIATOR: 9,
  RECIPIENT: 10,
  PLACE: 11,
  PLOVER_TYPE: 12,
  QUAD_CLASS: 13,
  CONTEXT: 14,
  EVIDENTIAL_STATUS: 15,
  CREDIBILITY: 16,
  SOURCE: 17,
  /** By position or bearing. */
  CLAIM: 18,
  /** Made in it, or assessed by it. */
  DEMAND: 19,
  /** Of a date of more than a month: its class (`spanClassOf`). */
  LONG_SPAN: 20,
  /** An actor in one role: this plus the role's place in `ParticipantRole`. */
  ROLE_BASE: 32,
} as const

/** The place of a value in its vocabulary. */
export function targetOf<Value extends string>(vocabulary: Vocabulary<Value>, value: Value): number {
  let targets = targetsByVocabulary.get(vocabulary)
  if (targets === undefined) {
    targets = new Map(vocabulary.values.map((name, place) => [name, place]))
    targetsByVocabulary.set(vocabulary, targets)
  }
  const target = targets.get(value)
  if (target === undefined) throw new Error(`${vocabulary.name} has no value ${value}`)
  return target
}

/** The facet of an actor in a role. */
export function roleFacet(role: ParticipantRole): number {
  return Facet.ROLE_BASE + targetOf(ParticipantRole, role)
}

/** All that a development of this content is found by, each pair of facet and target once. */
export function postingsOf(
  content: DevelopmentRecord,
  idOf: (space: Space, key: string) => number,
): readonly (readonly [facet: number, target: number])[] {
  const found = new Map<number, Set<number>>()
  const add = (facet: number, target: number) => {
    const targets = found.get(facet)
    if (targets === undefined) found.set(facet, new Set([target]))
    else targets.add(target)
  }
  const addAll = (facet: number, space: Space, keys: readonly string[] | undefined) => {
    for (const key of keys ?? []) add(facet, idOf(space, key))
  }
  const addValue = <Value extends string>(facet: number, vocabulary: Vocabulary<Value>, kebab: string) => {
    add(facet, targetOf(vocabulary, valueOf(vocabulary, kebab)))
  }

  if ('event' in content) {
    add(Facet.KIND, targetOf(DevelopmentKind, 'EVENT'))
    addValue(Facet.EVENT_KIND, EventKind, content['event-kind'])
  } else if ('statement' in content) {
    add(Facet.KIND, targetOf(DevelopmentKind, 'STATEMENT'))
    for (const act of content.acts) addValue(Facet.ACT, SpeechAct, act)
    for (const position of content.positions ?? []) add(Facet.CLAIM, idOf('claim', position.claim))
    addAll(Facet.DEMAND, 'demand', content.demands)
  } else {
    add(Facet.KIND, targetOf(DevelopmentKind, 'MEASURE'))
    addValue(Facet.MEASURE_KIND, MeasureKind, content['measure-kind'])
  }
  for (const { actor, role } of participationsOf(content)) {
    const id = idOf('actor', actor)
    add(Facet.ACTOR, id)
    add(roleFacet(role), id)
  }
  for (const coding of content.codings ?? []) {
    const type = valueOf(PloverType, coding.type)
    addValue(Facet.PLOVER_TYPE, PloverType, coding.type)
    add(Facet.QUAD_CLASS, targetOf(QuadClass, quadClassOf(type)))
    for (const context of coding.contexts ?? []) addValue(Facet.CONTEXT, PloverContext, context)
    addAll(Facet.INITIATOR, 'actor', coding.initiators)
    addAll(Facet.RECIPIENT, 'actor', coding.recipients)
  }
  addAll(Facet.DISPUTE, 'dispute', content.disputes)
  add(Facet.IN_ANY_DISPUTE, (content.disputes ?? []).length > 0 ? 1 : 0)
  addAll(Facet.CONTEXT_OF, 'dispute', content['context-of'])
  addAll(Facet.PLACE, 'place', content.places)
  addAll(
    Facet.SOURCE,
    'source',
    content.citations.map((citation) => citation.source),
  )
  for (const bearing of content.bearings ?? []) add(Facet.CLAIM, idOf('claim', bearing.claim))
  for (const assessment of content.assessments ?? []) add(Facet.DEMAND, idOf('demand', assessment.demand))
  const { earliest, latest } = parseEdtf(content.date)
  const spanClass = spanClassOf(earliest, latest)
  if (spanClass !== null) add(Facet.LONG_SPAN, spanClass)
  addValue(Facet.EVIDENTIAL_STATUS, EvidentialStatus, content['evidential-status'])
  add(Facet.CREDIBILITY, targetOf(Credibility, bestCredibilityOf(content)))

  return [...found].flatMap(([facet, targets]) => [...targets].map((target) => [facet, target] as const))
}

/** The value of a vocabulary behind its dossier form. */
export function valueOf<Value extends string>(vocabulary: Vocabulary<Value>, kebab: string): Value {
  let values = valuesByVocabulary.get(vocabulary)
  if (values === undefined) {
    values = new Map(vocabulary.values.map((value) => [toKebab(value), value]))
    valuesByVocabulary.set(vocabulary, values)
  }
  const value = values.get(kebab)
  if (value === undefined) throw new Error(`${vocabulary.name} has no value ${kebab}`)
  return value as Value // of this very vocabulary
}

const valuesByVocabulary = new Map<Vocabulary<string>, ReadonlyMap<string, string>>()
const targetsByVocabulary = new Map<Vocabulary<string>, ReadonlyMap<string, number>>()
