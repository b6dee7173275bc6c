import { LRUCache } from 'lru-cache'
import type { ReferenceSpace } from '../../model/records/fields.ts'
import { keyProblem, nearestKeys } from '../../model/records/key.ts'
import { referencesOf } from '../../model/records/references.ts'
import { article, show } from '../../model/errors.ts'
import { detachString } from '../../model/text/detach-string.ts'
import { type Space, SPACES, type AnyRecord, type RecordKind } from '../../model/records/definitions.ts'
import type { Staging } from '../../store/sqlite/staging.ts'
import { type AddressOf, type FieldAddress, formatPath, type ProblemList } from '../format/problems.ts'
import { type RecordNames, spaceOfReference } from './record-names.ts'
import type { ResolvedRecords } from './resolved-records.ts'

/*
 * References may point forward. A reference to a key that is not staged yet is noted, and looked up when every record is staged.
 */

const REMEMBERED = 10_000

/** Notes references to keys that are not staged yet, and the actors that are used. */
export class ReferenceNotes {
  readonly #staging: Staging
  /** The kinds of records staged lately, by space and key. */
  readonly #staged = new Map<string, RecordKind>()
  /** Actors noted lately as used. */
  readonly #used = new Set<string>()

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
    if (this.#used.has(actor)) return
    if (this.#used.size >= REMEMBERED) this.#used.clear()
    this.#used.add(detachString(actor))
    this.#staging.note('use', actor)
  }

  #stagedKind(space: Space, key: string): RecordKind | undefined {
    const name = `${space} ${key}`
    const known = this.#staged.get(name)
    if (known !== undefined) return known
    const kind = this.#staging.kindOf(space, key)
    if (this.#staged.size >= REMEMBERED) this.#staged.clear()
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
export function checkReferences(records: ResolvedRecords, names: RecordNames, problems: ProblemList): void {
  let suggest: ReturnType<typeof suggestions> | undefined
  let last: { name: string; kind: RecordKind | undefined } = { name: '', kind: undefined }
  for (const { first, second: key, data } of records.staging.notes('reference')) {
    const space = first as Space // noted as one
    const { needed, at } = data as NotedReference // as noted above
    const name = `${space} ${key}`
    if (name !== last.name) last = { name, kind: records.kindOf(space, key) }
    if (last.kind === undefined) {
      const message = () => {
        suggest ??= suggestions(records, names)
        return `there is no ${needed} ${show(key)}; ${suggest(space, key)}`
      }
      problems.add({ at, code: 'KEY_UNKNOWN', message })
    } else if (!isOfKind(last.kind, needed)) {
      const message = `${show(key)} is ${article(last.kind)}; expected ${article(needed)}`
      problems.add({ at, code: 'KEY_OF_OTHER_KIND', message })
    }
  }
}

/** Spaces in which a key may be a name: `baku` for `azerbaijan`. */
const NAMED: ReadonlySet<Space> = new Set(['actor', 'place', 'source', 'dispute'])

/** How many keys are looked at for all suggestions together. */
const KEYS_READ = 3_000_000
/** How many suggestions are looked for where only some keys of a space are looked at. */
const SUGGESTIONS = 10

/** Returns a function that suggests what to write instead of a key that does not exist. */
function suggestions(records: ResolvedRecords, names: RecordNames): (space: Space, key: string) => string {
  const known = new LRUCache<string, string>({ max: 10_000 })
  const keysOf = new LRUCache<Space, readonly string[]>({
    max: SPACES.length,
    memoMethod: (space) =>
      records
        .keys(space)
        .take(KEYS_READ / 10)
        .toArray(),
  })
  let left = Math.min(KEYS_READ, SUGGESTIONS * records.suggestible)
  const find = (space: Space, key: string): string => {
    const asName = key.replaceAll(/[-/]/g, ' ')
    const named = NAMED.has(space) ? names.suggest(space, asName) : undefined
    if (named !== undefined) return named
    const looks = left > 0
    const keys = looks ? keysOf.memo(space) : []
    left -= keys.length
    const near = nearestKeys(key, keys)
    if (near.length > 0) return `did you mean ${near.join(' or ')}?`
    const similar = looks && NAMED.has(space) ? names.suggestSimilar(space, asName) : undefined
    if (similar !== undefined) return similar
    const elsewhere = SPACES.find((other) => other !== space && records.kindOf(other, key) !== undefined)
    if (elsewhere !== undefined) return `${article(elsewhere)} has that key`
    return `add ${article(space)} with that key, or name an existing one`
  }
  return (space, key) => {
    const name = `${space} ${key}`
    const suggestion = known.get(name) ?? find(space, key)
    known.set(name, suggestion)
    return suggestion
  }
}

/** Whether a record of that kind is what a reference requires. */
function isOfKind(kind: RecordKind, needed: ReferenceSpace): boolean {
  return needed === 'measure' || needed === 'statement' ? kind === needed : true
}
