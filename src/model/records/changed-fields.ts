import { canonicalJson } from './canonical-json.ts'
import { canonicalRecord } from './canonical-record.ts'
import { type DevelopmentRecord, recordDefinitions } from './definitions.ts'

/**
 * The fields that two contents of one development have otherwise, in the order of its definition, by their names there. Two ways to write
 * the same are the same.
 */
export function changedFields(before: DevelopmentRecord, after: DevelopmentRecord): string[] {
  const [former, latter]: readonly Fields[] = [canonicalRecord(before), canonicalRecord(after)]
  return fieldsOf(after).filter((field) => textOf(former?.[field]) !== textOf(latter?.[field]))
}

/** Typed by its fields, a record does not say how to go through them. */
type Fields = Readonly<Record<string, unknown>>

function fieldsOf(content: DevelopmentRecord): string[] {
  const kind = 'event' in content ? 'event' : 'statement' in content ? 'statement' : 'measure'
  return Object.keys(recordDefinitions[kind].shape)
}

function textOf(value: unknown): string {
  return value === undefined ? '' : canonicalJson([value])
}
