import { isDevelopmentKind, type RecordKind } from '../../model/records/definitions.ts'
import type { Space } from '../../store/log/entries.ts'

/** The sections of a dossier in the order in which one is written, each with the space of its records' keys. */
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

/** The version of the format, as `dossier: 1` at the top of a file says it. */
export const DOSSIER_VERSION = 1

/** The field that holds a record's own key: developments have it under the name of their kind. */
export function keyFieldOf(kind: RecordKind): string {
  return isDevelopmentKind(kind) ? kind : 'key'
}

export function isSection(name: string): name is Section {
  return Object.hasOwn(SECTIONS, name)
}

/** The name of one record of a section, as lines of NDJSON begin. */
export function isSingular(name: string): boolean {
  return Object.values(SECTIONS).some((singular) => singular === name)
}
