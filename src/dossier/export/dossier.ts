import { withoutRedacted } from '../../model/records/redaction.ts'
import { inFieldOrder, referencesOf } from '../../model/records/references.ts'
import { contentOf } from '../../model/records/canonical-record.ts'
import { enteredAs, lastChange, latestContents, readRevisionContents } from '../../store/queries/changes.ts'
import { redactedDevelopments } from '../../store/queries/developments.ts'
import { type Space, type AnyRecord, type DevelopmentRecord } from '../../model/records/definitions.ts'
import type { LoggedChange } from '../../store/schema/log.ts'
import { wholeList } from '../../store/search/development-pages.ts'
import type { DevelopmentFilter } from '../../store/search/filter.ts'
import { unknownKey } from '../../store/search/keys.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import { spaceOfReference } from '../check/record-names.ts'
import { DOSSIER_VERSION, SECTION_NAMES, SECTIONS } from '../format/sections.ts'
import { yamlItem } from '../format/yaml-writer.ts'

export interface DossierOptions {
  readonly format: 'yaml' | 'ndjson'
  /** Only the developments that match, and everything that they refer to; with `disputes`, also all claims and demands of these. */
  readonly filter?: DevelopmentFilter | null
  /** The key of a dispute: only what belongs to it, and everything that this refers to. */
  readonly dispute?: string
  /** The seq as of which the record is read. */
  readonly asOf: number
  /** Takes a piece of the text. The next piece follows when its promise resolves. */
  readonly write: (text: string) => Promise<void>
}

/**
 * Writes records as one dossier: section after section, each in the order of recording. A development that was redacted is left out, with
 * what refers to it; a dossier cannot hold it. Returns the number of records. Throws `UNKNOWN_KEY` if the dispute does not exist, and what
 * `conditionsOf` throws.
 */
export async function exportDossier(reader: Reader, options: DossierOptions): Promise<number> {
  const { format, asOf, write } = options
  const redacted = redactedDevelopments(reader)
  const included = selectedBy(reader, options)
  let records = 0
  let pending = format === 'yaml' ? `dossier: ${DOSSIER_VERSION}\n` : ''
  for (const section of SECTION_NAMES) {
    const space = SECTIONS[section]
    let isFirst = true
    for (const change of latestContents(reader, space, asOf)) {
      if (included?.has(change.enteredAs) === false) continue
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
  const content = withoutRedacted(contentOf(change), redacted)
  const retracted = change.kind === 'RETRACTED' && change.note !== null ? { ...content, retract: change.note } : content
  return inFieldOrder(change.record, retracted)
}

/** The records to write; undefined for all. */
function selectedBy(reader: Reader, { filter, dispute, asOf }: DossierOptions): Closure | undefined {
  if (dispute !== undefined) {
    if (lastChange(reader, 'dispute', dispute, asOf) === undefined) throw unknownKey(reader, 'dispute', dispute)
    return new Closure(reader, asOf).addDisputes([dispute], ['claim', 'demand', 'development'])
  }
  if (filter == null) return undefined
  const closure = new Closure(reader, asOf)
  for (const revisions of wholeList(reader, { filter, asOf }, { orderBy: 'RECENTLY_RECORDED', size: FOUND })) {
    for (const { key } of readRevisionContents(reader, revisions)) closure.add('development', key)
  }
  return closure.addDisputes(filter.disputes ?? [], ['claim', 'demand'])
}

const FOUND = 25

/** Records, with everything that they refer to, directly or not. Takes one bit for each change of the log. */
class Closure {
  readonly #reader: Reader
  readonly #asOf: number
  readonly #entered: Uint8Array

  constructor(reader: Reader, asOf: number) {
    this.#reader = reader
    this.#asOf = asOf
    this.#entered = new Uint8Array((asOf >> 3) + 1)
  }

  /** Whether the record that entered at this seq is among them. */
  has(seq: number): boolean {
    return ((this.#entered[seq >> 3] ?? 0) & (1 << (seq & 7))) !== 0
  }

  /** Adds the disputes, and the records of the spaces that belong to them. */
  addDisputes(disputes: readonly string[], spaces: readonly ('claim' | 'demand' | 'development')[]): this {
    if (disputes.length === 0) return this
    for (const key of disputes) this.add('dispute', key)
    for (const space of spaces) {
      for (const change of latestContents(this.#reader, space, this.#asOf)) {
        if (belongsTo(contentOf(change), disputes)) this.add(space, change.key)
      }
    }
    return this
  }

  add(space: Space, key: string): void {
    const waiting = [{ space, key }]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const seq = enteredAs(this.#reader, next.space, next.key)
      if (seq === undefined || seq > this.#asOf || this.has(seq)) continue
      this.#entered[seq >> 3] = (this.#entered[seq >> 3] ?? 0) | (1 << (seq & 7))
      const change = lastChange(this.#reader, next.space, next.key, this.#asOf)
      if (change === undefined) continue
      for (const reference of referencesOf(change.record, contentOf(change))) {
        waiting.push({ space: spaceOfReference(reference.space), key: reference.key })
      }
    }
  }
}

function belongsTo(content: AnyRecord, wanted: readonly string[]): boolean {
  if ('dispute' in content) return wanted.includes(content.dispute)
  const { disputes, 'context-of': contextOf } = content as DevelopmentRecord // claims and demands name one dispute
  return [...(disputes ?? []), ...(contextOf ?? [])].some((dispute) => wanted.includes(dispute))
}
