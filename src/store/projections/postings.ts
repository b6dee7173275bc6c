import { parseEdtf } from '../../model/dates/edtf.ts'
import { PloverContext, PloverType, QuadClass, quadClassOf } from '../../model/vocabulary/plover.ts'
import { bestCredibilityOf, participationsOf } from '../../model/records/derived-fields.ts'
import { DevelopmentKind, EventKind, EvidentialStatus, ParticipantRole } from '../../model/vocabulary/development.ts'
import { Credibility } from '../../model/vocabulary/source.ts'
import { MeasureKind } from '../../model/vocabulary/measure.ts'
import { SpeechAct } from '../../model/vocabulary/statement.ts'
import { toKebab, type Vocabulary } from '../../model/vocabulary/vocabulary.ts'
import type { Space, DevelopmentRecord } from '../../model/records/definitions.ts'
import { durationBucketOf } from './duration-buckets.ts'

/** What developments are indexed by. A target is the id of a record, or the index of a value in its vocabulary. */
export const Dimension = {
  KIND: 1,
  EVENT_KIND: 2,
  ACT: 3,
  MEASURE_KIND: 4,
  DISPUTE: 5,
  /** Target 1: part of a dispute; 0: of none. */
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
  /** The bucket of a date of more than a month (`durationBucketOf`). */
  LONG_DURATION: 20,
  /** An actor in one role: this plus the role's index in `ParticipantRole`. */
  ROLE_BASE: 32,
} as const

/** The index of a value in its vocabulary. */
export function targetOf<Value extends string>(vocabulary: Vocabulary<Value>, value: Value): number {
  const target = indexOf(vocabulary).targets.get(value)
  if (target === undefined) throw new Error(`${vocabulary.name} has no value ${value}`)
  return target
}

/** The dimension of actors in a role. */
export function roleDimension(role: ParticipantRole): number {
  return Dimension.ROLE_BASE + targetOf(ParticipantRole, role)
}

/** The postings of a content, each pair of dimension and target once. */
export function postingsOf(
  content: DevelopmentRecord,
  idOf: (space: Space, key: string) => number,
): readonly (readonly [dimension: number, target: number])[] {
  const found = new Map<number, Set<number>>()
  const add = (dimension: number, target: number) => {
    const targets = found.get(dimension)
    if (targets === undefined) found.set(dimension, new Set([target]))
    else targets.add(target)
  }
  const addAll = (dimension: number, space: Space, keys: readonly string[] | undefined) => {
    for (const key of keys ?? []) add(dimension, idOf(space, key))
  }
  const addValue = <Value extends string>(dimension: number, vocabulary: Vocabulary<Value>, kebab: string) => {
    add(dimension, targetOf(vocabulary, valueOf(vocabulary, kebab)))
  }

  if ('event' in content) {
    add(Dimension.KIND, targetOf(DevelopmentKind, 'EVENT'))
    addValue(Dimension.EVENT_KIND, EventKind, content['event-kind'])
  } else if ('statement' in content) {
    add(Dimension.KIND, targetOf(DevelopmentKind, 'STATEMENT'))
    for (const act of content.acts) addValue(Dimension.ACT, SpeechAct, act)
    for (const position of content.positions ?? []) add(Dimension.CLAIM, idOf('claim', position.claim))
    addAll(Dimension.DEMAND, 'demand', content.demands)
  } else {
    add(Dimension.KIND, targetOf(DevelopmentKind, 'MEASURE'))
    addValue(Dimension.MEASURE_KIND, MeasureKind, content['measure-kind'])
  }
  for (const { actor, role } of participationsOf(content)) {
    const id = idOf('actor', actor)
    add(Dimension.ACTOR, id)
    add(roleDimension(role), id)
  }
  for (const coding of content.codings ?? []) {
    const type = valueOf(PloverType, coding.type)
    addValue(Dimension.PLOVER_TYPE, PloverType, coding.type)
    add(Dimension.QUAD_CLASS, targetOf(QuadClass, quadClassOf(type)))
    for (const context of coding.contexts ?? []) addValue(Dimension.CONTEXT, PloverContext, context)
    addAll(Dimension.INITIATOR, 'actor', coding.initiators)
    addAll(Dimension.RECIPIENT, 'actor', coding.recipients)
  }
  addAll(Dimension.DISPUTE, 'dispute', content.disputes)
  add(Dimension.IN_ANY_DISPUTE, (content.disputes ?? []).length > 0 ? 1 : 0)
  addAll(Dimension.CONTEXT_OF, 'dispute', content['context-of'])
  addAll(Dimension.PLACE, 'place', content.places)
  addAll(
    Dimension.SOURCE,
    'source',
    content.citations.map((citation) => citation.source),
  )
  for (const bearing of content.bearings ?? []) add(Dimension.CLAIM, idOf('claim', bearing.claim))
  for (const assessment of content.assessments ?? []) add(Dimension.DEMAND, idOf('demand', assessment.demand))
  const { earliest, latest } = parseEdtf(content.date)
  const bucket = durationBucketOf(earliest, latest)
  if (bucket !== null) add(Dimension.LONG_DURATION, bucket)
  addValue(Dimension.EVIDENTIAL_STATUS, EvidentialStatus, content['evidential-status'])
  add(Dimension.CREDIBILITY, targetOf(Credibility, bestCredibilityOf(content)))

  return [...found].flatMap(([dimension, targets]) => [...targets].map((target) => [dimension, target] as const))
}

/** The value of a vocabulary from its form in a dossier. */
export function valueOf<Value extends string>(vocabulary: Vocabulary<Value>, kebab: string): Value {
  const value = indexOf(vocabulary).values.get(kebab)
  if (value === undefined) throw new Error(`${vocabulary.name} has no value ${kebab}`)
  return value as Value // of this very vocabulary
}

interface VocabularyIndex {
  readonly targets: ReadonlyMap<string, number>
  readonly values: ReadonlyMap<string, string>
}

const indexes = new Map<Vocabulary<string>, VocabularyIndex>()

function indexOf(vocabulary: Vocabulary<string>): VocabularyIndex {
  let index = indexes.get(vocabulary)
  if (index === undefined) {
    const { values } = vocabulary
    index = {
      targets: new Map(values.map((value, at) => [value, at])),
      values: new Map(values.map((value) => [toKebab(value), value])),
    }
    indexes.set(vocabulary, index)
  }
  return index
}
