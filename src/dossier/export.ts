import { UnknownKeyError } from '../model/errors.ts'
import { inFieldOrder, referencesOf } from '../model/records/references.ts'
import { nearestKeys } from '../model/records/key.ts'
import { contentOf } from '../model/records/canonical-record.ts'
import { keysOf, lastChange, latestContents } from '../store/queries/changes.ts'
import { redactedDevelopments } from '../store/queries/developments.ts'
import { SPACES, type Space, type AnyRecord, type DevelopmentRecord } from '../model/records/definitions.ts'
import type { LoggedChange } from '../store/schema/log.ts'
import type { Reader } from '../store/sqlite/prepared.ts'
import type { Store } from '../store/store.ts'
import { spaceOfReference } from './check/record-names.ts'
import { DOSSIER_VERSION, SECTION_NAMES, SECTIONS } from './format/sections.ts'
import { yamlItem } from './format/yaml-writer.ts'

export type DossierFormat = 'yaml' | 'ndjson'

export interface ExportOptions {
  readonly format: DossierFormat
  /** The key of a dispute: exports only what belongs to it, and everything that this refers to. */
  readonly dispute?: string
  /** Takes a piece of the text. The next piece follows when its promise resolves. */
  readonly write: (text: string) => Promise<void>
}

/**
 * Writes the records of a store as one dossier, as of the head at the start: section after section, each in the order of recording. A
 * development that was redacted is left out, with what refers to it; a dossier cannot hold it. Returns the number of records. Throws
 * `UNKNOWN_KEY` if the dispute does not exist.
 */
export async function exportDossier(store: Store, { format, dispute, write }: ExportOptions): Promise<number> {
  const { reader } = store
  const upTo = store.head()
  const redacted = redactedDevelopments(reader)
  const included = dispute === undefined ? undefined : closureOf(reader, dispute, upTo)
  let records = 0
  let pending = format === 'yaml' ? `dossier: ${DOSSIER_VERSION}\n` : ''
  for (const section of SECTION_NAMES) {
    const space = SECTIONS[section]
    let isFirst = true
    for (const change of latestContents(reader, space, upTo)) {
      if (included !== undefined && !included.get(space)?.has(change.key)) continue
      if (space === 'development' && redacted.has(change.key)) continue
      if (isFirst && format === 'yaml') pending += `${section}:\n`
      isFirst = false
      records++
      const record = writtenRecord(change, redacted)
      pending += format === 'yaml' ? yamlItem(record) : `${JSON.stringify({ [space]: record })}\n`
      if (pending.length < PIECE) continue
      await write(pending)
      pending = ''
    }
  }
  await write(pending)
  return records
}

const PIECE = 65_536

/** A record as a dossier has it: with the reason why it is retracted, and its fields in the order in which people write them. */
function writtenRecord(change: LoggedChange, redacted: ReadonlySet<string>): AnyRecord {
  const content = withoutReferences(contentOf(change), redacted)
  const retracted = change.kind === 'RETRACTED' && change.note !== null ? { ...content, retract: change.note } : content
  return inFieldOrder(change.record, retracted)
}

/** Links and changes of status are all that refers to developments. */
function withoutReferences(content: AnyRecord, redacted: ReadonlySet<string>): AnyRecord {
  if (redacted.size === 0 || !('headline' in content)) return content
  const { links, 'status-changes': statusChanges, ...rest } = content
  const keptLinks = links?.filter(({ development }) => !redacted.has(development)) ?? []
  const keptChanges = statusChanges?.filter((change) => !redacted.has(change.measure)) ?? []
  return {
    ...rest,
    ...(keptLinks.length > 0 ? { links: keptLinks } : {}),
    ...(keptChanges.length > 0 ? { 'status-changes': keptChanges } : {}),
  }
}

/** The keys of everything that belongs to a dispute or is referred to from there, directly or not. */
function closureOf(reader: Reader, dispute: string, upTo: number): ReadonlyMap<Space, ReadonlySet<string>> {
  if (lastChange(reader, 'dispute', dispute, upTo) === undefined) {
    throw new UnknownKeyError('dispute', dispute, nearestKeys(dispute, keysOf(reader, 'dispute')))
  }
  const included = new Map<Space, Set<string>>(SPACES.map((space) => [space, new Set<string>()]))
  const waiting: { space: Space; key: string }[] = []
  const include = (space: Space, key: string) => {
    if (included.get(space)?.has(key) === true) return
    included.get(space)?.add(key)
    waiting.push({ space, key })
  }
  include('dispute', dispute)
  for (const space of ['claim', 'demand', 'development'] as const) {
    for (const change of latestContents(reader, space, upTo)) {
      if (belongsTo(contentOf(change), dispute)) include(space, change.key)
    }
  }
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const change = lastChange(reader, next.space, next.key, upTo)
    if (change === undefined) continue
    for (const { space, key } of referencesOf(change.record, contentOf(change))) include(spaceOfReference(space), key)
  }
  return included
}

function belongsTo(content: AnyRecord, dispute: string): boolean {
  if ('dispute' in content) return content.dispute === dispute
  const { disputes, 'context-of': contextOf } = content as DevelopmentRecord // claims and demands name one dispute
  return (disputes ?? []).includes(dispute) || (contextOf ?? []).includes(dispute)
}
