import { canonicalJson } from './canonical-json.ts'
import { credibilityOf, reliabilityOf } from './derived-fields.ts'
import type { AnyRecord } from './definitions.ts'
import { letterByReliability, numberByCredibility } from '../vocabulary/grading.ts'

/**
 * The one value of a valid record's content, so that two ways to write the same compare equal: a source's reliability as its letter, a
 * citation's credibility as its number, empty lists and maps absent, and without `retract`, which says what happens to a record and is no
 * part of it. Leaves the record given as it is.
 */
export function canonicalRecord<Content extends AnyRecord>(record: Content): Content {
  const { retract: _, ...content } = withoutEmpty(record) as Loose
  if (typeof content['reliability'] === 'string') {
    content['reliability'] = letterByReliability[reliabilityOf(content['reliability'])]
  }
  if (Array.isArray(content['citations'])) content['citations'] = content['citations'].map(gradeByNumber)
  return content as Content // the same record, its shorthands written one way
}

/** The text of a valid record's content, as the log holds it. */
export type ContentText = string & { readonly [isContentText]: true }

declare const isContentText: unique symbol

export function contentText(record: AnyRecord): ContentText {
  return canonicalJson(canonicalRecord(record)) as ContentText // the one place where texts become it
}

type Loose = Record<string, unknown>

function gradeByNumber(citation: Loose): Loose {
  const grade = citation['credibility'] as number | string // the definition allows no other
  return { ...citation, credibility: numberByCredibility[credibilityOf(grade)] }
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(withoutEmpty)
  if (typeof value !== 'object' || value === null) return value
  const members: Loose = {}
  for (const [name, member] of Object.entries(value)) {
    const kept = withoutEmpty(member)
    if (kept !== undefined) members[name] = kept
  }
  return Object.keys(members).length === 0 ? undefined : members
}
