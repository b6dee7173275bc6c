import { LRUCache } from 'lru-cache'
import type { AnyRecord, RecordKind } from '../../model/records/definitions.ts'
import type { ReferenceSpace } from '../../model/records/fields.ts'
import { keyProblem, nearestKeys } from '../../model/records/key.ts'
import { referencesOf } from '../../model/records/references.ts'
import { article, show } from '../../model/records/shown-value.ts'
import { flatCopy } from '../../model/text/detach-string.ts'
import { contentOf, keysOf, lastChange, type Space, SPACES } from '../../store/log/entries.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import type { Staging } from '../../store/sqlite/staging.ts'
import { type AddressOf, type FieldAddress, formatPath, type ProblemList } from '../format/problems.ts'

/*
 * References may point forward. A reference to a key that is not staged yet is noted, and looked up when every record is staged.
 */

/** The space of keys in which a reference is looked up. */
export function spaceOfReference(needed: ReferenceSpace): Space {
  return needed === 'measure' || needed === 'statement' ? 'development' : needed
}

/**
 * The content that a record has once the dossiers are imported: that of the dossiers or, if they do not hold it, that of the store.
 * Undefined if neither has a valid record of that key.
 */
export function resolvedRecord(
  staging: Staging,
  reader: Reader | undefined,
  space: Space,
  key: string,
): AnyRecord | undefined {
  const staged = staging.find(space, key)
  // Staged contents are valid records.
  if (staged !== undefined) return staged.content === null ? undefined : (JSON.parse(staged.content) as AnyRecord)
  const stored = reader === undefined ? undefined : lastChange(reader, space, key)
  return stored === undefined ? undefined : contentOf(stored)
}

const REMEMBERED = 10_000

/** Notes references to keys that are not staged yet, and the actors that are used. */
export class ReferenceNotes {
  readonly #staging: Staging
  /** The kinds of the records staged last, by space and key. */
  readonly #staged = new LRUCache<string, RecordKind>({ max: REMEMBERED })
  /** Actors already noted as used. */
  readonly #used = new LRUCache<string, true>({ max: REMEMBERED })

  constructor(staging: Staging) {
    this.#staging = staging
  }

  /** Call it once the record itself is staged. Fields that already have a problem are skipped. */
  note({ kind, raw, own, wrong, at }: ReferringRecord): void {
    // It reads the references that it finds and skips the rest.
    for (const { space: needed, key, path } of referencesOf(kind, raw as AnyRecord)) {
      if (wrong.size > 0 && (keyProblem(key) !== null || wrong.has(formatPath(path)))) continue
      const space = spaceOfReference(needed)
      if (space === 'actor' && !(kind === 'actor' && key === own)) this.#noteUse(key)
      const staged = this.#stagedKind(space, key)
      if (staged !== undefined && isOfKind(staged, needed)) continue
      const noted: NotedReference = { needed, at: at(path) }
      this.#staging.note('reference', space, key, noted)
    }
  }

  #noteUse(actor: string): void {
    if (this.#used.get(actor) !== undefined) return
    this.#used.set(flatCopy(actor), true)
    this.#staging.note('use', actor)
  }

  #stagedKind(space: Space, key: string): RecordKind | undefined {
    const name = `${space} ${key}`
    const known = this.#staged.get(name)
    if (known !== undefined) return known
    const kind = this.#staging.kindOf(space, key)
    if (kind !== undefined) this.#staged.set(name, kind)
    return kind
  }
}

interface ReferringRecord {
  readonly kind: RecordKind
  /** The record as it is written, valid or not. */
  readonly raw: unknown
  /** Its key. */
  readonly own: string
  /** The paths of its problems. */
  readonly wrong: ReadonlySet<string>
  readonly at: AddressOf
}

interface NotedReference {
  /** The kind that the field requires: a measure, for example, although all developments share one space of keys. */
  readonly needed: ReferenceSpace
  readonly at: FieldAddress
}

/** Reports every noted reference to a record that neither the dossiers nor the store hold. */
export function checkReferences(staging: Staging, reader: Reader | undefined, problems: ProblemList): void {
  const suggestions = new Suggestions(staging, reader)
  let last: { name: string; kind: RecordKind | undefined } = { name: '', kind: undefined }
  for (const { first, second: key, data } of staging.notes('reference')) {
    const space = first as Space // noted as one
    const { needed, at } = data as NotedReference // as noted above
    const name = `${space} ${key}`
    if (name !== last.name) last = { name, kind: kindOf(staging, reader, space, key) }
    if (last.kind === undefined) {
      const message = `there is no ${needed} ${show(key)}; ${suggestions.of(space, key)}`
      problems.add({ at, code: 'KEY_UNKNOWN', message })
    } else if (!isOfKind(last.kind, needed)) {
      const message = `${show(key)} is ${article(last.kind)}; expected ${article(needed)}`
      problems.add({ at, code: 'KEY_OF_OTHER_KIND', message })
    }
  }
}

/** Finds the keys that may be meant. */
class Suggestions {
  readonly #staging: Staging
  readonly #reader: Reader | undefined
  readonly #found = new LRUCache<string, string>({ max: 10_000 })
  /** How many more keys may be compared: suggestions must not take minutes. */
  #left = 3_000_000

  constructor(staging: Staging, reader: Reader | undefined) {
    this.#staging = staging
    this.#reader = reader
  }

  of(space: Space, key: string): string {
    const name = `${space} ${key}`
    const known = this.#found.get(name)
    if (known !== undefined) return known
    const found = this.#find(space, key)
    this.#found.set(name, found)
    return found
  }

  #find(space: Space, key: string): string {
    const near = this.#left > 0 ? nearestKeys(key, this.#keys(space)) : []
    if (near.length > 0) return `did you mean ${near.join(' or ')}?`
    const elsewhere = SPACES.find(
      (other) => other !== space && kindOf(this.#staging, this.#reader, other, key) !== undefined,
    )
    if (elsewhere !== undefined) return `${article(elsewhere)} has that key`
    return `add ${article(space)} with that key, or name an existing one`
  }

  *#keys(space: Space): IterableIterator<string> {
    for (const { key } of this.#staging.records([space])) {
      if (this.#left-- <= 0) return
      yield key
    }
    if (this.#reader === undefined) return
    for (const key of keysOf(this.#reader, space)) {
      if (this.#left-- <= 0) return
      if (this.#staging.find(space, key) === undefined) yield key
    }
  }
}

function kindOf(staging: Staging, reader: Reader | undefined, space: Space, key: string): RecordKind | undefined {
  return staging.kindOf(space, key) ?? (reader === undefined ? undefined : lastChange(reader, space, key)?.record)
}

/** Whether a record of that kind is what a reference requires. */
function isOfKind(kind: RecordKind, needed: ReferenceSpace): boolean {
  return needed === 'measure' || needed === 'statement' ? kind === needed : true
}
