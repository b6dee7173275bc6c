import { LRUCache } from 'lru-cache'
import type { RecordOf } from '../../model/records/definitions.ts'
import { show } from '../../model/records/shown-value.ts'
import type { Reader } from '../../store/sqlite/prepared.ts'
import type { Staging } from '../../store/sqlite/staging.ts'
import type { AddressOf, FieldAddress, ProblemList } from '../format/problems.ts'
import { resolvedRecord } from './references.ts'

/*
 * The holder of a position is a speaker of the statement, an actor spoken for, or an actor tied to one of them by affiliations: in either
 * direction and over any number of steps. The affiliations of an actor are those in the dossier or, if no dossier holds the actor, those
 * in the store.
 */

/** Notes the affiliations of an actor, valid or not. */
export function noteTies(staging: Staging, raw: unknown, key: string): void {
  for (const { to } of mapsIn(raw, 'affiliations')) if (typeof to === 'string') staging.note('tie', key, to)
}

/** Notes the positions of a statement, valid or not, that belong to none of the actors that the statement names. */
export function noteForeignHolders(staging: Staging, raw: unknown, at: AddressOf): void {
  const named = [...listIn(raw, 'speakers'), ...listIn(raw, 'on-behalf-of')].filter(
    (actor) => typeof actor === 'string',
  )
  for (const [index, { holder }] of mapsIn(raw, 'positions').entries()) {
    if (typeof holder !== 'string' || named.includes(holder) || named.length === 0) continue
    const noted: NotedHolder = { named, at: at(['positions', index, 'holder']) }
    staging.note('holder', holder, '', noted)
  }
}

/** Reports every noted holder that no affiliation ties to an actor that the statement names. */
export function checkHolders(staging: Staging, reader: Reader | undefined, problems: ProblemList): void {
  const ties = new Ties(staging, reader)
  for (const { first: holder, data } of staging.notes('holder')) {
    const { named, at } = data as NotedHolder // as noted above
    if (ties.lead(holder, new Set(named)) || named.some((actor) => ties.lead(actor, new Set([holder])))) continue
    const message = `the statement does not name ${show(holder)}, and no affiliation ties it to an actor that the statement names (${named.join(', ')}); name one of these, or add the affiliation`
    problems.add({ at, code: 'HOLDER_FOREIGN', message })
  }
}

interface NotedHolder {
  readonly named: readonly string[]
  readonly at: FieldAddress
}

class Ties {
  readonly #staging: Staging
  readonly #reader: Reader | undefined
  readonly #known = new LRUCache<string, readonly string[]>({ max: 10_000 })

  constructor(staging: Staging, reader: Reader | undefined) {
    this.#staging = staging
    this.#reader = reader
  }

  /** Whether affiliations lead from an actor up to one of the targets. */
  lead(actor: string, targets: ReadonlySet<string>): boolean {
    const reached = new Set([actor])
    for (const one of reached) {
      for (const above of this.#of(one)) {
        if (targets.has(above)) return true
        reached.add(above)
      }
    }
    return false
  }

  #of(actor: string): readonly string[] {
    const known = this.#known.get(actor)
    if (known !== undefined) return known
    const found = this.#find(actor)
    this.#known.set(actor, found)
    return found
  }

  #find(actor: string): readonly string[] {
    if (this.#staging.find('actor', actor) !== undefined) return this.#staging.notedUnder('tie', actor)
    const content = resolvedRecord(this.#staging, this.#reader, 'actor', actor) as RecordOf<'actor'> | undefined // its space holds nothing else
    return (content?.affiliations ?? []).map(({ to }) => to)
  }
}

function mapsIn(raw: unknown, list: string): Readonly<Record<string, unknown>>[] {
  return listIn(raw, list).map((item) => (typeof item === 'object' && item !== null ? { ...item } : {}))
}

function listIn(raw: unknown, list: string): readonly unknown[] {
  const value: unknown = typeof raw === 'object' && raw !== null ? Reflect.get(raw, list) : undefined
  return Array.isArray(value) ? value : []
}
