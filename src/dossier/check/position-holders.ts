import type { Path } from '../../model/records/references.ts'
import type { RecordOf } from '../../model/records/definitions.ts'
import { show } from '../../model/records/shown-value.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import type { Staging } from '../../store/sqlite/staging.ts'
import { knownContent } from '../import/resolved-record.ts'
import type { Place, ProblemList } from '../format/problems.ts'

/*
 * A position belongs to somebody whom its statement names: a speaker, one spoken for, or somebody whom affiliations tie to one of them,
 * whichever of the two belongs to the other and over however many steps. An actor that a dossier writes down has the affiliations written
 * there; another those that the store holds.
 */

/** Notes to whom an actor belongs, valid or not. */
export function noteTies(staging: Staging, raw: unknown, key: string): void {
  for (const affiliation of mapsIn(raw, 'affiliations')) {
    if (typeof affiliation['to'] === 'string') staging.note('tie', key, affiliation['to'])
  }
}

/** Notes the positions of a statement, valid or not, whose holder it does not name. */
export function noteForeignHolders(staging: Staging, raw: unknown, placeOf: (path: Path) => Place): void {
  const named = [...textsIn(raw, 'speakers'), ...textsIn(raw, 'on-behalf-of')]
  for (const [index, position] of mapsIn(raw, 'positions').entries()) {
    const { holder } = position
    if (typeof holder !== 'string' || named.includes(holder) || named.length === 0) continue
    const noted: NotedHolder = { named, ...placeOf(['positions', index, 'holder']) }
    staging.note('holder', holder, '', noted)
  }
}

/** Reports every noted holder whom no affiliation ties to those whom the statement names. */
export function checkHolders(staging: Staging, reader: Reader | undefined, problems: ProblemList): void {
  const ties = new Ties(staging, reader)
  for (const { first: holder, data } of staging.notes('holder')) {
    const { named, ...place } = data as NotedHolder // as noted above
    if (ties.reach(holder, new Set(named)) || named.some((actor) => ties.reach(actor, new Set([holder])))) continue
    const message = `${show(holder)} is neither among those whom the statement names (${named.join(', ')}) nor tied to one by an affiliation; name one of them, or write the affiliation`
    problems.add({ ...place, code: 'HOLDER_FOREIGN', message })
  }
}

interface NotedHolder extends Place {
  readonly named: readonly string[]
}

class Ties {
  readonly #staging: Staging
  readonly #reader: Reader | undefined
  readonly #known = new Map<string, readonly string[]>()

  constructor(staging: Staging, reader: Reader | undefined) {
    this.#staging = staging
    this.#reader = reader
  }

  /** Whether affiliations lead from an actor up to one of the targets. */
  reach(actor: string, targets: ReadonlySet<string>): boolean {
    const seen = new Set([actor])
    for (const reached of seen) {
      for (const above of this.#of(reached)) {
        if (targets.has(above)) return true
        seen.add(above)
      }
    }
    return false
  }

  #of(actor: string): readonly string[] {
    const known = this.#known.get(actor)
    if (known !== undefined) return known
    const found = this.#find(actor)
    if (this.#known.size >= 10_000) this.#known.clear()
    this.#known.set(actor, found)
    return found
  }

  #find(actor: string): readonly string[] {
    if (this.#staging.find('actor', actor) !== undefined) return this.#staging.notedUnder('tie', actor)
    const content = knownContent(this.#staging, this.#reader, 'actor', actor) as RecordOf<'actor'> | undefined // its space holds nothing else
    return (content?.affiliations ?? []).map(({ to }) => to)
  }
}

function mapsIn(raw: unknown, list: string): Readonly<Record<string, unknown>>[] {
  return listIn(raw, list).map((item) => (typeof item === 'object' && item !== null ? { ...item } : {}))
}

function textsIn(raw: unknown, list: string): string[] {
  return listIn(raw, list).filter((item) => typeof item === 'string')
}

function listIn(raw: unknown, list: string): readonly unknown[] {
  const value: unknown = typeof raw === 'object' && raw !== null ? Reflect.get(raw, list) : undefined
  return Array.isArray(value) ? value : []
}
