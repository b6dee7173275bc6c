import { type AnyRecord, type RecordKind, type Space } from '../../model/records/definitions.ts'
import type { ReferenceSpace } from '../../model/records/fields.ts'
import { keyProblem, nearestKeys } from '../../model/records/key.ts'
import { referencesOf } from '../../model/records/references.ts'
import { article, show } from '../../model/errors.ts'
import { foldedTerms } from '../../model/text/folding.ts'
import { formatPath } from '../format/problems.ts'
import type { ResolvedRecords } from './resolved-records.ts'

/** The space of keys in which a reference is looked up. */
export function spaceOfReference(needed: ReferenceSpace): Space {
  return needed === 'measure' || needed === 'statement' ? 'development' : needed
}

/** How many records of a space are looked at. */
const RECORDS_READ = 100_000
const KEYS_NAMED = 3
/** How many names are compared with others for all suggestions together. */
const NAMES_COMPARED = 3_000_000
const LONGEST_NAME = 300

/**
 * Finds the keys of records by their names and titles in any script, without regard to case and marks. A space is read when first needed.
 */
export class RecordNames {
  readonly #records: ResolvedRecords
  readonly #keys = new Map<Space, ReadonlyMap<string, readonly string[]>>()
  #left = NAMES_COMPARED

  constructor(records: ResolvedRecords) {
    this.#records = records
  }

  /** What to write instead of a name; undefined if no record has it. */
  suggest(space: Space, name: string): string | undefined {
    if (name.length > LONGEST_NAME) return undefined
    const keys = this.#keysOf(space).get(foldedTerms(name))?.slice(0, KEYS_NAMED)
    return keys && `did you mean ${keys.join(' or ')}, ${article(space)} of that name?`
  }

  /** The same for a name that no record has exactly. */
  suggestSimilar(space: Space, name: string): string | undefined {
    if (name.length > LONGEST_NAME || this.#left <= 0) return undefined
    const keys = this.#keysOf(space)
    this.#left -= keys.size
    const similar = nearestKeys(foldedTerms(name), keys.keys()).flatMap((near) => keys.get(near) ?? [])
    const [first, ...others] = new Set(similar.slice(0, KEYS_NAMED))
    if (first === undefined) return undefined
    const which = others.length === 0 ? `${article(space)} of a similar name` : `${space}s of similar names`
    return `did you mean ${[first, ...others].join(' or ')}, ${which}?`
  }

  #keysOf(space: Space): ReadonlyMap<string, readonly string[]> {
    const known = this.#keys.get(space)
    if (known !== undefined) return known
    const keys = new Map<string, string[]>()
    for (const key of this.#records.keys(space).take(RECORDS_READ)) {
      const record = this.#records.findIn(space, key)
      // A key in capital letters is read as a name.
      const written = [...(record === undefined ? [] : namesOf(record)), key.replaceAll(/[-/]/g, ' ')]
      for (const name of new Set(written.map(foldedTerms))) {
        const named = keys.get(name)
        if (named === undefined) keys.set(name, [key])
        else named.push(key)
      }
    }
    keys.delete('')
    this.#keys.set(space, keys)
    return keys
  }
}

function namesOf(record: AnyRecord): readonly string[] {
  if ('name' in record) return 'aliases' in record ? [record.name, ...(record.aliases ?? [])] : [record.name]
  if ('title' in record) return [record.title]
  if ('headline' in record) return [record.headline]
  return 'proposition' in record ? [record.proposition] : [record.text]
}

/**
 * What to say of the fields of an invalid record that hold a name where a key is expected, by path. The functions return undefined if no
 * record has the name. Call them once all records are staged.
 */
export function explainNames(
  kind: RecordKind,
  raw: unknown,
  names: RecordNames,
): ReadonlyMap<string, () => string | undefined> {
  // It reads the references that it finds and skips the rest.
  const wrong = referencesOf(kind, raw as AnyRecord).filter(({ key }) => keyProblem(key) !== null)
  return new Map(
    wrong.map(({ space, key, path }) => [
      formatPath(path),
      () => {
        const of = spaceOfReference(space)
        const suggestion = names.suggest(of, key) ?? names.suggestSimilar(of, key)
        return suggestion && `${show(key)} is not a key; ${suggestion}`
      },
    ]),
  )
}
