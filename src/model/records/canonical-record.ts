import { DemarcheError } from '../errors.ts'
import { letterByReliability, numberByCredibility } from '../vocabulary/source.ts'
import { canonicalJson } from './canonical-json.ts'
import { type AnyRecord, type DevelopmentRecord, recordDefinitions } from './definitions.ts'
import { credibilityOf, developmentKindOf, reliabilityOf } from './derived-fields.ts'

/**
 * The canonical content of a valid record, so that two ways to write the same content are equal: the reliability of a source as its letter,
 * the credibility of a citation as its number, without empty lists and maps, and without `retract`, which says what happens to a record.
 * Does not change its argument.
 */
export function canonicalRecord<Content extends AnyRecord>(record: Content): Content {
  const { retract: _, ...content } = withoutEmpty(record) as Fields
  if (typeof content['reliability'] === 'string') {
    content['reliability'] = letterByReliability[reliabilityOf(content['reliability'])]
  }
  if (Array.isArray(content['citations'])) {
    content['citations'] = content['citations'].map((citation: Fields) => {
      const grade = citation['credibility'] as number | string // as the definition requires
      return { ...citation, credibility: numberByCredibility[credibilityOf(grade)] }
    })
  }
  return content as Content // the same record with its shorthands replaced
}

/** The canonical content of a valid record as text, as the log holds it. */
export type ContentText = string & { readonly [isContentText]: true }

declare const isContentText: unique symbol

export function contentText(record: AnyRecord): ContentText {
  return canonicalJson(canonicalRecord(record)) as ContentText // the only place where content becomes text
}

/** The format of the contents that this version writes. */
export const CONTENT_FORMAT = 1

/** The highest format that this version reads. A release reads a format before a later one writes it: nodes are upgraded one after the other. */
export const READABLE_FORMAT = 1

/** The format of a content that was redacted: what is left of it (`redactedContent`). */
export const REDACTED_FORMAT = 0

/** The record that a change of the log holds, in the terms of this version. Throws `LOG_NEWER`. */
export function contentOf(change: {
  readonly seq: number
  readonly format: number
  readonly content: string
}): AnyRecord {
  if (change.format > READABLE_FORMAT) {
    const message = `Change ${change.seq} has the format ${change.format}, and this version reads up to ${READABLE_FORMAT}. Use a later one.`
    throw new DemarcheError('LOG_NEWER', message)
  }
  return JSON.parse(change.content) as AnyRecord // validated before it was appended
}

/** The same as canonical JSON. */
export function contentTextOf(change: Parameters<typeof contentOf>[0]): ContentText {
  // What the log holds in the format of this version is canonical.
  return (change.format === CONTENT_FORMAT ? change.content : canonicalJson(contentOf(change))) as ContentText
}

/** The names of the fields in which two contents of a development differ canonically, in the order of its definition. */
export function changedFields(before: DevelopmentRecord, after: DevelopmentRecord): string[] {
  const [former, latter]: readonly Readonly<Fields>[] = [canonicalRecord(before), canonicalRecord(after)]
  const kind = developmentKindOf(after).toLowerCase() as 'event' | 'statement' | 'measure' // the kinds in lower case
  return Object.keys(recordDefinitions[kind].shape).filter(
    (field) => textOf(former?.[field]) !== textOf(latter?.[field]),
  )
}

type Fields = Record<string, unknown>

function textOf(value: unknown): string {
  return value === undefined ? '' : canonicalJson([value])
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(withoutEmpty)
  if (typeof value !== 'object' || value === null) return value
  const members: Fields = {}
  for (const [name, member] of Object.entries(value)) {
    const kept = withoutEmpty(member)
    if (kept !== undefined) members[name] = kept
  }
  return Object.keys(members).length === 0 ? undefined : members
}
