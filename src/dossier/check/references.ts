import { LRUCache } from 'lru-cache'
import type { ReferenceSpace } from '../../model/records/fields.ts'
import { flatCopy } from '../../model/text/detach-string.ts'
import { keyProblem, nearestKeys } from '../../model/records/key.ts'
import { referencesOf, type Path } from '../../model/records/references.ts'
import type { AnyRecord, RecordKind } from '../../model/records/definitions.ts'
import { article, show } from '../../model/records/shown-value.ts'
import { keysOf, lastChange, SPACES, type Space } from '../../store/log/entries.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import type { Staging } from '../../store/sqlite/staging.ts'
import { formatPath, type Place, type ProblemList } from '../format/problems.ts'

/*
 * References may point forward, so a key that is not there yet when its name is read is noted, and looked up once everything is staged.
 */

/** The space of keys in which a reference is looked up. */
export function spaceOfReference(needs: ReferenceSpace): Space {
  return needs === 'measure' || needs === 'statement' ? 'development' : needs
}

/** Notes what a record, valid or not, names and what has not been staged. */
export class ReferenceNotes {
  readonly #staging: Staging
  /** The kinds of the records staged last, by space and key. */
  readonly #staged = new LRUCache<string, RecordKind>({ max: REMEMBERED })
  /** Actors of which it is noted that they are used. */
  readonly #used = new LRUCache<string, true>({ max: REMEMBERED })

  constructor(staging: Staging) {
    this.#staging = staging
  }

  /** Call it once the record itself is staged. A field that something is wrong with already is passed over. */
  note({ kind, raw, own, wrong, placeOf }: Noting): void {
    // It reads what it finds and passes over the rest.
    for (const { space: needs, key, path } of referencesOf(kind, raw as AnyRecord)) {
      if (wrong.size > 0 && (keyProblem(key) !== null || wrong.has(formatPath(path)))) continue
      const space = spaceOfReference(needs)
      if (space === 'actor' && !(kind === 'actor' && key === own)) this.#noteUse(key)
      const staged = this.#kindStaged(space, key)
      if (staged === undefined || !answers(staged, needs)) {
        const noted: NotedReference = { needs, ...placeOf(path) }
        this.#staging.note('reference', space, key, noted)
      }
    }
  }

  #noteUse(actor: string): void {
    if (this.#used.get(actor) !== undefined) return
    this.#used.set(flatCopy(actor), true)
    this.#staging.note('use', actor)
  }

  #kindStaged(space: Space, key: string): RecordKind | undefined {
    const name = `${space} ${key}`
    const remembered = this.#staged.get(name)
    if (remembered !== undefined) return remembered
    const kind = this.#staging.kindOf(space, key)
    if (kind === undefined) return undefined
    this.#staged.set(name, kind)
    return kind
  }
}

const REMEMBERED = 10_000

interface Noting {
  readonly kind: RecordKind
  /** The record as it was written, valid or not. */
  readonly raw: unknown
  /** Its key. */
  readonly own: string
  /** The paths of its problems. */
  readonly wrong: ReadonlySet<string>
  readonly placeOf: (path: Path) => Place
}

/** Reports every noted reference that neither the dossiers nor the store answer. */
export function checkReferences(staging: Staging, reader: Reader | undefined, problems: ProblemList): void {
  const suggestions = new Suggestions(staging, reader)
  let last = { name: '', kind: undefined as RecordKind | undefined }
  for (const { first, second: key, data } of staging.notes('reference')) {
    const space = first as Space // noted as one
    const { needs, ...place } = data as NotedReference // as noted above
    const name = `${space} ${key}`
    if (name !== last.name) last = { name, kind: kindOf(staging, reader, space, key) }
    if (last.kind === undefined) {
      const message = `there is no ${needs} ${show(key)}; ${suggestions.of(space, key)}`
      problems.add({ ...place, code: 'KEY_UNKNOWN', message })
    } else if (!answers(last.kind, needs)) {
      const message = `${show(key)} is ${article(last.kind)}; ${article(needs)} is allowed`
      problems.add({ ...place, code: 'KEY_OF_OTHER_KIND', message })
    }
  }
}

interface NotedReference extends Place {
  /** What the field asks for: a measure, say, where keys of all developments are one space. */
  readonly needs: ReferenceSpace
}

/** Finds the keys that may be meant. */
class Suggestions {
  readonly #staging: Staging
  readonly #reader: Reader | undefined
  readonly #found = new Map<string, string>()
  /** How many more keys may be looked at: a suggestion is a courtesy, and may not take minutes. */
  #left = 3_000_000

  constructor(staging: Staging, reader: Reader | undefined) {
    this.#staging = staging
    this.#reader = reader
  }

  of(space: Space, key: string): string {
    const name = `${space} ${key}`
    const found = this.#found.get(name) ?? this.#find(space, key)
    if (this.#found.size < 10_000) this.#found.set(name, found)
    return found
  }

  #find(space: Space, key: string): string {
    const near = this.#left > 0 ? nearestKeys(key, this.#keys(space)) : []
    if (near.length > 0) return `did you mean ${near.join(' or ')}?`
    const elsewhere = SPACES.find(
      (other) => other !== space && kindOf(this.#staging, this.#reader, other, key) !== undefined,
    )
    if (elsewhere !== undefined) return `${article(elsewhere)} has that key`
    return `write ${article(space)} with that key, or name one that is there`
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

/** Whether a record of that kind is what a reference asks for. */
function answers(kind: RecordKind, needs: ReferenceSpace): boolean {
  return needs === 'measure' || needs === 'statement' ? kind === needs : true
}
