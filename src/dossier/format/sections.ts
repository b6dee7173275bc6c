import { type Space, isDevelopmentKind, recordDefinitions, type RecordKind } from '../../model/records/definitions.ts'
import { namesOfFields } from '../../model/records/references.ts'

/** The sections of a dossier in the order in which they are written, each with the space of its records' keys. */
export const SECTIONS = {
  disputes: 'dispute',
  actors: 'actor',
  places: 'place',
  sources: 'source',
  claims: 'claim',
  demands: 'demand',
  developments: 'development',
} as const satisfies Readonly<Record<string, Space>>

export type Section = keyof typeof SECTIONS

// Object.keys is typed as string[]; a literal's own keys are exactly its type's.
export const SECTION_NAMES = Object.keys(SECTIONS) as readonly Section[]

/** The version of the format, as `dossier: 1` at the top of a file states it. */
export const DOSSIER_VERSION = 1

/** The fields of a dossier, and of records at any depth. */
export const FIELD_NAMES: ReadonlySet<string> = new Set([
  'dossier',
  ...SECTION_NAMES,
  ...Object.values(recordDefinitions).flatMap(namesOfFields),
])

/** The field that holds a record's own key: a development has it under the name of its kind. */
export function keyFieldOf(kind: RecordKind): string {
  return isDevelopmentKind(kind) ? kind : 'key'
}

export function isSection(name: string): name is Section {
  return Object.hasOwn(SECTIONS, name)
}

/** Where a record is written: enough to find it again when a problem with it is reported. */
export interface RecordAddress {
  /** `-` is standard input. */
  readonly file: string
  readonly section: Section
  /** The record's index in its section or, in NDJSON, its line, from 1. */
  readonly index: number
  /** The byte at which the line begins; null in YAML and JSON. */
  readonly offset: number | null
}

/** The address of a staged record. */
export function addressOf(staged: { readonly record: RecordKind } & Omit<RecordAddress, 'section'>): RecordAddress {
  const { record, file, index, offset } = staged
  return { file, section: isDevelopmentKind(record) ? 'developments' : `${record}s`, index, offset }
}
